//! [`ExternalAggregator`]: combines the values of each key, for more keys than fit in memory.
//!
//! Keys and their combined values stand in one hash table. When the memory manager refuses to let
//! it grow, its entries are sorted by the hash of their keys and written as a run; at the end the
//! runs and what is still in memory are merged by hash, and keys of the same hash compared. What
//! fits never touches the disk.
//!
//! # Order
//! Values of a key are combined in the order in which they were pushed. Keys come out in the order
//! of the table, or, after a spill, of their hashes: the same for the same input and memory.
//!
//! A table that is filled in the order of another table over the same hashes degenerates: its keys
//! crowd into the part that has been reached. So tables mix a seed into the hash, and a table that
//! reads what others wrote should have another seed than they.
//!
//! # Cost
//! The loop over a chunk first hashes all keys, then looks them up, so that cache misses of
//! neighbouring records overlap. Nothing is measured or allocated per record; see
//! [`Growth`](super::growth::Growth) for how memory is estimated.

use std::marker::PhantomData;
use std::mem::size_of;
use std::sync::Arc;

use hashbrown::HashTable;

use super::aggregated::AggregatedRecords;
use super::budget::{Budget, Drain};
use super::combiner::Combiner;
use super::growth::Growth;
use super::hash::{fold, hash_of};
use super::merge::open_merge;
use super::run::Run;
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::CHUNK;
use crate::storage::memory::TaskMemory;
use crate::storage::spill::LocalDirs;

/// Combines the values of keys that are pushed chunk by chunk, on disk if they don't fit in memory.
///
/// ```
/// use flint_core::exec::ChunkSource;
/// use flint_core::shuffle::{ExternalAggregator, Grouping};
/// use flint_core::storage::memory::MemoryManager;
/// use flint_core::storage::spill::LocalDirs;
///
/// let memory = MemoryManager::new(1 << 20, 0.5).task();
/// let dirs = LocalDirs::new(&[std::env::temp_dir()])?;
/// let mut groups = ExternalAggregator::new(Grouping, 0, &memory, dirs);
/// groups.push_values(&mut vec![("a".to_owned(), 1), ("b".to_owned(), 2), ("a".to_owned(), 3)])?;
/// let (mut grouped, mut out) = (groups.finish()?, Vec::new());
/// while grouped.next(&mut out)? {}
/// out.sort();
/// assert_eq!(out, [("a".to_owned(), vec![1, 3]), ("b".to_owned(), vec![2])]);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ExternalAggregator<K, V, C, A> {
    table: HashTable<(K, C)>,
    combiner: A,
    seed: TableSeed,
    /// The hashes of the records at hand.
    hashes: Vec<u64>,
    growth: Growth,
    budget: Budget,
    dirs: Arc<LocalDirs>,
    runs: Vec<Run>,
    spilled_bytes: u64,
    values: PhantomData<fn(V)>,
}

/// Turns the hash of a key into its place in a table.
#[derive(Clone, Copy, Debug)]
struct TableSeed(u64);

impl TableSeed {
    const MIX: u64 = 0xBE54_66CF_34E9_0C6D;

    #[inline]
    fn place<K: Key>(self, key: &K) -> u64 {
        fold(hash_of(key) ^ self.0, Self::MIX)
    }
}

impl<K: Key, V: Data, C: Data, A: Combiner<V, C>> ExternalAggregator<K, V, C, A> {
    /// An aggregator. `seed` should differ from that of the aggregators whose output it reads, and
    /// be the same when a task is tried again: the order of keys depends on it.
    pub fn new(combiner: A, seed: u64, memory: &TaskMemory, dirs: Arc<LocalDirs>) -> Self {
        ExternalAggregator {
            table: HashTable::new(),
            combiner,
            seed: TableSeed(hash_of(&seed)),
            hashes: Vec::new(),
            growth: Growth::new::<K, C>(),
            budget: Budget::new(memory),
            dirs,
            runs: Vec::new(),
            spilled_bytes: 0,
            values: PhantomData,
        }
    }

    /// Takes the records out of a chunk and combines their values.
    ///
    /// # Errors
    /// If a run can't be written. Then the aggregator must not be used any more.
    pub fn push_values(&mut self, records: &mut Vec<(K, V)>) -> Result<()> {
        self.push_all(records, A::create, A::merge_value)
    }

    /// Takes the records out of a chunk whose values were combined before.
    ///
    /// # Errors
    /// As [`push_values`](Self::push_values).
    pub fn push_combiners(&mut self, records: &mut Vec<(K, C)>) -> Result<()> {
        self.push_all(records, |_, combined| combined, A::merge_combiners)
    }

    fn push_all<W>(
        &mut self,
        records: &mut Vec<(K, W)>,
        create: impl Fn(&A, W) -> C,
        merge: impl Fn(&A, &mut C, W),
    ) -> Result<()> {
        let mut records = records.drain(..);
        while records.len() > 0 {
            let batch = records.len().min(CHUNK);
            self.make_room(batch)?;
            let measured = self.growth.sample_size(batch);
            self.hash(&records.as_slice()[..batch - measured]);
            self.combine(&mut records, &create, &merge);
            if measured > 0 {
                self.combine_measured(records.by_ref().take(measured), &create, &merge);
            }
            self.growth.updated(batch);
        }
        Ok(())
    }

