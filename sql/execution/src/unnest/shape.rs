//! What a subquery looks like: which columns around it refers to, and whether DataFusion can undo
//! that by itself.

use flint_sql_analyzer::resolved::{
    Attribute, ColumnId, Expr, ExprKind, Plan, PlanKind, SubqueryKind,
};
use flint_sql_spec::with_stack;

/// Whether there is a subquery or a lateral join in a plan.
pub(super) fn has_subquery(plan: &Plan) -> bool {
    let is_subquery = &mut |part: &Expr| matches!(part.kind(), ExprKind::Subquery(_));
    let lateral = matches!(plan.kind(), PlanKind::Join(join) if join.lateral);
    lateral
        || plan.exprs().into_iter().any(|expr| expr.any(is_subquery))
        || with_stack(|| plan.inputs().into_iter().any(has_subquery))
}

/// The columns around a plan that it refers to, each once; those that subqueries inside of it find in
/// the plan itself are not among them.
pub(super) fn outer_columns(plan: &Plan) -> Vec<Attribute> {
    let (mut found, mut own) = (Vec::new(), Vec::new());
    ids(plan, &mut own);
    collect(plan, &own, &mut found);
    found
}

fn collect(plan: &Plan, own: &[ColumnId], found: &mut Vec<Attribute>) {
    let mut add = |column: &Attribute| {
        let known = found.iter().any(|known| known.id == column.id);
        if !known && !own.contains(&column.id) {
            found.push(column.clone());
        }
    };
    for expr in plan.exprs() {
        expr.any(&mut |part| {
            match part.kind() {
                ExprKind::Outer(column) => add(column),
                ExprKind::Subquery(subquery) => {
                    with_stack(|| outer_columns(&subquery.plan))
                        .iter()
                        .for_each(&mut add);
                }
                _ => {}
            }
            false
        });
    }
    for input in plan.inputs() {
        with_stack(|| collect(input, own, found));
    }
}

/// Columns that a plan has somewhere.
fn ids(plan: &Plan, found: &mut Vec<ColumnId>) {
    with_stack(|| {
        found.extend(plan.output().iter().map(|column| column.id));
        for input in plan.inputs() {
            ids(input, found);
        }
    });
}

/// Whether the plan itself refers to columns around it.
pub(super) fn is_free(plan: &Plan) -> bool {
    !outer_columns(plan).is_empty()
}

fn refers(expr: &Expr) -> bool {
    expr.any(&mut |part| match part.kind() {
        ExprKind::Outer(_) => true,
        ExprKind::Subquery(subquery) => is_free(&subquery.plan),
        _ => false,
    })
}

/// Whether DataFusion undoes the correlation of a subquery, or of the right side of a lateral join
/// (without a kind): references are equalities, or for EXISTS and IN any conditions, in a filter with
/// nothing but projections and an aggregation of all rows above it.
pub(super) fn is_easy(plan: &Plan, kind: Option<&SubqueryKind>) -> bool {
    if !is_free(plan) {
        return true;
    }
    let scalar = matches!(kind, Some(SubqueryKind::Scalar));
    let lateral = kind.is_none();
    with_stack(|| match plan.kind() {
        PlanKind::Project { input, exprs } => {
            !exprs.iter().any(|named| refers(&named.expr)) && is_easy(input, kind)
        }
        PlanKind::Hint { input, .. } => is_easy(input, kind),
        PlanKind::Aggregate {
            input,
            grouping,
            sets: None,
            aggregates,
        } if scalar && grouping.is_empty() => {
            !aggregates.iter().any(|named| refers(&named.expr)) && is_easy(input, kind)
        }
        PlanKind::Filter { input, condition } => {
            is_easy(input, kind)
                && conjuncts(condition)
                    .into_iter()
                    .all(|part| !refers(part) || is_easy_condition(part, scalar || lateral))
        }
        _ => false,
    })
}

fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match condition.kind() {
        ExprKind::Call(call) if &*call.function == "and" => {
            call.args.iter().flat_map(conjuncts).collect()
        }
        _ => vec![condition],
    }
}

/// A condition that DataFusion takes out of a subquery: for EXISTS and IN any, else an equality of
/// something inside with something outside, also one that all branches of an OR have.
fn is_easy_condition(condition: &Expr, equal: bool) -> bool {
    let is_subquery = &mut |part: &Expr| matches!(part.kind(), ExprKind::Subquery(_));
    if condition.any(is_subquery) {
        return false;
    }
    if !equal || is_equality(condition) {
        return true;
    }
    let mut branches = branches(condition).into_iter().map(conjuncts);
    let Some(mut common) = branches.next() else {
        return false;
    };
    let mut rest = common.clone();
    for branch in branches {
        common.retain(|part| branch.contains(part));
        rest.extend(branch);
    }
    common.retain(|part| is_equality(part));
    rest.into_iter()
        .all(|part| !refers(part) || common.contains(&part))
}

fn branches(condition: &Expr) -> Vec<&Expr> {
    match condition.kind() {
        ExprKind::Call(call) if &*call.function == "or" => {
            call.args.iter().flat_map(branches).collect()
        }
        _ => vec![condition],
    }
}

/// `inside = outside`, or the other way round.
fn is_equality(condition: &Expr) -> bool {
    let ExprKind::Call(call) = condition.kind() else {
        return false;
    };
    let [left, right] = call.args.as_slice() else {
        return false;
    };
    let inside = |expr: &Expr| !refers(expr) && !expr.columns().is_empty();
    let outside = |expr: &Expr| refers(expr) && expr.columns().is_empty();
    let apart = inside(left) && outside(right) || outside(left) && inside(right);
    &*call.function == "==" && apart
}

/// Whether the right side of a lateral join has no rows of its own.
pub(super) fn is_applied(plan: &Plan) -> bool {
    match plan.kind() {
        PlanKind::OneRow => true,
        PlanKind::Project { input, .. } | PlanKind::Generate { input, .. } => is_applied(input),
        _ => false,
    }
}
