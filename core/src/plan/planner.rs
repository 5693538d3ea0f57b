//! Cutting lineage into stages and stages into programs.
//!
//! Both walks use a list of their own instead of the call stack, so that the depth of a lineage
//! is bounded by memory alone.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::SinkHandle;
use super::program::{NodeOp, ProgramNode, StageProgram};
use super::route::Route;
use crate::events::RddInfo;
use crate::rdd::node::{Determinism, Parent, RddNode, ShuffleDep};
use crate::scheduler::{StageId, StageKind, StageSpec};
use crate::shuffle::FlintBuildHasher;
use crate::storage::level::StorageLevel;

type Set = HashSet<u64, FlintBuildHasher>;

/// The shuffles that a stage ending in `root` reads, each once, in the order in which they are met.
pub(crate) fn shuffles_of(root: &Arc<RddNode>) -> Vec<Arc<ShuffleDep>> {
    let mut seen = Set::default();
    let mut found = Vec::new();
    let mut found_ids = Set::default();
    let mut waiting = vec![Arc::clone(root)];
    while let Some(node) = waiting.pop() {
        if !seen.insert(node.id) {
            continue;
        }
        for parent in node.parents() {
            match parent {
                Parent::Narrow(n) => waiting.push(n),
                Parent::Shuffle(s) => {
                    if found_ids.insert(s.id) {
                        found.push(s);
                    }
                }
            }
        }
    }
    found
}

/// All nodes above `root`, through shuffles too, parents before children.
pub(crate) fn ancestors(root: &Arc<RddNode>) -> Vec<Arc<RddNode>> {
    let mut done = Set::default();
    let mut order = Vec::new();
    let mut waiting = vec![(Arc::clone(root), false)];
    while let Some((node, expanded)) = waiting.pop() {
        if expanded {
            order.push(node);
            continue;
        }
        if !done.insert(node.id) {
            continue;
        }
        let parents = node.parents();
        waiting.push((node, true));
        for parent in parents {
            match parent {
                Parent::Narrow(n) => waiting.push((n, false)),
                Parent::Shuffle(s) => waiting.push((Arc::clone(&s.parent), false)),
            }
        }
    }
    order
}

/// A map stage that a job may have to run.
pub(crate) struct MapStage {
    pub(crate) dep: Arc<ShuffleDep>,
    pub(crate) spec: StageSpec,
}

/// All map stages above `root`, parents before children, and the stages that `root`'s own stage
/// reads.
pub(crate) fn map_stages(root: &Arc<RddNode>) -> (Vec<MapStage>, Vec<StageId>) {
    let direct = shuffles_of(root);
    let parents: Vec<StageId> = direct.iter().map(|d| d.stage).collect();
    let mut done = Set::default();
    let mut stages = Vec::new();
    let mut reads: HashMap<u64, Vec<Arc<ShuffleDep>>, FlintBuildHasher> = HashMap::default();
    let mut waiting: Vec<(Arc<ShuffleDep>, bool)> =
        direct.into_iter().rev().map(|d| (d, false)).collect();
    while let Some((dep, expanded)) = waiting.pop() {
        if expanded {
            let parents = reads.remove(&dep.id).unwrap_or_default();
            stages.push(map_stage(dep, &parents));
            continue;
        }
        if !done.insert(dep.id) {
            continue;
        }
        let above = shuffles_of(&dep.parent);
        waiting.push((Arc::clone(&dep), true));
        waiting.extend(above.iter().map(|d| (Arc::clone(d), false)));
        reads.insert(dep.id, above);
    }
    (stages, parents)
}

fn map_stage(dep: Arc<ShuffleDep>, parents: &[Arc<ShuffleDep>]) -> MapStage {
    let spec = StageSpec {
        id: dep.stage,
        kind: StageKind::Map(dep.id),
        num_partitions: dep.parent.num_partitions as u32,
        partitions: None,
        parents: parents.iter().map(|d| d.stage).collect(),
        preferred: Arc::default(),
        indeterminate: dep.parent.determinism == Determinism::Indeterminate,
        call_site: Some(dep.parent.site()),
    };
    MapStage { dep, spec }
}

