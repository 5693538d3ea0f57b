//! Which task goes where: waiting tasks meet free slots.
//!
//! Pools say which set has the turn. Within a set, tasks that failed somewhere and have to keep
//! away from there go first, then all others, then copies of slow tasks. A task goes where it
//! prefers to be if there is a free slot, and otherwise anywhere: there is no locality wait. The
//! seam for one is [`LEVELS`]: a set that has to wait would be offered only the first of them, for
//! a time.
//!
//! Each launch costs O(1) amortised beside the choice of the pool: with more slots than tasks the
//! tasks choose, with more tasks than slots the slots choose, so that no side is searched in vain.
//! A task that has to keep away from somewhere costs O(executors).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::executors::{Executor, ExecutorIx, Executors};
use super::machine::Scheduler;
use super::task_set::{SetKey, TaskSet};
use super::types::{Action, AttemptId, Location};

/// How near to its data a task runs, best first.
#[derive(Clone, Copy, Debug)]
enum Level {
    Executor,
    Host,
    NoPreference,
    Any,
}

const LEVELS: [Level; 4] = [
    Level::Executor,
    Level::Host,
    Level::NoPreference,
    Level::Any,
];

impl Scheduler {
    /// Fills free slots with waiting tasks.
    pub(super) fn dispatch(&mut self, out: &mut Vec<Action>) {
        // Sets that can't use any of the slots that are free.
        let mut passed = BTreeSet::new();
        while self.executors.free() > 0
            && let Some(turn) = self.pools.next(&self.sets, &passed)
        {
            let set = self
                .sets
                .get_mut(&(turn.rank.1, turn.rank.2))
                .expect("a set with waiting tasks is kept");
            let mut round = Round {
                set,
                executors: &mut self.executors,
                now: self.now,
                slots: turn.slots,
                out,
            };
            round.fill();
            let left = round.slots;
            self.pools.started(turn.pool, turn.slots - left);
            // None may have waited in the first place: a zombie did their work.
            if round.set.pending() == 0 {
                self.pools.remove(turn.pool, turn.rank);
            } else if left > 0 {
                passed.insert(turn.rank);
            }
        }
    }

    /// The sets with a task that no executor may run, and that task. While there is no executor at
    /// all there is still hope.
    pub(super) fn hopeless(&self) -> Vec<(SetKey, u32)> {
        if self.health.is_none() || self.executors.is_empty() {
            return Vec::new();
        }
        let ready = self.pools.ready();
        ready
            .filter_map(|rank| {
                let key = (rank.1, rank.2);
                let task = self.hopeless_task(self.sets.get(&key)?)?;
                Some((key, task))
            })
            .collect()
    }

    fn hopeless_task(&self, set: &TaskSet) -> Option<u32> {
        let first = set.first_waiting()?;
        let mut open = self.executors.iter().filter(|e| !e.excluded);
        let Some(exclusions) = set.exclusions() else {
            return open.next().is_none().then_some(first);
        };
        let open: Vec<&Executor> = open.filter(|e| !exclusions.forbid(e)).collect();
        if open.is_empty() {
            return Some(first);
        }
        let nowhere = |task: u32| open.iter().all(|e| exclusions.forbid_task(task, e));
        set.held().iter().copied().find(|&task| nowhere(task))
    }
}

/// One set that gets slots.
struct Round<'a> {
    set: &'a mut TaskSet,
    executors: &'a mut Executors,
    now: Duration,
    /// How many slots it still may take.
    slots: u32,
    out: &'a mut Vec<Action>,
}

