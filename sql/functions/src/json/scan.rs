//! [`scan`]: a JSON text as a list of tokens.
//!
//! The text is looked at once, without recursion, by Jackson's rules: what stands behind the first
//! value is not looked at, and depth and length of numbers are bounded. A token of an object or an
//! array knows where its parts end, so that what nobody asks for is stepped over. Strings stay in the
//! text until they are asked for.

use std::borrow::Cow;

use super::options::Rules;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    /// The name of a field; its value is the next token.
    Name,
    Text,
    Integer,
    Float,
    True,
    False,
    Null,
}

/// A token: a piece of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Whether there are escapes between the quotes.
    escaped: bool,
    start: usize,
    end: usize,
    /// The token behind it and all of its parts.
    pub(crate) next: usize,
}

/// The tokens of one text.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    all: Vec<Token>,
    /// Objects and arrays that are open, and whether they are objects.
    open: Vec<(usize, bool)>,
}

/// A text that is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Tokens {
    pub(crate) fn get(&self, at: usize) -> Token {
        self.all[at]
    }
}

impl Token {
    /// The token as it stands in the text.
    pub(crate) fn raw<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether a string has more characters than allowed, in UTF-16; the few that may are counted.
    pub(crate) fn is_longer(&self, text: &str, most: usize) -> bool {
        self.kind == Kind::Text
            && self.end - self.start > most
            && self.text(text).encode_utf16().count() > most
    }

    /// Whether an escape stands for half of a surrogate pair without the other half.
    pub(crate) fn has_half_pair(&self, text: &str) -> bool {
        self.escaped && has_half_pair(self.raw(text))
    }

    /// What a string or a name says.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let inside = self.raw(text);
        match self.kind {
            Kind::Text | Kind::Name if self.escaped => Cow::Owned(unescaped(inside)),
            _ => Cow::Borrowed(inside),
        }
    }
}

/// Reads the first value of a text; `false` if there is none.
///
/// # Errors
/// If the text is no JSON, or is beyond a limit.
pub(crate) fn scan(text: &str, rules: &Rules, tokens: &mut Tokens) -> Result<bool, Malformed> {
    tokens.all.clear();
    tokens.open.clear();
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        text,
        at: 0,
        rules,
        tokens,
    };
    if text.starts_with('\u{feff}') {
        scanner.at = '\u{feff}'.len_utf8();
    }
    scanner.skip_blanks()?;
    if scanner.at == text.len() {
        return Ok(false);
    }
    scanner.document()?;
    Ok(true)
}

/// Bytes as text, as far as the first value goes: what stands behind it need not be UTF-8.
///
/// # Errors
/// The text with U+FFFD for what is no character, if the value is not UTF-8.
pub(super) fn decoded<'t>(
    record: &'t [u8],
    rules: &Rules,
    tokens: &mut Tokens,
) -> Result<&'t str, String> {
    let error = match std::str::from_utf8(record) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let valid = std::str::from_utf8(&record[..error.valid_up_to()]).unwrap_or_default();
    match scan(valid, rules, tokens) {
        Ok(true) => Ok(valid),
        _ => Err(replaced(record)),
    }
}

