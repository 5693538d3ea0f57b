//! Words that start primaries of their own: CASE, CAST, typed literals, TRIM, EXTRACT and their like.
//!
//! None of these words is reserved. Each counts as special only before what cannot follow a name.

use flint_sql_spec::{
    Cast, CastMode, DataType, Expr, ExprKind, FunctionCall, Literal, NullTreatment, ObjectName,
    Result, Subquery, SubqueryKind, SubqueryPlan,
};

use crate::cursor::Parser;

/// Units of TIMESTAMPADD and TIMESTAMPDIFF.
const UNITS: [&str; 11] = [
    "YEAR",
    "QUARTER",
    "MONTH",
    "WEEK",
    "DAY",
    "DAYOFYEAR",
    "HOUR",
    "MINUTE",
    "SECOND",
    "MILLISECOND",
    "MICROSECOND",
];

impl Parser {
    /// A primary that starts with a word without quotes.
    pub(crate) fn word_primary(&mut self) -> Result<Expr> {
        let start = self.start();
        if self.sign_ahead(1, "(") {
            if let Some(special) = self.special_call(start)? {
                return Ok(special);
            }
        } else if self.string_ahead(1) {
            return self.typed_literal();
        }
        if self.at_word("INTERVAL") && self.interval_follows() {
            return self.interval();
        }
        if self.at_word("CASE") && self.case_follows() {
            self.bump();
            return self.case(start);
        }
        if !self.sign_ahead(1, "->") && !self.sign_ahead(1, ".") && !self.sign_ahead(1, "(") {
            let constant = match () {
                () if self.at_word("NULL") => Some(Literal::NULL),
                () if self.at_word("TRUE") => Some(Literal::Boolean(true)),
                () if self.at_word("FALSE") => Some(Literal::Boolean(false)),
                () => None,
            };
            if let Some(constant) = constant {
                self.bump();
                return Ok(self.expr_from(start, ExprKind::Literal(constant)));
            }
        }
        self.name_primary()
    }

    fn case_follows(&self) -> bool {
        if self.word_ahead(1, "WHEN") {
            return true;
        }
        self.operand_may_start(1)
            && !self.any_ahead(
                1,
                &["FROM", "AS", "THEN", "END", "AND", "OR", "IS", "IN", "LIKE"],
            )
            && !self.sign_ahead(1, "*")
            && !self.sign_ahead(1, "-")
            && !self.sign_ahead(1, "+")
    }

    /// A call that is not a plain one, by its word; `None` when it is plain after all.
    fn special_call(&mut self, start: usize) -> Result<Option<Expr>> {
        let word = self.text_of(self.token()).to_ascii_uppercase();
        let rule: fn(&mut Self, usize) -> Result<Expr> = match word.as_str() {
            "CAST" if self.call_has(&["AS"]) => |p, start| p.cast(start, CastMode::Session),
            "TRY_CAST" if self.call_has(&["AS"]) => |p, start| p.cast(start, CastMode::Try),
            "EXISTS" if self.query_paren_ahead(1) => Self::exists,
            "EXTRACT" if self.call_has(&["FROM"]) => Self::extract,
            "TRIM" if self.call_has(&["FROM"]) => Self::trim,
            "POSITION" if self.call_has(&["IN"]) => Self::position,
            "SUBSTR" | "SUBSTRING" if self.call_has(&["FROM"]) => Self::substring,
            "OVERLAY" if self.call_has(&["PLACING"]) => Self::overlay,
            "FIRST" | "LAST" | "ANY_VALUE" if self.call_has(&["IGNORE"]) => Self::first_or_last,
            "TIMESTAMPADD" | "DATEADD" | "DATE_ADD" if self.unit_ahead() => {
                |p, start| p.timestamp_arithmetic(start, "timestampadd")
            }
            "TIMESTAMPDIFF" | "DATEDIFF" | "DATE_DIFF" | "TIMEDIFF" if self.unit_ahead() => {
                |p, start| p.timestamp_arithmetic(start, "timestampdiff")
            }
            "STRUCT" => Self::structure,
            "IDENTIFIER" => return self.identifier_clause(start).map(Some),
            _ => return Ok(None),
        };
        self.bump();
        rule(self, start).map(Some)
    }

    fn exists(&mut self, start: usize) -> Result<Expr> {
        let query = self.parens(Self::query)?;
        let plan = SubqueryPlan::Here(query);
        let subquery = Subquery {
            kind: SubqueryKind::Exists,
            plan,
        };
        Ok(self.expr_from(start, ExprKind::Subquery(subquery)))
    }

    fn unit_ahead(&self) -> bool {
        self.any_ahead(2, &UNITS) && self.sign_ahead(3, ",")
    }

