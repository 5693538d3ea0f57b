//! Rows B15, B16 and B23: what is lost or damaged is made again, and never mixed or counted twice.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use flint_core::events::TaskOutcome;
use flint_core::exec::ChunkSource;
use flint_core::scheduler::types::ExecutorId;
use flint_core::shuffle::{
    Block, BlockReader, FetchedBlock, HashPartitioner, ShuffleStore, ShuffleWriter,
};
use flint_core::storage::memory::MemoryManager;
use flint_core::storage::spill::LocalDirs;
use flint_core::{Context, Error, Rdd, Result};
use parking_lot::Mutex;

use crate::loss::{
    Damage, Loss, PAYLOAD, output_files, run_files, spilled, spilling_context, watch,
};
use crate::{Random, eventually, numbers, spill_files};

const IDS: i64 = 2000;
const READERS: u64 = 5;

/// Ids that come in another order whenever they are computed, dealt out to [`READERS`] partitions.
/// Which files of map outputs were there before the dealing is noted in `older`.
fn dealt_in_any_order(ctx: &Context, older: &Arc<Mutex<Option<Vec<PathBuf>>>>) -> Rdd<i64> {
    let unordered = numbers(ctx, IDS, 4)
        .map(|x| (x, vec![0_u8; PAYLOAD]))
        .reduce_by_key(|a, _| a, 4);
    let (runs, older, dirs) = (AtomicUsize::new(0), Arc::clone(older), ctx.local_dirs());
    let another_order = unordered.map_partitions(move |records| {
        older.lock().get_or_insert_with(|| output_files(&dirs));
        let mut records: Vec<_> = records.collect();
        let run = runs.fetch_add(1, Ordering::SeqCst);
        let shift = (run * 7 + 1) % records.len().max(1);
        records.rotate_left(shift);
        records
    });
    let dealt = another_order.repartition(READERS as usize).unwrap();
    dealt.map(|(x, _)| x)
}

/// Lets some of the readers finish, and then loses some of the outputs that they read.
fn with_loss(ctx: &Context, seed: u64) -> Rdd<i64> {
    let mut random = Random::new(seed);
    let (victim, before) = (random.below(READERS) as usize, random.below(READERS));
    let older = Arc::new(Mutex::new(None));
    let dealt = dealt_in_any_order(ctx, &older);
    let (finished, fired) = (Arc::new(AtomicU64::new(0)), AtomicBool::new(false));
    let (dirs, random) = (ctx.local_dirs(), Mutex::new(random));
    dealt.map_partitions(move |records| {
        if records.partition_index() == victim && !fired.swap(true, Ordering::SeqCst) {
            eventually("some readers finish", || {
                finished.load(Ordering::SeqCst) >= before
            });
            let older = older.lock().clone().unwrap_or_default();
            let mut files = output_files(&dirs);
            files.retain(|f| !older.contains(f));
            assert!(!files.is_empty(), "no dealt output is on disk");
            let mut random = random.lock();
            let first = random.below(files.len() as u64) as usize;
            for (at, file) in files.iter().enumerate() {
                if at == first || random.below(3) == 0 {
                    Damage::Deleted.apply(file, 0);
                }
            }
        }
        let ids: Vec<i64> = records.collect();
        finished.fetch_add(1, Ordering::SeqCst);
        ids
    })
}

fn assert_exact(mut ids: Vec<i64>, seed: u64) {
    assert_eq!(ids.iter().sum::<i64>(), IDS * (IDS - 1) / 2, "seed {seed}");
    ids.sort_unstable();
    assert!(
        ids.iter().copied().eq(0..IDS),
        "seed {seed}: two runs are mixed"
    );
}

/// SPARK-23207. Dealing out records by their position gives another result when the records come
/// in another order; then all readers have to run again, and if results of the first run were
/// taken already, the job has to fail.
#[test]
fn b15_readers_of_an_indeterminate_stage_never_mix_two_of_its_runs() {
    let local = tempfile::tempdir().unwrap();
    let (mut retried, mut refused) = (0, 0);
    for seed in 0..50 {
        let ctx = spilling_context("local[3]", local.path());
        let seen = watch(&ctx);
        let ids = with_loss(&ctx, seed);
        let result = if seed % 2 == 0 {
            ids.collect()
        } else {
            // Another shuffle reads them: nothing was handed out yet, so all can run again.
            let by_digit = ids.map(|x| (x % 10, x)).partition_by_hash(3);
            let result = by_digit.values().collect();
            assert!(result.is_ok(), "seed {seed}: {result:?}");
            result
        };
        match result {
            Ok(ids) => assert_exact(ids, seed),
            Err(error) => {
                let indeterminate = matches!(error.root_cause(), Error::Indeterminate { .. });
                assert!(indeterminate, "seed {seed}: {error}");
                refused += 1;
            }
        }
        ctx.stop();
        retried += u32::from(seen.lock().stage_retries > 0);
    }
    let noticed = retried + refused;
    assert!(noticed >= 40, "the loss was noticed {noticed} times only");
    assert!(retried >= 10 && refused >= 5, "{retried}, {refused}");
}

