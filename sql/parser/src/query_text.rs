//! Pieces of statements that are taken as text, not parsed.

/// Whether `key` may be the key of SET without quotes: words, digits, dots, colons and dashes; in
/// backquotes anything.
pub(crate) fn is_plain_key(key: &str) -> bool {
    if key.len() > 2 && key.starts_with('`') && key.ends_with('`') {
        return true;
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    !key.is_empty() && key.chars().all(allowed)
}
