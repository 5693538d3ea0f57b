//! Expressions: operators by precedence.
//!
//! From loose to tight: OR, AND, NOT, one predicate (BETWEEN, IN, LIKE, IS), comparison, `|`, `^`, `&`,
//! shifts, `+ - ||`, `* / % DIV`, signs, then what follows a primary (`.`, `[]`, `::`, `:path`,
//! COLLATE). Chains of one level are loops; AND and OR chains become balanced trees, as Spark's do.

mod call;
mod interval;
mod literal;
mod postfix;
mod predicate;
mod primary;
mod special;
mod window;

pub(crate) use interval::parts_of_text;

use flint_sql_spec::{Direction, NullOrder};
use flint_sql_spec::{Expr, ExprKind, FunctionCall, ObjectName, Result, SortOrder};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// An expression.
    pub(crate) fn expr(&mut self) -> Result<Expr> {
        self.nested(Self::or_expr)
    }

    /// One or more expressions.
    pub(crate) fn exprs(&mut self) -> Result<Vec<Expr>> {
        self.list(Self::expr)
    }

    /// A call of a plain function over what was read since `start`.
    pub(crate) fn call_from(
        &self,
        start: usize,
        name: &str,
        args: impl IntoIterator<Item = Expr>,
    ) -> Expr {
        let call = FunctionCall::new(ObjectName::bare(name), args);
        self.expr_from(start, ExprKind::Function(call))
    }

    fn or_expr(&mut self) -> Result<Expr> {
        self.chain("OR", "or", Self::and_expr)
    }

    fn and_expr(&mut self) -> Result<Expr> {
        self.chain("AND", "and", Self::not_expr)
    }

    fn chain(
        &mut self,
        word: &str,
        name: &str,
        operand: fn(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let first = operand(self)?;
        if !self.at_operator_word(word) {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.at_operator_word(word) {
            self.bump();
            operands.push(operand(self)?);
        }
        Ok(balanced(name, &operands))
    }

    /// Whether `word` stands here as an operator: with something after it to work on.
    fn at_operator_word(&self, word: &str) -> bool {
        self.at_word(word) && self.operand_may_start(1)
    }

    /// Whether the token `ahead` may start an operand.
    pub(crate) fn operand_may_start(&self, ahead: usize) -> bool {
        match self.kind_ahead(ahead) {
            TokenKind::End | TokenKind::HintEnd | TokenKind::HintStart => false,
            TokenKind::Sign => ["(", "+", "-", "~", "*", ":", "?", "!", "["]
                .iter()
                .any(|sign| self.sign_ahead(ahead, sign)),
            _ => true,
        }
    }

    fn not_expr(&mut self) -> Result<Expr> {
        let bang = self.at_sign("!");
        let not = bang || self.at_word("NOT") && self.operand_may_start(1);
        if !not {
            return self.predicated();
        }
        let start = self.start();
        self.bump();
        let operand = self.nested(Self::not_expr)?;
        Ok(self.call_from(start, "not", [operand]))
    }

    /// A value with at most one predicate behind it.
    fn predicated(&mut self) -> Result<Expr> {
        let start = self.start();
        let value = self.value()?;
        self.predicate(start, value)
    }

    /// A value: comparison and everything that binds tighter.
    pub(crate) fn value(&mut self) -> Result<Expr> {
        self.nested(|p| p.binary(0))
    }

    /// Operators of `level` and tighter.
    fn binary(&mut self, level: usize) -> Result<Expr> {
        if level == LEVELS {
            return self.unary();
        }
        let start = self.start();
        let mut left = self.binary(level + 1)?;
        while let Some((name, tokens, negated)) = self.operator(level) {
            for _ in 0..tokens {
                self.bump();
            }
            let right = self.binary(level + 1)?;
            left = self.call_from(start, name, [left, right]);
            if negated {
                left = self.call_from(start, "not", [left]);
            }
        }
        Ok(left)
    }

    /// The operator of `level` that comes next: its function, how many tokens it takes, and whether it
    /// is negated.
    fn operator(&self, level: usize) -> Option<(&'static str, usize, bool)> {
        let token = self.token();
        if token.kind == TokenKind::Word {
            let div = level == 6 && self.at_operator_word("DIV");
            return div.then_some(("div", 1, false));
        }
        if token.kind != TokenKind::Sign {
            return None;
        }
        let plain = |name| Some((name, 1, false));
        match (level, self.text_of(token)) {
            (0, "=" | "==") => plain("=="),
            (0, "<>" | "!=") => Some(("==", 1, true)),
            (0, "<=>") => plain("<=>"),
            (0, "<=" | "!>") => plain("<="),
            (0, ">=" | "!<") => plain(">="),
            (0, "<") => plain("<"),
            (0, ">") if !self.adjacent_sign(1, ">") => plain(">"),
            (1, "|") => plain("|"),
            (2, "^") => plain("^"),
            (3, "&") => plain("&"),
            (5, "+") => plain("+"),
            (5, "-") => plain("-"),
            (5, "||") => plain("concat"),
            (6, "*") => plain("*"),
            (6, "/") => plain("/"),
            (6, "%") => plain("%"),
            _ => None,
        }
        .or_else(|| self.shift(level))
    }

    /// `<<`, `>>` and `>>>`, the latter two of single signs.
    fn shift(&self, level: usize) -> Option<(&'static str, usize, bool)> {
        if level != SHIFT_LEVEL {
            return None;
        }
        if self.at_sign("<<") {
            return Some(("<<", 1, false));
        }
        if !self.at_sign(">") || !self.adjacent_sign(1, ">") {
            return None;
        }
        let unsigned = self.adjacent_sign(2, ">");
        Some(if unsigned {
            (">>>", 3, false)
        } else {
            (">>", 2, false)
        })
    }

    /// Whether the token `ahead` is `sign` and touches the one before it.
    fn adjacent_sign(&self, ahead: usize, sign: &str) -> bool {
        self.sign_ahead(ahead, sign)
            && self.token_ahead(ahead - 1).end == self.token_ahead(ahead).start
    }

    fn unary(&mut self) -> Result<Expr> {
        let name = match () {
            () if self.at_sign("-") => "negative",
            () if self.at_sign("+") => "positive",
            () if self.at_sign("~") => "~",
            () => return self.postfixed(),
        };
        let start = self.start();
        self.bump();
        if name == "negative" && self.at_number() {
            let number = self.negative_number(start)?;
            return self.postfix(start, number);
        }
        let operand = self.nested(Self::unary)?;
        Ok(self.call_from(start, name, [operand]))
    }

    /// `expr [ASC|DESC] [NULLS FIRST|LAST]`.
    pub(crate) fn sort_order(&mut self) -> Result<SortOrder> {
        let expr = self.expr()?;
        let direction = match self.eat_any(&["ASC", "DESC"]) {
            Some("DESC") => Direction::Descending,
            _ => Direction::Ascending,
        };
        let nulls = if self.eat_word("NULLS") {
            match self.expect_any(&["FIRST", "LAST"])? {
                "FIRST" => NullOrder::First,
                _ => NullOrder::Last,
            }
        } else {
            NullOrder::Default
        };
        Ok(SortOrder {
            expr,
            direction,
            nulls,
        })
    }
}

const LEVELS: usize = 7;
const SHIFT_LEVEL: usize = 4;

/// A tree of `name` over `operands` of which no branch is deeper than it must be.
fn balanced(name: &str, operands: &[Expr]) -> Expr {
    match operands {
        [only] => only.clone(),
        _ => {
            let (left, right) = operands.split_at(operands.len().div_ceil(2));
            let (left, right) = (balanced(name, left), balanced(name, right));
            let origin = match (left.origin().span(), right.origin().span()) {
                (Some(left), Some(right)) => flint_sql_spec::Origin::Sql(left.to(right)),
                _ => flint_sql_spec::Origin::Unknown,
            };
            Expr::call(name, [left, right]).with_origin(origin)
        }
    }
}
