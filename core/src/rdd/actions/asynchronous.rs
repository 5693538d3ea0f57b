//! Actions that don't block: each gives a [`JobFuture`].
//!
//! The action runs on a thread of its own, with the job group, tags and properties of the thread
//! that called it.

use std::panic::Location;

use crate::context::{Context, JobFuture, JobProperties, start_async};
use crate::data::Data;
use crate::error::Result;
use crate::exec::PartitionIter;
use crate::rdd::transform::collect_partition;
use crate::rdd::{Rdd, With};

/// Starts an action in the name of the calling thread.
pub(super) fn start<R: Send + 'static>(
    ctx: &Context,
    action: impl FnOnce() -> Result<R> + Send + 'static,
) -> JobFuture<R> {
    let id = ctx.inner().id;
    let properties = JobProperties::of_thread(id);
    // Seen here: the action itself runs on a thread of its own, where nothing tells of the task.
    let refused = ctx.refuse_in_task();
    start_async(&ctx.inner().driver, move || {
        refused?;
        properties.enter(id);
        action()
    })
}

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::for_each_async`] with the environment.
    #[track_caller]
    pub fn for_each_async<F>(&self, f: F) -> JobFuture<()>
    where
        F: Fn(&E, T) + Send + Sync + 'static,
    {
        self.for_each_partition_async(move |env, records| records.for_each(|x| f(env, x)))
    }

    /// [`Rdd::for_each_partition_async`] with the environment.
    #[track_caller]
    pub fn for_each_partition_async<F>(&self, f: F) -> JobFuture<()>
    where
        F: Fn(&E, PartitionIter<T>) + Send + Sync + 'static,
    {
        let (view, site) = (self.clone(), Location::caller());
        start(self.ctx(), move || {
            let visit = move |env: &E, _: &_, records: PartitionIter<T>| {
                f(env, records);
                Ok(())
            };
            view.run_job_at(visit, site).map(|_| ())
        })
    }
}

impl<T: Data> Rdd<T> {
    /// [`collect`](Self::collect) without blocking.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let records = ctx.range(0, 3, 1, 2)?.collect_async();
    /// assert_eq!(records.wait()?, [0, 1, 2]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn collect_async(&self) -> JobFuture<Vec<T>> {
        let (rdd, site) = (self.clone(), Location::caller());
        start(self.context(), move || {
            let parts = rdd.with(()).gather_range(
                0..rdd.num_partitions(),
                |(), cx, records| collect_partition(cx, records),
                site,
            )?;
            Ok(parts.into_iter().flatten().collect())
        })
    }

    /// [`count`](Self::count) without blocking.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 1000, 1, 4)?.count_async().wait()?, 1000);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_async(&self) -> JobFuture<u64> {
        let (rdd, site) = (self.clone(), Location::caller());
        start(self.context(), move || {
            let counts = rdd
                .with(())
                .run_job_at(|(), _, records| Ok(records.fold(0_u64, |n, _| n + 1)), site)?;
            Ok(counts.iter().sum())
        })
    }

    /// [`take`](Self::take) without blocking.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 1000, 1, 4)?.take_async(2).wait()?, [0, 1]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn take_async(&self, n: usize) -> JobFuture<Vec<T>> {
        let (rdd, site) = (self.clone(), Location::caller());
        start(self.context(), move || rdd.take_at(n, site))
    }

    /// [`for_each`](Self::for_each) without blocking. With an environment:
    /// [`With::for_each_async`].
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.range(0, 4, 1, 2)?.for_each_async(|x| assert!(x < 4)).wait()?;
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn for_each_async<F>(&self, f: F) -> JobFuture<()>
    where
        F: Fn(T) + Send + Sync + 'static,
    {
        self.with(()).for_each_async(move |(), x| f(x))
    }

    /// [`for_each_partition`](Self::for_each_partition) without blocking. With an environment:
    /// [`With::for_each_partition_async`].
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.range(0, 4, 1, 2)?;
    /// rdd.for_each_partition_async(|records| assert_eq!(records.count(), 2)).wait()?;
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn for_each_partition_async<F>(&self, f: F) -> JobFuture<()>
    where
        F: Fn(PartitionIter<T>) + Send + Sync + 'static,
    {
        self.with(())
            .for_each_partition_async(move |(), records| f(records))
    }
}
