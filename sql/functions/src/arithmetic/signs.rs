//! `positive`, `negative` and `abs`.

use std::sync::Arc;

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType,
};
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::decimals::{Digits, plain};
use super::failure::{Missing, interval_overflow, overflow};
use super::integers::Whole;
use super::rows::Settled;
use super::{intervals, no_kernel, unary};
use crate::scalar::Kernel;
use crate::site::Site;

/// Spark negates decimals in 34 digits.
const NEGATED_DIGITS: u32 = 34;

pub(super) fn positive(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|arguments| arguments.array(0)))
}

pub(super) fn negative(site: &Site) -> Result<Kernel> {
    let missing = Missing::of(site);
    match site.arguments.first() {
        Some(DataType::Byte) => negated::<Int8Type>(site, missing),
        Some(DataType::Short) => negated::<Int16Type>(site, missing),
        Some(DataType::Integer) => negated::<Int32Type>(site, missing),
        Some(DataType::Long) => negated::<Int64Type>(site, missing),
        Some(DataType::Float) => total::<Float32Type>(site, |value| -value),
        Some(DataType::Double) => total::<Float64Type>(site, |value| -value),
        Some(DataType::Decimal { .. }) => decimal(site, |_| true),
        Some(DataType::YearMonthInterval(_)) => {
            let error = || interval_overflow(None);
            unary::<IntervalYearMonthType, IntervalYearMonthType>(
                site,
                Whole::opposite,
                move |_| Missing::Raise.none(error),
            )
        }
        Some(DataType::DayTimeInterval(_)) => {
            let error = || interval_overflow(None);
            unary::<DurationMicrosecondType, DurationMicrosecondType>(
                site,
                Whole::opposite,
                move |_| Missing::Raise.none(error),
            )
        }
        Some(DataType::CalendarInterval) => unary::<
            IntervalMonthDayNanoType,
            IntervalMonthDayNanoType,
        >(site, intervals::opposite, move |value| {
            intervals::wrapped(missing, intervals::opposite(value).0)
        }),
        _ => Err(no_kernel("negative", site)),
    }
}

pub(super) fn abs(site: &Site) -> Result<Kernel> {
    let missing = Missing::of(site);
    match site.arguments.first() {
        Some(DataType::Byte) => size::<Int8Type>(site, missing),
        Some(DataType::Short) => size::<Int16Type>(site, missing),
        Some(DataType::Integer) => size::<Int32Type>(site, missing),
        Some(DataType::Long) => size::<Int64Type>(site, missing),
        Some(DataType::Float) => total::<Float32Type>(site, f32::abs),
        Some(DataType::Double) => total::<Float64Type>(site, f64::abs),
        Some(DataType::Decimal { .. }) => decimal(site, |value| value < 0),
        Some(DataType::YearMonthInterval(_)) => size::<IntervalYearMonthType>(site, Missing::Raise),
        Some(DataType::DayTimeInterval(_)) => size::<DurationMicrosecondType>(site, Missing::Raise),
        _ => Err(no_kernel("abs", site)),
    }
}

fn total<T: ArrowPrimitiveType>(
    site: &Site,
    compute: impl Fn(T::Native) -> T::Native + Copy + Send + Sync + 'static,
) -> Result<Kernel> {
    let quick = move |value| (compute(value), false);
    unary::<T, T>(site, quick, move |value| Ok(Some(compute(value))))
}

fn negated<T>(site: &Site, missing: Missing) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole>,
{
    unary::<T, T>(site, Whole::opposite, move |value| least(missing, value))
}

fn size<T>(site: &Site, missing: Missing) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole>,
{
    let quick = |value: T::Native| {
        let (opposite, overflowed) = value.opposite();
        if value.is_negative() {
            (opposite, overflowed)
        } else {
            (value, false)
        }
    };
    unary::<T, T>(site, quick, move |value| least(missing, value))
}

/// What the least number, whose opposite does not exist, comes to.
fn least<T>(missing: Missing, value: T) -> Settled<T> {
    let value = (missing == Missing::Wrap).then_some(value);
    missing.settle(value, || overflow("overflow", None))
}

/// Negates the decimals that `chosen` picks. Those of more than 34 digits are rounded to as many.
fn decimal(site: &Site, chosen: fn(i128) -> bool) -> Result<Kernel> {
    let digits = Digits::of(&site.arguments[0]).ok_or_else(|| no_kernel("negative", site))?;
    let small = 10_i128.pow(NEGATED_DIGITS.min(u32::from(digits.precision)));
    let quick = move |value: i128| {
        let doubt = (value >= small) | (value <= -small);
        if chosen(value) {
            (value.wrapping_neg(), doubt)
        } else {
            (value, false)
        }
    };
    let exact = move |value| negated_digits(value, digits).map(Some).map_err(Into::into);
    unary::<Decimal128Type, Decimal128Type>(site, quick, exact)
}

fn negated_digits(value: i128, digits: Digits) -> Result<i128> {
    let dropped = value.unsigned_abs().to_string().len() as u32 - NEGATED_DIGITS;
    let unit = 10_i128.pow(dropped);
    let (kept, rest) = (value / unit, (value % unit).abs());
    let up = rest * 2 > unit || (rest * 2 == unit && kept % 2 != 0);
    let kept = -(kept + if up { value.signum() } else { 0 });
    let rounded = kept * unit;
    if rounded.unsigned_abs() < 10_u128.pow(u32::from(digits.precision)) {
        return Ok(rounded);
    }
    // The rounded value is a power of ten, which has one digit more.
    let kept = kept / 10;
    let scale = digits.scale - dropped as i8 - 1;
    Err(
        SqlError::new(condition::NUMERIC_VALUE_OUT_OF_RANGE_WITHOUT_SUGGESTION)
            .with("roundedValue", plain(&rounded.to_string(), digits.scale))
            .with("originalValue", java_text(kept, scale))
            .with("precision", digits.precision.to_string())
            .with("scale", digits.scale.to_string()),
    )
}

/// A value of 34 digits as Java's `BigDecimal` writes it.
fn java_text(unscaled: i128, scale: i8) -> String {
    if scale >= 0 {
        return plain(&unscaled.to_string(), scale);
    }
    let exponent = NEGATED_DIGITS as i32 - 1 - i32::from(scale);
    let mantissa = plain(&unscaled.to_string(), NEGATED_DIGITS as i8 - 1);
    format!("{mantissa}E+{exponent}")
}
