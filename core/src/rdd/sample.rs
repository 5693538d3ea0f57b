//! Random samples and splits: the same records as Spark's for the same seed and partitions.
//!
//! What is taken depends on the order of a partition's records; over an input whose order may
//! change between attempts the result is indeterminate (see
//! [`Determinism`](super::node::Determinism)). Nothing moves: the partitioner stays.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;

use super::Rdd;
use super::step::{PullArgs, PullStep};
use super::view::Placement;
use crate::data::{Data, Key};
use crate::error::{Error, Result};
use crate::exec::ChunkSource;
use crate::exec::feed::FeedSource;
use crate::sampling::{
    BernoulliCellSampler, BernoulliSampler, BernoulliStrata, JavaRandom, PoissonSampler,
    PoissonStrata, Sampler, fraction_for_sample_size, partition_seeds, randomize_in_place,
    split_ranges,
};

/// A fraction may exceed 1 by this much, as arithmetic makes it.
const ROUNDING: f64 = 1e-6;

/// The sample of a source, chunk by chunk.
struct Sampled<T, S> {
    records: FeedSource<T>,
    sampler: S,
    chunk: Vec<T>,
}

impl<T: Data, S: Sampler> ChunkSource<T> for Sampled<T, S> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        loop {
            self.chunk.clear();
            if !self.records.next(&mut self.chunk)? {
                return Ok(false);
            }
            self.sampler.sample_chunk(&mut self.chunk);
            if !self.chunk.is_empty() {
                out.append(&mut self.chunk);
                return Ok(true);
            }
        }
    }
}

fn sampled<T: Data, E, S: Sampler>(
    mut args: PullArgs<'_, E, ()>,
    mut sampler: S,
    seed: i64,
) -> Result<Box<dyn ChunkSource<T>>> {
    sampler.set_seed(seed);
    Ok(Box::new(Sampled {
        records: args.input()?.chunks::<T>(),
        sampler,
        chunk: Vec::new(),
    }))
}

/// A fraction, and the seed of each partition.
type Seeded = (f64, Vec<i64>);

fn sample_without<T: Data>(args: PullArgs<'_, Seeded, ()>) -> Result<Box<dyn ChunkSource<T>>> {
    let (fraction, seeds) = &*args.code.env;
    let seed = seeds[args.partition];
    let sampler = BernoulliSampler::new(*fraction);
    sampled(args, sampler, seed)
}

fn sample_with<T: Data>(args: PullArgs<'_, Seeded, ()>) -> Result<Box<dyn ChunkSource<T>>> {
    let (fraction, seeds) = &*args.code.env;
    let seed = seeds[args.partition];
    let sampler = PoissonSampler::new(*fraction);
    sampled(args, sampler, seed)
}

/// The bounds of a cell, and the seed of the first partition.
type Cell = (f64, f64, i64);

fn sample_cell<T: Data>(args: PullArgs<'_, Cell, ()>) -> Result<Box<dyn ChunkSource<T>>> {
    let (lower, upper, seed) = *args.code.env;
    let seed = seed.wrapping_add(args.partition as i64);
    sampled(args, BernoulliCellSampler::new(lower, upper), seed)
}

/// Which sampler `sample_by_key` uses.
enum Strata {
    Without(BernoulliStrata),
    With(PoissonStrata),
}

impl Strata {
    fn copies(&mut self, fraction: f64) -> u32 {
        match self {
            Strata::Without(s) => u32::from(s.take(fraction)),
            Strata::With(s) => s.copies(fraction),
        }
    }
}

/// Whether with replacement, the fraction of each key, and the seed of the first partition.
pub(super) type Fractions<K> = (bool, HashMap<K, f64>, i64);

struct SampledByKey<K, V> {
    records: FeedSource<(K, V)>,
    strata: Strata,
    env: Arc<Fractions<K>>,
    chunk: Vec<(K, V)>,
}

