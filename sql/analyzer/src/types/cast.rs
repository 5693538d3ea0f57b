//! What CAST takes, and whether it can give NULL.

use flint_sql_spec::{CastMode, DataType, SqlError, condition, with_stack};

use super::decimal::Digits;

/// Whether a value of type `from` can be cast to `to`. Nullability of parts counts: what may be null
/// cannot become what may not.
pub fn can_cast(from: &DataType, to: &DataType, mode: CastMode) -> bool {
    if from == to {
        return true;
    }
    if let DataType::UserDefined(udt) = from {
        return with_stack(|| can_cast(&udt.sql_type, to, mode));
    }
    match mode {
        CastMode::Legacy => parts(from, to, mode).unwrap_or_else(|| legacy(from, to)),
        CastMode::Ansi | CastMode::Session => {
            parts(from, to, mode).unwrap_or_else(|| ansi(from, to))
        }
        CastMode::Try => parts(from, to, mode).unwrap_or_else(|| ansi(from, to)),
    }
}

/// For arrays, maps and structs on both sides: whether their parts can be cast.
fn parts(from: &DataType, to: &DataType, mode: CastMode) -> Option<bool> {
    let fits = |from: &DataType, from_null: bool, to: &DataType, to_null: bool| {
        let becomes_null = match mode {
            CastMode::Ansi | CastMode::Session => from_null,
            CastMode::Legacy | CastMode::Try => from_null || force_nullable(from, to),
        };
        with_stack(|| can_cast(from, to, mode)) && (!becomes_null || to_null)
    };
    match (from, to) {
        (
            DataType::Array {
                element: from,
                contains_null: from_null,
            },
            DataType::Array {
                element: to,
                contains_null: to_null,
            },
        ) => Some(fits(from, *from_null, to, *to_null)),
        (
            DataType::Map {
                key: fk,
                value: fv,
                value_contains_null: from_null,
            },
            DataType::Map {
                key: tk,
                value: tv,
                value_contains_null: to_null,
            },
        ) => Some(fits(fk, false, tk, false) && fits(fv, *from_null, tv, *to_null)),
        (DataType::Struct(from), DataType::Struct(to)) => Some(
            from.len() == to.len()
                && from.iter().zip(to.iter()).all(|(from, to)| {
                    fits(&from.data_type, from.nullable, &to.data_type, to.nullable)
                }),
        ),
        _ => None,
    }
}

fn is_timestamp(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Timestamp
            | DataType::TimestampNtz
            | DataType::TimestampLtzNanos(_)
            | DataType::TimestampNtzNanos(_)
    )
}

fn is_interval(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::YearMonthInterval(_) | DataType::DayTimeInterval(_)
    )
}

/// Casts that both modes know, besides those to and from strings.
fn shared(from: &DataType, to: &DataType) -> Option<bool> {
    use DataType::{
        CalendarInterval, Date, DayTimeInterval, Time, Timestamp, Variant, YearMonthInterval,
    };
    Some(match (from, to) {
        (DataType::Null, _) => true,
        (_, to) if to.is_string() => !matches!(from, DataType::UserDefined(_)),
        (Variant, to) => variant_parts(to),
        (from, Variant) => goes_into_variant(from),
        (from, to) if is_timestamp(from) && is_timestamp(to) => true,
        (Date, to) if is_timestamp(to) => true,
        (from, Date) if is_timestamp(from) => true,
        (Time(_), Time(_)) => true,
        (from, Time(_)) if is_timestamp(from) => true,
        (Time(_), Timestamp | DataType::TimestampNtz) => true,
        (Time(_), to) if to.is_integral() => true,
        (Time(_), DataType::Decimal { .. }) => true,
        (YearMonthInterval(_), YearMonthInterval(_)) => true,
        (DayTimeInterval(_), DayTimeInterval(_)) => true,
        (from, YearMonthInterval(_) | DayTimeInterval(_)) if from.is_integral() => true,
        (DataType::Decimal { .. }, YearMonthInterval(_) | DayTimeInterval(_)) => true,
        (from, to) if is_interval(from) && to.is_integral() => true,
        (from, DataType::Decimal { .. }) if is_interval(from) => true,
        (from, to) if from.is_string() => {
            matches!(
                to,
                DataType::Boolean
                    | DataType::Binary
                    | Date
                    | Time(_)
                    | CalendarInterval
                    | YearMonthInterval(_)
                    | DayTimeInterval(_)
            ) || to.is_numeric()
                || is_timestamp(to)
        }
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (DataType::Boolean, to) if to.is_numeric() => true,
        (from, DataType::Boolean) if from.is_numeric() => true,
        (Timestamp, to) if to.is_numeric() => true,
        _ => return None,
    })
}

