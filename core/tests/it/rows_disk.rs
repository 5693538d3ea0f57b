//! Rows B21, B22 and B24: disks that are full, gone or read-only, and too few open files.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flint_core::events::TaskOutcome;
use flint_core::{Context, Error, ErrorKind as Kind, Rdd, Result, StorageLevel};

use crate::loss::{Seen, output_files, spilled, watch};
use crate::{child, eventually, names, numbers, spill_files};

/// A context whose spill files go to these directories in turn.
fn context_on(master: &str, roots: &[&Path]) -> Context {
    let roots: Vec<String> = roots.iter().map(|r| r.display().to_string()).collect();
    Context::builder()
        .master(master)
        .memory_bytes(64 << 10)
        .config("spark.local.dir", roots.join(","))
        .build()
        .unwrap()
}

const SUM: i64 = 3999 * 4000 / 2;

/// A megabyte that goes through spill files: sums of its partitions.
fn sum_by_disk(ctx: &Context) -> Result<i64> {
    sum(&spilled(&numbers(ctx, 4000, 4), 3))
}

fn sum(rdd: &Rdd<(i64, Vec<u8>)>) -> Result<i64> {
    let sums = rdd.run_job(|_, records| Ok(records.map(|(x, _)| x).sum::<i64>()))?;
    Ok(sums.iter().sum())
}

/// The error's first cause, which must be that of the system and name a path below `root`.
fn io_cause<'a>(error: &'a Error, root: &Path) -> &'a flint_core::IoCause {
    let Error::Io { path, source, .. } = error.root_cause() else {
        panic!("{error}");
    };
    assert!(path.starts_with(root), "{error}");
    source
}

/// A job that needs no disk goes on, and nothing is left of the one that failed.
fn assert_clean(ctx: &Context) {
    assert_eq!(numbers(ctx, 100, 2).count(), Ok(100));
    eventually("spill files go", || spill_files(ctx) == 0);
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
}

/// Whether a task failed of `kind`.
fn failed_of(seen: &Seen, kind: ErrorKind) -> bool {
    seen.ends.iter().any(|(_, outcome, _)| {
        matches!(outcome, TaskOutcome::Failed(Error::Io { source, .. }) if source.kind() == kind)
    })
}

/// A file may not grow beyond 64 KiB: the nearest to a full disk that any user can make.
#[test]
fn b21_a_write_that_the_system_refuses_fails_the_job_with_the_file_and_leaves_nothing() {
    let Some(place) = child::place() else {
        let name = "rows_disk::b21_a_write_that_the_system_refuses_fails_the_job_with_the_file_and_leaves_nothing";
        return child::run(name, "trap '' XFSZ; ulimit -f 128");
    };
    let ctx = context_on("local[2]", &[&place]);
    let error = sum_by_disk(&ctx).unwrap_err();
    let cause = io_cause(&error, &place);
    assert_eq!(cause.kind(), ErrorKind::FileTooLarge, "{error}");
    assert_eq!(error.kind(), Kind::Environment);
    assert_clean(&ctx);
    child::done();
}

/// A file system of 256 KiB.
const SMALL_DISK: &str =
    "mkdir $FLINT_TEST_PLACE/full && mount -t tmpfs -o size=256k none $FLINT_TEST_PLACE/full";

#[test]
fn b21_a_full_disk_fails_the_job_with_its_directory_and_is_emptied() {
    let Some(place) = child::place() else {
        let name = "rows_disk::b21_a_full_disk_fails_the_job_with_its_directory_and_is_emptied";
        child::run_with_mounts(name, SMALL_DISK);
        return;
    };
    let full = place.join("full");
    let ctx = context_on("local[2]", &[&full]);
    for _ in 0..3 {
        let error = sum_by_disk(&ctx).unwrap_err();
        let cause = io_cause(&error, &full);
        assert_eq!(cause.kind(), ErrorKind::StorageFull, "{error}");
        assert!(error.to_string().contains("No space left"), "{error}");
        assert_clean(&ctx);
    }
    // A file's room is given back when its writer closes it, a moment after its name is gone.
    eventually("the disk is emptied", || {
        fs::write(full.join("room"), vec![0; 200 << 10]).is_ok()
    });
    child::done();
}

