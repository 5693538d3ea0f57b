//! Types from messages.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    Collation, DataType, DayTimeField, DayTimeRange, Node, Result, SqlError, StructField,
    YearMonthField, YearMonthRange, condition, with_stack,
};
use proto::data_type::Kind;

use super::{ANY_SRID, user_defined};
use crate::{metadata, missing};

const DEFAULT_TIME_PRECISION: i32 = 6;

/// The type of a message. DDL text stays [`DataType::Unparsed`].
///
/// # Errors
/// `CONNECT_INVALID_PLAN.DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST` when no known type is set or DDL
/// text stands inside of another type, and the conditions of Spark's own types for a precision, scale
/// or interval that is out of range.
pub fn data_type(message: &proto::DataType) -> Result<DataType> {
    match &message.kind {
        Some(Kind::Unparsed(text)) => Ok(DataType::Unparsed(text.data_type_string.as_str().into())),
        _ => complete(message),
    }
}

/// The type of a message that is not DDL text.
///
/// # Errors
/// As [`data_type`].
pub(crate) fn complete(message: &proto::DataType) -> Result<DataType> {
    let Some(kind) = &message.kind else {
        return Err(missing::data_type_kind("KIND_NOT_SET"));
    };
    Ok(match kind {
        Kind::Null(_) => DataType::Null,
        Kind::Binary(_) => DataType::Binary,
        Kind::Boolean(_) => DataType::Boolean,
        Kind::Byte(_) => DataType::Byte,
        Kind::Short(_) => DataType::Short,
        Kind::Integer(_) => DataType::Integer,
        Kind::Long(_) => DataType::Long,
        Kind::Float(_) => DataType::Float,
        Kind::Double(_) => DataType::Double,
        Kind::Decimal(digits) => decimal(digits)?,
        Kind::String(string) => DataType::String(collation(&string.collation)),
        Kind::Char(char) => DataType::Char(length(char.length)?),
        Kind::VarChar(char) => DataType::VarChar(length(char.length)?),
        Kind::Date(_) => DataType::Date,
        Kind::Timestamp(_) => DataType::Timestamp,
        Kind::TimestampNtz(_) => DataType::TimestampNtz,
        Kind::CalendarInterval(_) => DataType::CalendarInterval,
        Kind::YearMonthInterval(interval) => year_month(interval)?,
        Kind::DayTimeInterval(interval) => day_time(interval)?,
        Kind::Array(array) => with_stack(|| array_type(array))?,
        Kind::Struct(structure) => with_stack(|| structure_type(structure))?,
        Kind::Map(map) => with_stack(|| map_type(map))?,
        Kind::Variant(_) => DataType::Variant,
        Kind::Udt(udt) => with_stack(|| user_defined::from_message(udt))?,
        Kind::Geometry(geometry) => DataType::Geometry(srid(geometry.srid)),
        Kind::Geography(geography) => DataType::Geography(srid(geography.srid)),
        Kind::Unparsed(_) => return Err(missing::data_type_kind("UNPARSED")),
        Kind::Time(time) => DataType::Time(time_precision(time.precision)?),
        Kind::TimestampNtzNanos(nanos) => {
            DataType::TimestampNtzNanos(nanos_precision(nanos.precision, "TIMESTAMP_NTZ")?)
        }
        Kind::TimestampLtzNanos(nanos) => {
            DataType::TimestampLtzNanos(nanos_precision(nanos.precision, "TIMESTAMP_LTZ")?)
        }
    })
}

/// The type of a field that must be there.
pub(super) fn required(message: Option<&proto::DataType>) -> Result<DataType> {
    complete(missing::data_type(message))
}

fn array_type(message: &proto::data_type::Array) -> Result<DataType> {
    Ok(DataType::Array {
        element: Node::new(required(message.element_type.as_deref())?),
        contains_null: message.contains_null,
    })
}

fn map_type(message: &proto::data_type::Map) -> Result<DataType> {
    Ok(DataType::Map {
        key: Node::new(required(message.key_type.as_deref())?),
        value: Node::new(required(message.value_type.as_deref())?),
        value_contains_null: message.value_contains_null,
    })
}

fn structure_type(message: &proto::data_type::Struct) -> Result<DataType> {
    let fields: Result<Vec<_>> = message.fields.iter().map(field).collect();
    Ok(DataType::structure(fields?))
}

