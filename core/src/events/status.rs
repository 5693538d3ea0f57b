//! What is known of the latest jobs and stages.
//!
//! [`AppStatus`] is a listener that keeps, for whoever asks (a user interface, a status call), the
//! state, counts and times of jobs and stage attempts. It holds the latest thousand of each: the
//! oldest that have ended make room, those that run never do. Getters hand out copies.
//!
//! It knows what events tell. Should the bus drop some, counts are too low; the end of a job puts
//! its stages right.

mod data;
mod store;

use std::fmt;

use parking_lot::Mutex;

pub use self::data::{JobData, JobStatus, StageData, StageStatus, TaskCounts};
use self::store::Store;
use super::event::Event;
use super::listener::Listener;
use crate::scheduler::{JobId, StageId};

/// How many jobs and stage attempts are kept, unless `spark.ui.retainedJobs` and
/// `spark.ui.retainedStages` say otherwise.
pub const DEFAULT_RETAINED: usize = 1_000;

/// A listener that remembers the latest jobs and stages.
///
/// ```
/// use flint_core::events::{AppStatus, DEFAULT_RETAINED, Event, JobStatus, Listener};
///
/// let status = AppStatus::new(DEFAULT_RETAINED, DEFAULT_RETAINED);
/// status.on_event(&Event::JobStart {
///     job: 0,
///     stages: vec![],
///     group: None,
///     tags: vec![],
///     description: None,
///     pool: None,
///     time_ms: 1_000,
/// });
/// assert_eq!(status.active_jobs().len(), 1);
/// status.on_event(&Event::JobEnd { job: 0, error: None, time_ms: 1_250 });
/// let job = status.job(0).expect("it is one of the latest");
/// assert_eq!((job.status, job.duration_ms()), (JobStatus::Succeeded, Some(250)));
/// ```
pub struct AppStatus(Mutex<Store>);

impl AppStatus {
    /// Keeps at most so many ended jobs and ended stage attempts.
    pub fn new(retained_jobs: usize, retained_stages: usize) -> Self {
        AppStatus(Mutex::new(Store::new(retained_jobs, retained_stages)))
    }

    /// A job, if it runs or is one of the latest.
    pub fn job(&self, id: JobId) -> Option<JobData> {
        self.0.lock().jobs.get(&id).cloned()
    }

    /// The latest attempt of a stage, if it runs or is one of the latest.
    pub fn stage(&self, id: StageId) -> Option<StageData> {
        self.0.lock().attempts(id).next_back().cloned()
    }

    /// All attempts of a stage that are kept, oldest first.
    pub fn stage_attempts(&self, id: StageId) -> Vec<StageData> {
        self.0.lock().attempts(id).cloned().collect()
    }

    /// The jobs that have not ended, oldest first.
    pub fn active_jobs(&self) -> Vec<JobData> {
        self.0
            .lock()
            .jobs
            .values()
            .filter(|j| j.status == JobStatus::Running)
            .cloned()
            .collect()
    }

    /// All jobs that are kept, oldest first.
    pub fn jobs(&self) -> Vec<JobData> {
        self.0.lock().jobs.values().cloned().collect()
    }

    /// All stage attempts that are kept, by stage and attempt.
    pub fn stages(&self) -> Vec<StageData> {
        self.0.lock().stages.values().cloned().collect()
    }
}

impl Default for AppStatus {
    fn default() -> Self {
        AppStatus::new(DEFAULT_RETAINED, DEFAULT_RETAINED)
    }
}

impl Listener for AppStatus {
    fn on_event(&self, event: &Event) {
        self.0.lock().apply(event);
    }
}

impl fmt::Debug for AppStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = self.0.lock();
        f.debug_struct("AppStatus")
            .field("jobs", &store.jobs.len())
            .field("stages", &store.stages.len())
            .finish()
    }
}

#[cfg(test)]
#[path = "status/tests.rs"]
mod tests;
