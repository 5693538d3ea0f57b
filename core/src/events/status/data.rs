//! Jobs and stages as [`AppStatus`](super::AppStatus) shows them.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::events::{TaskMetrics, TaskOutcome};
use crate::scheduler::{JobId, StageId};

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum JobStatus {
    /// It was submitted and has not ended.
    Running,
    /// It has its results.
    Succeeded,
    /// It was given up or cancelled.
    Failed,
}

/// Where a stage attempt is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum StageStatus {
    /// It waits for the stages that it reads.
    Pending,
    /// It runs.
    Active,
    /// All its tasks are done.
    Complete,
    /// It was given up.
    Failed,
    /// It was never run: its outputs were there, or its job ended before.
    Skipped,
}

/// Task attempts by their state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCounts {
    /// Those that run.
    pub active: u32,
    /// Those whose result was taken.
    pub completed: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that were told to stop, or came too late with their result.
    pub killed: u32,
}

impl TaskCounts {
    pub(super) fn start(&mut self) {
        self.active += 1;
    }

    pub(super) fn end(&mut self, outcome: &TaskOutcome, accepted: bool) {
        self.active = self.active.saturating_sub(1);
        match outcome {
            TaskOutcome::Success if accepted => self.completed += 1,
            TaskOutcome::Success | TaskOutcome::Killed => self.killed += 1,
            TaskOutcome::Failed(_) => self.failed += 1,
        }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobData {
    /// The job.
    pub id: JobId,
    /// What the user called, and where: the name of its last stage.
    pub name: String,
    /// The description that the user gave it.
    pub description: Option<String>,
    /// The job group.
    pub group: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// Where it is in its life.
    pub status: JobStatus,
    /// When it was submitted, in milliseconds since the Unix epoch.
    pub submitted_ms: u64,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<Error>,
    /// Its stages, parents before children.
    pub stages: Vec<StageId>,
    /// Stage attempts that succeeded for it.
    pub completed_stages: u32,
    /// Stages that it did not need to run.
    pub skipped_stages: u32,
    /// Stage attempts that failed.
    pub failed_stages: u32,
    /// Tasks of all its stages, were each run once.
    pub num_tasks: u32,
    /// Task attempts of its stages while it ran.
    pub tasks: TaskCounts,
}

impl JobData {
    /// How long it took; `None` while it runs. 0 if the clock went back meanwhile.
    pub fn duration_ms(&self) -> Option<u64> {
        self.ended_ms
            .map(|end| end.saturating_sub(self.submitted_ms))
    }
}

/// A stage attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageData {
    /// The stage.
    pub id: StageId,
    /// The attempt, from 0.
    pub attempt: u32,
    /// What the user called for, and where.
    pub name: String,
    /// Stages that it reads.
    pub parents: Vec<StageId>,
    /// Where it is in its life.
    pub status: StageStatus,
    /// When it was submitted, in milliseconds since the Unix epoch; `None`: it was not.
    pub submitted_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<Error>,
    /// Tasks that this attempt runs.
    pub num_tasks: u32,
    /// Its task attempts.
    pub tasks: TaskCounts,
    /// What its task attempts counted, successful or not.
    pub metrics: TaskMetrics,
}

impl StageData {
    /// How long it took; `None` unless it was run to its end. 0 if the clock went back meanwhile.
    pub fn duration_ms(&self) -> Option<u64> {
        Some(self.ended_ms?.saturating_sub(self.submitted_ms?))
    }

    pub(super) fn has_ended(&self) -> bool {
        !matches!(self.status, StageStatus::Pending | StageStatus::Active)
    }
}