impl Round<'_> {
    fn fill(&mut self) {
        self.held();
        if !self.set.has_preferences() {
            self.anywhere();
        } else if self.all_fit() {
            self.tasks_choose();
        } else {
            self.slots_choose();
        }
        self.copies();
    }

    /// Whether every fresh task gets a slot now, wherever that is.
    fn all_fit(&self) -> bool {
        let avoids = self.set.exclusions().is_some_and(|e| e.any_executor());
        self.set.fresh() <= self.executors.free().min(self.slots) && !avoids
    }

    /// The next slot that the set may use.
    fn next_slot(&mut self) -> Option<ExecutorIx> {
        if self.slots == 0 {
            return None;
        }
        let exclusions = self.set.exclusions();
        let may = |_, e: &Executor| exclusions.is_none_or(|x| !x.forbid(e));
        self.executors.next_free(may)
    }

    fn launch(&mut self, index: u32, executor: ExecutorIx) {
        let id = self.set.start(index, executor, self.now);
        self.started(id, executor);
    }

    fn started(&mut self, id: AttemptId, executor: ExecutorIx) {
        self.slots -= 1;
        self.executors.acquire(executor, id);
        self.out.push(Action::Launch {
            id,
            executor: self.executors.get(executor).id.clone(),
        });
    }

    /// Tasks that have to keep away from where they failed.
    fn held(&mut self) {
        for index in self.set.held().to_vec() {
            if let Some(executor) = self.slot_for(index, None) {
                self.set.take_held(index);
                self.launch(index, executor);
            }
        }
    }

    /// Copies of slow tasks, away from the tries that they are copies of.
    fn copies(&mut self) {
        for index in self.set.wanted().to_vec() {
            let from = self.set.runs_at(index);
            if let Some(executor) = self.slot_for(index, from) {
                let id = self.set.start_copy(index, executor, self.now);
                self.started(id, executor);
            }
        }
    }

    /// The best free slot for a task that may not use all of them.
    fn slot_for(&mut self, index: u32, away_from: Option<ExecutorIx>) -> Option<ExecutorIx> {
        if self.slots == 0 {
            return None;
        }
        let exclusions = self.set.exclusions();
        let may = |ix: ExecutorIx, e: &Executor| {
            away_from != Some(ix) && exclusions.is_none_or(|x| !x.forbid_task(index, e))
        };
        let mut places = self.set.preferred(index).iter();
        let near = places.find_map(|place| self.executors.free_at(place, may));
        near.or_else(|| self.executors.next_free(may))
    }

    /// The next tasks go to the next slots.
    fn anywhere(&mut self) {
        while self.set.fresh() > 0
            && let Some(executor) = self.next_slot()
        {
            let index = self.set.pop().expect("a task waits");
            self.launch(index, executor);
        }
    }

    /// Every task finds a slot. Those whose preferred place is free take it first.
    fn tasks_choose(&mut self) {
        let mut others = Vec::new();
        while let Some(index) = self.set.pop() {
            let places = self.set.preferred(index);
            let by_executor = places.iter().filter(|p| matches!(p, Location::Executor(_)));
            let by_host = places.iter().filter(|p| matches!(p, Location::Host(_)));
            match by_executor
                .chain(by_host)
                .find_map(|place| self.executors.free_at(place, |_, _| true))
            {
                Some(executor) => self.launch(index, executor),
                None => others.push(index),
            }
        }
        for index in others {
            let executor = self.next_slot().expect("there are as many slots as tasks");
            self.launch(index, executor);
        }
    }

    /// Every slot finds a task, the nearest first.
    fn slots_choose(&mut self) {
        self.set.sort_by_place();
        for level in LEVELS {
            match level {
                Level::Executor | Level::Host => self.offer_near(level),
                Level::NoPreference => self.unplaced(),
                Level::Any => self.anywhere(),
            }
        }
    }

    fn unplaced(&mut self) {
        while let Some(executor) = self.next_slot() {
            let Some(index) = self.set.pop_unplaced() else {
                return;
            };
            self.launch(index, executor);
        }
    }

    /// Offers every free slot to the tasks that prefer its executor or host.
    fn offer_near(&mut self, level: Level) {
        for executor in self.executors.all_free() {
            let there = self.executors.get(executor);
            if self.set.exclusions().is_some_and(|x| x.forbid(there)) {
                continue;
            }
            let place = match level {
                Level::Executor => Location::Executor(there.id.clone()),
                _ => Location::Host(Arc::clone(&there.host)),
            };
            while self.slots > 0
                && self.executors.has_free(executor)
                && let Some(index) = self.set.pop_near(&place)
            {
                self.launch(index, executor);
            }
        }
    }
}
