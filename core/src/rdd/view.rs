//! [`With`]: an RDD together with an environment for its closures.

use std::panic::Location;
use std::sync::Arc;

use super::Rdd;
use super::node::{Determinism, ErasedPartitioner, NodeSpec, Parent, RddNode};
use super::step::{IterSource, Measured, PullArgs, PullStep, ResultSink};
use crate::closure::Shipped;
use crate::context::{Context, JobRequest};
use crate::data::Data;
use crate::error::Result;
use crate::exec::feed::{PartitionIter, early_end};
use crate::exec::operator::{Filter, FlatMap, Map, OperatorHandle};
use crate::exec::{ChunkSource, TaskContext};
use crate::plan::{NodeOp, PullHandle, Route, TypeOf};

/// An RDD with an environment, made by [`Rdd::with`].
///
/// The environment is any record type: a number, a struct, a tuple of a
/// [`Broadcast`](crate::Broadcast) and an [`Accumulator`](crate::Accumulator). Closures get it by
/// reference as their first argument. A closure that captures nothing can so run in another
/// process.
pub struct With<T, E> {
    rdd: Rdd<T>,
    env: Arc<E>,
}

impl<T, E> Clone for With<T, E> {
    fn clone(&self) -> Self {
        With {
            rdd: self.rdd.clone(),
            env: Arc::clone(&self.env),
        }
    }
}

impl<T, E> std::fmt::Debug for With<T, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "With({:?})", self.rdd)
    }
}

/// What a new narrow node keeps of the one that it is made from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// Records stay under their keys: the partitioner stays.
    Kept,
    /// Keys may have changed.
    Lost,
}

impl<T: Data, E: Data> With<T, E> {
    pub(super) fn new(rdd: Rdd<T>, env: Arc<E>) -> Self {
        With { rdd, env }
    }

    /// The RDD.
    pub fn rdd(&self) -> &Rdd<T> {
        &self.rdd
    }

    /// The environment.
    pub fn env(&self) -> &E {
        &self.env
    }

    pub(crate) fn shared_env(&self) -> &Arc<E> {
        &self.env
    }

    pub(crate) fn ctx(&self) -> &Context {
        self.rdd.context()
    }

    /// The user's closure with the environment, made at `site`.
    pub(crate) fn ship<F>(&self, f: F, site: &'static Location<'static>) -> Shipped<E, F> {
        Shipped::new(Arc::clone(&self.env), f, site)
    }

    /// A node of the same partitions that runs `op` on them.
    pub(crate) fn narrow<U: Data>(
        &self,
        name: &'static str,
        op: NodeOp,
        placement: Placement,
        site: &'static Location<'static>,
    ) -> Rdd<U> {
        self.derived(name, op, placement, None, site)
    }

    /// A node that pulls the same partition with a kernel whose records depend on the order of its
    /// input (sampling, dealing out): over an input whose order may change they are others.
    pub(crate) fn pulled_in_order<U: Data>(
        &self,
        name: &'static str,
        step: PullHandle,
        placement: Placement,
        site: &'static Location<'static>,
    ) -> Rdd<U> {
        let sure = self.rdd.node().determinism.where_order_counts();
        self.derived(name, NodeOp::Pull(step), placement, Some(sure), site)
    }

    /// A node that pulls the same partition with a kernel that combines by key. A table that had
    /// to spill gives its keys in another order than one that had not.
    pub(crate) fn pulled_by_key<U: Data>(
        &self,
        name: &'static str,
        step: PullHandle,
        placement: Placement,
        site: &'static Location<'static>,
    ) -> Rdd<U> {
        let sure = self.rdd.node().determinism.max(Determinism::Unordered);
        self.derived(name, NodeOp::Pull(step), placement, Some(sure), site)
    }

