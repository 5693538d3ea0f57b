//! `sample_by_key_exact`: as many records of each key as its fraction asks for.
//!
//! The method is Meng's ("Scalable Simple Random Sampling and Stratified Sampling", ICML 2013), with
//! the random numbers and bounds of Spark's `StratifiedSamplingUtils`. Every record gets a uniform
//! number; those with the smallest numbers of a stratum are its sample. A first pass accepts records
//! whose number is so small that they are surely in, keeps the numbers of those that may be in on a
//! waiting list of O(sqrt(size)), and so finds the number below which there are exactly enough
//! ([`Stratum::threshold`]). A second pass draws the same numbers again and takes the records below
//! it. With replacement, a record has a Poisson number of copies that are surely in, and of copies
//! that are on the waiting list with a uniform number each.
//!
//! The bounds hold with a probability of more than 0.9999 for each stratum; when one does not, the
//! size of that stratum's sample is a little off, as in Spark, and a warning tells.

use serde::{Deserialize, Serialize};

use super::stratified::PoissonStrata;
use super::xorshift::XorShiftRandom;

/// The probability that a bound of a binomial distribution does not hold.
const DELTA: f64 = 5e-5;
/// The least bound for waiting: a fraction of 0 is not the end of the list.
const LEAST_RATE: f64 = 1e-10;

/// What the first pass learns of the records of a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stratum {
    records: u64,
    accepted: u64,
    /// Uniform numbers of what may be in the sample.
    waiting: Vec<f64>,
    bounds: Bounds,
}

/// Below `accept` a record is in the sample, from `wait` on it is not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    accept: f64,
    wait: f64,
}

impl Bounds {
    /// Of uniform numbers, when `records` have been seen and `fraction` of all are wanted.
    fn without_replacement(records: u64, fraction: f64) -> Self {
        let gamma = -DELTA.ln() / records as f64;
        let low = gamma * (2.0 / 3.0);
        let above = fraction + gamma + (gamma * gamma + 2.0 * gamma * fraction).sqrt();
        Bounds {
            // Not a number before the first record: nothing is below it.
            accept: fraction + low - (low * low + 3.0 * low * fraction).sqrt(),
            wait: above.clamp(LEAST_RATE, 1.0),
        }
    }

    /// Of the mean numbers of copies of one of `records`, of which there are to be `fraction` each.
    pub fn with_replacement(records: u64, fraction: f64) -> Self {
        let n = records as f64;
        let size = (n * fraction).ceil();
        let deviations = if size < 6.0 {
            12.0
        } else if size < 16.0 {
            9.0
        } else {
            6.0
        };
        let off = deviations * size.sqrt();
        let (low, high) = ((size - off).max(1e-15), (size + off).max(1e-10));
        Bounds {
            accept: low / n,
            wait: (high - low) / n,
        }
    }
}

impl Default for Stratum {
    fn default() -> Self {
        Stratum {
            records: 0,
            accepted: 0,
            waiting: Vec::new(),
            bounds: Bounds {
                accept: f64::NAN,
                wait: f64::NAN,
            },
        }
    }
}

impl Stratum {
    /// Takes in what was learnt from another partition.
    pub fn merge(&mut self, other: Stratum) {
        self.records += other.records;
        self.accepted += other.accepted;
        self.waiting.extend(other.waiting);
        // `max` and `min` prefer a number to none.
        self.bounds.accept = self.bounds.accept.max(other.bounds.accept);
        self.bounds.wait = self.bounds.wait.min(other.bounds.wait);
    }

    /// The uniform number below which there are `fraction` of the records, rounded up.
    pub fn threshold(&self, fraction: f64) -> f64 {
        // `as` saturates, as Scala's `toLong` does.
        let size = (self.records as f64 * fraction).ceil() as u64;
        let Some(missing) = size.checked_sub(self.accepted) else {
            tracing::warn!(size, accepted = self.accepted, "a sample is too large");
            return self.bounds.accept;
        };
        let mut waiting = self.waiting.clone();
        waiting.sort_unstable_by(f64::total_cmp);
        let first_out = usize::try_from(missing).ok().and_then(|n| waiting.get(n));
        match first_out {
            Some(threshold) => *threshold,
            None => {
                if missing > waiting.len() as u64 {
                    tracing::warn!(size, missing, "a sample is too small");
                }
                self.bounds.wait
            }
        }
    }
}

/// The random numbers of one partition. Both passes must draw the same.
#[derive(Clone, Debug)]
pub struct ExactStrata {
    uniform: XorShiftRandom,
    poisson: PoissonStrata,
}

impl ExactStrata {
    /// The numbers of partition `partition` of `sample_by_key_exact(.., seed)`.
    pub fn new(seed: i64, partition: u32) -> Self {
        ExactStrata {
            uniform: XorShiftRandom::new(seed.wrapping_add(i64::from(partition))),
            poisson: PoissonStrata::new(seed, partition),
        }
    }

    /// Counts the next record, without replacement, into its stratum.
    pub fn count_once(&mut self, stratum: &mut Stratum, fraction: f64) {
        let bounds = Bounds::without_replacement(stratum.records, fraction);
        let x = self.uniform.next_double();
        if x < bounds.accept {
            stratum.accepted += 1;
        } else if x < bounds.wait {
            stratum.waiting.push(x);
        }
        stratum.bounds = bounds;
        stratum.records += 1;
    }

    /// Counts the copies of the next record, with replacement, into its stratum.
    pub fn count_copies(&mut self, stratum: &mut Stratum, bounds: Bounds) {
        stratum.accepted += u64::from(self.poisson.copies(bounds.accept));
        for _ in 0..self.poisson.copies(bounds.wait) {
            stratum.waiting.push(self.uniform.next_double());
        }
        stratum.bounds = bounds;
        stratum.records += 1;
    }

    /// How many copies of the next record, with replacement, are in the sample.
    pub fn copies(&mut self, bounds: Bounds, threshold: f64) -> u32 {
        let mut copies = self.poisson.copies(bounds.accept);
        for _ in 0..self.poisson.copies(bounds.wait) {
            copies += u32::from(self.uniform.next_double() < threshold);
        }
        copies
    }
}
