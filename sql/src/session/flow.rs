//! [`QueryFlow`]: the batches of a query while it runs.
//!
//! The query is one job. Its partitions run side by side, each a few batches ahead of whoever takes
//! them, and their batches come partition after partition. What is not taken holds the query up, not
//! the memory: nothing gathers the whole result.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_execution::{Observed, gathered};
use flint_sql_spec::{Relation, Result, SqlError, StructType};
use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::SparkSession;
use super::constant::constant_rows;
use super::engine::Once;
use super::observe::ObservedMetrics;
use super::query::{self, Prepared};
use super::relations::conform;
use super::running::QueryFuture;

/// How often somebody who waits for a batch looks whether the query has ended.
const PATIENCE: Duration = Duration::from_millis(20);

/// How many batches the query is ahead of its reader.
const AHEAD: usize = 2;

/// The batches of a query that runs, partition after partition.
///
/// Dropping it before its end cancels the query.
pub struct QueryFlow {
    session: SparkSession,
    schema: StructType,
    layout: SchemaRef,
    batches: Taker,
    running: Option<QueryFuture<()>>,
    observed: Vec<Arc<Observed>>,
    watch: FlowWatch,
    /// The same query by other means, as long as nothing has come and it may be run twice.
    again: Option<Relation>,
}

impl QueryFlow {
    /// Names and types of the columns.
    pub fn schema(&self) -> &StructType {
        &self.schema
    }

    /// What the query computed on the side. To be asked after its end.
    pub fn observed(&self) -> Vec<ObservedMetrics> {
        let observed = self.observed.iter();
        observed.map(|one| ObservedMetrics::of(one)).collect()
    }

    /// What tells how far the query is, for another thread than the one that takes batches.
    pub fn watch(&self) -> FlowWatch {
        self.watch.clone()
    }

    /// Starts a query.
    pub(super) fn start(session: &SparkSession, relation: &Relation) -> Result<QueryFlow> {
        let prepared = query::prepare(session, relation, Ok)?;
        let again = prepared.observed.is_empty().then(|| relation.clone());
        let mut flow = QueryFlow::run(session, prepared, false)?;
        flow.again = again;
        Ok(flow)
    }

    fn run(session: &SparkSession, prepared: Prepared, sorting: bool) -> Result<QueryFlow> {
        let Prepared {
            schema,
            plan,
            state,
            observed,
            sources,
            ..
        } = prepared;
        let state = if sorting {
            query::sorting_state(session)
        } else {
            state
        };
        let plan = query::physical(session, &state, plan)?;
        let watch = FlowWatch(Arc::clone(&plan));
        let (giver, batches) = hatch();
        let constant = observed.is_empty().then(|| constant_rows(&state, &plan));
        let running = match constant.flatten() {
            Some(rows) => {
                giver.give_all(rows?);
                None
            }
            None => {
                let state = query::state_for(&plan, state, &sources)?;
                let physical = Once::new(plan);
                let giver = Mutex::new(Some(giver));
                let running = session.start(&state, move |task| {
                    let (plan, giver) = (physical.take(), giver.lock().take());
                    async move {
                        let giver = giver.ok_or_else(|| SqlError::internal("a flow runs once"))?;
                        forward(plan?, task, giver).await
                    }
                });
                Some(running)
            }
        };
        Ok(QueryFlow {
            session: session.clone(),
            layout: Arc::new(arrow_schema(&schema)?),
            schema,
            batches,
            running,
            observed,
            watch,
            again: None,
        })
    }

