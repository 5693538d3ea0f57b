//! Functions of floating point. Logarithms outside of their range are null, as in Hive; all others
//! follow IEEE 754 and Java's `StrictMath`.

use std::f64::consts;

use arrow::datatypes::{DurationMicrosecondType, Float32Type, Float64Type, IntervalYearMonthType};
use flint_sql_spec::{DataType, Result};

use crate::arithmetic::{binary, unary};
use crate::each::{booleans, kernel, numbers};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("acos", |site| total(site, f64::acos)),
    Scalar::new("acosh", |site| total(site, acosh)),
    Scalar::new("asin", |site| total(site, f64::asin)),
    Scalar::new("asinh", |site| total(site, asinh)),
    Scalar::new("atan", |site| total(site, f64::atan)),
    Scalar::new("atanh", |site| {
        total(site, |x| 0.5 * (x.ln_1p() - (-x).ln_1p()))
    }),
    Scalar::new("cbrt", |site| total(site, f64::cbrt)),
    Scalar::new("cos", |site| total(site, f64::cos)),
    Scalar::new("cosh", |site| total(site, f64::cosh)),
    Scalar::new("cot", |site| total(site, |x| 1.0 / x.tan())),
    Scalar::new("csc", |site| total(site, |x| 1.0 / x.sin())),
    Scalar::new("degrees", |site| total(site, |x| x * (180.0 / consts::PI))),
    Scalar::new("exp", |site| total(site, f64::exp)),
    Scalar::new("expm1", |site| total(site, f64::exp_m1)),
    Scalar::new("radians", |site| total(site, |x| x * (consts::PI / 180.0))),
    Scalar::new("rint", |site| total(site, f64::round_ties_even)),
    Scalar::new("sec", |site| total(site, |x| 1.0 / x.cos())),
    Scalar::new("sin", |site| total(site, f64::sin)),
    Scalar::new("sinh", |site| total(site, f64::sinh)),
    Scalar::new("sqrt", |site| total(site, f64::sqrt)),
    Scalar::new("tan", |site| total(site, f64::tan)),
    Scalar::new("tanh", |site| total(site, f64::tanh)),
    Scalar::new("ln", |site| logarithm(site, 0.0, f64::ln)),
    Scalar::new("log10", |site| logarithm(site, 0.0, f64::log10)),
    Scalar::new("log1p", |site| logarithm(site, -1.0, f64::ln_1p)),
    Scalar::new("log2", |site| logarithm(site, 0.0, f64::log2)),
    Scalar::new("log", log),
    Scalar::new("atan2", |site| pair(site, |y, x| (y + 0.0).atan2(x + 0.0))),
    Scalar::new("hypot", |site| pair(site, f64::hypot)),
    Scalar::new("power", |site| pair(site, power)),
    Scalar::new("signum", signum),
    Scalar::new("pi", |_| constant(consts::PI)),
    Scalar::new("e", |_| constant(consts::E)),
    Scalar::new("isnan", is_nan),
    Scalar::new("nanvl", nanvl),
];

fn total(site: &Site, compute: fn(f64) -> f64) -> Result<Kernel> {
    unary::<Float64Type, Float64Type>(
        site,
        move |x| (compute(x), false),
        move |x| Ok(Some(compute(x))),
    )
}

fn pair(site: &Site, compute: fn(f64, f64) -> f64) -> Result<Kernel> {
    binary::<Float64Type, Float64Type, Float64Type>(
        site,
        move |x, y| (compute(x, y), false),
        move |x, y| Ok(Some(compute(x, y))),
    )
}

/// From here on squares hide the one that is added to them, and would overflow later.
const FAR: f64 = (1_u64 << 28) as f64;

fn asinh(x: f64) -> f64 {
    match x.abs() {
        size if size > FAR => (size.ln() + consts::LN_2).copysign(x),
        _ => x.asinh(),
    }
}

