//! Text to tokens, by Spark's lexical rules.
//!
//! Flint has its own lexer because sqlparser 0.62's tokenizer, tried with its Spark dialect, loses
//! what Spark's grammar needs: positions are lines and columns without byte offsets (pieces of text
//! name columns and errors); hints (`/*+ .. */`) come back as comments; `1.5BD`, `2S`, `1e3D` and names
//! that start with digits (`1a`) fall into two tokens; `r'..'` and `x:y` do as well; a letter beyond
//! ASCII and an open quote are errors of the tokenizer, where Spark goes on to report a syntax error
//! at that very token or another condition. Each would need repair by position, and the repairs
//! together are larger than this file.
//!
//! A token is a kind and two offsets. Words are not told apart from keywords: nearly every keyword of
//! Spark is allowed as a name, so the grammar asks for the word it wants. `>>` is two tokens, as
//! `array<array<int>>` needs. Longest match wins, as in Spark: `1a` is a name, `1L` a number, `a.1b`
//! is a, dot, 1b.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or keyword without quotes.
    Word,
    /// A name in backquotes.
    Quoted,
    /// A string in single quotes, escapes and all.
    Single,
    /// A string in double quotes.
    Double,
    /// A string `r'..'` or `r".."`, without escapes.
    Raw,
    /// Digits.
    Integer,
    /// Digits with a point.
    Decimal,
    /// Digits with an exponent, with or without a point.
    Exponent,
    /// A number with a suffix: `L`, `S`, `Y`, `F`, `D`, `BD`.
    Suffixed,
    /// A sign of one to three characters.
    Sign,
    /// `/*+`.
    HintStart,
    /// `*/` inside a hint.
    HintEnd,
    /// A character that starts no token, and an open quote.
    Unknown,
    /// The end of the text.
    End,
}

/// A token: its kind and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A comment that is not closed, by the offset of its start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnclosedComment(pub(crate) usize);

/// Signs of more than one character, longer ones before those that start them.
const SIGNS: [&str; 14] = [
    "<=>", "<=", "<>", "!=", "==", "!>", "!<", "<<", "||", "|>", "->", "=>", "::", ">=",
];

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    in_hint: bool,
}

