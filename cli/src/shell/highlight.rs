//! Colours of a statement while it is typed.

use flint_sql::{TokenClass, classify_tokens};

use super::keywords;

const KEYWORD: &str = "\u{1b}[1;34m";
const FUNCTION: &str = "\u{1b}[36m";
const STRING: &str = "\u{1b}[32m";
const NUMBER: &str = "\u{1b}[35m";
const COMMENT: &str = "\u{1b}[90m";
const PLAIN: &str = "\u{1b}[0m";

/// The text with colours. Without them it is the same text: nothing is added that takes room.
pub(super) fn coloured(text: &str) -> String {
    if super::meta::is_command(text.trim_start()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for (range, class) in classify_tokens(text) {
        out.push_str(&text[at..range.start]);
        let piece = &text[range.clone()];
        match colour(piece, class, &text[range.end..]) {
            // An editor ends a colour at the end of a line, so each line begins it anew.
            Some(colour) => {
                let lines = piece
                    .split('\n')
                    .map(|line| format!("{colour}{line}{PLAIN}"));
                out.push_str(&lines.collect::<Vec<_>>().join("\n"));
            }
            None => out.push_str(piece),
        }
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

fn colour(piece: &str, class: TokenClass, after: &str) -> Option<&'static str> {
    match class {
        TokenClass::Word if keywords::contains(piece) => Some(KEYWORD),
        TokenClass::Word if after.starts_with('(') => Some(FUNCTION),
        TokenClass::String => Some(STRING),
        TokenClass::Number => Some(NUMBER),
        TokenClass::Comment => Some(COMMENT),
        TokenClass::Word | TokenClass::QuotedName | TokenClass::Sign => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without its colours.
    fn bare(text: &str) -> String {
        [KEYWORD, FUNCTION, STRING, NUMBER, COMMENT, PLAIN]
            .iter()
            .fold(text.to_owned(), |text, colour| text.replace(colour, ""))
    }

    #[test]
    fn pieces_have_colours() {
        let found = coloured("select upper(a), 'x', 1 -- y");
        let expected = format!(
            "{KEYWORD}select{PLAIN} {FUNCTION}upper{PLAIN}(a), {STRING}'x'{PLAIN}, \
             {NUMBER}1{PLAIN} {COMMENT}-- y{PLAIN}"
        );
        assert_eq!(found, expected);
    }

    #[test]
    fn nothing_but_colours_is_added() {
        for text in [
            "",
            "  SELECT\n\t1 ;  ",
            "select 'open\nstring",
            "/* open\n\ncomment",
            "`a` é ٣ 日本 \u{1F600} $$ 'x",
            ".mode csv",
        ] {
            assert_eq!(bare(&coloured(text)), text);
        }
    }
}
