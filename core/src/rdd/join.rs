//! Joins: a cogroup, whose groups are then paired row by row.
//!
//! A key with `n` values on the left and `m` on the right makes `n * m` rows. They are made as they
//! are pulled, so a heavy key takes the memory of its `n + m` values only.

use std::marker::PhantomData;
use std::panic::Location;
use std::vec::IntoIter;

use super::Rdd;
use super::group::cogroup_by;
use super::pair::partitioner_of_all;
use super::shuffled::KeyPartitioner;
use super::view::Placement;
use crate::data::{Data, Key};
use crate::shuffle::Partitioner;

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// A row for each pair of values that have the same key in this RDD and in `other`.
    /// `num_partitions` 0: Spark's default, as in [`cogroup`](Self::cogroup).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30), (2, 40)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (3, 'c')], 2);
    /// assert_eq!(ages.join(&names, 0).collect()?, [(1, (30, 'a'))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn join<W: Data>(&self, other: &Rdd<(K, W)>, num_partitions: usize) -> Rdd<(K, (V, W))> {
        let by = self.join_partitioner(other, num_partitions);
        joined::<K, V, W, Inner>(self, other, &by, "join")
    }

    /// [`join`](Self::join) into the partitions of a partitioner.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30), (2, 40)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (3, 'c')], 2);
    /// let joined = ages.join_by(&names, HashPartitioner::new(5));
    /// assert_eq!((joined.num_partitions(), joined.count()?), (5, 1));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn join_by<W, P>(&self, other: &Rdd<(K, W)>, partitioner: P) -> Rdd<(K, (V, W))>
    where
        W: Data,
        P: Partitioner<K> + Data,
    {
        let by = KeyPartitioner::plain(partitioner);
        joined::<K, V, W, Inner>(self, other, &by, "join")
    }

    /// [`join`](Self::join), and a row with `None` for each value of this RDD whose key `other`
    /// lacks.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30), (2, 40)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (3, 'c')], 2);
    /// let mut rows = ages.left_outer_join(&names, 0).collect()?;
    /// rows.sort();
    /// assert_eq!(rows, [(1, (30, Some('a'))), (2, (40, None))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn left_outer_join<W: Data>(
        &self,
        other: &Rdd<(K, W)>,
        num_partitions: usize,
    ) -> Rdd<(K, (V, Option<W>))> {
        let by = self.join_partitioner(other, num_partitions);
        joined::<K, V, W, LeftOuter>(self, other, &by, "left_outer_join")
    }

    /// [`join`](Self::join), and a row with `None` for each value of `other` whose key this RDD
    /// lacks.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30), (2, 40)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (3, 'c')], 2);
    /// let mut rows = ages.right_outer_join(&names, 0).collect()?;
    /// rows.sort();
    /// assert_eq!(rows, [(1, (Some(30), 'a')), (3, (None, 'c'))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn right_outer_join<W: Data>(
        &self,
        other: &Rdd<(K, W)>,
        num_partitions: usize,
    ) -> Rdd<(K, (Option<V>, W))> {
        let by = self.join_partitioner(other, num_partitions);
        joined::<K, V, W, RightOuter>(self, other, &by, "right_outer_join")
    }

    /// [`join`](Self::join), and a row with `None` for each value of either side whose key the
    /// other one lacks.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30), (2, 40)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (3, 'c')], 2);
    /// let mut rows = ages.full_outer_join(&names, 0).collect()?;
    /// rows.sort();
    /// assert_eq!(rows, [
    ///     (1, (Some(30), Some('a'))),
    ///     (2, (Some(40), None)),
    ///     (3, (None, Some('c'))),
    /// ]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn full_outer_join<W: Data>(
        &self,
        other: &Rdd<(K, W)>,
        num_partitions: usize,
    ) -> Rdd<(K, (Option<V>, Option<W>))> {
        let by = self.join_partitioner(other, num_partitions);
        joined::<K, V, W, FullOuter>(self, other, &by, "full_outer_join")
    }

    fn join_partitioner<W: Data>(&self, other: &Rdd<(K, W)>, n: usize) -> KeyPartitioner<K> {
        partitioner_of_all(self.context(), &[self.node(), other.node()], n)
    }
}

