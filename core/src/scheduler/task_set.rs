//! The tasks of one stage attempt ([`TaskSet`]).
//!
//! A task costs 8 bytes and one bit here (and, in a map stage, 8 bytes and one bit in its stage),
//! because an attempt may have hundreds of thousands. What only some tasks have, such as failures,
//! is kept beside, by index.
//!
//! At most one try of a task runs in a set at a time, and a copy of it if it is slow; another set
//! of the same stage may run another try. Tasks that wait are fresh, held (they must keep away from
//! some executors because they failed there), or wanted as copies.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::bit_set::BitSet;
use super::exclusion::{FailedAt, SetExclusions};
use super::executors::ExecutorIx;
use super::partitions::Partitions;
use super::pending::Pending;
use super::pools::PoolIx;
use super::speculation::Pace;
use super::types::{AttemptId, JobId, Location, StageId};

/// What may come of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetState {
    /// The stage's present attempt.
    Active,
    /// Nothing is launched any more, but what still succeeds may be taken. An indeterminate stage
    /// that stops short has none: its tasks are detached, because another attempt's would not fit.
    Zombie,
    /// Whatever it does is ignored; it is remembered only until its slots are back.
    Detached,
}

/// Names a set: its stage and the attempt.
pub(super) type SetKey = (StageId, u32);
/// The order in which sets get slots: first job, stage, attempt.
pub(super) type SetRank = (JobId, StageId, u32);

/// Tries of a task so far, and where the one that is no copy runs: 0 for nowhere, else the executor's number
/// plus one, with the top bit set if it was told to stop.
#[derive(Clone, Copy, Debug, Default)]
struct Task {
    tries: u32,
    place: u32,
}

const KILLED: u32 = 1 << 31;

impl Task {
    fn executor(self) -> Option<ExecutorIx> {
        executor_of(self.place)
    }
}

fn executor_of(place: u32) -> Option<ExecutorIx> {
    (place & !KILLED).checked_sub(1)
}

/// Kept of a task while the try that is no copy is not its last one.
#[derive(Debug)]
struct Double {
    /// The number of that try.
    first: u32,
    /// The last try, if it runs: a copy.
    copy: Option<Copied>,
}

#[derive(Clone, Copy, Debug)]
struct Copied {
    /// As in [`Task`].
    place: u32,
    since: Duration,
}

/// A try that ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndedTry {
    pub(super) executor: ExecutorIx,
    /// When it was started, if anybody wants to know.
    pub(super) since: Option<Duration>,
}

/// What a set is made with.
#[derive(Debug)]
pub(super) struct SetSpec {
    pub(super) rank: SetRank,
    pub(super) pool: PoolIx,
    pub(super) epoch: u32,
    pub(super) partitions: Partitions,
    pub(super) preferred: Arc<Vec<Vec<Location>>>,
    pub(super) pending: BitSet,
    pub(super) pace: Option<Pace>,
    pub(super) exclusions: Option<SetExclusions>,
}

/// One attempt of a stage.
#[derive(Debug)]
pub(super) struct TaskSet {
    pub(super) state: SetState,
    /// When the attempt was submitted, counted in submissions.
    pub(super) epoch: u32,
    /// Tries that failed.
    pub(super) failed: u32,
    rank: SetRank,
    pool: PoolIx,
    partitions: Partitions,
    preferred: Arc<Vec<Vec<Location>>>,
    tasks: Vec<Task>,
    running: u32,
    pending: Pending,
    /// Tasks that wait and must keep away from some executors, oldest first.
    held: Vec<u32>,
    /// Running tasks that are to get a copy, first come first.
    wanted: Vec<u32>,
    doubles: HashMap<u32, Double>,
    pace: Option<Pace>,
    exclusions: Option<SetExclusions>,
}

impl TaskSet {
    /// An active attempt in which `pending` wait for a slot.
    pub(super) fn new(spec: SetSpec) -> Self {
        TaskSet {
            state: SetState::Active,
            epoch: spec.epoch,
            failed: 0,
            rank: spec.rank,
            pool: spec.pool,
            tasks: vec![Task::default(); spec.partitions.len() as usize],
            partitions: spec.partitions,
            preferred: spec.preferred,
            running: 0,
            pending: Pending::new(spec.pending),
            held: Vec::new(),
            wanted: Vec::new(),
            doubles: HashMap::new(),
            pace: spec.pace,
            exclusions: spec.exclusions,
        }
    }

    pub(super) fn key(&self) -> SetKey {
        (self.rank.1, self.rank.2)
    }

    pub(super) fn rank(&self) -> SetRank {
        self.rank
    }

    /// The pool that its slots count for.
    pub(super) fn pool(&self) -> PoolIx {
        self.pool
    }

