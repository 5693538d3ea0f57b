//! The events of a context, named as Spark's listener events.
//!
//! An event owns plain data only: it can be kept, sent and written to a log. Times are
//! milliseconds since the Unix epoch and are read by whoever posts the event, at the moment of
//! which the event speaks; they follow the wall clock, which may jump, so an order between events
//! is to be taken from the order of delivery.
//!
//! Every job that starts ends, with or without an error, and all events of its stages and tasks
//! that count for it come in between. A stage attempt's [`Event::StageCompleted`] comes after the
//! [`Event::TaskEnd`] of each task that it accepted; attempts that lost a race may end later.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::{CallSite, Error};
use crate::scheduler::{AttemptId, ExecutorId, JobId, StageId};
use crate::storage::level::StorageLevel;

/// Something that happened in a context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Event {
    /// The context started. The first event of all.
    ApplicationStart {
        /// The application's name (`spark.app.name`).
        name: String,
        /// The application's id, unique in its cluster.
        id: String,
        /// The master URL.
        master: String,
        /// When.
        time_ms: u64,
    },
    /// The context stopped. The last event of all.
    ApplicationEnd {
        /// When.
        time_ms: u64,
    },
    /// The configuration in use.
    EnvironmentUpdate {
        /// Keys and values, sorted by key; secrets are already redacted
        /// (`spark.redaction.regex`).
        conf: Vec<(String, String)>,
    },
    /// A job was submitted.
    JobStart {
        /// The job.
        job: JobId,
        /// Every stage that the job may run, parents before children.
        stages: Vec<StageInfo>,
        /// The job group, if any.
        group: Option<String>,
        /// The job's tags.
        tags: Vec<String>,
        /// The job's description (`spark.job.description`), if any.
        description: Option<String>,
        /// The job's pool (`spark.scheduler.pool`), if any was set.
        pool: Option<String>,
        /// When.
        time_ms: u64,
    },
    /// A job has its results, or was given up.
    JobEnd {
        /// The job.
        job: JobId,
        /// Why it failed or was cancelled; `None`: it succeeded.
        error: Option<Error>,
        /// When.
        time_ms: u64,
    },
    /// A stage attempt started.
    StageSubmitted {
        /// The stage.
        stage: StageId,
        /// How often it was submitted before.
        attempt: u32,
        /// Number of tasks that this attempt runs: only the missing ones of a map stage.
        num_tasks: u32,
        /// When.
        time_ms: u64,
    },
    /// A stage attempt ended.
    StageCompleted {
        /// The stage.
        stage: StageId,
        /// The attempt.
        attempt: u32,
        /// Why it failed; `None`: it succeeded.
        error: Option<Error>,
        /// When.
        time_ms: u64,
    },
    /// A job does not run a stage, because its outputs are there.
    StageSkipped {
        /// The job.
        job: JobId,
        /// The stage.
        stage: StageId,
    },
    /// A task attempt was launched.
    TaskStart {
        /// The attempt.
        attempt: AttemptId,
        /// Where.
        executor: ExecutorId,
        /// When.
        time_ms: u64,
    },
    /// A task attempt ended.
    TaskEnd {
        /// The attempt.
        attempt: AttemptId,
        /// Where it ran.
        executor: ExecutorId,
        /// How it ended.
        outcome: TaskOutcome,
        /// What it counted until then.
        metrics: TaskMetrics,
        /// Whether its result was taken: of several successes of one partition only the first is.
        accepted: bool,
        /// When.
        time_ms: u64,
    },
    /// An executor can take tasks.
    ExecutorAdded {
        /// The executor.
        executor: ExecutorId,
        /// Its host.
        host: String,
        /// How many tasks it runs at once.
        slots: u32,
        /// When.
        time_ms: u64,
    },
    /// An executor is gone, and its blocks with it.
    ExecutorRemoved {
        /// The executor.
        executor: ExecutorId,
        /// Why.
        reason: String,
        /// When.
        time_ms: u64,
    },
    /// A partition of a persisted RDD was stored, moved or dropped.
    BlockUpdated {
        /// The RDD.
        rdd: u64,
        /// The partition.
        partition: u32,
        /// The executor that holds it.
        executor: ExecutorId,
        /// The storage level that it has now, by Spark's name: `MEMORY_AND_DISK`; `NONE`: it is
        /// not stored any more.
        level: String,
        /// Bytes that it takes in memory now.
        memory_bytes: u64,
        /// Bytes that it takes on disk now.
        disk_bytes: u64,
    },
    /// A persisted RDD was dropped, with all its blocks.
    RddUnpersisted {
        /// The RDD.
        rdd: u64,
    },
}

