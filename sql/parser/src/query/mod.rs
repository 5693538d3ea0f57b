//! Queries: WITH, set operations, ORDER BY and LIMIT, the pipe.

mod alias;
mod derived;
mod from;
mod from_suffix;
mod pipe;
mod pivot;
mod select;
mod transform;

use flint_sql_spec::{
    Cte, Deduplicate, Expr, ExprKind, NamedWindow, Relation, RelationKind, Result, SetOp,
    SetOpKind, SortOrder, With, condition,
};

use crate::cursor::Parser;

/// What ends a query body and orders, limits or names windows for it.
const ORGANIZERS: [&str; 7] = [
    "ORDER",
    "CLUSTER",
    "DISTRIBUTE",
    "SORT",
    "WINDOW",
    "LIMIT",
    "OFFSET",
];

impl Parser {
    /// `[WITH ..] body [ORDER BY ..] [LIMIT ..] [|> ..]`.
    pub(crate) fn query(&mut self) -> Result<Relation> {
        self.nested(Self::query_level)
    }

    fn query_level(&mut self) -> Result<Relation> {
        let start = self.start();
        if self.at_word("WITH") {
            let with = self.with_clause()?;
            let body = self.query_after_with()?;
            return Ok(self.put_with(start, with, body));
        }
        self.query_after_with()
    }

    /// What follows WITH: a query without one.
    pub(crate) fn query_after_with(&mut self) -> Result<Relation> {
        let body = self.set_operations()?;
        self.query_tail(body)
    }

    /// Everything that may follow a query's body.
    pub(crate) fn query_tail(&mut self, body: Relation) -> Result<Relation> {
        let start = body
            .origin()
            .span()
            .map_or(self.start(), |span| span.range().start);
        let mut query = body;
        while self.eat_sign("|>") {
            query = self.pipe_step(start, query)?;
            query = self.more_set_operations(start, query)?;
        }
        self.organize(start, query)
    }