    /// Tries that run.
    pub(super) fn running(&self) -> u32 {
        self.running
    }

    /// Tasks that wait for a slot, wanted copies among them.
    pub(super) fn pending(&self) -> u32 {
        self.fresh() + self.held.len() as u32 + self.wanted.len() as u32
    }

    /// Tasks that wait for a slot and may run wherever the set may.
    pub(super) fn fresh(&self) -> u32 {
        self.pending.len()
    }

    /// Tasks that wait for a slot away from where they failed.
    pub(super) fn held(&self) -> &[u32] {
        &self.held
    }

    /// Running tasks that wait for a slot for their copy.
    pub(super) fn wanted(&self) -> &[u32] {
        &self.wanted
    }

    /// A task that waits, not for a copy.
    pub(super) fn first_waiting(&self) -> Option<u32> {
        let held = self.held.first().copied();
        held.or_else(|| self.pending.first())
    }

    pub(super) fn pace(&self) -> Option<&Pace> {
        self.pace.as_ref()
    }

    pub(super) fn pace_mut(&mut self) -> Option<&mut Pace> {
        self.pace.as_mut()
    }

    pub(super) fn exclusions(&self) -> Option<&SetExclusions> {
        self.exclusions.as_ref()
    }

    /// Notes where a task failed, so that it, or the set, may avoid the place.
    pub(super) fn note_failure(&mut self, index: u32, at: &FailedAt, now: Duration) {
        if let Some(exclusions) = &mut self.exclusions {
            exclusions.failed(index, at, now);
        }
    }

    /// The partition of a task.
    pub(super) fn partition(&self, index: u32) -> u32 {
        self.partitions.partition(index)
    }

    /// The index of a partition, if the stage computes it.
    pub(super) fn index_of(&self, partition: u32) -> Option<u32> {
        self.partitions.index_of(partition)
    }

    /// Whether any task prefers a place.
    pub(super) fn has_preferences(&self) -> bool {
        !self.preferred.is_empty()
    }

    /// The places that a task prefers.
    pub(super) fn preferred(&self, index: u32) -> &[Location] {
        preferred_by(&self.preferred, &self.partitions, index)
    }

    fn attempt_id(&self, index: u32, attempt: u32) -> AttemptId {
        AttemptId {
            stage: self.rank.1,
            stage_attempt: self.rank.2,
            partition: self.partitions.partition(index),
            attempt,
        }
    }

    /// The number of the last try of a task.
    fn last_try(&self, index: u32) -> u32 {
        self.tasks[index as usize].tries.saturating_sub(1)
    }

    /// The number of the last try of a task that is no copy.
    fn first_try(&self, index: u32) -> u32 {
        let double = self.doubles.get(&index);
        double.map_or_else(|| self.last_try(index), |double| double.first)
    }

    /// Lets a task wait for a slot, unless it does or runs already.
    pub(super) fn enqueue(&mut self, index: u32) {
        if self.tasks[index as usize].place != 0 {
            return;
        }
        let concerned = self.exclusions.as_ref().is_some_and(|e| e.concern(index));
        if !concerned {
            let preferred = preferred_by(&self.preferred, &self.partitions, index);
            self.pending.insert(index, preferred);
        } else if !self.held.contains(&index) {
            self.held.push(index);
        }
    }

    /// Lets a running task wait for a slot for a copy.
    pub(super) fn want_copy(&mut self, index: u32) {
        let task = self.tasks[index as usize];
        if task.place != 0 && task.place & KILLED == 0 && !self.wanted.contains(&index) {
            self.wanted.push(index);
        }
    }

    /// The executor of the try that a copy of the task is wanted of.
    pub(super) fn runs_at(&self, index: u32) -> Option<ExecutorIx> {
        self.tasks[index as usize].executor()
    }

    /// Lets a task wait no longer.
    pub(super) fn dequeue(&mut self, index: u32) {
        self.pending.remove(index);
        self.held.retain(|&held| held != index);
        self.wanted.retain(|&wanted| wanted != index);
        if let Some(pace) = &mut self.pace {
            pace.ended(index);
        }
    }

    /// Lets no task wait any longer.
    pub(super) fn dequeue_all(&mut self) {
        self.pending.clear();
        self.held.clear();
        self.wanted.clear();
        if let Some(pace) = &mut self.pace {
            pace.stop();
        }
    }

    /// Makes the lists that [`pop_near`](Self::pop_near) and
    /// [`pop_unplaced`](Self::pop_unplaced) take from.
    pub(super) fn sort_by_place(&mut self) {
        let (preferred, partitions) = (&self.preferred, &self.partitions);
        self.pending
            .sort_by_place(|index| preferred_by(preferred, partitions, index));
    }

    /// Takes the next waiting task.
    pub(super) fn pop(&mut self) -> Option<u32> {
        self.pending.pop()
    }

