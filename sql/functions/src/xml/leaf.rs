//! [`Leaf`]: types whose values have no parts, and how text says them.

use std::borrow::Cow;

use flint_sql_spec::DataType;

use super::options::XmlOptions;
use crate::cast::Target;
use crate::csv::number;
use crate::json::Value;
use crate::text::Written;

/// A type without parts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaf {
    Byte,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Decimal(Target),
    Date,
    Timestamp,
    TimestampNtz,
    Time,
    Void,
    /// Nothing says it: intervals and bytes.
    Unsaid,
}

impl Leaf {
    /// `None` for strings and for types with parts.
    pub(super) fn of(data_type: &DataType) -> Option<Leaf> {
        Some(match data_type {
            DataType::Byte => Leaf::Byte,
            DataType::Short => Leaf::Short,
            DataType::Integer => Leaf::Integer,
            DataType::Long => Leaf::Long,
            DataType::Float => Leaf::Float,
            DataType::Double => Leaf::Double,
            DataType::Boolean => Leaf::Boolean,
            DataType::Decimal { precision, scale } => {
                Leaf::Decimal(Target::new(*precision, *scale))
            }
            DataType::Date => Leaf::Date,
            DataType::Timestamp => Leaf::Timestamp,
            DataType::TimestampNtz => Leaf::TimestampNtz,
            DataType::Time(_) => Leaf::Time,
            DataType::Null => Leaf::Void,
            DataType::Binary
            | DataType::CalendarInterval
            | DataType::YearMonthInterval(_)
            | DataType::DayTimeInterval(_) => Leaf::Unsaid,
            _ => return None,
        })
    }

    /// The value of a text; `None` if it says none of the type.
    pub(super) fn read(self, text: &str, options: &XmlOptions) -> Option<Value<'static>> {
        let Some(text) = options.value(text) else {
            return Some(Value::Null);
        };
        let moments = &options.moments;
        match self {
            Leaf::Byte => text.parse::<i8>().ok().map(|n| Value::Whole(n.into())),
            Leaf::Short => text.parse::<i16>().ok().map(|n| Value::Whole(n.into())),
            Leaf::Integer => text.parse::<i32>().ok().map(|n| Value::Whole(n.into())),
            Leaf::Long => text.parse().ok().map(Value::Whole),
            Leaf::Float => number::<f32>(text).map(|n| Value::Real(n.into())),
            Leaf::Double => number(text).map(Value::Real),
            Leaf::Boolean => boolean(text).map(Value::Boolean),
            Leaf::Decimal(target) => {
                let plain = options.symbols.plain(text)?;
                target.read(&Written::parse(&plain)?).map(Value::Decimal)
            }
            Leaf::Date => moments.date(text).map(|days| Value::Whole(days.into())),
            Leaf::Timestamp => moments.timestamp(text).map(Value::Whole),
            Leaf::TimestampNtz => moments.timestamp_ntz(text).map(Value::Whole),
            Leaf::Time => moments.time(text).map(Value::Whole),
            Leaf::Void => Some(Value::Null),
            Leaf::Unsaid => None,
        }
    }
}

/// A string, if it is not the null value.
pub(super) fn string(text: Cow<'_, str>, options: &XmlOptions) -> Value<'static> {
    match options.value(&text) {
        Some(text) => Value::Text(Cow::Owned(text.to_owned())),
        None => Value::Null,
    }
}

/// `true`, `1`, `false` or `0`, in any case.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => crate::csv::boolean(text),
    }
}
