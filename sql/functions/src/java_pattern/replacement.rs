//! [`Replacement`]: what stands for a match: `$1` and `${name}` are groups, a backslash makes the
//! next character plain.

use super::{Found, Pattern};

/// A replacement that names no group of the pattern, or ends amid a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong;

#[derive(Debug)]
enum Part {
    Text(String),
    Group(usize),
}

/// A replacement that was read.
#[derive(Debug)]
pub(super) struct Replacement {
    parts: Vec<Part>,
}

impl Replacement {
    /// Reads a replacement for matches of a pattern.
    ///
    /// # Errors
    /// [`Wrong`].
    pub(super) fn new(text: &str, pattern: &Pattern) -> Result<Replacement, Wrong> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\\' => plain.push(rest.next().ok_or(Wrong)?),
                '$' => {
                    let group = match rest.peek() {
                        Some('{') => named(&mut rest, pattern)?,
                        _ => numbered(&mut rest, pattern)?,
                    };
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Group(group));
                }
                c => plain.push(c),
            }
        }
        parts.push(Part::Text(plain));
        Ok(Replacement { parts })
    }

    /// Writes what stands for a match in a text. Groups that took no part are empty.
    pub(super) fn write(&self, text: &str, found: &Found, out: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(plain) => out.push_str(plain),
                Part::Group(group) => {
                    if let Some((start, end)) = found.group(*group) {
                        out.push_str(&text[start..end]);
                    }
                }
            }
        }
    }
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// As many digits as make a group that is there.
fn numbered(rest: &mut Rest<'_>, pattern: &Pattern) -> Result<usize, Wrong> {
    let digit = |c: Option<&char>| c.and_then(|c| c.to_digit(10)).map(|digit| digit as usize);
    let mut group = digit(rest.peek()).ok_or(Wrong)?;
    rest.next();
    if group > pattern.groups {
        return Err(Wrong);
    }
    while let Some(more) = digit(rest.peek()) {
        let longer = group * 10 + more;
        if longer > pattern.groups {
            break;
        }
        group = longer;
        rest.next();
    }
    Ok(group)
}

fn named(rest: &mut Rest<'_>, pattern: &Pattern) -> Result<usize, Wrong> {
    rest.next();
    let mut name = String::new();
    loop {
        match rest.next().ok_or(Wrong)? {
            '}' => break,
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ => return Err(Wrong),
        }
    }
    let known = pattern.names.iter().find(|(known, _)| *known == name);
    known.map(|(_, group)| *group).ok_or(Wrong)
}
