//! [`Pattern`]: dates and times as Spark's patterns spell them, such as `yyyy-MM-dd HH:mm:ss[.SSS][XXX]`.
//!
//! Letters: `y` `u` `M` `L` `d` `D` `E` `a` `H` `k` `K` `h` `m` `s` `S` `V` `z` `O` `X` `x` `Z`, text in single quotes,
//! and optional parts in brackets. A pattern with other letters is refused.

use chrono::{Datelike, NaiveDateTime, Offset, TimeZone, Timelike};
use flint_sql_spec::{Result, SqlError, condition};

use crate::settings::Zone;

/// A pattern, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Literal(String),
    Field(char, usize),
    Optional(Vec<Item>),
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// `INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER` for a letter that means nothing,
    /// `INVALID_DATETIME_PATTERN.LENGTH` for what never ends.
    pub(crate) fn new(text: &str) -> Result<Pattern> {
        let mut rest: Vec<char> = text.chars().rev().collect();
        let items = items(&mut rest, text)?;
        if !rest.is_empty() {
            return Err(wrong_length(text));
        }
        Ok(Pattern { items })
    }

    /// A local time, which is as far from UTC as the zone says.
    pub(crate) fn format(&self, local: NaiveDateTime, zone: Zone, offset: i32, out: &mut String) {
        write_items(&self.items, local, zone, offset, out);
    }
}

/// How far from UTC a zone is at an instant, and the local time.
pub(crate) fn local_time(micros: i64, zone: Zone) -> Option<(NaiveDateTime, i32)> {
    let utc = chrono::DateTime::from_timestamp_micros(micros)?.naive_utc();
    let offset = match zone {
        Zone::Fixed(seconds) => seconds,
        Zone::Region(region) => region
            .offset_from_utc_datetime(&utc)
            .fix()
            .local_minus_utc(),
    };
    let local = utc.checked_add_signed(chrono::Duration::seconds(offset.into()))?;
    Some((local, offset))
}

fn items(rest: &mut Vec<char>, text: &str) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let mut literal = String::new();
    while let Some(c) = rest.pop() {
        if c == ']' {
            rest.push(c);
            break;
        }
        let item = match c {
            '\'' => {
                literal.push_str(&quoted(rest, text)?);
                continue;
            }
            '[' => {
                let inside = items_of_option(rest, text)?;
                Item::Optional(inside)
            }
            letter if letter.is_ascii_alphabetic() => {
                let mut count = 1;
                while rest.last() == Some(&letter) {
                    rest.pop();
                    count += 1;
                }
                field(letter, count, text)?
            }
            other => {
                literal.push(other);
                continue;
            }
        };
        if !literal.is_empty() {
            items.push(Item::Literal(std::mem::take(&mut literal)));
        }
        items.push(item);
    }
    if !literal.is_empty() {
        items.push(Item::Literal(literal));
    }
    Ok(items)
}

fn items_of_option(rest: &mut Vec<char>, text: &str) -> Result<Vec<Item>> {
    let inside = items(rest, text)?;
    // The bracket that ended it, or the end of the pattern.
    rest.pop();
    Ok(inside)
}

/// What stands between quotes; two of them are one.
fn quoted(rest: &mut Vec<char>, text: &str) -> Result<String> {
    let mut inside = String::new();
    loop {
        match rest.pop() {
            None => return Err(wrong_length(text)),
            Some('\'') if rest.last() == Some(&'\'') && !inside.is_empty() => {
                rest.pop();
                inside.push('\'');
            }
            Some('\'') if inside.is_empty() => return Ok("'".to_owned()),
            Some('\'') => return Ok(inside),
            Some(c) => inside.push(c),
        }
    }
}

fn field(letter: char, count: usize, text: &str) -> Result<Item> {
    if !"yuMLdDEaHkKhmsSVzOXxZ".contains(letter) {
        return Err(
            SqlError::new(condition::INVALID_DATETIME_PATTERN_ILLEGAL_CHARACTER)
                .with("pattern", text)
                .with("c", letter.to_string()),
        );
    }
    let most = match letter {
        'y' | 'u' => 6,
        'M' | 'L' | 'E' | 'z' => 4,
        'S' => 9,
        'X' | 'x' | 'Z' => 5,
        'V' | 'd' | 'H' | 'k' | 'K' | 'h' | 'm' | 's' => 2,
        'D' => 3,
        'O' => 4,
        _ => 1,
    };
    if count > most {
        return Err(wrong_length(text));
    }
    Ok(Item::Field(letter, count))
}

