//! What must be true ([`Rules`]), told apart from the world that is played.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Fault, JobPlan, Plan};
use crate::error::Error;
use crate::scheduler::*;

/// What a task made: which run of each indeterminate map task is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    pub(super) runs: BTreeMap<(u64, u32), u64>,
    /// Two runs of the same map task are in it.
    pub(super) is_mixed: bool,
}

impl Value {
    pub(super) fn merge(&mut self, other: &Value) {
        self.is_mixed |= other.is_mixed;
        for (&map, &run) in &other.runs {
            self.is_mixed |= *self.runs.entry(map).or_insert(run) != run;
        }
    }
}

/// A job as its user sees it.
#[derive(Debug, Default)]
struct Seen {
    results: BTreeMap<(u64, u32), Value>,
    end: Option<Result<(), Error>>,
}

/// The rules, and what they have to remember.
#[derive(Debug)]
pub(super) struct Rules<'a> {
    plan: &'a Plan,
    jobs: BTreeMap<JobId, Seen>,
    launched: BTreeSet<AttemptId>,
    /// What holds the slots of each executor, as the scheduler was told.
    held: BTreeMap<ExecutorId, BTreeSet<AttemptId>>,
    /// How often a task of a stage attempt failed at an executor before its output was there.
    failures: BTreeMap<(StageId, u32, u32, ExecutorId), u32>,
}

pub(super) type Checked = Result<(), String>;

fn ensure(holds: bool, rule: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(rule()) }
}

