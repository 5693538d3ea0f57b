//! Values of partition columns, as names of directories.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use chrono::{NaiveDateTime, Timelike};
use flint_sql_spec::{DataType, Result, SqlError, StructField};

use crate::partitions::{DEFAULT_PARTITION, escape};
use crate::settings::Zone;
use crate::text::number;
use crate::text::pattern::local_time;

/// Whether values of a type can be names.
pub(super) fn can_partition(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Boolean
            | DataType::Byte
            | DataType::Short
            | DataType::Integer
            | DataType::Long
            | DataType::Float
            | DataType::Double
            | DataType::Decimal { .. }
            | DataType::String(_)
            | DataType::Char(_)
            | DataType::VarChar(_)
            | DataType::Date
            | DataType::Timestamp
            | DataType::TimestampNtz
    )
}

/// `a=1` of a row; null and the empty string have the same directory.
///
/// # Errors
/// For a column that is not of its type's layout.
pub(super) fn directory(
    column: &ArrayRef,
    field: &StructField,
    row: usize,
    zone: Zone,
) -> Result<String> {
    let name = escape(&field.name);
    if column.is_null(row) {
        return Ok(format!("{name}={DEFAULT_PARTITION}"));
    }
    let text = text(column, &field.data_type, row, zone).ok_or_else(|| {
        SqlError::internal(format!(
            "the column {} is no {}",
            field.name,
            field.data_type.sql()
        ))
    })?;
    match text.is_empty() {
        true => Ok(format!("{name}={DEFAULT_PARTITION}")),
        false => Ok(format!("{name}={}", escape(&text))),
    }
}

fn text(column: &ArrayRef, kind: &DataType, row: usize, zone: Zone) -> Option<String> {
    Some(match kind {
        DataType::Boolean => column.as_boolean_opt()?.value(row).to_string(),
        DataType::Byte => column
            .as_primitive_opt::<Int8Type>()?
            .value(row)
            .to_string(),
        DataType::Short => column
            .as_primitive_opt::<Int16Type>()?
            .value(row)
            .to_string(),
        DataType::Integer => column
            .as_primitive_opt::<Int32Type>()?
            .value(row)
            .to_string(),
        DataType::Long => column
            .as_primitive_opt::<Int64Type>()?
            .value(row)
            .to_string(),
        DataType::Float => number::float(column.as_primitive_opt::<Float32Type>()?.value(row)),
        DataType::Double => number::double(column.as_primitive_opt::<Float64Type>()?.value(row)),
        DataType::Decimal { scale, .. } => number::plain_decimal(
            column.as_primitive_opt::<Decimal128Type>()?.value(row),
            *scale,
        ),
        DataType::Date => {
            let days = column.as_primitive_opt::<Date32Type>()?.value(row);
            let (time, _) = local_time(i64::from(days) * 86_400_000_000, Zone::Fixed(0))?;
            time.date().to_string()
        }
        DataType::Timestamp | DataType::TimestampNtz => {
            let zone = if *kind == DataType::Timestamp {
                zone
            } else {
                Zone::Fixed(0)
            };
            let micros = column
                .as_primitive_opt::<TimestampMicrosecondType>()?
                .value(row);
            time_text(local_time(micros, zone)?.0)
        }
        _ => column.as_string_opt::<i32>()?.value(row).to_owned(),
    })
}

/// `2024-02-29 12:34:56.7`.
fn time_text(time: NaiveDateTime) -> String {
    let seconds = time.format("%Y-%m-%d %H:%M:%S").to_string();
    match time.nanosecond() / 1000 {
        0 => seconds,
        micros => seconds + format!(".{micros:06}").trim_end_matches('0'),
    }
}
