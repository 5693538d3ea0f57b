//! Where a text is in another one, and whether it is. Places are in characters; zero is nowhere.

use arrow::datatypes::Int32Type;
use flint_sql_spec::{DataType, Result};

use crate::each::{booleans, kernel, numbers};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("contains", |site| {
        test(
            site,
            |text, part| text.contains(part),
            |bytes, part| part.is_empty() || bytes.windows(part.len()).any(|window| window == part),
        )
    }),
    Scalar::new("startswith", |site| {
        test(site, |t, p| t.starts_with(p), <[u8]>::starts_with)
    }),
    Scalar::new("endswith", |site| {
        test(site, |t, p| t.ends_with(p), <[u8]>::ends_with)
    }),
    Scalar::new("locate", |_| locate()),
    Scalar::new("instr", instr),
    Scalar::new("find_in_set", |_| find_in_set()),
];

fn test(
    site: &Site,
    text: fn(&str, &str) -> bool,
    bytes: fn(&[u8], &[u8]) -> bool,
) -> Result<Kernel> {
    if site.arguments.first() == Some(&DataType::Binary) {
        return kernel(move |args| {
            let (whole, part) = (args.binaries(0)?, args.binaries(1)?);
            booleans(args.rows(), |row| {
                Ok(whole
                    .get(row)
                    .zip(part.get(row))
                    .map(|(whole, part)| bytes(whole, part)))
            })
        });
    }
    kernel(move |args| {
        let (whole, part) = (args.strings(0)?, args.strings(1)?);
        booleans(args.rows(), |row| {
            Ok(whole
                .get(row)
                .zip(part.get(row))
                .map(|(whole, part)| text(whole, part)))
        })
    })
}

/// The first place of `part` in `text` from the character `from` on, which counts from 0.
fn place(text: &str, part: &str, from: usize) -> i32 {
    if part.is_empty() {
        return 1;
    }
    let start = text.char_indices().map(|(at, _)| at).nth(from);
    let found = start.and_then(|start| text[start..].find(part).map(|at| start + at));
    found.map_or(0, |at| text[..at].chars().count() as i32 + 1)
}

/// `locate(part, text, from)`: zero when `from` is null or below one.
fn locate() -> Result<Kernel> {
    kernel(|args| {
        let (part, text) = (args.strings(0)?, args.strings(1)?);
        let from = args.numbers::<Int32Type>(2)?;
        numbers::<Int32Type>(args.rows(), |row| {
            let Some(from) = from.get(row) else {
                return Ok(Some(0));
            };
            Ok(part
                .get(row)
                .zip(text.get(row))
                .map(|(part, text)| match from {
                    1.. => place(text, part, from as usize - 1),
                    _ => 0,
                }))
        })
    })
}

/// `instr(text, part)`, or with a place to begin at and which occurrence. A negative place counts
/// from the end, and the search goes backwards.
fn instr(site: &Site) -> Result<Kernel> {
    if site.arguments.len() == 2 {
        return kernel(|args| {
            let (text, part) = (args.strings(0)?, args.strings(1)?);
            numbers::<Int32Type>(args.rows(), |row| {
                Ok(text
                    .get(row)
                    .zip(part.get(row))
                    .map(|(text, part)| place(text, part, 0)))
            })
        });
    }
    kernel(|args| {
        let (text, part) = (args.strings(0)?, args.strings(1)?);
        let (from, nth) = (args.numbers::<Int32Type>(2)?, args.numbers::<Int32Type>(3)?);
        numbers::<Int32Type>(args.rows(), |row| {
            let all = (text.get(row), part.get(row), from.get(row), nth.get(row));
            let (Some(text), Some(part), Some(from), Some(nth)) = all else {
                return Ok(None);
            };
            Ok(Some(occurrence(text, part, from, nth)))
        })
    })
}

fn occurrence(text: &str, part: &str, from: i32, nth: i32) -> i32 {
    if from == 0 || nth < 1 || part.is_empty() {
        return 0;
    }
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let found = |place: &usize| text[starts[*place]..].starts_with(part);
    let nth = nth as usize - 1;
    let place = if from > 0 {
        (from as usize - 1..starts.len()).filter(found).nth(nth)
    } else {
        let last = starts.len().checked_sub(from.unsigned_abs() as usize);
        last.and_then(|last| (0..=last).rev().filter(found).nth(nth))
    };
    place.map_or(0, |place| place as i32 + 1)
}

/// Which of the parts between commas a word is.
fn find_in_set() -> Result<Kernel> {
    kernel(|args| {
        let (word, set) = (args.strings(0)?, args.strings(1)?);
        numbers::<Int32Type>(args.rows(), |row| {
            Ok(word.get(row).zip(set.get(row)).map(|(word, set)| {
                set.split(',')
                    .position(|part| part == word)
                    .map_or(0, |at| at as i32 + 1)
            }))
        })
    })
}
