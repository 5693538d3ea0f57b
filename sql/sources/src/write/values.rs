//! Values of partition columns, as names of directories.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use flint_sql_functions::pattern::{Pattern, TimeZone};
use flint_sql_spec::{DataType, Result, SqlError, StructField};

use crate::partitions::{DEFAULT_PARTITION, escape};
use crate::text::number;

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
    zone: &TimeZone,
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

fn text(column: &ArrayRef, kind: &DataType, row: usize, zone: &TimeZone) -> Option<String> {
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
            let mut text = String::new();
            Pattern::cast(0).write_date(days, &mut text).ok()?;
            text
        }
        DataType::Timestamp | DataType::TimestampNtz => {
            let micros = column
                .as_primitive_opt::<TimestampMicrosecondType>()?
                .value(row);
            let (cast, mut text) = (Pattern::cast(0), String::new());
            match kind {
                DataType::Timestamp => cast.write_timestamp(micros, zone, &mut text),
                _ => cast.write_timestamp_ntz(micros, &mut text),
            }
            .ok()?;
            text
        }
        _ => column.as_string_opt::<i32>()?.value(row).to_owned(),
    })
}
