//! [`Blocks`]: cached partitions that a layer above fills and reads itself.

use std::sync::Arc;

use super::Context;
use crate::data::Data;
use crate::error::Result;
use crate::storage::block_store::{BlockId, BlockStatus, BlockStore, BlockWriter, CachedBlock};
use crate::storage::level::StorageLevel;

/// The cached partitions of something that is no RDD, such as the rows of a query.
///
/// They are kept, counted and evicted like those of a persisted RDD, under an id of the same kind,
/// and go when this handle goes.
///
/// ```
/// use flint_core::storage::block_store::PutState;
/// use flint_core::{Context, StorageLevel};
///
/// let ctx = Context::local("local[1]")?;
/// let blocks = ctx.new_blocks(StorageLevel::MEMORY_ONLY);
/// let mut writer = blocks.writer::<u64>(0);
/// assert!(matches!(writer.push(vec![1, 2, 3])?, PutState::Taken));
/// writer.finish()?;
/// assert_eq!(blocks.get::<u64>(0)?.expect("it was stored").records(), 3);
/// drop(blocks);
/// assert!(ctx.storage_status().is_empty());
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Blocks {
    id: u64,
    level: StorageLevel,
    store: Arc<BlockStore>,
}

impl Context {
    /// Room for cached partitions that a layer above fills and reads itself, at a level.
    pub fn new_blocks(&self, level: StorageLevel) -> Blocks {
        Blocks {
            id: self.0.next_rdd_id(),
            level,
            store: Arc::clone(&self.0.env.blocks),
        }
    }
}

impl Blocks {
    /// The id, which no RDD of the context has.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Where blocks are kept.
    pub fn level(&self) -> StorageLevel {
        self.level
    }

    /// Whether a partition is there now.
    pub fn contains(&self, partition: u32) -> bool {
        self.store.contains(self.block(partition))
    }

    /// A partition, if it is there.
    ///
    /// # Errors
    /// As [`BlockStore::get`].
    pub fn get<T: Data>(&self, partition: u32) -> Result<Option<CachedBlock<T>>> {
        self.store.get(self.block(partition))
    }

    /// Begins to store a partition.
    pub fn writer<T: Data>(&self, partition: u32) -> BlockWriter<T> {
        self.store.writer(self.block(partition), self.level)
    }

    /// What its partitions take, by partition.
    pub fn status(&self) -> Vec<BlockStatus> {
        let mut own = self.store.status();
        own.retain(|block| block.id.rdd == self.id);
        own.sort_by_key(|block| block.id.partition);
        own
    }

    fn block(&self, partition: u32) -> BlockId {
        BlockId {
            rdd: self.id,
            partition,
        }
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        self.store.remove_rdd(self.id);
    }
}
