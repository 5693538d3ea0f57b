//! Queries of which nothing is left to compute: `SELECT 1`, rows of the program.
//!
//! Spark has their rows on the driver (`LocalTableScanExec`) and starts no job; so does Flint. The
//! optimizer has folded what can be folded, so a plan of constants and of columns as they are, over
//! rows in memory, costs less than the threads that a job would wake.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, collect};
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::Result;
use futures::FutureExt;

/// The rows of such a query; `None` for a query that is to run as a job.
pub(super) fn constant_rows(
    state: &SessionState,
    plan: &Arc<dyn ExecutionPlan>,
) -> Option<Result<Vec<RecordBatch>>> {
    let one = plan.output_partitioning().partition_count() == 1;
    if !one || !is_constant(plan) {
        return None;
    }
    // Nothing in it waits for anything: only several partitions would have tasks of their own.
    let rows = collect(Arc::clone(plan), state.task_ctx()).now_or_never()?;
    Some(rows.map_err(from_datafusion))
}

fn is_constant(plan: &Arc<dyn ExecutionPlan>) -> bool {
    if let Some(project) = plan.downcast_ref::<ProjectionExec>() {
        let mut exprs = project.expr().iter();
        return exprs.all(|one| is_at_hand(&one.expr)) && is_constant(project.input());
    }
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        return scan.data_source().is::<MemorySourceConfig>();
    }
    plan.is::<PlaceholderRowExec>() || plan.is::<EmptyExec>()
}

fn is_at_hand(expr: &Arc<dyn PhysicalExpr>) -> bool {
    expr.is::<Literal>() || expr.is::<Column>()
}

/// Whether planning looks at no table, so that it waits for nothing.
pub(super) fn has_no_table(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        found |= matches!(node, LogicalPlan::TableScan(_));
        Ok(match found {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    })
    .map_err(from_datafusion)?;
    Ok(!found)
}
