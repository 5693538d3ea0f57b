//! Row B36: the time of day jumps, and nothing that waits or measures takes notice.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use flint_core::backend::{
    BackendEvents, BlockTransport, ClusterManager, ExecutorRequest, NoTransport, TaskBackend,
    ThreadBackend,
};
use flint_core::clock::{Clock, ManualClock, SystemClock, WaitGuard};
use flint_core::conf::{Conf, MasterUrl};
use flint_core::events::Event;
use flint_core::exec::{ExecutorEnv, TaskReport, TaskSpec};
use flint_core::scheduler::{AttemptId, ExecutorId};
use flint_core::{Context, Error, JobFuture, Result};
use parking_lot::Condvar;

use crate::{eventually, numbers};

const HOUR: i64 = 3600;

/// A clock whose time of day is moved by an administrator.
#[derive(Debug)]
struct Jumping<C> {
    clock: C,
    /// Seconds that the time of day was moved by.
    moved: AtomicI64,
    /// How often someone who waits has looked at the clock.
    looks: AtomicU64,
}

impl<C: Clock> Jumping<C> {
    fn new(clock: C) -> Arc<Self> {
        Arc::new(Jumping {
            clock,
            moved: AtomicI64::new(0),
            looks: AtomicU64::new(0),
        })
    }

    fn jump(&self, seconds: i64) {
        self.moved.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Waits until those who wait for a deadline have looked at the clock again.
    fn let_waiters_look(&self) {
        let seen = self.looks.load(Ordering::SeqCst);
        eventually("someone looks at the clock", || {
            self.looks.load(Ordering::SeqCst) > seen + 2
        });
    }
}

impl<C: Clock> Clock for Jumping<C> {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn wall(&self) -> SystemTime {
        let moved = self.moved.load(Ordering::SeqCst);
        let by = Duration::from_secs(moved.unsigned_abs());
        if moved < 0 {
            self.clock.wall() - by
        } else {
            self.clock.wall() + by
        }
    }

    fn wait_until(
        &self,
        condvar: &Condvar,
        guard: &mut dyn WaitGuard,
        deadline: Option<Duration>,
    ) -> bool {
        let passed = self.clock.wait_until(condvar, guard, deadline);
        self.looks.fetch_add(1, Ordering::SeqCst);
        passed
    }
}

#[test]
fn b36_running_jobs_don_t_notice_that_the_time_of_day_jumps() {
    let clock = Jumping::new(SystemClock::new());
    let ctx = Context::builder()
        .master("local[2]")
        .clock(clock.clone())
        .build()
        .unwrap();
    let backward = Arc::new(AtomicU64::new(0));
    let (seen, last) = (Arc::clone(&backward), AtomicU64::new(0));
    let listener = move |event: &Event| {
        let (Event::TaskStart { time_ms, .. } | Event::TaskEnd { time_ms, .. }) = event else {
            return;
        };
        if *time_ms + 1_800_000 < last.swap(*time_ms, Ordering::SeqCst) {
            seen.fetch_add(1, Ordering::SeqCst);
        }
    };
    ctx.add_listener(Arc::new(listener)).unwrap();
    let jumping = Arc::clone(&clock);
    let sums = numbers(&ctx, 1000, 8)
        .map(move |x| {
            if x % 125 == 60 {
                jumping.jump(if x % 2 == 0 { -HOUR } else { 2 * HOUR });
            }
            (x % 10, x)
        })
        .reduce_by_key(|a, b| a + b, 4);
    let mut result = sums.collect().unwrap();
    result.sort_unstable();
    let expected: Vec<_> = (0..10).map(|k| (k, 49_500 + 100 * k)).collect();
    assert_eq!(result, expected);
    eventually("listeners see time go backward", || {
        backward.load(Ordering::SeqCst) > 0
    });
}

/// A cluster whose only executor, threads of this process, comes when the test says so.
#[derive(Default)]
struct Cluster {
    driver: OnceLock<(Arc<ExecutorEnv>, Arc<dyn BackendEvents>)>,
    threads: OnceLock<ThreadBackend>,
}

impl Cluster {
    fn executor_comes(&self) {
        let (env, events) = self.driver.get().unwrap();
        let unannounced = Arc::new(Unannounced(Arc::clone(events)));
        let threads = ThreadBackend::start(Arc::clone(env), 2, unannounced).unwrap();
        self.threads.set(threads).unwrap();
        events.executor_added(env.id.clone(), "localhost", 2);
    }
}

/// Tells of tasks alone: the executor is announced once its threads are in their place.
struct Unannounced(Arc<dyn BackendEvents>);

impl BackendEvents for Unannounced {
    fn executor_added(&self, _: ExecutorId, _: &str, _: u32) {}

