//! Reading intervals as casts do: `1-2` and `INTERVAL '1-2' YEAR TO MONTH` for the ANSI types, units
//! in words for calendar intervals.

use flint_sql_spec::{DayTimeField, DayTimeRange, YearMonthField, YearMonthRange};

use super::calendar::{MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND};
use crate::text::trim_all;

/// Why text is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It has another form.
    Form,
    /// It has the form, but a number in it is out of range.
    Range,
}

/// The sign and the fields of `[+-]fields` or of `INTERVAL [+-]'[+-]fields' UNITS`.
fn fields<'a>(text: &'a str, units: &str) -> Result<(bool, &'a str), Unreadable> {
    fn sign(text: &str) -> (bool, &str) {
        match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        }
    }
    let text = trim_all(text);
    let word = text.get(..8).unwrap_or_default();
    if !word.eq_ignore_ascii_case("interval") {
        return Ok(sign(text));
    }
    let rest = &text[8..];
    let literal = rest.trim_start();
    if literal.len() == rest.len() {
        return Err(Unreadable::Form);
    }
    let (outer, literal) = sign(literal);
    let quoted = literal
        .strip_prefix('\'')
        .and_then(|rest| rest.split_once('\''));
    let (inside, behind) = quoted.ok_or(Unreadable::Form)?;
    let named: Vec<&str> = behind.split_ascii_whitespace().collect();
    let spaced = behind.starts_with(|c: char| c.is_ascii_whitespace());
    if !spaced || !named.join(" ").eq_ignore_ascii_case(units) {
        return Err(Unreadable::Form);
    }
    let (inner, fields) = sign(inside);
    Ok((outer != inner, fields))
}

fn units(name: &str) -> &str {
    name.strip_prefix("interval ").unwrap_or(name)
}

/// One or more digits.
fn number(digits: &str) -> Result<i64, Unreadable> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unreadable::Form);
    }
    digits.parse().map_err(|_| Unreadable::Range)
}

/// Reads months.
pub(crate) fn year_month(text: &str, range: YearMonthRange) -> Result<i32, Unreadable> {
    let name = range.type_name();
    let (negative, fields) = fields(text, units(&name))?;
    let total = match (range.start, range.end) {
        (YearMonthField::Year, YearMonthField::Month) => {
            let (years, months) = fields.split_once('-').ok_or(Unreadable::Form)?;
            let (years, months) = (number(years)?, number(months)?);
            if months > 11 {
                return Err(Unreadable::Range);
            }
            years
                .checked_mul(12)
                .and_then(|years| years.checked_add(months))
        }
        // As in Spark, where the product may go round.
        (_, YearMonthField::Year) => Some(number(fields)?.wrapping_mul(12)),
        (_, YearMonthField::Month) => Some(number(fields)?),
    };
    let total = total.ok_or(Unreadable::Range)?;
    i32::try_from(if negative { -total } else { total }).map_err(|_| Unreadable::Range)
}

/// Reads microseconds. Digits of a second's fraction behind the sixth are left out.
pub(crate) fn day_time(text: &str, range: DayTimeRange) -> Result<i64, Unreadable> {
    let name = range.type_name();
    let (negative, mut rest) = fields(text, units(&name))?;
    let mut total: i128 = 0;
    let mut fits = true;
    for (field, unit, most_digits, limit, separator) in [
        (DayTimeField::Day, MICROS_PER_DAY, 9, i64::MAX, ' '),
        (DayTimeField::Hour, MICROS_PER_HOUR, 10, 23, ':'),
        (DayTimeField::Minute, MICROS_PER_MINUTE, 12, 59, ':'),
        (DayTimeField::Second, MICROS_PER_SECOND, 13, 59, '.'),
    ] {
        if field < range.start || field > range.end {
            continue;
        }
        let (digits, behind) = match rest.split_once(separator) {
            Some((digits, behind)) if field < range.end || field == DayTimeField::Second => {
                (digits, Some(behind))
            }
            Some(_) => return Err(Unreadable::Form),
            None if field < range.end => return Err(Unreadable::Form),
            None => (rest, None),
        };
        let first = field == range.start;
        if digits.len() > if first { most_digits } else { 2 } {
            return Err(Unreadable::Form);
        }
        let value = number(digits)?;
        fits &= first || value <= limit;
        total += i128::from(value) * i128::from(unit);
        if field == DayTimeField::Second {
            total += i128::from(behind.map_or(Ok(0), fraction)?);
        }
        rest = behind.unwrap_or_default();
    }
    let total = if negative { -total } else { total };
    let total = i64::try_from(total).ok().filter(|_| fits);
    total.ok_or(Unreadable::Range)
}

