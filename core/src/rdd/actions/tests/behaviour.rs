//! What the golden cases don't show: how much is computed, where closures run, how they fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{ctx, of_parts};
use crate::error::{Error, Result};
use crate::shuffle::hash_of;

/// Counts calls from any thread.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
fn take_computes_the_beginning_of_one_partition() -> Result<()> {
    let calls = Calls::default();
    let noted = calls.clone();
    let rdd = ctx().range(0, 1_000_000, 1, 4)?.map(move |x| {
        noted.note();
        x
    });
    assert_eq!(rdd.take(2)?, [0, 1]);
    assert!(calls.count() <= crate::exec::CHUNK, "{}", calls.count());
    Ok(())
}

#[test]
fn take_tries_more_partitions_until_it_has_enough() -> Result<()> {
    let calls = Calls::default();
    let noted = calls.clone();
    let rdd = ctx()
        .parallelize((0..32).collect::<Vec<u64>>(), 32)
        .map_partitions(move |records| {
            noted.note();
            records.filter(|x| *x >= 3)
        });
    // Partition 0 has nothing, so 1 to 4 are next: they have two.
    assert_eq!(rdd.take(2)?, [3, 4]);
    assert_eq!(calls.count(), 5);
    assert_eq!(rdd.take(usize::MAX)?.len(), 29);
    Ok(())
}

#[test]
fn of_equal_records_the_first_are_taken_in_their_order() -> Result<()> {
    let rdd = ctx().parallelize((0..1000_u32).collect(), 7);
    let by_last_digit = |a: &u32, b: &u32| (a % 10).cmp(&(b % 10));
    assert_eq!(rdd.take_ordered_by(3, by_last_digit)?, [0, 10, 20]);
    assert_eq!(rdd.top_by(3, by_last_digit)?, [9, 19, 29]);
    assert_eq!(rdd.min_by(by_last_digit)?, 0);
    assert_eq!(rdd.max_by(by_last_digit)?, 9);
    Ok(())
}

#[test]
fn take_ordered_agrees_with_sorting() -> Result<()> {
    let numbers: Vec<u64> = (0..5000_u64).map(|i| hash_of(&i) % 1000).collect();
    let rdd = ctx().parallelize(numbers.clone(), 6);
    let mut sorted = numbers;
    sorted.sort_unstable();
    for n in [1, 10, 999, 5000, 6000] {
        assert_eq!(rdd.take_ordered(n)?, sorted[..n.min(5000)]);
    }
    Ok(())
}

#[test]
fn the_environment_reaches_tasks_and_the_driver() -> Result<()> {
    let view = ctx().range(1, 101, 1, 27)?.with(1000_i64);
    let add = |m: &i64, a: i64, b: i64| (a + b) % m;
    assert_eq!(view.reduce(add)?, 50);
    assert_eq!(view.fold(0, add)?, 50);
    assert_eq!(view.aggregate(0, add, add)?, 50);
    assert_eq!(view.tree_aggregate(0, add, add, 3)?, 50);
    assert_eq!(view.tree_reduce(add, 3)?, 50);
    Ok(())
}

#[test]
fn tree_aggregate_moves_values_that_are_not_plain() -> Result<()> {
    let words = ctx().range(0, 100, 1, 30)?.map(|x| x.to_string());
    let merged = words.tree_aggregate(
        Vec::new(),
        |mut all, word| {
            all.push(word);
            all
        },
        |mut a, mut b| {
            a.append(&mut b);
            a
        },
        3,
    );
    let mut merged = merged?;
    merged.sort_by_key(|s| s.parse::<i64>().unwrap());
    let expected: Vec<String> = (0..100).map(|x| x.to_string()).collect();
    assert_eq!(merged, expected);
    Ok(())
}

#[test]
fn lookup_in_placed_records_reads_one_partition() -> Result<()> {
    let calls = Calls::default();
    let noted = calls.clone();
    let sums = ctx()
        .parallelize((0..100_u64).map(|i| (i % 10, i)).collect(), 4)
        .reduce_by_key(|a, b| a + b, 5);
    let watched = sums.filter(move |_| {
        noted.note();
        true
    });
    assert_eq!(
        watched.lookup(&3)?,
        [(0..10).map(|i| i * 10 + 3).sum::<u64>()]
    );
    assert!(calls.count() < 10, "{} of 10 keys were read", calls.count());
    Ok(())
}

