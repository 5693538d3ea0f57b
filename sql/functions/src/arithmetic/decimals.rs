//! Sums and products of decimals, and what all decimal operators share.
//!
//! A decimal is its unscaled value in 128 bits. The analyzer gives results as many digits as they can
//! need, up to 38; when it had to cut, a result may have no room, or may lose digits after the point,
//! which rounds half up. So:
//!
//! - results that were not cut are computed without any check, and from factors of at most 18 digits
//!   by one 64-bit multiplication;
//! - otherwise values that fit 64 bits are as quick, because their sums and products have room
//!   always; other rows go through 256 bits one by one.
//!
//! Spark cuts a product to 39 digits before it rounds it to its type, which shows in error messages;
//! so it is done here too.

use arrow::datatypes::{Decimal128Type, i256};
use flint_sql_spec::{DataType, Result};

use super::failure::{Missing, out_of_range};
use super::rows::Settled;
use super::{Operator, binary, no_kernel};
use crate::scalar::Kernel;
use crate::site::Site;

/// The largest unscaled value of 38 digits.
pub(crate) const LARGEST: i128 = 10_i128.pow(38) - 1;
/// Digits that always fit 64 bits.
const NARROW: u8 = 18;

/// Digits of a decimal type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digits {
    pub(crate) precision: u8,
    pub(crate) scale: i8,
}

impl Digits {
    /// The digits of a type, if it is a decimal.
    pub(crate) fn of(data_type: &DataType) -> Option<Digits> {
        match data_type {
            DataType::Decimal { precision, scale } => Some(Digits {
                precision: *precision,
                scale: *scale,
            }),
            _ => None,
        }
    }

    /// Digits before the point.
    fn whole(self) -> i32 {
        i32::from(self.precision) - i32::from(self.scale)
    }

    fn is_narrow(self) -> bool {
        self.precision <= NARROW
    }

    /// The value, `drop` digits of which are cut, if it has room in these digits.
    pub(crate) fn fit(self, exact: i256, drop: u32) -> Option<i128> {
        let rounded = round_wide(exact, drop).to_i128()?;
        let room = 10_i128.pow(u32::from(self.precision));
        (rounded > -room && rounded < room).then_some(rounded)
    }
}

/// Digits of both sides and of the result.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) left: Digits,
    pub(super) right: Digits,
    pub(super) result: Digits,
}

impl Shape {
    /// The digits of a call of two decimals; `result` if it gives none.
    pub(super) fn of(name: &str, site: &Site, result: Option<Digits>) -> Result<Shape> {
        let sides: Option<Vec<_>> = site.arguments.iter().map(Digits::of).collect();
        match (
            sides.as_deref(),
            result.or_else(|| Digits::of(&site.result)),
        ) {
            (Some(&[left, right]), Some(result)) => Ok(Shape {
                left,
                right,
                result,
            }),
            _ => Err(no_kernel(name, site)),
        }
    }

    /// Digits after the point that hold both sides.
    pub(super) fn common_scale(self) -> i8 {
        self.left.scale.max(self.right.scale)
    }

    /// How many zeros each side gets to have that scale.
    pub(super) fn zeros(self) -> (u32, u32) {
        let scale = self.common_scale();
        (
            zeros(scale, self.left.scale),
            zeros(scale, self.right.scale),
        )
    }

    /// Settles a row of which only `exact` is known, with `scale` digits after the point.
    fn settle(self, missing: Missing, exact: i256, scale: i8) -> Settled<i128> {
        let drop = zeros(scale, self.result.scale);
        missing.settle(self.result.fit(exact, drop), || {
            out_of_range(
                plain(&exact.to_string(), scale),
                self.result.precision,
                self.result.scale,
            )
        })
    }
}

fn zeros(scale: i8, other: i8) -> u32 {
    (i32::from(scale) - i32::from(other)).max(0).unsigned_abs()
}

/// Ten to a power, if it fits 64 bits.
pub(super) fn narrow_power(exponent: u32) -> Option<i128> {
    10_i64.checked_pow(exponent).map(i128::from)
}

/// Ten to a power up to 76.
pub(super) fn wide_power(exponent: u32) -> i256 {
    i256::from_i128(10).wrapping_pow(exponent)
}

