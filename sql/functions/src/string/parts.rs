//! Parts of strings and bytes, and what is put around them.

use std::borrow::Cow;

use flint_sql_spec::{DataType, Result, SqlError, condition};

use crate::each::{binaries, kernel, texts};
use crate::limits;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;
use arrow::datatypes::Int32Type;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("substring", substring),
    Scalar::new("left", left),
    Scalar::new("right", |_| right()),
    Scalar::new("overlay", overlay),
    Scalar::new("lpad", |site| pad(site, true)),
    Scalar::new("rpad", |site| pad(site, false)),
    Scalar::new("trim", |site| trim(site, 0, true, true)),
    Scalar::new("ltrim", |site| trim(site, 0, true, false)),
    Scalar::new("rtrim", |site| trim(site, 0, false, true)),
    Scalar::new("btrim", |site| trim(site, 1, true, true)),
    Scalar::new("repeat", |_| repeat()),
    Scalar::new("space", |_| space()),
    Scalar::new("split_part", |_| split_part()),
    Scalar::new("substring_index", |_| substring_index()),
    Scalar::new("elt", elt),
];

/// From which place to which, from 0 on: `from` counts from 1, or from the end when it is negative.
fn range(size: usize, from: i32, length: i32) -> (usize, usize) {
    let (size, from, length) = (size as i64, i64::from(from), i64::from(length));
    let start = match from {
        1.. => from - 1,
        0 => 0,
        _ => size + from,
    };
    let end = (start + length).clamp(0, size);
    (start.clamp(0, end) as usize, end as usize)
}

/// The part of a text that `substring` gives.
fn part(text: &str, from: i32, length: i32) -> &str {
    if text.is_ascii() {
        let (start, end) = range(text.len(), from, length);
        return &text[start..end];
    }
    let (start, end) = range(text.chars().count(), from, length);
    let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let first = places.nth(start).unwrap_or(text.len());
    let last = match end - start {
        0 => first,
        more => places.nth(more - 1).unwrap_or(text.len()),
    };
    &text[first..last]
}

fn part_of_bytes(bytes: &[u8], from: i32, length: i32) -> &[u8] {
    let (start, end) = range(bytes.len(), from, length);
    &bytes[start..end]
}

fn is_binary(site: &Site) -> bool {
    site.arguments.first() == Some(&DataType::Binary)
}

fn substring(site: &Site) -> Result<Kernel> {
    if is_binary(site) {
        return kernel(|args| {
            let (bytes, from) = (args.binaries(0)?, args.numbers::<Int32Type>(1)?);
            let length = args.numbers::<Int32Type>(2)?;
            binaries(args.rows(), |row| {
                let all = (bytes.get(row), from.get(row), length.get(row));
                let (Some(bytes), Some(from), Some(length)) = all else {
                    return Ok(None);
                };
                Ok(Some(part_of_bytes(bytes, from, length)))
            })
        });
    }
    kernel(|args| {
        let (text, from) = (args.strings(0)?, args.numbers::<Int32Type>(1)?);
        let length = args.numbers::<Int32Type>(2)?;
        texts(args.rows(), |row| {
            let all = (text.get(row), from.get(row), length.get(row));
            let (Some(text), Some(from), Some(length)) = all else {
                return Ok(None);
            };
            Ok(Some(part(text, from, length)))
        })
    })
}

fn left(site: &Site) -> Result<Kernel> {
    if is_binary(site) {
        return kernel(|args| {
            let (bytes, length) = (args.binaries(0)?, args.numbers::<Int32Type>(1)?);
            binaries(args.rows(), |row| {
                let both = bytes.get(row).zip(length.get(row));
                Ok(both.map(|(bytes, length)| part_of_bytes(bytes, 1, length)))
            })
        });
    }
    kernel(|args| {
        let (text, length) = (args.strings(0)?, args.numbers::<Int32Type>(1)?);
        texts(args.rows(), |row| {
            Ok(text
                .get(row)
                .zip(length.get(row))
                .map(|(text, length)| part(text, 1, length)))
        })
    })
}

fn right() -> Result<Kernel> {
    kernel(|args| {
        let (text, length) = (args.strings(0)?, args.numbers::<Int32Type>(1)?);
        texts(args.rows(), |row| {
            Ok(text
                .get(row)
                .zip(length.get(row))
                .map(|(text, length)| match length {
                    ..=0 => "",
                    _ => part(text, -length, i32::MAX),
                }))
        })
    })
}

