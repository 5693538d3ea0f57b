//! How values of a key are combined: [`Combiner`], as three functions ([`Aggregator`]) or into a
//! group ([`Grouping`]).

use std::fmt;

/// How the values of a key become one combined value.
pub trait Combiner<V, C>: Send + Sync {
    /// Begins a combined value with the first value of a key.
    fn create(&self, value: V) -> C;

    /// Adds one more value.
    fn merge_value(&self, combined: &mut C, value: V);

    /// Adds another combined value, whose values were all pushed later.
    fn merge_combiners(&self, combined: &mut C, later: C);
}

/// Spark's `Aggregator`: a [`Combiner`] of three functions.
///
/// ```
/// use flint_core::shuffle::{Aggregator, Combiner};
/// let sum = Aggregator {
///     create_combiner: |v: u32| u64::from(v),
///     merge_value: |sum: &mut u64, v: u32| *sum += u64::from(v),
///     merge_combiners: |sum: &mut u64, other: u64| *sum += other,
/// };
/// let mut total = sum.create(1);
/// sum.merge_value(&mut total, 2);
/// assert_eq!(total, 3);
/// ```
#[derive(Clone, Copy)]
pub struct Aggregator<F, M, X> {
    /// Makes a combined value from the first value of a key.
    pub create_combiner: F,
    /// Adds a value.
    pub merge_value: M,
    /// Adds a combined value.
    pub merge_combiners: X,
}

impl<F, M, X> fmt::Debug for Aggregator<F, M, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregator").finish_non_exhaustive()
    }
}

impl<V, C, F, M, X> Combiner<V, C> for Aggregator<F, M, X>
where
    F: Fn(V) -> C + Send + Sync,
    M: Fn(&mut C, V) + Send + Sync,
    X: Fn(&mut C, C) + Send + Sync,
{
    #[inline]
    fn create(&self, value: V) -> C {
        (self.create_combiner)(value)
    }

    #[inline]
    fn merge_value(&self, combined: &mut C, value: V) {
        (self.merge_value)(combined, value);
    }

    #[inline]
    fn merge_combiners(&self, combined: &mut C, later: C) {
        (self.merge_combiners)(combined, later);
    }
}

/// Collects the values of a key, in order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Grouping;

impl<V> Combiner<V, Vec<V>> for Grouping {
    #[inline]
    fn create(&self, value: V) -> Vec<V> {
        vec![value]
    }

    #[inline]
    fn merge_value(&self, combined: &mut Vec<V>, value: V) {
        combined.push(value);
    }

    #[inline]
    fn merge_combiners(&self, combined: &mut Vec<V>, mut later: Vec<V>) {
        combined.append(&mut later);
    }
}
