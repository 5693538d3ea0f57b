//! `DataFrame.zip`: columns of two projections of the same rows.
//!
//! Both sides, without the projections on top of them, must be one plan. Columns are numbered in the
//! order of the analysis, so both sides are analysed from the same number: plans that are the same
//! then have the same columns, and the right side's expressions have a meaning over the left's rows.

use std::collections::HashMap;

use flint_sql_spec::{Origin, Relation, Result, SqlError, condition, with_stack};

use super::Analysed;
use crate::analyzer::Analyzer;
use crate::resolved::{ColumnId, Expr, ExprKind, Named, Plan, PlanKind};

impl Analyzer<'_> {
    pub(super) fn zip(
        &self,
        left: &Relation,
        right: &Relation,
        origin: &Origin,
    ) -> Result<Analysed> {
        let start = self.next_column();
        let left = self.relation(left)?;
        let end = self.number_from(start);
        let right = self.relation(right)?.sealed();
        self.number_from(end.max(self.next_column()));

        let scope = left.scope.clone();
        let left = left.sealed();
        let (base, left_exprs) = Projected::of(&left).parts();
        let (other, right_exprs) = Projected::of(&right).parts();
        if base != other {
            return Err(SqlError::new(condition::ZIP_PLANS_NOT_MERGEABLE).at(origin));
        }
        let kept = left
            .output()
            .iter()
            .zip(left_exprs)
            .map(|(column, expr)| Named {
                expr,
                column: column.clone(),
            });
        let added = right
            .output()
            .iter()
            .zip(right_exprs)
            .map(|(column, expr)| {
                let mut named = self.named(&column.name, expr);
                named.column.metadata.clone_from(&column.metadata);
                named
            });
        let plan = Plan::project(base, kept.chain(added).collect());
        let scope = super::scope_like(&plan, &scope.columns);
        Ok(Analysed::new(plan, scope))
    }
}

/// A plan below projections, and the projections' columns in terms of its.
struct Projected {
    base: Plan,
    exprs: Vec<Expr>,
}

impl Projected {
    fn of(plan: &Plan) -> Projected {
        let (input, exprs) = match plan.kind() {
            PlanKind::Project { input, exprs } if !exprs.iter().any(has_subquery) => (input, exprs),
            _ => {
                return Projected {
                    base: plan.clone(),
                    exprs: plan.output().iter().map(Expr::column).collect(),
                };
            }
        };
        let below = with_stack(|| Projected::of(input));
        let known: HashMap<ColumnId, Expr> = input
            .output()
            .iter()
            .zip(below.exprs)
            .map(|(column, expr)| (column.id, expr))
            .collect();
        let exprs = exprs.iter().map(|named| {
            named.expr.replace(&mut |part| match part.kind() {
                ExprKind::Column(column) => known.get(&column.id).cloned(),
                _ => None,
            })
        });
        Projected {
            exprs: exprs.collect(),
            base: below.base,
        }
    }

    fn parts(self) -> (Plan, Vec<Expr>) {
        (self.base, self.exprs)
    }
}

/// Whether a value has a query inside, which may refer to the columns that it is among.
fn has_subquery(named: &Named) -> bool {
    let is_subquery = |part: &Expr| matches!(part.kind(), ExprKind::Subquery(_));
    named.expr.any(&mut |part| is_subquery(part))
}
