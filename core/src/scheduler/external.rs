//! External stages: their tasks are run by a layer above, which asks for slots one by one.
//!
//! A stage is open as soon as the map stages that it reads are complete; external stages that read
//! each other are open side by side. A task asks for a slot, is granted one in turn with all other
//! tasks, may give it back while it waits, and ends with or without one. It is never tried again:
//! any failure fails the job.

use crate::error::Error;

use super::graph::StageIx;
use super::loss::MapOutput;
use super::machine::Scheduler;
use super::outcome::Ended;
use super::types::{Action, AttemptId, JobId, StageId, StageKind};

impl Scheduler {
    pub(super) fn slot_requested(&mut self, job: JobId, stage: StageId, partition: u32) {
        let Some(ix) = self.graph.find(stage) else {
            return;
        };
        let stage = &mut self.graph[ix];
        if stage.kind != StageKind::External || !stage.jobs.contains(&job) {
            return;
        }
        let Some(index) = stage.partitions.index_of(partition) else {
            return;
        };
        if stage.done.contains(index) {
            return;
        }
        match stage.active {
            Some(attempt) => {
                let key = (stage.id, attempt);
                self.enqueue(key, index);
            }
            None => stage.early.push(index),
        }
    }

    pub(super) fn slot_yielded(&mut self, id: AttemptId) {
        if let Some(Ended {
            place: Some(place), ..
        }) = self.end_try(id)
        {
            self.executors.release(place.executor, id);
            self.forget_if_idle((id.stage, id.stage_attempt));
        }
    }

    /// An external task failed: that is the end of its job.
    pub(super) fn external_failed(
        &mut self,
        ended: &Ended,
        ix: StageIx,
        lost: Option<MapOutput>,
        error: Error,
        out: &mut Vec<Action>,
    ) {
        if self.graph[ix].done.contains(ended.index) {
            return;
        }
        let epoch = self.sets.get(&ended.set()).map_or(0, |set| set.epoch);
        if let Some(lost) = lost.filter(|&lost| self.made_before(lost, epoch)) {
            self.lose_fetched(lost, 1, &error, out);
        }
        self.abort_stage(ix, ended, 1, error, out);
    }
}
