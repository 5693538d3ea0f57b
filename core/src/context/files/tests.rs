use std::io::Write;
use std::path::{Path, PathBuf};

use super::*;
use crate::conf::Conf;
use crate::plan::StageProgram;
use crate::plan::planner;
use crate::rdd::step::ResultSink;

fn ctx() -> Context {
    Context::local("local[2]").unwrap()
}

fn write(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn gz(content: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn lines_of_directories_lists_and_patterns() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.txt", "one\r\ntwo\n");
    write(dir.path(), "b.txt.gz", gz("three\nfour"));
    write(dir.path(), "empty.txt", "");
    write(dir.path(), "_hidden", "no\n");
    let ctx = ctx();
    let all = ctx.text_file(dir.path(), 1).unwrap();
    assert_eq!(all.collect().unwrap(), ["one", "two", "three", "four"]);
    assert_eq!(all.name().as_deref(), dir.path().to_str());
    assert_eq!(all.num_partitions(), 2, "a file each, the empty one none");
    let list = format!("{0}/b*,file:{0}/a.txt", dir.path().display());
    let lines = ctx.text_file(&list, 1).unwrap().collect().unwrap();
    assert_eq!(lines, ["three", "four", "one", "two"]);
}

#[test]
fn partitions_are_as_asked_for_and_two_by_default() {
    let dir = tempfile::tempdir().unwrap();
    let text: String = (0..1000).map(|i| format!("{i}\n")).collect();
    let path = write(dir.path(), "n", &text);
    let ctx = ctx();
    assert_eq!(ctx.text_file(&path, 0).unwrap().num_partitions(), 2);
    let seven = ctx.text_file(&path, 7).unwrap();
    assert!((7..=8).contains(&seven.num_partitions()));
    let numbers: Vec<usize> = seven.map(|l| l.parse().unwrap()).collect().unwrap();
    assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
    let one = Context::local("local[1]").unwrap();
    assert_eq!(one.text_file(&path, 0).unwrap().num_partitions(), 1);
}

#[test]
fn a_missing_path_is_reported_when_the_rdd_is_made() {
    let ctx = ctx();
    let missing = PathBuf::from("/no/such/file");
    let expected = Err(Error::PathNotFound {
        path: missing.clone(),
    });
    assert_eq!(ctx.text_file(&missing, 1).map(drop), expected);
    assert_eq!(ctx.whole_text_files(&missing, 1).map(drop), expected);
    assert_eq!(ctx.binary_files(&missing, 1).map(drop), expected);
    assert_eq!(ctx.binary_records(&missing, 1).map(drop), expected);
    assert_eq!(ctx.object_file::<u8>(&missing).map(drop), expected);
}

#[test]
fn a_file_that_goes_after_listing_fails_the_job_or_is_skipped() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "a", "one\n");
    let keep = write(dir.path(), "b", "two\n");
    let lines = ctx().text_file(dir.path(), 1).unwrap();
    let lenient = Context::builder()
        .master("local[2]")
        .config("spark.files.ignoreMissingFiles", true)
        .build()
        .unwrap();
    let some = lenient.text_file(dir.path(), 1).unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = lines.collect().unwrap_err();
    assert!(
        error
            .root_cause()
            .to_string()
            .contains(path.to_str().unwrap()),
        "{error}"
    );
    assert_eq!(some.collect().unwrap(), ["two"]);
    assert!(keep.exists());
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_unless_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "latin1", b"ok\ncaf\xE9\n");
    let ctx = ctx();
    let error = ctx.text_file(&path, 1).unwrap().collect().unwrap_err();
    let expected = Error::InvalidUtf8 {
        path: path.clone(),
        offset: 6,
    };
    assert_eq!(error.root_cause(), &expected);
    let lossy = InputOptions {
        lossy_utf8: true,
        ..ctx.input_options().unwrap()
    };
    let lines = ctx.text_file_with(&path, 1, &lossy).unwrap().collect();
    assert_eq!(lines.unwrap(), ["ok", "caf\u{FFFD}"]);
}

#[test]
fn a_damaged_file_fails_the_job_or_is_cut_short() {
    let dir = tempfile::tempdir().unwrap();
    let whole = gz(&(0..50_000).map(|i| format!("{i}\n")).collect::<String>());
    let path = write(dir.path(), "x.gz", &whole[..whole.len() / 2]);
    let error = ctx().text_file(&path, 1).unwrap().count().unwrap_err();
    assert!(
        matches!(error.root_cause(), Error::Corrupt { .. }),
        "{error}"
    );
    let lenient = Context::builder()
        .master("local[2]")
        .config("spark.files.ignoreCorruptFiles", true)
        .build()
        .unwrap();
    let count = lenient.text_file(&path, 1).unwrap().count().unwrap();
    assert!((1..50_000).contains(&count), "{count}");
}

