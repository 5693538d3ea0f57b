//! Queries that run: [`QueryFuture`] of an action that does not block, [`QueryStream`] of batches as
//! they are asked for.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::TaskContext;
use datafusion::execution::context::SessionState;
use datafusion::physical_plan::{
    ExecutionPlan, ExecutionPlanProperties, SendableRecordBatchStream,
};
use flint_core::JobFuture;
use flint_sql_columnar::from_datafusion;
use flint_sql_execution::Observed;
use flint_sql_spec::{Result, SqlError, StructType};
use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::Mutex as AsyncMutex;

use super::SparkSession;
use super::convert::from_core;
use super::relations::conform;

/// Where the task of a job leaves what it found.
pub(super) type Outcome<T> = Arc<Mutex<Option<Result<T>>>>;

/// An action that runs: Spark's `FutureAction`.
///
/// The work has started when this is returned. Await it in any async runtime, or
/// [`wait`](Self::wait) for it. Dropping it does not cancel the work; [`cancel`](Self::cancel) does.
///
/// ```
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let rows = spark.range(0, 3).collect_async();
/// assert_eq!(rows.wait()?.len(), 3);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[must_use = "the work runs on, but nobody learns how it ends"]
pub struct QueryFuture<T> {
    state: State<T>,
}

enum State<T> {
    Failed(Option<SqlError>),
    Running {
        job: JobFuture<()>,
        /// What the job's task left, finished on the thread that asks for it.
        finish: Option<Box<dyn FnOnce() -> Result<T> + Send>>,
    },
}

impl<T> QueryFuture<T> {
    pub(crate) fn failed(error: SqlError) -> QueryFuture<T> {
        QueryFuture {
            state: State::Failed(Some(error)),
        }
    }

    /// The future of a job whose task leaves an outcome.
    pub(super) fn of<P: Send + 'static>(
        job: JobFuture<()>,
        outcome: Outcome<P>,
        finish: impl FnOnce(Result<P>) -> Result<T> + Send + 'static,
    ) -> QueryFuture<T> {
        let finish = move || {
            let found = outcome.lock().take();
            let nothing = || Err(SqlError::internal("a query's task left nothing"));
            finish(found.unwrap_or_else(nothing))
        };
        QueryFuture {
            state: State::Running {
                job,
                finish: Some(Box::new(finish)),
            },
        }
    }

    /// The same with something made of its result.
    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> Result<U> + Send + 'static) -> QueryFuture<U>
    where
        T: 'static,
    {
        let state = match self.state {
            State::Failed(error) => State::Failed(error),
            State::Running { job, finish } => State::Running {
                job,
                finish: finish.map(|finish| {
                    Box::new(move || finish().and_then(f)) as Box<dyn FnOnce() -> Result<U> + Send>
                }),
            },
        };
        QueryFuture { state }
    }

    /// Cancels what of the action still runs. It then ends with `OPERATION_CANCELED`.
    pub fn cancel(&self) {
        if let State::Running { job, .. } = &self.state {
            job.cancel();
        }
    }

    /// The jobs that the action has started so far.
    pub fn job_ids(&self) -> Vec<u64> {
        match &self.state {
            State::Running { job, .. } => job.job_ids(),
            State::Failed(_) => Vec::new(),
        }
    }

    /// Whether the action has ended.
    pub fn is_completed(&self) -> bool {
        match &self.state {
            State::Running { job, .. } => job.is_completed(),
            State::Failed(_) => true,
        }
    }

    /// Blocks until the action ends.
    ///
    /// # Errors
    /// What the action ended with.
    pub fn wait(self) -> Result<T> {
        match self.state {
            State::Failed(error) => Err(error.unwrap_or_else(asked_twice)),
            State::Running { job, finish } => {
                job.wait().map_err(from_core)?;
                finish.ok_or_else(asked_twice)?()
            }
        }
    }
}

fn asked_twice() -> SqlError {
    SqlError::internal("the result of an action was asked for twice")
}

