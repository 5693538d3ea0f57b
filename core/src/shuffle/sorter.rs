//! [`ExternalSorter`]: sorts more records than fit in memory.
//!
//! Records gather in one vector. When the memory manager refuses to let it grow, it is sorted and
//! written as a run; at the end the runs and what is still in memory are merged. A sort that fits
//! never touches the disk: the vector is sorted in place and handed out chunk by chunk.
//!
//! # Memory
//! The vector's capacity, the scratch space of a stable sort (half of it), and what the records own
//! on the heap, estimated chunk by chunk. A merge holds one block of 32 KiB for each of at most 64
//! runs; more runs are merged in several passes.

use std::cmp::Ordering;
use std::mem::{needs_drop, size_of, size_of_val};
use std::sync::Arc;
use std::vec;

use super::budget::{Budget, Drain};
use super::merge::{Merge, MergeOrder, open_merge};
use super::radix;
use super::range_partitioner::KeyOrder;
use super::run::Run;
use crate::data::Data;
use crate::error::Result;
use crate::exec::{ChunkSource, chunk_records};
use crate::storage::memory::{Reservation, TaskMemory};
use crate::storage::size::SizeEstimator;
use crate::storage::spill::LocalDirs;

/// In which order records come out that compare equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// In the order in which they were pushed: a stable sort.
    InOrder,
    /// In any order, for records that are told apart by nothing but their keys: faster, and without
    /// scratch space.
    Any,
}

/// Sorts records that are pushed chunk by chunk, on disk if they don't fit in memory.
///
/// ```
/// use flint_core::exec::ChunkSource;
/// use flint_core::shuffle::{ExternalSorter, NaturalOrder};
/// use flint_core::storage::memory::MemoryManager;
/// use flint_core::storage::spill::LocalDirs;
///
/// let memory = MemoryManager::new(1 << 20, 0.5).task();
/// let dirs = LocalDirs::new(&[std::env::temp_dir()])?;
/// let mut sorter = ExternalSorter::new(NaturalOrder, &memory, dirs);
/// sorter.push(&mut vec![3, 1])?;
/// sorter.push(&mut vec![2])?;
/// let (mut sorted, mut out) = (sorter.finish()?, Vec::new());
/// while sorted.next(&mut out)? {}
/// assert_eq!(out, [1, 2, 3]);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ExternalSorter<T, O> {
    order: O,
    ties: Ties,
    buffer: Vec<T>,
    /// What the records of the buffer own on the heap.
    heap_bytes: u64,
    sizes: SizeEstimator,
    budget: Budget,
    dirs: Arc<LocalDirs>,
    runs: Vec<Run>,
    spilled_bytes: u64,
}

impl<T: Data, O: KeyOrder<T>> ExternalSorter<T, O> {
    /// A sorter into the given order, which keeps the order of equal records.
    pub fn new(order: O, memory: &TaskMemory, dirs: Arc<LocalDirs>) -> Self {
        ExternalSorter {
            order,
            ties: Ties::InOrder,
            buffer: Vec::new(),
            heap_bytes: 0,
            sizes: SizeEstimator::new(),
            budget: Budget::new(memory),
            dirs,
            runs: Vec::new(),
            spilled_bytes: 0,
        }
    }

    /// The same sorter, with another rule for equal records.
    pub fn with_ties(self, ties: Ties) -> Self {
        ExternalSorter { ties, ..self }
    }

    /// Takes the records out of a chunk.
    ///
    /// # Errors
    /// If a run can't be written. Then the sorter must not be used any more.
    pub fn push(&mut self, records: &mut Vec<T>) -> Result<()> {
        let inline = size_of::<T>() * records.len();
        let heap = self.sizes.estimate(records).saturating_sub(inline) as u64;
        if !self.make_room(records.len(), heap) {
            self.spill()?;
            if !self.make_room(records.len(), heap) {
                // Not even these fit: they become a run where they are.
                records.sort_by(|a, b| self.order.compare(a, b));
                self.write_run(records)?;
                records.clear();
                return Ok(());
            }
        }
        self.heap_bytes += heap;
        self.buffer.append(records);
        Ok(())
    }

    /// Makes room for records in the buffer, if memory is granted for it.
    fn make_room(&mut self, records: usize, heap: u64) -> bool {
        let heap = self.heap_bytes + heap;
        let needed = self.buffer.len() + records;
        let capacity = self.buffer.capacity();
        if needed <= capacity {
            return self.budget.covers(self.bytes(capacity, heap));
        }
        // Twice as large is best; when that is too much, an eighth more still saves a spill.
        let steps = [needed.max(2 * capacity), needed + needed / 8];
        let granted = steps
            .into_iter()
            .find(|c| self.budget.covers(self.bytes(*c, heap)));
        if let Some(capacity) = granted {
            self.buffer.reserve_exact(capacity - self.buffer.len());
        }
        granted.is_some()
    }

