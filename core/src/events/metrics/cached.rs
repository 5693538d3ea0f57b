//! Which blocks of persisted RDDs are stored where, and how large they are.

use std::collections::BTreeMap;

use crate::scheduler::ExecutorId;

/// An RDD, a partition, and who holds it.
pub(super) type BlockKey = (u64, u32, ExecutorId);

/// Sums over all blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) blocks: u64,
    pub(super) memory_bytes: u64,
    pub(super) disk_bytes: u64,
}

/// The blocks that are stored now, with their bytes in memory and on disk.
#[derive(Debug, Default)]
pub(super) struct CachedBlocks {
    blocks: BTreeMap<BlockKey, (u64, u64)>,
    totals: Totals,
}

impl CachedBlocks {
    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// A block is stored and takes this much now.
    pub(super) fn put(&mut self, key: BlockKey, memory_bytes: u64, disk_bytes: u64) {
        self.remove(&key);
        self.totals.blocks += 1;
        self.totals.memory_bytes += memory_bytes;
        self.totals.disk_bytes += disk_bytes;
        self.blocks.insert(key, (memory_bytes, disk_bytes));
    }

    pub(super) fn drop_rdd(&mut self, rdd: u64) {
        self.drop_all(|key| key.0 == rdd);
    }

    pub(super) fn drop_executor(&mut self, executor: &ExecutorId) {
        self.drop_all(|key| key.2 == *executor);
    }

    fn drop_all(&mut self, gone: impl Fn(&BlockKey) -> bool) {
        let keys: Vec<_> = self.blocks.keys().filter(|k| gone(k)).cloned().collect();
        keys.iter().for_each(|k| self.remove(k));
    }

    pub(super) fn remove(&mut self, key: &BlockKey) {
        if let Some((memory_bytes, disk_bytes)) = self.blocks.remove(key) {
            self.totals.blocks -= 1;
            self.totals.memory_bytes -= memory_bytes;
            self.totals.disk_bytes -= disk_bytes;
        }
    }
}
