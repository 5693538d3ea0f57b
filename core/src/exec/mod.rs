//! Running a task: chunks of records pushed through a flat list of operators.

pub mod chunk;

pub use chunk::{AnyChunk, CHUNK, ChunkSource};
