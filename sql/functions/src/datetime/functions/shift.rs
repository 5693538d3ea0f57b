//! Dates and timestamps moved by days, months and intervals, and what is between two of them.

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{
    Date32Type, DurationMicrosecondType, Int8Type, Int16Type, Int32Type, IntervalMonthDayNanoType,
    IntervalYearMonthType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::{one, two, unexpected, zone_of};
use crate::arithmetic;
use crate::datetime::{Civil, MICROS_PER_DAY, NANOS_PER_MICRO, Zone, civil, day_of, days_in_month};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("add_months", |site| {
        two::<Date32Type, Int32Type, Date32Type>(site, |days, months| {
            let moved = plus_months(days.into(), months.into());
            moved
                .map(Some)
                .map_err(|_| arithmetic::overflow("overflow", None))
        })
    }),
    Scalar::new("date_add", |site| days(site, 1)),
    Scalar::new("date_add_interval", |site| date_interval(site, 1)),
    Scalar::new("date_minus", |site| {
        two::<Date32Type, Date32Type, DurationMicrosecondType>(site, |left, right| {
            Ok(Some((i64::from(left) - i64::from(right)) * MICROS_PER_DAY))
        })
    }),
    Scalar::new("date_sub", |site| days(site, -1)),
    Scalar::new("date_sub_interval", |site| date_interval(site, -1)),
    Scalar::new("datediff", |site| {
        two::<Date32Type, Date32Type, Int32Type>(site, |left, right| {
            Ok(Some(left.wrapping_sub(right)))
        })
    }),
    Scalar::new("extractansiintervaldays", |site| {
        one::<DurationMicrosecondType, Int32Type>(site, |micros| (micros / MICROS_PER_DAY) as i32)
    }),
    Scalar::new("last_day", |site| {
        one::<Date32Type, Date32Type>(site, last_day)
    }),
    Scalar::new("time_add", |site| time_interval(site, 1)),
    Scalar::new("time_sub", |site| time_interval(site, -1)),
    Scalar::new("timestamp_minus", timestamp_minus),
];

fn overflow(operation: &str) -> SqlError {
    SqlError::new(condition::DATETIME_OVERFLOW).with("operation", operation)
}

/// A day some months later: the same day of the month, or its last.
pub(crate) fn plus_months(days: i64, months: i64) -> Result<i32> {
    let Civil { year, month, day } = civil(days);
    let total = year * 12 + month - 1 + months;
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
    let moved = day_of(year, month, day.min(days_in_month(year, month)));
    moved
        .and_then(|days| i32::try_from(days).ok())
        .ok_or_else(|| overflow("add months to a date"))
}

fn last_day(days: i32) -> i32 {
    let date = civil(i64::from(days));
    days + (days_in_month(date.year, date.month) - date.day) as i32
}

/// `date_add` and `date_sub`, which go round where dates end.
fn days(site: &Site, sign: i32) -> Result<Kernel> {
    fn by<D: ArrowPrimitiveType>(site: &Site, sign: i32) -> Result<Kernel>
    where
        D::Native: Into<i32>,
    {
        two::<Date32Type, D, Date32Type>(site, move |date, count| {
            Ok(Some(date.wrapping_add(count.into().wrapping_mul(sign))))
        })
    }
    match site.arguments.get(1) {
        Some(DataType::Byte) => by::<Int8Type>(site, sign),
        Some(DataType::Short) => by::<Int16Type>(site, sign),
        Some(DataType::Integer) => by::<Int32Type>(site, sign),
        _ => Err(unexpected(site)),
    }
}

