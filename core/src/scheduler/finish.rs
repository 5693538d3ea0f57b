//! How jobs end: with success, given up, or for want of an executor.

use std::time::Duration;

use crate::error::{Error, JobFailure};

use super::exclusion::Health;
use super::graph::StageIx;
use super::machine::Scheduler;
use super::outcome::Ended;
use super::types::{Action, JobId, ShuffleId};

impl Scheduler {
    /// Gives up all jobs that need a stage, because of one of its tasks.
    pub(super) fn abort_stage(
        &mut self,
        ix: StageIx,
        ended: &Ended,
        failures: u32,
        cause: Error,
        out: &mut Vec<Action>,
    ) {
        let failure = JobFailure {
            job: 0,
            stage: ended.id.stage,
            stage_attempt: ended.id.stage_attempt,
            partition: ended.id.partition,
            failures,
            executor: ended
                .place
                .as_ref()
                .map_or("driver", |place| place.at.executor.as_str())
                .to_owned(),
            call_site: self.graph[ix].call_site.clone(),
            cause: Box::new(cause),
        };
        self.fail_jobs_of(ix, &failure, out);
    }

    /// Gives up all jobs with a task that no executor may run any more: nothing would ever happen.
    pub(super) fn abort_hopeless(&mut self, out: &mut Vec<Action>) {
        for ((stage, stage_attempt), index) in self.hopeless() {
            let set = self.sets.get(&(stage, stage_attempt));
            let (Some(set), Some(ix)) = (set, self.graph.find(stage)) else {
                continue;
            };
            let partition = set.partition(index);
            let failed = self.graph[ix].last_failure(index);
            let cause = Error::Excluded {
                stage,
                stage_attempt,
                partition,
                most_recent: failed.map(|f| Box::new(f.last.clone())),
            };
            let failure = JobFailure {
                job: 0,
                stage,
                stage_attempt,
                partition,
                failures: failed.map_or(0, |f| f.count),
                executor: failed.map_or_else(|| "(none)".to_owned(), |f| f.executor.to_string()),
                call_site: self.graph[ix].call_site.clone(),
                cause: Box::new(cause),
            };
            self.fail_jobs_of(ix, &failure, out);
        }
    }

    /// Gives up all jobs that need a stage, because it can't read its input.
    pub(super) fn abort_reader(
        &mut self,
        ix: StageIx,
        failures: u32,
        cause: Error,
        out: &mut Vec<Action>,
    ) {
        let stage = &self.graph[ix];
        let executor = match &cause {
            Error::FetchFailed { executor, .. } => executor.clone(),
            _ => String::new(),
        };
        let first_missing = stage.done.complement(stage.partitions.len()).next_from(0);
        let failure = JobFailure {
            job: 0,
            stage: stage.id,
            stage_attempt: stage.attempts.saturating_sub(1),
            partition: first_missing.map_or(0, |index| stage.partitions.partition(index)),
            failures,
            executor,
            call_site: stage.call_site.clone(),
            cause: Box::new(cause),
        };
        self.fail_jobs_of(ix, &failure, out);
    }

    fn fail_jobs_of(&mut self, ix: StageIx, failure: &JobFailure, out: &mut Vec<Action>) {
        let needing: Vec<JobId> = self.graph[ix]
            .jobs
            .clone()
            .into_iter()
            .filter(|&job| self.needs(job, ix))
            .collect();
        for job in needing {
            let failure = JobFailure {
                job,
                ..failure.clone()
            };
            self.fail_job(job, Error::Job(Box::new(failure)), out);
        }
    }

    /// Whether a job can't do without running a stage.
    fn needs(&mut self, job: JobId, ix: StageIx) -> bool {
        let Some(job) = self.jobs.get(&job) else {
            return false;
        };
        let (_, mark) = self.graph.missing_above(&job.finals);
        self.graph[ix].mark == mark
    }

