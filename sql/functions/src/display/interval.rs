//! Intervals as Spark prints them.

use std::fmt::{self, Write};

use flint_sql_spec::{DayTimeField, DayTimeRange, YearMonthField, YearMonthRange};

use crate::datetime::{MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND};

/// `INTERVAL '1-2' YEAR TO MONTH`.
pub(crate) fn write_year_month(
    months: i32,
    range: YearMonthRange,
    out: &mut String,
) -> fmt::Result {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    match (range.start, range.end) {
        (YearMonthField::Year, YearMonthField::Year) => {
            write!(out, "INTERVAL '{sign}{}' YEAR", months / 12)
        }
        (YearMonthField::Month, _) => write!(out, "INTERVAL '{sign}{months}' MONTH"),
        (YearMonthField::Year, YearMonthField::Month) => {
            let (years, months) = (months / 12, months % 12);
            write!(out, "INTERVAL '{sign}{years}-{months}' YEAR TO MONTH")
        }
    }
}

/// `INTERVAL '1 02:03:04.5' DAY TO SECOND`: the fields that the type has, the first without zeros
/// before it.
pub(crate) fn write_day_time(micros: i64, range: DayTimeRange, out: &mut String) -> fmt::Result {
    const DAY: u64 = MICROS_PER_DAY as u64;
    const HOUR: u64 = MICROS_PER_HOUR as u64;
    const MINUTE: u64 = MICROS_PER_MINUTE as u64;
    const SECOND: u64 = MICROS_PER_SECOND as u64;
    out.push_str(if micros < 0 {
        "INTERVAL '-"
    } else {
        "INTERVAL '"
    });
    let micros = micros.unsigned_abs();
    let mut rest = micros;
    for (field, unit, before) in [
        (DayTimeField::Day, DAY, ""),
        (DayTimeField::Hour, HOUR, " "),
        (DayTimeField::Minute, MINUTE, ":"),
        (DayTimeField::Second, SECOND, ":"),
    ] {
        if field < range.start || field > range.end {
            continue;
        }
        match field == range.start {
            // Hours of a type without days are padded too.
            true if field == DayTimeField::Day => write!(out, "{}", rest / unit)?,
            true => write!(out, "{:02}", rest / unit)?,
            false => write!(out, "{before}{:02}", rest / unit)?,
        }
        rest %= unit;
    }
    if range.end == DayTimeField::Second && rest != 0 {
        write!(out, ".{rest:06}")?;
        out.truncate(out.trim_end_matches('0').len());
    }
    out.push_str("' ");
    out.push_str(&range.start.name().to_ascii_uppercase());
    if range.start != range.end {
        write!(out, " TO {}", range.end.name().to_ascii_uppercase())?;
    }
    Ok(())
}

/// `1 years 2 months -3 days`: the units that are not zero; `0 seconds` when all are.
pub(crate) fn write_calendar_interval(
    months: i32,
    days: i32,
    micros: i64,
    out: &mut String,
) -> fmt::Result {
    let start = out.len();
    let mut unit = |value: i64, name: &str| match value {
        0 => Ok(()),
        _ => write!(out, "{value} {name} "),
    };
    unit(i64::from(months / 12), "years")?;
    unit(i64::from(months % 12), "months")?;
    unit(i64::from(days), "days")?;
    unit(micros / MICROS_PER_HOUR, "hours")?;
    unit(micros % MICROS_PER_HOUR / MICROS_PER_MINUTE, "minutes")?;
    let seconds = micros % MICROS_PER_MINUTE;
    if seconds != 0 {
        let sign = if seconds < 0 { "-" } else { "" };
        let (whole, fraction) = (
            seconds.abs() / MICROS_PER_SECOND,
            seconds.abs() % MICROS_PER_SECOND,
        );
        write!(out, "{sign}{whole}")?;
        if fraction != 0 {
            write!(out, ".{fraction:06}")?;
            out.truncate(out.trim_end_matches('0').len());
        }
        out.push_str(" seconds ");
    }
    if out.len() == start {
        return out.write_str("0 seconds");
    }
    out.truncate(out.len() - 1);
    Ok(())
}