/// A part replaced by another text; a negative length is that of the replacement. Places beyond the
/// largest are the largest.
fn overlay(site: &Site) -> Result<Kernel> {
    let before = |from: i32| from.saturating_sub(1);
    if is_binary(site) {
        return kernel(move |args| {
            let (bytes, new) = (args.binaries(0)?, args.binaries(1)?);
            let (from, length) = (args.numbers::<Int32Type>(2)?, args.numbers::<Int32Type>(3)?);
            binaries(args.rows(), |row| {
                let all = (bytes.get(row), new.get(row), from.get(row), length.get(row));
                let (Some(bytes), Some(new), Some(from), Some(length)) = all else {
                    return Ok(None);
                };
                let length = if length < 0 { new.len() as i32 } else { length };
                let rest = part_of_bytes(bytes, from.saturating_add(length), i32::MAX);
                Ok(Some(
                    [part_of_bytes(bytes, 1, before(from)), new, rest].concat(),
                ))
            })
        });
    }
    kernel(move |args| {
        let (text, new) = (args.strings(0)?, args.strings(1)?);
        let (from, length) = (args.numbers::<Int32Type>(2)?, args.numbers::<Int32Type>(3)?);
        texts(args.rows(), |row| {
            let all = (text.get(row), new.get(row), from.get(row), length.get(row));
            let (Some(text), Some(new), Some(from), Some(length)) = all else {
                return Ok(None);
            };
            let length = if length < 0 {
                new.chars().count() as i32
            } else {
                length
            };
            let rest = part(text, from.saturating_add(length), i32::MAX);
            Ok(Some([part(text, 1, before(from)), new, rest].concat()))
        })
    })
}

/// Filled up, or cut, to a length.
fn pad(site: &Site, in_front: bool) -> Result<Kernel> {
    let name = if in_front { "lpad" } else { "rpad" };
    if is_binary(site) {
        return kernel(move |args| {
            let (bytes, length) = (args.binaries(0)?, args.numbers::<Int32Type>(1)?);
            let filling = args.binaries(2)?;
            binaries(args.rows(), |row| {
                let all = (bytes.get(row), length.get(row), filling.get(row));
                let (Some(bytes), Some(length), Some(filling)) = all else {
                    return Ok(None);
                };
                let length = length.max(0) as usize;
                let more = length.saturating_sub(bytes.len());
                if !filling.is_empty() {
                    limits::bytes(name, 1, length)?;
                }
                let added: Vec<u8> = filling.iter().copied().cycle().take(more).collect();
                let kept = &bytes[..bytes.len().min(length)];
                Ok(Some(if in_front {
                    [&added, kept].concat()
                } else {
                    [kept, &added].concat()
                }))
            })
        });
    }
    kernel(move |args| {
        let (text, length) = (args.strings(0)?, args.numbers::<Int32Type>(1)?);
        let filling = args.strings(2)?;
        texts(args.rows(), |row| {
            let all = (text.get(row), length.get(row), filling.get(row));
            let (Some(text), Some(length), Some(filling)) = all else {
                return Ok(None);
            };
            let kept = part(text, 1, length.max(0));
            let more = (length.max(0) as usize).saturating_sub(kept.chars().count());
            if more == 0 || filling.is_empty() {
                return Ok(Some(Cow::Borrowed(kept)));
            }
            // At most: a part of the filling may be shorter than its share.
            let whole = more.div_ceil(filling.chars().count());
            let added = limits::bytes(name, filling.len(), whole)?;
            let mut padded = String::with_capacity(limits::bytes(name, kept.len() + added, 1)?);
            if !in_front {
                padded.push_str(kept);
            }
            padded.extend(filling.chars().cycle().take(more));
            if in_front {
                padded.push_str(kept);
            }
            Ok(Some(Cow::Owned(padded)))
        })
    })
}

/// Without blanks, or without certain characters, at the ends. With two arguments, the characters
/// are the one in place `characters`.
fn trim(site: &Site, characters: usize, start: bool, end: bool) -> Result<Kernel> {
    fn cut(text: &str, start: bool, end: bool, drop: impl Fn(char) -> bool) -> &str {
        let text = if start {
            text.trim_start_matches(&drop)
        } else {
            text
        };
        if end {
            text.trim_end_matches(&drop)
        } else {
            text
        }
    }
    if site.arguments.len() == 1 {
        return kernel(move |args| {
            let text = args.strings(0)?;
            texts(args.rows(), |row| {
                Ok(text
                    .get(row)
                    .map(|text| cut(text, start, end, |c| c == ' ')))
            })
        });
    }
    kernel(move |args| {
        let (text, dropped) = (args.strings(1 - characters)?, args.strings(characters)?);
        texts(args.rows(), |row| {
            let both = text.get(row).zip(dropped.get(row));
            Ok(both.map(|(text, dropped)| cut(text, start, end, |c| dropped.contains(c))))
        })
    })
}

