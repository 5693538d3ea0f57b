//! The last rows of all: batches pass by, the newest are kept.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::Result as DataFusionResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{EquivalenceProperties, OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties,
    Partitioning, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt};

/// The last `count` rows, of one partition.
#[derive(Debug)]
pub(super) struct TailExec {
    input: Arc<dyn ExecutionPlan>,
    count: usize,
    /// The order in which rows come, which must stay when the plan is changed below.
    order: Option<OrderingRequirements>,
    properties: Arc<PlanProperties>,
}

impl TailExec {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, count: usize) -> TailExec {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let order = input.output_ordering().cloned();
        TailExec {
            input,
            count,
            order: order.map(OrderingRequirements::from),
            properties: Arc::new(properties),
        }
    }
}

impl TailExec {
    /// The same over another input.
    fn over(
        &self,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return datafusion::common::internal_err!("a tail has an input");
        };
        Ok(Arc::new(TailExec {
            order: self.order.clone(),
            ..TailExec::new(input, self.count)
        }))
    }
}

impl DisplayAs for TailExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TailExec: {}", self.count)
    }
}

impl ExecutionPlan for TailExec {
    fn name(&self) -> &str {
        "TailExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order.clone()]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> DataFusionResult<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let count = self.count;
        let last = async move {
            let kept = input.try_fold(VecDeque::new(), move |kept, batch| async move {
                Ok(with_newest(kept, batch, count))
            });
            let kept: VecDeque<RecordBatch> = kept.await?;
            let kept = kept.into_iter().map(Ok::<_, DataFusionError>);
            Ok::<_, DataFusionError>(futures::stream::iter(kept))
        };
        let stream = futures::stream::once(last).try_flatten().boxed();
        let schema = self.input.schema();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream)))
    }
}

/// The last `count` rows of `kept` and `batch` together.
fn with_newest(
    mut kept: VecDeque<RecordBatch>,
    batch: RecordBatch,
    count: usize,
) -> VecDeque<RecordBatch> {
    kept.push_back(batch);
    let mut rows: usize = kept.iter().map(RecordBatch::num_rows).sum();
    while let Some(oldest) = kept.front() {
        let excess = rows.saturating_sub(count);
        if excess == 0 {
            break;
        }
        if oldest.num_rows() <= excess {
            rows -= oldest.num_rows();
            kept.pop_front();
        } else {
            let rest = oldest.slice(excess, oldest.num_rows() - excess);
            kept[0] = rest;
            break;
        }
    }
    kept
}
