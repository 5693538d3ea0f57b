//! Functions that search by patterns. Places are in characters, from 1 on.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use arrow::datatypes::{Field, Int32Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use super::compiled::Compiled;
use super::replacement::Replacement;
use super::{Found, Pattern, split};
use crate::arguments::Arguments;
use crate::each::{Cell, booleans, kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// The family of patterns.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("rlike", rlike),
    Scalar::new("regexp_replace", regexp_replace),
    Scalar::new("regexp_extract", regexp_extract),
    Scalar::new("regexp_extract_all", regexp_extract_all),
    Scalar::new("regexp_count", regexp_count),
    Scalar::new("regexp_substr", regexp_substr),
    Scalar::new("regexp_instr", regexp_instr),
    Scalar::new("split", split_by),
];

fn rlike(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "rlike");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let mut patterns = compiled.patterns();
        booleans(args.rows(), |row| {
            let Some((text, pattern)) = text.get(row).zip(pattern.get(row)) else {
                return Ok(None);
            };
            Ok(Some(patterns.get(pattern)?.is_match(text)?))
        })
    })
}

/// `regexp_replace(text, pattern, replacement, place)`: from a place on, which is where the text
/// begins for the pattern.
fn regexp_replace(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "regexp_replace");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let (replacement, place) = (args.strings(2)?, args.numbers::<Int32Type>(3)?);
        let mut patterns = compiled.patterns();
        texts(args.rows(), |row| {
            let all = (text.get(row), pattern.get(row), replacement.get(row));
            let ((Some(text), Some(pattern), Some(with)), Some(place)) = (all, place.get(row))
            else {
                return Ok(None);
            };
            let read = patterns.get(pattern)?;
            let Some(start) = start_of(text, place) else {
                return Ok(Some(text.to_owned()));
            };
            let mut out = text[..start].to_owned();
            match replace(read, &text[start..], with, &mut out)? {
                Replaced::Done => Ok(Some(out)),
                Replaced::Wrong => Err(SqlError::new(condition::INVALID_REGEXP_REPLACE)
                    .with("source", text)
                    .with("pattern", pattern)
                    .with("replacement", with)
                    .with("position", place.to_string())
                    .into()),
            }
        })
    })
}

/// The byte at a place that counts the units of UTF-16 from 1 on; none behind the text. The first
/// place is there in an empty text too.
fn start_of(text: &str, place: i32) -> Option<usize> {
    let skipped = usize::try_from(place).ok()?.checked_sub(1)?;
    if skipped == 0 {
        return Some(0);
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= skipped {
            return Some(at);
        }
        units += c.len_utf16();
    }
    None
}

enum Replaced {
    Done,
    /// The replacement can't be read; nothing is said of it while nothing matches.
    Wrong,
}

fn replace(
    pattern: &Pattern,
    text: &str,
    with: &str,
    out: &mut String,
) -> Result<Replaced, Raised> {
    let mut matches = pattern.matches(text);
    let mut done = 0;
    if !with.contains(['\\', '$']) {
        while let Some((start, end)) = matches.next_place()? {
            out.push_str(&text[done..start]);
            out.push_str(with);
            done = end;
        }
        out.push_str(&text[done..]);
        return Ok(Replaced::Done);
    }
    let mut replacement = None;
    while let Some(found) = matches.next_found()? {
        let replacement = match &mut replacement {
            Some(known) => known,
            empty => match Replacement::new(with, pattern) {
                Ok(read) => empty.insert(read),
                Err(_) => return Ok(Replaced::Wrong),
            },
        };
        let (start, end) = found.whole();
        out.push_str(&text[done..start]);
        replacement.write(text, &found, out);
        done = end;
    }
    out.push_str(&text[done..]);
    Ok(Replaced::Done)
}

/// A group by its number.
///
/// # Errors
/// `INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX` if the pattern has no such group.
fn checked(pattern: &Pattern, group: i32, function: &str) -> Result<usize, Raised> {
    let known = usize::try_from(group).ok();
    known
        .filter(|group| *group <= pattern.groups)
        .ok_or_else(|| {
            SqlError::new(condition::INVALID_PARAMETER_VALUE_REGEX_GROUP_INDEX)
                .with("parameter", "`idx`")
                .with("functionName", format!("`{function}`"))
                .with("groupCount", pattern.groups.to_string())
                .with("groupIndex", group.to_string())
                .into()
        })
}

