//! Rows in other partitions: `repartition`, `repartition_by_range`, `coalesce`.
//!
//! DataFusion moves rows (`RepartitionExec`), but takes its own operators out of plans where it sees
//! no use for them, and users count on the partitions that they asked for. So its operator is inside
//! of ours. Ranges need bounds first: these come from a sample, for which the input runs once more,
//! as it does in Spark. Merging moves nothing: a partition is some of the input's, one behind the
//! other.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result as DataFusionResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
    RangePartitioning,
};
use datafusion::physical_plan::execution_plan::{ReplaceChildrenOptions, reset_plan_states};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::stream::{EmptyRecordBatchStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties, SendableRecordBatchStream, Statistics, StatisticsArgs,
};
use futures::{StreamExt, TryStreamExt};
use tokio::sync::OnceCell;

use super::bounds;
use super::exec::{BatchMap, MapExec, Work};

/// How rows come into partitions.
#[derive(Debug, Clone)]
pub(super) enum Dealing {
    /// In turn.
    Turns,
    /// Equal values together.
    Hash(Vec<Arc<dyn PhysicalExpr>>),
    /// Neighbouring values together.
    Ranges(LexOrdering),
    /// Neighbouring partitions together; rows stay where they are.
    Merge,
}

/// Rows in so many partitions.
#[derive(Debug)]
pub(super) struct ExchangeExec {
    input: Arc<dyn ExecutionPlan>,
    dealing: Dealing,
    count: usize,
    /// The order inside of partitions that are merged, which must stay when the plan is changed below.
    order: Option<OrderingRequirements>,
    properties: Arc<PlanProperties>,
    /// DataFusion's operator. That of ranges is made when the first partition is asked for.
    moving: Arc<OnceCell<Arc<RepartitionExec>>>,
}

impl ExchangeExec {
    pub(super) fn new(
        input: Arc<dyn ExecutionPlan>,
        dealing: Dealing,
        count: usize,
    ) -> DataFusionResult<ExchangeExec> {
        let below = input.output_partitioning().partition_count();
        let count = match dealing {
            Dealing::Merge => count.min(below),
            _ => count,
        };
        let scheme = match &dealing {
            Dealing::Turns => Some(Partitioning::RoundRobinBatch(count)),
            Dealing::Hash(by) => Some(Partitioning::Hash(by.clone(), count)),
            Dealing::Ranges(_) | Dealing::Merge => None,
        };
        let partitioning = match &scheme {
            Some(hash @ Partitioning::Hash(..)) => hash.clone(),
            _ => Partitioning::UnknownPartitioning(count),
        };
        let moving = match scheme {
            Some(scheme) => {
                let dealt: Arc<dyn ExecutionPlan> = match dealing {
                    Dealing::Turns => Arc::new(MapExec::new(
                        Arc::clone(&input),
                        Arc::new(Slices { count }),
                        input.schema(),
                    )),
                    _ => Arc::clone(&input),
                };
                let moving = RepartitionExec::try_new(dealt, scheme)?;
                OnceCell::new_with(Some(Arc::new(moving)))
            }
            None => OnceCell::new(),
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            partitioning,
            input.pipeline_behavior(),
            input.boundedness(),
        );
        let order = match dealing {
            Dealing::Merge => input.output_ordering().cloned(),
            _ => None,
        };
        Ok(ExchangeExec {
            input,
            dealing,
            count,
            order: order.map(OrderingRequirements::from),
            properties: Arc::new(properties),
            moving: Arc::new(moving),
        })
    }

