//! Pairing records: with another RDD's ([`Rdd::zip`], [`Rdd::cartesian`]) or with numbers.

use std::panic::Location;
use std::sync::{Arc, OnceLock};

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::Rdd;
use super::node::{Determinism, NodeSpec, Parent, Prepare, RddNode};
use super::step::{IterSource, Measured, PullArgs, PullStep};
use super::view::{Gathered, Placement, With};
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::feed::{Feed, FeedSource, PartitionIter, early_end};
use crate::exec::{CHUNK, ChunkSource};
use crate::plan::{NodeOp, PullHandle, Route, TypeOf};

/// A node over two others.
fn of_two<T: Data, U: Data, V: Data>(
    name: &'static str,
    (left, right): (&Rdd<T>, &Rdd<U>),
    (route, num_partitions): (Route, usize),
    step: PullHandle,
    site: &'static Location<'static>,
) -> Rdd<V> {
    let (a, b) = (left.node(), right.node());
    let sure: Determinism = a.determinism.max(b.determinism).where_order_counts();
    let spec = NodeSpec {
        name,
        op: NodeOp::Pull(step),
        parents: vec![Parent::Narrow(Arc::clone(a)), Parent::Narrow(Arc::clone(b))],
        route,
        num_partitions,
        types: TypeOf::<V>::handle(),
        partitioner: None,
        prepare: None,
        determinism: Some(sure),
    };
    let inner = left.context().inner();
    Rdd::new(left.context(), RddNode::new(inner, spec, site))
}

fn check_counts(left: usize, right: usize) -> Result<()> {
    if left == right {
        return Ok(());
    }
    Err(Error::argument(
        "other",
        format!("RDDs of {left} and {right} partitions can't be zipped"),
    ))
}

/// The two inputs of a step over two nodes.
fn both<E, F>(args: &mut PullArgs<'_, E, F>) -> Result<(Feed, Feed)> {
    let right = args.input()?;
    Ok((args.input()?, right))
}

/// One side of a zip.
struct Side<T> {
    records: FeedSource<T>,
    chunk: std::vec::IntoIter<T>,
    /// Records before `chunk`'s end.
    read: u64,
}

impl<T: Data> Side<T> {
    fn new(feed: Feed) -> Self {
        Side {
            records: feed.chunks(),
            chunk: Vec::new().into_iter(),
            read: 0,
        }
    }

    /// Makes sure that there is a record, unless all were taken.
    fn fill(&mut self) -> Result<bool> {
        if self.chunk.len() > 0 {
            return Ok(true);
        }
        let mut chunk = Vec::new();
        let more = self.records.next(&mut chunk)?;
        self.read += chunk.len() as u64;
        self.chunk = chunk.into_iter();
        Ok(more)
    }

    /// Number of all records.
    fn count(&mut self) -> Result<u64> {
        loop {
            self.chunk = Vec::new().into_iter();
            if !self.fill()? {
                return Ok(self.read);
            }
        }
    }
}

struct Zipped<T, U> {
    left: Side<T>,
    right: Side<U>,
    partition: usize,
}

impl<T: Data, U: Data> ChunkSource<(T, U)> for Zipped<T, U> {
    fn next(&mut self, out: &mut Vec<(T, U)>) -> Result<bool> {
        match (self.left.fill()?, self.right.fill()?) {
            (true, true) => {
                // The shorter chunk comes first: `zip` takes from the first before it finds the
                // second empty.
                let n = self.left.chunk.len().min(self.right.chunk.len());
                let left = self.left.chunk.by_ref().take(n);
                out.extend(left.zip(self.right.chunk.by_ref()));
                Ok(true)
            }
            (false, false) => Ok(false),
            _ => {
                let (left, right) = (self.left.count()?, self.right.count()?);
                Err(Error::argument(
                    "other",
                    format!(
                        "only RDDs with the same number of records in each partition can be \
                         zipped, but partition {} has {left} and {right}",
                        self.partition
                    ),
                ))
            }
        }
    }
}

fn zip_kernel<T: Data, U: Data>(
    mut args: PullArgs<'_, (), ()>,
) -> Result<Box<dyn ChunkSource<(T, U)>>> {
    let (left, right) = both(&mut args)?;
    Ok(Box::new(Zipped::<T, U> {
        left: Side::new(left),
        right: Side::new(right),
        partition: args.partition,
    }))
}

