//! `sample_by_key_exact`: passes over the input that find a threshold for each key, then a sample
//! of what lies below it. See [`Stratum`].

use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;

use super::Rdd;
use super::step::{PullArgs, PullStep};
use super::view::Placement;
use crate::data::{Data, Key};
use crate::error::{Error, Result};
use crate::exec::feed::FeedSource;
use crate::exec::{ChunkSource, PartitionIter, TaskContext};
use crate::sampling::{Bounds, ExactStrata, Stratum};
use crate::shuffle::FlintBuildHasher;

/// The value of a key that a user or an earlier pass has given.
fn of_key<'a, K: Key, X>(map: &'a HashMap<K, X>, key: &K) -> Result<&'a X> {
    map.get(key)
        .ok_or_else(|| Error::argument("fractions", "a key of the RDD is not among them"))
}

/// Bounds and threshold of each key, and the seed of the first partition.
type Copies<K> = (HashMap<K, (Bounds, f64)>, i64);

/// The sample with replacement, chunk by chunk.
struct Copied<K, V> {
    records: FeedSource<(K, V)>,
    strata: ExactStrata,
    env: Arc<Copies<K>>,
    chunk: Vec<(K, V)>,
}

impl<K: Key, V: Data> ChunkSource<(K, V)> for Copied<K, V> {
    fn next(&mut self, out: &mut Vec<(K, V)>) -> Result<bool> {
        let before = out.len();
        while out.len() == before {
            self.chunk.clear();
            if !self.records.next(&mut self.chunk)? {
                return Ok(false);
            }
            for record in self.chunk.drain(..) {
                let (bounds, threshold) = *of_key(&self.env.0, &record.0)?;
                let copies = self.strata.copies(bounds, threshold) as usize;
                out.extend(std::iter::repeat_n(record, copies));
            }
        }
        Ok(true)
    }
}

fn sample_copies<K: Key, V: Data>(
    mut args: PullArgs<'_, Copies<K>, ()>,
) -> Result<Box<dyn ChunkSource<(K, V)>>> {
    let env = Arc::clone(&args.code.env);
    Ok(Box::new(Copied {
        records: args.input()?.chunks(),
        strata: ExactStrata::new(env.1, args.partition as u32),
        env,
        chunk: Vec::new(),
    }))
}

/// What one partition tells of its keys: each record is counted with what its key has been given.
fn strata<K: Key, V: Data, X: Copy>(
    (given, seed): &(Arc<HashMap<K, X>>, i64),
    cx: &TaskContext,
    records: PartitionIter<(K, V)>,
    count: impl Fn(&mut ExactStrata, &mut Stratum, X),
) -> Result<Vec<(K, Stratum)>> {
    let mut strata = HashMap::with_hasher(FlintBuildHasher);
    let mut random = ExactStrata::new(*seed, cx.partition_id() as u32);
    for (key, _) in records {
        let given = *of_key(given, &key)?;
        count(&mut random, strata.entry(key).or_default(), given);
    }
    Ok(strata.into_iter().collect())
}