/// The RDDs that the stage of `root` computes, `root` first, for listeners.
pub(crate) fn rdd_infos(root: &Arc<RddNode>) -> Vec<RddInfo> {
    let mut seen = Set::default();
    let mut infos = Vec::new();
    let mut waiting = vec![Arc::clone(root)];
    while let Some(node) = waiting.pop() {
        if !seen.insert(node.id) {
            continue;
        }
        let parents = node.parents();
        infos.push(rdd_info(&node, &parents));
        waiting.extend(parents.into_iter().filter_map(|p| match p {
            Parent::Narrow(parent) => Some(parent),
            Parent::Shuffle(_) => None,
        }));
    }
    infos
}

fn rdd_info(node: &RddNode, parents: &[Parent]) -> RddInfo {
    let id = |parent: &Parent| match parent {
        Parent::Narrow(node) => node.id,
        Parent::Shuffle(dep) => dep.parent.id,
    };
    RddInfo {
        id: node.id,
        name: node.name.read().clone(),
        operator: node.operator.to_owned(),
        call_site: node.site(),
        parents: parents.iter().map(id).collect(),
        level: *node.level.read(),
        num_partitions: node.num_partitions as u32,
        unordered: node.determinism == Determinism::Unordered,
        indeterminate: node.determinism == Determinism::Indeterminate,
    }
}

/// The program of the stage that ends in `root`.
pub(crate) fn program(root: &Arc<RddNode>, sink: SinkHandle) -> StageProgram {
    let mut steps = Steps::default();
    let mut waiting = vec![(Arc::clone(root), false)];
    while let Some((node, expanded)) = waiting.pop() {
        if steps.index.contains_key(&node.id) {
            continue;
        }
        let inputs = step_inputs(&node);
        if expanded {
            steps.add(&node, &inputs);
            continue;
        }
        waiting.push((node, true));
        waiting.extend(inputs.nodes.into_iter().map(|n| (n, false)));
    }
    StageProgram::new(steps.nodes, sink)
}

#[derive(Default)]
struct Steps {
    nodes: Vec<ProgramNode>,
    index: HashMap<u64, u32, FlintBuildHasher>,
}

impl Steps {
    fn add(&mut self, node: &Arc<RddNode>, inputs: &Inputs) {
        let level = *node.level.read();
        let (op, _) = node.effective();
        let step = ProgramNode {
            op,
            parents: inputs.nodes.iter().map(|n| self.index[&n.id]).collect(),
            route: inputs.route.clone(),
            types: Arc::clone(&node.types),
            persist: (level != StorageLevel::NONE).then_some((node.id, level)),
        };
        self.index.insert(node.id, self.nodes.len() as u32);
        self.nodes.push(step);
    }
}

struct Inputs {
    nodes: Vec<Arc<RddNode>>,
    route: Route,
}

/// The nodes that a step reads and the way to them. Unions of unions are flattened, so that a
/// union made by ten thousand calls is one step, not ten thousand on the way of each task.
fn step_inputs(node: &Arc<RddNode>) -> Inputs {
    let (_, route) = node.effective();
    if !matches!(route, Route::Union(_)) {
        let nodes = if matches!(route, Route::Leaf) {
            Vec::new()
        } else {
            narrow_parents(node)
        };
        return Inputs { nodes, route };
    }
    let mut leaves = Vec::new();
    let mut waiting = narrow_parents(node);
    waiting.reverse();
    while let Some(next) = waiting.pop() {
        if is_plain_union(&next) {
            waiting.extend(narrow_parents(&next).into_iter().rev());
        } else {
            leaves.push(next);
        }
    }
    let mut start = 0;
    let starts = leaves
        .iter()
        .map(|n| {
            let s = start;
            start += n.num_partitions as u32;
            s
        })
        .collect();
    Inputs {
        nodes: leaves,
        route: Route::Union(Arc::new(starts)),
    }
}

fn is_plain_union(node: &RddNode) -> bool {
    let (op, route) = node.effective();
    matches!((op, route), (NodeOp::Pass, Route::Union(_)))
        && *node.level.read() == StorageLevel::NONE
}

fn narrow_parents(node: &RddNode) -> Vec<Arc<RddNode>> {
    node.parents()
        .into_iter()
        .filter_map(|p| match p {
            Parent::Narrow(n) => Some(n),
            Parent::Shuffle(_) => None,
        })
        .collect()
}
