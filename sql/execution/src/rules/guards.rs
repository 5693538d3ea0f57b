//! Conditions that keep others from failing.
//!
//! `k <> 0 AND 10 / k > 2` must not divide by zero: Spark looks at the right side only where the left
//! one does not settle the matter. DataFusion computes both sides for whole batches, and deals
//! conditions out to where they can be checked early. So when a plan is about to run, a condition
//! that can fail is wrapped into a CASE over those beside it that cannot, which are computed first,
//! whatever their order; a CASE computes its branches for the rows that need them. In filters the
//! others stay conditions of their own as well, so that statistics of files are still asked.

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, disjunction, split_conjunction_owned};
use datafusion::logical_expr::{BinaryExpr, Case, Expr, LogicalPlan, Operator, lit};
use flint_sql_functions::can_fail;

/// The plan with its conditions guarded.
pub(crate) fn with_guards(plan: LogicalPlan) -> Result<LogicalPlan> {
    if !can_fail_somewhere(&plan)? {
        return Ok(plan);
    }
    let guarded = plan.transform_down_with_subqueries(|node| match node {
        LogicalPlan::Filter(mut filter) => {
            let found = condition(filter.predicate)?;
            filter.predicate = found.data;
            Ok(Transformed::new(
                LogicalPlan::Filter(filter),
                found.transformed,
                TreeNodeRecursion::Continue,
            ))
        }
        LogicalPlan::Join(mut join) => {
            let Some(filter) = join.filter.take() else {
                return Ok(Transformed::no(LogicalPlan::Join(join)));
            };
            let found = condition(filter)?;
            join.filter = Some(found.data);
            Ok(Transformed::new(
                LogicalPlan::Join(join),
                found.transformed,
                TreeNodeRecursion::Continue,
            ))
        }
        LogicalPlan::TableScan(mut scan) => {
            let found = conditions(std::mem::take(&mut scan.filters))?;
            scan.filters = found.data;
            Ok(Transformed::new(
                LogicalPlan::TableScan(scan),
                found.transformed,
                TreeNodeRecursion::Continue,
            ))
        }
        other => {
            let names = NamePreserver::new(&other);
            other.map_expressions(|expr| {
                if !has_failing(&expr) {
                    return Ok(Transformed::no(expr));
                }
                let name = names.save(&expr);
                value(expr)?.map_data(|expr| Ok(name.restore(expr)))
            })
        }
    });
    guarded.data()
}

fn can_fail_somewhere(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            found |= has_failing(expr);
            Ok(go_on_until(found))
        })?;
        Ok(go_on_until(found))
    })?;
    Ok(found)
}

fn go_on_until(found: bool) -> TreeNodeRecursion {
    match found {
        true => TreeNodeRecursion::Stop,
        false => TreeNodeRecursion::Continue,
    }
}

/// A condition by which rows are chosen, where null is as good as false.
fn condition(expr: Expr) -> Result<Transformed<Expr>> {
    if !has_failing(&expr) {
        return Ok(Transformed::no(expr));
    }
    conditions(split_conjunction_owned(expr))?
        .map_data(|parts| Ok(conjunction(parts).unwrap_or_else(|| lit(true))))
}

/// The same of conditions that must all hold.
fn conditions(parts: Vec<Expr>) -> Result<Transformed<Vec<Expr>>> {
    if parts.is_empty() || !parts.iter().any(has_failing) {
        return Ok(Transformed::no(parts));
    }
    let (failing, safe): (Vec<Expr>, Vec<Expr>) = parts.into_iter().partition(has_failing);
    let mut guard = conjunction(safe.iter().filter(|part| !part.is_volatile()).cloned());
    let mut found = safe;
    for part in failing {
        let part = value(part)?.data;
        let next = match guard.take() {
            Some(guard) => {
                found.push(case(guard.clone(), part, lit(false)));
                Some(guard)
            }
            // The first one that can fail guards the others.
            None => {
                found.push(part.clone());
                Some(part)
            }
        };
        guard = next;
    }
    Ok(Transformed::yes(found))
}

/// A value: AND and OR within it.
fn value(expr: Expr) -> Result<Transformed<Expr>> {
    if !has_failing(&expr) {
        return Ok(Transformed::no(expr));
    }
    expr.transform_down(|expr| {
        let operator = match &expr {
            Expr::BinaryExpr(BinaryExpr { op, .. })
                if matches!(op, Operator::And | Operator::Or) =>
            {
                *op
            }
            _ => return Ok(Transformed::no(expr)),
        };
        let parts = flattened(expr, operator);
        if !parts.iter().any(has_failing) {
            return Ok(Transformed::new(
                joined(parts, operator),
                false,
                TreeNodeRecursion::Jump,
            ));
        }
        let (failing, safe): (Vec<Expr>, Vec<Expr>) = parts.into_iter().partition(has_failing);
        let mut steps = Vec::with_capacity(failing.len() + 1);
        if !safe.is_empty() {
            steps.push(joined(safe, operator));
        }
        for part in failing {
            steps.push(value(part)?.data);
        }
        let mut steps = steps.into_iter().rev();
        let last = steps
            .next()
            .unwrap_or_else(|| lit(operator == Operator::And));
        let guarded = steps.fold(last, |rest, step| lazy(step, operator, rest));
        Ok(Transformed::new(guarded, true, TreeNodeRecursion::Jump))
    })
}

/// `step AND rest`, or with OR, where the rest is computed only if the step does not settle it.
fn lazy(step: Expr, operator: Operator, rest: Expr) -> Expr {
    if step.is_volatile() {
        return joined(vec![step, rest], operator);
    }
    let (settled, answer) = match operator {
        Operator::And => (Expr::Not(Box::new(step.clone())), false),
        _ => (step.clone(), true),
    };
    case(settled, lit(answer), joined(vec![step, rest], operator))
}

fn case(when: Expr, then: Expr, otherwise: Expr) -> Expr {
    let branch = (Box::new(when), Box::new(then));
    Expr::Case(Case::new(None, vec![branch], Some(Box::new(otherwise))))
}

fn joined(parts: Vec<Expr>, operator: Operator) -> Expr {
    let joined = match operator {
        Operator::And => conjunction(parts),
        _ => disjunction(parts),
    };
    joined.unwrap_or_else(|| lit(operator == Operator::And))
}

/// The parts of a chain of one operator, in their order.
fn flattened(expr: Expr, operator: Operator) -> Vec<Expr> {
    let (mut open, mut parts) = (vec![expr], Vec::new());
    while let Some(expr) = open.pop() {
        match expr {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if op == operator => {
                open.push(*right);
                open.push(*left);
            }
            part => parts.push(part),
        }
    }
    parts
}

fn has_failing(expr: &Expr) -> bool {
    expr.exists(|expr| Ok(can_fail(expr))).unwrap_or(true)
}