/// What the partitions learnt, merged in their order.
fn merged<K: Key>(parts: Vec<Vec<(K, Stratum)>>) -> HashMap<K, Stratum> {
    let mut all: HashMap<K, Stratum> = HashMap::new();
    for (key, stratum) in parts.into_iter().flatten() {
        all.entry(key).or_default().merge(stratum);
    }
    all
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// A random part of the records with exactly as many of each key as its fraction asks for:
    /// fraction times records, rounded up. Otherwise like
    /// [`sample_by_key`](Self::sample_by_key).
    ///
    /// Sizes are exact with a probability of more than 0.9999 for each key, as in Spark; for the
    /// same partitions and seed the records are Spark's, too. The input is read when this is
    /// called, once to find thresholds, with replacement twice; cache it if that is costly. It must
    /// have the same records in the same order each time.
    ///
    /// # Errors
    /// [`Error::Argument`] for a fraction below 0, and for a key of the RDD that has none; whatever
    /// keeps a partition from being computed.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.range(0, 1000, 1, 2)?.map(|x| (x % 2, x));
    /// let some = pairs.sample_by_key_exact(false, HashMap::from([(0, 0.1), (1, 0.333)]), 42)?;
    /// let counts = some.count_by_key()?;
    /// assert_eq!((counts[&0], counts[&1]), (50, 167));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sample_by_key_exact(
        &self,
        with_replacement: bool,
        fractions: HashMap<K, f64>,
        seed: i64,
    ) -> Result<Rdd<(K, V)>> {
        super::sample::check_fractions(&fractions)?;
        if with_replacement {
            return self.sample_copies_exactly(fractions, seed);
        }
        let env = Arc::new(fractions);
        let parts = self
            .with((Arc::clone(&env), seed))
            .run_job(|env, cx, records| strata(env, cx, records, ExactStrata::count_once))?;
        let thresholds = merged(parts).into_iter().map(|(key, stratum)| {
            let threshold = stratum.threshold(*of_key(&env, &key)?);
            Ok((key, threshold))
        });
        // Below a threshold are as many as below a fraction in a usual sample.
        Ok(self.sample_strata_named(
            "sample_by_key_exact",
            (false, thresholds.collect::<Result<_>>()?, seed),
            Location::caller(),
        ))
    }

    #[track_caller]
    fn sample_copies_exactly(&self, fractions: HashMap<K, f64>, seed: i64) -> Result<Rdd<(K, V)>> {
        let site = Location::caller();
        let of_count = |(key, n): (K, u64)| {
            let bounds = Bounds::with_replacement(n, *of_key(&fractions, &key)?);
            Ok((key, bounds))
        };
        let bounds = self.count_by_key()?.into_iter().map(of_count);
        let bounds = Arc::new(bounds.collect::<Result<HashMap<K, Bounds>>>()?);
        let parts = self
            .with((Arc::clone(&bounds), seed))
            .run_job(|env, cx, records| strata(env, cx, records, ExactStrata::count_copies))?;
        let thresholds = merged(parts).into_iter().map(|(key, stratum)| {
            let threshold = stratum.threshold(*of_key(&fractions, &key)?);
            let bounds = *of_key(&bounds, &key)?;
            Ok((key, (bounds, threshold)))
        });
        let view = self.with((thresholds.collect::<Result<_>>()?, seed));
        let code = view.ship((), site);
        let step = PullStep::<(K, V), Copies<K>, (), _>::handle(code, sample_copies::<K, V>);
        Ok(view.pulled_in_order("sample_by_key_exact", step, Placement::Kept, site))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn ctx() -> Context {
        Context::local("local[2]").unwrap()
    }

    /// The golden pairs: `i` under `i % 5`, in three partitions.
    fn pairs(ctx: &Context, n: i64) -> Rdd<(i64, i64)> {
        ctx.range(0, n, 1, 3).unwrap().map(|i| (i % 5, i))
    }

    #[test]
    fn samples_are_sparks() {
        let ctx = ctx();
        let lines = include_str!("../../golden/approximate.txt").lines();
        let mut checked = 0;
        for line in lines.filter_map(|line| line.strip_prefix("exact ")) {
            let [n, seed, replace, expected] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let replace = replace == "true";
            let last = if replace { 1.7 } else { 0.61 };
            let fractions = HashMap::from([(0, 0.3), (1, 0.0), (2, 1.0), (3, 0.05), (4, last)]);
            let pairs = pairs(&ctx, n.parse().unwrap());
            let sample = pairs.sample_by_key_exact(replace, fractions, seed.parse().unwrap());
            let expected = expected.split(',').filter(|x| *x != "-");
            let expected: Vec<i64> = expected.map(|x| x.parse().unwrap()).collect();
            assert_eq!(sample.unwrap().values().collect(), Ok(expected), "{line}");
            checked += 1;
        }
        assert_eq!(checked, 24);
    }

    #[test]
    fn sizes_are_exact_for_every_fraction_and_seed() {
        let ctx = ctx();
        let pairs = pairs(&ctx, 5_003).cache();
        for (i, fraction) in [0.0, 1e-4, 0.01, 0.37, 0.5, 0.999, 1.0]
            .into_iter()
            .enumerate()
        {
            for replace in [false, true] {
                let fractions = (0..5).map(|k| (k, fraction)).collect();
                let sample = pairs.sample_by_key_exact(replace, fractions, i as i64 * 77);
                let counts = sample.unwrap().count_by_key().unwrap();
                for (key, n) in pairs.count_by_key().unwrap() {
                    let size = (n as f64 * fraction).ceil() as u64;
                    let found = counts.get(&key).copied().unwrap_or_default();
                    assert_eq!(found, size, "{fraction} of {n}, {replace}");
                }
            }
        }
        // More than all, with replacement.
        let twice = pairs.sample_by_key_exact(true, (0..5).map(|k| (k, 2.5)).collect(), 3);
        assert_eq!(twice.unwrap().count(), Ok(2503 * 3 + 2500 * 2));
    }

    #[test]
    fn order_and_placement_stay() {
        let ctx = ctx();
        let placed = pairs(&ctx, 100).partition_by_hash(4);
        let all = (0..5).map(|k| (k, 0.5)).collect();
        let sample = placed.sample_by_key_exact(false, all, 1).unwrap();
        assert!(sample.has_partitioner());
        assert_eq!((sample.num_partitions(), sample.count()), (4, Ok(50)));
        let taken = sample.collect().unwrap();
        let rest = placed.collect().unwrap();
        let mut rest = rest.iter();
        assert!(taken.iter().all(|x| rest.any(|y| x == y)), "in their order");
    }

    #[test]
    fn edges() {
        let ctx = ctx();
        let pairs = pairs(&ctx, 100);
        for replace in [false, true] {
            let some = HashMap::from([(0, 0.5)]);
            let error = pairs
                .sample_by_key_exact(replace, some.clone(), 1)
                .unwrap_err();
            let cause = error.root_cause();
            assert!(matches!(cause, Error::Argument { name, .. } if name == "fractions"));
            for wrong in [-0.1, f64::NAN] {
                let wrong = HashMap::from([(0, wrong)]);
                assert!(pairs.sample_by_key_exact(replace, wrong, 1).is_err());
            }
            let none = ctx.empty_rdd::<(i64, i64)>();
            let none = none.sample_by_key_exact(replace, some, 1).unwrap();
            assert_eq!(none.collect(), Ok(vec![]));
        }
    }
}
