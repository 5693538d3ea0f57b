//! What a status tracker may ask ([`JobStatus`], [`StageStatus`]).

use std::sync::Arc;

use super::conf::SchedulingMode;
use super::graph::StageIx;
use super::machine::Scheduler;
use super::types::{JobId, StageId};

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStatus {
    /// The job.
    pub id: JobId,
    /// Its group, if any.
    pub group: Option<Arc<str>>,
    /// Its tags.
    pub tags: Vec<Arc<str>>,
    /// The pool that it asked for, if any.
    pub pool: Option<Arc<str>>,
    /// All its stages, parents before children, those that are skipped among them.
    pub stages: Vec<StageId>,
}

/// A stage of a running job, or a map stage that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageStatus {
    /// The stage.
    pub id: StageId,
    /// The last attempt; none if it was never submitted.
    pub attempt: Option<u32>,
    /// Whether that attempt runs.
    pub is_active: bool,
    /// Number of tasks of the whole stage.
    pub total: u32,
    /// Tries that hold a slot, of all attempts.
    pub running: u32,
    /// Tasks whose result or output is there.
    pub done: u32,
    /// Tries that failed, of the attempts that are not over.
    pub failed: u32,
}

/// A pool of FAIR scheduling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolStatus {
    /// Its name.
    pub name: Arc<str>,
    /// The order inside of it.
    pub mode: SchedulingMode,
    /// Its share of the slots, in proportion to other pools.
    pub weight: u32,
    /// Slots that it gets before others get more than theirs.
    pub min_share: u32,
    /// Its tries that hold a slot.
    pub running: u32,
}

/// How busy the executors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotStatus {
    /// Slots of all executors.
    pub total: u32,
    /// Slots that are taken.
    pub used: u32,
}

impl Scheduler {
    /// The jobs that did not end, oldest first.
    pub fn jobs(&self) -> Vec<JobStatus> {
        self.jobs.keys().filter_map(|&id| self.job(id)).collect()
    }

    /// A job that did not end.
    pub fn job(&self, id: JobId) -> Option<JobStatus> {
        let job = self.jobs.get(&id)?;
        Some(JobStatus {
            id,
            group: job.group.clone(),
            tags: job.tags.clone(),
            pool: job.pool.clone(),
            stages: job.stages.iter().map(|&ix| self.graph[ix].id).collect(),
        })
    }

    /// The jobs of a group that did not end.
    pub fn jobs_of_group(&self, group: &str) -> Vec<JobId> {
        self.jobs
            .iter()
            .filter(|(_, job)| job.group.as_deref() == Some(group))
            .map(|(&id, _)| id)
            .collect()
    }

    /// The jobs with a tag that did not end.
    pub fn jobs_with_tag(&self, tag: &str) -> Vec<JobId> {
        self.jobs
            .iter()
            .filter(|(_, job)| job.tags.iter().any(|t| &**t == tag))
            .map(|(&id, _)| id)
            .collect()
    }

    /// All stages with an attempt that runs, by id.
    pub fn active_stages(&self) -> Vec<StageStatus> {
        let mut stages: Vec<_> = self
            .graph
            .iter()
            .filter(|&ix| self.graph[ix].active.is_some())
            .map(|ix| self.status_at(ix))
            .collect();
        stages.sort_unstable_by_key(|s| s.id);
        stages
    }

    /// A stage of a running job, or a map stage that is kept.
    pub fn stage(&self, id: StageId) -> Option<StageStatus> {
        self.graph.find(id).map(|ix| self.status_at(ix))
    }

    /// The pools, in the order in which they were made; none under FIFO.
    pub fn pools(&self) -> Vec<PoolStatus> {
        let pools = self.pools.status();
        pools
            .map(|(conf, running)| PoolStatus {
                name: Arc::clone(&conf.name),
                mode: conf.mode,
                weight: conf.weight,
                min_share: conf.min_share,
                running,
            })
            .collect()
    }

    /// In which order jobs get slots.
    pub fn mode(&self) -> SchedulingMode {
        self.pools.mode()
    }

    /// How busy the executors are.
    pub fn slots(&self) -> SlotStatus {
        SlotStatus {
            total: self.executors.slots(),
            used: self.executors.used(),
        }
    }

    /// Whether nothing is left of jobs but map stages: no job, no attempt, no slot taken.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
            && self.sets.is_empty()
            && self.pools.is_idle()
            && self.executors.used() == 0
            && self
                .graph
                .iter()
                .all(|ix| self.graph[ix].is_map() && self.graph[ix].live.is_empty())
    }

    fn status_at(&self, ix: StageIx) -> StageStatus {
        let stage = &self.graph[ix];
        let sets = || {
            stage
                .live
                .iter()
                .filter_map(|&a| self.sets.get(&(stage.id, a)))
        };
        StageStatus {
            id: stage.id,
            attempt: stage.attempts.checked_sub(1),
            is_active: stage.active.is_some(),
            total: stage.partitions.len(),
            running: sets().map(|set| set.running()).sum(),
            done: stage.done.count(),
            failed: sets().map(|set| set.failed).sum(),
        }
    }
}
