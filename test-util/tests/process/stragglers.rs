//! Slow and bad executors: copies of slow tasks, and tasks that keep away from where they failed.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flint_core::backend::ClusterManager;
use flint_core::{Context, ContextBuilder, Error, TaskContext};
use flint_test_util::process::LocalCluster;
use flint_test_util::runner::Runner;

use super::poll;

pub(super) fn run(runner: &mut Runner) {
    runner.test("b13_a_held_task_is_copied_and_counts_once", held_task);
    runner.test("b13_a_held_map_task_is_copied", held_map_task);
    runner.test("b14_a_copy_and_its_original_race_to_commit", commit_race);
    runner.test("a_task_keeps_away_from_where_it_failed", keeps_away);
    runner.test("a_task_that_can_run_nowhere_fails_its_job", nowhere);
}

fn cluster(settings: &[(&str, &str)]) -> Context {
    let builder = Context::builder()
        .master("local-cluster[2,1,64]")
        .cluster_manager(LocalCluster::new() as Arc<dyn ClusterManager>);
    let set = |b: ContextBuilder, (k, v): &(&str, &str)| b.config(k, v);
    settings.iter().fold(builder, set).build().unwrap()
}

/// Looks every 10 ms, and takes a task for slow that runs for longer than half of the others.
fn speculating() -> Context {
    cluster(&[
        ("spark.speculation", "true"),
        ("spark.speculation.interval", "10ms"),
        ("spark.speculation.multiplier", "1"),
        ("spark.speculation.quantile", "0.5"),
        ("spark.speculation.minTaskRuntime", "50ms"),
    ])
}

fn leave(dir: &Path, token: &str) {
    File::create(dir.join(token)).unwrap();
}

/// Holds a task until `done`, or it is told to stop.
fn hold(task: &TaskContext, done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !task.is_interrupted() && !done() {
        assert!(Instant::now() < deadline, "nobody stopped the task");
        std::thread::yield_now();
    }
}

fn held_task() {
    let ctx = speculating();
    let dir = tempfile::tempdir().unwrap();
    let records = ctx.long_accumulator("records");
    let env = (dir.path().to_owned(), records.clone());
    let numbers = ctx.range(0, 8, 1, 4).unwrap().with(env);
    let parts = numbers.run_job(|(dir, records), task, numbers| {
        let sum: i64 = numbers.inspect(|_| records.add(1)).sum();
        if (task.partition_id(), task.attempt_number()) == (0, 0) {
            leave(dir, "held");
            hold(task, || false);
            leave(dir, "stopped");
            return Ok((-1, 0, task.executor_id().to_string()));
        }
        Ok((sum, task.attempt_number(), task.executor_id().to_string()))
    });
    let parts = parts.unwrap();
    assert!(dir.path().join("held").exists(), "a task was held");
    let sums: Vec<i64> = parts.iter().map(|p| p.0).collect();
    assert_eq!(sums, [1, 5, 9, 13]);
    assert_eq!((parts[0].1, parts[1].1), (1, 0), "a copy did it: {parts:?}");
    poll("the held task's end", || {
        dir.path().join("stopped").exists()
    });
    // With both executors again: the loser's report has come.
    let pairs = ctx.range(0, 4, 1, 4).unwrap().with(());
    assert_eq!(pairs.map(|(), x| x).count().unwrap(), 4);
    assert_eq!(records.sum(), 8, "what the loser counted does not count");
}

/// The map side of a shuffle: the readers fetch from the copy's executor.
fn held_map_task() {
    let ctx = speculating();
    let dir = tempfile::tempdir().unwrap();
    let numbers = ctx.range(0, 400, 1, 4).unwrap();
    let pairs = numbers.with(dir.path().to_owned()).map(|dir, x| {
        let task = TaskContext::get().unwrap();
        if x == 0 && task.attempt_number() == 0 {
            leave(dir, "held");
            hold(&task, || false);
        }
        (x % 4, x)
    });
    let mut sums = pairs
        .with(())
        .reduce_by_key(|(), a, b| a + b, 3)
        .collect()
        .unwrap();
    sums.sort_unstable();
    let sum_of = |k: i64| (0..100).map(|i| i * 4 + k).sum::<i64>();
    assert_eq!(sums, (0..4).map(|k| (k, sum_of(k))).collect::<Vec<_>>());
    assert!(dir.path().join("held").exists(), "a task was held");
}

