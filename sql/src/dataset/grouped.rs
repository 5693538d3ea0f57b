//! [`KeyValueGroupedDataset`]: values by key.
//!
//! Values with their keys are brought together by the key's hash, sorted inside of each partition
//! (which spills), and handed to closures group by group as iterators: a group need not fit into
//! memory. `reduce_groups`, `count` and `agg` aggregate before anything moves.

use std::iter::Peekable;
use std::sync::Arc;

use flint_core::Data;

use super::code::Partitions;
use super::{Dataset, Record};
use crate::column::{ApiCall, Column};
use crate::functions::{col, count};
use crate::udf::{Aggregator, udaf};

/// Values by key, as [`Dataset::group_by_key`] makes them.
///
/// ```
/// # let spark = flint_sql::SparkSession::builder().master("local[2]").get_or_create()?;
/// let numbers = spark.range(0, 10).as_::<i64>();
/// let by_rest = numbers.group_by_key(|n| n % 3);
/// let mut sums = by_rest.map_groups(|rest, values| (*rest, values.sum::<i64>())).collect()?;
/// sums.sort();
/// assert_eq!(sums, [(0, 18), (1, 12), (2, 15)]);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeyValueGroupedDataset<K, V> {
    keyed: Dataset<(K, V)>,
}

/// The key of keyed values, and the columns of the values.
const KEY: &str = "_1";

impl<K: Record + PartialEq, V: Record> KeyValueGroupedDataset<K, V> {
    pub(super) fn new(keyed: Dataset<(K, V)>) -> Self {
        KeyValueGroupedDataset { keyed }
    }

    /// The keys, each once.
    #[track_caller]
    pub fn keys(&self) -> Dataset<K> {
        self.keyed.frame.select(whole::<K>(KEY)).distinct().as_()
    }

    /// The same groups of other values.
    #[track_caller]
    pub fn map_values<W: Record>(
        &self,
        f: impl Fn(V) -> W + Send + Sync + 'static,
    ) -> KeyValueGroupedDataset<K, W> {
        KeyValueGroupedDataset {
            keyed: self.keyed.map(move |(key, value)| (key, f(value))),
        }
    }

    /// What a closure makes of each group.
    #[track_caller]
    pub fn map_groups<U: Record>(
        &self,
        f: impl Fn(&K, &mut dyn Iterator<Item = V>) -> U + Send + Sync + 'static,
    ) -> Dataset<U> {
        self.flat_map_groups(move |key, values| [f(key, values)])
    }

    /// What a closure makes of each group, any number of values each.
    #[track_caller]
    pub fn flat_map_groups<U: Record, I>(
        &self,
        f: impl Fn(&K, &mut dyn Iterator<Item = V>) -> I + Send + Sync + 'static,
    ) -> Dataset<U>
    where
        I: IntoIterator<Item = U>,
        I::IntoIter: 'static,
    {
        let call = ApiCall::of("flat_map_groups");
        grouped(&self.keyed, call, f)
    }

