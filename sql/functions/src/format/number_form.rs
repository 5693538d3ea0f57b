//! [`NumberForm`]: a form of numbers, `[MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S]`.
//!
//! A run of digits that begins with `0` has always as many digits; one that begins with `9` may have
//! fewer, for which spaces are written. `G` is a comma, `D` a point, `S` a sign, `MI` a minus or
//! nothing, and `PR` puts negative numbers between angles.

use flint_sql_spec::{Result, SqlError, condition};

use crate::display::sql_value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Digits: how many, and whether all of them must be there.
    Digits(usize, bool),
    Comma,
    Point,
    Dollar,
    Sign,
    Minus,
    Open,
    Close,
}

/// A form, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberForm {
    tokens: Vec<Token>,
    text: String,
    /// Digits before the point and behind it.
    before: usize,
    behind: usize,
}

impl NumberForm {
    /// Reads a form, in any case of letters.
    ///
    /// # Errors
    /// `INVALID_FORMAT` with what is wrong.
    pub(crate) fn new(text: &str) -> Result<NumberForm> {
        let text = text.to_ascii_uppercase();
        if text.is_empty() {
            return Err(wrong(condition::INVALID_FORMAT_EMPTY, &text));
        }
        let (tokens, unknown) = tokens(&text);
        let found = check(&tokens, &text).and_then(|()| match unknown {
            Some(c) => Err(unexpected(&c.to_string(), &text)),
            None => check_order(&tokens, &text),
        });
        found?;
        let point = tokens.iter().position(|token| *token == Token::Point);
        let digits = |tokens: &[Token]| {
            let counts = tokens.iter().map(|token| match token {
                Token::Digits(count, _) => *count,
                _ => 0,
            });
            counts.sum::<usize>()
        };
        let (front, back) = tokens.split_at(point.unwrap_or(tokens.len()));
        Ok(NumberForm {
            before: digits(front),
            behind: digits(back),
            tokens,
            text,
        })
    }

    /// The form as it is written, in upper case.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The unscaled number that a text says, with as many digits behind the point as the form;
    /// `None` for text of another form.
    pub(crate) fn read(&self, text: &str) -> Option<i128> {
        let mut rest = text.trim_start();
        let (mut negative, mut behind_point) = (false, false);
        let (mut before, mut behind) = (String::new(), String::new());
        let mut tokens = self.tokens.as_slice();
        while let Some(token) = tokens.first() {
            rest = rest.trim_start();
            let groups = tokens
                .iter()
                .take_while(|token| matches!(token, Token::Digits(..) | Token::Comma))
                .count();
            if groups > 0 {
                let digits = if behind_point {
                    &mut behind
                } else {
                    &mut before
                };
                rest = read_groups(&tokens[..groups], rest, digits)?;
                tokens = &tokens[groups..];
                continue;
            }
            tokens = &tokens[1..];
            match token {
                Token::Point => {
                    if let Some(more) = rest.strip_prefix('.') {
                        (rest, behind_point) = (more, true);
                    }
                }
                Token::Dollar => rest = rest.strip_prefix('$')?,
                Token::Sign if rest.starts_with('+') => rest = &rest[1..],
                Token::Sign | Token::Minus => {
                    if let Some(more) = rest.strip_prefix('-') {
                        (rest, negative) = (more, !negative);
                    }
                }
                Token::Open => rest = rest.strip_prefix('<').unwrap_or(rest),
                Token::Close => {
                    if let Some(more) = rest.strip_prefix('>') {
                        (rest, negative) = (more, !negative);
                    }
                }
                Token::Digits(..) | Token::Comma => {}
            }
        }
        if !rest.trim().is_empty() || (before.is_empty() && behind.is_empty()) {
            return None;
        }
        let zeros = "0".repeat(self.behind.saturating_sub(behind.len()));
        let value: i128 = format!("{before}{behind}{zeros}").parse().ok()?;
        Some(if negative { -value } else { value })
    }

