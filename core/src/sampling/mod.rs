//! Random choices that are Spark's own, number for number.
//!
//! `sample`, `random_split`, `take_sample`, `sample_by_key(_exact)` and `repartition` promise the same
//! records for the same seed and partitioning as Spark in Scala. That needs Spark's generators
//! ([`JavaRandom`], [`XorShiftRandom`], and WELL19937c below [`PoissonSampler`]), its samplers with
//! their gap sampling, and the way it seeds them:
//!
//! - `sample(replace, fraction, seed)`: partition `i` takes the `i`-th of [`partition_seeds`];
//! - `random_split(weights, seed)` and `sample_by_key(_exact)(.., seed)`: partition `i` takes `seed + i`
//!   (wrapping);
//! - the sketch of a range partitioner: see [`crate::shuffle::sketch_seed`].
//!
//! Logarithms come from the platform's mathematics library, which may differ from the JVM's in the
//! last bit; a gap is the floor of a quotient of two of them, so a different choice is possible in
//! principle, once in some 10^14 records.

mod bernoulli;
mod bounds;
mod exact_strata;
mod java_random;
mod poisson;
mod reservoir;
mod stratified;
mod strict_log;
mod well;
mod xorshift;

pub use bernoulli::{BernoulliCellSampler, BernoulliSampler};
pub use bounds::{fraction_for_sample_size, split_ranges};
pub use exact_strata::{Bounds, ExactStrata, Stratum};
pub use java_random::{BitSource, JavaRandom, Lcg, Random};
pub use poisson::{Poisson, PoissonSampler};
pub use reservoir::Reservoir;
pub use stratified::{BernoulliStrata, PoissonStrata};
pub use xorshift::{XorShift, XorShiftRandom};

/// Fractions up to this one are sampled by jumping over gaps instead of rolling for every record.
const MAX_GAP_SAMPLING_FRACTION: f64 = 0.4;

/// Floor of a uniform number before its logarithm is taken.
const RNG_EPSILON: f64 = 5e-11;

/// Decides record by record how often each goes into a sample.
pub trait Sampler: Clone + Send + Sync + 'static {
    /// Starts over with a seed. To be called once before the first record of a partition.
    fn set_seed(&mut self, seed: i64);

    /// How many copies of the next record are taken.
    fn sample(&mut self) -> u32;

    /// Replaces the records of a chunk by the sample of them.
    fn sample_chunk<T: Clone>(&mut self, chunk: &mut Vec<T>);
}

/// The seeds of the partitions of `sample(.., seed)`: one `nextLong` of a `java.util.Random` each,
/// in partition order.
///
/// ```
/// use flint_core::sampling::partition_seeds;
/// let four = partition_seeds(42, 4);
/// assert_eq!(partition_seeds(42, 2), four[..2]);
/// ```
pub fn partition_seeds(seed: i64, partitions: usize) -> Vec<i64> {
    let mut random = JavaRandom::new(seed);
    (0..partitions).map(|_| random.next_long()).collect()
}

/// Shuffles in place, as Spark's `Utils.randomizeInPlace` does for `takeSample`.
pub fn randomize_in_place<T, B: BitSource>(items: &mut [T], random: &mut Random<B>) {
    for i in (1..items.len()).rev() {
        let bound =
            i32::try_from(i + 1).expect("a sample has fewer than 2^31 records, as in Spark");
        let j = random.next_int_below(bound);
        items.swap(i, j as usize);
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
