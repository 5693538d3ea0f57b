//! The settings of the scheduler ([`SchedulerConf`]).

use std::sync::Arc;
use std::time::Duration;

use crate::conf::Conf;
use crate::error::{Error, Result};

/// When the scheduler gives up, and how it chooses.
///
/// ```
/// use flint_core::scheduler::SchedulerConf;
/// let local = SchedulerConf { max_task_failures: 1, ..SchedulerConf::default() };
/// assert_eq!(local.max_stage_attempts, 4);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerConf {
    /// How often one task may fail before its jobs are given up (`spark.task.maxFailures`). 0 is
    /// read as 1. Default: 4.
    pub max_task_failures: u32,
    /// How many attempts of a stage in a row may end with a fetch failure before its jobs are
    /// given up (`spark.stage.maxConsecutiveAttempts`). 0 is read as 1. Default: 4.
    pub max_stage_attempts: u32,
    /// How long jobs wait while there is no executor at all. Default: 2 minutes.
    pub executor_grace: Duration,
    /// Who gets a free slot (`spark.scheduler.mode`). Default: first in, first out.
    pub mode: SchedulingMode,
    /// Pools of [`SchedulingMode::Fair`] that are known from the start. Others are made with
    /// defaults when a job names them, and `default` is always there.
    pub pools: Vec<PoolConf>,
    /// Copies of slow tasks (`spark.speculation`). Default: none are made.
    pub speculation: Option<SpeculationConf>,
    /// Avoids executors on which tasks failed (`spark.excludeOnFailure.*`). Default: none.
    pub exclusion: Option<ExclusionConf>,
}

impl Default for SchedulerConf {
    fn default() -> Self {
        SchedulerConf {
            max_task_failures: 4,
            max_stage_attempts: 4,
            executor_grace: Duration::from_secs(120),
            mode: SchedulingMode::Fifo,
            pools: Vec::new(),
            speculation: None,
            exclusion: None,
        }
    }
}

/// In which order jobs, or the pools of jobs, get free slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchedulingMode {
    /// The first job first, and of its stages the first.
    #[default]
    Fifo,
    /// Whoever has least of what it should have.
    Fair,
}

impl std::fmt::Display for SchedulingMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SchedulingMode::Fifo => "FIFO",
            SchedulingMode::Fair => "FAIR",
        })
    }
}

impl std::str::FromStr for SchedulingMode {
    type Err = String;

    /// Reads `FIFO` or `FAIR` in any case.
    fn from_str(text: &str) -> Result<Self, String> {
        [SchedulingMode::Fifo, SchedulingMode::Fair]
            .into_iter()
            .find(|mode| mode.to_string().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| format!("`{text}` is neither FIFO nor FAIR"))
    }
}

/// A pool of jobs under [`SchedulingMode::Fair`].
///
/// ```
/// use flint_core::scheduler::{PoolConf, SchedulingMode};
/// let pool = PoolConf::new("reports");
/// assert_eq!((pool.mode, pool.weight, pool.min_share), (SchedulingMode::Fifo, 1, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolConf {
    /// Its name, as in the local property `spark.scheduler.pool`.
    pub name: Arc<str>,
    /// The order inside of the pool.
    pub mode: SchedulingMode,
    /// Its share of the slots, in proportion to other pools. 0 is read as 1.
    pub weight: u32,
    /// Slots that it gets before any pool gets more than its own minimum.
    pub min_share: u32,
}

impl PoolConf {
    /// A pool with Spark's defaults: first in, first out, weight 1, no minimum.
    pub fn new(name: impl AsRef<str>) -> Self {
        PoolConf {
            name: Arc::from(name.as_ref()),
            mode: SchedulingMode::Fifo,
            weight: 1,
            min_share: 0,
        }
    }
}

/// When a second copy of a slow task is started on another executor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeculationConf {
    /// How often to look (`spark.speculation.interval`). Default: 100 ms.
    pub interval: Duration,
    /// How many times slower than the median of those that are done
    /// (`spark.speculation.multiplier`). Default: 3.
    pub multiplier: f64,
    /// Which share of the tasks must be done first (`spark.speculation.quantile`). Default: 0.9.
    pub quantile: f64,
    /// No task is slow before it has run so long (`spark.speculation.minTaskRuntime`). Default:
    /// 100 ms.
    pub min_task_runtime: Duration,
    /// Of a stage that fits into one executor, a task is slow from here on even if too few are
    /// done to compare it with (`spark.speculation.task.duration.threshold`). Default: none.
    pub threshold: Option<Duration>,
}

impl Default for SpeculationConf {
    fn default() -> Self {
        SpeculationConf {
            interval: Duration::from_millis(100),
            multiplier: 3.0,
            quantile: 0.9,
            min_task_runtime: Duration::from_millis(100),
            threshold: None,
        }
    }
}

