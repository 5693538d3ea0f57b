//! Saves that succeed, fail and die at each of their durable operations.

use std::io::{Read, Write};

use super::*;
use crate::durable::{FaultyFs, FsFault, FsOp, LocalFs};
use crate::output::{Compression, TaskOutput};
use crate::scheduler::AttemptId;

fn attempt(partition: u32, attempt: u32) -> AttemptId {
    AttemptId {
        stage: 4,
        stage_attempt: 0,
        partition,
        attempt,
    }
}

fn local() -> Arc<dyn DurableFs> {
    Arc::new(LocalFs::new())
}

/// Everything below a directory, as paths relative to it; files with their text.
fn tree(dir: &Path) -> Vec<String> {
    fn walk(dir: &Path, top: &Path, out: &mut Vec<String>) {
        for path in LocalFs::new().list(dir).unwrap() {
            let name = path.strip_prefix(top).unwrap().display().to_string();
            if path.is_dir() {
                out.push(format!("{name}/"));
                walk(&path, top, out);
            } else {
                out.push(format!(
                    "{name}={}",
                    std::fs::read_to_string(&path).unwrap()
                ));
            }
        }
    }
    let mut out = Vec::new();
    if dir.exists() {
        walk(dir, dir, &mut out);
    }
    out
}

fn run_task(
    fs: &Arc<dyn DurableFs>,
    layout: &OutputLayout,
    id: AttemptId,
    text: &str,
) -> Result<TaskCommit> {
    let task = TaskOutput::begin(Arc::clone(fs), layout, id)?;
    let mut part = task.part(Compression::None)?;
    part.write_all(text.as_bytes()).map_err(|e| part.error(e))?;
    let part = part.finish()?;
    task.commit(vec![part])
}

/// A whole save of two parts, as the driver does it: a task that fails is tried once more.
fn save(fs: &Arc<dyn DurableFs>, path: &Path, validate: bool) -> Result<()> {
    let mut job = OutputJob::begin(Arc::clone(fs), path, validate)?;
    let mut commits = Vec::new();
    for partition in 0..2 {
        let text = format!("text {partition}");
        let commit = run_task(fs, job.layout(), attempt(partition, 0), &text)
            .or_else(|_| run_task(fs, job.layout(), attempt(partition, 1), &text))?;
        commits.push(commit);
    }
    job.commit(&commits).inspect_err(|_| {
        // As the driver: what remains after a failed abort is tried again on drop.
        let _ = job.abort();
    })
}

const COMPLETE: [&str; 3] = ["_SUCCESS=", "part-00000=text 0", "part-00001=text 1"];

#[test]
fn a_save_is_complete_and_leaves_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/out");
    save(&local(), &path, true).unwrap();
    assert_eq!(tree(&path), COMPLETE);
}

#[test]
fn an_existing_output_is_refused_and_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let refused = save(&local(), dir.path(), true).unwrap_err();
    assert_eq!(
        refused,
        Error::PathAlreadyExists {
            path: dir.path().to_owned()
        }
    );
    assert!(dir.path().exists());
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(
        save(&local(), &file, true),
        Err(Error::PathAlreadyExists { .. })
    ));
    assert!(save(&local(), &file, false).is_err());
    assert_eq!(tree(dir.path()), ["file=x"]);
}

#[test]
fn without_validation_files_are_replaced_and_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("part-00001", "old"),
        ("part-00009", "kept"),
        (SUCCESS_FILE, ""),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    // A job that died here left this.
    std::fs::create_dir_all(dir.path().join("_temporary/0/attempt-1.0-0.0")).unwrap();
    save(&local(), dir.path(), false).unwrap();
    let kept = [
        "_SUCCESS=",
        "part-00000=text 0",
        "part-00001=text 1",
        "part-00009=kept",
    ];
    assert_eq!(tree(dir.path()), kept);
}

#[test]
fn of_two_jobs_that_save_to_one_path_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let fs = local();
    let mut first = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    assert!(OutputJob::begin(Arc::clone(&fs), &path, true).is_err());
    let commit = run_task(&fs, first.layout(), attempt(0, 0), "x").unwrap();
    first.commit(&[commit]).unwrap();
    assert_eq!(tree(&path), ["_SUCCESS=", "part-00000=x"]);
}

