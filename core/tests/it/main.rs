//! Behaviour of the engine as its users see it: the public interface only.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod checkpoint;
mod child;
mod failures;
mod lifecycle;
mod loss;
mod persist;
mod rows_cancel;
mod rows_clock;
mod rows_commit;
mod rows_disk;
mod rows_rerun;
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

/// SplitMix64: what a seeded test chooses by.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// A number from 0 to `n - 1`.
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
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