    /// What a buffer of this capacity takes, with what is needed to sort it.
    fn bytes(&self, capacity: usize, heap: u64) -> u64 {
        let inline = (capacity * size_of::<T>()) as u64;
        match self.ties {
            Ties::InOrder => inline + inline / 2 + heap,
            Ties::Any => inline + heap,
        }
    }

    fn sort(&mut self, records: &mut [T], capacity: usize) {
        let by_prefix = self.ties == Ties::InOrder && self.sorts_by_prefix(records, capacity);
        let order = &self.order;
        let compare = |a: &T, b: &T| order.compare(a, b);
        if by_prefix {
            radix::sort(records, |x| order.prefix(x).unwrap_or_default(), compare);
        } else if self.ties == Ties::InOrder {
            records.sort_by(compare);
        } else {
            records.sort_unstable_by(compare);
        }
    }

    /// Whether there is a prefix to sort the buffer by, and memory for the larger scratch space.
    fn sorts_by_prefix(&mut self, records: &[T], capacity: usize) -> bool {
        let scratch = size_of_val(records) as u64;
        !needs_drop::<T>()
            && records.len() >= radix::WORTHWHILE
            && self.order.prefix(&records[0]).is_some()
            && self
                .budget
                .covers((capacity * size_of::<T>()) as u64 + scratch)
    }

    fn spill(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let capacity = buffer.capacity();
        self.sort(&mut buffer, capacity);
        self.write_run(&buffer)?;
        buffer.clear();
        self.buffer = buffer;
        self.heap_bytes = 0;
        let kept = self.bytes(self.buffer.capacity(), 0);
        self.budget.shrink_to(kept);
        Ok(())
    }

    fn write_run(&mut self, sorted: &[T]) -> Result<()> {
        let run = Run::write(&self.dirs, "sort", sorted)?;
        self.spilled_bytes += run.bytes();
        self.runs.push(run);
        Ok(())
    }

    /// Bytes written to disk so far.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled_bytes
    }

    /// Ends the input, and gives the records in order.
    ///
    /// # Errors
    /// If a run can't be written or read.
    pub fn finish(mut self) -> Result<SortedRecords<T, O>> {
        let mut tail = std::mem::take(&mut self.buffer);
        let capacity = tail.capacity();
        self.sort(&mut tail, capacity);
        let records = tail.len();
        // The scratch space has been given back.
        self.budget
            .shrink_to((tail.capacity() * size_of::<T>()) as u64 + self.heap_bytes);
        let mut reservation = self.budget.into_reservation();
        if self.runs.is_empty() {
            let drain = Drain::new(reservation, self.heap_bytes, records);
            return Ok(SortedRecords(Sorted::Memory {
                records: tail.into_iter(),
                drain,
            }));
        }
        let merge = open_merge(
            self.runs,
            tail,
            ByOrder(self.order),
            &self.dirs,
            &mut reservation,
        )?;
        Ok(SortedRecords(Sorted::Merged {
            merge,
            _reservation: reservation,
        }))
    }
}

/// The records of an [`ExternalSorter`], in order.
#[derive(Debug)]
pub struct SortedRecords<T: Data, O: KeyOrder<T>>(Sorted<T, O>);

#[derive(Debug)]
enum Sorted<T: Data, O: KeyOrder<T>> {
    Memory {
        records: vec::IntoIter<T>,
        drain: Drain,
    },
    Merged {
        merge: Merge<T, ByOrder<O>>,
        _reservation: Reservation,
    },
}

impl<T: Data, O: KeyOrder<T>> ChunkSource<T> for SortedRecords<T, O> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        match &mut self.0 {
            Sorted::Memory { records, drain } => {
                let start = out.len();
                out.extend(records.by_ref().take(chunk_records::<T>()));
                drain.handed_out(out.len() - start);
                Ok(out.len() > start)
            }
            Sorted::Merged { merge, .. } => merge.next_chunk(out),
        }
    }

    fn take_rest(&mut self) -> Option<Vec<T>> {
        match &mut self.0 {
            Sorted::Memory { records, drain } => {
                let rest = std::mem::take(records);
                drain.handed_out(rest.len());
                Some(rest.collect())
            }
            Sorted::Merged { .. } => None,
        }
    }
}

/// Merges by comparing records.
#[derive(Clone, Debug)]
struct ByOrder<O>(O);

impl<T, O: KeyOrder<T>> MergeOrder<T> for ByOrder<O> {
    type Rank = ();

    fn rank(&self, _: &T) {}

    #[inline]
    fn compare(&self, a: ((), &T), b: ((), &T)) -> Ordering {
        self.0.compare(a.1, b.1)
    }
}

#[cfg(test)]
mod tests;
