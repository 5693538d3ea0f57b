//! What becomes of a result that does not exist, and Spark's errors for it.

use std::fmt::Display;

use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use super::Operator;
use super::rows::Settled;
use crate::site::Site;

const ANSI: &str = "\"spark.sql.ansi.enabled\"";

/// What becomes of a result that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// An error.
    Raise,
    /// Null.
    Null,
    /// Null too, but whole numbers wrap around.
    Wrap,
}

impl Missing {
    /// What the call's mode says.
    pub(crate) fn of(site: &Site) -> Missing {
        if site.ansi {
            Missing::Raise
        } else {
            Missing::Wrap
        }
    }

    /// The value if there is one; else the error or null.
    pub(crate) fn settle<T>(
        self,
        value: Option<T>,
        error: impl FnOnce() -> SqlError,
    ) -> Settled<T> {
        match (value, self) {
            (None, Missing::Raise) => Err(Raised(error())),
            (value, _) => Ok(value),
        }
    }

    /// No value: the error or null.
    pub(crate) fn none<T>(self, error: impl FnOnce() -> SqlError) -> Settled<T> {
        self.settle(None, error)
    }
}

/// The error of `/ 0` and of `% 0`.
pub(super) fn by_zero(operator: Operator) -> SqlError {
    let condition = match operator {
        Operator::Remainder | Operator::PositiveRemainder => condition::REMAINDER_BY_ZERO,
        _ => condition::DIVIDE_BY_ZERO,
    };
    SqlError::new(condition).with("config", ANSI)
}

/// The error of `int` and `bigint`; `forgiving` is the function that would not fail.
pub(crate) fn overflow(message: &str, forgiving: Option<&str>) -> SqlError {
    let alternative = forgiving.map_or_else(String::new, |name| {
        format!(" Use '{name}' to tolerate overflow and return NULL instead.")
    });
    SqlError::new(condition::ARITHMETIC_OVERFLOW)
        .with("message", message)
        .with("alternative", alternative)
        .with("config", ANSI)
}

/// The error of `tinyint` and `smallint`.
pub(super) fn small_overflow(operator: Operator, a: impl Display, b: impl Display) -> SqlError {
    SqlError::new(condition::BINARY_ARITHMETIC_OVERFLOW)
        .with("value1", format!("{a}S"))
        .with("symbol", operator.symbol())
        .with("value2", format!("{b}S"))
        .with("functionName", format!("`{}`", operator.forgiving()))
}

/// The error of intervals.
pub(super) fn interval_overflow(forgiving: Option<&str>) -> SqlError {
    match forgiving {
        Some(name) => SqlError::new(condition::INTERVAL_ARITHMETIC_OVERFLOW_WITH_SUGGESTION)
            .with("functionName", format!("`{name}`")),
        None => SqlError::new(condition::INTERVAL_ARITHMETIC_OVERFLOW_WITHOUT_SUGGESTION),
    }
}

/// The error of decimals: `value` has no room in so many digits.
pub(crate) fn out_of_range(value: impl Into<String>, precision: u8, scale: i8) -> SqlError {
    SqlError::new(condition::NUMERIC_VALUE_OUT_OF_RANGE_WITH_SUGGESTION)
        .with("value", value.into())
        .with("precision", precision.to_string())
        .with("scale", scale.to_string())
        .with("config", ANSI)
}
