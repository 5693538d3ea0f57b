//! Constants as text.

use std::fmt::{self, Write};

use flint_sql_spec::{
    DataType, DayTimeField, DayTimeRange, DecimalValue, Literal, YearMonthField, YearMonthRange,
};

use super::Naming;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// A constant as names of columns have it: strings bare, numbers without the letters of their types.
pub(super) fn write_pretty(naming: &Naming<'_>, value: &Literal, out: &mut String) -> fmt::Result {
    match value {
        Literal::Null(_) => out.write_str("NULL"),
        Literal::Boolean(value) => write!(out, "{value}"),
        Literal::Byte(value) => write!(out, "{value}"),
        Literal::Short(value) => write!(out, "{value}"),
        Literal::Integer(value) => write!(out, "{value}"),
        Literal::Long(value) => write!(out, "{value}"),
        Literal::Float(value) => write_java_float(&format!("{:e}", value.0), out),
        Literal::Double(value) => write_java_float(&format!("{:e}", value.0), out),
        Literal::Decimal(value) => write_big_decimal(*value, out),
        Literal::String(text) => out.write_str(text),
        other => write_typed(naming, other, out),
    }
}

fn write_typed(naming: &Naming<'_>, value: &Literal, out: &mut String) -> fmt::Result {
    match value {
        Literal::Binary(bytes) => {
            out.write_str("X'")?;
            bytes
                .iter()
                .try_for_each(|byte| write!(out, "{byte:02X}"))?;
            out.write_char('\'')
        }
        Literal::Date(days) => {
            out.write_str("DATE '")?;
            write_date(i64::from(*days), out)?;
            out.write_char('\'')
        }
        Literal::Time { nanos, .. } => {
            out.write_str("TIME '")?;
            write_clock(nanos.div_euclid(1000), out)?;
            out.write_char('\'')
        }
        Literal::Timestamp(micros) => {
            let offset = i64::from((naming.zone_offset_seconds)(*micros));
            out.write_str("TIMESTAMP '")?;
            write_timestamp(micros.saturating_add(offset * MICROS_PER_SECOND), out)?;
            out.write_char('\'')
        }
        Literal::TimestampNtz(micros) => {
            out.write_str("TIMESTAMP_NTZ '")?;
            write_timestamp(*micros, out)?;
            out.write_char('\'')
        }
        Literal::TimestampNanos {
            zoned,
            micros,
            nanos_within_micro,
            ..
        } => {
            let (name, offset) = if *zoned {
                (
                    "TIMESTAMP_LTZ",
                    i64::from((naming.zone_offset_seconds)(*micros)),
                )
            } else {
                ("TIMESTAMP_NTZ", 0)
            };
            let local = micros.saturating_add(offset * MICROS_PER_SECOND);
            write!(out, "{name} '")?;
            write_seconds(local, out)?;
            let nanos = local.rem_euclid(MICROS_PER_SECOND) * 1000 + i64::from(*nanos_within_micro);
            write_fraction(nanos, 9, out)?;
            out.write_char('\'')
        }
        Literal::CalendarInterval {
            months,
            days,
            micros,
        } => {
            out.write_str("INTERVAL '")?;
            write_calendar(*months, *days, *micros, out)?;
            out.write_char('\'')
        }
        Literal::YearMonthInterval { months, range } => write_months(*months, *range, out),
        Literal::DayTimeInterval { micros, range } => write_micros(*micros, *range, out),
        other => write_nested(naming, other, out),
    }
}

fn write_nested(naming: &Naming<'_>, value: &Literal, out: &mut String) -> fmt::Result {
    match value {
        Literal::Array { values, .. } => {
            out.write_str("ARRAY(")?;
            write_all(naming, values.iter(), out)?;
            out.write_char(')')
        }
        Literal::Map { entries, .. } => {
            out.write_str("MAP(")?;
            write_all(
                naming,
                entries.iter().flat_map(|(key, value)| [key, value]),
                out,
            )?;
            out.write_char(')')
        }
        Literal::Struct { fields, values } => {
            out.write_str("NAMED_STRUCT(")?;
            for (at, (field, value)) in fields.iter().zip(values.iter()).enumerate() {
                let comma = if at > 0 { ", " } else { "" };
                write!(out, "{comma}'{}', ", field.name)?;
                write_inner(naming, value, out)?;
            }
            out.write_char(')')
        }
        Literal::Variant(_) => out.write_str("VARIANT"),
        plain => write_pretty(naming, plain, out),
    }
}

fn write_all<'a>(
    naming: &Naming<'_>,
    values: impl Iterator<Item = &'a Literal>,
    out: &mut String,
) -> fmt::Result {
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.write_str(", ")?;
        }
        write_inner(naming, value, out)?;
    }
    Ok(())
}

