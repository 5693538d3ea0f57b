//! Storing a block chunk by chunk, within the memory there is.
//!
//! Before a chunk is kept, memory for it is reserved. If there is none to be had, a block that may
//! be on disk moves there and goes on there; another one is given up, and the caller gets back what
//! was kept, to work with it uncached.

use std::fmt;
use std::mem::{self, size_of};
use std::sync::Arc;

use bytes::Bytes;

use super::block::{CachedBlock, DiskBlock, Encoded, EncodedChunk, MemoryBlock, Records, Stored};
use super::table::Ticket;
use super::{BlockId, BlockStatus, BlockStore};
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::chunk::{CHUNK, ChunkSource};
use crate::storage::codec::{decode_chunk, encode_chunk};
use crate::storage::level::StorageLevel;
use crate::storage::memory::Reservation;
use crate::storage::size::SizeEstimator;
use crate::storage::spill::{BlockSpan, SpillWriter};

/// What became of a chunk.
#[derive(Debug)]
pub enum PutState<T> {
    /// The block holds it. Go on.
    Taken,
    /// There is no memory for the block, and it may not be on disk. Here is all that was pushed,
    /// this chunk included; the writer is done.
    Refused(HeldChunks<T>),
}

/// A block being stored. Dropped unfinished, it leaves nothing behind.
pub struct BlockWriter<T> {
    store: Arc<BlockStore>,
    id: BlockId,
    level: StorageLevel,
    ticket: Ticket,
    estimator: SizeEstimator,
    holding: Holding<T>,
}

enum Holding<T> {
    Records {
        chunks: Vec<Vec<T>>,
        reservation: Reservation,
    },
    Encoded {
        chunks: Vec<EncodedChunk>,
        reservation: Reservation,
    },
    Disk {
        writer: SpillWriter,
        spans: Vec<BlockSpan>,
    },
    /// Nothing was pushed yet to a block that begins on disk.
    NotBegun,
    /// Refused or failed.
    Done,
}

impl<T> fmt::Debug for BlockWriter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockWriter({}, {})", self.id, self.level)
    }
}

impl<T: Data> BlockWriter<T> {
    pub(super) fn new(
        store: Arc<BlockStore>,
        id: BlockId,
        level: StorageLevel,
        ticket: Ticket,
    ) -> Self {
        let reservation = store.memory.storage_reservation();
        let holding = match (level.use_memory(), level.deserialized()) {
            (true, true) => Holding::Records {
                chunks: Vec::new(),
                reservation,
            },
            (true, false) => Holding::Encoded {
                chunks: Vec::new(),
                reservation,
            },
            (false, _) => Holding::NotBegun,
        };
        BlockWriter {
            store,
            id,
            level,
            ticket,
            estimator: SizeEstimator::new(),
            holding,
        }
    }

    /// Adds a chunk to the block.
    ///
    /// # Errors
    /// [`Error::Io`] if it goes to disk and can't be written, [`Error::Codec`] if it can't be
    /// encoded. The block is then given up.
    /// [`Error::Internal`] after it was given up or refused.
    pub fn push(&mut self, chunk: Vec<T>) -> Result<PutState<T>> {
        if chunk.is_empty() {
            return Ok(PutState::Taken);
        }
        // On an error the block stays `Done`: what it held is dropped.
        match mem::replace(&mut self.holding, Holding::Done) {
            Holding::Records {
                chunks,
                reservation,
            } => self.push_records(chunks, reservation, chunk),
            Holding::Encoded {
                chunks,
                reservation,
            } => self.push_encoded(chunks, reservation, &chunk),
            Holding::Disk { writer, spans } => self.push_disk(writer, spans, &chunk),
            Holding::NotBegun if self.level.use_disk() => {
                let writer = self.begin_disk()?;
                self.push_disk(writer, Vec::new(), &chunk)
            }
            Holding::NotBegun => {
                let reservation = self.store.memory.storage_reservation();
                Ok(PutState::Refused(HeldChunks::records(
                    vec![chunk],
                    reservation,
                )))
            }
            Holding::Done => Err(Error::Internal(format!(
                "block {} was given up before",
                self.id
            ))),
        }
    }

    /// Stores the block and gives it out for reading. If another task stored the same block first,
    /// or its RDD was removed meanwhile, the block is only given out.
    ///
    /// # Errors
    /// As [`BlockWriter::push`].
    pub fn finish(mut self) -> Result<CachedBlock<T>> {
        let stored = match mem::replace(&mut self.holding, Holding::Done) {
            Holding::Records {
                mut chunks,
                reservation,
            } => {
                if let Some(last) = chunks.last_mut() {
                    last.shrink_to_fit();
                }
                chunks.shrink_to_fit();
                Stored::Memory(Arc::new(Records {
                    chunks,
                    reservation,
                }))
            }
            Holding::Encoded {
                mut chunks,
                reservation,
            } => {
                chunks.shrink_to_fit();
                Stored::Memory(Arc::new(Encoded {
                    chunks,
                    reservation,
                }))
            }
            Holding::Disk { writer, spans } => {
                Stored::Disk(Arc::new(DiskBlock::new(writer.finish()?, spans)))
            }
            Holding::NotBegun if self.level.use_disk() => Stored::Disk(Arc::new(DiskBlock::new(
                self.begin_disk()?.finish()?,
                Vec::new(),
            ))),
            Holding::NotBegun | Holding::Done => {
                return Err(Error::Internal(format!(
                    "block {} has nothing to store",
                    self.id
                )));
            }
        };
        let (memory_bytes, disk_bytes) = match &stored {
            Stored::Memory(block) => (block.bytes(), 0),
            Stored::Disk(block) => (0, block.bytes()),
        };
        let status = BlockStatus {
            id: self.id,
            level: self.level,
            memory_bytes,
            disk_bytes,
        };
        self.store.insert(status, stored.clone(), &self.ticket);
        CachedBlock::new(self.id, stored, Arc::downgrade(&self.store))
            .ok_or_else(|| Error::Internal(format!("block {} changed its type", self.id)))
    }

