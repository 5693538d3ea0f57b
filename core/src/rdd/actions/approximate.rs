//! Approximate actions: an answer with bounds at a deadline, whatever is done by then, and the
//! whole answer when the job has ended.
//!
//! The job runs on a thread of its own, as that of an async action does, and each partition's
//! answer goes into an [`Evaluator`] as it arrives. The caller waits by the context's clock for the
//! end or the deadline, whichever is first, and takes what the evaluator knows. Handlers of the
//! final value run on the job's thread: they may block, and may run actions.

mod distinct;
mod evaluator;
mod partial_result;
mod quantile;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::asynchronous::start;
use super::statistics::{Number, StatCounter};
use crate::clock::Clock;
use crate::data::{Data, Key};
use crate::error::{Error, Result};
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext};
use crate::rdd::Rdd;
use crate::rdd::step::Measured;
use crate::shuffle::FlintBuildHasher;

use evaluator::{Count, Evaluator, GroupedCount, Mean, Progress, Sum};
use partial_result::Ending;
pub use partial_result::{BoundedDouble, PartialResult};

/// A job whose answers are evaluated as they arrive.
struct Running<V> {
    state: Mutex<State<V>>,
    changed: Condvar,
}

struct State<V> {
    evaluator: V,
    /// How the job ended.
    end: Option<Result<()>>,
}

impl<V: Evaluator> Running<V> {
    /// Waits for the job's end until the deadline. Gives what is known then, and whether it is
    /// everything.
    ///
    /// # Errors
    /// What the job ended with.
    fn wait(&self, clock: &dyn Clock, deadline: Duration) -> Result<(V::Answer, bool)> {
        let mut state = self.state.lock();
        while state.end.is_none() {
            if clock.wait_until(&self.changed, &mut state, Some(deadline)) {
                break;
            }
        }
        match &state.end {
            Some(Err(error)) => Err(error.clone()),
            end => Ok((state.evaluator.current(), end.is_some())),
        }
    }

    fn ended(&self, result: Result<()>) -> Result<V::Answer> {
        let mut state = self.state.lock();
        state.end = Some(result.clone());
        self.changed.notify_all();
        result.map(|()| state.evaluator.current())
    }
}

/// Tells both of those that wait how the job ended, even if its thread was never started.
struct JobEnd<V: Evaluator> {
    running: Arc<Running<V>>,
    ending: Ending<V::Answer>,
}

impl<V: Evaluator> JobEnd<V> {
    fn told(self, result: Result<()>) {
        self.ending.end(self.running.ended(result));
    }
}

impl<V: Evaluator> Drop for JobEnd<V> {
    fn drop(&mut self) {
        if self.running.state.lock().end.is_none() {
            let reason = "the job of an approximate action did not run";
            let error = Error::Internal(reason.to_owned());
            self.ending.end(self.running.ended(Err(error)));
        }
    }
}

impl<T: Data> Rdd<T> {
    /// Runs `f` on all partitions and evaluates what it answers, for at most `timeout`.
    fn approximate<V, F>(
        &self,
        f: F,
        evaluator: V,
        timeout: Duration,
        site: &'static Location<'static>,
    ) -> Result<PartialResult<V::Answer>>
    where
        V: Evaluator,
        F: Fn(PartitionIter<T>) -> V::Part + Send + Sync + 'static,
    {
        self.context().refuse_in_task()?;
        let clock = Arc::clone(self.context().inner().driver.clock());
        let deadline = clock.now().saturating_add(timeout);
        let state = State {
            evaluator,
            end: None,
        };
        let running = Arc::new(Running {
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let end = JobEnd {
            running: Arc::clone(&running),
            ending: Ending::new(),
        };
        let waiting = end.ending.awaited();
        let (rdd, merging) = (self.clone(), Arc::clone(&running));
        // Nobody waits for the future: the job's end tells itself.
        drop(start(self.context(), move || {
            let measured = move |(): &(), cx: &TaskContext, records: PartitionIter<T>| {
                let part = f(records);
                early_end(cx)?;
                Ok(Measured::new(part))
            };
            let take = move |partition: u32, part: V::Part| {
                merging.state.lock().evaluator.merge(partition, part);
                Ok(())
            };
            let result = rdd.with(()).run_at(site, None, measured, take);
            end.told(result);
            Ok(())
        }));
        let (initial, is_final) = running.wait(&*clock, deadline)?;
        Ok(PartialResult::new(initial, is_final, waiting))
    }

    fn progress(&self, confidence: f64) -> Result<Progress> {
        if !(0.0..=1.0).contains(&confidence) {
            let reason = format!("it must be between 0 and 1, not {confidence}");
            return Err(Error::argument("confidence", reason));
        }
        Ok(Progress::new(self.num_partitions(), confidence))
    }

    /// The number of records as far as it is known after `timeout`: exact if the job ends earlier,
    /// else estimated from the partitions that are done, within bounds that hold with probability
    /// `confidence` (Spark's default: 0.95). The job goes on and gives the final value; see
    /// [`PartialResult`].
    ///
    /// The bounds take it that partitions are alike. Before the first one is done they are 0 and
    /// infinity, with confidence 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for a confidence that is not between 0 and 1; what keeps a partition
    /// from being computed, if it comes up before the timeout.
    ///
    /// ```
    /// use std::time::Duration;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let soon = ctx.range(0, 1000, 1, 4)?.count_approx(Duration::from_millis(1), 0.95)?;
    /// assert!(soon.initial_value().high >= soon.initial_value().low);
    /// assert_eq!(soon.get_final_value()?.mean, 1000.0);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_approx(
        &self,
        timeout: Duration,
        confidence: f64,
    ) -> Result<PartialResult<BoundedDouble>> {
        let count = Count::new(self.progress(confidence)?);
        let records = |records: PartitionIter<T>| records.fold(0_u64, |n, _| n + 1);
        self.approximate(records, count, timeout, Location::caller())
    }

    /// How often each record occurs, as far as it is known after `timeout`; see
    /// [`count_approx`](Self::count_approx). Records that were not seen are not in the answer. The
    /// distinct ones of a partition must fit into a task's memory, those of all into the driver's.
    ///
    /// # Errors
    /// As [`count_approx`](Self::count_approx).
    ///
    /// ```
    /// use std::time::Duration;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let letters = ctx.parallelize(vec!['a', 'b', 'a'], 2);
    /// let counts = letters.count_by_value_approx(Duration::from_secs(5), 0.95)?;
    /// assert_eq!(counts.get_final_value()?[&'a'].mean, 2.0);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_by_value_approx(
        &self,
        timeout: Duration,
        confidence: f64,
    ) -> Result<PartialResult<HashMap<T, BoundedDouble>>>
    where
        T: Key,
    {
        let counts = GroupedCount::new(self.progress(confidence)?);
        self.approximate(counted, counts, timeout, Location::caller())
    }
}

