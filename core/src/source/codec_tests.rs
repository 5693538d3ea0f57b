//! Files of the codecs that are cargo features, made by the tools that people use
//! (`core/golden/make_codecs.py`).

use std::path::PathBuf;

use super::*;
use crate::error::Result;
use crate::text::Text;

/// What every file holds.
#[cfg(any(feature = "bzip2", feature = "lz4", feature = "snappy"))]
fn expected() -> Vec<String> {
    let line = |i: u32| format!("line {i} of the file, {} in blocks", i * i % 977);
    (0..600).map(line).collect()
}

fn made(name: &str) -> PathBuf {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/codecs");
    PathBuf::from(dir).join(name)
}

fn lines(path: &std::path::Path, options: &InputOptions) -> Result<Vec<Text>> {
    let files = list_files(path.to_str().unwrap(), options)?;
    let splits = line_splits(&files, 4, options)?;
    assert_eq!(splits.len(), 1, "compressed files are not cut");
    let mut out = Vec::new();
    let mut reader = read_lines(&splits[0], options, &|| Ok(()))?;
    while reader.next(&mut out)? {}
    Ok(out)
}

/// Reads a file that a tool made as lines, with small and large buffers, and as one text.
#[cfg(any(feature = "bzip2", feature = "lz4", feature = "snappy"))]
fn reads(name: &str) {
    for buffer_bytes in [100, 128 << 10] {
        let options = InputOptions {
            buffer_bytes,
            ..InputOptions::default()
        };
        assert_eq!(lines(&made(name), &options).unwrap(), expected(), "{name}");
    }
    let options = InputOptions::default();
    let files = list_files(made(name).to_str().unwrap(), &options).unwrap();
    let mut texts = Vec::new();
    let mut reader = read_whole_texts(&PackedFiles { files }, &options, &|| Ok(())).unwrap();
    while reader.next(&mut texts).unwrap() {}
    assert_eq!(texts[0].1, expected().join("\n") + "\n", "{name}");
}

/// Cut anywhere, a file is corrupt; or, where its format has no end, gives a part of its content,
/// and never something else. Returns how many cuts went unnoticed.
#[cfg(any(feature = "bzip2", feature = "lz4", feature = "snappy"))]
fn is_never_misread(name: &str) -> usize {
    let bytes = std::fs::read(made(name)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    let whole = expected().join("\n");
    let mut unnoticed = 0;
    for cut in (1..bytes.len()).step_by(13) {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        match lines(&path, &InputOptions::default()) {
            Ok(lines) => {
                let read: Vec<&str> = lines.iter().map(|line| &**line).collect();
                assert!(whole.starts_with(&read.join("\n")), "{name} cut at {cut}");
                unnoticed += 1;
            }
            Err(error) => {
                let of_file =
                    matches!(&error, crate::Error::Corrupt { place, .. } if place.contains(name));
                assert!(of_file, "{name} cut at {cut}: {error}");
            }
        }
    }
    let tolerant = InputOptions {
        ignore_corrupt_files: true,
        ..InputOptions::default()
    };
    std::fs::write(&path, &bytes[..bytes.len() * 9 / 10]).unwrap();
    assert!(lines(&path, &tolerant).unwrap().len() < 600);
    std::fs::write(&path, b"no such format").unwrap();
    let error = lines(&path, &InputOptions::default()).unwrap_err();
    assert!(
        matches!(error, crate::Error::Corrupt { .. }),
        "{name}: {error}"
    );
    std::fs::write(&path, b"").unwrap();
    let none = InputOptions {
        ignore_empty_splits: false,
        ..InputOptions::default()
    };
    assert!(lines(&path, &none).unwrap().is_empty(), "{name}");
    unnoticed
}

#[cfg(feature = "bzip2")]
#[test]
fn bzip2_files_of_one_stream_and_of_several() {
    reads("hadoop.bz2");
    reads("streams.bz2");
    assert_eq!(is_never_misread("hadoop.bz2"), 0);
    assert!(is_never_misread("streams.bz2") <= 1, "between streams");
}

#[cfg(feature = "lz4")]
#[test]
fn lz4_frames_and_hadoops_blocks() {
    reads("frame.lz4");
    reads("frames.lz4");
    reads("hadoop.lz4");
    assert_eq!(is_never_misread("frame.lz4"), 0);
    assert!(is_never_misread("frames.lz4") <= 1, "between frames");
    assert!(is_never_misread("hadoop.lz4") <= 12, "between blocks");
}

#[cfg(feature = "snappy")]
#[test]
fn snappy_framing_and_hadoops_blocks() {
    reads("framing.snappy");
    reads("hadoop.snappy");
    assert!(is_never_misread("framing.snappy") <= 4, "between chunks");
    assert!(is_never_misread("hadoop.snappy") <= 12, "between blocks");
}

/// A split that was made where the codec is known says what is missing where it is not.
#[cfg(not(feature = "snappy"))]
#[test]
fn a_split_of_a_codec_that_is_not_there_names_the_feature() {
    let path = made("hadoop.snappy");
    let len = std::fs::metadata(&path).unwrap().len();
    let split = FileSplit {
        path,
        start: 0,
        len,
        compression: Compression::Snappy,
    };
    let opened = read_lines(&split, &InputOptions::default(), &|| Ok(()));
    let error = opened.err().expect("the codec is not there").to_string();
    assert!(error.contains("feature `snappy`"), "{error}");
    // And none is made here.
    let error = lines(&made("hadoop.snappy"), &InputOptions::default()).unwrap_err();
    assert!(error.to_string().contains("feature `snappy`"), "{error}");
}
