//! Checkpoints: the lineage goes, the records stay.

use flint_core::{Error, StorageLevel};

use crate::{context, names, numbers};

#[test]
fn a_reliable_checkpoint_takes_the_place_of_the_lineage() {
    let ctx = context("local[2]");
    let dir = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(dir.path());
    let computed = ctx.long_accumulator("computed");
    let rdd = numbers(&ctx, 100, 3)
        .with(computed.clone())
        .map(|computed, x| {
            computed.add(1);
            x * 2
        });
    rdd.checkpoint().unwrap();
    assert!(!rdd.is_checkpointed() && rdd.checkpoint_file().is_none());
    assert_eq!(names(dir.path()), [""; 0], "nothing happens before a job");
    assert_eq!(rdd.map(|x| x + 1).count().unwrap(), 100);
    assert!(rdd.is_checkpointed() && !rdd.is_locally_checkpointed());
    assert_eq!(
        computed.sum(),
        200,
        "once for the job and once for the checkpoint"
    );
    assert_eq!(
        rdd.to_debug_string().lines().count(),
        1,
        "{}",
        rdd.to_debug_string()
    );
    let expected: Vec<i64> = (0..100).map(|x| x * 2).collect();
    assert_eq!(rdd.collect().unwrap(), expected);
    assert_eq!(rdd.num_partitions(), 3);
    assert_eq!(computed.sum(), 200);
    let files = names(&rdd.checkpoint_file().unwrap());
    assert_eq!(
        files,
        ["_SUCCESS", "part-00000", "part-00001", "part-00002"]
    );
}

#[test]
fn a_persisted_rdd_is_computed_once_for_its_checkpoint() {
    let ctx = context("local[2]");
    let dir = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(dir.path().join("made/on/demand"));
    let computed = ctx.long_accumulator("computed");
    let rdd = numbers(&ctx, 100, 3)
        .with(computed.clone())
        .map(|computed, x| {
            computed.add(1);
            x
        });
    rdd.cache().checkpoint().unwrap();
    assert_eq!(rdd.count().unwrap(), 100);
    assert_eq!(computed.sum(), 100);
    rdd.unpersist();
    assert_eq!(rdd.count().unwrap(), 100);
    assert_eq!(computed.sum(), 100, "read from the checkpoint");
}

