//! Saves: round trips, and all or nothing.

use std::fs;
use std::sync::mpsc;
use std::thread;

use flint_core::output::Compression;
use flint_core::{Context, Error};

use crate::{DEADLINE, context, names, numbers, until_killed};

#[test]
fn text_comes_back_in_every_compression() {
    let ctx = context("local[2]");
    let root = tempfile::tempdir().unwrap();
    let forms = [
        (Compression::None, ""),
        (Compression::Gzip, ".gz"),
        (Compression::Zstd, ".zst"),
    ];
    let lines = numbers(&ctx, 5000, 3).map(|x| format!("line {x} ü"));
    for (compression, extension) in forms {
        let path = root.path().join(format!("above/out{extension}"));
        lines
            .save_as_text_file_compressed(&path, compression)
            .unwrap();
        let part = |i| format!("part-0000{i}{extension}");
        assert_eq!(
            names(&path),
            ["_SUCCESS".to_owned(), part(0), part(1), part(2)]
        );
        let read = ctx.text_file(&path, 1).unwrap();
        assert_eq!(read.collect().unwrap(), lines.collect().unwrap());
        assert_eq!(fs::read(path.join("_SUCCESS")).unwrap(), b"");
    }
    let plain = fs::read_to_string(root.path().join("above/out/part-00000")).unwrap();
    assert!(plain.starts_with("line 0 ü\nline 1 ü\n") && plain.ends_with("line 1665 ü\n"));
}

#[test]
fn objects_come_back_as_they_were() {
    let ctx = context("local[2]");
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("objects");
    let records: Vec<(String, Option<f64>, Vec<u32>)> = (0..3000)
        .map(|i| {
            (
                format!("k{i}"),
                (i % 3 > 0).then_some(f64::from(i)),
                vec![i as u32; i as usize % 5],
            )
        })
        .collect();
    let rdd = ctx.parallelize(records.clone(), 4);
    rdd.save_as_object_file(&path).unwrap();
    let read = ctx
        .object_file::<(String, Option<f64>, Vec<u32>)>(&path)
        .unwrap();
    assert_eq!(read.num_partitions(), 4);
    assert_eq!(
        read.glom().collect().unwrap(),
        rdd.glom().collect().unwrap()
    );
    let wrong = ctx
        .object_file::<u64>(&path)
        .unwrap()
        .collect()
        .unwrap_err();
    assert!(matches!(wrong.root_cause(), Error::Codec { .. }), "{wrong}");
}

#[test]
fn empty_partitions_give_empty_files() {
    let ctx = context("local[2]");
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("out");
    ctx.parallelize(vec!["only".to_owned()], 3)
        .save_as_text_file(&path)
        .unwrap();
    assert_eq!(
        names(&path),
        ["_SUCCESS", "part-00000", "part-00001", "part-00002"]
    );
    let lens: Vec<u64> = (0..3)
        .map(|i| {
            fs::metadata(path.join(format!("part-0000{i}")))
                .unwrap()
                .len()
        })
        .collect();
    assert_eq!(lens, [0, 0, 5]);
    let nothing = root.path().join("nothing");
    ctx.empty_rdd::<i64>().save_as_text_file(&nothing).unwrap();
    assert_eq!(names(&nothing), ["_SUCCESS"]);
    let objects = root.path().join("objects");
    ctx.parallelize(Vec::<u8>::new(), 2)
        .save_as_object_file(&objects)
        .unwrap();
    assert_eq!(ctx.object_file::<u8>(&objects).unwrap().count().unwrap(), 0);
}

#[test]
fn what_is_there_is_not_overwritten_unless_allowed() {
    let ctx = context("local[2]");
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("out");
    numbers(&ctx, 4, 2).save_as_text_file(&path).unwrap();
    let again = numbers(&ctx, 9, 3).save_as_text_file(&path);
    assert_eq!(again, Err(Error::PathAlreadyExists { path: path.clone() }));
    assert_eq!(ctx.text_file(&path, 1).unwrap().count().unwrap(), 4);
    let lax = Context::builder()
        .master("local[2]")
        .config("spark.hadoop.validateOutputSpecs", false)
        .build()
        .unwrap();
    numbers(&lax, 9, 3).save_as_text_file(&path).unwrap();
    assert_eq!(lax.text_file(&path, 1).unwrap().count().unwrap(), 9);
}

#[test]
fn a_failing_task_leaves_nothing_behind() {
    let ctx = context("local[2]");
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("new/dir/out");
    let bad = numbers(&ctx, 1000, 4).map(|x| if x == 999 { panic!("bad record") } else { x });
    let error = bad.save_as_text_file(&path).unwrap_err();
    assert!(error.to_string().contains("bad record"), "{error}");
    assert_eq!(names(root.path()), [""; 0]);
    let error = bad.save_as_object_file(&path).unwrap_err();
    assert!(error.to_string().contains("bad record"), "{error}");
    assert_eq!(names(root.path()), [""; 0]);
    numbers(&ctx, 10, 2).save_as_text_file(&path).unwrap();
    assert_eq!(ctx.text_file(&path, 1).unwrap().count().unwrap(), 10);
}

#[test]
fn a_task_that_is_tried_again_writes_its_part_once() {
    let ctx = context("local[2,4]");
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("out");
    let flaky = numbers(&ctx, 3000, 3).map(|x| {
        let attempt = flint_core::TaskContext::get().unwrap().attempt_number();
        assert!(x != 2999 || attempt > 1, "attempt {attempt}");
        x
    });
    flaky.save_as_text_file(&path).unwrap();
    assert_eq!(names(&path).len(), 4);
    assert_eq!(ctx.text_file(&path, 1).unwrap().count().unwrap(), 3000);
}

#[test]
fn a_cancelled_save_leaves_nothing_behind() {
    let ctx = context("local[2]");
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("out");
    let (running, ran) = mpsc::channel();
    let save = {
        let (ctx, path) = (ctx.clone(), path.clone());
        thread::spawn(move || {
            ctx.set_job_group("save", "");
            let slow = numbers(&ctx, 4, 2).map(move |x| {
                running.send(()).ok();
                until_killed();
                x
            });
            slow.save_as_text_file(&path)
        })
    };
    ran.recv_timeout(DEADLINE).unwrap();
    ctx.cancel_job_group("save");
    assert!(matches!(save.join().unwrap(), Err(Error::Cancelled { .. })));
    assert!(!path.exists());
}
