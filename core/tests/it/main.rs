//! Behaviour of the engine as its users see it: the public interface only.
//!
//! # What can go wrong
//! Scenarios have a number. A test of one bears it in front of its name, and fails if what it
//! provokes did not happen; `cargo test -p flint-core --features fault-points b23` runs those of
//! one. Here, on `local[N]`:
//!
//! | scenario | what holds | file |
//! | --- | --- | --- |
//! | B7 a task always fails | it is tried as often as the master says; the first cause is shown | `failures` |
//! | B9 user code panics | its job fails, with message and place; the context goes on | `failures` |
//! | B14 attempts race to commit | one of them does, in 200 seeded orders and in whole saves | `rows_commit` |
//! | B15 an indeterminate stage loses outputs | its readers all run again, or the job fails: 50 seeds | `rows_rerun` |
//! | B16 a zombie reports success | its result and accumulators count for nothing | `rows_rerun` |
//! | B21 the disk is full | another one serves; else the error names file and reason, and nothing stays | `rows_disk` |
//! | B22 a spill directory vanishes or is read-only | another one serves; else the error names it | `rows_disk` |
//! | B23 a spill file is damaged | found out in 200 seeds; the output is made again, a second time it is an error | `rows_rerun` |
//! | B24 64 open files | 200 partitions spill; with none left the error says so | `rows_disk` |
//! | B29 jobs end at any moment | cancelled at 100 moments, stopped at 30: tasks stop, nothing stays | `rows_cancel` |
//! | B31 results are too large | refused before memory is | `failures` |
//! | B33 cached blocks are evicted or lost | those, and no others, are computed again | `persist` |
//! | B34 checkpoints are cut short or lose files | not used; the error names the file | `checkpoint` |
//! | B36 the time of day jumps | nothing that waits or measures takes notice | `rows_clock` |
//!
//! B14, B15 and B16 are also rules of the scheduler's simulation, under 5,000 seeds
//! (`scheduler/tests/simulation`). B13, and B14 between processes, are in `test-util/tests/process`.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod checkpoint;
mod child;
mod event_log;
mod failures;
mod golden;
mod lifecycle;
mod loss;
mod persist;
mod pools;
mod properties;
mod rows_cancel;
mod rows_clock;
mod rows_commit;
mod rows_disk;
mod rows_rerun;
mod save;
mod shared;
mod spill;

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
