//! What lost outputs and lost executors mean.

use crate::error::Error;

use super::exclusion::FailedAt;
use super::graph::StageIx;
use super::machine::{Alone, Scheduler};
use super::outcome::Ended;
use super::types::{Action, ExecutorId, ShuffleId, StageKind};

/// An output of a map stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct MapOutput {
    stage: StageIx,
    index: u32,
}

impl Scheduler {
    /// The map output that a task of stage `reader` speaks of, if there is such a one.
    pub(super) fn find_output(
        &self,
        shuffle: ShuffleId,
        map: u32,
        reader: StageIx,
    ) -> Option<MapOutput> {
        let stage = self.graph.find_shuffle(shuffle)?;
        let index = self.graph[stage].partitions.index_of(map)?;
        self.graph
            .is_linked(stage, reader)
            .then_some(MapOutput { stage, index })
    }

    /// Whether an output is there and is no younger than an attempt of a reader.
    pub(super) fn made_before(&self, output: MapOutput, reader_epoch: u32) -> bool {
        let stage = &self.graph[output.stage];
        stage.done.contains(output.index)
            && stage.outputs[output.index as usize].epoch < reader_epoch
    }

    /// The executor of an output that could not be fetched may be avoided for that.
    pub(super) fn note_unread(&mut self, lost: MapOutput) {
        let output = &self.graph[lost.stage].outputs[lost.index as usize];
        let there = self.executors.get(output.executor);
        let at = FailedAt {
            executor: there.id.clone(),
            host: std::sync::Arc::clone(&there.host),
        };
        let health = self.health.as_mut();
        if health.is_some_and(|h| h.fetch_failed(&at, self.now)) {
            self.apply_exclusions();
        }
    }

    /// Drops an output that a reader could not fetch. When it happens to the same reader again,
    /// all outputs of the shuffle at that executor are dropped: a directory that is gone would
    /// otherwise be found out output by output, until the attempts are used up.
    pub(super) fn lose_fetched(
        &mut self,
        lost: MapOutput,
        failures: u32,
        error: &Error,
        out: &mut Vec<Action>,
    ) {
        let stage = &self.graph[lost.stage];
        let executor = stage.outputs[lost.index as usize].executor;
        let all = if failures > 1 {
            stage.outputs_at(executor)
        } else {
            vec![lost.index]
        };
        self.lose(lost.stage, &all, error, out);
    }

    /// Drops outputs of a map stage that are there, and sees to it that they are made again if
    /// somebody needs them.
    fn lose(&mut self, ix: StageIx, indices: &[u32], error: &Error, out: &mut Vec<Action>) {
        let stage = &mut self.graph[ix];
        let StageKind::Map(shuffle) = stage.kind else {
            return;
        };
        if indices.is_empty() {
            return;
        }
        for &map in indices {
            stage.done.remove(map);
            out.push(Action::OutputDropped { shuffle, map });
        }
        if let Some(attempt) = stage.active {
            let key = (stage.id, attempt);
            indices.iter().for_each(|&index| self.enqueue(key, index));
            return;
        }
        self.unsettled.extend(&stage.jobs);
        for child in self.graph.children(ix) {
            self.pause(child, error, out);
        }
    }

    /// Launches no more tasks of a stage until its parents are complete again.
    fn pause(&mut self, ix: StageIx, error: &Error, out: &mut Vec<Action>) {
        // External tasks go on: their layer started them, and we can't start them again.
        if self.graph[ix].active.is_none() || self.graph[ix].kind == StageKind::External {
            return;
        }
        if self.graph[ix].indeterminate {
            let reason = "an input of the stage is lost";
            self.stop_attempts(ix, error.clone(), reason, out);
        } else {
            self.end_attempt(ix, Some(error.clone()), out);
        }
    }

    pub(super) fn output_lost(&mut self, shuffle: ShuffleId, map: u32, out: &mut Vec<Action>) {
        let Some(ix) = self.graph.find_shuffle(shuffle) else {
            return;
        };
        let stage = &self.graph[ix];
        let Some(index) = stage
            .partitions
            .index_of(map)
            .filter(|&i| stage.done.contains(i))
        else {
            return;
        };
        let executor = self
            .executors
            .get(stage.outputs[index as usize].executor)
            .id
            .to_string();
        let reason = "the output was found missing".to_owned();
        let error = Error::FetchFailed {
            shuffle,
            map,
            reduce: 0,
            executor,
            reason,
        };
        // Counts as a fetch failure of whoever reads it now, so that an output which is lost again
        // and again comes to an end.
        let readers: Vec<StageIx> = if stage.active.is_some() {
            Vec::new()
        } else {
            self.graph
                .children(ix)
                .into_iter()
                .filter(|&c| self.graph[c].active.is_some())
                .collect()
        };
        self.lose(ix, &[index], &error, out);
        for reader in readers {
            let stage = &mut self.graph[reader];
            stage.fetch_failures += 1;
            let failures = stage.fetch_failures;
            if failures >= self.conf.max_stage_attempts {
                self.abort_reader(reader, failures, error.clone(), out);
            }
        }
    }

    pub(super) fn executor_lost(
        &mut self,
        executor: &ExecutorId,
        reason: String,
        announced: bool,
        out: &mut Vec<Action>,
    ) {
        // Before the executor is gone, because its name is still looked up.
        let ended = self.end_tries_at(executor);
        let Some(number) = self.executors.remove(executor) else {
            return;
        };
        let error = Error::ExecutorLost {
            executor: executor.to_string(),
            reason,
        };
        if self.executors.is_empty() {
            self.alone = Some(Alone {
                since: self.now,
                last: Some(error.clone()),
            });
        }
        // Failures first: once outputs are dropped, attempts that read them are zombies, and a
        // task that kills its executor would never be counted.
        for ended in ended {
            self.task_lost(&ended, announced, error.clone(), out);
            self.forget_if_idle((ended.id.stage, ended.id.stage_attempt));
        }
        for ix in self.graph.iter().collect::<Vec<_>>() {
            let lost = self.graph[ix].outputs_at(number);
            self.lose(ix, &lost, &error, out);
        }
        self.executors.recycle(number);
    }

    fn task_lost(&mut self, ended: &Ended, announced: bool, error: Error, out: &mut Vec<Action>) {
        let external = self
            .graph
            .find(ended.id.stage)
            .is_some_and(|ix| self.graph[ix].kind == StageKind::External);
        if announced && !external {
            self.try_again(ended);
        } else {
            self.task_failed(ended, error, out);
        }
    }

    /// Ends all tries at an executor, in the order of their ids.
    fn end_tries_at(&mut self, executor: &ExecutorId) -> Vec<Ended> {
        let mut running = self.executors.running_at(executor).to_vec();
        running.sort_unstable();
        running
            .into_iter()
            .filter_map(|id| {
                let set = self.sets.get_mut(&(id.stage, id.stage_attempt))?;
                let index = set.index_of(id.partition)?;
                let ended = set.end(index, id.attempt)?;
                self.pools.ended(set.pool());
                let place = Some(self.place_of(ended));
                Some(Ended { id, index, place })
            })
            .collect()
    }
}
