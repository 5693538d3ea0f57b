//! Executors and their slots ([`Executors`]).
//!
//! Executors are known by a small number (`u32`) inside the scheduler, so that a task's place
//! costs 4 bytes. A number is reused only after everything that bore it is gone. Free slots are
//! handed out round robin in O(1).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::types::{AttemptId, ExecutorId, Location};

/// The number of an executor.
pub(super) type ExecutorIx = u32;

/// An executor and what runs there.
#[derive(Debug)]
pub(super) struct Executor {
    pub(super) id: ExecutorId,
    pub(super) host: Arc<str>,
    slots: u32,
    running: Vec<AttemptId>,
    /// Whether it stands in the ring of those with free slots.
    in_ring: bool,
    /// Whether it gets no tasks, whoever they belong to.
    pub(super) excluded: bool,
}

impl Executor {
    fn free(&self) -> u32 {
        if self.excluded {
            return 0;
        }
        self.slots.saturating_sub(self.running.len() as u32)
    }
}

/// All executors.
#[derive(Debug, Default)]
pub(super) struct Executors {
    all: Vec<Option<Executor>>,
    vacant: Vec<ExecutorIx>,
    by_id: HashMap<ExecutorId, ExecutorIx>,
    by_host: HashMap<Arc<str>, Vec<ExecutorIx>>,
    /// Every executor with a free slot, and some without.
    ring: VecDeque<ExecutorIx>,
    free: u32,
}

impl Executors {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Free slots of all.
    pub(super) fn free(&self) -> u32 {
        self.free
    }

    /// Slots that are taken.
    pub(super) fn used(&self) -> u32 {
        self.all
            .iter()
            .flatten()
            .map(|e| e.running.len() as u32)
            .sum()
    }

    /// Slots of all.
    pub(super) fn slots(&self) -> u32 {
        self.all.iter().flatten().map(|e| e.slots).sum()
    }

    /// The executor of a number in use.
    pub(super) fn get(&self, ix: ExecutorIx) -> &Executor {
        self.all[ix as usize]
            .as_ref()
            .expect("a number is in use as long as anything bears it")
    }

    fn get_mut(&mut self, ix: ExecutorIx) -> &mut Executor {
        self.all[ix as usize]
            .as_mut()
            .expect("a number is in use as long as anything bears it")
    }

    /// Adds an executor. One that is there already keeps its tasks and gets the new number of
    /// slots.
    pub(super) fn add(&mut self, id: ExecutorId, host: Arc<str>, slots: u32) {
        let ix = match self.by_id.get(&id) {
            Some(&ix) => {
                self.leave_host(ix);
                ix
            }
            None => self.vacant.pop().unwrap_or_else(|| {
                self.all.push(None);
                self.all.len() as u32 - 1
            }),
        };
        self.by_host.entry(Arc::clone(&host)).or_default().push(ix);
        self.by_id.insert(id.clone(), ix);
        let place = &mut self.all[ix as usize];
        let (running, in_ring) = match place.take() {
            Some(known) => {
                self.free -= known.free();
                (known.running, known.in_ring)
            }
            None => (Vec::new(), false),
        };
        let excluded = false;
        let executor = Executor {
            id,
            host,
            slots,
            running,
            in_ring,
            excluded,
        };
        self.free += executor.free();
        *place = Some(executor);
        self.enter_ring(ix);
    }

    /// Removes an executor. Returns its number, which is reused only after
    /// [`recycle`](Self::recycle).
    pub(super) fn remove(&mut self, id: &ExecutorId) -> Option<ExecutorIx> {
        let ix = self.by_id.remove(id)?;
        self.leave_host(ix);
        self.ring.retain(|&i| i != ix);
        let executor = self.all[ix as usize].take()?;
        self.free -= executor.free();
        Some(ix)
    }

    /// What runs at an executor.
    pub(super) fn running_at(&self, id: &ExecutorId) -> &[AttemptId] {
        self.by_id.get(id).map_or(&[], |&ix| &self.get(ix).running)
    }

    /// Gives the number of a removed executor back, now that nothing bears it any more.
    pub(super) fn recycle(&mut self, ix: ExecutorIx) {
        self.vacant.push(ix);
    }

    fn leave_host(&mut self, ix: ExecutorIx) {
        let host = Arc::clone(&self.get(ix).host);
        if let Some(there) = self.by_host.get_mut(&host) {
            there.retain(|&i| i != ix);
            if there.is_empty() {
                self.by_host.remove(&host);
            }
        }
    }

    fn enter_ring(&mut self, ix: ExecutorIx) {
        let executor = self.get_mut(ix);
        if executor.free() > 0 && !executor.in_ring {
            executor.in_ring = true;
            self.ring.push_back(ix);
        }
    }

    /// Takes a slot of an executor that has a free one.
    pub(super) fn acquire(&mut self, ix: ExecutorIx, attempt: AttemptId) {
        let executor = self.get_mut(ix);
        debug_assert!(
            executor.free() > 0,
            "a slot is taken only where one is free"
        );
        executor.running.push(attempt);
        self.free -= 1;
    }

