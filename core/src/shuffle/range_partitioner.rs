//! [`RangePartitioner`]: partitions that follow one another in the order of keys.

use std::any::Any;
use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::partitioner::Partitioner;
use crate::data::{Data, Total};
use crate::error::{Error, Result};

/// A total order of keys. Every `Fn(&K, &K) -> Ordering` is one.
pub trait KeyOrder<K>: Clone + Send + Sync + 'static {
    /// How `a` relates to `b`.
    fn compare(&self, a: &K, b: &K) -> Ordering;

    /// A number that does not decrease from a key to a greater one, or `None` for all keys of the
    /// type if there is no such number. Records are sorted faster by it.
    #[inline]
    fn prefix(&self, key: &K) -> Option<u64> {
        let _ = key;
        None
    }
}

/// The order of [`Ord`].
#[derive(Clone, Copy, Debug, Default)]
pub struct NaturalOrder;

impl<K: Ord + 'static> KeyOrder<K> for NaturalOrder {
    #[inline]
    fn compare(&self, a: &K, b: &K) -> Ordering {
        a.cmp(b)
    }

    /// Of the primitive numbers, `char`, and [`Total`] floats.
    #[inline]
    fn prefix(&self, key: &K) -> Option<u64> {
        // All but one of these comparisons of types are settled when the code is compiled.
        let key: &dyn Any = key;
        macro_rules! first_of {
            ($($type:ty => $prefix:expr),* $(,)?) => {
                $(if let Some(key) = key.downcast_ref::<$type>() {
                    let prefix: fn($type) -> u64 = $prefix;
                    return Some(prefix(*key));
                })*
            };
        }
        first_of!(
            u8 => u64::from,
            u16 => u64::from,
            u32 => u64::from,
            u64 => |x| x,
            usize => |x| x as u64,
            u128 => |x| (x >> 64) as u64,
            i8 => |x| flipped(x.into()),
            i16 => |x| flipped(x.into()),
            i32 => |x| flipped(x.into()),
            i64 => flipped,
            isize => |x| flipped(x as i64),
            i128 => |x| flipped((x >> 64) as i64),
            char => u64::from,
            Total<f32> => |x| float_prefix(x.0.into()),
            Total<f64> => |x| float_prefix(x.0),
        );
        None
    }
}

/// Signed numbers in the order of unsigned ones.
fn flipped(x: i64) -> u64 {
    x as u64 ^ (1 << 63)
}

/// Floats in the order of unsigned numbers, -0 as 0 and NaN last.
fn float_prefix(x: f64) -> u64 {
    if x.is_nan() {
        return u64::MAX;
    }
    let bits = (x + 0.0).to_bits();
    // Of negative numbers, whose greater ones are nearer to 0, all bits turn; of others the sign.
    bits ^ (((bits as i64 >> 63) as u64) | (1 << 63))
}

impl<K, F: Fn(&K, &K) -> Ordering + Clone + Send + Sync + 'static> KeyOrder<K> for F {
    #[inline]
    fn compare(&self, a: &K, b: &K) -> Ordering {
        self(a, b)
    }
}

/// Partitions by ranges of keys: every key of a partition sorts before every key of the next one
/// (after it, when descending).
///
/// Partition `i` ends with bound `i`, inclusive. Equal keys share a partition, so that few distinct
/// keys need fewer partitions than asked for.
///
/// Bounds are either known at once ([`new`](Self::new); as in Spark, there are then as many
/// partitions as ranges) or set later by a sampling job ([`deferred`](Self::deferred), with the
/// number of partitions asked for, of which the last may stay empty).
///
/// ```
/// use flint_core::shuffle::{Partitioner, RangePartitioner};
/// let up = RangePartitioner::new(vec![10, 20], true);
/// assert_eq!([5, 10, 11, 99].map(|key| up.partition(&key)), [0, 0, 1, 2]);
/// let down = RangePartitioner::new(vec![10, 20], false);
/// assert_eq!([5, 10, 11, 99].map(|key| down.partition(&key)), [2, 2, 1, 0]);
/// ```
pub struct RangePartitioner<K, O = NaturalOrder> {
    bounds: Arc<OnceLock<Vec<K>>>,
    ascending: bool,
    num_partitions: usize,
    order: O,
}

