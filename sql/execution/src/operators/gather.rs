//! Partitions as one, in their order.
//!
//! DataFusion's own operator takes batches from whichever partition has one. Where the place of a row
//! means something, as under LIMIT, `tail` and in results, Spark takes partition after partition. The
//! partitions work side by side, each a few batches ahead of its turn.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties, SendableRecordBatchStream,
};
use futures::StreamExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

/// How many batches a partition is ahead of its turn.
const AHEAD: usize = 2;

/// A plan of one partition, with the rows of all partitions of a plan in their order.
pub fn gathered(plan: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match plan.output_partitioning().partition_count() {
        1 => plan,
        _ => Arc::new(GatherExec::new(plan, None)),
    }
}

/// The rows of all partitions in their order, or the first of them.
#[derive(Debug)]
pub(crate) struct GatherExec {
    input: Arc<dyn ExecutionPlan>,
    fetch: Option<usize>,
    properties: Arc<PlanProperties>,
}

impl GatherExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, fetch: Option<usize>) -> GatherExec {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        GatherExec {
            input,
            fetch,
            properties: Arc::new(properties),
        }
    }

    fn over(
        &self,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        match children.pop() {
            Some(input) => Ok(Arc::new(GatherExec::new(input, self.fetch))),
            None => internal_err!("what gathers has an input"),
        }
    }
}

impl DisplayAs for GatherExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatherExec")?;
        match self.fetch {
            Some(rows) => write!(f, ": fetch={rows}"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for GatherExec {
    fn name(&self) -> &str {
        "GatherExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
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
        if partition != 0 {
            return internal_err!("what is gathered is one partition, and not {partition}");
        }
        let partitions = self.input.output_partitioning().partition_count();
        let streams = (0..partitions).map(|at| self.input.execute(at, Arc::clone(&context)));
        let streams = streams.collect::<DataFusionResult<Vec<_>>>()?;
        Ok(in_order(self.schema(), streams, self.fetch))
    }
}

/// The batches of all streams, one stream after the other, up to a number of rows.
fn in_order(
    schema: SchemaRef,
    mut streams: Vec<SendableRecordBatchStream>,
    fetch: Option<usize>,
) -> SendableRecordBatchStream {
    // They end with the stream that is made of them.
    let mut working = JoinSet::new();
    let rest = streams.split_off(streams.len().min(1));
    let rest: Vec<Receiver<_>> = rest
        .into_iter()
        .map(|stream| {
            let (ahead, partition) = channel(AHEAD);
            working.spawn(pump(stream, ahead));
            partition
        })
        .collect();
    let first = futures::stream::iter(streams).flatten();
    let rest = futures::stream::iter(rest).flat_map(|partition| {
        futures::stream::unfold(partition, |mut partition| async move {
            partition.recv().await.map(|batch| (batch, partition))
        })
    });
    let all = first.chain(rest).boxed();
    let state = (all, fetch.unwrap_or(usize::MAX), working);
    let batches = futures::stream::unfold(state, |(mut all, wanted, working)| async move {
        if wanted == 0 {
            return None;
        }
        match all.next().await? {
            Ok(batch) => {
                let batch = cut(batch, wanted);
                let wanted = wanted - batch.num_rows();
                Some((Ok(batch), (all, wanted, working)))
            }
            failed => Some((failed, (all, 0, working))),
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches.boxed()))
}

fn cut(batch: RecordBatch, rows: usize) -> RecordBatch {
    if batch.num_rows() > rows {
        batch.slice(0, rows)
    } else {
        batch
    }
}

/// Takes what a partition gives until nobody wants more.
async fn pump(mut stream: SendableRecordBatchStream, ahead: Sender<DataFusionResult<RecordBatch>>) {
    while let Some(batch) = stream.next().await {
        if ahead.send(batch).await.is_err() {
            return;
        }
    }
}
