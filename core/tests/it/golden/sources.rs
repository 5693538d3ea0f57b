//! Collections, ranges and files: what is in which partition.

use std::collections::BTreeMap;
use std::path::Path;

use flint_core::{Context, Rdd, Text};
use serde_json::Value;

use super::{Outcome, cases, check, is_negative, of};

pub(super) const OPS: &[&str] = &[
    "binary_files",
    "parallelize",
    "range",
    "text_file",
    "text_file_gz",
    "text_file_lossy",
    "text_file_tree",
    "whole_text_files",
];

/// The default number of slices takes the place of 0, which Spark refuses.
#[test]
fn slices() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("parallelize") {
        let args = &case["args"];
        if !case["error"].is_null() {
            assert!(args["slices"] == 0 || is_negative(&args["slices"]));
            continue;
        }
        let records = (0..of(&args["size"])).collect::<Vec<i64>>();
        check(&case, Ok(ctx.parallelize(records, of(&args["slices"]))))?;
    }
    Ok(())
}

#[test]
fn ranges() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("range") {
        let args = &case["args"];
        let bounds = ["start", "end", "step"].map(|name| of::<i64>(&args[name]));
        let [start, end, step] = bounds;
        check(&case, ctx.range(start, end, step, of(&args["slices"])))?;
    }
    Ok(())
}

fn strings(lines: &Rdd<Text>) -> Rdd<String> {
    lines.map(|line| line.to_string())
}

/// The bytes of a file, of which a case has one character each.
fn bytes(case: &Value) -> Vec<u8> {
    let text = case["bytes"].as_str().expect("a file has bytes");
    let byte = |c: char| u8::try_from(u32::from(c)).expect("a character is a byte");
    text.chars().map(byte).collect()
}

fn min_partitions(case: &Value) -> usize {
    of(&case["args"]["min_partitions"])
}

#[test]
fn lines() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let dir = tempfile::tempdir()?;
    for case in [
        cases("text_file"),
        cases("text_file_gz"),
        cases("text_file_lossy"),
    ]
    .concat()
    {
        let gzip = case["op"] == "text_file_gz";
        let path = dir.path().join(if gzip { "text.gz" } else { "text" });
        std::fs::write(&path, bytes(&case))?;
        let mut options = ctx.input_options()?;
        options.lossy_utf8 = case["op"] == "text_file_lossy";
        let lines = ctx.text_file_with(&path, min_partitions(&case), &options);
        check(&case, lines.map(|lines| strings(&lines)))?;
    }
    Ok(())
}

/// A directory with the files of a case.
fn folder(case: &Value) -> std::io::Result<tempfile::TempDir> {
    let dir = tempfile::tempdir()?;
    for (name, content) in of::<BTreeMap<String, String>>(&case["files"]) {
        std::fs::write(dir.path().join(name), content)?;
    }
    Ok(dir)
}

/// What a case reads: the directory with a pattern behind it, or files in it.
fn path_of(case: &Value, dir: &Path) -> String {
    let dir = dir.to_str().expect("it is UTF-8");
    let pattern = case["args"]["pattern"]
        .as_str()
        .expect("there is a pattern");
    if pattern.contains(',') && !pattern.starts_with('/') {
        let files = pattern.split(',').map(|file| format!("{dir}/{file}"));
        return files.collect::<Vec<_>>().join(",");
    }
    format!("{dir}{pattern}")
}

#[test]
fn trees() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("text_file_tree") {
        let dir = folder(&case)?;
        let lines = ctx.text_file(path_of(&case, dir.path()), min_partitions(&case));
        let lines = lines.map(|lines| strings(&lines));
        if case["partitions_any_order"].is_null() {
            check(&case, lines)?;
            continue;
        }
        let mut partitions = lines?.glom().collect()?;
        partitions.sort();
        let golden: Vec<Vec<String>> = of(&case["partitions_any_order"]);
        assert_eq!(partitions, golden, "{}", case["case"]);
    }
    Ok(())
}

/// Compares names without directories, and contents.
fn check_whole(case: &Value, files: &Rdd<(String, String)>) -> Outcome {
    let partitions: usize = of(&case["num_partitions"]);
    assert_eq!(files.num_partitions(), partitions, "{}", case["case"]);
    let names = files.map(|(path, content)| match path.rsplit_once('/') {
        Some((_, name)) => (name.to_owned(), content),
        None => (path, content),
    });
    let mut found = names.collect()?;
    found.sort();
    let golden: Vec<(String, String)> = of(&case["result_sorted"]);
    assert_eq!(found, golden, "{}", case["case"]);
    Ok(())
}

#[test]
fn whole_files() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("whole_text_files") {
        let dir = folder(&case)?;
        let files = ctx.whole_text_files(dir.path(), min_partitions(&case))?;
        check_whole(
            &case,
            &files.map(|(path, text)| (path.to_string(), text.to_string())),
        )?;
    }
    for case in cases("binary_files") {
        let dir = folder(&case)?;
        let files = ctx.binary_files(dir.path(), min_partitions(&case))?;
        let read = files.map(|(path, file)| {
            let bytes = file.read().expect("the file is there");
            (
                path.to_string(),
                String::from_utf8_lossy(&bytes).into_owned(),
            )
        });
        check_whole(&case, &read)?;
    }
    Ok(())
}
