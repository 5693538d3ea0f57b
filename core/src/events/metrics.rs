//! Counters for a scraper.
//!
//! [`EngineMetrics`] is a listener with a metric registry of its own, so that contexts of one
//! process don't mix. [`EngineMetrics::encode_text`] gives the OpenMetrics text that Prometheus
//! scrapes: names start with `flint_`, times are in seconds and sizes in bytes, as OpenMetrics asks.
//! [`EngineMetrics::encode_json`] and [`EngineMetrics::snapshot`] give the same as plain numbers.
//!
//! Everything that a task attempt counted is included, whether its result was taken or not: these
//! are the work done, not the work that was needed. Metrics know what events tell: should the bus
//! drop some, counters are too low, and gauges of what is active may stay off.

mod cached;

use std::fmt;

use parking_lot::Mutex;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use serde::{Deserialize, Serialize};

use self::cached::CachedBlocks;
use super::event::{Event, TaskMetrics, TaskOutcome};
use super::listener::Listener;

/// A listener that counts.
///
/// ```
/// use flint_core::events::{EngineMetrics, Event, Listener};
///
/// let metrics = EngineMetrics::new();
/// metrics.on_event(&Event::JobEnd { job: 0, error: None, time_ms: 0 });
/// assert!(metrics.encode_text().contains("flint_jobs_completed_total{result=\"succeeded\"} 1\n"));
/// assert_eq!(metrics.snapshot().jobs_succeeded, 1);
/// ```
pub struct EngineMetrics {
    registry: Registry,
    jobs: RunCounters,
    stages: RunCounters,
    stages_skipped: Counter,
    tasks: RunCounters,
    tasks_killed: Counter,
    task_run_time: Histogram,
    work: WorkCounters,
    executors: Gauge,
    cached_blocks: Gauge,
    cached_memory: Gauge,
    cached_disk: Gauge,
    cached: Mutex<CachedBlocks>,
}

/// All metrics at one moment, more or less: they are read one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricsSnapshot {
    /// Jobs submitted and not ended.
    pub jobs_active: u64,
    /// Jobs that have their results.
    pub jobs_succeeded: u64,
    /// Jobs given up or cancelled.
    pub jobs_failed: u64,
    /// Stage attempts that run.
    pub stages_active: u64,
    /// Stage attempts that succeeded.
    pub stages_succeeded: u64,
    /// Stage attempts that failed.
    pub stages_failed: u64,
    /// Stages that a job did not need to run.
    pub stages_skipped: u64,
    /// Task attempts that run.
    pub tasks_active: u64,
    /// Task attempts that did their work.
    pub tasks_succeeded: u64,
    /// Task attempts that failed.
    pub tasks_failed: u64,
    /// Task attempts that were told to stop.
    pub tasks_killed: u64,
    /// What all ended task attempts counted.
    pub work: TaskMetrics,
    /// Executors that can take tasks.
    pub executors: u64,
    /// Blocks of persisted RDDs.
    pub cached_blocks: u64,
    /// Their bytes in memory.
    pub cached_memory_bytes: u64,
    /// Their bytes on disk.
    pub cached_disk_bytes: u64,
}

/// Counts what starts, runs, and ends well or not.
struct RunCounters {
    active: Gauge,
    succeeded: Counter,
    failed: Counter,
}

/// The sums of [`TaskMetrics`].
struct WorkCounters {
    records_read: Counter,
    bytes_read: Counter,
    shuffle_records_read: Counter,
    shuffle_records_written: Counter,
    shuffle_bytes_written: Counter,
    spill_bytes: Counter,
    records_written: Counter,
    /// Not registered: the histogram of run times tells it.
    run_time_us: Counter,
}

/// Counters of one name, one for each way to end.
type ByResult = Family<[(&'static str, &'static str); 1], Counter>;