    fn derived<U: Data>(
        &self,
        name: &'static str,
        op: NodeOp,
        placement: Placement,
        determinism: Option<Determinism>,
        site: &'static Location<'static>,
    ) -> Rdd<U> {
        let parent = self.rdd.node();
        let partitioner: Option<ErasedPartitioner> = match placement {
            Placement::Kept => parent.partitioner.clone(),
            Placement::Lost => None,
        };
        let spec = NodeSpec {
            name,
            op,
            parents: vec![Parent::Narrow(Arc::clone(parent))],
            route: Route::Same,
            num_partitions: parent.num_partitions,
            types: TypeOf::<U>::handle(),
            partitioner,
            prepare: None,
            determinism,
        };
        Rdd::new(self.ctx(), RddNode::new(self.ctx().inner(), spec, site))
    }

    /// A node that pulls the same partition with a kernel.
    pub(crate) fn pulled<U: Data>(
        &self,
        name: &'static str,
        step: PullHandle,
        placement: Placement,
        site: &'static Location<'static>,
    ) -> Rdd<U> {
        self.narrow(name, NodeOp::Pull(step), placement, site)
    }

    /// [`Rdd::map`] with the environment.
    #[track_caller]
    pub fn map<U: Data, F>(&self, f: F) -> Rdd<U>
    where
        F: Fn(&E, T) -> U + Send + Sync + 'static,
    {
        self.map_named("map", f, Placement::Lost)
    }

