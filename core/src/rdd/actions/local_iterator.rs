//! [`LocalIterator`]: all records on the driver, one partition at a time.

use std::panic::Location;

use super::asynchronous::start;
use crate::context::JobFuture;
use crate::data::Data;
use crate::error::Result;
use crate::rdd::Rdd;
use crate::rdd::transform::collect_partition;

/// The records of an RDD in the order of partitions, made by [`Rdd::to_local_iterator`].
///
/// Each partition is a job of its own, run when the iterator comes to it; the driver holds one
/// partition at a time ([`prefetching`](Self::prefetching): two). The iterator ends after an error.
pub struct LocalIterator<T> {
    rdd: Rdd<T>,
    site: &'static Location<'static>,
    current: std::vec::IntoIter<T>,
    /// The next partition to compute.
    next: usize,
    prefetch: bool,
    ahead: Option<JobFuture<Vec<T>>>,
}

impl<T> std::fmt::Debug for LocalIterator<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rdd, next) = (&self.rdd, self.next);
        write!(f, "LocalIterator({rdd:?}, at partition {next})")
    }
}

impl<T: Data> LocalIterator<T> {
    /// Computes the next partition while the records of one are consumed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.range(0, 4, 1, 2)?;
    /// let all: Result<Vec<i64>, _> = rdd.to_local_iterator().prefetching().collect();
    /// assert_eq!(all?, [0, 1, 2, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn prefetching(mut self) -> Self {
        self.prefetch = true;
        self
    }

    /// The next partition that there is, if any.
    fn advance(&mut self) -> Option<usize> {
        (self.next < self.rdd.num_partitions()).then(|| {
            self.next += 1;
            self.next - 1
        })
    }

    fn fetch(&mut self) -> Option<Result<Vec<T>>> {
        let records = match self.ahead.take() {
            Some(ahead) => ahead.wait(),
            None => {
                let partition = self.advance()?;
                collect_one(&self.rdd, partition, self.site)
            }
        };
        if self.prefetch
            && records.is_ok()
            && let Some(partition) = self.advance()
        {
            let (rdd, site) = (self.rdd.clone(), self.site);
            let work = move || collect_one(&rdd, partition, site);
            self.ahead = Some(start(self.rdd.context(), work));
        }
        Some(records)
    }
}

impl<T: Data> Iterator for LocalIterator<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        loop {
            if let Some(x) = self.current.next() {
                return Some(Ok(x));
            }
            match self.fetch()? {
                Ok(records) => self.current = records.into_iter(),
                Err(e) => {
                    self.next = self.rdd.num_partitions();
                    return Some(Err(e));
                }
            }
        }
    }
}

impl<T: Data> std::iter::FusedIterator for LocalIterator<T> {}

impl<T> Drop for LocalIterator<T> {
    fn drop(&mut self) {
        if let Some(ahead) = &self.ahead {
            ahead.cancel();
        }
    }
}

fn collect_one<T: Data>(
    rdd: &Rdd<T>,
    partition: usize,
    site: &'static Location<'static>,
) -> Result<Vec<T>> {
    let parts = rdd.with(()).gather_range(
        partition..partition + 1,
        |(), cx, records| collect_partition(cx, records),
        site,
    )?;
    Ok(parts.into_iter().flatten().collect())
}

impl<T: Data> Rdd<T> {
    /// All records, one partition after the other, each fetched by a job when the iterator comes
    /// to it. Cache what is dear to compute: each job runs its share of narrow steps again, but
    /// not shuffles that have been written.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let mut records = ctx.range(0, 1_000_000, 1, 100)?.to_local_iterator();
    /// assert_eq!(records.next().transpose()?, Some(0));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn to_local_iterator(&self) -> LocalIterator<T> {
        LocalIterator {
            rdd: self.clone(),
            site: Location::caller(),
            current: Vec::new().into_iter(),
            next: 0,
            prefetch: false,
            ahead: None,
        }
    }
}
