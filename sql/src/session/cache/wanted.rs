//! Which columns of a plan anybody above looks at.
//!
//! A cached query may lack columns that a plan has at the same place: tables of files have hidden ones
//! (`_metadata`), which hardly any query asks for. Where nobody does, the cached rows serve.

use std::collections::HashSet;

use flint_sql_analyzer::resolved::{ColumnId, Expr, ExprKind, Plan, PlanKind};
use flint_sql_spec::with_stack;

/// Columns that are looked at.
pub(super) type Wanted = HashSet<ColumnId>;

/// All columns that a plan gives.
pub(super) fn all_of(plan: &Plan) -> Wanted {
    plan.output().iter().map(|column| column.id).collect()
}

/// What a node asks of its inputs when `above` is asked of it. At times too much, never too little.
pub(super) fn of_inputs(node: &Plan, above: &Wanted) -> Wanted {
    let mut wanted = Wanted::new();
    match node.kind() {
        PlanKind::Project { exprs, .. } => {
            let asked = exprs
                .iter()
                .filter(|named| above.contains(&named.column.id));
            asked.for_each(|named| in_expr(&named.expr, &mut wanted));
        }
        PlanKind::Set { .. }
        | PlanKind::Recursive { .. }
        | PlanKind::Native { .. }
        | PlanKind::Expand { .. }
        | PlanKind::Deduplicate { .. } => {
            wanted.extend(above);
            for input in node.inputs() {
                wanted.extend(all_of(input));
            }
        }
        _ => {
            wanted.extend(above);
            in_exprs(node, &mut wanted);
        }
    }
    wanted
}

fn in_exprs(node: &Plan, wanted: &mut Wanted) {
    let _same = node.map_exprs(&mut |expr| {
        in_expr(expr, wanted);
        expr.clone()
    });
}

fn in_expr(expr: &Expr, wanted: &mut Wanted) {
    expr.any(&mut |part| {
        match part.kind() {
            ExprKind::Column(column) | ExprKind::Outer(column) => {
                wanted.insert(column.id);
            }
            ExprKind::Subquery(subquery) => anywhere_in(&subquery.plan, wanted),
            _ => {}
        }
        false
    });
}

/// All columns that a query inside of an expression mentions, be they its own or of a query around.
fn anywhere_in(plan: &Plan, wanted: &mut Wanted) {
    with_stack(|| {
        in_exprs(plan, wanted);
        for input in plan.inputs() {
            anywhere_in(input, wanted);
        }
    });
}
