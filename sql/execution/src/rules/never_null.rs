//! Anti joins that need not look out for nulls.
//!
//! `NOT IN` gives no row once its subquery has a null. A join that watches for that has its left side
//! in the hash table, however large, gives its rows in one partition, and filters of its keys do not
//! reach the scans. Readers call all columns nullable, as Spark does; but files say how many nulls
//! they hold, and where both keys come from columns without any the join is a plain one, whose sides
//! `JoinSelection` may swap. So this runs before it.

use std::sync::Arc;

use datafusion::common::Result as DataFusionResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{JoinSide, JoinType};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};

/// Makes plain anti joins of those whose keys are never null.
#[derive(Debug)]
pub(crate) struct NeverNull;

impl PhysicalOptimizerRule for NeverNull {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| match node.downcast_ref::<HashJoinExec>() {
            Some(join) if join.null_aware && has_keys(join)? => {
                let plain = join.builder().with_null_aware(false);
                let plain = plain.with_partition_mode(PartitionMode::Auto);
                plain.build_exec().map(Transformed::yes)
            }
            _ => Ok(Transformed::no(node)),
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "never_null"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether all rows of both sides have keys.
fn has_keys(join: &HashJoinExec) -> DataFusionResult<bool> {
    for (left, right) in join.on() {
        if !is_never_null(join.left(), left)? || !is_never_null(join.right(), right)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_never_null(
    plan: &Arc<dyn ExecutionPlan>,
    expr: &Arc<dyn PhysicalExpr>,
) -> DataFusionResult<bool> {
    match expr.downcast_ref::<Column>() {
        Some(column) => holds_no_null(plan, column.index()),
        None => Ok(false),
    }
}

/// Whether a column of a plan holds no null for certain.
fn holds_no_null(plan: &Arc<dyn ExecutionPlan>, at: usize) -> DataFusionResult<bool> {
    if !plan.schema().field(at).is_nullable() {
        return Ok(true);
    }
    if let Some(project) = plan.downcast_ref::<ProjectionExec>() {
        return is_never_null(project.input(), &project.expr()[at].expr);
    }
    if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        let at = filter.projection().as_ref().map_or(at, |kept| kept[at]);
        return holds_no_null(filter.input(), at);
    }
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        let at = join.projection.as_ref().map_or(at, |kept| kept[at]);
        return match of_side(join, at) {
            Some((JoinSide::Left, at)) => holds_no_null(join.left(), at),
            Some((_, at)) => holds_no_null(join.right(), at),
            None => Ok(false),
        };
    }
    if plan.is::<CoalescePartitionsExec>() || plan.is::<RepartitionExec>() {
        return holds_no_null(plan.children()[0], at);
    }
    if plan.is::<DataSourceExec>() {
        let known = StatisticsContext::new().compute(&**plan, &StatisticsArgs::new())?;
        let nulls = known.column_statistics.get(at).map(|c| c.null_count);
        return Ok(nulls == Some(Precision::Exact(0)));
    }
    Ok(false)
}

/// The side that a join's column comes from as it is, and its place there.
fn of_side(join: &HashJoinExec, at: usize) -> Option<(JoinSide, usize)> {
    let left = join.left().schema().fields().len();
    match join.join_type() {
        JoinType::Inner if at >= left => Some((JoinSide::Right, at - left)),
        JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti if at < left => {
            Some((JoinSide::Left, at))
        }
        JoinType::Right if at >= left => Some((JoinSide::Right, at - left)),
        JoinType::RightSemi | JoinType::RightAnti => Some((JoinSide::Right, at)),
        _ => None,
    }
}