/// Up to nine digits behind the point of a second, in microseconds.
fn fraction(digits: &str) -> Result<i64, Unreadable> {
    let value = number(digits)?;
    match digits.len() {
        0..=6 => Ok(value * 10_i64.pow(6 - digits.len() as u32)),
        7..=9 => Ok(value / 10_i64.pow(digits.len() as u32 - 6)),
        _ => Err(Unreadable::Form),
    }
}

/// Months, days and microseconds.
pub(crate) type Calendar = (i32, i32, i64);

/// Reads numbers with units, `1 month -2 days`, with or without the word `interval` before them.
pub(crate) fn calendar(text: &str) -> Option<Calendar> {
    let text = trim_all(text);
    let rest = match text.get(..8) {
        Some(word) if word.eq_ignore_ascii_case("interval") => {
            let rest = &text[8..];
            rest.starts_with(|c: char| c.is_ascii_whitespace())
                .then_some(rest)?
        }
        _ => text,
    };
    let mut rest = rest.trim_start();
    let mut total: Calendar = (0, 0, 0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        rest = part(rest, &mut total)?.trim_start();
    }
    Some(total)
}

/// Adds one number with its unit; what is left of the text.
fn part<'a>(text: &'a str, total: &mut Calendar) -> Option<&'a str> {
    let (negative, text) = match text.as_bytes().first()? {
        b'-' => (true, text[1..].trim_start()),
        b'+' => (false, text[1..].trim_start()),
        _ => (false, text),
    };
    let (number_text, behind) = text.split_once(|c: char| c.is_ascii_whitespace())?;
    let behind = behind.trim_start();
    let end = behind
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(behind.len());
    let (unit, rest) = behind.split_at(end);
    let (whole, fraction_digits) = match number_text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number_text, None),
    };
    let value = match whole {
        "" if fraction_digits.is_some_and(|digits| !digits.is_empty()) => 0,
        digits => number(digits).ok()?,
    };
    let micros = match fraction_digits {
        None | Some("") => 0,
        Some(digits) => fraction(digits).ok()?,
    };
    let signed = if negative { -value } else { value };
    let unit = unit.to_ascii_lowercase();
    let unit = unit.strip_suffix('s').unwrap_or(&unit);
    if fraction_digits.is_some() && unit != "second" {
        return None;
    }
    let add = |sum: i32, factor: i64| -> Option<i32> {
        i32::try_from(signed.checked_mul(factor)?)
            .ok()?
            .checked_add(sum)
    };
    let add_micros = |sum: i64, factor: i64| signed.checked_mul(factor)?.checked_add(sum);
    match unit {
        "year" => total.0 = add(total.0, 12)?,
        "month" => total.0 = add(total.0, 1)?,
        "week" => total.1 = add(total.1, 7)?,
        "day" => total.1 = add(total.1, 1)?,
        "hour" => total.2 = add_micros(total.2, MICROS_PER_HOUR)?,
        "minute" => total.2 = add_micros(total.2, MICROS_PER_MINUTE)?,
        "second" => {
            let micros = if negative { -micros } else { micros };
            total.2 = add_micros(total.2, MICROS_PER_SECOND)?.checked_add(micros)?;
        }
        "millisecond" => total.2 = add_micros(total.2, 1000)?,
        "microsecond" => total.2 = add_micros(total.2, 1)?,
        _ => return None,
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ansi_forms() {
        let whole = YearMonthRange::WHOLE;
        assert_eq!(year_month(" -1-2 ", whole), Ok(-14));
        assert_eq!(year_month("interval -'-1-2' year  to month", whole), Ok(14));
        assert_eq!(year_month("1-12", whole), Err(Unreadable::Range));
        assert_eq!(
            year_month("INTERVAL '1-2' YEAR", whole),
            Err(Unreadable::Form)
        );
        let whole = DayTimeRange::WHOLE;
        assert_eq!(day_time("-1 0:0:1.1234567", whole), Ok(-86_401_123_456));
        assert_eq!(day_time("1 24:00:00", whole), Err(Unreadable::Range));
        assert_eq!(day_time("1 2:3", whole), Err(Unreadable::Form));
        assert_eq!(
            day_time("99", DayTimeRange::only(DayTimeField::Second)),
            Ok(99_000_000)
        );
    }

    #[test]
    fn calendar_units() {
        assert_eq!(calendar("1 year -2 days 3 weeks"), Some((12, 19, 0)));
        assert_eq!(calendar("interval - .5 seconds"), Some((0, 0, -500_000)));
        for text in [
            "",
            "interval",
            "1day",
            "1.5 days",
            "1 fortnight",
            "1 days 2",
        ] {
            assert_eq!(calendar(text), None, "{text}");
        }
    }
}
