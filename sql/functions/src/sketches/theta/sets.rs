//! Unions, intersections and differences of theta and tuple sketches.
//!
//! What they give is about the keys below the smallest theta of all that went in. Results have their
//! entries in the order that Java's have.

use super::table::{Entry, Table, filled, laid_out, nth_hash, slot};
use super::{Compact, MAX_THETA, Summary};

/// A union of sketches.
#[derive(Debug, Clone)]
pub(crate) struct Union<S> {
    table: Table<S>,
    theta: u64,
    empty: bool,
}

impl<S: Summary> Union<S> {
    /// A union that keeps `2^lg` entries.
    pub(crate) fn new(lg: u8) -> Union<S> {
        Union {
            table: Table::new(lg),
            theta: MAX_THETA,
            empty: true,
        }
    }

    /// Adds a sketch; `join` makes one of the summaries of a key that is there already.
    pub(crate) fn add(&mut self, sketch: &Compact<S>, join: impl Fn(S, S) -> S) {
        if sketch.empty {
            return;
        }
        self.empty = false;
        for (hash, summary) in &sketch.entries {
            self.table.add(*hash, *summary, &join);
        }
        self.theta = self.theta.min(sketch.theta).min(self.table.theta());
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.table.held_bytes()
    }

    /// What is in one of the sketches.
    pub(crate) fn result(&self) -> Compact<S> {
        let whole = self.theta >= self.table.theta() && self.table.count() <= self.table.nominal();
        if self.empty || whole {
            let theta = self.table.theta();
            return Compact::new(theta, self.empty, self.table.entries().collect());
        }
        let below = |theta: u64| self.table.entries().filter(move |(hash, _)| *hash < theta);
        let theta = self.theta.min(self.table.theta());
        let nominal = self.table.nominal();
        let theta = match below(theta).count() > nominal {
            true => nth_hash(below(theta), nominal),
            false => theta,
        };
        Compact::new(theta, false, below(theta).collect())
    }
}

/// Rows, or partial results, on their way to a sketch.
#[derive(Debug, Clone)]
pub(crate) enum Building<S> {
    /// Rows alone.
    Rows(Table<S>),
    /// Other sketches, too.
    Merged(Union<S>),
}

impl<S: Summary> Building<S> {
    pub(crate) fn new(lg: u8) -> Building<S> {
        Building::Rows(Table::new(lg))
    }

    /// Adds a row's key.
    pub(crate) fn add(&mut self, hash: u64, summary: S, join: impl Fn(S, S) -> S) {
        match self {
            Building::Rows(table) => table.add(hash, summary, join),
            Building::Merged(union) => {
                let alone = Compact::new(MAX_THETA, false, vec![(hash, summary)]);
                union.add(&alone, join);
            }
        }
    }

    /// Adds a partial result.
    pub(crate) fn merge(&mut self, sketch: &Compact<S>, join: impl Fn(S, S) -> S) {
        if let Building::Rows(table) = self {
            let mut union = Union::new(table.lg());
            union.add(&table.compact(), &join);
            *self = Building::Merged(union);
        }
        if let Building::Merged(union) = self {
            union.add(sketch, join);
        }
    }

    /// What is there, for others to merge.
    pub(crate) fn partial(&self) -> Compact<S> {
        match self {
            Building::Rows(table) => table.compact(),
            Building::Merged(union) => union.result(),
        }
    }

    /// What is there, with no more keys than were asked for.
    pub(crate) fn trimmed(&self, join: impl Fn(S, S) -> S) -> Compact<S> {
        match self {
            Building::Merged(union) => union.result(),
            Building::Rows(table) => {
                let mut union = Union::new(table.lg());
                union.add(&table.compact(), join);
                union.result()
            }
        }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        match self {
            Building::Rows(table) => table.held_bytes(),
            Building::Merged(union) => union.held_bytes(),
        }
    }
}

/// An intersection of sketches.
#[derive(Debug, Clone)]
pub(crate) struct Intersection<S> {
    theta: u64,
    empty: bool,
    slots: Vec<Entry<S>>,
    /// Whether no sketch has come so far.
    fresh: bool,
}

impl<S: Summary> Default for Intersection<S> {
    fn default() -> Intersection<S> {
        Intersection {
            theta: MAX_THETA,
            empty: false,
            slots: Vec::new(),
            fresh: true,
        }
    }
}

impl<S: Summary> Intersection<S> {
    /// Leaves only what the sketch has, too; `join` makes one of both summaries of a key.
    pub(crate) fn add(&mut self, sketch: &Compact<S>, join: impl Fn(S, S) -> S) {
        let first = std::mem::take(&mut self.fresh);
        if self.empty || sketch.empty {
            (self.theta, self.empty) = (MAX_THETA, true);
            self.slots.clear();
            return;
        }
        self.theta = self.theta.min(sketch.theta);
        let both: Vec<Entry<S>> = if first {
            sketch.entries.clone()
        } else if self.slots.is_empty() {
            Vec::new()
        } else {
            let below = sketch.entries.iter().filter(|(hash, _)| *hash < self.theta);
            below
                .filter_map(|(hash, summary)| {
                    let (known, kept) = self.slots[slot(&self.slots, *hash)];
                    (known == *hash).then(|| (*hash, join(kept, *summary)))
                })
                .collect()
        };
        self.slots = match both.len() {
            0 => Vec::new(),
            count => laid_out(both, table_size(count)),
        };
    }

    /// What all sketches have; `None` if there was none.
    pub(crate) fn result(&self) -> Option<Compact<S>> {
        let below = |entry: &Entry<S>| entry.0 < self.theta;
        (!self.fresh).then(|| {
            let entries = filled(&self.slots).filter(below).collect();
            Compact::new(self.theta, self.empty, entries)
        })
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Entry<S>>()
    }
}

/// Binary logarithm of the slots for so many entries: at most three quarters are taken.
fn table_size(count: usize) -> u32 {
    let least = (count * 4).div_ceil(3);
    least.next_power_of_two().max(16).trailing_zeros()
}

/// What the first sketch has and the second has not.
pub(crate) fn difference<S: Summary, T: Summary>(
    first: &Compact<S>,
    second: &Compact<T>,
) -> Compact<S> {
    if first.empty {
        return first.clone();
    }
    let theta = first.theta.min(second.theta);
    let others = laid_out(
        second.entries.iter().copied(),
        table_size(second.entries.len()),
    );
    let stays = |(hash, _): &Entry<S>| *hash < theta && others[slot(&others, *hash)].0 != *hash;
    let entries: Vec<_> = first.entries.iter().copied().filter(stays).collect();
    let empty = entries.is_empty() && theta == MAX_THETA;
    Compact::new(theta, empty, entries)
}
