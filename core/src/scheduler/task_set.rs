//! The tasks of one stage attempt ([`TaskSet`]).
//!
//! A task costs 8 bytes and one bit here (and, in a map stage, 8 bytes and one bit in its stage),
//! because an attempt may have hundreds of thousands. What only some tasks have, such as failures,
//! is kept beside, by index.
//!
//! At most one try of a task runs in a set at a time; another set of the same stage may run
//! another try.

use std::sync::Arc;

use super::bit_set::BitSet;
use super::executors::ExecutorIx;
use super::partitions::Partitions;
use super::pending::Pending;
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

/// Tries of a task so far, and where the last one runs: 0 for nowhere, else the executor's number
/// plus one, with the top bit set if it was told to stop.
#[derive(Clone, Copy, Debug, Default)]
struct Task {
    tries: u32,
    place: u32,
}

const KILLED: u32 = 1 << 31;

impl Task {
    fn executor(self) -> Option<ExecutorIx> {
        (self.place & !KILLED).checked_sub(1)
    }
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
    partitions: Partitions,
    preferred: Arc<Vec<Vec<Location>>>,
    tasks: Vec<Task>,
    running: u32,
    pending: Pending,
}

impl TaskSet {
    /// An active attempt in which `pending` wait for a slot.
    pub(super) fn new(
        rank: SetRank,
        epoch: u32,
        partitions: Partitions,
        preferred: Arc<Vec<Vec<Location>>>,
        pending: BitSet,
    ) -> Self {
        TaskSet {
            state: SetState::Active,
            epoch,
            failed: 0,
            rank,
            tasks: vec![Task::default(); partitions.len() as usize],
            partitions,
            preferred,
            running: 0,
            pending: Pending::new(pending),
        }
    }

    pub(super) fn key(&self) -> SetKey {
        (self.rank.1, self.rank.2)
    }

    pub(super) fn rank(&self) -> SetRank {
        self.rank
    }

    /// Tries that run.
    pub(super) fn running(&self) -> u32 {
        self.running
    }

    /// Tasks that wait for a slot.
    pub(super) fn pending(&self) -> u32 {
        self.pending.len()
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

    /// The last try of a task.
    fn last_try(&self, index: u32) -> AttemptId {
        AttemptId {
            stage: self.rank.1,
            stage_attempt: self.rank.2,
            partition: self.partitions.partition(index),
            attempt: self.tasks[index as usize].tries.saturating_sub(1),
        }
    }

    /// Lets a task wait for a slot, unless it does or runs already.
    pub(super) fn enqueue(&mut self, index: u32) {
        if self.tasks[index as usize].place == 0 {
            let preferred = preferred_by(&self.preferred, &self.partitions, index);
            self.pending.insert(index, preferred);
        }
    }

    /// Lets a task wait no longer.
    pub(super) fn dequeue(&mut self, index: u32) {
        self.pending.remove(index);
    }

    /// Lets no task wait any longer.
    pub(super) fn dequeue_all(&mut self) {
        self.pending.clear();
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

    /// Starts the next try of a task that was taken from the waiting ones.
    pub(super) fn start(&mut self, index: u32, executor: ExecutorIx) -> AttemptId {
        let task = &mut self.tasks[index as usize];
        debug_assert_eq!(task.place, 0, "one try of a task at a time");
        task.tries += 1;
        task.place = executor + 1;
        self.running += 1;
        self.last_try(index)
    }

    /// Ends a try. `None` if it does not run (any more): the news is late or a repetition.
    pub(super) fn end(&mut self, index: u32, attempt: u32) -> Option<ExecutorIx> {
        let task = &mut self.tasks[index as usize];
        let executor = task.executor()?;
        if task.tries != attempt.wrapping_add(1) {
            return None;
        }
        task.place = 0;
        self.running -= 1;
        Some(executor)
    }

    /// Whether a task does not run, and `attempt` was its last try or it was never tried.
    pub(super) fn rests_after(&self, index: u32, attempt: u32) -> bool {
        let task = self.tasks[index as usize];
        task.place == 0 && (task.tries == 0 || task.tries == attempt.wrapping_add(1))
    }

    /// Marks the running try of a task as told to stop, and names it. `None` if nothing runs, or
    /// it was told before.
    pub(super) fn kill(&mut self, index: u32) -> Option<(AttemptId, ExecutorIx)> {
        let task = &mut self.tasks[index as usize];
        let executor = task.executor().filter(|_| task.place & KILLED == 0)?;
        task.place |= KILLED;
        Some((self.last_try(index), executor))
    }

    /// [`kill`](Self::kill) for all tasks.
    pub(super) fn kill_all(&mut self) -> Vec<(AttemptId, ExecutorIx)> {
        if self.running == 0 {
            return Vec::new();
        }
        (0..self.tasks.len() as u32)
            .filter_map(|index| self.kill(index))
            .collect()
    }
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
