//! What an executor keeps: encoded chunks, sizes in memory, the memory manager and spill files.
//!
//! - [`codec`]: one encoding of chunks for spills, shuffles and serialised blocks.
//! - [`size`]: how much memory records take, inline and on the heap.
//! - [`memory`]: who may use how much of it.
//! - [`spill`]: temporary files, checked when read and removed when done.

pub mod codec;
pub mod memory;
pub mod size;
pub mod spill;
