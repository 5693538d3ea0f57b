//! Functions over strings (XPath 1.0, section 4.2), in UTF-16 units as in Java.

use super::fault::Fault;

/// The function `string-length`.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The function `substring`. Positions count from 1, and are rounded.
///
/// Java's arithmetic is kept: a part that would end before it starts is an error rather than an empty
/// string, where it starts within the text.
pub(super) fn substring(text: &str, from: f64, length: Option<f64>) -> Result<String, Fault> {
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.is_empty() {
        return Ok(String::new());
    }
    let count = i32::try_from(units.len()).unwrap_or(i32::MAX);
    let (from, first) = if from.is_nan() {
        (-1_000_000.0, 0)
    } else {
        let from = round_to_long(from) as f64;
        (
            from,
            if from > 0.0 {
                (from as i32).wrapping_sub(1)
            } else {
                0
            },
        )
    };
    let first = first.min(count);
    let end = match length {
        None => count,
        Some(length) => {
            let end = ((round_to_long(length) as f64 + from) as i32).wrapping_sub(1);
            end.clamp(0, count)
        }
    };
    let part = usize::try_from(first).ok().zip(usize::try_from(end).ok());
    match part.and_then(|(first, end)| units.get(first..end)) {
        Some(part) => Ok(from_units(part.iter().copied())),
        None => Err(Fault::Substring),
    }
}

/// The function `translate`.
pub(super) fn translate(text: &str, from: &str, to: &str) -> String {
    let from: Vec<u16> = from.encode_utf16().collect();
    let to: Vec<u16> = to.encode_utf16().collect();
    from_units(text.encode_utf16().filter_map(|unit| {
        match from.iter().position(|&other| other == unit) {
            None => Some(unit),
            Some(place) => to.get(place).copied(),
        }
    }))
}

/// The function `normalize-space`.
pub(super) fn normalize_space(text: &str) -> String {
    let words: Vec<&str> = text
        .split([' ', '\t', '\n', '\r'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Java's `Math.round`: halves go up, and the range bounds.
fn round_to_long(number: f64) -> i64 {
    let floor = number.floor();
    (if number - floor >= 0.5 {
        floor + 1.0
    } else {
        floor
    }) as i64
}

/// A text of units. A half of a surrogate pair becomes `?`.
fn from_units(units: impl Iterator<Item = u16>) -> String {
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or('?'))
        .collect()
}
