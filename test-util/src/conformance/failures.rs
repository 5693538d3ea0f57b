//! What can't be run, what fails, and what survives a failure.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use flint_core::{Error, Result};

use super::{Backend, Case, Setup, cases};

pub(super) const CASES: &[Case] =
    cases![capturing_closure, panicking, user_error, executor_killed,];

/// Threads take any closure. Processes refuse it before any task starts.
fn capturing_closure(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let path = dir.path().to_owned();
    let n = s.ctx.parallelize(vec![1, 2, 3], 3);
    let line = line!() + 1;
    let marked = n.map(move |x| mark(&path, x));
    let result = marked.collect();
    if s.backend == Backend::Threads {
        assert_eq!(result?, [1, 2, 3]);
        return Ok(());
    }
    match result.expect_err("it captures a path").root_cause() {
        Error::NotPortable { site, fix, .. } => {
            assert_eq!((site.file.as_str(), site.line), (file!(), line));
            assert!(fix.contains("with(env)"), "{fix}");
        }
        other => panic!("another error: {other}"),
    }
    let marks = std::fs::read_dir(dir.path()).expect("the directory is there");
    assert_eq!(marks.count(), 0, "a task was started");
    assert_eq!(n.count()?, 3, "the context goes on");
    Ok(())
}

/// Leaves a file that says that a record was processed.
fn mark(dir: &std::path::Path, x: i32) -> i32 {
    std::fs::write(dir.join(x.to_string()), "").expect("the directory is there");
    x
}

fn panicking(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 100, 1, 4)?;
    let first = line!();
    let bad = n
        .with(42_i64)
        .map(|k, x| if x == *k { panic!("record {x}") } else { x });
    let last = line!();
    let error = bad.collect().expect_err("a record panics");
    match error.root_cause() {
        Error::Panic { message, site } => {
            assert_eq!(message, "record 42");
            let site = site.as_ref().expect("a panic has a place");
            assert_eq!(site.file, file!());
            assert!((first..last).contains(&site.line), "{site}");
        }
        other => panic!("another error: {other}"),
    }
    assert!(matches!(&error, Error::Job(f) if f.partition == 1 && f.failures == 4));
    assert_eq!(n.count()?, 100, "the context goes on");
    Ok(())
}

fn user_error(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 4, 1, 4)?;
    let error = n
        .with(2_usize)
        .run_job(|bad, cx, records| {
            if cx.partition_id() == *bad {
                return Err(Error::user(&std::fmt::Error));
            }
            Ok(records.count())
        })
        .expect_err("a task returns an error");
    assert_eq!(error.root_cause(), &Error::user(&std::fmt::Error));
    Ok(())
}

/// An executor dies of `kill -9` in the middle of the second stage, and takes its map outputs
/// along: they are made again, and everything counts once.
fn executor_killed(s: &Setup<'_>) -> Result<()> {
    if s.backend == Backend::Threads {
        return Ok(());
    }
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let token: PathBuf = dir.path().join("killed");
    let records = s.ctx.long_accumulator("records");
    let pairs = s
        .ctx
        .range(0, 10_000, 1, 8)?
        .with(10_i64)
        .map(|k, x| (x % k, x));
    let sums = pairs.with(()).reduce_by_key(|(), a, b| a + b, 6);
    let parts =
        sums.with((token.clone(), records.clone()))
            .run_job(|(token, records), _, sums| {
                let sums: Vec<(i64, i64)> = sums.inspect(|_| records.add(1)).collect();
                if std::fs::File::create_new(token).is_ok() {
                    kill_this_process();
                }
                Ok(sums)
            })?;
    assert!(token.exists(), "an executor was killed");
    let mut sums = parts.concat();
    sums.sort_unstable();
    let sum_of = |k: i64| (0..1000).map(|i| i * 10 + k).sum::<i64>();
    assert_eq!(sums, (0..10).map(|k| (k, sum_of(k))).collect::<Vec<_>>());
    assert_eq!(records.sum(), 10);
    assert_eq!(
        s.ctx.range(0, 100, 1, 8)?.count()?,
        100,
        "the context goes on"
    );
    Ok(())
}

/// Does not return: the process is gone before.
fn kill_this_process() {
    let pid = std::process::id().to_string();
    let killed = Command::new("kill")
        .args(["-9", &pid])
        .stdin(Stdio::null())
        .status();
    assert!(killed.is_ok(), "`kill` can't be run: {killed:?}");
    loop {
        std::thread::park();
    }
}
