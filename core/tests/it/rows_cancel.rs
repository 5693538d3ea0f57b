//! Row B29: jobs that are cancelled at any moment.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use flint_core::{Context, Error, Result};

use crate::loss::watch;
use crate::{DEADLINE, Random, child, eventually, names, numbers, spill_files, until_killed};

const RECORDS: i64 = 4000;
const KEYS: i64 = 1500;
/// Calls of user code that a whole job makes.
const CALLS: u64 = (RECORDS + KEYS) as u64;

/// Where a job lets the test cancel it.
#[derive(Clone)]
struct Moment {
    calls: Arc<AtomicU64>,
    at: u64,
    /// Whether the call waits until it is killed, so that the job can't end before.
    waits: bool,
    came: mpsc::Sender<()>,
}

impl Moment {
    fn call(&self) {
        if self.calls.fetch_add(1, Ordering::SeqCst) == self.at {
            self.came.send(()).ok();
            if self.waits {
                until_killed();
            }
        }
    }
}

/// Spills, combines, sorts and saves.
fn job(ctx: &Context, moment: &Moment, out: &Path) -> Result<()> {
    ctx.set_job_group("cancelled", "");
    let (before, after) = (moment.clone(), moment.clone());
    let pairs = numbers(ctx, RECORDS, 4).map(move |x| {
        before.call();
        (x % KEYS, format!("{x:0>100}"))
    });
    let lengths = pairs
        .reduce_by_key(|a, b| a.max(b), 3)
        .sort_by_key(true, 3)
        .map(move |(key, text)| {
            after.call();
            format!("{key} {}", text.len())
        });
    lengths.save_as_text_file(out)
}

fn assert_whole(ctx: &Context, out: &Path) {
    let lines = ctx.text_file(out, 2).unwrap().collect().unwrap();
    assert_eq!(lines.len() as i64, KEYS);
    assert!(
        (0..KEYS)
            .zip(&lines)
            .all(|(key, line)| *line == format!("{key} 100"))
    );
}

/// Threads and descriptors of this process.
fn holdings() -> (usize, usize) {
    (
        names(Path::new("/proc/self/task")).len(),
        names(Path::new("/proc/self/fd")).len(),
    )
}

fn cancel_at_a_moment(ctx: &Context, seed: u64, out: &Path) -> Result<()> {
    let (came, moment) = mpsc::channel();
    let at = Moment {
        calls: Arc::default(),
        at: Random::new(seed).below(CALLS),
        waits: seed % 2 == 0,
        came,
    };
    let running = {
        let (ctx, out) = (ctx.clone(), out.to_owned());
        thread::spawn(move || job(&ctx, &at, &out))
    };
    moment.recv_timeout(DEADLINE).unwrap();
    ctx.cancel_job_group("cancelled");
    running.join().unwrap()
}

#[test]
fn b29_jobs_cancelled_at_100_seeded_moments_stop_and_leave_nothing() {
    // In a child, because threads and descriptors are counted.
    let Some(place) = child::place() else {
        let name = "rows_cancel::b29_jobs_cancelled_at_100_seeded_moments_stop_and_leave_nothing";
        return child::run(name, "");
    };
    let before = holdings();
    let (local, saves) = (place.join("local"), place.join("saves"));
    fs::create_dir(&saves).unwrap();
    let ctx = Context::builder()
        .master("local[2]")
        .memory_bytes(128 << 10)
        .config("spark.local.dir", local.display())
        .build()
        .unwrap();
    let seen = watch(&ctx);
    let out = saves.join("out");
    let mut cancelled = 0;
    for seed in 0..100 {
        let result = cancel_at_a_moment(&ctx, seed, &out);
        eventually("all tasks stop", || {
            let seen = seen.lock();
            seen.running == 0 && !seen.ends.is_empty()
        });
        match result {
            Ok(()) => {
                assert!(seed % 2 == 1, "seed {seed} can't have ended by itself");
                assert_whole(&ctx, &out);
                fs::remove_dir_all(&out).unwrap();
            }
            Err(Error::Cancelled { .. }) => cancelled += 1,
            Err(error) => panic!("seed {seed}: {error}"),
        }
        assert_eq!(names(&saves), [""; 0], "seed {seed}");
        eventually("spill files go", || spill_files(&ctx) == 0);
        eventually("memory is given back", || ctx.memory_used() == (0, 0));
        assert!(ctx.status_tracker().active_jobs().is_empty(), "seed {seed}");
        seen.lock().ends.clear();
    }
    assert!(cancelled >= 50);
    let whole = Moment {
        calls: Arc::default(),
        at: CALLS,
        waits: false,
        came: mpsc::channel().0,
    };
    job(&ctx, &whole, &out).unwrap();
    assert_whole(&ctx, &out);
    assert_eq!(whole.calls.load(Ordering::SeqCst), CALLS);
    drop(ctx);
    eventually("spill directories go", || names(&local).is_empty());
    eventually("threads and descriptors go", || holdings() == before);
    child::done();
}
