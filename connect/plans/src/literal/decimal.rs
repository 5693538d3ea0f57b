//! Decimals, which travel as text.
//!
//! The type has the digits that the text has, and more where the message asks for more: PySpark
//! writes `Decimal("1.5")` as a decimal of 10 digits with none after the point, and means 1.5.

use flint_connect_protocol::spark::connect::expression::literal as proto;
use flint_sql_spec::{DataType, DecimalValue, Result, SqlError, condition};

use crate::data_type::decimal_type;
use crate::missing;

/// A number as written: `digits` times ten to the power of minus `scale`.
struct Written {
    negative: bool,
    digits: String,
    scale: i64,
}

/// The value of a message, of the type `expected` if one is told.
pub(super) fn value(message: &proto::Decimal, expected: Option<&DataType>) -> Result<DecimalValue> {
    let text = &message.value;
    let written = parse(text).ok_or_else(|| {
        missing::assertion(format!("The decimal literal '{text}' is not a number."))
    })?;
    let (asked_precision, asked_scale) = match expected {
        Some(DataType::Decimal { precision, scale }) => {
            (Some(i32::from(*precision)), Some(i32::from(*scale)))
        }
        _ => (message.precision, message.scale),
    };
    // A text without digits after the point may end in zeros that it does not write: 1E3.
    let own_scale = written.scale.max(0);
    let own_precision = (written.digits.len() as i64 - written.scale.min(0)).max(own_scale);
    let scale = own_scale.max(asked_scale.map_or(0, i64::from));
    let precision = own_precision
        .max(asked_precision.map_or(0, i64::from))
        .max(scale);
    let DataType::Decimal { precision, scale } = decimal_type(narrow(precision), narrow(scale))?
    else {
        return Err(SqlError::internal("a decimal type is a decimal type"));
    };
    let unscaled = unscaled(&written, scale, precision).ok_or_else(|| {
        SqlError::new(condition::NUMERIC_VALUE_OUT_OF_RANGE_WITH_SUGGESTION)
            .with("value", text)
            .with("precision", precision.to_string())
            .with("scale", scale.to_string())
            .with("config", "\"spark.sql.ansi.enabled\"")
    })?;
    Ok(DecimalValue {
        unscaled,
        precision,
        scale,
    })
}

/// A number of digits for an error; those of absurd numbers stay as large as they can be.
fn narrow(digits: i64) -> i32 {
    i32::try_from(digits).unwrap_or(i32::MAX)
}

/// The digits at `scale`, when they are no more than `precision`.
fn unscaled(written: &Written, scale: i8, precision: u8) -> Option<i128> {
    let zeros = u32::try_from(i64::from(scale) - written.scale).ok()?;
    let digits: i128 = written.digits.parse().ok()?;
    let unscaled = digits.checked_mul(10_i128.checked_pow(zeros)?)?;
    let fits = unscaled < 10_i128.checked_pow(precision.into())?;
    fits.then_some(if written.negative {
        -unscaled
    } else {
        unscaled
    })
}

/// Reads `[+-] digits [. digits] [E [+-] digits]`, with a digit on one side of the point at least.
fn parse(text: &str) -> Option<Written> {
    let (negative, rest) = sign(text);
    let (number, exponent) = match rest.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent_of(exponent)?),
        None => (rest, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    Some(Written {
        negative,
        digits: if significant.is_empty() {
            "0"
        } else {
            significant
        }
        .to_owned(),
        scale: fraction.len() as i64 - i64::from(exponent),
    })
}

fn exponent_of(text: &str) -> Option<i32> {
    let (negative, digits) = sign(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    Some(if negative { -number } else { number })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, precision: Option<i32>, scale: Option<i32>) -> Result<(i128, u8, i8)> {
        let message = proto::Decimal {
            value: text.to_owned(),
            precision,
            scale,
        };
        value(&message, None).map(|value| (value.unscaled, value.precision, value.scale))
    }

    #[test]
    fn types_have_the_digits_of_the_text_or_more() {
        let cases = [
            ("1.5", None, None, (15, 2, 1)),
            ("1.5", Some(10), Some(3), (1500, 10, 3)),
            ("1.5", Some(10), Some(0), (15, 10, 1)),
            ("1.5", Some(1), Some(0), (15, 2, 1)),
            ("1.5", Some(3), Some(-1), (15, 3, 1)),
            ("1e3", None, None, (1000, 4, 0)),
            ("1E-5", None, None, (1, 5, 5)),
            ("-0.00", None, None, (0, 2, 2)),
            ("+.5", None, None, (5, 1, 1)),
            ("007.", None, None, (7, 1, 0)),
        ];
        for (text, precision, scale, expected) in cases {
            assert_eq!(of(text, precision, scale).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let nines = "9".repeat(39);
        let cases = [
            (
                "1.5",
                None,
                Some(5),
                "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            ),
            (
                "1.5",
                Some(50),
                Some(2),
                "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            ),
            (
                "1e50",
                None,
                None,
                "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            ),
            (
                "1e2147483647",
                None,
                None,
                "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            ),
            (
                "1e-2147483647",
                None,
                None,
                "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            ),
            (
                &nines,
                None,
                None,
                "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            ),
            (
                "1e2147483648",
                None,
                None,
                "CONNECT_INVALID_PLAN.ASSERTION_FAILURE",
            ),
            ("abc", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
            ("", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
            (".", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
            (" 1", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
            ("1e", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
            ("--1", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
            ("NaN", None, None, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
        ];
        for (text, precision, scale, condition) in cases {
            let error = of(text, precision, scale).expect_err(text);
            assert_eq!(error.condition().name, condition, "{text}");
        }
    }
}