/// Both tries of a partition have written everything, and ask for the commit at the same time.
fn commit_race() {
    let ctx = speculating();
    for round in 0..5 {
        let dir = tempfile::tempdir().unwrap();
        let (tokens, out) = (dir.path().to_owned(), dir.path().join("out"));
        let numbers = ctx.range(0, 40, 1, 4).unwrap().with(tokens);
        let lines = numbers.map(|dir, x| {
            let task = TaskContext::get().unwrap();
            // The last record of partition 0.
            if x == 9 && task.attempt_number() == 0 {
                leave(dir, "first");
                hold(&task, || dir.join("second").exists());
            } else if x == 9 {
                leave(dir, "second");
            }
            x
        });
        lines.save_as_text_file(&out).unwrap();
        for token in ["first", "second"] {
            assert!(
                dir.path().join(token).exists(),
                "round {round}: no {token} try"
            );
        }
        let mut files: Vec<String> = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        files.sort();
        let parts = (0..4).map(|p| format!("part-{p:05}"));
        let expected: Vec<String> = ["_SUCCESS".to_owned()].into_iter().chain(parts).collect();
        assert_eq!(files, expected, "round {round}");
        let text = files[1..]
            .iter()
            .map(|f| std::fs::read_to_string(out.join(f)).unwrap());
        let expected: String = (0..40).map(|x| format!("{x}\n")).collect();
        assert_eq!(text.collect::<String>(), expected, "round {round}");
    }
}

/// An executor on which partition 0 fails, whoever it is.
fn bad_executor(dir: &Path, task: &TaskContext) -> Result<(), Error> {
    let name = task.executor_id().to_string();
    if File::create_new(dir.join("chosen")).is_ok() {
        std::fs::write(dir.join("bad"), &name).unwrap();
    }
    if std::fs::read_to_string(dir.join("bad")).unwrap() != name {
        return Ok(());
    }
    leave(dir, &format!("failed.{}", task.attempt_number()));
    Err(Error::User {
        message: "bad disk".to_owned(),
    })
}

fn keeps_away() {
    let ctx = cluster(&[("spark.excludeOnFailure.enabled", "true")]);
    let dir = tempfile::tempdir().unwrap();
    let numbers = ctx.range(0, 2, 1, 1).unwrap().with(dir.path().to_owned());
    let parts = numbers.run_job(|dir, task, numbers| {
        bad_executor(dir, task)?;
        Ok((
            numbers.count(),
            task.attempt_number(),
            task.executor_id().to_string(),
        ))
    });
    let parts = parts.unwrap();
    let bad = std::fs::read_to_string(dir.path().join("bad")).unwrap();
    assert_eq!((parts[0].0, parts[0].1), (2, 1), "the second try did it");
    assert_ne!(parts[0].2, bad);
    assert!(dir.path().join("failed.0").exists(), "a task failed");
    assert!(!dir.path().join("failed.1").exists(), "it came back");
}

fn nowhere() {
    let ctx = cluster(&[("spark.excludeOnFailure.enabled", "true")]);
    let numbers = ctx.range(0, 4, 1, 2).unwrap();
    let job = numbers
        .with(())
        .run_job(|(), task, numbers| match task.partition_id() {
            1 => Err(Error::User {
                message: "bad record".to_owned(),
            }),
            _ => Ok(numbers.count()),
        });
    match &job.unwrap_err() {
        Error::Job(failure) => {
            assert_eq!((failure.partition, failure.failures), (1, 2), "{failure:?}");
            match &*failure.cause {
                Error::Excluded { most_recent, .. } => {
                    assert!(
                        most_recent
                            .as_ref()
                            .unwrap()
                            .to_string()
                            .contains("bad record")
                    );
                }
                other => panic!("another cause: {other}"),
            }
        }
        other => panic!("another error: {other}"),
    }
    assert_eq!(numbers.count().unwrap(), 4, "the context goes on");
}
