//! A scheduler on a test bench: short words for events, and its actions as text.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, JobFailure};
use crate::scheduler::*;

/// A stage that reads `parents`, with sensible defaults.
pub(super) fn stage(id: StageId, kind: StageKind, n: u32, parents: &[StageId]) -> StageSpec {
    StageSpec {
        id,
        kind,
        num_partitions: n,
        partitions: None,
        parents: parents.to_vec(),
        preferred: Arc::default(),
        indeterminate: false,
        call_site: None,
    }
}

/// A map stage whose shuffle bears the same number.
pub(super) fn map(id: StageId, n: u32, parents: &[StageId]) -> StageSpec {
    stage(id, StageKind::Map(id), n, parents)
}

pub(super) fn result(id: StageId, n: u32, parents: &[StageId]) -> StageSpec {
    stage(id, StageKind::Result, n, parents)
}

pub(super) fn job(id: JobId, stages: Vec<StageSpec>) -> JobSpec {
    JobSpec {
        id,
        stages,
        ..JobSpec::default()
    }
}

pub(super) fn boom(text: &str) -> Error {
    Error::User {
        message: text.to_owned(),
    }
}

/// What a reader of shuffle and map partition reports.
pub(super) fn fetch(shuffle: ShuffleId, map: u32) -> Error {
    let (executor, reason) = ("a".to_owned(), "gone".to_owned());
    Error::FetchFailed {
        shuffle,
        map,
        reduce: 0,
        executor,
        reason,
    }
}

/// The failure of a job that was given up because of a task.
pub(super) fn job_failure(error: &Error) -> &JobFailure {
    match error {
        Error::Job(failure) => failure,
        other => panic!("{other}"),
    }
}

/// An attempt as `stage.attempt/partition.attempt`.
pub(super) fn attempt(text: &str) -> AttemptId {
    let n: Vec<u64> = text.split(['.', '/']).map(|n| n.parse().unwrap()).collect();
    let small = |n: u64| u32::try_from(n).unwrap();
    AttemptId {
        stage: n[0],
        stage_attempt: small(n[1]),
        partition: small(n[2]),
        attempt: small(n[3]),
    }
}

/// The attempts that were launched, and where.
pub(super) fn launched(actions: &[String]) -> Vec<&str> {
    let launches = actions.iter().filter_map(|a| a.strip_prefix("launch "));
    launches.collect()
}

/// A scheduler, the attempts that run, and how jobs ended.
#[derive(Debug)]
pub(super) struct Rig {
    pub(super) scheduler: Scheduler,
    pub(super) now: Duration,
    pub(super) running: BTreeSet<AttemptId>,
    pub(super) launches: u32,
    pub(super) failed: Vec<(JobId, Error)>,
    pub(super) succeeded: Vec<JobId>,
}

impl Rig {
    /// With one executor `a` of so many slots, none if 0.
    pub(super) fn new(slots: u32) -> Self {
        Rig::with(SchedulerConf::default(), slots)
    }

    pub(super) fn with(conf: SchedulerConf, slots: u32) -> Self {
        let mut rig = Rig {
            scheduler: Scheduler::new(conf),
            now: Duration::ZERO,
            running: BTreeSet::new(),
            launches: 0,
            failed: Vec::new(),
            succeeded: Vec::new(),
        };
        if slots > 0 {
            rig.add("a", slots);
        }
        rig
    }

    /// Takes a step and returns its actions as words.
    pub(super) fn step(&mut self, event: Event) -> Vec<String> {
        match &event {
            Event::TaskEnded { id, .. } | Event::SlotYielded { id } => _ = self.running.remove(id),
            _ => {}
        }
        let actions = self.scheduler.step(event, self.now);
        actions
            .into_iter()
            .map(|action| self.note(action))
            .collect()
    }