    fn executor_lost(&self, executor: ExecutorId, reason: &str, announced: bool) {
        self.0.executor_lost(executor, reason, announced);
    }

    fn task_ended(&self, executor: &ExecutorId, report: TaskReport) {
        self.0.task_ended(executor, report);
    }
}

#[derive(Clone)]
struct Handle(Arc<Cluster>);

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}

impl ClusterManager for Handle {
    fn accepts(&self, _: &MasterUrl) -> bool {
        true
    }

    fn start(
        &self,
        _: &MasterUrl,
        _: &Arc<Conf>,
        driver: &Arc<ExecutorEnv>,
        events: Arc<dyn BackendEvents>,
    ) -> Result<Arc<dyn TaskBackend>> {
        self.0.driver.set((Arc::clone(driver), events)).ok();
        Ok(Arc::new(self.clone()))
    }

    fn request(&self, _: ExecutorRequest) -> Result<()> {
        Ok(())
    }

    fn kill(&self, _: &ExecutorId) -> Result<()> {
        Ok(())
    }

    fn decommission(&self, _: &ExecutorId) -> Result<()> {
        Ok(())
    }
}

impl TaskBackend for Handle {
    fn needs_portable(&self) -> bool {
        false
    }

    fn launch(&self, tasks: Vec<(TaskSpec, ExecutorId)>) -> Result<()> {
        self.0.threads.get().unwrap().launch(tasks)
    }

    fn kill(&self, id: AttemptId, executor: &ExecutorId, reason: &str) {
        if let Some(threads) = self.0.threads.get() {
            threads.kill(id, executor, reason);
        }
    }

    fn blocks(&self) -> Arc<dyn BlockTransport> {
        Arc::new(NoTransport)
    }

    fn stop(&self) {
        if let Some(threads) = self.0.threads.get() {
            threads.stop();
        }
    }
}

/// A job that waits for an executor, on a clock that stands still until it is moved.
struct Waiting {
    clock: Arc<Jumping<ManualClock>>,
    cluster: Arc<Cluster>,
    ctx: Context,
    job: JobFuture<u64>,
}

fn waiting_job() -> Waiting {
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let clock = Jumping::new(ManualClock::starting_at(noon));
    let cluster = Arc::new(Cluster::default());
    let ctx = Context::builder()
        .master("flint://nobody:7077")
        .cluster_manager(Arc::new(Handle(Arc::clone(&cluster))))
        .clock(clock.clone())
        .build()
        .unwrap();
    let job = numbers(&ctx, 100, 4).count_async();
    clock.let_waiters_look();
    Waiting {
        clock,
        cluster,
        ctx,
        job,
    }
}

/// How long a job waits while there is no executor at all.
const GRACE: Duration = Duration::from_secs(120);

#[test]
fn b36_a_wait_is_neither_cut_short_nor_prolonged_by_a_jump() {
    let Waiting {
        clock, ctx, job, ..
    } = waiting_job();
    for hours in [-1, 2, 24, -48] {
        clock.jump(hours * HOUR);
        clock.let_waiters_look();
        assert!(!job.is_completed(), "after a jump of {hours} hours");
    }
    clock.clock.advance(GRACE - Duration::from_secs(1));
    clock.let_waiters_look();
    assert!(!job.is_completed(), "a second is left");
    clock.jump(-HOUR);
    clock.clock.advance(Duration::from_secs(1));
    let error = job.wait().unwrap_err();
    assert!(matches!(error, Error::ExecutorLost { .. }), "{error}");
    ctx.stop();
}

#[test]
fn b36_an_executor_that_comes_after_a_jump_is_given_the_waiting_job() {
    let Waiting {
        clock,
        cluster,
        ctx,
        job,
    } = waiting_job();
    clock.jump(-HOUR);
    clock.clock.advance(GRACE / 2);
    clock.let_waiters_look();
    assert!(!job.is_completed());
    cluster.executor_comes();
    assert_eq!(job.wait(), Ok(100));
    // A further job, while the clock that deadlines go by moves far beyond all of them.
    clock.jump(25 * HOUR);
    clock.clock.advance(GRACE * 10);
    assert_eq!(numbers(&ctx, 10, 3).count(), Ok(10));
    ctx.stop();
}
