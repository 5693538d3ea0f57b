//! Moving records between partitions by key.
//!
//! Data flows through the files in this order:
//!
//! 1. [`hash`](hash_of) and [`partitioner`](Partitioner) say which reduce partition a key belongs
//!    to; [`range_bounds`](determine_bounds) finds the bounds of a [`RangePartitioner`] by sampling.
//! 2. On either side, [`sorter`](ExternalSorter) sorts and [`aggregator`](ExternalAggregator)
//!    combines more records than fit in memory, on top of sorted runs (`run`, `merge`).

mod aggregated;
mod aggregator;
mod budget;
mod growth;
mod hash;
mod merge;
mod partitioner;
mod range_bounds;
mod range_partitioner;
mod run;
mod sorter;
#[cfg(test)]
mod test_memory;

pub use aggregated::AggregatedRecords;
pub use aggregator::{Aggregator, Combiner, ExternalAggregator, Grouping};
pub use hash::{FlintBuildHasher, FlintHasher, hash_of};
pub use partitioner::{HashPartitioner, Partitioner};
pub use range_bounds::{
    Candidates, RangePlan, Resample, SKETCH_POINTS_PER_PARTITION, Sketch, determine_bounds, resample_seed, sketch_seed,
};
pub use range_partitioner::{KeyOrder, NaturalOrder, RangePartitioner};
pub use sorter::{ExternalSorter, SortedRecords, Ties};
