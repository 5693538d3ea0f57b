//! Calls of functions, with their clauses.

use flint_sql_spec::{
    Expr, ExprKind, FunctionCall, Literal, NullTreatment, ObjectName, Result, Subquery,
    SubqueryKind, SubqueryPlan, TableArgOptions, WindowExpr,
};

use crate::cursor::Parser;

const TABLE_WITHOUT_PARENTHESES: flint_sql_spec::Condition =
    flint_sql_spec::condition::INVALID_SQL_SYNTAX_INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES;

impl Parser {
    /// A call of `name`, which began at `start`; its parenthesis comes next.
    pub(crate) fn function(&mut self, start: usize, name: ObjectName) -> Result<Expr> {
        self.expect_sign("(")?;
        let place = self.start();
        let distinct = self.set_quantifier_in_call();
        let mut args = Vec::new();
        if !self.at_sign(")") {
            args = self.list(|p| p.argument(place))?;
        }
        self.expect_sign(")")?;
        let mut call = FunctionCall::new(name, args);
        call.distinct = distinct;
        self.count_of_star(&mut call);
        if self.at_words(&["WITHIN", "GROUP"]) && self.sign_ahead(2, "(") {
            self.expect_words(&["WITHIN", "GROUP"])?;
            call.within_group = self.parens(|p| {
                p.expect_words(&["ORDER", "BY"])?;
                p.list(Self::sort_order)
            })?;
        }
        if self.at_word("FILTER") && self.sign_ahead(1, "(") && self.word_ahead(2, "WHERE") {
            self.bump();
            call.filter = Some(self.parens(|p| {
                p.expect_word("WHERE")?;
                p.expr()
            })?);
        }
        if self.any_ahead(0, &["IGNORE", "RESPECT"]) && self.word_ahead(1, "NULLS") {
            let ignore = self.at_word("IGNORE");
            self.bump();
            self.bump();
            call.nulls = Some(if ignore {
                NullTreatment::Ignore
            } else {
                NullTreatment::Respect
            });
        }
        let call = self.expr_from(start, ExprKind::Function(call));
        self.over(start, call)
    }

    fn set_quantifier_in_call(&mut self) -> bool {
        let quantified = self.at_any(&["DISTINCT", "ALL"]) && self.operand_may_start(1);
        if !quantified || self.sign_ahead(1, "[") {
            return false;
        }
        self.expect_any(&["DISTINCT", "ALL"]) == Ok("DISTINCT")
    }

    /// `count(*)` counts rows: it is `count(1)`.
    fn count_of_star(&self, call: &mut FunctionCall) {
        let star = match call.args.as_slice() {
            [only] => matches!(only.kind(), ExprKind::Star(star)
                if star.target.is_none() && star.except.is_empty()),
            _ => false,
        };
        if star && call.is("count") {
            let origin = call.args[0].origin().clone();
            call.args = vec![Expr::literal(1).with_origin(origin)];
        }
    }

    /// `OVER window` after a call.
    pub(crate) fn over(&mut self, start: usize, function: Expr) -> Result<Expr> {
        if !self.at_word("OVER") || !(self.sign_ahead(1, "(") || self.name_ahead(1)) {
            return Ok(function);
        }
        self.bump();
        let window = self.window_ref()?;
        Ok(self.expr_from(start, ExprKind::Window(WindowExpr { function, window })))
    }

    /// An argument of the call whose arguments began at `call`: named, a table, or an expression.
    pub(crate) fn argument(&mut self, call: usize) -> Result<Expr> {
        let start = self.start();
        if self.name_ahead(0) && self.sign_ahead(1, "=>") {
            let name = self.name()?;
            self.bump();
            let value = self.unnamed_argument(call)?;
            return Ok(self.expr_from(start, ExprKind::NamedArgument { name, value }));
        }
        self.unnamed_argument(call)
    }

    fn unnamed_argument(&mut self, call: usize) -> Result<Expr> {
        let table = self.at_word("TABLE") && (self.sign_ahead(1, "(") || self.name_ahead(1));
        if table {
            self.table_argument(call)
        } else {
            self.expr()
        }
    }

    /// `TABLE(t)`, `TABLE t`, `TABLE(query)`, with partitioning and order.
    fn table_argument(&mut self, call: usize) -> Result<Expr> {
        let start = self.start();
        self.expect_word("TABLE")?;
        let query = if self.at_sign("(") {
            if self.at_query_paren() {
                self.parens(Self::query)?
            } else {
                self.parens(Self::table_name_relation)?
            }
        } else {
            let name = self.object_name()?.to_string();
            let error = self.error_from(call, TABLE_WITHOUT_PARENTHESES);
            return Err(error.with("argumentName", name));
        };
        let mut options = TableArgOptions::default();
        if self.eat_words(&["WITH", "SINGLE", "PARTITION"]) {
            options.single_partition = true;
        } else if self.eat_any(&["PARTITION", "DISTRIBUTE"]).is_some() {
            self.expect_word("BY")?;
            options.partition_by = self.one_or_paren_list(Self::expr)?;
        }
        if self.eat_any(&["ORDER", "SORT"]).is_some() {
            self.expect_word("BY")?;
            options.order_by = self.one_or_paren_list(Self::sort_order)?;
        }
        let kind = SubqueryKind::TableArg(options);
        let subquery = Subquery {
            kind,
            plan: SubqueryPlan::Here(query),
        };
        Ok(self.expr_from(start, ExprKind::Subquery(subquery)))
    }

    fn one_or_paren_list<T>(
        &mut self,
        mut rule: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        if self.at_sign("(") {
            self.paren_list(rule)
        } else {
            Ok(vec![rule(self)?])
        }
    }

    /// `IDENTIFIER(expr)` as a name: after the word, with parts that may follow.
    pub(crate) fn computed_name(&mut self) -> Result<ObjectName> {
        self.expect_word("IDENTIFIER")?;
        let expr = self.parens(Self::expr)?;
        let mut rest = Vec::new();
        while self.at_sign(".") && self.name_ahead(1) {
            self.bump();
            rest.push(self.name()?);
        }
        Ok(ObjectName::Computed { expr, rest })
    }

    pub(crate) fn at_computed_name(&self) -> bool {
        self.at_word("IDENTIFIER") && self.sign_ahead(1, "(")
    }

    /// A string constant as an expression.
    pub(crate) fn string_expr(&self, start: usize, value: &str) -> Expr {
        self.expr_from(start, ExprKind::Literal(Literal::from(value)))
    }
}
