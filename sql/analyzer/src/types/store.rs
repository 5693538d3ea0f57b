//! What INSERT takes for a column of another type: `spark.sql.storeAssignmentPolicy`.

use flint_sql_spec::{CastMode, DataType, with_stack};

use super::{can_cast, can_up_cast};

/// How strict INSERT is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum StorePolicy {
    /// What the standard allows: numbers of any width, anything as a string; overflow is an error.
    #[default]
    Ansi,
    /// Whatever can be cast.
    Legacy,
    /// What loses nothing.
    Strict,
}

/// Whether a value of type `from` may be written to a column of type `to`.
pub fn can_store(from: &DataType, to: &DataType, policy: StorePolicy) -> bool {
    match policy {
        StorePolicy::Ansi => can_store_ansi(from, to),
        StorePolicy::Legacy => can_cast(from, to, CastMode::Legacy),
        StorePolicy::Strict => can_up_cast(from, to),
    }
}

pub(super) fn can_store_ansi(from: &DataType, to: &DataType) -> bool {
    if from == to {
        return true;
    }
    with_stack(|| match (from, to) {
        (DataType::Null, _) => true,
        _ if from.is_numeric() && to.is_numeric() => true,
        _ if to.is_string() => {
            super::common_type::is_atomic(from) || *from == DataType::CalendarInterval
        }
        (
            DataType::Date
            | DataType::Time(_)
            | DataType::Timestamp
            | DataType::TimestampNtz
            | DataType::TimestampLtzNanos(_)
            | DataType::TimestampNtzNanos(_),
            DataType::Date
            | DataType::Time(_)
            | DataType::Timestamp
            | DataType::TimestampNtz
            | DataType::TimestampLtzNanos(_)
            | DataType::TimestampNtzNanos(_),
        ) => true,
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
        ) => (!from_null || *to_null) && can_store_ansi(from, to),
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
        ) => (!from_null || *to_null) && can_store_ansi(fk, tk) && can_store_ansi(fv, tv),
        (DataType::Struct(from), DataType::Struct(to)) => {
            from.len() == to.len()
                && from.iter().zip(to.iter()).all(|(from, to)| {
                    (!from.nullable || to.nullable)
                        && can_store_ansi(&from.data_type, &to.data_type)
                })
        }
        _ => false,
    })
}
