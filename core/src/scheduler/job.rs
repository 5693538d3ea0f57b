//! A job that runs ([`Job`]), and what its spec must fulfil.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Result};

use super::graph::{StageGraph, StageIx};
use super::types::{JobSpec, StageKind, StageSpec};

/// A job that did not end yet.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) group: Option<Arc<str>>,
    pub(super) tags: Vec<Arc<str>>,
    /// The pool that it asked for.
    pub(super) pool: Option<Arc<str>>,
    /// When it was submitted.
    pub(super) submitted: Duration,
    /// All its stages, parents before children.
    pub(super) stages: Vec<StageIx>,
    /// Those that are the job's own: its results, or the external ones.
    pub(super) finals: Vec<StageIx>,
}

/// Whether a job has nothing to do at all.
pub(super) fn is_empty(spec: &JobSpec) -> bool {
    let nothing = |s: &StageSpec| match s.kind {
        StageKind::Map(_) => true,
        StageKind::Result => {
            s.num_partitions == 0 || s.partitions.as_ref().is_some_and(|p| p.is_empty())
        }
        StageKind::External => s.num_partitions == 0,
    };
    spec.stages.iter().all(nothing)
}

/// Checks that a job can be run on what is known already.
///
/// # Errors
/// [`Error::Internal`]: a spec is the planner's work, so a wrong one is our mistake.
pub(super) fn check(spec: &JobSpec, graph: &StageGraph) -> Result<()> {
    let wrong = |what: String| Err(Error::Internal(format!("job {}: {what}", spec.id)));
    match spec.stages.last() {
        Some(last) if !matches!(last.kind, StageKind::Map(_)) => {}
        _ => return wrong("its last stage is no result".to_owned()),
    }
    let mut kinds = HashMap::with_capacity(spec.stages.len());
    for (at, stage) in spec.stages.iter().enumerate() {
        if stage.kind == StageKind::Result && at + 1 != spec.stages.len() {
            return wrong(format!("result stage {} is not the last one", stage.id));
        }
        if !matches_known(stage, graph) {
            return wrong(format!("stage {} is known as another one", stage.id));
        }
        if let Some(wanted) = &stage.partitions
            && (stage.kind != StageKind::Result
                || wanted.iter().any(|&p| p >= stage.num_partitions))
        {
            return wrong(format!(
                "stage {} can't compute just these partitions",
                stage.id
            ));
        }
        for parent in &stage.parents {
            match kinds.get(parent) {
                Some(StageKind::Map(_)) => {}
                Some(StageKind::External) if stage.kind == StageKind::External => {}
                _ => return wrong(format!("stage {} can't read stage {parent}", stage.id)),
            }
        }
        if kinds.insert(stage.id, stage.kind).is_some() {
            return wrong(format!("stage {} comes twice", stage.id));
        }
    }
    Ok(())
}

/// Whether a stage is new, or a map stage that is the same as before.
fn matches_known(spec: &StageSpec, graph: &StageGraph) -> bool {
    let by_id = graph.find(spec.id);
    match spec.kind {
        StageKind::Map(shuffle) => {
            by_id == graph.find_shuffle(shuffle)
                && by_id.is_none_or(|ix| graph[ix].partitions.len() == spec.num_partitions)
        }
        StageKind::Result | StageKind::External => by_id.is_none(),
    }
}
