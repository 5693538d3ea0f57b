//! Sorting: range partitions, each sorted by itself.
//!
//! A sort is a shuffle by a [`RangePartitioner`] and an [`ExternalSorter`] over each partition
//! that it fills; equal keys keep the order in which the input had them. The bounds of the ranges
//! come from sampling the input. That job runs once, on the driver, before the first job that
//! needs them ([`NodeSpec::prepare`](super::node::NodeSpec)), so that building lineage is free.
//! A sort into one partition samples nothing.

use std::cmp::Ordering;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use super::Rdd;
use super::node::{NodeSpec, Parent, Prepare, RddNode};
use super::shuffled::{KeyPartitioner, partitioned};
use super::step::{Measured, PullArgs, PullStep};
use super::view::{Gathered, Placement, With};
use crate::closure::{Decoder, Encoder, Portable, Shipped};
use crate::data::Data;
use crate::error::Result;
use crate::exec::feed::{PartitionIter, early_end};
use crate::exec::{ChunkSource, TaskCounters};
use crate::plan::{NodeOp, Route, TypeOf};
use crate::sampling::{BernoulliSampler, Reservoir, Sampler};
use crate::shuffle::{
    ExternalSorter, KeyOrder, NaturalOrder, Partitioner, RangePartitioner, RangePlan, Resample,
    Sketch, Ties, resample_seed, sketch_seed,
};

/// Records that are ordered by their keys.
#[derive(Clone)]
struct ByKey<O> {
    order: O,
    descending: bool,
}

impl<K, V, O: KeyOrder<K>> KeyOrder<(K, V)> for ByKey<O> {
    #[inline]
    fn compare(&self, a: &(K, V), b: &(K, V)) -> Ordering {
        if self.descending {
            self.order.compare(&b.0, &a.0)
        } else {
            self.order.compare(&a.0, &b.0)
        }
    }

    #[inline]
    fn prefix(&self, record: &(K, V)) -> Option<u64> {
        let prefix = self.order.prefix(&record.0)?;
        Some(if self.descending { !prefix } else { prefix })
    }
}

/// The order that a user's closure says.
struct UserOrder<E, F>(Arc<Shipped<E, F>>);

impl<E, F> Clone for UserOrder<E, F> {
    fn clone(&self) -> Self {
        UserOrder(Arc::clone(&self.0))
    }
}

impl<K, E, F> KeyOrder<K> for UserOrder<E, F>
where
    E: Data,
    F: Fn(&E, &K, &K) -> Ordering + Send + Sync + 'static,
{
    #[inline]
    fn compare(&self, a: &K, b: &K) -> Ordering {
        (self.0.f)(&self.0.env, a, b)
    }
}

impl<E: Data, F: Send + Sync + 'static> Portable for UserOrder<E, F> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.0.encode(out)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        Ok(UserOrder(Arc::new(Shipped::decode(input)?)))
    }
}

/// What the kernel of a sort by natural order has in the place of a user's closure.
struct Natural<K>(PhantomData<fn(K)>);

/// Sorts a partition by key; the environment says whether in descending order.
fn sort_naturally<K: Data + Ord, V: Data>(
    args: PullArgs<'_, bool, Natural<K>>,
) -> Result<Box<dyn ChunkSource<(K, V)>>> {
    let descending = *args.code.env;
    let order = ByKey {
        order: NaturalOrder,
        descending,
    };
    sort_partition(args, order)
}

