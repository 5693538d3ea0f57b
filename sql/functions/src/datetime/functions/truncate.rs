//! Beginnings of weeks, months and other units; days of the week; months between two moments.

use std::sync::Arc;

use arrow::array::{Float64Array, PrimitiveBuilder};
use arrow::datatypes::{ArrowPrimitiveType, Date32Type, TimestampMicrosecondType};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::zone_of;
use crate::Arguments;
use crate::datetime::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, Zone, civil, day_of,
    days_in_month,
};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;
use crate::text::java_trim;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("date_trunc", date_trunc),
    Scalar::new("months_between", months_between),
    Scalar::new("next_day", next_day),
    Scalar::new("trunc", trunc),
];

/// What a moment can be cut down to, the finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    fn named(name: &str) -> Option<Unit> {
        Some(match &*name.to_ascii_uppercase() {
            "MICROSECOND" => Unit::Microsecond,
            "MILLISECOND" => Unit::Millisecond,
            "SECOND" => Unit::Second,
            "MINUTE" => Unit::Minute,
            "HOUR" => Unit::Hour,
            "DAY" | "DD" => Unit::Day,
            "WEEK" => Unit::Week,
            "MON" | "MONTH" | "MM" => Unit::Month,
            "QUARTER" => Unit::Quarter,
            "YEAR" | "YYYY" | "YY" => Unit::Year,
            _ => return None,
        })
    }

    /// The first day of the week, month, quarter or year that a day is in.
    fn first_day(self, days: i64) -> i64 {
        let date = civil(days);
        let first_of = |month| day_of(date.year, month, 1).expect("every month has a first day");
        match self {
            Unit::Week => days - (days + 3).rem_euclid(7),
            Unit::Month => first_of(date.month),
            Unit::Quarter => first_of((date.month - 1) / 3 * 3 + 1),
            Unit::Year => first_of(1),
            _ => days,
        }
    }

    /// The first instant of the unit that an instant is in, by a zone's clock.
    fn first_instant(self, micros: i64, zone: &Zone) -> Option<i64> {
        let cut = |unit: i64| Some(micros - micros.rem_euclid(unit));
        let local = zone.local(micros);
        let by_clock = |unit: i64| {
            // Zones are whole seconds away from UTC, so shorter units need no clock; hours and
            // minutes are cut where the clock stands now.
            Some(micros - local.rem_euclid(unit))
        };
        match self {
            Unit::Microsecond => Some(micros),
            Unit::Millisecond => cut(1000),
            Unit::Second => cut(MICROS_PER_SECOND),
            Unit::Minute => by_clock(MICROS_PER_MINUTE),
            Unit::Hour => by_clock(MICROS_PER_HOUR),
            _ => {
                let day = self.first_day(local.div_euclid(MICROS_PER_DAY));
                zone.instant(day.checked_mul(MICROS_PER_DAY)?)
            }
        }
    }
}

