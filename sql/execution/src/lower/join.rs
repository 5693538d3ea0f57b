//! Joins.

use std::sync::Arc;

use datafusion::common::{JoinConstraint, JoinType, NullEquality, Spans};
use datafusion::logical_expr::{Filter, Join as DfJoin, LogicalPlan, Subquery};
use flint_sql_analyzer::resolved::{Expr, ExprKind, Join, JoinKind, Named, Plan, PlanKind};
use flint_sql_columnar::Raised;

use super::{Lowering, not_yet};

impl Lowering<'_> {
    /// A join on a condition; which parts of it are keys, the optimizer finds.
    pub(super) fn join(&self, join: &Join) -> Result<LogicalPlan, Raised> {
        if let Some(plan) = over_left(join) {
            return self.lower(&plan);
        }
        let left = self.lower(&join.left)?;
        let mut right = self.lower(&join.right)?;
        if join.lateral {
            let outer_ref_columns = right.all_out_ref_exprs();
            right = LogicalPlan::Subquery(Subquery {
                subquery: Arc::new(right),
                outer_ref_columns,
                spans: Spans::new(),
            });
        }
        let asks = join.condition.as_ref().is_some_and(has_subquery);
        if asks && join.kind != JoinKind::Inner {
            return Err(not_yet("a subquery in the condition of an outer join"));
        }
        let condition = match &join.condition {
            Some(condition) => Some(self.condition(condition)?),
            None => None,
        };
        let (on, above) = if asks {
            (None, condition)
        } else {
            (condition, None)
        };
        let joined = side_by_side(left, right, on, kind(join.kind))?;
        match above {
            Some(condition) => {
                let filter = Filter::try_new(condition, Arc::new(joined))?;
                Ok(LogicalPlan::Filter(filter))
            }
            None => Ok(joined),
        }
    }
}

/// A lateral join whose right side only computes with columns of the left, as a plan over the left
/// alone. `None` where the right side has rows of its own. A generator without rows drops the left
/// row in LEFT joins, too: so does Spark's.
fn over_left(join: &Join) -> Option<Plan> {
    let applies = join.lateral && join.condition.is_none();
    if !applies || !matches!(join.kind, JoinKind::Inner | JoinKind::Left) {
        return None;
    }
    applied(&join.left, &join.right)
}

/// The right side over the left: its columns beside those of the left.
fn applied(left: &Plan, right: &Plan) -> Option<Plan> {
    match right.kind() {
        PlanKind::OneRow => Some(left.clone()),
        PlanKind::Project { input, exprs } => {
            let below = applied(left, input)?;
            let kept = left.output().iter().map(Named::kept);
            let computed = exprs.iter().map(|named| Named {
                expr: inward(&named.expr),
                column: named.column.clone(),
            });
            Some(Plan::project(below, kept.chain(computed).collect()))
        }
        PlanKind::Generate {
            input,
            generator,
            outer,
            columns,
        } => {
            let below = applied(left, input)?;
            let mut output = below.output().to_vec();
            output.extend(columns.iter().cloned());
            let kind = PlanKind::Generate {
                input: below,
                generator: inward(generator),
                outer: *outer,
                columns: columns.clone(),
            };
            Some(Plan::new(kind, output))
        }
        _ => None,
    }
}

/// Columns of the query around as columns of the input.
fn inward(expr: &Expr) -> Expr {
    expr.replace(&mut |expr| match expr.kind() {
        ExprKind::Outer(column) => Some(Expr::column(column)),
        _ => None,
    })
}

fn side_by_side(
    left: LogicalPlan,
    right: LogicalPlan,
    condition: Option<datafusion::logical_expr::Expr>,
    kind: JoinType,
) -> Result<LogicalPlan, Raised> {
    let join = DfJoin::try_new(
        Arc::new(left),
        Arc::new(right),
        Vec::new(),
        condition,
        kind,
        JoinConstraint::On,
        NullEquality::NullEqualsNothing,
        false,
    )?;
    Ok(LogicalPlan::Join(join))
}

fn has_subquery(expr: &Expr) -> bool {
    expr.any(&mut |expr| matches!(expr.kind(), ExprKind::Subquery(_)))
}

fn kind(kind: JoinKind) -> JoinType {
    match kind {
        JoinKind::Inner => JoinType::Inner,
        JoinKind::Left => JoinType::Left,
        JoinKind::Right => JoinType::Right,
        JoinKind::Full => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
    }
}
