//! RDDs from collections and numbers.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Context;
use crate::closure::Shipped;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::feed::{Feed, FeedSource};
use crate::exec::{CHUNK, ChunkSource, LENT, TaskContext, TaskCounters, chunk_records};
use crate::plan::{NodeOp, Route, TypeOf};
use crate::rdd::Rdd;
use crate::rdd::node::{NodeSpec, Parent, RddNode};
use crate::rdd::step::{PullArgs, PullStep, Source, SourceStep};

/// A collection, cut into slices.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Data"))]
struct Slices<T: Data> {
    records: Arc<Vec<T>>,
    slices: usize,
}

/// Slice `i` of `n` holds the records from `i * len / n` up to `(i + 1) * len / n`, as
/// `ParallelCollectionRDD.slice` cuts.
fn slice_bounds(len: u64, n: usize, i: usize) -> (u64, u64) {
    let cut = |i: usize| (len as u128 * i as u128 / n as u128) as u64;
    (cut(i), cut(i + 1))
}

impl<T: Data> Source<T> for Slices<T> {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<T>>> {
        let (from, to) = slice_bounds(self.records.len() as u64, self.slices, partition);
        TaskCounters::add(&cx.counters().records_read, to - from);
        let records = Arc::clone(&self.records);
        Ok(Box::new(SliceReader {
            records,
            at: from as usize,
            end: to as usize,
            chunk: ChunkSize::default(),
        }))
    }
}

struct SliceReader<T> {
    records: Arc<Vec<T>>,
    at: usize,
    end: usize,
    chunk: ChunkSize,
}

/// The records of the next chunk. The first is small, because `take` may need no other.
struct ChunkSize(usize);

impl Default for ChunkSize {
    fn default() -> Self {
        ChunkSize(CHUNK)
    }
}

impl ChunkSize {
    fn next<T>(&mut self) -> usize {
        let now = self.0;
        self.0 = (2 * now).min(chunk_records::<T>());
        now
    }
}

impl<T: Data> ChunkSource<T> for SliceReader<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let to = self.end.min(self.at + self.chunk.next::<T>());
        out.extend_from_slice(&self.records[self.at..to]);
        let some = to > self.at;
        self.at = to;
        Ok(some)
    }

    fn lend(&mut self, read: &mut dyn FnMut(&[T])) -> Result<bool> {
        let to = self.end.min(self.at + LENT);
        let some = to > self.at;
        if some {
            read(&self.records[self.at..to]);
        }
        self.at = to;
        Ok(some)
    }
}

/// Numbers at equal steps.
#[derive(Serialize, Deserialize)]
struct Numbers {
    start: i64,
    step: i64,
    count: u64,
    slices: usize,
}

impl Source<i64> for Numbers {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<i64>>> {
        let (from, to) = slice_bounds(self.count, self.slices, partition);
        TaskCounters::add(&cx.counters().records_read, to - from);
        Ok(Box::new(NumberReader {
            // The number is in range although a product on the way to it may not be.
            next: self
                .start
                .wrapping_add((from as i64).wrapping_mul(self.step)),
            step: self.step,
            left: to - from,
            chunk: ChunkSize::default(),
        }))
    }
}

struct NumberReader {
    /// The next number, if one is left.
    next: i64,
    step: i64,
    left: u64,
    chunk: ChunkSize,
}

impl ChunkSource<i64> for NumberReader {
    fn next(&mut self, out: &mut Vec<i64>) -> Result<bool> {
        let count = self.left.min(self.chunk.next::<i64>() as u64);
        let (mut next, step) = (self.next, self.step);
        // Only sums: there is no vector product of 64 bits on every processor.
        out.extend((0..count).map(|_| {
            let number = next;
            next = next.wrapping_add(step);
            number
        }));
        self.next = next;
        self.left -= count;
        Ok(count > 0)
    }
}

