//! Where the place of a row means something, partitions come in their order.
//!
//! What gathers partitions takes batches as they come, which is best below aggregates and on the side
//! of a join that is gathered first. Everywhere else, under LIMIT and `tail` above all, rows keep the
//! places that Spark gives them.

use std::sync::Arc;

use datafusion::common::Result as DataFusionResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, NestedLoopJoinExec};

use crate::operators::GatherExec;

/// Gathers partitions in their order.
#[derive(Debug)]
pub(crate) struct KeepPlaces;

impl PhysicalOptimizerRule for KeepPlaces {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let plan = plan.transform_up(|node| {
            if has_no_places(&node) || !node.children().into_iter().any(gathers) {
                return Ok(Transformed::no(node));
            }
            let children = node.children().into_iter().map(in_order).collect();
            let how = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
            node.replace_children(children, how).map(Transformed::yes)
        });
        Ok(in_order(&plan.data()?))
    }

    fn name(&self) -> &'static str {
        "keep_places"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether the order of its input means nothing to an operator.
fn has_no_places(node: &Arc<dyn ExecutionPlan>) -> bool {
    node.is::<AggregateExec>()
        || node.is::<CrossJoinExec>()
        || node.is::<HashJoinExec>()
        || node.is::<NestedLoopJoinExec>()
}

fn gathers(node: &Arc<dyn ExecutionPlan>) -> bool {
    node.is::<CoalescePartitionsExec>()
}

/// The same plan; what it gathers, in order.
fn in_order(node: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match node.children().as_slice() {
        [input] if gathers(node) => Arc::new(GatherExec::new(Arc::clone(input), node.fetch())),
        _ => Arc::clone(node),
    }
}
