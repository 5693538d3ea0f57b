//! `count_approx_distinct` and `count_approx_distinct_by_key`: different values counted by
//! sketches, without a shuffle of the values.

use std::hash::Hash;
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::feed::early_end;
use crate::rdd::Rdd;
use crate::rdd::step::Measured;
use crate::sketch::HyperLogLog;

/// An empty sketch in a task.
fn empty(precision: u8) -> HyperLogLog {
    HyperLogLog::new(precision).unwrap_or_else(|error| panic!("{error}"))
}

fn with_all(mut sketch: HyperLogLog, other: &HyperLogLog) -> HyperLogLog {
    sketch
        .merge(other)
        .expect("all sketches of an action have one precision");
    sketch
}

impl<T: Data + Hash> Rdd<T> {
    /// About how many different records there are, by [`HyperLogLog`] sketches: the relative
    /// standard deviation of the answer is at most `relative_sd` (Spark's default: 0.05), and
    /// small numbers are nearly exact. The same records give the same answer; it is not Spark's
    /// number, whose hashes are others.
    ///
    /// A task needs about `1.1 / relative_sd²` bytes, and so does the driver.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) unless `relative_sd` is above 0.000017, as in
    /// Spark; what keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let n = ctx.range(0, 100_000, 1, 4)?.map(|x| x % 5000);
    /// assert!((4700..5300).contains(&n.count_approx_distinct(0.02)?));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_approx_distinct(&self, relative_sd: f64) -> Result<u64> {
        let all = Arc::new(Mutex::new(HyperLogLog::with_relative_sd(relative_sd)?));
        let precision = all.lock().precision();
        let merged = Arc::clone(&all);
        // Sketches merge in any order: none has to wait on the driver.
        self.with(precision).run_at(
            Location::caller(),
            None,
            |precision, cx, records| {
                let mut sketch = HyperLogLog::new(*precision)?;
                records.for_each(|x| sketch.add(&x));
                early_end(cx)?;
                Ok(Measured::new(sketch))
            },
            move |_, sketch: HyperLogLog| merged.lock().merge(&sketch),
        )?;
        let n = all.lock().cardinality();
        Ok(n)
    }
}

impl<K: Key, V: Data + Hash> Rdd<(K, V)> {
    /// About how many different values each key has, as
    /// [`count_approx_distinct`](Self::count_approx_distinct). `num_partitions` 0: Spark's
    /// default. Each key needs a sketch of about `1.1 / relative_sd²` bytes.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) unless `relative_sd` is above 0.000017.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let visits = ctx.parallelize(vec![('a', 1), ('b', 2), ('a', 1), ('a', 3)], 2);
    /// let mut visitors = visits.count_approx_distinct_by_key(0.01, 0)?.collect()?;
    /// visitors.sort();
    /// assert_eq!(visitors, [('a', 2), ('b', 1)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn count_approx_distinct_by_key(
        &self,
        relative_sd: f64,
        num_partitions: usize,
    ) -> Result<Rdd<(K, u64)>> {
        let precision = HyperLogLog::precision_for(relative_sd)?;
        let sketches = self.with(precision).combine_by_key(
            |precision, value| {
                let mut sketch = empty(*precision);
                sketch.add(&value);
                sketch
            },
            |_, mut sketch, value| {
                sketch.add(&value);
                sketch
            },
            |_, sketch, other| with_all(sketch, &other),
            num_partitions,
        );
        Ok(sketches
            .with(())
            .map_values(|(), sketch| sketch.cardinality()))
    }
}
