//! What follows a primary: fields, elements, casts, paths, collations.

use flint_sql_spec::{Cast, CastMode, Expr, ExprKind, Literal, Result};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// A primary and all that follows it.
    pub(crate) fn postfixed(&mut self) -> Result<Expr> {
        let start = self.start();
        let primary = self.primary()?;
        self.postfix(start, primary)
    }

    /// What follows `expr`, which began at `start`.
    pub(crate) fn postfix(&mut self, start: usize, mut expr: Expr) -> Result<Expr> {
        loop {
            expr = if self.at_sign("[") {
                self.element(start, expr)?
            } else if self.at_sign(".") && self.name_ahead(1) {
                self.bump();
                let field_start = self.start();
                let field = Literal::String(self.name()?);
                let extraction = self.expr_from(field_start, ExprKind::Literal(field));
                self.expr_from(
                    start,
                    ExprKind::ExtractValue {
                        child: expr,
                        extraction,
                    },
                )
            } else if self.eat_sign("::") {
                let to = self.data_type()?;
                let cast = Cast {
                    expr,
                    to,
                    mode: CastMode::Session,
                };
                self.expr_from(start, ExprKind::Cast(cast))
            } else if self.at_path() {
                self.path(start, expr)?
            } else if self.at_word("COLLATE") && self.name_ahead(1) {
                self.bump();
                let collation = self.dotted()?;
                self.expr_from(
                    start,
                    ExprKind::Collate {
                        child: expr,
                        collation,
                    },
                )
            } else {
                return Ok(expr);
            };
        }
    }

    fn element(&mut self, start: usize, child: Expr) -> Result<Expr> {
        self.expect_sign("[")?;
        let extraction = self.value()?;
        self.expect_sign("]")?;
        Ok(self.expr_from(start, ExprKind::ExtractValue { child, extraction }))
    }

    /// Whether a path into semi-structured data follows: a colon and a name or an element.
    fn at_path(&self) -> bool {
        self.at_sign(":") && (self.name_ahead(1) || self.sign_ahead(1, "["))
    }

    /// `:a.b[0]['c']`.
    fn path(&mut self, start: usize, child: Expr) -> Result<Expr> {
        self.expect_sign(":")?;
        let path_start = self.start();
        let mut first = true;
        loop {
            if self.at_sign("[") {
                self.bump();
                let inside = matches!(self.kind(), TokenKind::Integer) || self.at_string();
                if !inside && !self.at_sign("*") {
                    return Err(self.unexpected());
                }
                self.bump();
                self.expect_sign("]")?;
            } else if first {
                self.name()?;
            } else if self.at_sign(".") && self.name_ahead(1) {
                self.bump();
                self.name()?;
            } else {
                break;
            }
            first = false;
        }
        let path = self.source_from(path_start).into();
        Ok(self.expr_from(start, ExprKind::SemiStructuredExtract { child, path }))
    }
}
