//! Finding the bounds of range partitions by sampling, as Spark's `RangePartitioner` does.
//!
//! The jobs belong to the caller; the arithmetic is here:
//!
//! 1. [`RangePlan::new`] says how many keys each input partition samples. The first job runs a
//!    [`Reservoir`] of [`RangePlan::sample_size_per_partition`] keys over each partition, seeded by
//!    [`sketch_seed`], and returns a [`Sketch`] each.
//! 2. [`RangePlan::weigh`] turns sketches into weighted candidates, and names the partitions that
//!    hold so much more than the average that their sample is too thin. A second job samples those
//!    with [`Resample::fraction`], seeded by [`resample_seed`], and its keys are added by
//!    [`Candidates::add`].
//! 3. [`Candidates::bounds`] cuts the candidates into ranges of equal weight.
//!
//! ```
//! use flint_core::sampling::Reservoir;
//! use flint_core::shuffle::{RangePlan, Sketch, sketch_seed};
//!
//! let partitions = [vec![1u64, 5, 9], (0..1000).collect()];
//! let plan = RangePlan::new(4, partitions.len());
//! let sketches = partitions.iter().enumerate().map(|(i, keys)| {
//!     let size = plan.sample_size_per_partition();
//!     let (keys, count) = Reservoir::sample(keys.iter().copied(), size, sketch_seed(0, i as u32));
//!     Sketch { partition: i as u32, count, keys }
//! });
//! let candidates = plan.weigh(sketches.collect());
//! assert_eq!(candidates.bounds(u64::cmp).len(), 3);
//! ```

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::sampling::Reservoir;

/// Keys that are sampled per output partition, before over-sampling.
pub const SKETCH_POINTS_PER_PARTITION: usize = 20;

/// The largest sample, in keys.
const MAX_SAMPLE: f64 = 1e6;

/// Input partitions are over-sampled by this factor, as they may be uneven.
const OVER_SAMPLING: f64 = 3.0;

/// A sample of one input partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sketch<K> {
    /// The input partition.
    pub partition: u32,
    /// Number of its records.
    pub count: u64,
    /// The keys sampled.
    pub keys: Vec<K>,
}

impl<K> Sketch<K> {
    /// The sketch of a partition, from the reservoir that saw all its keys.
    pub fn new(partition: u32, reservoir: Reservoir<K>) -> Self {
        let (keys, count) = reservoir.finish();
        Sketch {
            partition,
            count,
            keys,
        }
    }
}

/// How much to sample for how many ranges.
#[derive(Clone, Copy, Debug)]
pub struct RangePlan {
    ranges: usize,
    sample_size: f64,
    per_partition: usize,
}

impl RangePlan {
    /// The plan for `ranges` output partitions over `inputs` input partitions.
    pub fn new(ranges: usize, inputs: usize) -> Self {
        let sample_size = (SKETCH_POINTS_PER_PARTITION as f64 * ranges as f64).min(MAX_SAMPLE);
        let per_partition = (OVER_SAMPLING * sample_size / inputs.max(1) as f64).ceil() as usize;
        RangePlan {
            ranges,
            sample_size,
            per_partition,
        }
    }

    /// Whether there is anything to sample for: one range needs no bound.
    pub fn needs_sample(&self) -> bool {
        self.ranges > 1
    }

    /// Size of the reservoir of each input partition.
    pub fn sample_size_per_partition(&self) -> usize {
        self.per_partition
    }

    /// Weighs the sampled keys by how many records each stands for.
    pub fn weigh<K>(&self, sketches: Vec<Sketch<K>>) -> Candidates<K> {
        let total: u64 = sketches.iter().map(|s| s.count).sum();
        let fraction = (self.sample_size / total.max(1) as f64).min(1.0);
        let mut weighted = Vec::new();
        let mut thin = Vec::new();
        for sketch in sketches {
            if fraction * sketch.count as f64 > self.per_partition as f64 {
                thin.push(sketch.partition);
            } else {
                let weight = (sketch.count as f64 / sketch.keys.len() as f64) as f32;
                weighted.extend(sketch.keys.into_iter().map(|key| (key, weight)));
            }
        }
        let resample = (!thin.is_empty()).then_some(Resample {
            partitions: thin,
            fraction,
        });
        Candidates {
            ranges: self.ranges,
            weighted,
            resample,
        }
    }
}

/// Input partitions whose sketch is too thin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resample {
    /// The partitions to be sampled again.
    pub partitions: Vec<u32>,
    /// With which fraction, without replacement.
    pub fraction: f64,
}

/// Weighted keys, from which bounds are chosen.
#[derive(Clone, Debug)]
pub struct Candidates<K> {
    ranges: usize,
    weighted: Vec<(K, f32)>,
    resample: Option<Resample>,
}

impl<K> Candidates<K> {
    /// What has to be sampled again before bounds are right.
    pub fn resample(&self) -> Option<&Resample> {
        self.resample.as_ref()
    }

    /// Adds the keys of the second sample.
    pub fn add(&mut self, keys: impl IntoIterator<Item = K>) {
        let Some(resample) = &self.resample else {
            return;
        };
        let weight = (1.0 / resample.fraction) as f32;
        self.weighted
            .extend(keys.into_iter().map(|key| (key, weight)));
    }