/// What a group took of a text; nothing, if it took no part.
fn taken<'a>(text: &'a str, found: &Found, group: usize) -> &'a str {
    found
        .group(group)
        .map_or("", |(start, end)| &text[start..end])
}

/// A group of the first match; empty text without one.
fn first_group<'a>(pattern: &Pattern, text: &'a str, group: i32) -> Result<&'a str, Raised> {
    if group == 0 {
        let place = pattern.matches(text).next_place()?;
        return Ok(place.map_or("", |(start, end)| &text[start..end]));
    }
    let Some(found) = pattern.matches(text).next_found()? else {
        return Ok("");
    };
    let group = checked(pattern, group, "regexp_extract")?;
    Ok(taken(text, &found, group))
}

fn regexp_extract(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "regexp_extract");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let group = args.numbers::<Int32Type>(2)?;
        let mut patterns = compiled.patterns();
        texts(args.rows(), |row| {
            let all = (text.get(row), pattern.get(row), group.get(row));
            let (Some(text), Some(pattern), Some(group)) = all else {
                return Ok(None);
            };
            Ok(Some(first_group(patterns.get(pattern)?, text, group)?))
        })
    })
}

/// The first match; NULL where it is none or empty.
fn regexp_substr(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "regexp_extract");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let mut patterns = compiled.patterns();
        texts(args.rows(), |row| {
            let Some((text, pattern)) = text.get(row).zip(pattern.get(row)) else {
                return Ok(None);
            };
            let found = first_group(patterns.get(pattern)?, text, 0)?;
            Ok(Some(found).filter(|found| !found.is_empty()))
        })
    })
}

fn regexp_count(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "regexp_extract_all");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let mut patterns = compiled.patterns();
        numbers::<Int32Type>(args.rows(), |row| {
            let Some((text, pattern)) = text.get(row).zip(pattern.get(row)) else {
                return Ok(None);
            };
            let mut matches = patterns.get(pattern)?.matches(text);
            let mut count = 0;
            while matches.next_place()?.is_some() {
                count += 1;
            }
            Ok(Some(count))
        })
    })
}

/// The place of the first match, zero without one. The group is not looked at, but for NULL.
fn regexp_instr(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "regexp_instr");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let group = args.numbers::<Int32Type>(2)?;
        let mut patterns = compiled.patterns();
        numbers::<Int32Type>(args.rows(), |row| {
            let all = (text.get(row), pattern.get(row), group.get(row));
            let (Some(text), Some(pattern), Some(_)) = all else {
                return Ok(None);
            };
            let place = patterns.get(pattern)?.matches(text).next_place()?;
            Ok(Some(place.map_or(0, |(start, _)| {
                text[..start].chars().count() as i32 + 1
            })))
        })
    })
}

fn regexp_extract_all(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "regexp_extract_all");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let group = args.numbers::<Int32Type>(2)?;
        let mut patterns = compiled.patterns();
        lists(args, |row, out| {
            let all = (text.get(row), pattern.get(row), group.get(row));
            let (Some(text), Some(pattern), Some(group)) = all else {
                return Ok(None);
            };
            let pattern = patterns.get(pattern)?;
            let mut matches = pattern.matches(text);
            while let Some(found) = matches.next_found()? {
                let group = checked(pattern, group, "regexp_extract_all")?;
                out.append_value(taken(text, &found, group));
            }
            Ok(Some(()))
        })
    })
}

fn split_by(site: &Site) -> Result<Kernel> {
    let compiled = Compiled::new(site, "split");
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let limit = args.numbers::<Int32Type>(2)?;
        let mut patterns = compiled.patterns();
        lists(args, |row, out| {
            let all = (text.get(row), pattern.get(row), limit.get(row));
            let (Some(text), Some(pattern), Some(limit)) = all else {
                return Ok(None);
            };
            let parts = match pattern {
                "" => split::characters(text, limit),
                _ => split::split(patterns.get(pattern)?, text, limit)?,
            };
            parts.into_iter().for_each(|part| out.append_value(part));
            Ok(Some(()))
        })
    })
}

/// A column of lists of texts: each row appends its own.
fn lists(
    args: &Arguments,
    mut each: impl FnMut(usize, &mut StringBuilder) -> Cell<()>,
) -> Result<ArrayRef, Raised> {
    let item = Field::new_list_field(arrow::datatypes::DataType::Utf8, true);
    let mut column = ListBuilder::new(StringBuilder::new()).with_field(item);
    for row in 0..args.rows() {
        let there = each(row, column.values())?.is_some();
        column.append(there);
    }
    Ok(Arc::new(column.finish()))
}
