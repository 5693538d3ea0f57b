//! Lineage: the graph of RDDs behind the typed handles.
//!
//! A node knows what it computes ([`NodeOp`]), from which nodes ([`Parent`]), and which partitions
//! of theirs it reads ([`Route`]). Narrow parents are computed in the same stage; a shuffle parent
//! ends a stage. Nodes are shared by reference counting; a long chain is taken apart by a loop when
//! its last handle goes, never by recursion.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::{Mutex, RwLock};

use crate::context::ContextInner;
use crate::error::{CallSite, Result};
use crate::plan::{NodeOp, Route, SinkHandle, TypeHandle};
use crate::scheduler::{ShuffleId, StageId};
use crate::storage::level::StorageLevel;

/// How sure it is that computing a partition again gives the same records (SPARK-23207).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Determinism {
    /// The same records in the same order.
    Determinate,
    /// The same records, perhaps in another order.
    Unordered,
    /// Perhaps other records.
    Indeterminate,
}

impl Determinism {
    /// How sure a step is whose records depend on the order of its input.
    pub(crate) fn where_order_counts(self) -> Self {
        match self {
            Determinism::Determinate => self,
            Determinism::Unordered | Determinism::Indeterminate => Determinism::Indeterminate,
        }
    }
}

/// Where a node's records come from.
#[derive(Clone)]
pub(crate) enum Parent {
    /// A node of the same stage.
    Narrow(Arc<RddNode>),
    /// The output of another stage.
    Shuffle(Arc<ShuffleDep>),
}

/// A partitioner whose key type is hidden, to compare and to get back.
#[derive(Clone)]
pub(crate) struct ErasedPartitioner {
    /// A `KeyPartitioner<K>`.
    pub(crate) typed: Arc<dyn Any + Send + Sync>,
    pub(crate) num_partitions: usize,
    /// Compares two of the type of `typed`; `false` if either is of another type.
    pub(crate) same: fn(&dyn Any, &dyn Any) -> bool,
}

impl ErasedPartitioner {
    /// Whether both have keys of one type and put each of them into the same partition.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        (self.same)(&*self.typed, &*other.typed)
    }
}

/// Work that must be done on the driver before a node can be computed (sampling for a range
/// partitioner, counting for `zip_with_index`). It runs once, and again only if it failed.
pub(crate) type Prepare = Arc<dyn Fn() -> Result<()> + Send + Sync>;

/// What is asked for when a node is made.
pub(crate) struct NodeSpec {
    pub(crate) name: &'static str,
    pub(crate) op: NodeOp,
    pub(crate) parents: Vec<Parent>,
    pub(crate) route: Route,
    pub(crate) num_partitions: usize,
    pub(crate) types: TypeHandle,
    pub(crate) partitioner: Option<ErasedPartitioner>,
    pub(crate) prepare: Option<Prepare>,
    pub(crate) determinism: Option<Determinism>,
}

/// What a checkpoint put in the place of a node's lineage.
#[derive(Clone)]
pub(crate) struct Replaced {
    pub(crate) op: NodeOp,
    /// The directory of a reliable checkpoint.
    pub(crate) directory: Option<std::path::PathBuf>,
}

/// One RDD in the lineage.
pub(crate) struct RddNode {
    pub(crate) id: u64,
    pub(crate) operator: &'static str,
    pub(crate) op: NodeOp,
    pub(crate) route: Route,
    pub(crate) num_partitions: usize,
    pub(crate) types: TypeHandle,
    pub(crate) partitioner: Option<ErasedPartitioner>,
    pub(crate) prepare: Option<Prepare>,
    pub(crate) determinism: Determinism,
    pub(crate) call_site: &'static Location<'static>,
    parents: RwLock<Vec<Parent>>,
    pub(crate) name: RwLock<Option<String>>,
    pub(crate) level: RwLock<StorageLevel>,
    pub(crate) replaced: OnceLock<Replaced>,
    pub(crate) checkpoint: Mutex<crate::rdd::checkpoint::Request>,
    ctx: Weak<ContextInner>,
}

impl fmt::Debug for RddNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RddNode({} {} of {} partitions)",
            self.id, self.operator, self.num_partitions
        )
    }
}

