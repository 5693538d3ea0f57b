//! The scheduler ([`Scheduler`]): events in, actions out.
//!
//! Pure: no clock, thread, lock or randomness of its own, so that the same events at the same
//! times give the same actions, which is what the simulation rests on. The parts:
//!
//! - `graph`, `stage`, `job`: what there is to compute, and what of it is there;
//! - `task_set`, `pending`, `executors`: attempts, waiting tasks and slots;
//! - `submit`: which stages to start, `pools`: whose turn it is, `dispatch`: which task goes where;
//! - `speculation`: which tasks are slow, `exclusion`: which executors to keep away from;
//! - `outcome`: what the end of a task means, `loss`: what lost outputs and executors mean,
//!   `external`: tasks that another layer runs, `finish`: how jobs end, `cancelled`: jobs that must
//!   not begin;
//! - `status`: what a status tracker may ask.
//!
//! Invariants, kept between steps:
//! 1. A stage with a present attempt has complete parents (external ones excepted). When a parent loses an output, the
//!    attempt becomes a zombie at once: what runs may finish, nothing is launched.
//! 2. A partition of a stage is accepted at most once until its output is lost.
//! 3. A slot is given back exactly when the attempt that holds it ends, or goes with its
//!    executor.
//! 4. What a job's results are made of comes from one run of each indeterminate stage.
//!
//! A step costs O(1) amortised for a task, O(stages of the job) for a submission or loss, and
//! O(map outputs known) for a lost executor.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::error::Error;

use super::cancelled::CancelledTags;
use super::conf::SchedulerConf;
use super::exclusion::Health;
use super::executors::Executors;
use super::graph::StageGraph;
use super::job::Job;
use super::pools::Pools;
use super::task_set::{SetKey, TaskSet};
use super::types::{Action, Event, JobId};

/// The DAG scheduler and task scheduler as one state machine.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use flint_core::scheduler::*;
///
/// let mut scheduler = Scheduler::new(SchedulerConf::default());
/// let executor = ExecutorId::new("driver");
/// scheduler.step(
///     Event::ExecutorAdded { executor, host: "localhost".into(), slots: 1 },
///     Duration::ZERO,
/// );
/// let result = StageSpec {
///     id: 0,
///     kind: StageKind::Result,
///     num_partitions: 1,
///     partitions: None,
///     parents: vec![],
///     preferred: Arc::new(vec![]),
///     indeterminate: false,
///     call_site: None,
/// };
/// let job = JobSpec { id: 0, stages: vec![result], ..JobSpec::default() };
/// let actions = scheduler.step(Event::JobSubmitted(job), Duration::ZERO);
/// let Some(&Action::Launch { id, .. }) = actions.last() else { panic!() };
///
/// let end = TaskEnd::Success;
/// let actions = scheduler.step(Event::TaskEnded { id, end }, Duration::from_millis(3));
/// assert!(matches!(actions.last(), Some(Action::JobSucceeded { job: 0 })));
/// ```
#[derive(Debug)]
pub struct Scheduler {
    pub(super) conf: SchedulerConf,
    pub(super) now: Duration,
    pub(super) jobs: BTreeMap<JobId, Job>,
    pub(super) graph: StageGraph,
    /// All attempts that are active or hold a slot.
    pub(super) sets: HashMap<SetKey, TaskSet>,
    /// Attempts with waiting tasks, and whose turn it is.
    pub(super) pools: Pools,
    pub(super) executors: Executors,
    /// Executors that nobody uses, if failures exclude any.
    pub(super) health: Option<Health>,
    /// When to look for slow tasks.
    pub(super) look_at: Option<Duration>,
    /// Counts submissions of stage attempts.
    pub(super) epoch: u32,
    /// Jobs whose missing stages have to be looked for.
    pub(super) unsettled: BTreeSet<JobId>,
    /// Since when there is no executor, and how the last one went.
    pub(super) alone: Option<Alone>,
    /// The time for which a tick was asked.
    pub(super) wake: Option<Duration>,
    /// Tags whose jobs must not begin.
    pub(super) cancelled: CancelledTags,
}

/// No executor is there.
#[derive(Debug)]
pub(super) struct Alone {
    pub(super) since: Duration,
    pub(super) last: Option<Error>,
}

impl Scheduler {
    /// A scheduler without jobs and executors.
    pub fn new(conf: SchedulerConf) -> Self {
        Scheduler {
            pools: Pools::new(conf.mode, &conf.pools),
            health: conf.exclusion.map(Health::new),
            conf: SchedulerConf {
                max_task_failures: conf.max_task_failures.max(1),
                max_stage_attempts: conf.max_stage_attempts.max(1),
                ..conf
            },
            now: Duration::ZERO,
            jobs: BTreeMap::new(),
            graph: StageGraph::default(),
            sets: HashMap::new(),
            executors: Executors::default(),
            look_at: None,
            epoch: 0,
            unsettled: BTreeSet::new(),
            alone: Some(Alone {
                since: Duration::ZERO,
                last: None,
            }),
            wake: None,
            cancelled: CancelledTags::default(),
        }
    }

    /// Takes an event and returns what must be done, in this order.
    ///
    /// `now` is a monotonic time since any fixed moment. Events about attempts, jobs, stages and
    /// executors that are unknown or over are ignored, so repeated and late ones do no harm.
    pub fn step(&mut self, event: Event, now: Duration) -> Vec<Action> {
        let mut actions = Vec::new();
        self.step_into(event, now, &mut actions);
        actions
    }

    /// [`step`](Self::step) that appends to a vector of the caller's.
    pub fn step_into(&mut self, event: Event, now: Duration, out: &mut Vec<Action>) {
        self.now = self.now.max(now);
        match event {
            Event::JobSubmitted(spec) => self.job_submitted(spec, out),
            Event::JobCancelled { job, reason } => {
                self.fail_job(job, Error::Cancelled { job, reason }, out);
            }
            Event::TagCancelled { tag, reason } => self.tag_cancelled(tag, &reason, out),
            Event::TaskEnded { id, end } => self.task_ended(id, end, out),
            Event::ExecutorAdded {
                executor,
                host,
                slots,
            } => {
                self.executors.add(executor, host, slots);
                self.apply_exclusions();
                self.alone = None;
            }
            Event::ExecutorLost {
                executor,
                reason,
                announced,
            } => {
                self.executor_lost(&executor, reason, announced, out);
            }
            Event::OutputLost { shuffle, map } => self.output_lost(shuffle, map, out),
            Event::ShuffleDropped { shuffle } => self.shuffle_dropped(shuffle),
            Event::SlotRequested {
                job,
                stage,
                partition,
            } => {
                self.slot_requested(job, stage, partition);
            }
            Event::SlotYielded { id } => self.slot_yielded(id),
            Event::Tick => self.tick(out),
        }
        self.settle(out);
        self.expire_exclusions();
        self.speculate();
        self.dispatch(out);
        self.abort_hopeless(out);
        self.ask_for_tick(out);
    }

    fn expire_exclusions(&mut self) {
        if self.health.as_mut().is_some_and(|h| h.expire(self.now)) {
            self.apply_exclusions();
        }
    }

    /// Keeps all tasks away from what is excluded for all.
    pub(super) fn apply_exclusions(&mut self) {
        if let Some(health) = &self.health {
            self.executors.exclude(|e| health.forbid(&e.id, &e.host));
        }
    }
}
