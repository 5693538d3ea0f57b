//! Actions on pairs: `count_by_key`, `lookup`, `collect_as_map`, `reduce_by_key_locally`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;
use std::panic::Location;

use super::empty;
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext, catching};
use crate::rdd::shuffled::KeyPartitioner;
use crate::rdd::step::Measured;
use crate::rdd::view::Placement;
use crate::rdd::{Rdd, With};
use crate::shuffle::FlintBuildHasher;

/// Merges one value into a map. Values are options so that they can be moved out and back.
fn merge<K: Key, V, S: BuildHasher>(
    map: &mut HashMap<K, Option<V>, S>,
    key: K,
    value: V,
    f: impl Fn(V, V) -> V,
) {
    match map.entry(key) {
        Entry::Occupied(mut entry) => {
            let slot = entry.get_mut();
            *slot = match slot.take() {
                Some(old) => Some(f(old, value)),
                None => Some(value),
            };
        }
        Entry::Vacant(entry) => {
            entry.insert(Some(value));
        }
    }
}

impl<K: Key, V: Data, E: Data> With<(K, V), E> {
    /// [`Rdd::reduce_by_key_locally`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::reduce_by_key_locally`].
    #[track_caller]
    pub fn reduce_by_key_locally<F>(&self, f: F) -> Result<HashMap<K, V>>
    where
        F: Fn(&E, V, V) -> V + Clone + Send + Sync + 'static,
    {
        let g = f.clone();
        let parts = self.run_job(move |env, _, records| {
            let mut map = HashMap::with_hasher(FlintBuildHasher);
            records.for_each(|(k, v)| merge(&mut map, k, v, |a, b| f(env, a, b)));
            let pairs = map.into_iter().filter_map(|(k, v)| Some((k, v?)));
            Ok(pairs.collect::<Vec<(K, V)>>())
        })?;
        if parts.is_empty() {
            return Err(empty("reduce_by_key_locally"));
        }
        let env = self.env();
        catching(|| {
            let mut map = HashMap::new();
            for (k, v) in parts.into_iter().flatten() {
                merge(&mut map, k, v, |a, b| g(env, a, b));
            }
            Ok(map.into_iter().filter_map(|(k, v)| Some((k, v?))).collect())
        })
    }
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// The number of records of each key. They are counted by a shuffle; the keys must fit into
    /// the driver's memory.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let counts = ctx.parallelize(vec![(1, 'a'), (2, 'b'), (1, 'c')], 2).count_by_key()?;
    /// assert_eq!((counts[&1], counts[&2]), (2, 1));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_by_key(&self) -> Result<HashMap<K, u64>> {
        let ones =
            self.with(())
                .map_named("count_by_key", |(), (k, _)| (k, 1_u64), Placement::Kept);
        let counts = ones.reduce_by_key(|a, b| a + b, 0).collect()?;
        Ok(counts.into_iter().collect())
    }

    /// The values of a key, in the order of partitions. If the records are placed by a
    /// partitioner, only the partition of the key is read.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(1, 'a'), (2, 'b'), (1, 'c')], 2);
    /// assert_eq!(pairs.lookup(&1)?, ['a', 'c']);
    /// assert!(pairs.lookup(&9)?.is_empty());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn lookup(&self, key: &K) -> Result<Vec<V>> {
        // A range partitioner knows its bounds only from here on.
        self.context().prepare(self.node())?;
        let partitions = match KeyPartitioner::<K>::of(self.node()) {
            Some(by) if self.num_partitions() > 0 => {
                let partition = catching(|| Ok(by.shared.partition(key)))?;
                partition..partition + 1
            }
            _ => 0..self.num_partitions(),
        };
        let found = self.with(key.clone()).gather_range(
            partitions,
            |key: &K, cx: &TaskContext, records: PartitionIter<(K, V)>| {
                let values = records.filter_map(|(k, v)| (k == *key).then_some(v));
                let values = values.collect::<Vec<V>>();
                early_end(cx)?;
                Ok(Measured::new(values))
            },
            Location::caller(),
        )?;
        Ok(found.into_iter().flatten().collect())
    }

    /// All records as a map. Of several values of a key the last one, in the order of partitions,
    /// is kept.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let map = ctx.parallelize(vec![(1, 'a'), (2, 'b'), (1, 'c')], 2).collect_as_map()?;
    /// assert_eq!((map[&1], map[&2]), ('c', 'b'));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn collect_as_map(&self) -> Result<HashMap<K, V>> {
        Ok(self.collect()?.into_iter().collect())
    }

    /// One value per key as by [`reduce_by_key`](Self::reduce_by_key), merged in each partition
    /// and then on the driver, in the order of partitions, without a shuffle. With an environment:
    /// [`With::reduce_by_key_locally`].
    ///
    /// # Errors
    /// [`Error::EmptyCollection`](crate::Error::EmptyCollection) for an RDD without partitions, as
    /// in Spark (without records: an empty map); what keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(1, 10), (2, 20), (1, 11)], 2);
    /// let sums = pairs.reduce_by_key_locally(|a, b| a + b)?;
    /// assert_eq!((sums[&1], sums[&2]), (21, 20));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn reduce_by_key_locally<F>(&self, f: F) -> Result<HashMap<K, V>>
    where
        F: Fn(V, V) -> V + Clone + Send + Sync + 'static,
    {
        self.with(()).reduce_by_key_locally(move |(), a, b| f(a, b))
    }
}
