//! Changing the number of partitions: [`Rdd::coalesce`] without a shuffle, [`Rdd::repartition`]
//! with one.

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Rdd;
use super::node::{NodeSpec, Parent, RddNode};
use super::shuffled::{KeyPartitioner, partitioned};
use super::step::{PullArgs, PullStep};
use super::view::Placement;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::ChunkSource;
use crate::exec::feed::FeedSource;
use crate::plan::{NodeOp, Route, TypeOf};
use crate::sampling::XorShiftRandom;
use crate::shuffle::Partitioner;

/// Keys are numbers of partitions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Positions(u32);

impl Partitioner<u32> for Positions {
    fn num_partitions(&self) -> usize {
        self.0 as usize
    }

    fn partition(&self, position: &u32) -> usize {
        *position as usize
    }

    fn same_as(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Self>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn partition_all(&self, positions: &[&u32], out: &mut Vec<u32>) {
        out.extend(positions.iter().copied());
    }
}

/// Deals records out to partitions in turn.
struct Dealt<T> {
    records: FeedSource<T>,
    chunk: Vec<T>,
    /// The partition that got the last record.
    position: u32,
    partitions: u32,
}

impl<T: Data> ChunkSource<(u32, T)> for Dealt<T> {
    fn next(&mut self, out: &mut Vec<(u32, T)>) -> Result<bool> {
        self.chunk.clear();
        let more = self.records.next(&mut self.chunk)?;
        out.extend(self.chunk.drain(..).map(|record| {
            self.position += 1;
            if self.position == self.partitions {
                self.position = 0;
            }
            (self.position, record)
        }));
        Ok(more)
    }
}

/// Starts at a place that depends on the partition, so that many small partitions don't all fill
/// the same few.
fn deal<T: Data>(mut args: PullArgs<'_, u32, ()>) -> Result<Box<dyn ChunkSource<(u32, T)>>> {
    let partitions = *args.code.env;
    let bound = i32::try_from(partitions)
        .map_err(|_| Error::Internal(format!("{partitions} partitions to deal out to")))?;
    let start = XorShiftRandom::new(args.partition as i64).next_int_below(bound);
    Ok(Box::new(Dealt {
        records: args.input()?.chunks::<T>(),
        chunk: Vec::new(),
        position: start.unsigned_abs(),
        partitions,
    }))
}

fn check_count(num_partitions: usize) -> Result<u32> {
    match i32::try_from(num_partitions) {
        Ok(n) if n > 0 => Ok(n.unsigned_abs()),
        _ => Err(Error::argument(
            "num_partitions",
            format!(
                "it must be between 1 and {}, not {num_partitions}",
                i32::MAX
            ),
        )),
    }
}

impl<T: Data> Rdd<T> {
    /// Fewer partitions, each several of the present ones put together; nothing is shuffled.
    ///
    /// Asked for more partitions than there are, it changes nothing but that the partitioner is
    /// lost. The stage that ends here runs as many tasks as partitions are asked for, from its
    /// last shuffle on: for a great reduction, [`repartition`](Self::repartition) keeps what comes
    /// before parallel.
    ///
    /// # Errors
    /// [`Error::Argument`] if no partition is asked for.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let three = ctx.range(0, 6, 1, 6)?.coalesce(3)?;
    /// assert_eq!(three.glom().collect()?, [[0, 1], [2, 3], [4, 5]]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn coalesce(&self, num_partitions: usize) -> Result<Rdd<T>> {
        let site = Location::caller();
        let (wanted, present) = (check_count(num_partitions)? as u64, self.num_partitions());
        let groups = wanted.min(present as u64);
        let first = |group: u64| (group * present as u64 / groups) as u32;
        let groups: Vec<Vec<u32>> = (0..groups)
            .map(|g| (first(g)..first(g + 1)).collect())
            .collect();
        let spec = NodeSpec {
            name: "coalesce",
            op: NodeOp::Pass,
            parents: vec![Parent::Narrow(Arc::clone(self.node()))],
            num_partitions: groups.len(),
            route: Route::Groups(Arc::new(groups)),
            types: TypeOf::<T>::handle(),
            partitioner: None,
            prepare: None,
            determinism: None,
        };
        let inner = self.context().inner();
        Ok(Rdd::new(self.context(), RddNode::new(inner, spec, site)))
    }

    /// The records spread evenly over any number of partitions, by a shuffle. Each partition's
    /// records are dealt out in turn, to the same places as Spark's.
    ///
    /// # Errors
    /// [`Error::Argument`] if no partition is asked for.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let four = ctx.range(0, 100, 1, 1)?.repartition(4)?;
    /// assert_eq!(four.map_partitions(|records| [records.count()]).collect()?, [25; 4]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn repartition(&self, num_partitions: usize) -> Result<Rdd<T>> {
        let site = Location::caller();
        let n = check_count(num_partitions)?;
        let view = self.with(n);
        let step = PullStep::<(u32, T), u32, (), _>::handle(view.ship((), site), deal::<T>);
        let dealt: Rdd<(u32, T)> = view.pulled_in_order("repartition", step, Placement::Lost, site);
        let by = KeyPartitioner::plain(Positions(n));
        let node =
            partitioned::<u32, T>(self.context(), "repartition", dealt.node(), &by, None, site);
        Ok(Rdd::<(u32, T)>::new(self.context(), node)
            .with(())
            .map_named("repartition", |(), (_, record)| record, Placement::Lost))
    }
}
