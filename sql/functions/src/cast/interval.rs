//! Casts to intervals, and what intervals are as numbers.

use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, IntervalMonthDayNanoArray, PrimitiveBuilder};
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Int8Type, Int16Type, Int32Type, Int64Type,
    IntervalMonthDayNano, IntervalYearMonthType,
};
use flint_sql_spec::{
    DataType, DayTimeField, DayTimeRange, Result, SqlError, YearMonthField, YearMonthRange,
    condition,
};

use super::decimal::Target;
use super::each::{Quote, all, strict, strings};
use super::error::overflow;
use super::{Conversion, Convert, Mode};
use crate::datetime::interval_text::{self, Unreadable};
use crate::datetime::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO,
};
use crate::display::{write_day_time, write_year_month};

/// Months of the smallest unit that a type has.
pub(super) fn year_month_unit(range: YearMonthRange) -> i32 {
    match range.end {
        YearMonthField::Year => 12,
        YearMonthField::Month => 1,
    }
}

/// Microseconds of the smallest unit that a type has.
pub(super) fn day_time_unit(range: DayTimeRange) -> i64 {
    match range.end {
        DayTimeField::Day => MICROS_PER_DAY,
        DayTimeField::Hour => MICROS_PER_HOUR,
        DayTimeField::Minute => MICROS_PER_MINUTE,
        DayTimeField::Second => MICROS_PER_SECOND,
    }
}

/// An interval as a number of its smallest units, and the digits of it behind the point: six of
/// seconds, none of others.
pub(super) fn decimal_of_day_time(micros: i64, range: DayTimeRange) -> (i128, i8) {
    match range.end {
        DayTimeField::Second => (i128::from(micros), 6),
        _ => (i128::from(micros / day_time_unit(range)), 0),
    }
}

/// An interval as the literal that messages quote.
pub(super) fn quote_year_month(months: i32, range: YearMonthRange) -> String {
    let mut out = String::new();
    write_year_month(months, range, &mut out).expect("a String takes any text");
    out
}

/// As [`quote_year_month`].
pub(super) fn quote_day_time(micros: i64, range: DayTimeRange) -> String {
    let mut out = String::new();
    write_day_time(micros, range, &mut out).expect("a String takes any text");
    out
}

pub(super) fn to_interval(conversion: &Conversion) -> Result<Option<Convert>> {
    match conversion.to {
        DataType::YearMonthInterval(range) => to_year_month(conversion, range),
        DataType::DayTimeInterval(range) => to_day_time(conversion, range),
        _ if conversion.from.is_string() => Ok(Some(to_calendar())),
        _ => Ok(None),
    }
}

fn to_year_month(conversion: &Conversion, range: YearMonthRange) -> Result<Option<Convert>> {
    let unit = year_month_unit(range);
    Ok(Some(match &conversion.from {
        DataType::YearMonthInterval(_) => {
            all::<IntervalYearMonthType, IntervalYearMonthType>(conversion, move |months| {
                months - months % unit
            })?
        }
        DataType::DayTimeInterval(_) => return Ok(None),
        text if text.is_string() => from_text::<IntervalYearMonthType>(conversion, move |text| {
            interval_text::year_month(text, range)
        })?,
        _ => return from_number::<IntervalYearMonthType>(conversion, unit.into()),
    }))
}

fn to_day_time(conversion: &Conversion, range: DayTimeRange) -> Result<Option<Convert>> {
    Ok(Some(match &conversion.from {
        DataType::DayTimeInterval(_) => {
            // Seconds keep their fraction.
            let unit = match range.end {
                DayTimeField::Second => 1,
                _ => day_time_unit(range),
            };
            all::<DurationMicrosecondType, DurationMicrosecondType>(conversion, move |micros| {
                micros - micros % unit
            })?
        }
        DataType::YearMonthInterval(_) => return Ok(None),
        text if text.is_string() => {
            let lost = range == DayTimeRange::only(DayTimeField::Second);
            from_text::<DurationMicrosecondType>(conversion, move |text| {
                let micros = interval_text::day_time(text, range)?;
                // As in Spark, seconds below one lose their sign.
                let lost = lost && micros.abs() < MICROS_PER_SECOND;
                Ok(if lost { micros.abs() } else { micros })
            })?
        }
        _ => return from_number::<DurationMicrosecondType>(conversion, day_time_unit(range)),
    }))
}

