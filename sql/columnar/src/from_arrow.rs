//! What columns from elsewhere are to Spark.

use arrow::datatypes::{DataType as ArrowType, Field, Fields, IntervalUnit, Schema, TimeUnit};
use flint_sql_spec::{
    DataType, DayTimeField, DayTimeRange, Node, Result, SqlError, StructField, StructType,
    YearMonthField, YearMonthRange, condition,
};

use crate::to_arrow::VARIANT;

/// The type of Spark that can hold every value of a column. It may lie otherwise in memory: views,
/// dictionaries and other units must be cast to [`arrow_type`](crate::arrow_type) of the result.
/// Unsigned integers become the next wider signed ones, 64-bit ones `decimal(20,0)`.
///
/// # Errors
/// `UNSUPPORTED_ARROWTYPE` for unions and 256-bit decimals.
pub fn spark_type(arrow: &ArrowType) -> Result<DataType> {
    Ok(match arrow {
        ArrowType::Null => DataType::Null,
        ArrowType::Boolean => DataType::Boolean,
        ArrowType::Int8 => DataType::Byte,
        ArrowType::Int16 | ArrowType::UInt8 => DataType::Short,
        ArrowType::Int32 | ArrowType::UInt16 => DataType::Integer,
        ArrowType::Int64 | ArrowType::UInt32 => DataType::Long,
        ArrowType::UInt64 => decimal(20, 0),
        ArrowType::Float16 | ArrowType::Float32 => DataType::Float,
        ArrowType::Float64 => DataType::Double,
        ArrowType::Decimal32(precision, scale)
        | ArrowType::Decimal64(precision, scale)
        | ArrowType::Decimal128(precision, scale) => decimal(*precision, *scale),
        ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View => DataType::STRING,
        ArrowType::Binary
        | ArrowType::LargeBinary
        | ArrowType::BinaryView
        | ArrowType::FixedSizeBinary(_) => DataType::Binary,
        ArrowType::Date32 | ArrowType::Date64 => DataType::Date,
        ArrowType::Time32(_) | ArrowType::Time64(_) => DataType::DEFAULT_TIME,
        ArrowType::Timestamp(TimeUnit::Nanosecond, Some(_)) => DataType::TimestampLtzNanos(9),
        ArrowType::Timestamp(TimeUnit::Nanosecond, None) => DataType::TimestampNtzNanos(9),
        ArrowType::Timestamp(_, Some(_)) => DataType::Timestamp,
        ArrowType::Timestamp(_, None) => DataType::TimestampNtz,
        ArrowType::Duration(_) => DataType::DayTimeInterval(DayTimeRange {
            start: DayTimeField::Day,
            end: DayTimeField::Second,
        }),
        ArrowType::Interval(IntervalUnit::YearMonth) => {
            DataType::YearMonthInterval(YearMonthRange {
                start: YearMonthField::Year,
                end: YearMonthField::Month,
            })
        }
        ArrowType::Interval(_) => DataType::CalendarInterval,
        ArrowType::List(element)
        | ArrowType::LargeList(element)
        | ArrowType::ListView(element)
        | ArrowType::LargeListView(element)
        | ArrowType::FixedSizeList(element, _) => DataType::Array {
            element: Node::new(spark_type(element.data_type())?),
            contains_null: element.is_nullable(),
        },
        ArrowType::Map(entries, _) => map(arrow, entries)?,
        ArrowType::Struct(fields) if is_variant(fields) => DataType::Variant,
        ArrowType::Struct(fields) => {
            let fields: Result<Vec<_>> = fields.iter().map(|field| spark_field(field)).collect();
            DataType::structure(fields?)
        }
        ArrowType::Dictionary(_, values) => spark_type(values)?,
        ArrowType::RunEndEncoded(_, values) => spark_type(values.data_type())?,
        ArrowType::Union(..) | ArrowType::Decimal256(..) => return Err(unsupported(arrow)),
    })
}

/// The schema of columns from elsewhere.
///
/// # Errors
/// As [`spark_type`].
pub fn spark_schema(schema: &Schema) -> Result<StructType> {
    let fields: Result<Vec<_>> = schema.fields().iter().map(|f| spark_field(f)).collect();
    Ok(StructType::new(fields?))
}

fn spark_field(field: &Field) -> Result<StructField> {
    let data_type = spark_type(field.data_type())?;
    Ok(StructField::new(
        field.name(),
        data_type,
        field.is_nullable(),
    ))
}

/// Whether the fields of a struct are the two parts of a variant, marked as such.
pub fn is_variant(fields: &Fields) -> bool {
    let is_marked = |field: &Field| {
        let mark = field.metadata().get(VARIANT);
        field.name() == "metadata" && mark.is_some_and(|mark| mark == "true")
    };
    fields.len() == 2
        && fields.iter().any(|field| field.name() == "value")
        && fields.iter().any(|field| is_marked(field))
}

fn map(whole: &ArrowType, entries: &Field) -> Result<DataType> {
    let ArrowType::Struct(fields) = entries.data_type() else {
        return Err(unsupported(whole));
    };
    let [key, value] = fields.as_ref() else {
        return Err(unsupported(whole));
    };
    Ok(DataType::Map {
        key: Node::new(spark_type(key.data_type())?),
        value: Node::new(spark_type(value.data_type())?),
        value_contains_null: value.is_nullable(),
    })
}

fn decimal(precision: u8, scale: i8) -> DataType {
    DataType::Decimal { precision, scale }
}

fn unsupported(arrow: &ArrowType) -> SqlError {
    SqlError::new(condition::UNSUPPORTED_ARROWTYPE).with("typeName", arrow.to_string())
}
