//! Moving records between partitions by key.
//!
//! Data flows through the files in this order:
//!
//! 1. [`hash`](hash_of) and [`partitioner`](Partitioner) say which reduce partition a key belongs
//!    to; [`range_bounds`](determine_bounds) finds the bounds of a [`RangePartitioner`] by sampling.
//! 2. On either side, [`sorter`](ExternalSorter) sorts and [`aggregator`](ExternalAggregator)
//!    combines more records than fit in memory, on top of sorted runs (`run`, `merge`).
//! 3. The [`writer`](ShuffleWriter) of a map task scatters records into a [`MapOutput`], which the
//!    [`store`](ShuffleStore) of its executor keeps, in memory or on disk.
//! 4. The [`reader`](BlockReader) of a reduce task takes its [`blocks`](Block) from the stores, in
//!    map order.

mod aggregated;
mod aggregator;
mod block;
mod budget;
mod combiner;
mod growth;
mod hash;
mod map_output;
mod merge;
mod partitioner;
mod radix;
mod range_bounds;
mod range_partitioner;
mod reader;
mod run;
mod sorter;
mod store;
#[cfg(test)]
mod test_memory;
mod writer;

pub use aggregated::AggregatedRecords;
pub use aggregator::ExternalAggregator;
pub use block::{BlockCodec, EncodedBlock, Segment, block_codec};
pub use combiner::{Aggregator, Combiner, Grouping};
pub use hash::{FlintBuildHasher, FlintHasher, hash_of};
pub use map_output::{MapOutput, ReduceSize};
pub use partitioner::{HashPartitioner, Partitioner};
pub use range_bounds::{
    Candidates, RangePlan, Resample, SKETCH_POINTS_PER_PARTITION, Sketch, determine_bounds,
    resample_seed, sketch_seed,
};
pub use range_partitioner::{KeyOrder, NaturalOrder, RangePartitioner};
pub use reader::{
    Block, BlockReader, FetchedBlock, aggregate_combiners, aggregate_values, sort_records,
};
pub use sorter::{ExternalSorter, SortedRecords, Ties};
pub use store::ShuffleStore;
pub use writer::{CombiningWriter, ShuffleWriter};

#[cfg(test)]
mod tests;