/// A constant inside another one, as SQL has it.
fn write_inner(naming: &Naming<'_>, value: &Literal, out: &mut String) -> fmt::Result {
    match value {
        Literal::String(text) => {
            write!(out, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        Literal::Byte(value) => write!(out, "{value}Y"),
        Literal::Short(value) => write!(out, "{value}S"),
        Literal::Long(value) => write!(out, "{value}L"),
        Literal::Double(_) => {
            write_pretty(naming, value, out)?;
            out.write_char('D')
        }
        Literal::Decimal(_) => {
            write_pretty(naming, value, out)?;
            out.write_str("BD")
        }
        other => naming_flat(naming, other, out),
    }
}

fn naming_flat(naming: &Naming<'_>, value: &Literal, out: &mut String) -> fmt::Result {
    flint_sql_spec::with_stack(|| write_pretty(naming, value, out))
}

/// A float as Java prints it: plain from 10^-3 to 10^7, else with an exponent. `scientific` is Rust's
/// shortest form, `1.5e-7`.
fn write_java_float(scientific: &str, out: &mut String) -> fmt::Result {
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    match rest {
        "NaN" => return out.write_str("NaN"),
        "inf" => return write!(out, "{sign}Infinity"),
        _ => {}
    }
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    out.write_str(sign)?;
    if digits == "0" {
        return out.write_str("0.0");
    }
    if (-3..7).contains(&exponent) {
        return write_plain(&digits, exponent, out);
    }
    let (first, rest) = digits.split_at(1);
    let rest = if rest.is_empty() { "0" } else { rest };
    write!(out, "{first}.{rest}E{exponent}")
}

/// Digits with the point after the first one moved by `exponent`, and at least one behind it.
fn write_plain(digits: &str, exponent: i32, out: &mut String) -> fmt::Result {
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return write!(out, "0.{zeros}{digits}");
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        let zeros = "0".repeat(whole - digits.len());
        return write!(out, "{digits}{zeros}.0");
    }
    let (before, after) = digits.split_at(whole);
    write!(out, "{before}.{after}")
}

/// A decimal as Java's `BigDecimal` prints it: with an exponent when it is below 10^-6.
fn write_big_decimal(value: DecimalValue, out: &mut String) -> fmt::Result {
    let sign = if value.unscaled < 0 { "-" } else { "" };
    let digits = value.unscaled.unsigned_abs().to_string();
    let scale = i32::from(value.scale);
    let adjusted = digits.len() as i32 - 1 - scale;
    out.write_str(sign)?;
    if scale == 0 {
        return out.write_str(&digits);
    }
    if scale > 0 && adjusted >= -6 {
        let scale = scale as usize;
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (before, after) = padded.split_at(padded.len() - scale);
        return write!(out, "{before}.{after}");
    }
    let (first, rest) = digits.split_at(1);
    out.write_str(first)?;
    if !rest.is_empty() {
        write!(out, ".{rest}")?;
    }
    write!(out, "E{adjusted:+}").map(|()| {
        // Java writes no plus sign for what `{:+}` never gives here but zero.
        if out.ends_with("E+0") {
            out.truncate(out.len() - 3);
        }
    })
}

/// `TIMESTAMP '..'` of a text that the session's zone makes a moment of: with the time, and without
/// zeros at the end of a fraction. Text that says a zone stays as it is written.
pub(super) fn write_moment(data_type: &DataType, text: &str, out: &mut String) -> fmt::Result {
    let text = text.trim();
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || "-:. T".contains(c));
    let shown = match text.split_once([' ', 'T']) {
        None if *data_type == DataType::Date && text.eq_ignore_ascii_case("epoch") => {
            "1970-01-01".to_owned()
        }
        Some((day, time)) if is_plain => match time.split_once('.') {
            Some((clock, fraction)) => {
                let fraction = fraction.trim_end_matches('0');
                let point = if fraction.is_empty() { "" } else { "." };
                format!("{day} {clock}{point}{fraction}")
            }
            None => format!("{day} {time}"),
        },
        None if is_plain && !text.contains(':') && *data_type != DataType::Date => {
            format!("{text} 00:00:00")
        }
        _ => text.to_owned(),
    };
    write!(out, "{} '{shown}'", data_type.sql())
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn write_date(days: i64, out: &mut String) -> fmt::Result {
    let (year, month, day) = civil(days);
    if year > 9999 {
        write!(out, "+{year}-{month:02}-{day:02}")
    } else if year < 0 {
        write!(out, "-{:04}-{month:02}-{day:02}", -year)
    } else {
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

/// Year, month and day of a day, by counting from the first of March of year 0.
fn civil(days: i64) -> (i64, i64, i64) {
    const DAYS_PER_ERA: i64 = 146_097;
    let shifted = days + 719_468;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn write_timestamp(micros: i64, out: &mut String) -> fmt::Result {
    write_seconds(micros, out)?;
    write_fraction(micros.rem_euclid(MICROS_PER_SECOND), 6, out)
}

fn write_seconds(micros: i64, out: &mut String) -> fmt::Result {
    write_date(micros.div_euclid(MICROS_PER_DAY), out)?;
    let of_day = micros.rem_euclid(MICROS_PER_DAY);
    let (hour, minute) = (of_day / MICROS_PER_HOUR, of_day / MICROS_PER_MINUTE % 60);
    let second = of_day / MICROS_PER_SECOND % 60;
    write!(out, " {hour:02}:{minute:02}:{second:02}")
}

fn write_clock(micros: i64, out: &mut String) -> fmt::Result {
    let (hour, minute) = (micros / MICROS_PER_HOUR, micros / MICROS_PER_MINUTE % 60);
    let second = micros / MICROS_PER_SECOND % 60;
    write!(out, "{hour:02}:{minute:02}:{second:02}")?;
    write_fraction(micros % MICROS_PER_SECOND, 6, out)
}

/// The digits of a fraction of a second, without zeros at the end.
fn write_fraction(fraction: i64, digits: usize, out: &mut String) -> fmt::Result {
    if fraction == 0 {
        return Ok(());
    }
    let text = format!("{fraction:0digits$}");
    write!(out, ".{}", text.trim_end_matches('0'))
}

fn write_months(months: i32, range: YearMonthRange, out: &mut String) -> fmt::Result {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    let (years, rest) = (months / 12, months % 12);
    match (range.start, range.end) {
        (YearMonthField::Year, YearMonthField::Year) => {
            write!(out, "INTERVAL '{sign}{years}' YEAR")
        }
        (YearMonthField::Month, YearMonthField::Month) => {
            write!(out, "INTERVAL '{sign}{months}' MONTH")
        }
        _ => write!(out, "INTERVAL '{sign}{years}-{rest}' YEAR TO MONTH"),
    }
}

fn write_micros(micros: i64, range: DayTimeRange, out: &mut String) -> fmt::Result {
    let sign = if micros < 0 { "-" } else { "" };
    let total = micros.unsigned_abs() as i128;
    let unit = |micros: i64| i128::from(micros);
    write!(out, "INTERVAL '{sign}")?;
    let mut rest = total;
    let fields = [
        (DayTimeField::Day, unit(MICROS_PER_DAY)),
        (DayTimeField::Hour, unit(MICROS_PER_HOUR)),
        (DayTimeField::Minute, unit(MICROS_PER_MINUTE)),
        (DayTimeField::Second, unit(MICROS_PER_SECOND)),
    ];
    for (field, size) in fields {
        if field < range.start || field > range.end {
            continue;
        }
        let value = rest / size;
        rest %= size;
        match field {
            DayTimeField::Day => write!(out, "{value}")?,
            DayTimeField::Hour if range.start == DayTimeField::Day => write!(out, " {value:02}")?,
            _ if field == range.start => write!(out, "{value:02}")?,
            _ => write!(out, ":{value:02}")?,
        }
    }
    if range.end == DayTimeField::Second {
        write_fraction(rest as i64, 6, out)?;
    }
    let (start, end) = (
        range.start.name().to_uppercase(),
        range.end.name().to_uppercase(),
    );
    if start == end {
        write!(out, "' {start}")
    } else {
        write!(out, "' {start} TO {end}")
    }
}

fn write_calendar(months: i32, days: i32, micros: i64, out: &mut String) -> fmt::Result {
    let mut parts = Vec::new();
    let mut part = |value: i64, unit: &str| {
        if value != 0 {
            parts.push(format!("{value} {unit}"));
        }
    };
    part(i64::from(months / 12), "years");
    part(i64::from(months % 12), "months");
    part(i64::from(days), "days");
    part(micros / MICROS_PER_HOUR, "hours");
    part(micros % MICROS_PER_HOUR / MICROS_PER_MINUTE, "minutes");
    let seconds = micros % MICROS_PER_MINUTE;
    if seconds != 0 {
        let sign = if seconds < 0 { "-" } else { "" };
        let seconds = seconds.abs();
        let mut text = format!("{sign}{}", seconds / MICROS_PER_SECOND);
        write_fraction(seconds % MICROS_PER_SECOND, 6, &mut text)?;
        parts.push(format!("{text} seconds"));
    }
    if parts.is_empty() {
        return out.write_str("0 seconds");
    }
    out.write_str(&parts.join(" "))
}
