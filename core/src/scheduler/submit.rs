//! Which stages to run: taking in jobs, finding what is missing, starting and rolling back stages.

use std::mem;
use std::sync::Arc;

use crate::error::Error;

use super::exclusion::SetExclusions;
use super::graph::StageIx;
use super::job::{self, Job};
use super::machine::Scheduler;
use super::speculation::Pace;
use super::stage::Stage;
use super::task_set::{SetSpec, SetState, TaskSet};
use super::types::{Action, JobId, JobSpec, StageId, StageKind};

impl Scheduler {
    pub(super) fn job_submitted(&mut self, spec: JobSpec, out: &mut Vec<Action>) {
        let id = spec.id;
        if self.jobs.contains_key(&id) {
            return;
        }
        if let Err(error) = job::check(&spec, &self.graph) {
            out.push(Action::JobFailed { job: id, error });
            return;
        }
        if let Some(error) = self.cancelled.refusal(&spec) {
            out.push(Action::JobFailed { job: id, error });
            return;
        }
        if job::is_empty(&spec) {
            out.push(Action::JobSucceeded { job: id });
            return;
        }
        self.register(spec);
        self.unsettled.insert(id);
        // A roll-back may show that more has to run than it seemed.
        self.settle(out);
        self.skip_stages(id, out);
    }

    /// Puts a job and those of its stages that are new into the graph.
    fn register(&mut self, spec: JobSpec) {
        let mut stages = Vec::with_capacity(spec.stages.len());
        let mut finals = Vec::new();
        for mut stage in spec.stages {
            let parents = mem::take(&mut stage.parents);
            let known = self.graph.find(stage.id);
            let ix = known.unwrap_or_else(|| self.graph.insert(Stage::new(stage)));
            for parent in parents {
                // External stages that read each other are none of our business: their layer
                // lets them wait.
                if let Some(parent) = self.graph.find(parent).filter(|&p| self.graph[p].is_map()) {
                    self.graph.link(parent, ix);
                }
            }
            self.graph[ix].add_job(spec.id);
            if !self.graph[ix].is_map() {
                finals.push(ix);
            }
            stages.push(ix);
        }
        let (group, tags, submitted) = (spec.group, spec.tags, self.now);
        self.jobs.insert(
            spec.id,
            Job {
                pool: spec.pool,
                group,
                tags,
                submitted,
                stages,
                finals,
            },
        );
    }

    /// Tells which stages of a new job don't have to run.
    fn skip_stages(&mut self, id: JobId, out: &mut Vec<Action>) {
        let Some(job) = self.jobs.get(&id) else {
            return;
        };
        if job.stages.len() == job.finals.len() {
            return;
        }
        let (_, mark) = self.graph.missing_above(&job.finals);
        for &ix in &job.stages {
            let stage = &self.graph[ix];
            if stage.mark != mark && stage.is_map() {
                out.push(Action::StageSkipped {
                    job: id,
                    stage: stage.id,
                });
            }
        }
    }

    /// Starts whatever the unsettled jobs lack and can be started.
    pub(super) fn settle(&mut self, out: &mut Vec<Action>) {
        while let Some(id) = self.unsettled.pop_first() {
            let Some(job) = self.jobs.get(&id) else {
                continue;
            };
            let (missing, _) = self.graph.missing_above(&job.finals);
            if let Some(&ix) = missing.iter().find(|&&ix| self.graph[ix].must_roll_back()) {
                // Changes what is missing, so the walk starts again: the jobs concerned, this one
                // among them, are unsettled by it.
                self.roll_back(ix, out);
                continue;
            }
            for &ix in &missing {
                self.start_if_ready(ix, out);
            }
        }
    }

    /// Starts a stage that is needed, or lets it wait for its parents.
    fn start_if_ready(&mut self, ix: StageIx, out: &mut Vec<Action>) {
        let stage = &self.graph[ix];
        if stage.active.is_some() || stage.is_complete() {
            return;
        }
        let ready = self.graph.parents_complete(ix);
        self.graph[ix].waiting = !ready;
        if ready {
            self.start_attempt(ix, out);
        }
    }

    /// Starts those that waited for a stage which is complete now, and for no other.
    pub(super) fn start_children(&mut self, ix: StageIx, out: &mut Vec<Action>) {
        for child in self.graph.children(ix) {
            if !self.graph[child].waiting {
                continue;
            }
            if self.graph[child].must_roll_back() {
                self.unsettled.extend(&self.graph[child].jobs);
            } else {
                self.start_if_ready(child, out);
            }
        }
    }

