//! Apache Spark's RDD engine, native in Rust.

pub mod backend;
pub mod clock;
mod closure;
pub mod conf;
mod context;
mod data;
pub mod durable;
mod error;
pub mod events;
pub mod exec;
pub mod fault;
pub mod output;
mod plan;
mod rdd;
pub mod sampling;
pub mod scheduler;
mod shared;
pub mod shuffle;
pub mod sketch;
pub mod source;
pub mod storage;
pub mod text;

pub use closure::build_hash;
pub use context::{Blocks, Context, ContextBuilder, JobFuture, StatusTracker};
pub use data::{Data, Key, Total};
pub use error::{CallSite, Error, ErrorKind, IoCause, JobFailure, Result};
pub use exec::{PartitionIter, TaskContext};
pub use plan::{SinkOutput, StageProgram};
pub use rdd::{BoundedDouble, LocalIterator, Number, PartialResult, Rdd, StatCounter, With};
pub use shared::{
    Accumulate, Accumulator, AccumulatorUpdate, Broadcast, BroadcastStore, CollectionAccumulator,
    DoubleAccumulator, LongAccumulator, Numbers,
};
pub use storage::level::StorageLevel;
pub use text::Text;

/// The program in the crate's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