    fn hash<W>(&mut self, records: &[(K, W)]) {
        self.hashes.clear();
        self.hashes
            .extend(records.iter().map(|(key, _)| self.seed.place(key)));
    }

    /// The hot loop: combines as many records as there are hashes.
    fn combine<W>(
        &mut self,
        records: &mut impl Iterator<Item = (K, W)>,
        create: impl Fn(&A, W) -> C,
        merge: impl Fn(&A, &mut C, W),
    ) {
        let seed = self.seed;
        for (hash, (key, value)) in self.hashes.iter().zip(records) {
            match self.table.find_mut(*hash, |entry| entry.0 == key) {
                Some(entry) => merge(&self.combiner, &mut entry.1, value),
                None => {
                    let combined = create(&self.combiner, value);
                    self.table
                        .insert_unique(*hash, (key, combined), |entry| seed.place(&entry.0));
                }
            }
        }
    }

    /// The same, and measures what each record adds.
    fn combine_measured<W>(
        &mut self,
        records: impl Iterator<Item = (K, W)>,
        create: impl Fn(&A, W) -> C,
        merge: impl Fn(&A, &mut C, W),
    ) {
        let seed = self.seed;
        let mut sample = self.growth.sample();
        for (key, value) in records {
            let hash = seed.place(&key);
            match self.table.find_mut(hash, |entry| entry.0 == key) {
                Some(entry) => {
                    let before = sample.heap_of(&entry.1);
                    merge(&self.combiner, &mut entry.1, value);
                    let after = sample.heap_of(&entry.1);
                    sample.grew(before, after);
                }
                None => {
                    let combined = create(&self.combiner, value);
                    sample.inserted(&key, &combined);
                    self.table
                        .insert_unique(hash, (key, combined), |entry| seed.place(&entry.0));
                }
            }
        }
        self.growth.learn(sample);
    }

    /// Sees to it that memory is granted for the table with `records` more entries, by a spill if
    /// need be.
    fn make_room(&mut self, records: usize) -> Result<()> {
        let needed = self.bytes_with(records);
        if self.budget.covers(needed) || self.table.is_empty() {
            return Ok(());
        }
        self.spill()?;
        // With the table empty its memory is there already, but for what this chunk adds.
        let needed = self.bytes_with(records);
        self.budget.covers(needed);
        Ok(())
    }

    /// What the table takes with some more entries: the entries, their heap, and what sorting them
    /// for a spill needs (about what growing the table needs).
    fn bytes_with(&self, records: usize) -> u64 {
        let mut capacity = self.table.capacity();
        if self.table.len() + records > capacity {
            capacity = (2 * capacity).max(self.table.len() + records);
        }
        let entry = size_of::<(K, C)>();
        // Seven eighths of the buckets are the capacity; a bucket has one byte of its own.
        let buckets = (capacity / 7 * 8 + 8) * (entry + 1);
        let sorting = capacity * (entry + size_of::<(u64, usize)>());
        (buckets + sorting) as u64 + self.growth.heap_bytes(self.table.len())
    }

    /// The entries, sorted by hash. The table keeps its memory.
    fn take_sorted(&mut self) -> Vec<(K, C)> {
        let mut entries = Vec::with_capacity(self.table.len());
        entries.extend(self.table.drain());
        entries.sort_by_cached_key(|entry| hash_of(&entry.0));
        entries
    }

    fn spill(&mut self) -> Result<()> {
        let entries = self.take_sorted();
        let run = Run::write(&self.dirs, "aggregate", &entries)?;
        drop(entries);
        self.spilled_bytes += run.bytes();
        self.runs.push(run);
        self.growth.emptied();
        let kept = self.bytes_with(0);
        self.budget.shrink_to(kept);
        Ok(())
    }

    /// Bytes written to disk so far.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled_bytes
    }

    /// Bytes that the table is estimated to take.
    pub fn memory_bytes(&self) -> u64 {
        self.bytes_with(0)
    }

    /// Ends the input, and gives each key with its combined value.
    ///
    /// # Errors
    /// If a run can't be written or read.
    pub fn finish(mut self) -> Result<AggregatedRecords<K, V, C, A>> {
        if self.runs.is_empty() {
            let heap = self.growth.heap_bytes(self.table.len());
            let inline = self.table.allocation_size() as u64;
            self.budget.shrink_to(inline + heap);
            let drain = Drain::new(self.budget.into_reservation(), heap, self.table.len());
            return Ok(AggregatedRecords::in_memory(self.table.into_iter(), drain));
        }
        let tail = self.take_sorted();
        self.table = HashTable::new();
        let heap = self.growth.heap_bytes(tail.len());
        self.budget
            .shrink_to((tail.capacity() * size_of::<(K, C)>()) as u64 + heap);
        let mut reservation = self.budget.into_reservation();
        let merge = open_merge(
            self.runs,
            tail,
            super::aggregated::ByHash,
            &self.dirs,
            &mut reservation,
        )?;
        Ok(AggregatedRecords::merged(merge, self.combiner, reservation))
    }
}

#[cfg(test)]
mod tests;