/// How often each of some records occurs.
fn counted<K: Key>(records: PartitionIter<K>) -> Vec<(K, u64)> {
    let mut counts = HashMap::with_hasher(FlintBuildHasher);
    records.for_each(|record| *counts.entry(record).or_insert(0) += 1);
    counts.into_iter().collect()
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// The number of records of each key, as far as it is known after `timeout`; see
    /// [`count_by_value_approx`](Self::count_by_value_approx).
    ///
    /// # Errors
    /// As [`count_approx`](Self::count_approx).
    ///
    /// ```
    /// use std::time::Duration;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let visits = ctx.parallelize(vec![(1, 'a'), (2, 'b'), (1, 'c')], 2);
    /// let counts = visits.count_by_key_approx(Duration::from_secs(5), 0.95)?;
    /// assert_eq!(counts.get_final_value()?[&1].mean, 2.0);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_by_key_approx(
        &self,
        timeout: Duration,
        confidence: f64,
    ) -> Result<PartialResult<HashMap<K, BoundedDouble>>> {
        let counts = GroupedCount::new(self.progress(confidence)?);
        let keys = |records: PartitionIter<(K, V)>| {
            let mut counts = HashMap::with_hasher(FlintBuildHasher);
            records.for_each(|(key, _)| *counts.entry(key).or_insert(0) += 1);
            counts.into_iter().collect()
        };
        self.approximate(keys, counts, timeout, Location::caller())
    }
}

/// The statistics of some numbers.
fn statistics<T: Number>(records: PartitionIter<T>) -> StatCounter {
    records.fold(StatCounter::new(), |mut stats, x| {
        stats.add(x.to_f64());
        stats
    })
}

impl<T: Number> Rdd<T> {
    /// The sum as far as it is known after `timeout`; see [`count_approx`](Self::count_approx).
    /// Without a record, or with one only, the bounds are infinite.
    ///
    /// # Errors
    /// As [`count_approx`](Self::count_approx).
    ///
    /// ```
    /// use std::time::Duration;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sum = ctx.range(1, 101, 1, 4)?.sum_approx(Duration::from_secs(5), 0.95)?;
    /// assert_eq!(sum.get_final_value()?.mean, 5050.0);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sum_approx(
        &self,
        timeout: Duration,
        confidence: f64,
    ) -> Result<PartialResult<BoundedDouble>> {
        let sum = Sum::new(self.progress(confidence)?);
        self.approximate(statistics, sum, timeout, Location::caller())
    }

    /// The mean as far as it is known after `timeout`; see [`count_approx`](Self::count_approx).
    /// Without a record, or with one only, the bounds are infinite.
    ///
    /// # Errors
    /// As [`count_approx`](Self::count_approx).
    ///
    /// ```
    /// use std::time::Duration;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let mean = ctx.range(1, 101, 1, 4)?.mean_approx(Duration::from_secs(5), 0.95)?;
    /// assert_eq!(mean.get_final_value()?.mean, 50.5);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn mean_approx(
        &self,
        timeout: Duration,
        confidence: f64,
    ) -> Result<PartialResult<BoundedDouble>> {
        let mean = Mean::new(self.progress(confidence)?);
        self.approximate(statistics, mean, timeout, Location::caller())
    }
}