impl Context {
    /// An RDD of the records of a collection, in `num_slices` partitions (0: the default
    /// parallelism).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2, 3, 4, 5], 2);
    /// assert_eq!(rdd.glom().collect()?, [vec![1, 2], vec![3, 4, 5]]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn parallelize<T: Data>(&self, records: Vec<T>, num_slices: usize) -> Rdd<T> {
        let slices = if num_slices == 0 {
            self.default_parallelism()
        } else {
            num_slices
        };
        let source = Slices {
            records: Arc::new(records),
            slices,
        };
        self.source_rdd("parallelize", source, slices, Location::caller())
    }

    /// An RDD of the numbers from `start` up to, but not including, `end` at steps of `step`.
    /// `num_slices` 0: the default parallelism.
    ///
    /// # Errors
    /// [`Error::Argument`] if `step` is 0.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.range(10, 0, -4, 2)?.collect()?, [10, 6, 2]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn range(&self, start: i64, end: i64, step: i64, num_slices: usize) -> Result<Rdd<i64>> {
        if step == 0 {
            return Err(Error::argument("step", "it must not be 0"));
        }
        let slices = if num_slices == 0 {
            self.default_parallelism()
        } else {
            num_slices
        };
        let distance = i128::from(end) - i128::from(start);
        let towards = (distance > 0) == (step > 0) && distance != 0;
        let count = if towards {
            distance
                .unsigned_abs()
                .div_ceil(u128::from(step.unsigned_abs())) as u64
        } else {
            0
        };
        let source = Numbers {
            start,
            step,
            count,
            slices,
        };
        Ok(self.source_rdd("range", source, slices, Location::caller()))
    }

    /// An RDD without partitions.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let none = ctx.empty_rdd::<i32>();
    /// assert_eq!((none.num_partitions(), none.count()?), (0, 0));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn empty_rdd<T: Data>(&self) -> Rdd<T> {
        let source = Slices {
            records: Arc::new(Vec::new()),
            slices: 1,
        };
        self.source_rdd("empty_rdd", source, 0, Location::caller())
    }

    /// The records of several RDDs, one RDD's partitions after the other's.
    ///
    /// If all of them are placed by the same partitioner, it is kept: partition `p` is then the
    /// partitions `p` of all of them. RDDs without partitions don't count.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (a, b) = (ctx.parallelize(vec![1, 2], 1), ctx.parallelize(vec![3], 1));
    /// assert_eq!(ctx.union(&[a, b]).collect()?, [1, 2, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn union<T: Data>(&self, rdds: &[Rdd<T>]) -> Rdd<T> {
        let nodes: Vec<_> = rdds
            .iter()
            .filter(|r| r.num_partitions() > 0)
            .map(|r| Arc::clone(r.node()))
            .collect();
        if let Some(together) = zipped_union(self, &nodes, Location::caller()) {
            return together;
        }
        let mut next = 0;
        let starts = nodes
            .iter()
            .map(|n| {
                let start = next;
                next += n.num_partitions as u32;
                start
            })
            .collect();
        let spec = NodeSpec {
            name: "union",
            op: NodeOp::Pass,
            route: Route::Union(Arc::new(starts)),
            num_partitions: next as usize,
            parents: nodes.into_iter().map(Parent::Narrow).collect(),
            types: TypeOf::<T>::handle(),
            partitioner: None,
            prepare: None,
            determinism: None,
        };
        Rdd::new(self, RddNode::new(self.inner(), spec, Location::caller()))
    }

    /// An RDD that reads a source.
    pub(crate) fn source_rdd<T: Data, S: Source<T>>(
        &self,
        name: &'static str,
        source: S,
        num_partitions: usize,
        site: &'static Location<'static>,
    ) -> Rdd<T> {
        let spec = NodeSpec {
            name,
            op: NodeOp::Source(SourceStep::<T, S>::handle(source)),
            parents: Vec::new(),
            route: Route::Leaf,
            num_partitions,
            types: TypeOf::<T>::handle(),
            partitioner: None,
            prepare: None,
            determinism: None,
        };
        Rdd::new(self, RddNode::new(self.inner(), spec, site))
    }
}

/// The union of RDDs that share a partitioner, which it keeps.
fn zipped_union<T: Data>(
    ctx: &Context,
    nodes: &[Arc<RddNode>],
    site: &'static Location<'static>,
) -> Option<Rdd<T>> {
    let partitioner = nodes.first()?.partitioner.clone()?;
    let shared = |node: &Arc<RddNode>| {
        node.partitioner
            .as_ref()
            .is_some_and(|p| p.same_as(&partitioner))
    };
    if !nodes.iter().all(shared) {
        return None;
    }
    let code = Shipped::new(Arc::new(()), (), site);
    let spec = NodeSpec {
        name: "union",
        op: NodeOp::Pull(PullStep::<T, (), (), _>::handle(code, one_after_the_other)),
        route: Route::Same,
        num_partitions: partitioner.num_partitions,
        parents: nodes.iter().cloned().map(Parent::Narrow).collect(),
        types: TypeOf::<T>::handle(),
        partitioner: Some(partitioner),
        prepare: None,
        determinism: None,
    };
    Some(Rdd::new(ctx, RddNode::new(ctx.inner(), spec, site)))
}

fn one_after_the_other<T: Data>(args: PullArgs<'_, (), ()>) -> Result<Box<dyn ChunkSource<T>>> {
    let sources = args.inputs.into_iter().map(Feed::chunks).collect();
    Ok(Box::new(Sequence(sources)))
}

/// Several sources, one after the other.
struct Sequence<T>(VecDeque<FeedSource<T>>);

impl<T: Data> ChunkSource<T> for Sequence<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        while let Some(source) = self.0.front_mut() {
            if source.next(out)? {
                return Ok(true);
            }
            self.0.pop_front();
        }
        Ok(false)
    }
}
