//! The table of blocks, with the order in which those in memory were last used.
//!
//! Plain bookkeeping under the store's lock. Nothing here drops a block: blocks that leave the
//! table are returned, to be dropped when the lock is free.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use super::block::{MemoryBlock, Stored};
use super::{BlockId, BlockStatus, StorageLevel};

#[derive(Default)]
pub(super) struct Table {
    blocks: HashMap<BlockId, Entry>,
    /// Blocks in memory that are not being moved, least recently used first.
    order: BTreeMap<u64, BlockId>,
    /// The tick of the last use.
    last_use: u64,
    /// RDDs with blocks being written.
    writing: HashMap<u64, Weak<Written>>,
}

struct Entry {
    status: BlockStatus,
    stored: Stored,
    /// Its place in the order, if it has one.
    used: Option<u64>,
}

/// Shared by the writers of one RDD: whether the RDD was removed since they began.
#[derive(Debug, Default)]
struct Written {
    removed: AtomicBool,
}

/// What a writer holds to learn whether its RDD was removed meanwhile.
#[derive(Debug)]
pub(super) struct Ticket(Arc<Written>);

/// A block that must leave memory.
pub(super) struct Victim {
    pub(super) id: BlockId,
    pub(super) level: StorageLevel,
    pub(super) block: Arc<dyn MemoryBlock>,
}

impl Table {
    pub(super) fn contains(&self, id: BlockId) -> bool {
        self.blocks.contains_key(&id)
    }

    /// The block, which is now the most recently used one.
    pub(super) fn touch(&mut self, id: BlockId) -> Option<Stored> {
        let entry = self.blocks.get_mut(&id)?;
        if let Some(used) = &mut entry.used {
            self.order.remove(used);
            self.last_use += 1;
            *used = self.last_use;
            self.order.insert(*used, id);
        }
        Some(entry.stored.clone())
    }

    /// Announces a writer of `rdd`.
    pub(super) fn ticket(&mut self, rdd: u64) -> Ticket {
        if let Some(written) = self.writing.get(&rdd).and_then(Weak::upgrade) {
            return Ticket(written);
        }
        self.writing.retain(|_, written| written.strong_count() > 0);
        let written = Arc::new(Written::default());
        self.writing.insert(rdd, Arc::downgrade(&written));
        Ticket(written)
    }

    /// Adds a block; gives it back if there is one, or its RDD was removed since `ticket`.
    pub(super) fn insert(
        &mut self,
        status: BlockStatus,
        stored: Stored,
        ticket: &Ticket,
    ) -> Option<Stored> {
        if ticket.0.removed.load(Ordering::Relaxed) || self.blocks.contains_key(&status.id) {
            return Some(stored);
        }
        let used = matches!(stored, Stored::Memory(_)).then(|| {
            self.last_use += 1;
            self.order.insert(self.last_use, status.id);
            self.last_use
        });
        self.blocks.insert(
            status.id,
            Entry {
                status,
                stored,
                used,
            },
        );
        None
    }

    pub(super) fn remove(&mut self, id: BlockId) -> Option<Stored> {
        let entry = self.blocks.remove(&id)?;
        if let Some(used) = entry.used {
            self.order.remove(&used);
        }
        Some(entry.stored)
    }

    pub(super) fn remove_rdd(&mut self, rdd: u64) -> Vec<(BlockId, Stored)> {
        if let Some(written) = self.writing.remove(&rdd).and_then(|w| w.upgrade()) {
            written.removed.store(true, Ordering::Relaxed);
        }
        let mut ids: Vec<_> = self
            .blocks
            .keys()
            .copied()
            .filter(|id| id.rdd == rdd)
            .collect();
        ids.sort_unstable();
        ids.into_iter()
            .filter_map(|id| Some((id, self.remove(id)?)))
            .collect()
    }

    /// Removes the block if it is `stored`.
    pub(super) fn remove_same(&mut self, id: BlockId, stored: &Stored) -> Option<Stored> {
        self.blocks
            .get(&id)
            .is_some_and(|e| e.stored.is_same(stored))
            .then(|| self.remove(id))?
    }

    /// Puts `after` in the place of `before`, a block that was being moved, if it is still there.
    pub(super) fn replace_same(
        &mut self,
        before: &Stored,
        status: BlockStatus,
        after: Stored,
    ) -> bool {
        match self.blocks.get_mut(&status.id) {
            Some(entry) if entry.stored.is_same(before) => {
                *entry = Entry {
                    status,
                    stored: after,
                    used: None,
                };
                true
            }
            _ => false,
        }
    }

    /// Chooses the least recently used blocks that nobody reads, until they make up `wanted` bytes.
    /// Those that may be on disk stay in the table while they are moved there; the others are
    /// forgotten.
    ///
    /// With `except`, no block of that RDD is chosen, and none at all if they are not enough.
    pub(super) fn victims(&mut self, wanted: u64, except: Option<u64>) -> Vec<Victim> {
        let mut chosen = Vec::new();
        let mut bytes = 0_u64;
        for (used, id) in &self.order {
            if bytes >= wanted {
                break;
            }
            if let Some(Entry {
                status,
                stored: Stored::Memory(block),
                ..
            }) = self.blocks.get(id)
                && Some(id.rdd) != except
                && Arc::strong_count(block) == 1
            {
                bytes += status.memory_bytes;
                chosen.push((*used, *id));
            }
        }
        if except.is_some() && bytes < wanted {
            return Vec::new();
        }
        chosen
            .into_iter()
            .filter_map(|(used, id)| self.take_victim(used, id))
            .collect()
    }

    fn take_victim(&mut self, used: u64, id: BlockId) -> Option<Victim> {
        self.order.remove(&used);
        let entry = self.blocks.get_mut(&id)?;
        entry.used = None;
        let level = entry.status.level;
        let stored = if level.use_disk() {
            entry.stored.clone()
        } else {
            self.remove(id)?
        };
        match stored {
            Stored::Memory(block) => Some(Victim { id, level, block }),
            Stored::Disk(_) => None,
        }
    }

    pub(super) fn status(&self) -> Vec<BlockStatus> {
        let mut all: Vec<_> = self.blocks.values().map(|e| e.status).collect();
        all.sort_unstable_by_key(|s| s.id);
        all
    }
}
