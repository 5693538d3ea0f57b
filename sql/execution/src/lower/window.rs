//! Functions over windows: one node for each order, since DataFusion sorts once a node.

use std::sync::Arc;

use arrow::datatypes::DataType as ArrowType;
use datafusion::logical_expr::{Cast, Expr, LogicalPlan, Window as DfWindow, when};
use flint_sql_analyzer::resolved::{Expr as Resolved, ExprKind, Named, Plan, Window};
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{Literal, SqlError};

use super::{Lowering, all_columns, project};
use crate::columns;

impl Lowering<'_> {
    pub(super) fn windows(&self, input: &Plan, functions: &[Named]) -> Result<LogicalPlan, Raised> {
        let mut plan = self.lower(input)?;
        let mut left: Vec<&Named> = functions.iter().collect();
        while let Some(first) = left.first() {
            let like = window(first)?;
            let (now, later): (Vec<&Named>, Vec<&Named>) = left.iter().partition(|named| {
                window(named).is_ok_and(|other| {
                    other.partition_by == like.partition_by && other.order_by == like.order_by
                })
            });
            plan = self.one_order(plan, &now)?;
            left = later;
        }
        Ok(plan)
    }

    fn one_order(&self, input: LogicalPlan, functions: &[&Named]) -> Result<LogicalPlan, Raised> {
        let mut calls: Vec<(Expr, String)> = Vec::with_capacity(functions.len());
        let mut exprs = all_columns(&input);
        for named in functions {
            let over = window(named)?;
            let layout = arrow_type(&named.column.data_type)?;
            // The same call may be there already, beside other defaults.
            let mut called = |over: &Window| {
                let call = self.window_call(&named.expr, over)?;
                let known = calls.iter().position(|(known, _)| *known == call);
                let at = known.unwrap_or_else(|| {
                    calls.push((call, self.fresh()));
                    calls.len() - 1
                });
                Ok::<_, Raised>(columns::by_name(calls[at].1.clone()))
            };
            let value = match default_of_row(over) {
                Some((default, found, there)) => {
                    let (found, there) = (called(&found)?, called(&there)?);
                    let default = cast(self.expr(&default)?, &layout);
                    when(there.is_null(), default).otherwise(cast(found, &layout))?
                }
                None => cast(called(over)?, &layout),
            };
            exprs.push(columns::called(value, named.column.id));
        }
        let calls = calls.into_iter().map(|(call, name)| call.alias(name));
        let calls = calls.collect();
        let node = LogicalPlan::Window(DfWindow::try_new(calls, Arc::new(input))?);
        project(node, exprs)
    }
}

/// A result of the executor as a value of the type that Spark gives it.
fn cast(value: Expr, layout: &ArrowType) -> Expr {
    Expr::Cast(Cast::new(Box::new(value), layout.clone()))
}

/// Whether an expression is a literal, maybe under casts.
fn is_literal(expr: &Resolved) -> bool {
    match expr.kind() {
        ExprKind::Cast(cast) => is_literal(&cast.expr),
        _ => expr.as_literal().is_some(),
    }
}

/// `lag` and `lead` of a default that is no literal, which the executor doesn't know: the default,
/// the same call without it, and one that is null where the other row is not there.
fn default_of_row(over: &Window) -> Option<(Resolved, Window, Window)> {
    let ExprKind::Call(call) = over.function.kind() else {
        return None;
    };
    let [value, offset, default, flag @ ..] = call.args.as_slice() else {
        return None;
    };
    let shifts = matches!(&*call.function, "lag" | "lead");
    if !shifts || is_literal(default) {
        return None;
    }
    let with = |value: Resolved| {
        let mut call = call.clone();
        let null = Resolved::literal(Literal::NULL);
        call.args = [value, offset.clone(), null]
            .into_iter()
            .chain(flag.iter().cloned())
            .collect();
        let data_type = call.args[0].data_type().clone();
        Window {
            function: Resolved::new(ExprKind::Call(call), data_type, true),
            ..over.clone()
        }
    };
    // With IGNORE NULLS the other row is the next one where there is a value.
    let there = match flag {
        [] => Resolved::literal(true.into()),
        _ => value.clone(),
    };
    Some((default.clone(), with(value.clone()), with(there)))
}

fn window(named: &Named) -> Result<&Window, Raised> {
    match named.expr.kind() {
        ExprKind::Window(window) => Ok(window),
        _ => Err(SqlError::internal("a function over a window was expected").into()),
    }
}
