//! Texts of several statements, and what programs that show text need to know of its tokens.
//!
//! Both stand on the lexer that statements are read with, so a semicolon in a string, a quoted name
//! or a comment ends nothing, and a word is coloured as what it will be read as. A text that is still
//! being written may end inside of a string or comment: that is said, and is no error here.

use std::ops::Range;

use crate::lexer::{Token, TokenKind, UnclosedComment, tokenize};

/// A text cut at its semicolons. Ranges are offsets in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// The statements that a semicolon ends: from the first token to the last, without comments
    /// around them and without the semicolon. Statements without any token are left out.
    pub ended: Vec<Range<usize>>,
    /// What follows the last semicolon, if there is any token or an open comment.
    pub rest: Option<Range<usize>>,
    /// Whether the text ends inside of a string, a quoted name or a comment. No semicolon in there
    /// has ended anything.
    pub is_open: bool,
}

impl Script {
    /// All statements, the last one too when no semicolon ends it.
    pub fn statements(&self) -> impl Iterator<Item = Range<usize>> {
        self.ended.iter().chain(&self.rest).cloned()
    }
}

/// Cuts a text into its statements.
///
/// ```
/// use flint_sql_parser::split_script;
/// let text = "SELECT ';' -- not; here\n; SELECT 2";
/// let script = split_script(text);
/// let pieces: Vec<&str> = script.statements().map(|piece| &text[piece]).collect();
/// assert_eq!(pieces, ["SELECT ';'", "SELECT 2"]);
/// assert_eq!(script.ended.len(), 1);
/// assert!(split_script("SELECT 'it").is_open);
/// ```
pub fn split_script(text: &str) -> Script {
    let (tokens, open) = tokens_of(text);
    let mut script = Script {
        is_open: open.is_some(),
        ..Script::default()
    };
    let mut statement: Option<Range<usize>> = None;
    for token in tokens {
        let range = token.start as usize..token.end as usize;
        match &mut statement {
            _ if token.kind == TokenKind::Sign && &text[range.clone()] == ";" => {
                script.ended.extend(statement.take());
            }
            Some(statement) => statement.end = range.end,
            None => statement = Some(range),
        }
    }
    script.rest = match (statement, open) {
        (statement, Some(open)) => Some(statement.map_or(open, |known| known.start)..text.len()),
        (statement, None) => statement,
    };
    script
}

/// What a piece of a text is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenClass {
    /// A keyword or a name without quotes. Nearly every keyword is allowed as a name, so only what
    /// stands around a word tells which it is.
    Word,
    /// A name in backquotes.
    QuotedName,
    /// A string, in whichever quotes.
    String,
    /// A number, with its suffix.
    Number,
    /// An operator, a bracket, a comma or the like, and characters that are nothing.
    Sign,
    /// A comment, or a hint with all that is in it.
    Comment,
}

/// The tokens of a text with what each is, in their order; blanks are between them. A string, name or
/// comment that is not closed goes to the end of the text.
///
/// ```
/// use flint_sql_parser::{TokenClass, classify_tokens};
/// let classes: Vec<TokenClass> = classify_tokens("SELECT 1 -- one").map(|(_, class)| class).collect();
/// assert_eq!(classes, [TokenClass::Word, TokenClass::Number, TokenClass::Comment]);
/// ```
pub fn classify_tokens(text: &str) -> impl Iterator<Item = (Range<usize>, TokenClass)> {
    let (tokens, open) = tokens_of(text);
    let mut pieces = Vec::with_capacity(tokens.len());
    let (mut at, mut hint) = (0, None);
    for token in tokens {
        let range = token.start as usize..token.end as usize;
        pieces.extend(comment(text, at..range.start).filter(|_| hint.is_none()));
        at = range.end;
        match (token.kind, hint) {
            (TokenKind::HintStart, _) => hint = Some(range.start),
            (TokenKind::HintEnd, Some(start)) => {
                pieces.push((start..range.end, TokenClass::Comment));
                hint = None;
            }
            (_, Some(_)) => {}
            (kind, None) => pieces.push((range, class_of(kind))),
        }
    }
    let end = open.unwrap_or(text.len());
    pieces.extend(hint.map(|start| (start..end, TokenClass::Comment)));
    pieces.extend(comment(text, at..end).filter(|_| hint.is_none()));
    pieces.extend(open.map(|start| (start..text.len(), open_class(&text[start..]))));
    pieces.into_iter()
}