    fn over(
        &self,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return datafusion::common::internal_err!("an exchange has an input");
        };
        Ok(Arc::new(ExchangeExec {
            order: self.order.clone(),
            ..ExchangeExec::new(input, self.dealing.clone(), self.count)?
        }))
    }

    /// The input's partitions that partition `i` has: as many as fit, in order.
    fn merged(
        &self,
        i: usize,
        context: &Arc<TaskContext>,
    ) -> DataFusionResult<SendableRecordBatchStream> {
        let below = self.input.output_partitioning().partition_count();
        let (from, to) = (i * below / self.count, (i + 1) * below / self.count);
        let parts = (from..to)
            .map(|part| self.input.execute(part, Arc::clone(context)))
            .collect::<DataFusionResult<Vec<_>>>()?;
        let rows = futures::stream::iter(parts).flatten();
        let schema = self.input.schema();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }

    /// A partition of what DataFusion's operator makes, once that is there.
    fn ranged(
        &self,
        order: &LexOrdering,
        i: usize,
        context: Arc<TaskContext>,
    ) -> SendableRecordBatchStream {
        let (input, moving) = (Arc::clone(&self.input), Arc::clone(&self.moving));
        let (order, count) = (order.clone(), self.count);
        let rows = async move {
            let ranges = moving.get_or_try_init(|| async {
                let sampled = reset_plan_states(Arc::clone(&input))?;
                let bounds = bounds::sampled(sampled, &order, count, &context).await?;
                let ranges = Partitioning::Range(RangePartitioning::try_new(order, bounds)?);
                RepartitionExec::try_new(Arc::clone(&input), ranges).map(Arc::new)
            });
            let ranges = ranges.await?;
            // Values that repeat leave fewer ranges than were asked for.
            if i < ranges.partitioning().partition_count() {
                ranges.execute(i, Arc::clone(&context))
            } else {
                let nothing = EmptyRecordBatchStream::new(input.schema());
                Ok(Box::pin(nothing) as SendableRecordBatchStream)
            }
        };
        let rows = futures::stream::once(rows).try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(self.input.schema(), rows))
    }
}

/// Batches in as many slices as there are partitions: DataFusion deals out batches, Spark rows.
#[derive(Debug)]
struct Slices {
    count: usize,
}

impl BatchMap for Slices {
    fn name(&self) -> &'static str {
        "Slices"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn work(&self, _: usize, _: &SchemaRef) -> Work {
        let count = self.count.max(1);
        Work::each(move |batch| {
            let rows = batch.num_rows();
            let length = rows.div_ceil(count).max(1);
            let starts = (0..rows).step_by(length);
            let slice = |from: usize| batch.slice(from, length.min(rows - from));
            Ok(starts.map(slice).collect())
        })
    }

    fn keeps_rows(&self) -> bool {
        true
    }
}

/// An order of expressions, each with whether it descends and whether nulls come first.
pub(super) fn ordering(
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    directions: &[(bool, bool)],
) -> Option<LexOrdering> {
    let keys = exprs.into_iter().zip(directions);
    LexOrdering::new(
        keys.map(|(expr, (descending, nulls_first))| PhysicalSortExpr {
            expr,
            options: SortOptions {
                descending: *descending,
                nulls_first: *nulls_first,
            },
        }),
    )
}

impl DisplayAs for ExchangeExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.dealing {
            Dealing::Turns => write!(f, "ExchangeExec: in turn, {}", self.count),
            Dealing::Hash(by) => {
                let by: Vec<String> = by.iter().map(ToString::to_string).collect();
                write!(f, "ExchangeExec: hash({}), {}", by.join(", "), self.count)
            }
            Dealing::Ranges(order) => write!(f, "ExchangeExec: range({order}), {}", self.count),
            Dealing::Merge => write!(f, "CoalesceExec: {}", self.count),
        }
    }
}

impl ExecutionPlan for ExchangeExec {
    fn name(&self) -> &str {
        "ExchangeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order.clone()]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        let exprs: Vec<_> = match &self.dealing {
            Dealing::Turns | Dealing::Merge => Vec::new(),
            Dealing::Hash(by) => by.clone(),
            Dealing::Ranges(order) => order.iter().map(|key| Arc::clone(&key.expr)).collect(),
        };
        for expr in &exprs {
            if f(expr)? == TreeNodeRecursion::Stop {
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
        match (&self.dealing, self.moving.get()) {
            (Dealing::Merge, _) => self.merged(partition, &context),
            (Dealing::Ranges(order), _) => Ok(self.ranged(order, partition, context)),
            (Dealing::Turns | Dealing::Hash(_), Some(moving)) => moving.execute(partition, context),
            (Dealing::Turns | Dealing::Hash(_), None) => {
                datafusion::common::internal_err!("an exchange without what moves rows")
            }
        }
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> DataFusionResult<Arc<Statistics>> {
        match inputs {
            [whole] if args.partition().is_none() => Ok(Arc::clone(whole)),
            _ => Ok(Arc::new(Statistics::new_unknown(&self.schema()))),
        }
    }
}
