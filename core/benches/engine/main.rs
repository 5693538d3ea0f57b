//! Parts of the engine under criterion, each beside what one would write by hand where there is
//! such a thing, in the same group.
//!
//! ```text
//! cargo bench -p flint-core --bench engine               # all groups: a few minutes
//! cargo bench -p flint-core --bench engine -- 'chain'    # those whose name has this
//! ```
//!
//! Sizes are small, so that a change can be judged at once; they are too small to stand for whole
//! programs, which `benchmarks` measures. A module is a theme:
//!
//! - `chains`: narrow operators and the sum of what is cached.
//! - `by_key`: shuffles.
//! - `words`: word count.
//! - `latency`: what a job and a context cost that do nothing.
//! - `records`: the codec, sizes, and spill files.
//! - `placement`: hashes and partitioners.

#![allow(missing_docs, reason = "criterion's macros make items of their own")]
#![allow(
    clippy::unwrap_used,
    reason = "a bench that fails has nothing to report"
)]

mod by_key;
mod chains;
mod input;
mod latency;
mod placement;
mod records;
mod words;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

use flint_core::Context;

/// Both sides get so many threads.
const THREADS: usize = 2;

/// A context with room for all of a bench's records.
fn context() -> Context {
    Context::builder()
        .master(&format!("local[{THREADS}]"))
        .memory_bytes(2 << 30)
        .config("spark.ui.showConsoleProgress", false)
        .build()
        .unwrap()
}

/// Few samples: runs take milliseconds, and all groups together a few minutes.
fn settings() -> Criterion {
    // The programs by hand must not have more cores than the engine.
    rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .build_global()
        .unwrap();
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

criterion_group! {
    name = engine;
    config = settings();
    targets =
        chains::chains, chains::cached_sum,
        by_key::reduce_by_key, by_key::sort_by_key, by_key::group_by_key,
        words::word_count,
        latency::empty_job, latency::context_start,
        records::codec_of_numbers, records::codec_of_strings, records::deep_sizes, records::spill,
        placement::hashes, placement::partitioners,
}
criterion_main!(engine);
