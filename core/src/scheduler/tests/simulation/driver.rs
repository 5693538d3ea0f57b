//! The driver's side of the world: it feeds the scheduler, and does what it says.

use std::time::Duration;

use super::check::{Checked, Value};
use super::world::{Happening, World, index};
use crate::error::Error;
use crate::scheduler::*;

impl World<'_> {
    pub(super) fn deliver(
        &mut self,
        event: Event,
        from: Option<(usize, u32)>,
        value: Option<Value>,
    ) -> Checked {
        if let Some((executor, life)) = from
            && self.executors[executor].life != life
            && self.random.chance(50)
        {
            self.report.lost_messages += 1;
            return Ok(());
        }
        self.note(|| format!("{event:?}"));
        match &event {
            Event::ExecutorAdded { executor, .. } => {
                self.rules.executor_added(executor);
                let at = index(executor);
                self.executors[at].known_life = self.executors[at].life;
            }
            Event::ExecutorLost { executor, .. } => self.rules.executor_lost(executor),
            Event::TaskEnded { id, end } => {
                let made = self.tracker.contains_key(&(id.stage, id.partition));
                if let TaskEnd::Failed(Error::User { .. }) = end
                    && !made
                {
                    self.rules.task_failed(*id);
                }
                self.rules.task_ended(*id);
            }
            Event::SlotYielded { id } => self.rules.task_ended(*id),
            _ => {}
        }
        let submitted = match &event {
            Event::JobSubmitted(spec) => Some(spec.id),
            _ => None,
        };
        let success = matches!(
            event,
            Event::TaskEnded {
                end: TaskEnd::Success,
                ..
            }
        );
        let actions = self.scheduler.step(event, Duration::from_millis(self.now));
        let accepted = actions
            .iter()
            .any(|a| matches!(a, Action::TaskAccepted { .. }));
        self.report.refused_successes += u64::from(success && !accepted);
        for action in actions {
            self.note(|| format!("        {action:?}"));
            self.act(action, value.as_ref(), from)?;
        }
        if let Some(job) = submitted {
            self.ask_for_slots(job);
        }
        self.rules.slots(&self.scheduler)
    }

    pub(super) fn ask_for_slots(&mut self, id: JobId) {
        let Some(job) = self.plan.jobs.iter().find(|j| j.id == id && j.external) else {
            return;
        };
        for partition in 0..job.tasks {
            let (job, stage) = (job.id, 100 + job.id);
            let at = self.now + self.random.range(0, 10);
            self.tell(
                at,
                Event::SlotRequested {
                    job,
                    stage,
                    partition,
                },
            );
        }
    }

    pub(super) fn act(
        &mut self,
        action: Action,
        value: Option<&Value>,
        from: Option<(usize, u32)>,
    ) -> Checked {
        match action {
            Action::Launch { id, executor } => self.launch(id, &executor)?,
            Action::Kill { id, executor, .. } => {
                self.report.kills += 1;
                let at = self.now + self.random.range(0, 4);
                self.push(
                    at,
                    Happening::Stop {
                        id,
                        executor: index(&executor),
                    },
                );
            }
            Action::TaskAccepted { id, jobs } => self.accept(id, &jobs, value, from)?,
            Action::OutputDropped { shuffle, map } => {
                self.report.outputs_dropped += 1;
                if self.tracker.remove(&(shuffle, map)).is_none() {
                    return Err(format!("output {shuffle}/{map} is dropped, but not there"));
                }
            }
            Action::StageEnded { stage, attempt, .. } => {
                _ = self.ended_stages.insert((stage, attempt))
            }
            Action::JobSucceeded { job } => {
                self.report.succeeded += 1;
                self.rules.job_ended(job, Ok(()))?;
            }
            Action::JobFailed { job, error } => {
                match &error {
                    Error::Cancelled { .. } => self.report.cancelled += 1,
                    Error::ExecutorLost { .. } => self.report.without_executor += 1,
                    Error::Indeterminate { .. } => self.report.indeterminate += 1,
                    Error::Job(f) if matches!(*f.cause, Error::Excluded { .. }) => {
                        self.report.excluded += 1;
                    }
                    _ => self.report.aborted += 1,
                }
                self.rules.job_ended(job, Err(error))?;
            }
            Action::WakeAfter(time) => self.tell(self.now + time.as_millis() as u64, Event::Tick),
            Action::StageSubmitted { .. } | Action::StageSkipped { .. } => {}
        }
        Ok(())
    }

    pub(super) fn launch(&mut self, id: AttemptId, executor: &ExecutorId) -> Checked {
        self.report.launches += 1;
        let at = index(executor);
        let is_copy = self.rules.launch(id, executor, self.executors[at].slots)?;
        self.report.copies += u64::from(is_copy);
        if is_copy {
            self.copies.insert(id);
        }
        if self.tracker.contains_key(&(id.stage, id.partition)) {
            return Err(format!("{id} is launched, but its output is there"));
        }
        if self.external(id.stage).is_none() {
            for &shuffle in self.parents(id.stage) {
                let maps = self.plan.shuffles[shuffle as usize].maps;
                if !(0..maps).all(|map| self.tracker.contains_key(&(shuffle, map))) {
                    return Err(format!(
                        "{id} is launched while shuffle {shuffle} is incomplete"
                    ));
                }
            }
        }
        let (executor, life) = (at, self.executors[at].known_life);
        let when = self.now + self.random.range(0, 3);
        self.push(when, Happening::Arrive { id, executor, life });
        Ok(())
    }

    pub(super) fn accept(
        &mut self,
        id: AttemptId,
        jobs: &[JobId],
        value: Option<&Value>,
        from: Option<(usize, u32)>,
    ) -> Checked {
        self.report.accepted += 1;
        self.report.copies_accepted += u64::from(self.copies.contains(&id));
        let zombie = self.ended_stages.contains(&(id.stage, id.stage_attempt));
        self.report.accepted_from_zombies += u64::from(zombie);
        let (Some(value), Some((executor, _))) = (value, from) else {
            return Err(format!("{id} is accepted, but it is not what ended"));
        };
        if id.stage >= 100 {
            return self.rules.result(jobs[0], id, value.clone());
        }
        if self
            .tracker
            .insert((id.stage, id.partition), (executor, id))
            .is_some()
        {
            return Err(format!("{id} is accepted, but its output is there"));
        }
        self.rules.output(id, jobs)
    }

    pub(super) fn note(&mut self, line: impl FnOnce() -> String) {
        if self.log.is_some() {
            let line = format!("{:>5} {}", self.now, line());
            self.log.iter_mut().for_each(|log| log.push(line.clone()));
        }
    }
}
