//! Operations that look at RDDs as sets: distinct, union, intersection, subtraction.

use std::panic::Location;

use super::Rdd;
use super::group::{finished, push_input, reduce_table, side, step, together};
use super::pair::partitioner_of_all;
use super::shuffled::KeyPartitioner;
use super::step::PullArgs;
use super::values::OfKey;
use super::view::Placement;
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::ChunkSource;
use crate::shuffle::{Combiner, HashPartitioner, Partitioner};

impl<T: Data> Rdd<T> {
    /// The records of both RDDs, doubles included: this RDD's partitions, then those of `other`.
    ///
    /// If both are placed by the same partitioner, it is kept: partition `p` is then partition `p`
    /// of the one and of the other.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (a, b) = (ctx.parallelize(vec![1, 2], 2), ctx.parallelize(vec![2, 3], 1));
    /// assert_eq!(a.union(&b).collect()?, [1, 2, 2, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn union(&self, other: &Rdd<T>) -> Rdd<T> {
        self.context().union(&[self.clone(), other.clone()])
    }
}

impl<T: Key> Rdd<T> {
    /// Each record once. `num_partitions` 0: as many as there are. An RDD with a partitioner whose
    /// number of partitions stays needs no shuffle, for equal records are together already, and
    /// keeps it.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let mut once = ctx.parallelize(vec![1, 2, 1, 3, 2], 2).distinct(0).collect()?;
    /// once.sort();
    /// assert_eq!(once, [1, 2, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn distinct(&self, num_partitions: usize) -> Rdd<T> {
        let site = Location::caller();
        let partitions = match num_partitions {
            0 => self.num_partitions(),
            n => n,
        };
        if self.has_partitioner() && partitions == self.num_partitions() {
            let keep_first = step(distinct_here::<T>, site);
            return self
                .with(())
                .pulled_by_key("distinct", keep_first, Placement::Kept, site);
        }
        let by = KeyPartitioner::plain(HashPartitioner::new(partitions));
        let once = (
            |(): &(), ()| (),
            |(): &(), (): &mut (), ()| (),
            |(): &(), (): &mut (), ()| (),
        );
        let marked = marked(self, "distinct");
        marked.with(()).combine("distinct", once, &by, site).keys()
    }

    /// Each record that is in both RDDs, once. The result has no partitioner. `num_partitions` 0:
    /// `spark.default.parallelism` if it is set, or as many as the RDD that has more.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (a, b) = (ctx.parallelize(vec![1, 2, 2], 2), ctx.parallelize(vec![2, 2, 3], 1));
    /// assert_eq!(a.intersection(&b, 0).collect()?, [2]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn intersection(&self, other: &Rdd<T>, num_partitions: usize) -> Rdd<T> {
        let name = "intersection";
        let (left, right) = (marked(self, name), marked(other, name));
        let nodes = [left.node(), right.node()];
        let by = partitioner_of_all(self.context(), &nodes, num_partitions);
        let site = Location::caller();
        let sides = vec![side(&left, &by, name, site), side(&right, &by, name, site)];
        let step = step(mark_sides::<T>, site);
        together::<T, u8>(self.context(), name, step, sides, &by, site)
            .with(())
            .flat_map_named(
                name,
                |(), (x, sides)| (sides == LEFT | RIGHT).then_some(x),
                Placement::Lost,
            )
    }

    /// The records that are not in `other`, doubles included. The result has no partitioner.
    /// `num_partitions` 0: as many as this RDD has.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (a, b) = (ctx.parallelize(vec![1, 1, 2], 2), ctx.parallelize(vec![2, 3], 1));
    /// assert_eq!(a.subtract(&b, 0).collect()?, [1, 1]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn subtract(&self, other: &Rdd<T>, num_partitions: usize) -> Rdd<T> {
        let name = "subtract";
        marked(self, name)
            .subtract_by_key(&marked(other, name), num_partitions)
            .keys()
    }
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// The pairs whose key is not in `other`. `num_partitions` 0: the partitioner of this RDD, or as
    /// many partitions as it has. Of `other` only the keys move.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(1, 'a'), (2, 'b'), (1, 'c')], 2);
    /// let without = ctx.parallelize(vec![(2, 0.5)], 1);
    /// assert_eq!(pairs.subtract_by_key(&without, 0).collect()?, [(1, 'a'), (1, 'c')]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn subtract_by_key<W: Data>(
        &self,
        other: &Rdd<(K, W)>,
        num_partitions: usize,
    ) -> Rdd<(K, V)> {
        let by = match (num_partitions, KeyPartitioner::of(self.node())) {
            (0, Some(existing)) => existing,
            (0, None) => KeyPartitioner::plain(HashPartitioner::new(self.num_partitions())),
            (n, _) => KeyPartitioner::plain(HashPartitioner::new(n)),
        };
        self.subtract_placed(other, &by)
    }

    /// [`subtract_by_key`](Self::subtract_by_key) into the partitions of a partitioner.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(1, 'a'), (2, 'b')], 2);
    /// let rest = pairs.subtract_by_key_by(&pairs, HashPartitioner::new(3));
    /// assert_eq!((rest.num_partitions(), rest.count()?), (3, 0));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn subtract_by_key_by<W, P>(&self, other: &Rdd<(K, W)>, partitioner: P) -> Rdd<(K, V)>
    where
        W: Data,
        P: Partitioner<K> + Data,
    {
        let by = KeyPartitioner::plain(partitioner);
        self.subtract_placed(other, &by)
    }

    #[track_caller]
    fn subtract_placed<W: Data>(&self, other: &Rdd<(K, W)>, by: &KeyPartitioner<K>) -> Rdd<(K, V)> {
        let (name, site) = ("subtract_by_key", Location::caller());
        let keys = other
            .with(())
            .map_named(name, |(), (key, _)| (key, ()), Placement::Kept);
        let sides = vec![side(self, by, name, site), side(&keys, by, name, site)];
        let step = step(subtract_keys::<K, V>, site);
        together::<K, Remaining<V>>(self.context(), name, step, sides, by, site)
            .with(())
            .flat_map_named(
                name,
                |(), (key, values)| OfKey {
                    key,
                    values: values.unwrap_or_default().into_iter(),
                },
                Placement::Kept,
            )
    }
}

