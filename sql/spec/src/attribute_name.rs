//! Names of columns in text form, as the DataFrame API and Connect's clients give them.
//!
//! Not SQL's names: everything but dots and backticks is part of a name, so that `"sum(a)"` and
//! `"a b"` name the columns that are called so. A part in backticks may hold dots, and a doubled
//! backtick inside of it is one.

use crate::{Ident, Result, SqlError, condition};

/// The parts of a dotted name.
///
/// ```
/// let parts = flint_sql_spec::attribute_parts("`a.b`.sum(c)")?;
/// assert_eq!(parts, ["a.b".into(), "sum(c)".into()]);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `INVALID_ATTRIBUTE_NAME_SYNTAX` for odd backticks and empty parts. The empty name is one part.
pub fn attribute_parts(name: &str) -> Result<Vec<Ident>> {
    split(name)
        .ok_or_else(|| SqlError::new(condition::INVALID_ATTRIBUTE_NAME_SYNTAX).with("name", name))
}

fn split(name: &str) -> Option<Vec<Ident>> {
    let (mut parts, mut rest) = (Vec::new(), name);
    loop {
        let (part, after) = match rest.strip_prefix('`') {
            Some(quoted) => quoted_part(quoted)?,
            None => plain_part(rest)?,
        };
        parts.push(part.into());
        match after.strip_prefix('.') {
            Some(more) if !more.is_empty() => rest = more,
            None if after.is_empty() => return Some(parts),
            _ => return None,
        }
    }
}

/// A part without backticks and what follows it. Only a whole name may be empty.
fn plain_part(text: &str) -> Option<(String, &str)> {
    let (part, after) = text.split_at(text.find('.').unwrap_or(text.len()));
    let wrong = part.contains('`') || (part.is_empty() && !after.is_empty());
    (!wrong).then(|| (part.to_owned(), after))
}

/// A part behind its opening backtick, up to the closing one, and what follows.
fn quoted_part(text: &str) -> Option<(String, &str)> {
    let (mut part, mut rest) = (String::new(), text);
    loop {
        let (before, after) = rest.split_once('`')?;
        part.push_str(before);
        match after.strip_prefix('`') {
            Some(more) => {
                part.push('`');
                rest = more;
            }
            None => return Some((part, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dots_and_backticks_mean_something() {
        let cases: [(&str, &[&str]); 7] = [
            ("a", &["a"]),
            ("t.a", &["t", "a"]),
            ("sum(a + 1)", &["sum(a + 1)"]),
            ("a b", &["a b"]),
            ("`a.b`.c", &["a.b", "c"]),
            ("`a``b`", &["a`b"]),
            ("", &[""]),
        ];
        for (name, expected) in cases {
            let parts = split(name).expect(name);
            let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
            assert_eq!(parts, expected, "{name}");
        }
    }

    #[test]
    fn odd_names_are_refused() {
        for name in ["a`b", "`a", "`a`b", "a.", ".a", "a..b", "a.`b", "a`b`"] {
            let error = attribute_parts(name).expect_err(name);
            assert_eq!(error.condition().name, "INVALID_ATTRIBUTE_NAME_SYNTAX");
        }
    }
}
