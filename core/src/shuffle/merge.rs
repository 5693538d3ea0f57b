//! Merging sorted runs: a loser tree over their first records.
//!
//! Records that compare equal come out in the order of their runs, so a merge of runs cut from one
//! stream is stable. Cost: `log2(runs)` comparisons a record, and one block a run in memory.

use std::cmp::Ordering;
use std::sync::Arc;

use super::run::{BLOCK_BYTES, Cursor, MAX_FAN_IN, Run, RunWriter};
use crate::data::Data;
use crate::error::Result;
use crate::exec::CHUNK;
use crate::storage::memory::Reservation;
use crate::storage::size::deep_size;
use crate::storage::spill::LocalDirs;

/// Encoded bytes after which a chunk ends even if it has few records.
const CHUNK_BYTES: u64 = 1 << 20;

/// The order in which runs are sorted and merged.
pub(super) trait MergeOrder<T>: Clone {
    /// What is worth computing once for a record and keeping while it is the first of its run.
    type Rank: Copy + Send;

    fn rank(&self, record: &T) -> Self::Rank;

    fn compare(&self, a: (Self::Rank, &T), b: (Self::Rank, &T)) -> Ordering;
}

/// No cursor: stands for one that comes before all others while the tree is built.
const NONE: u32 = u32::MAX;

/// A merge under way.
#[derive(Debug)]
pub(super) struct Merge<T, O: MergeOrder<T>> {
    cursors: Vec<Cursor<T>>,
    /// The ranks of the cursors' first records; `None` behind the last one.
    ranks: Vec<Option<O::Rank>>,
    /// `tree[0]` is the cursor that comes next. Node `i` has the children `2i` and `2i + 1`, and
    /// holds the loser of what they sent up; the leaves, from `cursors.len()` on, are the cursors.
    tree: Vec<u32>,
    order: O,
    loaded: u64,
}

impl<T: Data, O: MergeOrder<T>> Merge<T, O> {
    /// A merge of cursors. Earlier ones win ties.
    pub(super) fn new(cursors: Vec<Cursor<T>>, order: O) -> Self {
        let ranks = cursors
            .iter()
            .map(|c| c.head().map(|r| order.rank(r)))
            .collect();
        let tree = vec![NONE; cursors.len().max(1)];
        let loaded = cursors.iter().map(Cursor::loaded).sum();
        let mut merge = Merge {
            cursors,
            ranks,
            tree,
            order,
            loaded,
        };
        for cursor in (0..merge.cursors.len()).rev() {
            merge.replay(cursor as u32);
        }
        merge
    }

    /// Whether cursor `a` comes before `b`.
    #[inline]
    fn beats(&self, a: u32, b: u32) -> bool {
        if a == NONE || b == NONE {
            return a == NONE;
        }
        let head = |c: u32| Some((self.ranks[c as usize]?, self.cursors[c as usize].head()?));
        match (head(a), head(b)) {
            (Some(x), Some(y)) => self.order.compare(x, y).then(a.cmp(&b)) == Ordering::Less,
            (x, _) => x.is_some(),
        }
    }

    /// Lets a cursor whose first record changed climb from its leaf.
    #[inline]
    fn replay(&mut self, cursor: u32) {
        let mut winner = cursor;
        let mut node = (cursor as usize + self.cursors.len()) / 2;
        while node > 0 {
            let loser = self.tree[node];
            if self.beats(loser, winner) {
                self.tree[node] = winner;
                winner = loser;
            }
            node /= 2;
        }
        self.tree[0] = winner;
    }

    /// The rank of the next record.
    #[inline]
    pub(super) fn next_rank(&self) -> Option<O::Rank> {
        self.ranks.get(self.tree[0] as usize).copied().flatten()
    }

    /// Takes the next record.
    #[inline]
    pub(super) fn pop(&mut self) -> Result<Option<T>> {
        let winner = self.tree[0];
        let Some(cursor) = self.cursors.get_mut(winner as usize) else {
            return Ok(None);
        };
        let before = cursor.loaded();
        let record = cursor.take()?;
        self.loaded += cursor.loaded() - before;
        self.ranks[winner as usize] = cursor.head().map(|r| self.order.rank(r));
        self.replay(winner);
        Ok(record)
    }

