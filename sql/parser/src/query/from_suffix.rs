//! What a relation can be, and what follows it: time travel, samples, options, LATERAL VIEW.

use flint_sql_spec::{
    Expr, ExprKind, Float, Ident, LateralView, Literal, NamedTable, ObjectName, Options, Relation,
    RelationKind, Result, Sample, TableFunction, TimeTravel, condition,
};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// A table, a function's table, VALUES, or a query or relation in parentheses, with its alias.
    pub(crate) fn relation_primary(&mut self) -> Result<Relation> {
        let start = self.start();
        let relation = if self.at_sign("(") {
            if self.at_query_paren() {
                self.parens(Self::query)?
            } else {
                self.parens(Self::relation)?
            }
        } else if self.at_word("VALUES") && self.values_follow() {
            return self.inline_table(start);
        } else if self.at_word("STREAM") && self.stream_follows() {
            self.stream()?
        } else if self.at_word("JSON_TABLE") && self.sign_ahead(1, "(") {
            self.json_table()?
        } else if self.table_function_follows() {
            return self.table_function(start, false);
        } else {
            let named = self.table_name_relation()?;
            let named = self.with_time_travel(start, named)?;
            self.with_changes(start, named)?
        };
        let sampled = self.sample(start, relation)?;
        let aliased = self.with_alias(start, sampled)?;
        // Spark reads a sample before the alias; one behind it is taken too.
        self.sample(start, aliased)
    }

    fn values_follow(&self) -> bool {
        self.operand_may_start(1) && !self.any_ahead(1, &["AS", "WHERE", "JOIN"])
    }

    /// `VALUES (1, 2), (3, 4) [AS t(a, b)]`.
    pub(crate) fn inline_table(&mut self, start: usize) -> Result<Relation> {
        self.expect_word("VALUES")?;
        let rows = self.list(|p| {
            let value = p.named_in_values()?;
            Ok(match value.as_call("struct") {
                Some(columns) => columns.to_vec(),
                None => vec![value],
            })
        })?;
        let width = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|row| row.len() != width) {
            let error = self.error_from(start, condition::INVALID_INLINE_TABLE_ROWS);
            let other = rows
                .iter()
                .find(|row| row.len() != width)
                .map_or(0, Vec::len);
            return Err(error
                .with("expectedNumCols", width.to_string())
                .with("actualNumCols", other.to_string())
                .with("rowIndex", "1"));
        }
        let table = self.relation_from(start, RelationKind::Values { rows });
        self.with_alias(start, table)
    }

    fn named_in_values(&mut self) -> Result<Expr> {
        self.expr()
    }

    fn stream_follows(&self) -> bool {
        self.name_ahead(1) && !self.at_clause_ahead_of_stream() || self.sign_ahead(1, "(")
    }

    fn at_clause_ahead_of_stream(&self) -> bool {
        self.any_ahead(
            1,
            &[
                "WHERE", "GROUP", "ORDER", "LIMIT", "JOIN", "AS", "ON", "HAVING",
            ],
        )
    }

    /// `STREAM t`, `STREAM(t)`, `STREAM f(..)`.
    fn stream(&mut self) -> Result<Relation> {
        let start = self.start();
        self.expect_word("STREAM")?;
        let parens = self.eat_sign("(");
        if self.table_function_follows() {
            let table = self.table_function(start, true)?;
            if parens {
                self.expect_sign(")")?;
            }
            return Ok(table);
        }
        let name = self.object_name()?;
        let options = self.table_options()?;
        if parens {
            self.expect_sign(")")?;
        }
        let table = NamedTable {
            name,
            options,
            is_streaming: true,
            time_travel: None,
        };
        Ok(self.relation_from(start, RelationKind::NamedTable(table)))
    }

    /// A table by name, with its options.
    pub(crate) fn table_name_relation(&mut self) -> Result<Relation> {
        let start = self.start();
        let name = self.object_name()?;
        let options = self.table_options()?;
        let table = NamedTable {
            name,
            options,
            is_streaming: false,
            time_travel: None,
        };
        Ok(self.relation_from(start, RelationKind::NamedTable(table)))
    }

    /// `WITH ('key' = 'value')`.
    fn table_options(&mut self) -> Result<Options> {
        if self.at_word("WITH") && self.sign_ahead(1, "(") {
            self.bump();
            return self.properties();
        }
        Ok(Vec::new())
    }

    /// `[FOR] VERSION|TIMESTAMP AS OF ..`, and `t@v1`.
    fn with_time_travel(&mut self, start: usize, relation: Relation) -> Result<Relation> {
        let travel = if self.at_sign("@") && self.name_ahead(1) {
            self.bump();
            let version = self.name()?;
            let number = version.strip_prefix(['v', 'V']).unwrap_or(&version);
            Some(TimeTravel::Version(number.into()))
        } else {
            self.time_travel()?
        };
        let (Some(time_travel), RelationKind::NamedTable(table)) = (travel, relation.kind()) else {
            return Ok(relation);
        };
        let table = NamedTable {
            time_travel: Some(time_travel),
            ..table.clone()
        };
        Ok(self.relation_from(start, RelationKind::NamedTable(table)))
    }

    fn time_travel(&mut self) -> Result<Option<TimeTravel>> {
        const WHAT: [&str; 4] = ["VERSION", "TIMESTAMP", "SYSTEM_VERSION", "SYSTEM_TIME"];
        let ahead = usize::from(self.at_word("FOR"));
        let follows = self.any_ahead(ahead, &WHAT)
            && self.word_ahead(ahead + 1, "AS")
            && self.word_ahead(ahead + 2, "OF");
        if !follows {
            return Ok(None);
        }
        self.eat_word("FOR");
        let version = matches!(self.expect_any(&WHAT)?, "VERSION" | "SYSTEM_VERSION");
        self.expect_words(&["AS", "OF"])?;
        if !version {
            return self.value().map(|at| Some(TimeTravel::Timestamp(at)));
        }
        if self.at_string() {
            return self.string().map(|name| Some(TimeTravel::Version(name)));
        }
        let token = self.token();
        self.integer::<u64>()?;
        Ok(Some(TimeTravel::Version(self.text_of(token).into())))
    }

    /// `TABLESAMPLE (..) [REPEATABLE (seed)]`.
    pub(crate) fn sample(&mut self, start: usize, input: Relation) -> Result<Relation> {
        let follows = self.at_word("TABLESAMPLE")
            && (self.sign_ahead(1, "(") || self.any_ahead(1, &["BERNOULLI", "SYSTEM"]));
        if !follows {
            return Ok(input);
        }
        let sample_start = self.start();
        self.bump();
        if self.eat_any(&["BERNOULLI", "SYSTEM"]) == Some("SYSTEM") {
            return Err(self.error_from(start, condition::UNSUPPORTED_FEATURE_TABLESAMPLE_SYSTEM));
        }
        self.expect_sign("(")?;
        let amount = self.sample_amount(sample_start)?;
        self.expect_sign(")")?;
        let mut seed = None;
        if self.eat_word("REPEATABLE") {
            seed = Some(self.parens(Self::integer)?);
        }
        let upper = match amount {
            Amount::Rows(limit) => {
                return Ok(self.relation_from(start, RelationKind::Limit { input, limit }));
            }
            Amount::Fraction(fraction) => fraction,
        };
        if !(0.0..=1.0).contains(&upper) {
            let error = self.error_from(sample_start, condition::INVALID_TABLESAMPLE_FRACTION);
            return Err(error.with("fraction", upper.to_string()));
        }
        let sample = Sample {
            input,
            lower: Float(0.0),
            upper: Float(upper),
            with_replacement: false,
            seed,
            deterministic_order: false,
        };
        Ok(self.relation_from(start, RelationKind::Sample(sample)))
    }

    fn sample_amount(&mut self, start: usize) -> Result<Amount> {
        if self.at_sign(")") {
            return Err(self.error_from(start, condition::SAMPLE_IS_EMPTY));
        }
        if self.eat_word("BUCKET") {
            let part: f64 = self.integer::<u32>()?.into();
            self.expect_words(&["OUT", "OF"])?;
            let of: f64 = self.integer::<u32>()?.into();
            if self.eat_word("ON") {
                self.dotted()?;
                let error = self.error_from(start, condition::SAMPLE_NOT_SUPPORTED);
                return Err(error.with("msg", "BUCKET x OUT OF y ON column"));
            }
            return Ok(Amount::Fraction(part / of));
        }
        let sign = if self.eat_sign("-") { -1.0 } else { 1.0 };
        let number = self.value()?;
        if self.at_sign(")") {
            let error = self.error_from(start, condition::SAMPLE_NOT_SUPPORTED);
            return Err(error.with("msg", "byteLengthLiteral"));
        }
        if self.eat_word("ROWS") {
            return Ok(Amount::Rows(number));
        }
        self.expect_any(&["PERCENT"])?;
        let percent = match number.as_literal() {
            Some(Literal::Integer(percent)) => f64::from(*percent),
            Some(Literal::Decimal(value)) => {
                value.unscaled as f64 / 10_f64.powi(i32::from(value.scale))
            }
            _ => return Err(self.unexpected()),
        };
        Ok(Amount::Fraction(sign * percent / 100.0))
    }

    /// Whether a call stands here rather than a table's name.
    fn table_function_follows(&self) -> bool {
        if self.at_computed_name() {
            return false;
        }
        let mut ahead = 0;
        while self.name_ahead(ahead) && self.sign_ahead(ahead + 1, ".") {
            ahead += 2;
        }
        self.name_ahead(ahead) && self.sign_ahead(ahead + 1, "(")
    }

    fn table_function(&mut self, start: usize, is_streaming: bool) -> Result<Relation> {
        let name = self.dotted().map(ObjectName::Parts)?;
        self.expect_sign("(")?;
        let place = self.start();
        let args = if self.at_sign(")") {
            Vec::new()
        } else {
            self.list(|p| p.argument(place))?
        };
        self.expect_sign(")")?;
        let unnest = matches!(name.parts(), Some([only]) if only.eq_ignore_ascii_case("unnest"));
        let with_ordinality = unnest && self.eat_words(&["WITH", "ORDINALITY"]);
        let function = TableFunction {
            name,
            args,
            with_ordinality,
            is_streaming,
        };
        let table = self.relation_from(start, RelationKind::TableFunction(function));
        let table = self.with_alias(start, table)?;
        self.sample(start, table)
    }

    /// `LATERAL VIEW [OUTER] f(..) t [AS a, b]`.
    pub(crate) fn lateral_view(&mut self, start: usize, input: Relation) -> Result<Relation> {
        self.expect_words(&["LATERAL", "VIEW"])?;
        let outer = self.at_word("OUTER") && self.name_ahead(1);
        if outer {
            self.bump();
        }
        let call_start = self.start();
        let name = self.dotted().map(ObjectName::Parts)?;
        self.expect_sign("(")?;
        let args = if self.at_sign(")") {
            Vec::new()
        } else {
            self.exprs()?
        };
        self.expect_sign(")")?;
        let call = flint_sql_spec::FunctionCall::new(name, args);
        let generator = self.expr_from(call_start, ExprKind::Function(call));
        let table_alias = self.view_alias()?;
        let mut columns: Vec<Ident> = Vec::new();
        if self.eat_word("AS") || (self.name_ahead(0) && !self.at_clause() && !self.at_join()) {
            columns = self.list(Self::name)?;
        }
        let view = LateralView {
            input,
            generator,
            outer,
            table_alias,
            columns,
        };
        Ok(self.relation_from(start, RelationKind::LateralView(view)))
    }

    /// The name of a lateral view; it may be left out before AS.
    fn view_alias(&mut self) -> Result<Ident> {
        if self.at_word("AS") && self.name_ahead(1) {
            return Ok("".into());
        }
        if self.kind() == TokenKind::End {
            return Err(self.unexpected());
        }
        self.name()
    }
}

/// How much a sample keeps.
enum Amount {
    Rows(Expr),
    Fraction(f64),
}
