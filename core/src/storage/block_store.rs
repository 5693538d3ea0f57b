//! The cached blocks of one executor: partitions of persisted RDDs, in memory or on disk.
//!
//! A task that computes a partition of a persisted RDD asks [`BlockStore::get`] first. If there is
//! no block, it computes the partition into a [`BlockWriter`], which reserves memory as the block
//! grows, and reads the [`CachedBlock`] that results.
//!
//! # Eviction
//! Memory is made by evicting the least recently used blocks: blocks that may be on disk are moved
//! there, others are forgotten. A block that is being read is not evicted. Room for a new block is
//! never made by evicting blocks of the same RDD, which a job that reads more than fits would do
//! in circles, and only if evicting is enough: else nothing is.
//!
//! # Losing a block is no error
//! A block can always be computed again. One that is found damaged or missing on disk is forgotten,
//! and [`BlockStore::get`] says that it isn't there; the whole file is checked before the first
//! record is given out. A block that can't be moved to disk is forgotten too.
//!
//! # Invariants
//! - What storage uses by the memory manager's account is the sum of the blocks in memory, of those
//!   being written, and of those removed while they are still being read.
//! - The table's lock is never held during I/O, nor while code of a record type runs (cloning,
//!   encoding, dropping), nor while a listener runs.
//! - Two tasks that compute the same block at once don't wait for each other. The first to finish
//!   stores it; the other reads its own.
//!
//! Replicated levels are remembered and reported. Copies on other executors are the transport's
//! work; a store holds one.

mod block;
mod table;
#[cfg(test)]
mod tests;
mod writer;

use std::any::type_name;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};

use crate::data::Data;
use crate::error::{Error, Result};
use crate::storage::level::StorageLevel;
use crate::storage::memory::{MemoryManager, ReclaimClass, Reclaimer, Reservation};
use crate::storage::spill::LocalDirs;

pub use block::{BlockSource, CachedBlock};
use block::{DiskBlock, MemoryBlock, Stored};
use table::{Table, Victim};
pub use writer::{BlockWriter, HeldChunks, PutState};

/// How often room is made for a growing block before it is refused: others may take what was freed.
const MAX_EVICTION_ROUNDS: usize = 3;

/// A partition of an RDD, as a cached block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BlockId {
    /// The RDD, by its id in its context.
    pub rdd: u64,
    /// The partition, from 0.
    pub partition: u32,
}

impl fmt::Display for BlockId {
    /// Spark's name of the block: `rdd_<id>_<partition>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rdd_{}_{}", self.rdd, self.partition)
    }
}

/// A block of a store and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockStatus {
    /// The block.
    pub id: BlockId,
    /// The level that it was stored with.
    pub level: StorageLevel,
    /// Bytes in memory, as they were reserved; 0 if it is on disk.
    pub memory_bytes: u64,
    /// Bytes on disk; 0 if it is in memory.
    pub disk_bytes: u64,
}

/// What happened to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockEvent {
    /// It was stored.
    Stored(BlockStatus),
    /// It was moved to disk to make room. The status is the new one.
    DroppedToDisk(BlockStatus),
    /// It was forgotten to make room.
    Evicted(BlockId),
    /// It was removed on request.
    Removed(BlockId),
    /// It was found damaged or missing, and forgotten.
    Lost(BlockId),
}

type Listener = Arc<dyn Fn(BlockEvent) + Send + Sync>;