fn zip_partitions_kernel<T, U, V, I, E, F>(
    mut args: PullArgs<'_, E, F>,
) -> Result<Box<dyn ChunkSource<V>>>
where
    T: Data,
    U: Data,
    V: Data,
    I: IntoIterator<Item = V> + 'static,
    E: Data,
    F: Fn(&E, PartitionIter<T>, PartitionIter<U>) -> I + Send + Sync + 'static,
{
    let (left, right) = both(&mut args)?;
    let iter = (args.code.f)(&args.code.env, left.records(), right.records()).into_iter();
    Ok(Box::new(IterSource::new(args.cx, iter)))
}

/// Exactly [`CHUNK`] records at a time (fewer at the end), however they are chunked: what is done
/// block by block then comes out the same every time.
struct Blocks<T> {
    records: FeedSource<T>,
    ahead: Vec<T>,
    ended: bool,
}

impl<T: Data> Blocks<T> {
    fn new(feed: Feed) -> Self {
        Blocks {
            records: feed.chunks(),
            ahead: Vec::new(),
            ended: false,
        }
    }

    /// The next block; empty at the end.
    fn next(&mut self) -> Result<Vec<T>> {
        while !self.ended && self.ahead.len() < CHUNK {
            self.ended = !self.records.next(&mut self.ahead)?;
        }
        let rest = self.ahead.split_off(self.ahead.len().min(CHUNK));
        Ok(std::mem::replace(&mut self.ahead, rest))
    }
}

/// All pairs of two partitions. The right one is read once for each block of the left one.
struct Crossed<T, U> {
    left: Blocks<T>,
    /// Never begun; copies of it are read.
    right: Feed,
    again: Option<Blocks<U>>,
    left_block: Vec<T>,
    right_block: Vec<U>,
    /// The next pair, as a number in `left_block x right_block`.
    at: usize,
}

impl<T: Data, U: Data> Crossed<T, U> {
    /// Moves to the next pair of blocks; `false` at the end.
    fn advance(&mut self) -> Result<bool> {
        self.at = 0;
        loop {
            if let Some(right) = &mut self.again {
                self.right_block = right.next()?;
                if !self.right_block.is_empty() {
                    return Ok(true);
                }
            }
            self.left_block = self.left.next()?;
            if self.left_block.is_empty() {
                self.right_block.clear();
                self.again = None;
                return Ok(false);
            }
            self.again = Some(Blocks::new(self.right.another()?));
        }
    }
}

impl<T: Data, U: Data> ChunkSource<(T, U)> for Crossed<T, U> {
    fn next(&mut self, out: &mut Vec<(T, U)>) -> Result<bool> {
        if self.at == self.left_block.len() * self.right_block.len() && !self.advance()? {
            return Ok(false);
        }
        // Whole rows: for one left record all right ones.
        let mut room = CHUNK;
        while room > 0 && self.at < self.left_block.len() * self.right_block.len() {
            let (row, column) = (
                self.at / self.right_block.len(),
                self.at % self.right_block.len(),
            );
            let left = &self.left_block[row];
            let end = self.right_block.len().min(column + room);
            let row = &self.right_block[column..end];
            out.extend(row.iter().map(|right| (left.clone(), right.clone())));
            self.at += row.len();
            room -= row.len();
        }
        Ok(true)
    }
}

fn cartesian_kernel<T: Data, U: Data>(
    mut args: PullArgs<'_, (), ()>,
) -> Result<Box<dyn ChunkSource<(T, U)>>> {
    let (left, right) = both(&mut args)?;
    Ok(Box::new(Crossed::<T, U> {
        left: Blocks::new(left),
        right,
        again: None,
        left_block: Vec::new(),
        right_block: Vec::new(),
        at: 0,
    }))
}

/// Records with numbers that grow by the same step.
struct Numbered<T> {
    records: FeedSource<T>,
    chunk: Vec<T>,
    next: u64,
    step: u64,
}

impl<T: Data> ChunkSource<(T, u64)> for Numbered<T> {
    fn next(&mut self, out: &mut Vec<(T, u64)>) -> Result<bool> {
        self.chunk.clear();
        let more = self.records.next(&mut self.chunk)?;
        out.extend(self.chunk.drain(..).map(|record| {
            let number = self.next;
            self.next += self.step;
            (record, number)
        }));
        Ok(more)
    }
}

fn numbered<T: Data, E>(
    mut args: PullArgs<'_, E, ()>,
    next: u64,
    step: u64,
) -> Result<Box<dyn ChunkSource<(T, u64)>>> {
    Ok(Box::new(Numbered {
        records: args.input()?.chunks::<T>(),
        chunk: Vec::new(),
        next,
        step,
    }))
}