    fn push_records(
        &mut self,
        mut chunks: Vec<Vec<T>>,
        mut reservation: Reservation,
        mut chunk: Vec<T>,
    ) -> Result<PutState<T>> {
        let joins = chunks
            .last()
            .is_some_and(|last| last.len() + chunk.len() <= CHUNK);
        let header = if joins { 0 } else { size_of::<Vec<T>>() };
        let bytes = self.estimator.estimate(&chunk) + header;
        if !self.store.grow(&mut reservation, bytes as u64, self.id.rdd) {
            if self.level.use_disk() {
                return self.move_to_disk(
                    &Records {
                        chunks,
                        reservation,
                    },
                    &chunk,
                );
            }
            chunks.push(chunk);
            return Ok(PutState::Refused(HeldChunks::records(chunks, reservation)));
        }
        match chunks.last_mut() {
            // Chunks that a filter left small are joined: a vector for each would cost more.
            Some(last) if joins => last.append(&mut chunk),
            last => {
                if let Some(last) = last {
                    last.shrink_to_fit();
                }
                chunk.shrink_to_fit();
                chunks.push(chunk);
            }
        }
        self.holding = Holding::Records {
            chunks,
            reservation,
        };
        Ok(PutState::Taken)
    }

    fn push_encoded(
        &mut self,
        mut chunks: Vec<EncodedChunk>,
        mut reservation: Reservation,
        chunk: &[T],
    ) -> Result<PutState<T>> {
        let mut bytes = Vec::new();
        encode_chunk(chunk, &mut bytes)?;
        bytes.shrink_to_fit();
        let records = u32::try_from(chunk.len()).map_err(|_| {
            Error::argument("chunk", format!("{} records in one chunk", chunk.len()))
        })?;
        let encoded = EncodedChunk {
            bytes: Bytes::from(bytes),
            records,
        };
        let by = encoded.bytes.len() + size_of::<EncodedChunk>();
        if self.store.grow(&mut reservation, by as u64, self.id.rdd) {
            chunks.push(encoded);
            self.holding = Holding::Encoded {
                chunks,
                reservation,
            };
            return Ok(PutState::Taken);
        }
        if self.level.use_disk() {
            return self.move_to_disk(
                &Encoded {
                    chunks,
                    reservation,
                },
                chunk,
            );
        }
        chunks.push(encoded);
        Ok(PutState::Refused(HeldChunks::encoded(chunks, reservation)))
    }

    fn push_disk(
        &mut self,
        mut writer: SpillWriter,
        mut spans: Vec<BlockSpan>,
        chunk: &[T],
    ) -> Result<PutState<T>> {
        spans.push(writer.write_block(chunk)?);
        self.holding = Holding::Disk { writer, spans };
        Ok(PutState::Taken)
    }

    /// Goes on on disk, beginning with what was held in memory.
    fn move_to_disk(&mut self, held: &impl MemoryBlock, chunk: &[T]) -> Result<PutState<T>> {
        let mut writer = self.begin_disk()?;
        let spans = held.write(&mut writer)?;
        self.push_disk(writer, spans, chunk)
    }

    fn begin_disk(&self) -> Result<SpillWriter> {
        self.store.dirs.create_spill(&self.id.to_string())
    }
}

/// The chunks of a block that was refused, in order. Their memory stays reserved until this is
/// dropped.
pub struct HeldChunks<T> {
    form: HeldForm<T>,
    _reservation: Reservation,
}

enum HeldForm<T> {
    Records(std::vec::IntoIter<Vec<T>>),
    Encoded(std::vec::IntoIter<EncodedChunk>),
}

impl<T> fmt::Debug for HeldChunks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = match &self.form {
            HeldForm::Records(chunks) => chunks.len(),
            HeldForm::Encoded(chunks) => chunks.len(),
        };
        write!(f, "HeldChunks({left} left)")
    }
}

impl<T: Data> HeldChunks<T> {
    fn records(chunks: Vec<Vec<T>>, reservation: Reservation) -> Self {
        HeldChunks {
            form: HeldForm::Records(chunks.into_iter()),
            _reservation: reservation,
        }
    }

    fn encoded(chunks: Vec<EncodedChunk>, reservation: Reservation) -> Self {
        HeldChunks {
            form: HeldForm::Encoded(chunks.into_iter()),
            _reservation: reservation,
        }
    }

    /// Moves out the next chunk.
    ///
    /// # Errors
    /// [`Error::Codec`] if it was encoded and can't be decoded.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<T>>> {
        match &mut self.form {
            HeldForm::Records(chunks) => Ok(chunks.next()),
            HeldForm::Encoded(chunks) => chunks.next().map(|chunk| decode(&chunk)).transpose(),
        }
    }
}

fn decode<T: Data>(chunk: &EncodedChunk) -> Result<Vec<T>> {
    let mut records = Vec::with_capacity(chunk.records as usize);
    decode_chunk(&chunk.bytes, &mut records)?;
    Ok(records)
}

impl<T: Data> ChunkSource<T> for HeldChunks<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let Some(mut chunk) = self.next_chunk()? else {
            return Ok(false);
        };
        if out.is_empty() {
            *out = chunk;
        } else {
            out.append(&mut chunk);
        }
        Ok(true)
    }
}