impl EngineMetrics {
    /// A registry in which everything is 0.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("flint");
        let r = &mut registry;
        let (jobs, _) = RunCounters::register(r, "jobs", "Jobs");
        let (stages, _) = RunCounters::register(r, "stages", "Stage attempts");
        let (tasks, tasks_completed) = RunCounters::register(r, "tasks", "Task attempts");
        let tasks_killed = tasks_completed.get_or_create_owned(&[("result", "killed")]);
        let stages_skipped = counter(r, "stages_skipped", "Stages that a job did not need to run");
        // 1 ms to 4.6 h
        let task_run_time = Histogram::new(exponential_buckets(0.001, 4.0, 13));
        let help = "Time that task attempts took on their executors";
        r.register_with_unit("task_run_time", help, Unit::Seconds, task_run_time.clone());
        let work = WorkCounters::register(r);
        let executors = gauge(r, "executors", "Executors that can take tasks", None);
        let cached_blocks = gauge(r, "cached_blocks", "Blocks of persisted RDDs", None);
        let help = "Memory that blocks of persisted RDDs take";
        let cached_memory = gauge(r, "cached_memory", help, Some(Unit::Bytes));
        let help = "Disk space that blocks of persisted RDDs take";
        let cached_disk = gauge(r, "cached_disk", help, Some(Unit::Bytes));
        EngineMetrics {
            registry,
            jobs,
            stages,
            stages_skipped,
            tasks,
            tasks_killed,
            task_run_time,
            work,
            executors,
            cached_blocks,
            cached_memory,
            cached_disk,
            cached: Mutex::default(),
        }
    }

    /// All metrics in the OpenMetrics text form.
    pub fn encode_text(&self) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("writing to a string can't fail");
        out
    }

    /// All metrics as one JSON object: the fields of [`MetricsSnapshot`].
    ///
    /// ```
    /// use flint_core::events::EngineMetrics;
    ///
    /// let json = EngineMetrics::new().encode_json();
    /// assert!(json.starts_with(r#"{"jobs_active":0,"jobs_succeeded":0,"#));
    /// ```
    pub fn encode_json(&self) -> String {
        serde_json::to_string(&self.snapshot()).expect("numbers under names are JSON")
    }

    /// All metrics as plain numbers.
    pub fn snapshot(&self) -> MetricsSnapshot {
        MetricsSnapshot {
            jobs_active: read(&self.jobs.active),
            jobs_succeeded: self.jobs.succeeded.get(),
            jobs_failed: self.jobs.failed.get(),
            stages_active: read(&self.stages.active),
            stages_succeeded: self.stages.succeeded.get(),
            stages_failed: self.stages.failed.get(),
            stages_skipped: self.stages_skipped.get(),
            tasks_active: read(&self.tasks.active),
            tasks_succeeded: self.tasks.succeeded.get(),
            tasks_failed: self.tasks.failed.get(),
            tasks_killed: self.tasks_killed.get(),
            work: self.work.read(),
            executors: read(&self.executors),
            cached_blocks: read(&self.cached_blocks),
            cached_memory_bytes: read(&self.cached_memory),
            cached_disk_bytes: read(&self.cached_disk),
        }
    }

    fn end_task(&self, outcome: &TaskOutcome, metrics: &TaskMetrics) {
        self.tasks.active.dec();
        match outcome {
            TaskOutcome::Success => self.tasks.succeeded.inc(),
            TaskOutcome::Failed(_) => self.tasks.failed.inc(),
            TaskOutcome::Killed => self.tasks_killed.inc(),
        };
        self.task_run_time.observe(metrics.run_time_us as f64 / 1e6);
        self.work.add(metrics);
    }

    fn change_cached(&self, change: impl FnOnce(&mut CachedBlocks)) {
        let mut cached = self.cached.lock();
        change(&mut cached);
        let totals = cached.totals();
        self.cached_blocks.set(clamp(totals.blocks));
        self.cached_memory.set(clamp(totals.memory_bytes));
        self.cached_disk.set(clamp(totals.disk_bytes));
    }
}

impl Listener for EngineMetrics {
    fn on_event(&self, event: &Event) {
        match event {
            Event::JobStart { .. } => self.jobs.start(),
            Event::JobEnd { error, .. } => self.jobs.end(error.is_none()),
            Event::StageSubmitted { .. } => self.stages.start(),
            Event::StageCompleted { error, .. } => self.stages.end(error.is_none()),
            Event::StageSkipped { .. } => {
                self.stages_skipped.inc();
            }
            Event::TaskStart { .. } => self.tasks.start(),
            Event::TaskEnd {
                outcome, metrics, ..
            } => self.end_task(outcome, metrics),
            Event::ExecutorAdded { .. } => {
                self.executors.inc();
            }
            Event::ExecutorRemoved { executor, .. } => {
                self.executors.dec();
                self.change_cached(|cached| cached.drop_executor(executor));
            }
            Event::BlockUpdated {
                rdd,
                partition,
                executor,
                level,
                memory_bytes,
                disk_bytes,
            } => {
                let block = (*rdd, *partition, executor.clone());
                self.change_cached(|cached| match level.as_str() {
                    "NONE" => cached.remove(&block),
                    _ => cached.put(block, *memory_bytes, *disk_bytes),
                });
            }
            Event::RddUnpersisted { rdd } => self.change_cached(|cached| cached.drop_rdd(*rdd)),
            Event::ApplicationStart { .. }
            | Event::ApplicationEnd { .. }
            | Event::EnvironmentUpdate { .. } => {}
        }
    }
}

