//! The stages and who reads whom ([`StageGraph`]).
//!
//! A petgraph graph with an edge from each map stage to every stage that reads its shuffle. Stages
//! come and go, so it is the stable kind: a [`StageIx`] stays valid until its stage is removed. Walks
//! use an explicit stack (a lineage may be ten thousand stages deep) and mark what they met in the
//! stages themselves, so that they allocate next to nothing.

use std::collections::HashMap;
use std::ops::{Index, IndexMut};

use petgraph::Direction;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};

use super::stage::Stage;
use super::types::{ShuffleId, StageId, StageKind};

/// Where a stage stands in the graph.
pub(super) type StageIx = NodeIndex;

/// All stages that the scheduler remembers.
#[derive(Debug, Default)]
pub(super) struct StageGraph {
    graph: StableDiGraph<Stage, ()>,
    by_id: HashMap<StageId, StageIx>,
    by_shuffle: HashMap<ShuffleId, StageIx>,
    walks: u64,
}

impl Index<StageIx> for StageGraph {
    type Output = Stage;

    fn index(&self, ix: StageIx) -> &Stage {
        &self.graph[ix]
    }
}

impl IndexMut<StageIx> for StageGraph {
    fn index_mut(&mut self, ix: StageIx) -> &mut Stage {
        &mut self.graph[ix]
    }
}

impl StageGraph {
    /// The stage of an id.
    pub(super) fn find(&self, id: StageId) -> Option<StageIx> {
        self.by_id.get(&id).copied()
    }

    /// The map stage of a shuffle.
    pub(super) fn find_shuffle(&self, shuffle: ShuffleId) -> Option<StageIx> {
        self.by_shuffle.get(&shuffle).copied()
    }

    /// Adds a stage whose id is new.
    pub(super) fn insert(&mut self, stage: Stage) -> StageIx {
        let (id, kind) = (stage.id, stage.kind);
        let ix = self.graph.add_node(stage);
        self.by_id.insert(id, ix);
        if let StageKind::Map(shuffle) = kind {
            self.by_shuffle.insert(shuffle, ix);
        }
        ix
    }

    /// Forgets a stage.
    pub(super) fn remove(&mut self, ix: StageIx) {
        if let Some(stage) = self.graph.remove_node(ix) {
            self.by_id.remove(&stage.id);
            if let StageKind::Map(shuffle) = stage.kind {
                self.by_shuffle.remove(&shuffle);
            }
        }
    }

    /// Says that `child` reads what `parent` leaves behind.
    pub(super) fn link(&mut self, parent: StageIx, child: StageIx) {
        if self.graph.find_edge(parent, child).is_none() {
            // A child with results of a parent that was forgotten: should the parent be run again
            // and not be the same, the child has to follow.
            let read_before = self.graph[child].done.count() > 0;
            self.graph[parent].exposed |= read_before;
            self.graph.add_edge(parent, child, ());
        }
    }

    /// Whether `child` reads `parent`.
    pub(super) fn is_linked(&self, parent: StageIx, child: StageIx) -> bool {
        self.graph.find_edge(parent, child).is_some()
    }

    /// The stages that read `ix`, oldest first.
    pub(super) fn children(&self, ix: StageIx) -> Vec<StageIx> {
        let mut children: Vec<_> = self
            .graph
            .neighbors_directed(ix, Direction::Outgoing)
            .collect();
        children.sort_unstable_by_key(|&c| self.graph[c].id);
        children
    }

    /// Whether everything that `ix` reads is there.
    pub(super) fn parents_complete(&self, ix: StageIx) -> bool {
        self.graph
            .neighbors_directed(ix, Direction::Incoming)
            .all(|parent| self.graph[parent].is_complete())
    }

    /// All stages, in a fixed order.
    pub(super) fn iter(&self) -> impl Iterator<Item = StageIx> + '_ {
        self.graph.node_indices()
    }

    /// `roots` and everything above that has to be computed for them: what is incomplete, reached
    /// through what is incomplete. Children before parents. Marks them with the returned number.
    pub(super) fn missing_above(&mut self, roots: &[StageIx]) -> (Vec<StageIx>, u64) {
        self.collect(roots, Direction::Incoming, |stage| !stage.is_complete())
    }

    /// `root` and everything that reads it, directly or not.
    pub(super) fn readers_below(&mut self, root: StageIx) -> Vec<StageIx> {
        self.collect(&[root], Direction::Outgoing, |_| true).0
    }

    fn collect(
        &mut self,
        roots: &[StageIx],
        direction: Direction,
        wanted: impl Fn(&Stage) -> bool,
    ) -> (Vec<StageIx>, u64) {
        self.walks += 1;
        let mut met: Vec<StageIx> = Vec::with_capacity(roots.len());
        for &root in roots {
            self.meet(root, &wanted, &mut met);
        }
        let mut next = 0;
        while next < met.len() {
            let mut neighbors = self.graph.neighbors_directed(met[next], direction).detach();
            while let Some(neighbor) = neighbors.next_node(&self.graph) {
                self.meet(neighbor, &wanted, &mut met);
            }
            next += 1;
        }
        (met, self.walks)
    }

    fn meet(&mut self, ix: StageIx, wanted: impl Fn(&Stage) -> bool, met: &mut Vec<StageIx>) {
        let stage = &mut self.graph[ix];
        if stage.mark != self.walks && wanted(stage) {
            stage.mark = self.walks;
            met.push(ix);
        }
    }
}
