//! The reduce side of a shuffle: the records of one reduce partition, from all map partitions in
//! order.
//!
//! [`BlockReader`] is a plain source; [`aggregate_values`], [`aggregate_combiners`] and
//! [`sort_records`] put an aggregator or a sorter behind it.
//!
//! Blocks can be read again, by another job or another attempt: records in memory are cloned out
//! of them, slice by slice. A block is fetched when the reader gets to it.

use std::marker::PhantomData;
use std::sync::Arc;
use std::vec;

use bytes::Bytes;

use super::aggregated::AggregatedRecords;
use super::aggregator::ExternalAggregator;
use super::block::{EncodedBlock, Segment, decode_frame, records_of};
use super::combiner::Combiner;
use super::range_partitioner::KeyOrder;
use super::sorter::{ExternalSorter, SortedRecords};
use super::store::fetch_failed;
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::{AnyChunk, CHUNK, ChunkSource};
use crate::scheduler::types::{ExecutorId, ShuffleId};

/// A block as it comes from the executor that has it.
#[derive(Clone, Debug)]
pub enum Block {
    /// From this process.
    Segments(Vec<Segment>),
    /// From another one.
    Encoded(EncodedBlock),
}

/// A block, and who sent it.
#[derive(Clone, Debug)]
pub struct FetchedBlock {
    /// The executor that has the block.
    pub executor: ExecutorId,
    /// The block.
    pub block: Block,
}

/// Reads the blocks of one reduce partition, one map partition after the other.
///
/// `fetch` gets the block of a map partition. It reports a block that can't be had as
/// [`Error::FetchFailed`](crate::Error::FetchFailed); the reader does so with a block that is
/// damaged.
///
/// ```
/// use std::sync::Arc;
/// use flint_core::exec::ChunkSource;
/// use flint_core::scheduler::types::ExecutorId;
/// use flint_core::shuffle::{Block, BlockReader, FetchedBlock, Segment};
///
/// let mut reader = BlockReader::new(0, 0, vec![0, 1], |map: u32| {
///     let records = vec![(map, "from here")];
///     # let records: Vec<(u32, String)> = records.into_iter().map(|(k, v)| (k, v.to_owned())).collect();
///     let block = Block::Segments(vec![Segment::Typed(Arc::new(records))]);
///     Ok(FetchedBlock { executor: ExecutorId::new("driver"), block })
/// });
/// let mut out: Vec<(u32, String)> = Vec::new();
/// while reader.next(&mut out)? {}
/// assert_eq!(out.len(), 2);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct BlockReader<T, F> {
    shuffle: ShuffleId,
    reduce: u32,
    maps: vec::IntoIter<u32>,
    fetch: F,
    current: Current,
    records: PhantomData<fn() -> T>,
}

/// What is left of the block at hand.
#[derive(Debug)]
struct Current {
    map: u32,
    executor: ExecutorId,
    /// A typed segment, and how many of its records were read.
    typed: Option<(Arc<dyn AnyChunk>, usize)>,
    segments: vec::IntoIter<Segment>,
    encoded: Bytes,
}

impl<T: Data, F: FnMut(u32) -> Result<FetchedBlock>> BlockReader<T, F> {
    /// A reader of the blocks that the map partitions `maps` made for `reduce`, in this order.
    /// Those known to be empty need not be among them.
    pub fn new(shuffle: ShuffleId, reduce: u32, maps: Vec<u32>, fetch: F) -> Self {
        let current = Current {
            map: 0,
            executor: ExecutorId::new(""),
            typed: None,
            segments: Vec::new().into_iter(),
            encoded: Bytes::new(),
        };
        BlockReader {
            shuffle,
            reduce,
            maps: maps.into_iter(),
            fetch,
            current,
            records: PhantomData,
        }
    }

