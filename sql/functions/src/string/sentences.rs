//! `sentences`: text as sentences of words.
//!
//! A sentence ends behind `.`, `!` or `?` (and signs that close) before a blank, unless a small letter or
//! a digit follows a full stop; and at the end of a paragraph. Words are letters and digits, with
//! single signs between letters or digits kept as Java's word breaks have it; Chinese signs, Hiragana and
//! Katakana are words apart from each other and from letters. Language and country are not looked at:
//! the rules are those of languages with blanks.

use std::sync::Arc;

use arrow::array::{ListBuilder, StringBuilder};
use arrow::datatypes::{DataType as ArrowType, Field};
use flint_sql_spec::Result;

use crate::each::kernel;
use crate::scalar::{Kernel, Scalar};

pub(super) const FUNCTIONS: &[Scalar] = &[Scalar::new("sentences", |_| sentences())];

fn sentences() -> Result<Kernel> {
    kernel(|args| {
        let text = args.strings(0)?;
        let word = Field::new_list_field(ArrowType::Utf8, false);
        let words = ListBuilder::new(StringBuilder::new()).with_field(word);
        let sentence = ArrowType::List(Arc::new(Field::new_list_field(ArrowType::Utf8, false)));
        let mut column = ListBuilder::new(words).with_field(Field::new_list_field(sentence, false));
        for row in 0..args.rows() {
            let text = text.get(row);
            for sentence in text.map(sentences_of).unwrap_or_default() {
                let words = column.values();
                for word in words_of(sentence) {
                    words.values().append_value(word);
                }
                words.append(true);
            }
            column.append(text.is_some());
        }
        Ok(Arc::new(column.finish()))
    })
}

/// The sentences of a text, with the blanks behind them.
fn sentences_of(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '\u{2029}') {
            continue;
        }
        let is = |c: Option<&(usize, char)>, test: fn(char) -> bool| c.is_some_and(|c| test(c.1));
        while is(chars.peek(), |c| "\"')]}.!?\u{201d}\u{2019}".contains(c)) {
            chars.next();
        }
        let blanks_from = chars.peek().map(|next| next.0);
        while is(chars.peek(), char::is_whitespace) {
            chars.next();
        }
        let Some(&(next, after)) = chars.peek() else {
            break;
        };
        let goes_on = c == '.' && (after.is_lowercase() || after.is_numeric());
        if blanks_from != Some(next) && !goes_on {
            found.push(&text[start..next]);
            start = next;
        }
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

/// The words of a sentence.
fn words_of(sentence: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut last = ' ';
    let mut chars = sentence.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |next| next.1);
        let goes_on = c.is_alphanumeric() && script(last) == script(c) || joins(last, c, next);
        if !goes_on && let Some(start) = start.take() {
            words.push(&sentence[start..at]);
        }
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        }
        last = c;
    }
    words.extend(start.map(|start| &sentence[start..]));
    words
}

/// Which characters make words with each other. What joins letters goes on with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Letters,
    Chinese,
    Hiragana,
    Katakana,
}

fn script(c: char) -> Script {
    match c {
        '\u{3041}'..='\u{309f}' => Script::Hiragana,
        '\u{30a1}'..='\u{30fa}' | '\u{30fd}'..='\u{30ff}' => Script::Katakana,
        '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Script::Chinese,
        '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => Script::Chinese,
        _ => Script::Letters,
    }
}

/// Whether a sign between two characters keeps them one word: `isn't`, `c-d`, `1,000`, `y.com`.
fn joins(before: char, sign: char, after: char) -> bool {
    let letters = before.is_alphabetic() && after.is_alphabetic();
    let digits = before.is_numeric() && after.is_numeric();
    match sign {
        '\'' | '\u{2019}' | '.' => letters || digits,
        '-' | '_' => letters,
        ',' => digits,
        '%' => before.is_numeric(),
        // Marks that change the letter before them.
        _ => matches!(sign, '\u{300}'..='\u{36f}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_before_blanks() {
        let all = sentences_of("Hi! He isn't back? 3.14 is pi.");
        assert_eq!(all, ["Hi! ", "He isn't back? ", "3.14 is pi."]);
        assert_eq!(words_of(all[1]), ["He", "isn't", "back"]);
        assert_eq!(
            words_of("a,b 1,000 x@y.com"),
            ["a", "b", "1,000", "x", "y.com"]
        );
        assert_eq!(
            words_of("a_b a__b _a 1_a 50% \u{e9}\u{65e5}\u{672c}\u{30ab}\u{30bf}\u{3072}\u{3089}"),
            [
                "a_b",
                "a",
                "b",
                "a",
                "1",
                "a",
                "50%",
                "\u{e9}",
                "\u{65e5}\u{672c}",
                "\u{30ab}\u{30bf}",
                "\u{3072}\u{3089}"
            ]
        );
    }
}
