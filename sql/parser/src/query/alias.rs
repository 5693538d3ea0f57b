//! Names after relations and columns, where nearly every keyword may be one.
//!
//! Spark's parser takes a word for a name whenever that lets the whole text parse, and for the start
//! of a clause otherwise: in `from t where` the word is a name, and in `from t where (a)` too, as
//! `where (a)` names the table and its column. Here the tokens behind the word decide the same.

use flint_sql_spec::{Ident, Relation, RelationKind, Result, SubqueryAlias};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

/// Words that start a clause when an expression follows.
const BEFORE_EXPR: [&str; 5] = ["WHERE", "HAVING", "QUALIFY", "LIMIT", "OFFSET"];
/// Words that start a clause when BY follows.
const BEFORE_BY: [&str; 5] = ["GROUP", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE"];
/// Words that join relations or queries when something follows.
const BEFORE_QUERY: [&str; 5] = ["UNION", "EXCEPT", "INTERSECT", "MINUS", "SETMINUS"];
/// Words that start a clause when a parenthesis follows.
const BEFORE_PAREN: [&str; 4] = ["PIVOT", "UNPIVOT", "TABLESAMPLE", "WITH"];

impl Parser {
    /// Whether the word here starts a clause of a query rather than being a name.
    pub(crate) fn at_clause(&self) -> bool {
        if self.kind() != TokenKind::Word {
            return false;
        }
        if self.at_any(&BEFORE_EXPR) {
            return self.operand_may_start(1) && !self.clause_follows() && !self.names_columns();
        }
        if self.at_any(&BEFORE_BY) {
            return self.word_ahead(1, "BY") && self.operand_may_start(2);
        }
        if self.at_any(&BEFORE_QUERY) {
            return !matches!(self.kind_ahead(1), TokenKind::End) && !self.sign_ahead(1, ",");
        }
        if self.at_any(&BEFORE_PAREN) {
            let unpivot = self.at_word("UNPIVOT") && self.any_ahead(1, &["INCLUDE", "EXCLUDE"]);
            return (self.sign_ahead(1, "(") && !self.names_columns())
                || unpivot
                || self.at_word("TABLESAMPLE") && self.any_ahead(1, &["SYSTEM", "BERNOULLI"]);
        }
        if self.at_word("FROM") {
            return self.name_ahead(1) || self.sign_ahead(1, "(") || self.string_ahead(1);
        }
        if self.at_word("WINDOW") {
            return self.name_ahead(1) && self.word_ahead(2, "AS");
        }
        if self.at_word("LATERAL") {
            return self.word_ahead(1, "VIEW");
        }
        if self.at_any(&["VERSION", "TIMESTAMP", "SYSTEM_VERSION", "SYSTEM_TIME"]) {
            return self.word_ahead(1, "AS") && self.word_ahead(2, "OF");
        }
        if self.at_word("FOR") {
            return self.any_ahead(
                1,
                &["VERSION", "TIMESTAMP", "SYSTEM_VERSION", "SYSTEM_TIME"],
            );
        }
        if self.at_word("INSERT") {
            return self.any_ahead(1, &["INTO", "OVERWRITE"]);
        }
        if self.at_word("INTO") {
            return self.name_ahead(1);
        }
        if self.at_word("SET") {
            return self.name_ahead(1);
        }
        if self.at_word("SELECT") {
            return self.operand_may_start(1);
        }
        if self.at_any(&["MAP", "REDUCE"]) {
            return self.name_ahead(1) && !self.name_ahead(2);
        }
        if self.at_word("USING") {
            return self.name_ahead(1) || self.sign_ahead(1, "(");
        }
        self.at_word("MATCH_CONDITION") && self.sign_ahead(1, "(")
    }

    /// Whether the token after the current one starts a clause that cannot start an expression.
    fn clause_follows(&self) -> bool {
        self.any_ahead(1, &BEFORE_BY) && self.word_ahead(2, "BY")
            || self.any_ahead(1, &["WHERE", "JOIN", "HAVING"]) && self.name_ahead(2)
            || self.any_ahead(1, &BEFORE_QUERY) && self.any_ahead(2, &["SELECT", "ALL", "DISTINCT"])
    }

    /// Whether `(a, b)` after the current word names columns and a relation can end there.
    fn names_columns(&self) -> bool {
        if !self.sign_ahead(1, "(") || self.query_paren_ahead(1) {
            return false;
        }
        let mut ahead = 2;
        loop {
            if !self.name_ahead(ahead) {
                return false;
            }
            if self.sign_ahead(ahead + 1, ")") {
                break;
            }
            if !self.sign_ahead(ahead + 1, ",") {
                return false;
            }
            ahead += 2;
        }
        let after = ahead + 2;
        self.kind_ahead(after) == TokenKind::End
            || [")", ",", ";", "|>"]
                .iter()
                .any(|sign| self.sign_ahead(after, sign))
            || self.any_ahead(after, &BEFORE_BY) && self.word_ahead(after + 1, "BY")
            || self.any_ahead(after, &BEFORE_QUERY)
            || self.any_ahead(
                after,
                &["WHERE", "JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "LIMIT"],
            )
    }

    /// `[AS] name` after an expression, or `AS (a, b)`.
    pub(crate) fn column_alias(&mut self) -> Result<Option<Vec<Ident>>> {
        if self.at_word("AS") && (self.name_ahead(1) || self.sign_ahead(1, "(")) {
            self.bump();
            if self.at_sign("(") {
                return self.name_list().map(Some);
            }
            return self.name().map(|name| Some(vec![name]));
        }
        if self.name_ahead(0) && !self.at_clause() {
            return self.name().map(|name| Some(vec![name]));
        }
        if self.at_sign("(") && self.name_ahead(1) && !self.at_query_paren() {
            return self.name_list().map(Some);
        }
        Ok(None)
    }

    /// `[AS] name [(a, b)]` after a relation.
    pub(crate) fn table_alias(&mut self) -> Result<Option<(Ident, Vec<Ident>)>> {
        let explicit = self.at_word("AS") && self.strict_name_ahead(1);
        if explicit {
            self.bump();
        } else if !self.strict_name_ahead(0) || self.at_clause() || self.at_nearest() {
            return Ok(None);
        }
        let name = self.strict_name()?;
        let columns = if self.at_sign("(") && !self.at_query_paren() {
            self.name_list()?
        } else {
            Vec::new()
        };
        Ok(Some((name, columns)))
    }

    /// `relation` under an alias, when one follows.
    pub(crate) fn with_alias(&mut self, start: usize, relation: Relation) -> Result<Relation> {
        Ok(match self.table_alias()? {
            None => relation,
            Some((alias, columns)) => self.named(start, relation, alias, columns),
        })
    }

    pub(crate) fn named(
        &self,
        start: usize,
        input: Relation,
        alias: Ident,
        columns: Vec<Ident>,
    ) -> Relation {
        let qualifier = Vec::new();
        let alias = SubqueryAlias {
            input,
            alias,
            qualifier,
            columns,
        };
        self.relation_from(start, RelationKind::SubqueryAlias(alias))
    }
}
