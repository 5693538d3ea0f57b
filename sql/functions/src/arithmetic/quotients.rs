//! Quotients and remainders of decimals.
//!
//! A quotient is rounded once, half up, to the digits of its type. Its dividend is given zeros until
//! that is a division of whole numbers: in 64 or 128 bits where the digits allow it, else in 256.

use arrow::datatypes::{Decimal128Type, Int64Type, i256};
use flint_sql_spec::Result;

use super::decimals::{
    Digits, LARGEST, Shape, divide_half_up, divide_wide, fits_narrow, narrow_power, plain,
    wide_power,
};
use super::failure::{Missing, by_zero, out_of_range};
use super::{Operator, binary};
use crate::scalar::Kernel;
use crate::site::Site;

type Decimals = Decimal128Type;

/// Digits of a whole quotient before it is cut to 64 bits.
const WHOLE: Digits = Digits {
    precision: 38,
    scale: 0,
};

/// Zeros that the dividend gets, and those that the divisor gets.
fn zeros(shape: Shape) -> (u32, u32) {
    let [left, right, result] = [shape.left, shape.right, shape.result].map(|d| i32::from(d.scale));
    let more = result - left + right;
    (more.max(0).unsigned_abs(), (-more).max(0).unsigned_abs())
}

/// The divisor, or one in place of zero: a row in doubt must not trap.
fn nonzero(divisor: i128) -> i128 {
    if divisor == 0 { 1 } else { divisor }
}

pub(super) fn quotient(site: &Site, missing: Missing) -> Result<Kernel> {
    let shape = Shape::of("/", site, None)?;
    let zeros = zeros(shape);
    let exact = move |a: i128, b: i128| {
        if b == 0 {
            return missing.none(|| by_zero(Operator::Divide));
        }
        let divided = divided_wide(a, b, zeros, divide_wide);
        let found = divided.and_then(|quotient| shape.result.fit(quotient, 0));
        missing.settle(found, || too_large(a, b, shape, true))
    };
    // The quotient has no more digits than the dividend with its zeros.
    let small = u32::from(shape.left.precision) + zeros.0 <= 38;
    match (10_i128.checked_pow(zeros.0), zeros.1) {
        (Some(times), 0) if small => {
            let quick =
                move |a: i128, b: i128| (divide_half_up(a.wrapping_mul(times), nonzero(b)), b == 0);
            binary::<Decimals, Decimals, Decimals>(site, quick, exact)
        }
        (Some(times), 0) if fits_narrow(times) => {
            let quick = move |a: i128, b: i128| {
                let quotient = divide_half_up(a.wrapping_mul(times), nonzero(b));
                let doubt = !fits_narrow(a) | (b == 0);
                (quotient, doubt | !(-LARGEST..=LARGEST).contains(&quotient))
            };
            binary::<Decimals, Decimals, Decimals>(site, quick, exact)
        }
        _ => binary::<Decimals, Decimals, Decimals>(site, |_, _| (0, true), exact),
    }
}

/// The quotient of both values with their zeros, or `None` if the dividend needs more than 256 bits:
/// then the quotient has more than 38 digits in any case.
fn divided_wide(
    a: i128,
    b: i128,
    zeros: (u32, u32),
    divide: impl Fn(i256, i256) -> i256,
) -> Option<i256> {
    if zeros.0 > 76 || zeros.1 > 76 {
        return None;
    }
    let dividend = i256::from_i128(a).checked_mul(wide_power(zeros.0))?;
    let divisor = i256::from_i128(b).checked_mul(wide_power(zeros.1))?;
    Some(divide(dividend, divisor))
}

/// The error for a quotient without room. Its text has the result's digits after the point.
fn too_large(a: i128, b: i128, shape: Shape, rounded: bool) -> flint_sql_spec::SqlError {
    let result = shape.result;
    let digits = long_division(a, b, zeros(shape).0, rounded);
    out_of_range(plain(&digits, result.scale), result.precision, result.scale)
}

