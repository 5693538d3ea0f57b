//! Steps after `|>`.

use flint_sql_spec::{Expr, GroupKind, Ident, PipeOp, Relation, RelationKind, Result, condition};

use crate::cursor::Parser;

impl Parser {
    /// One step over `input`, after the sign.
    pub(crate) fn pipe_step(&mut self, start: usize, input: Relation) -> Result<Relation> {
        if let Some(kind) =
            self.set_operator(&["UNION", "INTERSECT", "EXCEPT", "MINUS", "SETMINUS"])
        {
            let all = self.set_quantifier();
            let right = self.query_primary()?;
            return Ok(self.set_operation(start, input, right, kind, all));
        }
        if self.at_join() {
            return self.join(start, input);
        }
        if self.at_word("PIVOT") {
            return self.pivot(start, input);
        }
        if self.at_word("UNPIVOT") {
            return self.unpivot(start, input);
        }
        if self.at_word("TABLESAMPLE") {
            return self.sample(start, input);
        }
        if self.at_any(&[
            "ORDER",
            "SORT",
            "DISTRIBUTE",
            "CLUSTER",
            "LIMIT",
            "OFFSET",
            "WINDOW",
        ]) {
            return self.organize(start, input);
        }
        if self.eat_word("WHERE") {
            let condition = self.expr()?;
            return Ok(self.relation_from(start, RelationKind::Filter { input, condition }));
        }
        if self.at_end() || self.at_sign(")") || self.at_sign("|>") {
            return Ok(input); // an empty step: Spark takes it for an ordering of nothing
        }
        if self.eat_word("AS") {
            let alias = self.name()?;
            return Ok(self.named(start, input, alias, Vec::new()));
        }
        self.pipe_op(start, input)
    }

    fn pipe_op(&mut self, start: usize, input: Relation) -> Result<Relation> {
        let op = match self.expect_any(&["SELECT", "EXTEND", "SET", "DROP", "AGGREGATE"])? {
            "SELECT" => {
                let distinct = self.at_word("DISTINCT") && self.operand_may_start(1);
                if distinct {
                    self.bump();
                }
                let op = PipeOp::Select(self.named_exprs()?);
                let selected = self.pipe_listed(start, input, op)?;
                return Ok(if distinct {
                    self.distinct_rows(start, selected)
                } else {
                    selected
                });
            }
            "EXTEND" => PipeOp::Extend(self.named_exprs()?),
            "SET" => PipeOp::Set(self.list(Self::pipe_assignment)?),
            "DROP" => PipeOp::Drop(self.list(Self::name)?),
            _ => self.pipe_aggregate()?,
        };
        Ok(self.relation_from(start, RelationKind::Pipe { input, op }))
    }

    /// A SELECT, and the windows behind it.
    fn pipe_listed(&mut self, start: usize, input: Relation, op: PipeOp) -> Result<Relation> {
        let input = self.relation_from(start, RelationKind::Pipe { input, op });
        if !self.at_word("WINDOW") {
            return Ok(input);
        }
        let windows = self.window_clause()?;
        Ok(self.relation_from(start, RelationKind::NamedWindows { input, windows }))
    }

    fn pipe_assignment(&mut self) -> Result<(Ident, Expr)> {
        let start = self.start();
        let name = self.name()?;
        if self.at_sign(".") {
            let told = "SQL pipe syntax |> SET operator with multi-part assignment key \
                        (only single-part keys are allowed)";
            let error = self.error_from(start, condition::OPERATION_NOT_ALLOWED);
            return Err(error.with("message", told));
        }
        self.expect_sign("=")?;
        Ok((name, self.expr()?))
    }

    fn pipe_aggregate(&mut self) -> Result<PipeOp> {
        if self.at_end() || self.at_sign(")") || self.at_sign("|>") {
            let told = "The AGGREGATE clause requires a list of aggregate expressions \
                        or a list of grouping expressions, or both";
            let error = self.error_from(self.start(), condition::OPERATION_NOT_ALLOWED);
            return Err(error.with("message", told));
        }
        let aggregates = if self.at_words(&["GROUP", "BY"]) {
            Vec::new()
        } else {
            self.named_exprs()?
        };
        let mut grouping = Vec::new();
        let mut group = GroupKind::GroupBy;
        if self.at_words(&["GROUP", "BY"]) {
            (group, grouping) = self.group_by(true)?;
        }
        Ok(PipeOp::Aggregate {
            group,
            grouping,
            aggregates,
        })
    }
}