impl<T> Future for QueryFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut PollContext<'_>) -> Poll<Result<T>> {
        match &mut self.state {
            State::Failed(error) => Poll::Ready(Err(error.take().unwrap_or_else(asked_twice))),
            State::Running { job, finish } => match Pin::new(job).poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Err(error)) => Poll::Ready(Err(from_core(error))),
                Poll::Ready(Ok(())) => match finish.take() {
                    Some(finish) => Poll::Ready(finish()),
                    None => Poll::Ready(Err(asked_twice())),
                },
            },
        }
    }
}

impl<T> fmt::Debug for QueryFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Failed(error) => write!(f, "QueryFuture({error:?})"),
            State::Running { job, .. } => write!(f, "QueryFuture({job:?})"),
        }
    }
}

/// The batches of a query, partition after partition, computed as they are asked for.
///
/// Each batch is a job of its own, which pulls just that batch: between batches no slot is held, so
/// that the program can run other actions. One batch is in memory, and with prefetching the next
/// one; operators that need all their input, such as sorts, hold what they always hold.
#[derive(Debug)]
pub struct QueryStream {
    session: SparkSession,
    schema: StructType,
    layout: SchemaRef,
    source: Arc<AsyncMutex<Source>>,
    state: SessionState,
    observed: Vec<Arc<Observed>>,
    prefetch: bool,
    coming: VecDeque<QueryFuture<Option<RecordBatch>>>,
    ended: bool,
}

/// A plan that is being run.
struct Source {
    plan: Arc<dyn ExecutionPlan>,
    task: Arc<TaskContext>,
    next: usize,
    current: Option<SendableRecordBatchStream>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source(partition {})", self.next)
    }
}

impl Source {
    /// The next batch that has rows.
    async fn pull(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(stream) = &mut self.current {
                match stream.next().await.transpose().map_err(from_datafusion)? {
                    Some(batch) if batch.num_rows() == 0 => continue,
                    Some(batch) => return Ok(Some(batch)),
                    None => self.current = None,
                }
            }
            if self.next == self.plan.output_partitioning().partition_count() {
                return Ok(None);
            }
            let task = Arc::clone(&self.task);
            let stream = self
                .plan
                .execute(self.next, task)
                .map_err(from_datafusion)?;
            self.next += 1;
            self.current = Some(stream);
        }
    }
}

impl QueryStream {
    pub(super) fn new(
        session: &SparkSession,
        schema: StructType,
        layout: SchemaRef,
        (plan, state): (Arc<dyn ExecutionPlan>, SessionState),
        observed: Vec<Arc<Observed>>,
    ) -> QueryStream {
        let task = session.inner.shared.engine.between_jobs(&state);
        let source = Source {
            plan,
            task,
            next: 0,
            current: None,
        };
        QueryStream {
            session: session.clone(),
            schema,
            layout,
            source: Arc::new(AsyncMutex::new(source)),
            state,
            observed,
            prefetch: false,
            coming: VecDeque::new(),
            ended: false,
        }
    }

    /// The same; a batch is computed while the program looks at the one before.
    #[must_use]
    pub fn with_prefetch(mut self, prefetch: bool) -> QueryStream {
        self.prefetch = prefetch;
        self
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &StructType {
        &self.schema
    }

    fn start(&mut self) {
        let source = Arc::clone(&self.source);
        let pulled = self.session.start(&self.state, move |_| {
            let source = Arc::clone(&source);
            async move { source.lock().await.pull().await }
        });
        self.coming.push_back(pulled);
    }

    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        if self.coming.is_empty() {
            self.start();
        }
        let next = self.coming.pop_front().ok_or_else(asked_twice)?;
        let batch = next.wait()?;
        if batch.is_some() && self.prefetch {
            self.start();
        }
        batch.map(|batch| conform(&batch, &self.layout)).transpose()
    }
}

impl Iterator for QueryStream {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        if self.ended {
            return None;
        }
        let pulled = self.pull();
        self.ended = !matches!(pulled, Ok(Some(_)));
        if self.ended {
            let observed = std::mem::take(&mut self.observed);
            self.session.observed(&observed, pulled.as_ref().err());
        }
        pulled.transpose()
    }
}

impl Drop for QueryStream {
    fn drop(&mut self) {
        for coming in &self.coming {
            coming.cancel();
        }
    }
}
