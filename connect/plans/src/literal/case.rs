//! Names of members, as Spark's errors have them, and which member holds which type.

use flint_connect_protocol::spark::connect::expression as proto;
use flint_sql_spec::DataType;
use proto::literal::{LiteralType, specialized_array::ValueType};

/// Name and number of the member that is set.
pub(super) fn of_value(value: Option<&LiteralType>) -> (&'static str, u32) {
    match value {
        None => ("LITERALTYPE_NOT_SET", 0),
        Some(LiteralType::Null(_)) => ("NULL", 1),
        Some(LiteralType::Binary(_)) => ("BINARY", 2),
        Some(LiteralType::Boolean(_)) => ("BOOLEAN", 3),
        Some(LiteralType::Byte(_)) => ("BYTE", 4),
        Some(LiteralType::Short(_)) => ("SHORT", 5),
        Some(LiteralType::Integer(_)) => ("INTEGER", 6),
        Some(LiteralType::Long(_)) => ("LONG", 7),
        Some(LiteralType::Float(_)) => ("FLOAT", 10),
        Some(LiteralType::Double(_)) => ("DOUBLE", 11),
        Some(LiteralType::Decimal(_)) => ("DECIMAL", 12),
        Some(LiteralType::String(_)) => ("STRING", 13),
        Some(LiteralType::Date(_)) => ("DATE", 16),
        Some(LiteralType::Timestamp(_)) => ("TIMESTAMP", 17),
        Some(LiteralType::TimestampNtz(_)) => ("TIMESTAMP_NTZ", 18),
        Some(LiteralType::CalendarInterval(_)) => ("CALENDAR_INTERVAL", 19),
        Some(LiteralType::YearMonthInterval(_)) => ("YEAR_MONTH_INTERVAL", 20),
        Some(LiteralType::DayTimeInterval(_)) => ("DAY_TIME_INTERVAL", 21),
        Some(LiteralType::Array(_)) => ("ARRAY", 22),
        Some(LiteralType::Map(_)) => ("MAP", 23),
        Some(LiteralType::Struct(_)) => ("STRUCT", 24),
        Some(LiteralType::SpecializedArray(_)) => ("SPECIALIZED_ARRAY", 25),
        Some(LiteralType::Time(_)) => ("TIME", 26),
        Some(LiteralType::TimestampNtzNanos(_)) => ("TIMESTAMP_NTZ_NANOS", 29),
        Some(LiteralType::TimestampLtzNanos(_)) => ("TIMESTAMP_LTZ_NANOS", 30),
    }
}

/// Name of the member of a type's message.
pub(super) fn of_type(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Null => "NULL",
        DataType::Boolean => "BOOLEAN",
        DataType::Byte => "BYTE",
        DataType::Short => "SHORT",
        DataType::Integer => "INTEGER",
        DataType::Long => "LONG",
        DataType::Float => "FLOAT",
        DataType::Double => "DOUBLE",
        DataType::Decimal { .. } => "DECIMAL",
        DataType::String(_) => "STRING",
        DataType::Char(_) => "CHAR",
        DataType::VarChar(_) => "VAR_CHAR",
        DataType::Binary => "BINARY",
        DataType::Date => "DATE",
        DataType::Time(_) => "TIME",
        DataType::Timestamp => "TIMESTAMP",
        DataType::TimestampNtz => "TIMESTAMP_NTZ",
        DataType::TimestampLtzNanos(_) => "TIMESTAMP_LTZ_NANOS",
        DataType::TimestampNtzNanos(_) => "TIMESTAMP_NTZ_NANOS",
        DataType::CalendarInterval => "CALENDAR_INTERVAL",
        DataType::YearMonthInterval(_) => "YEAR_MONTH_INTERVAL",
        DataType::DayTimeInterval(_) => "DAY_TIME_INTERVAL",
        DataType::Array { .. } => "ARRAY",
        DataType::Map { .. } => "MAP",
        DataType::Struct(_) => "STRUCT",
        DataType::Variant => "VARIANT",
        DataType::Geometry(_) => "GEOMETRY",
        DataType::Geography(_) => "GEOGRAPHY",
        DataType::UserDefined(_) => "UDT",
        DataType::Unparsed(_) => "UNPARSED",
    }
}

/// Whether a value that is set can be of a type: both have the same name, or it is an array of plain
/// values of the element's type.
pub(super) fn agree(value: Option<&LiteralType>, data_type: &DataType) -> bool {
    match (value, data_type) {
        (Some(LiteralType::SpecializedArray(array)), DataType::Array { element, .. }) => {
            (array.value_type.as_ref()).is_some_and(|values| element_of(values) == **element)
        }
        (Some(_), _) => of_value(value).0 == of_type(data_type),
        (None, _) => false,
    }
}

/// The type of the elements of an array of plain values.
pub(super) fn element_of(values: &ValueType) -> DataType {
    match values {
        ValueType::Bools(_) => DataType::Boolean,
        ValueType::Ints(_) => DataType::Integer,
        ValueType::Longs(_) => DataType::Long,
        ValueType::Floats(_) => DataType::Float,
        ValueType::Doubles(_) => DataType::Double,
        ValueType::Strings(_) => DataType::STRING,
    }
}
