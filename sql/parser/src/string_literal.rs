//! What the text of a string literal means.

/// The value of a string token, quotes and all: `'..'`, `".."` or `r'..'`.
///
/// Escapes are Spark's: `\n`, `\t`, `\r`, `\b`, `\0`, `\Z`, three octal digits, `\uXXXX`,
/// `\UXXXXXXXX`; `\%` and `\_` stay as they are, for patterns; any other character stands for itself.
/// A doubled quote is one.
pub(crate) fn value(token: &str) -> String {
    let raw = token.starts_with(['r', 'R']);
    if raw {
        return verbatim(token).to_owned();
    }
    let quote = token.chars().next().unwrap_or_default();
    unescape(&token[1..token.len() - 1], quote)
}

/// What stands between the quotes of a string token, as it stands there.
pub(crate) fn verbatim(token: &str) -> &str {
    let token = token.trim_start_matches(['r', 'R']);
    &token[1..token.len() - 1]
}

/// The name that a token in backquotes, or in double quotes, means.
pub(crate) fn name(token: &str) -> String {
    let quote = &token[..1];
    token[1..token.len() - 1].replace(&quote.repeat(2), quote)
}

fn unescape(inside: &str, quote: char) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find(['\\', quote]) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            rest = escape(&rest[1..], &mut out);
        } else {
            out.push(quote);
            rest = rest[1..].strip_prefix(quote).unwrap_or(&rest[1..]);
        }
    }
    out.push_str(rest);
    out
}

/// Reads what follows a backslash; gives what follows the escape.
fn escape<'a>(after: &'a str, out: &mut String) -> &'a str {
    if let Some(rest) = numeric_escape(after, out) {
        return rest;
    }
    let Some(c) = after.chars().next() else {
        out.push('\\');
        return after;
    };
    match c {
        '0' => out.push('\0'),
        'b' => out.push('\u{8}'),
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        'Z' => out.push('\u{1a}'),
        '%' | '_' => out.extend(['\\', c]),
        other => out.push(other),
    }
    &after[c.len_utf8()..]
}

/// `uXXXX`, `UXXXXXXXX`, and octal `000` to `177`.
fn numeric_escape<'a>(after: &'a str, out: &mut String) -> Option<&'a str> {
    let (skip, digits, radix) = match after.as_bytes().first()? {
        b'u' => (1, 4, 16),
        b'U' => (1, 8, 16),
        b'0' | b'1' => (0, 3, 8),
        _ => return None,
    };
    let code = after.get(skip..skip + digits)?;
    if !code.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let number = u32::from_str_radix(code, radix).ok()?;
    let rest = &after[skip + digits..];
    // Two halves of a character beyond the first plane, as JVM programs write them.
    if (0xD800..0xDC00).contains(&number) && rest.starts_with("\\u") {
        let low = rest
            .get(2..6)
            .and_then(|low| u32::from_str_radix(low, 16).ok());
        if let Some(low) = low.filter(|low| (0xDC00..0xE000).contains(low)) {
            let whole = 0x10000 + ((number - 0xD800) << 10) + (low - 0xDC00);
            out.extend(char::from_u32(whole));
            return Some(&rest[6..]);
        }
    }
    out.push(char::from_u32(number).unwrap_or('?'));
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_sparks() {
        for (token, expected) in [
            (r"'it\'s'", "it's"),
            (r"'\n\t\\'", "\n\t\\"),
            (r"'\u0041\101\U0001F600'", "AA\u{1F600}"),
            (r"'\uD83D\uDE00'", "\u{1F600}"),
            (r"'\%\_\q'", r"\%\_q"),
            ("'a''b'", "a'b"),
            ("\"a\"\"b'c\"", "a\"b'c"),
            (r"r'a\n'", r"a\n"),
            (r"'\0'", "\0"),
            (r"'\u12'", "u12"),
        ] {
            assert_eq!(value(token), expected, "{token}");
        }
        assert_eq!(name("`a``b`"), "a`b");
    }
}
