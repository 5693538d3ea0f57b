//! Blocks as they are kept, and as they are read.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::{BlockId, BlockStore};
use crate::data::Data;
use crate::error::Result;
use crate::exec::chunk::{ChunkSource, LENT, chunk_records};
use crate::storage::codec::decode_chunk;
use crate::storage::memory::Reservation;
use crate::storage::spill::{BlockSpan, SpillFile, SpillReader, SpillWriter};

/// A block in memory. Its bytes are given back when the last reader lets go of it.
pub(super) trait MemoryBlock: Any + Send + Sync {
    /// What it has reserved.
    fn bytes(&self) -> u64;
    /// Writes it to a file, chunk by chunk.
    fn write(&self, out: &mut SpillWriter) -> Result<Vec<BlockSpan>>;
}

/// Records as they are.
#[derive(Debug)]
pub(super) struct Records<T> {
    pub(super) chunks: Vec<Vec<T>>,
    pub(super) reservation: Reservation,
}

impl<T: Data> MemoryBlock for Records<T> {
    fn bytes(&self) -> u64 {
        self.reservation.bytes()
    }

    fn write(&self, out: &mut SpillWriter) -> Result<Vec<BlockSpan>> {
        self.chunks
            .iter()
            .map(|chunk| out.write_block(chunk))
            .collect()
    }
}

/// An encoded chunk.
#[derive(Clone, Debug)]
pub(super) struct EncodedChunk {
    pub(super) bytes: Bytes,
    pub(super) records: u32,
}

/// Encoded records.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) chunks: Vec<EncodedChunk>,
    pub(super) reservation: Reservation,
}

impl MemoryBlock for Encoded {
    fn bytes(&self) -> u64 {
        self.reservation.bytes()
    }

    fn write(&self, out: &mut SpillWriter) -> Result<Vec<BlockSpan>> {
        self.chunks
            .iter()
            .map(|chunk| out.write_encoded(&chunk.bytes, chunk.records))
            .collect()
    }
}

/// A block on disk.
#[derive(Debug)]
pub(super) struct DiskBlock {
    file: Arc<SpillFile>,
    spans: Vec<BlockSpan>,
}

impl DiskBlock {
    pub(super) fn new(file: Arc<SpillFile>, spans: Vec<BlockSpan>) -> Self {
        DiskBlock { file, spans }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.file.len()
    }

    /// Reads all of it and checks the sums. What it reads stays in the system's cache for the
    /// reading proper, which follows.
    pub(super) fn verify(&self) -> Result<()> {
        let mut reader = self.file.reader()?;
        let mut bytes = Vec::new();
        self.spans
            .iter()
            .try_for_each(|span| reader.read_into(span, &mut bytes))
    }
}

/// Where a block is.
#[derive(Clone)]
pub(super) enum Stored {
    Memory(Arc<dyn MemoryBlock>),
    Disk(Arc<DiskBlock>),
}