fn wrong_length(text: &str) -> SqlError {
    SqlError::new(condition::INVALID_DATETIME_PATTERN_LENGTH).with("pattern", text)
}

fn write_items(items: &[Item], local: NaiveDateTime, zone: Zone, offset: i32, out: &mut String) {
    for item in items {
        match item {
            Item::Literal(text) => out.push_str(text),
            Item::Optional(inside) => write_items(inside, local, zone, offset, out),
            Item::Field(letter, count) => {
                write_field(*letter, *count, local, zone, offset, out);
            }
        }
    }
}

fn write_field(
    letter: char,
    count: usize,
    local: NaiveDateTime,
    zone: Zone,
    offset: i32,
    out: &mut String,
) {
    let number = |value: u32, out: &mut String| out.push_str(&format!("{value:0count$}"));
    match letter {
        'y' | 'u' => write_year(local.year(), count, out),
        'M' | 'L' => match count {
            3 => out.push_str(&MONTHS[local.month0() as usize][..3]),
            4 => out.push_str(MONTHS[local.month0() as usize]),
            _ => number(local.month(), out),
        },
        'd' => number(local.day(), out),
        'D' => number(local.ordinal(), out),
        'E' => {
            let day = DAYS[local.weekday().num_days_from_monday() as usize];
            out.push_str(if count == 4 { day } else { &day[..3] });
        }
        'a' => out.push_str(if local.hour() < 12 { "AM" } else { "PM" }),
        'H' => number(local.hour(), out),
        'k' => number(if local.hour() == 0 { 24 } else { local.hour() }, out),
        'K' => number(local.hour() % 12, out),
        'h' => number((local.hour() + 11) % 12 + 1, out),
        'm' => number(local.minute(), out),
        's' => number(local.second(), out),
        'S' => out.push_str(&format!("{:09}", local.nanosecond())[..count]),
        'V' | 'z' => match zone {
            Zone::Region(region) => out.push_str(region.name()),
            Zone::Fixed(_) => write_offset('X', 3, offset, out),
        },
        _ => write_offset(letter, count, offset, out),
    }
}

fn write_year(year: i32, count: usize, out: &mut String) {
    if count == 2 {
        out.push_str(&format!("{:02}", year.rem_euclid(100)));
    } else if year > 9999 && count >= 4 {
        out.push_str(&format!("+{year}"));
    } else if year < 0 {
        out.push_str(&format!("-{:0count$}", year.unsigned_abs()));
    } else {
        out.push_str(&format!("{year:0count$}"));
    }
}

fn write_offset(letter: char, count: usize, offset: i32, out: &mut String) {
    if letter == 'X' && offset == 0 || letter == 'Z' && count == 5 && offset == 0 {
        out.push('Z');
        return;
    }
    if letter == 'O' {
        out.push_str("GMT");
        if offset == 0 {
            return;
        }
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes, seconds) = (
        offset.abs() / 3600,
        offset.abs() / 60 % 60,
        offset.abs() % 60,
    );
    let colon = match letter {
        'Z' if count == 4 => {
            out.push_str("GMT");
            true
        }
        'Z' => count == 5,
        'O' => true,
        _ => count == 3 || count == 5,
    };
    let with_minutes = !(matches!(letter, 'X' | 'x') && count == 1 && minutes == 0);
    out.push_str(&format!("{sign}{hours:02}"));
    if with_minutes {
        out.push_str(&format!("{}{minutes:02}", if colon { ":" } else { "" }));
    }
    if seconds != 0 && (count >= 4 || letter == 'Z') {
        out.push_str(&format!("{}{seconds:02}", if colon { ":" } else { "" }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).expect("a pattern")
    }

    #[test]
    fn times_are_spelled() {
        let full = pattern("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]");
        let zone = Zone::Fixed(3600);
        let (local, offset) = local_time(1_709_210_096_789_000, zone).expect("in range");
        let mut out = String::new();
        full.format(local, zone, offset, &mut out);
        assert_eq!(out, "2024-02-29T13:34:56.789+01:00");
    }

    #[test]
    fn letters_mean_what_they_do_in_spark() {
        let local = "2021-08-07T14:05:00".parse().expect("a time");
        let mut out = String::new();
        pattern("EEE dd/MMM/yy hh:mm a").format(local, Zone::Fixed(0), 0, &mut out);
        assert_eq!(out, "Sat 07/Aug/21 02:05 PM");
        assert!(Pattern::new("yyyy bb").is_err());
        assert!(Pattern::new("'open").is_err());
    }
}