    /// The next batch; `None` after the last one of a query that has ended well.
    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            let running = self.running.as_ref();
            let has_ended = || running.is_none_or(QueryFuture::is_completed);
            if let Some(batch) = self.batches.take(has_ended) {
                self.again = None;
                return conform(&batch, &self.layout).map(Some);
            }
            let Some(running) = self.running.take() else {
                return Ok(None);
            };
            let ended = running.wait();
            match (ended, self.again.take()) {
                // A hash table did not fit: sorting both sides needs less, because it can spill.
                (Err(error), Some(relation)) if query::is_short_of_memory(&error) => {
                    let prepared = query::prepare(&self.session, &relation, Ok)?;
                    *self = QueryFlow::run(&self.session.clone(), prepared, true)?;
                }
                (ended, _) => {
                    self.session.observed(&self.observed, ended.as_ref().err());
                    return ended.map(|()| None);
                }
            }
        }
    }
}

/// Tells how far a query is. It may be asked at any time, and when the query has ended.
#[derive(Debug, Clone)]
pub struct FlowWatch(Arc<dyn ExecutionPlan>);

impl FlowWatch {
    /// How many bytes of files the query has read so far. Formats that don't count them count as
    /// nothing.
    pub fn bytes_read(&self) -> u64 {
        let mut plans = vec![&self.0];
        let mut bytes = 0;
        while let Some(plan) = plans.pop() {
            let metrics = plan
                .metrics()
                .and_then(|all| all.sum_by_name("bytes_scanned"));
            bytes += metrics.map_or(0, |sum| sum.as_usize() as u64);
            plans.extend(plan.children());
        }
        bytes
    }
}

/// Runs a plan, and gives its batches in the order of its partitions.
async fn forward(plan: Arc<dyn ExecutionPlan>, task: Arc<TaskContext>, giver: Giver) -> Result<()> {
    let mut batches = execute_stream(gathered(plan), task).map_err(from_datafusion)?;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(from_datafusion)?;
        if batch.num_rows() > 0 && !giver.give(batch).await {
            break; // Nobody reads on.
        }
    }
    Ok(())
}

/// Both sides of a way for batches, on which few may lie at a time. The one that takes blocks its
/// thread, whichever that is; the one that gives waits as futures do.
fn hatch() -> (Giver, Taker) {
    let (sender, batches) = mpsc::channel();
    let room = Arc::new(Semaphore::new(AHEAD));
    let giver = Giver {
        room: Arc::clone(&room),
        sender,
    };
    (giver, Taker { room, batches })
}

struct Giver {
    room: Arc<Semaphore>,
    sender: mpsc::Sender<RecordBatch>,
}

impl Giver {
    /// Gives a batch when there is room. False when nobody takes any more.
    async fn give(&self, batch: RecordBatch) -> bool {
        match self.room.acquire().await {
            Ok(room) => room.forget(),
            Err(_) => return false,
        }
        self.sender.send(batch).is_ok()
    }

    /// Gives all there is, which is in memory anyway.
    fn give_all(self, batches: Vec<RecordBatch>) {
        for batch in batches.into_iter().filter(|batch| batch.num_rows() > 0) {
            // Nobody reads on when the other side is gone.
            let _ = self.sender.send(batch);
        }
    }
}

struct Taker {
    room: Arc<Semaphore>,
    batches: mpsc::Receiver<RecordBatch>,
}

impl Taker {
    /// Waits for a batch. `None` when there are no more: a query that was cancelled may have ended
    /// before its last future has.
    fn take(&self, has_ended: impl Fn() -> bool) -> Option<RecordBatch> {
        let batch = loop {
            // In this order, or a last batch between the two would be lost.
            let ended = has_ended();
            match self.batches.recv_timeout(PATIENCE) {
                Ok(batch) => break batch,
                Err(RecvTimeoutError::Timeout) if !ended => {}
                Err(_) => return None,
            }
        };
        self.room.add_permits(1);
        Some(batch)
    }
}

impl Drop for Taker {
    fn drop(&mut self) {
        self.room.close();
    }
}

impl Iterator for QueryFlow {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        self.pull().transpose()
    }
}

impl Drop for QueryFlow {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.cancel();
        }
    }
}

impl fmt::Debug for QueryFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryFlow")
            .field("schema", &self.schema)
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}
