//! Failing tasks: what is reported, how often they are tried, and that the context goes on.

use std::sync::atomic::{AtomicU32, Ordering};

use flint_core::{Context, Error, ErrorKind, JobFailure, TaskContext};

use crate::{context, eventually, numbers};

fn failure(error: Error) -> JobFailure {
    match error {
        Error::Job(failure) => *failure,
        other => panic!("not a failed job: {other}"),
    }
}

#[test]
fn b9_a_panic_is_reported_with_its_place_and_the_context_goes_on() {
    let ctx = context("local[2]");
    for _ in 0..3 {
        let bad = numbers(&ctx, 10, 2).map(|x| {
            if x == 7 {
                panic!("no sevens, got {x}")
            } else {
                x
            }
        });
        let error = bad.collect().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UserCode);
        let failure = failure(error);
        assert_eq!((failure.partition, failure.failures), (1, 1));
        let Error::Panic { message, site } = *failure.cause else {
            panic!("{}", failure.cause);
        };
        assert_eq!(message, "no sevens, got 7");
        let site = site.unwrap();
        assert!(site.file.ends_with("it/failures.rs"), "{site}");
        let line = include_str!("failures.rs")
            .lines()
            .nth(site.line as usize - 1);
        assert!(line.unwrap().contains("no sevens, got"), "{line:?}");
        let call = failure.call_site.unwrap();
        assert!(call.file.ends_with("it/failures.rs"), "{call}");
        assert_eq!(numbers(&ctx, 10, 4).count().unwrap(), 10);
    }
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}

#[test]
fn b9_a_panic_on_the_map_side_of_a_shuffle() {
    let ctx = context("local[2]");
    let pairs =
        numbers(&ctx, 1000, 4).map(|x| (x % 10, if x == 900 { panic!("map side") } else { x }));
    let sums = pairs.reduce_by_key(|a, b| a + b, 2);
    assert!(
        failure(sums.count().unwrap_err())
            .cause
            .to_string()
            .contains("map side")
    );
    let fine = numbers(&ctx, 1000, 4)
        .map(|x| (x % 10, x))
        .reduce_by_key(|a, b| a + b, 2);
    assert_eq!(fine.count().unwrap(), 10);
    let reduced = numbers(&ctx, 10, 2)
        .map(|x| (0, x))
        .reduce_by_key(|_, _| panic!("merge"), 2);
    assert!(
        failure(reduced.count().unwrap_err())
            .cause
            .to_string()
            .contains("merge")
    );
    drop((sums, fine, reduced));
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}

#[test]
fn b7_a_task_is_tried_as_often_as_the_master_says() {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    let ctx = context("local[2,3]");
    let bad = numbers(&ctx, 4, 4).map(|x| {
        assert!(
            x != 2,
            "attempt {}",
            ATTEMPTS.fetch_add(1, Ordering::SeqCst)
        );
        x
    });
    let failure = failure(bad.count().unwrap_err());
    assert_eq!(ATTEMPTS.load(Ordering::SeqCst), 3);
    assert_eq!((failure.failures, failure.partition), (3, 2));
    assert_eq!(
        failure.cause.to_string(),
        "user code panicked: attempt 0",
        "the first cause"
    );
    assert_eq!(numbers(&ctx, 4, 4).count().unwrap(), 4);
}

#[test]
fn b7_once_on_a_local_master_that_does_not_say() {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    let ctx = context("local[2]");
    let bad = numbers(&ctx, 1, 1).map(|x| {
        ATTEMPTS.fetch_add(1, Ordering::SeqCst);
        assert!(x != 0);
        x
    });
    assert_eq!(failure(bad.count().unwrap_err()).failures, 1);
    assert_eq!(ATTEMPTS.load(Ordering::SeqCst), 1);
}

#[test]
fn a_task_that_succeeds_when_tried_again_counts_once() {
    let ctx = context("local[2,4]");
    let seen = ctx.long_accumulator("seen");
    let flaky = numbers(&ctx, 100, 4).with(seen.clone()).map(|seen, x| {
        seen.add(1);
        let attempt = TaskContext::get().unwrap().attempt_number();
        assert!(x % 25 != 24 || attempt >= 2, "not yet");
        x
    });
    assert_eq!(flaky.collect().unwrap(), (0..100).collect::<Vec<_>>());
    assert_eq!(seen.sum(), 100, "failed attempts add nothing");
}

#[test]
fn an_error_that_user_code_returns_is_the_cause() {
    let ctx = context("local[2]");
    let error = numbers(&ctx, 4, 2)
        .run_job(|cx, _| match cx.partition_id() {
            1 => Err(Error::user(&std::fmt::Error)),
            n => Ok(n),
        })
        .unwrap_err();
    assert!(matches!(error.root_cause(), Error::User { .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::UserCode);
}

#[test]
fn b31_results_beyond_the_limit_are_refused() {
    let ctx = Context::builder()
        .master("local[2]")
        .config("spark.driver.maxResultSize", "1m")
        .build()
        .unwrap();
    let big = numbers(&ctx, 1_000_000, 8);
    for _ in 0..2 {
        let Err(Error::ResultTooLarge { bytes, limit, .. }) = big.collect() else {
            panic!("8 MB of results pass a limit of 1 MiB");
        };
        assert_eq!(limit, 1 << 20);
        assert!(bytes > limit);
    }
    // Each part is small, and all together are not.
    let parts = numbers(&ctx, 64, 64).map(|_| vec![0_u8; 64 << 10]);
    assert!(matches!(parts.collect(), Err(Error::ResultTooLarge { .. })));
    assert_eq!(big.count().unwrap(), 1_000_000);
    assert_eq!(numbers(&ctx, 10_000, 4).collect().unwrap().len(), 10_000);
}