/// NaN below one.
fn acosh(x: f64) -> f64 {
    if x > FAR {
        x.ln() + consts::LN_2
    } else if x > 2.0 {
        (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln()
    } else {
        let above = x - 1.0;
        (above + (2.0 * above + above * above).sqrt()).ln_1p()
    }
}

/// As in Java, where a power of one to NaN is NaN, and that of -1 to infinity too.
fn power(x: f64, y: f64) -> f64 {
    if y.is_nan() || (x.abs() == 1.0 && y.is_infinite()) {
        f64::NAN
    } else {
        x.powf(y)
    }
}

/// Null up to a number.
fn logarithm(site: &Site, above: f64, compute: fn(f64) -> f64) -> Result<Kernel> {
    unary::<Float64Type, Float64Type>(site, move |x| (compute(x), x <= above), |_| Ok(None))
}

/// The logarithm to a base.
fn log(site: &Site) -> Result<Kernel> {
    binary::<Float64Type, Float64Type, Float64Type>(
        site,
        |base, x| (x.ln() / base.ln(), (base <= 0.0) | (x <= 0.0)),
        |_, _| Ok(None),
    )
}

fn signum(site: &Site) -> Result<Kernel> {
    fn sign(x: f64) -> f64 {
        if x == 0.0 || x.is_nan() {
            x
        } else {
            x.signum()
        }
    }
    match site.arguments.first() {
        Some(DataType::YearMonthInterval(_)) => unary::<IntervalYearMonthType, Float64Type>(
            site,
            |months| (f64::from(months.signum()), false),
            |_| Ok(None),
        ),
        Some(DataType::DayTimeInterval(_)) => unary::<DurationMicrosecondType, Float64Type>(
            site,
            |micros| (micros.signum() as f64, false),
            |_| Ok(None),
        ),
        _ => total(site, sign),
    }
}

fn constant(value: f64) -> Result<Kernel> {
    kernel(move |args| numbers::<Float64Type>(args.rows(), |_| Ok(Some(value))))
}

/// False for null.
fn is_nan(site: &Site) -> Result<Kernel> {
    if site.arguments.first() == Some(&DataType::Float) {
        return kernel(|args| {
            let value = args.numbers::<Float32Type>(0)?;
            booleans(args.rows(), |row| {
                Ok(Some(value.get(row).is_some_and(f32::is_nan)))
            })
        });
    }
    kernel(|args| {
        let value = args.numbers::<Float64Type>(0)?;
        booleans(args.rows(), |row| {
            Ok(Some(value.get(row).is_some_and(f64::is_nan)))
        })
    })
}

/// The second number where the first one is NaN.
fn nanvl(site: &Site) -> Result<Kernel> {
    if site.result == DataType::Float {
        return kernel(|args| {
            let (value, other) = (
                args.numbers::<Float32Type>(0)?,
                args.numbers::<Float32Type>(1)?,
            );
            numbers::<Float32Type>(args.rows(), |row| {
                let value = value.get(row);
                Ok(if value.is_some_and(f32::is_nan) {
                    other.get(row)
                } else {
                    value
                })
            })
        });
    }
    kernel(|args| {
        let (value, other) = (
            args.numbers::<Float64Type>(0)?,
            args.numbers::<Float64Type>(1)?,
        );
        numbers::<Float64Type>(args.rows(), |row| {
            let value = value.get(row);
            Ok(if value.is_some_and(f64::is_nan) {
                other.get(row)
            } else {
                value
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyperbolic_inverses_of_large_and_small_numbers() {
        assert_eq!(asinh(-f64::MAX), -710.475_860_073_943_9);
        assert_eq!(asinh(1e-10), 1e-10);
        assert_eq!(asinh(f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert_eq!(acosh(f64::MAX), 710.475_860_073_943_9);
        assert_eq!((acosh(1.0), acosh(5.0)), (0.0, 2.292_431_669_561_177_7));
        assert!(acosh(-f64::MAX).is_nan() && acosh(f64::NEG_INFINITY).is_nan());
    }
}