impl Default for EngineMetrics {
    fn default() -> Self {
        EngineMetrics::new()
    }
}

impl fmt::Debug for EngineMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EngineMetrics")
            .field(&self.snapshot())
            .finish()
    }
}

impl RunCounters {
    /// Registers `NAME_active` and `NAME_completed{result}`.
    fn register(registry: &mut Registry, name: &str, what: &str) -> (Self, ByResult) {
        let active = gauge(
            registry,
            &format!("{name}_active"),
            &format!("{what} that run"),
            None,
        );
        let completed = ByResult::default();
        registry.register(
            format!("{name}_completed"),
            format!("{what} that ended"),
            completed.clone(),
        );
        let succeeded = completed.get_or_create_owned(&[("result", "succeeded")]);
        let failed = completed.get_or_create_owned(&[("result", "failed")]);
        (
            RunCounters {
                active,
                succeeded,
                failed,
            },
            completed,
        )
    }

    fn start(&self) {
        self.active.inc();
    }

    fn end(&self, well: bool) {
        self.active.dec();
        if well {
            self.succeeded.inc()
        } else {
            self.failed.inc()
        };
    }
}

impl WorkCounters {
    fn register(r: &mut Registry) -> Self {
        WorkCounters {
            records_read: counter(r, "records_read", "Records read from files and collections"),
            bytes_read: counter_bytes(r, "read", "Bytes read from files"),
            shuffle_records_read: counter(r, "shuffle_records_read", "Records read from shuffles"),
            shuffle_records_written: counter(
                r,
                "shuffle_records_written",
                "Records written to shuffles",
            ),
            shuffle_bytes_written: counter_bytes(r, "shuffle_written", "Bytes written to shuffles"),
            spill_bytes: counter_bytes(r, "spilled", "Bytes spilled to disk"),
            records_written: counter(r, "records_written", "Records written by saves"),
            run_time_us: Counter::default(),
        }
    }

    fn add(&self, m: &TaskMetrics) {
        self.records_read.inc_by(m.records_read);
        self.bytes_read.inc_by(m.bytes_read);
        self.shuffle_records_read.inc_by(m.shuffle_records_read);
        self.shuffle_records_written
            .inc_by(m.shuffle_records_written);
        self.shuffle_bytes_written.inc_by(m.shuffle_bytes_written);
        self.spill_bytes.inc_by(m.spill_bytes);
        self.records_written.inc_by(m.records_written);
        self.run_time_us.inc_by(m.run_time_us);
    }

    fn read(&self) -> TaskMetrics {
        TaskMetrics {
            records_read: self.records_read.get(),
            bytes_read: self.bytes_read.get(),
            shuffle_records_read: self.shuffle_records_read.get(),
            shuffle_records_written: self.shuffle_records_written.get(),
            shuffle_bytes_written: self.shuffle_bytes_written.get(),
            spill_bytes: self.spill_bytes.get(),
            records_written: self.records_written.get(),
            run_time_us: self.run_time_us.get(),
        }
    }
}

fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register(name, help, counter.clone());
    counter
}

fn counter_bytes(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register_with_unit(name, help, Unit::Bytes, counter.clone());
    counter
}

fn gauge(registry: &mut Registry, name: &str, help: &str, unit: Option<Unit>) -> Gauge {
    let gauge = Gauge::default();
    match unit {
        Some(unit) => registry.register_with_unit(name, help, unit, gauge.clone()),
        None => registry.register(name, help, gauge.clone()),
    }
    gauge
}

/// A gauge's value; 0 where dropped events have made it negative.
fn read(gauge: &Gauge) -> u64 {
    u64::try_from(gauge.get()).unwrap_or(0)
}

fn clamp(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "metrics/tests.rs"]
mod tests;
