//! Sampling without replacement: [`BernoulliSampler`] for `sample`, [`BernoulliCellSampler`] for
//! `random_split`.

use super::java_random::{BitSource, Random};
use super::xorshift::XorShiftRandom;
use super::{MAX_GAP_SAMPLING_FRACTION, RNG_EPSILON, Sampler};

/// Takes each record with the same probability.
///
/// Up to a fraction of 0.4 it draws the gap to the next taken record (geometrically distributed)
/// instead of a number for every record.
///
/// ```
/// use flint_core::sampling::{BernoulliSampler, Sampler};
/// let mut sampler = BernoulliSampler::new(0.1);
/// sampler.set_seed(7);
/// let mut chunk: Vec<u32> = (0..1000).collect();
/// sampler.sample_chunk(&mut chunk);
/// assert!((50..150).contains(&chunk.len()));
/// ```
#[derive(Clone, Debug)]
pub struct BernoulliSampler {
    fraction: f64,
    random: XorShiftRandom,
    /// Made at the first record after a seed was set, as it draws from `random`.
    gap: Option<Gap>,
}

impl BernoulliSampler {
    /// A sampler that takes a record with probability `fraction`; below 0 counts as 0, above 1 as 1.
    pub fn new(fraction: f64) -> Self {
        BernoulliSampler {
            fraction,
            random: XorShiftRandom::new(0),
            gap: None,
        }
    }

    #[inline]
    fn take(&mut self) -> bool {
        if self.fraction <= 0.0 {
            false
        } else if self.fraction >= 1.0 {
            true
        } else if self.fraction <= MAX_GAP_SAMPLING_FRACTION {
            let rate = (-self.fraction).ln_1p();
            let gap = self
                .gap
                .get_or_insert_with(|| Gap::new(rate, &mut self.random));
            gap.is_over(&mut self.random)
        } else {
            self.random.next_double() <= self.fraction
        }
    }
}

impl Sampler for BernoulliSampler {
    fn set_seed(&mut self, seed: i64) {
        self.random.set_seed(seed);
        self.gap = None;
    }

    fn sample(&mut self) -> u32 {
        u32::from(self.take())
    }

    fn sample_chunk<T: Clone>(&mut self, chunk: &mut Vec<T>) {
        chunk.retain(|_| self.take());
    }
}

/// How many records are left out before the next one is taken.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    /// Logarithm of the probability that a record is left out.
    rate: f64,
    left: i32,
}

impl Gap {
    pub(super) fn new<B: BitSource>(rate: f64, random: &mut Random<B>) -> Self {
        let mut gap = Gap { rate, left: 0 };
        gap.draw(random);
        gap
    }

    /// Draws the next gap.
    pub(super) fn draw<B: BitSource>(&mut self, random: &mut Random<B>) {
        let u = random.next_double().max(RNG_EPSILON);
        // `as` saturates, as Scala's `toInt` does.
        self.left = (u.ln() / self.rate) as i32;
    }

    /// Counts one record left out, if one is due.
    pub(super) fn leaves_out(&mut self) -> bool {
        let due = self.left > 0;
        self.left -= i32::from(due);
        due
    }

    /// Whether the next record is taken. Draws the gap behind it if so.
    fn is_over<B: BitSource>(&mut self, random: &mut Random<B>) -> bool {
        if self.leaves_out() {
            return false;
        }
        self.draw(random);
        true
    }
}

/// Takes the records whose number falls into `lower..upper`.
///
/// Samplers with the same seed and adjoining ranges split the records without overlap and without
/// loss.
#[derive(Clone, Debug)]
pub struct BernoulliCellSampler {
    lower: f64,
    upper: f64,
    complement: bool,
    random: XorShiftRandom,
}

impl BernoulliCellSampler {
    /// A sampler of the cell `lower..upper` of `0.0..1.0`.
    pub fn new(lower: f64, upper: f64) -> Self {
        BernoulliCellSampler {
            lower,
            upper,
            complement: false,
            random: XorShiftRandom::new(0),
        }
    }

    /// The sampler that takes exactly what this one leaves out.
    pub fn into_complement(self) -> Self {
        BernoulliCellSampler {
            complement: !self.complement,
            ..self
        }
    }

    #[inline]
    fn take(&mut self) -> bool {
        if self.upper - self.lower <= 0.0 {
            return self.complement;
        }
        let x = self.random.next_double();
        (x >= self.lower && x < self.upper) != self.complement
    }
}

impl Sampler for BernoulliCellSampler {
    fn set_seed(&mut self, seed: i64) {
        self.random.set_seed(seed);
    }

    fn sample(&mut self) -> u32 {
        u32::from(self.take())
    }

    fn sample_chunk<T: Clone>(&mut self, chunk: &mut Vec<T>) {
        chunk.retain(|_| self.take());
    }
}