    #[track_caller]
    pub(crate) fn map_named<U: Data, F>(&self, name: &'static str, f: F, keep: Placement) -> Rdd<U>
    where
        F: Fn(&E, T) -> U + Send + Sync + 'static,
    {
        let site = Location::caller();
        let op: OperatorHandle = Arc::new(Map::<T, U, E, F>::new(self.ship(f, site)));
        self.narrow(name, NodeOp::Push(op), keep, site)
    }

    /// [`Rdd::filter`] with the environment.
    #[track_caller]
    pub fn filter<F>(&self, f: F) -> Rdd<T>
    where
        F: Fn(&E, &T) -> bool + Send + Sync + 'static,
    {
        let site = Location::caller();
        let op: OperatorHandle = Arc::new(Filter::<T, T, E, F>::new(self.ship(f, site)));
        self.narrow("filter", NodeOp::Push(op), Placement::Kept, site)
    }

    /// [`Rdd::flat_map`] with the environment.
    #[track_caller]
    pub fn flat_map<U: Data, I, F>(&self, f: F) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(&E, T) -> I + Send + Sync + 'static,
    {
        self.flat_map_named("flat_map", f, Placement::Lost)
    }

    #[track_caller]
    pub(crate) fn flat_map_named<U: Data, I, F>(
        &self,
        name: &'static str,
        f: F,
        keep: Placement,
    ) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(&E, T) -> I + Send + Sync + 'static,
    {
        let site = Location::caller();
        let op: OperatorHandle = Arc::new(FlatMap::<T, U, E, F>::new(self.ship(f, site)));
        self.narrow(name, NodeOp::Push(op), keep, site)
    }

    /// [`Rdd::map_partitions`] with the environment.
    #[track_caller]
    pub fn map_partitions<U: Data, I, F>(&self, f: F) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(&E, PartitionIter<T>) -> I + Send + Sync + 'static,
    {
        self.partitions_named(
            "map_partitions",
            move |env: &E, _: usize, records| f(env, records),
            Placement::Lost,
        )
    }

    /// [`Rdd::map_partitions_with_index`] with the environment.
    #[track_caller]
    pub fn map_partitions_with_index<U: Data, I, F>(&self, f: F) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(&E, usize, PartitionIter<T>) -> I + Send + Sync + 'static,
    {
        self.partitions_named("map_partitions_with_index", f, Placement::Lost)
    }

    #[track_caller]
    pub(crate) fn partitions_named<U: Data, I, F>(
        &self,
        name: &'static str,
        f: F,
        keep: Placement,
    ) -> Rdd<U>
    where
        I: IntoIterator<Item = U> + 'static,
        F: Fn(&E, usize, PartitionIter<T>) -> I + Send + Sync + 'static,
    {
        let site = Location::caller();
        let step =
            PullStep::<U, E, F, _>::handle(self.ship(f, site), map_partitions::<T, U, I, E, F>);
        self.pulled(name, step, keep, site)
    }

    /// Runs a job: `f` on the records of each partition, `take` with each result on the driver,
    /// once per partition and in no particular order.
    #[track_caller]
    pub(crate) fn run_all<R, F, H>(&self, f: F, take: H) -> Result<()>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
        H: FnMut(u32, R) -> Result<()> + Send + 'static,
    {
        self.run_at(Location::caller(), None, f, take)
    }

    /// [`run_all`](Self::run_all) on some partitions only.
    #[track_caller]
    pub(crate) fn run_on<R, F, H>(&self, partitions: Vec<u32>, f: F, take: H) -> Result<()>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
        H: FnMut(u32, R) -> Result<()> + Send + 'static,
    {
        self.run_at(Location::caller(), Some(partitions), f, take)
    }

    /// [`run_on`](Self::run_on), or all partitions with `None`, for a call at `site`.
    pub(crate) fn run_at<R, F, H>(
        &self,
        site: &'static Location<'static>,
        partitions: Option<Vec<u32>>,
        f: F,
        take: H,
    ) -> Result<()>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
        H: FnMut(u32, R) -> Result<()> + Send + 'static,
    {
        let request = JobRequest {
            node: Arc::clone(self.rdd.node()),
            sink: ResultSink::<T, R, E, F>::handle(self.ship(f, site)),
            partitions,
            site,
        };
        self.ctx().run(request, take)
    }

    /// Runs a job and gives the results of all partitions, in their order.
    #[track_caller]
    pub(crate) fn gather<R, F>(&self, f: F) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
    {
        let results = Gathered::new(self.rdd.num_partitions());
        let take = results.taker();
        self.run_all(f, take)?;
        Ok(results.in_order())
    }

    /// [`Rdd::run_job`] with the environment.
    ///
    /// # Errors
    /// What keeps a partition from being computed; the first error that `f` returns.
    #[track_caller]
    pub fn run_job<R, F>(&self, f: F) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
    {
        self.gather(move |env, cx, records| {
            let value = f(env, cx, records)?;
            early_end(cx)?;
            Ok(Measured::new(value))
        })
    }
}

/// Results of partitions, put in order on the driver.
pub(crate) struct Gathered<R>(Arc<parking_lot::Mutex<Vec<Option<R>>>>);

impl<R: Data> Gathered<R> {
    pub(crate) fn new(partitions: usize) -> Self {
        Gathered(Arc::new(parking_lot::Mutex::new(
            (0..partitions).map(|_| None).collect(),
        )))
    }

    pub(crate) fn taker(&self) -> impl FnMut(u32, R) -> Result<()> + Send + 'static {
        let results = Arc::clone(&self.0);
        move |partition, result| {
            results.lock()[partition as usize] = Some(result);
            Ok(())
        }
    }

    pub(crate) fn in_order(&self) -> Vec<R> {
        std::mem::take(&mut *self.0.lock())
            .into_iter()
            .flatten()
            .collect()
    }
}

/// The kernel of `map_partitions` and its like.
fn map_partitions<T, U, I, E, F>(mut args: PullArgs<'_, E, F>) -> Result<Box<dyn ChunkSource<U>>>
where
    T: Data,
    U: Data,
    I: IntoIterator<Item = U> + 'static,
    E: Data,
    F: Fn(&E, usize, PartitionIter<T>) -> I + Send + Sync + 'static,
{
    let records = args.input()?.records::<T>();
    let iter = (args.code.f)(&args.code.env, args.partition, records).into_iter();
    Ok(Box::new(IterSource::new(args.cx, iter)))
}