/// The tokens up to what is not closed, without the end's, and where that begins.
fn tokens_of(text: &str) -> (Vec<Token>, Option<usize>) {
    let (mut tokens, mut open) = match tokenize(text) {
        Ok(tokens) => (tokens, None),
        // Up to there every comment is closed.
        Err(UnclosedComment(start)) => (tokenize(&text[..start]).unwrap_or_default(), Some(start)),
    };
    tokens.retain(|token| token.kind != TokenKind::End);
    let quote = tokens.iter().position(|token| {
        token.kind == TokenKind::Unknown
            && text[token.start as usize..].starts_with(['\'', '"', '`'])
    });
    if let Some(quote) = quote {
        open = Some(tokens[quote].start as usize);
        tokens.truncate(quote);
    }
    (tokens, open)
}

/// The comments between two tokens as one piece.
fn comment(text: &str, between: Range<usize>) -> Option<(Range<usize>, TokenClass)> {
    let gap = &text[between.clone()];
    let start = between.start + (gap.len() - gap.trim_start().len());
    let end = start + gap.trim().len();
    (start < end).then_some((start..end, TokenClass::Comment))
}

fn class_of(kind: TokenKind) -> TokenClass {
    match kind {
        TokenKind::Word => TokenClass::Word,
        TokenKind::Quoted => TokenClass::QuotedName,
        TokenKind::Single | TokenKind::Double | TokenKind::Raw => TokenClass::String,
        TokenKind::Integer | TokenKind::Decimal | TokenKind::Exponent | TokenKind::Suffixed => {
            TokenClass::Number
        }
        TokenKind::HintStart | TokenKind::HintEnd => TokenClass::Comment,
        TokenKind::Sign | TokenKind::Unknown | TokenKind::End => TokenClass::Sign,
    }
}

fn open_class(rest: &str) -> TokenClass {
    match rest.as_bytes().first() {
        Some(b'`') => TokenClass::QuotedName,
        Some(b'/') => TokenClass::Comment,
        _ => TokenClass::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split_script(text)
            .statements()
            .map(|piece| &text[piece])
            .collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_end_nothing() {
        let text = "-- a; b\nSELECT ';', \";\", `;`, r';' /* ; /* ; */ ; */ FROM t;\n;; SELECT /*+ X */ 2;";
        assert_eq!(
            pieces(text),
            [
                "SELECT ';', \";\", `;`, r';' /* ; /* ; */ ; */ FROM t",
                "SELECT /*+ X */ 2"
            ]
        );
        assert_eq!(split_script(text).rest, None);
        assert_eq!(pieces(" -- nothing\n ; "), Vec::<&str>::new());
    }

    #[test]
    fn what_is_open_takes_the_rest() {
        for open in ["'a; b", "\"a; b", "`a; b", "/* a; b", "'it\\'s; /* x"] {
            let text = format!("SELECT 1; SELECT {open}");
            let script = split_script(&text);
            assert!(script.is_open, "{open}");
            assert_eq!(script.ended, vec![Range { start: 0, end: 8 }], "{open}");
            assert_eq!(script.rest, Some(10..text.len()), "{open}");
        }
        // A comment alone is a rest as well: its end is still to come.
        assert_eq!(split_script("SELECT 1; /* x").rest, Some(10..14));
        assert!(!split_script("SELECT 1; -- it's").is_open);
    }

    #[test]
    fn pieces_have_classes() {
        use TokenClass::{Comment, Number, QuotedName, Sign, String, Word};
        let text = "/* c */ SELECT /*+ H(a) */ `n`, 1.5e3D, 'x' -- end";
        let found: Vec<_> = classify_tokens(text)
            .map(|(range, class)| (&text[range], class))
            .collect();
        let expected = [
            ("/* c */", Comment),
            ("SELECT", Word),
            ("/*+ H(a) */", Comment),
            ("`n`", QuotedName),
            (",", Sign),
            ("1.5e3D", Number),
            (",", Sign),
            ("'x'", String),
            ("-- end", Comment),
        ];
        assert_eq!(found, expected);
        let last = |text| classify_tokens(text).last();
        assert_eq!(last("a 'b c"), Some((2..6, String)));
        assert_eq!(last("a `b c"), Some((2..6, QuotedName)));
        assert_eq!(last("a /* b c"), Some((2..8, Comment)));
        assert_eq!(last("a /*+ b c"), Some((2..9, Comment)));
    }
}