impl RddNode {
    pub(crate) fn new(
        ctx: &Arc<ContextInner>,
        spec: NodeSpec,
        call_site: &'static Location<'static>,
    ) -> Arc<Self> {
        if spec.prepare.is_some() {
            ctx.needs_prepare
                .store(true, std::sync::atomic::Ordering::Relaxed);
        }
        let determinism = spec.determinism.unwrap_or_else(|| inherited(&spec.parents));
        Arc::new(RddNode {
            id: ctx.next_rdd_id(),
            operator: spec.name,
            op: spec.op,
            route: spec.route,
            num_partitions: spec.num_partitions,
            types: spec.types,
            partitioner: spec.partitioner,
            prepare: spec.prepare,
            determinism,
            call_site,
            parents: RwLock::new(spec.parents),
            name: RwLock::new(None),
            level: RwLock::new(StorageLevel::NONE),
            replaced: OnceLock::new(),
            checkpoint: Mutex::new(crate::rdd::checkpoint::Request::default()),
            ctx: Arc::downgrade(ctx),
        })
    }

    /// Its parents; none once a checkpoint has taken the place of the lineage.
    pub(crate) fn parents(&self) -> Vec<Parent> {
        self.parents.read().clone()
    }

    /// What to run and how to route, with a checkpoint taken into account.
    pub(crate) fn effective(&self) -> (NodeOp, Route) {
        match self.replaced.get() {
            Some(r) => (r.op.clone(), Route::Leaf),
            None => (self.op.clone(), self.route.clone()),
        }
    }

    /// Puts a checkpoint in the place of the lineage, which is freed if nobody else holds it.
    pub(crate) fn replace(&self, with: Replaced) {
        if self.replaced.set(with).is_ok() {
            drop_all(std::mem::take(&mut *self.parents.write()));
        }
    }

    pub(crate) fn site(&self) -> CallSite {
        CallSite::from(self.call_site)
    }
}

/// Narrow steps are as sure as the least sure of what they read. A shuffle fetches blocks in map
/// order here, so it is as sure as its map side.
pub(crate) fn inherited(parents: &[Parent]) -> Determinism {
    parents
        .iter()
        .map(|p| match p {
            Parent::Narrow(n) => n.determinism,
            Parent::Shuffle(s) => s.parent.determinism,
        })
        .max()
        .unwrap_or(Determinism::Determinate)
}

impl Drop for RddNode {
    fn drop(&mut self) {
        // It may hold a parent too, whose last handle must be one that the loop drops.
        self.prepare = None;
        drop_all(std::mem::take(self.parents.get_mut()));
        if let Some(ctx) = self.ctx.upgrade()
            && *self.level.get_mut() != StorageLevel::NONE
        {
            ctx.forget_rdd(self.id);
        }
    }
}

/// Drops parents with all that only they hold, by a loop.
fn drop_all(parents: Vec<Parent>) {
    let mut waiting = parents;
    while let Some(parent) = waiting.pop() {
        match parent {
            Parent::Narrow(node) => {
                if let Some(mut node) = Arc::into_inner(node) {
                    waiting.append(node.parents.get_mut());
                }
            }
            Parent::Shuffle(dep) => {
                if let Some(dep) = Arc::into_inner(dep) {
                    waiting.push(Parent::Narrow(Arc::clone(&dep.parent)));
                    drop(dep);
                }
            }
        }
    }
}

/// A shuffle: the records of `parent`, sorted into blocks by a sink.
pub(crate) struct ShuffleDep {
    pub(crate) id: ShuffleId,
    /// The stage that makes it; the same in every job.
    pub(crate) stage: StageId,
    pub(crate) parent: Arc<RddNode>,
    pub(crate) sink: SinkHandle,
    ctx: Weak<ContextInner>,
}

impl ShuffleDep {
    pub(crate) fn new(
        ctx: &Arc<ContextInner>,
        id: ShuffleId,
        parent: Arc<RddNode>,
        sink: SinkHandle,
    ) -> Arc<Self> {
        Arc::new(ShuffleDep {
            id,
            stage: ctx.next_stage_id(),
            parent,
            sink,
            ctx: Arc::downgrade(ctx),
        })
    }
}

impl Drop for ShuffleDep {
    fn drop(&mut self) {
        if let Some(ctx) = self.ctx.upgrade() {
            ctx.forget_shuffle(self.id);
        }
    }
}