/// A task that is overtaken by another attempt while it runs on, and then reports success.
#[test]
fn b16_the_late_success_of_a_zombie_counts_for_nothing() {
    let local = tempfile::tempdir().unwrap();
    let ctx = spilling_context("local[4]", local.path());
    let seen = watch(&ctx);
    let read = ctx.long_accumulator("read");
    let rdd = spilled(&numbers(&ctx, 4000, 4), 2);
    let loss = Loss::new(&ctx);
    let (counter, has_read) = (read.clone(), AtomicBool::new(false));
    let sums = rdd
        .run_job(move |cx, records| {
            let zombie = cx.attempt().stage_attempt == 0 && cx.partition_id() == 1;
            if cx.partition_id() == 0 {
                loss.once_when(|| has_read.load(Ordering::SeqCst));
            }
            let sum = records
                .inspect(|_| counter.add(1))
                .map(|(x, _)| x)
                .sum::<i64>();
            if zombie {
                has_read.store(true, Ordering::SeqCst);
                eventually("another attempt overtakes this one", || cx.is_interrupted());
            }
            Ok(sum)
        })
        .unwrap();
    assert_eq!(sums.iter().sum::<i64>(), 3999 * 4000 / 2);
    eventually("the zombie reports its success", || {
        seen.lock().ends.iter().any(|(id, outcome, accepted)| {
            id.partition == 1 && *outcome == TaskOutcome::Success && !accepted
        })
    });
    assert!(seen.lock().stage_retries > 0);
    assert_eq!(read.sum(), 4000, "what the zombie read is not counted");
    assert_eq!(numbers(&ctx, 10, 2).count(), Ok(10));
}

/// How often each map task ran, when the output of one is damaged while it is read.
fn map_runs_with(damage: Damage) -> Vec<u64> {
    let local = tempfile::tempdir().unwrap();
    let ctx = spilling_context("local[2]", local.path());
    let runs: Arc<[AtomicU64; 4]> = Arc::default();
    let counted = Arc::clone(&runs);
    let mapped = numbers(&ctx, 4000, 4).map_partitions(move |records| {
        counted[records.partition_index()].fetch_add(1, Ordering::SeqCst);
        records
    });
    let (dirs, fired) = (ctx.local_dirs(), Arc::new(AtomicBool::new(false)));
    let first = Arc::clone(&fired);
    let sums = spilled(&mapped, 3)
        .run_job(move |cx, records| {
            if cx.partition_id() == 0 && !first.swap(true, Ordering::SeqCst) {
                let files = output_files(&dirs);
                // Its first blocks are for this partition.
                damage.apply(&files[files.len() / 2], 100);
            }
            Ok(records.map(|(x, _)| x).sum::<i64>())
        })
        .unwrap();
    assert!(fired.load(Ordering::SeqCst));
    assert_eq!(sums.iter().sum::<i64>(), 3999 * 4000 / 2, "{damage:?}");
    runs.iter().map(|n| n.load(Ordering::SeqCst)).collect()
}

#[test]
fn b23_a_damaged_map_output_is_made_again_and_no_other() {
    for damage in [Damage::Deleted, Damage::Truncated, Damage::Flipped] {
        let mut runs = map_runs_with(damage);
        runs.sort_unstable();
        assert_eq!(runs, [1, 1, 1, 2], "{damage:?}");
    }
}

#[test]
fn b23_a_map_output_that_is_damaged_twice_ends_in_an_error_that_names_the_file() {
    for damage in [Damage::Truncated, Damage::Flipped] {
        let local = tempfile::tempdir().unwrap();
        let ctx = Context::builder()
            .master("local[2]")
            .memory_bytes(64 << 10)
            .config("spark.local.dir", local.path().display())
            .config("spark.stage.maxConsecutiveAttempts", 2)
            .build()
            .unwrap();
        let (dirs, fired) = (ctx.local_dirs(), Arc::new(AtomicU64::new(0)));
        let times = Arc::clone(&fired);
        let rdd = spilled(&numbers(&ctx, 4000, 4), 1);
        let result: Result<Vec<i64>> = rdd.run_job(move |_, records| {
            times.fetch_add(1, Ordering::SeqCst);
            for file in output_files(&dirs) {
                damage.apply(&file, 100);
            }
            Ok(records.map(|(x, _)| x).sum())
        });
        let error = result.unwrap_err();
        assert_eq!(fired.load(Ordering::SeqCst), 2, "{damage:?}: {error}");
        let Error::FetchFailed { reason, .. } = error.root_cause() else {
            panic!("{damage:?}: {error}");
        };
        let dir = ctx.local_dirs()[0].join("shuffle-").display().to_string();
        assert!(reason.contains(&dir), "{damage:?}: {reason}");
        drop(rdd);
        assert_eq!(numbers(&ctx, 10, 2).count(), Ok(10));
        eventually("memory is given back", || ctx.memory_used() == (0, 0));
    }
}