/// Reads text; the legacy mode fails too.
fn from_text<O: ArrowPrimitiveType>(
    conversion: &Conversion,
    parse: impl Fn(&str) -> Result<O::Native, Unreadable> + Send + Sync + 'static,
) -> Result<Convert> {
    let target = conversion.clone();
    Ok(Box::new(move |column| {
        let column = strings(column)?;
        let mut found = PrimitiveBuilder::<O>::with_capacity(column.len());
        for text in column {
            match text.map(|text| (text, parse(text))) {
                Some((_, Ok(value))) => found.append_value(value),
                Some((text, Err(why))) if target.mode != Mode::Try => {
                    return Err(unreadable(text, why, &target.to).into());
                }
                _ => found.append_null(),
            }
        }
        Ok(Arc::new(found.finish()))
    }))
}

fn unreadable(text: &str, why: Unreadable, to: &DataType) -> SqlError {
    let kind = match to {
        DataType::YearMonthInterval(_) => "year-month",
        _ => "day-time",
    };
    let condition = match (why, kind) {
        (Unreadable::Range, _) => {
            return SqlError::new(condition::INVALID_INTERVAL_FORMAT_INTERVAL_PARSING)
                .with("input", text)
                .with("interval", kind);
        }
        (_, "year-month") => condition::INVALID_INTERVAL_FORMAT_UNMATCHED_FORMAT_STRING,
        _ => condition::INVALID_INTERVAL_FORMAT_UNMATCHED_FORMAT_STRING_WITH_NOTICE,
    };
    let name = to.simple_string();
    let units = name.strip_prefix("interval ").unwrap_or(&name);
    let form = match units {
        "year" => "y",
        "month" => "m",
        "year to month" => "y-m",
        "day" => "d",
        "hour" => "h",
        "minute" => "m",
        "second" => "s.n",
        "day to hour" => "d h",
        "day to minute" => "d h:m",
        "hour to minute" => "h:m",
        "hour to second" => "h:m:s.n",
        "minute to second" => "m:s.n",
        _ => "d h:m:s.n",
    };
    let units = units.to_ascii_uppercase();
    SqlError::new(condition)
        .with("intervalStr", kind)
        .with(
            "supportedFormat",
            format!("`[+|-]{form}`, `INTERVAL [+|-]'[+|-]{form}' {units}`"),
        )
        .with("typeName", name)
        .with("input", text)
}

/// Calendar intervals: text that is none is NULL in every mode.
fn to_calendar() -> Convert {
    Box::new(|column| {
        let column = strings(column)?;
        let found: IntervalMonthDayNanoArray =
            column.iter().map(|text| text.and_then(calendar)).collect();
        Ok(Arc::new(found))
    })
}

/// Reads a calendar interval; `None` for text that is none.
pub(crate) fn calendar(text: &str) -> Option<IntervalMonthDayNano> {
    let (months, days, micros) = interval_text::calendar(text)?;
    let nanoseconds = micros.checked_mul(NANOS_PER_MICRO)?;
    Some(IntervalMonthDayNano {
        months,
        days,
        nanoseconds,
    })
}

/// So many of the smallest unit; decimals are rounded half up.
fn from_number<O>(conversion: &Conversion, unit: i64) -> Result<Option<Convert>>
where
    O: ArrowPrimitiveType,
    O::Native: TryFrom<i128>,
{
    Ok(Some(match &conversion.from {
        DataType::Byte => units::<Int8Type, O>(conversion, unit, 0)?,
        DataType::Short => units::<Int16Type, O>(conversion, unit, 0)?,
        DataType::Integer => units::<Int32Type, O>(conversion, unit, 0)?,
        DataType::Long => units::<Int64Type, O>(conversion, unit, 0)?,
        DataType::Decimal { scale, .. } => units::<Decimal128Type, O>(conversion, unit, *scale)?,
        _ => return Ok(None),
    }))
}

fn units<I, O>(conversion: &Conversion, unit: i64, scale: i8) -> Result<Convert>
where
    I: Quote,
    I::Native: Into<i128>,
    O: ArrowPrimitiveType,
    O::Native: TryFrom<i128>,
{
    let (target, whole) = (conversion.clone(), Target::new(38, 0));
    strict::<I, O>(
        conversion,
        move |value| {
            let total = value.into().checked_mul(i128::from(unit))?;
            O::Native::try_from(whole.rescale(total, i64::from(scale))?).ok()
        },
        move |value| match (&target.from, i32::try_from(value.into())) {
            // Spark goes by way of INT here.
            (DataType::Long, Ok(small)) if O::DATA_TYPE == IntervalYearMonthType::DATA_TYPE => {
                overflow(Int32Type::quote(small, 0), &DataType::Integer, &target.to)
            }
            _ => overflow(I::quote(value, scale), &target.from, &target.to),
        },
    )
}
