//! The forms of `run_job` for some partitions only, and for results that nobody has to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext};
use crate::rdd::step::Measured;
use crate::rdd::{Rdd, With};

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::run_job_on`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::run_job_on`].
    #[track_caller]
    pub fn run_job_on<R, F>(&self, partitions: &[usize], f: F) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
    {
        let results = Arc::new(Mutex::new(BTreeMap::new()));
        let taken = Arc::clone(&results);
        self.run_job_with(partitions, f, move |partition, result| {
            taken.lock().insert(partition, result);
        })?;
        let results = std::mem::take(&mut *results.lock());
        // A partition that is asked for twice is computed once.
        let of = |p: &usize| results.get(p).cloned();
        Ok(partitions.iter().filter_map(of).collect())
    }

    /// [`Rdd::run_job_with`] with the environment. The handler runs on the driver, and has what it
    /// needs.
    ///
    /// # Errors
    /// As [`Rdd::run_job_with`].
    #[track_caller]
    pub fn run_job_with<R, F, H>(&self, partitions: &[usize], f: F, mut handler: H) -> Result<()>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
        H: FnMut(usize, R) + Send + 'static,
    {
        let there = self.rdd().num_partitions();
        if let Some(wrong) = partitions.iter().find(|p| **p >= there) {
            let reason = format!("there is no partition {wrong}; the RDD has {there}");
            return Err(Error::argument("partitions", reason));
        }
        if partitions.is_empty() {
            return Ok(());
        }
        let chosen: BTreeSet<u32> = partitions.iter().map(|p| *p as u32).collect();
        let measured = move |env: &E, cx: &TaskContext, records: PartitionIter<T>| {
            let value = f(env, cx, records)?;
            early_end(cx)?;
            Ok(Measured::new(value))
        };
        let take = move |partition: u32, result: R| {
            handler(partition as usize, result);
            Ok(())
        };
        let chosen = Some(chosen.into_iter().collect());
        self.run_at(Location::caller(), chosen, measured, take)
    }
}

impl<T: Data> Rdd<T> {
    /// [`run_job`](Self::run_job) on some partitions only; the results are in the order in which
    /// they are asked for. With an environment: [`With::run_job_on`].
    ///
    /// # Errors
    /// [`Error::Argument`] for a partition that is not there; what keeps one of them from being
    /// computed; the first error that `f` returns.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let numbers = ctx.range(0, 9, 1, 3)?;
    /// let sums = numbers.run_job_on(&[2, 0], |_, records| Ok(records.sum::<i64>()))?;
    /// assert_eq!(sums, [21, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn run_job_on<R, F>(&self, partitions: &[usize], f: F) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
    {
        self.with(())
            .run_job_on(partitions, move |(), cx, records| f(cx, records))
    }

    /// [`run_job`](Self::run_job) on some partitions, whose results go to `handler` on the driver
    /// as they arrive, in no particular order and each once, so that none has to be kept. With an
    /// environment: [`With::run_job_with`].
    ///
    /// The handler holds up the driver: it must be short, and can't run actions. When it panics
    /// the job fails.
    ///
    /// # Errors
    /// As [`run_job_on`](Self::run_job_on).
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (sent, told) = mpsc::channel();
    /// ctx.range(0, 9, 1, 3)?.run_job_with(
    ///     &[0, 1, 2],
    ///     |_, records| Ok(records.sum::<i64>()),
    ///     move |partition, sum| sent.send((partition, sum)).expect("it is awaited"),
    /// )?;
    /// let mut sums: Vec<_> = told.iter().collect();
    /// sums.sort();
    /// assert_eq!(sums, [(0, 3), (1, 12), (2, 21)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn run_job_with<R, F, H>(&self, partitions: &[usize], f: F, handler: H) -> Result<()>
    where
        R: Data,
        F: Fn(&TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
        H: FnMut(usize, R) + Send + 'static,
    {
        let f = move |(): &(), cx: &TaskContext, records: PartitionIter<T>| f(cx, records);
        self.with(()).run_job_with(partitions, f, handler)
    }
}

#[cfg(test)]
mod tests {
    use crate::context::Context;
    use crate::error::Error;

    #[test]
    fn only_the_partitions_that_are_asked_for_run() {
        let ctx = Context::local("local[2]").unwrap();
        let numbers = ctx.range(0, 40, 1, 4).unwrap().map(|x| {
            assert!(!(10..20).contains(&x), "partition 1 must not run");
            x
        });
        let largest = |partitions: &[usize]| {
            numbers.run_job_on(partitions, |cx, records| {
                Ok((cx.partition_id(), records.max()))
            })
        };
        assert_eq!(largest(&[3, 0]), Ok(vec![(3, Some(39)), (0, Some(9))]));
        let twice = largest(&[2, 0, 2]).unwrap();
        assert_eq!(twice, [(2, Some(29)), (0, Some(9)), (2, Some(29))]);
        assert_eq!(largest(&[]), Ok(vec![]));
        let wrong = largest(&[0, 4]).unwrap_err();
        assert!(matches!(&wrong, Error::Argument { name, .. } if name == "partitions"));
        assert!(
            largest(&[1])
                .unwrap_err()
                .to_string()
                .contains("must not run")
        );
    }

    #[test]
    fn a_handler_that_panics_fails_the_job() {
        let ctx = Context::local("local[2]").unwrap();
        let numbers = ctx.range(0, 40, 1, 4).unwrap();
        let count = |_: &_, records: crate::PartitionIter<i64>| Ok(records.count());
        let error = numbers
            .run_job_with(&[0, 1, 2, 3], count, |i, _| assert!(i != 2, "no {i}"))
            .unwrap_err();
        assert!(matches!(error.root_cause(), Error::Panic { message, .. } if message == "no 2"));
        assert_eq!(numbers.count(), Ok(40), "the context goes on");
    }
}
