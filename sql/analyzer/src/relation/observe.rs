//! `DataFrame.observe`: aggregates computed on the side.

use std::collections::HashMap;

use flint_sql_spec::{Expr as Spec, Ident, Origin, Relation, Result, SqlError, condition};

use super::Analysed;
use super::grouped::Grouped;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::functions::is_deterministic;
use crate::naming;
use crate::resolved::{Expr, ExprKind, Named, PlanKind};

impl Analyzer<'_> {
    pub(super) fn observe(
        &self,
        input: &Relation,
        name: &Ident,
        metrics: &[Spec],
        origin: &Origin,
    ) -> Result<Analysed> {
        if name.is_empty() {
            return Err(
                SqlError::new(condition::INVALID_OBSERVED_METRICS_MISSING_NAME)
                    .with("operator", "CollectMetrics")
                    .at(origin),
            );
        }
        let input = self.relation(input)?;
        let place = Place::over(&input.scope, "observe");
        let mut grouped = Grouped::of_all();
        let mut over = Vec::with_capacity(metrics.len());
        for metric in metrics {
            for named in Resolver::new(self, &place).items(metric)? {
                check(&named.expr)?;
                let expr = grouped.over_groups(self, &named.expr, &HashMap::new())?;
                over.push(Named { expr, ..named });
            }
        }
        Ok(input.with_plan(|input| PlanKind::CollectMetrics {
            input,
            name: name.clone(),
            aggregates: grouped.aggregates,
            metrics: over,
        }))
    }
}

/// Columns and random values count only inside aggregate functions, which are plain ones.
fn check(expr: &Expr) -> Result<()> {
    let refused = match expr.kind() {
        ExprKind::Aggregate(call) if call.distinct => {
            condition::INVALID_OBSERVED_METRICS_AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED
        }
        ExprKind::Aggregate(call) if call.filter.is_some() => {
            condition::INVALID_OBSERVED_METRICS_AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED
        }
        ExprKind::Aggregate(_) => return Ok(()),
        ExprKind::Window(_) => condition::INVALID_OBSERVED_METRICS_WINDOW_EXPRESSIONS_UNSUPPORTED,
        ExprKind::Column(_) => {
            condition::INVALID_OBSERVED_METRICS_NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE
        }
        ExprKind::Call(_) if expr.children().is_empty() && !is_deterministic(expr) => {
            condition::INVALID_OBSERVED_METRICS_NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC
        }
        _ => return expr.children().into_iter().try_for_each(check),
    };
    Err(SqlError::new(refused)
        .with("expr", naming::quoted(expr))
        .at(expr.origin()))
}
