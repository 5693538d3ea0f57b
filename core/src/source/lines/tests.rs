use std::cell::Cell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::super::{Compression, InputFile, line_splits};
use super::*;

mod spark;

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zst(content: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(content, 1).unwrap()
}

/// A file in a directory of its own.
struct TestFile {
    _dir: tempfile::TempDir,
    path: PathBuf,
    len: u64,
}

fn file(name: &str, content: &[u8]) -> TestFile {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    TestFile {
        _dir: dir,
        path,
        len: content.len() as u64,
    }
}

fn small_buffer(buffer_bytes: usize) -> InputOptions {
    InputOptions {
        buffer_bytes,
        ..InputOptions::default()
    }
}

impl TestFile {
    fn split(&self, start: u64, len: u64) -> FileSplit {
        FileSplit {
            path: self.path.clone(),
            start,
            len,
            compression: Compression::of(&self.path).unwrap(),
        }
    }

    fn whole(&self) -> FileSplit {
        self.split(0, self.len)
    }

    /// The lines of all splits of `size` bytes, in order.
    fn lines_by_splits_of(&self, size: u64, options: &InputOptions) -> Result<Vec<Text>> {
        let mut lines = Vec::new();
        for start in (0..self.len).step_by(size as usize) {
            lines.extend(read(
                &self.split(start, size.min(self.len - start)),
                options,
            )?);
        }
        Ok(lines)
    }
}

fn read(split: &FileSplit, options: &InputOptions) -> Result<Vec<Text>> {
    let mut lines = Vec::new();
    let mut reader = read_lines(split, options, &|| Ok(()))?;
    loop {
        let before = lines.len();
        let more = reader.next(&mut lines)?;
        assert_eq!(more, lines.len() > before);
        if !more {
            assert!(!reader.next(&mut lines)?, "the end stays the end");
            return Ok(lines);
        }
    }
}

fn read_default(file: &TestFile) -> Result<Vec<Text>> {
    read(&file.whole(), &InputOptions::default())
}

