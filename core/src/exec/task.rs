//! Running one task attempt to its end, whatever user code does.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use super::context::{KillFlag, ShuffleInputs, TaskContext, TaskCounters};
use super::env::ExecutorEnv;
use super::feed::Feed;
use crate::error::{CallSite, Error, Result};
use crate::plan::{SinkOutput, SinkValue, StageProgram};
use crate::rdd::shuffled::WrittenMap;
use crate::scheduler::{AttemptId, ShuffleId};
use crate::shared::AccumulatorUpdate;

/// One task attempt, as a backend runs it.
#[derive(Clone, Debug)]
pub struct TaskSpec {
    /// The attempt.
    pub id: AttemptId,
    /// What to run.
    pub program: Arc<StageProgram>,
    /// Where the map outputs that it reads are.
    pub inputs: Arc<ShuffleInputs>,
    /// The shuffle whose map output it makes; `None` if it makes a result.
    pub shuffle: Option<ShuffleId>,
}

/// How a task attempt ended.
#[derive(Debug)]
pub struct TaskReport {
    /// The attempt.
    pub id: AttemptId,
    /// Its result, and what it added to accumulators; or why it failed.
    pub end: Result<TaskSuccess>,
    /// What it counted.
    pub counters: TaskCounters,
}

/// A successful task's yield.
#[derive(Debug)]
pub struct TaskSuccess {
    /// The result or map status.
    pub output: SinkOutput,
    /// What the task added to accumulators.
    pub accumulators: Vec<AccumulatorUpdate>,
}

/// Runs a task attempt on this thread. Panics of user code become [`Error::Panic`].
pub fn run_task(env: &Arc<ExecutorEnv>, spec: &TaskSpec, kill: &Arc<KillFlag>) -> TaskReport {
    let started = std::time::Instant::now();
    let cx = TaskContext::new(
        spec.id,
        Arc::clone(env),
        Arc::clone(kill),
        Arc::clone(&spec.inputs),
    );
    let end = {
        let _current = cx.enter();
        catching(|| run(&cx, spec))
    };
    // A killed task often fails of something else first (an interrupted wait, a dropped channel).
    let end = match (end, cx.check_killed()) {
        (Err(_), Err(killed)) => Err(killed),
        (end, _) => end,
    };
    let run_time = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    TaskCounters::add(&cx.counters().run_time_us, run_time);
    TaskReport {
        id: spec.id,
        end,
        counters: cx.take_counters(),
    }
}

/// Keeps the output of a map task in the executor that ran it, in place of an earlier one of the
/// same map partition. An output that came from another process is there already.
///
/// # Errors
/// [`Error::Internal`] if the task made no map output.
pub fn store_map_output(
    env: &ExecutorEnv,
    shuffle: ShuffleId,
    map: u32,
    output: SinkOutput,
) -> Result<()> {
    if let SinkValue::Local(value) = output.value {
        let written = value
            .downcast::<WrittenMap>()
            .map_err(|_| Error::Internal("a map task made no map output".to_owned()))?;
        env.shuffles.put(shuffle, map, written.0);
    }
    Ok(())
}

fn run(cx: &TaskContext, spec: &TaskSpec) -> Result<TaskSuccess> {
    crate::fault!("task.run", cx.partition_id());
    let program = &spec.program;
    let feed = Feed::new(
        cx.clone(),
        Arc::clone(program),
        program.root(),
        cx.partition_id(),
    );
    let output = program.sink().run(feed)?;
    // User code that was cut short by an unreadable record made a partial result of it.
    if let Some(error) = cx.failure() {
        return Err(error);
    }
    Ok(TaskSuccess {
        output,
        accumulators: cx.take_accumulators(),
    })
}

thread_local! {
    static LAST_PANIC: RefCell<Option<CallSite>> = const { RefCell::new(None) };
}

/// Calls `f`; a panic in it becomes [`Error::Panic`] with its message and place.
pub(crate) fn catching<R>(f: impl FnOnce() -> Result<R>) -> Result<R> {
    install_hook();
    LAST_PANIC.set(None);
    panic::catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| {
        Err(Error::Panic {
            message: message_of(&*payload),
            site: LAST_PANIC.take(),
        })
    })
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned())
}

/// Notes where a task panics. Outside of tasks the hook that was there before does its work.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if TaskContext::on_task_thread() {
                let site = info.location().map(CallSite::from);
                tracing::debug!(
                    site = site.as_ref().map(tracing::field::display),
                    "a task panicked"
                );
                LAST_PANIC.set(site);
            } else {
                previous(info);
            }
        }));
    });
}