/// Sorts a partition in a user's order.
fn sort_by_user<K, V, E, F>(args: PullArgs<'_, E, F>) -> Result<Box<dyn ChunkSource<(K, V)>>>
where
    K: Data,
    V: Data,
    E: Data,
    F: Fn(&E, &K, &K) -> Ordering + Send + Sync + 'static,
{
    let order = ByKey {
        order: UserOrder(Arc::clone(args.code)),
        descending: false,
    };
    sort_partition(args, order)
}

fn sort_partition<T: Data, E, F, O: KeyOrder<T>>(
    mut args: PullArgs<'_, E, F>,
    order: O,
) -> Result<Box<dyn ChunkSource<T>>> {
    let mut records = args.input()?.chunks::<T>();
    let cx = args.cx;
    let dirs = Arc::clone(&cx.env().dirs);
    let mut sorter = ExternalSorter::new(order, cx.memory(), dirs).with_ties(Ties::InOrder);
    let mut chunk = Vec::new();
    while records.next(&mut chunk)? {
        cx.check_killed()?;
        sorter.push(&mut chunk)?;
    }
    drop(records);
    TaskCounters::add(&cx.counters().spill_bytes, sorter.spilled_bytes());
    Ok(Box::new(sorter.finish()?))
}

/// Number of partitions of a sort: as asked for, else those of the input, and never none.
fn ranges_for<T: Data>(rdd: &Rdd<T>, asked: usize) -> usize {
    let n = if asked == 0 {
        rdd.num_partitions()
    } else {
        asked
    };
    n.max(1)
}

/// The work that sets the bounds of `ranges` by sampling `parent`; none if there are no bounds.
fn bounds_of<K, V, O>(
    parent: &Rdd<(K, V)>,
    ranges: &RangePartitioner<K, O>,
    site: &'static Location<'static>,
) -> Result<Option<Prepare>>
where
    K: Data,
    V: Data,
    O: KeyOrder<K>,
{
    let plan = RangePlan::new(ranges.num_partitions(), parent.num_partitions());
    if !plan.needs_sample() {
        ranges.set_bounds(Vec::new())?;
        return Ok(None);
    }
    // Let go when the bounds are known: they are all that the parent was needed for.
    let parent = Mutex::new(Some(parent.clone()));
    let ranges = ranges.clone();
    Ok(Some(Arc::new(move || {
        let Some(rdd) = parent.lock().clone() else {
            return Ok(());
        };
        let bounds = sample_bounds(&rdd, &plan, ranges.order(), site)?;
        ranges.set_bounds(bounds)?;
        parent.lock().take();
        Ok(())
    })))
}

fn sample_bounds<K: Data, V: Data>(
    rdd: &Rdd<(K, V)>,
    plan: &RangePlan,
    order: &impl KeyOrder<K>,
    site: &'static Location<'static>,
) -> Result<Vec<K>> {
    let sketches = Gathered::new(rdd.num_partitions());
    let take = sketches.taker();
    let env = (plan.sample_size_per_partition(), rdd.id());
    rdd.with(env).run_at(
        site,
        None,
        |(size, rdd), cx, records: PartitionIter<(K, V)>| {
            let partition = cx.partition_id() as u32;
            let mut reservoir = Reservoir::new(*size, sketch_seed(*rdd, partition));
            records.for_each(|(key, _)| reservoir.offer_with(|| key));
            early_end(cx)?;
            Ok(Measured::new(Sketch::new(partition, reservoir)))
        },
        take,
    )?;
    let mut candidates = plan.weigh(sketches.in_order());
    if let Some(resample) = candidates.resample().cloned() {
        candidates.add(resampled(rdd, resample, site)?);
    }
    Ok(candidates.bounds(|a, b| order.compare(a, b)))
}

/// The second sample, of partitions with many more records than the others.
fn resampled<K: Data, V: Data>(
    rdd: &Rdd<(K, V)>,
    resample: Resample,
    site: &'static Location<'static>,
) -> Result<Vec<K>> {
    let samples = Gathered::new(rdd.num_partitions());
    let take = samples.taker();
    let seeds = crate::sampling::partition_seeds(resample_seed(rdd.id()), rdd.num_partitions());
    let partitions = resample.partitions.clone();
    rdd.with((resample.fraction, seeds)).run_at(
        site,
        Some(partitions),
        |(fraction, seeds), cx, records: PartitionIter<(K, V)>| {
            let mut sampler = BernoulliSampler::new(*fraction);
            sampler.set_seed(seeds[cx.partition_id()]);
            let keys: Vec<K> = records
                .filter(|_| sampler.sample() > 0)
                .map(|(key, _)| key)
                .collect();
            early_end(cx)?;
            Ok(Measured::new(keys))
        },
        take,
    )?;
    Ok(samples.in_order().into_iter().flatten().collect())
}

/// Records in ranges of keys, each range sorted.
fn sort_pairs<K: Data + Ord, V: Data>(
    rdd: &Rdd<(K, V)>,
    name: &'static str,
    ascending: bool,
    num_partitions: usize,
    site: &'static Location<'static>,
) -> Rdd<(K, V)> {
    let ranges = RangePartitioner::deferred(ranges_for(rdd, num_partitions), ascending);
    let placed = in_ranges(rdd, name, &ranges, site);
    sorted_within(&placed, name, !ascending, site)
}

fn in_ranges<K: Data, V: Data, O: KeyOrder<K> + Portable>(
    rdd: &Rdd<(K, V)>,
    name: &'static str,
    ranges: &RangePartitioner<K, O>,
    site: &'static Location<'static>,
) -> Rdd<(K, V)> {
    let prepare =
        bounds_of(rdd, ranges, site).expect("no bounds are not too many for one partition");
    let by = KeyPartitioner::range(ranges.clone());
    let node = partitioned::<K, V>(rdd.context(), name, rdd.node(), &by, prepare, site);
    Rdd::new(rdd.context(), node)
}

/// Each partition sorted by key.
fn sorted_within<K: Data + Ord, V: Data>(
    rdd: &Rdd<(K, V)>,
    name: &'static str,
    descending: bool,
    site: &'static Location<'static>,
) -> Rdd<(K, V)> {
    let view = rdd.with(descending);
    let code = view.ship(Natural::<K>(PhantomData), site);
    let step = PullStep::<(K, V), bool, Natural<K>, _>::handle(code, sort_naturally::<K, V>);
    view.pulled(name, step, Placement::Kept, site)
}

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::sort_by`] with the environment.
    #[track_caller]
    pub fn sort_by<K, F>(&self, f: F, ascending: bool, num_partitions: usize) -> Rdd<T>
    where
        K: Data + Ord,
        F: Fn(&E, &T) -> K + Send + Sync + 'static,
    {
        let site = Location::caller();
        let keyed = self.map_named(
            "key_by",
            move |env, x| {
                let key = f(env, &x);
                (key, x)
            },
            Placement::Lost,
        );
        sort_pairs(&keyed, "sort_by", ascending, num_partitions, site)
            .with(())
            .map_named("values", |(), (_, x)| x, Placement::Lost)
    }

    /// [`Rdd::sort_by_cmp`] with the environment.
    #[track_caller]
    pub fn sort_by_cmp<F>(&self, compare: F, num_partitions: usize) -> Rdd<T>
    where
        F: Fn(&E, &T, &T) -> Ordering + Send + Sync + 'static,
    {
        let site = Location::caller();
        let code = Arc::new(self.ship(compare, site));
        let keyed = self
            .rdd()
            .with(())
            .map_named("key_by", |(), x| (x, ()), Placement::Lost);
        let n = ranges_for(self.rdd(), num_partitions);
        let ranges = RangePartitioner::deferred_by(n, true, UserOrder(Arc::clone(&code)));
        let placed = in_ranges(&keyed, "sort_by_cmp", &ranges, site);
        let step = PullStep::<(T, ()), E, F, _>::shared(code, sort_by_user::<T, (), E, F>);
        placed
            .with(())
            .pulled::<(T, ())>("sort_by_cmp", step, Placement::Kept, site)
            .with(())
            .map_named("keys", |(), (x, ())| x, Placement::Lost)
    }
}

impl<T: Data> Rdd<T> {
    /// The records in the order of what `f` makes of them; equal ones keep their order.
    ///
    /// Partitions follow one another in that order. `num_partitions` 0: as many as there are now.
    /// The last ones stay empty if there are fewer distinct keys (Spark then makes fewer). The
    /// input is computed twice, the first time for a sample; cache it if that is costly. Floats
    /// are wrapped in [`Total`](crate::Total), or compared by [`sort_by_cmp`](Self::sort_by_cmp).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let words = ctx.parallelize(["pear", "fig", "banana"].map(String::from).to_vec(), 2);
    /// assert_eq!(words.sort_by(|w| w.len(), false, 0).collect()?, ["banana", "pear", "fig"]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sort_by<K, F>(&self, f: F, ascending: bool, num_partitions: usize) -> Rdd<T>
    where
        K: Data + Ord,
        F: Fn(&T) -> K + Send + Sync + 'static,
    {
        self.with(())
            .sort_by(move |(), x| f(x), ascending, num_partitions)
    }

    /// The records in the order that `compare` says, which must be total; equal ones keep their
    /// order. Otherwise like [`sort_by`](Self::sort_by).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sorted = ctx.parallelize(vec![2.5, -1.0, 0.0], 2).sort_by_cmp(f64::total_cmp, 0);
    /// assert_eq!(sorted.collect()?, [-1.0, 0.0, 2.5]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sort_by_cmp<F>(&self, compare: F, num_partitions: usize) -> Rdd<T>
    where
        F: Fn(&T, &T) -> Ordering + Send + Sync + 'static,
    {
        self.with(())
            .sort_by_cmp(move |(), a, b| compare(a, b), num_partitions)
    }
}

impl<K: Data + Ord, V: Data> Rdd<(K, V)> {
    /// The records in the order of their keys; those of one key keep their order.
    ///
    /// The result is partitioned by ranges of keys, of which
    /// [`filter_by_range`](Self::filter_by_range) makes use. `num_partitions` 0: as many as there
    /// are now. Otherwise like [`sort_by`](Self::sort_by).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(3, 'c'), (1, 'a'), (2, 'b')], 2);
    /// assert_eq!(pairs.sort_by_key(true, 0).collect()?, [(1, 'a'), (2, 'b'), (3, 'c')]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sort_by_key(&self, ascending: bool, num_partitions: usize) -> Rdd<(K, V)> {
        let site = Location::caller();
        sort_pairs(self, "sort_by_key", ascending, num_partitions, site)
    }

    /// Moves records to the partitions that `partitioner` says, and sorts each partition by key.
    /// Records that are there already are only sorted.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(3, 'c'), (1, 'a'), (2, 'b')], 3);
    /// let sorted = pairs.repartition_and_sort_within_partitions(HashPartitioner::new(1));
    /// assert_eq!(sorted.collect()?, [(1, 'a'), (2, 'b'), (3, 'c')]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn repartition_and_sort_within_partitions<P>(&self, partitioner: P) -> Rdd<(K, V)>
    where
        P: Partitioner<K> + Data,
    {
        let site = Location::caller();
        let name = "repartition_and_sort_within_partitions";
        let by = KeyPartitioner::plain(partitioner);
        if KeyPartitioner::of(self.node()).is_some_and(|p| p.same_as(&by)) {
            return sorted_within(self, name, false, site);
        }
        let node = partitioned::<K, V>(self.context(), name, self.node(), &by, None, site);
        sorted_within(&Rdd::new(self.context(), node), name, false, site)
    }

    /// The records whose keys lie between `lower` and `upper`, both included.
    ///
    /// Of an RDD made by [`sort_by_key`](Self::sort_by_key) only the partitions that can hold such
    /// keys are computed and kept. If that RDD's ranges are not known yet, the job that samples
    /// its input runs now. Of other RDDs all records are looked at.
    ///
    /// # Errors
    /// What that job fails with.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sorted = ctx.range(0, 100, 1, 4)?.map(|k| (k, ())).sort_by_key(true, 4);
    /// let some = sorted.filter_by_range(3, 5)?;
    /// assert_eq!(some.num_partitions(), 1);
    /// assert_eq!(some.map(|(k, ())| k).collect()?, [3, 4, 5]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn filter_by_range(&self, lower: K, upper: K) -> Result<Rdd<(K, V)>> {
        let within = match self.covering(&lower, &upper)? {
            Some(partitions) => self.pruned(partitions, Location::caller()),
            None => self.clone(),
        };
        Ok(within
            .with((lower, upper))
            .filter(|(lower, upper), (key, _)| lower <= key && key <= upper))
    }

    /// The partitions that can hold keys of a range, if keys are placed by ranges.
    fn covering(&self, lower: &K, upper: &K) -> Result<Option<Vec<u32>>> {
        let Some(by) = KeyPartitioner::<K>::of(self.node()) else {
            return Ok(None);
        };
        let Some(ranges) = by.shared.as_any().downcast_ref::<RangePartitioner<K>>() else {
            return Ok(None);
        };
        if ranges.bounds().is_none() {
            self.context().prepare(self.node())?;
        }
        let (a, b) = (ranges.partition(lower), ranges.partition(upper));
        Ok(Some((a.min(b) as u32..=a.max(b) as u32).collect()))
    }

    /// Some partitions only.
    fn pruned(&self, partitions: Vec<u32>, site: &'static Location<'static>) -> Rdd<(K, V)> {
        let spec = NodeSpec {
            name: "filter_by_range",
            op: NodeOp::Pass,
            parents: vec![Parent::Narrow(Arc::clone(self.node()))],
            num_partitions: partitions.len(),
            route: Route::Subset(Arc::new(partitions)),
            types: TypeOf::<(K, V)>::handle(),
            partitioner: None,
            prepare: None,
            determinism: None,
        };
        let inner = self.context().inner();
        Rdd::new(self.context(), RddNode::new(inner, spec, site))
    }
}

#[cfg(test)]
mod tests;
