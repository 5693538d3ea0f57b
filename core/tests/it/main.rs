//! Behaviour of the engine as its users see it: the public interface only.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod checkpoint;
mod failures;
mod golden;
mod lifecycle;
mod persist;
mod properties;
mod save;
mod shared;

use std::path::Path;
use std::time::{Duration, Instant};

use flint_core::{Context, Rdd, TaskContext};

/// How long anything may take before a test gives up.
const DEADLINE: Duration = Duration::from_secs(60);

fn context(master: &str) -> Context {
    Context::local(master).unwrap()
}

/// A context with little memory and spill files below `local`.
fn small_context(memory_bytes: u64, local: &Path) -> Context {
    Context::builder()
        .master("local[2]")
        .memory_bytes(memory_bytes)
        .config("spark.local.dir", local.display())
        .build()
        .unwrap()
}

/// The numbers from 0 up to `n`.
fn numbers(ctx: &Context, n: i64, partitions: usize) -> Rdd<i64> {
    ctx.range(0, n, 1, partitions).unwrap()
}

/// Waits until `holds`, looking again and again.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < end, "in time: {what}");
        std::thread::yield_now();
    }
}

/// Waits inside a task until the task is asked to stop.
fn until_killed() {
    let cx = TaskContext::get().unwrap();
    eventually("the task is killed", || cx.is_interrupted());
}

/// Names in a directory, sorted.
fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Files in the spill directories of a context, besides the mark of their owner.
fn spill_files(ctx: &Context) -> usize {
    let dirs = ctx.local_dirs();
    dirs.iter()
        .flat_map(|d| names(d))
        .filter(|n| n != "owner")
        .count()
}
