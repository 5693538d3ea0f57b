//! Functions over windows: one node for each order, since DataFusion sorts once a node.

use std::sync::Arc;

use arrow::datatypes::DataType as ArrowType;
use datafusion::logical_expr::{Cast, Expr, LogicalPlan, Window as DfWindow};
use flint_sql_analyzer::resolved::{ExprKind, Named, Plan, Window};
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::SqlError;

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
        let mut calls = Vec::with_capacity(functions.len());
        let mut exprs = all_columns(&input);
        for named in functions {
            let call = self.window_call(&named.expr, window(named)?)?;
            let name = self.fresh();
            calls.push(call.alias(&name));
            let layout = arrow_type(&named.column.data_type)?;
            exprs.push(typed(name, layout, named));
        }
        let node = LogicalPlan::Window(DfWindow::try_new(calls, Arc::new(input))?);
        project(node, exprs)
    }
}

/// A result of the executor as a column of the type that Spark gives it.
fn typed(result: String, layout: ArrowType, named: &Named) -> Expr {
    let value = Expr::Cast(Cast::new(Box::new(columns::by_name(result)), layout));
    columns::called(value, named.column.id)
}

fn window(named: &Named) -> Result<&Window, Raised> {
    match named.expr.kind() {
        ExprKind::Window(window) => Ok(window),
        _ => Err(SqlError::internal("a function over a window was expected").into()),
    }
}
