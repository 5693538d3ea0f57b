//! [`Rdd`]: a partitioned collection that is computed when an action asks, and again when a part
//! of it is lost.
//!
//! Every operation that takes a closure exists twice: on the RDD itself, and on its view with an
//! environment ([`Rdd::with`]), whose closures take the environment as their first argument. The
//! first form is the second with `()`.

mod actions;
pub(crate) mod checkpoint;
mod group;
mod join;
pub(crate) mod node;
mod pair;
pub(crate) mod persist;
mod pipe;
mod repartition;
mod sample;
mod sample_exact;
mod save;
mod set_ops;
pub(crate) mod shuffled;
mod sort;
pub(crate) mod step;
#[cfg(test)]
mod tests;
mod transform;
mod values;
mod view;
mod zip;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::context::Context;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::storage::level::StorageLevel;

pub use actions::{BoundedDouble, LocalIterator, Number, PartialResult, StatCounter};
pub use view::With;

use node::RddNode;

/// A partitioned, immutable collection of records: how to compute it, not the records themselves.
///
/// A cheap handle; clones are the same RDD. Transformations return at once; actions run a job and
/// block until it ends, from any thread, also inside an async runtime.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::local("local[2]")?;
/// let text = "to be or not to be".split(' ').map(str::to_owned).collect();
/// let long = ctx.parallelize(text, 2).filter(|word| word.len() > 2);
/// assert_eq!(long.collect()?, ["not"]);
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct Rdd<T> {
    ctx: Context,
    node: Arc<RddNode>,
    records: PhantomData<fn() -> T>,
}

impl<T> Clone for Rdd<T> {
    fn clone(&self) -> Self {
        Rdd {
            ctx: self.ctx.clone(),
            node: Arc::clone(&self.node),
            records: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Rdd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = &self.node;
        write!(
            f,
            "Rdd({} {}, {} partitions)",
            node.id, node.operator, node.num_partitions
        )
    }
}

impl<T: Data> Rdd<T> {
    pub(crate) fn new(ctx: &Context, node: Arc<RddNode>) -> Self {
        Rdd {
            ctx: ctx.clone(),
            node,
            records: PhantomData,
        }
    }

    pub(crate) fn node(&self) -> &Arc<RddNode> {
        &self.node
    }

    /// The context that made the RDD.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2);
    /// assert_eq!(rdd.context().master(), "local[2]");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn context(&self) -> &Context {
        &self.ctx
    }