    /// Appends a number: its digits before the point without zeros in front, those behind it without
    /// zeros at the end. Where there are too many, `#` stands for each digit of the form, and a space
    /// for each comma.
    pub(crate) fn write(&self, negative: bool, before: &str, behind: &str, out: &mut String) {
        let (front, back);
        let (before, behind) = if before.len() > self.before || behind.len() > self.behind {
            (front, back) = ("#".repeat(self.before), "#".repeat(self.behind));
            (front.as_str(), back.as_str())
        } else {
            (before, behind)
        };
        let start = out.len();
        let mut missing = self.before - before.len();
        let (mut before, mut behind) = (before.chars(), behind.chars());
        let mut behind_point = false;
        for token in &self.tokens {
            match token {
                Token::Digits(count, whole) => {
                    for _ in 0..*count {
                        if behind_point {
                            out.push(behind.next().unwrap_or('0'));
                        } else if missing == 0 {
                            out.extend(before.next());
                        } else {
                            missing -= 1;
                            if *whole {
                                out.push('0');
                            } else {
                                push_space(start, out);
                            }
                        }
                    }
                }
                Token::Comma if out.ends_with(|c: char| c.is_ascii_digit()) => out.push(','),
                Token::Comma => push_space(start, out),
                Token::Point => {
                    if out[start..].ends_with(' ') {
                        out.pop();
                        out.push('0');
                    }
                    out.push('.');
                    behind_point = true;
                }
                Token::Dollar => out.push('$'),
                Token::Sign => push_sign(if negative { '-' } else { '+' }, start, out),
                Token::Minus if negative => push_sign('-', start, out),
                Token::Minus => out.push(' '),
                Token::Open if negative => out.push('<'),
                Token::Open => {}
                Token::Close if negative => push_sign('>', start, out),
                Token::Close => out.push_str("  "),
            }
        }
        if out.ends_with('.') {
            out.pop();
            out.push(' ');
        }
    }
}

/// A space for a digit that isn't there, before a sign that was written already; a `$` stays where it
/// is.
fn push_space(start: usize, out: &mut String) {
    let signs = out[start..].trim_end_matches(['+', '-', '<']).len();
    out.insert(start + signs, ' ');
}

/// A sign, before spaces at the end and in the place of a point without digits.
fn push_sign(sign: char, start: usize, out: &mut String) {
    if out[start..].ends_with('.') {
        out.pop();
        out.push(' ');
    }
    let digits = out[start..].trim_end_matches(' ').len();
    out.insert(start + digits, sign);
}

/// Reads digits between commas; groups are compared from the right.
fn read_groups<'a>(tokens: &[Token], text: &'a str, digits: &mut String) -> Option<&'a str> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ','))
        .unwrap_or(text.len());
    let (front, rest) = text.split_at(end);
    let parts: Vec<&str> = front.split(',').collect();
    // Digits of different kinds that touch are one group of the first's kind and all their number.
    let expected: Vec<(usize, bool)> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Digits(count, whole) => Some((*count, *whole)),
            _ => None,
        })
        .collect();
    if parts.len() > expected.len() {
        return None;
    }
    for (at, (count, whole)) in expected.iter().rev().enumerate() {
        let part = parts.iter().rev().nth(at).map_or(0, |part| part.len());
        if part > *count || (*whole && part < *count) {
            return None;
        }
    }
    digits.extend(parts);
    Some(rest)
}

/// The tokens, and the first letter that is none.
fn tokens(text: &str) -> (Vec<Token>, Option<char>) {
    let (mut tokens, mut unknown) = (Vec::new(), None);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '0' | '9' => {
                length = rest
                    .bytes()
                    .take_while(|b| matches!(b, b'0' | b'9'))
                    .count();
                tokens.push(Token::Digits(length, c == '0'));
            }
            ',' | 'G' => tokens.push(Token::Comma),
            '.' | 'D' => tokens.push(Token::Point),
            '$' => tokens.push(Token::Dollar),
            'S' => tokens.push(Token::Sign),
            'M' if rest.starts_with("MI") => {
                length = 2;
                tokens.push(Token::Minus);
            }
            'P' if rest.starts_with("PR") => {
                length = 2;
                tokens.insert(0, Token::Open);
                tokens.push(Token::Close);
            }
            other => {
                unknown.get_or_insert(other);
            }
        }
        rest = &rest[length..];
    }
    (tokens, unknown)
}

fn wrong(condition: condition::Condition, text: &str) -> SqlError {
    SqlError::new(condition).with("format", sql_value(text))
}

fn unexpected(token: &str, text: &str) -> SqlError {
    wrong(condition::INVALID_FORMAT_UNEXPECTED_TOKEN, text).with("token", format!("'{token}'"))
}