    /// The bounds: at most one fewer than ranges, ascending, all different.
    pub fn bounds(self, compare: impl Fn(&K, &K) -> Ordering) -> Vec<K>
    where
        K: Clone,
    {
        let ranges = self.ranges.min(self.weighted.len());
        determine_bounds(self.weighted, ranges, compare)
    }
}

/// Cuts weighted keys into `partitions` ranges of about equal weight, and returns the last key of
/// each but the last (`RangePartitioner.determineBounds`).
///
/// ```
/// use flint_core::shuffle::determine_bounds;
/// let keys = (1..=9).map(|key| (key, 1.0)).collect();
/// assert_eq!(determine_bounds(keys, 3, i32::cmp), [3, 6]);
/// ```
pub fn determine_bounds<K: Clone>(
    mut candidates: Vec<(K, f32)>,
    partitions: usize,
    compare: impl Fn(&K, &K) -> Ordering,
) -> Vec<K> {
    candidates.sort_by(|a, b| compare(&a.0, &b.0));
    let total: f64 = candidates.iter().map(|c| f64::from(c.1)).sum();
    let step = total / partitions as f64;
    let mut bounds: Vec<K> = Vec::new();
    let (mut weight, mut target) = (0.0, step);
    for (key, w) in &candidates {
        if bounds.len() + 1 >= partitions {
            break;
        }
        weight += f64::from(*w);
        // A key that is a bound already can't be another one.
        let is_new = bounds
            .last()
            .is_none_or(|last| compare(key, last) == Ordering::Greater);
        if weight >= target && is_new {
            bounds.push(key.clone());
            target += step;
        }
    }
    bounds
}

/// The seed of the reservoir of input partition `partition` of RDD `rdd`.
pub fn sketch_seed(rdd: u64, partition: u32) -> i64 {
    i64::from(byteswap32(partition ^ ((rdd as u32) << 16)))
}

/// The seed of the second sample of RDD `rdd`.
pub fn resample_seed(rdd: u64) -> i64 {
    i64::from(byteswap32(0u32.wrapping_sub(rdd as u32).wrapping_sub(1)))
}

/// Scala's `scala.util.hashing.byteswap32`.
fn byteswap32(v: u32) -> i32 {
    const FACTOR: u32 = 0x9e37_75cd;
    v.wrapping_mul(FACTOR).swap_bytes().wrapping_mul(FACTOR) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch_all(plan: &RangePlan, inputs: &[Vec<u64>]) -> Vec<Sketch<u64>> {
        let size = plan.sample_size_per_partition();
        let sketch = |(i, keys): (usize, &Vec<u64>)| {
            let mut reservoir = Reservoir::new(size, sketch_seed(3, i as u32));
            keys.iter().for_each(|key| reservoir.offer(key));
            Sketch::new(i as u32, reservoir)
        };
        inputs.iter().enumerate().map(sketch).collect()
    }

    #[test]
    fn even_inputs_give_even_ranges() {
        let inputs: Vec<Vec<u64>> = (0..10)
            .map(|p| (0..10_000).map(|i| i * 10 + p).collect())
            .collect();
        let plan = RangePlan::new(8, inputs.len());
        assert_eq!(plan.sample_size_per_partition(), 48);
        let candidates = plan.weigh(sketch_all(&plan, &inputs));
        assert_eq!(candidates.resample(), None);
        let bounds = candidates.bounds(u64::cmp);
        assert_eq!(bounds.len(), 7);
        let mut sizes = [0u32; 8];
        for key in inputs.iter().flatten() {
            sizes[bounds.partition_point(|b| b < key)] += 1;
        }
        assert!(
            sizes.iter().all(|n| (7_000..18_000).contains(n)),
            "{sizes:?}"
        );
    }

    #[test]
    fn a_heavy_partition_is_sampled_again() {
        let mut inputs: Vec<Vec<u64>> = (0..9).map(|_| (0..100).collect()).collect();
        inputs.push((0..100_000).collect());
        let plan = RangePlan::new(4, inputs.len());
        let mut candidates = plan.weigh(sketch_all(&plan, &inputs));
        let resample = candidates.resample().expect("partition 9 is heavy").clone();
        assert_eq!(resample.partitions, [9]);
        let step = (1.0 / resample.fraction) as usize;
        candidates.add(inputs[9].iter().copied().step_by(step));
        let bounds = candidates.bounds(u64::cmp);
        for (bound, expected) in bounds.iter().zip([25_000u64, 50_000, 75_000]) {
            assert!(bound.abs_diff(expected) < 5_000, "{bounds:?}");
        }
    }

    #[test]
    fn duplicates_and_small_inputs_give_fewer_bounds() {
        let keys = vec![(7, 1.0); 100];
        assert_eq!(determine_bounds(keys, 10, i32::cmp), [7]);
        let plan = RangePlan::new(10, 1);
        let empty = plan.weigh(sketch_all(&plan, &[vec![]]));
        assert!(empty.bounds(u64::cmp).is_empty());
        let two = plan.weigh(sketch_all(&plan, &[vec![4, 2]]));
        assert_eq!(two.bounds(u64::cmp), [2]);
    }

    #[test]
    fn seeds_are_sparks() {
        assert_eq!(byteswap32(0), 0);
        let expected = 0x9e37_75cdu32.swap_bytes().wrapping_mul(0x9e37_75cd) as i32;
        assert_eq!(sketch_seed(0, 1), i64::from(expected));
        assert_ne!(sketch_seed(0, 1), sketch_seed(1, 0));
    }
}