#[test]
fn of_many_jobs_that_race_for_one_path_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let path = dir.path().join(format!("above-{round}/out"));
        let saves = (0..4).map(|_| {
            let path = path.clone();
            std::thread::spawn(move || save(&local(), &path, true))
        });
        let saves: Vec<_> = saves.collect();
        let ends: Vec<_> = saves.into_iter().map(|s| s.join().unwrap()).collect();
        assert_eq!(ends.iter().filter(|e| e.is_ok()).count(), 1, "{ends:?}");
        assert_eq!(tree(&path), COMPLETE);
    }
}

#[test]
fn only_accepted_attempts_get_into_the_output() {
    let dir = tempfile::tempdir().unwrap();
    let (fs, path) = (local(), dir.path().join("out"));
    let mut job = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    let lost = run_task(&fs, job.layout(), attempt(0, 0), "of a lost executor").unwrap();
    let accepted = run_task(&fs, job.layout(), attempt(0, 1), "accepted").unwrap();
    let late = TaskOutput::begin(Arc::clone(&fs), job.layout(), attempt(0, 2)).unwrap();
    let part = late.part(Compression::None).unwrap().finish().unwrap();
    job.commit(&[accepted]).unwrap();
    assert!(
        late.commit(vec![part]).is_err(),
        "a task that wakes up after the job"
    );
    assert!(TaskOutput::begin(Arc::clone(&fs), job.layout(), attempt(0, 3)).is_err());
    assert_eq!(lost.files[0].bytes, 18);
    assert_eq!(tree(&path), ["_SUCCESS=", "part-00000=accepted"]);
    assert!(job.commit(&[]).is_err(), "a job ends once");
    drop(job);
    assert_eq!(
        tree(&path).len(),
        2,
        "dropping a committed job deletes nothing"
    );
}

#[test]
fn a_changed_or_doubled_part_fails_the_job() {
    let dir = tempfile::tempdir().unwrap();
    let (fs, path) = (local(), dir.path().join("out"));
    let mut job = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    let mut short = run_task(&fs, job.layout(), attempt(0, 0), "text").unwrap();
    short.files[0].bytes += 1;
    assert!(matches!(job.commit(&[short]), Err(Error::Corrupt { .. })));
    let one = run_task(&fs, job.layout(), attempt(1, 0), "1").unwrap();
    let two = run_task(&fs, job.layout(), attempt(1, 1), "2").unwrap();
    assert!(matches!(
        job.commit(&[one, two]),
        Err(Error::PathAlreadyExists { .. })
    ));
    drop(job);
    assert!(!path.exists());
}

#[test]
fn aborting_and_dropping_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let fs = local();
    let path = dir.path().join("a/b/out");
    let mut job = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    let _commit = run_task(&fs, job.layout(), attempt(0, 0), "x").unwrap();
    job.abort().unwrap();
    job.abort().unwrap();
    drop(OutputJob::begin(Arc::clone(&fs), &path, true).unwrap());
    assert!(tree(dir.path()).is_empty());

    let task_gone = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    let task = TaskOutput::begin(Arc::clone(&fs), task_gone.layout(), attempt(0, 0)).unwrap();
    let part = task.part(Compression::None).unwrap();
    drop(part);
    task.abort().unwrap();
    assert_eq!(tree(&path), ["_temporary/", "_temporary/0/"]);
}

