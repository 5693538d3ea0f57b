//! What a running task knows: [`TaskContext`].

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::env::ExecutorEnv;
use crate::error::{Error, Result};
use crate::scheduler::{AttemptId, ExecutorId, ShuffleId};
use crate::shared::{AccumulatorUpdate, LocalAccumulator};
use crate::storage::memory::TaskMemory;

/// Tells a task that its result is no longer wanted.
#[derive(Debug, Default)]
pub struct KillFlag {
    killed: AtomicBool,
    reason: Mutex<String>,
}

impl KillFlag {
    /// Asks the task to stop at its next chunk.
    pub fn kill(&self, reason: &str) {
        *self.reason.lock() = reason.to_owned();
        self.killed.store(true, Ordering::Release);
    }

    /// Whether the task was asked to stop.
    #[inline]
    pub fn is_killed(&self) -> bool {
        self.killed.load(Ordering::Acquire)
    }
}

/// Counters of one task, read when it ends.
#[derive(Debug, Default)]
pub struct TaskCounters {
    /// Records read from files and collections.
    pub records_read: AtomicU64,
    /// Bytes read from files.
    pub bytes_read: AtomicU64,
    /// Records read from shuffles.
    pub shuffle_records_read: AtomicU64,
    /// Records written to shuffles, after map-side combine.
    pub shuffle_records_written: AtomicU64,
    /// Bytes written to shuffles (deep size in memory, or on disk).
    pub shuffle_bytes_written: AtomicU64,
    /// Bytes spilled to disk.
    pub spill_bytes: AtomicU64,
    /// Records written by saves.
    pub records_written: AtomicU64,
    /// Time that the task ran, in microseconds.
    pub run_time_us: AtomicU64,
}

impl TaskCounters {
    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }

    fn snapshot(&self) -> TaskCounters {
        let copy = |c: &AtomicU64| AtomicU64::new(c.load(Ordering::Relaxed));
        TaskCounters {
            records_read: copy(&self.records_read),
            bytes_read: copy(&self.bytes_read),
            shuffle_records_read: copy(&self.shuffle_records_read),
            shuffle_records_written: copy(&self.shuffle_records_written),
            shuffle_bytes_written: copy(&self.shuffle_bytes_written),
            spill_bytes: copy(&self.spill_bytes),
            records_written: copy(&self.records_written),
            run_time_us: copy(&self.run_time_us),
        }
    }
}

/// Which executor holds the output of each map task, for each shuffle that a stage reads.
pub type ShuffleInputs =
    hashbrown::HashMap<ShuffleId, Arc<Vec<ExecutorId>>, crate::shuffle::FlintBuildHasher>;

struct Inner {
    id: AttemptId,
    env: Arc<ExecutorEnv>,
    memory: TaskMemory,
    kill: Arc<KillFlag>,
    inputs: Arc<ShuffleInputs>,
    counters: TaskCounters,
    failure: Mutex<Option<Error>>,
    accumulators: Mutex<Vec<LocalAccumulator>>,
}

/// A task as its own code sees it: who it is, and what it may use.
#[derive(Clone)]
pub struct TaskContext(Arc<Inner>);

impl fmt::Debug for TaskContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskContext({})", self.0.id)
    }
}

thread_local! {
    static CURRENT: RefCell<Option<TaskContext>> = const { RefCell::new(None) };
}

impl TaskContext {
    pub(crate) fn new(
        id: AttemptId,
        env: Arc<ExecutorEnv>,
        kill: Arc<KillFlag>,
        inputs: Arc<ShuffleInputs>,
    ) -> Self {
        let memory = env.memory.task();
        TaskContext(Arc::new(Inner {
            id,
            env,
            memory,
            kill,
            inputs,
            counters: TaskCounters::default(),
            failure: Mutex::new(None),
            accumulators: Mutex::new(Vec::new()),
        }))
    }

    /// The task that runs on this thread, if any.
    ///
    /// ```
    /// assert!(flint_core::TaskContext::get().is_none()); // the driver's thread runs no task
    /// ```
    pub fn get() -> Option<TaskContext> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Whether this thread runs a task.
    pub(crate) fn on_task_thread() -> bool {
        CURRENT.with_borrow(Option::is_some)
    }

    /// Makes this the current task of this thread until the guard is dropped.
    pub(crate) fn enter(&self) -> CurrentTask {
        CURRENT.set(Some(self.clone()));
        CurrentTask(())
    }

    /// The attempt: stage, partition, and how often it was tried before.
    pub fn attempt(&self) -> AttemptId {
        self.0.id
    }

    /// The partition that the task computes, from 0.
    pub fn partition_id(&self) -> usize {
        self.0.id.partition as usize
    }

    /// How often this partition was tried before, from 0.
    pub fn attempt_number(&self) -> u32 {
        self.0.id.attempt
    }

    /// The stage.
    pub fn stage_id(&self) -> u64 {
        self.0.id.stage
    }

    /// The executor that the task runs in.
    pub fn executor_id(&self) -> &ExecutorId {
        &self.0.env.id
    }

    /// Whether the task was asked to stop. Long computations on few records should look now and
    /// then and return early.
    pub fn is_interrupted(&self) -> bool {
        self.0.kill.is_killed()
    }

    /// Fails with [`Error::TaskKilled`] if the task was asked to stop.
    ///
    /// # Errors
    /// [`Error::TaskKilled`].
    #[inline]
    pub fn check_killed(&self) -> Result<()> {
        if self.0.kill.is_killed() {
            return Err(Error::TaskKilled {
                reason: self.0.kill.reason.lock().clone(),
            });
        }
        Ok(())
    }

    /// The task's share of the engine's memory, for what holds records itself: reserve before
    /// holding them, and spill when that is refused.
    pub fn memory(&self) -> &TaskMemory {
        &self.0.memory
    }

    pub(crate) fn env(&self) -> &Arc<ExecutorEnv> {
        &self.0.env
    }

    pub(crate) fn inputs(&self) -> &ShuffleInputs {
        &self.0.inputs
    }

    /// The task's counters.
    pub fn counters(&self) -> &TaskCounters {
        &self.0.counters
    }

    /// Remembers why records could not be read, where the code in between can't return it.
    pub(crate) fn fail(&self, error: Error) {
        self.0.failure.lock().get_or_insert(error);
    }

    /// Calls `f` with what this thread's task has added to accumulators so far; `None` outside of
    /// tasks.
    pub(crate) fn with_accumulators<R>(
        f: impl FnOnce(&mut Vec<LocalAccumulator>) -> R,
    ) -> Option<R> {
        CURRENT.with_borrow(|cx| cx.as_ref().map(|cx| f(&mut cx.0.accumulators.lock())))
    }

    pub(crate) fn take_accumulators(&self) -> Vec<AccumulatorUpdate> {
        let local = std::mem::take(&mut *self.0.accumulators.lock());
        local.into_iter().map(AccumulatorUpdate::from).collect()
    }

    pub(crate) fn take_counters(&self) -> TaskCounters {
        self.0.counters.snapshot()
    }

    pub(crate) fn failure(&self) -> Option<Error> {
        self.0.failure.lock().clone()
    }
}

/// Ends the task's stay on this thread when dropped.
#[derive(Debug)]
pub(crate) struct CurrentTask(());

impl Drop for CurrentTask {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}
