//! Persisted RDDs: computed once if they fit, computed again if not, right in any case.

use flint_core::{Context, Error, LongAccumulator, Rdd, Result, StorageLevel};

use crate::loss::Damage;
use crate::{context, eventually, names, numbers, small_context, spill_files};

/// `n` numbers, and how many of them were computed.
fn counted(ctx: &Context, n: i64, partitions: usize) -> (Rdd<i64>, LongAccumulator) {
    let computed = ctx.long_accumulator("computed");
    let rdd = numbers(ctx, n, partitions).with(computed.clone());
    (
        rdd.map(|computed, x| {
            computed.add(1);
            x
        }),
        computed,
    )
}

fn sum(rdd: &Rdd<i64>) -> i64 {
    let sums = rdd.run_job(|_, records| Ok(records.sum::<i64>())).unwrap();
    sums.iter().sum()
}

fn triangle(n: i64) -> i64 {
    n * (n - 1) / 2
}

#[test]
fn every_level_computes_once() {
    let ctx = context("local[2]");
    for (name, level) in StorageLevel::NAMED {
        if *level == StorageLevel::NONE {
            continue;
        }
        let (rdd, computed) = counted(&ctx, 5000, 3);
        let rdd = rdd.persist(*level).unwrap();
        for _ in 0..3 {
            assert_eq!(sum(&rdd), triangle(5000), "{name}");
        }
        assert_eq!(computed.sum(), 5000, "{name}");
        assert_eq!(ctx.storage_status().len(), 3, "{name}");
        let on_disk = ctx.storage_status().iter().all(|b| b.disk_bytes > 0);
        assert_eq!(on_disk, !level.use_memory(), "{name}");
        rdd.unpersist();
        assert!(ctx.storage_status().is_empty(), "{name}");
        assert_eq!(
            (ctx.memory_used(), spill_files(&ctx)),
            ((0, 0), 0),
            "{name}"
        );
        assert_eq!(sum(&rdd), triangle(5000), "{name}");
        assert_eq!(computed.sum(), 10_000, "{name}");
    }
}

#[test]
fn what_does_not_fit_in_memory_is_computed_again() {
    let local = tempfile::tempdir().unwrap();
    let ctx = small_context(1 << 20, local.path());
    let (rdd, computed) = counted(&ctx, 400_000, 8);
    let rdd = rdd.cache();
    assert_eq!(sum(&rdd), triangle(400_000));
    assert_eq!(computed.sum(), 400_000);
    assert!(
        ctx.storage_status().len() < 8,
        "3.2 MB don't fit into 1 MiB"
    );
    assert!(ctx.memory_used().1 <= 1 << 20);
    assert_eq!(sum(&rdd), triangle(400_000));
    assert!(computed.sum() > 400_000);
    assert_eq!(spill_files(&ctx), 0);
}

#[test]
fn what_does_not_fit_in_memory_goes_to_disk_if_it_may() {
    let local = tempfile::tempdir().unwrap();
    let ctx = small_context(1 << 20, local.path());
    let (rdd, computed) = counted(&ctx, 400_000, 8);
    rdd.persist(StorageLevel::MEMORY_AND_DISK).unwrap();
    for _ in 0..3 {
        assert_eq!(sum(&rdd), triangle(400_000));
    }
    assert_eq!(computed.sum(), 400_000);
    let status = ctx.storage_status();
    assert_eq!(status.len(), 8);
    assert!(status.iter().any(|b| b.disk_bytes > 0));
    assert!(spill_files(&ctx) > 0);
    drop(rdd);
    eventually("blocks go", || ctx.storage_status().is_empty());
    eventually("files go", || spill_files(&ctx) == 0);
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}

#[test]
fn b33_blocks_evicted_for_another_rdd_are_computed_again() {
    let local = tempfile::tempdir().unwrap();
    let ctx = small_context(4 << 20, local.path());
    let (old, old_computed) = counted(&ctx, 300_000, 6);
    let (new, new_computed) = counted(&ctx, 400_000, 8);
    let old = old.cache();
    assert_eq!(sum(&old), triangle(300_000));
    assert_eq!(ctx.storage_status().len(), 6, "2.4 MB fit into 4 MiB");
    let new = new.cache();
    for _ in 0..2 {
        assert_eq!(sum(&new), triangle(400_000));
    }
    assert_eq!(
        new_computed.sum(),
        400_000,
        "the newer RDD fits once the older one made room"
    );
    let kept = |rdd: &Rdd<i64>| {
        ctx.storage_status()
            .iter()
            .filter(|b| b.id.rdd == rdd.id())
            .count()
    };
    assert_eq!(kept(&new), 8);
    assert!(kept(&old) < 6);
    assert_eq!(sum(&old), triangle(300_000));
    assert!(old_computed.sum() > 300_000);
}

#[test]
fn b33_a_lost_or_damaged_block_is_computed_again_and_no_other() {
    for damage in [Damage::Deleted, Damage::Truncated, Damage::Flipped] {
        let local = tempfile::tempdir().unwrap();
        let ctx = small_context(1 << 20, local.path());
        let (rdd, computed) = counted(&ctx, 4000, 4);
        rdd.persist(StorageLevel::DISK_ONLY).unwrap();
        assert_eq!(sum(&rdd), triangle(4000));
        assert_eq!((computed.sum(), spill_files(&ctx)), (4000, 4));
        let dir = &ctx.local_dirs()[0];
        let block = names(dir).into_iter().find(|n| n.starts_with("rdd_"));
        damage.apply(&dir.join(block.unwrap()), 500);
        for _ in 0..2 {
            assert_eq!(sum(&rdd), triangle(4000), "{damage:?}");
            assert_eq!(computed.sum(), 5000, "{damage:?}");
        }
        assert_eq!(ctx.storage_status().len(), 4, "it is kept again");
    }
}

