//! LIKE and ILIKE: `%` is any text, `_` any character, and what follows the escape is plain.

use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use crate::display::sql_value;
use crate::each::{booleans, kernel};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// LIKE for patterns that are no constants, or escape by another sign.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("like", |site| like(site, str::to_owned)),
    // Spark compares both in lower case.
    Scalar::new("ilike", |site| like(site, str::to_lowercase)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain(char),
    One,
    Any,
}

/// A pattern that was read, and its text.
struct Read {
    text: String,
    escape: Option<char>,
    parts: Vec<Part>,
}

fn like(site: &Site, case: fn(&str) -> String) -> Result<Kernel> {
    let escapes = site.arguments.len() > 2;
    kernel(move |args| {
        let (text, pattern) = (args.strings(0)?, args.strings(1)?);
        let escape = if escapes {
            Some(args.strings(2)?)
        } else {
            None
        };
        let mut read: Option<Read> = None;
        booleans(args.rows(), |row| {
            let Some((text, pattern)) = text.get(row).zip(pattern.get(row)) else {
                return Ok(None);
            };
            let escape = match &escape {
                Some(escape) => match escape.get(row) {
                    Some(escape) => escape.chars().next(),
                    None => return Ok(None),
                },
                None => Some('\\'),
            };
            if !read
                .as_ref()
                .is_some_and(|read| read.text == pattern && read.escape == escape)
            {
                read = Some(Read {
                    text: pattern.to_owned(),
                    escape,
                    parts: parts(&case(pattern), escape)?,
                });
            }
            let parts = &read.as_ref().expect("it was set just now").parts;
            Ok(Some(matches(parts, &case(text))))
        })
    })
}

/// Reads a pattern.
///
/// # Errors
/// `INVALID_FORMAT.ESC_IN_THE_MIDDLE` and `INVALID_FORMAT.ESC_AT_THE_END` where the escape stands
/// before what needs none.
fn parts(pattern: &str, escape: Option<char>) -> Result<Vec<Part>, Raised> {
    let mut parts = Vec::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        parts.push(match c {
            c if Some(c) == escape => match rest.next() {
                Some(next) if matches!(next, '_' | '%') || Some(next) == escape => {
                    Part::Plain(next)
                }
                Some(next) => {
                    return Err(SqlError::new(condition::INVALID_FORMAT_ESC_IN_THE_MIDDLE)
                        .with("format", sql_value(pattern))
                        .with("char", sql_value(&next.to_string()))
                        .into());
                }
                None => {
                    return Err(SqlError::new(condition::INVALID_FORMAT_ESC_AT_THE_END)
                        .with("format", sql_value(pattern))
                        .into());
                }
            },
            '_' => Part::One,
            '%' => Part::Any,
            c => Part::Plain(c),
        });
    }
    Ok(parts)
}

/// Whether the parts are the whole text. On a difference the last `%` takes a character more.
fn matches(parts: &[Part], text: &str) -> bool {
    let (mut part, mut rest) = (0, text.chars());
    let mut again: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let here = rest.clone();
        match (parts.get(part), rest.next()) {
            (Some(Part::Any), _) => {
                part += 1;
                rest = here;
                again = Some((part, rest.clone()));
            }
            (None, None) => return true,
            (Some(Part::One), Some(_)) => part += 1,
            (Some(Part::Plain(wanted)), Some(c)) if *wanted == c => part += 1,
            _ => match &mut again {
                Some((place, from)) => {
                    if from.next().is_none() {
                        return false;
                    }
                    (part, rest) = (*place, from.clone());
                }
                None => return false,
            },
        }
    }
}

/// A pattern in the form that Arrow's LIKE takes, which escapes by a backslash; `None` where it can't
/// be read.
pub fn like_pattern(pattern: &str, escape: char) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    for part in parts(pattern, Some(escape)).ok()? {
        match part {
            Part::One => out.push('_'),
            Part::Any => out.push('%'),
            Part::Plain(c) => {
                if matches!(c, '_' | '%' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_whole_texts() {
        let is = |text: &str, pattern: &str| matches(&parts(pattern, Some('\\')).unwrap(), text);
        assert!(is("abcabd", "%ab_"));
        assert!(is("", "%") && is("", "") && is("a", "%%a%"));
        assert!(!is("", "_") && !is("ab", "a") && !is("aXb", "a%c"));
        assert!(is("a%", "a\\%") && !is("ab", "a\\%"));
    }

    #[test]
    fn other_escapes_become_backslashes() {
        assert_eq!(like_pattern("a/%b\\_", '/').unwrap(), "a\\%b\\\\_");
        assert_eq!(like_pattern("a/b", '/'), None);
    }
}
