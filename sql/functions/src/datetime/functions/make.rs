//! Dates, timestamps and intervals made of their parts.
//!
//! Parts that no calendar or clock has are an error in ANSI mode and NULL otherwise; the functions
//! that try give NULL always. A second of 60 is the first of the next minute.

use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, PrimitiveArray, PrimitiveBuilder};
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Int32Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, IntervalYearMonthType, Time64NanosecondType,
    TimestampMicrosecondType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::unexpected;
use crate::arguments::{Arguments, Cells};
use crate::datetime::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO, Zone,
    day_of,
};
use crate::display::write_plain_decimal;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("make_date", make_date),
    Scalar::new("make_dt_interval", make_dt_interval),
    Scalar::new("make_interval", |site| make_interval(site, site.ansi)),
    Scalar::new("make_timestamp", |site| make_timestamp(site, site.ansi)),
    Scalar::new("make_timestamp_ltz", |site| make_timestamp(site, site.ansi)),
    Scalar::new("make_timestamp_ntz", |site| make_timestamp(site, site.ansi)),
    Scalar::new("make_ym_interval", make_ym_interval),
    Scalar::new("try_make_interval", |site| make_interval(site, false)),
    Scalar::new("try_make_timestamp", |site| make_timestamp(site, false)),
    Scalar::new("try_make_timestamp_ltz", |site| make_timestamp(site, false)),
    Scalar::new("try_make_timestamp_ntz", |site| make_timestamp(site, false)),
];

/// Whole numbers in some places of a call.
struct Wholes(Vec<Cells<PrimitiveArray<Int32Type>>>);

impl Wholes {
    fn of(arguments: &Arguments, count: usize) -> Result<Wholes, Raised> {
        let columns = (0..count).map(|at| arguments.numbers::<Int32Type>(at));
        columns.collect::<Result<_, _>>().map(Wholes)
    }

    /// Those of a row; `None` if one is null.
    fn get<const N: usize>(&self, row: usize) -> Option<[i64; N]> {
        let mut values = [0; N];
        for (value, column) in values.iter_mut().zip(&self.0) {
            *value = i64::from(column.get(row)?);
        }
        Some(values)
    }
}

/// What a row's parts come to: an error is one only in ANSI mode.
fn settle<T>(found: Result<T>, ansi: bool) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if ansi => Err(error),
        Err(_) => Ok(None),
    }
}

/// A column of what each row's parts come to; NULL where a part is.
fn column<T: ArrowPrimitiveType>(
    site: &Site,
    arguments: &Arguments,
    mut each: impl FnMut(usize) -> Result<Option<T::Native>, Raised>,
) -> Result<Arc<dyn Array>, Raised> {
    let mut found = PrimitiveBuilder::<T>::with_capacity(arguments.rows());
    for row in 0..arguments.rows() {
        found.append_option(each(row)?);
    }
    Ok(Arc::new(
        found.finish().with_data_type(site.result_layout()?),
    ))
}

fn out_of_bounds(message: String) -> SqlError {
    SqlError::new(condition::DATETIME_FIELD_OUT_OF_BOUNDS_WITHOUT_SUGGESTION)
        .with("rangeMessage", message)
}

/// Whether a field is within its bounds.
fn check(field: &str, value: i64, (least, most): (i64, i64)) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(out_of_bounds(format!(
        "Invalid value for {field} (valid values {least} - {most}): {value}"
    )))
}

fn overflow() -> SqlError {
    SqlError::new(condition::ARITHMETIC_OVERFLOW)
        .with("message", "overflow")
        .with("alternative", "")
        .with("config", "\"spark.sql.ansi.enabled\"")
}

/// The day of a date in parts.
fn day([year, month, day]: [i64; 3]) -> Result<i64> {
    const MONTHS: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    check("Year", year, (-999_999_999, 999_999_999))?;
    check("MonthOfYear", month, (1, 12))?;
    check("DayOfMonth", day, (1, 28 + 3))?;
    day_of(year, month, day).ok_or_else(|| {
        out_of_bounds(if (month, day) == (2, 29) {
            format!("Invalid date 'February 29' as '{year}' is not a leap year")
        } else {
            format!("Invalid date '{} {day}'", MONTHS[month as usize - 1])
        })
    })
}