#[test]
fn b21_tasks_that_met_a_full_disk_are_tried_again_on_another_one() {
    let Some(place) = child::place() else {
        let name = "rows_disk::b21_tasks_that_met_a_full_disk_are_tried_again_on_another_one";
        child::run_with_mounts(name, SMALL_DISK);
        return;
    };
    let ctx = context_on("local[2,4]", &[&place.join("full"), &place]);
    let seen = watch(&ctx);
    assert_eq!(sum_by_disk(&ctx), Ok(SUM));
    eventually("a task's failure is told", || {
        failed_of(&seen.lock(), ErrorKind::StorageFull)
    });
    assert_clean(&ctx);
    child::done();
}

/// The same where nobody may mount anything.
#[cfg(feature = "fault-points")]
#[test]
fn b21_tasks_that_were_told_of_a_full_disk_are_tried_again_on_another_one() {
    use flint_core::fault::{Action, arm};

    let roots = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ctx = context_on("local[2,4]", &[roots[0].path(), roots[1].path()]);
    let full = ctx.local_dirs().remove(0);
    let no_space = std::io::Error::from_raw_os_error(28);
    assert_eq!(no_space.kind(), ErrorKind::StorageFull);
    let error = Error::io("write", &full, no_space);
    let point = format!("spill.write[{}]", full.display());
    let fault = arm(&point, Action::Error(error.clone()), usize::MAX);
    assert_eq!(sum_by_disk(&ctx), Ok(SUM));
    assert!(fault.fired() > 0);
    drop(fault);

    // With nowhere else to go the job fails.
    let ctx = context_on("local[2]", &[roots[0].path()]);
    let point = format!("spill.write[{}]", ctx.local_dirs()[0].display());
    let fault = arm(&point, Action::Error(error.clone()), usize::MAX);
    let failed = sum_by_disk(&ctx).unwrap_err();
    assert_eq!(failed.root_cause(), &error);
    assert!(fault.fired() > 0);
    assert_clean(&ctx);
}

/// Does `harm` when the first reader of a shuffle starts.
fn harmed_while_read(ctx: &Context, harm: impl Fn() + Send + Sync + 'static) -> Result<i64> {
    let (dirs, fired) = (ctx.local_dirs(), Arc::new(AtomicBool::new(false)));
    let first = Arc::clone(&fired);
    let harmed = spilled(&numbers(ctx, 4000, 4), 3).map_partitions(move |records| {
        if records.partition_index() == 0 && !first.swap(true, Ordering::SeqCst) {
            assert!(!output_files(&dirs).is_empty(), "no map output is on disk");
            harm();
        }
        records
    });
    let result = sum(&harmed);
    assert!(fired.load(Ordering::SeqCst));
    result
}

#[test]
fn b22_a_directory_that_vanishes_is_done_without_if_there_is_another() {
    let roots = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ctx = context_on("local[2]", &[roots[0].path(), roots[1].path()]);
    let seen = watch(&ctx);
    let gone = ctx.local_dirs().remove(0);
    let dir = gone.clone();
    let result = harmed_while_read(&ctx, move || fs::remove_dir_all(&dir).unwrap());
    assert_eq!(result, Ok(SUM));
    assert!(!gone.exists());
    eventually("outputs were made again", || seen.lock().stage_retries > 0);
    assert_eq!(sum_by_disk(&ctx), Ok(SUM));
}

#[test]
fn b22_a_directory_that_vanishes_or_becomes_a_file_is_named_by_the_error() {
    for becomes_a_file in [false, true] {
        let root = tempfile::tempdir().unwrap();
        let ctx = context_on("local[2]", &[root.path()]);
        let gone = ctx.local_dirs().remove(0);
        let dir = gone.clone();
        let error = harmed_while_read(&ctx, move || {
            fs::remove_dir_all(&dir).unwrap();
            if becomes_a_file {
                File::create(&dir).unwrap();
            }
        })
        .unwrap_err();
        let expected = [ErrorKind::NotFound, ErrorKind::NotADirectory][usize::from(becomes_a_file)];
        assert_eq!(io_cause(&error, &gone).kind(), expected, "{error}");
        // What needs no disk goes on; what needs it fails in the same way, and doesn't hang.
        assert_eq!(numbers(&ctx, 100, 2).count(), Ok(100));
        let error = sum_by_disk(&ctx).unwrap_err();
        assert_eq!(io_cause(&error, &gone).kind(), expected, "{error}");
        eventually("memory is given back", || ctx.memory_used() == (0, 0));
    }
}