impl<K: Data + Ord> RangePartitioner<K> {
    /// A partitioner with these ascending bounds, and one partition more than bounds.
    pub fn new(bounds: Vec<K>, ascending: bool) -> Self {
        Self::by(bounds, ascending, NaturalOrder)
    }

    /// A partitioner whose bounds are still to be set.
    pub fn deferred(num_partitions: usize, ascending: bool) -> Self {
        Self::deferred_by(num_partitions, ascending, NaturalOrder)
    }
}

impl<K: Data, O: KeyOrder<K>> RangePartitioner<K, O> {
    /// [`new`](RangePartitioner::new) in an order of the caller's own.
    pub fn by(bounds: Vec<K>, ascending: bool, order: O) -> Self {
        let num_partitions = bounds.len() + 1;
        RangePartitioner {
            bounds: Arc::new(OnceLock::from(bounds)),
            ascending,
            num_partitions,
            order,
        }
    }

    /// [`deferred`](RangePartitioner::deferred) in an order of the caller's own.
    ///
    /// # Panics
    /// If there is no partition.
    pub fn deferred_by(num_partitions: usize, ascending: bool, order: O) -> Self {
        assert!(num_partitions > 0, "ranges need at least one partition");
        RangePartitioner {
            bounds: Arc::new(OnceLock::new()),
            ascending,
            num_partitions,
            order,
        }
    }

    /// Sets the bounds, ascending and without duplicates. Once set they stay: later calls change
    /// nothing, so that two jobs that sample at the same time agree.
    ///
    /// # Errors
    /// [`Error::Internal`] if there are more bounds than partitions have ends.
    pub fn set_bounds(&self, bounds: Vec<K>) -> Result<()> {
        if bounds.len() >= self.num_partitions {
            return Err(Error::Internal(format!(
                "{} bounds for {} range partitions",
                bounds.len(),
                self.num_partitions
            )));
        }
        self.bounds.get_or_init(|| bounds);
        Ok(())
    }

    /// The bounds, if they are set.
    pub fn bounds(&self) -> Option<&[K]> {
        self.bounds.get().map(Vec::as_slice)
    }

    /// Whether the first partition has the smallest keys.
    pub fn is_ascending(&self) -> bool {
        self.ascending
    }

    /// The order of keys.
    pub fn order(&self) -> &O {
        &self.order
    }

    fn known_bounds(&self) -> &[K] {
        self.bounds()
            .expect("the sampling job has set the bounds before records are partitioned")
    }

    #[inline]
    fn locate(&self, bounds: &[K], key: &K) -> usize {
        let below =
            bounds.partition_point(|bound| self.order.compare(bound, key) == Ordering::Less);
        if self.ascending {
            below
        } else {
            bounds.len() - below
        }
    }
}

impl<K: Data, O: KeyOrder<K>> Partitioner<K> for RangePartitioner<K, O> {
    fn num_partitions(&self) -> usize {
        self.num_partitions
    }

    fn partition(&self, key: &K) -> usize {
        self.locate(self.known_bounds(), key)
    }

    fn same_as(&self, other: &dyn Any) -> bool {
        let Some(other) = other.downcast_ref::<Self>() else {
            return false;
        };
        if self.ascending != other.ascending || self.num_partitions != other.num_partitions {
            return false;
        }
        let equal = |a: &[K], b: &[K]| {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| self.order.compare(a, b) == Ordering::Equal)
        };
        // Of the same type, the orders are the same function; what they captured may differ, so
        // only orders without captures are compared by their bounds.
        Arc::ptr_eq(&self.bounds, &other.bounds)
            || size_of::<O>() == 0
                && matches!((self.bounds(), other.bounds()), (Some(a), Some(b)) if equal(a, b))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn partition_all(&self, keys: &[&K], out: &mut Vec<u32>) {
        let bounds = self.known_bounds();
        out.extend(keys.iter().map(|key| self.locate(bounds, key) as u32));
    }
}

impl<K, O: Clone> Clone for RangePartitioner<K, O> {
    fn clone(&self) -> Self {
        RangePartitioner {
            bounds: Arc::clone(&self.bounds),
            order: self.order.clone(),
            ..*self
        }
    }
}