/// Pairs the groups of two RDDs.
#[track_caller]
fn joined<K: Key, V: Data, W: Data, J: Pairing<V, W>>(
    left: &Rdd<(K, V)>,
    right: &Rdd<(K, W)>,
    by: &KeyPartitioner<K>,
    name: &'static str,
) -> Rdd<(K, J::Row)> {
    let groups = cogroup_by(left, right, by, name, Location::caller());
    groups.with(()).flat_map_named(
        name,
        |(), (key, (left, right))| Rows::<K, V, W, J>::new(key, left, right),
        Placement::Kept,
    )
}

/// What a kind of join makes of two values, and of a value whose key the other side lacks.
trait Pairing<V, W>: 'static {
    type Row: Data;
    fn both(left: V, right: W) -> Self::Row;
    fn left_alone(_: V) -> Option<Self::Row> {
        None
    }
    fn right_alone(_: W) -> Option<Self::Row> {
        None
    }
}

struct Inner;

impl<V: Data, W: Data> Pairing<V, W> for Inner {
    type Row = (V, W);

    fn both(left: V, right: W) -> (V, W) {
        (left, right)
    }
}

struct LeftOuter;

impl<V: Data, W: Data> Pairing<V, W> for LeftOuter {
    type Row = (V, Option<W>);

    fn both(left: V, right: W) -> (V, Option<W>) {
        (left, Some(right))
    }

    fn left_alone(left: V) -> Option<(V, Option<W>)> {
        Some((left, None))
    }
}

struct RightOuter;

impl<V: Data, W: Data> Pairing<V, W> for RightOuter {
    type Row = (Option<V>, W);

    fn both(left: V, right: W) -> (Option<V>, W) {
        (Some(left), right)
    }

    fn right_alone(right: W) -> Option<(Option<V>, W)> {
        Some((None, right))
    }
}

struct FullOuter;

impl<V: Data, W: Data> Pairing<V, W> for FullOuter {
    type Row = (Option<V>, Option<W>);

    fn both(left: V, right: W) -> (Option<V>, Option<W>) {
        (Some(left), Some(right))
    }

    fn left_alone(left: V) -> Option<(Option<V>, Option<W>)> {
        Some((Some(left), None))
    }

    fn right_alone(right: W) -> Option<(Option<V>, Option<W>)> {
        Some((None, Some(right)))
    }
}

/// The rows of one key, the values of the left in the outer loop.
struct Rows<K, V, W, J> {
    key: K,
    stage: Stage<V, W>,
    kind: PhantomData<fn() -> J>,
}

enum Stage<V, W> {
    /// Left values that are not the last: the right ones are copied for each.
    Cross {
        current: V,
        rest: IntoIter<V>,
        right: Vec<W>,
        at: usize,
    },
    /// The last left value: the right ones are moved.
    Last(V, IntoIter<W>),
    Left(IntoIter<V>),
    Right(IntoIter<W>),
}

impl<V, W> Stage<V, W> {
    /// Goes on with the next left value, if there is one.
    fn next_left(mut rest: IntoIter<V>, right: Vec<W>) -> Self {
        match rest.next() {
            Some(last) if rest.len() == 0 => Stage::Last(last, right.into_iter()),
            Some(current) => Stage::Cross {
                current,
                rest,
                right,
                at: 0,
            },
            None => Stage::Right(right.into_iter()),
        }
    }
}

impl<K: Data, V: Data, W: Data, J: Pairing<V, W>> Rows<K, V, W, J> {
    fn new(key: K, left: Vec<V>, right: Vec<W>) -> Self {
        let stage = if right.is_empty() {
            Stage::Left(left.into_iter())
        } else {
            Stage::next_left(left.into_iter(), right)
        };
        Rows {
            key,
            stage,
            kind: PhantomData,
        }
    }

    fn next_row(&mut self) -> Option<J::Row> {
        match &mut self.stage {
            Stage::Cross {
                current,
                rest,
                right,
                at,
            } => {
                let row = J::both(current.clone(), right[*at].clone());
                *at += 1;
                if *at == right.len() {
                    let rest = std::mem::take(rest);
                    self.stage = Stage::next_left(rest, std::mem::take(right));
                }
                Some(row)
            }
            Stage::Last(left, right) => Some(J::both(left.clone(), right.next()?)),
            Stage::Left(left) => J::left_alone(left.next()?),
            Stage::Right(right) => J::right_alone(right.next()?),
        }
    }
}

impl<K: Data, V: Data, W: Data, J: Pairing<V, W>> Iterator for Rows<K, V, W, J> {
    type Item = (K, J::Row);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let row = self.next_row()?;
        Some((self.key.clone(), row))
    }
}
