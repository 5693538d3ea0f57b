//! Which tasks of a stage attempt wait for a slot, and in which order ([`Pending`]).
//!
//! One bit says whether a task waits; everything else is only an order of search and may hold
//! stale entries, which are skipped once and for all when met. Fresh tasks are found by a cursor
//! over the bits, tasks that come back (or external ones that ask) by a queue that goes first.
//! Lists by preferred place are made only when there are more tasks than slots, 4 bytes for each
//! preference. Each choice is O(1) amortised.

use std::collections::{HashMap, VecDeque};

use super::bit_set::BitSet;
use super::types::Location;

/// The waiting tasks of one stage attempt.
#[derive(Debug)]
pub(super) struct Pending {
    waiting: BitSet,
    /// No fresh task waits below this index.
    cursor: u32,
    /// Tasks that came later, oldest first.
    again: VecDeque<u32>,
    places: Option<Places>,
}

/// Waiting tasks by preferred place; the next one is last.
#[derive(Debug, Default)]
struct Places {
    near: HashMap<Location, Vec<u32>>,
    anywhere: Vec<u32>,
}

impl Places {
    fn push(&mut self, index: u32, preferred: &[Location]) {
        if preferred.is_empty() {
            self.anywhere.push(index);
        }
        for place in preferred {
            match self.near.get_mut(place) {
                Some(list) => list.push(index),
                None => _ = self.near.insert(place.clone(), vec![index]),
            }
        }
    }
}

impl Pending {
    /// These wait.
    pub(super) fn new(waiting: BitSet) -> Self {
        Pending {
            waiting,
            cursor: 0,
            again: VecDeque::new(),
            places: None,
        }
    }

    /// How many wait.
    pub(super) fn len(&self) -> u32 {
        self.waiting.count()
    }

    /// Lets a task wait (again).
    pub(super) fn insert(&mut self, index: u32, preferred: &[Location]) {
        if self.waiting.insert(index) {
            self.again.push_back(index);
            if let Some(places) = &mut self.places {
                places.push(index, preferred);
            }
        }
    }

    /// Lets a task wait no longer.
    pub(super) fn remove(&mut self, index: u32) {
        self.waiting.remove(index);
    }

    /// Lets none wait.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.again = VecDeque::new();
        self.places = None;
    }

    /// The first one that waits, by index.
    pub(super) fn first(&self) -> Option<u32> {
        self.waiting.next_from(0)
    }

    /// Takes the next task, whatever it prefers.
    pub(super) fn pop(&mut self) -> Option<u32> {
        while let Some(index) = self.again.pop_front() {
            if self.waiting.remove(index) {
                return Some(index);
            }
        }
        let index = self.waiting.next_from(self.cursor)?;
        self.cursor = index + 1;
        self.waiting.remove(index);
        Some(index)
    }

    /// Makes the lists by place, if there are none yet. `preferred` gives a task's places.
    pub(super) fn sort_by_place<'a>(&mut self, preferred: impl Fn(u32) -> &'a [Location]) {
        if self.places.is_some() {
            return;
        }
        let mut places = Places::default();
        for index in self.waiting.iter() {
            places.push(index, preferred(index));
        }
        places.near.values_mut().for_each(|list| list.reverse());
        places.anywhere.reverse();
        self.places = Some(places);
    }

    /// Takes the next task that prefers this place. None without
    /// [`sort_by_place`](Self::sort_by_place).
    pub(super) fn pop_near(&mut self, place: &Location) -> Option<u32> {
        let list = self.places.as_mut()?.near.get_mut(place)?;
        pop_waiting(list, &mut self.waiting)
    }

    /// Takes the next task that prefers no place. None without
    /// [`sort_by_place`](Self::sort_by_place).
    pub(super) fn pop_unplaced(&mut self) -> Option<u32> {
        pop_waiting(&mut self.places.as_mut()?.anywhere, &mut self.waiting)
    }
}

fn pop_waiting(list: &mut Vec<u32>, waiting: &mut BitSet) -> Option<u32> {
    while let Some(index) = list.pop() {
        if waiting.remove(index) {
            return Some(index);
        }
    }
    // Nobody will look here again unless a task comes back: give the memory away.
    *list = Vec::new();
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::ExecutorId;

    fn all(n: u32) -> Pending {
        Pending::new(BitSet::new(n).complement(n))
    }

    #[test]
    fn those_that_come_back_go_first() {
        let mut p = all(4);
        assert_eq!((p.pop(), p.pop()), (Some(0), Some(1)));
        p.insert(0, &[]);
        assert_eq!(
            (p.pop(), p.pop(), p.pop(), p.pop()),
            (Some(0), Some(2), Some(3), None)
        );
    }

    #[test]
    fn a_task_is_taken_once_whichever_list_it_stands_in() {
        let here = Location::Executor(ExecutorId::new("here"));
        let near = [vec![here.clone()], vec![], vec![here.clone()]];
        let mut p = all(3);
        p.sort_by_place(|i| &near[i as usize]);
        assert_eq!(p.pop(), Some(0));
        assert_eq!(p.pop_near(&here), Some(2));
        assert_eq!(p.pop_near(&here), None);
        p.insert(0, &near[0]);
        assert_eq!(p.pop_near(&here), Some(0));
        assert_eq!((p.pop_unplaced(), p.pop(), p.len()), (Some(1), None, 0));
    }
}
