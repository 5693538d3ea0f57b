//! Contexts: several at a time, stopping, cancelling, and giving back what they hold.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use flint_core::{Context, Error, StorageLevel, TaskContext};

use crate::{DEADLINE, context, eventually, numbers, small_context, spill_files, until_killed};

/// Starts a job that runs until it is killed, and waits until it runs. `prepare` is called first,
/// on the thread that starts the job.
fn endless(
    ctx: &Context,
    prepare: impl FnOnce(&Context) + Send + 'static,
) -> thread::JoinHandle<Result<u64, Error>> {
    let (running, ran) = mpsc::channel();
    let ctx = ctx.clone();
    let job = thread::spawn(move || {
        prepare(&ctx);
        let rdd = numbers(&ctx, 4, 4).map(move |x| {
            running.send(()).ok();
            until_killed();
            x
        });
        rdd.count()
    });
    ran.recv_timeout(DEADLINE).unwrap();
    job
}

#[test]
fn two_contexts_don_t_disturb_each_other() {
    let (a, b) = (context("local[2]"), context("local[1]"));
    let (x, y) = (numbers(&a, 10, 3).map(|x| x + 1), numbers(&b, 10, 3));
    let other = thread::spawn(move || y.cache().count());
    assert_eq!(x.count().unwrap(), 10);
    assert_eq!(other.join().unwrap().unwrap(), 10);
    a.stop();
    assert_eq!(x.count(), Err(Error::ContextStopped));
    assert_eq!(numbers(&b, 5, 2).collect().unwrap(), [0, 1, 2, 3, 4]);
}

#[test]
fn stop_ends_running_jobs_and_removes_files() {
    let ctx = context("local[2]");
    let dirs = ctx.local_dirs();
    assert!(!dirs.is_empty() && dirs.iter().all(|d| d.exists()));
    let kept = numbers(&ctx, 10, 2)
        .persist(StorageLevel::DISK_ONLY)
        .unwrap();
    assert_eq!((kept.count().unwrap(), spill_files(&ctx)), (10, 2));
    let job = endless(&ctx, |_| ());
    ctx.stop();
    assert_eq!(job.join().unwrap(), Err(Error::ContextStopped));
    assert!(ctx.is_stopped());
    assert!(dirs.iter().all(|d| !d.exists()));
    assert_eq!(ctx.memory_used(), (0, 0));
    ctx.stop();
    assert_eq!(kept.count(), Err(Error::ContextStopped));
    assert_eq!(numbers(&ctx, 3, 1).count(), Err(Error::ContextStopped));
}

#[test]
fn dropping_the_last_handle_ends_threads_and_removes_files() {
    let local = tempfile::tempdir().unwrap();
    let ctx = small_context(64 << 20, local.path());
    let dirs = ctx.local_dirs();
    let rdd = numbers(&ctx, 1000, 4).cache();
    assert_eq!(rdd.count().unwrap(), 1000);
    drop(ctx);
    assert_eq!(rdd.count().unwrap(), 1000, "an RDD keeps its context");
    drop(rdd);
    for dir in dirs {
        eventually("spill directories go", || !dir.exists());
    }
}

#[test]
fn a_job_group_is_cancelled_and_the_context_goes_on() {
    let ctx = context("local[2]");
    let job = endless(&ctx, |ctx| ctx.set_job_group("slow", "runs for ever"));
    assert_eq!(ctx.status_tracker().job_ids_for_group("slow").len(), 1);
    ctx.cancel_job_group("another");
    assert!(!job.is_finished());
    ctx.cancel_job_group("slow");
    let error = job.join().unwrap().unwrap_err();
    let Error::Cancelled { reason, .. } = &error else {
        panic!("{error}");
    };
    assert!(reason.contains("slow"), "{reason}");
    assert_eq!(numbers(&ctx, 10, 4).count().unwrap(), 10);
    assert!(ctx.status_tracker().active_jobs().is_empty());
}

#[test]
fn jobs_with_a_tag_are_cancelled_and_others_go_on() {
    let ctx = context("local[8]");
    let tagged = endless(&ctx, |ctx| ctx.add_job_tag("mine").unwrap());
    let grouped = endless(&ctx, |ctx| ctx.set_job_group("other", ""));
    ctx.cancel_jobs_with_tag("mine");
    assert!(matches!(
        tagged.join().unwrap(),
        Err(Error::Cancelled { .. })
    ));
    assert_eq!(ctx.status_tracker().active_jobs().len(), 1);
    ctx.cancel_all_jobs();
    assert!(matches!(
        grouped.join().unwrap(),
        Err(Error::Cancelled { .. })
    ));
    assert_eq!(numbers(&ctx, 10, 4).count().unwrap(), 10);
}

