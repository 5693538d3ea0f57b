//! What goes into the scheduler ([`Event`]) and what comes out ([`Action`]).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{CallSite, Error};

/// A job, counted from 0 in its context.
pub type JobId = u64;
/// A stage, counted from 0 in its context.
pub type StageId = u64;
/// A shuffle, counted from 0 in its context.
pub type ShuffleId = u64;

/// The name of an executor. The driver's own threads are `driver`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExecutorId(Arc<str>);

impl ExecutorId {
    /// An executor by name.
    pub fn new(name: impl AsRef<str>) -> Self {
        ExecutorId(Arc::from(name.as_ref()))
    }

    /// The driver's own threads and stores.
    pub fn driver() -> Self {
        ExecutorId::new("driver")
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExecutorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ExecutorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutorId({})", self.0)
    }
}

/// Where a task would like to run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Location {
    /// In this very executor (it holds a cached block).
    Executor(ExecutorId),
    /// On this host.
    Host(Arc<str>),
}

/// One try at one partition of one attempt of one stage. Never reused within a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AttemptId {
    /// The stage.
    pub stage: StageId,
    /// How often the stage was submitted before.
    pub stage_attempt: u32,
    /// The partition.
    pub partition: u32,
    /// How often this partition was tried before in this stage attempt.
    pub attempt: u32,
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}/{}.{}",
            self.stage, self.stage_attempt, self.partition, self.attempt
        )
    }
}

/// What a stage's tasks leave behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageKind {
    /// The map side of a shuffle. Outputs stay registered, so that later jobs skip the stage.
    Map(ShuffleId),
    /// The results of a job.
    Result,
    /// Tasks of a layer above, which runs them itself and asks for slots one by one
    /// ([`Event::SlotRequested`]).
    External,
}

/// A stage as the planner made it.
#[derive(Clone, Debug)]
pub struct StageSpec {
    /// Its id. A map stage keeps its id in every job that needs the shuffle.
    pub id: StageId,
    /// What its tasks leave behind.
    pub kind: StageKind,
    /// Number of partitions of the stage (for a map stage, of the whole shuffle's map side).
    pub num_partitions: u32,
    /// Which partitions are wanted. `None`: all. Only for result stages.
    pub partitions: Option<Arc<Vec<u32>>>,
    /// Stages whose output this one reads.
    pub parents: Vec<StageId>,
    /// Preferred places per partition; empty: none has any.
    pub preferred: Arc<Vec<Vec<Location>>>,
    /// Whether a second run of a task may give other records or another order (SPARK-23207), so
    /// that a partial loss re-runs the whole stage and all that read it.
    pub indeterminate: bool,
    /// Where the user's program asked for it.
    pub call_site: Option<CallSite>,
}

/// A job as it is submitted.
#[derive(Clone, Debug, Default)]
pub struct JobSpec {
    /// Its id.
    pub id: JobId,
    /// Its stages, parents before children. The last one is the result (or external) stage.
    pub stages: Vec<StageSpec>,
    /// Job group, if any.
    pub group: Option<Arc<str>>,
    /// Job tags.
    pub tags: Vec<Arc<str>>,
    /// What the user calls it, for listeners.
    pub description: Option<Arc<str>>,
    /// Pool of `spark.scheduler.pool`.
    pub pool: Option<Arc<str>>,
}

/// How a task attempt ended.
#[derive(Clone, Debug)]
pub enum TaskEnd {
    /// It did its work. Its result, map output and accumulators are with the driver, which takes
    /// them if the machine answers with [`Action::TaskAccepted`] and drops them otherwise.
    Success,
    /// It failed. [`Error::FetchFailed`] is treated as a lost map output and does not count,
    /// [`Error::TaskKilled`] as [`TaskEnd::Killed`]. In an external stage, any failure fails the
    /// job.
    Failed(Error),
    /// It was killed on the scheduler's word. Does not count.
    Killed,
}

