//! Chunks: the unit in which records move between operators, sources, blocks and files.
//!
//! A chunk is a `Vec<T>` of about [`CHUNK`] records, small enough to stay in the first caches
//! between one operator and the next. [`AnyChunk`] hides `T` where operators of different types
//! stand in one list.

use std::any::Any;
use std::fmt;

use crate::data::Data;
use crate::error::Result;

/// Records that a source or operator aims to put into one chunk. It may put in fewer, and may
/// exceed it where one input record makes several.
pub const CHUNK: usize = 1024;

/// Records for a chunk of a source that has them at hand: [`CHUNK`], or more if they are so small
/// that 32 KiB hold more. The cost of a chunk is then spread over more records.
pub const fn chunk_records<T>() -> usize {
    let size = if size_of::<T>() == 0 {
        1
    } else {
        size_of::<T>()
    };
    let fit = CHUNK_BYTES / size;
    if fit > CHUNK { fit } else { CHUNK }
}

/// Bytes of a chunk of small records: one such chunk stays in the first cache, a chain's few in the
/// second.
const CHUNK_BYTES: usize = 32 * 1024;

/// The most records that a source lends at once: enough that what it costs does not show, few
/// enough that a job's end is seen soon.
pub const LENT: usize = 16 * CHUNK;

/// A `Vec<T>` whose `T` is known only to the operators on its two sides.
pub trait AnyChunk: Any + Send + Sync {
    /// Number of records.
    fn len(&self) -> usize;
    /// Whether there is no record.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Drops the records and keeps the memory.
    fn clear(&mut self);
    /// The vector, for `downcast_ref::<Vec<T>>()`.
    fn as_any(&self) -> &dyn Any;
    /// The vector, for `downcast_mut::<Vec<T>>()`.
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// The vector, for `downcast::<Vec<T>>()`.
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

impl<T: Data> AnyChunk for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl fmt::Debug for dyn AnyChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyChunk({} records)", self.len())
    }
}

/// Records of one partition, pulled chunk by chunk.
pub trait ChunkSource<T> {
    /// Appends about [`CHUNK`] records to `out`. Returns whether it appended any: `Ok(false)` is
    /// the end, and stays the end.
    ///
    /// # Errors
    /// Whatever keeps the records from being read. After an error the source must not be used.
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool>;

    /// Gives `read` the next records, at most [`LENT`] of them and never none, of a source that has
    /// them in memory as they are: a reader who needs them only once is spared a copy of the whole.
    /// Returns whether it did; if not, [`next`](Self::next) is to be asked.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    fn lend(&mut self, read: &mut dyn FnMut(&[T])) -> Result<bool> {
        let _ = read;
        Ok(false)
    }

    /// All records that are left, of a source that has them in one vector and can part with it.
    fn take_rest(&mut self) -> Option<Vec<T>> {
        None
    }
}
