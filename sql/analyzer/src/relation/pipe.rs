//! Steps of `|>`.

use std::collections::HashMap;

use flint_sql_spec::{
    Aggregate, Expr as Spec, ExprKind as SpecKind, GroupKind, GroupingKind, Ident, Literal, Origin,
    PipeOp, Relation, Result, SqlError, WindowSpec, condition, quote_part_if_needed,
};

use super::Analysed;
use super::select::has_aggregate;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::naming;
use crate::resolved::{Expr, ExprKind};
use crate::scope::{Scope, nearest, quote_all};

impl Analyzer<'_> {
    pub(super) fn pipe(&self, input: &Relation, op: &PipeOp, origin: &Origin) -> Result<Analysed> {
        self.pipe_with(input, op, HashMap::new(), origin)
    }

    /// A step, and the windows that stand behind its list.
    pub(super) fn pipe_with(
        &self,
        input: &Relation,
        op: &PipeOp,
        windows: HashMap<String, WindowSpec>,
        origin: &Origin,
    ) -> Result<Analysed> {
        let written = input;
        let input = self.relation(written)?;
        let step = match op {
            PipeOp::Select(exprs) => self.project_over(input, exprs, windows)?,
            PipeOp::Extend(exprs) => {
                for expr in exprs {
                    self.no_aggregates(&input.scope, expr, "EXTEND", origin)?;
                }
                let all = std::iter::once(Spec::star()).chain(exprs.iter().cloned());
                self.project_over(input, &all.collect::<Vec<_>>(), windows)?
            }
            PipeOp::Set(values) => self.pipe_set(input, values, origin)?,
            PipeOp::Drop(names) => self.pipe_drop(input, names, origin)?,
            PipeOp::Aggregate {
                group,
                grouping,
                aggregates,
            } => {
                plain_groups(group, grouping, origin)?;
                self.only_aggregates(&input.scope, aggregates, origin)?;
                let spec = Aggregate {
                    input: written.clone(),
                    group: group.clone(),
                    grouping: self.input_positions(&input.scope, grouping)?,
                    aggregates: aggregates.clone(),
                    lists_output: false,
                };
                self.aggregate_over(input, &spec, windows)?
            }
        };
        // The next step sees what this one gives and nothing below.
        Ok(Analysed { open: None, ..step })
    }

    /// `SET name = value, ..`: one after the other, each sees those before.
    fn pipe_set(
        &self,
        input: Analysed,
        values: &[(Ident, Spec)],
        origin: &Origin,
    ) -> Result<Analysed> {
        for (name, value) in values {
            self.no_aggregates(&input.scope, value, "SET", origin)?;
            self.pipe_column(&input, name, origin)?;
        }
        values.iter().try_fold(input, |input, (name, value)| {
            self.with_columns_over(input, &[value.clone().alias(name)])
        })
    }

    fn pipe_drop(&self, input: Analysed, names: &[Ident], origin: &Origin) -> Result<Analysed> {
        for (at, name) in names.iter().enumerate() {
            self.pipe_column(&input, name, origin)?;
            if names[..at].contains(name) {
                let names: Vec<String> = names.iter().map(|n| quote_part_if_needed(n)).collect();
                return Err(SqlError::new(condition::EXCEPT_OVERLAPPING_COLUMNS)
                    .with("columns", names.join(", "))
                    .at(origin));
            }
        }
        self.drop_over(input, &[], names)
    }

    /// Checks that there is such a column.
    fn pipe_column(&self, input: &Analysed, name: &Ident, origin: &Origin) -> Result<()> {
        let name = std::slice::from_ref(name);
        match input.scope.find(name, self.case(), origin)? {
            Some(_) => Ok(()),
            None => {
                let known = input.scope.visible();
                let known = known.map(|column| vec![column.attribute.name.clone()]);
                Err(SqlError::new(condition::UNRESOLVED_COLUMN_WITH_SUGGESTION)
                    .with("objectName", quote_all(name))
                    .with("proposal", nearest(known.collect(), name).join(", "))
                    .at(origin))
            }
        }
    }

    /// Positions behind GROUP BY are those of the input's columns.
    fn input_positions(&self, scope: &Scope, grouping: &[Spec]) -> Result<Vec<Spec>> {
        if !self.settings.group_by_ordinal {
            return Ok(grouping.to_vec());
        }
        let columns: Vec<_> = scope.visible().collect();
        let named = |spec: &Spec| {
            let Some(Literal::Integer(position)) = spec.as_literal() else {
                return Ok(spec.clone());
            };
            let column = usize::try_from(*position)
                .ok()
                .and_then(|p| p.checked_sub(1))
                .and_then(|p| columns.get(p));
            let Some(column) = column else {
                return Err(SqlError::new(condition::GROUP_BY_POS_OUT_OF_RANGE)
                    .with("index", position.to_string())
                    .with("size", columns.len().to_string())
                    .at(spec.origin()));
            };
            let mut parts = column.qualifier.to_vec();
            parts.push(column.attribute.name.clone());
            Ok(Spec::column(parts))
        };
        grouping.iter().map(named).collect()
    }

    /// An expression of the list of a step, if it means something by itself.
    fn listed(&self, scope: &Scope, expr: &Spec) -> Option<Expr> {
        let place = Place::over(scope, "project");
        Resolver::new(self, &place).expr(expr).ok()
    }

    /// The error for an aggregate function in a step that makes no groups.
    fn no_aggregates(
        &self,
        scope: &Scope,
        expr: &Spec,
        clause: &str,
        origin: &Origin,
    ) -> Result<()> {
        match self.listed(scope, expr).filter(has_aggregate) {
            None => Ok(()),
            Some(value) => Err(
                SqlError::new(condition::PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION)
                    .with("expr", self.with_ids(&value))
                    .with("clause", clause)
                    .at(origin),
            ),
        }
    }

    /// Checks that the list of AGGREGATE has aggregate functions.
    fn only_aggregates(&self, scope: &Scope, aggregates: &[Spec], origin: &Origin) -> Result<()> {
        for value in aggregates
            .iter()
            .filter_map(|spec| self.listed(scope, spec))
        {
            for (function, case) in [("grouping", "GROUPING"), ("grouping_id", "GROUPING_ID")] {
                if value.any(&mut |part| matches!(part.kind(), ExprKind::Call(call) if &*call.function == function)) {
                    return Err(unsupported(case, origin));
                }
            }
            if !value.any(&mut |part| matches!(part.kind(), ExprKind::Aggregate(_))) {
                let wrong =
                    condition::PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION;
                return Err(SqlError::new(wrong)
                    .with("expr", self.with_ids(&value))
                    .at(origin));
            }
        }
        Ok(())
    }

    /// An expression as text, with the ids of its columns.
    fn with_ids(&self, expr: &Expr) -> String {
        let shown = expr.replace(&mut |part| match part.kind() {
            ExprKind::Column(column) => {
                let name = format!("{}#{}", column.name, column.id.0);
                let named = self.attribute(&name, part.data_type(), part.nullable());
                Some(Expr::column(&named))
            }
            _ => None,
        });
        naming::sql(&shown)
    }
}

/// Checks that a step of AGGREGATE makes plain groups.
fn plain_groups(group: &GroupKind, grouping: &[Spec], origin: &Origin) -> Result<()> {
    let analytics = grouping.iter().find_map(|spec| match spec.kind() {
        SpecKind::GroupingAnalytics(analytics) => Some(analytics.kind),
        _ => None,
    });
    let case = match (group, analytics) {
        (GroupKind::Cube, _) | (_, Some(GroupingKind::Cube)) => "GROUP BY CUBE",
        (GroupKind::Rollup, _) | (_, Some(GroupingKind::Rollup)) => "GROUP BY ROLLUP",
        (GroupKind::GroupingSets(_), _) | (_, Some(GroupingKind::GroupingSets)) => "GROUPING SETS",
        _ => return Ok(()),
    };
    Err(unsupported(case, origin))
}

fn unsupported(case: &str, origin: &Origin) -> SqlError {
    SqlError::new(condition::UNSUPPORTED_FEATURE_PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE)
        .with("case", case)
        .at(origin)
}
