//! Sampling with replacement: each record is taken a Poisson distributed number of times.

use super::bernoulli::Gap;
use super::well::Well19937c;
use super::xorshift::XorShiftRandom;
use super::{MAX_GAP_SAMPLING_FRACTION, Sampler};

/// Means from here on are drawn as a sum of smaller ones: multiplying uniform numbers until they
/// fall below `exp(-mean)` would underflow.
const PIVOT: f64 = 40.0;

/// Poisson distributed numbers of one mean.
///
/// Below a mean of 40 the numbers are those of Commons Math's `PoissonDistribution` with the same
/// seed. From there on the distribution is the same and the numbers are not.
#[derive(Clone, Debug)]
pub struct Poisson {
    /// `mean = rounds * part`, `part` below [`PIVOT`].
    rounds: u32,
    part: f64,
    random: Well19937c,
}

impl Poisson {
    /// The distribution with this mean.
    ///
    /// # Panics
    /// If `mean` is not positive and finite.
    pub fn new(mean: f64, seed: i64) -> Self {
        assert!(
            mean > 0.0 && mean.is_finite(),
            "a Poisson mean must be positive and finite, not {mean}"
        );
        let rounds = (mean / PIVOT).floor() + 1.0;
        Poisson {
            rounds: rounds as u32,
            part: mean / rounds,
            random: Well19937c::new(seed),
        }
    }

    /// Starts over at a seed.
    pub fn set_seed(&mut self, seed: i64) {
        self.random = Well19937c::new(seed);
    }

    /// The next number.
    pub fn sample(&mut self) -> u32 {
        (0..self.rounds).fold(0, |sum: u32, _| sum.saturating_add(self.sample_part()))
    }

    fn sample_part(&mut self) -> u32 {
        let floor = (-self.part).exp();
        let limit = 1000.0 * self.part;
        let mut product = 1.0;
        let mut n = 0;
        while f64::from(n) < limit {
            product *= self.random.next_double();
            if product < floor {
                return n;
            }
            n += 1;
        }
        n
    }
}

/// Takes each record a Poisson distributed number of times.
///
/// Up to a mean of 0.4 it draws the gap to the next taken record instead of a number for every
/// record.
#[derive(Clone, Debug)]
pub struct PoissonSampler {
    fraction: f64,
    seed: i64,
    random: XorShiftRandom,
    method: Method,
}

#[derive(Clone, Debug)]
enum Method {
    /// Nothing is taken.
    Never,
    /// Gap sampling, before and after its first draw.
    Gaps(Option<Gap>),
    /// Made at the first record, so that an unused sampler stays small.
    Direct(Option<Poisson>),
}

impl PoissonSampler {
    /// A sampler that takes each record `fraction` times on average.
    pub fn new(fraction: f64) -> Self {
        let method = if fraction <= 0.0 {
            Method::Never
        } else if fraction <= MAX_GAP_SAMPLING_FRACTION {
            Method::Gaps(None)
        } else {
            Method::Direct(None)
        };
        PoissonSampler {
            fraction,
            seed: 0,
            random: XorShiftRandom::new(0),
            method,
        }
    }

    /// A Poisson number, given that it is not 0.
    fn at_least_one(random: &mut XorShiftRandom, fraction: f64) -> u32 {
        let q = (-fraction).exp();
        // As if the usual method had already made one round.
        let mut product = q + (1.0 - q) * random.next_double();
        let mut copies = 1;
        product *= random.next_double();
        while product > q {
            copies += 1;
            product *= random.next_double();
        }
        copies
    }
}

impl Sampler for PoissonSampler {
    fn set_seed(&mut self, seed: i64) {
        self.seed = seed;
        self.random.set_seed(seed);
        match &mut self.method {
            Method::Never => {}
            Method::Gaps(gap) => *gap = None,
            Method::Direct(poisson) => *poisson = None,
        }
    }

    fn sample(&mut self) -> u32 {
        match &mut self.method {
            Method::Never => 0,
            Method::Gaps(gap) => {
                let gap = gap.get_or_insert_with(|| Gap::new(-self.fraction, &mut self.random));
                if gap.leaves_out() {
                    return 0;
                }
                let copies = Self::at_least_one(&mut self.random, self.fraction);
                gap.draw(&mut self.random);
                copies
            }
            Method::Direct(poisson) => poisson
                .get_or_insert_with(|| Poisson::new(self.fraction, self.seed))
                .sample(),
        }
    }

    fn sample_chunk<T: Clone>(&mut self, chunk: &mut Vec<T>) {
        let taken =
            Vec::with_capacity((chunk.len() as f64 * self.fraction.clamp(0.0, 2.0)) as usize);
        for record in std::mem::replace(chunk, taken) {
            let copies = self.sample();
            if copies > 1 {
                chunk.extend(std::iter::repeat_n(&record, copies as usize - 1).cloned());
            }
            if copies > 0 {
                chunk.push(record);
            }
        }
    }
}
