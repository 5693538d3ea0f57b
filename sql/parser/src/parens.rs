//! Which parentheses hold queries.
//!
//! `((select 1) union (select 2))` is a query, `((select 1) + 1)` an expression and
//! `((select 1) t join u)` a relation, and how far one must read to know has no bound. All are decided
//! here in one pass from the end of the text, by what follows the inner query's parenthesis, so that
//! the parser never has to try one reading after another at each level.

use crate::lexer::{Token, TokenKind};

/// What may follow a query in parentheses that is itself the start of a query.
const AFTER_QUERY: [&str; 12] = [
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "MINUS",
    "SETMINUS",
    "ORDER",
    "SORT",
    "CLUSTER",
    "DISTRIBUTE",
    "LIMIT",
    "OFFSET",
    "WINDOW",
];

/// What is known of the parentheses of a text.
#[derive(Debug)]
pub(crate) struct Parens {
    /// For each token, whether it is a parenthesis that opens a query.
    pub(crate) opens_query: Vec<bool>,
    /// For each opening parenthesis, its closing one; `usize::MAX` where there is none.
    pub(crate) closing: Vec<usize>,
}

/// Pairs the parentheses, and tells which open queries.
pub(crate) fn pair_parens(text: &str, tokens: &[Token]) -> Parens {
    let piece = |at: usize| {
        tokens
            .get(at)
            .map_or("", |token| &text[token.start as usize..token.end as usize])
    };
    let mut opens_query = vec![false; tokens.len()];
    let mut closing = vec![usize::MAX; tokens.len()];
    let mut open_ends = Vec::new();
    for at in (0..tokens.len()).rev() {
        match piece(at) {
            ")" if tokens[at].kind == TokenKind::Sign => open_ends.push(at),
            "(" if tokens[at].kind == TokenKind::Sign => {
                closing[at] = open_ends.pop().unwrap_or(usize::MAX);
                opens_query[at] = if piece(at + 1) == "(" {
                    let after = closing
                        .get(at + 1)
                        .map_or("", |end| piece(end.saturating_add(1)));
                    opens_query[at + 1] && goes_on(after)
                } else {
                    starts_query(text, tokens, at + 1)
                };
            }
            _ => {}
        }
    }
    Parens {
        opens_query,
        closing,
    }
}

fn goes_on(after: &str) -> bool {
    matches!(after, ")" | "|>")
        || AFTER_QUERY
            .iter()
            .any(|word| after.eq_ignore_ascii_case(word))
}

/// Whether a query starts at token `at`: a word that could also be a name does so only before what
/// cannot follow a name.
pub(crate) fn starts_query(text: &str, tokens: &[Token], at: usize) -> bool {
    let kind = |at: usize| tokens.get(at).map_or(TokenKind::End, |token| token.kind);
    let piece = |at: usize| {
        tokens
            .get(at)
            .map_or("", |token| &text[token.start as usize..token.end as usize])
    };
    if kind(at) != TokenKind::Word {
        return false;
    }
    let next = kind(at + 1);
    let is_name = |kind| matches!(kind, TokenKind::Word | TokenKind::Quoted);
    match piece(at).to_ascii_uppercase().as_str() {
        "SELECT" => {
            !matches!(next, TokenKind::End)
                && !matches!(
                    piece(at + 1),
                    ")" | "," | "." | "=" | "[" | "]" | "::" | "->" | "=>"
                )
        }
        "WITH" => is_name(next),
        "FROM" => is_name(next) || piece(at + 1) == "(",
        "TABLE" => is_name(next),
        "VALUES" => {
            !matches!(next, TokenKind::End)
                && !matches!(
                    piece(at + 1),
                    ")" | "," | "." | "=" | "[" | "]" | "::" | "->" | "=>"
                )
        }
        "MAP" | "REDUCE" => is_name(next),
        _ => false,
    }
}
