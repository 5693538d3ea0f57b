//! Pair operations that look at one record at a time: keys, values, and changed values.

use super::Rdd;
use super::view::{Placement, With};
use crate::data::Data;

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::key_by`] with the environment.
    #[track_caller]
    pub fn key_by<K: Data, F>(&self, f: F) -> Rdd<(K, T)>
    where
        F: Fn(&E, &T) -> K + Send + Sync + 'static,
    {
        self.map_named("key_by", move |env: &E, x| (f(env, &x), x), Placement::Lost)
    }
}

impl<T: Data> Rdd<T> {
    /// Puts a key before each record.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let keyed = ctx.parallelize(vec![10, 15], 2).key_by(|x| x % 10);
    /// assert_eq!(keyed.collect()?, [(0, 10), (5, 15)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn key_by<K: Data, F>(&self, f: F) -> Rdd<(K, T)>
    where
        F: Fn(&T) -> K + Send + Sync + 'static,
    {
        self.with(()).key_by(move |(), x| f(x))
    }
}

impl<K: Data, V: Data, E: Data> With<(K, V), E> {
    /// [`Rdd::map_values`] with the environment.
    #[track_caller]
    pub fn map_values<U: Data, F>(&self, f: F) -> Rdd<(K, U)>
    where
        F: Fn(&E, V) -> U + Send + Sync + 'static,
    {
        self.map_named(
            "map_values",
            move |env: &E, (key, value)| (key, f(env, value)),
            Placement::Kept,
        )
    }

    /// [`Rdd::flat_map_values`] with the environment.
    #[track_caller]
    pub fn flat_map_values<U: Data, I, F>(&self, f: F) -> Rdd<(K, U)>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(&E, V) -> I + Send + Sync + 'static,
    {
        self.flat_map_named(
            "flat_map_values",
            move |env: &E, (key, value)| OfKey {
                key,
                values: f(env, value).into_iter(),
            },
            Placement::Kept,
        )
    }
}

impl<K: Data, V: Data> Rdd<(K, V)> {
    /// Changes the values and leaves the keys. A partitioner is kept.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 1), ('b', 2)], 2);
    /// assert_eq!(pairs.map_values(|v| v * 10).collect()?, [('a', 10), ('b', 20)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn map_values<U: Data, F>(&self, f: F) -> Rdd<(K, U)>
    where
        F: Fn(V) -> U + Send + Sync + 'static,
    {
        self.with(()).map_values(move |(), value| f(value))
    }

    /// Any number of values for each value, under its key. A partitioner is kept.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.parallelize(vec![('a', 2), ('b', 0), ('c', 1)], 2);
    /// assert_eq!(pairs.flat_map_values(|v| 0..v).collect()?, [('a', 0), ('a', 1), ('c', 0)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn flat_map_values<U: Data, I, F>(&self, f: F) -> Rdd<(K, U)>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(V) -> I + Send + Sync + 'static,
    {
        self.with(()).flat_map_values(move |(), value| f(value))
    }

    /// The key of each record.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![('a', 1), ('b', 2)], 2).keys().collect()?, ['a', 'b']);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn keys(&self) -> Rdd<K> {
        self.with(())
            .map_named("keys", |(), (key, _)| key, Placement::Lost)
    }

    /// The value of each record.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![('a', 1), ('b', 2)], 2).values().collect()?, [1, 2]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn values(&self) -> Rdd<V> {
        self.with(())
            .map_named("values", |(), (_, value)| value, Placement::Lost)
    }
}

/// Values under one key.
pub(super) struct OfKey<K, I> {
    pub(super) key: K,
    pub(super) values: I,
}

impl<K: Clone, I: Iterator> Iterator for OfKey<K, I> {
    type Item = (K, I::Item);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let value = self.values.next()?;
        Some((self.key.clone(), value))
    }
}
