//! Operations by key: combining.

use std::panic::Location;
use std::sync::Arc;

use super::Rdd;
use super::shuffled::{Combining, KeyPartitioner, REDUCE_SIDE_SEED, combined};
use super::step::{PullArgs, PullStep};
use super::view::{Placement, With};
use crate::context::Context;
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::ChunkSource;
use crate::shuffle::{
    Combiner, ExternalAggregator, HashPartitioner, aggregate_combiners, aggregate_values,
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
    let largest = inputs
        .iter()
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
    KeyPartitioner::plain(HashPartitioner::new(default.max(1)))
}

/// A hash partitioner of the asked-for number of partitions; 0 asks for the default of `rdd`.
pub(crate) fn partitioner_for<K: Key, V: Data>(rdd: &Rdd<(K, V)>, n: usize) -> KeyPartitioner<K> {
    if n > 0 {
        return KeyPartitioner::plain(HashPartitioner::new(n));
    }
    let existing = KeyPartitioner::of(rdd.node());
    default_partitioner(rdd.context(), &[(existing, rdd.num_partitions())])
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
            return self.pulled(name, step, Placement::Kept, site);
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
        shuffled.with(()).pulled(name, step, Placement::Kept, site)
    }

    /// [`Rdd::reduce_by_key`] with the environment.
    #[track_caller]
    pub fn reduce_by_key<F>(&self, f: F, num_partitions: usize) -> Rdd<(K, V)>
    where
        F: Fn(&E, V, V) -> V + Clone + Send + Sync + 'static,
    {
        let partitioner = partitioner_for(self.rdd(), num_partitions);
        let g = f.clone();
        let closures = (
            |_: &E, value| value,
            move |env: &E, sum: &mut V, value| reduce_into(env, &f, sum, value),
            move |env: &E, sum: &mut V, value| reduce_into(env, &g, sum, value),
        );
        self.combine("reduce_by_key", closures, &partitioner, Location::caller())
    }
}

/// `sum = f(sum, value)` where `sum` can't be moved out: a copy of the new value stands in for it
/// meanwhile, which costs nothing for plain values.
#[inline]
fn reduce_into<E, V: Clone>(env: &E, f: impl Fn(&E, V, V) -> V, sum: &mut V, value: V) {
    let old = std::mem::replace(sum, value.clone());
    *sum = f(env, old, value);
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// One value per key: all its values, merged two by two. `f` should be associative and
    /// commutative. `num_partitions` 0: Spark's default (the partitioner that is there, or as many
    /// partitions as the input has).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![("a", 1), ("b", 5), ("a", 2)], 2)
    ///     .map(|(k, v)| (k.to_string(), v));
    /// let mut sums = pairs.reduce_by_key(|a, b| a + b, 0).collect()?;
    /// sums.sort();
    /// assert_eq!(sums, [("a".to_string(), 3), ("b".to_string(), 5)]);
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