/// Whether a variant can be made of values of the type.
fn goes_into_variant(data_type: &DataType) -> bool {
    match data_type {
        DataType::Array { element, .. } => goes_into_variant(element),
        DataType::Map { .. } | DataType::Struct(_) => false,
        DataType::Time(_) => true,
        other => variant_parts(other),
    }
}

/// Whether an object or array of a variant can be made of values of the type: maps with names and
/// structs are objects.
pub(crate) fn goes_into_object(data_type: &DataType) -> bool {
    match data_type {
        DataType::Array { element, .. } => goes_into_object(element),
        DataType::Map { key, value, .. } => key.is_string() && goes_into_object(value),
        DataType::Struct(fields) => fields.iter().all(|f| goes_into_object(&f.data_type)),
        other => goes_into_variant(other),
    }
}

/// Whether a variant can give values of the type.
fn variant_parts(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null
        | DataType::CalendarInterval
        | DataType::YearMonthInterval(_)
        | DataType::DayTimeInterval(_)
        | DataType::UserDefined(_)
        | DataType::Unparsed(_)
        | DataType::Time(_) => false,
        DataType::Array { element, .. } => variant_parts(element),
        DataType::Map { key, value, .. } => key.is_string() && variant_parts(value),
        DataType::Struct(fields) => fields.iter().all(|field| variant_parts(&field.data_type)),
        _ => true,
    }
}

fn ansi(from: &DataType, to: &DataType) -> bool {
    shared(from, to).unwrap_or(match (from, to) {
        (from, DataType::Timestamp) => from.is_numeric(),
        _ => false,
    })
}

fn legacy(from: &DataType, to: &DataType) -> bool {
    shared(from, to).unwrap_or(match (from, to) {
        (from, DataType::Binary) => from.is_integral(),
        (DataType::Date, to) => to.is_numeric() || *to == DataType::Boolean,
        (DataType::Timestamp, DataType::Boolean) => true,
        (from, DataType::Timestamp) => from.is_numeric() || *from == DataType::Boolean,
        _ => false,
    })
}

/// Whether a cast can give NULL for what is not null.
pub fn force_nullable(from: &DataType, to: &DataType) -> bool {
    use DataType::{Byte, Date, Double, Float, Integer, Short, Timestamp};
    match (from, to) {
        (DataType::Null, _) => false,
        _ if from == to => false,
        (DataType::Variant, _) => true,
        (from, to) if from.is_string() => !(to.is_string() || *to == DataType::Binary),
        (_, to) if to.is_string() => false,
        (Timestamp, Byte | Short | Integer) => true,
        (Float | Double, Timestamp) => true,
        (from, Date) => !is_timestamp(from),
        (Date, to) => !is_timestamp(to),
        (_, DataType::CalendarInterval) => true,
        (from, DataType::Decimal { .. }) => !null_safe_to_decimal(from, to),
        (Float | Double | DataType::Decimal { .. }, to) if to.is_integral() => true,
        _ => false,
    }
}

/// Whether every value has room in the decimal type.
fn null_safe_to_decimal(from: &DataType, to: &DataType) -> bool {
    let one = DataType::Decimal {
        precision: 1,
        scale: 0,
    };
    let from = if *from == DataType::Boolean {
        &one
    } else {
        from
    };
    match (Digits::of(from), Digits::of(to)) {
        (Some(from), Some(to)) => to.is_wider_than(from),
        _ => false,
    }
}

/// Whether a cast of a value of type `from` can give NULL.
pub fn cast_is_nullable(from: &DataType, nullable: bool, to: &DataType, mode: CastMode) -> bool {
    nullable
        || match mode {
            CastMode::Try => !can_up_cast(from, to),
            CastMode::Ansi | CastMode::Legacy | CastMode::Session => force_nullable(from, to),
        }
}

