//! Dates and clocks as Spark prints them.

use std::fmt::{self, Write};

use flint_sql_spec::DataType;

use crate::datetime::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO, civil,
};

/// Whether values of the type are dates, times or intervals.
pub(super) fn is_clock(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date
            | DataType::Time(_)
            | DataType::Timestamp
            | DataType::TimestampNtz
            | DataType::TimestampLtzNanos(_)
            | DataType::TimestampNtzNanos(_)
            | DataType::CalendarInterval
            | DataType::YearMonthInterval(_)
            | DataType::DayTimeInterval(_)
    )
}

/// `2020-02-29`; years have four digits, and a sign when they need more or are below zero.
pub(crate) fn write_date(days: i64, out: &mut String) -> fmt::Result {
    let date = civil(days);
    match date.year {
        0..=9999 => {
            push_two(date.year / 100, out);
            push_two(date.year % 100, out);
        }
        10_000.. => write!(out, "+{}", date.year)?,
        _ => write!(out, "-{:04}", -date.year)?,
    }
    out.push('-');
    push_two(date.month, out);
    out.push('-');
    push_two(date.day, out);
    Ok(())
}

/// What a clock shows that is `offset` seconds ahead of the one of `micros`, with nanoseconds behind
/// its microseconds; zeros at the end of the fraction are left out.
pub(crate) fn write_timestamp(
    micros: i64,
    offset: i32,
    nanos: i64,
    out: &mut String,
) -> fmt::Result {
    const SECONDS_PER_DAY: i64 = MICROS_PER_DAY / MICROS_PER_SECOND;
    let seconds = micros.div_euclid(MICROS_PER_SECOND) + i64::from(offset);
    write_date(seconds.div_euclid(SECONDS_PER_DAY), out)?;
    out.push(' ');
    let of_day = seconds.rem_euclid(SECONDS_PER_DAY) * MICROS_PER_SECOND;
    write_clock(of_day + micros.rem_euclid(MICROS_PER_SECOND), nanos, out)
}

/// A time of day in nanoseconds.
pub(crate) fn write_time(nanos: i64, out: &mut String) -> fmt::Result {
    write_clock(nanos / NANOS_PER_MICRO, nanos % NANOS_PER_MICRO, out)
}

fn write_clock(micros: i64, nanos: i64, out: &mut String) -> fmt::Result {
    push_two(micros / MICROS_PER_HOUR, out);
    out.push(':');
    push_two(micros / MICROS_PER_MINUTE % 60, out);
    out.push(':');
    push_two(micros / MICROS_PER_SECOND % 60, out);
    let fraction = micros % MICROS_PER_SECOND * NANOS_PER_MICRO + nanos;
    if fraction != 0 {
        write!(out, ".{fraction:09}")?;
        out.truncate(out.trim_end_matches('0').len());
    }
    Ok(())
}

/// Two digits of a number below 100.
fn push_two(number: i64, out: &mut String) {
    let digit = |number: i64| char::from(b'0' + (number % 10) as u8);
    out.push(digit(number / 10));
    out.push(digit(number));
}
