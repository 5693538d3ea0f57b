//! Constants.
//!
//! A value's type is told twice on the wire: by the member that holds it, and, where that is not
//! enough, by a type beside it or around it. Both must agree. Elements take the type that the
//! collection gives them, so a null among integers is an integer's null, whatever it says itself.
//!
//! Spark's server reads an element of another member as that type's zero. Here it is an error, as it
//! is for values that stand alone: a wrong constant is worse than none.

mod case;
mod collection;
mod decimal;
mod time;

use flint_connect_protocol::spark::connect::expression as proto;
use flint_sql_spec::{DataType, Float, Literal, Result, SqlError, condition};
use proto::literal::LiteralType;

/// The constant of a message.
///
/// The collation of a string that stands alone is not part of a constant.
///
/// ```
/// use flint_connect_plans::literal;
/// use flint_connect_protocol::spark::connect::expression as proto;
/// use flint_sql_spec::Literal;
/// let message = proto::Literal {
///     literal_type: Some(proto::literal::LiteralType::Integer(7)),
///     data_type: None,
/// };
/// assert_eq!(literal(&message)?, Literal::Integer(7));
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `CONNECT_INVALID_PLAN` when no known value is set, when it contradicts the type beside it, or when
/// a collection lacks its type; the conditions of Spark's decimals and times for values out of range.
pub fn literal(message: &proto::Literal) -> Result<Literal> {
    match &message.data_type {
        Some(data_type) => of_type(message, &crate::data_type::complete(data_type)?),
        None => value(message, None),
    }
}

/// The constant of a message, which must be of a type.
fn of_type(message: &proto::Literal, expected: &DataType) -> Result<Literal> {
    let found = message.literal_type.as_ref();
    match (found, expected) {
        (Some(LiteralType::Null(_)), _) => Ok(Literal::Null(expected.clone())),
        (_, DataType::Null) => Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_EXPECTED_NULL_VALUE,
        )
        .with("literalTypeCase", case::of_value(found).0)),
        _ if case::agree(found, expected) => value(message, Some(expected)),
        _ => Err(
            SqlError::new(condition::CONNECT_INVALID_PLAN_INCOMPATIBLE_LITERAL_DATA_TYPE)
                .with("dataTypeKindCase", case::of_type(expected))
                .with("literalTypeCase", case::of_value(found).0),
        ),
    }
}

/// The constant of a message, of the type `expected` if one is told. They have been found to agree.
fn value(message: &proto::Literal, expected: Option<&DataType>) -> Result<Literal> {
    let Some(value) = &message.literal_type else {
        return Err(unsupported(None));
    };
    Ok(match value {
        LiteralType::Null(data_type) => Literal::Null(crate::data_type::complete(data_type)?),
        LiteralType::Binary(bytes) => Literal::Binary(bytes.as_ref().into()),
        LiteralType::Boolean(value) => Literal::Boolean(*value),
        // The wire has no narrower integers. What does not fit wraps around, as in Spark.
        LiteralType::Byte(value) => Literal::Byte(*value as i8),
        LiteralType::Short(value) => Literal::Short(*value as i16),
        LiteralType::Integer(value) => Literal::Integer(*value),
        LiteralType::Long(value) => Literal::Long(*value),
        LiteralType::Float(value) => Literal::Float(Float(*value)),
        LiteralType::Double(value) => Literal::Double(Float(*value)),
        LiteralType::Decimal(value) => Literal::Decimal(decimal::value(value, expected)?),
        LiteralType::String(text) => Literal::String(text.as_str().into()),
        LiteralType::Date(days) => Literal::Date(*days),
        LiteralType::Timestamp(micros) => Literal::Timestamp(*micros),
        LiteralType::TimestampNtz(micros) => Literal::TimestampNtz(*micros),
        LiteralType::CalendarInterval(interval) => Literal::CalendarInterval {
            months: interval.months,
            days: interval.days,
            micros: interval.microseconds,
        },
        LiteralType::YearMonthInterval(months) => time::year_month(*months, expected),
        LiteralType::DayTimeInterval(micros) => time::day_time(*micros, expected),
        LiteralType::Array(array) => collection::array(array, expected)?,
        LiteralType::Map(map) => collection::map(map, expected)?,
        LiteralType::Struct(structure) => collection::structure(structure, expected)?,
        LiteralType::SpecializedArray(array) => match &array.value_type {
            Some(values) => collection::specialized(values),
            None => return Err(unsupported(Some(value))),
        },
        LiteralType::Time(time) => time::time_of_day(time, expected)?,
        LiteralType::TimestampNtzNanos(nanos) => time::zoneless(nanos, expected)?,
        LiteralType::TimestampLtzNanos(nanos) => time::instant(nanos, expected)?,
    })
}

fn unsupported(value: Option<&LiteralType>) -> SqlError {
    let (name, number) = case::of_value(value);
    SqlError::new(condition::CONNECT_INVALID_PLAN_UNSUPPORTED_LITERAL_TYPE)
        .with("typeInfo", format!("{name}({number})"))
}
