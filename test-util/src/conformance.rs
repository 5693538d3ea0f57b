//! One suite for every backend, over the public interface alone: whatever runs the tasks, answers,
//! refusals and failures are the same.
//!
//! Closures here capture nothing; what they need is in their environment, so that every operator
//! runs in another process as it is.

#[cfg(test)]
mod coverage;
mod failures;
mod plain;
mod plain_actions;
mod programs;
mod sources;
mod variables;
mod view;
mod view_actions;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use flint_core::events::{Event, TaskOutcome};
use flint_core::scheduler::ExecutorId;
use flint_core::{Context, Data, Rdd, Result};
use parking_lot::Mutex;

use crate::runner::Runner;

/// What runs the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Threads of the driver, as by `local[2,4]`.
    Threads,
    /// So many executor processes, which can be killed without harm.
    Processes(usize),
}

/// What one case gets.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) backend: Backend,
}

type Case = (&'static str, fn(&Setup<'_>) -> Result<()>);

/// Cases, each under the name of its function.
macro_rules! cases {
    ($($case:ident),* $(,)?) => { &[$((stringify!($case), $case)),*] };
}
use cases;

/// Cases by what they are about, and whether each of them must have tasks on every executor.
const GROUPS: &[(&str, bool, &[Case])] = &[
    ("programs", true, programs::CASES),
    ("view", true, view::CASES),
    ("view_actions", true, view_actions::CASES),
    ("plain", true, plain::CASES),
    ("plain_actions", true, plain_actions::CASES),
    ("sources", true, sources::CASES),
    ("variables", true, variables::CASES),
    ("failures", false, failures::CASES),
];

/// Runs every case on the context that `make` gives, each as a test of `runner`. Tasks must be
/// tried more than once.
pub fn run(runner: &mut Runner, backend: Backend, make: impl Fn() -> Context) {
    let name = match backend {
        Backend::Threads => "threads",
        Backend::Processes(_) => "processes",
    };
    let mut ctx = None;
    for (group, everywhere, cases) in GROUPS {
        for (case, check) in *cases {
            let test = format!("conformance::{name}::{group}::{case}");
            if !runner.wants(&test) {
                continue;
            }
            runner.test(&test, || {
                let ctx = ctx.get_or_insert_with(&make);
                let setup = Setup { ctx, backend };
                let checked = match everywhere {
                    true => on_every_executor(&setup, *check),
                    false => check(&setup),
                };
                if let Err(error) = checked {
                    panic!("{error}");
                }
            });
        }
    }
    if let Some(ctx) = ctx {
        ctx.stop();
    }
}

/// Runs a case, and makes sure that every process did some of its tasks.
fn on_every_executor(s: &Setup<'_>, check: fn(&Setup<'_>) -> Result<()>) -> Result<()> {
    let Backend::Processes(executors) = s.backend else {
        return check(s);
    };
    let seen: Arc<Mutex<BTreeSet<ExecutorId>>> = Arc::default();
    let workers = Arc::clone(&seen);
    let listener = s.ctx.add_listener(Arc::new(move |event: &Event| {
        if let Event::TaskEnd {
            executor,
            outcome: TaskOutcome::Success,
            ..
        } = event
        {
            workers.lock().insert(executor.clone());
        }
    }))?;
    let checked = check(s);
    let told = s.ctx.event_bus().flush(Duration::from_secs(20));
    s.ctx.remove_listener(listener);
    checked?;
    assert!(told, "events are delivered");
    let seen = seen.lock();
    assert_eq!(seen.len(), executors, "only {seen:?} got tasks");
    Ok(())
}

/// The numbers from 0 to 99, in four partitions.
fn numbers(s: &Setup<'_>) -> Result<Rdd<i64>> {
    s.ctx.range(0, 100, 1, 4)
}

/// [`numbers`] under their remainder by `k`.
fn by_remainder(s: &Setup<'_>, k: i64) -> Result<Rdd<(i64, i64)>> {
    Ok(numbers(s)?.with(k).map(|k, x| (x % k, x)))
}

fn sorted<T: Data + Ord + Debug>(rdd: &Rdd<T>) -> Result<Vec<T>> {
    let mut records = rdd.collect()?;
    records.sort();
    Ok(records)
}
