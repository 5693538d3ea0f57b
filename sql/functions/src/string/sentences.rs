//! `sentences`: text as sentences of words.
//!
//! A sentence ends behind `.`, `!` or `?` (and signs that close) before a blank, unless a small letter or
//! a digit follows a full stop; and at the end of a paragraph. Words are letters, digits and underscores, with
//! single signs between letters or digits kept as Java's word breaks have it. Language and country are
//! not looked at: the rules are those of languages with blanks.

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
        if is_word(c) || start.is_some() && joins(last, c, next) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            words.push(&sentence[start..at]);
        }
        last = c;
    }
    words.extend(start.map(|start| &sentence[start..]));
    words
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a sign between two characters keeps them one word: `isn't`, `c-d`, `1,000`, `y.com`.
fn joins(before: char, sign: char, after: char) -> bool {
    let letters = before.is_alphabetic() && after.is_alphabetic();
    let digits = before.is_numeric() && after.is_numeric();
    match sign {
        '\'' | '\u{2019}' | '.' => letters || digits,
        '-' => letters,
        ',' => digits,
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
    }
}