/// A future tells its job a moment before the scheduler hears of it.
#[test]
fn a_future_is_cancelled_as_soon_as_its_job_is_known() {
    let ctx = Context::local("local[1]").expect("a context");
    for _ in 0..300 {
        let slow = ctx.range(0, 1, 1, 1).expect("a range").map(|x| {
            let end = Instant::now() + Duration::from_secs(10);
            while TaskContext::get().is_some_and(|cx| !cx.is_interrupted()) && Instant::now() < end
            {
                std::thread::yield_now();
            }
            x
        });
        let running = slow.count_async();
        while running.job_ids().is_empty() {
            std::hint::spin_loop();
        }
        running.cancel();
        let error = running.wait().expect_err("it was cancelled");
        assert!(matches!(error, Error::Cancelled { .. }), "{error}");
    }
}

#[test]
fn jobs_to_come_with_a_cancelled_tag_fail_when_they_start() {
    let ctx = context("local[8]");
    let tagged = endless(&ctx, |ctx| ctx.add_job_tag("mine").unwrap());
    ctx.cancel_jobs_with_tag_and_future_jobs("mine");
    assert!(matches!(
        tagged.join().unwrap(),
        Err(Error::Cancelled { .. })
    ));
    ctx.add_job_tag("mine").unwrap();
    ctx.add_job_tag("other").unwrap();
    let late = numbers(&ctx, 10, 4).count();
    let Err(Error::Cancelled { reason, .. }) = late else {
        panic!("{late:?}");
    };
    assert!(reason.contains("mine"), "{reason}");
    assert!(ctx.status_tracker().active_jobs().is_empty());
    ctx.remove_job_tag("mine");
    assert_eq!(numbers(&ctx, 10, 4).count().unwrap(), 10);
}

#[test]
fn a_long_partition_of_quick_records_is_cancelled_at_its_next_chunk() {
    let ctx = context("local[2]");
    let (running, ran) = mpsc::channel();
    let job = {
        let ctx = ctx.clone();
        thread::spawn(move || {
            ctx.set_job_group("long", "");
            let long = numbers(&ctx, i64::MAX, 1).map_partitions(move |records| {
                running.send(()).ok();
                records.filter(|x| *x < 0)
            });
            long.count()
        })
    };
    ran.recv_timeout(DEADLINE).unwrap();
    ctx.cancel_job_group("long");
    assert!(matches!(job.join().unwrap(), Err(Error::Cancelled { .. })));
}

#[test]
fn actions_inside_of_tasks_are_refused() {
    let ctx = context("local[2]");
    let inner = numbers(&ctx, 3, 1);
    let answers = numbers(&ctx, 2, 2).map(move |_| inner.count().unwrap_err().to_string());
    for answer in answers.collect().unwrap() {
        assert!(answer.contains("SPARK-5063"), "{answer}");
    }
}

/// On `local[1]` the action would wait for the slot of the task that waits for it.
#[test]
fn asynchronous_actions_inside_of_tasks_are_refused_and_do_not_hang() {
    let ctx = context("local[1]");
    let inner = numbers(&ctx, 3, 1);
    let answers = numbers(&ctx, 2, 1).map(move |_| {
        let error = inner.count_async().wait().unwrap_err();
        error.to_string()
    });
    for answer in answers.collect().unwrap() {
        assert!(answer.contains("SPARK-5063"), "{answer}");
    }
}

#[test]
fn dropping_a_shuffled_rdd_frees_its_outputs_in_memory() {
    let ctx = context("local[2]");
    let sums = numbers(&ctx, 10_000, 4)
        .map(|x| (x % 100, x))
        .reduce_by_key(|a, b| a + b, 3);
    assert_eq!(sums.count().unwrap(), 100);
    assert!(
        ctx.memory_used().0 > 0,
        "map outputs are kept for further jobs"
    );
    let derived = sums.map(|(_, sum)| sum);
    drop(sums);
    assert_eq!(derived.collect().unwrap().iter().sum::<i64>(), 49_995_000);
    drop(derived);
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}

#[test]
fn dropping_a_shuffled_rdd_frees_its_outputs_on_disk() {
    let local = tempfile::tempdir().unwrap();
    let ctx = small_context(1 << 20, local.path());
    let sums = numbers(&ctx, 400_000, 4)
        .map(|x| (x, x))
        .reduce_by_key(|a, b| a + b, 4);
    assert_eq!(sums.count().unwrap(), 400_000);
    assert!(spill_files(&ctx) > 0, "10 MB don't fit into 1 MiB");
    drop(sums);
    eventually("spill files go", || spill_files(&ctx) == 0);
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}
