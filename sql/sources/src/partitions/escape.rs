//! How values are spelled in names of directories.

/// The directory of null.
pub(crate) const DEFAULT_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// A value, or the name of a column, as part of a name of a directory: what file systems and Hive
/// take for something else becomes `%` and two digits.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if needs_escape(c) {
            escaped.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn needs_escape(c: char) -> bool {
    matches!(c, '\u{1}'..='\u{1f}' | '\u{7f}') || "\"#%'*/:=?\\{[]^".contains(c)
}

/// What [`escape`] was given.
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let code = rest
            .get(at + 1..at + 3)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                plain.push(char::from(code));
                rest = &rest[at + 3..];
            }
            None => {
                plain.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive() {
        for text in ["a/b=c:d", "100%", "é {x}", "plain", "%zz", "a\u{1}b"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(escape("2020-01-01 00:00:00"), "2020-01-01 00%3A00%3A00");
        assert_eq!(unescape("a%2"), "a%2");
    }
}
