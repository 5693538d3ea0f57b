//! Parts of dates, clocks and intervals.

use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Int8Type, Int32Type,
    IntervalMonthDayNanoType, IntervalYearMonthType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result};

use super::{one, unexpected, zone_of};
use crate::Arguments;
use crate::datetime::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO, civil,
    day_of,
};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("day", |site| of_date(site, |days| civil(days).day)),
    Scalar::new("dayname", |site| {
        name(site, DAYS, |days| weekday(days) as usize)
    }),
    Scalar::new("dayofmonth", |site| of_date(site, |days| civil(days).day)),
    Scalar::new("dayofweek", |site| {
        of_date(site, |days| (weekday(days) + 1) % 7 + 1)
    }),
    Scalar::new("dayofweek_iso", |site| {
        of_date(site, |days| weekday(days) + 1)
    }),
    Scalar::new("dayofyear", |site| {
        of_date(site, |days| days - first_of(civil(days).year) + 1)
    }),
    Scalar::new("hour", |site| {
        of_clock(site, |micros| micros / MICROS_PER_HOUR)
    }),
    Scalar::new("interval_day", |site| of_interval(site, Unit::Day)),
    Scalar::new("interval_hour", |site| of_interval(site, Unit::Hour)),
    Scalar::new("interval_minute", |site| of_interval(site, Unit::Minute)),
    Scalar::new("interval_month", |site| of_interval(site, Unit::Month)),
    Scalar::new("interval_second", |site| of_interval(site, Unit::Second)),
    Scalar::new("interval_year", |site| of_interval(site, Unit::Year)),
    Scalar::new("minute", |site| {
        of_clock(site, |micros| micros / MICROS_PER_MINUTE % 60)
    }),
    Scalar::new("month", |site| of_date(site, |days| civil(days).month)),
    Scalar::new("monthname", |site| {
        name(site, MONTHS, |days| civil(days).month as usize - 1)
    }),
    Scalar::new("quarter", |site| {
        of_date(site, |days| (civil(days).month + 2) / 3)
    }),
    Scalar::new("second", |site| {
        of_clock(site, |micros| micros / MICROS_PER_SECOND % 60)
    }),
    Scalar::new("secondwithfraction", second_with_fraction),
    Scalar::new("unix_date", |site| of_date(site, |days| days)),
    Scalar::new("weekday", |site| of_date(site, weekday)),
    Scalar::new("weekofyear", |site| of_date(site, week_of_year)),
    Scalar::new("year", |site| of_date(site, |days| civil(days).year)),
    Scalar::new("yearofweek", |site| {
        of_date(site, |days| civil(thursday(days)).year)
    }),
];

const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Days since Monday.
fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

/// The day in the same week, which decides to which year the week belongs.
fn thursday(days: i64) -> i64 {
    days - weekday(days) + 3
}

fn week_of_year(days: i64) -> i64 {
    let thursday = thursday(days);
    (thursday - first_of(civil(thursday).year)) / 7 + 1
}

fn first_of(year: i64) -> i64 {
    day_of(year, 1, 1).expect("every year has a first of January")
}

fn of_date(site: &Site, field: fn(i64) -> i64) -> Result<Kernel> {
    // Fields of days that 32 bits count have at most as many bits.
    one::<Date32Type, Int32Type>(site, move |days| field(i64::from(days)) as i32)
}

fn of_clock(site: &Site, field: fn(i64) -> i64) -> Result<Kernel> {
    let zone = zone_of(site, 0)?;
    one::<TimestampMicrosecondType, Int32Type>(site, move |micros| {
        field(zone.local(micros).rem_euclid(MICROS_PER_DAY)) as i32
    })
}

fn second_with_fraction(site: &Site) -> Result<Kernel> {
    let zone = zone_of(site, 0)?;
    one::<TimestampMicrosecondType, Decimal128Type>(site, move |micros| {
        i128::from(zone.local(micros).rem_euclid(MICROS_PER_MINUTE))
    })
}

fn name(site: &Site, names: &'static [&'static str], at: fn(i64) -> usize) -> Result<Kernel> {
    if site.arguments.first() != Some(&DataType::Date) {
        return Err(unexpected(site));
    }
    Ok(Arc::new(move |arguments: &Arguments| {
        let days = arguments.numbers::<Date32Type>(0)?;
        let name = |row| days.get(row).map(|days| names[at(i64::from(days))]);
        Ok(Arc::new(
            (0..arguments.rows()).map(name).collect::<StringArray>(),
        ))
    }))
}

/// A unit of intervals.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    /// The unit's part of months, days and microseconds; of days only where they are kept apart.
    fn of(self, months: i32, days: i32, micros: i64, apart: bool) -> i64 {
        let hours = micros / MICROS_PER_HOUR;
        match self {
            Unit::Year => i64::from(months / 12),
            Unit::Month => i64::from(months % 12),
            Unit::Day if apart => i64::from(days),
            Unit::Day => micros / MICROS_PER_DAY,
            Unit::Hour if apart => hours,
            Unit::Hour => hours % 24,
            Unit::Minute => micros / MICROS_PER_MINUTE % 60,
            Unit::Second => micros % MICROS_PER_MINUTE,
        }
    }
}

fn of_interval(site: &Site, unit: Unit) -> Result<Kernel> {
    match site.result {
        DataType::Byte => interval_field::<Int8Type>(site, unit, |value| value as i8),
        DataType::Integer => interval_field::<Int32Type>(site, unit, |value| value as i32),
        _ => interval_field::<Decimal128Type>(site, unit, i128::from),
    }
}

fn interval_field<O: arrow::array::ArrowPrimitiveType>(
    site: &Site,
    unit: Unit,
    narrow: fn(i64) -> O::Native,
) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::YearMonthInterval(_)) => {
            one::<IntervalYearMonthType, O>(site, move |months| {
                narrow(unit.of(months, 0, 0, false))
            })
        }
        Some(DataType::DayTimeInterval(_)) => {
            one::<DurationMicrosecondType, O>(site, move |micros| {
                narrow(unit.of(0, 0, micros, false))
            })
        }
        Some(DataType::CalendarInterval) => {
            one::<IntervalMonthDayNanoType, O>(site, move |value| {
                let micros = value.nanoseconds / NANOS_PER_MICRO;
                narrow(unit.of(value.months, value.days, micros, true))
            })
        }
        _ => Err(unexpected(site)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i64, month: i64, day: i64) -> i64 {
        day_of(year, month, day).expect("a date")
    }

    #[test]
    fn weeks_are_those_of_iso() {
        for (date, year, week) in [
            (day(2024, 1, 1), 2024, 1),
            (day(2021, 1, 3), 2020, 53),
            (day(2018, 12, 31), 2019, 1),
        ] {
            assert_eq!(
                (civil(thursday(date)).year, week_of_year(date)),
                (year, week)
            );
        }
    }

    #[test]
    fn intervals_in_parts() {
        let micros = -(25 * MICROS_PER_HOUR + 61_500_000);
        assert_eq!(Unit::Day.of(0, 0, micros, false), -1);
        assert_eq!(Unit::Hour.of(0, 0, micros, false), -1);
        assert_eq!(Unit::Hour.of(0, 0, micros, true), -25);
        assert_eq!(Unit::Second.of(0, 0, micros, true), -1_500_000);
        assert_eq!(
            (
                Unit::Year.of(-14, 3, 0, true),
                Unit::Month.of(-14, 3, 0, true)
            ),
            (-1, -2)
        );
    }
}
