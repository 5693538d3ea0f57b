//! The plain transformations, and `collect`, `count`, `run_job`.

use super::Rdd;
use super::step::Measured;
use super::view::{Gathered, Placement};
use crate::data::Data;
use crate::error::Result;
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext};
use crate::storage::size::SizeEstimator;

impl<T: Data> Rdd<T> {
    /// One record for each record.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![1, 2], 2).map(|x| x * 10).collect()?, [10, 20]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn map<U: Data, F>(&self, f: F) -> Rdd<U>
    where
        F: Fn(T) -> U + Send + Sync + 'static,
    {
        self.with(()).map(move |(), x| f(x))
    }

    /// The records for which `f` holds. A partitioner is kept.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 6, 1, 2)?.filter(|x| x % 2 == 0).collect()?, [0, 2, 4]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn filter<F>(&self, f: F) -> Rdd<T>
    where
        F: Fn(&T) -> bool + Send + Sync + 'static,
    {
        self.with(()).filter(move |(), x| f(x))
    }

    /// Any number of records for each record.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 3, 1, 2)?.flat_map(|x| 0..x).collect()?, [0, 0, 1]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn flat_map<U: Data, I, F>(&self, f: F) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(T) -> I + Send + Sync + 'static,
    {
        self.with(()).flat_map(move |(), x| f(x))
    }

    /// Calls `f` once per partition with its records as an iterator.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sums = ctx.range(0, 6, 1, 2)?.map_partitions(|records| [records.sum::<i64>()]);
    /// assert_eq!(sums.collect()?, [3, 12]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn map_partitions<U: Data, I, F>(&self, f: F) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(PartitionIter<T>) -> I + Send + Sync + 'static,
    {
        self.with(()).map_partitions(move |(), records| f(records))
    }

    /// Like [`map_partitions`](Self::map_partitions), with the number of the partition.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let tagged = ctx.parallelize(vec!['a', 'b'], 2)
    ///     .map_partitions_with_index(|i, records| records.map(move |c| (i, c)));
    /// assert_eq!(tagged.collect()?, [(0, 'a'), (1, 'b')]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn map_partitions_with_index<U: Data, I, F>(&self, f: F) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(usize, PartitionIter<T>) -> I + Send + Sync + 'static,
    {
        self.with(())
            .map_partitions_with_index(move |(), i, records| f(i, records))
    }

    /// Each partition as one record, a vector.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 3, 1, 2)?.glom().collect()?, [vec![0], vec![1, 2]]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn glom(&self) -> Rdd<Vec<T>> {
        self.with(()).partitions_named(
            "glom",
            |(), _, records| [records.into_vec()],
            Placement::Lost,
        )
    }

    /// All records, in the order of partitions.
    ///
    /// # Errors
    /// What keeps a partition from being computed;
    /// [`Error::ResultTooLarge`](crate::Error::ResultTooLarge) beyond `spark.driver.maxResultSize`.
    #[track_caller]
    pub fn collect(&self) -> Result<Vec<T>> {
        let parts = Gathered::new(self.num_partitions());
        let take = parts.taker();
        self.with(())
            .run_all(|(), cx, records| collect_partition(cx, records), take)?;
        let parts = parts.in_order();
        let mut all = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for mut part in parts {
            if all.is_empty() && all.capacity() == part.len() {
                all = part;
            } else {
                all.append(&mut part);
            }
        }
        Ok(all)
    }

    /// Number of records.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 1000, 3, 2)?.count()?, 334);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count(&self) -> Result<u64> {
        let counts = self
            .with(())
            .run_job(|(), _, records| Ok(records.fold(0_u64, |n, _| n + 1)))?;
        Ok(counts.iter().sum())
    }

    /// Calls `f` on the records of each partition and gives the results in the order of
    /// partitions: what all other actions are made of.
    ///
    /// # Errors
    /// What keeps a partition from being computed; the first error that `f` returns.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let largest = ctx.range(0, 10, 1, 2)?.run_job(|_, records| Ok(records.max()))?;
    /// assert_eq!(largest, [Some(4), Some(9)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn run_job<R, F>(&self, f: F) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
    {
        self.with(()).run_job(move |(), cx, records| f(cx, records))
    }
}

/// The records of a partition in one vector, with their deep size.
pub(crate) fn collect_partition<T: Data>(
    cx: &TaskContext,
    mut records: PartitionIter<T>,
) -> Result<Measured<Vec<T>>> {
    let limit = cx.env().conf.max_result_bytes()?;
    let mut estimator = SizeEstimator::new();
    let (mut all, mut bytes) = (Vec::new(), 0);
    let mut rest = records.take_rest();
    while let Some(mut chunk) = rest.take().or_else(|| records.next_chunk()) {
        bytes += estimator.estimate(&chunk) as u64;
        if limit.is_some_and(|l| bytes > l) {
            // The driver, which knows the job, refuses the result by its size.
            return Ok(Measured {
                value: Vec::new(),
                bytes,
            });
        }
        if all.is_empty() {
            all = chunk;
        } else {
            all.append(&mut chunk);
        }
    }
    early_end(cx)?;
    Ok(Measured { value: all, bytes })
}