/// The records as keys.
#[track_caller]
fn marked<T: Data>(rdd: &Rdd<T>, name: &'static str) -> Rdd<(T, ())> {
    rdd.with(())
        .map_named(name, |(), x| (x, ()), Placement::Lost)
}

/// Tells only that a key is there.
#[derive(Clone, Copy, Debug)]
struct Once;

impl Combiner<(), ()> for Once {
    #[inline]
    fn create(&self, (): ()) {}

    #[inline]
    fn merge_value(&self, (): &mut (), (): ()) {}

    #[inline]
    fn merge_combiners(&self, (): &mut (), (): ()) {}
}

/// The kernel that leaves each record of a partition once.
fn distinct_here<T: Key>(mut args: PullArgs<'_, (), ()>) -> Result<Box<dyn ChunkSource<T>>> {
    let mut source = args.input()?.chunks::<T>();
    let mut table = reduce_table::<T, (), (), _>(args.cx, Once);
    let (mut chunk, mut marked) = (Vec::new(), Vec::new());
    while source.next(&mut chunk)? {
        args.cx.check_killed()?;
        marked.extend(chunk.drain(..).map(|x| (x, ())));
        table.push_values(&mut marked)?;
    }
    Ok(Box::new(KeysOnly {
        records: finished(args.cx, table)?,
        chunk: marked,
    }))
}

/// The keys of marked records.
struct KeysOnly<T, S> {
    records: S,
    chunk: Vec<(T, ())>,
}

impl<T, S: ChunkSource<(T, ())>> ChunkSource<T> for KeysOnly<T, S> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let more = self.records.next(&mut self.chunk)?;
        out.extend(self.chunk.drain(..).map(|(x, ())| x));
        Ok(more)
    }
}

/// The bit of a record that the left RDD has.
const LEFT: u8 = 1;
/// The bit of a record that the right RDD has.
const RIGHT: u8 = 2;

/// Collects the bits of a record.
#[derive(Clone, Copy, Debug)]
struct Bits;

impl Combiner<u8, u8> for Bits {
    #[inline]
    fn create(&self, bit: u8) -> u8 {
        bit
    }

    #[inline]
    fn merge_value(&self, bits: &mut u8, bit: u8) {
        *bits |= bit;
    }

    #[inline]
    fn merge_combiners(&self, bits: &mut u8, later: u8) {
        *bits |= later;
    }
}

/// The kernel of `intersection`: on which sides each record is.
fn mark_sides<T: Key>(args: PullArgs<'_, (), ()>) -> Result<Box<dyn ChunkSource<(T, u8)>>> {
    let cx = args.cx;
    let mut table = reduce_table::<T, u8, u8, _>(cx, Bits);
    let mut inputs = args.inputs.into_iter();
    push_input(cx, inputs.next(), |()| LEFT, &mut table)?;
    push_input(cx, inputs.next(), |()| RIGHT, &mut table)?;
    Ok(Box::new(finished(cx, table)?))
}

/// The values of a key that nobody has removed.
type Remaining<V> = Option<Vec<V>>;

/// Removes keys and collects the values of those that remain. The keys to remove are pushed first,
/// so that hardly any value of theirs is ever kept.
#[derive(Clone, Copy, Debug)]
struct Subtracting;

/// `None` removes the key.
impl<V: Data> Combiner<Option<V>, Remaining<V>> for Subtracting {
    #[inline]
    fn create(&self, value: Option<V>) -> Remaining<V> {
        value.map(|v| vec![v])
    }

    #[inline]
    fn merge_value(&self, values: &mut Remaining<V>, value: Option<V>) {
        match (values.as_mut(), value) {
            (Some(values), Some(value)) => values.push(value),
            _ => *values = None,
        }
    }

    #[inline]
    fn merge_combiners(&self, values: &mut Remaining<V>, later: Remaining<V>) {
        match (values.as_mut(), later) {
            (Some(values), Some(mut later)) => values.append(&mut later),
            _ => *values = None,
        }
    }
}

/// The kernel of `subtract_by_key`: the keys to remove are the second input.
fn subtract_keys<K: Key, V: Data>(
    args: PullArgs<'_, (), ()>,
) -> Result<Box<dyn ChunkSource<(K, Remaining<V>)>>> {
    let cx = args.cx;
    let mut table = reduce_table::<K, Option<V>, Remaining<V>, _>(cx, Subtracting);
    let mut inputs = args.inputs.into_iter();
    let (values, keys) = (inputs.next(), inputs.next());
    push_input(cx, keys, |()| None, &mut table)?;
    push_input(cx, values, Some, &mut table)?;
    Ok(Box::new(finished(cx, table)?))
}
