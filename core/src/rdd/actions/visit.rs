//! `for_each`, `for_each_partition` and `count_by_value`.

use std::collections::HashMap;

use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::PartitionIter;
use crate::rdd::{Rdd, With};

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::for_each`] with the environment.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    #[track_caller]
    pub fn for_each<F>(&self, f: F) -> Result<()>
    where
        F: Fn(&E, T) + Send + Sync + 'static,
    {
        self.for_each_partition(move |env, records| records.for_each(|x| f(env, x)))
    }

    /// [`Rdd::for_each_partition`] with the environment.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    #[track_caller]
    pub fn for_each_partition<F>(&self, f: F) -> Result<()>
    where
        F: Fn(&E, PartitionIter<T>) + Send + Sync + 'static,
    {
        self.run_job(move |env, _, records| {
            f(env, records);
            Ok(())
        })?;
        Ok(())
    }
}

impl<T: Data> Rdd<T> {
    /// Calls `f` with each record, where the records are. Answers come back by accumulators. With
    /// an environment: [`With::for_each`].
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sum = ctx.long_accumulator("sum");
    /// ctx.range(1, 5, 1, 2)?.with(sum.clone()).for_each(|sum, x| sum.add(x))?;
    /// assert_eq!(sum.sum(), 10);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn for_each<F>(&self, f: F) -> Result<()>
    where
        F: Fn(T) + Send + Sync + 'static,
    {
        self.with(()).for_each(move |(), x| f(x))
    }

    /// Calls `f` once per partition with its records: for a connection or file per partition.
    /// Records that `f` leaves are not computed. With an environment:
    /// [`With::for_each_partition`].
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.range(0, 4, 1, 2)?.for_each_partition(|records| assert_eq!(records.count(), 2))?;
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn for_each_partition<F>(&self, f: F) -> Result<()>
    where
        F: Fn(PartitionIter<T>) + Send + Sync + 'static,
    {
        self.with(())
            .for_each_partition(move |(), records| f(records))
    }

    /// How often each record occurs. The records are counted by a shuffle; the distinct ones must
    /// fit into the driver's memory.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let counts = ctx.parallelize(vec!['a', 'b', 'a'], 2).count_by_value()?;
    /// assert_eq!((counts[&'a'], counts[&'b']), (2, 1));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_by_value(&self) -> Result<HashMap<T, u64>>
    where
        T: Key,
    {
        let counts = self.map(|x| (x, 1_u64)).reduce_by_key(|a, b| a + b, 0);
        Ok(counts.collect()?.into_iter().collect())
    }
}
