//! Constants.

use flint_connect_protocol::spark::connect::expression as proto;
use flint_sql_spec::{Float, Literal, Result, SqlError, condition};
use proto::literal::LiteralType;

/// The constant of a message.
///
/// # Errors
/// `CONNECT_INVALID_PLAN` when no known value is set, or it contradicts the type beside it.
pub fn literal(message: &proto::Literal) -> Result<Literal> {
    let not_known = |kind: &str| {
        SqlError::new(condition::CONNECT_INVALID_PLAN_UNSUPPORTED_LITERAL_TYPE)
            .with("typeInfo", kind)
    };
    let Some(value) = &message.literal_type else {
        return Err(not_known("LITERALTYPE_NOT_SET"));
    };
    Ok(match value {
        LiteralType::Null(data_type) => Literal::Null(crate::data_type(data_type)?),
        LiteralType::Binary(bytes) => Literal::Binary(bytes.as_ref().into()),
        LiteralType::Boolean(value) => Literal::Boolean(*value),
        LiteralType::Byte(value) => Literal::Byte(*value as i8),
        LiteralType::Short(value) => Literal::Short(*value as i16),
        LiteralType::Integer(value) => Literal::Integer(*value),
        LiteralType::Long(value) => Literal::Long(*value),
        LiteralType::Float(value) => Literal::Float(Float(*value)),
        LiteralType::Double(value) => Literal::Double(Float(*value)),
        LiteralType::String(text) => Literal::String(text.as_str().into()),
        LiteralType::Date(days) => Literal::Date(*days),
        LiteralType::Timestamp(micros) => Literal::Timestamp(*micros),
        LiteralType::TimestampNtz(micros) => Literal::TimestampNtz(*micros),
        _ => return Err(not_known("OTHER")),
    })
}
