//! [`Engine`]: DataFusion on the context's slots.
//!
//! A query is a job of core with one task: it has an id, a group, tags and listeners, holds a slot
//! while it runs, and is cancelled like any job. Its task waits for the query's partitions, which
//! run side by side on as many threads of the engine's own as the context has slots. They all run at
//! once because partitions of a query feed each other: what one does not take, another may wait for.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use arrow::array::RecordBatch;
use datafusion::execution::TaskContext as DfTask;
use datafusion::execution::context::SessionState;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::{ExecutionPlan, collect_partitioned};
use flint_core::{Context, JobFuture, TaskContext};
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{Result, SqlError, condition};
use parking_lot::Mutex;
use tokio::runtime::{Builder, Runtime};

use super::convert::from_core;
use super::memory::{Crowd, QueryMemory};
use super::running::Outcome;

/// How often a waiting task looks whether it was cancelled.
const PATIENCE: Duration = Duration::from_millis(10);

/// How long an ending query is waited for.
const LAST_STEPS: Duration = Duration::from_secs(10);

/// Threads, memory and disks of queries.
pub(super) struct Engine {
    runtime: Option<Runtime>,
    env: Arc<RuntimeEnv>,
    pub(super) slots: usize,
    /// What all queries and caches share.
    pub(super) memory_bytes: u64,
}

impl Engine {
    pub(super) fn new(context: &Context) -> Result<Engine> {
        let slots = context.default_parallelism().max(1);
        let runtime = Builder::new_multi_thread()
            .worker_threads(slots)
            .thread_name("flint-sql")
            // Plans are as deep as queries.
            .thread_stack_size(16 << 20)
            .enable_time()
            .build()
            .map_err(|error| SqlError::internal(format!("threads of the engine: {error}")))?;
        let memory = context.conf().engine_memory_bytes().map_err(from_core)?;
        let disks = DiskManagerMode::Directories(context.local_dirs());
        let disks = DiskManagerBuilder::default().with_mode(disks);
        let env = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(disks)
            .build_arc()
            .map_err(from_datafusion)?;
        Ok(Engine {
            runtime: Some(runtime),
            env,
            slots,
            memory_bytes: memory,
        })
    }

    /// Files and disks of queries. Memory a query gets from its task, when it runs.
    pub(super) fn env(&self) -> Arc<RuntimeEnv> {
        Arc::clone(&self.env)
    }

    fn runtime(&self) -> &Runtime {
        self.runtime
            .as_ref()
            .expect("it is taken when the engine is dropped only")
    }

    /// The engine's threads.
    pub(super) fn handle(&self) -> &tokio::runtime::Handle {
        self.runtime().handle()
    }