    /// `WITH [RECURSIVE] a AS (..), ..`.
    pub(crate) fn with_clause(&mut self) -> Result<(bool, Vec<Cte>)> {
        let start = self.start();
        self.expect_word("WITH")?;
        let recursive =
            self.at_word("RECURSIVE") && self.name_ahead(1) && !self.word_ahead(1, "AS");
        if recursive {
            self.bump();
        }
        let ctes = self.list(Self::cte)?;
        let mut names: Vec<_> = ctes.iter().map(|cte| cte.name.to_lowercase()).collect();
        names.sort();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            let error = self.error_from(start, condition::DUPLICATED_CTE_NAMES);
            return Err(error.with("duplicateNames", format!("`{}`", pair[0])));
        }
        Ok((recursive, ctes))
    }

    pub(crate) fn put_with(
        &self,
        start: usize,
        (recursive, ctes): (bool, Vec<Cte>),
        input: Relation,
    ) -> Relation {
        self.relation_from(
            start,
            RelationKind::With(With {
                input,
                ctes,
                recursive,
            }),
        )
    }

    fn cte(&mut self) -> Result<Cte> {
        let name = self.name()?;
        let columns = if self.at_sign("(") && !self.at_query_paren() {
            self.name_list()?
        } else {
            Vec::new()
        };
        let max_recursion = if self.eat_words(&["MAX", "RECURSION", "LEVEL"]) {
            Some(self.integer()?)
        } else {
            None
        };
        self.eat_word("AS");
        let query = self.parens(Self::query)?;
        Ok(Cte {
            name,
            columns,
            query,
            max_recursion,
        })
    }

    /// UNION, EXCEPT and MINUS bind alike, INTERSECT tighter.
    fn set_operations(&mut self) -> Result<Relation> {
        let start = self.start();
        let left = self.intersections()?;
        self.more_set_operations(start, left)
    }

    fn more_set_operations(&mut self, start: usize, mut left: Relation) -> Result<Relation> {
        while let Some(kind) = self.set_operator(&["UNION", "EXCEPT", "MINUS", "SETMINUS"]) {
            let all = self.set_quantifier();
            let right = self.intersections()?;
            left = self.set_operation(start, left, right, kind, all);
        }
        Ok(left)
    }

    fn intersections(&mut self) -> Result<Relation> {
        let start = self.start();
        let mut left = self.query_primary()?;
        while let Some(kind) = self.set_operator(&["INTERSECT"]) {
            let all = self.set_quantifier();
            let right = self.query_primary()?;
            left = self.set_operation(start, left, right, kind, all);
        }
        Ok(left)
    }

    pub(crate) fn set_operator(&mut self, words: &[&'static str]) -> Option<SetOpKind> {
        Some(match self.eat_any(words)? {
            "UNION" => SetOpKind::Union,
            "INTERSECT" => SetOpKind::Intersect,
            _ => SetOpKind::Except,
        })
    }

    pub(crate) fn set_quantifier(&mut self) -> bool {
        self.eat_any(&["ALL", "DISTINCT"]) == Some("ALL")
    }

    pub(crate) fn set_operation(
        &self,
        start: usize,
        left: Relation,
        right: Relation,
        kind: SetOpKind,
        all: bool,
    ) -> Relation {
        let op = SetOp {
            left,
            right,
            kind,
            all,
            by_name: false,
            allow_missing: false,
        };
        self.relation_from(start, RelationKind::SetOp(op))
    }

    /// SELECT, FROM-first, VALUES, TABLE or a query in parentheses.
    pub(crate) fn query_primary(&mut self) -> Result<Relation> {
        let start = self.start();
        if self.at_sign("(") {
            return self.nested(|p| p.parens(Self::query));
        }
        if self.at_any(&["SELECT", "MAP", "REDUCE"]) {
            return self.select();
        }
        if self.at_word("FROM") {
            return self.query_of_from();
        }
        if self.at_word("VALUES") {
            return self.inline_table(start);
        }
        if self.at_word("TABLE") {
            self.bump();
            return self.table_name_relation();
        }
        Err(self.unexpected())
    }

    /// ORDER BY, SORT BY, DISTRIBUTE BY, CLUSTER BY, WINDOW, LIMIT, OFFSET, in this order.
    pub(crate) fn organize(&mut self, start: usize, mut query: Relation) -> Result<Relation> {
        if !self.at_any(&ORGANIZERS) {
            return Ok(query);
        }
        let place = self.start();
        query = self.ordering(start, query)?;
        if self.at_words(&["SORT", "BY"]) || self.at_words(&["DISTRIBUTE", "BY"]) {
            self.ordering(start, query)?;
            let condition = condition::UNSUPPORTED_FEATURE_COMBINATION_QUERY_RESULT_CLAUSES;
            return Err(self.error_from(place, condition));
        }
        if self.at_word("WINDOW") {
            let windows = self.window_clause()?;
            let kind = RelationKind::NamedWindows {
                input: query,
                windows,
            };
            query = self.relation_from(start, kind);
        }
        self.limits(start, query)
    }

    fn ordering(&mut self, start: usize, query: Relation) -> Result<Relation> {
        if self.eat_words(&["ORDER", "BY"]) {
            let order = self.list(Self::sort_order)?;
            return Ok(self.sorted(start, query, order, true));
        }
        if self.eat_words(&["CLUSTER", "BY"]) {
            let exprs = self.exprs()?;
            let order = exprs.iter().cloned().map(SortOrder::ascending).collect();
            let input = self.distributed(start, query, exprs);
            return Ok(self.sorted(start, input, order, false));
        }
        let mut query = query;
        if self.eat_words(&["DISTRIBUTE", "BY"]) {
            let exprs = self.exprs()?;
            query = self.distributed(start, query, exprs);
        }
        if self.eat_words(&["SORT", "BY"]) {
            let order = self.list(Self::sort_order)?;
            query = self.sorted(start, query, order, false);
        }
        Ok(query)
    }

    fn distributed(&self, start: usize, input: Relation, exprs: Vec<Expr>) -> Relation {
        let kind = RelationKind::RepartitionByExpression {
            input,
            exprs,
            num_partitions: None,
        };
        self.relation_from(start, kind)
    }

    fn sorted(
        &self,
        start: usize,
        input: Relation,
        order: Vec<SortOrder>,
        global: bool,
    ) -> Relation {
        let all = |order: &SortOrder| {
            let ExprKind::Attribute(attribute) = order.expr.kind() else {
                return false;
            };
            let parts = attribute.name.parts();
            matches!(parts, Some([only]) if only.eq_ignore_ascii_case("ALL"))
        };
        let kind = match <[SortOrder; 1]>::try_from(order) {
            Ok([order]) if global && all(&order) => RelationKind::SortAll { input, order },
            Ok(order) => RelationKind::Sort {
                input,
                order: order.into(),
                global,
            },
            Err(order) => RelationKind::Sort {
                input,
                order,
                global,
            },
        };
        self.relation_from(start, kind)
    }

    /// LIMIT, then OFFSET, which skips before LIMIT counts.
    fn limits(&mut self, start: usize, query: Relation) -> Result<Relation> {
        let mut limit = None;
        if self.eat_word("LIMIT") {
            if self.at_word("ALL") && !self.operand_may_follow_all() {
                self.bump();
            } else {
                limit = Some(self.expr()?);
            }
        }
        let offset = if self.eat_word("OFFSET") {
            Some(self.expr()?)
        } else {
            None
        };
        let mut query = query;
        if let Some(offset) = offset {
            query = self.relation_from(
                start,
                RelationKind::Offset {
                    input: query,
                    offset,
                },
            );
        }
        if let Some(limit) = limit {
            query = self.relation_from(
                start,
                RelationKind::Limit {
                    input: query,
                    limit,
                },
            );
        }
        Ok(query)
    }

    /// Whether ALL after LIMIT is a column in a longer expression.
    fn operand_may_follow_all(&self) -> bool {
        ["+", "-", "*", "/", ".", "("]
            .iter()
            .any(|sign| self.sign_ahead(1, sign))
    }

    /// `WINDOW w AS (..), v AS w`.
    pub(crate) fn window_clause(&mut self) -> Result<Vec<NamedWindow>> {
        let start = self.start();
        self.expect_word("WINDOW")?;
        let windows = self.list(|p| {
            let name = p.name()?;
            p.expect_word("AS")?;
            Ok(NamedWindow {
                name,
                window: p.window_ref()?,
            })
        })?;
        for (at, window) in windows.iter().enumerate() {
            if windows[..at]
                .iter()
                .any(|other| other.name.eq_ignore_ascii_case(&window.name))
            {
                let condition = condition::INVALID_SQL_SYNTAX_REPETITIVE_WINDOW_DEFINITION;
                let error = self.error_from(start, condition);
                return Err(error.with("windowName", format!("`{}`", window.name)));
            }
        }
        Ok(windows)
    }

    pub(crate) fn distinct_rows(&self, start: usize, input: Relation) -> Relation {
        let kind = RelationKind::Deduplicate(Deduplicate {
            input,
            columns: Vec::new(),
            all_columns: true,
            within_watermark: false,
        });
        self.relation_from(start, kind)
    }
}
