//! [`Map`]: counts of items, slot by slot as Java's `ReversePurgeItemHashMap` has them.
//!
//! Items are hashed to a slot and take the next free one. Which slot an item has shows in the order of
//! equally frequent items, so that hashes, growth and deletion are Java's.

use super::Item;

/// A taken slot.
#[derive(Debug, Clone)]
struct Slot {
    item: Item,
    count: i64,
    /// How far the item is from where its hash sent it, from 1.
    drift: u16,
}

/// Counts of items.
#[derive(Debug, Clone)]
pub(super) struct Map {
    slots: Vec<Option<Slot>>,
    active: usize,
}

/// The golden ratio's reciprocal: steps of this share of a table visit all its slots, spread evenly.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

impl Map {
    /// A map of `2^lg` slots.
    pub(super) fn new(lg: u8) -> Map {
        Map {
            slots: vec![None; 1 << lg],
            active: 0,
        }
    }

    pub(super) fn lg(&self) -> u8 {
        self.slots.len().trailing_zeros() as u8
    }

    /// How many items there are.
    pub(super) fn active(&self) -> usize {
        self.active
    }

    /// How many items there may be.
    pub(super) fn capacity(&self) -> usize {
        self.slots.len() / 4 * 3
    }

    /// Bytes that the map holds, texts aside.
    pub(super) fn held_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Option<Slot>>()
    }

    pub(super) fn add(&mut self, item: Item, count: i64) {
        let mask = self.slots.len() - 1;
        let mut at = item.slot_hash() as usize & mask;
        let mut drift = 1;
        while let Some(slot) = &mut self.slots[at] {
            if slot.item == item {
                slot.count += count;
                return;
            }
            at = (at + 1) & mask;
            drift += 1;
        }
        self.slots[at] = Some(Slot { item, count, drift });
        self.active += 1;
    }

    /// Twice as many slots.
    pub(super) fn grow(&mut self) {
        let mut grown = Map::new(self.lg() + 1);
        for slot in std::mem::take(&mut self.slots).into_iter().flatten() {
            grown.add(slot.item, slot.count);
        }
        *self = grown;
    }

    /// Takes the median of the first `sample` counts away from all, and the items that have none left;
    /// the median.
    pub(super) fn purge(&mut self, sample: usize) -> i64 {
        let mut counts: Vec<i64> = self
            .by_slot()
            .map(|(_, count)| count)
            .take(sample)
            .collect();
        let middle = counts.len() / 2;
        let median = *counts.select_nth_unstable(middle).1;
        for slot in self.slots.iter_mut().flatten() {
            slot.count -= median;
        }
        self.drop_without_count();
        median
    }

    fn drop_without_count(&mut self) {
        // From a free slot down, so that no run of slots is cut.
        let free = self.slots.iter().rposition(Option::is_none).unwrap_or(0);
        for at in (0..free).rev().chain((free..self.slots.len()).rev()) {
            let spent = |slot: &Slot| slot.count <= 0;
            if self.slots[at].as_ref().is_some_and(spent) {
                self.delete(at);
                self.active -= 1;
            }
        }
    }

    /// Frees a slot, and moves those behind it closer to where their hashes sent them.
    fn delete(&mut self, at: usize) {
        let mask = self.slots.len() - 1;
        let mut hole = at;
        self.slots[hole] = None;
        let mut next = (hole + 1) & mask;
        let mut distance = 1;
        while let Some(slot) = &mut self.slots[next] {
            if slot.drift > distance {
                slot.drift -= distance;
                let moved = self.slots[next].take();
                self.slots[hole] = moved;
                hole = next;
                distance = 0;
            }
            next = (next + 1) & mask;
            distance += 1;
        }
    }

    /// Items and counts, slot by slot.
    pub(super) fn by_slot(&self) -> impl Iterator<Item = (&Item, i64)> {
        let taken = self.slots.iter().flatten();
        taken.map(|slot| (&slot.item, slot.count))
    }

    /// Items and counts in golden steps.
    pub(super) fn by_steps(&self) -> impl Iterator<Item = (&Item, i64)> {
        let step = (self.slots.len() as f64 * GOLDEN) as usize | 1;
        let mask = self.slots.len() - 1;
        let visits = (0..self.slots.len()).map(move |i| i.wrapping_mul(step) & mask);
        visits
            .filter_map(move |at| self.slots[at].as_ref())
            .map(|slot| (&slot.item, slot.count))
    }
}
