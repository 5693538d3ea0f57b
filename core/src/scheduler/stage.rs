//! What the scheduler knows of a stage ([`Stage`]).

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{CallSite, Error};

use super::bit_set::BitSet;
use super::executors::ExecutorIx;
use super::partitions::Partitions;
use super::types::{ExecutorId, JobId, Location, StageId, StageKind, StageSpec};

/// Where a map output is, and the epoch of the stage attempt that made it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Output {
    pub(super) executor: ExecutorIx,
    pub(super) epoch: u32,
}

/// How often a task failed, and how it began.
#[derive(Debug)]
pub(super) struct Failures {
    pub(super) count: u32,
    pub(super) first: Error,
    /// How it failed last, and where.
    pub(super) last: Error,
    pub(super) executor: ExecutorId,
}

/// A stage that some job needs, or a map stage whose outputs may be needed again.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) id: StageId,
    pub(super) kind: StageKind,
    pub(super) partitions: Partitions,
    pub(super) preferred: Arc<Vec<Vec<Location>>>,
    pub(super) indeterminate: bool,
    pub(super) call_site: Option<CallSite>,
    /// Jobs that have it in their graph, ascending.
    pub(super) jobs: Vec<JobId>,
    /// Partitions whose result or output is taken and not lost, by index.
    pub(super) done: BitSet,
    /// Of a map stage that ran: the outputs, valid where `done`.
    pub(super) outputs: Vec<Output>,
    /// The present attempt. While there is one, all parents are complete.
    pub(super) active: Option<u32>,
    /// How many attempts there were.
    pub(super) attempts: u32,
    /// Attempts whose tasks may still be taken: the present one and zombies.
    pub(super) live: Vec<u32>,
    /// Whether it is to be submitted as soon as its parents are complete.
    pub(super) waiting: bool,
    /// Whether it was complete, so that somebody may have read its outputs, since they were last
    /// dropped as a whole.
    pub(super) exposed: bool,
    /// Whether its shuffle is dropped, so that it goes with its last job.
    pub(super) dropped: bool,
    /// Attempts since the last completion that ended with a fetch failure.
    pub(super) fetch_failures: u32,
    /// Failures since the last completion, by index. They outlive an attempt: a task that kills
    /// its executor takes outputs of parents along, so that the next attempt meets it again.
    pub(super) failures: HashMap<u32, Failures>,
    /// External tasks that asked for a slot before the stage could start.
    pub(super) early: Vec<u32>,
    /// The last walk over the graph that met this stage.
    pub(super) mark: u64,
}

impl Stage {
    /// A stage that did nothing yet.
    pub(super) fn new(spec: StageSpec) -> Self {
        let wanted = spec
            .partitions
            .filter(|_| matches!(spec.kind, StageKind::Result));
        let partitions = Partitions::new(spec.num_partitions, wanted);
        Stage {
            id: spec.id,
            kind: spec.kind,
            done: BitSet::new(partitions.len()),
            partitions,
            preferred: spec.preferred,
            indeterminate: spec.indeterminate,
            call_site: spec.call_site,
            jobs: Vec::new(),
            outputs: Vec::new(),
            active: None,
            attempts: 0,
            live: Vec::new(),
            waiting: false,
            exposed: false,
            dropped: false,
            fetch_failures: 0,
            failures: HashMap::new(),
            early: Vec::new(),
            mark: 0,
        }
    }

    /// Whether every partition is done.
    pub(super) fn is_complete(&self) -> bool {
        self.done.count() == self.partitions.len()
    }

    /// Whether it is the map side of a shuffle.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.kind, StageKind::Map(_))
    }

    /// Whether it has to start from nothing: some outputs are lost, others may have been read, and
    /// a second run would not fit the first (SPARK-23207).
    pub(super) fn must_roll_back(&self) -> bool {
        self.indeterminate && self.is_map() && self.exposed && !self.is_complete()
    }

    /// The indices of map outputs at an executor.
    pub(super) fn outputs_at(&self, executor: ExecutorIx) -> Vec<u32> {
        let at = |&i: &u32| self.outputs[i as usize].executor == executor;
        self.done
            .iter()
            .filter(|_| self.is_map())
            .filter(at)
            .collect()
    }

    /// Counts a failure of a task. Returns the count and the first cause.
    pub(super) fn count_failure(
        &mut self,
        index: u32,
        error: Error,
        executor: ExecutorId,
    ) -> (u32, &Error) {
        let failures = self.failures.entry(index).or_insert_with(|| Failures {
            count: 0,
            first: error.clone(),
            last: error.clone(),
            executor: executor.clone(),
        });
        failures.count += 1;
        (failures.last, failures.executor) = (error, executor);
        (failures.count, &failures.first)
    }

    /// The last failure of a task, or of any if it did not fail itself.
    pub(super) fn last_failure(&self, index: u32) -> Option<&Failures> {
        let of_others = || self.failures.iter().min_by_key(|(index, _)| **index);
        let own = self.failures.get(&index);
        own.or_else(|| of_others().map(|(_, failures)| failures))
    }

    /// Adds a job that has this stage in its graph.
    pub(super) fn add_job(&mut self, job: JobId) {
        if let Err(at) = self.jobs.binary_search(&job) {
            self.jobs.insert(at, job);
        }
    }
}
