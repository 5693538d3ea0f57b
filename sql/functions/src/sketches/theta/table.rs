//! [`Table`]: the keys with the smallest hashes, each with a summary, in the order of Java's tables.
//!
//! A table of at most twice `2^lg` slots keeps entries by double hashing. Too full, it grows eightfold;
//! at its largest it drops all but the `2^lg` smallest hashes, and theta is the next one from then on.
//! The slot of an entry shows in the bytes of tuple sketches.

use super::{Compact, MAX_THETA, Summary};

/// Binary logarithm of the slots of the smallest table.
const SMALLEST: u8 = 5;
/// Binary logarithm of how much a table grows.
const GROWTH: u8 = 3;

/// An entry; the hash 0 says that there is none.
pub(crate) type Entry<S> = (u64, S);

/// The slot of a hash: where it is, or where there is none.
pub(super) fn slot<S>(slots: &[Entry<S>], hash: u64) -> usize {
    let lg = slots.len().trailing_zeros();
    let mask = slots.len() - 1;
    let stride = 2 * ((hash >> lg) as usize & 0x7f) + 1;
    let mut at = hash as usize & mask;
    while slots[at].0 != 0 && slots[at].0 != hash {
        at = (at + stride) & mask;
    }
    at
}

/// Entries in a table of `2^lg` slots.
pub(super) fn laid_out<S: Summary>(
    entries: impl IntoIterator<Item = Entry<S>>,
    lg: u32,
) -> Vec<Entry<S>> {
    let mut slots = vec![(0, S::default()); 1 << lg];
    for entry in entries {
        let at = slot(&slots, entry.0);
        slots[at] = entry;
    }
    slots
}

/// The entries of a table, slot by slot.
pub(super) fn filled<S: Summary>(slots: &[Entry<S>]) -> impl Iterator<Item = Entry<S>> + '_ {
    slots.iter().filter(|(hash, _)| *hash != 0).copied()
}

/// The keys with the smallest hashes.
#[derive(Debug, Clone)]
pub(crate) struct Table<S> {
    lg: u8,
    theta: u64,
    /// Whether no key has ever come.
    empty: bool,
    slots: Vec<Entry<S>>,
    count: usize,
}

impl<S: Summary> Table<S> {
    /// A table that keeps about `2^lg` entries.
    pub(crate) fn new(lg: u8) -> Table<S> {
        let largest = lg + 1;
        let first = if largest <= SMALLEST {
            SMALLEST
        } else {
            (largest - SMALLEST) % GROWTH + SMALLEST
        };
        Table {
            lg,
            theta: MAX_THETA,
            empty: true,
            slots: laid_out([], u32::from(first)),
            count: 0,
        }
    }

    /// How many entries there are at most in the end.
    pub(super) fn nominal(&self) -> usize {
        1 << self.lg
    }

    pub(super) fn lg(&self) -> u8 {
        self.lg
    }

    pub(super) fn theta(&self) -> u64 {
        self.theta
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<S>> + '_ {
        filled(&self.slots)
    }

    /// Bytes that the table holds.
    pub(crate) fn held_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Entry<S>>()
    }

    /// Adds a key: `summary` is that of a new one, what `join` makes of it that of a known one.
    pub(crate) fn add(&mut self, hash: u64, summary: S, join: impl FnOnce(S, S) -> S) {
        self.empty = false;
        if hash == 0 || hash >= self.theta {
            return;
        }
        let at = slot(&self.slots, hash);
        let (known, kept) = &mut self.slots[at];
        if *known == hash {
            *kept = join(*kept, summary);
            return;
        }
        (*known, *kept) = (hash, summary);
        self.count += 1;
        if self.count > self.threshold() {
            self.make_room();
        }
    }

    fn is_largest(&self) -> bool {
        self.slots.len() > self.nominal()
    }

    fn threshold(&self) -> usize {
        match self.is_largest() {
            true => self.slots.len() / 16 * 15,
            false => self.slots.len() / 2,
        }
    }

    fn make_room(&mut self) {
        let mut lg = self.slots.len().trailing_zeros();
        if self.is_largest() {
            self.theta = nth_hash(self.entries(), self.nominal());
        } else {
            lg += u32::from(GROWTH);
        }
        let theta = self.theta;
        self.slots = laid_out(self.entries().filter(|(hash, _)| *hash < theta), lg);
        self.count = self.entries().count();
    }

    /// All that is there.
    pub(crate) fn compact(&self) -> Compact<S> {
        Compact {
            theta: self.theta,
            empty: self.empty,
            entries: self.entries().collect(),
        }
    }
}

/// The hash that `n` others are smaller than; there are more than `n`.
pub(super) fn nth_hash<S>(entries: impl Iterator<Item = Entry<S>>, n: usize) -> u64 {
    let mut hashes: Vec<u64> = entries.map(|(hash, _)| hash).collect();
    *hashes.select_nth_unstable(n).1
}
