//! Small tables of joins are read side by side.
//!
//! A join asks for the rows of its hash table first, and for the other side once it has them all. A
//! chain of joins with small tables so waits for one after the other, each a file or two to open,
//! near or far. What is gathered from several partitions begins at once anyway; of one partition, a
//! buffer in front sees to it.

use std::sync::Arc;

use datafusion::common::Result as DataFusionResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::buffer::BufferExec;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// What is read ahead, in bytes.
const AHEAD: usize = 1 << 20;

/// Puts a buffer in front of tables of one partition that are gathered for joins.
#[derive(Debug)]
pub(crate) struct EarlyBuilds;

impl PhysicalOptimizerRule for EarlyBuilds {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| match node.downcast_ref::<HashJoinExec>() {
            Some(join) if *join.partition_mode() == PartitionMode::CollectLeft => {
                let (table, other) = (join.left(), join.right());
                if !is_read_late(table) {
                    return Ok(Transformed::no(node));
                }
                let early = Arc::new(BufferExec::new(Arc::clone(table), AHEAD));
                let children: Vec<Arc<dyn ExecutionPlan>> = vec![early, Arc::clone(other)];
                let how = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
                node.replace_children(children, how).map(Transformed::yes)
            }
            _ => Ok(Transformed::no(node)),
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "early_builds"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether a plan reads files, but not before it is asked for rows.
fn is_read_late(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let mut next = plan;
    while next.output_partitioning().partition_count() == 1 {
        match next.children().as_slice() {
            [input] => next = input,
            [] => return reads_files(next),
            _ => return false,
        }
    }
    false
}

fn reads_files(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let scan = plan.downcast_ref::<DataSourceExec>();
    scan.is_some_and(|scan| scan.data_source().is::<FileScanConfig>())
}
