//! `tree_aggregate` and `tree_reduce`: partial results are merged on executors, level by level,
//! before the last few come to the driver.
//!
//! With `n` partitions and a depth `d` each level divides their number by about `n^(1/d)`; a level
//! is a shuffle in which partial result `i` goes to partition `i % count`. Levels stop where one
//! more would not make the driver's part smaller.

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::empty;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::rdd::shuffled::KeyPartitioner;
use crate::rdd::view::Placement;
use crate::rdd::{Rdd, With};
use crate::shuffle::Partitioner;

/// Keys are partition numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ByNumber {
    partitions: u32,
}

impl Partitioner<u32> for ByNumber {
    fn num_partitions(&self) -> usize {
        self.partitions as usize
    }

    fn partition(&self, key: &u32) -> usize {
        *key as usize
    }

    fn same_as(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Self>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The number of partitions after each level.
fn levels(partitions: usize, depth: usize) -> Vec<usize> {
    let root = (partitions as f64).powf(1.0 / depth as f64).ceil();
    let scale = (root as usize).max(2);
    let mut levels = Vec::new();
    let mut count = partitions;
    while count > scale + count.div_ceil(scale) {
        count /= scale;
        levels.push(count);
    }
    levels
}

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::tree_aggregate`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::tree_aggregate`].
    #[track_caller]
    pub fn tree_aggregate<U, S, C>(&self, zero: U, seq: S, comb: C, depth: usize) -> Result<U>
    where
        U: Data,
        S: Fn(&E, U, T) -> U + Send + Sync + 'static,
        C: Fn(&E, U, U) -> U + Clone + Send + Sync + 'static,
    {
        if depth == 0 {
            return Err(Error::argument("depth", "it must be at least 1, not 0"));
        }
        if self.rdd().num_partitions() == 0 {
            return Ok(zero);
        }
        let params = Arc::new((Arc::clone(self.shared_env()), zero.clone()));
        let mut partial = self.rdd().with(Arc::clone(&params)).partitions_named(
            "tree_aggregate",
            move |params: &Arc<(Arc<E>, U)>, _, records| {
                let (env, zero) = &**params;
                [records.fold(zero.clone(), |acc, x| seq(env, acc, x))]
            },
            Placement::Lost,
        );
        for count in levels(partial.num_partitions(), depth) {
            partial = merge_into(&partial, count, &params, comb.clone());
        }
        partial
            .with(Arc::clone(self.shared_env()))
            .fold(zero, move |env, a, b| comb(env, a, b))
    }

    /// [`Rdd::tree_reduce`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::tree_reduce`].
    #[track_caller]
    pub fn tree_reduce<F>(&self, f: F, depth: usize) -> Result<T>
    where
        F: Fn(&E, T, T) -> T + Clone + Send + Sync + 'static,
    {
        let g = f.clone();
        let partial = self.partitions_named(
            "tree_reduce",
            move |env, _, records| [records.reduce(|a, b| g(env, a, b))],
            Placement::Lost,
        );
        let op = move |env: &Arc<E>, a: Option<T>, b: Option<T>| match (a, b) {
            (Some(a), Some(b)) => Some(f(env, a, b)),
            (one, other) => one.or(other),
        };
        partial
            .with(Arc::clone(self.shared_env()))
            .tree_aggregate(None, op.clone(), op, depth)?
            .ok_or_else(|| empty("tree_reduce"))
    }
}

/// One level: partial result `i` is merged into number `i % count`, by way of the zero as in
/// Spark's `foldByKey`. The merged value is an option so that it can be moved out and back.
#[track_caller]
fn merge_into<U, E, C>(partial: &Rdd<U>, count: usize, params: &Arc<(Arc<E>, U)>, comb: C) -> Rdd<U>
where
    U: Data,
    E: Data,
    C: Fn(&E, U, U) -> U + Clone + Send + Sync + 'static,
{
    let count = count as u32;
    let numbered = partial.with(count).partitions_named(
        "tree_aggregate",
        |count, partition, records| {
            let key = partition as u32 % count;
            records.map(move |value| (key, value))
        },
        Placement::Lost,
    );
    let (first, further) = (comb.clone(), comb.clone());
    let closures = (
        move |params: &Arc<(Arc<E>, U)>, value: U| Some(first(&params.0, params.1.clone(), value)),
        move |params: &Arc<(Arc<E>, U)>, sum: &mut Option<U>, value: U| {
            *sum = match sum.take() {
                Some(sum) => Some(further(&params.0, sum, value)),
                None => Some(value),
            };
        },
        move |params: &Arc<(Arc<E>, U)>, sum: &mut Option<U>, later: Option<U>| {
            *sum = match (sum.take(), later) {
                (Some(sum), Some(later)) => Some(comb(&params.0, sum, later)),
                (one, other) => one.or(other),
            };
        },
    );
    let by = KeyPartitioner::plain(ByNumber { partitions: count });
    let merged = numbered.with(Arc::clone(params)).combine(
        "tree_aggregate",
        closures,
        &by,
        Location::caller(),
    );
    merged.flat_map(|(_, value)| value)
}

impl<T: Data> Rdd<T> {
    /// [`aggregate`](Self::aggregate) with the merging spread over executors in a tree of at most
    /// `depth` levels: for many partitions or large partial results. A zero that is not neutral
    /// counts once more for each partial result at each level, and once for each of the last
    /// ones. An RDD without partitions gives `zero`. With an environment:
    /// [`With::tree_aggregate`].
    ///
    /// # Errors
    /// [`Error::Argument`] if `depth` is 0; what keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let lengths = ctx.parallelize(["a", "bb", "ccc"].map(String::from).to_vec(), 3);
    /// let sum = lengths.tree_aggregate(0, |sum, s| sum + s.len(), |a, b| a + b, 2)?;
    /// assert_eq!(sum, 6);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn tree_aggregate<U, S, C>(&self, zero: U, seq: S, comb: C, depth: usize) -> Result<U>
    where
        U: Data,
        S: Fn(U, T) -> U + Send + Sync + 'static,
        C: Fn(U, U) -> U + Clone + Send + Sync + 'static,
    {
        self.with(()).tree_aggregate(
            zero,
            move |(), acc, x| seq(acc, x),
            move |(), a, b| comb(a, b),
            depth,
        )
    }

    /// [`reduce`](Self::reduce) with the merging spread over executors in a tree of at most
    /// `depth` levels. `f` should be associative and commutative. With an environment:
    /// [`With::tree_reduce`].
    ///
    /// # Errors
    /// [`Error::Argument`] if `depth` is 0;
    /// [`Error::EmptyCollection`] without records; what keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(1, 101, 1, 27)?.tree_reduce(|a, b| a + b, 2)?, 5050);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn tree_reduce<F>(&self, f: F, depth: usize) -> Result<T>
    where
        F: Fn(T, T) -> T + Clone + Send + Sync + 'static,
    {
        self.with(()).tree_reduce(move |(), a, b| f(a, b), depth)
    }
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn levels_stop_where_they_no_longer_help() {
        assert!(levels(1, 4).is_empty());
        assert!(levels(8, 1).is_empty());
        assert_eq!(levels(8, 2), [2]);
        assert_eq!(levels(8, 3), [4]);
        assert_eq!(levels(27, 3), [9, 3]);
        assert_eq!(levels(10_000, 2), [100]);
    }
}
