//! Keeps jobs and stages up to date with the events.

use std::collections::BTreeMap;

use super::data::{JobData, JobStatus, StageData, StageStatus, TaskCounts};
use crate::error::Error;
use crate::events::{Event, StageInfo, TaskMetrics};
use crate::scheduler::{JobId, StageId};

#[derive(Debug)]
pub(super) struct Store {
    retained_jobs: usize,
    retained_stages: usize,
    pub(super) jobs: BTreeMap<JobId, JobData>,
    /// By stage and attempt.
    pub(super) stages: BTreeMap<(StageId, u32), StageData>,
    /// The running jobs that each of their stages belongs to.
    jobs_of: BTreeMap<StageId, Vec<JobId>>,
}

impl Store {
    pub(super) fn new(retained_jobs: usize, retained_stages: usize) -> Self {
        Store {
            retained_jobs,
            retained_stages,
            jobs: BTreeMap::new(),
            stages: BTreeMap::new(),
            jobs_of: BTreeMap::new(),
        }
    }

    /// The attempts of a stage, oldest first.
    pub(super) fn attempts(&self, stage: StageId) -> impl DoubleEndedIterator<Item = &StageData> {
        self.stages
            .range((stage, 0)..=(stage, u32::MAX))
            .map(|(_, data)| data)
    }

    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::JobStart { .. } => self.start_job(event),
            Event::JobEnd {
                job,
                error,
                time_ms,
            } => self.end_job(*job, error.as_ref(), *time_ms),
            Event::StageSubmitted {
                stage,
                attempt,
                num_tasks,
                time_ms,
            } => {
                self.submit_stage(*stage, *attempt, *num_tasks, *time_ms);
            }
            Event::StageCompleted {
                stage,
                attempt,
                error,
                time_ms,
            } => {
                self.complete_stage(*stage, *attempt, error.as_ref(), *time_ms);
            }
            Event::StageSkipped { job, stage } => self.skip_stage(*job, *stage),
            Event::TaskStart { attempt, .. } => {
                self.count_tasks(attempt.stage, attempt.stage_attempt, TaskCounts::start);
            }
            Event::TaskEnd {
                attempt,
                outcome,
                metrics,
                accepted,
                ..
            } => {
                self.count_tasks(attempt.stage, attempt.stage_attempt, |c| {
                    c.end(outcome, *accepted)
                });
                if let Some(stage) = self.stages.get_mut(&(attempt.stage, attempt.stage_attempt)) {
                    stage.metrics.add(metrics);
                }
            }
            _ => {}
        }
    }

    fn start_job(&mut self, event: &Event) {
        let Event::JobStart {
            job,
            stages,
            group,
            tags,
            description,
            time_ms,
            ..
        } = event
        else {
            return;
        };
        for info in stages {
            self.jobs_of.entry(info.id).or_default().push(*job);
            if self
                .attempts(info.id)
                .next_back()
                .is_none_or(|s| s.status == StageStatus::Skipped)
            {
                self.stages.insert((info.id, 0), pending(info));
            }
        }
        let data = JobData {
            id: *job,
            name: stages.last().map(|s| s.name.clone()).unwrap_or_default(),
            description: description.clone(),
            group: group.clone(),
            tags: tags.clone(),
            status: JobStatus::Running,
            submitted_ms: *time_ms,
            ended_ms: None,
            error: None,
            stages: stages.iter().map(|s| s.id).collect(),
            completed_stages: 0,
            skipped_stages: 0,
            failed_stages: 0,
            num_tasks: stages.iter().fold(0, |n, s| n.saturating_add(s.num_tasks)),
            tasks: TaskCounts::default(),
        };
        self.jobs.insert(*job, data);
    }

    fn end_job(&mut self, id: JobId, error: Option<&Error>, time_ms: u64) {
        let Some(job) = self.jobs.get_mut(&id) else {
            return;
        };
        job.status = if error.is_some() {
            JobStatus::Failed
        } else {
            JobStatus::Succeeded
        };
        job.ended_ms = Some(time_ms);
        job.error = error.cloned();
        job.tasks.active = 0;
        for stage in job.stages.clone() {
            let jobs = self.jobs_of.entry(stage).or_default();
            jobs.retain(|j| *j != id);
            if jobs.is_empty() {
                self.jobs_of.remove(&stage);
                self.abandon_stage(stage, error, time_ms);
            }
        }
        retain(&mut self.jobs, self.retained_jobs, |j| {
            j.status != JobStatus::Running
        });
        retain(&mut self.stages, self.retained_stages, StageData::has_ended);
    }

    /// Ends a stage that no running job needs, if nothing else ended it.
    fn abandon_stage(&mut self, id: StageId, error: Option<&Error>, time_ms: u64) {
        let attempts = self
            .stages
            .range_mut((id, 0)..=(id, u32::MAX))
            .map(|(_, stage)| stage);
        for stage in attempts.filter(|s| !s.has_ended()) {
            if stage.status == StageStatus::Pending {
                stage.status = StageStatus::Skipped;
            } else {
                end_stage(stage, error, time_ms);
            }
        }
    }

    fn submit_stage(&mut self, id: StageId, attempt: u32, num_tasks: u32, time_ms: u64) {
        let mut data = match self.attempts(id).next_back() {
            Some(known) => known.clone(),
            None => pending(&StageInfo {
                id,
                name: String::new(),
                num_tasks,
                parents: Vec::new(),
                rdds: Vec::new(),
            }),
        };
        if matches!(data.status, StageStatus::Pending | StageStatus::Skipped) {
            self.stages.remove(&(id, data.attempt)); // this is its first run
        }
        data.attempt = attempt;
        data.status = StageStatus::Active;
        data.submitted_ms = Some(time_ms);
        data.ended_ms = None;
        data.error = None;
        data.num_tasks = num_tasks;
        data.tasks = TaskCounts::default();
        data.metrics = TaskMetrics::default();
        self.stages.insert((id, attempt), data);
    }

    fn complete_stage(&mut self, id: StageId, attempt: u32, error: Option<&Error>, time_ms: u64) {
        if let Some(stage) = self.stages.get_mut(&(id, attempt)) {
            end_stage(stage, error, time_ms);
        }
        self.each_job_of(id, |job| match error {
            Some(_) => job.failed_stages += 1,
            None => job.completed_stages += 1,
        });
        retain(&mut self.stages, self.retained_stages, StageData::has_ended);
    }

    fn skip_stage(&mut self, job: JobId, stage: StageId) {
        if let Some(job) = self.jobs.get_mut(&job) {
            job.skipped_stages += 1;
        }
        // A stage that ran for an earlier job keeps what it did there.
        if let Some(stage) = self.stages.get_mut(&(stage, 0))
            && stage.status == StageStatus::Pending
        {
            stage.status = StageStatus::Skipped;
        }
    }

    fn count_tasks(&mut self, stage: StageId, attempt: u32, count: impl Fn(&mut TaskCounts)) {
        if let Some(stage) = self.stages.get_mut(&(stage, attempt)) {
            count(&mut stage.tasks);
        }
        self.each_job_of(stage, |job| count(&mut job.tasks));
    }

    fn each_job_of(&mut self, stage: StageId, change: impl Fn(&mut JobData)) {
        for job in self.jobs_of.get(&stage).into_iter().flatten() {
            if let Some(job) = self.jobs.get_mut(job) {
                change(job);
            }
        }
    }
}

fn pending(info: &StageInfo) -> StageData {
    StageData {
        id: info.id,
        attempt: 0,
        name: info.name.clone(),
        parents: info.parents.clone(),
        status: StageStatus::Pending,
        submitted_ms: None,
        ended_ms: None,
        error: None,
        num_tasks: info.num_tasks,
        tasks: TaskCounts::default(),
        metrics: TaskMetrics::default(),
    }
}

fn end_stage(stage: &mut StageData, error: Option<&Error>, time_ms: u64) {
    stage.status = if error.is_some() {
        StageStatus::Failed
    } else {
        StageStatus::Complete
    };
    stage.ended_ms = Some(time_ms);
    stage.error = error.cloned();
}

/// Removes the oldest that have ended until at most `limit` are left, or none has ended.
fn retain<K: Ord + Copy, V>(
    map: &mut BTreeMap<K, V>,
    limit: usize,
    has_ended: impl Fn(&V) -> bool,
) {
    while map.len() > limit {
        let Some(oldest) = map.iter().find(|(_, v)| has_ended(v)).map(|(k, _)| *k) else {
            return;
        };
        map.remove(&oldest);
    }
}