fn unique_id_kernel<T: Data>(
    args: PullArgs<'_, u64, ()>,
) -> Result<Box<dyn ChunkSource<(T, u64)>>> {
    let (first, step) = (args.partition as u64, *args.code.env);
    numbered(args, first, step)
}

/// The number of the first record of each partition, known once the records are counted.
#[derive(Clone, Default)]
struct Starts(Arc<OnceLock<Vec<u64>>>);

impl Starts {
    fn of(&self, partition: usize) -> Result<u64> {
        let start = self.0.get().and_then(|s| s.get(partition));
        start.copied().ok_or_else(|| {
            Error::Internal("records are numbered before they are counted".to_owned())
        })
    }
}

impl Serialize for Starts {
    fn serialize<S: Serializer>(&self, out: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.get().serialize(out)
    }
}

impl<'de> Deserialize<'de> for Starts {
    fn deserialize<D: Deserializer<'de>>(input: D) -> std::result::Result<Self, D::Error> {
        let starts = Option::<Vec<u64>>::deserialize(input)?;
        Ok(Starts(Arc::new(
            starts.map(OnceLock::from).unwrap_or_default(),
        )))
    }
}

fn index_kernel<T: Data>(args: PullArgs<'_, Starts, ()>) -> Result<Box<dyn ChunkSource<(T, u64)>>> {
    let first = args.code.env.of(args.partition)?;
    numbered(args, first, 1)
}

/// The work that counts all partitions but the last; none if there is only one.
fn counting<T: Data>(
    rdd: &Rdd<T>,
    starts: &Starts,
    site: &'static Location<'static>,
) -> Option<Prepare> {
    if rdd.num_partitions() <= 1 {
        starts.0.get_or_init(|| vec![0]);
        return None;
    }
    // Let go when the records are counted: the node itself holds what else it needs.
    let parent = parking_lot::Mutex::new(Some(rdd.clone()));
    let starts = starts.clone();
    Some(Arc::new(move || {
        let Some(rdd) = parent.lock().clone() else {
            return Ok(());
        };
        let counted = rdd.num_partitions() - 1;
        let counts = Gathered::new(counted);
        let take = counts.taker();
        rdd.with(()).run_at(
            site,
            Some((0..counted as u32).collect()),
            |(), cx, records: PartitionIter<T>| {
                let n = records.fold(0_u64, |n, _| n + 1);
                early_end(cx)?;
                Ok(Measured::new(n))
            },
            take,
        )?;
        let mut sum = 0;
        let mut first = vec![0];
        first.extend(counts.in_order().into_iter().map(|n| {
            sum += n;
            sum
        }));
        starts.0.get_or_init(|| first);
        parent.lock().take();
        Ok(())
    }))
}

impl<T: Data, E: Data> With<T, E> {
    /// [`Rdd::zip_partitions`] with the environment.
    ///
    /// # Errors
    /// [`Error::Argument`] if the numbers of partitions differ.
    #[track_caller]
    pub fn zip_partitions<U, V, I, F>(&self, other: &Rdd<U>, f: F) -> Result<Rdd<V>>
    where
        U: Data,
        V: Data,
        I: IntoIterator<Item = V> + 'static,
        F: Fn(&E, PartitionIter<T>, PartitionIter<U>) -> I + Send + Sync + 'static,
    {
        let n = self.rdd().num_partitions();
        check_counts(n, other.num_partitions())?;
        let site = Location::caller();
        let code = self.ship(f, site);
        let step = PullStep::<V, E, F, _>::handle(code, zip_partitions_kernel::<T, U, V, I, E, F>);
        let sides = (self.rdd(), other);
        Ok(of_two(
            "zip_partitions",
            sides,
            (Route::Same, n),
            step,
            site,
        ))
    }
}

