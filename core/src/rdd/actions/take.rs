//! `take`, `first` and `is_empty`: the first records, from as few partitions as will do.
//!
//! Jobs run on growing ranges of partitions until there are enough records: first
//! `spark.rdd.limit.initialNumPartitions`, then what the records found so far let expect to be
//! needed and half of that more, but at most `spark.rdd.limit.scaleUpFactor` times what was tried.
//! A task stops pulling when it has enough, so that no partition is computed as a whole.

use std::panic::Location;

use super::empty;
use crate::data::Data;
use crate::error::Result;
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext};
use crate::rdd::Rdd;
use crate::rdd::step::Measured;
use crate::storage::size::SizeEstimator;

impl<T: Data> Rdd<T> {
    /// The first `n` records, in the order of partitions; fewer if there are not as many. Only as
    /// many partitions are computed as are needed, and only their beginnings (to the next
    /// [`CHUNK`](crate::exec::CHUNK) of records).
    ///
    /// # Errors
    /// What keeps a partition from being computed;
    /// [`Error::ResultTooLarge`](crate::Error::ResultTooLarge) beyond `spark.driver.maxResultSize`.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 1_000_000, 1, 8)?.take(3)?, [0, 1, 2]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn take(&self, n: usize) -> Result<Vec<T>> {
        self.take_at(n, Location::caller())
    }

    pub(super) fn take_at(&self, n: usize, site: &'static Location<'static>) -> Result<Vec<T>> {
        let conf = self.context().conf();
        let scale_up = conf.get_int("spark.rdd.limit.scaleUpFactor")?.max(2) as usize;
        let mut tries = conf.get_int("spark.rdd.limit.initialNumPartitions")? as usize;
        let total = self.num_partitions();
        let (mut taken, mut scanned) = (Vec::new(), 0_usize);
        while taken.len() < n && scanned < total {
            let left = n - taken.len();
            if scanned > 0 {
                tries = next_tries(left, taken.len(), scanned, scale_up);
            }
            let until = scanned.saturating_add(tries).min(total);
            let parts =
                self.with(left as u64)
                    .gather_range(scanned..until, take_partition, site)?;
            for part in parts {
                let left = n - taken.len();
                taken.extend(part.into_iter().take(left));
            }
            scanned = until;
        }
        Ok(taken)
    }

    /// The first record.
    ///
    /// # Errors
    /// [`Error::EmptyCollection`](crate::Error::EmptyCollection) without records; what keeps a
    /// partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![7, 8], 2).first()?, 7);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn first(&self) -> Result<T> {
        self.take(1)?.pop().ok_or_else(|| empty("first"))
    }

    /// Whether there is no record. Partitions are tried as by [`take`](Self::take).
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.range(0, 10, 1, 2)?;
    /// assert!(!rdd.is_empty()?);
    /// assert!(rdd.filter(|x| *x > 10).is_empty()?);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.take(1)?.is_empty())
    }
}

/// How many partitions to try after `scanned` of them gave `found` records and `left` are missing.
fn next_tries(left: usize, found: usize, scanned: usize, scale_up: usize) -> usize {
    let most = scanned.saturating_mul(scale_up);
    if found == 0 {
        return most;
    }
    let expected = (1.5 * left as f64 * scanned as f64 / found as f64).ceil();
    (expected as usize).min(most)
}

/// The first records of one partition.
fn take_partition<T: Data>(
    left: &u64,
    cx: &TaskContext,
    mut records: PartitionIter<T>,
) -> Result<Measured<Vec<T>>> {
    let limit = cx.env().conf.max_result_bytes()?;
    let left = usize::try_from(*left).unwrap_or(usize::MAX);
    let mut estimator = SizeEstimator::new();
    let (mut value, mut bytes) = (Vec::new(), 0);
    while value.len() < left {
        let Some(mut chunk) = records.next_chunk() else {
            break;
        };
        chunk.truncate(left - value.len());
        bytes += estimator.estimate(&chunk) as u64;
        if limit.is_some_and(|l| bytes > l) {
            // The driver, which knows the job, refuses the result by its size.
            value.clear();
            return Ok(Measured { value, bytes });
        }
        value.append(&mut chunk);
    }
    early_end(cx)?;
    Ok(Measured { value, bytes })
}

#[cfg(test)]
mod tests {
    use super::next_tries;

    #[test]
    fn tries_grow_by_what_was_found_and_at_most_by_the_factor() {
        assert_eq!(next_tries(10, 0, 1, 4), 4);
        assert_eq!(next_tries(10, 0, 5, 4), 20);
        assert_eq!(next_tries(10, 10, 4, 4), 6);
        assert_eq!(next_tries(1000, 1, 4, 4), 16);
        assert_eq!(next_tries(1, 100, 1, 4), 1);
    }
}