/// Combines by key with memory for a part of the keys, and damages what the task wrote to disk
/// of its own before it reads it again.
fn combined_with_damage(ctx: &Context, damage: Damage) -> Result<Vec<(i64, String)>> {
    let (dirs, fired) = (ctx.local_dirs(), Arc::new(AtomicBool::new(false)));
    let first = Arc::clone(&fired);
    // One map task, so that the files are those of the task that damages them. Neighbours have one
    // key, so that values meet before they are spilled: the task has yet to read what is there.
    let combined = numbers(ctx, 4000, 1)
        .map(|x| (x / 2, format!("{x:0>100}")))
        .reduce_by_key(
            move |a, b| {
                if !first.load(Ordering::SeqCst) {
                    for run in run_files(&dirs) {
                        damage.apply(&run, 100);
                        first.store(true, Ordering::SeqCst);
                    }
                }
                a.max(b)
            },
            2,
        );
    let result = combined.collect();
    assert!(fired.load(Ordering::SeqCst), "nothing was spilled");
    result
}

#[test]
fn b23_a_task_whose_own_spill_is_damaged_fails_with_the_file_and_is_right_when_tried_again() {
    for damage in [Damage::Truncated, Damage::Flipped] {
        let local = tempfile::tempdir().unwrap();
        let ctx = spilling_context("local[2]", local.path());
        let error = combined_with_damage(&ctx, damage).err().unwrap();
        let Error::Corrupt { place, .. } = error.root_cause() else {
            panic!("{damage:?}: {error}");
        };
        let dir = ctx.local_dirs()[0].display().to_string();
        assert!(place.starts_with(&dir), "{damage:?}: {error}");
        eventually("memory is given back", || ctx.memory_used() == (0, 0));
        eventually("files go", || spill_files(&ctx) == 0);

        let ctx = spilling_context("local[2,2]", local.path());
        let mut combined = combined_with_damage(&ctx, damage).unwrap();
        combined.sort_unstable();
        let expected = (0..2000).map(|key| (key, format!("{:0>100}", 2 * key + 1)));
        assert!(combined.into_iter().eq(expected), "{damage:?}");
    }
}

type Pairs = Vec<(u64, String)>;

/// All records for a reduce partition.
fn read(store: &Arc<ShuffleStore>, reduce: u32) -> Result<Pairs> {
    let fetch = |map| {
        Ok(FetchedBlock {
            executor: store.executor().clone(),
            block: Block::Segments(store.get_segments(0, map, reduce)?),
        })
    };
    let mut reader = BlockReader::<(u64, String), _>::new(0, reduce, vec![0, 1], fetch);
    let mut out = Vec::new();
    while reader.next(&mut out)? {}
    Ok(out)
}

#[test]
fn b23_no_damage_of_a_shuffle_file_gives_wrong_records_in_200_seeds() {
    let root = tempfile::tempdir().unwrap();
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let damage = [Damage::Truncated, Damage::Flipped][random.below(2) as usize];
        let dirs = LocalDirs::new(&[root.path().to_owned()]).unwrap();
        let memory = MemoryManager::new(8 << 10, 0.5);
        let store = ShuffleStore::new(ExecutorId::new("here"), &memory, Arc::clone(&dirs));
        let task = memory.task();
        for map in 0..2 {
            let by = Arc::new(HashPartitioner::new(3));
            let mut writer = ShuffleWriter::new(by, &task, Arc::clone(&dirs));
            let records = (0..200).map(|i| (i, format!("record {i} of map {map}")));
            writer.write(&mut records.collect()).unwrap();
            store.put(0, map, writer.finish().unwrap());
        }
        let sound: Vec<Pairs> = (0..3).map(|r| read(&store, r).unwrap()).collect();
        let files = output_files(&dirs.paths().map(PathBuf::from).collect::<Vec<_>>());
        let file = &files[random.below(files.len() as u64) as usize];
        damage.anywhere(file, &mut random);
        let mut found = 0;
        for (reduce, sound) in (0..).zip(&sound) {
            match read(&store, reduce) {
                Ok(records) => assert!(records == *sound, "seed {seed}: wrong records"),
                Err(Error::FetchFailed { reason, .. }) => {
                    assert!(reason.contains(&*file.to_string_lossy()), "{reason}");
                    found += 1;
                }
                Err(other) => panic!("seed {seed}: {other}"),
            }
        }
        assert!(found > 0, "seed {seed}: {damage:?} was not found out");
    }
}
