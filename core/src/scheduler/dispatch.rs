//! Which task goes where: waiting tasks meet free slots.
//!
//! Sets are served in the order of their ranks (FIFO). Within a set, a task goes where it prefers
//! to be if there is a free slot, and otherwise anywhere: there is no locality wait. The seam for
//! one is [`LEVELS`]: a set that has to wait would be offered only the first of them, for a time.
//!
//! Each launch costs O(1) amortised: with more slots than tasks the tasks choose, with more tasks
//! than slots the slots choose, so that no side is searched in vain.

use std::sync::Arc;

use super::executors::{ExecutorIx, Executors};
use super::machine::Scheduler;
use super::task_set::TaskSet;
use super::types::{Action, Location};

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
        while self.executors.free() > 0
            && let Some(&rank) = self.ready.first()
        {
            let set = self
                .sets
                .get_mut(&(rank.1, rank.2))
                .expect("a set with waiting tasks is kept");
            let mut round = Round {
                set,
                executors: &mut self.executors,
                out,
            };
            round.fill();
            // None may have waited in the first place: a zombie did their work.
            if round.set.pending() == 0 {
                self.ready.remove(&rank);
            }
        }
    }
}

/// One set that gets slots.
struct Round<'a> {
    set: &'a mut TaskSet,
    executors: &'a mut Executors,
    out: &'a mut Vec<Action>,
}

impl Round<'_> {
    fn fill(&mut self) {
        if !self.set.has_preferences() {
            self.anywhere();
        } else if self.set.pending() <= self.executors.free() {
            self.tasks_choose();
        } else {
            self.slots_choose();
        }
    }

    fn launch(&mut self, index: u32, executor: ExecutorIx) {
        let id = self.set.start(index, executor);
        self.executors.acquire(executor, id);
        self.out.push(Action::Launch {
            id,
            executor: self.executors.get(executor).id.clone(),
        });
    }

    /// The next tasks go to the next slots.
    fn anywhere(&mut self) {
        while self.set.pending() > 0
            && let Some(executor) = self.executors.next_free()
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
                .find_map(|place| self.executors.free_at(place))
            {
                Some(executor) => self.launch(index, executor),
                None => others.push(index),
            }
        }
        for index in others {
            let executor = self
                .executors
                .next_free()
                .expect("there are as many slots as tasks");
            self.launch(index, executor);
        }
    }

    /// Every slot finds a task, the nearest first.
    fn slots_choose(&mut self) {
        self.set.sort_by_place();
        for level in LEVELS {
            match level {
                Level::Executor | Level::Host => self.offer_near(level),
                Level::NoPreference => {
                    while self.executors.free() > 0
                        && let Some(index) = self.set.pop_unplaced()
                    {
                        let executor = self.executors.next_free().expect("a slot is free");
                        self.launch(index, executor);
                    }
                }
                Level::Any => self.anywhere(),
            }
        }
    }

    /// Offers every free slot to the tasks that prefer its executor or host.
    fn offer_near(&mut self, level: Level) {
        for executor in self.executors.all_free() {
            let there = self.executors.get(executor);
            let place = match level {
                Level::Executor => Location::Executor(there.id.clone()),
                _ => Location::Host(Arc::clone(&there.host)),
            };
            while self.executors.has_free(executor)
                && let Some(index) = self.set.pop_near(&place)
            {
                self.launch(index, executor);
            }
        }
    }
}
