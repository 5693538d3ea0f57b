//! The executors' side of the world: tasks arrive, read, finish and die.

use super::check::Value;
use super::plan::{Fault, JobPlan};
use super::world::{Happening, World, name};
use crate::error::Error;
use crate::scheduler::*;

impl<'a> World<'a> {
    pub(super) fn arrive(&mut self, id: AttemptId, at: usize, life: u32) {
        if self.executors[at].life != life {
            return;
        }
        let nth = self.starts;
        self.starts += 1;
        self.executors[at].running.insert(id);
        let (mut fails, mut kills) = (false, false);
        for fault in &self.plan.faults {
            match *fault {
                Fault::Fail { nth: n } => fails |= n == nth,
                Fault::Crash { nth: n } => kills |= n == nth,
                Fault::Poison {
                    stage,
                    partition,
                    kills: k,
                } if (stage, partition) == (id.stage, id.partition) => {
                    (fails, kills) = (!k, k);
                }
                _ => {}
            }
        }
        if kills {
            self.die(at, false, 2, 5);
        } else if fails {
            let error = Error::User {
                message: format!("fault in {id}"),
            };
            self.end(at, id, TaskEnd::Failed(error), None);
        } else {
            self.compute(id, at, life);
        }
    }

    /// Reads the inputs of a task, and finishes it after a while.
    pub(super) fn compute(&mut self, id: AttemptId, executor: usize, life: u32) {
        match self.read(id) {
            Ok(mut value) => {
                if self
                    .plan
                    .shuffles
                    .get(id.stage as usize)
                    .is_some_and(|s| s.indeterminate)
                {
                    value.runs.insert((id.stage, id.partition), self.starts);
                }
                let time = if self.random.chance(10) {
                    60
                } else {
                    self.random.range(1, 15)
                };
                self.push(
                    self.now + time,
                    Happening::Finish {
                        id,
                        executor,
                        life,
                        value,
                    },
                );
            }
            Err(error) => {
                self.report.fetch_failures += 1;
                self.end(executor, id, TaskEnd::Failed(error), None);
            }
        }
    }

    pub(super) fn read(&self, id: AttemptId) -> Result<Value, Error> {
        let mut value = Value::default();
        for &shuffle in self.parents(id.stage) {
            for map in 0..self.plan.shuffles[shuffle as usize].maps {
                let place = self.tracker.get(&(shuffle, map));
                let output =
                    place.and_then(|(executor, id)| self.executors[*executor].outputs.get(id));
                let executor =
                    place.map_or("?".to_owned(), |(executor, _)| name(*executor).to_string());
                let reason = "not there".to_owned();
                let reduce = id.partition;
                let missing = Error::FetchFailed {
                    shuffle,
                    map,
                    reduce,
                    executor,
                    reason,
                };
                let rots = |f: &Fault| matches!(f, Fault::Rot { shuffle: s } if *s == shuffle);
                let readable = output.filter(|_| !self.plan.faults.iter().any(rots));
                value.merge(readable.ok_or(missing)?);
            }
        }
        Ok(value)
    }

    pub(super) fn parents(&self, stage: StageId) -> &'a [u64] {
        match stage.checked_sub(100) {
            None => &self.plan.shuffles[stage as usize].parents,
            Some(job) => self
                .plan
                .jobs
                .iter()
                .find(|j| j.id == job)
                .map_or(&[], |j| &j.parents),
        }
    }

    pub(super) fn external(&self, stage: StageId) -> Option<&'a JobPlan> {
        self.plan
            .jobs
            .iter()
            .find(|j| j.external && j.id + 100 == stage)
    }

    pub(super) fn finish(&mut self, id: AttemptId, at: usize, life: u32, value: Value) {
        if self.executors[at].life != life || !self.executors[at].running.contains(&id) {
            return;
        }
        if let Some(job) = self.external(id.stage)
            && self.random.chance(40)
        {
            self.report.yields += 1;
            self.executors[at].running.remove(&id);
            self.send(at, Event::SlotYielded { id }, None);
            let (job, stage, partition) = (job.id, id.stage, id.partition);
            // After the yield, as one connection keeps the order.
            let later = self.now + 200;
            self.tell(
                later,
                Event::SlotRequested {
                    job,
                    stage,
                    partition,
                },
            );
            return;
        }
        if id.stage < 100 {
            self.executors[at].outputs.insert(id, value.clone());
        }
        self.end(at, id, TaskEnd::Success, Some(value));
    }
}