impl<K: Key, V: Data> ChunkSource<(K, V)> for SampledByKey<K, V> {
    fn next(&mut self, out: &mut Vec<(K, V)>) -> Result<bool> {
        let before = out.len();
        while out.len() == before {
            self.chunk.clear();
            if !self.records.next(&mut self.chunk)? {
                return Ok(false);
            }
            for record in self.chunk.drain(..) {
                let fraction = self.env.1.get(&record.0).ok_or_else(|| {
                    Error::argument("fractions", "a key of the RDD is not among them")
                })?;
                let copies = self.strata.copies(*fraction) as usize;
                out.extend(std::iter::repeat_n(record, copies));
            }
        }
        Ok(true)
    }
}

fn sample_strata<K: Key, V: Data>(
    mut args: PullArgs<'_, Fractions<K>, ()>,
) -> Result<Box<dyn ChunkSource<(K, V)>>> {
    let env = Arc::clone(&args.code.env);
    let partition = args.partition as u32;
    let strata = if env.0 {
        Strata::With(PoissonStrata::new(env.2, partition))
    } else {
        Strata::Without(BernoulliStrata::new(env.2, partition))
    };
    Ok(Box::new(SampledByKey {
        records: args.input()?.chunks(),
        strata,
        env,
        chunk: Vec::new(),
    }))
}

fn check_fraction(fraction: f64, with_replacement: bool) -> Result<()> {
    let wrong = |range: &str| {
        Err(Error::argument(
            "fraction",
            format!("it must be {range}, not {fraction}"),
        ))
    };
    if fraction.is_nan() || fraction < 0.0 || fraction.is_infinite() {
        return wrong("a number from 0 up");
    }
    if !with_replacement && fraction > 1.0 + ROUNDING {
        return wrong("between 0 and 1 without replacement");
    }
    Ok(())
}

pub(super) fn check_fractions<K>(fractions: &HashMap<K, f64>) -> Result<()> {
    match fractions.values().find(|f| f.is_nan() || **f < 0.0) {
        Some(wrong) => {
            let reason = format!("they must not be negative, but one is {wrong}");
            Err(Error::argument("fractions", reason))
        }
        None => Ok(()),
    }
}

