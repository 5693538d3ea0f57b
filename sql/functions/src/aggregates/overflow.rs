//! What a sum too large is: an error, NULL, or a number that has gone round.

use arrow::array::{ArrayRef, AsArray, Decimal128Array};
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType as ArrowType, Decimal128Type};
use flint_sql_spec::{SqlError, condition};

use super::call::Call;

/// What a sum too large is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overflow {
    /// It goes round, as integers did before ANSI.
    Wraps,
    /// NULL.
    Null,
    /// An error.
    Raises,
}

impl Overflow {
    /// By the call: `try_` forms give NULL, intervals always raise, and ANSI decides for the rest.
    pub(super) fn of(call: &Call<'_>, total: &ArrowType) -> Overflow {
        let interval = matches!(total, ArrowType::Interval(_) | ArrowType::Duration(_));
        if call.name.starts_with("try_") {
            Overflow::Null
        } else if call.site.ansi || interval {
            Overflow::Raises
        } else if matches!(total, ArrowType::Decimal128(..)) {
            Overflow::Null
        } else {
            Overflow::Wraps
        }
    }

    /// The error, for a total of that layout.
    pub(super) fn error(total: &ArrowType, instead: &str) -> SqlError {
        match total {
            ArrowType::Interval(_) | ArrowType::Duration(_) => {
                SqlError::new(condition::INTERVAL_ARITHMETIC_OVERFLOW_WITH_SUGGESTION)
                    .with("functionName", "`try_add`")
            }
            ArrowType::Decimal128(..) => arithmetic("Overflow in sum of decimals", instead),
            _ => arithmetic("overflow", "try_add"),
        }
    }
}

fn arithmetic(message: &str, instead: &str) -> SqlError {
    let alternative = format!(" Use '{instead}' to tolerate overflow and return NULL instead.");
    SqlError::new(condition::ARITHMETIC_OVERFLOW)
        .with("message", message)
        .with("alternative", alternative)
        .with("config", "\"spark.sql.ansi.enabled\"")
}

/// What stands for a decimal sum that was too large, in states: no decimal has so many digits.
pub(super) const TOO_LARGE: i128 = i128::MAX;

/// The sum of two decimals, which stays too large once it was.
#[inline]
pub(super) fn add_decimals(total: i128, value: i128) -> i128 {
    match total.checked_add(value) {
        Some(sum) if total != TOO_LARGE && value != TOO_LARGE => sum,
        _ => TOO_LARGE,
    }
}

/// Whether a decimal has that many digits at most.
pub(super) fn fits(value: i128, precision: u8) -> bool {
    value.unsigned_abs() < 10_u128.pow(u32::from(precision.min(DECIMAL128_MAX_PRECISION)))
}

/// The decimals, with NULL or an error for those too large for their type.
pub(super) fn bound_decimals(
    totals: &ArrayRef,
    overflow: Overflow,
    instead: &str,
) -> Result<ArrayRef, SqlError> {
    let layout = totals.data_type();
    let ArrowType::Decimal128(precision, _) = *layout else {
        return Ok(std::sync::Arc::clone(totals));
    };
    let values = totals.as_primitive::<Decimal128Type>();
    if values.iter().flatten().all(|value| fits(value, precision)) {
        return Ok(std::sync::Arc::clone(totals));
    }
    if overflow == Overflow::Raises {
        return Err(Overflow::error(layout, instead));
    }
    let bound: Decimal128Array = values
        .iter()
        .map(|value| value.filter(|value| fits(*value, precision)))
        .collect();
    Ok(std::sync::Arc::new(bound.with_data_type(layout.clone())))
}
