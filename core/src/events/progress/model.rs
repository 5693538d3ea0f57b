//! Which stages run, and how far they are: the progress bars without a terminal.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::events::Event;
use crate::scheduler::{AttemptId, JobId, StageId};

/// A stage is shown when it has run for longer than this.
const FIRST_DELAY: Duration = Duration::from_millis(500);
/// At most so many stages are shown.
const MAX_BARS: usize = 3;

/// A bar to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StageBar {
    pub(super) stage: StageId,
    /// Tasks whose results were taken.
    pub(super) done: u32,
    /// Task attempts that run.
    pub(super) running: u32,
    pub(super) total: u32,
}

/// The running stages. Times are counted from any fixed moment.
#[derive(Debug, Default)]
pub(super) struct ProgressModel {
    stages: BTreeMap<StageId, Running>,
    /// The stages of each job that has not ended.
    jobs: BTreeMap<JobId, Vec<StageId>>,
}

#[derive(Debug)]
struct Running {
    attempt: u32,
    since: Duration,
    done: u32,
    running: u32,
    total: u32,
}

impl ProgressModel {
    /// Takes note of an event that is delivered at `now`.
    pub(super) fn apply(&mut self, event: &Event, now: Duration) {
        match event {
            Event::JobStart { job, stages, .. } => {
                self.jobs
                    .insert(*job, stages.iter().map(|s| s.id).collect());
            }
            Event::JobEnd { job, .. } => self.end_job(*job),
            Event::StageSubmitted {
                stage,
                attempt,
                num_tasks,
                ..
            } => {
                let running = Running {
                    attempt: *attempt,
                    since: now,
                    done: 0,
                    running: 0,
                    total: *num_tasks,
                };
                self.stages.insert(*stage, running);
            }
            Event::StageCompleted { stage, attempt, .. } => self.end_stage(*stage, *attempt),
            Event::TaskStart { attempt, .. } => {
                if let Some(stage) = self.stage_of(attempt) {
                    stage.running += 1;
                }
            }
            Event::TaskEnd {
                attempt, accepted, ..
            } => {
                if let Some(stage) = self.stage_of(attempt) {
                    stage.running = stage.running.saturating_sub(1);
                    stage.done += u32::from(*accepted);
                }
            }
            Event::ApplicationEnd { .. } => *self = ProgressModel::default(),
            _ => {}
        }
    }

    /// Whether no stage runs.
    pub(super) fn is_idle(&self) -> bool {
        self.stages.is_empty()
    }

    /// What to show at `now`, ordered by stage.
    pub(super) fn bars(&self, now: Duration) -> Vec<StageBar> {
        self.stages
            .iter()
            .filter(|(_, s)| now.saturating_sub(s.since) > FIRST_DELAY)
            .map(|(&stage, s)| StageBar {
                stage,
                done: s.done,
                running: s.running,
                total: s.total,
            })
            .take(MAX_BARS)
            .collect()
    }

    /// The stage, if the task belongs to its current attempt.
    fn stage_of(&mut self, task: &AttemptId) -> Option<&mut Running> {
        self.stages
            .get_mut(&task.stage)
            .filter(|s| s.attempt == task.stage_attempt)
    }

    fn end_stage(&mut self, stage: StageId, attempt: u32) {
        if self
            .stages
            .get(&stage)
            .is_some_and(|s| s.attempt == attempt)
        {
            self.stages.remove(&stage);
        }
    }

    /// Forgets stages that no job waits for: the event of their end may have been dropped.
    fn end_job(&mut self, job: JobId) {
        let stages = self.jobs.remove(&job).unwrap_or_default();
        for stage in stages {
            if !self.jobs.values().any(|wanted| wanted.contains(&stage)) {
                self.stages.remove(&stage);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::sample;

    const START: Duration = Duration::from_secs(10);

    fn model(events: &[Event]) -> ProgressModel {
        let mut model = ProgressModel::default();
        events.iter().for_each(|e| model.apply(e, START));
        model
    }

    fn later(model: &ProgressModel) -> Vec<StageBar> {
        model.bars(START + Duration::from_secs(1))
    }

    #[test]
    fn only_stages_over_half_a_second_are_shown() {
        let model = model(&[sample::stage_submitted(3, 0, 30)]);
        assert!(!model.is_idle());
        assert_eq!(model.bars(START + Duration::from_millis(500)), []);
        assert_eq!(
            model.bars(START + Duration::from_millis(501)),
            [StageBar {
                stage: 3,
                done: 0,
                running: 0,
                total: 30
            }]
        );
    }

    #[test]
    fn accepted_tasks_are_done_and_others_only_stop_running() {
        let mut events = vec![sample::stage_submitted(3, 0, 30)];
        events.extend((0..5).map(|p| sample::task_start(3, 0, p)));
        events.push(sample::task_succeeded(3, 0, 0));
        events.push(sample::task_succeeded(3, 0, 1));
        events.push(sample::task_failed(3, 0, 2));
        assert_eq!(
            later(&model(&events)),
            [StageBar {
                stage: 3,
                done: 2,
                running: 2,
                total: 30
            }]
        );
    }

    #[test]
    fn late_ends_of_an_older_attempt_do_not_count() {
        let model = model(&[
            sample::stage_submitted(3, 0, 2),
            sample::task_start(3, 0, 0),
            sample::stage_submitted(3, 1, 2),
            sample::task_start(3, 1, 0),
            sample::task_succeeded(3, 0, 0),
            sample::stage_completed(3, 0),
        ]);
        assert_eq!(
            later(&model),
            [StageBar {
                stage: 3,
                done: 0,
                running: 1,
                total: 2
            }]
        );
    }

    #[test]
    fn the_three_lowest_stages_are_shown() {
        let model = model(&[5, 2, 9, 7].map(|s| sample::stage_submitted(s, 0, 1)));
        assert_eq!(
            later(&model).iter().map(|b| b.stage).collect::<Vec<_>>(),
            [2, 5, 7]
        );
    }

    #[test]
    fn a_jobs_end_ends_the_stages_that_no_other_job_waits_for() {
        let mut model = model(&[
            sample::job_start(0, &[1, 2]),
            sample::job_start(1, &[2, 3]),
            sample::stage_submitted(1, 0, 1),
            sample::stage_submitted(2, 0, 1),
        ]);
        model.apply(&sample::job_end(0), START);
        assert_eq!(
            later(&model).iter().map(|b| b.stage).collect::<Vec<_>>(),
            [2]
        );
        model.apply(&sample::stage_completed(2, 0), START);
        assert!(model.is_idle());
    }
}
