//! How Spark's types lie in memory.

use std::sync::Arc;

use arrow::datatypes::{
    DataType as ArrowType, Field, FieldRef, Fields, IntervalUnit, Schema, TimeUnit,
};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};

/// What the field `metadata` of variants is marked with, as in Spark's Arrow batches.
pub(crate) const VARIANT: &str = "variant";

/// The layout of a column of a type.
///
/// # Errors
/// `UNSUPPORTED_FEATURE` for types that nothing computes with yet: geometry, geography; and for
/// DDL text that nobody has read.
pub fn arrow_type(data_type: &DataType) -> Result<ArrowType> {
    Ok(match data_type {
        DataType::Null => ArrowType::Null,
        DataType::Boolean => ArrowType::Boolean,
        DataType::Byte => ArrowType::Int8,
        DataType::Short => ArrowType::Int16,
        DataType::Integer => ArrowType::Int32,
        DataType::Long => ArrowType::Int64,
        DataType::Float => ArrowType::Float32,
        DataType::Double => ArrowType::Float64,
        DataType::Decimal { precision, scale } => ArrowType::Decimal128(*precision, *scale),
        DataType::String(_) | DataType::Char(_) | DataType::VarChar(_) => ArrowType::Utf8,
        DataType::Binary => ArrowType::Binary,
        DataType::Date => ArrowType::Date32,
        DataType::Time(_) => ArrowType::Time64(TimeUnit::Nanosecond),
        DataType::Timestamp => ArrowType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        DataType::TimestampNtz => ArrowType::Timestamp(TimeUnit::Microsecond, None),
        DataType::TimestampLtzNanos(_) => {
            ArrowType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
        }
        DataType::TimestampNtzNanos(_) => ArrowType::Timestamp(TimeUnit::Nanosecond, None),
        DataType::CalendarInterval => ArrowType::Interval(IntervalUnit::MonthDayNano),
        DataType::YearMonthInterval(_) => ArrowType::Interval(IntervalUnit::YearMonth),
        DataType::DayTimeInterval(_) => ArrowType::Duration(TimeUnit::Microsecond),
        DataType::Array {
            element,
            contains_null,
        } => ArrowType::List(arrow_field("element", element, *contains_null)?),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => {
            let entry = Fields::from(vec![
                arrow_field("key", key, false)?,
                arrow_field("value", value, *value_contains_null)?,
            ]);
            let entries = Field::new("entries", ArrowType::Struct(entry), false);
            ArrowType::Map(Arc::new(entries), false)
        }
        DataType::Struct(fields) => ArrowType::Struct(arrow_fields(fields)?),
        DataType::Variant => {
            let mark = (VARIANT.to_owned(), "true".to_owned());
            let metadata = Field::new("metadata", ArrowType::Binary, false);
            ArrowType::Struct(Fields::from(vec![
                Field::new("value", ArrowType::Binary, false),
                metadata.with_metadata([mark].into()),
            ]))
        }
        DataType::UserDefined(own) => return arrow_type(&own.sql_type),
        DataType::Geometry(_) | DataType::Geography(_) | DataType::Unparsed(_) => {
            return Err(SqlError::new(condition::NOT_SUPPORTED_YET)
                .with("feature", format!("values of type {}", data_type.sql())));
        }
    })
}

/// A column of a type.
///
/// # Errors
/// As [`arrow_type`].
pub fn arrow_field(name: &str, data_type: &DataType, nullable: bool) -> Result<FieldRef> {
    Ok(Arc::new(Field::new(name, arrow_type(data_type)?, nullable)))
}

/// Columns of a schema.
///
/// # Errors
/// As [`arrow_type`].
pub fn arrow_schema(fields: &StructType) -> Result<Schema> {
    Ok(Schema::new(arrow_fields(fields)?))
}

fn arrow_fields(fields: &StructType) -> Result<Fields> {
    let field = |field: &flint_sql_spec::StructField| {
        arrow_field(&field.name, &field.data_type, field.nullable)
    };
    fields.iter().map(field).collect()
}
