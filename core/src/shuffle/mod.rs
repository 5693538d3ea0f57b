//! Moving records between partitions by key.
//!
//! Data flows through the files in this order:
//!
//! 1. [`hash`](hash_of) and [`partitioner`](Partitioner) say which reduce partition a key belongs
//!    to; [`range_bounds`](determine_bounds) finds the bounds of a [`RangePartitioner`] by sampling.

mod hash;
mod partitioner;
mod range_bounds;
mod range_partitioner;

pub use hash::{FlintBuildHasher, FlintHasher, hash_of};
pub use partitioner::{HashPartitioner, Partitioner};
pub use range_bounds::{Candidates, RangePlan, Resample, SKETCH_POINTS_PER_PARTITION, Sketch, determine_bounds, resample_seed, sketch_seed};
pub use range_partitioner::{KeyOrder, NaturalOrder, RangePartitioner};