#[test]
fn unpersisting_and_dropping_free_everything() {
    let ctx = context("local[2]");
    let a = numbers(&ctx, 1000, 2).cache();
    let b = a
        .map(|x| x * 2)
        .persist(StorageLevel::MEMORY_ONLY_SER)
        .unwrap();
    assert_eq!(sum(&b), 2 * triangle(1000));
    assert_eq!(ctx.storage_status().len(), 4);
    a.unpersist();
    assert_eq!(ctx.storage_status().len(), 2);
    assert_eq!(a.storage_level(), StorageLevel::NONE);
    drop(a);
    assert_eq!(sum(&b), 2 * triangle(1000));
    drop(b);
    eventually("blocks go", || ctx.storage_status().is_empty());
    assert_eq!(ctx.memory_used(), (0, 0));
}

#[test]
fn a_level_is_changed_only_by_way_of_none() {
    let ctx = context("local[2]");
    let rdd = numbers(&ctx, 10, 2).cache();
    assert_eq!(rdd.cache().storage_level(), StorageLevel::MEMORY_ONLY);
    assert!(rdd.persist(StorageLevel::MEMORY_ONLY).is_ok());
    let error = rdd.persist(StorageLevel::DISK_ONLY).unwrap_err();
    assert!(matches!(error, Error::Argument { .. }), "{error}");
    let rdd = rdd.unpersist().persist(StorageLevel::DISK_ONLY).unwrap();
    assert_eq!(rdd.storage_level(), StorageLevel::DISK_ONLY);
}

#[test]
fn a_failed_computation_is_not_kept() {
    let ctx = context("local[2]");
    let rdd = numbers(&ctx, 10_000, 2).map(|x| if x == 9_999 { panic!("at the end") } else { x });
    rdd.cache();
    assert!(rdd.count().is_err());
    assert!(ctx.storage_status().len() <= 1, "partition 1 never ended");
    assert!(rdd.count().is_err());
    drop(rdd);
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}

/// However a partition is consumed, each record comes once: sources lend records, or hand them over,
/// where they can, also after some were taken one by one.
#[test]
fn every_way_to_consume_a_partition_sees_each_record_once() -> Result<()> {
    let ctx = Context::local("local[2]")?;
    let numbers: Vec<u64> = (0..50_000).collect();
    let plain = ctx.parallelize(numbers.clone(), 3);
    let kept = plain.cache();
    kept.count()?;
    let sorted = plain.map(|x| (x ^ 0x2A5A, x)).sort_by_key(true, 3);
    let sorted = sorted.map_partitions(|records| records.into_vec().into_iter().map(|(_, x)| x));
    let ranged = ctx.range(0, 50_000, 1, 3)?.map(|x| x as u64);
    let expected: u64 = numbers.iter().sum();
    for (name, rdd) in [
        ("collection", &plain),
        ("cached", &kept),
        ("sorted", &sorted),
        ("range", &ranged),
    ] {
        let folded = rdd.run_job(|_, records| Ok(records.fold(0, u64::wrapping_add)))?;
        assert_eq!(folded.iter().sum::<u64>(), expected, "{name}, folded");
        let mixed = rdd.run_job(|_, mut records| {
            let first: u64 = records.by_ref().take(1_500).sum();
            let chunk: u64 = records.next_chunk().into_iter().flatten().sum();
            Ok(first + chunk + records.fold(0, u64::wrapping_add))
        })?;
        assert_eq!(
            mixed.iter().sum::<u64>(),
            expected,
            "{name}, in several ways"
        );
        let whole = rdd.run_job(|_, mut records| {
            let first = records.next().into_iter().collect::<Vec<_>>();
            Ok(first.into_iter().chain(records.into_vec()).sum::<u64>())
        })?;
        assert_eq!(whole.iter().sum::<u64>(), expected, "{name}, as a vector");
    }
    Ok(())
}

/// A fold over lent records ends soon after its job is cancelled.
#[test]
fn a_fold_over_a_collection_is_cancelled() -> Result<()> {
    let ctx = Context::local("local[1]")?;
    let rdd = ctx.parallelize((0..4_000_000_u64).collect::<Vec<_>>(), 1);
    let (started, seen) = std::sync::mpsc::sync_channel::<()>(1);
    let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
    let wait = std::sync::Mutex::new(wait);
    let job = rdd
        .map_partitions(move |records| {
            let mut first = true;
            let sum = records.fold(0_u64, |sum, x| {
                if std::mem::take(&mut first) {
                    let _ = started.send(());
                    let _ = wait.lock().expect("one thread").recv();
                }
                sum + x
            });
            [sum]
        })
        .collect_async();
    seen.recv().expect("the task has begun");
    job.cancel();
    go.send(()).expect("the task waits");
    let error = job.wait().expect_err("a cancelled job has no result");
    assert!(error.to_string().contains("cancel"), "{error}");
    Ok(())
}
