//! Constants as messages: what queries observe goes back to clients so.

use flint_connect_protocol::spark::connect::expression as proto;
use flint_sql_spec::{DataType, Literal};
use proto::literal::{
    Array, CalendarInterval, Decimal, LiteralType, Map, Struct, Time, TimestampLtzNanos,
    TimestampNtzNanos,
};

use crate::data_type_message;

/// The message of a constant. Types of nested constants stand beside them.
pub fn literal_message(literal: &Literal) -> proto::Literal {
    let typed = |literal_type| proto::Literal {
        literal_type: Some(literal_type),
        data_type: None,
    };
    typed(match literal {
        Literal::Null(data_type) => LiteralType::Null(data_type_message(data_type)),
        Literal::Boolean(value) => LiteralType::Boolean(*value),
        Literal::Byte(value) => LiteralType::Byte((*value).into()),
        Literal::Short(value) => LiteralType::Short((*value).into()),
        Literal::Integer(value) => LiteralType::Integer(*value),
        Literal::Long(value) => LiteralType::Long(*value),
        Literal::Float(value) => LiteralType::Float(value.0),
        Literal::Double(value) => LiteralType::Double(value.0),
        Literal::Decimal(value) => LiteralType::Decimal(Decimal {
            value: value.to_string(),
            precision: Some(value.precision.into()),
            scale: Some(value.scale.into()),
        }),
        Literal::String(text) => LiteralType::String(text.to_string()),
        Literal::Binary(bytes) => LiteralType::Binary(bytes.to_vec().into()),
        Literal::Date(days) => LiteralType::Date(*days),
        Literal::Timestamp(micros) => LiteralType::Timestamp(*micros),
        Literal::TimestampNtz(micros) => LiteralType::TimestampNtz(*micros),
        Literal::Time { nanos, precision } => LiteralType::Time(Time {
            nano: *nanos,
            precision: Some((*precision).into()),
        }),
        Literal::TimestampNanos {
            zoned: true,
            micros,
            nanos_within_micro,
            precision,
        } => LiteralType::TimestampLtzNanos(TimestampLtzNanos {
            epoch_micros: *micros,
            nanos_within_micro: (*nanos_within_micro).into(),
            precision: Some((*precision).into()),
        }),
        Literal::TimestampNanos {
            micros,
            nanos_within_micro,
            precision,
            ..
        } => LiteralType::TimestampNtzNanos(TimestampNtzNanos {
            epoch_micros: *micros,
            nanos_within_micro: (*nanos_within_micro).into(),
            precision: Some((*precision).into()),
        }),
        Literal::CalendarInterval {
            months,
            days,
            micros,
        } => LiteralType::CalendarInterval(CalendarInterval {
            months: *months,
            days: *days,
            microseconds: *micros,
        }),
        Literal::YearMonthInterval { months, .. } => LiteralType::YearMonthInterval(*months),
        Literal::DayTimeInterval { micros, .. } => LiteralType::DayTimeInterval(*micros),
        Literal::Array { .. }
        | Literal::Map { .. }
        | Literal::Struct { .. }
        | Literal::Variant(_) => return nested(literal),
    })
}

/// The message of a constant with others inside. There is none for variants.
#[allow(
    deprecated,
    reason = "clients before 4.1 read the types inside of the value"
)]
fn nested(literal: &Literal) -> proto::Literal {
    let data_type = literal.data_type();
    let messages = |values: &[Literal]| values.iter().map(literal_message).collect();
    let literal_type = match literal {
        Literal::Array { element, values } => Some(LiteralType::Array(Array {
            element_type: Some(data_type_message(element)),
            elements: messages(values),
        })),
        Literal::Map {
            key,
            value,
            entries,
        } => Some(LiteralType::Map(Map {
            key_type: Some(data_type_message(key)),
            value_type: Some(data_type_message(value)),
            keys: entries
                .iter()
                .map(|(key, _)| literal_message(key))
                .collect(),
            values: (entries.iter())
                .map(|(_, value)| literal_message(value))
                .collect(),
        })),
        Literal::Struct { fields, values } => {
            let struct_type = DataType::Struct(fields.clone());
            Some(LiteralType::Struct(Struct {
                struct_type: Some(data_type_message(&struct_type)),
                elements: messages(values),
            }))
        }
        _ => None,
    };
    proto::Literal {
        literal_type,
        data_type: Some(data_type_message(&data_type)),
    }
}
