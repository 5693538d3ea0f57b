//! Running jobs and their stages.

use std::collections::BTreeMap;

use super::Out;
use crate::error::Error;
use crate::events::log::json::stage::StageInfo;
use crate::events::log::json::{Exception, JobResult, Line, Texts};
use crate::events::{Event, event};
use crate::scheduler::{JobId, StageId};

/// A stage and an attempt of it.
type StageAttempt = (StageId, u32);

/// What a job's thread had set, under Spark's keys.
#[derive(Clone, Debug, Default)]
pub(super) struct JobProperties(Vec<(&'static str, String)>);

impl JobProperties {
    /// Those of the start of a job.
    pub(super) fn of(event: &Event) -> Self {
        let Event::JobStart {
            group,
            tags,
            description,
            pool,
            ..
        } = event
        else {
            return JobProperties::default();
        };
        let tags = (!tags.is_empty()).then(|| tags.join(","));
        let all = [
            ("spark.jobGroup.id", group.clone()),
            ("spark.job.description", description.clone()),
            ("spark.job.tags", tags),
            ("spark.scheduler.pool", pool.clone()),
        ];
        JobProperties(all.into_iter().filter_map(|(k, v)| Some((k, v?))).collect())
    }

    fn texts(&self) -> Texts<'_> {
        self.0.iter().map(|(k, v)| (*k, v.as_str())).collect()
    }
}

/// The running jobs and their stages.
#[derive(Default)]
pub(super) struct Jobs {
    jobs: BTreeMap<JobId, Vec<StageId>>,
    stages: BTreeMap<StageId, Stage>,
}

struct Stage {
    info: event::StageInfo,
    properties: JobProperties,
    of_results: bool,
    /// How many running jobs have it.
    jobs: usize,
    /// The attempts that run: tasks, and when they were submitted.
    running: BTreeMap<u32, (u32, u64)>,
}

impl Jobs {
    /// A job starts. Its last stage makes its results.
    pub(super) fn start(
        &mut self,
        job: JobId,
        stages: &[event::StageInfo],
        properties: JobProperties,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        out(Line::JobStart {
            job,
            submission_time: time_ms,
            stage_infos: stages
                .iter()
                .map(|s| StageInfo::new(s, 0, s.num_tasks))
                .collect(),
            stage_ids: stages.iter().map(|s| s.id).collect(),
            properties: &properties.texts(),
        });
        for (i, info) in stages.iter().enumerate() {
            let stage = self.stages.entry(info.id).or_insert_with(|| Stage {
                info: info.clone(),
                properties: properties.clone(),
                of_results: i + 1 == stages.len(),
                jobs: 0,
                running: BTreeMap::new(),
            });
            stage.jobs += 1;
        }
        self.jobs.insert(job, stages.iter().map(|s| s.id).collect());
    }

    /// A job ends, and with it what of its stages still runs for no other one.
    pub(super) fn end(
        &mut self,
        job: JobId,
        error: Option<&Error>,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        for id in self.jobs.remove(&job).unwrap_or_default() {
            let Some(stage) = self.stages.get_mut(&id) else {
                continue;
            };
            stage.jobs -= 1;
            if stage.jobs > 0 {
                continue;
            }
            let running: Vec<u32> = stage.running.keys().copied().collect();
            for attempt in running {
                self.complete((id, attempt), error, time_ms, out);
            }
            self.stages.remove(&id);
        }
        let result = match error {
            None => JobResult::JobSucceeded,
            Some(error) => JobResult::JobFailed {
                exception: Exception {
                    message: error.to_string(),
                    stack_trace: [],
                },
            },
        };
        out(Line::JobEnd {
            job,
            completion_time: time_ms,
            result,
        });
    }

    /// The context stops, and with it all jobs.
    pub(super) fn end_all(&mut self, time_ms: u64, out: &mut Out<'_>) {
        let jobs: Vec<JobId> = self.jobs.keys().copied().collect();
        for job in jobs {
            self.end(job, Some(&Error::ContextStopped), time_ms, out);
        }
    }

    pub(super) fn submit(
        &mut self,
        (id, attempt): StageAttempt,
        num_tasks: u32,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        let Some(stage) = self.stages.get_mut(&id) else {
            return;
        };
        stage.running.insert(attempt, (num_tasks, time_ms));
        let mut info = StageInfo::new(&stage.info, attempt, num_tasks);
        info.submission_time = Some(time_ms);
        out(Line::StageSubmitted {
            info,
            properties: &stage.properties.texts(),
        });
    }

    pub(super) fn complete(
        &mut self,
        (id, attempt): StageAttempt,
        error: Option<&Error>,
        time_ms: u64,
        out: &mut Out<'_>,
    ) {
        let Some(stage) = self.stages.get_mut(&id) else {
            return;
        };
        let Some((num_tasks, submitted)) = stage.running.remove(&attempt) else {
            return;
        };
        let mut info = StageInfo::new(&stage.info, attempt, num_tasks);
        info.submission_time = Some(submitted);
        info.completion_time = Some(time_ms);
        info.failure_reason = error.map(Error::to_string);
        out(Line::StageCompleted { info });
    }

    /// Whether the tasks of a stage make results, not outputs for other stages.
    pub(super) fn is_of_results(&self, stage: StageId) -> bool {
        self.stages.get(&stage).is_some_and(|s| s.of_results)
    }
}
