//! `ceil`, `floor`, `round` and `bround`.
//!
//! Decimals are rounded in whole numbers. Doubles are rounded by their shortest decimal text, as
//! Spark does through `BigDecimal`, so 2.675 becomes 2.68. The scale is a constant.

use std::sync::Arc;

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, i256,
};
use flint_sql_spec::{DataType, Literal, Result, SqlError};

use crate::arithmetic::{Digits, Missing, out_of_range, overflow, plain, unary};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("ceil", |site| to_whole(site, Rounding::Up)),
    Scalar::new("floor", |site| to_whole(site, Rounding::Down)),
    Scalar::new("round", |site| to_scale(site, Rounding::HalfUp)),
    Scalar::new("bround", |site| to_scale(site, Rounding::HalfEven)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rounding {
    Up,
    Down,
    HalfUp,
    HalfEven,
}

impl Rounding {
    /// `value / unit`, rounded.
    fn divide(self, value: i256, unit: i256) -> i256 {
        let (quotient, rest) = (value.wrapping_div(unit), value.wrapping_rem(unit));
        let negative = value.is_negative();
        let away = quotient.wrapping_add(i256::from_i128(if negative { -1 } else { 1 }));
        let twice = rest.wrapping_abs().wrapping_mul(i256::from_i128(2));
        let is_away = match self {
            Rounding::Up => rest != i256::ZERO && !negative,
            Rounding::Down => rest != i256::ZERO && negative,
            Rounding::HalfUp => twice >= unit,
            Rounding::HalfEven => {
                twice > unit
                    || (twice == unit && quotient.wrapping_rem(i256::from_i128(2)) != i256::ZERO)
            }
        };
        if is_away { away } else { quotient }
    }
}

/// To a bigint, or a decimal without digits after the point; with two arguments to a scale.
fn to_whole(site: &Site, rounding: Rounding) -> Result<Kernel> {
    if site.arguments.len() == 2 {
        return to_scale(site, rounding);
    }
    match site.arguments[0] {
        DataType::Long => Ok(Arc::new(|arguments| arguments.array(0))),
        DataType::Decimal { .. } => decimal(site, rounding, 0),
        _ => {
            let up = rounding == Rounding::Up;
            let whole = move |value: f64| if up { value.ceil() } else { value.floor() };
            // A double becomes a long as in Java: NaN is zero. What is too large is an error, or the
            // largest long.
            const OUT: f64 = (1_u64 << 63) as f64;
            let ansi = site.ansi;
            unary::<Float64Type, Int64Type>(
                site,
                move |value| {
                    let whole = whole(value);
                    (whole as i64, ansi & (whole.abs() >= OUT) & (whole != -OUT))
                },
                |_| Err(overflow("overflow", None).into()),
            )
        }
    }
}

fn scale(site: &Site) -> i32 {
    match site.constant(1) {
        Some(Literal::Integer(scale)) => *scale,
        _ => 0,
    }
}

fn to_scale(site: &Site, rounding: Rounding) -> Result<Kernel> {
    let scale = scale(site);
    if site.arguments.len() == 2 && site.constants[1].as_ref().is_some_and(Literal::is_null) {
        let layout = site.result_layout()?;
        return Ok(Arc::new(move |args| {
            Ok(arrow::array::new_null_array(&layout, args.rows()))
        }));
    }
    match site.arguments[0] {
        DataType::Byte => whole::<Int8Type>(site, rounding, scale),
        DataType::Short => whole::<Int16Type>(site, rounding, scale),
        DataType::Integer => whole::<Int32Type>(site, rounding, scale),
        DataType::Long => whole::<Int64Type>(site, rounding, scale),
        DataType::Decimal { .. } => decimal(site, rounding, scale),
        DataType::Float => unary::<Float32Type, Float32Type>(
            site,
            |value| (value, true),
            move |value| {
                Ok(Some(
                    float(&value.to_string(), rounding, scale).unwrap_or(value),
                ))
            },
        ),
        DataType::Double => unary::<Float64Type, Float64Type>(
            site,
            |value| (value, true),
            move |value| {
                Ok(Some(
                    float(&format!("{value:e}"), rounding, scale).unwrap_or(value),
                ))
            },
        ),
        _ => Err(SqlError::internal("a number is rounded")),
    }
}

fn power(exponent: u32) -> i256 {
    i256::from_i128(10).wrapping_pow(exponent)
}

/// Whole numbers change with negative scales only.
fn whole<T>(site: &Site, rounding: Rounding, scale: i32) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Into<i64> + TryFrom<i128>>,
{
    if scale >= 0 {
        return Ok(Arc::new(|arguments| arguments.array(0)));
    }
    let missing = Missing::of(site);
    unary::<T, T>(
        site,
        |value| (value, true),
        move |value| {
            let zeros = scale.unsigned_abs();
            if zeros > 20 {
                return Ok(Some(T::Native::default()));
            }
            let exact = i256::from_i128(i128::from(value.into()));
            let rounded = rounding
                .divide(exact, power(zeros))
                .wrapping_mul(power(zeros))
                .as_i128();
            let fitting = T::Native::try_from(rounded).ok();
            let found = match missing {
                Missing::Wrap => fitting.or_else(|| wrapped::<T>(rounded)),
                _ => fitting,
            };
            missing.settle(found, || overflow("Overflow", None))
        },
    )
}

/// The low bits of a number, as the type has them.
fn wrapped<T>(value: i128) -> Option<T::Native>
where
    T: ArrowPrimitiveType<Native: TryFrom<i128>>,
{
    let unused = 128 - 8 * size_of::<T::Native>() as u32;
    T::Native::try_from(value << unused >> unused).ok()
}

fn decimal(site: &Site, rounding: Rounding, scale: i32) -> Result<Kernel> {
    let (Some(from), Some(to)) = (Digits::of(&site.arguments[0]), Digits::of(&site.result)) else {
        return Err(SqlError::internal("a decimal is rounded to a decimal"));
    };
    // Digits that go, and zeros that come back when it is rounded before the point.
    let dropped = (i32::from(from.scale) - scale).clamp(0, 76).unsigned_abs();
    let zeros = (i32::from(to.scale) - scale.min(i32::from(from.scale)))
        .clamp(0, 76)
        .unsigned_abs();
    let missing = Missing::of(site);
    let exact = move |value: i128| {
        let rounded = rounding.divide(i256::from_i128(value), power(dropped));
        let rounded = rounded.wrapping_mul(power(zeros));
        missing.settle(to.fit(rounded, 0), || {
            out_of_range(
                plain(&rounded.to_string(), to.scale),
                to.precision,
                to.scale,
            )
        })
    };
    if dropped == 0 && zeros == 0 {
        return unary::<Decimal128Type, Decimal128Type>(site, |value| (value, false), exact);
    }
    let unit = 10_i128.checked_pow(dropped).filter(|_| zeros == 0);
    match unit {
        Some(unit) if matches!(rounding, Rounding::HalfUp) => {
            let room = 10_i128.pow(u32::from(to.precision));
            unary::<Decimal128Type, Decimal128Type>(
                site,
                move |value| {
                    let rounded = crate::arithmetic::divide_half_up(value, unit);
                    (rounded, (rounded >= room) | (rounded <= -room))
                },
                exact,
            )
        }
        _ => unary::<Decimal128Type, Decimal128Type>(site, |_| (0, true), exact),
    }
}

/// A float, written with or without exponent, rounded; `None` if it stays as it is.
fn float<F: std::str::FromStr>(text: &str, rounding: Rounding, scale: i32) -> Option<F> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // Infinities and NaN have no digits.
    let unscaled: i128 = format!("{whole}{fraction}").parse().ok()?;
    let digits_after = fraction.len() as i32 - exponent;
    let dropped = digits_after.checked_sub(scale)?;
    if dropped <= 0 {
        return None;
    }
    let rounded = if dropped > 40 {
        i256::ZERO
    } else {
        rounding.divide(i256::from_i128(unscaled), power(dropped.unsigned_abs()))
    };
    format!("{rounded}e{}", -i64::from(scale)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_rounded_by_their_text() {
        let round =
            |value: f64, scale| float::<f64>(&format!("{value:e}"), Rounding::HalfUp, scale);
        assert_eq!(round(2.675, 2), Some(2.68));
        assert_eq!(round(-2.5, 0), Some(-3.0));
        assert_eq!(round(1e300, 2), None);
        assert_eq!(round(1e-300, 2), Some(0.0));
        assert_eq!(round(12345.0, -2), Some(12300.0));
        assert_eq!(round(f64::INFINITY, 2), None);
        assert_eq!(float::<f64>("2.5e0", Rounding::HalfEven, 0), Some(2.0));
    }
}