/// The lines of `content` by the rule, one byte at a time.
fn expected_lines(content: &str) -> Vec<&str> {
    let mut rest = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut lines = Vec::new();
    while let Some(end) = rest.find(['\n', '\r']) {
        lines.push(&rest[..end]);
        rest = &rest[end..];
        rest = rest.strip_prefix("\r\n").unwrap_or_else(|| &rest[1..]);
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

#[test]
fn partitions_are_those_of_spark() {
    let options = InputOptions {
        lossy_utf8: true,
        ..InputOptions::default()
    };
    for (content, min_partitions, expected) in spark::SPARK {
        let file = file("text", content);
        let input = [InputFile {
            path: file.path.clone(),
            len: file.len,
        }];
        let splits = line_splits(&input, *min_partitions, &options).unwrap();
        let partitions: Vec<String> = splits
            .iter()
            .map(|s| {
                read(s, &options)
                    .unwrap()
                    .iter()
                    .map(|l| format!("{l}|"))
                    .collect()
            })
            .collect();
        assert_eq!(&partitions, expected, "{content:?} in {min_partitions}");
    }
}

#[test]
fn every_line_once_for_every_split_and_buffer_size() {
    let long = "x".repeat(70);
    for content in [
        "a\r\nbb\r\n\r\nccc\r\n",
        "a\rb\r\r\nc\n\rd",
        "\r\n\r\n\r",
        "\n\n\r\r\n\n",
        "ä€😀\nü\r\n😀😀\r€",
        "\u{feff}first\nsecond",
        "\u{feff}",
        "\u{feff}\n",
        &format!("{long}\n{long}\r\nshort\n{long}"),
        &format!("{long}{long}"),
    ] {
        let file = file("text", content.as_bytes());
        let expected = expected_lines(content);
        for size in 1..=file.len {
            for buffer in [1, 2, 3, 5, 16, 4096] {
                let lines = file
                    .lines_by_splits_of(size, &small_buffer(buffer))
                    .unwrap();
                assert_eq!(lines, expected, "{content:?} by {size}, buffer {buffer}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_by_any_splits(
        pieces in prop::collection::vec(prop_oneof![
            Just("\n"), Just("\r"), Just("\r\n"), Just("a"), Just("é"), Just("😀"),
            Just("\u{feff}"), Just("a line too long to be inline")
        ], 0..40),
        size in 1_u64..60,
        buffer in 1_usize..50,
    ) {
        let content = pieces.concat();
        let file = file("text", content.as_bytes());
        let lines = file.lines_by_splits_of(size, &small_buffer(buffer)).unwrap();
        prop_assert_eq!(lines, expected_lines(&content));
    }
}

#[test]
fn many_lines_of_many_lengths() {
    let content: String = (0..20_000)
        .map(|i| format!("{i}{}\n", "-".repeat(i % 300)))
        .collect();
    let file = file("text", content.as_bytes());
    let expected: Vec<&str> = content.lines().collect();
    assert_eq!(read_default(&file).unwrap(), expected);
    assert_eq!(
        file.lines_by_splits_of(777_777, &InputOptions::default())
            .unwrap(),
        expected
    );
}

#[test]
fn lines_longer_than_the_buffer() {
    let huge = "wörd ".repeat(500_000);
    let content = format!("before\n{huge}\r\nafter\n{huge}");
    let file = file("text", content.as_bytes());
    let lines = file
        .lines_by_splits_of(1_000_000, &small_buffer(1 << 16))
        .unwrap();
    assert_eq!(lines, ["before", &huge, "after", &huge]);
}

#[test]
fn long_lines_share_a_block_and_short_ones_do_not() {
    let content = format!("{0}\nshort\n{0}\n", "l".repeat(100));
    let lines = read_default(&file("text", content.as_bytes())).unwrap();
    assert_eq!(lines[2].as_ptr() as usize - lines[0].as_ptr() as usize, 107);
    assert!(lines[1].is_inline());
}

#[test]
fn compressed_files_are_read_whole() {
    let content = "one\r\ntwo\n€uro".repeat(3000);
    let expected = expected_lines(&content);
    let (a, b) = content.as_bytes().split_at(5_000);
    for file in [
        file("x.gz", &gz(content.as_bytes())),
        file("x.gz", &[gz(a), gz(b), gz(b"")].concat()),
        file("x.zst", &zst(content.as_bytes())),
        file("x.ZST", &[zst(a), zst(b)].concat()),
    ] {
        assert_eq!(read_default(&file).unwrap(), expected);
        assert_eq!(read(&file.whole(), &small_buffer(7)).unwrap(), expected);
    }
    assert_eq!(read_default(&file("x.gz", b"")).unwrap(), [""; 0]);
}

/// The place in the error for `content`, which is read by splits of each size up to its length.
fn utf8_offsets(content: &[u8]) -> Vec<u64> {
    let file = file("text", content);
    (1..=file.len)
        .map(
            |size| match file.lines_by_splits_of(size, &small_buffer(4)) {
                Err(Error::InvalidUtf8 { path, offset }) => {
                    assert_eq!(path, file.path);
                    offset
                }
                other => panic!("{other:?}"),
            },
        )
        .collect()
}

#[test]
fn invalid_utf8_is_an_error_at_its_offset_in_the_file() {
    assert!(
        utf8_offsets(b"good\nb\xFFd\nfine\n")
            .iter()
            .all(|o| *o == 6)
    );
    assert!(
        utf8_offsets(b"\xEF\xBB\xBFabc\r\n\xC3")
            .iter()
            .all(|o| *o == 8),
        "a character cut by the end"
    );
    assert!(
        utf8_offsets(b"a\n\xF0\x9F\x98\nb").iter().all(|o| *o == 2),
        "one cut by a line end"
    );
    let content = [b"x\n".repeat(100_000), b"b\x80d".to_vec()].concat();
    for file in [
        file("x.gz", &gz(&content)),
        file("x.zst", &zst(&content)),
        file("x", &content),
    ] {
        let path = file.path.clone();
        assert_eq!(
            read_default(&file),
            Err(Error::InvalidUtf8 {
                path,
                offset: 200_001
            })
        );
    }
}

#[test]
fn a_split_is_not_to_blame_for_its_neighbours() {
    let file = file("text", b"bad\xFF\ngood\nbad\xFF\n");
    assert_eq!(
        read(&file.split(2, 4), &InputOptions::default()).unwrap(),
        ["good"]
    );
}

#[test]
fn invalid_utf8_can_be_replaced() {
    let file = file("text", b"a\xFF\r\n\xF0\x9F\x98\nb\xC3");
    let options = InputOptions {
        lossy_utf8: true,
        ..small_buffer(3)
    };
    for size in 1..=file.len {
        let lines = file.lines_by_splits_of(size, &options).unwrap();
        assert_eq!(lines, ["a\u{fffd}", "\u{fffd}", "b\u{fffd}"]);
    }
}

fn assert_corrupt(result: Result<Vec<Text>>, path: &Path) {
    match result {
        Err(Error::Corrupt { place, .. }) => {
            assert!(place.starts_with(path.to_str().unwrap()), "{place}")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn damaged_archives_are_errors_that_name_them() {
    let content: String = (0..100_000).map(|i| format!("line {i}\n")).collect();
    let (gz, zst) = (gz(content.as_bytes()), zst(content.as_bytes()));
    let tolerant = InputOptions {
        ignore_corrupt_files: true,
        ..small_buffer(1000)
    };
    for (name, archive) in [("x.gz", &gz), ("x.zst", &zst)] {
        for cut in [1, 5, archive.len() / 2, archive.len() - 1] {
            let file = file(name, &archive[..cut]);
            assert_corrupt(read_default(&file), &file.path);
            // What comes before the damage is whole lines.
            let lines = read(&file.whole(), &tolerant).unwrap();
            assert!(
                content.lines().zip(&lines).all(|(a, b)| *b == a),
                "{name} {cut}"
            );
            assert!(
                cut < 100 || !lines.is_empty(),
                "{name} {cut} of {}",
                archive.len()
            );
        }
        let mut flipped = archive.clone();
        flipped[archive.len() / 2] ^= 0x55;
        let file = file(name, &flipped);
        assert!(read_default(&file).is_err(), "{name}");
    }
    let file = file("x.gz", &[gz, b"trailing garbage".to_vec()].concat());
    assert_corrupt(read_default(&file), &file.path);
}

#[test]
fn files_that_vanish_or_shrink_are_errors_that_name_them() {
    let file = file("text", b"one\ntwo\n");
    let split = file.whole();
    fs::write(&file.path, b"one\n").unwrap();
    assert_corrupt(read(&split, &InputOptions::default()), &file.path);
    fs::write(&file.path, b"one\ntwo\nthree, appended later\n").unwrap();
    assert_eq!(
        read(&split, &InputOptions::default()).unwrap(),
        ["one", "two", "three, appended later"]
    );

    fs::remove_file(&file.path).unwrap();
    let error = read(&split, &InputOptions::default()).unwrap_err();
    assert!(
        matches!(&error, Error::Io { path, .. } if *path == file.path),
        "{error}"
    );
    let corrupt_only = InputOptions {
        ignore_corrupt_files: true,
        ..InputOptions::default()
    };
    assert!(read(&split, &corrupt_only).is_err());
    let options = InputOptions {
        ignore_missing_files: true,
        ..InputOptions::default()
    };
    assert_eq!(read(&split, &options).unwrap(), [""; 0]);
}

#[test]
fn a_killed_task_stops_reading() {
    let file = file("text", &b"line\n".repeat(10_000));
    let asked = Cell::new(0);
    let check = || {
        asked.set(asked.get() + 1);
        if asked.get() > 3 {
            Err(Error::TaskKilled {
                reason: "test".into(),
            })
        } else {
            Ok(())
        }
    };
    let options = small_buffer(100);
    let mut reader = read_lines(&file.whole(), &options, &check).unwrap();
    let mut out = Vec::new();
    let error = loop {
        match reader.next(&mut out) {
            Ok(more) => assert!(more),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::TaskKilled { .. }));
    assert!(out.len() < 100);
}
