//! Runs: sorted records on disk, written once and read from the front, block by block.
//!
//! Blocks are cut by the size of what they decode to ([`BLOCK_BYTES`]), so that a merge knows what
//! reading [`MAX_FAN_IN`] runs at once costs, whatever the records look like. Only a record larger
//! than that makes a larger block, alone.

use std::mem::{needs_drop, size_of};
use std::sync::Arc;
use std::vec;

use crate::data::Data;
use crate::error::Result;
use crate::storage::size::deep_size;
use crate::storage::spill::{BlockSpan, LocalDirs, SpillFile, SpillWriter};

/// Bytes in memory that a block of a run aims at.
pub(super) const BLOCK_BYTES: usize = 32 << 10;

/// Runs that are read at once.
pub(super) const MAX_FAN_IN: usize = 64;

/// Sorted records on disk.
#[derive(Debug)]
pub(super) struct Run {
    file: Arc<SpillFile>,
    blocks: Vec<BlockSpan>,
}

impl Run {
    /// Writes sorted records to a file of their own.
    pub(super) fn write<T: Data>(dirs: &Arc<LocalDirs>, what: &str, records: &[T]) -> Result<Run> {
        let mut writer = RunWriter::create(dirs, what)?;
        writer.write(records)?;
        writer.finish()
    }

    /// Bytes on disk.
    pub(super) fn bytes(&self) -> u64 {
        self.file.len()
    }
}

/// A run being written.
#[derive(Debug)]
pub(super) struct RunWriter {
    writer: SpillWriter,
    blocks: Vec<BlockSpan>,
}

impl RunWriter {
    pub(super) fn create(dirs: &Arc<LocalDirs>, what: &str) -> Result<RunWriter> {
        Ok(RunWriter {
            writer: dirs.create_spill(what)?,
            blocks: Vec::new(),
        })
    }

    /// Appends records as one or more blocks.
    pub(super) fn write<T: Data>(&mut self, records: &[T]) -> Result<()> {
        for_each_block(records, BLOCK_BYTES, |block| {
            self.blocks.push(self.writer.write_block(block)?);
            Ok(())
        })
    }

    pub(super) fn finish(self) -> Result<Run> {
        Ok(Run {
            file: self.writer.finish()?,
            blocks: self.blocks,
        })
    }
}

/// Cuts records into blocks that take about `target_bytes` in memory each.
pub(super) fn for_each_block<T: Data>(
    records: &[T],
    target_bytes: usize,
    mut write: impl FnMut(&[T]) -> Result<()>,
) -> Result<()> {
    if !needs_drop::<T>() {
        return records
            .chunks(records_per_block::<T>(target_bytes))
            .try_for_each(write);
    }
    let mut rest = records;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest.iter().take_while(|record| {
            bytes += deep_size(*record);
            bytes <= target_bytes
        });
        let (block, after) = rest.split_at(fitting.count().max(1));
        write(block)?;
        rest = after;
    }
    Ok(())
}

/// How many records of fixed size make a block.
fn records_per_block<T>(target_bytes: usize) -> usize {
    (target_bytes / size_of::<T>().max(1)).max(1)
}

/// Sorted records that are consumed from the front: those of a run, or some in memory.
#[derive(Debug)]
pub(super) struct Cursor<T> {
    run: Option<Run>,
    next_block: usize,
    records: vec::IntoIter<T>,
    /// Encoded bytes read so far.
    loaded: u64,
}

impl<T: Data> Cursor<T> {
    /// A cursor before the first record of a run.
    pub(super) fn over_run(run: Run) -> Result<Cursor<T>> {
        let mut cursor = Cursor {
            run: Some(run),
            next_block: 0,
            records: Vec::new().into_iter(),
            loaded: 0,
        };
        cursor.load()?;
        Ok(cursor)
    }

    /// A cursor before the first of some records in memory.
    pub(super) fn over_memory(records: Vec<T>) -> Cursor<T> {
        Cursor {
            run: None,
            next_block: 0,
            records: records.into_iter(),
            loaded: 0,
        }
    }

    /// The next record.
    #[inline]
    pub(super) fn head(&self) -> Option<&T> {
        self.records.as_slice().first()
    }

    /// Takes the next record.
    #[inline]
    pub(super) fn take(&mut self) -> Result<Option<T>> {
        let record = self.records.next();
        if self.records.as_slice().is_empty() {
            self.load()?;
        }
        Ok(record)
    }

    /// Reads the next block, if there is one. Gives the file up behind the last one.
    fn load(&mut self) -> Result<()> {
        let Some(run) = &self.run else { return Ok(()) };
        let Some(span) = run.blocks.get(self.next_block) else {
            self.run = None;
            return Ok(());
        };
        let mut block = Vec::with_capacity(span.records as usize);
        run.file.read_block(span, &mut block)?;
        self.loaded += u64::from(span.len);
        self.next_block += 1;
        self.records = block.into_iter();
        Ok(())
    }

    /// Encoded bytes read so far.
    pub(super) fn loaded(&self) -> u64 {
        self.loaded
    }
}
