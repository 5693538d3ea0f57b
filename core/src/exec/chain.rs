//! A chain: one source and the flat list of operators behind it, for one task.
//!
//! The chain is driven by a loop, never by nesting: chunk `i` lies between operator `i - 1` and
//! operator `i`, and the loop walks down as long as there is output and goes back to the deepest
//! operator that has more to give ([`Flow::Again`]). Ten thousand operators cost ten thousand
//! slots, not ten thousand stack frames.

use std::any::Any;

use super::chunk::{AnyChunk, ChunkSource};
use super::context::TaskContext;
use super::operator::{Flow, Operator, typed};
use crate::data::Data;
use crate::error::Result;

/// A [`ChunkSource`] whose type is known only to what comes next.
pub(crate) trait AnySource {
    /// Fills `out`, which is empty; `false` at the end.
    fn next(&mut self, out: &mut dyn AnyChunk) -> Result<bool>;
    /// The [`ErasedSource`] of a typed source, for readers that know the type.
    fn as_any_mut(&mut self) -> Option<&mut dyn Any> {
        None
    }
}

/// The erased form of a typed source.
pub(crate) struct ErasedSource<T>(Box<dyn ChunkSource<T>>);

impl<T: Data> ErasedSource<T> {
    pub(crate) fn boxed(source: Box<dyn ChunkSource<T>>) -> Box<dyn AnySource> {
        Box::new(ErasedSource(source))
    }
}

impl<T: Data> AnySource for ErasedSource<T> {
    fn next(&mut self, out: &mut dyn AnyChunk) -> Result<bool> {
        self.0.next(typed::<T>(out)?)
    }

    fn as_any_mut(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }
}

/// A source and the operators behind it.
pub(crate) struct Chain {
    cx: TaskContext,
    source: Option<Box<dyn AnySource>>,
    ops: Vec<Box<dyn Operator>>,
    /// `slots[i]` is the input of operator `i`. The output of the last one is the caller's.
    slots: Vec<Box<dyn AnyChunk>>,
    /// Operators that said [`Flow::Again`], the deepest last.
    again: Vec<usize>,
}

impl Chain {
    /// `slots` holds an empty chunk of the input type of each operator.
    pub(crate) fn new(
        cx: TaskContext,
        source: Box<dyn AnySource>,
        ops: Vec<Box<dyn Operator>>,
        slots: Vec<Box<dyn AnyChunk>>,
    ) -> Self {
        debug_assert_eq!(ops.len(), slots.len(), "one input slot for each operator");
        Chain {
            cx,
            source: Some(source),
            ops,
            slots,
            again: Vec::new(),
        }
    }

    /// Fills `out`, which is empty, with the next records of the chain; `false` at the end.
    pub(crate) fn next(&mut self, out: &mut dyn AnyChunk) -> Result<bool> {
        debug_assert!(out.is_empty(), "the caller takes all records of a chunk");
        loop {
            let level = match self.again.pop() {
                Some(level) => level,
                None => {
                    self.cx.check_killed()?;
                    let Some(source) = &mut self.source else {
                        return Ok(false);
                    };
                    let first: &mut dyn AnyChunk = match self.slots.first_mut() {
                        Some(slot) => &mut **slot,
                        None => out,
                    };
                    if !source.next(first)? {
                        self.source = None;
                        return Ok(false);
                    }
                    0
                }
            };
            if self.descend(level, out)? {
                return Ok(true);
            }
        }
    }

    /// As [`ChunkSource::lend`], of a chain that is a source alone.
    pub(crate) fn lend<T: Data>(&mut self, read: &mut dyn FnMut(&[T])) -> Result<bool> {
        self.cx.check_killed()?;
        self.bare_source()
            .map_or(Ok(false), |source| source.lend(read))
    }

    /// As [`ChunkSource::take_rest`], of a chain that is a source alone.
    pub(crate) fn take_rest<T: Data>(&mut self) -> Option<Vec<T>> {
        self.bare_source()?.take_rest()
    }

    /// The source, if there is no operator behind it.
    fn bare_source<T: Data>(&mut self) -> Option<&mut dyn ChunkSource<T>> {
        if !self.ops.is_empty() {
            return None;
        }
        let source = self.source.as_mut()?.as_any_mut()?;
        let ErasedSource(source) = source.downcast_mut()?;
        Some(&mut **source)
    }

    /// Runs the operators from `level` on as long as there is output. Whether it reached `out`.
    fn descend(&mut self, mut level: usize, out: &mut dyn AnyChunk) -> Result<bool> {
        while level < self.ops.len() {
            let (head, tail) = self.slots.split_at_mut(level + 1);
            let input = &mut *head[level];
            let output: &mut dyn AnyChunk = match tail.first_mut() {
                Some(slot) => &mut **slot,
                None => out,
            };
            match self.ops[level].push(input, output)? {
                Flow::Done => input.clear(),
                Flow::Again => self.again.push(level),
            }
            if output.is_empty() {
                return Ok(false);
            }
            level += 1;
        }
        Ok(true)
    }
}