/// The store of cached blocks of one executor.
///
/// ```
/// use flint_core::storage::block_store::{BlockId, BlockStore, PutState};
/// use flint_core::storage::level::StorageLevel;
/// use flint_core::storage::memory::MemoryManager;
/// use flint_core::storage::spill::LocalDirs;
///
/// let dirs = LocalDirs::new(&[std::env::temp_dir()])?;
/// let store = BlockStore::new(MemoryManager::new(1 << 20, 0.5), dirs);
/// let id = BlockId { rdd: 1, partition: 0 };
/// assert!(store.get::<u64>(id)?.is_none());
///
/// let mut writer = store.writer(id, StorageLevel::MEMORY_ONLY);
/// assert!(matches!(writer.push(vec![1_u64, 2, 3])?, PutState::Taken));
/// assert_eq!(writer.finish()?.records(), 3);
///
/// let block = store.get::<u64>(id)?.expect("it was stored");
/// assert_eq!(block.source()?.collect()?, [1, 2, 3]);
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct BlockStore {
    me: Weak<BlockStore>,
    memory: MemoryManager,
    dirs: Arc<LocalDirs>,
    table: Mutex<Table>,
    listener: RwLock<Option<Listener>>,
}

impl fmt::Debug for BlockStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockStore")
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}

impl BlockStore {
    /// An empty store, which gives memory back when `memory` asks for it.
    pub fn new(memory: MemoryManager, dirs: Arc<LocalDirs>) -> Arc<Self> {
        let store = Arc::new_cyclic(|me: &Weak<BlockStore>| BlockStore {
            me: Weak::clone(me),
            memory: memory.clone(),
            dirs,
            table: Mutex::default(),
            listener: RwLock::default(),
        });
        let reclaimer: Weak<BlockStore> = Arc::downgrade(&store);
        memory.add_reclaimer(reclaimer);
        store
    }

    /// Has `listener` called with what happens to blocks from now on, in place of an earlier one.
    /// It is called on the thread that did it, and must not wait for anything.
    pub fn set_listener(&self, listener: Arc<dyn Fn(BlockEvent) + Send + Sync>) {
        *self.listener.write() = Some(listener);
    }

    /// The block, ready to be read, if it is there and whole. It stays readable whatever happens to
    /// it in the store.
    ///
    /// # Errors
    /// [`Error::Internal`] if the block holds records of another type.
    pub fn get<T: Data>(&self, id: BlockId) -> Result<Option<CachedBlock<T>>> {
        let Some(stored) = self.table.lock().touch(id) else {
            return Ok(None);
        };
        if let Stored::Disk(block) = &stored
            && let Err(error) = block.verify()
        {
            self.lose(id, &stored, &error);
            return Ok(None);
        }
        match CachedBlock::new(id, stored, Weak::clone(&self.me)) {
            Some(block) => Ok(Some(block)),
            None => Err(Error::Internal(format!(
                "block {id} does not hold records of type {}",
                type_name::<T>()
            ))),
        }
    }

    /// Begins to store a block. Nothing is seen of it before [`BlockWriter::finish`].
    pub fn writer<T: Data>(self: &Arc<Self>, id: BlockId, level: StorageLevel) -> BlockWriter<T> {
        let ticket = self.table.lock().ticket(id.rdd);
        BlockWriter::new(Arc::clone(self), id, level, ticket)
    }

    /// Whether the block is there. It may be gone, or be found damaged, when it is read.
    pub fn contains(&self, id: BlockId) -> bool {
        self.table.lock().contains(id)
    }

    /// Forgets a block. Returns whether it was there.
    pub fn remove(&self, id: BlockId) -> bool {
        let removed = self.table.lock().remove(id);
        let found = removed.is_some();
        drop(removed);
        if found {
            self.tell(BlockEvent::Removed(id));
        }
        found
    }

    /// Forgets all blocks of an RDD, and those that are being written now: they are given to their
    /// tasks, but not stored. Returns how many blocks were there.
    pub fn remove_rdd(&self, rdd: u64) -> usize {
        let removed = self.table.lock().remove_rdd(rdd);
        let count = removed.len();
        for (id, block) in removed {
            drop(block);
            self.tell(BlockEvent::Removed(id));
        }
        count
    }

    /// Forgets all blocks.
    pub fn clear(&self) {
        for block in self.status() {
            self.remove(block.id);
        }
    }

    /// All blocks, by id.
    pub fn status(&self) -> Vec<BlockStatus> {
        self.table.lock().status()
    }

