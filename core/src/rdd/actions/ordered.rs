//! `take_ordered` and `top`: the first records of an order, without sorting everything.
//!
//! Each task keeps the best `n` records that it has seen in a buffer of at most `2n`, which is
//! sorted and cut when it is full; from then on a record that is not better than the worst kept one
//! is dropped after one comparison. Sorts are stable and partitions merge in their order, so of
//! equal records the first ones are given, in their order. Memory: `2n` records in a task, `n` per
//! partition on the driver.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::data::Data;
use crate::error::Result;
use crate::exec::catching;
use crate::rdd::{Rdd, With};

/// The least `n` records of what is put in.
struct Least<T> {
    kept: Vec<T>,
    n: usize,
    /// Whether the first `n` of `kept` are sorted, so that the last of them is the worst.
    full: bool,
}

impl<T> Least<T> {
    fn new(n: usize) -> Self {
        Least {
            kept: Vec::new(),
            n,
            full: false,
        }
    }

    #[inline]
    fn put(&mut self, x: T, order: &impl Fn(&T, &T) -> Ordering) {
        if self.full && order(&x, &self.kept[self.n - 1]) != Ordering::Less {
            return;
        }
        self.kept.push(x);
        if self.kept.len() >= self.n.saturating_mul(2) {
            self.cut(order);
        }
    }

    fn cut(&mut self, order: &impl Fn(&T, &T) -> Ordering) {
        self.kept.sort_by(order);
        self.kept.truncate(self.n);
        self.full = self.kept.len() == self.n;
    }

    fn sorted(mut self, order: &impl Fn(&T, &T) -> Ordering) -> Vec<T> {
        self.cut(order);
        self.kept
    }
}

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::take_ordered_by`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::take_ordered_by`].
    #[track_caller]
    pub fn take_ordered_by<F>(&self, n: usize, order: F) -> Result<Vec<T>>
    where
        F: Fn(&E, &T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        if n == 0 {
            return Ok(Vec::new());
        }
        let in_task = order.clone();
        let parts = self
            .rdd()
            .with((Arc::clone(self.shared_env()), n as u64))
            .run_job(move |(env, n), _, records| {
                let order = |a: &T, b: &T| in_task(env, a, b);
                let n = usize::try_from(*n).unwrap_or(usize::MAX);
                let least = records.fold(Least::new(n), |mut least, x| {
                    least.put(x, &order);
                    least
                });
                Ok(least.sorted(&order))
            })?;
        let env = self.env();
        catching(|| {
            let mut all: Vec<T> = parts.into_iter().flatten().collect();
            all.sort_by(|a, b| order(env, a, b));
            all.truncate(n);
            Ok(all)
        })
    }

    /// [`Rdd::top_by`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::top_by`].
    #[track_caller]
    pub fn top_by<F>(&self, n: usize, order: F) -> Result<Vec<T>>
    where
        F: Fn(&E, &T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.take_ordered_by(n, move |env, a, b| order(env, b, a))
    }
}

impl<T: Data> Rdd<T> {
    /// The `n` smallest records, ascending; of equal ones the first. Fewer if there are not as
    /// many. For small `n`: the driver holds `n` records of each partition.
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![5, 3, 9, 1], 2).take_ordered(2)?, [1, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn take_ordered(&self, n: usize) -> Result<Vec<T>>
    where
        T: Ord,
    {
        self.with(()).take_ordered_by(n, |(), a, b| a.cmp(b))
    }

    /// The `n` largest records, descending; of equal ones the first. As
    /// [`take_ordered`](Self::take_ordered).
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![5, 3, 9, 1], 2).top(2)?, [9, 5]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn top(&self, n: usize) -> Result<Vec<T>>
    where
        T: Ord,
    {
        self.with(()).top_by(n, |(), a, b| a.cmp(b))
    }

    /// [`take_ordered`](Self::take_ordered) in an order of its own. With an environment:
    /// [`With::take_ordered_by`].
    ///
    /// # Errors
    /// What keeps a partition from being computed, a panic in `order` included.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![0.5, f64::NAN, -1.0], 2);
    /// assert_eq!(rdd.take_ordered_by(2, f64::total_cmp)?, [-1.0, 0.5]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn take_ordered_by<F>(&self, n: usize, order: F) -> Result<Vec<T>>
    where
        F: Fn(&T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.with(())
            .take_ordered_by(n, move |(), a, b| order(a, b))
    }

    /// [`top`](Self::top) in an order of its own. With an environment: [`With::top_by`].
    ///
    /// # Errors
    /// What keeps a partition from being computed, a panic in `order` included.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let words = ctx.parallelize(["a", "ccc", "bb"].map(String::from).to_vec(), 2);
    /// assert_eq!(words.top_by(2, |a, b| a.len().cmp(&b.len()))?, ["ccc", "bb"]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn top_by<F>(&self, n: usize, order: F) -> Result<Vec<T>>
    where
        F: Fn(&T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.with(()).top_by(n, move |(), a, b| order(a, b))
    }
}
