//! Statements, by their first word.

mod alter;
mod auxiliary;
mod create;
mod insert;
mod modify;
mod properties;
mod refused;
mod reserved;
mod show;

use flint_sql_spec::{Plan, Result, Statement, condition};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// A statement or a query.
    pub(crate) fn plan(&mut self) -> Result<Plan> {
        if self.at_end() {
            let blank = self.text.text.trim().is_empty();
            let error = || self.error_from(self.start(), condition::PARSE_EMPTY_STATEMENT);
            return Err(if blank { error() } else { self.unexpected() });
        }
        self.nested(Self::one_plan)
    }

    fn one_plan(&mut self) -> Result<Plan> {
        if self.at_sign("(") || self.at_any(&["SELECT", "VALUES", "TABLE", "MAP", "REDUCE"]) {
            return self.query().map(Plan::Relation);
        }
        if self.at_word("WITH") {
            return self.with_plan();
        }
        if self.at_word("FROM") {
            return self.plan_of_from();
        }
        self.refuse_leftovers()?;
        self.statement().map(Plan::from)
    }

    fn statement(&mut self) -> Result<Statement> {
        if self.kind() != TokenKind::Word {
            return Err(self.unexpected());
        }
        let word = self.text_of(self.token()).to_ascii_uppercase();
        match word.as_str() {
            "CREATE" | "REPLACE" => self.create(),
            "DROP" => self.drop_object(),
            "ALTER" => self.alter(),
            "INSERT" => self.insert_statement(),
            "UPDATE" => self.update(),
            "DELETE" => self.delete(),
            "MERGE" => self.merge(),
            "TRUNCATE" => self.truncate(),
            "USE" => self.use_namespace(),
            "SET" => self.set(),
            "RESET" => self.reset(),
            "SHOW" => self.show().map(Statement::Show),
            "DESCRIBE" | "DESC" => self.describe().map(Statement::Describe),
            "EXPLAIN" => self.explain(),
            "CACHE" => self.cache(),
            "UNCACHE" => self.uncache(),
            "CLEAR" => {
                self.bump();
                self.expect_word("CACHE")?;
                Ok(Statement::ClearCache)
            }
            "REFRESH" => self.refresh(),
            "ANALYZE" => self.analyze(),
            "MSCK" | "REPAIR" => self.repair(),
            "COMMENT" => self.comment_on(),
            "DECLARE" => self.declare(),
            "EXECUTE" => self.execute_immediate(),
            "CALL" => self.call_procedure(),
            _ => Err(self.unexpected()),
        }
    }
}