fn repeat() -> Result<Kernel> {
    kernel(|args| {
        let (text, times) = (args.strings(0)?, args.numbers::<Int32Type>(1)?);
        texts(args.rows(), |row| {
            let both = text.get(row).zip(times.get(row));
            let Some((text, times)) = both else {
                return Ok(None);
            };
            let times = times.max(0) as usize;
            limits::bytes("repeat", text.len(), times)?;
            Ok(Some(text.repeat(times)))
        })
    })
}

fn space() -> Result<Kernel> {
    kernel(|args| {
        let count = args.numbers::<Int32Type>(0)?;
        texts(args.rows(), |row| {
            let count = count.get(row).map(|count| count.max(0) as usize);
            let count = count.map(|count| limits::bytes("space", 1, count));
            Ok(count.transpose()?.map(|count| " ".repeat(count)))
        })
    })
}

/// The nth part between delimiters, from the end when n is negative.
fn split_part() -> Result<Kernel> {
    kernel(|args| {
        let (text, delimiter) = (args.strings(0)?, args.strings(1)?);
        let number = args.numbers::<Int32Type>(2)?;
        texts(args.rows(), |row| {
            let all = (text.get(row), delimiter.get(row), number.get(row));
            let (Some(text), Some(delimiter), Some(number)) = all else {
                return Ok(None);
            };
            if number == 0 {
                return Err(SqlError::new(condition::INVALID_INDEX_OF_ZERO).into());
            }
            let place = number.unsigned_abs() as usize - 1;
            let found = match (delimiter.is_empty(), number > 0) {
                (true, _) => (place == 0).then_some(text),
                (false, true) => text.split(delimiter).nth(place),
                (false, false) => text.rsplit(delimiter).nth(place),
            };
            Ok(Some(found.unwrap_or("")))
        })
    })
}

/// What is before the nth delimiter, or after the nth from the end when n is negative.
fn substring_index() -> Result<Kernel> {
    fn found<'a>(text: &'a str, delimiter: &str, count: i32) -> &'a str {
        if delimiter.is_empty() || count == 0 {
            return "";
        }
        let place = count.unsigned_abs() as usize - 1;
        if count > 0 {
            let end = text.match_indices(delimiter).nth(place).map(|(at, _)| at);
            return &text[..end.unwrap_or(text.len())];
        }
        let start = text
            .rmatch_indices(delimiter)
            .nth(place)
            .map(|(at, _)| at + delimiter.len());
        &text[start.unwrap_or(0)..]
    }
    kernel(|args| {
        let (text, delimiter) = (args.strings(0)?, args.strings(1)?);
        let count = args.numbers::<Int32Type>(2)?;
        texts(args.rows(), |row| {
            let all = (text.get(row), delimiter.get(row), count.get(row));
            let (Some(text), Some(delimiter), Some(count)) = all else {
                return Ok(None);
            };
            Ok(Some(found(text, delimiter, count)))
        })
    })
}

/// The nth of the other arguments.
fn elt(site: &Site) -> Result<Kernel> {
    let (ansi, binary) = (site.ansi, site.result == DataType::Binary);
    let choose = move |number: Option<i32>, count: usize| -> crate::each::Cell<usize> {
        let Some(number) = number else {
            return Ok(None);
        };
        if (1..=count as i64).contains(&i64::from(number)) {
            return Ok(Some(number as usize));
        }
        if !ansi {
            return Ok(None);
        }
        Err(SqlError::new(condition::INVALID_ARRAY_INDEX)
            .with("indexValue", number.to_string())
            .with("arraySize", count.to_string())
            .into())
    };
    kernel(move |args| {
        let number = args.numbers::<Int32Type>(0)?;
        let count = args.len() - 1;
        if binary {
            let values: Result<Vec<_>, _> = (1..=count).map(|i| args.binaries(i)).collect();
            let values = values?;
            return binaries(args.rows(), |row| {
                let chosen = choose(number.get(row), count)?;
                Ok(chosen.and_then(|i| values[i - 1].get(row)))
            });
        }
        let values: Result<Vec<_>, _> = (1..=count).map(|i| args.strings(i)).collect();
        let values = values?;
        texts(args.rows(), |row| {
            let chosen = choose(number.get(row), count)?;
            Ok(chosen.and_then(|i| values[i - 1].get(row)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts_are_in_characters() {
        assert_eq!(part("Spark SQL", 5, i32::MAX), "k SQL");
        assert_eq!(part("Spark SQL", -3, i32::MAX), "SQL");
        assert_eq!(part("abc", -5, 3), "a");
        assert_eq!(part("abc", 0, 2), "ab");
        assert_eq!(part("abc", 2, -1), "");
        assert_eq!(part("äöü", 2, 1), "ö");
        assert_eq!(part("äöü", -1, 7), "ü");
        assert_eq!(part("äöü", 4, 1), "");
    }
}
