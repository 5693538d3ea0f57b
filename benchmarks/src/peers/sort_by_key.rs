//! Sort of pairs by key: rayon's parallel quicksort, in place.

use rayon::prelude::*;

use super::mix;

/// What a sort answers, where equal keys may come in any order: comparable and small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Records.
    pub records: usize,
    /// Whether no key is smaller than the one before it.
    pub ascending: bool,
    /// Checksum over the pairs that ignores their order.
    pub checksum: u64,
}

impl Order {
    /// Looks at the pairs in the order in which the sort left them.
    pub fn of<'a>(pairs: impl IntoIterator<Item = &'a (u64, u64)>) -> Self {
        let mut order = Self {
            ascending: true,
            ..Self::default()
        };
        let mut previous = 0;
        for &(key, value) in pairs {
            order.records += 1;
            order.ascending &= previous <= key;
            order.checksum = order.checksum.wrapping_add(mix(key, value));
            previous = key;
        }
        order
    }
}

/// Sorts by key on all cores; equal keys end in any order.
pub fn run(mut pairs: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    pairs.par_sort_unstable_by_key(|&(key, _)| key);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{pairs, unsorted_pairs};

    #[test]
    fn sorts_and_loses_nothing() {
        for input in [
            vec![],
            unsorted_pairs(1, 1),
            unsorted_pairs(10_000, 1),
            pairs(10_000, 20, 1),
        ] {
            let mut plain = input.clone();
            plain.sort();
            let sorted = Order::of(&run(input));
            assert!(sorted.ascending);
            assert_eq!(sorted, Order::of(&plain));
        }
    }

    #[test]
    fn the_answer_sees_disorder() {
        assert!(!Order::of(&[(2, 0), (1, 0)]).ascending);
        assert_ne!(Order::of(&[(1, 0)]), Order::of(&[(1, 1)]));
    }
}
