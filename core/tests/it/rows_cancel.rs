//! Row B29: jobs that are cancelled at any moment.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// Runs a job and calls `end` at a moment of it.
fn end_at_a_moment(ctx: &Context, seed: u64, out: &Path, end: impl FnOnce(&Context)) -> Result<()> {
    let (came, moment) = mpsc::channel();
    let at = Moment {
        calls: Arc::default(),
        at: Random::new(seed).below(CALLS),
        waits: seed.is_multiple_of(2),
        came,
    };
    let running = {
        let (ctx, out) = (ctx.clone(), out.to_owned());
        thread::spawn(move || job(&ctx, &at, &out))
    };
    moment.recv_timeout(DEADLINE).unwrap();
    end(ctx);
    running.join().unwrap()
}

/// Cancels what runs in one of the ways that there are.
fn cancel(ctx: &Context, way: u64) {
    match way {
        0 => ctx.cancel_all_jobs(),
        1 => ctx.cancel_job_group("cancelled"),
        _ => {
            let jobs = ctx.status_tracker().active_jobs();
            jobs.iter().for_each(|job| ctx.cancel_job(job.id));
        }
    }
}

fn spilling(local: &Path) -> Context {
    Context::builder()
        .master("local[2]")
        .memory_bytes(128 << 10)
        .config("spark.local.dir", local.display())
        .build()
        .unwrap()
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
    let ctx = spilling(&local);
    let seen = watch(&ctx);
    let out = saves.join("out");
    let mut cancelled = 0;
    for seed in 0..100 {
        let result = end_at_a_moment(&ctx, seed, &out, |ctx| cancel(ctx, seed % 3));
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

#[test]
fn b29_contexts_stopped_at_30_seeded_moments_leave_nothing() {
    let root = tempfile::tempdir().unwrap();
    let (local, saves) = (root.path().join("local"), root.path().join("saves"));
    fs::create_dir(&saves).unwrap();
    let out = saves.join("out");
    let mut stopped = 0;
    for seed in 0..30 {
        let ctx = spilling(&local);
        match end_at_a_moment(&ctx, 1000 + seed, &out, Context::stop) {
            Ok(()) => {
                assert!(seed % 2 == 1, "seed {seed} can't have ended by itself");
                assert_whole(&spilling(&local), &out);
                fs::remove_dir_all(&out).unwrap();
            }
            Err(Error::ContextStopped) => stopped += 1,
            Err(error) => panic!("seed {seed}: {error}"),
        }
        assert_eq!(ctx.memory_used(), (0, 0), "seed {seed}");
        assert_eq!(names(&local), [""; 0], "seed {seed}");
        assert_eq!(names(&saves), [""; 0], "seed {seed}");
    }
    assert!(stopped >= 15);
}

/// Tasks end, and others would take their places, at the very moment of the stop.
#[test]
fn b29_a_context_stops_amid_many_small_tasks() {
    const TASKS: i64 = 2000;
    let mut amid = 0;
    for _ in 0..50 {
        let ctx = Context::local("local[2]").unwrap();
        let (running, ran) = mpsc::channel();
        let stopping = Arc::new(AtomicBool::new(false));
        let job = {
            let stopping = Arc::clone(&stopping);
            let rdd = numbers(&ctx, TASKS, TASKS as usize).map(move |x| {
                running.send(()).ok();
                match x {
                    0 | 1 => eventually("the stop", || stopping.load(Ordering::SeqCst)),
                    last if last == TASKS - 1 => until_killed(),
                    _ => {}
                }
                x
            });
            thread::spawn(move || rdd.count())
        };
        for _ in 0..2 {
            ran.recv_timeout(DEADLINE).unwrap();
        }
        stopping.store(true, Ordering::SeqCst);
        ctx.stop();
        assert_eq!(job.join().unwrap(), Err(Error::ContextStopped));
        amid += u32::from(ran.try_iter().count() < TASKS as usize - 2);
    }
    assert!(amid > 0, "all tasks had run before each stop");
}