impl Stored {
    /// Whether it is the very same block.
    pub(super) fn is_same(&self, other: &Stored) -> bool {
        match (self, other) {
            (Stored::Memory(a), Stored::Memory(b)) => Arc::ptr_eq(a, b),
            (Stored::Disk(a), Stored::Disk(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// A cached block that is being read. While it lives its memory stays reserved and its file stays
/// on disk, even if the block is evicted or removed.
#[derive(Clone)]
pub struct CachedBlock<T> {
    id: BlockId,
    form: Form<T>,
    store: Weak<BlockStore>,
}

/// The same as [`Stored`], with the type of the records known.
enum Form<T> {
    Records(Arc<Records<T>>),
    Encoded(Arc<Encoded>),
    Disk(Arc<DiskBlock>),
}

impl<T> Clone for Form<T> {
    fn clone(&self) -> Self {
        match self {
            Form::Records(b) => Form::Records(Arc::clone(b)),
            Form::Encoded(b) => Form::Encoded(Arc::clone(b)),
            Form::Disk(b) => Form::Disk(Arc::clone(b)),
        }
    }
}

impl<T> fmt::Debug for CachedBlock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CachedBlock({})", self.id)
    }
}

impl<T: Data> CachedBlock<T> {
    /// `None` if the block holds records of another type, as far as that can be seen.
    pub(super) fn new(id: BlockId, stored: Stored, store: Weak<BlockStore>) -> Option<Self> {
        let form = match stored {
            Stored::Disk(block) => Form::Disk(block),
            Stored::Memory(block) => {
                let block: Arc<dyn Any + Send + Sync> = block;
                match block.downcast::<Records<T>>() {
                    Ok(records) => Form::Records(records),
                    Err(other) => Form::Encoded(other.downcast::<Encoded>().ok()?),
                }
            }
        };
        Some(CachedBlock { id, form, store })
    }

    /// The block.
    pub fn id(&self) -> BlockId {
        self.id
    }

    /// How many records it holds. Reads none of them.
    pub fn records(&self) -> u64 {
        match &self.form {
            Form::Records(b) => b.chunks.iter().map(|c| c.len() as u64).sum(),
            Form::Encoded(b) => b.chunks.iter().map(|c| u64::from(c.records)).sum(),
            Form::Disk(b) => b.spans.iter().map(|s| u64::from(s.records)).sum(),
        }
    }

    /// Bytes that it takes in memory; 0 if it is on disk.
    pub fn memory_bytes(&self) -> u64 {
        match &self.form {
            Form::Records(b) => b.bytes(),
            Form::Encoded(b) => b.bytes(),
            Form::Disk(_) => 0,
        }
    }

    /// Bytes that it takes on disk; 0 if it is in memory.
    pub fn disk_bytes(&self) -> u64 {
        match &self.form {
            Form::Disk(b) => b.bytes(),
            Form::Records(_) | Form::Encoded(_) => 0,
        }
    }

    /// The records themselves, if they are kept as such: for readers that need no copies.
    pub fn chunks(&self) -> Option<&[Vec<T>]> {
        match &self.form {
            Form::Records(b) => Some(&b.chunks),
            Form::Encoded(_) | Form::Disk(_) => None,
        }
    }

    /// Reads the records from the start.
    ///
    /// # Errors
    /// [`crate::Error::Io`] if the block is on disk and can't be opened.
    pub fn source(&self) -> Result<BlockSource<T>> {
        let reader = match &self.form {
            Form::Disk(block) => match block.file.reader() {
                Ok(reader) => Some(reader),
                Err(error) => {
                    self.lose(&error);
                    return Err(error);
                }
            },
            Form::Records(_) | Form::Encoded(_) => None,
        };
        Ok(BlockSource {
            block: self.clone(),
            reader,
            chunk: 0,
            record: 0,
        })
    }

    /// Has the store forget a block that broke while it was read, so that a retry computes it.
    fn lose(&self, error: &crate::Error) {
        if let (Form::Disk(block), Some(store)) = (&self.form, self.store.upgrade()) {
            store.lose(self.id, &Stored::Disk(Arc::clone(block)), error);
        }
    }
}

/// The records of a cached block, cloned or decoded chunk by chunk.
///
/// The block was found whole before. Should it break while it is read, the store forgets it and the
/// source ends with the error: the task's retry computes the block again.
pub struct BlockSource<T> {
    block: CachedBlock<T>,
    /// For a block on disk.
    reader: Option<SpillReader>,
    /// The chunk that is next.
    chunk: usize,
    /// Records of it that were given out.
    record: usize,
}

impl<T> fmt::Debug for BlockSource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockSource({}, chunk {})", self.block.id, self.chunk)
    }
}

impl<T: Data> BlockSource<T> {
    /// Reads all that is left.
    ///
    /// # Errors
    /// As [`ChunkSource::next`].
    pub fn collect(mut self) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while self.next(&mut all)? {}
        Ok(all)
    }

    /// Reads the next chunk, which may be empty. False: there is none.
    fn read_chunk(&mut self, out: &mut Vec<T>) -> Result<bool> {
        match (&self.block.form, &mut self.reader) {
            (Form::Records(block), _) => {
                let Some(chunk) = block.chunks.get(self.chunk) else {
                    return Ok(false);
                };
                let end = chunk.len().min(self.record + chunk_records::<T>());
                out.extend_from_slice(&chunk[self.record..end]);
                self.record = end;
                if end < chunk.len() {
                    return Ok(true);
                }
            }
            (Form::Encoded(block), _) => {
                let Some(chunk) = block.chunks.get(self.chunk) else {
                    return Ok(false);
                };
                decode_chunk(&chunk.bytes, out)?;
            }
            (Form::Disk(block), Some(reader)) => {
                let Some(span) = block.spans.get(self.chunk) else {
                    return Ok(false);
                };
                reader.read_block(span, out)?;
            }
            (Form::Disk(_), None) => return Ok(false),
        }
        self.chunk += 1;
        self.record = 0;
        Ok(true)
    }
}

impl<T: Data> ChunkSource<T> for BlockSource<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let start = out.len();
        loop {
            match self.read_chunk(out) {
                Ok(true) if out.len() > start => return Ok(true),
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(error) => {
                    self.block.lose(&error);
                    return Err(error);
                }
            }
        }
    }

    fn lend(&mut self, read: &mut dyn FnMut(&[T])) -> Result<bool> {
        let Form::Records(block) = &self.block.form else {
            return Ok(false);
        };
        while let Some(chunk) = block.chunks.get(self.chunk) {
            let end = chunk.len().min(self.record + LENT);
            let some = end > self.record;
            if some {
                read(&chunk[self.record..end]);
            }
            self.record = end;
            if end == chunk.len() {
                self.chunk += 1;
                self.record = 0;
            }
            if some {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
