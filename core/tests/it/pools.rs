//! FAIR scheduling and exclusion on a local master.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use flint_core::scheduler::{PoolStatus, SchedulingMode};
use flint_core::{Context, Error, JobFuture};
use parking_lot::Mutex;

/// For what should not hang.
const LIMIT: Duration = Duration::from_secs(30);

fn context(settings: &[(&str, &str)]) -> flint_core::Result<Context> {
    let builder = Context::builder().master("local[2]");
    let set = |b: flint_core::ContextBuilder, (k, v): &(&str, &str)| b.config(k, v);
    settings.iter().fold(builder, set).build()
}

fn fair() -> Context {
    context(&[("spark.scheduler.mode", "FAIR")]).unwrap()
}

/// A job whose tasks say that they began and then wait for a word each.
struct Held {
    job: JobFuture<u64>,
    begun: Receiver<i64>,
    words: Sender<()>,
}

fn held(ctx: &Context, pool: &str, tasks: i64) -> Held {
    let (begin, begun) = channel();
    let (words, waiting) = channel();
    let waiting = Mutex::new(waiting);
    ctx.set_local_property("spark.scheduler.pool", Some(pool));
    let numbers = ctx.range(0, tasks, 1, tasks as usize).unwrap();
    let job = numbers.map(move |x| {
        begin.send(x).ok();
        // Fails when the test is over, which lets all tasks go.
        waiting.lock().recv().ok();
        x
    });
    Held {
        job: job.count_async(),
        begun,
        words,
    }
}

fn poll(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !done() {
        assert!(Instant::now() < deadline, "no sign of {what}");
        std::thread::yield_now();
    }
}

fn pool<'a>(pools: &'a [PoolStatus], name: &str) -> &'a PoolStatus {
    pools.iter().find(|pool| &*pool.name == name).unwrap()
}

#[test]
fn a_short_job_in_another_pool_is_not_starved() {
    let ctx = fair();
    let long = held(&ctx, "long", 8);
    for _ in 0..2 {
        long.begun.recv_timeout(LIMIT).unwrap();
    }
    let pools = ctx.all_pools();
    assert_eq!(
        pool(&pools, "long").running,
        2,
        "the long job has both slots"
    );

    ctx.set_local_property("spark.scheduler.pool", Some("short"));
    let short = ctx.range(0, 10, 1, 1).unwrap().count_async();
    poll("the short job", || {
        ctx.status_tracker().active_jobs().len() == 2
    });
    assert!(!short.is_completed(), "there is no slot for it yet");
    // One task of the long job ends. Under FIFO the next of its own would follow.
    long.words.send(()).unwrap();
    poll("the short job's end", || short.is_completed());
    assert_eq!(short.wait().unwrap(), 10);
    assert!(!long.job.is_completed());

    drop(long.words);
    assert_eq!(long.job.wait().unwrap(), 8);
    assert!(ctx.all_pools().iter().all(|pool| pool.running == 0));
}

#[test]
fn under_fifo_it_waits_for_all_of_the_long_job() {
    let ctx = context(&[]).unwrap();
    let long = held(&ctx, "long", 4);
    for _ in 0..2 {
        long.begun.recv_timeout(LIMIT).unwrap();
    }
    ctx.set_local_property("spark.scheduler.pool", Some("short"));
    let short = ctx.range(0, 10, 1, 1).unwrap().count_async();
    poll("the short job", || {
        ctx.status_tracker().active_jobs().len() == 2
    });
    for _ in 0..2 {
        long.words.send(()).unwrap();
        long.begun.recv_timeout(LIMIT).unwrap();
    }
    assert!(
        !short.is_completed(),
        "all four tasks of the long job went first"
    );
    drop(long.words);
    assert_eq!((long.job.wait(), short.wait()), (Ok(4), Ok(10)));
    assert!(ctx.all_pools().is_empty());
    assert_eq!(ctx.scheduling_mode(), SchedulingMode::Fifo);
}

#[test]
fn pools_are_read_from_a_file_in_sparks_form() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("pools.xml");
    let text = "<allocations><pool name='reports'><schedulingMode>FAIR</schedulingMode>\
                <weight>2</weight><minShare>1</minShare></pool></allocations>";
    std::fs::write(&file, text).unwrap();
    let settings = |file| {
        [
            ("spark.scheduler.mode", "FAIR"),
            ("spark.scheduler.allocation.file", file),
        ]
    };
    let ctx = context(&settings(file.to_str().unwrap())).unwrap();
    let report = held(&ctx, "reports", 1);
    report.begun.recv_timeout(LIMIT).unwrap();
    let pools = ctx.all_pools();
    let expected = (SchedulingMode::Fair, 2, 1, 1);
    let reports = pool(&pools, "reports");
    assert_eq!(ctx.pool_for_name("reports").as_ref(), Some(reports));
    assert_eq!(
        (
            reports.mode,
            reports.weight,
            reports.min_share,
            reports.running
        ),
        expected
    );
    assert_eq!(pools.len(), 2, "and the default one");
    drop(report.words);
    assert_eq!(report.job.wait().unwrap(), 1);

    std::fs::write(
        &file,
        "<allocations><pool name='a'><weight>x</weight></pool></allocations>",
    )
    .unwrap();
    let error = context(&settings(file.to_str().unwrap()))
        .unwrap_err()
        .to_string();
    for part in ["pools.xml", "<weight>", "`x`"] {
        assert!(error.contains(part), "{error}");
    }
    assert!(matches!(
        context(&settings("/no/such/file")),
        Err(Error::Conf { .. })
    ));
}

#[test]
fn a_bad_node_that_could_fail_a_job_is_refused() {
    let settings = |per_node| {
        [
            ("spark.excludeOnFailure.enabled", "true"),
            (
                "spark.excludeOnFailure.task.maxTaskAttemptsPerNode",
                per_node,
            ),
        ]
    };
    assert!(context(&settings("3")).is_ok());
    match context(&settings("4")) {
        Err(Error::Conf { key, reason, .. }) => {
            assert_eq!(key, "spark.excludeOnFailure.task.maxTaskAttemptsPerNode");
            assert!(reason.contains("spark.task.maxFailures = 4"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}

/// The only executor is excluded after one failure: an error at once, where without the setting
/// the task would be tried three times.
#[test]
fn exclusion_on_a_local_master_ends_rather_than_hangs() {
    let ctx = Context::builder()
        .master("local[2,3]")
        .config("spark.excludeOnFailure.enabled", true)
        .build()
        .unwrap();
    let bad = ctx.range(0, 2, 1, 2).unwrap().map(|x| {
        assert!(x == 0, "record {x}");
        x
    });
    match bad.count().unwrap_err() {
        Error::Job(failure) => {
            assert_eq!((failure.partition, failure.failures), (1, 1));
            assert!(
                failure.cause.to_string().contains("record 1"),
                "{failure:?}"
            );
        }
        other => panic!("{other}"),
    }
    assert_eq!(
        ctx.range(0, 4, 1, 2).unwrap().count(),
        Ok(4),
        "the context goes on"
    );
}