    fn note(&mut self, action: Action) -> String {
        match action {
            Action::Launch { id, executor } => {
                self.launches += 1;
                assert!(self.running.insert(id), "{id} was launched before");
                format!("launch {id} {executor}")
            }
            Action::Kill { id, .. } => format!("kill {id}"),
            Action::TaskAccepted { id, jobs } => format!("accept {id} {jobs:?}"),
            Action::OutputDropped { shuffle, map } => format!("drop {shuffle}/{map}"),
            Action::StageSubmitted {
                stage,
                attempt,
                num_tasks,
            } => {
                format!("submit {stage}.{attempt} {num_tasks}")
            }
            Action::StageEnded {
                stage,
                attempt,
                error,
            } => {
                format!(
                    "end {stage}.{attempt} {}",
                    if error.is_none() { "ok" } else { "failed" }
                )
            }
            Action::StageSkipped { job, stage } => format!("skip {stage} {job}"),
            Action::JobSucceeded { job } => {
                self.succeeded.push(job);
                format!("success {job}")
            }
            Action::JobFailed { job, error } => {
                self.failed.push((job, error));
                format!("failure {job}")
            }
            Action::WakeAfter(time) => format!("wake {}", time.as_secs()),
        }
    }

    pub(super) fn add(&mut self, executor: &str, slots: u32) -> Vec<String> {
        let (executor, host) = (ExecutorId::new(executor), format!("{executor}-host").into());
        self.step(Event::ExecutorAdded {
            executor,
            host,
            slots,
        })
    }

    pub(super) fn add_at(&mut self, executor: &str, host: &str, slots: u32) -> Vec<String> {
        let (executor, host) = (ExecutorId::new(executor), host.into());
        self.step(Event::ExecutorAdded {
            executor,
            host,
            slots,
        })
    }

    /// Lets time pass until this many milliseconds since the start.
    pub(super) fn at(&mut self, ms: u64) -> Vec<String> {
        self.now = Duration::from_millis(ms);
        self.step(Event::Tick)
    }

    /// Submits a job of one stage of the same number to a pool.
    pub(super) fn submit_to(&mut self, pool: &str, id: JobId, tasks: u32) -> Vec<String> {
        let spec = job(id, vec![result(id, tasks, &[])]);
        let pool = Some(pool.into());
        self.step(Event::JobSubmitted(JobSpec { pool, ..spec }))
    }

    pub(super) fn lose(&mut self, executor: &str, announced: bool) -> Vec<String> {
        let (executor, reason) = (ExecutorId::new(executor), "died".to_owned());
        self.step(Event::ExecutorLost {
            executor,
            reason,
            announced,
        })
    }

    pub(super) fn submit(&mut self, id: JobId, stages: Vec<StageSpec>) -> Vec<String> {
        self.step(Event::JobSubmitted(job(id, stages)))
    }

    pub(super) fn cancel(&mut self, job: JobId) -> Vec<String> {
        self.step(Event::JobCancelled {
            job,
            reason: "enough".to_owned(),
        })
    }

    pub(super) fn ok(&mut self, id: &str) -> Vec<String> {
        self.step(Event::TaskEnded {
            id: attempt(id),
            end: TaskEnd::Success,
        })
    }

    pub(super) fn fail(&mut self, id: &str, error: Error) -> Vec<String> {
        self.step(Event::TaskEnded {
            id: attempt(id),
            end: TaskEnd::Failed(error),
        })
    }

    pub(super) fn killed(&mut self, id: &str) -> Vec<String> {
        self.step(Event::TaskEnded {
            id: attempt(id),
            end: TaskEnd::Killed,
        })
    }

    pub(super) fn ask(&mut self, job: JobId, stage: StageId, partition: u32) -> Vec<String> {
        self.step(Event::SlotRequested {
            job,
            stage,
            partition,
        })
    }

    /// Lets everything that runs, and what comes of it, succeed in the order of the ids.
    pub(super) fn drain(&mut self) {
        while let Some(&id) = self.running.first() {
            self.step(Event::TaskEnded {
                id,
                end: TaskEnd::Success,
            });
        }
    }

    /// Asserts that nothing of any job is left.
    pub(super) fn assert_idle(&self) {
        assert!(self.scheduler.is_idle(), "{:?}", self.scheduler);
    }

    /// The failure of the only job that failed.
    pub(super) fn failure(&self) -> &Error {
        assert_eq!(self.failed.len(), 1, "{:?}", self.failed);
        &self.failed[0].1
    }
}

impl Rig {
    /// Lets all tasks of a stage succeed.
    pub(super) fn drain_stage(&mut self, stage: StageId) {
        while let Some(&id) = self.running.iter().find(|id| id.stage == stage) {
            self.step(Event::TaskEnded {
                id,
                end: TaskEnd::Success,
            });
        }
    }
}
