//! Reading by a pattern's items: each takes what it understands from the front of the rest.
//!
//! Positions are in bytes and stand between characters; `None` is text that doesn't fit.

use super::item::{Field, Item, Number, OffsetForm, Part, Sign};
use super::names::{self, Style};
use super::resolve::Said;
use super::zones;
use crate::datetime::zone::Zone;

/// Reads all items from a position on: where the text goes on behind them.
pub(super) fn items(items: &[Item], text: &str, at: usize, said: &mut Said) -> Option<usize> {
    items
        .iter()
        .try_fold(at, |at, item| one(item, text, at, said))
}

fn one(item: &Item, text: &str, at: usize, said: &mut Said) -> Option<usize> {
    let rest = text.get(at..)?;
    match item {
        Item::Literal(word) => names::starts_with(rest, word).then_some(at + word.len()),
        Item::Number(form) => {
            let (value, length) = number(*form, rest.as_bytes())?;
            said.set(form.field, value)?;
            Some(at + length)
        }
        Item::Fraction(least, most) => {
            let digits = leading_digits(rest.as_bytes(), *most);
            if digits < *least {
                return None;
            }
            let value: i64 = rest[..digits].parse().ok()?;
            said.set(Field::Nano, value * 10_i64.pow(9 - digits as u32))?;
            Some(at + digits)
        }
        Item::Name(field, style) => {
            let (value, length) = names::value(*field, rest, *style)?;
            said.set(*field, value)?;
            Some(at + length)
        }
        Item::ZoneId => zone(rest, None, said).map(|length| at + length),
        Item::ZoneName(style) | Item::GenericZoneName(style) => {
            zone(rest, Some(*style), said).map(|length| at + length)
        }
        Item::Offset(form) => {
            let (seconds, length) = offset(form, rest)?;
            said.set(Field::Offset, seconds)?;
            Some(at + length)
        }
        Item::GmtOffset(style) => {
            let (seconds, length) = gmt_offset(*style, rest)?;
            said.set(Field::Offset, seconds)?;
            Some(at + length)
        }
        Item::Optional(inside) => {
            let before = said.clone();
            match items(inside, text, at, said) {
                Some(end) => Some(end),
                None => {
                    *said = before;
                    Some(at)
                }
            }
        }
    }
}