fn field(message: &proto::data_type::StructField) -> Result<StructField> {
    Ok(StructField {
        name: message.name.as_str().into(),
        data_type: required(message.data_type.as_ref())?,
        nullable: message.nullable,
        metadata: metadata::checked(message.metadata.as_deref())?,
    })
}

/// A collation by name; no name is the default one.
pub(crate) fn collation(name: &str) -> Collation {
    match name {
        "" => Collation::default(),
        name => Collation::of(name),
    }
}

fn decimal(message: &proto::data_type::Decimal) -> Result<DataType> {
    match (message.precision, message.scale) {
        (Some(precision), scale) => decimal_type(precision, scale.unwrap_or(0)),
        (None, _) => Ok(DataType::DEFAULT_DECIMAL),
    }
}

/// The decimal type of these digits.
pub(crate) fn decimal_type(precision: i32, scale: i32) -> Result<DataType> {
    if scale < 0 {
        return Err(SqlError::new(condition::NEGATIVE_SCALE_DISALLOWED)
            .with("scale", scale.to_string())
            .with(
                "sqlConf",
                "\"spark.sql.legacy.allowNegativeScaleOfDecimal\"",
            ));
    }
    if scale > precision {
        return Err(SqlError::new(condition::DECIMAL_SCALE_EXCEEDS_PRECISION)
            .with("scale", scale.to_string())
            .with("precision", precision.to_string()));
    }
    match (u8::try_from(precision), i8::try_from(scale)) {
        (Ok(0), _) => Err(missing::assertion("A decimal has at least one digit.")),
        (Ok(precision), Ok(scale)) if precision <= DataType::MAX_PRECISION => {
            Ok(DataType::Decimal { precision, scale })
        }
        _ => Err(
            SqlError::new(condition::DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION)
                .with("precision", precision.to_string())
                .with("maxPrecision", DataType::MAX_PRECISION.to_string()),
        ),
    }
}

fn length(length: i32) -> Result<u32> {
    u32::try_from(length)
        .map_err(|_| missing::assertion("The length of CHAR and VARCHAR cannot be negative."))
}

/// Digits of a time's second; Spark's default when it does not say.
pub(crate) fn time_precision(precision: Option<i32>) -> Result<u8> {
    match precision.unwrap_or(DEFAULT_TIME_PRECISION) {
        digits @ 0..=9 => Ok(digits as u8),
        other => Err(SqlError::new(condition::UNSUPPORTED_TIME_PRECISION)
            .with("precision", other.to_string())),
    }
}

/// Digits of a timestamp with nanoseconds; all nine when it does not say.
pub(crate) fn nanos_precision(precision: Option<i32>, name: &'static str) -> Result<u8> {
    match precision.unwrap_or(9) {
        digits @ 7..=9 => Ok(digits as u8),
        other => Err(SqlError::new(condition::INVALID_TIMESTAMP_PRECISION)
            .with("precision", other.to_string())
            .with("type", name)),
    }
}

fn year_month(message: &proto::data_type::YearMonthInterval) -> Result<DataType> {
    let Some(start) = message.start_field else {
        return Ok(DataType::YearMonthInterval(YearMonthRange::WHOLE));
    };
    let end = message.end_field.unwrap_or(start);
    let fields = (YearMonthField::from_number(start)).zip(YearMonthField::from_number(end));
    fields
        .and_then(|(start, end)| YearMonthRange::new(start, end))
        .map(DataType::YearMonthInterval)
        .ok_or_else(|| no_interval(start, end))
}

fn day_time(message: &proto::data_type::DayTimeInterval) -> Result<DataType> {
    let Some(start) = message.start_field else {
        return Ok(DataType::DayTimeInterval(DayTimeRange::WHOLE));
    };
    let end = message.end_field.unwrap_or(start);
    let fields = (DayTimeField::from_number(start)).zip(DayTimeField::from_number(end));
    fields
        .and_then(|(start, end)| DayTimeRange::new(start, end))
        .map(DataType::DayTimeInterval)
        .ok_or_else(|| no_interval(start, end))
}

fn no_interval(start: i32, end: i32) -> SqlError {
    missing::assertion(format!(
        "No interval type goes from field {start} to field {end}."
    ))
}

fn srid(srid: i32) -> Option<i32> {
    (srid != ANY_SRID).then_some(srid)
}