/// A function of a value and a name: the value moved as the name says; NULL for unknown names.
fn by_name<T: ArrowPrimitiveType>(
    site: &Site,
    places: (usize, usize),
    read: fn(&str) -> Option<Unit>,
    cut: impl Fn(T::Native, Unit) -> Option<T::Native> + Send + Sync + 'static,
) -> Result<Kernel> {
    let layout = site.result_layout()?;
    let (value_at, name_at) = places;
    let fixed = site.constant_text(name_at).map(read);
    Ok(Arc::new(move |arguments: &Arguments| {
        let (values, names) = (
            arguments.numbers::<T>(value_at)?,
            arguments.strings(name_at)?,
        );
        let mut found = PrimitiveBuilder::<T>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            let unit = match fixed {
                Some(unit) => unit,
                None => names.get(row).and_then(read),
            };
            found.append_option(match (values.get(row), unit) {
                (Some(value), Some(unit)) => cut(value, unit),
                _ => None,
            });
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

/// `trunc(date, unit)`: weeks and longer units only.
fn trunc(site: &Site) -> Result<Kernel> {
    let read = |name: &str| Unit::named(name).filter(|unit| *unit >= Unit::Week);
    by_name::<Date32Type>(site, (0, 1), read, |days, unit| {
        i32::try_from(unit.first_day(i64::from(days))).ok()
    })
}

/// `date_trunc(unit, timestamp)`.
fn date_trunc(site: &Site) -> Result<Kernel> {
    let zone = zone_of(site, 1)?;
    by_name::<TimestampMicrosecondType>(site, (1, 0), Unit::named, move |micros, unit| {
        unit.first_instant(micros, &zone)
    })
}

/// Days since Monday of a weekday's name, which may be cut to two or three letters.
fn weekday_named(name: &str) -> Option<i64> {
    const NAMES: [&str; 7] = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    let name = java_trim(name).to_ascii_uppercase();
    let is = |full: &str| name == *full || name == full[..2] || name == full[..3];
    NAMES.iter().position(|full| is(full)).map(|at| at as i64)
}

/// `next_day(date, weekday)`: the first such day behind the date.
fn next_day(site: &Site) -> Result<Kernel> {
    let ansi = site.ansi;
    Ok(Arc::new(move |arguments: &Arguments| {
        let (dates, names) = (arguments.numbers::<Date32Type>(0)?, arguments.strings(1)?);
        let mut found = PrimitiveBuilder::<Date32Type>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            let (Some(days), Some(name)) = (dates.get(row), names.get(row)) else {
                found.append_null();
                continue;
            };
            let Some(weekday) = weekday_named(name) else {
                if ansi {
                    let error = SqlError::new(condition::ILLEGAL_DAY_OF_WEEK);
                    return Err(error.with("string", name).into());
                }
                found.append_null();
                continue;
            };
            let ahead = (weekday - i64::from(days) - 4).rem_euclid(7) + 1;
            found.append_value(days.wrapping_add(ahead as i32));
        }
        Ok(Arc::new(found.finish()))
    }))
}

/// `months_between(end, start, round)`: whole months where both are the same day of their month or
/// its last, else with a part of 31 days.
fn months_between(site: &Site) -> Result<Kernel> {
    type Micros = TimestampMicrosecondType;
    let zones = (zone_of(site, 0)?, zone_of(site, 1)?);
    debug_assert!(site.arguments.get(2) == Some(&DataType::Boolean));
    Ok(Arc::new(move |arguments: &Arguments| {
        let (ends, starts) = (
            arguments.numbers::<Micros>(0)?,
            arguments.numbers::<Micros>(1)?,
        );
        let rounds = arguments.booleans(2)?;
        let value = |row| -> Result<Option<f64>, Raised> {
            Ok(match (ends.get(row), starts.get(row), rounds.get(row)) {
                (Some(end), Some(start), Some(round)) => Some(months(
                    Moment::of(&zones.0, end),
                    Moment::of(&zones.1, start),
                    round,
                )),
                _ => None,
            })
        };
        let found: Result<Float64Array, Raised> = (0..arguments.rows()).map(value).collect();
        Ok(Arc::new(found?))
    }))
}

/// A day, and how many seconds of it have passed: on days when clocks change not what they show.
#[derive(Debug, Clone, Copy)]
struct Moment {
    day: i64,
    seconds: i64,
}

impl Moment {
    fn of(zone: &Zone, micros: i64) -> Moment {
        let local = zone.local(micros);
        let day = local.div_euclid(MICROS_PER_DAY);
        let passed = match zone.instant(day * MICROS_PER_DAY) {
            Some(midnight) => micros - midnight,
            None => local.rem_euclid(MICROS_PER_DAY),
        };
        Moment {
            day,
            seconds: passed / MICROS_PER_SECOND,
        }
    }
}

fn months(end: Moment, start: Moment, round: bool) -> f64 {
    const SECONDS_PER_MONTH: f64 = 31.0 * 86_400.0;
    let (last, first) = (civil(end.day), civil(start.day));
    let whole = (last.year * 12 + last.month - first.year * 12 - first.month) as f64;
    let is_last = |date: crate::datetime::Civil| date.day == days_in_month(date.year, date.month);
    if last.day == first.day || (is_last(last) && is_last(first)) {
        return whole;
    }
    let rest = (last.day - first.day) * 86_400 + end.seconds - start.seconds;
    let found = whole + rest as f64 / SECONDS_PER_MONTH;
    if round {
        // Half up, as Spark rounds to eight digits.
        (found * 1e8 + 0.5).floor() / 1e8
    } else {
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_begin() {
        let zone = Zone::named("Asia/Kolkata").expect("a region");
        let at = 1_600_000_000_123_456;
        assert_eq!(
            Unit::Hour.first_instant(at, &zone),
            Some(1_599_996_600_000_000)
        );
        assert_eq!(Unit::Second.first_instant(-1, &zone), Some(-1_000_000));
        let day = |year, month, day| day_of(year, month, day).expect("a date");
        assert_eq!(Unit::Quarter.first_day(day(2019, 8, 4)), day(2019, 7, 1));
        assert_eq!(Unit::Week.first_day(day(2019, 8, 4)), day(2019, 7, 29));
    }

    #[test]
    fn weekdays_and_months() {
        assert_eq!(
            (
                weekday_named("tu"),
                weekday_named(" Sunday "),
                weekday_named("x")
            ),
            (Some(1), Some(6), None)
        );
        let at = |year, month, day, hour| {
            day_of(year, month, day).expect("a date") * MICROS_PER_DAY + hour * MICROS_PER_HOUR
        };
        let moment = |micros| Moment::of(&Zone::UTC, micros);
        let end = at(1997, 2, 28, 10) + 30 * MICROS_PER_MINUTE;
        let found = months(moment(end), moment(at(1996, 10, 30, 0)), true);
        assert_eq!(found, 3.949_596_77);
        // Clocks went forward at two.
        let zone = Zone::named("America/Los_Angeles").expect("a region");
        let noon = zone.instant(at(2024, 3, 10, 12)).expect("an instant");
        assert_eq!(Moment::of(&zone, noon).seconds, 11 * 3600);
    }
}