/// Splits `text` into tokens; the last is [`TokenKind::End`].
pub(crate) fn tokenize(text: &str) -> Result<Vec<Token>, UnclosedComment> {
    let mut lexer = Lexer {
        text,
        at: 0,
        in_hint: false,
    };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 2);
    loop {
        lexer.skip_blanks()?;
        let start = lexer.at;
        let kind = lexer.next_kind();
        tokens.push(Token {
            kind,
            start: start as u32,
            end: lexer.at as u32,
        });
        if kind == TokenKind::End {
            return Ok(tokens);
        }
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }

    fn skip_blanks(&mut self) -> Result<(), UnclosedComment> {
        loop {
            self.skip_while(|c| c.is_whitespace() || c == '\u{feff}');
            let rest = self.rest();
            if rest.starts_with("--") {
                self.skip_line();
            } else if rest.starts_with("/*") && !rest.starts_with("/*+") {
                self.skip_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Skips to the end of the line; a backslash before it carries the comment on.
    fn skip_line(&mut self) {
        while let Some(length) = self.rest().find('\n') {
            let carried = self.rest()[..length].ends_with('\\');
            self.at += length + 1;
            if !carried {
                return;
            }
        }
        self.at = self.text.len();
    }

    /// Skips a comment and those inside it.
    fn skip_comment(&mut self) -> Result<(), UnclosedComment> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        while self.at + 1 < bytes.len() {
            match &bytes[self.at..self.at + 2] {
                b"/*" => {
                    depth += 1;
                    self.at += 2;
                }
                b"*/" => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => self.at += 1,
            }
        }
        Err(UnclosedComment(start))
    }

    fn next_kind(&mut self) -> TokenKind {
        let Some(first) = self.peek() else {
            return TokenKind::End;
        };
        match first {
            '`' => self.quoted('`', TokenKind::Quoted),
            '\'' => self.quoted('\'', TokenKind::Single),
            '"' => self.quoted('"', TokenKind::Double),
            'r' | 'R' if self.is_raw_string() => self.raw_string(),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.fraction().unwrap_or_else(|| self.sign())
            }
            c if c.is_ascii_digit() => self.number(),
            c if is_word(c) => self.word(),
            _ => self.sign(),
        }
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_while(is_word);
        let letters = self.text[start..self.at].chars().all(char::is_alphabetic);
        let path = |c: char| is_word(c) || "/-.?=&#%".contains(c);
        if letters && self.rest().starts_with("://") && self.rest()[3..].starts_with(path) {
            self.at += 3;
            self.skip_while(path);
        }
        TokenKind::Word
    }

    /// A name or string that ends at `quote`, which is doubled inside; strings have backslashes too.
    fn quoted(&mut self, quote: char, kind: TokenKind) -> TokenKind {
        let escapes = quote != '`';
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, c)) = chars.next() {
            if escapes && c == '\\' {
                chars.next();
            } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
                self.at += offset + 1;
                return kind;
            }
        }
        self.at += 1;
        TokenKind::Unknown
    }

    fn is_raw_string(&self) -> bool {
        let mut rest = self.rest()[1..].chars();
        matches!(rest.next(), Some(quote @ ('\'' | '"')) if rest.any(|c| c == quote))
    }

    fn raw_string(&mut self) -> TokenKind {
        let quote = self.text.as_bytes()[self.at + 1] as char;
        let inside = &self.rest()[2..];
        self.at += 2 + inside.find(quote).map_or(inside.len(), |length| length + 1);
        TokenKind::Raw
    }

    fn number(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_while(|c| c.is_ascii_digit());
        let integer_end = self.at;
        let kind = self.number_tail(TokenKind::Integer);
        if !self.peek().is_some_and(is_word) && kind != TokenKind::Integer {
            return kind;
        }
        if self.at == integer_end && self.peek() == Some('.') {
            self.at += 1;
            self.skip_while(|c| c.is_ascii_digit());
            let point_end = self.at;
            let kind = self.number_tail(TokenKind::Decimal);
            if !self.peek().is_some_and(is_word) {
                return kind;
            }
            if kind != TokenKind::Decimal {
                self.at = point_end;
            }
            // No number ends before a letter: the digits before the point stand alone.
            self.at = integer_end;
            return TokenKind::Integer;
        }
        self.at = integer_end;
        if self.peek().is_some_and(is_word) {
            self.at = start;
            return self.word();
        }
        TokenKind::Integer
    }

    /// `.5`, when no letter follows it.
    fn fraction(&mut self) -> Option<TokenKind> {
        let start = self.at;
        self.at += 1;
        self.skip_while(|c| c.is_ascii_digit());
        let kind = self.number_tail(TokenKind::Decimal);
        if self.peek().is_some_and(is_word) {
            self.at = start;
            return None;
        }
        Some(kind)
    }

    /// An exponent and a suffix, if there are any. Moves past what belongs to the number.
    fn number_tail(&mut self, mut kind: TokenKind) -> TokenKind {
        let bytes = self.text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            let signed = matches!(bytes.get(self.at + 1), Some(b'+' | b'-'));
            let digits = self.at + 1 + usize::from(signed);
            if digit(digits) {
                self.at = digits;
                self.skip_while(|c| c.is_ascii_digit());
                kind = TokenKind::Exponent;
            }
        }
        let whole = kind == TokenKind::Integer;
        let rest = self.rest();
        let after = |length: usize| rest[length..].chars().next();
        let suffix = match rest.as_bytes().first() {
            Some(b'b' | b'B') if matches!(rest.as_bytes().get(1), Some(b'd' | b'D')) => 2,
            Some(b'd' | b'D' | b'f' | b'F') => 1,
            Some(b'l' | b'L' | b's' | b'S' | b'y' | b'Y') if whole => 1,
            _ => 0,
        };
        if suffix > 0 && !after(suffix).is_some_and(is_word) {
            self.at += suffix;
            return TokenKind::Suffixed;
        }
        kind
    }

    fn sign(&mut self) -> TokenKind {
        let rest = self.rest();
        if rest.starts_with("/*+") {
            self.at += 3;
            self.in_hint = true;
            return TokenKind::HintStart;
        }
        if self.in_hint && rest.starts_with("*/") {
            self.at += 2;
            self.in_hint = false;
            return TokenKind::HintEnd;
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            return TokenKind::Sign;
        }
        let first = rest.chars().next().unwrap_or_default();
        self.at += first.len_utf8();
        if "()[]{},;.:+-*/%&|^~=<>!?@".contains(first) {
            TokenKind::Sign
        } else {
            TokenKind::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::{
        Decimal, Double, End, Exponent, HintEnd, HintStart, Integer, Quoted, Raw, Sign, Single,
        Suffixed, Unknown, Word,
    };
    use super::*;

    fn lex(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = tokenize(text).expect("comments are closed");
        let pieces = tokens.iter().filter(|token| token.kind != End);
        pieces
            .map(|t| (t.kind, &text[t.start as usize..t.end as usize]))
            .collect()
    }

    #[test]
    fn numbers_take_the_longest_match() {
        for (text, kind) in [
            ("1", Integer),
            ("1L", Suffixed),
            ("2s", Suffixed),
            ("3Y", Suffixed),
            ("1.5BD", Suffixed),
            ("2.0F", Suffixed),
            ("1e3D", Suffixed),
            ("1e3", Exponent),
            ("1.", Decimal),
            (".5", Decimal),
            (".5e-3", Exponent),
            ("1a", Word),
            ("1e", Word),
            ("1La", Word),
            ("1_000", Word),
            ("12e3x", Word),
        ] {
            assert_eq!(lex(text), [(kind, text)], "{text}");
        }
        assert_eq!(lex("a.1b"), [(Word, "a"), (Sign, "."), (Word, "1b")]);
        assert_eq!(lex("a.1"), [(Word, "a"), (Decimal, ".1")]);
        assert_eq!(lex("1.a"), [(Integer, "1"), (Sign, "."), (Word, "a")]);
    }

    #[test]
    fn quotes_double_and_escape() {
        assert_eq!(
            lex("'a''b' 'c\\'d'"),
            [(Single, "'a''b'"), (Single, "'c\\'d'")]
        );
        assert_eq!(lex("`a``b`\"x\""), [(Quoted, "`a``b`"), (Double, "\"x\"")]);
        assert_eq!(
            lex("r'a\\' R\"b\" r"),
            [(Raw, "r'a\\'"), (Raw, "R\"b\""), (Word, "r")]
        );
        assert_eq!(lex("'a"), [(Unknown, "'"), (Word, "a")]);
    }

    #[test]
    fn comments_nest_and_hints_do_not_vanish() {
        assert_eq!(
            lex("a -- x\nb /* /* */ */ c"),
            [(Word, "a"), (Word, "b"), (Word, "c")]
        );
        assert_eq!(lex("a -- x \\\n y\nb"), [(Word, "a"), (Word, "b")]);
        let hint = [
            (HintStart, "/*+"),
            (Word, "x"),
            (HintEnd, "*/"),
            (Sign, "*"),
        ];
        assert_eq!(lex("/*+ x */ *"), hint);
        assert_eq!(tokenize("a /* b"), Err(UnclosedComment(2)));
    }

    #[test]
    fn signs_take_the_longest_match() {
        let signs: Vec<_> = lex("<=> |> || -> => :: != >> é x:y")
            .iter()
            .map(|t| t.1)
            .collect();
        let expected = [
            "<=>", "|>", "||", "->", "=>", "::", "!=", ">", ">", "é", "x", ":", "y",
        ];
        assert_eq!(signs, expected);
    }
}