#[test]
fn parts_can_be_compressed_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let (fs, path) = (local(), dir.path().join("out"));
    let mut job = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    let task = TaskOutput::begin(Arc::clone(&fs), job.layout(), attempt(3, 0)).unwrap();
    let text = "a line that repeats\n".repeat(10_000);
    let mut files = Vec::new();
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        let mut part = task.part(compression).unwrap();
        part.write_all(text.as_bytes()).unwrap();
        files.push(part.finish().unwrap());
    }
    for name in ["", "a/b", "..", "_x", ".x"] {
        assert!(
            matches!(
                task.file(name, Compression::None),
                Err(Error::Argument { .. })
            ),
            "{name}"
        );
    }
    let commit = task.commit(files.clone()).unwrap();
    job.commit(&[commit]).unwrap();
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["part-00003", "part-00003.gz", "part-00003.zst"]);
    let bytes = |name: &str| fs.read(&path.join(name)).unwrap();
    assert!(files.iter().all(|f| f.bytes == bytes(&f.name).len() as u64));
    assert!(files[1].bytes < files[0].bytes / 20 && files[2].bytes < files[0].bytes / 20);
    let mut unzipped = String::new();
    let gzip = bytes("part-00003.gz");
    flate2::read::GzDecoder::new(&gzip[..])
        .read_to_string(&mut unzipped)
        .unwrap();
    assert_eq!(unzipped, text);
    assert_eq!(
        zstd::decode_all(&bytes("part-00003.zst")[..]).unwrap(),
        text.as_bytes()
    );
}

/// The operations of an undisturbed save, as a [`FaultyFs`] counts them.
fn operations(existing: bool) -> usize {
    let (_dir, path) = output(existing);
    let fs = FaultyFs::new(LocalFs::new());
    let counted: Arc<dyn DurableFs> = Arc::new(fs.clone());
    save(&counted, &path, !existing).unwrap();
    let n = fs.operations().len();
    assert!(n > 20, "{:?}", fs.operations());
    let last: Vec<FsOp> = fs.operations()[n - 2..].iter().map(|o| o.op).collect();
    assert_eq!(last, [FsOp::OpenWrite, FsOp::Commit], "_SUCCESS comes last");
    n
}

/// A place for a save: a new directory, or one with an older save and a file of somebody else's.
fn output(existing: bool) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("above/out");
    if existing {
        std::fs::create_dir_all(&path).unwrap();
        for name in ["part-00000", "part-00001", "other", SUCCESS_FILE] {
            std::fs::write(path.join(name), "").unwrap();
        }
    }
    (dir, path)
}

/// What a reader may find: the whole save, or no save and no trace of the failed one.
fn assert_all_or_nothing(top: &Path, path: &Path, existing: bool, saved: bool, what: &str) {
    let found = tree(path);
    let mut complete: Vec<String> = COMPLETE.map(String::from).to_vec();
    if existing {
        complete.insert(1, "other=".into());
    }
    if saved {
        assert_eq!(found, complete, "{what}");
    } else if existing {
        assert!(found.contains(&"other=".into()), "{what}");
        let ours =
            |f: &&String| f.contains("text") || f.contains("_temporary") || f.starts_with('.');
        assert_eq!(found.iter().find(ours), None, "{what}");
    } else {
        assert!(tree(top).is_empty(), "{what}: {:?}", tree(top));
    }
}

#[test]
fn a_save_that_fails_at_any_operation_is_whole_or_gone() {
    let faults = [
        FsFault::Fail,
        FsFault::NoSpace,
        FsFault::LostAnswer,
        FsFault::Torn { keep: 3 },
        FsFault::Zombie,
    ];
    for existing in [false, true] {
        for nth in 0..operations(existing) {
            for fault in faults {
                if existing && fault == FsFault::Zombie {
                    // A directory that outlives the job can't be closed to a write that lands
                    // after it: the module's documentation says so.
                    continue;
                }
                let (dir, path) = output(existing);
                let faulty = FaultyFs::new(LocalFs::new());
                faulty.inject(nth, fault);
                let fs: Arc<dyn DurableFs> = Arc::new(faulty.clone());
                let saved = save(&fs, &path, !existing).is_ok();
                let op = faulty.operations()[nth].clone();
                assert_eq!(faulty.fired(), 1);
                let what =
                    format!("{fault:?} at {nth}: {op:?}, saved: {saved}, existing: {existing}");
                assert_all_or_nothing(dir.path(), &path, existing, saved, &what);
                // A commit that lands after all can't bring anything back into a deleted output.
                for landed in faulty.land_zombies() {
                    assert!(landed.is_err(), "{what}");
                }
                assert_all_or_nothing(dir.path(), &path, existing, saved, &what);
            }
        }
    }
}

