//! Tokens (XPath 1.0, section 3.7).
//!
//! Java's lexer only cuts: whether `*` or `div` is an operator is for the parser to say. It cuts by a
//! few marks, so that a name may have any other character, and a `-` behind a point of a number stays
//! with the number: `5.5-1` is one token, and no number.
//!
//! It also counts: an expression may have 10 groups and 100 operators. A group is a parenthesis that
//! opens right behind a mark. Operators are all marks but `)`, `]`, `,` and doubled ones, points that
//! are not doubled, and a few words before white space.

use crate::xpath::error::XPathError;

/// The most parentheses around expressions.
const MOST_GROUPS: usize = 10;

/// The most operators.
const MOST_OPERATORS: usize = 100;

/// Words that count as operators where white space follows.
const COUNTED: &[&str] = &[
    "or",
    "and",
    "div",
    "mod",
    "quo",
    "..",
    "::",
    "attribute",
    "child",
];

/// A token and its place in the expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// Cuts an expression into tokens. There is at least one.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, XPathError> {
    let mut lexer = Lexer {
        text,
        ..Lexer::default()
    };
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        if let quote @ ('"' | '\'') = c {
            lexer.end_word(at)?;
            let end = lexer.literal(at, quote)?;
            rest.by_ref()
                .take_while(|&(next, _)| next + 1 < end)
                .for_each(drop);
        } else {
            lexer.character(at, c)?;
        }
        lexer.check_limits(at)?;
    }
    lexer.end_word(text.len())?;
    if lexer.tokens.is_empty() {
        return Err(XPathError::new("The expression is empty.", 0));
    }
    Ok(lexer.tokens)
}

#[derive(Default)]
struct Lexer<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    /// Where the word began that is being read: a name or a number.
    word: Option<usize>,
    /// The last colon that is not cut yet.
    colon: Option<usize>,
    /// Whether all characters of the word are digits.
    in_digits: bool,
    /// Whether a word came behind the last operator.
    behind_word: bool,
    /// Whether `::` came behind the last operator.
    behind_axis: bool,
    groups: usize,
    operators: usize,
}

impl<'a> Lexer<'a> {
    fn character(&mut self, at: usize, c: char) -> Result<(), XPathError> {
        match c {
            ' ' | '\t' | '\n' | '\r' => {
                let plain = self.colon.is_none();
                if let Some(start) = self.word
                    && plain
                    && COUNTED.contains(&self.slice(start, at))
                {
                    self.count();
                }
                self.end_word(at)
            }
            '-' if self.word.is_some() && !self.in_digits => Ok(()),
            '@' | '-' | '(' | '[' | ')' | ']' | '|' | '/' | '*' | '+' | '=' | ',' | '\\' | '^'
            | '!' | '$' | '<' | '>' => {
                self.end_word(at)?;
                self.count_mark(at, c);
                self.push(at, at + 1);
                Ok(())
            }
            ':' if at > 0 && self.colon.is_some_and(|colon| colon + 1 == at) => {
                if let Some(start) = self.word.take().filter(|&start| start + 1 < at) {
                    self.push(start, at - 1);
                }
                self.colon = None;
                self.operators += 1;
                self.behind_axis = true;
                self.push(at - 1, at + 1);
                Ok(())
            }
            _ => {
                if c == ':' && at > 0 {
                    self.colon = Some(at);
                }
                self.behind_word = true;
                if c == '.'
                    && !(self.word.is_some() && self.in_digits)
                    && self.after(at) != Some('.')
                {
                    self.count();
                }
                let starts = self.word.is_none();
                self.in_digits = (starts || self.in_digits) && c.is_numeric();
                self.word.get_or_insert(at);
                Ok(())
            }
        }
    }

    /// Cuts a word off: a name with a prefix becomes three tokens.
    fn end_word(&mut self, end: usize) -> Result<(), XPathError> {
        let Some(start) = self.word.take() else {
            return Ok(());
        };
        let Some(colon) = self.colon.take() else {
            self.push(start, end);
            return Ok(());
        };
        if colon == start {
            return Err(XPathError::new(
                "A name is missing before the colon.",
                start,
            ));
        }
        self.push(start, colon);
        self.push(colon, colon + 1);
        if colon + 1 < end {
            self.push(colon + 1, end);
        }
        Ok(())
    }

    /// Cuts a literal off, and gives its end.
    fn literal(&mut self, start: usize, quote: char) -> Result<usize, XPathError> {
        let inside = self.text.get(start + 1..).unwrap_or_default();
        let Some(length) = inside.find(quote) else {
            let message = format!("The string has no closing {quote}.");
            return Err(XPathError::new(message, start));
        };
        let end = start + 1 + length + 1;
        self.push(start, end);
        Ok(end)
    }

    fn count_mark(&mut self, at: usize, c: char) {
        match c {
            '[' => self.count(),
            '(' => {
                if !self.behind_word {
                    self.groups += 1;
                }
                if !self.behind_word || !self.behind_axis {
                    self.count();
                }
            }
            '>' | '<' | '=' | '!' => {
                if self.after(at) != Some('=') {
                    self.count();
                }
                return;
            }
            '/' => {
                if self.after(at) != Some('/') {
                    self.count();
                }
            }
            ')' | ']' | ',' => return,
            '*' if self.behind_axis => {}
            _ => self.count(),
        }
        self.behind_axis = false;
    }

    fn count(&mut self) {
        self.operators += 1;
        self.behind_word = false;
    }

    fn check_limits(&self, at: usize) -> Result<(), XPathError> {
        let message = if self.groups > MOST_GROUPS {
            format!("The expression has more than {MOST_GROUPS} groups in parentheses.")
        } else if self.operators > MOST_OPERATORS {
            format!("The expression has more than {MOST_OPERATORS} operators.")
        } else {
            return Ok(());
        };
        Err(XPathError::new(message, at))
    }

    fn push(&mut self, start: usize, end: usize) {
        self.tokens.push(Token {
            text: self.slice(start, end),
            at: start,
        });
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn after(&self, at: usize) -> Option<char> {
        self.slice(at, self.text.len()).chars().nth(1)
    }
}
