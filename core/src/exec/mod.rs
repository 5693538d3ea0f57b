//! Running a task: chunks of records pushed through a flat list of operators.
//!
//! A backend calls [`run_task`] with a [`TaskSpec`]. The task builds the chain of its partition
//! (`chain`: a source, then operators), and the program's sink pulls the chain empty. Steps
//! that need their input as an iterator hold a `feed`.

pub(crate) mod chain;
pub mod chunk;
mod context;
mod env;
pub(crate) mod feed;
pub(crate) mod operator;
mod task;

pub use chunk::{AnyChunk, CHUNK, ChunkSource, LENT, chunk_records};
pub use context::{KillFlag, ShuffleInputs, TaskContext, TaskCounters};
pub use env::ExecutorEnv;
pub use feed::PartitionIter;
pub(crate) use task::catching;
pub use task::{TaskReport, TaskSpec, TaskSuccess, run_task, store_map_output};