pub(super) fn fits_narrow(value: i128) -> bool {
    i128::from(value as i64) == value
}

/// `value / divisor`, half away from zero.
pub(crate) fn divide_half_up(value: i128, divisor: i128) -> i128 {
    if fits_narrow(value) && fits_narrow(divisor) && divisor != -1 {
        let (value, divisor) = (value as i64, divisor as i64);
        let (quotient, rest) = (value / divisor, (value % divisor).unsigned_abs());
        let up = rest >= divisor.unsigned_abs() - rest;
        let away = if (value < 0) == (divisor < 0) { 1 } else { -1 };
        return i128::from(if up { quotient + away } else { quotient });
    }
    let (quotient, rest) = (value / divisor, (value % divisor).unsigned_abs());
    let up = rest >= divisor.unsigned_abs() - rest;
    let away = if (value < 0) == (divisor < 0) { 1 } else { -1 };
    if up { quotient + away } else { quotient }
}

/// `value / divisor` in 256 bits, half away from zero.
pub(super) fn divide_wide(value: i256, divisor: i256) -> i256 {
    let (quotient, rest) = (value.wrapping_div(divisor), value.wrapping_rem(divisor));
    let (rest, size) = (rest.wrapping_abs(), divisor.wrapping_abs());
    if rest < size.wrapping_sub(rest) {
        return quotient;
    }
    let away = if value.is_negative() == divisor.is_negative() {
        1
    } else {
        -1
    };
    quotient.wrapping_add(i256::from_i128(away))
}

/// The value without its last `drop` digits, half away from zero.
fn round_wide(value: i256, drop: u32) -> i256 {
    if drop == 0 {
        value
    } else {
        divide_wide(value, wide_power(drop))
    }
}

/// An unscaled value as text, without exponent.
pub(crate) fn plain(unscaled: &str, scale: i8) -> String {
    let (sign, digits) = match unscaled.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", unscaled),
    };
    let Ok(scale @ 1..) = usize::try_from(scale) else {
        let zeros = if digits == "0" {
            0
        } else {
            usize::from(scale.unsigned_abs())
        };
        return format!("{sign}{digits}{}", "0".repeat(zeros));
    };
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

pub(super) fn sum(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    if operator == Operator::Add {
        let wide = |a: i256, b: i256| a.wrapping_add(b);
        added(operator, site, missing, i128::overflowing_add, wide)
    } else {
        let wide = |a: i256, b: i256| a.wrapping_sub(b);
        added(operator, site, missing, i128::overflowing_sub, wide)
    }
}

type Decimals = Decimal128Type;

fn added(
    operator: Operator,
    site: &Site,
    missing: Missing,
    add: impl Fn(i128, i128) -> (i128, bool) + Copy + Send + Sync + 'static,
    add_wide: impl Fn(i256, i256) -> i256 + Send + Sync + 'static,
) -> Result<Kernel> {
    let shape = Shape::of(operator.symbol(), site, None)?;
    let (scale, zeros) = (shape.common_scale(), shape.zeros());
    let exact = move |a, b| {
        let a = i256::from_i128(a).wrapping_mul(wide_power(zeros.0));
        let b = i256::from_i128(b).wrapping_mul(wide_power(zeros.1));
        shape.settle(missing, add_wide(a, b), scale)
    };
    let needed = shape.left.whole().max(shape.right.whole()) + i32::from(scale) + 1;
    if needed <= 38 {
        let (times_a, times_b) = (10_i128.pow(zeros.0), 10_i128.pow(zeros.1));
        return match zeros {
            (0, 0) => binary::<Decimals, Decimals, Decimals>(
                site,
                move |a, b| (add(a, b).0, false),
                exact,
            ),
            _ => binary::<Decimals, Decimals, Decimals>(
                site,
                move |a, b| {
                    (
                        add(a.wrapping_mul(times_a), b.wrapping_mul(times_b)).0,
                        false,
                    )
                },
                exact,
            ),
        };
    }
    if scale == shape.result.scale && zeros == (0, 0) {
        let quick = move |a, b| {
            let (sum, overflowed) = add(a, b);
            (sum, overflowed | !(-LARGEST..=LARGEST).contains(&sum))
        };
        return binary::<Decimals, Decimals, Decimals>(site, quick, exact);
    }
    let drop = 10_i128.checked_pow(self::zeros(scale, shape.result.scale));
    match (narrow_power(zeros.0), narrow_power(zeros.1), drop) {
        (Some(times_a), Some(times_b), Some(drop)) => {
            let quick = move |a: i128, b: i128| {
                let (sum, _) = add(a.wrapping_mul(times_a), b.wrapping_mul(times_b));
                let doubt = !fits_narrow(a) | !fits_narrow(b);
                (
                    if drop == 1 {
                        sum
                    } else {
                        divide_half_up(sum, drop)
                    },
                    doubt,
                )
            };
            binary::<Decimals, Decimals, Decimals>(site, quick, exact)
        }
        _ => binary::<Decimals, Decimals, Decimals>(site, |_, _| (0, true), exact),
    }
}

