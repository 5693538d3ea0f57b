//! Running task attempts.

use std::collections::BTreeMap;

use super::{Out, host, manager};
use crate::error::Error;
use crate::events::log::json::Line;
use crate::events::log::json::task::{TaskEndReason, TaskInfo, TaskMetrics};
use crate::events::{Event, TaskOutcome, event};
use crate::scheduler::{AttemptId, ExecutorId};

/// What Spark says of a success that came after another one.
const LATE: &str = "Finish but did not commit due to another attempt succeeded";

/// The task attempts that run.
#[derive(Default)]
pub(super) struct Tasks {
    running: BTreeMap<AttemptId, Task>,
    next: u64,
}

struct Task {
    id: u64,
    executor: ExecutorId,
    launched: u64,
    of_results: bool,
}

/// How a task attempt ended, in Spark's terms.
struct End<'a> {
    reason: TaskEndReason<'a>,
    failed: bool,
    killed: bool,
}

impl Tasks {
    pub(super) fn start(
        &mut self,
        attempt: AttemptId,
        executor: &ExecutorId,
        host: &str,
        of_results: bool,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        let task = Task {
            id: self.next,
            executor: executor.clone(),
            launched: time_ms,
            of_results,
        };
        self.next += 1;
        out(Line::TaskStart {
            stage: attempt.stage,
            stage_attempt: attempt.stage_attempt,
            info: task.info(attempt, host),
        });
        self.running.insert(attempt, task);
    }

    pub(super) fn end(
        &mut self,
        event: &Event,
        hosts: &BTreeMap<ExecutorId, String>,
        out: &mut Out<'_>,
    ) {
        let Event::TaskEnd {
            attempt,
            outcome,
            metrics,
            accepted,
            time_ms,
            ..
        } = event
        else {
            return;
        };
        // One that is not known was ended with its executor, or its start was dropped.
        if let Some(task) = self.running.remove(attempt) {
            let end = end_of(outcome, *accepted, hosts);
            let host = host(hosts, &task.executor);
            out(task.end(*attempt, host, end, metrics, *time_ms));
        }
    }

    /// Ends all tasks of an executor that is gone.
    pub(super) fn lose(
        &mut self,
        executor: &ExecutorId,
        host: &str,
        reason: &str,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        let lost = self
            .running
            .extract_if(.., |_, task| task.executor == *executor);
        for (attempt, task) in lost {
            let end = End {
                reason: TaskEndReason::ExecutorLostFailure {
                    executor: executor.as_str(),
                    by_app: true,
                    reason,
                },
                failed: true,
                killed: false,
            };
            let nothing = event::TaskMetrics::default();
            out(task.end(attempt, host, end, &nothing, time_ms));
        }
    }
}

impl Task {
    fn info<'a>(&'a self, attempt: AttemptId, host: &'a str) -> TaskInfo<'a> {
        TaskInfo {
            id: self.id,
            index: attempt.partition,
            attempt: attempt.attempt,
            partition: attempt.partition,
            launch_time: self.launched,
            executor: self.executor.as_str(),
            host,
            locality: match self.executor == ExecutorId::driver() {
                true => "PROCESS_LOCAL",
                false => "ANY",
            },
            speculative: false,
            getting_result_time: 0,
            finish_time: 0,
            failed: false,
            killed: false,
            accumulables: [],
        }
    }

    fn end<'a>(
        &'a self,
        attempt: AttemptId,
        host: &'a str,
        end: End<'a>,
        metrics: &event::TaskMetrics,
        time_ms: u64,
    ) -> Line<'a> {
        Line::TaskEnd {
            stage: attempt.stage,
            stage_attempt: attempt.stage_attempt,
            task_type: match self.of_results {
                true => "ResultTask",
                false => "ShuffleMapTask",
            },
            reason: end.reason,
            info: TaskInfo {
                finish_time: time_ms,
                failed: end.failed,
                killed: end.killed,
                ..self.info(attempt, host)
            },
            metrics: Box::new(TaskMetrics::new(metrics)),
        }
    }
}

fn end_of<'a>(
    outcome: &'a TaskOutcome,
    accepted: bool,
    hosts: &'a BTreeMap<ExecutorId, String>,
) -> End<'a> {
    let killed = |kill_reason| End {
        reason: TaskEndReason::TaskKilled {
            kill_reason,
            accumulator_updates: [],
        },
        failed: false,
        killed: true,
    };
    match outcome {
        TaskOutcome::Success if accepted => End {
            reason: TaskEndReason::Success,
            failed: false,
            killed: false,
        },
        TaskOutcome::Success => killed(LATE),
        TaskOutcome::Killed => killed("it was told to stop"),
        TaskOutcome::Failed(error) => End {
            reason: failure(error, hosts),
            failed: true,
            killed: false,
        },
    }
}

fn failure<'a>(error: &'a Error, hosts: &'a BTreeMap<ExecutorId, String>) -> TaskEndReason<'a> {
    match error {
        Error::FetchFailed {
            shuffle,
            map,
            reduce,
            executor,
            reason,
        } => TaskEndReason::FetchFailed {
            address: manager(executor, host(hosts, &ExecutorId::new(executor))),
            shuffle: *shuffle,
            map_id: *map,
            map_index: *map,
            reduce: *reduce,
            message: reason,
        },
        Error::ExecutorLost { executor, reason } => TaskEndReason::ExecutorLostFailure {
            executor,
            by_app: true,
            reason,
        },
        _ => TaskEndReason::ExceptionFailure {
            class_name: class_name(error),
            description: error.to_string(),
            stack_trace: [],
            full_stack_trace: error.to_string(),
            accumulator_updates: [],
        },
    }
}

/// What stands for the class of a Java exception: the variant's name.
fn class_name(error: &Error) -> String {
    let debug = format!("{error:?}");
    let end = debug
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(debug.len());
    format!("flint_core::Error::{}", &debug[..end])
}