fn make_date(site: &Site) -> Result<Kernel> {
    let site = site.clone();
    Ok(Arc::new(move |arguments: &Arguments| {
        let parts = Wholes::of(arguments, 3)?;
        column::<Date32Type>(&site, arguments, |row| {
            let Some(parts) = parts.get(row) else {
                return Ok(None);
            };
            let days = settle(day(parts), site.ansi)?;
            let found = days.map(|days| i32::try_from(days).map_err(|_| overflow()));
            Ok(found.transpose()?)
        })
    }))
}

/// Microseconds of a day, of hours, minutes and seconds with six digits.
fn of_day(hour: i64, minute: i64, seconds: i64) -> Result<i64> {
    let second = seconds / MICROS_PER_SECOND;
    check("HourOfDay", hour, (0, 23))?;
    check("MinuteOfHour", minute, (0, 59))?;
    let whole = seconds % MICROS_PER_SECOND == 0;
    if second == 60 && !whole {
        let mut text = String::new();
        write_plain_decimal(seconds.into(), 6, &mut text)
            .map_err(|_| SqlError::internal("text takes more text"))?;
        let text = text.trim_end_matches('0');
        return Err(SqlError::new(condition::INVALID_FRACTION_OF_SECOND).with("secAndMicros", text));
    }
    if second != 60 {
        check(
            "SecondOfMinute",
            seconds.div_euclid(MICROS_PER_SECOND),
            (0, 59),
        )?;
    }
    Ok(hour * MICROS_PER_HOUR + minute * MICROS_PER_MINUTE + seconds)
}

/// The instant at which clocks of a zone show a day and a time, or what a zoneless clock shows.
fn instant(day: i64, of_day: i64, zone: &Zone) -> Result<i64> {
    let local = day
        .checked_mul(MICROS_PER_DAY)
        .and_then(|start| start.checked_add(of_day));
    local
        .and_then(|local| zone.instant(local))
        .ok_or_else(overflow)
}

/// The zones of rows: those that are written, or the session's.
struct Zones {
    session: Zone,
    fixed: Option<Zone>,
    place: usize,
}

impl Zones {
    fn of(site: &Site, place: usize) -> Result<Zones> {
        let session = match site.result {
            DataType::TimestampNtz => Zone::UTC,
            _ => Zone::of(&site.settings.time_zone)?,
        };
        Ok(Zones {
            fixed: site.constant_text(place).map(Zone::of).transpose()?,
            session,
            place,
        })
    }

    /// What gives a row's zone; `None` where it is null.
    fn rows<'a>(
        &'a self,
        arguments: &Arguments,
    ) -> Result<impl Fn(usize) -> Result<Option<Zone>> + 'a, Raised> {
        let names = match arguments.len() > self.place {
            true => Some(arguments.strings(self.place)?),
            false => None,
        };
        Ok(move |row| match (&names, &self.fixed) {
            (None, _) => Ok(Some(self.session.clone())),
            (Some(_), Some(zone)) => Ok(Some(zone.clone())),
            (Some(names), None) => names.get(row).map(Zone::of).transpose(),
        })
    }
}

fn make_timestamp(site: &Site, ansi: bool) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::Integer) => of_parts(site, ansi),
        Some(DataType::Date) => of_date(site, ansi),
        _ => Err(unexpected(site)),
    }
}

fn of_parts(site: &Site, ansi: bool) -> Result<Kernel> {
    let (site, zones) = (site.clone(), Zones::of(site, 6)?);
    Ok(Arc::new(move |arguments: &Arguments| {
        let parts = Wholes::of(arguments, 5)?;
        let seconds = arguments.numbers::<Decimal128Type>(5)?;
        let zone = zones.rows(arguments)?;
        column::<TimestampMicrosecondType>(&site, arguments, |row| {
            let (Some([year, month, of_month, hour, minute]), Some(seconds), Some(zone)) =
                (parts.get(row), seconds.get(row), zone(row)?)
            else {
                return Ok(None);
            };
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            let found = day([year, month, of_month])
                .and_then(|day| instant(day, of_day(hour, minute, seconds)?, &zone));
            Ok(settle(found, ansi)?)
        })
    }))
}

