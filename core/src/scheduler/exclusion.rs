//! Executors and hosts that tasks keep away from because of failures there.
//!
//! [`SetExclusions`] belongs to one stage attempt: its failures by executor say where a task may
//! not be tried again, and which executors and hosts none of its tasks may use. [`Health`] belongs
//! to the application: failures of attempts that succeeded in the end are counted by executor for
//! a time, because an attempt that failed may have been the program's own fault.
//!
//! Executors are known by name here, so that one which comes back is the same one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::conf::ExclusionConf;
use super::executors::Executor;
use super::types::ExecutorId;

/// Where a try ran.
#[derive(Clone, Debug)]
pub(super) struct FailedAt {
    pub(super) executor: ExecutorId,
    pub(super) host: Arc<str>,
}

/// Failures at one executor.
#[derive(Debug)]
struct Failures {
    host: Arc<str>,
    /// By task: how many, and when the last.
    tasks: BTreeMap<u32, (u32, Duration)>,
}

impl Failures {
    fn of(&self, task: u32) -> u32 {
        self.tasks.get(&task).map_or(0, |(count, _)| *count)
    }
}

/// What a stage attempt keeps away from.
#[derive(Debug)]
pub(super) struct SetExclusions {
    conf: ExclusionConf,
    failures: BTreeMap<ExecutorId, Failures>,
    executors: BTreeSet<ExecutorId>,
    hosts: BTreeSet<Arc<str>>,
}

impl SetExclusions {
    pub(super) fn new(conf: ExclusionConf) -> Self {
        SetExclusions {
            conf,
            failures: BTreeMap::new(),
            executors: BTreeSet::new(),
            hosts: BTreeSet::new(),
        }
    }

    /// Notes a failure of a task.
    pub(super) fn failed(&mut self, task: u32, at: &FailedAt, now: Duration) {
        let here = self.failures.entry(at.executor.clone());
        let here = here.or_insert_with(|| Failures {
            host: Arc::clone(&at.host),
            tasks: BTreeMap::new(),
        });
        let (count, last) = here.tasks.entry(task).or_default();
        (*count, *last) = (*count + 1, now);
        let too_many = here.tasks.len() as u32 >= self.conf.stage_tasks_per_executor.max(1);
        if self.conf.task_and_stage && too_many && self.executors.insert(at.executor.clone()) {
            let there = |e: &&ExecutorId| self.failures.get(*e).is_some_and(|f| f.host == at.host);
            let excluded = self.executors.iter().filter(there).count() as u32;
            if excluded >= self.conf.stage_executors_per_host.max(1) {
                self.hosts.insert(Arc::clone(&at.host));
            }
        }
    }

    /// Whether a task may be kept away from somewhere where others may run.
    pub(super) fn concern(&self, task: u32) -> bool {
        self.conf.task_and_stage && self.failures.values().any(|f| f.of(task) > 0)
    }

    /// Whether there are executors that no task of the attempt may use.
    pub(super) fn any_executor(&self) -> bool {
        !self.executors.is_empty()
    }

    /// Whether no task of the attempt may use an executor.
    pub(super) fn forbid(&self, at: &Executor) -> bool {
        self.executors.contains(&at.id) || self.hosts.contains(&at.host)
    }

    /// Whether this task may not use an executor.
    pub(super) fn forbid_task(&self, task: u32, at: &Executor) -> bool {
        if !self.conf.task_and_stage {
            return false;
        }
        let here = self.failures.get(&at.id).map_or(0, |f| f.of(task));
        let on_host = || {
            let there = self.failures.values().filter(|f| f.host == at.host);
            there.map(|f| f.of(task)).sum::<u32>()
        };
        self.forbid(at)
            || here >= self.conf.task_attempts_per_executor.max(1)
            || on_host() >= self.conf.task_attempts_per_host.max(1)
    }
}

/// Failures at one executor that still count, by attempt of a stage and task.
type Counted = BTreeMap<(u64, u32, u32), Duration>;

/// What the whole application keeps away from, until when.
#[derive(Debug)]
pub(super) struct Health {
    conf: ExclusionConf,
    failures: BTreeMap<ExecutorId, Counted>,
    executors: BTreeMap<ExecutorId, (Arc<str>, Duration)>,
    hosts: BTreeMap<Arc<str>, Duration>,
}

impl Health {
    pub(super) fn new(conf: ExclusionConf) -> Self {
        Health {
            conf,
            failures: BTreeMap::new(),
            executors: BTreeMap::new(),
            hosts: BTreeMap::new(),
        }
    }

    /// Whether no task may use an executor.
    pub(super) fn forbid(&self, executor: &ExecutorId, host: &str) -> bool {
        self.executors.contains_key(executor) || self.hosts.contains_key(host)
    }

    /// An attempt of a stage succeeded: what failed on the way was the executors' fault. True if
    /// that excludes any.
    pub(super) fn attempt_succeeded(
        &mut self,
        (stage, attempt): (u64, u32),
        set: &SetExclusions,
        now: Duration,
    ) -> bool {
        if !self.conf.application {
            return false;
        }
        let mut news = false;
        for (executor, failures) in &set.failures {
            let counted = self.failures.entry(executor.clone()).or_default();
            for (&task, &(_, at)) in &failures.tasks {
                let until = at.saturating_add(self.conf.timeout);
                counted.insert((stage, attempt, task), until);
            }
            counted.retain(|_, until| *until > now);
            if counted.len() as u32 >= self.conf.application_tasks_per_executor.max(1) {
                news |= self.exclude(executor.clone(), Arc::clone(&failures.host), now);
            }
        }
        news
    }

    /// A map output could not be fetched from an executor. True if that excludes it.
    pub(super) fn fetch_failed(&mut self, at: &FailedAt, now: Duration) -> bool {
        let counts = self.conf.application && self.conf.fetch_failures;
        counts && self.exclude(at.executor.clone(), Arc::clone(&at.host), now)
    }

    /// One that is excluded already is not excluded for longer.
    fn exclude(&mut self, executor: ExecutorId, host: Arc<str>, now: Duration) -> bool {
        let until = now.saturating_add(self.conf.timeout);
        if until <= now || self.executors.contains_key(&executor) {
            return false;
        }
        self.executors.insert(executor, (Arc::clone(&host), until));
        let there = self.executors.values().filter(|(h, _)| *h == host).count() as u32;
        if there >= self.conf.application_executors_per_host.max(1) {
            self.hosts.entry(host).or_insert(until);
        }
        true
    }

    /// Lets go of what was excluded until now. True if there was any.
    pub(super) fn expire(&mut self, now: Duration) -> bool {
        let before = self.executors.len() + self.hosts.len();
        let failures = &mut self.failures;
        self.executors.retain(|executor, (_, until)| {
            let stays = *until > now;
            if !stays {
                failures.remove(executor);
            }
            stays
        });
        self.hosts.retain(|_, until| *until > now);
        before > self.executors.len() + self.hosts.len()
    }

    /// When the next one is let go.
    pub(super) fn next_expiry(&self) -> Option<Duration> {
        let executors = self.executors.values().map(|(_, until)| *until);
        executors.chain(self.hosts.values().copied()).min()
    }
}