/// What may not be there, or not so often.
fn check(tokens: &[Token], text: &str) -> Result<()> {
    let first = |wanted: Token| tokens.iter().position(|token| *token == wanted);
    let is_digits = |token: &Token| matches!(token, Token::Digits(..));
    let Some(digits) = tokens.iter().position(is_digits) else {
        return Err(wrong(condition::INVALID_FORMAT_WRONG_NUM_DIGIT, text));
    };
    let point = first(Token::Point);
    if let Some(dollar) = first(Token::Dollar) {
        if dollar > digits {
            return Err(wrong(condition::INVALID_FORMAT_CUR_MUST_BEFORE_DIGIT, text));
        }
        if point.is_some_and(|point| dollar > point) {
            return Err(wrong(condition::INVALID_FORMAT_CUR_MUST_BEFORE_DEC, text));
        }
    }
    let last_comma = tokens.iter().rposition(|token| *token == Token::Comma);
    if let (Some(comma), Some(point)) = (last_comma, point)
        && comma > point
    {
        let condition = condition::INVALID_FORMAT_THOUSANDS_SEPS_MUST_BEFORE_DEC;
        return Err(wrong(condition, text));
    }
    for (at, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| **token == Token::Comma)
    {
        let between = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(is_digits);
        if !between(at.checked_sub(1)) || !between(Some(at + 1)) {
            return Err(wrong(condition::INVALID_FORMAT_CONT_THOUSANDS_SEPS, text));
        }
    }
    for (name, kinds) in [
        (". or D", &[Token::Point][..]),
        ("$", &[Token::Dollar][..]),
        ("MI or S", &[Token::Minus, Token::Sign][..]),
        ("PR", &[Token::Close][..]),
    ] {
        if tokens.iter().filter(|token| kinds.contains(token)).count() > 1 {
            let error = wrong(condition::INVALID_FORMAT_WRONG_NUM_TOKEN, text);
            return Err(error.with("token", name));
        }
    }
    Ok(())
}

/// Whether tokens stand in the order of the form's rule.
fn check_order(tokens: &[Token], text: &str) -> Result<()> {
    let mut rest = tokens.iter().peekable();
    let mut skip = |wanted: &[fn(&Token) -> bool]| {
        while rest
            .next_if(|token| wanted.iter().any(|is| is(token)))
            .is_some()
        {}
    };
    skip(&[|t| *t == Token::Open]);
    skip(&[|t| matches!(t, Token::Minus | Token::Sign)]);
    skip(&[|t| *t == Token::Dollar]);
    skip(&[|t| matches!(t, Token::Digits(..) | Token::Comma)]);
    skip(&[|t| *t == Token::Point]);
    skip(&[|t| matches!(t, Token::Digits(..))]);
    skip(&[|t| matches!(t, Token::Minus | Token::Sign | Token::Close)]);
    match rest.next() {
        None => Ok(()),
        Some(token) => Err(unexpected(
            match token {
                Token::Digits(..) => "0 or 9",
                Token::Comma => ", or G",
                Token::Point => ". or D",
                Token::Dollar => "$",
                Token::Sign => "S",
                Token::Minus => "MI",
                Token::Open | Token::Close => "PR",
            },
            text,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> NumberForm {
        NumberForm::new(text).expect("a form")
    }

    #[test]
    fn numbers_are_read() {
        assert_eq!(form("99,999.9S").read("12,454.8-"), Some(-124_548));
        assert_eq!(form("99PR").read("<12>"), Some(-12));
        assert_eq!(form("9.9").read(".5"), Some(5));
        assert_eq!(form("000").read("5"), None);
        assert_eq!(form("9,9").read("12"), None);
        assert_eq!(form("9").read(""), None);
    }

    #[test]
    fn numbers_are_written() {
        let write = |text: &str, negative, before, behind| {
            let mut out = String::new();
            form(text).write(negative, before, behind, &mut out);
            out
        };
        assert_eq!(write("99G999D9S", true, "12454", "8"), "12,454.8-");
        assert_eq!(write("S99", true, "1", ""), " -1");
        assert_eq!(write("9.99", false, "", ""), "0.00");
        assert_eq!(write("9,999,999", false, "123", ""), "      123");
        assert_eq!(write("0,000,000", false, "123", ""), "0,000,123");
        assert_eq!(write("99", false, "454", ""), "##");
        assert_eq!(write("S$9G999D99", false, "12345", ""), "+$# ###.##");
        assert_eq!(write("9,999PR", true, "12345", ""), "<# ###>");
        assert_eq!(write("$9,999", false, "3", ""), "$    3");
        assert_eq!(write("MI$9,999", true, "34", ""), "-$   34");
        assert_eq!(write("9,999PR", true, "3", ""), "    <3>");
        assert_eq!(write("$99.99", false, "", "5"), "$ 0.50");
    }
}