/// The first digits of a product, as many as Spark computes, and how many more there were.
fn first_digits(product: i256) -> (i256, u32) {
    const KEPT: usize = 39;
    let length = product.wrapping_abs().to_string().len();
    match length.checked_sub(KEPT) {
        Some(more @ 1..) => {
            let dropped = more as u32;
            (product.wrapping_div(wide_power(dropped)), dropped)
        }
        _ => (product, 0),
    }
}

pub(super) fn product(site: &Site, missing: Missing) -> Result<Kernel> {
    let shape = Shape::of("*", site, None)?;
    let scale = shape.left.scale + shape.right.scale;
    let exact = move |a, b| {
        let product = i256::from_i128(a).wrapping_mul(i256::from_i128(b));
        let (kept, dropped) = first_digits(product);
        let product = kept.wrapping_mul(wide_power(dropped));
        let fitted = shape.result.fit(product, zeros(scale, shape.result.scale));
        missing.settle(fitted, || {
            let text = plain(&kept.to_string(), (i32::from(scale) - dropped as i32) as i8);
            out_of_range(text, shape.result.precision, shape.result.scale)
        })
    };
    let narrow = |a: i128, b: i128| i128::from(a as i64) * i128::from(b as i64);
    let needed = shape.left.precision + shape.right.precision + 1;
    if needed <= 38 && shape.left.is_narrow() && shape.right.is_narrow() {
        let quick = move |a, b| (narrow(a, b), false);
        return binary::<Decimals, Decimals, Decimals>(site, quick, exact);
    }
    if needed <= 38 {
        let quick = |a: i128, b: i128| (a.wrapping_mul(b), false);
        return binary::<Decimals, Decimals, Decimals>(site, quick, exact);
    }
    let doubt = |a, b| !fits_narrow(a) | !fits_narrow(b);
    match zeros(scale, shape.result.scale) {
        0 => {
            let quick = move |a, b| (narrow(a, b), doubt(a, b));
            binary::<Decimals, Decimals, Decimals>(site, quick, exact)
        }
        drop => match 10_i128.checked_pow(drop) {
            Some(drop) => {
                let quick = move |a, b| (divide_half_up(narrow(a, b), drop), doubt(a, b));
                binary::<Decimals, Decimals, Decimals>(site, quick, exact)
            }
            None => binary::<Decimals, Decimals, Decimals>(site, |_, _| (0, true), exact),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        for scale in [1, i128::from(i64::MAX)] {
            let rounded = [
                (5, 10),
                (-5, 10),
                (5, -10),
                (4, 10),
                (-4, 10),
                (14, -10),
                (-15, -10),
            ]
            .map(|(a, b)| divide_half_up(a * scale, b * scale));
            assert_eq!(rounded, [1, -1, -1, 0, 0, -1, 2]);
        }
        assert_eq!(
            divide_half_up(i128::from(i64::MIN), -1),
            -i128::from(i64::MIN)
        );
    }

    #[test]
    fn values_are_written_without_exponents() {
        let all = [("-5", 3), ("12345", 2), ("12", 0), ("12", -2), ("0", -2)];
        let texts = all.map(|(value, scale)| plain(value, scale));
        assert_eq!(texts, ["-0.005", "123.45", "12", "1200", "0"]);
    }
}