    fn start_attempt(&mut self, ix: StageIx, out: &mut Vec<Action>) {
        self.epoch += 1;
        let stage = &mut self.graph[ix];
        let len = stage.partitions.len();
        let attempt = stage.attempts;
        stage.attempts += 1;
        stage.active = Some(attempt);
        stage.live.push(attempt);
        if stage.is_map() && stage.outputs.is_empty() {
            stage.outputs = vec![Default::default(); len as usize];
        }
        let todo = stage.done.complement(len);
        let num_tasks = todo.count();
        let first_job = stage.jobs.first().copied().unwrap_or(JobId::MAX);
        let external = stage.kind == StageKind::External;
        let pool = self.jobs.get(&first_job).and_then(|job| job.pool.clone());
        let may_copy = self.conf.speculation.is_some() && !external;
        let avoids = self.conf.exclusion.filter(|_| !external);
        let mut set = TaskSet::new(SetSpec {
            rank: (first_job, stage.id, attempt),
            pool: self.pools.of_job(pool.as_deref()),
            epoch: self.epoch,
            partitions: stage.partitions.clone(),
            preferred: Arc::clone(&stage.preferred),
            pending: todo,
            pace: may_copy.then(|| Pace::new(num_tasks)),
            exclusions: avoids.map(SetExclusions::new),
        });
        if external {
            set.dequeue_all();
            stage.early.drain(..).for_each(|index| set.enqueue(index));
        }
        out.push(Action::StageSubmitted {
            stage: stage.id,
            attempt,
            num_tasks,
        });
        if set.pending() > 0 {
            self.pools.insert(set.pool(), set.rank());
        }
        self.sets.insert(set.key(), set);
    }

    /// Ends the present attempt of a stage, if there is one. Its tasks that run may go on.
    pub(super) fn end_attempt(&mut self, ix: StageIx, error: Option<Error>, out: &mut Vec<Action>) {
        let stage = &mut self.graph[ix];
        stage.waiting = false;
        let Some(attempt) = stage.active.take() else {
            return;
        };
        out.push(Action::StageEnded {
            stage: stage.id,
            attempt,
            error,
        });
        let key = (stage.id, attempt);
        if let Some(set) = self.sets.get_mut(&key) {
            set.state = SetState::Zombie;
            set.dequeue_all();
            self.pools.remove(set.pool(), set.rank());
        }
        self.forget_if_idle(key);
    }

    /// Stops all attempts of a stage. Nothing that they still do is taken.
    pub(super) fn stop_attempts(
        &mut self,
        ix: StageIx,
        error: Error,
        reason: &str,
        out: &mut Vec<Action>,
    ) {
        let id = self.graph[ix].id;
        for attempt in mem::take(&mut self.graph[ix].live) {
            if let Some(set) = self.sets.get_mut(&(id, attempt)) {
                set.state = SetState::Detached;
                set.dequeue_all();
                self.pools.remove(set.pool(), set.rank());
                for (id, executor) in set.kill_all() {
                    self.push_kill(id, executor, reason, out);
                }
            }
            self.forget_if_idle((id, attempt));
        }
        self.graph[ix].waiting = false;
        if let Some(attempt) = self.graph[ix].active.take() {
            out.push(Action::StageEnded {
                stage: id,
                attempt,
                error: Some(error),
            });
        }
    }

    /// Forgets an attempt that is over and holds no slot.
    pub(super) fn forget_if_idle(&mut self, key: (StageId, u32)) {
        let idle = |set: &TaskSet| set.state != SetState::Active && set.running() == 0;
        if self.sets.get(&key).is_some_and(idle) {
            self.sets.remove(&key);
            if let Some(ix) = self.graph.find(key.0) {
                self.graph[ix].live.retain(|&attempt| attempt != key.1);
            }
        }
    }

    /// Drops all that was made of an indeterminate map stage, here and below, because it has to
    /// be made again and won't be the same (SPARK-23207).
    fn roll_back(&mut self, root: StageIx, out: &mut Vec<Action>) {
        let StageKind::Map(shuffle) = self.graph[root].kind else {
            return;
        };
        let stage = self.graph[root].id;
        let mut too_late = Vec::new();
        for ix in self.graph.readers_below(root) {
            let taken = self.graph[ix].done.count() > 0;
            let external = self.graph[ix].kind == StageKind::External;
            let began = external && self.graph[ix].attempts > 0;
            self.unsettled.extend(&self.graph[ix].jobs);
            if !self.graph[ix].is_map() && (taken || began) {
                too_late.extend(&self.graph[ix].jobs);
                continue;
            }
            let reason = "an indeterminate stage above is run again";
            let why = Error::TaskKilled {
                reason: format!("{reason}: stage {stage}"),
            };
            self.stop_attempts(ix, why, reason, out);
            self.drop_outputs(ix, out);
            self.graph[ix].exposed = false;
        }
        for job in too_late {
            self.fail_job(
                job,
                Error::Indeterminate {
                    job,
                    shuffle,
                    stage,
                },
                out,
            );
        }
    }

    /// Forgets all outputs of a map stage.
    fn drop_outputs(&mut self, ix: StageIx, out: &mut Vec<Action>) {
        let stage = &mut self.graph[ix];
        if let StageKind::Map(shuffle) = stage.kind {
            out.extend(
                stage
                    .done
                    .iter()
                    .map(|map| Action::OutputDropped { shuffle, map }),
            );
            stage.done.clear();
        }
    }
}