/// `a` with `zeros` divided by `b`, digit by digit.
fn long_division(a: i128, b: i128, zeros: u32, rounded: bool) -> String {
    let (size, divisor) = (a.unsigned_abs(), i256::from_i128(b).wrapping_abs());
    let mut text = (size / b.unsigned_abs()).to_string();
    let mut rest = i256::from_parts(size % b.unsigned_abs(), 0);
    let ten = i256::from_i128(10);
    for _ in 0..zeros {
        let shifted = rest.wrapping_mul(ten);
        text.push_str(&shifted.wrapping_div(divisor).to_string());
        rest = shifted.wrapping_rem(divisor);
    }
    let text = text.trim_start_matches('0');
    let mut digits: Vec<u8> = std::iter::once(b'0').chain(text.bytes()).collect();
    if rounded && rest >= divisor.wrapping_sub(rest) {
        let nines = digits
            .iter()
            .rev()
            .take_while(|digit| **digit == b'9')
            .count();
        let at = digits.len() - 1 - nines;
        digits[at] += 1;
        digits[at + 1..].fill(b'0');
    }
    let text: String = digits.into_iter().map(char::from).collect();
    let sign = if (a < 0) == (b < 0) { "" } else { "-" };
    let text = text.trim_start_matches('0');
    if text.is_empty() {
        "0".to_owned()
    } else {
        format!("{sign}{text}")
    }
}

/// `div`: cut at the point, of 38 digits, and then its low 64 bits, as Spark takes them.
pub(super) fn whole_quotient(site: &Site, missing: Missing) -> Result<Kernel> {
    let operator = Operator::IntegralDivide;
    let shape = Shape::of(operator.symbol(), site, Some(WHOLE))?;
    let zeros = zeros(shape);
    let exact = move |a: i128, b: i128| {
        if b == 0 {
            return missing.none(|| by_zero(operator));
        }
        let divided = divided_wide(a, b, zeros, |a, b| a.wrapping_div(b));
        let found = divided.and_then(|quotient| WHOLE.fit(quotient, 0));
        missing.settle(found.map(|quotient| quotient as i64), || {
            too_large(a, b, shape, false)
        })
    };
    match (narrow_power(zeros.0), narrow_power(zeros.1)) {
        (Some(times_a), Some(times_b)) => {
            let quick = move |a: i128, b: i128| {
                let divisor = b.wrapping_mul(times_b);
                let doubt = !fits_narrow(a) | !fits_narrow(b) | (b == 0);
                let divisor = if doubt { 1 } else { divisor };
                (a.wrapping_mul(times_a).wrapping_div(divisor) as i64, doubt)
            };
            binary::<Decimals, Decimals, Int64Type>(site, quick, exact)
        }
        _ => binary::<Decimals, Decimals, Int64Type>(site, |_, _| (0, true), exact),
    }
}

pub(super) fn remainder(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    let positive = operator == Operator::PositiveRemainder;
    let shape = Shape::of(operator.symbol(), site, None)?;
    let zeros = shape.zeros();
    let exact = move |a: i128, b: i128| {
        if b == 0 {
            return missing.none(|| by_zero(operator));
        }
        let a = i256::from_i128(a).wrapping_mul(wide_power(zeros.0));
        let b = i256::from_i128(b).wrapping_mul(wide_power(zeros.1));
        let mut rest = a.wrapping_rem(b);
        if positive && rest.is_negative() {
            rest = rest.wrapping_add(b).wrapping_rem(b);
        }
        missing.settle(shape.result.fit(rest, 0), || {
            let (text, result) = (plain(&rest.to_string(), shape.common_scale()), shape.result);
            out_of_range(text, result.precision, result.scale)
        })
    };
    match (narrow_power(zeros.0), narrow_power(zeros.1)) {
        (Some(times_a), Some(times_b)) => {
            let quick = move |a: i128, b: i128| {
                let doubt = !fits_narrow(a) | !fits_narrow(b) | (b == 0);
                let divisor = if doubt { 1 } else { b.wrapping_mul(times_b) };
                let rest = narrow_rest(a.wrapping_mul(times_a), divisor);
                let below = positive & (rest < 0);
                (
                    if below {
                        narrow_rest(rest + divisor, divisor)
                    } else {
                        rest
                    },
                    doubt,
                )
            };
            binary::<Decimals, Decimals, Decimals>(site, quick, exact)
        }
        _ => binary::<Decimals, Decimals, Decimals>(site, |_, _| (0, true), exact),
    }
}

fn narrow_rest(a: i128, b: i128) -> i128 {
    if fits_narrow(a) && fits_narrow(b) {
        i128::from((a as i64).wrapping_rem(b as i64))
    } else {
        a.wrapping_rem(b)
    }
}

#[cfg(test)]
mod tests {
    use super::long_division;

    #[test]
    fn long_divisions_round_half_up() {
        assert_eq!(long_division(10, 3, 3, true), "3333");
        assert_eq!(long_division(-20, 3, 3, true), "-6667");
        assert_eq!(long_division(9_999, 1_000, 2, true), "1000");
        assert_eq!(long_division(-9_999, 1_000, 2, false), "-999");
        assert_eq!(long_division(1, 4, 1, true), "3");
        assert_eq!(long_division(0, -4, 1, true), "0");
    }
}