    /// Fetches the next block. Whether there is one.
    fn fetch_next(&mut self) -> Result<bool> {
        let Some(map) = self.maps.next() else {
            return Ok(false);
        };
        let FetchedBlock { executor, block } = (self.fetch)(map)?;
        self.current.map = map;
        self.current.executor = executor;
        match block {
            Block::Segments(segments) => self.current.segments = segments.into_iter(),
            Block::Encoded(block) => {
                block.verify().map_err(|e| self.failed(e))?;
                self.current.encoded = block.bytes;
            }
        }
        Ok(true)
    }

    fn failed(&self, error: crate::Error) -> crate::Error {
        fetch_failed(
            error,
            self.shuffle,
            self.current.map,
            self.reduce,
            &self.current.executor,
        )
    }
}

impl Current {
    /// Appends some of what is left. Whether anything was.
    fn read<T: Data>(&mut self, out: &mut Vec<T>) -> Result<bool> {
        if let Some((chunk, start)) = self.typed.take() {
            let records = records_of::<T>(&*chunk)?;
            let end = records.len().min(start + CHUNK);
            out.extend_from_slice(&records[start..end]);
            if end < records.len() {
                self.typed = Some((chunk, end));
            }
            return Ok(true);
        }
        match self.segments.next() {
            Some(Segment::Typed(chunk)) => self.typed = Some((chunk, 0)),
            Some(Segment::Spilled { file, span }) => file.read_block(&span, out)?,
            None if !self.encoded.is_empty() => decode_frame(&mut self.encoded, out)?,
            None => return Ok(false),
        }
        Ok(true)
    }
}

impl<T: Data, F: FnMut(u32) -> Result<FetchedBlock>> ChunkSource<T> for BlockReader<T, F> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        // Small blocks are put together, so that many empty or tiny ones don't make tiny chunks.
        let start = out.len();
        while out.len() - start < CHUNK / 2 {
            let read = self.current.read(out).map_err(|e| self.failed(e))?;
            if !read && !self.fetch_next()? {
                break;
            }
        }
        Ok(out.len() > start)
    }
}

/// Combines the values of each key of a source. `check` is called for each chunk: with an error it
/// ends the work.
///
/// # Errors
/// Those of the source, of `check`, and of the aggregator.
pub fn aggregate_values<K: Key, V: Data, C: Data, A: Combiner<V, C>>(
    source: &mut impl ChunkSource<(K, V)>,
    mut aggregator: ExternalAggregator<K, V, C, A>,
    mut check: impl FnMut() -> Result<()>,
) -> Result<AggregatedRecords<K, V, C, A>> {
    let mut chunk = Vec::new();
    while source.next(&mut chunk)? {
        check()?;
        aggregator.push_values(&mut chunk)?;
    }
    aggregator.finish()
}

/// Combines the combined values of each key of a source.
///
/// # Errors
/// As [`aggregate_values`].
pub fn aggregate_combiners<K: Key, V: Data, C: Data, A: Combiner<V, C>>(
    source: &mut impl ChunkSource<(K, C)>,
    mut aggregator: ExternalAggregator<K, V, C, A>,
    mut check: impl FnMut() -> Result<()>,
) -> Result<AggregatedRecords<K, V, C, A>> {
    let mut chunk = Vec::new();
    while source.next(&mut chunk)? {
        check()?;
        aggregator.push_combiners(&mut chunk)?;
    }
    aggregator.finish()
}

/// Sorts the records of a source. `check` is called for each chunk: with an error it ends the work.
///
/// # Errors
/// Those of the source, of `check`, and of the sorter.
pub fn sort_records<T: Data, O: KeyOrder<T>>(
    source: &mut impl ChunkSource<T>,
    mut sorter: ExternalSorter<T, O>,
    mut check: impl FnMut() -> Result<()>,
) -> Result<SortedRecords<T, O>> {
    let mut chunk = Vec::new();
    while source.next(&mut chunk)? {
        check()?;
        sorter.push(&mut chunk)?;
    }
    sorter.finish()
}

#[cfg(test)]
mod tests;