/// A date, perhaps a time, perhaps a zone.
fn of_date(site: &Site, ansi: bool) -> Result<Kernel> {
    let (site, zones) = (site.clone(), Zones::of(site, 2)?);
    Ok(Arc::new(move |arguments: &Arguments| {
        let days = arguments.numbers::<Date32Type>(0)?;
        let times = match arguments.len() {
            1 => None,
            _ => Some(arguments.numbers::<Time64NanosecondType>(1)?),
        };
        let zone = zones.rows(arguments)?;
        column::<TimestampMicrosecondType>(&site, arguments, |row| {
            let nanos = match &times {
                Some(times) => times.get(row),
                None => Some(0),
            };
            let (Some(day), Some(nanos), Some(zone)) = (days.get(row), nanos, zone(row)?) else {
                return Ok(None);
            };
            let found = instant(day.into(), nanos / NANOS_PER_MICRO, &zone);
            Ok(settle(found, ansi)?)
        })
    }))
}

fn make_interval(site: &Site, ansi: bool) -> Result<Kernel> {
    let site = site.clone();
    Ok(Arc::new(move |arguments: &Arguments| {
        let parts = Wholes::of(arguments, 6)?;
        let seconds = arguments.numbers::<Decimal128Type>(6)?;
        column::<IntervalMonthDayNanoType>(&site, arguments, |row| {
            let (Some(parts), Some(seconds)) = (parts.get(row), seconds.get(row)) else {
                return Ok(None);
            };
            let found = interval(parts, seconds).ok_or_else(overflow);
            Ok(settle(found, ansi)?)
        })
    }))
}

fn interval(parts: [i64; 6], seconds: i128) -> Option<IntervalMonthDayNano> {
    let [years, months, weeks, days, hours, minutes] = parts;
    let micros = i128::from(hours * MICROS_PER_HOUR) + i128::from(minutes * MICROS_PER_MINUTE);
    let micros = i64::try_from(micros + seconds).ok()?;
    Some(IntervalMonthDayNano {
        months: i32::try_from(years * 12 + months).ok()?,
        days: i32::try_from(weeks * 7 + days).ok()?,
        nanoseconds: micros.checked_mul(NANOS_PER_MICRO)?,
    })
}

fn interval_overflow() -> SqlError {
    SqlError::new(condition::INTERVAL_ARITHMETIC_OVERFLOW_WITHOUT_SUGGESTION)
}

/// An interval of days to seconds; too many of them are an error in both modes.
fn make_dt_interval(site: &Site) -> Result<Kernel> {
    let site = site.clone();
    Ok(Arc::new(move |arguments: &Arguments| {
        let parts = Wholes::of(arguments, 3)?;
        let seconds = arguments.numbers::<Decimal128Type>(3)?;
        column::<DurationMicrosecondType>(&site, arguments, |row| {
            let (Some([days, hours, minutes]), Some(seconds)) = (parts.get(row), seconds.get(row))
            else {
                return Ok(None);
            };
            let total = i128::from(days) * i128::from(MICROS_PER_DAY)
                + i128::from(hours * MICROS_PER_HOUR + minutes * MICROS_PER_MINUTE)
                + seconds;
            let found = i64::try_from(total).map_err(|_| interval_overflow());
            Ok(found.map(Some)?)
        })
    }))
}

/// An interval of years and months; too many of them are an error in both modes.
fn make_ym_interval(site: &Site) -> Result<Kernel> {
    let site = site.clone();
    Ok(Arc::new(move |arguments: &Arguments| {
        let parts = Wholes::of(arguments, 2)?;
        column::<IntervalYearMonthType>(&site, arguments, |row| {
            let Some([years, months]) = parts.get(row) else {
                return Ok(None);
            };
            let found = i32::try_from(years * 12 + months).map_err(|_| interval_overflow());
            Ok(found.map(Some)?)
        })
    }))
}
