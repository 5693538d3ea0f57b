//! The limits of the scheduler ([`SchedulerConf`]).

use std::time::Duration;

/// When the scheduler gives up.
///
/// ```
/// use flint_core::scheduler::SchedulerConf;
/// let local = SchedulerConf { max_task_failures: 1, ..SchedulerConf::default() };
/// assert_eq!(local.max_stage_attempts, 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchedulerConf {
    /// How often one task may fail before its jobs are given up (`spark.task.maxFailures`). 0 is
    /// read as 1. Default: 4.
    pub max_task_failures: u32,
    /// How many attempts of a stage in a row may end with a fetch failure before its jobs are
    /// given up (`spark.stage.maxConsecutiveAttempts`). 0 is read as 1. Default: 4.
    pub max_stage_attempts: u32,
    /// How long jobs wait while there is no executor at all. Default: 2 minutes.
    pub executor_grace: Duration,
}

impl Default for SchedulerConf {
    fn default() -> Self {
        SchedulerConf {
            max_task_failures: 4,
            max_stage_attempts: 4,
            executor_grace: Duration::from_secs(120),
        }
    }
}