    /// Stores a finished block, unless there is one, or its RDD was removed since `ticket`.
    fn insert(&self, status: BlockStatus, stored: Stored, ticket: &table::Ticket) {
        let refused = self.table.lock().insert(status, stored, ticket);
        if refused.is_none() {
            self.tell(BlockEvent::Stored(status));
        }
    }

    /// Forgets a block that can't be read, if it is still the same.
    fn lose(&self, id: BlockId, stored: &Stored, error: &Error) {
        tracing::warn!(block = %id, %error, "lost a cached block, it will be computed again");
        let lost = self.table.lock().remove_same(id, stored);
        if lost.is_some() {
            self.tell(BlockEvent::Lost(id));
        }
    }

    /// Grows the reservation of a block of `rdd`, evicting blocks of others if need be.
    fn grow(&self, reservation: &mut Reservation, by: u64, rdd: u64) -> bool {
        for _ in 0..MAX_EVICTION_ROUNDS {
            match reservation.try_grow_free(by) {
                Ok(()) => return true,
                Err(missing) if self.evict_for(missing, rdd) == 0 => return false,
                Err(_) => {}
            }
        }
        reservation.try_grow_free(by).is_ok()
    }

    /// Frees `wanted` bytes for a block of `rdd`, or nothing.
    fn evict_for(&self, wanted: u64, rdd: u64) -> u64 {
        let victims = self.table.lock().victims(wanted, Some(rdd));
        victims.into_iter().map(|v| self.evict(v)).sum()
    }

    /// Moves a victim to disk or lets it go. Returns the bytes that this frees.
    fn evict(&self, victim: Victim) -> u64 {
        let Victim { id, level, block } = victim;
        if !level.use_disk() {
            tracing::debug!(block = %id, "evicted");
            self.tell(BlockEvent::Evicted(id));
            return free(block);
        }
        let moved = self.move_to_disk(id, &block);
        let before = Stored::Memory(Arc::clone(&block));
        let event = match moved {
            Ok(disk) => {
                let status = BlockStatus {
                    id,
                    level,
                    memory_bytes: 0,
                    disk_bytes: disk.bytes(),
                };
                let replaced =
                    self.table
                        .lock()
                        .replace_same(&before, status, Stored::Disk(Arc::new(disk)));
                replaced.then_some(BlockEvent::DroppedToDisk(status))
            }
            Err(error) => {
                tracing::warn!(block = %id, %error, "can't move a cached block to disk, it is forgotten");
                let forgotten = self.table.lock().remove_same(id, &before);
                forgotten.map(|_| BlockEvent::Evicted(id))
            }
        };
        drop(before);
        if let Some(event) = event {
            self.tell(event);
        }
        free(block)
    }

    /// Writes a block to a file of its own. It runs the `Serialize` of the records, on the thread
    /// of whoever needs the memory: a panic there must not become that one's.
    fn move_to_disk(&self, id: BlockId, block: &Arc<dyn MemoryBlock>) -> Result<DiskBlock> {
        let write = || {
            let mut writer = self.dirs.create_spill(&id.to_string())?;
            let spans = block.write(&mut writer)?;
            Ok(DiskBlock::new(writer.finish()?, spans))
        };
        catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| {
            Err(Error::Panic {
                message: "a record panicked while it was encoded".to_owned(),
                site: None,
            })
        })
    }

    fn tell(&self, event: BlockEvent) {
        let listener = self.listener.read().clone();
        if let Some(listener) = listener {
            listener(event);
        }
    }
}

impl Reclaimer for BlockStore {
    fn class(&self) -> ReclaimClass {
        ReclaimClass::Cache
    }

    fn reclaim(&self, wanted: u64) -> u64 {
        let victims = self.table.lock().victims(wanted, None);
        victims.into_iter().map(|v| self.evict(v)).sum()
    }
}

/// Lets go of a block. Returns what that frees now: nothing, if someone began to read it.
fn free(block: Arc<dyn MemoryBlock>) -> u64 {
    let bytes = block.bytes();
    if Arc::strong_count(&block) == 1 {
        bytes
    } else {
        0
    }
}