/// What the scheduler is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A user started a job.
    JobSubmitted(JobSpec),
    /// A user cancels a job.
    JobCancelled {
        /// The job.
        job: JobId,
        /// Why.
        reason: String,
    },
    /// A user cancels all jobs with a tag, those that are still to come among them.
    TagCancelled {
        /// The tag.
        tag: Arc<str>,
        /// Why.
        reason: String,
    },
    /// A task attempt ended.
    TaskEnded {
        /// The attempt.
        id: AttemptId,
        /// How.
        end: TaskEnd,
    },
    /// An executor can take tasks.
    ExecutorAdded {
        /// The executor.
        executor: ExecutorId,
        /// Its host.
        host: Arc<str>,
        /// How many tasks it runs at once.
        slots: u32,
    },
    /// An executor is gone, and with it its tasks and map outputs.
    ExecutorLost {
        /// The executor.
        executor: ExecutorId,
        /// Why.
        reason: String,
        /// Whether the loss was announced (decommission): then its tasks' ends do not count as
        /// failures.
        announced: bool,
    },
    /// A map output was found missing outside of a task (evicted, file deleted).
    OutputLost {
        /// The shuffle.
        shuffle: ShuffleId,
        /// The map partition.
        map: u32,
    },
    /// Nobody can use a shuffle any more: forget its outputs and its stage.
    ShuffleDropped {
        /// The shuffle.
        shuffle: ShuffleId,
    },
    /// An external task wants a slot. Ignored while it has one or waits for one, so that it must
    /// come after the [`Event::SlotYielded`] of the last one.
    SlotRequested {
        /// The job of an [`StageKind::External`] stage.
        job: JobId,
        /// The stage.
        stage: StageId,
        /// The task.
        partition: u32,
    },
    /// An external task gives its slot back while it waits for others, to ask again later, which
    /// gives a new attempt number. (An ended one sends [`Event::TaskEnded`], with the number of its
    /// last attempt, or 0 if it never had a slot: it may end without holding one.)
    SlotYielded {
        /// The attempt that held the slot.
        id: AttemptId,
    },
    /// Nothing but time passed.
    Tick,
}

/// What the driver must do, in this order.
#[derive(Clone, Debug)]
pub enum Action {
    /// Start an attempt. For an external stage: grant the slot.
    Launch {
        /// The attempt.
        id: AttemptId,
        /// Where.
        executor: ExecutorId,
    },
    /// Stop an attempt if it still runs. Its end is still to be reported, whatever it is: only
    /// that gives the slot back.
    Kill {
        /// The attempt.
        id: AttemptId,
        /// Where it runs.
        executor: ExecutorId,
        /// Why.
        reason: String,
    },
    /// The first success of a partition: take its result or output, and its accumulators.
    TaskAccepted {
        /// The attempt.
        id: AttemptId,
        /// The jobs that a result belongs to (for a map stage: all jobs that wait for it).
        jobs: Vec<JobId>,
    },
    /// Forget a map output: it is lost, or must not be mixed with a new run.
    OutputDropped {
        /// The shuffle.
        shuffle: ShuffleId,
        /// The map partition.
        map: u32,
    },
    /// A stage attempt started.
    StageSubmitted {
        /// The stage.
        stage: StageId,
        /// The attempt, from 0.
        attempt: u32,
        /// Number of tasks of this attempt.
        num_tasks: u32,
    },
    /// A stage attempt ended.
    StageEnded {
        /// The stage.
        stage: StageId,
        /// The attempt.
        attempt: u32,
        /// Why it failed, if it did.
        error: Option<Error>,
    },
    /// A stage is not run, because its outputs are there.
    StageSkipped {
        /// The job that would have needed it.
        job: JobId,
        /// The stage.
        stage: StageId,
    },
    /// A job has all its results.
    JobSucceeded {
        /// The job.
        job: JobId,
    },
    /// A job is given up. Its tasks are being killed; external tasks that wait for a slot get
    /// none any more.
    JobFailed {
        /// The job.
        job: JobId,
        /// Why.
        error: Error,
    },
    /// Send [`Event::Tick`] after this time at the latest.
    WakeAfter(Duration),
}
