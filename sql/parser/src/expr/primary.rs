//! Primaries: literals, columns, parentheses, subqueries, CASE, lambdas, parameters.

use flint_sql_spec::{
    Attribute, Expr, ExprKind, Ident, Lambda, Literal, ObjectName, Result, Star, Subquery,
    SubqueryKind, SubqueryPlan,
};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// A primary.
    pub(crate) fn primary(&mut self) -> Result<Expr> {
        match self.kind() {
            TokenKind::Integer | TokenKind::Decimal | TokenKind::Exponent | TokenKind::Suffixed => {
                self.number()
            }
            TokenKind::Single | TokenKind::Double | TokenKind::Raw => {
                let start = self.start();
                let value = self.string()?;
                Ok(self.expr_from(start, ExprKind::Literal(Literal::String(value))))
            }
            TokenKind::Word => self.word_primary(),
            TokenKind::Quoted => self.name_primary(),
            TokenKind::Sign => self.sign_primary(),
            _ => Err(self.unexpected()),
        }
    }

    fn sign_primary(&mut self) -> Result<Expr> {
        let start = self.start();
        if self.at_sign("(") {
            return self.paren_primary();
        }
        if self.eat_sign("*") {
            let except = self.star_except()?;
            let star = Star {
                except,
                ..Star::default()
            };
            return Ok(self.expr_from(start, ExprKind::Star(star)));
        }
        if self.eat_sign("?") {
            return Ok(self.expr_from(start, ExprKind::PositionalParameter));
        }
        if self.eat_sign(":") {
            let name = self.name()?;
            return Ok(self.expr_from(start, ExprKind::NamedParameter(name)));
        }
        Err(self.unexpected())
    }

    /// `EXCEPT (a, b.c)` after a star.
    fn star_except(&mut self) -> Result<Vec<Vec<Ident>>> {
        if self.at_word("EXCEPT") && self.sign_ahead(1, "(") && !self.query_paren_ahead(1) {
            self.bump();
            return self.paren_list(Self::dotted);
        }
        Ok(Vec::new())
    }

    /// A subquery, a lambda's parameters, a row or an expression in parentheses.
    fn paren_primary(&mut self) -> Result<Expr> {
        let start = self.start();
        if self.at_query_paren() {
            let query = self.parens(|p| p.nested(Self::query))?;
            let plan = SubqueryPlan::Here(query);
            let subquery = Subquery {
                kind: SubqueryKind::Scalar,
                plan,
            };
            return Ok(self.expr_from(start, ExprKind::Subquery(subquery)));
        }
        if let Some(names) = self.lambda_parameters() {
            return self.lambda(start, names);
        }
        self.expect_sign("(")?;
        let first = self.named_in_row()?;
        if self.eat_sign(")") {
            return match first.kind() {
                ExprKind::Alias(_) => Ok(self.call_from(start, "struct", [first])),
                _ => Ok(first),
            };
        }
        self.expect_sign(",")?;
        let mut values = vec![first];
        values.extend(self.list(Self::named_in_row)?);
        self.expect_sign(")")?;
        Ok(self.call_from(start, "struct", values))
    }

    /// `expr [[AS] name]` inside of a row.
    pub(crate) fn named_in_row(&mut self) -> Result<Expr> {
        let start = self.start();
        let expr = self.expr()?;
        if self.eat_word("AS") || self.name_ahead(0) {
            let name = self.name()?;
            return Ok(self.aliased(start, expr, vec![name]));
        }
        Ok(expr)
    }

    pub(crate) fn aliased(&self, start: usize, expr: Expr, names: Vec<Ident>) -> Expr {
        let alias = flint_sql_spec::Alias {
            expr,
            names,
            metadata: None,
        };
        self.expr_from(start, ExprKind::Alias(alias))
    }

    /// `(a, b) ->`, eaten, when that is what comes.
    fn lambda_parameters(&mut self) -> Option<Vec<Ident>> {
        let mut ahead = 1;
        loop {
            if !self.name_ahead(ahead) {
                return None;
            }
            if self.sign_ahead(ahead + 1, ")") {
                break;
            }
            if !self.sign_ahead(ahead + 1, ",") {
                return None;
            }
            ahead += 2;
        }
        if !self.sign_ahead(ahead + 2, "->") {
            return None;
        }
        let names = self.attempt(Self::name_list)?;
        self.bump();
        Some(names)
    }

    fn lambda(&mut self, start: usize, names: Vec<Ident>) -> Result<Expr> {
        let body = self.expr()?;
        let parameters = names.into_iter().map(|name| vec![name]).collect();
        Ok(self.expr_from(start, ExprKind::Lambda(Lambda { body, parameters })))
    }

    /// A primary that starts with a name: a lambda, a call, a star or a column.
    pub(crate) fn name_primary(&mut self) -> Result<Expr> {
        let start = self.start();
        if self.sign_ahead(1, "->") {
            let name = self.name()?;
            self.bump();
            return self.lambda(start, vec![name]);
        }
        let mut parts = vec![self.name()?];
        while self.at_sign(".") {
            if self.sign_ahead(1, "*") {
                self.bump();
                self.bump();
                let except = self.star_except()?;
                let star = Star {
                    target: Some(parts),
                    plan_id: None,
                    except,
                };
                return Ok(self.expr_from(start, ExprKind::Star(star)));
            }
            if !self.name_ahead(1) {
                break;
            }
            self.bump();
            parts.push(self.name()?);
        }
        let name = ObjectName::Parts(parts);
        if self.at_sign("(") {
            return self.function(start, name);
        }
        Ok(self.attribute(start, name))
    }

    pub(crate) fn attribute(&self, start: usize, name: ObjectName) -> Expr {
        let attribute = Attribute {
            name,
            plan_id: None,
            is_metadata: false,
        };
        self.expr_from(start, ExprKind::Attribute(attribute))
    }

    /// `CASE`, after the word.
    pub(crate) fn case(&mut self, start: usize) -> Result<Expr> {
        let operand = if self.at_word("WHEN") {
            None
        } else {
            Some(self.expr()?)
        };
        let mut args = Vec::new();
        self.expect_word("WHEN")?;
        loop {
            let when_start = self.start();
            let mut condition = self.expr()?;
            if let Some(operand) = &operand {
                condition = self.call_from(when_start, "==", [operand.clone(), condition]);
            }
            self.expect_word("THEN")?;
            args.extend([condition, self.expr()?]);
            if !self.eat_word("WHEN") {
                break;
            }
        }
        if self.eat_word("ELSE") {
            args.push(self.expr()?);
        }
        self.expect_word("END")?;
        Ok(self.call_from(start, "when", args))
    }
}
