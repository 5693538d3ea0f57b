//! What the end of a task attempt means.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;

use super::exclusion::FailedAt;
use super::executors::ExecutorIx;
use super::graph::StageIx;
use super::loss::MapOutput;
use super::machine::Scheduler;
use super::stage::Output;
use super::task_set::{EndedTry, SetKey, SetState};
use super::types::{Action, AttemptId, ExecutorId, StageKind, TaskEnd};

/// A try whose end was news.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) id: AttemptId,
    pub(super) index: u32,
    /// Where it ran. None for an external task that ended without a slot.
    pub(super) place: Option<Place>,
}

/// Where a try ran, and since when.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) executor: ExecutorIx,
    pub(super) at: FailedAt,
    pub(super) since: Option<Duration>,
}

impl Ended {
    /// The attempt of the stage that it belongs to.
    pub(super) fn set(&self) -> SetKey {
        (self.id.stage, self.id.stage_attempt)
    }
}

impl Scheduler {
    pub(super) fn task_ended(&mut self, id: AttemptId, end: TaskEnd, out: &mut Vec<Action>) {
        let Some(ended) = self.end_try(id) else {
            return;
        };
        if let Some(place) = &ended.place {
            self.executors.release(place.executor, id);
        }
        match end {
            TaskEnd::Success => self.task_succeeded(&ended, out),
            TaskEnd::Killed | TaskEnd::Failed(Error::TaskKilled { .. }) => self.try_again(&ended),
            TaskEnd::Failed(error) => self.task_failed(&ended, error, out),
        }
        self.forget_if_idle(ended.set());
    }

    /// Finds out whether a try really ran until now.
    pub(super) fn end_try(&mut self, id: AttemptId) -> Option<Ended> {
        let set = self.sets.get_mut(&(id.stage, id.stage_attempt))?;
        let index = set.index_of(id.partition)?;
        if let Some(ended) = set.end(index, id.attempt) {
            self.pools.ended(set.pool());
            let place = Some(self.place_of(ended));
            return Some(Ended { id, index, place });
        }
        // An external task may end while it holds no slot.
        let rests = set.state == SetState::Active && set.rests_after(index, id.attempt);
        let stage = &self.graph[self.graph.find(id.stage)?];
        let external = stage.kind == StageKind::External && !stage.done.contains(index);
        (rests && external).then_some(Ended {
            id,
            index,
            place: None,
        })
    }

    /// Where a try ran that ended.
    pub(super) fn place_of(&self, ended: EndedTry) -> Place {
        let there = self.executors.get(ended.executor);
        Place {
            executor: ended.executor,
            at: FailedAt {
                executor: there.id.clone(),
                host: Arc::clone(&there.host),
            },
            since: ended.since,
        }
    }

    /// The stage of a try, if what it did may still be taken.
    fn stage_of(&self, ended: &Ended) -> Option<(StageIx, SetState)> {
        let state = self.sets.get(&ended.set())?.state;
        let ix = self.graph.find(ended.id.stage)?;
        (state != SetState::Detached).then_some((ix, state))
    }

    fn task_succeeded(&mut self, ended: &Ended, out: &mut Vec<Action>) {
        let Some((ix, _)) = self.stage_of(ended) else {
            return;
        };
        let stage = &mut self.graph[ix];
        if !stage.done.insert(ended.index) {
            return;
        }
        if let (StageKind::Map(_), Some(place)) = (stage.kind, &ended.place) {
            let (executor, epoch) = (place.executor, self.sets[&ended.set()].epoch);
            stage.outputs[ended.index as usize] = Output { executor, epoch };
        }
        out.push(Action::TaskAccepted {
            id: ended.id,
            jobs: stage.jobs.clone(),
        });
        self.note_pace(ended);
        self.stop_other_tries(ix, ended.index, out);
        if self.graph[ix].is_complete() {
            self.stage_completed(ix, out);
        }
    }

    fn note_pace(&mut self, ended: &Ended) {
        let since = ended.place.as_ref().and_then(|place| place.since);
        let set = self.sets.get_mut(&ended.set());
        if let Some((pace, since)) = set.and_then(|set| set.pace_mut()).zip(since) {
            pace.succeeded(self.now.saturating_sub(since));
        }
    }

    /// Takes a partition that is done out of all attempts of its stage.
    fn stop_other_tries(&mut self, ix: StageIx, index: u32, out: &mut Vec<Action>) {
        let id = self.graph[ix].id;
        for at in 0..self.graph[ix].live.len() {
            let attempt = self.graph[ix].live[at];
            let Some(set) = self.sets.get_mut(&(id, attempt)) else {
                continue;
            };
            set.dequeue(index);
            for (id, executor) in set.kill(index) {
                self.push_kill(id, executor, "another attempt of the task succeeded", out);
            }
        }
    }

