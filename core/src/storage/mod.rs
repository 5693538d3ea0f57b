//! What an executor keeps: records in memory, encoded, and on disk.
//!
//! - [`codec`]: one encoding of chunks for spills, shuffles and serialised blocks.
//! - [`size`]: how much memory records take, inline and on the heap.
//! - [`memory`]: who may use how much of it.
//! - [`spill`]: temporary files, checked when read and removed when done.
//! - [`level`]: where the blocks of a persisted RDD are kept.
//! - [`block_store`]: those blocks.

pub mod block_store;
pub mod codec;
pub mod level;
pub mod memory;
pub mod size;
pub mod spill;