/// After which failures tasks keep away from executors and hosts. A limit of 0 is read as 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExclusionConf {
    /// Whether a task, or all tasks of a stage attempt, avoid places
    /// (`spark.excludeOnFailure.taskAndStage.enabled`).
    pub task_and_stage: bool,
    /// Whether all stages avoid places (`spark.excludeOnFailure.application.enabled`).
    pub application: bool,
    /// Failures of one task on one executor (`task.maxTaskAttemptsPerExecutor`). Default: 1.
    pub task_attempts_per_executor: u32,
    /// Failures of one task on one host (`task.maxTaskAttemptsPerNode`). Default: 2.
    pub task_attempts_per_host: u32,
    /// Tasks of a stage attempt that failed on one executor (`stage.maxFailedTasksPerExecutor`).
    /// Default: 2.
    pub stage_tasks_per_executor: u32,
    /// Executors of one host that a stage attempt avoids (`stage.maxFailedExecutorsPerNode`).
    /// Default: 2.
    pub stage_executors_per_host: u32,
    /// Tasks that failed on one executor in stage attempts that succeeded in the end
    /// (`application.maxFailedTasksPerExecutor`). Default: 2.
    pub application_tasks_per_executor: u32,
    /// Executors of one host that all avoid (`application.maxFailedExecutorsPerNode`). Default: 2.
    pub application_executors_per_host: u32,
    /// Whether an executor whose map output could not be fetched is avoided at once
    /// (`application.fetchFailure.enabled`). Default: no.
    pub fetch_failures: bool,
    /// How long all stages avoid a place, and for how long a failure counts for that
    /// (`timeout`). Default: 1 hour.
    pub timeout: Duration,
}

impl ExclusionConf {
    /// Reads `spark.excludeOnFailure.*`. None if nothing is excluded.
    ///
    /// # Errors
    /// [`Error::Conf`] for a value that can't be used; as in Spark, also if a task may fail on one
    /// node as often as it may fail at all, so that one bad node would fail a job.
    pub fn from_conf(conf: &Conf) -> Result<Option<Self>> {
        let key = |name: &str| format!("spark.excludeOnFailure.{name}");
        let enabled = |level: &str| {
            let own = key(&format!("{level}.enabled"));
            let set = conf.contains(&own);
            conf.get_bool(if set {
                &own
            } else {
                "spark.excludeOnFailure.enabled"
            })
        };
        let (task_and_stage, application) = (enabled("taskAndStage")?, enabled("application")?);
        if !task_and_stage && !application {
            return Ok(None);
        }
        let count = |name: &str| {
            conf.get_int(&key(name))
                .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
        };
        let per_node = "task.maxTaskAttemptsPerNode";
        let (on_node, in_all) = (count(per_node)?, conf.get_int("spark.task.maxFailures")?);
        if task_and_stage && i64::from(on_node) >= in_all {
            return Err(Error::Conf {
                key: key(per_node),
                value: on_node.to_string(),
                reason: format!(
                    "it must be less than spark.task.maxFailures = {in_all}, or one bad node fails a job"
                ),
            });
        }
        Ok(Some(ExclusionConf {
            task_and_stage,
            application,
            task_attempts_per_executor: count("task.maxTaskAttemptsPerExecutor")?,
            task_attempts_per_host: on_node,
            stage_tasks_per_executor: count("stage.maxFailedTasksPerExecutor")?,
            stage_executors_per_host: count("stage.maxFailedExecutorsPerNode")?,
            application_tasks_per_executor: count("application.maxFailedTasksPerExecutor")?,
            application_executors_per_host: count("application.maxFailedExecutorsPerNode")?,
            fetch_failures: conf.get_bool(&key("application.fetchFailure.enabled"))?,
            timeout: conf.get_duration(&key("timeout"))?,
        }))
    }
}

impl SpeculationConf {
    /// Reads `spark.speculation*`. None if it is off.
    ///
    /// # Errors
    /// [`Error::Conf`] for a value that can't be used.
    pub fn from_conf(conf: &Conf) -> Result<Option<Self>> {
        if !conf.get_bool("spark.speculation")? {
            return Ok(None);
        }
        let threshold = "spark.speculation.task.duration.threshold";
        let threshold = conf
            .contains(threshold)
            .then(|| conf.get_duration(threshold));
        Ok(Some(SpeculationConf {
            interval: conf.get_duration("spark.speculation.interval")?,
            multiplier: conf.get_double("spark.speculation.multiplier")?,
            quantile: conf.get_double("spark.speculation.quantile")?,
            min_task_runtime: conf.get_duration("spark.speculation.minTaskRuntime")?,
            threshold: threshold.transpose()?,
        }))
    }
}

impl Default for ExclusionConf {
    fn default() -> Self {
        ExclusionConf {
            task_and_stage: true,
            application: true,
            task_attempts_per_executor: 1,
            task_attempts_per_host: 2,
            stage_tasks_per_executor: 2,
            stage_executors_per_host: 2,
            application_tasks_per_executor: 2,
            application_executors_per_host: 2,
            fetch_failures: false,
            timeout: Duration::from_secs(3600),
        }
    }
}