    /// The RDD's number in its context.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2);
    /// assert_ne!(rdd.id(), rdd.map(|x| x + 1).id());
    /// assert_eq!(rdd.id(), rdd.clone().id());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn id(&self) -> u64 {
        self.node.id
    }

    /// The name given by [`set_name`](Self::set_name).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2);
    /// assert_eq!(rdd.name(), None);
    /// assert_eq!(rdd.set_name("visits").name().as_deref(), Some("visits"));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn name(&self) -> Option<String> {
        self.node.name.read().clone()
    }

    /// Names the RDD, for the UI and [`to_debug_string`](Self::to_debug_string).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2).set_name("visits");
    /// assert!(rdd.to_debug_string().contains("visits"));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn set_name(&self, name: &str) -> Rdd<T> {
        *self.node.name.write() = Some(name.to_owned());
        self.clone()
    }

    /// Number of partitions (Spark's `getNumPartitions`).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![1, 2, 3], 2).num_partitions(), 2);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn num_partitions(&self) -> usize {
        self.node.num_partitions
    }

    /// Whether records are placed by a partitioner, so that operations by key need not move them.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![(1, 'a'), (2, 'b')], 2);
    /// assert!(!pairs.has_partitioner());
    /// let placed = pairs.partition_by_hash(3);
    /// assert!(placed.map_values(|c| c.to_ascii_uppercase()).has_partitioner());
    /// assert!(!placed.map(|pair| pair).has_partitioner(), "keys may have changed");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn has_partitioner(&self) -> bool {
        self.node.partitioner.is_some()
    }

    /// The view with an environment: its operations take closures whose first argument is `env`.
    ///
    /// Closures can capture what they like as long as they stay in this process. One that must
    /// reach another process captures nothing; what it needs goes through `env`.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let factor = 3;
    /// let scaled = ctx.parallelize(vec![1, 2], 2).with(factor).map(|factor, x| x * factor);
    /// assert_eq!(scaled.collect()?, [3, 6]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn with<E: Data>(&self, env: E) -> With<T, E> {
        With::new(self.clone(), Arc::new(env))
    }

    /// Keeps the partitions, once computed, in the way that `level` says.
    ///
    /// # Errors
    /// [`Error::Argument`] if the RDD has another level already: unpersist it first, as in Spark.
    ///
    /// ```
    /// use flint_core::{Context, StorageLevel};
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.range(0, 100, 1, 2)?.map(|x| x * x).persist(StorageLevel::MEMORY_AND_DISK)?;
    /// assert_eq!(rdd.count()?, 100);
    /// assert_eq!(ctx.storage_status().len(), 2);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn persist(&self, level: StorageLevel) -> Result<Rdd<T>> {
        let mut current = self.node.level.write();
        if *current != StorageLevel::NONE && *current != level {
            return Err(Error::argument(
                "level",
                format!("RDD {} is persisted as {current} already", self.node.id),
            ));
        }
        *current = level;
        Ok(self.clone())
    }

    /// [`persist`](Self::persist) with `MEMORY_ONLY`. An RDD that has a level keeps it.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let squares = ctx.range(0, 100, 1, 2)?.map(|x| x * x).cache();
    /// assert_eq!(squares.count()?, 100);
    /// assert_eq!(ctx.storage_status().len(), 2);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn cache(&self) -> Rdd<T> {
        let mut current = self.node.level.write();
        if *current == StorageLevel::NONE {
            *current = StorageLevel::MEMORY_ONLY;
        }
        drop(current);
        self.clone()
    }

    /// Frees the kept partitions. An RDD whose local checkpoint was made can't lose them and stays.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let squares = ctx.range(0, 100, 1, 2)?.map(|x| x * x).cache();
    /// assert_eq!(squares.count()?, 100);
    /// squares.unpersist();
    /// assert!(ctx.storage_status().is_empty());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn unpersist(&self) -> Rdd<T> {
        if self.is_locally_checkpointed() {
            tracing::warn!(
                rdd = self.node.id,
                "a locally checkpointed RDD stays persisted"
            );
            return self.clone();
        }
        *self.node.level.write() = StorageLevel::NONE;
        self.ctx.inner().forget_rdd(self.node.id);
        self.clone()
    }

    /// How partitions are kept.
    ///
    /// ```
    /// use flint_core::{Context, StorageLevel};
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2);
    /// assert_eq!(rdd.storage_level(), StorageLevel::NONE);
    /// assert_eq!(rdd.cache().storage_level(), StorageLevel::MEMORY_ONLY);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn storage_level(&self) -> StorageLevel {
        *self.node.level.read()
    }

    /// The lineage as text, one RDD a line, indented at shuffles.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2).map(|x| x + 1);
    /// assert_eq!(rdd.to_debug_string().lines().count(), 2);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn to_debug_string(&self) -> String {
        let mut text = String::new();
        let mut waiting = vec![(Arc::clone(&self.node), 0_usize)];
        while let Some((node, depth)) = waiting.pop() {
            let name = node.name.read().clone().unwrap_or_default();
            text.push_str(&format!(
                "{:indent$}({}) {}[{}] {name} at {}\n",
                "",
                node.num_partitions,
                node.operator,
                node.id,
                node.site(),
                indent = depth * 2
            ));
            for parent in node.parents().into_iter().rev() {
                match parent {
                    node::Parent::Narrow(n) => waiting.push((n, depth)),
                    node::Parent::Shuffle(s) => waiting.push((Arc::clone(&s.parent), depth + 1)),
                }
            }
        }
        text
    }
}
