//! Making a context.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::driver::{Driver, DriverEvents};
use super::{Context, ContextInner};
use crate::backend::{BackendEvents, ClusterManager, NoTransport, TaskBackend, ThreadBackend};
use crate::clock::{Clock, SystemClock};
use crate::conf::{Conf, MasterUrl};
use crate::durable::{DurableFs, LocalFs};
use crate::error::{Error, Result};
use crate::events::{ConsoleProgress, Event, EventLog, Listener, unix_ms};
use crate::exec::ExecutorEnv;
use crate::scheduler::{
    ExclusionConf, ExecutorId, PoolConf, SchedulerConf, SchedulingMode, SpeculationConf,
};

/// Settings of a [`Context`] to be.
///
/// Settings are Spark's keys; the named methods are short forms. What can't be used is reported by
/// [`build`](Self::build), all of it typed.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::builder()
///     .master("local[2]")
///     .app_name("report")
///     .memory_bytes(64 << 20)
///     .config("spark.default.parallelism", 4)
///     .build()?;
/// assert_eq!(ctx.default_parallelism(), 4);
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct ContextBuilder {
    conf: Conf,
    problem: Option<Error>,
    managers: Vec<Arc<dyn ClusterManager>>,
    clock: Arc<dyn Clock>,
    fs: Arc<dyn DurableFs>,
}

impl fmt::Debug for ContextBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContextBuilder({:?})", self.conf)
    }
}

impl ContextBuilder {
    pub(super) fn new() -> Self {
        ContextBuilder {
            conf: Conf::new(),
            problem: None,
            managers: Vec::new(),
            clock: Arc::new(SystemClock::new()),
            fs: Arc::new(LocalFs::new()),
        }
    }

    /// Where tasks run: `local`, `local[N]`, `local[*]`, `local[N,F]`, or what a
    /// [`ClusterManager`] accepts. Default: `local[*]`.
    pub fn master(self, url: &str) -> Self {
        self.config("spark.master", url)
    }

    /// The application's name, for logs and the UI.
    pub fn app_name(self, name: &str) -> Self {
        self.config("spark.app.name", name)
    }

    /// Engine memory in bytes, for running tasks and cached blocks together.
    pub fn memory_bytes(self, bytes: u64) -> Self {
        self.config("flint.memory.size", bytes)
    }

    /// Sets one key.
    pub fn config(mut self, key: &str, value: impl fmt::Display) -> Self {
        if let Err(e) = self.conf.set(key, value) {
            self.problem.get_or_insert(e);
        }
        self
    }

    /// Takes over all keys of `conf`.
    pub fn conf(mut self, conf: &Conf) -> Self {
        for (key, value) in conf.get_all() {
            self = self.config(key, value);
        }
        self
    }

    /// Adds a manager for master URLs beyond `local`.
    pub fn cluster_manager(mut self, manager: Arc<dyn ClusterManager>) -> Self {
        self.managers.push(manager);
        self
    }

    /// Tells time by `clock`.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Writes saves and checkpoints through `fs`.
    pub fn durable_fs(mut self, fs: Arc<dyn DurableFs>) -> Self {
        self.fs = fs;
        self
    }

    /// Starts the context.
    ///
    /// # Errors
    /// [`Error::Conf`] for the first value that can't be used, [`Error::Master`] for a master URL
    /// that nobody accepts, [`Error::Io`] if threads or directories can't be made.
    pub fn build(self) -> Result<Context> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let conf = Arc::new(self.conf);
        let url = conf.get("spark.master").unwrap_or("local[*]").to_owned();
        let master: MasterUrl = url.parse()?;
        let env = ExecutorEnv::new(
            ExecutorId::driver(),
            Arc::clone(&conf),
            Arc::new(NoTransport),
        )?;
        let driver = Driver::new(scheduler_conf(&conf, &master)?, &conf, &env, &self.clock)?;
        driver.watch_blocks();
        let parallelism = match conf.get("spark.default.parallelism") {
            Some(_) => Some(at_least_one(
                conf.get_int("spark.default.parallelism")?,
                &conf,
            )?),
            None => None,
        };
        let id = next_context_id();
        let run_id = format!("{}-{}-{id}", unix_ms(self.clock.wall()), std::process::id());
        // Before the first executor, of which it tells.
        let app_id = format!("local-{run_id}");
        let event_log = EventLog::start(&conf, &self.fs, &app_id)?;
        if let Some(log) = &event_log {
            let log = Arc::clone(log) as Arc<dyn Listener>;
            driver.bus().add_listener(log)?;
        }
        let app_name = conf.get("spark.app.name").unwrap_or("flint").to_owned();
        announce(&driver, &conf, &app_name, app_id, &url, &self.clock)?;
        let started = start(&master, &url, &self.managers, &conf, &env, &driver);
        if let (Err(_), Some(log)) = (&started, &event_log) {
            log.discard();
        }
        let (backend, slots) = started?;
        driver.set_backend(backend);
        let inner = ContextInner {
            id,
            run_id,
            app_name,
            master: url,
            default_parallelism: parallelism.unwrap_or(slots),
            env,
            fs: self.fs,
            driver,
            event_log,
            checkpoint_dir: Mutex::new(None),
            pending_checkpoints: AtomicU64::new(0),
            needs_prepare: AtomicBool::new(false),
            rdds: AtomicU64::new(0),
            shuffles: AtomicU64::new(0),
            stages: AtomicU64::new(0),
            variables: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            conf,
        };
        Ok(Context(Arc::new(inner)))
    }
}

