//! Patterns of paths, as in Hadoop: `*` and `?` inside of one name, `[a-c]`, `[^a]`, `{a,b/c}`, and a
//! backslash before what is meant literally.

/// Whether a text is a pattern.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['{', '}', '[', ']', '*', '?', '\\'])
}

/// The texts that alternatives in braces stand for: `a{b,c{d,e}}` is `ab`, `acd`, `ace`.
pub(crate) fn expand_braces(text: &str) -> Vec<String> {
    let Some((open, close)) = outer_braces(text) else {
        return vec![text.to_owned()];
    };
    let mut all = Vec::new();
    for choice in choices(&text[open + 1..close]) {
        let whole = format!("{}{choice}{}", &text[..open], &text[close + 1..]);
        all.extend(expand_braces(&whole));
    }
    all
}

/// Where the first alternative opens and closes.
fn outer_braces(text: &str) -> Option<(usize, usize)> {
    let mut depth = 0;
    let mut open = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => {
                depth += 1;
                open = open.or(Some(at));
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some((open?, at));
                }
            }
            _ => {}
        }
    }
    None
}

/// What commas divide, outside of inner braces.
fn choices(text: &str) -> Vec<&str> {
    let (mut all, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(&text[start..]);
    all
}

/// Whether a name matches a pattern without slashes and braces.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Where the last star was, and how much of the name it has eaten.
    let mut retry: Option<(usize, usize)> = None;
    let (mut p, mut n) = (0, 0);
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p + 1, n));
            p += 1;
        } else if let Some(next) = one(&pattern, p, name[n]) {
            p = next;
            n += 1;
        } else if let Some((after_star, eaten)) = retry {
            retry = Some((after_star, eaten + 1));
            (p, n) = (after_star, eaten + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Where the pattern goes on after one character, if it fits.
fn one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => class(pattern, at + 1, c),
        '\\' => (*pattern.get(at + 1)? == c).then_some(at + 2),
        literal => (*literal == c).then_some(at + 1),
    }
}

/// Where a class that starts here ends, if it holds a character.
fn class(pattern: &[char], mut at: usize, c: char) -> Option<usize> {
    let negated = matches!(pattern.get(at)?, '^' | '!');
    at += usize::from(negated);
    let (mut found, first) = (false, at);
    while *pattern.get(at)? != ']' || at == first {
        let low = *pattern.get(at)?;
        if pattern.get(at + 1) == Some(&'-') && *pattern.get(at + 2)? != ']' {
            found |= (low..=pattern[at + 2]).contains(&c);
            at += 3;
        } else {
            found |= low == c;
            at += 1;
        }
    }
    (found != negated).then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_patterns() {
        let fits = [
            ("*", "a"),
            ("*.csv", "x.csv"),
            ("a*b*c", "aXbYbZc"),
            ("?b", "ab"),
            ("[a-c]x", "bx"),
            ("[^a-c]x", "dx"),
            ("[]]", "]"),
            ("\\*", "*"),
            ("é?", "éa"),
        ];
        for (pattern, name) in fits {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.csv", "x.csv.gz"),
            ("[a-c]x", "dx"),
            ("a", ""),
            ("\\*", "a"),
            ("[a", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn braces_are_alternatives() {
        assert_eq!(expand_braces("a{b,c{d,e}}/f"), ["ab/f", "acd/f", "ace/f"]);
        assert_eq!(expand_braces("a{b"), ["a{b"]);
        assert_eq!(expand_braces("{a/b,c}"), ["a/b", "c"]);
    }
}