/// A stage, as known when its job starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageInfo {
    /// The stage.
    pub id: StageId,
    /// What the user called for, and where: `reduce_by_key at main.rs:12:5`; for a stage of results
    /// only where.
    pub name: String,
    /// Number of tasks, were all of them run.
    pub num_tasks: u32,
    /// Stages whose output this one reads.
    pub parents: Vec<StageId>,
    /// The RDDs that it computes, the last one of the lineage first.
    pub rdds: Vec<RddInfo>,
}

/// An RDD of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RddInfo {
    /// The RDD.
    pub id: u64,
    /// The name that the user gave it, if any.
    pub name: Option<String>,
    /// The operator that made it: `map`.
    pub operator: String,
    /// Where the user's program called that.
    pub call_site: CallSite,
    /// RDDs that it reads, those of other stages, too.
    pub parents: Vec<u64>,
    /// How it is kept.
    pub level: StorageLevel,
    /// Number of its partitions.
    pub num_partitions: u32,
    /// Whether computing it again may give the same records in another order.
    pub unordered: bool,
    /// Whether computing it again may give other records.
    pub indeterminate: bool,
}

/// How a task attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TaskOutcome {
    /// It did its work.
    Success,
    /// It failed.
    Failed(Error),
    /// It was told to stop; this says nothing about its partition.
    Killed,
}

/// What a task attempt counted. Everything counted by an attempt that failed is included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskMetrics {
    /// Records read from files and collections.
    pub records_read: u64,
    /// Bytes read from files.
    pub bytes_read: u64,
    /// Records read from shuffles.
    pub shuffle_records_read: u64,
    /// Records written to shuffles, after map-side combine.
    pub shuffle_records_written: u64,
    /// Bytes written to shuffles, in memory or on disk.
    pub shuffle_bytes_written: u64,
    /// Bytes spilled to disk.
    pub spill_bytes: u64,
    /// Records written by saves.
    pub records_written: u64,
    /// Time from the attempt's start to its end on its executor, in microseconds.
    pub run_time_us: u64,
}

impl TaskMetrics {
    /// Adds what another attempt counted. Sums saturate.
    pub fn add(&mut self, other: &TaskMetrics) {
        let sum = |a: &mut u64, b: u64| *a = a.saturating_add(b);
        sum(&mut self.records_read, other.records_read);
        sum(&mut self.bytes_read, other.bytes_read);
        sum(&mut self.shuffle_records_read, other.shuffle_records_read);
        sum(
            &mut self.shuffle_records_written,
            other.shuffle_records_written,
        );
        sum(&mut self.shuffle_bytes_written, other.shuffle_bytes_written);
        sum(&mut self.spill_bytes, other.spill_bytes);
        sum(&mut self.records_written, other.records_written);
        sum(&mut self.run_time_us, other.run_time_us);
    }
}

/// A time of day as events carry it: milliseconds since the Unix epoch, 0 for any time before it.
///
/// ```
/// use flint_core::events::unix_ms;
/// use std::time::{Duration, UNIX_EPOCH};
///
/// assert_eq!(unix_ms(UNIX_EPOCH + Duration::from_millis(1_500)), 1_500);
/// ```
pub fn unix_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_survive_encoding_with_their_errors() {
        let event = Event::TaskEnd {
            attempt: AttemptId {
                stage: 3,
                stage_attempt: 1,
                partition: 7,
                attempt: 0,
            },
            executor: ExecutorId::new("driver"),
            outcome: TaskOutcome::Failed(Error::User {
                message: "no".into(),
            }),
            metrics: TaskMetrics {
                records_read: 5,
                ..TaskMetrics::default()
            },
            accepted: false,
            time_ms: 17,
        };
        let bytes = postcard::to_allocvec(&event).unwrap();
        assert_eq!(postcard::from_bytes::<Event>(&bytes).unwrap(), event);
    }

    #[test]
    fn times_before_the_epoch_are_zero() {
        assert_eq!(unix_ms(UNIX_EPOCH - std::time::Duration::from_secs(1)), 0);
    }
}