impl<K, O> fmt::Debug for RangePartitioner<K, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RangePartitioner")
            .field("num_partitions", &self.num_partitions)
            .field("ascending", &self.ascending)
            .field("bounds", &self.bounds.get().map(Vec::len))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_bounds_agree_with_a_linear_search() {
        let bounds: Vec<u32> = (0..500).map(|i| i * 7).collect();
        let up = RangePartitioner::new(bounds.clone(), true);
        let down = RangePartitioner::new(bounds.clone(), false);
        for key in 0..4000 {
            let below = bounds.iter().filter(|b| **b < key).count();
            assert_eq!(up.partition(&key), below);
            assert_eq!(down.partition(&key), 500 - below);
        }
        let keys: Vec<u32> = (0..4000).collect();
        let mut all = Vec::new();
        up.partition_all(&keys.iter().collect::<Vec<_>>(), &mut all);
        assert!(
            all.iter()
                .zip(&keys)
                .all(|(p, key)| *p as usize == up.partition(key))
        );
    }

    #[test]
    fn bounds_can_be_set_later_and_only_once() {
        let ranges = RangePartitioner::deferred(4, true);
        let copy = ranges.clone();
        assert!(ranges.bounds().is_none());
        assert!(ranges.set_bounds(vec![1, 2, 3, 4]).is_err());
        ranges.set_bounds(vec![10]).unwrap();
        copy.set_bounds(vec![20]).unwrap();
        assert_eq!(copy.bounds(), Some(&[10][..]));
        assert_eq!((copy.num_partitions(), copy.partition(&99)), (4, 1));
    }

    #[test]
    fn floats_can_be_ordered_by_a_function() {
        let ranges = RangePartitioner::by(vec![0.5, 1.5], true, f64::total_cmp);
        assert_eq!(ranges.partition(&f64::NAN), 2);
        assert_eq!(ranges.partition(&-1.0), 0);
    }

    #[test]
    fn same_as_compares_bounds_and_direction() {
        let ranges = RangePartitioner::new(vec![1, 2], true);
        assert!(ranges.same_as(&RangePartitioner::new(vec![1, 2], true)));
        assert!(!ranges.same_as(&RangePartitioner::new(vec![1, 3], true)));
        assert!(!ranges.same_as(&RangePartitioner::new(vec![1, 2], false)));
        let deferred = RangePartitioner::<i32>::deferred(3, true);
        assert!(deferred.same_as(&deferred.clone()));
        assert!(!deferred.same_as(&RangePartitioner::<i32>::deferred(3, true)));
    }

    /// In the order of keys, prefixes never decrease.
    fn prefixes_follow<K: Ord + Clone + fmt::Debug + 'static>(mut keys: Vec<K>) {
        keys.sort();
        let prefix = |key: &K| NaturalOrder.prefix(key).expect("a number");
        for pair in keys.windows(2) {
            assert!(prefix(&pair[0]) <= prefix(&pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn prefixes_follow_the_order() {
        prefixes_follow(vec![i8::MIN, -1, 0, 1, i8::MAX]);
        prefixes_follow(vec![i16::MIN, -1, 0, 1, i16::MAX]);
        prefixes_follow(vec![i32::MIN, -7, 0, 7, i32::MAX]);
        prefixes_follow(vec![i64::MIN, -1, 0, 1, i64::MAX]);
        prefixes_follow(vec![isize::MIN, -1, 0, isize::MAX]);
        prefixes_follow(vec![i128::MIN, -1, 0, 1 << 70, i128::MAX]);
        prefixes_follow(vec![0, 1, u8::MAX]);
        prefixes_follow(vec![0, 1, u16::MAX]);
        prefixes_follow(vec![0, 1, u32::MAX]);
        prefixes_follow(vec![0, 1, u64::MAX]);
        prefixes_follow(vec![0, 1, usize::MAX]);
        prefixes_follow(vec![0, 1, 1 << 70, u128::MAX]);
        prefixes_follow(vec!['a', 'z', '\u{10FFFF}']);
        let floats = [
            f64::NEG_INFINITY,
            -1.5,
            -f64::MIN_POSITIVE,
            -0.0,
            0.0,
            1e-300,
            2.0,
            f64::INFINITY,
            f64::NAN,
        ];
        prefixes_follow(floats.map(Total).to_vec());
        prefixes_follow(floats.map(|x| Total(x as f32)).to_vec());
        let zero = |x: f64| NaturalOrder.prefix(&Total(x));
        assert_eq!(zero(-0.0), zero(0.0), "equal keys, whatever their bits");
        assert_eq!(NaturalOrder.prefix(&"text".to_owned()), None);
    }
}
