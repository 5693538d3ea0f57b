//! Which partitions a stage computes ([`Partitions`]), numbered densely from 0.
//!
//! A job like `take(1)` wants one partition of a hundred thousand. The scheduler keeps its task
//! state by *index* among the wanted ones, so that such a job costs what its tasks cost.

use std::sync::Arc;

/// The wanted partitions, ascending, without repetition.
#[derive(Clone, Debug)]
pub(super) enum Partitions {
    /// All of `0..n`: index and partition are the same.
    All(u32),
    /// These.
    Some(Arc<Vec<u32>>),
}

impl Partitions {
    /// From a stage's spec. The order and repetitions of `wanted` don't matter.
    pub(super) fn new(num_partitions: u32, wanted: Option<Arc<Vec<u32>>>) -> Self {
        match wanted {
            None => Partitions::All(num_partitions),
            Some(w) if w.is_sorted_by(|a, b| a < b) => Partitions::Some(w),
            Some(w) => {
                let mut sorted = w.to_vec();
                sorted.sort_unstable();
                sorted.dedup();
                Partitions::Some(Arc::new(sorted))
            }
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        match self {
            Partitions::All(n) => *n,
            Partitions::Some(w) => w.len() as u32,
        }
    }

    /// The partition at an index in range.
    pub(super) fn partition(&self, index: u32) -> u32 {
        match self {
            Partitions::All(_) => index,
            Partitions::Some(w) => w[index as usize],
        }
    }

    /// The index of a partition, if it is wanted.
    pub(super) fn index_of(&self, partition: u32) -> Option<u32> {
        match self {
            Partitions::All(n) => (partition < *n).then_some(partition),
            Partitions::Some(w) => w.binary_search(&partition).ok().map(|i| i as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subset_is_numbered_densely() {
        let p = Partitions::new(100, Some(Arc::new(vec![70, 3, 70])));
        assert_eq!(p.len(), 2);
        assert_eq!((p.partition(0), p.partition(1)), (3, 70));
        assert_eq!((p.index_of(70), p.index_of(4)), (Some(1), None));
        assert_eq!(Partitions::new(5, None).index_of(5), None);
    }
}