    pub(super) fn push_kill(
        &self,
        id: AttemptId,
        executor: ExecutorIx,
        reason: &str,
        out: &mut Vec<Action>,
    ) {
        let executor = self.executors.get(executor).id.clone();
        out.push(Action::Kill {
            id,
            executor,
            reason: reason.to_owned(),
        });
    }

    fn stage_completed(&mut self, ix: StageIx, out: &mut Vec<Action>) {
        self.note_health(ix);
        self.end_attempt(ix, None, out);
        let stage = &mut self.graph[ix];
        stage.exposed = true;
        stage.fetch_failures = 0;
        stage.failures.clear();
        if stage.is_map() {
            self.start_children(ix, out);
            return;
        }
        for job in stage.jobs.clone() {
            let finals = self.jobs.get(&job).map_or(&[][..], |j| &j.finals);
            if finals.iter().all(|&f| self.graph[f].is_complete()) {
                self.succeed_job(job, out);
            }
        }
    }

    /// An attempt succeeded: where its tasks failed counts for all from now on.
    fn note_health(&mut self, ix: StageIx) {
        let stage = &self.graph[ix];
        let key = stage.active.map(|attempt| (stage.id, attempt));
        let set = key.and_then(|key| self.sets.get(&key));
        let (Some(health), Some(set)) = (&mut self.health, set) else {
            return;
        };
        let exclusions = set.exclusions();
        if exclusions.is_some_and(|e| health.attempt_succeeded(set.key(), e, self.now)) {
            self.apply_exclusions();
        }
    }

    /// Lets a task wait for a slot again, if its attempt still launches tasks.
    pub(super) fn try_again(&mut self, ended: &Ended) {
        let Some((ix, SetState::Active)) = self.stage_of(ended) else {
            return;
        };
        let stage = &self.graph[ix];
        if stage.done.contains(ended.index) || stage.kind == StageKind::External {
            return;
        }
        self.enqueue(ended.set(), ended.index);
    }

    /// Lets a task of an active attempt wait for a slot.
    pub(super) fn enqueue(&mut self, key: SetKey, index: u32) {
        if let Some(set) = self.sets.get_mut(&key) {
            set.enqueue(index);
            if set.pending() > 0 {
                self.pools.insert(set.pool(), set.rank());
            }
        }
    }

    pub(super) fn task_failed(&mut self, ended: &Ended, error: Error, out: &mut Vec<Action>) {
        let Some((ix, state)) = self.stage_of(ended) else {
            return;
        };
        if let Some(set) = self.sets.get_mut(&ended.set()) {
            set.failed += 1;
            if let Some(pace) = set.pace_mut() {
                pace.copy_failed(ended.index);
            }
        }
        let lost = self.unread_output(ix, &error);
        if self.graph[ix].kind == StageKind::External {
            self.external_failed(ended, ix, lost, error, out);
        } else if let Some(lost) = lost {
            self.fetch_failed(ended, ix, lost, error, out);
        } else if state == SetState::Active && !self.graph[ix].done.contains(ended.index) {
            self.note_failure(ended);
            let executor = match &ended.place {
                Some(place) => place.at.executor.clone(),
                None => ExecutorId::driver(),
            };
            let (failures, first) = self.graph[ix].count_failure(ended.index, error, executor);
            if failures >= self.conf.max_task_failures {
                let cause = first.clone();
                self.abort_stage(ix, ended, failures, cause, out);
            } else {
                self.try_again(ended);
            }
        }
    }

    fn note_failure(&mut self, ended: &Ended) {
        let set = self.sets.get_mut(&ended.set());
        if let Some((set, place)) = set.zip(ended.place.as_ref()) {
            set.note_failure(ended.index, &place.at, self.now);
        }
    }

    /// The map output that a task of stage `reader` could not read, if that is why it failed.
    fn unread_output(&self, reader: StageIx, error: &Error) -> Option<MapOutput> {
        match error {
            Error::FetchFailed { shuffle, map, .. } => self.find_output(*shuffle, *map, reader),
            _ => None,
        }
    }

    /// A task could not read a map output: that is the fault of neither, and not counted as a
    /// failure of the task.
    fn fetch_failed(
        &mut self,
        ended: &Ended,
        ix: StageIx,
        lost: MapOutput,
        error: Error,
        out: &mut Vec<Action>,
    ) {
        let Some(set) = self.sets.get(&ended.set()) else {
            return;
        };
        let (epoch, counts) = (set.epoch, set.state == SetState::Active);
        if !self.made_before(lost, epoch) {
            // Late news of an output that was dropped, or made again, since.
            self.try_again(ended);
            return;
        }
        let failures = self.graph[ix].fetch_failures + u32::from(counts);
        self.graph[ix].fetch_failures = failures;
        self.note_unread(lost);
        self.lose_fetched(lost, failures, &error, out);
        if counts && failures >= self.conf.max_stage_attempts {
            self.abort_stage(ix, ended, failures, error, out);
        }
    }
}