#[test]
fn b22_a_directory_that_becomes_read_only_is_named_by_the_error() {
    let Some(place) = child::place() else {
        let name = "rows_disk::b22_a_directory_that_becomes_read_only_is_named_by_the_error";
        child::run_with_mounts(name, "");
        return;
    };
    let (first, second) = (place.join("first"), place.join("second"));
    let ctx = context_on("local[2]", &[&first, &second]);
    assert_eq!(sum_by_disk(&ctx), Ok(SUM));
    make_read_only(&ctx.local_dirs()[0]);
    assert_eq!(sum_by_disk(&ctx), Ok(SUM), "the other directory serves");
    make_read_only(&ctx.local_dirs()[1]);
    let error = sum_by_disk(&ctx).unwrap_err();
    let cause = io_cause(&error, &place);
    assert_eq!(cause.kind(), ErrorKind::ReadOnlyFilesystem, "{error}");
    assert_eq!(numbers(&ctx, 100, 2).count(), Ok(100));
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
    child::done();
}

/// Covers a directory with itself, read-only.
fn make_read_only(dir: &Path) {
    for options in [&["--bind"][..], &["-o", "remount,bind,ro"]] {
        let mut mount = Command::new("mount");
        mount.args(options);
        if options.len() == 1 {
            mount.arg(dir);
        }
        assert!(mount.arg(dir).status().unwrap().success());
    }
    assert!(File::create_new(dir.join("probe")).is_err());
}

/// Every way to disk, with 200 partitions.
fn many_partitions(ctx: &Context, out: &Path) -> Result<()> {
    let pairs = numbers(ctx, 60_000, 20).map(|x| (x % 30_000, x));
    let kept = pairs
        .reduce_by_key(|a, b| a + b, 200)
        .persist(StorageLevel::DISK_ONLY)?;
    let sorted = kept.sort_by_key(true, 200);
    let keys = sorted.keys().collect()?;
    assert!(spill_files(ctx) >= 200, "each block is a file");
    assert!(keys.iter().copied().eq(0..30_000));
    kept.coalesce(1)?.count()?;
    sorted.keys().save_as_text_file(out)
}

/// Opens files until no more can be.
fn all_descriptors() -> Vec<File> {
    let mut held = Vec::new();
    loop {
        match File::open("/dev/null") {
            Ok(file) => held.push(file),
            Err(error) => {
                assert_eq!(error.raw_os_error(), Some(24), "{error}");
                return held;
            }
        }
    }
}

#[test]
fn b24_200_partitions_spill_and_are_saved_with_64_open_files() {
    let Some(place) = child::place() else {
        let name = "rows_disk::b24_200_partitions_spill_and_are_saved_with_64_open_files";
        return child::run(name, "ulimit -n 64");
    };
    assert!(all_descriptors().len() < 64, "there is a limit");
    let local = place.join("local");
    let ctx = Context::builder()
        .master("local[2]")
        .memory_bytes(256 << 10)
        .config("spark.local.dir", local.display())
        .build()
        .unwrap();
    let out: [PathBuf; 2] = [place.join("one"), place.join("two")];
    many_partitions(&ctx, &out[0]).unwrap();
    assert_eq!(names(&out[0]).len(), 201);

    // With none left there is a clear error, and afterwards everything goes on.
    let held = all_descriptors();
    let error = many_partitions(&ctx, &out[1]).unwrap_err();
    assert_eq!(error.kind(), Kind::Resources, "{error}");
    assert!(error.to_string().contains("Too many open files"), "{error}");
    drop(held);
    assert!(!out[1].exists());
    many_partitions(&ctx, &out[1]).unwrap();
    assert_eq!(names(&out[1]).len(), 201);
    eventually("spill files go", || spill_files(&ctx) == 0);
    eventually("memory is given back", || ctx.memory_used() == (0, 0));
    child::done();
}
