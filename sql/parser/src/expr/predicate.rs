//! BETWEEN, IN, LIKE and IS, of which a value takes one.

use flint_sql_spec::{
    Expr, ExprKind, LikeQuantified, Literal, Result, Subquery, SubqueryKind, SubqueryPlan,
    condition,
};

use crate::cursor::Parser;

impl Parser {
    /// The predicate after `value`, which began at `start`, if there is one.
    pub(crate) fn predicate(&mut self, start: usize, value: Expr) -> Result<Expr> {
        if self.at_word("IS") && self.any_ahead(1, &IS_WHAT) {
            return self.is_predicate(start, value);
        }
        let negated = self.at_word("NOT") || self.at_sign("!");
        let ahead = usize::from(negated);
        if !self.any_ahead(ahead, &PREDICATES) || !self.operand_may_start(ahead + 1) {
            return Ok(value);
        }
        let place = self.start();
        if negated {
            self.bump();
        }
        let found = match self.expect_any(&PREDICATES)? {
            "BETWEEN" => self.between(start, value)?,
            "IN" => self.in_predicate(start, place, value)?,
            word @ ("LIKE" | "ILIKE") => {
                let like = LikeQuantified {
                    child: value,
                    negated,
                    ignores_case: word == "ILIKE",
                    all: false,
                    patterns: Vec::new(),
                };
                return self.like(start, place, like);
            }
            _ => {
                let pattern = self.value()?;
                self.call_from(start, "rlike", [value, pattern])
            }
        };
        Ok(self.negate_if(start, negated, found))
    }

    fn negate_if(&self, start: usize, negated: bool, expr: Expr) -> Expr {
        if negated {
            self.call_from(start, "not", [expr])
        } else {
            expr
        }
    }

    fn between(&mut self, start: usize, value: Expr) -> Result<Expr> {
        let lower = self.value()?;
        if !self.at_word("AND") && self.word_ahead(1, "AND") {
            return Err(self.extra(self.unexpected()));
        }
        self.expect_word("AND")?;
        let upper = self.value()?;
        Ok(self.call_from(start, "between", [value, lower, upper]))
    }

    fn in_predicate(&mut self, start: usize, place: usize, value: Expr) -> Result<Expr> {
        if self.at_query_paren() {
            let query = self.parens(Self::query)?;
            let values = match value.as_call("struct") {
                Some(values)
                    if value
                        .origin()
                        .fragment()
                        .is_some_and(|f| f.starts_with('(')) =>
                {
                    values.to_vec()
                }
                _ => vec![value],
            };
            let kind = SubqueryKind::In(values);
            let subquery = Subquery {
                kind,
                plan: SubqueryPlan::Here(query),
            };
            return Ok(self.expr_from(start, ExprKind::Subquery(subquery)));
        }
        self.expect_sign("(")?;
        if self.eat_sign(")") {
            return Err(self.error_from(place, condition::INVALID_SQL_SYNTAX_EMPTY_IN_PREDICATE));
        }
        let mut args = vec![value];
        args.extend(self.exprs()?);
        self.expect_sign(")")?;
        Ok(self.call_from(start, "in", args))
    }

    /// LIKE over `like.child`, whose predicate began at `place`.
    fn like(&mut self, start: usize, place: usize, like: LikeQuantified) -> Result<Expr> {
        if self.at_any(&["ALL", "ANY", "SOME"]) && self.sign_ahead(1, "(") {
            let all = self.at_word("ALL");
            self.bump();
            self.expect_sign("(")?;
            if self.eat_sign(")") {
                let condition = condition::INVALID_SQL_SYNTAX_EMPTY_QUANTIFIED_PATTERN;
                return Err(self.error_from(place, condition));
            }
            let patterns = self.exprs()?;
            self.expect_sign(")")?;
            let like = LikeQuantified {
                all,
                patterns,
                ..like
            };
            return Ok(self.expr_from(start, ExprKind::LikeQuantified(like)));
        }
        let pattern = self.value()?;
        let mut args = vec![like.child, pattern];
        if self.eat_word("ESCAPE") {
            args.push(self.escape_character(place)?);
        }
        let name = if like.ignores_case { "ilike" } else { "like" };
        let call = self.call_from(start, name, args);
        Ok(self.negate_if(start, like.negated, call))
    }

    fn escape_character(&mut self, start: usize) -> Result<Expr> {
        let at = self.start();
        let escape = self.string()?;
        if escape.chars().count() != 1 {
            let shown = self.source_from(at).to_owned();
            let error = self.error_from(start, condition::INVALID_ESC);
            return Err(error.with("invalidEscape", shown));
        }
        Ok(self.expr_from(at, ExprKind::Literal(Literal::String(escape))))
    }

    fn is_predicate(&mut self, start: usize, value: Expr) -> Result<Expr> {
        self.expect_word("IS")?;
        let negated = self.eat_word("NOT");
        match self.expect_any(&IS_WHAT[1..])? {
            "NULL" => {
                let name = if negated { "isnotnull" } else { "isnull" };
                Ok(self.call_from(start, name, [value]))
            }
            "UNKNOWN" => {
                let name = if negated { "isnotnull" } else { "isnull" };
                Ok(self.call_from(start, name, [value]))
            }
            "DISTINCT" => {
                self.expect_word("FROM")?;
                let other = self.value()?;
                let equal = self.call_from(start, "<=>", [value, other]);
                Ok(self.negate_if(start, !negated, equal))
            }
            word => {
                let truth = Expr::literal(word == "TRUE").with_origin(self.origin_from(start));
                let equal = self.call_from(start, "<=>", [value, truth]);
                Ok(self.negate_if(start, negated, equal))
            }
        }
    }
}

const PREDICATES: [&str; 6] = ["BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP"];
const IS_WHAT: [&str; 6] = ["NOT", "NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT"];
