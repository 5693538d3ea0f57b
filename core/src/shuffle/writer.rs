//! The map side of a shuffle: records are scattered into one buffer for each reduce partition.
//!
//! [`ShuffleWriter`] takes records as they are; [`CombiningWriter`] first combines the values of
//! each key. Buffers consist of segments of about 64 KiB, which become the finished output without
//! being copied. When memory is refused, all buffers are written to the task's one spill file.
//!
//! Cost of the scatter: the partitioner and a push per record. The partitioner is called once per
//! chunk, and inlined from there.

use std::mem::size_of;
use std::sync::Arc;

use super::aggregator::ExternalAggregator;
use super::block::{PIECE_BYTES, Segment, block_codec};
use super::budget::Budget;
use super::combiner::Combiner;
use super::map_output::{MapOutput, ReduceSize};
use super::partitioner::Partitioner;
use super::run::for_each_block;
use crate::data::{Data, Key};
use crate::error::{Error, Result};
use crate::exec::{CHUNK, ChunkSource};
use crate::storage::memory::TaskMemory;
use crate::storage::size::SizeEstimator;
use crate::storage::spill::{BlockSpan, LocalDirs, SpillFile, SpillWriter};

/// Scatters the records of one map task by key.
///
/// ```
/// use std::sync::Arc;
/// use flint_core::shuffle::{HashPartitioner, ShuffleWriter};
/// use flint_core::storage::memory::MemoryManager;
/// use flint_core::storage::spill::LocalDirs;
///
/// let memory = MemoryManager::new(1 << 20, 0.5).task();
/// let dirs = LocalDirs::new(&[std::env::temp_dir()])?;
/// let mut writer = ShuffleWriter::new(Arc::new(HashPartitioner::new(3)), &memory, dirs);
/// writer.write(&mut vec![("a".to_owned(), 1), ("b".to_owned(), 2)])?;
/// let output = writer.finish()?;
/// assert_eq!(output.records(), 2);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ShuffleWriter<K, V> {
    partitioner: Arc<dyn Partitioner<K>>,
    /// Partitions of the records at hand.
    targets: Vec<u32>,
    /// One for each reduce partition, once there is a record.
    buckets: Vec<Bucket<(K, V)>>,
    /// Of the buckets, in records.
    capacity: usize,
    /// Records in the buckets, and what they own on the heap.
    records: u64,
    heap_bytes: u64,
    sizes: SizeEstimator,
    budget: Budget,
    dirs: Arc<LocalDirs>,
    spill: Option<SpillWriter>,
    /// What was spilled, in the order of writing.
    spilled: Vec<(u32, BlockSpan)>,
}

impl<K: Data, V: Data> ShuffleWriter<K, V> {
    /// A writer for one map task.
    pub fn new(
        partitioner: Arc<dyn Partitioner<K>>,
        memory: &TaskMemory,
        dirs: Arc<LocalDirs>,
    ) -> Self {
        ShuffleWriter {
            partitioner,
            targets: Vec::new(),
            buckets: Vec::new(),
            capacity: 0,
            records: 0,
            heap_bytes: 0,
            sizes: SizeEstimator::new(),
            budget: Budget::new(memory),
            dirs,
            spill: None,
            spilled: Vec::new(),
        }
    }

    /// Takes the records out of a chunk.
    ///
    /// # Errors
    /// If buffers can't be spilled, or the partitioner gives a partition that it doesn't have. Then
    /// the writer must not be used any more.
    pub fn write(&mut self, records: &mut Vec<(K, V)>) -> Result<()> {
        let inline = size_of::<(K, V)>() * records.len();
        self.heap_bytes += self.sizes.estimate(records).saturating_sub(inline) as u64;
        self.records += records.len() as u64;
        if self.buckets.is_empty() && !records.is_empty() {
            self.buckets
                .resize_with(self.partitioner.num_partitions(), Bucket::default);
        }
        let mut records = records.drain(..);
        while records.len() > 0 {
            let batch = records.len().min(CHUNK);
            self.scatter(batch, &mut records)?;
            let bytes = self.bytes();
            if !self.budget.covers(bytes) {
                self.spill()?;
            }
        }
        Ok(())
    }