#[test]
fn a_panic_in_a_task_or_on_the_driver_is_an_error() -> Result<()> {
    let ctx = ctx();
    let rdd = ctx.parallelize(vec![1, 2, 3, 4], 2);
    let in_task = rdd.reduce(|_, _| panic!("no sum")).unwrap_err();
    assert!(matches!(in_task.root_cause(), Error::Panic { message, .. } if message == "no sum"));

    // Two partitions of one record each: only the driver merges.
    let rdd = ctx.parallelize(vec![1, 2], 2);
    let on_driver = rdd.reduce(|_, _| panic!("no sum")).unwrap_err();
    assert!(matches!(on_driver.root_cause(), Error::Panic { message, .. } if message == "no sum"));

    let visited = rdd.for_each(|x| assert!(x < 2)).unwrap_err();
    assert!(matches!(visited.root_cause(), Error::Panic { .. }));
    assert_eq!(rdd.count()?, 2);
    Ok(())
}

#[test]
fn a_local_iterator_runs_partitions_as_it_comes_to_them() -> Result<()> {
    let calls = Calls::default();
    let noted = calls.clone();
    let rdd = ctx().range(0, 10, 1, 5)?.map_partitions(move |records| {
        noted.note();
        records
    });
    let mut records = rdd.to_local_iterator();
    assert_eq!(calls.count(), 0);
    assert_eq!(
        records.by_ref().take(3).collect::<Result<Vec<_>>>()?,
        [0, 1, 2]
    );
    assert_eq!(calls.count(), 2);
    let rest = records.collect::<Result<Vec<_>>>()?;
    assert_eq!(rest, (3..10).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn a_local_iterator_ends_after_an_error() -> Result<()> {
    let rdd = ctx().range(0, 4, 1, 4)?.map(|x| {
        assert!(x != 1, "one");
        x
    });
    for mut records in [
        rdd.to_local_iterator(),
        rdd.to_local_iterator().prefetching(),
    ] {
        assert_eq!(records.next().transpose()?, Some(0));
        assert!(records.next().is_some_and(|r| r.is_err()));
        assert!(records.next().is_none());
    }
    Ok(())
}

#[test]
fn async_actions_answer_and_fail_like_blocking_ones() -> Result<()> {
    let ctx = ctx();
    let rdd = of_parts(&ctx, vec![vec![1, 2], vec![], vec![3]]);
    assert_eq!(rdd.collect_async().wait()?, [1, 2, 3]);
    assert_eq!(rdd.count_async().wait()?, 3);
    assert_eq!(rdd.take_async(2).wait()?, [1, 2]);
    let sum = ctx.long_accumulator("sum");
    let view = rdd.with(sum.clone());
    view.for_each_async(|sum, x| sum.add(x)).wait()?;
    view.for_each_partition_async(|sum, records| sum.add(records.sum()))
        .wait()?;
    assert_eq!(sum.sum(), 12);
    let failed = rdd.for_each_async(|x| assert!(x < 3)).wait();
    assert!(failed.is_err_and(|e| matches!(e.root_cause(), Error::Panic { .. })));
    Ok(())
}

#[test]
fn async_jobs_belong_to_the_group_of_their_caller() -> Result<()> {
    let ctx = ctx();
    let (entered, wait) = std::sync::mpsc::channel();
    let entered = parking_lot::Mutex::new(entered);
    ctx.set_job_group("slow", "");
    let future = ctx.range(0, 1, 1, 1)?.for_each_partition_async(move |_| {
        let _ = entered.lock().send(());
        while !crate::exec::TaskContext::get().is_some_and(|cx| cx.is_interrupted()) {
            std::thread::yield_now();
        }
    });
    wait.recv().expect("the task starts");
    ctx.cancel_job_group("slow");
    assert!(matches!(future.wait(), Err(Error::Cancelled { .. })));
    Ok(())
}
