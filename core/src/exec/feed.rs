//! Pulling a partition: [`Feed`] for the engine, [`PartitionIter`] for user code.
//!
//! Steps that pull (`map_partitions`, zips, joins) hold a feed for each partition that they read,
//! so such steps nest. Both pulling and dropping go through [`stacker::maybe_grow`], which takes a
//! new stretch of stack when the current one is nearly used up: ten thousand nested
//! `map_partitions` are slow, not fatal.

use std::sync::Arc;

use super::chain::Chain;
use super::chunk::{AnyChunk, ChunkSource};
use super::context::TaskContext;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::plan::StageProgram;

/// Stack that one pull may use before the next looks again.
const RED_ZONE: usize = 128 * 1024;
/// Stack taken when the red zone is reached.
const STACK_STEP: usize = 4 * 1024 * 1024;

enum State {
    Waiting {
        program: Arc<StageProgram>,
        node: usize,
        computing: bool,
    },
    Running(Box<Chain>),
    Ended,
}

/// The records of one partition of one node of a program. Nothing runs until the first pull.
pub(crate) struct Feed {
    cx: TaskContext,
    partition: usize,
    state: State,
}

impl Feed {
    pub(crate) fn new(
        cx: TaskContext,
        program: Arc<StageProgram>,
        node: usize,
        partition: usize,
    ) -> Self {
        Feed {
            cx,
            partition,
            state: State::Waiting {
                program,
                node,
                computing: false,
            },
        }
    }

    /// The records of a persisted node as they are computed, not as they are stored.
    pub(crate) fn computing(
        cx: TaskContext,
        program: Arc<StageProgram>,
        node: usize,
        partition: usize,
    ) -> Self {
        Feed {
            cx,
            partition,
            state: State::Waiting {
                program,
                node,
                computing: true,
            },
        }
    }

    /// The task.
    pub(crate) fn cx(&self) -> &TaskContext {
        &self.cx
    }

    /// The partition of the node, from 0.
    pub(crate) fn partition(&self) -> usize {
        self.partition
    }

    /// Another feed of the same records, for steps that read a partition more than once. Only of a
    /// feed that has not begun.
    pub(crate) fn another(&self) -> Result<Feed> {
        match &self.state {
            State::Waiting {
                program,
                node,
                computing: false,
            } => Ok(Feed::new(
                self.cx.clone(),
                Arc::clone(program),
                *node,
                self.partition,
            )),
            _ => Err(Error::Internal(
                "a feed that has begun can't be read again".to_owned(),
            )),
        }
    }

    /// Fills `out`, which is empty; `false` at the end, which stays the end.
    pub(crate) fn next(&mut self, out: &mut dyn AnyChunk) -> Result<bool> {
        let result = stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.pull(out));
        if !matches!(result, Ok(true)) {
            self.end();
        }
        result
    }

    /// As [`ChunkSource::lend`].
    pub(crate) fn lend<T: Data>(&mut self, read: &mut dyn FnMut(&[T])) -> Result<bool> {
        let result = stacker::maybe_grow(RED_ZONE, STACK_STEP, || match self.chain()? {
            Some(chain) => chain.lend(read),
            None => Ok(false),
        });
        if result.is_err() {
            self.end();
        }
        result
    }

    /// As [`ChunkSource::take_rest`].
    pub(crate) fn take_rest<T: Data>(&mut self) -> Result<Option<Vec<T>>> {
        let result = stacker::maybe_grow(RED_ZONE, STACK_STEP, || {
            Ok(self.chain()?.and_then(Chain::take_rest))
        });
        if result.is_err() {
            self.end();
        }
        result
    }

    fn pull(&mut self, out: &mut dyn AnyChunk) -> Result<bool> {
        match self.chain()? {
            Some(chain) => chain.next(out),
            None => Ok(false),
        }
    }

    /// The chain, made at the first call; `None` after the end.
    fn chain(&mut self) -> Result<Option<&mut Chain>> {
        if let State::Waiting {
            program,
            node,
            computing,
        } = &self.state
        {
            let chain = if *computing {
                program.computing_chain(&self.cx, *node, self.partition)?
            } else {
                program.chain(&self.cx, *node, self.partition)?
            };
            self.state = State::Running(Box::new(chain));
        }
        match &mut self.state {
            State::Running(chain) => Ok(Some(chain)),
            _ => Ok(None),
        }
    }

    fn end(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Ended);
        if let State::Running(chain) = state {
            stacker::maybe_grow(RED_ZONE, STACK_STEP, || drop(chain));
        }
    }

    /// The records one by one, for user code.
    pub(crate) fn records<T: Data>(self) -> PartitionIter<T> {
        PartitionIter {
            feed: self,
            chunk: Vec::new().into_iter(),
        }
    }

    /// The records as a typed source.
    pub(crate) fn chunks<T: Data>(self) -> FeedSource<T> {
        FeedSource {
            feed: self,
            buffer: Vec::new(),
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.end();
    }
}