fn leading_digits(text: &[u8], most: usize) -> usize {
    text.iter()
        .take(most)
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// A number at the front, and its length with the sign.
fn number(form: Number, text: &[u8]) -> Option<(i64, usize)> {
    let sign = text.first().filter(|byte| matches!(byte, b'+' | b'-'));
    match (sign, form.sign) {
        (Some(_), Sign::Never) | (Some(b'+'), Sign::Normal) => return None,
        _ => {}
    }
    let start = usize::from(sign.is_some());
    let digits = &text[start..];
    let mut length = leading_digits(digits, form.most + form.following);
    if length < form.least {
        return None;
    }
    if form.following > 0 {
        // What is behind takes its digits from the end.
        length = form.least.max(length.saturating_sub(form.following));
    }
    let value = digits[..length].iter().try_fold(0_i64, |value, digit| {
        value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
    })?;
    match (sign, form.sign) {
        (Some(b'-'), _) if value == 0 => return None,
        (Some(b'+'), _) if length <= form.least => return None,
        (None, Sign::ExceedsPad) if length > form.least => return None,
        _ => {}
    }
    let value = match sign {
        Some(b'-') => -value,
        _ if form.short_year => 2000 + value,
        _ => value,
    };
    Some((value, start + length))
}

/// Two digits of at most 59 at a position, behind a colon if there has to be one.
fn two_digits(text: &[u8], at: usize, colon: bool) -> Option<(i64, usize)> {
    let at = match (colon, text.get(at)) {
        (true, Some(b':')) => at + 1,
        (true, _) => return None,
        (false, _) => at,
    };
    match *text.get(at..at + 2)? {
        [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            let value = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
            (value <= 59).then_some((value, at + 2))
        }
        _ => None,
    }
}

/// An offset in seconds, and its length.
fn offset(form: &OffsetForm, rest: &str) -> Option<(i64, usize)> {
    if names::starts_with(rest, form.zero) {
        return Some((0, form.zero.len()));
    }
    let text = rest.as_bytes();
    let negative = match text.first()? {
        b'-' => true,
        b'+' => false,
        _ => return None,
    };
    let (hours, mut at) = two_digits(text, 1, false)?;
    let (mut minutes, mut seconds) = (0, 0);
    match two_digits(text, at, form.colon) {
        Some((value, end)) => (minutes, at) = (value, end),
        None if form.minutes == Part::Always => return None,
        None => {}
    }
    if form.seconds != Part::Never
        && let Some((value, end)) = two_digits(text, at, form.colon)
    {
        (seconds, at) = (value, end);
    }
    let total = hours * 3600 + minutes * 60 + seconds;
    (hours <= 23).then_some((if negative { -total } else { total }, at))
}

/// An offset behind `GMT`.
fn gmt_offset(style: Style, rest: &str) -> Option<(i64, usize)> {
    const PREFIX: &str = "GMT";
    if !names::starts_with(rest, PREFIX) {
        return None;
    }
    let text = rest.as_bytes();
    let sign = match text.get(PREFIX.len()) {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Some((0, PREFIX.len())),
    };
    let start = PREFIX.len() + 1;
    let (hours, mut at) = match style {
        Style::Full => two_digits(text, start, false)?,
        Style::Short => match leading_digits(&text[start..], 2) {
            0 => return None,
            length => (rest[start..start + length].parse().ok()?, start + length),
        },
    };
    let (mut minutes, mut seconds) = (0, 0);
    match two_digits(text, at, true) {
        Some((value, end)) => {
            (minutes, at) = (value, end);
            if let Some((value, end)) = two_digits(text, at, true) {
                (seconds, at) = (value, end);
            }
        }
        None if style == Style::Full => return None,
        None => {}
    }
    Some((sign * (hours * 3600 + minutes * 60 + seconds), at))
}

/// A zone by its id, or also by its name, and the length of that.
fn zone(rest: &str, style: Option<Style>, said: &mut Said) -> Option<usize> {
    let first = rest.chars().next()?;
    if matches!(first, '+' | '-') {
        return behind_prefix(rest, 0, "Z", said);
    }
    for prefix in ["UTC", "UT", "GMT0", "GMT"] {
        if !names::starts_with(rest, prefix) {
            continue;
        }
        if prefix == "GMT0" {
            said.set_zone(Zone::UTC);
            return Some(prefix.len());
        }
        return behind_prefix(rest, prefix.len(), "0", said);
    }
    match zones::at_front(rest, style) {
        Some((zone, length)) => {
            said.set_zone(zone);
            Some(length)
        }
        None if first.eq_ignore_ascii_case(&'Z') => {
            said.set_zone(Zone::UTC);
            Some(1)
        }
        None => None,
    }
}

/// The offset behind `UTC`, `UT`, `GMT` or nothing.
fn behind_prefix(rest: &str, start: usize, zero: &'static str, said: &mut Said) -> Option<usize> {
    let behind = &rest[start..];
    let form = OffsetForm {
        minutes: Part::Always,
        seconds: Part::UnlessZero,
        colon: true,
        zero,
    };
    let bare = behind.is_empty() || behind.starts_with(['0', 'Z', 'z']);
    match offset(&form, behind) {
        Some((seconds, length)) if !bare && seconds.abs() <= 18 * 3600 => {
            said.set_zone(Zone::Fixed(i32::try_from(seconds).ok()?));
            Some(start + length)
        }
        Some(_) if !bare => None,
        _ if start == 0 => None,
        _ => {
            said.set_zone(Zone::UTC);
            Some(start)
        }
    }
}
