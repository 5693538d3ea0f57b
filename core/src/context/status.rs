//! What runs now: Spark's `SparkStatusTracker`.

use super::Context;
use crate::scheduler::{JobId, JobStatus, StageId, StageStatus};

/// Looks at running jobs and stages. What has ended is forgotten at once; a listener
/// ([`AppStatus`](crate::events::AppStatus)) remembers.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::local("local[2]")?;
/// ctx.set_job_group("report", "the weekly report");
/// ctx.add_job_tag("weekly")?;
/// let status = ctx.status_tracker();
/// let look = move |_| {
///     let jobs = status.active_jobs();
///     assert_eq!(status.job_ids_for_group("report"), [jobs[0].id]);
///     assert_eq!(status.job_ids_for_tag("weekly"), [jobs[0].id]);
///     let stages = status.active_stages();
///     assert!(status.stage(stages[0].id).is_some_and(|stage| stage.is_active));
///     status.job(jobs[0].id).map_or(0, |job| job.stages.len())
/// };
/// assert_eq!(ctx.range(0, 1, 1, 1)?.map(look).collect()?, [1]);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct StatusTracker {
    ctx: Context,
}

impl StatusTracker {
    pub(super) fn new(ctx: &Context) -> Self {
        StatusTracker { ctx: ctx.clone() }
    }

    /// The running jobs.
    pub fn active_jobs(&self) -> Vec<JobStatus> {
        self.ctx.inner().driver.with_scheduler(|s| s.jobs())
    }

    /// A running job.
    pub fn job(&self, id: JobId) -> Option<JobStatus> {
        self.ctx.inner().driver.with_scheduler(|s| s.job(id))
    }

    /// The running jobs of a group.
    pub fn job_ids_for_group(&self, group: &str) -> Vec<JobId> {
        self.ctx
            .inner()
            .driver
            .with_scheduler(|s| s.jobs_of_group(group))
    }

    /// The running jobs with a tag.
    pub fn job_ids_for_tag(&self, tag: &str) -> Vec<JobId> {
        self.ctx
            .inner()
            .driver
            .with_scheduler(|s| s.jobs_with_tag(tag))
    }

    /// The stages that run.
    pub fn active_stages(&self) -> Vec<StageStatus> {
        self.ctx
            .inner()
            .driver
            .with_scheduler(|s| s.active_stages())
    }

    /// A stage of a running job.
    pub fn stage(&self, id: StageId) -> Option<StageStatus> {
        self.ctx.inner().driver.with_scheduler(|s| s.stage(id))
    }
}