/// A [`Feed`] as a [`ChunkSource`], whose output need not be empty.
pub(crate) struct FeedSource<T> {
    feed: Feed,
    buffer: Vec<T>,
}

impl<T: Data> ChunkSource<T> for FeedSource<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        if out.is_empty() {
            return self.feed.next(out);
        }
        let more = self.feed.next(&mut self.buffer)?;
        out.append(&mut self.buffer);
        Ok(more)
    }
}

/// The records of one partition, for `map_partitions` and its like.
///
/// An ordinary iterator, and fastest when it is consumed as a whole (`fold`, `for_each`, `sum`,
/// `count`): these run one tight loop per chunk. [`PartitionIter::next_chunk`] gives the chunks
/// themselves.
///
/// If the records can't be read to the end (a lost block, a cancelled job), the iterator ends
/// early and the task fails with the reason, whatever the closure makes of the part it saw.
pub struct PartitionIter<T> {
    feed: Feed,
    chunk: std::vec::IntoIter<T>,
}

impl<T> std::fmt::Debug for PartitionIter<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PartitionIter(partition {})", self.feed.partition)
    }
}

impl<T: Data> PartitionIter<T> {
    /// The number of the partition, from 0. (`partition` is taken: an iterator's own.)
    pub fn partition_index(&self) -> usize {
        self.feed.partition
    }

    /// The next records, about [`CHUNK`](super::CHUNK) of them and never none; `None` at the end.
    pub fn next_chunk(&mut self) -> Option<Vec<T>> {
        if self.chunk.len() > 0 {
            return Some(std::mem::take(&mut self.chunk).collect());
        }
        let mut chunk = Vec::new();
        self.refill(&mut chunk).then_some(chunk)
    }

    /// All records that are left, in one vector. Cheaper than `collect`, and for free where they
    /// are in one already, as after a sort.
    pub fn into_vec(mut self) -> Vec<T> {
        let mut all = self.take_rest().unwrap_or_default();
        while let Some(mut chunk) = self.next_chunk() {
            if all.is_empty() {
                all = chunk;
            } else {
                all.append(&mut chunk);
            }
        }
        all
    }

    /// All records that are left, if they are in one vector.
    pub(crate) fn take_rest(&mut self) -> Option<Vec<T>> {
        if self.chunk.len() > 0 {
            return None;
        }
        match self.feed.take_rest() {
            Ok(rest) => rest,
            Err(e) => {
                self.feed.cx.fail(e);
                None
            }
        }
    }

    /// Fills `chunk`, which is empty. On an error it ends, and the task remembers why.
    fn refill(&mut self, chunk: &mut Vec<T>) -> bool {
        match self.feed.next(chunk) {
            Ok(more) => more,
            Err(e) => {
                self.feed.cx.fail(e);
                false
            }
        }
    }
}

impl<T: Data> PartitionIter<T> {
    /// Folds the records that the source lends, one at a time, without a copy of a whole chunk.
    fn fold_lent<B, F: FnMut(B, T) -> B>(&mut self, init: B, f: &mut F) -> B {
        let mut acc = Some(init);
        let lent = loop {
            let more = self.feed.lend(&mut |records: &[T]| {
                let sum = acc
                    .take()
                    .map(|acc| records.iter().cloned().fold(acc, &mut *f));
                acc = sum;
            });
            if !matches!(more, Ok(true)) {
                break more;
            }
        };
        if let Err(e) = lent {
            self.feed.cx.fail(e);
        }
        acc.expect("put back after each slice")
    }
}

impl<T: Data> Iterator for PartitionIter<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        if let Some(x) = self.chunk.next() {
            return Some(x);
        }
        let mut chunk = Vec::new();
        if self.refill(&mut chunk) {
            self.chunk = chunk.into_iter();
        }
        self.chunk.next()
    }

    fn fold<B, F: FnMut(B, T) -> B>(mut self, init: B, mut f: F) -> B {
        let acc = std::mem::take(&mut self.chunk).fold(init, &mut f);
        let mut acc = self.fold_lent(acc, &mut f);
        let mut chunk = Vec::new();
        while self.refill(&mut chunk) {
            acc = chunk.drain(..).fold(acc, &mut f);
        }
        acc
    }
}

/// What a feed's end means to code that collected something from a [`PartitionIter`]: the error
/// that ended it early, if any.
pub(crate) fn early_end(cx: &TaskContext) -> Result<()> {
    cx.failure().map_or(Ok(()), Err::<(), Error>)
}