    /// Takes the next waiting task that prefers a place.
    pub(super) fn pop_near(&mut self, place: &Location) -> Option<u32> {
        self.pending.pop_near(place)
    }

    /// Takes the next waiting task that prefers no place.
    pub(super) fn pop_unplaced(&mut self) -> Option<u32> {
        self.pending.pop_unplaced()
    }

    /// Takes a task from the held ones.
    pub(super) fn take_held(&mut self, index: u32) {
        self.held.retain(|&held| held != index);
    }

    /// Starts the next try of a task that was taken from the waiting ones.
    pub(super) fn start(&mut self, index: u32, executor: ExecutorIx, now: Duration) -> AttemptId {
        let task = &mut self.tasks[index as usize];
        debug_assert_eq!(task.place, 0, "one try of a task at a time");
        task.tries += 1;
        task.place = executor + 1;
        self.running += 1;
        if let Some(pace) = &mut self.pace {
            pace.started(index, now);
        }
        self.attempt_id(index, self.last_try(index))
    }

    /// Starts a wanted copy of a running task.
    pub(super) fn start_copy(
        &mut self,
        index: u32,
        executor: ExecutorIx,
        now: Duration,
    ) -> AttemptId {
        self.wanted.retain(|&wanted| wanted != index);
        let first = self.first_try(index);
        let (place, since) = (executor + 1, now);
        let copy = Some(Copied { place, since });
        self.doubles.insert(index, Double { first, copy });
        self.tasks[index as usize].tries += 1;
        self.running += 1;
        self.attempt_id(index, self.last_try(index))
    }

    /// Ends a try. `None` if it does not run (any more): the news is late or a repetition.
    pub(super) fn end(&mut self, index: u32, attempt: u32) -> Option<EndedTry> {
        self.tasks[index as usize].executor()?;
        let ended = if attempt == self.first_try(index) {
            self.end_first(index)
        } else if attempt == self.last_try(index) {
            let copy = self.doubles.get_mut(&index)?.copy.take()?;
            executor_of(copy.place).map(|executor| EndedTry {
                executor,
                since: Some(copy.since),
            })
        } else {
            None
        }?;
        self.running -= 1;
        Some(ended)
    }

    /// Ends the try that is no copy. A copy that runs takes its place.
    fn end_first(&mut self, index: u32) -> Option<EndedTry> {
        let copy = self.doubles.remove(&index).and_then(|double| double.copy);
        let task = &mut self.tasks[index as usize];
        let executor = task.executor()?;
        task.place = copy.map_or(0, |copy| copy.place);
        self.wanted.retain(|&wanted| wanted != index);
        let pace = self.pace.as_mut();
        let since = pace.and_then(|pace| match copy {
            Some(copy) => pace.promoted(index, copy.since),
            None => pace.ended(index),
        });
        Some(EndedTry { executor, since })
    }

    /// Whether a task does not run, and `attempt` was its last try or it was never tried.
    pub(super) fn rests_after(&self, index: u32, attempt: u32) -> bool {
        let task = self.tasks[index as usize];
        task.place == 0 && (task.tries == 0 || task.tries == attempt.wrapping_add(1))
    }

    /// Marks the running tries of a task as told to stop, and names those that were not before.
    pub(super) fn kill(&mut self, index: u32) -> Vec<(AttemptId, ExecutorIx)> {
        let mut told = Vec::new();
        let (first, last) = (self.first_try(index), self.last_try(index));
        if let Some(executor) = tell_to_stop(&mut self.tasks[index as usize].place) {
            told.push((self.attempt_id(index, first), executor));
        }
        let copy = self.doubles.get_mut(&index).and_then(|d| d.copy.as_mut());
        if let Some(executor) = copy.and_then(|copy| tell_to_stop(&mut copy.place)) {
            told.push((self.attempt_id(index, last), executor));
        }
        told
    }

    /// [`kill`](Self::kill) for all tasks.
    pub(super) fn kill_all(&mut self) -> Vec<(AttemptId, ExecutorIx)> {
        if self.running == 0 {
            return Vec::new();
        }
        (0..self.tasks.len() as u32)
            .flat_map(|index| self.kill(index))
            .collect()
    }
}

/// Marks the try at a place as told to stop. `None` if nothing runs there, or it was told before.
fn tell_to_stop(place: &mut u32) -> Option<ExecutorIx> {
    let executor = executor_of(*place).filter(|_| *place & KILLED == 0)?;
    *place |= KILLED;
    Some(executor)
}

fn preferred_by<'a>(
    preferred: &'a [Vec<Location>],
    partitions: &Partitions,
    index: u32,
) -> &'a [Location] {
    preferred
        .get(partitions.partition(index) as usize)
        .map_or(&[], Vec::as_slice)
}
