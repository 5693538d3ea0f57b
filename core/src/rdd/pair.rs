//! Operations by key: combining the values of each key, and placing records by key.
//!
//! All combining goes through [`With::combine`], whose combined values are changed in place. User
//! closures take them by value as in Spark. A combined value that owns nothing is copied for the
//! call, which costs nothing; any other lives in an `Option` on its way ([`combine_moved`]), from
//! which it is taken and into which it is put back.

use std::mem::needs_drop;
use std::panic::Location;
use std::sync::Arc;

use super::Rdd;
use super::node::RddNode;
use super::shuffled::{Combining, KeyPartitioner, REDUCE_SIDE_SEED, combined, partitioned};
use super::step::{PullArgs, PullStep};
use super::view::{Placement, With};
use crate::closure::Shipped;
use crate::context::Context;
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::ChunkSource;
use crate::exec::operator::{Map, OperatorHandle};
use crate::plan::NodeOp;
use crate::shuffle::{
    Combiner, ExternalAggregator, HashPartitioner, Partitioner, aggregate_combiners,
    aggregate_values,
};

/// Spark's `Partitioner.defaultPartitioner`: the largest partitioner of the inputs if it is large
/// enough, else hashing into the default number of partitions.
pub(crate) fn default_partitioner<K: Key>(
    ctx: &Context,
    inputs: &[(Option<KeyPartitioner<K>>, usize)],
) -> KeyPartitioner<K> {
    let most = inputs.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let default = match ctx.conf().get("spark.default.parallelism") {
        Some(_) => ctx.default_parallelism(),
        None => most,
    };
    // Of several largest ones, the first.
    let largest = inputs
        .iter()
        .rev()
        .filter_map(|(p, _)| p.as_ref())
        .filter(|p| p.num_partitions() > 0)
        .max_by_key(|p| p.num_partitions());
    if let Some(existing) = largest {
        let n = existing.num_partitions();
        let close = (most.max(1) as f64).log10() - (n as f64).log10() < 1.0;
        if close || n >= default {
            return existing.clone();
        }
    }
    KeyPartitioner::plain(HashPartitioner::new(default))
}

/// A hash partitioner of the asked-for number of partitions; 0 asks for the default of `rdd`.
pub(crate) fn partitioner_for<K: Key, V: Data>(rdd: &Rdd<(K, V)>, n: usize) -> KeyPartitioner<K> {
    if n > 0 {
        return KeyPartitioner::plain(HashPartitioner::new(n));
    }
    let existing = KeyPartitioner::of(rdd.node());
    default_partitioner(rdd.context(), &[(existing, rdd.num_partitions())])
}

/// As [`partitioner_for`], for several inputs, given by their nodes.
pub(crate) fn partitioner_of_all<K: Key>(
    ctx: &Context,
    nodes: &[&Arc<RddNode>],
    n: usize,
) -> KeyPartitioner<K> {
    if n > 0 {
        return KeyPartitioner::plain(HashPartitioner::new(n));
    }
    let inputs: Vec<_> = nodes
        .iter()
        .map(|node| (KeyPartitioner::of(node), node.num_partitions))
        .collect();
    default_partitioner(ctx, &inputs)
}

/// The records of `rdd` where `partitioner` puts them: as they are if they are there already.
pub(crate) fn placed<K: Data, V: Data>(
    rdd: &Rdd<(K, V)>,
    partitioner: &KeyPartitioner<K>,
    name: &'static str,
    site: &'static Location<'static>,
) -> Rdd<(K, V)> {
    if is_placed(rdd, partitioner) {
        return rdd.clone();
    }
    let ctx = rdd.context();
    let node = partitioned::<K, V>(ctx, name, rdd.node(), partitioner, None, site);
    Rdd::new(ctx, node)
}

/// Whether the records of `rdd` are where `partitioner` would put them.
pub(crate) fn is_placed<K: Data, V: Data>(rdd: &Rdd<(K, V)>, by: &KeyPartitioner<K>) -> bool {
    KeyPartitioner::of(rdd.node()).is_some_and(|p| p.same_as(by))
}