    /// Waits for a future that DataFusion needs its threads for: planning reads files.
    pub(super) fn wait_for<F>(&self, future: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sent, told) = channel();
        self.runtime().spawn(async move {
            // Nobody waits any more when the receiver is gone.
            let _ = sent.send(future.await);
        });
        told.recv()
            .expect("the future's thread sends before it ends")
    }

    /// Runs a plan as a job and gives the rows of its partitions in their order.
    pub(super) fn run(
        &self,
        context: &Context,
        state: &SessionState,
        plan: Arc<dyn ExecutionPlan>,
    ) -> Result<Vec<Vec<RecordBatch>>> {
        let plan = Once::new(plan);
        self.job(context, state, move |task| {
            let plan = plan.take();
            async move {
                let collected = collect_partitioned(plan?, task);
                collected.await.map_err(from_datafusion)
            }
        })
    }

    /// Runs a future on the engine's threads as a job: `make` is called by the job's task, with that
    /// task's memory.
    pub(super) fn job<T, F, R>(&self, context: &Context, state: &SessionState, make: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(Arc<DfTask>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T>> + Send + 'static,
    {
        let handle = self.runtime().handle().clone();
        let outcome: Arc<Mutex<Option<Result<T>>>> = Arc::default();
        let filled = Arc::clone(&outcome);
        let base = state.clone();
        let job = context.parallelize(vec![0_u8], 1);
        let ran = job.run_job_with(
            &[0],
            move |task, _| {
                *filled.lock() = Some(in_task(&handle, &base, task, &make));
                Ok(())
            },
            |_, ()| {},
        );
        ran.map_err(from_core)?;
        let found = outcome.lock().take();
        found.unwrap_or_else(|| Err(SqlError::internal("a query's task left nothing")))
    }
}

impl Engine {
    /// Starts a future on the engine's threads as a job: `make` is called by the job's task, with that
    /// task's memory, and what it gives is left in the outcome.
    pub(super) fn start<T, F, R>(
        &self,
        context: &Context,
        state: &SessionState,
        make: F,
    ) -> (JobFuture<()>, Outcome<T>)
    where
        T: Send + 'static,
        F: Fn(Arc<DfTask>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T>> + Send + 'static,
    {
        let handle = self.runtime().handle().clone();
        let outcome: Outcome<T> = Arc::default();
        let filled = Arc::clone(&outcome);
        let base = state.clone();
        let job = context.parallelize(vec![0_u8], 1);
        let job = job.for_each_partition_async(move |_| {
            let found = match TaskContext::get() {
                Some(task) => in_task(&handle, &base, &task, &make),
                None => Err(SqlError::internal("a task does not know itself")),
            };
            *filled.lock() = Some(found);
        });
        (job, outcome)
    }

    /// What a query's tasks are told whose batches are pulled by many jobs: it keeps its memory between
    /// them, so that is the engine's and no task's.
    pub(super) fn between_jobs(&self, state: &SessionState) -> Arc<DfTask> {
        let bytes = usize::try_from(self.memory_bytes).unwrap_or(usize::MAX);
        let env = RuntimeEnv {
            memory_pool: Arc::new(FairSpillPool::new(bytes)),
            ..self.env.as_ref().clone()
        };
        Arc::new(DfTask::from(state).with_runtime(Arc::new(env)))
    }
}

/// Runs what `make` makes with the memory of a task of core, and waits for it.
fn in_task<T, R>(
    handle: &tokio::runtime::Handle,
    base: &SessionState,
    task: &TaskContext,
    make: impl Fn(Arc<DfTask>) -> R,
) -> Result<T>
where
    T: Send + 'static,
    R: Future<Output = Result<T>> + Send + 'static,
{
    let crowd = base.config().get_extension::<Crowd>();
    let crowd = crowd.as_deref().copied().unwrap_or_default();
    let (env, unused) = QueryMemory::over(base.runtime_env(), task.memory(), crowd);
    let inner = Arc::new(DfTask::from(base).with_runtime(env));
    // Plans that are set going start their own tasks.
    let work = {
        let _entered = handle.enter();
        make(inner)
    };
    let found = on_threads(handle, work, || task.is_interrupted());
    if found.is_err() {
        // Its parts end at their next step. Until then memory and files are not back.
        let _ = unused.recv_timeout(LAST_STEPS);
    }
    found
}

/// A plan that is to run. Plans keep what they made, so one runs once, and goes with its run.
pub(super) struct Once(Mutex<Option<Arc<dyn ExecutionPlan>>>);

impl Once {
    pub(super) fn new(plan: Arc<dyn ExecutionPlan>) -> Once {
        Once(Mutex::new(Some(plan)))
    }

    pub(super) fn take(&self) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.0.lock().take();
        plan.ok_or_else(|| SqlError::internal("a plan runs once"))
    }
}

/// Runs a future and waits for it, as long as nobody cancels.
pub(super) fn on_threads<T: Send + 'static>(
    handle: &tokio::runtime::Handle,
    future: impl Future<Output = Result<T>> + Send + 'static,
    cancelled: impl Fn() -> bool,
) -> Result<T> {
    let (sent, told) = channel();
    let running = handle.spawn(async move {
        // Nobody waits any more when the receiver is gone.
        let _ = sent.send(future.await);
    });
    loop {
        match told.recv_timeout(PATIENCE) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) if cancelled() => {
                running.abort();
                return Err(SqlError::new(condition::OPERATION_CANCELED));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(SqlError::internal("the query's thread panicked"));
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A runtime must not be dropped where it could be waited for, such as inside another.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
