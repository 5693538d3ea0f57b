//! [`HyperLogLog`]: how many different values there are, in a few kilobytes.
//!
//! # The algorithm
//! Dense registers over 64-bit hashes, as in HyperLogLog++ (Heule, Nunkesser, Hall: "HyperLogLog in
//! Practice", EDBT 2013, section 4): of a hash, the first `p` bits choose one of `2^p` registers,
//! and the register keeps the largest position of the first one-bit among the others.
//!
//! HyperLogLog++ corrects the bias of small counts by tables that were measured, and switches to
//! linear counting below thresholds that were measured, too. The estimator here is Ertl's improved
//! raw estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017,
//! arXiv:1702.01284, algorithm 6). It needs no tables and no thresholds, its bias is below
//! `1 / 2^p` of the count from 0 up to 2^64, and its standard error the same, `1.04 / sqrt(2^p)`.
//!
//! Hashes are the engine's fixed ones, so that sketches made anywhere can be merged; they are mixed
//! once more, because registers need all 64 bits to be even.
//!
//! Cost: `2^p` bytes; some nanoseconds for a value.

use std::hash::Hash;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::shuffle::hash_of;

/// Fewer registers make no sense: so Spark and the paper.
const LEAST_PRECISION: u8 = 4;
/// 4 GiB of registers.
const MOST_PRECISION: u8 = 32;
/// The estimator's constant, `1 / (2 ln 2)`.
const ALPHA: f64 = 0.721_347_520_444_481_7;

/// An estimate of the number of different values.
///
/// ```
/// use flint_core::sketch::HyperLogLog;
/// let mut some = HyperLogLog::with_relative_sd(0.01)?;
/// (0..60_000).for_each(|x| some.add(&x));
/// let mut others = HyperLogLog::with_relative_sd(0.01)?;
/// (40_000..100_000).for_each(|x| others.add(&x));
/// some.merge(&others)?;
/// assert!((97_000..103_000).contains(&some.cardinality()));
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HyperLogLog {
    precision: u8,
    registers: Vec<u8>,
}

impl std::fmt::Debug for HyperLogLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (p, n) = (self.precision, self.cardinality());
        write!(f, "HyperLogLog(precision {p}, about {n} values)")
    }
}

impl HyperLogLog {
    /// An empty sketch of `2^precision` registers of a byte each.
    ///
    /// # Errors
    /// [`Error::Argument`] for a precision that is not in 4..=32; [`Error::OutOfMemory`] if there
    /// is no memory for the registers.
    pub fn new(precision: u8) -> Result<Self> {
        if !(LEAST_PRECISION..=MOST_PRECISION).contains(&precision) {
            let reason = format!("it must be between 4 and 32, not {precision}");
            return Err(Error::argument("precision", reason));
        }
        let needed = 1_u64 << precision;
        let mut registers: Vec<u8> = Vec::new();
        let reserved = usize::try_from(needed).map(|n| registers.try_reserve_exact(n));
        if !matches!(reserved, Ok(Ok(()))) {
            return Err(Error::OutOfMemory {
                what: format!("a sketch of precision {precision}"),
                needed,
                available: 0,
            });
        }
        registers.resize(needed as usize, 0);
        Ok(HyperLogLog {
            precision,
            registers,
        })
    }

    /// An empty sketch whose standard error is at most `relative_sd`, with as many registers as
    /// Spark takes.
    ///
    /// # Errors
    /// As [`precision_for`](Self::precision_for) and [`new`](Self::new).
    pub fn with_relative_sd(relative_sd: f64) -> Result<Self> {
        Self::new(Self::precision_for(relative_sd)?)
    }

    /// The precision that Spark takes for a relative standard deviation: `2 log2(1.054 / sd)`,
    /// rounded up, and at least 4.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `relative_sd` is a number above 0.000017, as in Spark.
    ///
    /// ```
    /// use flint_core::sketch::HyperLogLog;
    /// assert_eq!(HyperLogLog::precision_for(0.05)?, 9);
    /// assert_eq!(HyperLogLog::precision_for(0.001)?, 21);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn precision_for(relative_sd: f64) -> Result<u8> {
        if relative_sd.is_nan() || relative_sd <= 0.000_017 {
            let reason = format!("it must be greater than 0.000017, not {relative_sd}");
            return Err(Error::argument("relative_sd", reason));
        }
        // `as` saturates at 0 for what is very large.
        let precision = (2.0 * (1.054 / relative_sd).log2()).ceil() as u8;
        Ok(precision.max(LEAST_PRECISION))
    }

    /// Takes a value in.
    #[inline]
    pub fn add<T: Hash + ?Sized>(&mut self, value: &T) {
        self.add_hash(mixed(hash_of(value)));
    }

    /// Takes in a value by its hash, whose 64 bits must be even.
    #[inline]
    fn add_hash(&mut self, hash: u64) {
        let index = (hash >> (64 - self.precision)) as usize;
        // The bit behind the hash ends the count where all others are 0.
        let rest = (hash << self.precision) | (1 << (self.precision - 1));
        let rank = rest.leading_zeros() as u8 + 1;
        let register = &mut self.registers[index];
        *register = rank.max(*register);
    }

    /// Takes in all values of another sketch.
    ///
    /// # Errors
    /// [`Error::Argument`] if its precision is another one.
    pub fn merge(&mut self, other: &HyperLogLog) -> Result<()> {
        if other.precision != self.precision {
            let (a, b) = (self.precision, other.precision);
            let reason = format!("sketches of the precisions {a} and {b} can't be merged");
            return Err(Error::argument("other", reason));
        }
        for (mine, theirs) in self.registers.iter_mut().zip(&other.registers) {
            *mine = (*mine).max(*theirs);
        }
        Ok(())
    }

    /// About how many different values were taken in. Exactly 0 of none.
    pub fn cardinality(&self) -> u64 {
        self.estimate().round() as u64
    }

    /// The logarithm to base 2 of the number of registers.
    pub fn precision(&self) -> u8 {
        self.precision
    }

    fn estimate(&self) -> f64 {
        let most = 65 - self.precision as usize;
        let mut counts = [0_u64; 66];
        for register in &self.registers {
            counts[usize::from(*register).min(most)] += 1;
        }
        let m = self.registers.len() as f64;
        let mut z = m * tau(1.0 - counts[most] as f64 / m);
        for count in counts[1..most].iter().rev() {
            z = 0.5 * (z + *count as f64);
        }
        z += m * sigma(counts[0] as f64 / m);
        ALPHA * m * m / z
    }
}