    /// Appends a chunk of records. Whether there were any.
    pub(super) fn next_chunk(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let start = out.len();
        let limit = self.chunk_limit();
        while out.len() - start < CHUNK && (self.loaded < limit || out.len() == start) {
            match self.pop()? {
                Some(record) => out.push(record),
                None => break,
            }
        }
        Ok(out.len() > start)
    }

    /// Up to which value of [`loaded`](Self::loaded) a chunk that begins now may go on.
    pub(super) fn chunk_limit(&self) -> u64 {
        self.loaded + CHUNK_BYTES
    }

    /// Encoded bytes read so far.
    pub(super) fn loaded(&self) -> u64 {
        self.loaded
    }
}

/// Brings runs down to so few that they can be read at once within `reservation`, and opens them.
///
/// `tail` are the newest records, sorted and still in memory, already in the reservation.
pub(super) fn open_merge<T: Data, O: MergeOrder<T>>(
    mut runs: Vec<Run>,
    mut tail: Vec<T>,
    order: O,
    dirs: &Arc<LocalDirs>,
    reservation: &mut Reservation,
) -> Result<Merge<T, O>> {
    let block = BLOCK_BYTES as u64;
    let mut fan_in = runs.len().min(MAX_FAN_IN);
    if !tail.is_empty() && !reservation.try_grow(fan_in as u64 * block) {
        runs.push(Run::write(dirs, "run", &tail)?);
        tail = Vec::new();
        reservation.shrink(u64::MAX);
        fan_in = runs.len().min(MAX_FAN_IN);
    }
    if tail.is_empty() {
        reservation.shrink(u64::MAX);
        while fan_in > 2 && !reservation.try_resize(fan_in as u64 * block) {
            fan_in /= 2;
        }
    }
    let runs = merge_down(runs, fan_in.max(2), &order, dirs)?;
    let mut cursors = runs
        .into_iter()
        .map(Cursor::over_run)
        .collect::<Result<Vec<_>>>()?;
    if !tail.is_empty() {
        cursors.push(Cursor::over_memory(tail));
    }
    Ok(Merge::new(cursors, order))
}

/// Merges neighbouring runs until no more than `fan_in` are left, rewriting no more than it must.
fn merge_down<T: Data, O: MergeOrder<T>>(
    mut runs: Vec<Run>,
    fan_in: usize,
    order: &O,
    dirs: &Arc<LocalDirs>,
) -> Result<Vec<Run>> {
    while runs.len() > fan_in {
        let mut excess = runs.len() - fan_in;
        let mut fewer = Vec::with_capacity(fan_in);
        let mut rest = runs.into_iter();
        while rest.len() > 0 {
            let group: Vec<Run> = rest.by_ref().take((excess + 1).min(fan_in)).collect();
            excess -= group.len() - 1;
            fewer.push(merge_group(group, order, dirs)?);
        }
        runs = fewer;
    }
    Ok(runs)
}

/// Merges runs into one. Their files go as soon as they are read.
fn merge_group<T: Data, O: MergeOrder<T>>(
    mut group: Vec<Run>,
    order: &O,
    dirs: &Arc<LocalDirs>,
) -> Result<Run> {
    if group.len() == 1 {
        return Ok(group.remove(0));
    }
    let cursors = group
        .into_iter()
        .map(Cursor::over_run)
        .collect::<Result<Vec<_>>>()?;
    let mut merge: Merge<T, O> = Merge::new(cursors, order.clone());
    let mut writer = RunWriter::create(dirs, "run")?;
    let mut block = Vec::new();
    let mut bytes = 0;
    while let Some(record) = merge.pop()? {
        let size = deep_size(&record);
        if bytes + size > BLOCK_BYTES && !block.is_empty() {
            writer.write(&block)?;
            block.clear();
            bytes = 0;
        }
        bytes += size;
        block.push(record);
    }
    writer.write(&block)?;
    writer.finish()
}