    /// Gives a slot back, if the attempt held one.
    pub(super) fn release(&mut self, ix: ExecutorIx, attempt: AttemptId) {
        let executor = self.get_mut(ix);
        if let Some(at) = executor.running.iter().position(|&a| a == attempt) {
            let before = executor.free();
            executor.running.swap_remove(at);
            self.free += self.get(ix).free() - before;
            self.enter_ring(ix);
        }
    }

    /// The executor whose turn it is, among those with a free slot that are wanted.
    pub(super) fn next_free(
        &mut self,
        wanted: impl Fn(ExecutorIx, &Executor) -> bool,
    ) -> Option<ExecutorIx> {
        for _ in 0..self.ring.len() {
            let ix = self.ring.pop_front()?;
            let executor = self.get_mut(ix);
            if executor.free() == 0 {
                executor.in_ring = false;
                continue;
            }
            self.ring.push_back(ix);
            if wanted(ix, self.get(ix)) {
                return Some(ix);
            }
        }
        None
    }

    /// All executors.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Executor> {
        self.all.iter().flatten()
    }

    /// The most slots that one executor has.
    pub(super) fn slots_of_one(&self) -> u32 {
        self.iter().map(|e| e.slots).max().unwrap_or(0)
    }

    /// Says anew which executors get no tasks at all.
    pub(super) fn exclude(&mut self, excluded: impl Fn(&Executor) -> bool) {
        for ix in 0..self.all.len() as ExecutorIx {
            let Some(executor) = &mut self.all[ix as usize] else {
                continue;
            };
            self.free -= executor.free();
            executor.excluded = excluded(executor);
            self.free += executor.free();
            self.enter_ring(ix);
        }
    }

    /// All executors with a free slot, the one whose turn it is first.
    pub(super) fn all_free(&self) -> Vec<ExecutorIx> {
        self.ring
            .iter()
            .copied()
            .filter(|&ix| self.has_free(ix))
            .collect()
    }

    /// Whether an executor has a free slot.
    pub(super) fn has_free(&self, ix: ExecutorIx) -> bool {
        self.get(ix).free() > 0
    }

    /// An executor with a free slot at a place, if it is wanted.
    pub(super) fn free_at(
        &self,
        place: &Location,
        wanted: impl Fn(ExecutorIx, &Executor) -> bool,
    ) -> Option<ExecutorIx> {
        let good = |ix: &ExecutorIx| self.has_free(*ix) && wanted(*ix, self.get(*ix));
        match place {
            Location::Executor(id) => self.by_id.get(id).copied().filter(good),
            Location::Host(host) => self.by_host.get(host)?.iter().copied().find(good),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(partition: u32) -> AttemptId {
        AttemptId {
            stage: 0,
            stage_attempt: 0,
            partition,
            attempt: 0,
        }
    }

    fn anywhere(_: ExecutorIx, _: &Executor) -> bool {
        true
    }

    fn two_on_one_host() -> Executors {
        let mut e = Executors::default();
        e.add(ExecutorId::new("a"), "h".into(), 2);
        e.add(ExecutorId::new("b"), "h".into(), 1);
        e
    }

    #[test]
    fn free_slots_go_round_robin_and_are_freed_once() {
        let mut e = two_on_one_host();
        let mut taken = Vec::new();
        while let Some(ix) = e.next_free(anywhere) {
            e.acquire(ix, attempt(taken.len() as u32));
            taken.push(ix);
        }
        assert_eq!((taken, e.free()), (vec![0, 1, 0], 0));
        e.release(1, attempt(1));
        e.release(1, attempt(1));
        assert_eq!((e.free(), e.next_free(anywhere)), (1, Some(1)));
    }

    #[test]
    fn an_executor_that_comes_again_keeps_its_tasks() {
        let mut e = two_on_one_host();
        e.acquire(0, attempt(0));
        e.add(ExecutorId::new("a"), "g".into(), 1);
        assert_eq!((e.free(), e.slots(), e.used()), (1, 2, 1));
        assert_eq!(e.free_at(&Location::Host("g".into()), anywhere), None);
        e.release(0, attempt(0));
        assert_eq!(e.free_at(&Location::Host("g".into()), anywhere), Some(0));
    }

    #[test]
    fn a_lost_executor_takes_its_slots_along() {
        let mut e = two_on_one_host();
        e.acquire(0, attempt(7));
        assert_eq!(e.running_at(&ExecutorId::new("a")), [attempt(7)]);
        let ix = e.remove(&ExecutorId::new("a")).unwrap();
        assert_eq!((ix, e.free()), (0, 1));
        e.recycle(ix);
        e.add(ExecutorId::new("c"), "h".into(), 3);
        assert_eq!(
            (
                e.free(),
                e.free_at(&Location::Executor(ExecutorId::new("c")), anywhere)
            ),
            (4, Some(0))
        );
    }
}
