//! `reduce`, `fold`, `aggregate`, and the smallest and largest record.
//!
//! One pass over each partition, one partial result from each.

use std::cmp::Ordering;
use std::sync::Arc;

use super::empty;
use crate::data::Data;
use crate::error::Result;
use crate::exec::catching;
use crate::rdd::{Rdd, With};

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::reduce`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::reduce`].
    #[track_caller]
    pub fn reduce<F>(&self, f: F) -> Result<T>
    where
        F: Fn(&E, T, T) -> T + Clone + Send + Sync + 'static,
    {
        self.reduce_named("reduce", f)
    }

    /// [`reduce`](Self::reduce) under the name of the action that it is for.
    #[track_caller]
    pub(super) fn reduce_named<F>(&self, action: &str, f: F) -> Result<T>
    where
        F: Fn(&E, T, T) -> T + Clone + Send + Sync + 'static,
    {
        let g = f.clone();
        let parts = self.run_job(move |env, _, records| Ok(records.reduce(|a, b| f(env, a, b))))?;
        let env = self.env();
        catching(|| {
            let merged = parts.into_iter().flatten().reduce(|a, b| g(env, a, b));
            merged.ok_or_else(|| empty(action))
        })
    }

    /// [`Rdd::fold`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::fold`].
    #[track_caller]
    pub fn fold<F>(&self, zero: T, f: F) -> Result<T>
    where
        F: Fn(&E, T, T) -> T + Clone + Send + Sync + 'static,
    {
        self.aggregate(zero, f.clone(), f)
    }

    /// [`Rdd::aggregate`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::aggregate`].
    #[track_caller]
    pub fn aggregate<U, S, C>(&self, zero: U, seq: S, comb: C) -> Result<U>
    where
        U: Data,
        S: Fn(&E, U, T) -> U + Send + Sync + 'static,
        C: Fn(&E, U, U) -> U,
    {
        let parts = self
            .rdd()
            .with((Arc::clone(self.shared_env()), zero.clone()))
            .run_job(move |(env, zero), _, records| {
                Ok(records.fold(zero.clone(), |acc, x| seq(env, acc, x)))
            })?;
        let env = self.env();
        catching(|| Ok(parts.into_iter().fold(zero, |a, b| comb(env, a, b))))
    }

    /// [`Rdd::min_by`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::min_by`].
    #[track_caller]
    pub fn min_by<F>(&self, order: F) -> Result<T>
    where
        F: Fn(&E, &T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.reduce_named("min", move |env, a, b| match order(env, &b, &a) {
            Ordering::Less => b,
            _ => a,
        })
    }

    /// [`Rdd::max_by`] with the environment.
    ///
    /// # Errors
    /// As [`Rdd::max_by`].
    #[track_caller]
    pub fn max_by<F>(&self, order: F) -> Result<T>
    where
        F: Fn(&E, &T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.reduce_named("max", move |env, a, b| match order(env, &b, &a) {
            Ordering::Greater => b,
            _ => a,
        })
    }
}

impl<T: Data> Rdd<T> {
    /// Merges all records two by two, from the left in each partition, then partitions in their
    /// order. `f` should be associative. With an environment: [`With::reduce`].
    ///
    /// # Errors
    /// [`Error::EmptyCollection`](crate::Error::EmptyCollection) without records; what keeps a
    /// partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(1, 101, 1, 4)?.reduce(|a, b| a + b)?, 5050);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn reduce<F>(&self, f: F) -> Result<T>
    where
        F: Fn(T, T) -> T + Clone + Send + Sync + 'static,
    {
        self.with(()).reduce(move |(), a, b| f(a, b))
    }

    /// Merges all records into `zero`: once per partition, and once more on the driver, so that a
    /// zero that is not neutral counts `num_partitions + 1` times. An RDD without partitions gives
    /// `zero`. With an environment: [`With::fold`].
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2, 3], 2);
    /// assert_eq!(rdd.fold(0, |a, b| a + b)?, 6);
    /// assert_eq!(rdd.fold(10, |a, b| a + b)?, 36);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn fold<F>(&self, zero: T, f: F) -> Result<T>
    where
        F: Fn(T, T) -> T + Clone + Send + Sync + 'static,
    {
        self.with(()).fold(zero, move |(), a, b| f(a, b))
    }

    /// [`fold`](Self::fold) into another type: `seq` merges the records of a partition into
    /// `zero`, `comb` merges the results of partitions into `zero`, in their order. With an
    /// environment: [`With::aggregate`].
    ///
    /// # Errors
    /// What keeps a partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (sum, count) = ctx.range(1, 5, 1, 2)?.aggregate(
    ///     (0, 0),
    ///     |(sum, count), x| (sum + x, count + 1),
    ///     |a, b| (a.0 + b.0, a.1 + b.1),
    /// )?;
    /// assert_eq!((sum, count), (10, 4));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn aggregate<U, S, C>(&self, zero: U, seq: S, comb: C) -> Result<U>
    where
        U: Data,
        S: Fn(U, T) -> U + Send + Sync + 'static,
        C: Fn(U, U) -> U,
    {
        self.with(())
            .aggregate(zero, move |(), a, x| seq(a, x), move |(), a, b| comb(a, b))
    }

    /// The smallest record; of equal ones the first. Floats have no order of their own: see
    /// [`min_by`](Self::min_by).
    ///
    /// # Errors
    /// [`Error::EmptyCollection`](crate::Error::EmptyCollection) without records; what keeps a
    /// partition from being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![3, 1, 2], 2).min()?, 1);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn min(&self) -> Result<T>
    where
        T: Ord,
    {
        self.with(()).min_by(|(), a, b| a.cmp(b))
    }

    /// The largest record; of equal ones the first. Floats have no order of their own: see
    /// [`max_by`](Self::max_by).
    ///
    /// # Errors
    /// As [`min`](Self::min).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![3, 1, 2], 2).max()?, 3);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn max(&self) -> Result<T>
    where
        T: Ord,
    {
        self.with(()).max_by(|(), a, b| a.cmp(b))
    }

    /// [`min`](Self::min) in an order of its own. With an environment: [`With::min_by`].
    ///
    /// # Errors
    /// As [`min`](Self::min).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![2.5, 0.5], 2).min_by(f64::total_cmp)?, 0.5);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn min_by<F>(&self, order: F) -> Result<T>
    where
        F: Fn(&T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.with(()).min_by(move |(), a, b| order(a, b))
    }

    /// [`max`](Self::max) in an order of its own. With an environment: [`With::max_by`].
    ///
    /// # Errors
    /// As [`max`](Self::max).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let words = ctx.parallelize(["a", "ccc", "bb"].map(String::from).to_vec(), 2);
    /// assert_eq!(words.max_by(|a, b| a.len().cmp(&b.len()))?, "ccc");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn max_by<F>(&self, order: F) -> Result<T>
    where
        F: Fn(&T, &T) -> Ordering + Clone + Send + Sync + 'static,
    {
        self.with(()).max_by(move |(), a, b| order(a, b))
    }
}