/// Spreads a hash evenly over 64 bits (the finalizer of SplitMix64, Steele, Lea and Flood 2014).
#[inline]
fn mixed(hash: u64) -> u64 {
    let x = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// What registers that are 0 add: `x + sum of x^(2^k) 2^(k-1)`.
fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

/// What registers that are full add: `(1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3`.
fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch_of(values: impl IntoIterator<Item = u64>, precision: u8) -> HyperLogLog {
        let mut sketch = HyperLogLog::new(precision).unwrap();
        values.into_iter().for_each(|x| sketch.add(&x));
        sketch
    }

    /// Every cardinality with many sets of values: the error's root mean square is the one
    /// promised, no single one is far out, and there is no bias.
    #[test]
    fn errors_are_as_promised_at_every_size() {
        const SEEDS: u64 = 60;
        for precision in [6_u8, 9, 12] {
            let sd = 1.04 / f64::from(1 << precision).sqrt();
            for n in [10_u64, 100, 300, 1000, 3000, 10_000, 50_000] {
                let error = |seed: u64| {
                    // Runs of numbers, numbers far apart, and scattered ones.
                    let step = [1, 1 << 32, 0x9E37_79B9_7F4A_7C15][seed as usize % 3];
                    let first = mixed(seed);
                    let values = (0..n).map(|x| first.wrapping_add(x.wrapping_mul(step)));
                    sketch_of(values, precision).estimate() / n as f64 - 1.0
                };
                let errors: Vec<f64> = (0..SEEDS).map(error).collect();
                let mean = errors.iter().sum::<f64>() / SEEDS as f64;
                let squares = errors.iter().map(|e| e * e).sum::<f64>() / SEEDS as f64;
                let worst = errors.iter().fold(0.0_f64, |a, e| a.max(e.abs()));
                let told = format!("p {precision}, n {n}: bias {mean}, worst {worst}, sd {sd}");
                assert!(squares.sqrt() < 1.3 * sd, "{told}");
                let bias = 1.0 / f64::from(1 << precision);
                assert!(
                    mean.abs() < bias + 3.5 * sd / (SEEDS as f64).sqrt(),
                    "{told}"
                );
                // Of ten values, two in one register are a tenth off.
                assert!(worst < 4.5 * sd + 1.5 / n as f64, "{told}");
            }
        }
    }

    #[test]
    fn a_sketch_of_nothing_is_zero_and_of_copies_one() {
        assert_eq!(sketch_of([], 4).cardinality(), 0);
        assert_eq!(sketch_of([7; 1000], 14).cardinality(), 1);
        let mut words = HyperLogLog::new(14).unwrap();
        ["a", "b", "a", "c"].iter().for_each(|w| words.add(*w));
        assert_eq!(words.cardinality(), 3);
    }

    /// Merging is the same as having seen all, however it is split, also through bytes.
    #[test]
    fn merging_is_the_same_as_seeing_all() {
        let whole = sketch_of(0..30_000, 10);
        let mut merged = HyperLogLog::new(10).unwrap();
        for part in [20_000..30_000, 0..12_000, 5_000..25_000] {
            let bytes = postcard::to_allocvec(&sketch_of(part, 10)).unwrap();
            merged
                .merge(&postcard::from_bytes(&bytes).unwrap())
                .unwrap();
        }
        assert_eq!(merged, whole);
        let other = HyperLogLog::new(11).unwrap();
        assert!(matches!(
            merged.merge(&other),
            Err(Error::Argument { name, .. }) if name == "other"
        ));
    }

    #[test]
    fn precisions_are_those_of_spark() {
        let of = |sd| HyperLogLog::precision_for(sd).unwrap();
        assert_eq!([of(0.4), of(0.3), of(0.05), of(0.01)], [4, 4, 9, 14]);
        assert_eq!([of(f64::INFINITY), of(100.0), of(0.000_017_1)], [4, 4, 32]);
        for wrong in [0.000_017, 0.0, -1.0, f64::NAN] {
            assert!(HyperLogLog::precision_for(wrong).is_err(), "{wrong}");
        }
        assert!(HyperLogLog::new(3).is_err() && HyperLogLog::new(33).is_err());
    }

    /// Hashes whose bits behind the index are all 0 fill a register to the top.
    #[test]
    fn full_registers_are_counted() {
        let mut sketch = HyperLogLog::new(4).unwrap();
        (0..16).for_each(|index| sketch.add_hash(index << 60));
        assert!(sketch.registers.iter().all(|&r| r == 61));
        assert!(sketch.estimate() > 1e18, "{}", sketch.estimate());
    }
}
