use std::io::Read;

use super::*;
use crate::durable::{FaultyFs, FsFault, FsOp, LocalFs};

fn settings(dir: &Path, compress: bool, rolling: Option<u64>) -> Settings {
    Settings {
        dir: dir.to_owned(),
        compress,
        rolling,
        existing: Existing::Refuse,
        buffer_bytes: 16,
        block_updates: false,
    }
}

fn local() -> Arc<dyn DurableFs> {
    Arc::new(LocalFs::new())
}

fn names(dir: &Path) -> Vec<String> {
    let paths = LocalFs::new().list(dir).unwrap();
    let name = |p: &PathBuf| p.file_name().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(name).collect()
}

/// What can be read of a compressed file, which may lack its end.
fn decompressed(path: &Path) -> String {
    let mut decoder = zstd::stream::read::Decoder::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = Vec::new();
    let mut chunk = [0; 64];
    while let Ok(read @ 1..) = decoder.read(&mut chunk) {
        text.extend_from_slice(&chunk[..read]);
    }
    String::from_utf8(text).unwrap()
}

#[test]
fn one_file_has_its_name_when_it_is_closed() {
    for (compress, name) in [(false, "app-1"), (true, "app-1.zstd")] {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(dir.path(), compress, None);
        let mut files = LogFiles::open(local(), &settings, "App:1").unwrap();
        assert_eq!(names(dir.path()), [format!("{name}.inprogress")]);
        files.write(b"one\n", false).unwrap();
        files.write(b"two\n", false).unwrap();
        let path = files.finished();
        files.close().unwrap();
        assert_eq!(path, dir.path().join(name));
        assert_eq!(names(dir.path()), [name]);
        let text = match compress {
            true => {
                String::from_utf8(zstd::decode_all(&std::fs::read(&path).unwrap()[..]).unwrap())
            }
            false => String::from_utf8(std::fs::read(&path).unwrap()),
        };
        assert_eq!(text.unwrap(), "one\ntwo\n");
    }
}

#[test]
fn a_rolling_log_begins_a_file_before_one_is_too_large() {
    let dir = tempfile::tempdir().unwrap();
    let settings = settings(dir.path(), false, Some(10));
    let mut files = LogFiles::open(local(), &settings, "a").unwrap();
    let top = files.finished();
    assert_eq!(names(&top), ["appstatus_a.inprogress", "events_1_a"]);
    for line in ["12345\n", "789\n", "1\n", "longer than a file\n", "2\n"] {
        files.write(line.as_bytes(), false).unwrap();
    }
    files.close().unwrap();
    assert_eq!(names(dir.path()), ["eventlog_v2_a"]);
    assert_eq!(
        names(&top),
        [
            "appstatus_a",
            "events_1_a",
            "events_2_a",
            "events_3_a",
            "events_4_a"
        ]
    );
    let text = |n: u32| std::fs::read_to_string(top.join(format!("events_{n}_a"))).unwrap();
    assert_eq!(
        [1, 2, 3, 4].map(text),
        ["12345\n789\n", "1\n", "longer than a file\n", "2\n"]
    );
}

#[test]
fn what_was_flushed_can_be_read_after_a_crash() {
    for rolling in [None, Some(1 << 20)] {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(dir.path(), true, rolling);
        let mut files = LogFiles::open(local(), &settings, "a").unwrap();
        files.write(b"task\n", false).unwrap();
        files.write(b"stage\n", true).unwrap();
        files.write(b"lost\n", false).unwrap();
        let path = files.path.clone();
        // As a process that dies: nothing is flushed.
        std::mem::forget(files);
        assert_eq!(decompressed(&path), "task\nstage\n");
        let in_progress = match rolling {
            None => dir.path().join("a.zstd.inprogress"),
            Some(_) => dir.path().join("eventlog_v2_a/appstatus_a.inprogress"),
        };
        assert!(in_progress.exists());
    }
}

#[test]
fn a_log_of_the_same_name_is_refused_or_replaced() {
    for rolling in [None, Some(1 << 20)] {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = settings(dir.path(), false, rolling);
        let write = |settings: &Settings, line: &str| {
            let mut files = LogFiles::open(local(), settings, "a")?;
            files.write(line.as_bytes(), false)?;
            files.close()
        };
        write(&settings, "old\n").unwrap();
        let path = finished(&settings, "a");
        let refused = write(&settings, "new\n").unwrap_err();
        assert_eq!(refused, Error::PathAlreadyExists { path: path.clone() });
        settings.existing = Existing::Replace;
        write(&settings, "new\n").unwrap();
        let file = match rolling {
            None => path,
            Some(_) => path.join("events_1_a"),
        };
        assert_eq!(std::fs::read_to_string(file).unwrap(), "new\n");
    }
}

/// Writes three lines to a rolling log of two files, and closes it.
fn three_lines(fs: &FaultyFs, dir: &Path) -> Result<()> {
    let settings = settings(dir, false, Some(8));
    let mut files = LogFiles::open(Arc::new(fs.clone()), &settings, "a")?;
    for line in [&b"one\n"[..], b"two\n", b"three\n"] {
        files.write(line, true)?;
    }
    files.close()
}

#[test]
fn each_operation_that_fails_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let fs = FaultyFs::new(LocalFs::new());
    three_lines(&fs, dir.path()).unwrap();
    let operations = fs.operations();
    let count = |op| operations.iter().filter(|o| o.op == op).count();
    assert_eq!((count(FsOp::OpenLog), count(FsOp::Write)), (3, 3));
    assert_eq!((count(FsOp::SyncLog), count(FsOp::Rename)), (3, 1));
    for nth in 0..operations.len() {
        let dir = tempfile::tempdir().unwrap();
        let fs = FaultyFs::new(LocalFs::new());
        fs.inject(nth, FsFault::NoSpace);
        let failed = three_lines(&fs, dir.path());
        assert!(matches!(failed, Err(Error::Io { .. })), "{nth}: {failed:?}");
        assert_eq!(fs.fired(), 1);
    }
}

#[test]
fn names_are_sanitised_as_spark_does() {
    assert_eq!(sanitized("App 1:/x.y$z{'\"}"), "app-1--x_y_z____");
}
