//! How much memory records take, with all they own.
//!
//! [`deep_size`] runs a record's own `Serialize` against a serialiser that writes nothing and
//! counts instead: the record's inline size is known, and every string, sequence and map that
//! passes by is an allocation whose size follows from its length, rounded as the allocator rounds.
//! [`SizeEstimator`] does so for a sample of each chunk.
//!
//! # What it can't see
//! - Spare capacity: a vector is taken to have an eighth of its length to spare, between one that
//!   was collected and one that was pushed to; hash tables are taken at the power of two that
//!   holds their contents.
//! - Sharing: what an `Arc` points to is counted for each record that holds one.
//! - A field that is skipped by serde is counted inline only.
//! - A string type that keeps short strings inline counts as if it allocated them, unless it says
//!   what it is ([`SHARED_TEXT`]).
//!
//! The sizes are estimates for decisions (evict, spill, refuse), within a quarter of the truth for
//! ordinary records: never use them to index memory.

mod counter;
#[cfg(test)]
mod tests;

use std::mem::{needs_drop, size_of};

use crate::data::Data;
use counter::Counter;

/// The name under which a string that is inline when short, and else a slice of a shared buffer,
/// serialises itself as a newtype struct of its `str`, so that it is not counted as a `String`.
/// Formats that write newtypes as what they contain (postcard, JSON) don't show it.
pub const SHARED_TEXT: &str = "$flint::SharedText";

/// Bytes that a record takes: inline, and on the heap with the allocator's overhead.
///
/// ```
/// use flint_core::storage::size::deep_size;
///
/// assert_eq!(deep_size(&7_u64), 8);
/// assert!(deep_size(&"x".repeat(1000)) > 1024);
/// ```
pub fn deep_size<T: Data>(item: &T) -> usize {
    if needs_drop::<T>() {
        Counter::size_of(item)
    } else {
        size_of::<T>()
    }
}

/// Records of a chunk that are looked at in any case, as a part of it.
const MIN_SAMPLE_PART: usize = 8;

/// Records that are looked at before anything is known of their spread.
const FIRST_SAMPLE: usize = 256;

/// The error of a chunk's mean that sampling aims at (one standard deviation).
const WANTED_ERROR: f64 = 0.05;

/// What the past weighs in the running average, in records.
const MAX_HISTORY: f64 = 256.0;

/// Estimates the size of chunk after chunk of one stream of records.
///
/// For types that own nothing on the heap it costs nothing and is exact. For others it looks at an
/// eighth of each chunk, or more where sizes differ much: up to all of it, where a few records are
/// far larger than the rest.
#[derive(Clone, Debug)]
pub struct SizeEstimator {
    /// Weight of what was seen, in records, at most [`MAX_HISTORY`].
    seen: f64,
    mean: f64,
    variance: f64,
    random: u64,
}

impl Default for SizeEstimator {
    fn default() -> Self {
        Self::new()
    }
}

impl SizeEstimator {
    /// An estimator that has seen nothing yet.
    pub fn new() -> Self {
        // Any odd number will do: samples only must not step in time with the data.
        SizeEstimator {
            seen: 0.0,
            mean: 0.0,
            variance: 0.0,
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Bytes that the records of `chunk` take (their part of the vector included, its spare room
    /// not).
    pub fn estimate<T: Data>(&mut self, chunk: &[T]) -> usize {
        if !needs_drop::<T>() {
            return size_of_val(chunk);
        }
        if chunk.is_empty() {
            return 0;
        }
        let wanted = self.sample_size(chunk.len());
        if wanted >= chunk.len() {
            let sample = Sample::of(chunk.iter());
            self.learn(&sample);
            return to_bytes(sample.sum);
        }
        let sample = self.sample(chunk, wanted);
        let mean = self.blend(&sample);
        self.learn(&sample);
        to_bytes(mean * chunk.len() as f64)
    }

    /// How many of `len` records to look at, so that the mean of the sample is good enough.
    fn sample_size(&self, len: usize) -> usize {
        let least = if self.seen < 1.0 {
            FIRST_SAMPLE
        } else {
            len.div_ceil(MIN_SAMPLE_PART)
        };
        let relative_variance = if self.mean > 0.0 {
            self.variance / (self.mean * self.mean)
        } else {
            0.0
        };
        let wanted = relative_variance / (WANTED_ERROR * WANTED_ERROR);
        // A saturating cast: what is too large is cut to `len`.
        (wanted as usize).max(least).min(len)
    }

    /// One record from each of `wanted` equal stretches of the chunk.
    fn sample<T: Data>(&mut self, chunk: &[T], wanted: usize) -> Sample {
        let mut random = self.random;
        let sample = Sample::of((0..wanted).map(|i| {
            let (from, to) = (i * chunk.len() / wanted, (i + 1) * chunk.len() / wanted);
            random = random
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            &chunk[from + (random >> 33) as usize % (to - from)]
        }));
        self.random = random;
        sample
    }

    /// The mean of a sample, steadied by what was seen before where the sample is small.
    fn blend(&self, sample: &Sample) -> f64 {
        let history = self.seen.min(sample.count / 4.0);
        (sample.sum + self.mean * history) / (sample.count + history)
    }

    /// Adds a sample to the running mean and variance.
    fn learn(&mut self, sample: &Sample) {
        let (old, new) = (self.seen, sample.count);
        let (mean, variance) = sample.moments();
        let all = old + new;
        let shift = mean - self.mean;
        self.variance =
            (self.variance * old + variance * new + shift * shift * old * new / all) / all;
        self.mean += shift * new / all;
        self.seen = all.min(MAX_HISTORY);
    }
}

#[derive(Debug, Default)]
struct Sample {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Sample {
    fn of<'a, T: Data>(records: impl Iterator<Item = &'a T>) -> Sample {
        records.fold(Sample::default(), |s, record| {
            let size = deep_size(record) as f64;
            Sample {
                count: s.count + 1.0,
                sum: s.sum + size,
                squares: s.squares + size * size,
            }
        })
    }

    /// Mean and variance.
    fn moments(&self) -> (f64, f64) {
        let mean = self.sum / self.count;
        (mean, (self.squares / self.count - mean * mean).max(0.0))
    }
}

fn to_bytes(size: f64) -> usize {
    // Sizes are sums of sizes in memory: far below what the cast would cut.
    size.round() as usize
}