#[test]
fn a_shuffle_before_a_checkpoint_is_freed() {
    let ctx = context("local[2]");
    let dir = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(dir.path());
    let sums = numbers(&ctx, 1000, 4)
        .map(|x| (x % 10, x))
        .reduce_by_key(|a, b| a + b, 3);
    sums.checkpoint().unwrap();
    let mut expected = sums.collect().unwrap();
    assert!(sums.is_checkpointed());
    assert_eq!(ctx.memory_used(), (0, 0), "map outputs go with the lineage");
    assert!(sums.has_partitioner());
    let again = sums.reduce_by_key(|a, b| a + b, 0);
    let mut found = again.collect().unwrap();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn b34_a_missing_file_is_named() {
    let ctx = context("local[2]");
    let dir = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(dir.path());
    let rdd = numbers(&ctx, 10, 2).map(|x| x + 1);
    rdd.checkpoint().unwrap();
    rdd.count().unwrap();
    let path = rdd.checkpoint_file().unwrap().join("part-00001");
    std::fs::remove_file(&path).unwrap();
    let error = rdd.collect().unwrap_err();
    let expected = Error::CheckpointMissing {
        rdd: rdd.id(),
        path,
    };
    assert_eq!(error.root_cause(), &expected);
    assert_eq!(numbers(&ctx, 10, 2).count().unwrap(), 10);
}

#[test]
fn b34_a_damaged_file_is_found_out() {
    let ctx = context("local[2]");
    let dir = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(dir.path());
    let rdd = numbers(&ctx, 1000, 2);
    rdd.checkpoint().unwrap();
    rdd.count().unwrap();
    let path = rdd.checkpoint_file().unwrap().join("part-00000");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = rdd.collect().unwrap_err();
    assert!(
        matches!(error.root_cause(), Error::Corrupt { .. }),
        "{error}"
    );
}

#[test]
fn a_checkpoint_needs_a_directory() {
    let ctx = context("local[2]");
    let error = numbers(&ctx, 1, 1).checkpoint().unwrap_err();
    assert!(matches!(error, Error::Argument { .. }), "{error}");
}

#[test]
fn a_local_checkpoint_needs_no_directory() {
    let ctx = context("local[2]");
    let computed = ctx.long_accumulator("computed");
    let rdd = numbers(&ctx, 100, 3)
        .with(computed.clone())
        .map(|computed, x| {
            computed.add(1);
            x
        });
    let rdd = rdd.local_checkpoint();
    assert!(rdd.is_locally_checkpointed() && !rdd.is_checkpointed());
    assert_eq!(rdd.storage_level(), StorageLevel::MEMORY_AND_DISK);
    assert_eq!(rdd.count().unwrap(), 100);
    assert!(rdd.is_checkpointed() && rdd.checkpoint_file().is_none());
    assert_eq!(rdd.to_debug_string().lines().count(), 1);
    rdd.unpersist();
    assert_eq!(rdd.collect().unwrap(), (0..100).collect::<Vec<_>>());
    assert_eq!(computed.sum(), 100);
}

#[test]
fn a_local_checkpoint_keeps_partitions_that_the_job_left_out() {
    let ctx = context("local[2]");
    let base = numbers(&ctx, 100, 4).local_checkpoint();
    // `map_partitions` that reads nothing leaves all of them out.
    assert_eq!(base.map_partitions(|_| [0]).count().unwrap(), 4);
    assert!(base.is_checkpointed());
    assert_eq!(ctx.storage_status().len(), 4);
    assert_eq!(base.collect().unwrap(), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_local_checkpoint_outlives_other_uses_of_the_memory() {
    let local = tempfile::tempdir().unwrap();
    let ctx = crate::small_context(2 << 20, local.path());
    let rdd = numbers(&ctx, 100_000, 4).map(|x| x + 1).cache();
    assert_eq!(rdd.count().unwrap(), 100_000);
    rdd.local_checkpoint();
    assert_eq!(rdd.count().unwrap(), 100_000);
    let other = numbers(&ctx, 400_000, 4).cache();
    assert_eq!(other.count().unwrap(), 400_000);
    let sums = rdd.run_job(|_, records| Ok(records.sum::<i64>())).unwrap();
    assert_eq!(sums.iter().sum::<i64>(), 5_000_050_000);
}

#[test]
fn a_checkpoint_inside_of_a_lineage_is_made_too() {
    let ctx = context("local[2]");
    let dir = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(dir.path());
    let (a, b) = (numbers(&ctx, 10, 2), numbers(&ctx, 5, 1));
    a.checkpoint().unwrap();
    b.checkpoint().unwrap();
    let all = ctx.union(&[a.clone(), b.clone()]).map(|x| (x, 1));
    assert_eq!(all.reduce_by_key(|x, y| x + y, 2).count().unwrap(), 10);
    assert!(a.is_checkpointed() && b.is_checkpointed());
    assert_eq!(names(dir.path()).len(), 2);
    assert_eq!(all.count().unwrap(), 15);
}

#[cfg(feature = "fault-points")]
mod faults {
    use std::process::Command;

    use flint_core::fault::{Action, arm_here};
    use flint_core::{Context, Error};

    use crate::{context, names, numbers};

    #[test]
    fn b34_a_checkpoint_that_fails_is_not_used_and_made_later() {
        for point in [
            "checkpoint.begin",
            "checkpoint.commit",
            "output.job.success",
        ] {
            let ctx = context("local[2]");
            let dir = tempfile::tempdir().unwrap();
            ctx.set_checkpoint_dir(dir.path());
            let rdd = numbers(&ctx, 10, 2).map(|x| x + 1);
            rdd.checkpoint().unwrap();
            let fault = arm_here(point, Action::Fail, 1);
            let error = rdd.count().unwrap_err();
            assert!(matches!(error, Error::Injected { .. }), "{point}: {error}");
            assert_eq!(fault.fired(), 1, "{point}");
            assert!(!rdd.is_checkpointed(), "{point}");
            assert_eq!(names(dir.path()), [""; 0], "{point}");
            assert_eq!(rdd.count().unwrap(), 10, "{point}");
            assert!(rdd.is_checkpointed(), "{point}");
            assert_eq!(
                rdd.collect().unwrap(),
                (1..11).collect::<Vec<_>>(),
                "{point}"
            );
        }
    }

    const DIR: &str = "FLINT_TEST_CHECKPOINT_DIR";

    /// The program that the next test crashes. Does nothing when run by itself.
    #[test]
    fn b34_child_that_checkpoints() {
        let Some(dir) = std::env::var_os(DIR) else {
            return;
        };
        let ctx = context("local[2]");
        ctx.set_checkpoint_dir(std::path::PathBuf::from(dir));
        let rdd = numbers(&ctx, 10, 2);
        rdd.checkpoint().unwrap();
        assert_eq!(rdd.count().unwrap(), 10);
    }

    #[test]
    fn b34_a_crash_while_writing_leaves_no_checkpoint_that_could_be_used() {
        let points = [
            "checkpoint.begin",
            "output.task.commit",
            "checkpoint.commit",
            "output.job.moved",
            "output.job.success",
        ];
        for point in points {
            let dir = tempfile::tempdir().unwrap();
            let ended = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "checkpoint::faults::b34_child_that_checkpoints"])
                .env(DIR, dir.path())
                .env("FLINT_FAULTS", format!("{point}=abort"))
                .output()
                .unwrap();
            assert!(!ended.status.success(), "{point} was not reached");
            for unfinished in names(dir.path()) {
                let inside = names(&dir.path().join(unfinished));
                assert!(
                    !inside.contains(&"_SUCCESS".to_owned()),
                    "{point}: {inside:?}"
                );
            }
            // Another run of the program takes no notice of it.
            let ctx = Context::local("local[2]").unwrap();
            ctx.set_checkpoint_dir(dir.path());
            let rdd = numbers(&ctx, 10, 2);
            rdd.checkpoint().unwrap();
            assert_eq!(rdd.count().unwrap(), 10, "{point}");
            assert_eq!(
                rdd.collect().unwrap(),
                (0..10).collect::<Vec<_>>(),
                "{point}"
            );
        }
    }
}
