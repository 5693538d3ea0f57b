//! [`MapExec`]: the execution plan of an operator that maps batches one by one.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result as DataFusionResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::ReplaceChildrenOptions;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties,
    Partitioning, PlanProperties, SendableRecordBatchStream,
};
use flint_sql_columnar::Raised;
use futures::StreamExt;

/// What one partition's batches go through, in order; none are asked for at the end.
pub(crate) type Step = Box<dyn FnMut(RecordBatch) -> Result<Vec<RecordBatch>, Raised> + Send>;

/// What makes a partition's stream of another.
pub(crate) type Whole =
    Box<dyn FnOnce(SendableRecordBatchStream) -> SendableRecordBatchStream + Send>;

/// What an operator does in a partition.
pub(crate) enum Work {
    /// Maps batches one by one.
    Each(Step),
    /// Has the stream as a whole.
    Whole(Whole),
}

impl Work {
    /// Maps batches one by one.
    pub(crate) fn each(
        step: impl FnMut(RecordBatch) -> Result<Vec<RecordBatch>, Raised> + Send + 'static,
    ) -> Work {
        Work::Each(Box::new(step))
    }
}

/// How an operator maps batches: made from its logical form by the planner.
pub(crate) trait BatchMap: fmt::Debug + Send + Sync {
    /// Its name in plans.
    fn name(&self) -> &'static str;

    /// Expressions that it computes, for display.
    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>>;

    /// What it says of itself in plans beside its expressions.
    fn details(&self) -> Option<String> {
        None
    }

    /// Begins a partition.
    fn work(&self, partition: usize, schema: &SchemaRef) -> Work;

    /// Whether rows that are equal in the first column must come to one partition, one behind the
    /// other.
    fn is_grouped(&self) -> bool {
        false
    }

    /// Whether rows keep their order and columns, so that what is known of the input holds.
    fn keeps_rows(&self) -> bool {
        false
    }
}

/// An operator that maps batches.
#[derive(Debug, Clone)]
pub(crate) struct MapExec {
    input: Arc<dyn ExecutionPlan>,
    map: Arc<dyn BatchMap>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl MapExec {
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        map: Arc<dyn BatchMap>,
        schema: SchemaRef,
    ) -> MapExec {
        let partitioning = if map.keeps_rows() {
            input.output_partitioning().clone()
        } else {
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count())
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            partitioning,
            input.pipeline_behavior(),
            input.boundedness(),
        );
        MapExec {
            input,
            map,
            schema,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl MapExec {
    /// The first column, where groups of it must lie together.
    fn key(&self) -> Option<Arc<dyn PhysicalExpr>> {
        let schema = self.input.schema();
        let first = schema.fields().first().filter(|_| self.map.is_grouped())?;
        Some(Arc::new(Column::new(first.name(), 0)))
    }

    /// The same over another input.
    fn over(
        &self,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return datafusion::common::internal_err!("an operator of ours has an input");
        };
        let (map, schema) = (Arc::clone(&self.map), Arc::clone(&self.schema));
        Ok(Arc::new(MapExec::new(input, map, schema)))
    }
}

/// A partition that is being mapped.
struct Running {
    input: SendableRecordBatchStream,
    step: Step,
    metrics: BaselineMetrics,
}

impl Running {
    fn map(&mut self, batch: DataFusionResult<RecordBatch>) -> DataFusionResult<Vec<RecordBatch>> {
        let timer = self.metrics.elapsed_compute().timer();
        let made = (self.step)(batch?)?;
        timer.done();
        let rows = made.iter().map(RecordBatch::num_rows).sum();
        self.metrics.record_output(rows);
        Ok(made)
    }
}

impl DisplayAs for MapExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Exec", self.map.name())?;
        if let Some(details) = self.map.details() {
            write!(f, ": {details}")?;
        }
        let texts: Vec<String> = self.map.exprs().iter().map(ToString::to_string).collect();
        if texts.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", texts.join(", "))
        }
    }
}

impl ExecutionPlan for MapExec {
    fn name(&self) -> &str {
        self.map.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![match self.key() {
            Some(key) => Distribution::KeyPartitioned(vec![key]),
            None => Distribution::UnspecifiedDistribution,
        }]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let sorted = |expr| PhysicalSortExpr {
            expr,
            options: SortOptions::default(),
        };
        let order = self.key().and_then(|key| LexOrdering::new([sorted(key)]));
        vec![order.map(OrderingRequirements::from)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![self.map.keeps_rows()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        for expr in self.map.exprs() {
            if f(&expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
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
        let step = match self.map.work(partition, &self.schema) {
            Work::Each(step) => step,
            Work::Whole(whole) => return Ok(whole(input)),
        };
        let running = Running {
            input,
            step,
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        // The step is dropped before the end of the stream is told, for those that finish by it.
        let batches = futures::stream::unfold(running, |mut running| async move {
            let batch = running.input.next().await?;
            let made = running.map(batch);
            Some((made, running))
        });
        let flat = batches.flat_map(|made| {
            let batches = match made {
                Ok(batches) => batches.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            futures::stream::iter(batches)
        });
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, flat)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
