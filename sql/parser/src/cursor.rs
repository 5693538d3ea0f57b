//! The state of a parse: tokens, the place reached, and how errors are made.
//!
//! *Depth.* Every rule that can contain itself enters through [`Parser::nested`], which counts levels
//! and refuses more than [`MAX_DEPTH`]; below that the stack grows on the heap. Chains (of AND, +,
//! UNION, ..) are loops and cost no depth.
//!
//! *Choice.* One or two tokens nearly always tell which rule applies. Where they do not, a rule is
//! tried and undone ([`Parser::attempt`]); whether an opening parenthesis holds a query is worked out
//! for all of them at once when the parse starts, so that trying never nests.
//!
//! *Errors* are those of the token that no rule could go past: the furthest one reached in any
//! attempt, as Spark's parser reports it.

use std::sync::Arc;

use flint_sql_spec::{
    Condition, Expr, ExprKind, Ident, Origin, Relation, RelationKind, Result, SqlError, SqlText,
    condition, with_stack,
};

use crate::dialect::Dialect;
use crate::lexer::{Token, TokenKind, UnclosedComment, tokenize};
use crate::parens::{Parens, pair_parens};
use crate::string_literal;

/// How deep rules may nest. Spark's own limit is the stack of its thread, some hundreds of levels.
pub(crate) const MAX_DEPTH: usize = 3_000;

/// A parse in progress.
#[derive(Debug)]
pub(crate) struct Parser {
    pub(crate) text: Arc<SqlText>,
    tokens: Vec<Token>,
    parens: Parens,
    at: usize,
    depth: usize,
    furthest: Option<(usize, SqlError)>,
    dialect: Dialect,
}

impl Parser {
    pub(crate) fn new(text: &str) -> Result<Parser> {
        Parser::within(text, Dialect::default())
    }

    pub(crate) fn within(text: &str, dialect: Dialect) -> Result<Parser> {
        let text = SqlText::new(text);
        match tokenize(&text.text) {
            Ok(mut tokens) => {
                if dialect.double_quoted_identifiers {
                    let double = |token: &&mut Token| token.kind == TokenKind::Double;
                    tokens
                        .iter_mut()
                        .filter(double)
                        .for_each(|token| token.kind = TokenKind::Quoted);
                }
                let parens = pair_parens(&text.text, &tokens);
                Ok(Parser {
                    text,
                    tokens,
                    parens,
                    at: 0,
                    depth: 0,
                    furthest: None,
                    dialect,
                })
            }
            Err(UnclosedComment(start)) => {
                let end = text.text.len();
                Err(SqlError::new(condition::UNCLOSED_BRACKETED_COMMENT)
                    .at(&Origin::sql(&text, start..end))
                    .while_parsing())
            }
        }
    }

    /// Where a sign stands in the text, as offsets in bytes.
    pub(crate) fn places_of(&self, sign: &str) -> Vec<usize> {
        let is_sign = |token: &&Token| {
            let range = token.start as usize..token.end as usize;
            token.kind == TokenKind::Sign && &self.text.text[range] == sign
        };
        let found = self.tokens.iter().filter(is_sign);
        found.map(|token| token.start as usize).collect()
    }

    /// Runs `rule` over the whole text.
    pub(crate) fn whole<T>(mut self, rule: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let parsed = rule(&mut self).and_then(|parsed| {
            let mut more = false;
            while self.eat_sign(";") {
                more = true;
            }
            let error = match self.expect_end() {
                Ok(()) => return Ok(parsed),
                Err(error) => error,
            };
            // One token too many, or another statement.
            let last = matches!(self.kind_ahead(1), TokenKind::End) || self.sign_ahead(1, ";");
            Err(if more || last {
                self.extra(error)
            } else {
                error
            })
        });
        parsed.map_err(|error| self.furthest_of(error))
    }