impl<T: Data> Rdd<T> {
    /// Pairs the first record of a partition with the first one of the same partition of `other`,
    /// and so on. Both must have the same number of partitions, and of records in each of them.
    ///
    /// # Errors
    /// [`Error::Argument`] if the numbers of partitions differ. If the numbers of records differ,
    /// the job fails with that error.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let numbers = ctx.range(0, 3, 1, 2)?;
    /// let squares = numbers.map(|x| x * x);
    /// assert_eq!(numbers.zip(&squares)?.collect()?, [(0, 0), (1, 1), (2, 4)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn zip<U: Data>(&self, other: &Rdd<U>) -> Result<Rdd<(T, U)>> {
        let n = self.num_partitions();
        check_counts(n, other.num_partitions())?;
        let site = Location::caller();
        let code = self.with(()).ship((), site);
        let step = PullStep::<(T, U), (), (), _>::handle(code, zip_kernel::<T, U>);
        Ok(of_two("zip", (self, other), (Route::Same, n), step, site))
    }

    /// Calls `f` once for each partition with its records and those of the same partition of
    /// `other`. They may be of different number.
    ///
    /// # Errors
    /// [`Error::Argument`] if the numbers of partitions differ.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (a, b) = (ctx.range(0, 4, 1, 2)?, ctx.range(0, 2, 1, 2)?);
    /// let counts = a.zip_partitions(&b, |a, b| [(a.count(), b.count())])?;
    /// assert_eq!(counts.collect()?, [(2, 1), (2, 1)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn zip_partitions<U, V, I, F>(&self, other: &Rdd<U>, f: F) -> Result<Rdd<V>>
    where
        U: Data,
        V: Data,
        I: IntoIterator<Item = V> + 'static,
        F: Fn(PartitionIter<T>, PartitionIter<U>) -> I + Send + Sync + 'static,
    {
        self.with(())
            .zip_partitions(other, move |(), left, right| f(left, right))
    }

    /// Each record with its number, from 0, in the order of partitions.
    ///
    /// Of an RDD with more than one partition, all but the last are counted by a job that runs
    /// before the first one that needs the numbers; [`zip_with_unique_id`](Self::zip_with_unique_id)
    /// needs none.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let letters = ctx.parallelize(vec!['a', 'b', 'c'], 2);
    /// assert_eq!(letters.zip_with_index().collect()?, [('a', 0), ('b', 1), ('c', 2)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn zip_with_index(&self) -> Rdd<(T, u64)> {
        let site = Location::caller();
        let starts = Starts::default();
        let prepare = counting(self, &starts, site);
        let code = self.with(starts).ship((), site);
        let step = PullStep::<(T, u64), Starts, (), _>::handle(code, index_kernel::<T>);
        let parent = self.node();
        let spec = NodeSpec {
            name: "zip_with_index",
            op: NodeOp::Pull(step),
            parents: vec![Parent::Narrow(Arc::clone(parent))],
            route: Route::Same,
            num_partitions: parent.num_partitions,
            types: TypeOf::<(T, u64)>::handle(),
            partitioner: None,
            prepare,
            determinism: Some(parent.determinism.where_order_counts()),
        };
        let inner = self.context().inner();
        Rdd::new(self.context(), RddNode::new(inner, spec, site))
    }

    /// Each record with a number of its own: record `k` of partition `i` of `n` gets `k * n + i`.
    /// There are gaps between them unless partitions are of equal size; no job runs.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let letters = ctx.parallelize(vec!['a', 'b', 'c'], 2);
    /// assert_eq!(letters.zip_with_unique_id().collect()?, [('a', 0), ('b', 1), ('c', 3)]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn zip_with_unique_id(&self) -> Rdd<(T, u64)> {
        let site = Location::caller();
        let view = self.with(self.num_partitions() as u64);
        let code = view.ship((), site);
        let step = PullStep::<(T, u64), u64, (), _>::handle(code, unique_id_kernel::<T>);
        view.pulled_in_order("zip_with_unique_id", step, Placement::Lost, site)
    }

    /// All pairs of a record of this RDD and one of `other`, in as many partitions as the product
    /// of theirs.
    ///
    /// Both sides are read in blocks of 4096 records, and the other side anew for each block of
    /// this one (and for each of its partitions): cache it if that is costly. Pairs come row by
    /// row within a pair of blocks.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let (a, b) = (ctx.range(0, 2, 1, 1)?, ctx.parallelize(vec!['x', 'y'], 1));
    /// assert_eq!(a.cartesian(&b).collect()?, [(0, 'x'), (0, 'y'), (1, 'x'), (1, 'y')]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn cartesian<U: Data>(&self, other: &Rdd<U>) -> Rdd<(T, U)> {
        let site = Location::caller();
        let code = self.with(()).ship((), site);
        let step = PullStep::<(T, U), (), (), _>::handle(code, cartesian_kernel::<T, U>);
        let right = other.num_partitions();
        let route = Route::Cross {
            right: right as u32,
        };
        let partitions = self.num_partitions() * right;
        of_two("cartesian", (self, other), (route, partitions), step, site)
    }
}
