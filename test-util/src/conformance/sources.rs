//! Every source: collections, ranges, unions and files.

use std::path::Path;

use flint_core::{Data, Error, Rdd, Result};

use super::{Case, Setup, cases};

pub(super) const CASES: &[Case] = cases![
    parallelize,
    range,
    empty_rdd,
    union,
    text_file,
    text_file_with,
    whole_text_files,
    binary_files,
    binary_records,
    object_file,
];

/// Holds an RDD to its records, through a job that says which partitions had how many.
fn check<T: Data + PartialEq + std::fmt::Debug>(rdd: &Rdd<T>, expected: &[T]) -> Result<()> {
    assert_eq!(rdd.collect()?, expected);
    let counts = rdd.with(()).run_job(|(), _, records| Ok(records.count()))?;
    assert_eq!(counts.len(), rdd.num_partitions());
    assert_eq!(counts.iter().sum::<usize>(), expected.len());
    Ok(())
}

fn parallelize(s: &Setup<'_>) -> Result<()> {
    let words: Vec<String> = (0..10).map(|x| format!("word {x}")).collect();
    check(&s.ctx.parallelize(words.clone(), 4), &words)
}

fn range(s: &Setup<'_>) -> Result<()> {
    let expected: Vec<i64> = (0..34).map(|i| 100 - 3 * i).collect();
    check(&s.ctx.range(100, 0, -3, 4)?, &expected)
}

fn empty_rdd(s: &Setup<'_>) -> Result<()> {
    let none = s.ctx.empty_rdd::<i64>();
    check(&none, &[])?;
    check(&none.union(&s.ctx.range(0, 4, 1, 4)?), &[0, 1, 2, 3])
}

fn union(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 4, 1, 2)?;
    check(
        &s.ctx.union(&[n.clone(), n.clone(), n]),
        &[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3],
    )
}

/// Four files in a directory, of ten lines each.
fn files() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    for file in 0..4 {
        let lines: String = (0..10).map(|line| format!("{file} {line}\n")).collect();
        write(&dir.path().join(file.to_string()), lines.as_bytes());
    }
    dir
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("the directory is there");
}

fn lines() -> Vec<String> {
    (0..4)
        .flat_map(|f| (0..10).map(move |l| format!("{f} {l}")))
        .collect()
}

fn text_file(s: &Setup<'_>) -> Result<()> {
    let dir = files();
    let text = s
        .ctx
        .text_file(dir.path(), 4)?
        .with(())
        .map(|(), line| line.to_string());
    check(&text, &lines())
}

fn text_file_with(s: &Setup<'_>) -> Result<()> {
    let dir = files();
    write(&dir.path().join("3"), b"caf\xe9\n");
    let mut options = s.ctx.input_options()?;
    let strict = s.ctx.text_file_with(dir.path(), 4, &options)?.count();
    let error = strict.expect_err("a byte is not UTF-8");
    assert!(
        matches!(error.root_cause(), Error::InvalidUtf8 { offset: 3, .. }),
        "{error}"
    );
    options.lossy_utf8 = true;
    let lossy = s.ctx.text_file_with(dir.path(), 4, &options)?;
    let text = lossy.with(()).map(|(), line| line.to_string());
    let mut expected = lines();
    expected.splice(30.., ["caf\u{fffd}".to_owned()]);
    check(&text, &expected)
}

fn whole_text_files(s: &Setup<'_>) -> Result<()> {
    let dir = files();
    let whole = s.ctx.whole_text_files(dir.path(), 4)?;
    let firsts = whole.with(3).map(|n, (_, text)| text[..*n].to_owned());
    let mut found = firsts.collect()?;
    found.sort();
    assert_eq!(found, ["0 0", "1 0", "2 0", "3 0"]);
    Ok(())
}

fn binary_files(s: &Setup<'_>) -> Result<()> {
    // Files as small as these share a partition.
    let (one, other) = (files(), files());
    let files = s.ctx.binary_files(one.path(), 4)?;
    let files = files.union(&s.ctx.binary_files(other.path(), 4)?);
    let mut sizes = files.with(1).map(|k, (_, file)| file.len() + k).collect()?;
    sizes.sort_unstable();
    assert_eq!(sizes, [41; 8]);
    Ok(())
}

fn binary_records(s: &Setup<'_>) -> Result<()> {
    let dir = files();
    let expected: Vec<Vec<u8>> = lines()
        .iter()
        .map(|l| format!("{l}\n").into_bytes())
        .collect();
    check(&s.ctx.binary_records(dir.path(), 4)?, &expected)
}

fn object_file(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let path = dir.path().join("objects");
    s.ctx.parallelize(lines(), 4).save_as_object_file(&path)?;
    check(&s.ctx.object_file::<String>(&path)?, &lines())
}
