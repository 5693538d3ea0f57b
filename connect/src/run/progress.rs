//! How far an execution is: [`Progress`].
//!
//! A reporter looks at the jobs of the execution's tag at each interval, and sends a message when
//! something has changed. Jobs that have ended are forgotten by the scheduler, so stages that were seen
//! are remembered here, and count as done when they are seen no more. An execution that was reported on
//! ends with a last report; one that ends before the first interval has none, and costs nothing.
//!
//! A query is one job of one task, whose partitions feed each other: its stages show when it waits for
//! a slot, runs and has ended, and the bytes how much of its files was read.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use flint_connect_protocol::spark::connect as proto;
use flint_core::scheduler::{StageId, StageStatus};
use flint_sql::FlowWatch;
use parking_lot::Mutex;
use proto::execute_plan_response::execution_progress::StageInfo;
use proto::execute_plan_response::{ExecutionProgress, ResponseType};
use tokio::time::MissedTickBehavior;

use super::Run;

/// What is known of an execution's stages.
#[derive(Debug, Default)]
pub(crate) struct Progress(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    stages: BTreeMap<StageId, StageInfo>,
    /// What reads files, and the stage that it runs in, once it does.
    reading: Option<(FlowWatch, Option<StageId>)>,
    told: Option<ExecutionProgress>,
    /// The execution's end is sent: nothing comes behind it.
    ended: bool,
}

impl Progress {
    /// The bytes of files that a query reads count from now on.
    pub(super) fn watch(&self, flow: FlowWatch) {
        self.0.lock().reading = Some((flow, None));
    }
}

impl Seen {
    /// Takes in the stages that are there now. Those that are not any more are done.
    fn update(&mut self, now: &[StageStatus]) -> ExecutionProgress {
        for (id, stage) in &mut self.stages {
            if !now.iter().any(|status| status.id == *id) {
                stage.num_completed_tasks = stage.num_tasks;
                stage.done = true;
            }
        }
        for status in now {
            let stage = self.stages.entry(status.id).or_default();
            stage.stage_id = number(status.id);
            stage.num_tasks = status.total.into();
            stage.num_completed_tasks = status.done.into();
            stage.done = status.done == status.total;
        }
        if let Some((flow, within)) = &mut self.reading {
            let running = now.iter().find(|status| status.is_active);
            *within = within.or(running.map(|status| status.id));
            let stage = within.and_then(|id| self.stages.get_mut(&id));
            if let Some(stage) = stage {
                stage.input_bytes_read = number(flow.bytes_read());
            }
        }
        ExecutionProgress {
            stages: self.stages.values().cloned().collect(),
            num_inflight_tasks: now.iter().map(|status| i64::from(status.running)).sum(),
        }
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Run {
    /// How often its client is told; `None` for never.
    pub(crate) fn report_interval(&self) -> Option<Duration> {
        let conf = self.spark().conf();
        let text = conf.get("spark.connect.progress.reportInterval").ok()?;
        let interval =
            flint_core::conf::parse_duration(&text, flint_core::conf::TimeUnit::Millisecond);
        interval.ok().filter(|interval| !interval.is_zero())
    }

    /// The stages of the execution's running jobs.
    fn stages(&self) -> Vec<StageStatus> {
        let tracker = self.spark().context().status_tracker();
        let jobs = self.spark().running_jobs(&self.execution.job_tag());
        let stages = jobs.into_iter().filter_map(|job| tracker.job(job));
        let stages = stages.flat_map(|job| job.stages);
        stages.filter_map(|stage| tracker.stage(stage)).collect()
    }

    /// Sends how far the execution is, if that has changed and the client keeps up. False when there
    /// is no more to tell.
    fn report(&self) -> bool {
        let mut seen = self.progress.0.lock();
        if seen.ended {
            return false;
        }
        let progress = seen.update(&self.stages());
        if !progress.stages.is_empty() && seen.told.as_ref() != Some(&progress) {
            let message = proto::ExecutePlanResponse {
                response_type: Some(ResponseType::ExecutionProgress(progress.clone())),
                ..Default::default()
            };
            let told = self.execution.buffer.offer(self.identified(message));
            seen.told = told.then_some(progress).or(seen.told.take());
        }
        true
    }

    /// Ends reports, with a last one where there were any.
    pub(super) fn last_report(&self) -> flint_sql_spec::Result<()> {
        let mut seen = self.progress.0.lock();
        seen.ended = true;
        let told = seen.told.is_some();
        let progress = seen.update(&[]);
        drop(seen);
        if told {
            self.respond(ResponseType::ExecutionProgress(progress))?;
        }
        Ok(())
    }
}

/// Reports on a run until it ends.
pub(crate) async fn reports(run: Weak<Run>, every: Duration) {
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let run: Option<Arc<Run>> = run.upgrade();
        if !run.is_some_and(|run| run.report()) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(id: StageId, done: u32, total: u32) -> StageStatus {
        StageStatus {
            id,
            attempt: Some(0),
            is_active: done < total,
            total,
            running: u32::from(done < total),
            done,
            failed: 0,
        }
    }

    fn told(progress: &ExecutionProgress) -> Vec<(i64, i64, i64, bool)> {
        let one = |stage: &StageInfo| {
            let StageInfo {
                stage_id,
                num_tasks,
                num_completed_tasks,
                done,
                ..
            } = *stage;
            (stage_id, num_completed_tasks, num_tasks, done)
        };
        progress.stages.iter().map(one).collect()
    }

    #[test]
    fn stages_that_are_seen_no_more_are_done() {
        let mut seen = Seen::default();
        let first = seen.update(&[stage(3, 1, 4), stage(5, 0, 2)]);
        assert_eq!(told(&first), [(3, 1, 4, false), (5, 0, 2, false)]);
        assert_eq!(first.num_inflight_tasks, 2);
        let second = seen.update(&[stage(5, 2, 2), stage(9, 0, 1)]);
        assert_eq!(
            told(&second),
            [(3, 4, 4, true), (5, 2, 2, true), (9, 0, 1, false)]
        );
        let last = seen.update(&[]);
        assert_eq!(
            told(&last),
            [(3, 4, 4, true), (5, 2, 2, true), (9, 1, 1, true)]
        );
        assert_eq!(last.num_inflight_tasks, 0);
    }
}
