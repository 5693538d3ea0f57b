//! Intervals multiplied and divided: `multiply_interval` and `divide_interval`.
//!
//! Months and microseconds are rounded half up. What doesn't fit is an error, and so is a division by
//! zero. Of a calendar interval fractions of days become microseconds, those of months are lost; in
//! legacy mode it is NULL instead of an error.

use std::sync::Arc;

use arrow::array::{ArrowPrimitiveType, PrimitiveBuilder};
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalYearMonthType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::{two, unexpected};
use crate::arguments::Arguments;
use crate::arithmetic::{divide_half_up, overflow};
use crate::datetime::{MICROS_PER_DAY, NANOS_PER_MICRO};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("divide_interval", |site| scaled(site, true)),
    Scalar::new("multiply_interval", |site| scaled(site, false)),
];

/// A number to multiply or divide with.
#[derive(Debug, Clone, Copy)]
enum Factor {
    Exact { unscaled: i128, scale: u32 },
    Double(f64),
}

fn scaled(site: &Site, divides: bool) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::YearMonthInterval(_)) => by_number::<IntervalYearMonthType>(site, divides),
        Some(DataType::DayTimeInterval(_)) => by_number::<DurationMicrosecondType>(site, divides),
        Some(DataType::CalendarInterval) => calendar(site, divides),
        _ => Err(unexpected(site)),
    }
}

fn by_number<T>(site: &Site, divides: bool) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Into<i64> + TryFrom<i64>>,
{
    let exact = |scale: u32| move |unscaled: i128| Factor::Exact { unscaled, scale };
    match site.arguments.get(1) {
        Some(DataType::Byte) => with::<T, Int8Type>(site, divides, move |n| exact(0)(n.into())),
        Some(DataType::Short) => with::<T, Int16Type>(site, divides, move |n| exact(0)(n.into())),
        Some(DataType::Integer) => with::<T, Int32Type>(site, divides, move |n| exact(0)(n.into())),
        Some(DataType::Long) => with::<T, Int64Type>(site, divides, move |n| exact(0)(n.into())),
        Some(DataType::Decimal { scale, .. }) => {
            let scale = u32::try_from(*scale).unwrap_or(0);
            with::<T, Decimal128Type>(site, divides, exact(scale))
        }
        Some(DataType::Float) => {
            with::<T, Float32Type>(site, divides, |n| Factor::Double(n.into()))
        }
        Some(DataType::Double) => with::<T, Float64Type>(site, divides, Factor::Double),
        _ => Err(unexpected(site)),
    }
}

fn with<T, N>(
    site: &Site,
    divides: bool,
    factor: impl Fn(N::Native) -> Factor + Send + Sync + 'static,
) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Into<i64> + TryFrom<i64>>,
    N: ArrowPrimitiveType,
{
    two::<T, N, T>(site, move |value, number| {
        let (value, factor) = (value.into(), factor(number));
        let found = if divides {
            if factor.is_zero() {
                return Err(SqlError::new(condition::INTERVAL_DIVIDED_BY_ZERO));
            }
            factor.divides(value)
        } else {
            factor.times(value)
        };
        let fits = found.and_then(|found| T::Native::try_from(found).ok());
        let error = || SqlError::new(condition::INTERVAL_ARITHMETIC_OVERFLOW_WITHOUT_SUGGESTION);
        fits.map(Some).ok_or_else(error)
    })
}

impl Factor {
    fn is_zero(self) -> bool {
        match self {
            Factor::Exact { unscaled, .. } => unscaled == 0,
            Factor::Double(value) => value == 0.0,
        }
    }

    fn times(self, value: i64) -> Option<i64> {
        match self {
            Factor::Exact { unscaled, scale } => {
                let product = i128::from(value).checked_mul(unscaled)?;
                i64::try_from(divide_half_up(product, 10_i128.checked_pow(scale)?)).ok()
            }
            Factor::Double(factor) => rounded(value as f64 * factor),
        }
    }

    fn divides(self, value: i64) -> Option<i64> {
        match self {
            Factor::Exact { unscaled, scale } => {
                let dividend = i128::from(value).checked_mul(10_i128.checked_pow(scale)?)?;
                i64::try_from(divide_half_up(dividend, unscaled)).ok()
            }
            Factor::Double(factor) => rounded(value as f64 / factor),
        }
    }
}

/// The nearest whole number, away from zero at half, if 64 bits have it.
fn rounded(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let whole = value.round();
    (-LIMIT..LIMIT).contains(&whole).then_some(whole as i64)
}

fn calendar(site: &Site, divides: bool) -> Result<Kernel> {
    let ansi = site.ansi;
    Ok(Arc::new(move |arguments: &Arguments| {
        let intervals = arguments.numbers::<IntervalMonthDayNanoType>(0)?;
        let numbers = arguments.numbers::<Float64Type>(1)?;
        let rows = arguments.rows();
        let mut found = PrimitiveBuilder::<IntervalMonthDayNanoType>::with_capacity(rows);
        for row in 0..rows {
            let (Some(value), Some(number)) = (intervals.get(row), numbers.get(row)) else {
                found.append_null();
                continue;
            };
            match calendar_part(value, number, divides) {
                Ok(value) => found.append_value(value),
                Err(error) if ansi => return Err(Raised(error)),
                Err(_) => found.append_null(),
            }
        }
        Ok(Arc::new(found.finish()))
    }))
}

fn calendar_part(
    value: IntervalMonthDayNano,
    number: f64,
    divides: bool,
) -> Result<IntervalMonthDayNano> {
    if divides && number == 0.0 {
        return Err(SqlError::new(condition::INTERVAL_DIVIDED_BY_ZERO));
    }
    let scaled = |part: f64| {
        if divides {
            part / number
        } else {
            part * number
        }
    };
    let months = scaled(f64::from(value.months)).trunc();
    let days = scaled(f64::from(value.days));
    let micros =
        scaled((value.nanoseconds / NANOS_PER_MICRO) as f64) + days.fract() * MICROS_PER_DAY as f64;
    let small = |part: f64| {
        let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&part);
        fits.then_some(part as i32)
    };
    let parts = (small(months), small(days.trunc()), rounded(micros));
    match parts {
        (Some(months), Some(days), Some(micros)) => {
            micros
                .checked_mul(NANOS_PER_MICRO)
                .map(|nanoseconds| IntervalMonthDayNano {
                    months,
                    days,
                    nanoseconds,
                })
        }
        _ => None,
    }
    .ok_or_else(|| overflow("overflow", None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_days_become_hours() {
        let value = IntervalMonthDayNano {
            months: 15,
            days: 21,
            nanoseconds: 0,
        };
        let half = calendar_part(value, 2.0, true).expect("an interval");
        assert_eq!((half.months, half.days), (7, 10));
        assert_eq!(half.nanoseconds, MICROS_PER_DAY / 2 * NANOS_PER_MICRO);
        assert!(calendar_part(value, 0.0, true).is_err());
    }

    #[test]
    fn halves_go_up() {
        let by = |unscaled, scale| Factor::Exact { unscaled, scale };
        assert_eq!(by(15, 1).times(12), Some(18));
        assert_eq!(by(2, 0).divides(-13), Some(-7));
        assert_eq!(Factor::Double(1e30).times(12), None);
    }
}