    fn scatter(&mut self, batch: usize, records: &mut std::vec::Drain<'_, (K, V)>) -> Result<()> {
        self.targets.clear();
        if self.buckets.len() == 1 {
            self.targets.resize(batch, 0);
        } else {
            let keys: Vec<&K> = records.as_slice()[..batch]
                .iter()
                .map(|(key, _)| key)
                .collect();
            self.partitioner.partition_all(&keys, &mut self.targets);
        }
        if self.targets.len() != batch
            || self
                .targets
                .iter()
                .any(|p| *p as usize >= self.buckets.len())
        {
            return Err(Error::argument("partitioner", self.misuse()));
        }
        for (target, record) in self.targets.iter().zip(records) {
            let bucket = &mut self.buckets[*target as usize];
            if bucket.is_full() {
                self.capacity += bucket.grow();
            }
            bucket.open.push(record);
        }
        Ok(())
    }

    #[cold]
    fn misuse(&self) -> String {
        let highest = self.targets.iter().max().copied().unwrap_or_default();
        format!(
            "must give each key a partition below {}, and gave {highest}",
            self.buckets.len()
        )
    }

    /// What the buffers take.
    fn bytes(&self) -> u64 {
        (self.capacity * size_of::<(K, V)>()) as u64 + self.heap_bytes
    }

    /// Writes all buffers to the spill file.
    fn spill(&mut self) -> Result<()> {
        let mut writer = match self.spill.take() {
            Some(writer) => writer,
            None => self.dirs.create_spill("shuffle")?,
        };
        for (reduce, bucket) in self.buckets.iter_mut().enumerate() {
            for segment in std::mem::take(bucket).into_segments() {
                for_each_block(&segment, PIECE_BYTES, |piece| {
                    self.spilled
                        .push((reduce as u32, writer.write_block(piece)?));
                    Ok(())
                })?;
            }
        }
        self.spill = Some(writer);
        (self.capacity, self.records, self.heap_bytes) = (0, 0, 0);
        self.budget.shrink_to(0);
        Ok(())
    }

    /// Bytes written to disk so far.
    pub fn spilled_bytes(&self) -> u64 {
        self.spill.as_ref().map_or(0, SpillWriter::len)
    }

    /// Ends the map task's output. Its memory is charged to the task no longer.
    ///
    /// # Errors
    /// If the spill file can't be written.
    pub fn finish(mut self) -> Result<MapOutput> {
        self.capacity -= self.buckets.iter_mut().map(Bucket::trim).sum::<usize>();
        let bytes = self.bytes();
        if !self.budget.covers_strictly(bytes) {
            self.spill()?;
        }
        let bytes = self.bytes();
        self.budget.shrink_to(bytes);
        let spilled_bytes = self.spilled_bytes();
        let file = self.spill.take().map(SpillWriter::finish).transpose()?;
        let heap_per_record = self.heap_bytes as f64 / self.records.max(1) as f64;
        let record_bytes = size_of::<(K, V)>() as f64 + heap_per_record;
        let reservation = (bytes > 0).then(|| self.budget.into_reservation().detach());

        let mut output = MapOutput::new(block_codec::<(K, V)>(), reservation, spilled_bytes);
        // A stable sort: the pieces of a partition stay in the order of writing.
        self.spilled.sort_by_key(|piece| piece.0);
        let mut spilled = self.spilled.into_iter().peekable();
        for (reduce, bucket) in (0u32..).zip(self.buckets) {
            let spans = std::iter::from_fn(|| spilled.next_if(|piece| piece.0 == reduce));
            let spans = spans.map(|(_, span)| span).collect();
            add_block(
                &mut output,
                reduce,
                file.as_ref(),
                spans,
                bucket,
                record_bytes,
            );
        }
        Ok(output)
    }
}

/// Adds what was spilled for a reduce partition, and then what is in memory.
fn add_block<T: Data>(
    output: &mut MapOutput,
    reduce: u32,
    file: Option<&Arc<SpillFile>>,
    spans: Vec<BlockSpan>,
    bucket: Bucket<T>,
    record_bytes: f64,
) {
    let on_disk: u64 = spans.iter().map(|span| u64::from(span.len)).sum();
    let spilled = file.into_iter().flat_map(|file| {
        spans.iter().map(|span| Segment::Spilled {
            file: Arc::clone(file),
            span: *span,
        })
    });
    let mut segments: Vec<Segment> = spilled.collect();
    let mut in_memory = 0;
    for segment in bucket.into_segments() {
        in_memory += segment.len();
        segments.push(Segment::Typed(Arc::new(segment)));
    }
    let records = segments.iter().map(Segment::records).sum();
    if records > 0 {
        let bytes = on_disk + (in_memory as f64 * record_bytes) as u64;
        output.add(
            ReduceSize {
                reduce,
                records,
                bytes,
            },
            segments,
        );
    }
}

