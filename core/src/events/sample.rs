//! Events for tests of listeners.

use super::event::{Event, StageInfo, TaskMetrics, TaskOutcome};
use crate::error::Error;
use crate::scheduler::{AttemptId, ExecutorId, JobId, StageId};

/// A job over these stages, each of ten tasks and reading the one before it.
pub(super) fn job_start(job: JobId, stages: &[StageId]) -> Event {
    let info = |(i, &id): (usize, &StageId)| StageInfo {
        id,
        name: format!("step {id} at main.rs:{id}"),
        num_tasks: 10,
        parents: i.checked_sub(1).map(|p| stages[p]).into_iter().collect(),
        rdds: Vec::new(),
    };
    Event::JobStart {
        job,
        stages: stages.iter().enumerate().map(info).collect(),
        group: Some("group".into()),
        tags: vec!["tag".into()],
        description: None,
        pool: None,
        time_ms: 1_000 + job,
    }
}

pub(super) fn job_end(job: JobId) -> Event {
    Event::JobEnd {
        job,
        error: None,
        time_ms: 2_000 + job,
    }
}

pub(super) fn job_failed(job: JobId) -> Event {
    Event::JobEnd {
        job,
        error: Some(Error::User {
            message: "no".into(),
        }),
        time_ms: 2_000 + job,
    }
}

pub(super) fn stage_submitted(stage: StageId, attempt: u32, num_tasks: u32) -> Event {
    Event::StageSubmitted {
        stage,
        attempt,
        num_tasks,
        time_ms: 1_100,
    }
}

pub(super) fn stage_completed(stage: StageId, attempt: u32) -> Event {
    Event::StageCompleted {
        stage,
        attempt,
        error: None,
        time_ms: 1_900,
    }
}

fn task(stage: StageId, stage_attempt: u32, partition: u32) -> AttemptId {
    AttemptId {
        stage,
        stage_attempt,
        partition,
        attempt: 0,
    }
}

pub(super) fn task_start(stage: StageId, stage_attempt: u32, partition: u32) -> Event {
    Event::TaskStart {
        attempt: task(stage, stage_attempt, partition),
        executor: ExecutorId::new("1"),
        time_ms: 1_200,
    }
}

/// A task that read 100 records in 1.5 s, and whose result was taken.
pub(super) fn task_succeeded(stage: StageId, stage_attempt: u32, partition: u32) -> Event {
    task_end(
        task(stage, stage_attempt, partition),
        TaskOutcome::Success,
        true,
    )
}

/// A task that failed after 100 records and 1.5 s.
pub(super) fn task_failed(stage: StageId, stage_attempt: u32, partition: u32) -> Event {
    let outcome = TaskOutcome::Failed(Error::User {
        message: "no".into(),
    });
    task_end(task(stage, stage_attempt, partition), outcome, false)
}

pub(super) fn task_end(attempt: AttemptId, outcome: TaskOutcome, accepted: bool) -> Event {
    let metrics = TaskMetrics {
        records_read: 100,
        run_time_us: 1_500_000,
        ..TaskMetrics::default()
    };
    Event::TaskEnd {
        attempt,
        executor: ExecutorId::new("1"),
        outcome,
        metrics,
        accepted,
        time_ms: 1_500,
    }
}