/// Text for messages. Java takes half of a surrogate pair, which is three bytes, for one mistake.
fn replaced(record: &[u8]) -> String {
    let mut plain = Vec::with_capacity(record.len());
    let mut rest = record;
    while let [first, behind @ ..] = rest {
        match rest {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, behind @ ..] => {
                plain.push(0xff);
                rest = behind;
            }
            _ => {
                plain.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

struct Scanner<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    rules: &'a Rules,
    tokens: &'a mut Tokens,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Malformed> {
        self.value()?;
        while let Some((opened, is_object)) = self.tokens.open.last().copied() {
            self.skip_blanks()?;
            let first = self.tokens.all.len() == opened + 1;
            let close = if is_object { b'}' } else { b']' };
            match self.peek()? {
                byte if byte == close => {
                    self.at += 1;
                    self.close(opened);
                    continue;
                }
                b',' if !first => {
                    self.at += 1;
                    self.skip_blanks()?;
                }
                _ if first => {}
                _ => return Err(Malformed),
            }
            if is_object {
                self.name()?;
            }
            self.value()?;
        }
        Ok(())
    }

    fn close(&mut self, opened: usize) {
        let next = self.tokens.all.len();
        let token = &mut self.tokens.all[opened];
        (token.end, token.next) = (self.at, next);
        self.tokens.open.pop();
    }

    fn peek(&self) -> Result<u8, Malformed> {
        self.bytes.get(self.at).copied().ok_or(Malformed)
    }

    fn skip_blanks(&mut self) -> Result<(), Malformed> {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' if self.rules.comments => self.comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Malformed> {
        let rest = &self.text[self.at..];
        let length = if let Some(inside) = rest.strip_prefix("/*") {
            inside.find("*/").ok_or(Malformed)? + 4
        } else if rest.starts_with("//") {
            rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else {
            return Err(Malformed);
        };
        self.at += length;
        Ok(())
    }

    fn push(&mut self, kind: Kind, escaped: bool, start: usize, end: usize) {
        let next = self.tokens.all.len() + 1;
        self.tokens.all.push(Token {
            kind,
            escaped,
            start,
            end,
            next,
        });
    }

    fn name(&mut self) -> Result<(), Malformed> {
        match self.peek()? {
            b'"' => self.quoted(Kind::Name, b'"')?,
            b'\'' if self.rules.single_quotes => self.quoted(Kind::Name, b'\'')?,
            _ if self.rules.unquoted_names => {
                let rest = &self.text[self.at..];
                let is_part = |c: char| c.is_alphanumeric() || "_$@#*-+".contains(c);
                let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                if length == 0 {
                    return Err(Malformed);
                }
                self.push(Kind::Name, false, self.at, self.at + length);
                self.at += length;
            }
            _ => return Err(Malformed),
        }
        self.skip_blanks()?;
        match self.peek()? {
            b':' => self.at += 1,
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn value(&mut self) -> Result<(), Malformed> {
        self.skip_blanks()?;
        match self.peek()? {
            b'{' => self.open(Kind::Object),
            b'[' => self.open(Kind::Array),
            b'"' => self.quoted(Kind::Text, b'"'),
            b'\'' if self.rules.single_quotes => self.quoted(Kind::Text, b'\''),
            b't' => self.word("true", Kind::True),
            b'f' => self.word("false", Kind::False),
            b'n' => self.word("null", Kind::Null),
            _ => self.number(),
        }
    }

    fn open(&mut self, kind: Kind) -> Result<(), Malformed> {
        if self.tokens.open.len() >= self.rules.depth {
            return Err(Malformed);
        }
        let opened = self.tokens.all.len();
        self.tokens.open.push((opened, kind == Kind::Object));
        self.push(kind, false, self.at, self.at);
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), Malformed> {
        let rest = self.text[self.at..].strip_prefix(word).ok_or(Malformed)?;
        if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            return Err(Malformed);
        }
        self.push(kind, false, self.at, self.at + word.len());
        self.at += word.len();
        Ok(())
    }

    fn quoted(&mut self, kind: Kind, quote: u8) -> Result<(), Malformed> {
        let start = self.at + 1;
        let (mut at, mut escaped) = (start, false);
        loop {
            match *self.bytes.get(at).ok_or(Malformed)? {
                byte if byte == quote => break,
                b'\\' => {
                    escaped = true;
                    at += self.escape(at)?;
                }
                byte if byte < b' ' && !self.rules.control_chars => return Err(Malformed),
                _ => at += 1,
            }
        }
        self.push(kind, escaped, start, at);
        self.at = at + 1;
        Ok(())
    }

    /// The length of the escape that begins here.
    fn escape(&self, at: usize) -> Result<usize, Malformed> {
        match *self.bytes.get(at + 1).ok_or(Malformed)? {
            b'b' | b't' | b'n' | b'f' | b'r' | b'"' | b'/' | b'\\' => Ok(2),
            b'u' => {
                let digits = self.bytes.get(at + 2..at + 6).ok_or(Malformed)?;
                match digits.iter().all(u8::is_ascii_hexdigit) {
                    true => Ok(6),
                    false => Err(Malformed),
                }
            }
            b'\'' if self.rules.single_quotes => Ok(2),
            _ if self.rules.any_escapes => {
                let escaped = self.text[at + 1..].chars().next();
                Ok(1 + escaped.map_or(1, char::len_utf8))
            }
            _ => Err(Malformed),
        }
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        let mut at = start + usize::from(self.bytes[start] == b'-');
        let digits = |from: usize| {
            let rest = self.bytes.get(from..).unwrap_or_default();
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let whole = digits(at);
        if whole == 0 {
            return self.word_for_a_number(start);
        }
        if whole > 1 && self.bytes[at] == b'0' && !self.rules.leading_zeros {
            return Err(Malformed);
        }
        at += whole;
        let mut kind = Kind::Integer;
        let mut length = whole;
        if self.bytes.get(at) == Some(&b'.') {
            let fraction = digits(at + 1);
            if fraction == 0 {
                return Err(Malformed);
            }
            (kind, at, length) = (Kind::Float, at + 1 + fraction, length + fraction);
        }
        if matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            let signed = matches!(self.bytes.get(at + 1), Some(b'+' | b'-'));
            let from = at + 1 + usize::from(signed);
            let exponent = digits(from);
            if exponent == 0 {
                return Err(Malformed);
            }
            (kind, at, length) = (Kind::Float, from + exponent, length + exponent);
        }
        if length > self.rules.number_length {
            return Err(Malformed);
        }
        let at_root = self.tokens.open.is_empty();
        if at_root
            && !matches!(
                self.bytes.get(at),
                None | Some(b' ' | b'\t' | b'\n' | b'\r')
            )
        {
            return Err(Malformed);
        }
        self.push(kind, false, start, at);
        self.at = at;
        Ok(())
    }

    /// `NaN`, `Infinity` and their kin.
    fn word_for_a_number(&mut self, start: usize) -> Result<(), Malformed> {
        const WORDS: [&str; 7] = [
            "NaN",
            "Infinity",
            "-Infinity",
            "+Infinity",
            "-INF",
            "+INF",
            "INF",
        ];
        let word = WORDS
            .iter()
            .find(|word| self.text[start..].starts_with(**word))
            .filter(|_| self.rules.non_numeric)
            .ok_or(Malformed)?;
        self.word(word, Kind::Float)
    }
}

/// What is meant by a string with escapes that [`scan`] has found right. Half of a surrogate pair is
/// a question mark, as in Java's bytes of it.
fn unescaped(inside: &str) -> String {
    let mut found = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        found.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        match c {
            'b' => found.push('\u{8}'),
            'f' => found.push('\u{c}'),
            'n' => found.push('\n'),
            'r' => found.push('\r'),
            't' => found.push('\t'),
            'u' => {
                let (c, length) = unit(rest);
                found.push(c.unwrap_or('?'));
                rest = &rest[length..];
            }
            other => found.push(other),
        }
    }
    found.push_str(rest);
    found
}

/// Whether one of the escapes is half of a surrogate pair alone.
fn has_half_pair(inside: &str) -> bool {
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        rest = &rest[at + 1..];
        if let Some(digits) = rest.strip_prefix('u') {
            let (c, length) = unit(digits);
            if c.is_none() {
                return true;
            }
            rest = &digits[length..];
        } else if let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
        }
    }
    false
}