    /// The values of each group put together by a closure, two by two.
    #[track_caller]
    pub fn reduce_groups(&self, f: impl Fn(V, V) -> V + Send + Sync + 'static) -> Dataset<(K, V)>
    where
        V: Data,
    {
        self.agg(Reduce {
            f,
            values: std::marker::PhantomData,
        })
        .to_df()
        .as_()
    }

    /// How many values each group has.
    #[track_caller]
    pub fn count(&self) -> Dataset<(K, i64)> {
        self.keyed.frame.group_by([col(KEY)]).agg(count("*")).as_()
    }

    /// An aggregate of each group's values.
    #[track_caller]
    pub fn agg<A: Aggregator<In = V>>(&self, aggregator: A) -> Dataset<(K, A::Out)>
    where
        A::Out: Record,
    {
        let arguments = super::joined::columns_of::<V>("_2");
        let aggregate = udaf(aggregator).call(arguments);
        self.keyed.frame.group_by([col(KEY)]).agg(aggregate).as_()
    }

    /// What a closure makes of each key's values here and there; of a key that only one side has,
    /// the other's values are none. The values of one key are held in memory.
    #[track_caller]
    pub fn cogroup<W: Record, U: Record, I>(
        &self,
        other: &KeyValueGroupedDataset<K, W>,
        f: impl Fn(&K, Vec<V>, Vec<W>) -> I + Send + Sync + 'static,
    ) -> Dataset<U>
    where
        I: IntoIterator<Item = U>,
        I::IntoIter: 'static,
    {
        let here = self.keyed.map(|(key, value)| (key, (Some(value), None)));
        let there = other.keyed.map(|(key, value)| (key, (None, Some(value))));
        let together: Dataset<(K, (Option<V>, Option<W>))> = here.union(&there);
        grouped(&together, ApiCall::of("cogroup"), move |key: &K, values| {
            let (mut here, mut there) = (Vec::new(), Vec::new());
            for (left, right) in values {
                here.extend(left);
                there.extend(right);
            }
            f(key, here, there)
        })
    }
}

/// What a closure makes of the groups of values: the operator asks for rows of one key together, in
/// the order of keys.
fn grouped<K: Record + PartialEq, V: Record, U: Record, I>(
    keyed: &Dataset<(K, V)>,
    call: ApiCall,
    f: impl Fn(&K, &mut dyn Iterator<Item = V>) -> I + Send + Sync + 'static,
) -> Dataset<U>
where
    I: IntoIterator<Item = U>,
    I::IntoIter: 'static,
{
    let f = Arc::new(f);
    keyed.native(call, "mapGroups", |from, to| {
        let groups = move |values: Box<dyn Iterator<Item = (K, V)>>| {
            let f = Arc::clone(&f);
            let mut rest = values.peekable();
            let of_group = move || {
                let (key, first) = rest.next()?;
                let mut group = Group {
                    key: &key,
                    first: Some(first),
                    rest: &mut rest,
                };
                let made = f(&key, &mut group);
                // What the closure did not look at is no group of its own.
                group.for_each(drop);
                Some(made)
            };
            std::iter::from_fn(of_group).flatten()
        };
        Arc::new(Partitions::new(groups, from, to).grouped())
    })
}

/// One group: values up to the next key.
struct Group<'a, K, V, R: Iterator<Item = (K, V)>> {
    key: &'a K,
    first: Option<V>,
    rest: &'a mut Peekable<R>,
}

impl<K: PartialEq, V, R: Iterator<Item = (K, V)>> Iterator for Group<'_, K, V, R> {
    type Item = V;

    fn next(&mut self) -> Option<V> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let same = |(key, _): &(K, V)| equal(key, self.key);
        self.rest.next_if(same).map(|(_, value)| value)
    }
}

/// Whether keys are one: what does not equal itself, such as NaN, equals its like.
#[allow(clippy::eq_op, reason = "NaN differs from itself")]
fn equal<K: PartialEq>(a: &K, b: &K) -> bool {
    a == b || (a != a && b != b)
}

/// Folds values two by two.
struct Reduce<F, V> {
    f: F,
    values: std::marker::PhantomData<fn(V)>,
}

impl<V: Data, F: Fn(V, V) -> V + Send + Sync + 'static> Aggregator for Reduce<F, V> {
    type In = V;
    type Buffer = Option<V>;
    type Out = Option<V>;

    fn zero(&self) -> Option<V> {
        None
    }

    fn reduce(&self, buffer: Option<V>, value: V) -> Option<V> {
        Some(match buffer {
            Some(known) => (self.f)(known, value),
            None => value,
        })
    }

    fn merge(&self, a: Option<V>, b: Option<V>) -> Option<V> {
        match (a, b) {
            (Some(a), Some(b)) => Some((self.f)(a, b)),
            (a, b) => a.or(b),
        }
    }

    fn finish(&self, buffer: Option<V>) -> Option<V> {
        buffer
    }
}

/// A column that holds values of a type, as the columns of that type.
fn whole<T: Record>(column: &str) -> Vec<Column> {
    super::joined::columns_of::<T>(column)
}