fn next_context_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn at_least_one(n: i64, conf: &Conf) -> Result<usize> {
    usize::try_from(n)
        .ok()
        .filter(|&n| n > 0)
        .ok_or_else(|| Error::Conf {
            key: "spark.default.parallelism".to_owned(),
            value: conf
                .get("spark.default.parallelism")
                .unwrap_or_default()
                .to_owned(),
            reason: "it must be at least 1".to_owned(),
        })
}

fn scheduler_conf(conf: &Conf, master: &MasterUrl) -> Result<SchedulerConf> {
    let count = |key| {
        conf.get_int(key)
            .map(|n| u32::try_from(n).unwrap_or(1).max(1))
    };
    let max_task_failures = match master.max_failures() {
        Some(n) => n as u32,
        None => count("spark.task.maxFailures")?,
    };
    let mode = conf.get_str("spark.scheduler.mode")?;
    let mode = mode.parse().map_err(|reason| Error::Conf {
        key: "spark.scheduler.mode".to_owned(),
        value: mode.to_owned(),
        reason,
    })?;
    // As in Spark: there is no other executor that a copy could run on.
    let is_local = master.local_threads().is_some();
    let speculation = SpeculationConf::from_conf(conf)?.filter(|_| !is_local);
    Ok(SchedulerConf {
        max_task_failures,
        max_stage_attempts: count("spark.stage.maxConsecutiveAttempts")?,
        mode,
        pools: pools(conf, mode)?,
        speculation,
        exclusion: ExclusionConf::from_conf(conf)?,
        ..SchedulerConf::default()
    })
}

fn pools(conf: &Conf, mode: SchedulingMode) -> Result<Vec<PoolConf>> {
    match (mode, conf.get("spark.scheduler.allocation.file")) {
        (_, None) => Ok(Vec::new()),
        (SchedulingMode::Fair, Some(file)) => PoolConf::read_file(Path::new(file)),
        (SchedulingMode::Fifo, Some(file)) => {
            tracing::warn!(
                file,
                "pools have no effect while spark.scheduler.mode is FIFO"
            );
            Ok(Vec::new())
        }
    }
}

fn start(
    master: &MasterUrl,
    url: &str,
    managers: &[Arc<dyn ClusterManager>],
    conf: &Arc<Conf>,
    env: &Arc<ExecutorEnv>,
    driver: &Arc<Driver>,
) -> Result<(Arc<dyn TaskBackend>, usize)> {
    let events: Arc<dyn BackendEvents> = Arc::new(DriverEvents(Arc::downgrade(driver)));
    if let Some(slots) = master.local_threads() {
        let backend = ThreadBackend::start(Arc::clone(env), slots as u32, events)?;
        return Ok((Arc::new(backend), slots));
    }
    let manager = managers
        .iter()
        .find(|m| m.accepts(master))
        .ok_or_else(|| Error::Master {
            url: url.to_owned(),
            reason: "no cluster manager for it was given to the builder".to_owned(),
        })?;
    let backend = manager.start(master, conf, env, events)?;
    let slots = match master {
        MasterUrl::LocalCluster {
            executors, cores, ..
        } => executors.get() * cores.get(),
        _ => 2,
    };
    Ok((backend, slots.max(2)))
}

/// Tells listeners of the application, before anything else happens in it.
fn announce(
    driver: &Driver,
    conf: &Conf,
    name: &str,
    id: String,
    master: &str,
    clock: &Arc<dyn Clock>,
) -> Result<()> {
    let bus = driver.bus();
    if conf.get_bool("spark.ui.showConsoleProgress")?
        && let Some(bars) = ConsoleProgress::on_stderr()?
    {
        bus.add_listener(Arc::new(bars))?;
    }
    bus.post_with(|| Event::ApplicationStart {
        name: name.to_owned(),
        id,
        master: master.to_owned(),
        time_ms: unix_ms(clock.wall()),
    });
    bus.post_with(|| Event::EnvironmentUpdate {
        conf: conf
            .redacted()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect(),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn slow_tasks_are_copied_only_where_there_are_other_executors() -> Result<()> {
        let conf = Conf::new()
            .with("spark.speculation", true)?
            .with("spark.speculation.quantile", 0.5)?
            .with("spark.speculation.task.duration.threshold", "2s")?;
        let cluster = scheduler_conf(&conf, &"local-cluster[2,1,64]".parse()?)?;
        let expected = SpeculationConf {
            quantile: 0.5,
            threshold: Some(Duration::from_secs(2)),
            ..SpeculationConf::default()
        };
        assert_eq!(cluster.speculation, Some(expected));
        let local = scheduler_conf(&conf, &"local[2]".parse()?)?;
        assert_eq!(local.speculation, None, "as in Spark");
        let off = scheduler_conf(&Conf::new(), &"local-cluster[2,1,64]".parse()?)?;
        assert_eq!((off.speculation, off.exclusion), (None, None));
        Ok(())
    }

    #[test]
    fn levels_of_exclusion_can_be_chosen_one_by_one() -> Result<()> {
        let level =
            |key: &str, on: bool| Conf::new().with(&format!("spark.excludeOnFailure.{key}"), on);
        let read = |conf: Result<Conf>| ExclusionConf::from_conf(&conf?);
        assert_eq!(
            read(level("enabled", true))?,
            Some(ExclusionConf::default())
        );
        let one =
            read(level("application.enabled", true))?.map(|c| (c.task_and_stage, c.application));
        assert_eq!(one, Some((false, true)));
        let but = level("enabled", true)?.with("spark.excludeOnFailure.application.enabled", false);
        let but = read(but)?.map(|c| (c.task_and_stage, c.application));
        assert_eq!(but, Some((true, false)));
        Ok(())
    }
}