    fn cast(&mut self, start: usize, mode: CastMode) -> Result<Expr> {
        self.expect_sign("(")?;
        let expr = self.expr()?;
        self.expect_word("AS")?;
        let to = self.data_type()?;
        self.expect_close(matches!(
            to,
            DataType::Array { .. }
                | DataType::Map { .. }
                | DataType::Struct(_)
                | DataType::DayTimeInterval(_)
                | DataType::YearMonthInterval(_)
        ))?;
        Ok(self.expr_from(start, ExprKind::Cast(Cast { expr, to, mode })))
    }

    fn extract(&mut self, start: usize) -> Result<Expr> {
        self.expect_sign("(")?;
        let field_start = self.start();
        let field = self.name()?;
        let field = self.string_expr(field_start, &field);
        self.expect_word("FROM")?;
        let source = self.value()?;
        self.expect_close(true)?;
        Ok(self.call_from(start, "extract", [field, source]))
    }

    /// The closing parenthesis. The error for a comma says what is missing where nothing but it could
    /// be there.
    fn expect_close(&mut self, only: bool) -> Result<()> {
        if only && self.at_sign(",") {
            return Err(self.unexpected().with("hint", ": missing ')'"));
        }
        self.expect_sign(")")
    }

    /// `TRIM([BOTH|LEADING|TRAILING] [chars] FROM text)`.
    fn trim(&mut self, start: usize) -> Result<Expr> {
        self.expect_sign("(")?;
        let sided = self.any_ahead(0, &["BOTH", "LEADING", "TRAILING"])
            && !self.sign_ahead(1, ")")
            && !self.sign_ahead(1, ",");
        let name = match sided
            .then(|| self.eat_any(&["BOTH", "LEADING", "TRAILING"]))
            .flatten()
        {
            Some("LEADING") => "ltrim",
            Some("TRAILING") => "rtrim",
            _ => "trim",
        };
        let characters = if self.at_word("FROM") {
            None
        } else {
            Some(self.expr()?)
        };
        self.expect_word("FROM")?;
        let source = self.expr()?;
        self.expect_sign(")")?;
        Ok(self.call_from(start, name, characters.into_iter().chain([source])))
    }

    fn position(&mut self, start: usize) -> Result<Expr> {
        self.expect_sign("(")?;
        let what = self.value()?;
        self.expect_word("IN")?;
        let text = self.value()?;
        self.expect_sign(")")?;
        Ok(self.call_from(start, "position", [what, text]))
    }

    fn substring(&mut self, start: usize) -> Result<Expr> {
        self.expect_sign("(")?;
        let mut args = vec![self.expr()?];
        self.expect_word("FROM")?;
        args.push(self.expr()?);
        if self.eat_word("FOR") {
            args.push(self.expr()?);
        }
        self.expect_sign(")")?;
        Ok(self.call_from(start, "substring", args))
    }

    fn overlay(&mut self, start: usize) -> Result<Expr> {
        self.expect_sign("(")?;
        let mut args = vec![self.expr()?];
        self.expect_word("PLACING")?;
        args.push(self.expr()?);
        self.expect_word("FROM")?;
        args.push(self.expr()?);
        if self.eat_word("FOR") {
            args.push(self.expr()?);
        }
        self.expect_sign(")")?;
        Ok(self.call_from(start, "overlay", args))
    }

    /// `first(x IGNORE NULLS)`: with the clause inside, no other clause may follow.
    fn first_or_last(&mut self, start: usize) -> Result<Expr> {
        let word = self.text.text[start..]
            .split('(')
            .next()
            .unwrap_or_default()
            .trim();
        let name = ObjectName::bare(word);
        self.expect_sign("(")?;
        let arg = self.expr()?;
        self.expect_words(&["IGNORE", "NULLS"])?;
        self.expect_sign(")")?;
        let mut call = FunctionCall::new(name, [arg]);
        call.nulls = Some(NullTreatment::Ignore);
        Ok(self.expr_from(start, ExprKind::Function(call)))
    }

    fn timestamp_arithmetic(&mut self, start: usize, name: &str) -> Result<Expr> {
        self.expect_sign("(")?;
        let unit_start = self.start();
        let unit = self.name()?;
        let unit = self.string_expr(unit_start, &unit);
        self.expect_sign(",")?;
        let first = self.value()?;
        self.expect_sign(",")?;
        let second = self.value()?;
        self.expect_sign(")")?;
        Ok(self.call_from(start, name, [unit, first, second]))
    }

    /// `struct(a, b AS c)`.
    fn structure(&mut self, start: usize) -> Result<Expr> {
        self.expect_sign("(")?;
        let fields = if self.at_sign(")") {
            Vec::new()
        } else {
            self.list(Self::named_in_row)?
        };
        self.expect_sign(")")?;
        Ok(self.call_from(start, "struct", fields))
    }

    /// `IDENTIFIER(expr)`: a column, or a function when arguments follow.
    fn identifier_clause(&mut self, start: usize) -> Result<Expr> {
        let name = self.computed_name()?;
        if self.at_sign("(") {
            return self.function(start, name);
        }
        Ok(self.attribute(start, name))
    }
}