/// A date and months, or a calendar interval without a part shorter than a day.
fn date_interval(site: &Site, sign: i64) -> Result<Kernel> {
    match site.arguments.get(1) {
        Some(DataType::YearMonthInterval(_)) => {
            two::<Date32Type, IntervalYearMonthType, Date32Type>(site, move |date, months| {
                plus_months(date.into(), sign * i64::from(months)).map(Some)
            })
        }
        Some(DataType::CalendarInterval) => {
            let ansi = site.ansi;
            two::<Date32Type, IntervalMonthDayNanoType, Date32Type>(site, move |date, by| {
                let micros = by.nanoseconds / NANOS_PER_MICRO;
                if ansi && micros != 0 {
                    return Err(SqlError::new(
                        condition::INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION,
                    )
                    .with("ansiConfig", "\"spark.sql.ansi.enabled\""));
                }
                let moved = plus_months(date.into(), sign * i64::from(by.months))?;
                let days = i64::from(moved)
                    + sign * i64::from(by.days)
                    + (sign * micros).div_euclid(MICROS_PER_DAY);
                let days = i32::try_from(days);
                days.map(Some)
                    .map_err(|_| overflow("add an interval to a date"))
            })
        }
        _ => Err(unexpected(site)),
    }
}

/// A timestamp and an interval: months and days move its local date, what is shorter the instant.
fn time_interval(site: &Site, sign: i64) -> Result<Kernel> {
    type Micros = TimestampMicrosecondType;
    let zone = zone_of(site, 0)?;
    let moved = move |micros: i64, months: i64, days: i64, rest: i64| {
        let by = (sign * months, sign * days, rest.checked_mul(sign));
        let (months, days, rest) = by;
        let found = plus(&zone, micros, months, days).and_then(|micros| micros.checked_add(rest?));
        found
            .map(Some)
            .ok_or_else(|| overflow("add an interval to a timestamp"))
    };
    match site.arguments.get(1) {
        Some(DataType::YearMonthInterval(_)) => {
            two::<Micros, IntervalYearMonthType, Micros>(site, move |micros, months| {
                moved(micros, months.into(), 0, 0)
            })
        }
        Some(DataType::DayTimeInterval(_)) => {
            two::<Micros, DurationMicrosecondType, Micros>(site, move |micros, by| {
                moved(micros, 0, by / MICROS_PER_DAY, by % MICROS_PER_DAY)
            })
        }
        Some(DataType::CalendarInterval) => {
            two::<Micros, IntervalMonthDayNanoType, Micros>(site, move |micros, by| {
                moved(
                    micros,
                    by.months.into(),
                    by.days.into(),
                    by.nanoseconds / NANOS_PER_MICRO,
                )
            })
        }
        _ => Err(unexpected(site)),
    }
}

/// An instant with its local date moved.
pub(super) fn plus(zone: &Zone, micros: i64, months: i64, days: i64) -> Option<i64> {
    if months == 0 && days == 0 {
        return Some(micros);
    }
    let local = zone.local(micros);
    let date = local.div_euclid(MICROS_PER_DAY);
    let date = if months == 0 {
        date
    } else {
        i64::from(plus_months(date, months).ok()?)
    };
    let moved = date.checked_add(days)?.checked_mul(MICROS_PER_DAY)?;
    zone.instant(moved.checked_add(local.rem_euclid(MICROS_PER_DAY))?)
}

/// What clocks of the session's zone show more on the left than on the right.
fn timestamp_minus(site: &Site) -> Result<Kernel> {
    let zone = zone_of(site, 0)?;
    two::<TimestampMicrosecondType, TimestampMicrosecondType, DurationMicrosecondType>(
        site,
        move |left, right| {
            let difference = zone.local(left).checked_sub(zone.local(right));
            difference
                .map(Some)
                .ok_or_else(|| overflow("subtract timestamps"))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_keep_the_day_where_they_have_it() {
        let day = |year, month, day| day_of(year, month, day).expect("a date");
        let moved = |date, months| plus_months(date, months).map(i64::from);
        assert_eq!(moved(day(2024, 1, 31), 1), Ok(day(2024, 2, 29)));
        assert_eq!(moved(day(2024, 3, 31), -13), Ok(day(2023, 2, 28)));
        assert!(moved(day(2024, 1, 1), i64::from(i32::MAX)).is_err());
        assert_eq!(
            i64::from(last_day(day(2023, 2, 1) as i32)),
            day(2023, 2, 28)
        );
    }
}
