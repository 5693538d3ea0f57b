//! [`MapOutput`]: what a map task leaves behind.
//!
//! Only reduce partitions that got a record take any room, so that outputs of many partitions that
//! are mostly empty cost next to nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::block::{BlockCodec, EncodedBlock, Segment};
use crate::error::Result;
use crate::storage::memory::Reservation;
use crate::storage::spill::{BlockSpan, SpillFile, SpillWriter};

/// How much of a map output belongs to one reduce partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReduceSize {
    /// The reduce partition.
    pub reduce: u32,
    /// Number of records.
    pub records: u64,
    /// Bytes: in memory (estimated) for what is there, on disk for the rest.
    pub bytes: u64,
}

/// The records of one map task, by reduce partition.
#[derive(Debug)]
pub struct MapOutput {
    codec: &'static dyn BlockCodec,
    /// Reduce partitions that got records, ascending.
    sizes: Vec<ReduceSize>,
    /// Where the segments of each of them end.
    ends: Vec<u32>,
    segments: Vec<Segment>,
    /// Covers what is in memory, if anything is.
    reservation: Option<Reservation>,
    spilled_bytes: u64,
}

impl MapOutput {
    pub(super) fn new(
        codec: &'static dyn BlockCodec,
        reservation: Option<Reservation>,
        spilled_bytes: u64,
    ) -> Self {
        MapOutput {
            codec,
            sizes: Vec::new(),
            ends: Vec::new(),
            segments: Vec::new(),
            reservation,
            spilled_bytes,
        }
    }

    /// Adds the segments of the next reduce partition that has any.
    pub(super) fn add(&mut self, size: ReduceSize, segments: impl IntoIterator<Item = Segment>) {
        debug_assert!(
            self.sizes
                .last()
                .is_none_or(|last| last.reduce < size.reduce)
        );
        self.segments.extend(segments);
        self.sizes.push(size);
        self.ends.push(self.segments.len() as u32);
    }

    /// The reduce partitions that got records, ascending, with how many.
    pub fn sizes(&self) -> &[ReduceSize] {
        &self.sizes
    }

    /// Number of records.
    pub fn records(&self) -> u64 {
        self.sizes.iter().map(|size| size.records).sum()
    }

    /// Bytes that are kept in memory, and counted by the memory manager.
    pub fn memory_bytes(&self) -> u64 {
        self.reservation.as_ref().map_or(0, Reservation::bytes)
    }

    /// Bytes that the map task wrote to disk.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled_bytes
    }

    /// The records for a reduce partition, in the order in which the map task made them.
    pub fn segments(&self, reduce: u32) -> &[Segment] {
        let Ok(at) = self.sizes.binary_search_by_key(&reduce, |size| size.reduce) else {
            return &[];
        };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.segments[start as usize..self.ends[at] as usize]
    }

    /// Encodes the records for a reduce partition.
    ///
    /// # Errors
    /// If they can't be read or encoded.
    pub fn encode(&self, reduce: u32) -> Result<EncodedBlock> {
        self.codec.encode(self.segments(reduce))
    }

    /// Writes what is in memory to a spill file, and returns where it is.
    ///
    /// # Errors
    /// If it can't be written.
    pub(super) fn write_typed(&self, writer: &mut SpillWriter) -> Result<SpilledOutput> {
        let mut placed = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let mut spans = Vec::new();
            if let Segment::Typed(chunk) = segment {
                self.codec
                    .spill(&**chunk, writer, &mut |span| spans.push(span))?;
            }
            placed.push(spans);
        }
        Ok(SpilledOutput(placed))
    }

    /// The same output with nothing in memory.
    pub(super) fn relocated(&self, spilled: SpilledOutput, file: &Arc<SpillFile>) -> Self {
        let mut output = MapOutput::new(self.codec, None, self.spilled_bytes);
        let mut segments = self.segments.iter().zip(spilled.0);
        let mut start = 0;
        for (size, end) in self.sizes.iter().zip(&self.ends) {
            let own = segments.by_ref().take((end - start) as usize);
            output.add(
                *size,
                own.flat_map(|(segment, spans)| match segment {
                    Segment::Typed(_) => spans
                        .into_iter()
                        .map(|span| Segment::Spilled {
                            file: Arc::clone(file),
                            span,
                        })
                        .collect(),
                    Segment::Spilled { .. } => vec![segment.clone()],
                }),
            );
            start = *end;
        }
        output
    }
}

/// Where the typed segments of an output went.
#[derive(Debug)]
pub(super) struct SpilledOutput(Vec<Vec<BlockSpan>>);