    fn furthest_of(&mut self, error: SqlError) -> SqlError {
        let syntax = error.condition().name == condition::PARSE_SYNTAX_ERROR.name;
        match self.furthest.take() {
            Some((at, further)) if syntax && at > self.at => further,
            _ => error,
        }
    }

    // ---- looking

    pub(crate) fn token(&self) -> Token {
        self.tokens[self.at]
    }

    /// The token `ahead` of the current one; the end stays the end.
    pub(crate) fn token_ahead(&self, ahead: usize) -> Token {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    pub(crate) fn text_of(&self, token: Token) -> &str {
        &self.text.text[token.start as usize..token.end as usize]
    }

    pub(crate) fn kind(&self) -> TokenKind {
        self.token().kind
    }

    pub(crate) fn kind_ahead(&self, ahead: usize) -> TokenKind {
        self.token_ahead(ahead).kind
    }

    /// Whether the token `ahead` is this keyword.
    pub(crate) fn word_ahead(&self, ahead: usize, word: &str) -> bool {
        let token = self.token_ahead(ahead);
        token.kind == TokenKind::Word && self.text_of(token).eq_ignore_ascii_case(word)
    }

    pub(crate) fn sign_ahead(&self, ahead: usize, sign: &str) -> bool {
        let token = self.token_ahead(ahead);
        token.kind == TokenKind::Sign && self.text_of(token) == sign
    }

    pub(crate) fn at_word(&self, word: &str) -> bool {
        self.word_ahead(0, word)
    }

    pub(crate) fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at_word(word))
    }

    pub(crate) fn any_ahead(&self, ahead: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.word_ahead(ahead, word))
    }

    /// Whether these keywords come next, one after the other.
    pub(crate) fn at_words(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ahead, word)| self.word_ahead(ahead, word))
    }

    pub(crate) fn at_sign(&self, sign: &str) -> bool {
        self.sign_ahead(0, sign)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.kind() == TokenKind::End
    }

    /// Whether the current token opens a query in parentheses.
    pub(crate) fn at_query_paren(&self) -> bool {
        self.query_paren_ahead(0)
    }

    pub(crate) fn query_paren_ahead(&self, ahead: usize) -> bool {
        self.parens
            .opens_query
            .get(self.at + ahead)
            .copied()
            .unwrap_or(false)
    }

    /// Whether one of `words` stands between the parenthesis that comes next to the current token and
    /// its closing one, outside of inner parentheses.
    pub(crate) fn call_has(&self, words: &[&str]) -> bool {
        let open = self.at + 1;
        let end = self.parens.closing.get(open).copied().unwrap_or(usize::MAX);
        let end = end.min(self.tokens.len() - 1);
        let mut at = open + 1;
        while at < end {
            let token = self.tokens[at];
            let text = self.text_of(token);
            if token.kind == TokenKind::Word && words.iter().any(|w| text.eq_ignore_ascii_case(w)) {
                return true;
            }
            let inner = self.parens.closing[at];
            at = if text == "(" && inner != usize::MAX {
                inner + 1
            } else {
                at + 1
            };
        }
        false
    }

    pub(crate) fn at_string(&self) -> bool {
        is_string(self.kind())
    }

    pub(crate) fn string_ahead(&self, ahead: usize) -> bool {
        is_string(self.kind_ahead(ahead))
    }

    /// Whether the token `ahead` is a name, quoted or not.
    pub(crate) fn name_ahead(&self, ahead: usize) -> bool {
        matches!(self.kind_ahead(ahead), TokenKind::Word | TokenKind::Quoted)
    }

    // ---- moving

    pub(crate) fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        self.at += usize::from(found);
        found
    }

    pub(crate) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            self.at += words.len();
        }
        found
    }

    /// Eats the one of `words` that comes next.
    pub(crate) fn eat_any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let found = words.iter().find(|word| self.at_word(word)).copied();
        self.at += usize::from(found.is_some());
        found
    }

    pub(crate) fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.at_sign(sign);
        self.at += usize::from(found);
        found
    }

    pub(crate) fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    pub(crate) fn expect_words(&mut self, words: &[&str]) -> Result<()> {
        words.iter().try_for_each(|word| self.expect_word(word))
    }

    pub(crate) fn expect_any(&mut self, words: &[&'static str]) -> Result<&'static str> {
        self.eat_any(words).ok_or_else(|| self.unexpected())
    }

    pub(crate) fn expect_sign(&mut self, sign: &str) -> Result<()> {
        if self.eat_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    pub(crate) fn expect_end(&mut self) -> Result<()> {
        if self.at_end() {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// One or more of `rule`, with commas between.
    pub(crate) fn list<T>(
        &mut self,
        mut rule: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = vec![rule(self)?];
        while self.eat_sign(",") {
            items.push(rule(self)?);
        }
        Ok(items)
    }

    /// `rule` in parentheses.
    pub(crate) fn parens<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.expect_sign("(")?;
        let inside = rule(self)?;
        self.expect_sign(")")?;
        Ok(inside)
    }

    /// One or more of `rule` in parentheses.
    pub(crate) fn paren_list<T>(
        &mut self,
        rule: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.parens(|p| p.list(rule))
    }

    /// Tries `rule`; when it fails, the place is as before.
    pub(crate) fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T>) -> Option<T> {
        let (at, depth) = (self.at, self.depth);
        match rule(self) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let reached = self.at;
                if self
                    .furthest
                    .as_ref()
                    .is_none_or(|(known, _)| reached > *known)
                {
                    self.furthest = Some((reached, error));
                }
                (self.at, self.depth) = (at, depth);
                None
            }
        }
    }

    /// Runs a rule that may contain itself.
    pub(crate) fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            let here = self.token();
            let error = SqlError::new(condition::FAILED_TO_PARSE_TOO_COMPLEX);
            return Err(error.at(&self.origin_of(here)).while_parsing());
        }
        self.depth += 1;
        let parsed = with_stack(|| rule(self));
        self.depth -= 1;
        parsed
    }

    // ---- places

    /// Where the current token starts.
    pub(crate) fn start(&self) -> usize {
        self.token().start as usize
    }

    /// From `start` to the end of the last token eaten.
    pub(crate) fn origin_from(&self, start: usize) -> Origin {
        let end = self
            .at
            .checked_sub(1)
            .map_or(start, |last| self.tokens[last].end as usize);
        Origin::sql(&self.text, start..end.max(start))
    }

    pub(crate) fn origin_of(&self, token: Token) -> Origin {
        Origin::sql(&self.text, token.start as usize..token.end as usize)
    }

    /// The text from `start` to the end of the last token eaten.
    pub(crate) fn source_from(&self, start: usize) -> &str {
        let end = self
            .at
            .checked_sub(1)
            .map_or(start, |last| self.tokens[last].end as usize);
        self.text.text.get(start..end).unwrap_or_default()
    }

    pub(crate) fn expr_from(&self, start: usize, kind: ExprKind) -> Expr {
        Expr::new(kind, self.origin_from(start))
    }

    pub(crate) fn relation_from(&self, start: usize, kind: RelationKind) -> Relation {
        Relation::new(kind, self.origin_from(start))
    }

    // ---- errors

    /// A syntax error at the current token.
    pub(crate) fn unexpected(&self) -> SqlError {
        self.unexpected_at(self.token())
    }

    pub(crate) fn unexpected_at(&self, token: Token) -> SqlError {
        let shown = match token.kind {
            TokenKind::End => "end of input".to_owned(),
            _ => format!("'{}'", self.text_of(token)),
        };
        let error = SqlError::new(condition::PARSE_SYNTAX_ERROR).with("error", shown);
        error
            .with("hint", "")
            .at(&self.origin_of(token))
            .while_parsing()
    }

    /// The same error, which says that all would be well without the token.
    pub(crate) fn extra(&self, error: SqlError) -> SqlError {
        let shown = error.parameter("error").unwrap_or_default().to_owned();
        error.with("hint", format!(": extra input {shown}"))
    }

    /// An error about what was parsed from `start` on.
    pub(crate) fn error_from(&self, start: usize, condition: Condition) -> SqlError {
        SqlError::new(condition)
            .at(&self.origin_from(start))
            .while_parsing()
    }

    // ---- names and strings

    /// A string, or several that stand side by side and are one.
    pub(crate) fn string(&mut self) -> Result<Ident> {
        if !self.at_string() {
            return Err(self.unexpected());
        }
        let mut value = String::new();
        while self.at_string() {
            let token = self.bump();
            value.push_str(&self.string_value(token));
        }
        Ok(value.into())
    }

    /// A single string, without those behind it.
    pub(crate) fn one_string(&mut self) -> Result<Ident> {
        if !self.at_string() {
            return Err(self.unexpected());
        }
        let token = self.bump();
        Ok(self.string_value(token).into())
    }

    fn string_value(&self, token: Token) -> String {
        let text = self.text_of(token);
        match self.dialect.escaped_string_literals {
            true => string_literal::verbatim(text).to_owned(),
            false => string_literal::value(text),
        }
    }

    /// A name: any word, or one in backquotes.
    pub(crate) fn name(&mut self) -> Result<Ident> {
        let token = self.token();
        match token.kind {
            TokenKind::Word => {
                self.bump();
                let word = self.text_of(token);
                if word.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()) {
                    return Ok(word.into());
                }
                let error = SqlError::new(condition::INVALID_IDENTIFIER).with("ident", word);
                Err(error.at(&self.origin_of(token)).while_parsing())
            }
            TokenKind::Quoted => {
                self.bump();
                Ok(string_literal::name(self.text_of(token)).into())
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A name that is none of the words that join relations.
    pub(crate) fn strict_name(&mut self) -> Result<Ident> {
        if self.strict_name_ahead(0) {
            self.name()
        } else {
            Err(self.unexpected())
        }
    }

    /// Whether the token `ahead` is a name and none of the words that join relations.
    pub(crate) fn strict_name_ahead(&self, ahead: usize) -> bool {
        let token = self.token_ahead(ahead);
        match token.kind {
            TokenKind::Quoted => true,
            TokenKind::Word => !is_join_word(self.text_of(token)),
            _ => false,
        }
    }

    /// `(a, b)` of names.
    pub(crate) fn name_list(&mut self) -> Result<Vec<Ident>> {
        self.paren_list(Self::name)
    }

    /// A dotted name.
    pub(crate) fn dotted(&mut self) -> Result<Vec<Ident>> {
        let mut parts = vec![self.name()?];
        while self.at_sign(".") && self.name_ahead(1) {
            self.bump();
            parts.push(self.name()?);
        }
        Ok(parts)
    }

    /// Digits, as a number.
    pub(crate) fn integer<N: std::str::FromStr>(&mut self) -> Result<N> {
        let token = self.token();
        if token.kind != TokenKind::Integer {
            return Err(self.unexpected());
        }
        let number = self.text_of(token).parse().map_err(|_| self.unexpected())?;
        self.bump();
        Ok(number)
    }
}

fn is_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Single | TokenKind::Double | TokenKind::Raw)
}

/// The words that Spark does not take for the name of a relation without AS or quotes, because they
/// may go on with the relation.
fn is_join_word(word: &str) -> bool {
    const WORDS: [&str; 19] = [
        "ANTI",
        "ASOF",
        "CROSS",
        "EXCEPT",
        "FULL",
        "INNER",
        "INTERSECT",
        "JOIN",
        "LATERAL",
        "LEFT",
        "MINUS",
        "NATURAL",
        "NEAREST",
        "ON",
        "RIGHT",
        "SEMI",
        "SETMINUS",
        "UNION",
        "USING",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}
