//! Sum by key: one table per core over its share of the pairs, then merged, the smaller into the
//! larger.

use rayon::prelude::*;

use super::{Table, mix, share_of};

/// What a sum by key answers, whatever the order of keys: comparable and small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Distinct keys.
    pub keys: usize,
    /// Checksum over keys and sums that ignores their order.
    pub checksum: u64,
}

impl FromIterator<(u64, u64)> for Sums {
    /// Takes each key once, with its sum.
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(sums: I) -> Self {
        sums.into_iter()
            .fold(Self::default(), |all, (key, sum)| Self {
                keys: all.keys + 1,
                checksum: all.checksum.wrapping_add(mix(key, sum)),
            })
    }
}

/// The sum of the values of each key, in a table.
#[derive(Clone, Debug, Default)]
pub struct SumTable(Table<u64, u64>);

impl SumTable {
    /// Reduces the table to its checksum.
    pub fn summary(&self) -> Sums {
        self.0.iter().map(|(&key, &sum)| (key, sum)).collect()
    }

    fn add(&mut self, key: u64, value: u64) {
        let sum = self.0.entry(key).or_default();
        *sum = sum.wrapping_add(value);
    }

    fn merge(mut self, mut other: Self) -> Self {
        if self.0.len() < other.0.len() {
            std::mem::swap(&mut self, &mut other);
        }
        for (key, sum) in other.0 {
            self.add(key, sum);
        }
        self
    }
}

/// Sums the values of each key on all cores, wrapping on overflow.
pub fn run(pairs: &[(u64, u64)]) -> SumTable {
    pairs
        .par_chunks(share_of(pairs.len()))
        .map(|share| {
            let mut table = SumTable::default();
            for &(key, value) in share {
                table.add(key, value);
            }
            table
        })
        .reduce(SumTable::default, SumTable::merge)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::data::pairs;

    #[test]
    fn equals_a_plain_map() {
        for (count, keys) in [(0, 1), (1, 1), (1_000, 1), (5_000, 300), (500, 1_000_000)] {
            let pairs = pairs(count, keys, 9);
            let mut plain = BTreeMap::new();
            for &(key, value) in &pairs {
                *plain.entry(key).or_insert(0) += value;
            }
            assert_eq!(run(&pairs).summary(), plain.into_iter().collect());
        }
    }

    #[test]
    fn the_summary_sees_a_wrong_sum_and_a_missing_key() {
        let right: Sums = [(1, 10), (2, 20)].into_iter().collect();
        assert_eq!(right, [(2, 20), (1, 10)].into_iter().collect());
        assert_ne!(right, [(1, 20), (2, 10)].into_iter().collect());
        assert_ne!(right, [(1, 10)].into_iter().collect());
    }
}