    /// Gives a job up, if it runs.
    pub(super) fn fail_job(&mut self, id: JobId, error: Error, out: &mut Vec<Action>) {
        if self.jobs.contains_key(&id) {
            self.end_job(id, error.clone(), "the job was given up", out);
            out.push(Action::JobFailed { job: id, error });
        }
    }

    /// Ends a job that has all it wants.
    pub(super) fn succeed_job(&mut self, id: JobId, out: &mut Vec<Action>) {
        if self.jobs.contains_key(&id) {
            let reason = "the job has its results";
            let error = Error::TaskKilled {
                reason: reason.to_owned(),
            };
            self.end_job(id, error, reason, out);
            out.push(Action::JobSucceeded { job: id });
        }
    }

    /// Forgets a job, stops what only it needed, and keeps its map stages.
    fn end_job(&mut self, id: JobId, error: Error, reason: &str, out: &mut Vec<Action>) {
        let Some(job) = self.jobs.remove(&id) else {
            return;
        };
        self.unsettled.remove(&id);
        for &ix in &job.stages {
            self.graph[ix].jobs.retain(|&j| j != id);
        }
        for &ix in &job.stages {
            if !self.graph[ix].live.is_empty() && !self.is_needed(ix) {
                self.stop_attempts(ix, error.clone(), reason, out);
            }
            let stage = &mut self.graph[ix];
            if stage.jobs.is_empty() {
                stage.waiting = false;
                if !stage.is_map() || stage.dropped {
                    self.graph.remove(ix);
                }
            }
        }
    }

    fn is_needed(&mut self, ix: StageIx) -> bool {
        (0..self.graph[ix].jobs.len()).any(|at| self.needs(self.graph[ix].jobs[at], ix))
    }

    pub(super) fn shuffle_dropped(&mut self, shuffle: ShuffleId) {
        let Some(ix) = self.graph.find_shuffle(shuffle) else {
            return;
        };
        if self.graph[ix].jobs.is_empty() {
            self.graph.remove(ix);
        } else {
            self.graph[ix].dropped = true;
        }
    }

    // Waiting for an executor.

    pub(super) fn tick(&mut self, out: &mut Vec<Action>) {
        // Asked for again if it came too early.
        self.wake = None;
        while let Some((job, deadline)) = self.first_deadline()
            && deadline <= self.now
        {
            let error = self.no_executor();
            self.fail_job(job, error, out);
        }
    }

    /// Until when the oldest job waits for an executor, while there is none.
    fn first_deadline(&self) -> Option<(JobId, Duration)> {
        let alone = self.alone.as_ref()?;
        let (&id, job) = self.jobs.first_key_value()?;
        Some((
            id,
            alone
                .since
                .max(job.submitted)
                .saturating_add(self.conf.executor_grace),
        ))
    }

    fn no_executor(&self) -> Error {
        let grace = self.conf.executor_grace;
        match self.alone.as_ref().and_then(|alone| alone.last.as_ref()) {
            Some(Error::ExecutorLost { executor, reason }) => Error::ExecutorLost {
                executor: executor.clone(),
                reason: format!("{reason}; it was the last one, and none came within {grace:?}"),
            },
            _ => Error::ExecutorLost {
                executor: "(none)".to_owned(),
                reason: format!("no executor came within {grace:?}"),
            },
        }
    }

    pub(super) fn ask_for_tick(&mut self, out: &mut Vec<Action>) {
        let deadline = self.first_deadline().map(|(_, deadline)| deadline);
        let health = self.health.as_ref().filter(|_| !self.jobs.is_empty());
        let expiry = health.and_then(Health::next_expiry);
        let wanted = [deadline, self.next_look(), expiry];
        let wanted = wanted.into_iter().flatten().min();
        if wanted != self.wake {
            self.wake = wanted;
            out.extend(wanted.map(|at| Action::WakeAfter(at.saturating_sub(self.now))));
        }
    }
}