#[test]
fn a_save_that_dies_at_any_operation_has_no_success_file_or_is_whole() {
    for existing in [false, true] {
        for nth in 0..operations(existing) {
            let (_dir, path) = output(existing);
            let faulty = FaultyFs::new(LocalFs::new());
            faulty.inject(nth, FsFault::Crash);
            let fs: Arc<dyn DurableFs> = Arc::new(faulty.clone());
            assert!(save(&fs, &path, !existing).is_err());
            assert_eq!(faulty.fired(), 1);
            let found = tree(&path);
            let untouched = existing
                && found.contains(&"part-00000=".into())
                && found.contains(&"part-00001=".into());
            let what = format!("died at {nth}: {:?}: {found:?}", faulty.operations()[nth]);
            assert!(untouched || !found.contains(&"_SUCCESS=".into()), "{what}");

            // The next job, of a new process, is not disturbed by what the dead one left.
            let next = save(&local(), &path, false);
            assert_eq!(next, Ok(()), "{what}");
            let visible = tree(&path)
                .into_iter()
                .filter(|f| !f.starts_with('.') && f != "other=");
            assert_eq!(visible.collect::<Vec<_>>(), COMPLETE, "{what}");
        }
    }
}

#[test]
fn an_abort_that_fails_is_done_again_on_drop() {
    let (dir, path) = output(false);
    let faulty = FaultyFs::new(LocalFs::new());
    let fs: Arc<dyn DurableFs> = Arc::new(faulty.clone());
    let mut job = OutputJob::begin(Arc::clone(&fs), &path, true).unwrap();
    let _commit = run_task(&fs, job.layout(), attempt(0, 0), "x").unwrap();
    faulty.inject(faulty.operations().len(), FsFault::Fail);
    assert!(job.abort().is_err());
    drop(job);
    assert_eq!(faulty.fired(), 1);
    assert!(tree(dir.path()).is_empty());
}

/// The fault points of a save, each failing in turn.
#[cfg(feature = "fault-points")]
#[test]
fn a_save_that_fails_at_any_fault_point_is_whole_or_gone() {
    use crate::fault::{self, Action};

    let (_dir, path) = output(false);
    save(&local(), &path, true).unwrap();
    let points = fault::reached_here();
    for point in [
        "output.job.begin",
        "output.task.commit[4.0/1.0]",
        "output.job.moved",
        "output.job.success",
    ] {
        assert!(points.contains(&point.to_owned()), "{point} in {points:?}");
    }
    for point in points {
        for action in [Action::Fail, Action::Panic] {
            let (dir, path) = output(false);
            let armed = fault::arm_here(&point, action, 1);
            let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                save(&local(), &path, true)
            }));
            assert_eq!(armed.fired(), 1, "{point}");
            assert_all_or_nothing(dir.path(), &path, false, matches!(end, Ok(Ok(()))), &point);
        }
    }
}

/// The body of the child processes of the test below.
#[cfg(feature = "fault-points")]
#[test]
#[ignore = "run by a_process_that_dies_at_any_point_has_saved_all_or_nothing"]
fn child() {
    let path = PathBuf::from(std::env::var_os("SAVE_TO").expect("set by the parent"));
    save(&local(), &path, true).unwrap();
}

#[cfg(feature = "fault-points")]
#[test]
fn a_process_that_dies_at_any_point_has_saved_all_or_nothing() {
    let (_dir, path) = output(false);
    save(&local(), &path, true).unwrap();
    let points = crate::fault::reached_here();
    assert!(
        points.iter().any(|p| p.starts_with("durable.")),
        "{points:?}"
    );
    for point in points {
        let (_dir, path) = output(false);
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        let this = "output::committer::tests::child";
        let out = command
            .args(["--exact", this, "--ignored"])
            .env("SAVE_TO", &path)
            .env("FLINT_FAULTS", format!("{point}=abort"))
            .output()
            .unwrap();
        assert_eq!(
            out.status.code(),
            None,
            "{point} did not end the process: {out:?}"
        );
        let found = tree(&path);
        assert!(
            !found.contains(&"_SUCCESS=".into()) || found == COMPLETE,
            "{point}: {found:?}"
        );
        assert_eq!(save(&local(), &path, false), Ok(()), "{point}");
    }
}
