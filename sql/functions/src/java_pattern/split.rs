//! `split`: the parts between matches.

use super::Pattern;
use super::backtrack::TooCostly;

/// The parts of a text between matches, at most `limit` of them if that is above zero. An empty match
/// at the very start splits nothing; empty parts at the end stay.
pub(super) fn split<'a>(
    pattern: &Pattern,
    text: &'a str,
    limit: i32,
) -> Result<Vec<&'a str>, TooCostly> {
    let most = usize::try_from(limit).ok().filter(|limit| *limit > 0);
    let mut parts = Vec::new();
    let mut start = 0;
    let mut matches = pattern.matches(text);
    while most.is_none_or(|most| parts.len() + 1 < most)
        && let Some((from, to)) = matches.next_place()?
    {
        if to == 0 {
            continue;
        }
        parts.push(&text[start..from]);
        start = to;
    }
    parts.push(&text[start..]);
    Ok(parts)
}

/// The characters of a text, at most `limit` parts if that is above zero: what splits by an empty
/// pattern. No text is one part.
pub(super) fn characters(text: &str, limit: i32) -> Vec<&str> {
    let most = usize::try_from(limit).ok().filter(|limit| *limit > 0);
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next()
        && most.is_none_or(|most| parts.len() + 1 < most)
    {
        let (part, behind) = rest.split_at(c.len_utf8());
        parts.push(part);
        rest = behind;
    }
    if !rest.is_empty() || text.is_empty() {
        parts.push(rest);
    }
    parts
}