/// Whether a cast loses nothing: what typed datasets and views take.
pub fn can_up_cast(from: &DataType, to: &DataType) -> bool {
    const NUMBERS: [DataType; 6] = [
        DataType::Byte,
        DataType::Short,
        DataType::Integer,
        DataType::Long,
        DataType::Float,
        DataType::Double,
    ];
    let rank = |data_type: &DataType| NUMBERS.iter().position(|known| known == data_type);
    if from == to {
        return true;
    }
    match (from, to) {
        (DataType::Null, _) => true,
        (DataType::Decimal { .. }, DataType::Float | DataType::Double) => true,
        (from, DataType::Decimal { .. }) if Digits::of(from).is_some() => {
            null_safe_to_decimal(from, to)
        }
        (DataType::Decimal { .. }, to) if to.is_integral() => {
            matches!((Digits::of(from), Digits::of(to)), (Some(from), Some(to))
                if from.scale <= 0 && from.whole() < to.whole())
        }
        (from, to) if rank(from).is_some() && rank(to).is_some() => rank(from) <= rank(to),
        (DataType::Date, to) if is_timestamp(to) => true,
        (DataType::Timestamp, DataType::TimestampNtz)
        | (DataType::TimestampNtz, DataType::Timestamp) => true,
        (DataType::Timestamp, DataType::Long) => true,
        (DataType::Long, DataType::Timestamp) => true,
        (DataType::Time(from), DataType::Time(to)) => from <= to,
        (from, to) if from.is_string() && to.is_string() => true,
        (from, to) if to.is_string() => {
            super::common_type::is_atomic(from) || *from == DataType::CalendarInterval
        }
        (DataType::YearMonthInterval(_), DataType::YearMonthInterval(_))
        | (DataType::DayTimeInterval(_), DataType::DayTimeInterval(_)) => true,
        (
            DataType::Array {
                element: from,
                contains_null: from_null,
            },
            DataType::Array {
                element: to,
                contains_null: to_null,
            },
        ) => (!from_null || *to_null) && can_up_cast(from, to),
        (
            DataType::Map {
                key: fk,
                value: fv,
                value_contains_null: from_null,
            },
            DataType::Map {
                key: tk,
                value: tv,
                value_contains_null: to_null,
            },
        ) => (!from_null || *to_null) && can_up_cast(fk, tk) && can_up_cast(fv, tv),
        (DataType::Struct(from), DataType::Struct(to)) => {
            from.len() == to.len()
                && from.iter().zip(to.iter()).all(|(from, to)| {
                    (!from.nullable || to.nullable) && can_up_cast(&from.data_type, &to.data_type)
                })
        }
        _ => false,
    }
}

/// The error of a cast that [`can_cast`] refuses; `sql` is the cast as text, in double quotes.
pub fn cast_error(from: &DataType, to: &DataType, mode: CastMode, sql: String) -> SqlError {
    let error = |condition| {
        SqlError::new(condition)
            .with("sqlExpr", sql.clone())
            .with("srcType", quoted(from))
            .with("targetType", quoted(to))
    };
    if mode == CastMode::Legacy {
        return error(condition::DATATYPE_MISMATCH_CAST_WITHOUT_SUGGESTION);
    }
    if let Some(functions) = instead_of_cast(from, to) {
        return error(condition::DATATYPE_MISMATCH_CAST_WITH_FUNC_SUGGESTION)
            .with("functionNames", functions);
    }
    if mode == CastMode::Ansi && can_cast(from, to, CastMode::Legacy) {
        return error(condition::DATATYPE_MISMATCH_CAST_WITH_CONF_SUGGESTION)
            .with("config", "\"spark.sql.ansi.enabled\"")
            .with("configVal", "'false'");
    }
    error(condition::DATATYPE_MISMATCH_CAST_WITHOUT_SUGGESTION)
}

/// Functions that do what a refused cast of ANSI mode did.
fn instead_of_cast(from: &DataType, to: &DataType) -> Option<&'static str> {
    match (from, to) {
        (DataType::Array { .. }, to) if to.is_string() => Some("`ARRAY_JOIN`"),
        (DataType::Date, to) if to.is_numeric() => Some("`UNIX_DATE`"),
        (from, DataType::Date) if from.is_numeric() => Some("`DATE_FROM_UNIX_DATE`"),
        (from, DataType::Timestamp) if from.is_numeric() => {
            Some("`TIMESTAMP_SECONDS`/`TIMESTAMP_MILLIS`/`TIMESTAMP_MICROS`")
        }
        (DataType::Timestamp, to) if to.is_numeric() => {
            Some("`UNIX_SECONDS`/`UNIX_MILLIS`/`UNIX_MICROS`")
        }
        _ => None,
    }
}

fn quoted(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}
