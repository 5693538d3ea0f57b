//! `sample_by_key`: a fraction of its own for each key.
//!
//! As in Spark, one uniform generator serves all keys of a partition, while with replacement every
//! mean has a generator of its own that starts at the partition's seed.

use std::collections::HashMap;

use super::poisson::Poisson;
use super::xorshift::XorShiftRandom;

/// Takes records without replacement, each with its own probability.
#[derive(Clone, Debug)]
pub struct BernoulliStrata {
    random: XorShiftRandom,
}

impl BernoulliStrata {
    /// The sampler of partition `partition` of `sample_by_key(false, .., seed)`.
    pub fn new(seed: i64, partition: u32) -> Self {
        BernoulliStrata {
            random: XorShiftRandom::new(seed.wrapping_add(i64::from(partition))),
        }
    }

    /// Whether the next record, whose key has this fraction, is taken.
    pub fn take(&mut self, fraction: f64) -> bool {
        self.random.next_double() < fraction
    }
}

/// Takes records with replacement, each with its own mean.
#[derive(Clone, Debug)]
pub struct PoissonStrata {
    seed: i64,
    /// By the bits of the mean.
    means: HashMap<u64, Poisson>,
}

impl PoissonStrata {
    /// The sampler of partition `partition` of `sample_by_key(true, .., seed)`.
    pub fn new(seed: i64, partition: u32) -> Self {
        PoissonStrata {
            seed: seed.wrapping_add(i64::from(partition)),
            means: HashMap::new(),
        }
    }

    /// How many copies of the next record, whose key has this fraction, are taken. None for a
    /// fraction of 0 or less.
    pub fn copies(&mut self, fraction: f64) -> u32 {
        if fraction <= 0.0 {
            return 0;
        }
        let seed = self.seed;
        self.means
            .entry(fraction.to_bits())
            .or_insert_with(|| Poisson::new(fraction, seed))
            .sample()
    }
}