#[test]
fn whole_texts_binary_files_and_records() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a", "one\ntwo\n");
    write(dir.path(), "b", "");
    let ctx = ctx();
    let uri = |name: &str| Text::from(format!("file:{}/{name}", dir.path().display()));
    let texts = ctx.whole_text_files(dir.path(), 0).unwrap();
    assert_eq!(
        texts.collect().unwrap(),
        [(uri("a"), "one\ntwo\n".into()), (uri("b"), Text::new())]
    );
    let contents = ctx
        .binary_files(dir.path(), 0)
        .unwrap()
        .map(|(path, file)| (path, file.read().unwrap()))
        .collect()
        .unwrap();
    assert_eq!(contents[0], (uri("a"), b"one\ntwo\n".to_vec()));
    assert_eq!(contents.len(), 2);
    let records = ctx.binary_records(dir.path().join("a"), 4).unwrap();
    assert_eq!(records.collect().unwrap(), [b"one\n", b"two\n"]);
    assert!(matches!(
        ctx.binary_records(dir.path(), 0),
        Err(Error::Argument { .. })
    ));
    assert!(matches!(
        ctx.binary_records(dir.path(), 3),
        Err(Error::Corrupt { .. })
    ));
}

#[test]
fn the_configuration_reaches_listing_and_splits() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("sub")).unwrap();
    write(dir.path(), "a", "12345678");
    write(&dir.path().join("sub"), "b", "x");
    write(dir.path(), "empty", "");
    assert!(
        ctx().text_file(dir.path(), 1).is_err(),
        "a directory inside"
    );
    let with = |settings: &[(&str, &str)]| {
        let mut builder = Context::builder().master("local[2]");
        for (key, value) in settings {
            builder = builder.config(key, value);
        }
        let rdd = builder.build().unwrap().text_file(dir.path(), 1).unwrap();
        (rdd.num_partitions(), rdd.count().unwrap())
    };
    const PREFIX: &str = "spark.hadoop.mapreduce.input.fileinputformat";
    let recursive = format!("{PREFIX}.input.dir.recursive");
    let ignore = format!("{PREFIX}.input.dir.nonrecursive.ignore.subdirs");
    let min = format!("{PREFIX}.split.minsize");
    assert_eq!(with(&[(&recursive, "true"), (&min, "100")]), (2, 2));
    assert_eq!(with(&[(&ignore, "true")]), (1, 1));
    let blocks = ("flint.files.maxSplitBytes", "2b");
    assert_eq!(with(&[(&ignore, "true"), blocks]), (4, 1));
    let empty = ("spark.hadoopRDD.ignoreEmptySplits", "false");
    assert_eq!(with(&[(&ignore, "true"), empty]), (2, 1));
    let none = Conf::new().with("flint.files.maxSplitBytes", 0).unwrap();
    assert!(matches!(
        InputOptions::from_conf(&none),
        Err(Error::Conf { .. })
    ));
}

#[test]
fn what_is_read_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "a", "one\ntwo\n");
    let counts = ctx()
        .text_file(&path, 1)
        .unwrap()
        .run_job(|cx, records| {
            let n = records.count() as u64;
            let counters = cx.counters();
            let load =
                |c: &std::sync::atomic::AtomicU64| c.load(std::sync::atomic::Ordering::Relaxed);
            Ok((n, load(&counters.records_read), load(&counters.bytes_read)))
        })
        .unwrap();
    assert_eq!(counts, [(2, 2, 8)]);
}

/// A stage over files can be sent to another process.
#[test]
fn splits_travel() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "a", "one\ntwo\n");
    let rdd = ctx().text_file(&path, 2).unwrap();
    let code = rdd.with(()).ship(
        |(): &(), _: &TaskContext, records: crate::exec::PartitionIter<Text>| {
            Ok(crate::rdd::step::Measured::new(records.count() as u64))
        },
        Location::caller(),
    );
    let sink = ResultSink::<Text, u64, (), _>::handle(code);
    let bytes = planner::program(rdd.node(), sink).encode().unwrap();
    assert!(StageProgram::decode(&bytes).is_ok());
}
