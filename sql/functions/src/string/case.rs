//! Letters: their case, their number, what they are replaced by.

use std::collections::HashMap;

use arrow::datatypes::Int32Type;
use flint_sql_spec::{DataType, Result};

use crate::each::{kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("upper", |_| mapped(str::to_uppercase)),
    Scalar::new("lower", |_| mapped(str::to_lowercase)),
    Scalar::new("initcap", |_| mapped(capitalized)),
    Scalar::new("quote", |_| {
        mapped(|text| format!("'{}'", text.replace('\'', "\\'")))
    }),
    Scalar::new("length", |site| {
        measured(site, |text| text.chars().count(), |size| size)
    }),
    Scalar::new("octet_length", |site| measured(site, str::len, |size| size)),
    Scalar::new("bit_length", |site| {
        measured(site, |text| text.len() * 8, |size| size * 8)
    }),
    Scalar::new("replace", |_| replace()),
    Scalar::new("translate", |_| translate()),
    Scalar::new("mask", |_| mask()),
];

fn mapped(map: fn(&str) -> String) -> Result<Kernel> {
    kernel(move |args| {
        let text = args.strings(0)?;
        texts(args.rows(), |row| Ok(text.get(row).map(map)))
    })
}

/// Words begin after a blank; their first letter is large, all others are small.
fn capitalized(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut starts = true;
    for c in text.to_lowercase().chars() {
        if starts {
            result.extend(c.to_uppercase());
        } else {
            result.push(c);
        }
        starts = c == ' ';
    }
    result
}

/// A size of strings, and one of bytes by how many there are.
fn measured(site: &Site, text: fn(&str) -> usize, bytes: fn(usize) -> usize) -> Result<Kernel> {
    if site.arguments.first() == Some(&DataType::Binary) {
        return kernel(move |args| {
            let binary = args.binaries(0)?;
            numbers::<Int32Type>(args.rows(), |row| {
                Ok(binary.get(row).map(|value| bytes(value.len()) as i32))
            })
        });
    }
    kernel(move |args| {
        let string = args.strings(0)?;
        numbers::<Int32Type>(args.rows(), |row| {
            Ok(string.get(row).map(|value| text(value) as i32))
        })
    })
}

fn replace() -> Result<Kernel> {
    kernel(|args| {
        let (text, from, to) = (args.strings(0)?, args.strings(1)?, args.strings(2)?);
        texts(args.rows(), |row| {
            let parts = (text.get(row), from.get(row), to.get(row));
            Ok(match parts {
                (Some(text), Some(""), Some(_)) => Some(text.to_owned()),
                (Some(text), Some(from), Some(to)) => Some(text.replace(from, to)),
                _ => None,
            })
        })
    })
}

/// Characters become those in the same place of another text, or nothing where that is shorter.
fn translate() -> Result<Kernel> {
    kernel(|args| {
        let (text, from, to) = (args.strings(0)?, args.strings(1)?, args.strings(2)?);
        let mut known: Option<(String, String, HashMap<char, Option<char>>)> = None;
        texts(args.rows(), |row| {
            let (Some(text), Some(from), Some(to)) = (text.get(row), from.get(row), to.get(row))
            else {
                return Ok(None);
            };
            if known.as_ref().is_none_or(|(a, b, _)| a != from || b != to) {
                let mut map = HashMap::new();
                let mut replacements = to.chars();
                for c in from.chars() {
                    let replacement = replacements.next();
                    map.entry(c).or_insert(replacement);
                }
                known = Some((from.to_owned(), to.to_owned(), map));
            }
            let map = known.as_ref().map(|(_, _, map)| map);
            let replaced = |c: char| match map.and_then(|map| map.get(&c)) {
                Some(replacement) => *replacement,
                None => Some(c),
            };
            Ok(Some(text.chars().filter_map(replaced).collect::<String>()))
        })
    })
}

/// Letters and digits become others, one for each kind; NULL leaves a kind as it is.
fn mask() -> Result<Kernel> {
    kernel(|args| {
        let text = args.strings(0)?;
        let kinds = [
            args.strings(1)?,
            args.strings(2)?,
            args.strings(3)?,
            args.strings(4)?,
        ];
        texts(args.rows(), |row| {
            let by = |i: usize, c: char| {
                kinds[i]
                    .get(row)
                    .and_then(|k| k.chars().next())
                    .unwrap_or(c)
            };
            Ok(text.get(row).map(|text| {
                let masked = |c: char| {
                    if c.is_uppercase() {
                        by(0, c)
                    } else if c.is_lowercase() {
                        by(1, c)
                    } else if c.is_numeric() {
                        by(2, c)
                    } else {
                        by(3, c)
                    }
                };
                text.chars().map(masked).collect::<String>()
            }))
        })
    })
}
