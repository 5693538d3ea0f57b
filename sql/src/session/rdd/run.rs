//! [`Runner`]: a plan inside of tasks of an RDD.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use datafusion::execution::context::SessionState;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, collect_partitioned};
use flint_core::shuffle::Partitioner;
use flint_core::{Context, Rdd, TaskContext};
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{Result, SqlError, condition};
use futures::StreamExt;
use futures::future::{Either, select};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender};

use super::super::SparkSession;
use super::super::relations::conform;
use super::batch::Batch;
use super::scan::{RddInputs, RddSource};

/// How often a waiting task looks whether it was cancelled.
const PATIENCE: Duration = Duration::from_millis(10);

/// A plan, to be run by tasks.
pub(super) struct Runner {
    /// Keeps the engine.
    session: SparkSession,
    plan: Arc<dyn ExecutionPlan>,
    state: SessionState,
    layout: SchemaRef,
    sources: Vec<Arc<RddSource>>,
}

impl Runner {
    pub(super) fn new(
        session: &SparkSession,
        plan: Arc<dyn ExecutionPlan>,
        state: SessionState,
        layout: SchemaRef,
        sources: Vec<Arc<RddSource>>,
    ) -> Runner {
        Runner {
            session: session.clone(),
            plan,
            state,
            layout,
            sources,
        }
    }

    pub(super) fn partitions(&self) -> usize {
        self.plan.output_partitioning().partition_count()
    }

    /// Whether each partition can be run without the others.
    pub(super) fn is_independent(&self) -> bool {
        self.partitions() == 1 || independent(&self.plan)
    }

    fn handle(&self) -> &Handle {
        self.session.inner.shared.engine.handle()
    }

    /// The batches of one partition, as the task pulls them.
    pub(super) fn partition(
        self: &Arc<Self>,
        partition: usize,
    ) -> impl Iterator<Item = Batch> + use<> {
        let runner = Arc::clone(self);
        let (sent, told) = tokio::sync::mpsc::channel(1);
        self.handle().spawn(async move {
            let ended = runner.send(partition, &sent).await.map(|()| None);
            // Nobody waits any more when the receiver is gone.
            let _ = sent.send(ended).await;
        });
        Pulled {
            told,
            runner: Arc::clone(self),
        }
    }

    /// Runs one partition and sends its batches, as long as the task takes them.
    async fn send(&self, partition: usize, sent: &Sender<Result<Option<Batch>>>) -> Result<()> {
        // Plans remember that they ran; tasks may run them again.
        let plan = reset_plan_states(Arc::clone(&self.plan)).map_err(from_datafusion)?;
        let mut stream = plan
            .execute(partition, self.state.task_ctx())
            .map_err(from_datafusion)?;
        loop {
            let gone = std::pin::pin!(sent.closed());
            let Either::Left((Some(batch), _)) = select(stream.next(), gone).await else {
                return Ok(());
            };
            let batch = conform(&batch.map_err(from_datafusion)?, &self.layout)?;
            if sent.send(Ok(Some(Batch(batch)))).await.is_err() {
                return Ok(());
            }
        }
    }
}

impl Runner {
    /// The batches of all partitions, with their numbers, from the batches of the plan's RDDs.
    pub(super) fn all(&self, given: impl Iterator<Item = (u32, u32, Batch)>) -> Vec<(u32, Batch)> {
        self.run_all(given).unwrap_or_else(|error| fail(&error))
    }

    fn run_all(&self, given: impl Iterator<Item = (u32, u32, Batch)>) -> Result<Vec<(u32, Batch)>> {
        let mut inputs = RddInputs::default();
        for (source, partition, batch) in given {
            if let Some(source) = self.sources.get(source as usize) {
                inputs.add(source, partition as usize, [batch.0]);
            }
        }
        let mut state = self.state.clone();
        state.config_mut().set_extension(Arc::new(inputs));
        let plan = reset_plan_states(Arc::clone(&self.plan)).map_err(from_datafusion)?;
        let running = collect_partitioned(plan, state.task_ctx());
        let ran = super::super::engine::on_threads(
            self.handle(),
            async move { running.await.map_err(from_datafusion) },
            interrupted,
        )?;
        let mut made = Vec::new();
        for (partition, batches) in ran.into_iter().enumerate() {
            for batch in batches {
                made.push((partition as u32, Batch(conform(&batch, &self.layout)?)));
            }
        }
        Ok(made)
    }
}

/// Batches that the engine's threads make and a task takes.
struct Pulled {
    /// Batches, and nothing for the end: silence is no end.
    told: Receiver<Result<Option<Batch>>>,
    runner: Arc<Runner>,
}

impl Pulled {
    fn pull(&mut self) -> Result<Option<Batch>> {
        let handle = self.runner.handle().clone();
        let told = &mut self.told;
        loop {
            let next = handle.block_on(async { tokio::time::timeout(PATIENCE, told.recv()).await });
            match next {
                Ok(Some(batch)) => return batch,
                Ok(None) => return Err(SqlError::internal("the query's thread stopped")),
                Err(_) if interrupted() => {
                    return Err(SqlError::new(condition::OPERATION_CANCELED));
                }
                Err(_) => {}
            }
        }
    }
}

impl Iterator for Pulled {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        self.pull().unwrap_or_else(|error| fail(&error))
    }
}

fn interrupted() -> bool {
    TaskContext::get().is_some_and(|task| task.is_interrupted())
}

/// Fails the task: closures of RDDs fail by panics, whose message the job's error has.
pub(super) fn fail<T>(error: &SqlError) -> T {
    let message: Box<dyn Any + Send> = Box::new(error.to_string());
    std::panic::resume_unwind(message)
}

/// Whether partitions of a plan have nothing in common: every operator maps one partition of one
/// input, or puts inputs side by side.
fn independent(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let partitions = |plan: &Arc<dyn ExecutionPlan>| plan.output_partitioning().partition_count();
    let children = plan.children();
    let alone = match children.as_slice() {
        [] => true,
        [only] => partitions(only) == partitions(plan) && plan.name() != "RepartitionExec",
        _ => plan.name() == "UnionExec",
    };
    alone && children.into_iter().all(independent)
}

/// The batches of a plan's RDDs in one partition, with the numbers of RDD and partition.
pub(super) fn gathered(
    context: &Context,
    sources: &[Arc<RddSource>],
) -> flint_core::Result<Rdd<(u32, u32, Batch)>> {
    if sources.is_empty() {
        return Ok(context.parallelize(Vec::new(), 1));
    }
    let numbered: Vec<Rdd<(u32, u32, Batch)>> = sources
        .iter()
        .zip(0_u32..)
        .map(|(source, number)| {
            source
                .batches
                .map_partitions_with_index(move |partition, batches| {
                    batches.map(move |batch| (number, partition as u32, batch))
                })
        })
        .collect();
    context.union(&numbered).repartition(1)
}

/// Puts every record into the partition of its number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ByNumber {
    partitions: usize,
}

impl ByNumber {
    pub(super) fn new(partitions: usize) -> ByNumber {
        ByNumber { partitions }
    }
}

impl Partitioner<u32> for ByNumber {
    fn num_partitions(&self) -> usize {
        self.partitions
    }

    fn partition(&self, key: &u32) -> usize {
        *key as usize
    }

    fn same_as(&self, other: &dyn Any) -> bool {
        other
            .downcast_ref::<ByNumber>()
            .is_some_and(|other| other.partitions == self.partitions)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