impl<'a> Rules<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let jobs = plan
            .jobs
            .iter()
            .map(|job| (job.id, Seen::default()))
            .collect();
        Rules {
            plan,
            jobs,
            launched: BTreeSet::new(),
            held: BTreeMap::new(),
            failures: BTreeMap::new(),
        }
    }

    pub(super) fn executor_added(&mut self, executor: &ExecutorId) {
        self.held.entry(executor.clone()).or_default();
    }

    pub(super) fn executor_lost(&mut self, executor: &ExecutorId) {
        self.held.remove(executor);
    }

    pub(super) fn task_ended(&mut self, id: AttemptId) {
        self.held.values_mut().for_each(|held| _ = held.remove(&id));
    }

    /// A task failed, and its partition is still to be made.
    pub(super) fn task_failed(&mut self, id: AttemptId) {
        let mut places = self.held.iter().filter(|(_, held)| held.contains(&id));
        if let Some((executor, _)) = places.next() {
            let key = (id.stage, id.stage_attempt, id.partition, executor.clone());
            *self.failures.entry(key).or_default() += 1;
        }
    }

    /// Whether a launch is the copy of a task that runs. It then is the only one, and elsewhere.
    fn is_copy(&self, id: AttemptId, executor: &ExecutorId) -> Result<bool, String> {
        let task = |a: &AttemptId| (a.stage, a.stage_attempt, a.partition);
        let mut tries = self.held.iter().flat_map(|(executor, held)| {
            let of_task = held.iter().filter(|other| task(other) == task(&id));
            of_task.map(move |_| executor)
        });
        let Some(other) = tries.next() else {
            return Ok(false);
        };
        ensure(self.plan.speculation.is_some(), || {
            format!("{id} is a copy that nobody asked for")
        })?;
        ensure(other != executor && tries.next().is_none(), || {
            format!("{id} is one copy too many, or at the same executor")
        })?;
        Ok(true)
    }

    /// A task does not come back to where it failed too often.
    fn avoids(&self, id: AttemptId, executor: &ExecutorId) -> Checked {
        let key = (id.stage, id.stage_attempt, id.partition, executor.clone());
        let failed = self.failures.get(&key).copied().unwrap_or(0);
        let conf = self.plan.exclusion.filter(|conf| conf.task_and_stage);
        let may = conf.is_none_or(|conf| failed < conf.task_attempts_per_executor);
        ensure(may, || {
            format!("{id} failed {failed} times at {executor} before")
        })
    }

    pub(super) fn launch(
        &mut self,
        id: AttemptId,
        executor: &ExecutorId,
        slots: u32,
    ) -> Result<bool, String> {
        ensure(self.launched.insert(id), || {
            format!("{id} was launched before")
        })?;
        self.avoids(id, executor)?;
        let is_copy = self.is_copy(id, executor)?;
        let held = self
            .held
            .get_mut(executor)
            .ok_or_else(|| format!("{executor} is gone"))?;
        held.insert(id);
        ensure(held.len() as u32 <= slots, || {
            format!("{executor} has too many tasks")
        })?;
        Ok(is_copy)
    }

    /// After every step: both sides agree on the slots.
    pub(super) fn slots(&self, scheduler: &Scheduler) -> Checked {
        let held: usize = self.held.values().map(BTreeSet::len).sum();
        let used = scheduler.slots().used as usize;
        ensure(held == used, || {
            format!("{held} slots are held, the scheduler counts {used}")
        })
    }

    pub(super) fn result(&mut self, job: JobId, id: AttemptId, value: Value) -> Checked {
        let seen = self
            .jobs
            .get_mut(&job)
            .ok_or_else(|| format!("no job {job}"))?;
        ensure(seen.end.is_none(), || {
            format!("{id} is accepted after job {job} ended")
        })?;
        let before = seen.results.insert((id.stage, id.partition), value);
        ensure(before.is_none(), || {
            format!("{id} is accepted for job {job} a second time")
        })
    }

    /// A map output is accepted for jobs that run.
    pub(super) fn output(&self, id: AttemptId, jobs: &[JobId]) -> Checked {
        ensure(!jobs.is_empty(), || format!("{id} is accepted for nobody"))?;
        for job in jobs {
            ensure(self.jobs[job].end.is_none(), || {
                format!("{id} is accepted for ended job {job}")
            })?;
        }
        Ok(())
    }

    pub(super) fn job_ended(&mut self, job: JobId, end: Result<(), Error>) -> Checked {
        let plan = self.plan_of(job)?;
        let seen = self
            .jobs
            .get_mut(&job)
            .ok_or_else(|| format!("no job {job}"))?;
        ensure(seen.end.is_none(), || format!("job {job} ended twice"))?;
        match &end {
            Ok(()) => right(plan, seen)?,
            Err(error) => self.may_fail(plan, error)?,
        }
        self.jobs.entry(job).or_default().end = Some(end);
        Ok(())
    }

    fn plan_of(&self, job: JobId) -> Result<&'a JobPlan, String> {
        self.plan
            .jobs
            .iter()
            .find(|j| j.id == job)
            .ok_or_else(|| format!("no job {job}"))
    }

    /// Whether a failure has a reason in the plan.
    fn may_fail(&self, job: &JobPlan, error: &Error) -> Checked {
        let any = |wanted: &dyn Fn(&Fault) -> bool| self.plan.faults.iter().any(wanted);
        let kills = any(&|f| {
            matches!(
                f,
                Fault::Kill { .. } | Fault::Crash { .. } | Fault::Poison { .. }
            )
        });
        let above = self.plan.ancestors(&job.parents);
        let random = above
            .iter()
            .any(|&s| self.plan.shuffles[s as usize].indeterminate);
        let lossy = any(&|f| {
            !matches!(
                f,
                Fault::Repeat { .. }
                    | Fault::Delay { .. }
                    | Fault::Drop { .. }
                    | Fault::Cancel { .. }
            )
        });
        let has_reason = match error {
            Error::Cancelled { .. } => {
                any(&|f| matches!(f, Fault::Cancel { job: j, .. } if *j == job.id))
            }
            Error::ExecutorLost { .. } => kills || self.plan.ends_alone,
            Error::Indeterminate { .. } => {
                (random || job.external) && (lossy || self.plan.ends_alone)
            }
            Error::Job(failure) if matches!(*failure.cause, Error::Excluded { .. }) => {
                self.plan.exclusion.is_some() && (lossy || self.plan.ends_alone)
            }
            Error::Job(failure) => {
                let ended_alone = self.plan.ends_alone;
                let one =
                    self.hard_faults() == 1 && !ended_alone && self.plan.max_task_failures > 1;
                (lossy || ended_alone) && failure.failures > 0 && (job.external || !one)
            }
            _ => false,
        };
        ensure(has_reason, || {
            format!("job {} has no reason to fail with: {error}", job.id)
        })
    }

    /// Faults that could make a job fail; one that repeats itself counts for many.
    fn hard_faults(&self) -> usize {
        let weight = |f: &Fault| match f {
            Fault::Repeat { .. }
            | Fault::Delay { .. }
            | Fault::Drop { .. }
            | Fault::Cancel { .. } => 0,
            Fault::Poison { .. } | Fault::Rot { .. } => 10,
            _ => 1,
        };
        self.plan.faults.iter().map(weight).sum()
    }

    /// When nothing happens any more.
    pub(super) fn at_the_end(
        &self,
        scheduler: &Scheduler,
        dropped: &BTreeSet<ShuffleId>,
    ) -> Checked {
        for &shuffle in dropped {
            let kept = scheduler.stage(shuffle).is_some();
            ensure(!kept, || {
                format!("shuffle {shuffle} was dropped, but is kept")
            })?;
        }
        for (job, seen) in &self.jobs {
            ensure(seen.end.is_some(), || format!("job {job} never ended"))?;
        }
        ensure(scheduler.is_idle(), || {
            format!("something is left: {scheduler:?}")
        })
    }
}

/// Whether a job that succeeded has all results, from one run of everything.
fn right(plan: &JobPlan, seen: &Seen) -> Checked {
    let wanted = plan
        .wanted
        .clone()
        .unwrap_or_else(|| (0..plan.tasks).collect());
    let have: Vec<u32> = seen
        .results
        .keys()
        .map(|&(_, partition)| partition)
        .collect();
    ensure(have == wanted, || {
        format!("job {} has results {have:?}, not {wanted:?}", plan.id)
    })?;
    let mut all = Value::default();
    seen.results.values().for_each(|value| all.merge(value));
    ensure(!all.is_mixed || plan.external, || {
        format!("job {} mixes runs: {seen:?}", plan.id)
    })
}