impl<T: Data> Rdd<T> {
    /// A random part of the records, in their order.
    ///
    /// Without replacement each record is taken with probability `fraction`; with it, `fraction`
    /// times on average. For the same partitions and seed the records are those that Spark takes.
    /// The partitioner is kept.
    ///
    /// # Errors
    /// [`Error::Argument`] for a fraction below 0, or above 1 without replacement.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let some = ctx.range(0, 1000, 1, 2)?.sample(false, 0.1, 42)?;
    /// assert!((50..150).contains(&some.count()?));
    /// assert_eq!(some.collect()?, some.collect()?);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sample(&self, with_replacement: bool, fraction: f64, seed: i64) -> Result<Rdd<T>> {
        check_fraction(fraction, with_replacement)?;
        let site = Location::caller();
        let view = self.with((fraction, partition_seeds(seed, self.num_partitions())));
        let code = view.ship((), site);
        let step = if with_replacement {
            PullStep::<T, Seeded, (), _>::handle(code, sample_with::<T>)
        } else {
            PullStep::<T, Seeded, (), _>::handle(code, sample_without::<T>)
        };
        Ok(view.pulled_in_order("sample", step, Placement::Kept, site))
    }

    /// Splits the records at random into parts whose sizes are about as `weights`, which need not
    /// sum to 1. Each record is in exactly one part; a part of weight 0 is empty. For the same
    /// partitions and seed the parts are Spark's. The partitioner is kept.
    ///
    /// Each part reads the whole RDD when it is computed; cache it if that is costly.
    ///
    /// # Errors
    /// [`Error::Argument`] for a weight below 0, and for weights that sum to 0.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let parts = ctx.range(0, 1000, 1, 2)?.random_split(&[3.0, 1.0], 42)?;
    /// assert_eq!(parts[0].count()? + parts[1].count()?, 1000);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn random_split(&self, weights: &[f64], seed: i64) -> Result<Vec<Rdd<T>>> {
        if weights.iter().any(|w| w.is_nan() || *w < 0.0) {
            let reason = format!("they must not be negative, but are {weights:?}");
            return Err(Error::argument("weights", reason));
        }
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 || sum.is_infinite() {
            let reason = format!("their sum must be positive and finite, but they are {weights:?}");
            return Err(Error::argument("weights", reason));
        }
        let site = Location::caller();
        let part = |(lower, upper)| {
            let view = self.with((lower, upper, seed));
            let step = PullStep::<T, Cell, (), _>::handle(view.ship((), site), sample_cell::<T>);
            view.pulled_in_order("random_split", step, Placement::Kept, site)
        };
        Ok(split_ranges(weights).into_iter().map(part).collect())
    }

    /// Exactly `num` records chosen at random, in random order; all of them, in random order, if
    /// there are not more and each may be taken only once. An empty RDD gives none.
    ///
    /// The records are counted and then sampled until there are enough, which hardly ever takes
    /// more than one job. For the same partitions and seed they are Spark's.
    ///
    /// # Errors
    /// [`Error::Argument`] for more records than fit in an `i32`; whatever keeps a partition from
    /// being computed.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(0, 1000, 1, 2)?.take_sample(false, 10, 42)?.len(), 10);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn take_sample(&self, with_replacement: bool, num: usize, seed: i64) -> Result<Vec<T>> {
        // Leaves room for what is sampled too much.
        let most = i32::MAX as usize - (10.0 * f64::from(i32::MAX).sqrt()) as usize;
        if num > most {
            let reason = format!("a sample can have {most} records, not {num}");
            return Err(Error::argument("num", reason));
        }
        let total = if num == 0 { 0 } else { self.count()? };
        if total == 0 {
            return Ok(Vec::new());
        }
        let mut random = JavaRandom::new(seed);
        let mut taken = if !with_replacement && num as u64 >= total {
            self.collect()?
        } else {
            let fraction = fraction_for_sample_size(num as u32, total, with_replacement);
            loop {
                let seed = i64::from(random.next_int());
                let taken = self.sample(with_replacement, fraction, seed)?.collect()?;
                if taken.len() >= num {
                    break taken;
                }
            }
        };
        randomize_in_place(&mut taken, &mut random);
        taken.truncate(num);
        Ok(taken)
    }
}

impl<K: Key, V: Data> Rdd<(K, V)> {
    /// A random part of the records, with a fraction of its own for each key; otherwise like
    /// [`sample`](Self::sample).
    ///
    /// A job over a key that has no fraction fails.
    ///
    /// # Errors
    /// [`Error::Argument`] for a fraction below 0.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let pairs = ctx.range(0, 1000, 1, 2)?.map(|x| (x % 2, x));
    /// let some = pairs.sample_by_key(false, HashMap::from([(0, 1.0), (1, 0.0)]), 42)?;
    /// assert_eq!(some.count()?, 500);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn sample_by_key(
        &self,
        with_replacement: bool,
        fractions: HashMap<K, f64>,
        seed: i64,
    ) -> Result<Rdd<(K, V)>> {
        check_fractions(&fractions)?;
        let env = (with_replacement, fractions, seed);
        Ok(self.sample_strata_named("sample_by_key", env, Location::caller()))
    }

    pub(super) fn sample_strata_named(
        &self,
        name: &'static str,
        fractions: Fractions<K>,
        site: &'static Location<'static>,
    ) -> Rdd<(K, V)> {
        let view = self.with(fractions);
        let code = view.ship((), site);
        let step = PullStep::<(K, V), Fractions<K>, (), _>::handle(code, sample_strata::<K, V>);
        view.pulled_in_order(name, step, Placement::Kept, site)
    }
}
