//! Hadoop's path patterns: `*`, `?`, `[a-z]`, `[^a-z]`, `{one,another}` and `\` before a character
//! that stands for itself. Braces are expanded first ([`expand_braces`]); what is left matches one
//! component of a path ([`Pattern`]).
//!
//! The `glob` crate has neither braces nor `\`, and reads `**` as "any depth", which Hadoop does
//! not.

use crate::error::{Error, Result};

/// Why a pattern is wrong.
fn bad(pattern: &str, reason: &str) -> Error {
    Error::argument("path", format!("pattern `{pattern}` {reason}"))
}

/// All strings that the braces of `pattern` stand for. Without braces: itself.
pub(super) fn expand_braces(pattern: &str) -> Result<Vec<String>> {
    let Some((open, close, commas)) = first_braces(pattern)? else {
        return Ok(vec![pattern.to_owned()]);
    };
    let mut expanded = Vec::new();
    let mut from = open + 1;
    for to in commas.into_iter().chain([close]) {
        let one = format!(
            "{}{}{}",
            &pattern[..open],
            &pattern[from..to],
            &pattern[close + 1..]
        );
        // Braces before `open` there are none, so that this ends.
        expanded.extend(expand_braces(&one)?);
        from = to + 1;
    }
    Ok(expanded)
}

/// Where the first braces open and close, and their own commas.
fn first_braces(pattern: &str) -> Result<Option<(usize, usize, Vec<usize>)>> {
    let mut open = None;
    let mut depth = 0;
    let mut commas = Vec::new();
    let mut chars = pattern.char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '{' => {
                depth += 1;
                open = open.or(Some(i));
            }
            ',' if depth == 1 => commas.push(i),
            '}' if depth > 0 => {
                depth -= 1;
                if let (0, Some(open)) = (depth, open) {
                    return Ok(Some((open, i, commas)));
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        Err(bad(pattern, "has a `{` without its `}`"))
    } else {
        Ok(None)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// This character.
    One(char),
    /// Any character.
    Any,
    /// Any number of characters.
    Star,
    /// One character in one of the ranges, or in none if `not`.
    Set {
        not: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Token {
    fn matches(&self, c: char) -> bool {
        match self {
            Token::One(one) => *one == c,
            Token::Any | Token::Star => true,
            Token::Set { not, ranges } => {
                ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != *not
            }
        }
    }
}

/// A pattern for one component of a path, without braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
}

impl Pattern {
    /// # Errors
    /// [`Error::Argument`] for a `[` without its `]` or a `\` at the end.
    pub(super) fn new(pattern: &str) -> Result<Self> {
        let mut tokens = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                '*' => Token::Star,
                '?' => Token::Any,
                '[' => Pattern::set(pattern, &mut chars)?,
                '\\' => Token::One(
                    chars
                        .next()
                        .ok_or_else(|| bad(pattern, "ends with a `\\`"))?,
                ),
                c => Token::One(c),
            });
        }
        Ok(Pattern { tokens })
    }

    /// The rest of a set, behind its `[`.
    fn set(pattern: &str, chars: &mut std::str::Chars<'_>) -> Result<Token> {
        let unclosed = || bad(pattern, "has a `[` without its `]`");
        let not = chars.as_str().starts_with(['^', '!']);
        if not {
            chars.next();
        }
        let mut ranges: Vec<(char, char)> = Vec::new();
        loop {
            let mut first = chars.next().ok_or_else(unclosed)?;
            // A `]` in the first place stands for itself.
            if first == ']' && !ranges.is_empty() {
                return Ok(Token::Set { not, ranges });
            }
            if first == '\\' {
                first = chars.next().ok_or_else(unclosed)?;
            }
            let rest = chars.as_str();
            let mut last = first;
            if rest.starts_with('-') && !rest.starts_with("-]") {
                chars.next();
                last = chars.next().ok_or_else(unclosed)?;
            }
            if last < first {
                return Err(bad(pattern, "has a range that ends before it begins"));
            }
            ranges.push((first, last));
        }
    }

    /// The only string that this matches, if there is only one.
    pub(super) fn literal(&self) -> Option<String> {
        let one = |t: &Token| {
            if let Token::One(c) = t {
                Some(*c)
            } else {
                None
            }
        };
        self.tokens.iter().map(one).collect()
    }

    /// Whether the pattern matches the whole `name`.
    pub(super) fn matches(&self, name: &str) -> bool {
        let mut tokens = self.tokens.as_slice();
        let mut rest = name.chars();
        // Behind the last star, and what was left of the name when it matched least.
        let mut retry: Option<(&[Token], std::str::Chars<'_>)> = None;
        loop {
            if let [Token::Star, after @ ..] = tokens {
                retry = Some((after, rest.clone()));
                tokens = after;
                continue;
            }
            let mut ahead = rest.clone();
            match (tokens, ahead.next()) {
                ([], None) => return true,
                ([token, after @ ..], Some(c)) if token.matches(c) => {
                    (tokens, rest) = (after, ahead)
                }
                // Let the last star take one character more.
                _ => {
                    let Some((after, from)) = &mut retry else {
                        return false;
                    };
                    if from.next().is_none() {
                        return false;
                    }
                    (tokens, rest) = (*after, from.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(name)
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, yes, no) in [
            ("*", "anything", "-"),
            ("part-*", "part-00000", "apart-0"),
            ("*.txt", ".txt", "a.txt.gz"),
            ("a*b*c", "axxbyybzzc", "axxbyyb"),
            ("a?c", "aßc", "ac"),
            ("[a-c]x", "bx", "dx"),
            ("[^a-c]x", "dx", "bx"),
            ("[!a]", "b", "a"),
            ("[]a]", "]", "b"),
            ("[a-]", "-", "b"),
            (r"[\]]", "]", "\\"),
            (r"\*", "*", "a"),
            ("**", "x", "-"),
            ("", "", "x"),
        ] {
            assert!(matches(pattern, yes), "{pattern} {yes}");
            assert!(no == "-" || !matches(pattern, no), "{pattern} {no}");
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        assert!(!matches(
            &format!("{}b", "a*".repeat(40)),
            &"a".repeat(5000)
        ));
    }

    #[test]
    fn braces_stand_for_several_patterns() {
        assert_eq!(
            expand_braces("a{b,c{d,e}}f").unwrap(),
            ["abf", "acdf", "acef"]
        );
        assert_eq!(
            expand_braces("{x,y}/{1,2}").unwrap(),
            ["x/1", "x/2", "y/1", "y/2"]
        );
        assert_eq!(expand_braces("a{,b}").unwrap(), ["a", "ab"]);
        assert_eq!(expand_braces(r"\{a,b\}").unwrap(), [r"\{a,b\}"]);
        assert_eq!(expand_braces("a}b").unwrap(), ["a}b"]);
    }

    #[test]
    fn wrong_patterns_are_refused() {
        assert!(expand_braces("a{b,c").is_err());
        for pattern in ["[a", "[", "[^", "a\\", "[b-a]", r"[\"] {
            let message = Pattern::new(pattern).unwrap_err().to_string();
            assert!(message.contains(pattern), "{message}");
        }
    }

    #[test]
    fn literals_are_known() {
        assert_eq!(
            Pattern::new(r"a\*b").unwrap().literal(),
            Some("a*b".to_owned())
        );
        assert_eq!(Pattern::new("a?").unwrap().literal(), None);
    }
}