/// The character that four digits stand for, or with another escape behind them, and the length;
/// none for half of a pair.
fn unit(rest: &str) -> (Option<char>, usize) {
    let code = |at: usize| {
        let digits = rest.get(at..at + 4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(high) = code(0) else {
        return (None, 0);
    };
    if let Some(c) = char::from_u32(high.into()) {
        return (Some(c), 4);
    }
    let low = match rest.get(4..6) {
        Some("\\u") => code(6),
        _ => None,
    };
    match low.map(|low| char::decode_utf16([high, low]).next()) {
        Some(Some(Ok(c))) => (Some(c), 10),
        _ => (None, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, rules: &Rules) -> Option<Vec<(Kind, String)>> {
        let mut tokens = Tokens::default();
        scan(text, rules, &mut tokens).ok()?;
        let all = tokens.all.iter();
        Some(all.map(|t| (t.kind, t.text(text).into_owned())).collect())
    }

    #[test]
    fn values_are_tokens() {
        let rules = Rules::default();
        let found = tokens(
            r#" {"a": [1, -2.5e3, "x\u00e9\n"], 'b': null} rest"#,
            &rules,
        );
        let kinds: Vec<Kind> = found.expect("JSON").iter().map(|(kind, _)| *kind).collect();
        use Kind::{Array, Float, Integer, Name, Null, Object, Text};
        assert_eq!(
            kinds,
            [Object, Name, Array, Integer, Float, Text, Name, Null]
        );
        assert_eq!(
            tokens(r#""\ud83d\ude00 \ud83d x\/""#, &rules).expect("JSON")[0].1,
            "😀 ? x/"
        );
        assert_eq!(tokens("  ", &rules).expect("nothing").len(), 0);
    }

    #[test]
    fn what_is_no_json() {
        let rules = Rules::default();
        for text in [
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "[1 2]",
            "{a:1}",
            "[007]",
            "[+1]",
            "[.5]",
            "[5.]",
            "[1e]",
            "\"a",
            "\"\\q\"",
            "\"\t\"",
            "tru",
            "nullx",
            "1x",
            "/* */ 1",
            "[,1]",
            "\"\\u12\"",
            "]",
            "\0{}",
        ] {
            assert!(tokens(text, &rules).is_none(), "{text}");
        }
    }

    #[test]
    fn rules_let_more_through() {
        let rules = Rules {
            comments: true,
            unquoted_names: true,
            leading_zeros: true,
            any_escapes: true,
            control_chars: true,
            ..Rules::default()
        };
        for text in ["/* */ 1", "{a$:1 // x\n}", "[007]", "\"\\q\"", "\"\t\""] {
            assert!(tokens(text, &rules).is_some(), "{text}");
        }
    }

    #[test]
    fn depth_and_numbers_are_bounded() {
        let rules = Rules::default();
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(tokens(&nested(1000), &rules).is_some());
        assert!(tokens(&nested(1001), &rules).is_none());
        assert!(tokens(&nested(1_000_000), &rules).is_none());
        assert!(tokens(&"1".repeat(1000), &rules).is_some());
        assert!(tokens(&"1".repeat(1001), &rules).is_none());
    }
}
