//! Grouping: the values of a key in one place, of one RDD or of several.
//!
//! Nothing is combined before the shuffle, which would save no bytes. The reduce side collects the
//! groups in an [`ExternalAggregator`], which spills when memory ends; but a single group must fit
//! in memory, as in Spark. Values of a key stand in the order of the input partitions.

use std::panic::Location;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Rdd;
use super::node::{Determinism, NodeSpec, Parent, RddNode, inherited};
use super::pair::{default_partitioner, partitioner_for, partitioner_of_all, placed};
use super::shuffled::{KeyPartitioner, REDUCE_SIDE_SEED};
use super::step::{PullArgs, PullStep};
use super::view::{Placement, With};
use crate::closure::Shipped;
use crate::context::Context;
use crate::data::{Data, Key};
use crate::error::{Error, Result};
use crate::exec::feed::Feed;
use crate::exec::{ChunkSource, TaskContext, TaskCounters};
use crate::plan::{NodeOp, PullHandle, Route, TypeOf};
use crate::shuffle::{
    AggregatedRecords, Combiner, ExternalAggregator, Grouping, HashPartitioner, Partitioner,
};

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::group_by`] with the environment.
    #[track_caller]
    pub fn group_by<K: Key, F>(&self, f: F, num_partitions: usize) -> Rdd<(K, Vec<T>)>
    where
        F: Fn(&E, &T) -> K + Send + Sync + 'static,
    {
        let site = Location::caller();
        let partitioner = match num_partitions {
            0 => default_for_new_keys(self.rdd()),
            n => KeyPartitioner::plain(HashPartitioner::new(n)),
        };
        grouped(&self.key_by(f), "group_by", &partitioner, site)
    }
}

/// As many partitions as Spark's `groupBy` makes, which takes over the partitioner of its input
/// although it places other keys. Here it must place keys of the new type; else they are hashed
/// into as many partitions.
fn default_for_new_keys<T: Data, K: Key>(rdd: &Rdd<T>) -> KeyPartitioner<K> {
    let node = rdd.node();
    let of_same_size = || {
        let n = node.partitioner.as_ref()?.num_partitions;
        Some(KeyPartitioner::plain(HashPartitioner::new(n)))
    };
    let existing = KeyPartitioner::of(node).or_else(of_same_size);
    default_partitioner(rdd.context(), &[(existing, node.num_partitions)])
}

impl<T: Data> Rdd<T> {
    /// The records, grouped by what `f` makes of them. `num_partitions` 0: Spark's default.
    ///
    /// A group must fit in memory; to reduce groups to something small,
    /// [`aggregate_by_key`](Rdd::aggregate_by_key) is better.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let mut parity = ctx.range(0, 5, 1, 2)?.group_by(|x| x % 2, 0).collect()?;
    /// parity.sort();
    /// assert_eq!(parity, [(0, vec![0, 2, 4]), (1, vec![1, 3])]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn group_by<K: Key, F>(&self, f: F, num_partitions: usize) -> Rdd<(K, Vec<T>)>
    where
        F: Fn(&T) -> K + Send + Sync + 'static,
    {
        self.with(()).group_by(move |(), x| f(x), num_partitions)
    }
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// All values of each key. `num_partitions` 0: Spark's default (the partitioner that is there,
    /// or as many partitions as the input has).
    ///
    /// A group must fit in memory; to reduce groups to something small,
    /// [`aggregate_by_key`](Self::aggregate_by_key) is better.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 1), ('b', 5), ('a', 3)], 2);
    /// let mut groups = pairs.group_by_key(0).collect()?;
    /// groups.sort();
    /// assert_eq!(groups, [('a', vec![1, 3]), ('b', vec![5])]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn group_by_key(&self, num_partitions: usize) -> Rdd<(K, Vec<V>)> {
        let partitioner = partitioner_for(self, num_partitions);
        grouped(self, "group_by_key", &partitioner, Location::caller())
    }

    /// [`group_by_key`](Self::group_by_key) into the partitions of a partitioner.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 1), ('a', 3)], 2);
    /// let groups = pairs.group_by_key_by(HashPartitioner::new(3)).collect()?;
    /// assert_eq!(groups, [('a', vec![1, 3])]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn group_by_key_by<P: Partitioner<K> + Data>(&self, partitioner: P) -> Rdd<(K, Vec<V>)> {
        let partitioner = KeyPartitioner::plain(partitioner);
        grouped(self, "group_by_key", &partitioner, Location::caller())
    }

    /// The values of each key that is in this RDD, in `other`, or in both. `num_partitions` 0:
    /// Spark's default (the largest partitioner of the inputs if it is large enough, or as many
    /// partitions as the input that has most). A side that is placed already does not move.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30), (2, 40)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (1, 'b')], 1);
    /// let mut both = ages.cogroup(&names, 0).collect()?;
    /// both.sort();
    /// assert_eq!(both, [(1, (vec![30], vec!['a', 'b'])), (2, (vec![40], vec![]))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn cogroup<W: Data>(
        &self,
        other: &Rdd<(K, W)>,
        num_partitions: usize,
    ) -> Rdd<(K, (Vec<V>, Vec<W>))> {
        let nodes = [self.node(), other.node()];
        let by = partitioner_of_all(self.context(), &nodes, num_partitions);
        cogroup_by(self, other, &by, "cogroup", Location::caller())
    }

    /// [`cogroup`](Self::cogroup) of three RDDs.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let [a, b, c] = [10, 20, 30].map(|x| ctx.parallelize(vec![(1, x)], 1));
    /// assert_eq!(a.cogroup3(&b, &c, 0).collect()?, [(1, (vec![10], vec![20], vec![30]))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn cogroup3<W1: Data, W2: Data>(
        &self,
        other1: &Rdd<(K, W1)>,
        other2: &Rdd<(K, W2)>,
        num_partitions: usize,
    ) -> Rdd<(K, (Vec<V>, Vec<W1>, Vec<W2>))> {
        let (ctx, site) = (self.context(), Location::caller());
        let nodes = [self.node(), other1.node(), other2.node()];
        let by = partitioner_of_all(ctx, &nodes, num_partitions);
        let step = step(cogroup_three::<K, V, W1, W2>, site);
        let sides = vec![
            side(self, &by, "cogroup", site),
            side(other1, &by, "cogroup", site),
            side(other2, &by, "cogroup", site),
        ];
        together(ctx, "cogroup", step, sides, &by, site)
    }

    /// [`cogroup`](Self::cogroup) of four RDDs.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let [a, b, c, d] = [1, 2, 3, 4].map(|x| ctx.parallelize(vec![(0, x)], 1));
    /// let groups = a.cogroup4(&b, &c, &d, 0).collect()?;
    /// assert_eq!(groups, [(0, (vec![1], vec![2], vec![3], vec![4]))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn cogroup4<W1: Data, W2: Data, W3: Data>(
        &self,
        other1: &Rdd<(K, W1)>,
        other2: &Rdd<(K, W2)>,
        other3: &Rdd<(K, W3)>,
        num_partitions: usize,
    ) -> Rdd<(K, (Vec<V>, Vec<W1>, Vec<W2>, Vec<W3>))> {
        let (ctx, site) = (self.context(), Location::caller());
        let nodes = [self.node(), other1.node(), other2.node(), other3.node()];
        let by = partitioner_of_all(ctx, &nodes, num_partitions);
        let step = step(cogroup_four::<K, V, W1, W2, W3>, site);
        let sides = vec![
            side(self, &by, "cogroup", site),
            side(other1, &by, "cogroup", site),
            side(other2, &by, "cogroup", site),
            side(other3, &by, "cogroup", site),
        ];
        together(ctx, "cogroup", step, sides, &by, site)
    }

    /// [`cogroup`](Self::cogroup) into Spark's default number of partitions.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let ages = ctx.parallelize(vec![(1, 30)], 2);
    /// let names = ctx.parallelize(vec![(1, 'a'), (1, 'b')], 2);
    /// assert_eq!(ages.group_with(&names).collect()?, [(1, (vec![30], vec!['a', 'b']))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn group_with<W: Data>(&self, other: &Rdd<(K, W)>) -> Rdd<(K, (Vec<V>, Vec<W>))> {
        self.cogroup(other, 0)
    }

    /// [`cogroup3`](Self::cogroup3) into Spark's default number of partitions.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let [a, b, c] = [10, 20, 30].map(|x| ctx.parallelize(vec![(1, x)], 1));
    /// assert_eq!(a.group_with3(&b, &c).collect()?, [(1, (vec![10], vec![20], vec![30]))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn group_with3<W1: Data, W2: Data>(
        &self,
        other1: &Rdd<(K, W1)>,
        other2: &Rdd<(K, W2)>,
    ) -> Rdd<(K, (Vec<V>, Vec<W1>, Vec<W2>))> {
        self.cogroup3(other1, other2, 0)
    }

    /// [`cogroup4`](Self::cogroup4) into Spark's default number of partitions.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let [a, b, c, d] = [1, 2, 3, 4].map(|x| ctx.parallelize(vec![(0, x)], 1));
    /// let all = a.group_with4(&b, &c, &d).collect()?;
    /// assert_eq!(all, [(0, (vec![1], vec![2], vec![3], vec![4]))]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn group_with4<W1: Data, W2: Data, W3: Data>(
        &self,
        other1: &Rdd<(K, W1)>,
        other2: &Rdd<(K, W2)>,
        other3: &Rdd<(K, W3)>,
    ) -> Rdd<(K, (Vec<V>, Vec<W1>, Vec<W2>, Vec<W3>))> {
        self.cogroup4(other1, other2, other3, 0)
    }
}

/// Groups where `partitioner` puts the keys.
fn grouped<K: Key, V: Data>(
    rdd: &Rdd<(K, V)>,
    name: &'static str,
    partitioner: &KeyPartitioner<K>,
    site: &'static Location<'static>,
) -> Rdd<(K, Vec<V>)> {
    placed(rdd, partitioner, name, site).with(()).pulled_by_key(
        name,
        step(group_values::<K, V>, site),
        Placement::Kept,
        site,
    )
}

/// The cogroup of two RDDs by a partitioner.
pub(super) fn cogroup_by<K: Key, V: Data, W: Data>(
    left: &Rdd<(K, V)>,
    right: &Rdd<(K, W)>,
    by: &KeyPartitioner<K>,
    name: &'static str,
    site: &'static Location<'static>,
) -> Rdd<(K, (Vec<V>, Vec<W>))> {
    let sides = vec![side(left, by, name, site), side(right, by, name, site)];
    let step = step(cogroup_two::<K, V, W>, site);
    together(left.context(), name, step, sides, by, site)
}

/// A step without code of the user's.
pub(super) fn step<U, F>(kernel: F, site: &'static Location<'static>) -> PullHandle
where
    U: Data,
    F: Fn(PullArgs<'_, (), ()>) -> Result<Box<dyn ChunkSource<U>>> + Send + Sync + 'static,
{
    PullStep::<U, (), (), F>::handle(Shipped::new(Arc::new(()), (), site), kernel)
}

/// An input of a step that reads several RDDs, where the partitioner puts its keys.
pub(super) fn side<K: Key, V: Data>(
    rdd: &Rdd<(K, V)>,
    by: &KeyPartitioner<K>,
    name: &'static str,
    site: &'static Location<'static>,
) -> Parent {
    Parent::Narrow(Arc::clone(placed(rdd, by, name, site).node()))
}

/// A node that reads the same partition of several sides.
pub(super) fn together<K: Key, U: Data>(
    ctx: &Context,
    name: &'static str,
    step: PullHandle,
    sides: Vec<Parent>,
    by: &KeyPartitioner<K>,
    site: &'static Location<'static>,
) -> Rdd<(K, U)> {
    let sure = inherited(&sides).max(Determinism::Unordered);
    let spec = NodeSpec {
        name,
        op: NodeOp::Pull(step),
        parents: sides,
        route: Route::Same,
        num_partitions: by.num_partitions(),
        types: TypeOf::<(K, U)>::handle(),
        partitioner: Some(by.erased()),
        prepare: None,
        determinism: Some(sure),
    };
    Rdd::new(ctx, RddNode::new(ctx.inner(), spec, site))
}

/// A table of the reduce side.
pub(super) fn reduce_table<K, S, C, A>(
    cx: &TaskContext,
    combiner: A,
) -> ExternalAggregator<K, S, C, A>
where
    K: Key,
    S: Data,
    C: Data,
    A: Combiner<S, C>,
{
    let dirs = Arc::clone(&cx.env().dirs);
    ExternalAggregator::new(combiner, REDUCE_SIDE_SEED, cx.memory(), dirs)
}

/// Ends the input of a table.
pub(super) fn finished<K, S, C, A>(
    cx: &TaskContext,
    table: ExternalAggregator<K, S, C, A>,
) -> Result<AggregatedRecords<K, S, C, A>>
where
    K: Key,
    S: Data,
    C: Data,
    A: Combiner<S, C>,
{
    TaskCounters::add(&cx.counters().spill_bytes, table.spilled_bytes());
    table.finish()
}

/// Pushes all records of an input into a table, each value wrapped by `wrap`.
pub(super) fn push_input<K, V, S, C, A>(
    cx: &TaskContext,
    input: Option<Feed>,
    wrap: impl Fn(V) -> S,
    table: &mut ExternalAggregator<K, S, C, A>,
) -> Result<()>
where
    K: Key,
    V: Data,
    S: Data,
    C: Data,
    A: Combiner<S, C>,
{
    let missing = || Error::Internal("a step has fewer inputs than it reads".to_owned());
    let mut source = input.ok_or_else(missing)?.chunks::<(K, V)>();
    let (mut chunk, mut wrapped) = (Vec::new(), Vec::new());
    while source.next(&mut chunk)? {
        cx.check_killed()?;
        wrapped.extend(chunk.drain(..).map(|(key, value)| (key, wrap(value))));
        table.push_values(&mut wrapped)?;
    }
    Ok(())
}

/// The kernel of a grouping of one input.
fn group_values<K: Key, V: Data>(
    args: PullArgs<'_, (), ()>,
) -> Result<Box<dyn ChunkSource<(K, Vec<V>)>>> {
    let mut table = reduce_table::<K, V, Vec<V>, _>(args.cx, Grouping);
    let input = args.inputs.into_iter().next();
    push_input(args.cx, input, |value: V| value, &mut table)?;
    Ok(Box::new(finished(args.cx, table)?))
}

/// Collects the values of each side in a list of its own.
#[derive(Clone, Copy, Debug)]
struct CoGrouping;

/// The kernel of a cogroup of so many inputs: the sides as one value type, how they are collected,
/// and the step that pushes one input after the other.
macro_rules! cogroup_kernel {
    ($kernel:ident, $side:ident, $($V:ident $i:tt),+) => {
        #[derive(Clone, Debug, Serialize, Deserialize)]
        enum $side<$($V),+> {
            $($V($V)),+
        }

        impl<$($V: Data),+> Combiner<$side<$($V),+>, ($(Vec<$V>),+)> for CoGrouping {
            #[inline]
            fn create(&self, value: $side<$($V),+>) -> ($(Vec<$V>),+) {
                let mut groups = ($(Vec::<$V>::new()),+);
                self.merge_value(&mut groups, value);
                groups
            }

            #[inline]
            fn merge_value(&self, groups: &mut ($(Vec<$V>),+), value: $side<$($V),+>) {
                match value {
                    $($side::$V(value) => groups.$i.push(value)),+
                }
            }

            #[inline]
            fn merge_combiners(&self, groups: &mut ($(Vec<$V>),+), mut later: ($(Vec<$V>),+)) {
                $(groups.$i.append(&mut later.$i);)+
            }
        }

        fn $kernel<K: Key, $($V: Data),+>(
            args: PullArgs<'_, (), ()>,
        ) -> Result<Box<dyn ChunkSource<(K, ($(Vec<$V>),+))>>> {
            let cx = args.cx;
            let mut table = reduce_table::<K, $side<$($V),+>, ($(Vec<$V>),+), _>(cx, CoGrouping);
            let mut inputs = args.inputs.into_iter();
            $(push_input(cx, inputs.next(), $side::$V, &mut table)?;)+
            Ok(Box::new(finished(cx, table)?))
        }
    };
}

cogroup_kernel!(cogroup_two, OneOfTwo, A 0, B 1);
cogroup_kernel!(cogroup_three, OneOfThree, A 0, B 1, C 2);
cogroup_kernel!(cogroup_four, OneOfFour, A 0, B 1, C 2, D 3);