impl<K: Key, V: Data, E: Data> With<(K, V), E> {
    /// Combines the values of each key into a `C`: on the map side, then across partitions.
    /// Records that are placed already are combined where they are.
    ///
    /// `create` makes the combined value of a first value, `merge_value` takes another one in,
    /// `merge_combiners` takes in a combined value of another partition.
    pub(crate) fn combine<C, F1, F2, F3>(
        &self,
        name: &'static str,
        closures: (F1, F2, F3),
        partitioner: &KeyPartitioner<K>,
        site: &'static Location<'static>,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(&E, V) -> C + Send + Sync + 'static,
        F2: Fn(&E, &mut C, V) + Send + Sync + 'static,
        F3: Fn(&E, &mut C, C) + Send + Sync + 'static,
    {
        let code = Arc::new(self.ship(closures, site));
        if is_placed(self.rdd(), partitioner) {
            let step = PullStep::<(K, C), E, (F1, F2, F3), _>::shared(
                code,
                combine_here::<K, V, C, E, (F1, F2, F3)>,
            );
            return self.pulled_by_key(name, step, Placement::Kept, site);
        }
        let combining = Combining(code);
        let shuffled = combined::<K, V, C, E, (F1, F2, F3)>(
            self.ctx(),
            name,
            self.rdd().node(),
            partitioner,
            &combining,
            site,
        );
        let shuffled = Rdd::<(K, C)>::new(self.ctx(), shuffled);
        let step = PullStep::<(K, C), E, (F1, F2, F3), _>::shared(
            combining.0,
            combine_fetched::<K, V, C, E, (F1, F2, F3)>,
        );
        shuffled
            .with(())
            .pulled_by_key(name, step, Placement::Kept, site)
    }

    /// [`combine`](Self::combine) with closures that take combined values by value.
    fn combine_values<C, F1, F2, F3>(
        &self,
        name: &'static str,
        closures: (F1, F2, F3),
        partitioner: &KeyPartitioner<K>,
        site: &'static Location<'static>,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(&E, V) -> C + Send + Sync + 'static,
        F2: Fn(&E, C, V) -> C + Send + Sync + 'static,
        F3: Fn(&E, C, C) -> C + Send + Sync + 'static,
    {
        if needs_drop::<C>() {
            return self.combine_moved(name, closures, partitioner, site);
        }
        let (create, merge_value, merge_combiners) = closures;
        let in_place = (
            create,
            move |env: &E, c: &mut C, value| *c = merge_value(env, c.clone(), value),
            move |env: &E, c: &mut C, later| *c = merge_combiners(env, c.clone(), later),
        );
        self.combine(name, in_place, partitioner, site)
    }

    /// Combines with an `Option` around each combined value, so that it can be moved.
    fn combine_moved<C, F1, F2, F3>(
        &self,
        name: &'static str,
        (create, merge_value, merge_combiners): (F1, F2, F3),
        partitioner: &KeyPartitioner<K>,
        site: &'static Location<'static>,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(&E, V) -> C + Send + Sync + 'static,
        F2: Fn(&E, C, V) -> C + Send + Sync + 'static,
        F3: Fn(&E, C, C) -> C + Send + Sync + 'static,
    {
        let moving = (
            move |env: &E, value| Some(create(env, value)),
            move |env: &E, slot: &mut Option<C>, value| {
                *slot = slot.take().map(|c| merge_value(env, c, value));
            },
            move |env: &E, slot: &mut Option<C>, later: Option<C>| {
                *slot = match (slot.take(), later) {
                    (Some(c), Some(later)) => Some(merge_combiners(env, c, later)),
                    (one, other) => one.or(other),
                };
            },
        );
        let combined = self.combine(name, moving, partitioner, site);
        let op: OperatorHandle =
            Arc::new(Map::new(Shipped::new(Arc::new(()), taken::<K, C>, site)));
        combined
            .with(())
            .narrow(name, NodeOp::Push(op), Placement::Kept, site)
    }

    /// [`Rdd::combine_by_key`] with the environment.
    #[track_caller]
    pub fn combine_by_key<C, F1, F2, F3>(
        &self,
        create: F1,
        merge_value: F2,
        merge_combiners: F3,
        num_partitions: usize,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(&E, V) -> C + Send + Sync + 'static,
        F2: Fn(&E, C, V) -> C + Send + Sync + 'static,
        F3: Fn(&E, C, C) -> C + Send + Sync + 'static,
    {
        let partitioner = partitioner_for(self.rdd(), num_partitions);
        let closures = (create, merge_value, merge_combiners);
        self.combine_values("combine_by_key", closures, &partitioner, Location::caller())
    }

    /// [`Rdd::combine_by_key_by`] with the environment.
    #[track_caller]
    pub fn combine_by_key_by<C, F1, F2, F3, P>(
        &self,
        create: F1,
        merge_value: F2,
        merge_combiners: F3,
        partitioner: P,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(&E, V) -> C + Send + Sync + 'static,
        F2: Fn(&E, C, V) -> C + Send + Sync + 'static,
        F3: Fn(&E, C, C) -> C + Send + Sync + 'static,
        P: Partitioner<K> + Data,
    {
        let partitioner = KeyPartitioner::plain(partitioner);
        let closures = (create, merge_value, merge_combiners);
        self.combine_values("combine_by_key", closures, &partitioner, Location::caller())
    }

    /// [`Rdd::aggregate_by_key`] with the environment.
    #[track_caller]
    pub fn aggregate_by_key<U, F, G>(
        &self,
        zero: U,
        seq: F,
        comb: G,
        num_partitions: usize,
    ) -> Rdd<(K, U)>
    where
        U: Data,
        F: Fn(&E, U, V) -> U + Clone + Send + Sync + 'static,
        G: Fn(&E, U, U) -> U + Send + Sync + 'static,
    {
        let site = Location::caller();
        let partitioner = partitioner_for(self.rdd(), num_partitions);
        let first = seq.clone();
        let closures = (
            move |env: &(Arc<E>, U), value| first(&env.0, env.1.clone(), value),
            move |env: &(Arc<E>, U), sum, value| seq(&env.0, sum, value),
            move |env: &(Arc<E>, U), sum, later| comb(&env.0, sum, later),
        );
        let with_zero = self.rdd().with((Arc::clone(self.shared_env()), zero));
        with_zero.combine_values("aggregate_by_key", closures, &partitioner, site)
    }

    /// [`Rdd::fold_by_key`] with the environment.
    #[track_caller]
    pub fn fold_by_key<F>(&self, zero: V, f: F, num_partitions: usize) -> Rdd<(K, V)>
    where
        F: Fn(&E, V, V) -> V + Clone + Send + Sync + 'static,
    {
        let site = Location::caller();
        let partitioner = partitioner_for(self.rdd(), num_partitions);
        let (first, merge) = (f.clone(), f.clone());
        let closures = (
            move |env: &(Arc<E>, V), value| first(&env.0, env.1.clone(), value),
            move |env: &(Arc<E>, V), sum, value| f(&env.0, sum, value),
            move |env: &(Arc<E>, V), sum, later| merge(&env.0, sum, later),
        );
        let with_zero = self.rdd().with((Arc::clone(self.shared_env()), zero));
        with_zero.combine_values("fold_by_key", closures, &partitioner, site)
    }

    /// [`Rdd::reduce_by_key`] with the environment.
    #[track_caller]
    pub fn reduce_by_key<F>(&self, f: F, num_partitions: usize) -> Rdd<(K, V)>
    where
        F: Fn(&E, V, V) -> V + Clone + Send + Sync + 'static,
    {
        let partitioner = partitioner_for(self.rdd(), num_partitions);
        self.reduce_into_partitions(f, &partitioner, Location::caller())
    }

    /// [`Rdd::reduce_by_key_by`] with the environment.
    #[track_caller]
    pub fn reduce_by_key_by<F, P>(&self, f: F, partitioner: P) -> Rdd<(K, V)>
    where
        F: Fn(&E, V, V) -> V + Clone + Send + Sync + 'static,
        P: Partitioner<K> + Data,
    {
        let partitioner = KeyPartitioner::plain(partitioner);
        self.reduce_into_partitions(f, &partitioner, Location::caller())
    }

    fn reduce_into_partitions<F>(
        &self,
        f: F,
        partitioner: &KeyPartitioner<K>,
        site: &'static Location<'static>,
    ) -> Rdd<(K, V)>
    where
        F: Fn(&E, V, V) -> V + Clone + Send + Sync + 'static,
    {
        let closures = (|_: &E, value| value, f.clone(), f);
        self.combine_values("reduce_by_key", closures, partitioner, site)
    }
}

/// Takes a combined value out of its slot.
fn taken<K, C>((): &(), (key, slot): (K, Option<C>)) -> (K, C) {
    // A merge that panics leaves its slot empty, and with it the table is lost.
    (key, slot.expect("a merge puts back what it takes"))
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// One combined value per key (Spark's `combineByKey`): `create` makes it from a first value,
    /// `merge_value` takes in another one, `merge_combiners` takes in the combined value of
    /// another partition. Combines before the shuffle. `num_partitions` 0: Spark's default (the
    /// partitioner that is there, or as many partitions as the input has).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let marks = ctx.parallelize(vec![('a', 1), ('b', 5), ('a', 3)], 2);
    /// let sums = marks.combine_by_key(
    ///     |mark| (mark, 1),
    ///     |(sum, n), mark| (sum + mark, n + 1),
    ///     |(sum, n), (more, m)| (sum + more, n + m),
    ///     0,
    /// );
    /// let mut means = sums.map_values(|(sum, n)| sum / n).collect()?;
    /// means.sort();
    /// assert_eq!(means, [('a', 2), ('b', 5)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn combine_by_key<C, F1, F2, F3>(
        &self,
        create: F1,
        merge_value: F2,
        merge_combiners: F3,
        num_partitions: usize,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(V) -> C + Send + Sync + 'static,
        F2: Fn(C, V) -> C + Send + Sync + 'static,
        F3: Fn(C, C) -> C + Send + Sync + 'static,
    {
        self.with(()).combine_by_key(
            move |(), value| create(value),
            move |(), combined, value| merge_value(combined, value),
            move |(), combined, later| merge_combiners(combined, later),
            num_partitions,
        )
    }

    /// [`combine_by_key`](Self::combine_by_key) into the partitions of a partitioner. The result
    /// keeps it, so that later operations by it need no shuffle.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 1), ('b', 5), ('a', 3)], 2);
    /// let by = HashPartitioner::new(4);
    /// let sums = pairs.combine_by_key_by(i64::from, |a, b| a + i64::from(b), |a, b| a + b, by);
    /// assert_eq!(sums.num_partitions(), 4);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn combine_by_key_by<C, F1, F2, F3, P>(
        &self,
        create: F1,
        merge_value: F2,
        merge_combiners: F3,
        partitioner: P,
    ) -> Rdd<(K, C)>
    where
        C: Data,
        F1: Fn(V) -> C + Send + Sync + 'static,
        F2: Fn(C, V) -> C + Send + Sync + 'static,
        F3: Fn(C, C) -> C + Send + Sync + 'static,
        P: Partitioner<K> + Data,
    {
        self.with(()).combine_by_key_by(
            move |(), value| create(value),
            move |(), combined, value| merge_value(combined, value),
            move |(), combined, later| merge_combiners(combined, later),
            partitioner,
        )
    }

    /// Folds the values of each key with `seq` from `zero` on, and merges what the partitions made
    /// with `comb` (Spark's `aggregateByKey`). `zero` counts once for each key and partition that
    /// has it. `num_partitions` 0: Spark's default.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 1), ('b', 5), ('a', 3)], 2);
    /// let longest = pairs.aggregate_by_key(0, |most, x| most.max(x), |a, b| a.max(b), 0);
    /// let mut longest = longest.collect()?;
    /// longest.sort();
    /// assert_eq!(longest, [('a', 3), ('b', 5)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn aggregate_by_key<U, F, G>(
        &self,
        zero: U,
        seq: F,
        comb: G,
        num_partitions: usize,
    ) -> Rdd<(K, U)>
    where
        U: Data,
        F: Fn(U, V) -> U + Clone + Send + Sync + 'static,
        G: Fn(U, U) -> U + Send + Sync + 'static,
    {
        self.with(()).aggregate_by_key(
            zero,
            move |(), sum, value| seq(sum, value),
            move |(), sum, later| comb(sum, later),
            num_partitions,
        )
    }

    /// Folds the values of each key from `zero` on (Spark's `foldByKey`). `zero` counts once for
    /// each key and partition that has it. `num_partitions` 0: Spark's default.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 2), ('b', 5), ('a', 3)], 2);
    /// let mut products = pairs.fold_by_key(1, |a, b| a * b, 0).collect()?;
    /// products.sort();
    /// assert_eq!(products, [('a', 6), ('b', 5)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn fold_by_key<F>(&self, zero: V, f: F, num_partitions: usize) -> Rdd<(K, V)>
    where
        F: Fn(V, V) -> V + Clone + Send + Sync + 'static,
    {
        self.with(())
            .fold_by_key(zero, move |(), a, b| f(a, b), num_partitions)
    }

    /// One value per key: all its values, merged two by two. `f` should be associative and
    /// commutative. `num_partitions` 0: Spark's default (the partitioner that is there, or as many
    /// partitions as the input has).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let text = "to be or not to be".split(' ').map(|word| (word.to_owned(), 1)).collect();
    /// let mut counts = ctx.parallelize(text, 2).reduce_by_key(|a, b| a + b, 0).collect()?;
    /// counts.sort();
    /// assert_eq!(counts[0], ("be".to_owned(), 2));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn reduce_by_key<F>(&self, f: F, num_partitions: usize) -> Rdd<(K, V)>
    where
        F: Fn(V, V) -> V + Clone + Send + Sync + 'static,
    {
        self.with(())
            .reduce_by_key(move |(), a, b| f(a, b), num_partitions)
    }

    /// [`reduce_by_key`](Self::reduce_by_key) into the partitions of a partitioner.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 1), ('b', 5), ('a', 3)], 2);
    /// let sums = pairs.reduce_by_key_by(|a, b| a + b, HashPartitioner::new(3));
    /// assert_eq!(sums.num_partitions(), 3);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn reduce_by_key_by<F, P>(&self, f: F, partitioner: P) -> Rdd<(K, V)>
    where
        F: Fn(V, V) -> V + Clone + Send + Sync + 'static,
        P: Partitioner<K> + Data,
    {
        self.with(())
            .reduce_by_key_by(move |(), a, b| f(a, b), partitioner)
    }

    /// The same records in the partitions of a partitioner, which the result keeps: operations by
    /// it need no shuffle. Nothing moves if the records are there already.
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::shuffle::HashPartitioner;
    /// let ctx = Context::local("local[2]")?;
    /// let placed = ctx.parallelize(vec![(1, 'a'), (2, 'b'), (1, 'c')], 3)
    ///     .partition_by(HashPartitioner::new(2));
    /// assert_eq!(placed.num_partitions(), 2);
    /// assert_eq!(placed.partition_by(HashPartitioner::new(2)).id(), placed.id());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn partition_by<P: Partitioner<K> + Data>(&self, partitioner: P) -> Rdd<(K, V)> {
        let partitioner = KeyPartitioner::plain(partitioner);
        placed(self, &partitioner, "partition_by", Location::caller())
    }

    /// [`partition_by`](Self::partition_by) the hash of the key into `num_partitions` partitions
    /// (0: Spark's default).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let placed = ctx.parallelize(vec![(1, 'a'), (2, 'b')], 1).partition_by_hash(5);
    /// assert_eq!(placed.num_partitions(), 5);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn partition_by_hash(&self, num_partitions: usize) -> Rdd<(K, V)> {
        let partitioner = partitioner_for(self, num_partitions);
        placed(self, &partitioner, "partition_by", Location::caller())
    }
}

/// Combines the values of one partition.
fn combine_here<K, V, C, E, F>(mut args: PullArgs<'_, E, F>) -> Result<Box<dyn ChunkSource<(K, C)>>>
where
    K: Key,
    V: Data,
    C: Data,
    E: Data,
    F: Send + Sync + 'static,
    Combining<E, F>: Combiner<V, C>,
{
    let mut source = args.input()?.chunks::<(K, V)>();
    let table = table::<K, V, C, E, F>(&args);
    let cx = args.cx.clone();
    Ok(Box::new(aggregate_values(&mut source, table, || {
        cx.check_killed()
    })?))
}

/// Merges the combined values that a shuffle brought.
fn combine_fetched<K, V, C, E, F>(
    mut args: PullArgs<'_, E, F>,
) -> Result<Box<dyn ChunkSource<(K, C)>>>
where
    K: Key,
    V: Data,
    C: Data,
    E: Data,
    F: Send + Sync + 'static,
    Combining<E, F>: Combiner<V, C>,
{
    let mut source = args.input()?.chunks::<(K, C)>();
    let table = table::<K, V, C, E, F>(&args);
    let cx = args.cx.clone();
    Ok(Box::new(aggregate_combiners(&mut source, table, || {
        cx.check_killed()
    })?))
}

fn table<K, V, C, E, F>(args: &PullArgs<'_, E, F>) -> ExternalAggregator<K, V, C, Combining<E, F>>
where
    K: Key,
    V: Data,
    C: Data,
    E: Data,
    F: Send + Sync + 'static,
    Combining<E, F>: Combiner<V, C>,
{
    let combining = Combining(Arc::clone(args.code));
    let env = args.cx.env();
    ExternalAggregator::new(
        combining,
        REDUCE_SIDE_SEED,
        args.cx.memory(),
        Arc::clone(&env.dirs),
    )
}

#[cfg(test)]
mod tests;
