//! USE, SET, EXPLAIN, CACHE, REFRESH, ANALYZE, COMMENT, variables, CALL.

use flint_sql_spec::{ConfValue, ExplainMode, ObjectName, Result, Statement, condition};

use super::super::query_text::is_plain_key;
use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    pub(crate) fn use_namespace(&mut self) -> Result<Statement> {
        self.expect_word("USE")?;
        if self.at_any(&["DATABASE", "SCHEMA", "NAMESPACE"]) && self.name_ahead(1) {
            self.bump();
        }
        self.object_name().map(Statement::Use)
    }

    pub(crate) fn set(&mut self) -> Result<Statement> {
        let start = self.start();
        self.expect_word("SET")?;
        if self.at_word("CATALOG") && (self.name_ahead(1) || self.string_ahead(1)) {
            self.bump();
            if self.at_string() {
                let name = self.string()?;
                return Ok(Statement::SetCatalog(ObjectName::Parts(vec![name])));
            }
            return self.object_name().map(Statement::SetCatalog);
        }
        if self.at_words(&["TIME", "ZONE"]) {
            return self.set_time_zone();
        }
        let variable =
            self.at_any(&["VARIABLE", "VAR"]) && (self.name_ahead(1) || self.sign_ahead(1, "("));
        if variable {
            return self.set_variables();
        }
        if self.at_word("ROLE") {
            self.rest_of_text();
            return Err(self.refusal(start, "SET ROLE"));
        }
        self.set_conf(start).map(Statement::SetConf)
    }

    fn set_time_zone(&mut self) -> Result<Statement> {
        self.expect_words(&["TIME", "ZONE"])?;
        if self.eat_word("LOCAL") {
            return Ok(Statement::SetTimeZone(None));
        }
        if self.at_string() {
            return self.string().map(|zone| Statement::SetTimeZone(Some(zone)));
        }
        let start = self.start();
        let interval = self.expr()?;
        if interval.as_literal().is_none() {
            return Err(self.unexpected());
        }
        Ok(Statement::SetTimeZone(Some(self.source_from(start).into())))
    }

    fn set_variables(&mut self) -> Result<Statement> {
        self.bump();
        if self.at_sign("(") {
            let names = self.paren_list(Self::object_name)?;
            self.expect_sign("=")?;
            let start = self.start();
            let query = self.parens(Self::query)?;
            let plan = flint_sql_spec::SubqueryPlan::Here(query);
            let kind = flint_sql_spec::SubqueryKind::Scalar;
            let subquery = flint_sql_spec::Subquery { kind, plan };
            let value = self.expr_from(start, flint_sql_spec::ExprKind::Subquery(subquery));
            return Ok(Statement::SetVariables {
                names,
                values: vec![value],
            });
        }
        let pairs = self.list(|p| {
            let name = p.object_name()?;
            p.expect_sign("=")?;
            Ok((name, p.expr()?))
        })?;
        let (names, values) = pairs.into_iter().unzip();
        Ok(Statement::SetVariables { names, values })
    }

    /// Keys and values are taken from the text as they are: they may hold anything.
    fn set_conf(&mut self, start: usize) -> Result<ConfValue> {
        let rest = self.rest_of_text();
        if rest.is_empty() {
            return Ok(ConfValue::List { verbose: false });
        }
        if rest == "-v" {
            return Ok(ConfValue::List { verbose: true });
        }
        let unquote = |text: &str| match text.strip_prefix('`').and_then(|t| t.strip_suffix('`')) {
            Some(inside) => inside.replace("``", "`"),
            None => text.to_owned(),
        };
        let (key, value) = match rest.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (rest.as_str(), None),
        };
        if !is_plain_key(key) {
            return Err(self.error_from(start, condition::INVALID_SET_SYNTAX));
        }
        let key = unquote(key).into();
        Ok(match value {
            None => ConfValue::Show(key),
            Some(value) => ConfValue::Assign {
                key,
                value: unquote(value).into(),
            },
        })
    }

    pub(crate) fn reset(&mut self) -> Result<Statement> {
        self.expect_word("RESET")?;
        let start = self.start();
        let rest = self.rest_of_text();
        if rest.is_empty() {
            return Ok(Statement::Reset(None));
        }
        if rest.contains(char::is_whitespace) && !rest.starts_with('`') {
            return Err(self.error_from(start, condition::INVALID_RESET_COMMAND_FORMAT));
        }
        Ok(Statement::Reset(Some(rest.trim_matches('`').into())))
    }

    pub(crate) fn explain(&mut self) -> Result<Statement> {
        self.expect_word("EXPLAIN")?;
        let words = ["LOGICAL", "FORMATTED", "EXTENDED", "CODEGEN", "COST"];
        let mode = match self.eat_any(&words) {
            Some("FORMATTED") => ExplainMode::Formatted,
            Some("EXTENDED" | "LOGICAL") => ExplainMode::Extended,
            Some("CODEGEN") => ExplainMode::Codegen,
            Some("COST") => ExplainMode::Cost,
            _ => ExplainMode::Simple,
        };
        if self.at_end() {
            return Err(self.unexpected());
        }
        let plan = Box::new(self.plan()?);
        Ok(Statement::Explain { mode, plan })
    }

    pub(crate) fn cache(&mut self) -> Result<Statement> {
        self.expect_word("CACHE")?;
        let lazy = self.eat_word("LAZY");
        self.expect_word("TABLE")?;
        let name = self.object_name()?;
        let options = if self.eat_word("OPTIONS") {
            self.properties()?
        } else {
            Vec::new()
        };
        let as_query = self.eat_word("AS");
        let query = if as_query || !(self.at_end() || self.at_sign(";")) {
            Some(self.query()?)
        } else {
            None
        };
        Ok(Statement::CacheTable {
            name,
            lazy,
            options,
            query,
        })
    }

    pub(crate) fn uncache(&mut self) -> Result<Statement> {
        self.expect_words(&["UNCACHE", "TABLE"])?;
        let if_exists = self.if_exists();
        Ok(Statement::UncacheTable {
            name: self.object_name()?,
            if_exists,
        })
    }

    pub(crate) fn refresh(&mut self) -> Result<Statement> {
        let start = self.start();
        self.expect_word("REFRESH")?;
        if self.at_word("TABLE") && self.name_ahead(1) {
            self.bump();
            return self.object_name().map(Statement::RefreshTable);
        }
        if self.at_word("FUNCTION") && self.name_ahead(1) {
            self.bump();
            return self.object_name().map(Statement::RefreshFunction);
        }
        if self.at_string() {
            return self.string().map(Statement::RefreshPath);
        }
        let path = self.rest_of_text();
        if path.is_empty() {
            let condition = condition::INVALID_SQL_SYNTAX_EMPTY_REFRESH_RESOURCE_PATH;
            return Err(self.error_from(start, condition));
        }
        if path.contains(char::is_whitespace) {
            let condition = condition::INVALID_SQL_SYNTAX_INVALID_REFRESH_RESOURCE_PATH;
            return Err(self.error_from(start, condition));
        }
        Ok(Statement::RefreshPath(path.into()))
    }

    pub(crate) fn analyze(&mut self) -> Result<Statement> {
        let start = self.start();
        self.expect_word("ANALYZE")?;
        if self.eat_word("TABLES") {
            let scoped = self.eat_any(&["FROM", "IN"]).is_some();
            let namespace = if scoped {
                Some(self.object_name()?)
            } else {
                None
            };
            self.expect_words(&["COMPUTE", "STATISTICS"])?;
            return Ok(Statement::AnalyzeTables {
                namespace,
                no_scan: self.no_scan(start)?,
            });
        }
        self.expect_word("TABLE")?;
        let name = self.object_name()?;
        let partition = self.partition_spec()?;
        self.expect_words(&["COMPUTE", "STATISTICS"])?;
        let columns = if self.eat_words(&["FOR", "COLUMNS"]) {
            Some(self.list(Self::name)?)
        } else if self.eat_words(&["FOR", "ALL", "COLUMNS"]) {
            Some(Vec::new())
        } else {
            None
        };
        let no_scan = self.no_scan(start)?;
        Ok(Statement::AnalyzeTable {
            name,
            partition,
            columns,
            no_scan,
        })
    }

    fn no_scan(&mut self, start: usize) -> Result<bool> {
        if !self.name_ahead(0) {
            return Ok(false);
        }
        let word = self.name()?;
        if word.eq_ignore_ascii_case("NOSCAN") {
            return Ok(true);
        }
        let condition = condition::INVALID_SQL_SYNTAX_ANALYZE_TABLE_UNEXPECTED_NOSCAN;
        Err(self
            .error_from(start, condition)
            .with("ctx", word.to_lowercase()))
    }

    pub(crate) fn repair(&mut self) -> Result<Statement> {
        self.eat_word("MSCK");
        self.expect_words(&["REPAIR", "TABLE"])?;
        let name = self.object_name()?;
        let what = self.eat_any(&["ADD", "DROP", "SYNC"]);
        if what.is_some() {
            self.expect_word("PARTITIONS")?;
        }
        let add = what != Some("DROP");
        let drop = matches!(what, Some("DROP" | "SYNC"));
        Ok(Statement::RepairTable { name, add, drop })
    }

    pub(crate) fn comment_on(&mut self) -> Result<Statement> {
        self.expect_words(&["COMMENT", "ON"])?;
        let what = self.expect_any(&["TABLE", "DATABASE", "SCHEMA", "NAMESPACE"])?;
        let name = self.object_name()?;
        self.expect_word("IS")?;
        let comment = if self.eat_word("NULL") {
            None
        } else {
            Some(self.string()?)
        };
        Ok(Statement::CommentOn {
            name,
            namespace: what != "TABLE",
            comment,
        })
    }

    pub(crate) fn declare(&mut self) -> Result<Statement> {
        let start = self.start();
        self.expect_word("DECLARE")?;
        let replace = self.eat_words(&["OR", "REPLACE"]);
        if self.at_any(&["VARIABLE", "VAR"]) && self.name_ahead(1) {
            self.bump();
        }
        let names = self.list(Self::object_name)?;
        let value_here = |p: &Self| p.at_word("DEFAULT") || p.at_sign("=");
        let ends = self.at_end() || self.at_sign(";");
        let data_type = if ends || value_here(self) {
            None
        } else {
            Some(self.data_type()?)
        };
        let default = if self.eat_word("DEFAULT") || self.eat_sign("=") {
            Some(self.expr()?)
        } else {
            None
        };
        if data_type.is_none() && default.is_none() {
            let condition = condition::INVALID_SQL_SYNTAX_VARIABLE_TYPE_OR_DEFAULT_REQUIRED;
            return Err(self.error_from(start, condition));
        }
        Ok(Statement::DeclareVariable {
            names,
            replace,
            data_type,
            default,
        })
    }

    pub(crate) fn execute_immediate(&mut self) -> Result<Statement> {
        self.expect_words(&["EXECUTE", "IMMEDIATE"])?;
        let query = self.expr()?;
        let into = if self.eat_word("INTO") {
            self.list(Self::object_name)?
        } else {
            Vec::new()
        };
        let mut using = Vec::new();
        if self.eat_word("USING") {
            let parens = self.at_sign("(") && !self.at_query_paren();
            using = if parens {
                self.paren_list(Self::named_expr)?
            } else {
                self.named_exprs()?
            };
        }
        Ok(Statement::ExecuteImmediate { query, into, using })
    }

    pub(crate) fn call_procedure(&mut self) -> Result<Statement> {
        self.expect_word("CALL")?;
        let name = self.object_name()?;
        self.expect_sign("(")?;
        let start = self.start();
        let args = if self.at_sign(")") {
            Vec::new()
        } else {
            self.list(|p| p.argument(start))?
        };
        self.expect_sign(")")?;
        debug_assert!(self.kind() != TokenKind::HintEnd);
        Ok(Statement::Call { name, args })
    }
}
