//! Which reduce partition a key belongs to.

use std::any::Any;
use std::fmt;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::hash::{fold, hash_of};

/// Assigns keys to partitions. The same key must always get the same partition, in every process.
///
/// ```
/// use std::any::Any;
/// use flint_core::shuffle::Partitioner;
///
/// /// Keeps the keys of one customer together.
/// #[derive(Debug)]
/// struct ByCustomer(usize);
///
/// impl Partitioner<(u64, String)> for ByCustomer {
///     fn num_partitions(&self) -> usize {
///         self.0
///     }
///     fn partition(&self, key: &(u64, String)) -> usize {
///         key.0 as usize % self.0
///     }
///     fn same_as(&self, other: &dyn Any) -> bool {
///         other.downcast_ref::<Self>().is_some_and(|o| o.0 == self.0)
///     }
///     fn as_any(&self) -> &dyn Any {
///         self
///     }
/// }
/// assert_eq!(ByCustomer(4).partition(&(7, "pen".to_owned())), 3);
/// ```
pub trait Partitioner<K>: Send + Sync + fmt::Debug + 'static {
    /// Number of partitions.
    fn num_partitions(&self) -> usize;

    /// The partition of a key, from 0 up to, but not including,
    /// [`num_partitions`](Self::num_partitions).
    fn partition(&self, key: &K) -> usize;

    /// Whether another partitioner puts every key into the same partition, so that data partitioned
    /// by it need not move. When in doubt, `false`.
    fn same_as(&self, other: &dyn Any) -> bool;

    /// The partitioner, for `downcast_ref`.
    fn as_any(&self) -> &dyn Any;

    /// Appends the partitions of a chunk of keys: one virtual call for all of them.
    fn partition_all(&self, keys: &[&K], out: &mut Vec<u32>) {
        // What is far out of range must not come back into it.
        let narrow = |partition| u32::try_from(partition).unwrap_or(u32::MAX);
        out.extend(keys.iter().map(|key| narrow(self.partition(key))));
    }
}

/// Spreads keys by their hash ([`hash_of`]).
///
/// ```
/// use flint_core::shuffle::{HashPartitioner, Partitioner};
/// let partitioner = HashPartitioner::new(8);
/// assert!(partitioner.partition(&"key") < 8);
/// assert_eq!(partitioner.partition(&"key"), partitioner.partition(&"key"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashPartitioner {
    partitions: u32,
}

impl HashPartitioner {
    /// Mixes the hash once more before its high bits choose the partition, so that the keys of one
    /// partition still differ in all bits of the hash: tables below use those.
    const REMIX: u64 = 0xA409_3822_299F_31D1;

    /// A partitioner over `partitions` partitions.
    ///
    /// # Panics
    /// If there are 2^32 partitions or more.
    pub fn new(partitions: usize) -> Self {
        let partitions = u32::try_from(partitions).expect("fewer than 2^32 partitions");
        HashPartitioner { partitions }
    }

    /// The partition of a key with this hash.
    #[inline]
    pub fn of_hash(&self, hash: u64) -> u32 {
        let mixed = fold(hash, Self::REMIX);
        ((u128::from(mixed) * u128::from(self.partitions)) >> 64) as u32
    }
}

impl<K: Hash + 'static> Partitioner<K> for HashPartitioner {
    fn num_partitions(&self) -> usize {
        self.partitions as usize
    }

    #[inline]
    fn partition(&self, key: &K) -> usize {
        self.of_hash(hash_of(key)) as usize
    }

    fn same_as(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Self>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_partitions_are_even_and_pinned() {
        let mut counts = [0u32; 7];
        for i in 0..70_000u64 {
            counts[HashPartitioner::new(7).partition(&i)] += 1;
        }
        assert!(
            counts.iter().all(|n| n.abs_diff(10_000) < 500),
            "{counts:?}"
        );
        let pinned: Vec<usize> = (0..8u64)
            .map(|i| HashPartitioner::new(100).partition(&i))
            .collect();
        assert_eq!(pinned, PINNED);
    }

    const PINNED: [usize; 8] = [55, 79, 53, 85, 51, 86, 68, 83];

    #[test]
    fn keys_of_one_partition_still_differ_in_all_bits() {
        let partitioner = HashPartitioner::new(64);
        let mut ones = [0u32; 64];
        let hashes = (0..200_000u64)
            .map(|i| hash_of(&i))
            .filter(|h| partitioner.of_hash(*h) == 5);
        let mut total = 0;
        for hash in hashes {
            total += 1;
            ones.iter_mut()
                .enumerate()
                .for_each(|(bit, n)| *n += (hash >> bit & 1) as u32);
        }
        assert!(
            ones.iter().all(|n| n.abs_diff(total / 2) < total / 10),
            "{total}: {ones:?}"
        );
    }

    #[test]
    fn same_as_compares_kind_and_number() {
        let eight: &dyn Partitioner<u64> = &HashPartitioner::new(8);
        assert!(eight.same_as(&HashPartitioner::new(8)));
        assert!(!eight.same_as(&HashPartitioner::new(9)));
        assert!(!eight.same_as(&"something else"));
    }
}