/// The records for one reduce partition.
#[derive(Debug)]
struct Bucket<T> {
    open: Vec<T>,
    full: Vec<Vec<T>>,
}

impl<T> Default for Bucket<T> {
    fn default() -> Self {
        Bucket {
            open: Vec::new(),
            full: Vec::new(),
        }
    }
}

impl<T> Bucket<T> {
    const SEGMENT_RECORDS: usize = {
        let size = if size_of::<T>() == 0 {
            1
        } else {
            size_of::<T>()
        };
        if size > PIECE_BYTES {
            1
        } else {
            PIECE_BYTES / size
        }
    };

    #[inline]
    fn is_full(&self) -> bool {
        self.open.len() == self.open.capacity()
    }

    /// Doubles the open segment, up to the size of a segment; then begins the next one. Returns by
    /// how many records the capacity grew.
    #[cold]
    fn grow(&mut self) -> usize {
        let len = self.open.len();
        if len >= Self::SEGMENT_RECORDS {
            let next = Vec::with_capacity(Self::SEGMENT_RECORDS);
            self.full.push(std::mem::replace(&mut self.open, next));
            return self.open.capacity();
        }
        let wanted = (2 * len).max(4).min(Self::SEGMENT_RECORDS);
        self.open.reserve_exact(wanted - len);
        self.open.capacity() - len
    }

    /// Gives unused room back. Returns how many records it was for.
    fn trim(&mut self) -> usize {
        let before = self.open.capacity();
        // Records without size have room for ever.
        if size_of::<T>() > 0 && before - self.open.len() > self.open.len() / 8 {
            self.open.shrink_to_fit();
        }
        before - self.open.capacity()
    }

    fn into_segments(self) -> impl Iterator<Item = Vec<T>> {
        self.full
            .into_iter()
            .chain(Some(self.open).filter(|open| !open.is_empty()))
    }
}

/// Combines the values of each key before it scatters them.
#[derive(Debug)]
pub struct CombiningWriter<K, V, C, A> {
    aggregator: ExternalAggregator<K, V, C, A>,
    writer: ShuffleWriter<K, C>,
}

impl<K: Key, V: Data, C: Data, A: Combiner<V, C>> CombiningWriter<K, V, C, A> {
    /// A writer for one map task. For `seed`, see [`ExternalAggregator::new`].
    pub fn new(
        combiner: A,
        seed: u64,
        partitioner: Arc<dyn Partitioner<K>>,
        memory: &TaskMemory,
        dirs: Arc<LocalDirs>,
    ) -> Self {
        let aggregator = ExternalAggregator::new(combiner, seed, memory, Arc::clone(&dirs));
        CombiningWriter {
            aggregator,
            writer: ShuffleWriter::new(partitioner, memory, dirs),
        }
    }

    /// Takes the records out of a chunk.
    ///
    /// # Errors
    /// If memory can't be spilled. Then the writer must not be used any more.
    pub fn write(&mut self, records: &mut Vec<(K, V)>) -> Result<()> {
        self.aggregator.push_values(records)
    }

    /// Bytes written to disk so far.
    pub fn spilled_bytes(&self) -> u64 {
        self.aggregator.spilled_bytes() + self.writer.spilled_bytes()
    }

    /// Ends the map task's output. `check` is called for each chunk: with an error it ends the
    /// work.
    ///
    /// # Errors
    /// That of `check`; or if memory can't be spilled, or what was spilled be read.
    pub fn finish(mut self, mut check: impl FnMut() -> Result<()>) -> Result<MapOutput> {
        let mut combined = self.aggregator.finish()?;
        let mut chunk = Vec::new();
        while combined.next(&mut chunk)? {
            check()?;
            self.writer.write(&mut chunk)?;
        }
        drop(combined);
        self.writer.finish()
    }
}

#[cfg(test)]
mod tests;
