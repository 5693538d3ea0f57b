//! Every action that takes no closure, what keeps and saves records, and the sources.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use flint_core::output::Compression;
use flint_core::{Error, Result, StorageLevel};

use super::{Backend, Case, Setup, by_remainder, cases, numbers};

pub(super) const CASES: &[Case] = cases![
    collect,
    count,
    take,
    first,
    is_empty,
    min,
    max,
    take_ordered,
    top,
    to_local_iterator,
    take_sample,
    count_by_value,
    count_by_key,
    lookup,
    collect_as_map,
    count_approx,
    count_by_value_approx,
    count_by_key_approx,
    sum_approx,
    mean_approx,
    count_approx_distinct,
    sum,
    mean,
    variance,
    stdev,
    pop_variance,
    pop_stdev,
    sample_variance,
    sample_stdev,
    stats,
    histogram,
    histogram_with,
    collect_async,
    count_async,
    take_async,
    cache,
    persist,
    unpersist,
    checkpoint,
    local_checkpoint,
    save_as_text_file,
    save_as_text_file_compressed,
    save_as_object_file,
];

fn collect(s: &Setup<'_>) -> Result<()> {
    assert_eq!(numbers(s)?.collect()?, (0..100).collect::<Vec<_>>());
    Ok(())
}

fn count(s: &Setup<'_>) -> Result<()> {
    assert_eq!(numbers(s)?.count()?, 100);
    Ok(())
}

fn take(s: &Setup<'_>) -> Result<()> {
    // The first partition is not enough; then several are tried at once.
    assert_eq!(numbers(s)?.take(90)?, (0..90).collect::<Vec<_>>());
    Ok(())
}

/// Empty but for the last of four partitions, so that one partition is not enough.
fn late(s: &Setup<'_>) -> Result<flint_core::Rdd<i64>> {
    Ok(numbers(s)?.with(90).filter(|k, x| x >= k))
}

fn first(s: &Setup<'_>) -> Result<()> {
    assert_eq!(late(s)?.first()?, 90);
    Ok(())
}

fn is_empty(s: &Setup<'_>) -> Result<()> {
    let late = late(s)?;
    assert!(!late.is_empty()?);
    assert!(late.with(0).filter(|k, x| x < k).is_empty()?);
    Ok(())
}

fn min(s: &Setup<'_>) -> Result<()> {
    assert_eq!(late(s)?.min()?, 90);
    Ok(())
}

fn max(s: &Setup<'_>) -> Result<()> {
    assert_eq!(numbers(s)?.max()?, 99);
    Ok(())
}

fn take_ordered(s: &Setup<'_>) -> Result<()> {
    let mixed = numbers(s)?.with(37).map(|k, x| x * k % 101);
    assert_eq!(mixed.take_ordered(5)?, [0, 1, 2, 3, 4]);
    Ok(())
}

fn top(s: &Setup<'_>) -> Result<()> {
    let mixed = numbers(s)?.with(37).map(|k, x| x * k % 101);
    let mut expected: Vec<i64> = (0..100).map(|x| x * 37 % 101).collect();
    expected.sort_by_key(|x| std::cmp::Reverse(*x));
    assert_eq!(mixed.top(5)?, expected[..5]);
    Ok(())
}

fn to_local_iterator(s: &Setup<'_>) -> Result<()> {
    let n: Vec<i64> = numbers(s)?.to_local_iterator().collect::<Result<_>>()?;
    assert_eq!(n, (0..100).collect::<Vec<_>>());
    let ahead: Result<Vec<i64>> = numbers(s)?.to_local_iterator().prefetching().collect();
    assert_eq!(ahead?, n);
    Ok(())
}

fn take_sample(s: &Setup<'_>) -> Result<()> {
    let taken = numbers(s)?.take_sample(false, 20, 42)?;
    let distinct: std::collections::BTreeSet<_> = taken.iter().collect();
    assert_eq!(distinct.len(), 20);
    assert_eq!(numbers(s)?.take_sample(false, 20, 42)?, taken);
    Ok(())
}

fn count_by_value(s: &Setup<'_>) -> Result<()> {
    let counts = by_remainder(s, 7)?.keys().count_by_value()?;
    let expected = (0..7).map(|k| (k, (k..100).step_by(7).count() as u64));
    assert_eq!(BTreeMap::from_iter(counts), expected.collect());
    Ok(())
}

fn count_by_key(s: &Setup<'_>) -> Result<()> {
    let counts = by_remainder(s, 7)?.count_by_key()?;
    let expected = (0..7).map(|k| (k, (k..100).step_by(7).count() as u64));
    assert_eq!(BTreeMap::from_iter(counts), expected.collect());
    Ok(())
}

fn lookup(s: &Setup<'_>) -> Result<()> {
    let pairs = by_remainder(s, 7)?;
    let expected: Vec<i64> = (3..100).step_by(7).collect();
    assert_eq!(pairs.lookup(&3)?, expected);
    // Of placed records one partition is asked, in one process.
    let mut found = pairs.partition_by_hash(3).lookup(&3)?;
    found.sort_unstable();
    assert_eq!(found, expected);
    Ok(())
}

fn collect_as_map(s: &Setup<'_>) -> Result<()> {
    let last = by_remainder(s, 7)?.collect_as_map()?;
    let expected = (0..7).map(|k| (k, (k..100).step_by(7).max().unwrap_or(k)));
    assert_eq!(BTreeMap::from_iter(last), expected.collect());
    Ok(())
}

/// Equal but for rounding.
fn assert_close(found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(error <= 1e-12 * expected.abs(), "{found} is not {expected}");
}

const MEAN: f64 = 49.5;

/// The squares of the distances of 0 to 99 from their mean.
fn squares() -> f64 {
    (0..100).map(|x| (f64::from(x) - MEAN).powi(2)).sum()
}

/// For jobs that end long before.
const LONG: Duration = Duration::from_secs(600);

fn count_approx(s: &Setup<'_>) -> Result<()> {
    let count = numbers(s)?.count_approx(LONG, 0.95)?;
    assert!(count.is_initial_value_final());
    assert_eq!(count.get_final_value()?.mean, 100.0);
    // Whatever is known without waiting, the job goes on.
    let soon = numbers(s)?.count_approx(Duration::ZERO, 0.95)?;
    let known = soon.initial_value();
    assert!(known.low <= known.mean && known.mean <= known.high);
    assert_eq!(soon.get_final_value()?.mean, 100.0);
    Ok(())
}

fn count_by_value_approx(s: &Setup<'_>) -> Result<()> {
    let values = by_remainder(s, 3)?.keys();
    let counts = values
        .count_by_value_approx(LONG, 0.95)?
        .get_final_value()?;
    let counts: BTreeMap<i64, f64> = counts.into_iter().map(|(k, n)| (k, n.mean)).collect();
    assert_eq!(counts, BTreeMap::from([(0, 34.0), (1, 33.0), (2, 33.0)]));
    Ok(())
}

fn count_by_key_approx(s: &Setup<'_>) -> Result<()> {
    let counts = by_remainder(s, 3)?.count_by_key_approx(LONG, 0.95)?;
    let counts = counts.get_final_value()?.into_iter();
    let counts: BTreeMap<i64, f64> = counts.map(|(k, n)| (k, n.high)).collect();
    assert_eq!(counts, BTreeMap::from([(0, 34.0), (1, 33.0), (2, 33.0)]));
    Ok(())
}

fn sum_approx(s: &Setup<'_>) -> Result<()> {
    let sum = numbers(s)?.sum_approx(LONG, 0.95)?;
    assert_eq!(sum.get_final_value()?.mean, 4950.0);
    Ok(())
}

fn mean_approx(s: &Setup<'_>) -> Result<()> {
    let mean = numbers(s)?.mean_approx(LONG, 0.95)?;
    assert_eq!(mean.get_final_value()?.mean, 49.5);
    Ok(())
}

fn count_approx_distinct(s: &Setup<'_>) -> Result<()> {
    let numbers = numbers(s)?.with(40).map(|k, x| x % k);
    let count = numbers.count_approx_distinct(0.01)?;
    assert!((39..=41).contains(&count), "{count}");
    Ok(())
}

fn sum(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.sum()?, 4950.0);
    Ok(())
}

fn mean(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.mean()?, MEAN);
    Ok(())
}

fn variance(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.variance()?, squares() / 100.0);
    Ok(())
}

fn stdev(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.stdev()?, (squares() / 100.0).sqrt());
    Ok(())
}

fn pop_variance(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.pop_variance()?, squares() / 100.0);
    Ok(())
}

fn pop_stdev(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.pop_stdev()?, (squares() / 100.0).sqrt());
    Ok(())
}

fn sample_variance(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.sample_variance()?, squares() / 99.0);
    Ok(())
}

fn sample_stdev(s: &Setup<'_>) -> Result<()> {
    assert_close(numbers(s)?.sample_stdev()?, (squares() / 99.0).sqrt());
    Ok(())
}

fn stats(s: &Setup<'_>) -> Result<()> {
    let stats = numbers(s)?.stats()?;
    assert_eq!((stats.count(), stats.min(), stats.max()), (100, 0.0, 99.0));
    assert_close(stats.variance(), squares() / 100.0);
    Ok(())
}

fn histogram(s: &Setup<'_>) -> Result<()> {
    let (bounds, counts) = numbers(s)?.histogram(3)?;
    assert_eq!(bounds, [0.0, 33.0, 66.0, 99.0]);
    assert_eq!(counts, [33, 33, 34]);
    Ok(())
}

fn histogram_with(s: &Setup<'_>) -> Result<()> {
    let counts = numbers(s)?.histogram_with(&[10.0, 20.0, 95.0], false)?;
    assert_eq!(counts, [10, 76]);
    Ok(())
}

fn collect_async(s: &Setup<'_>) -> Result<()> {
    let n = numbers(s)?.collect_async().wait()?;
    assert_eq!(n, (0..100).collect::<Vec<_>>());
    Ok(())
}

fn count_async(s: &Setup<'_>) -> Result<()> {
    assert_eq!(numbers(s)?.count_async().wait()?, 100);
    Ok(())
}

fn take_async(s: &Setup<'_>) -> Result<()> {
    assert_eq!(
        numbers(s)?.take_async(90).wait()?,
        (0..90).collect::<Vec<_>>()
    );
    Ok(())
}

/// Squares, and how often one was computed.
fn counted_squares(s: &Setup<'_>) -> Result<(flint_core::Rdd<i64>, flint_core::LongAccumulator)> {
    let computed = s.ctx.long_accumulator("computed");
    let squares = numbers(s)?.with(computed.clone()).map(|computed, x| {
        computed.add(1);
        x * x
    });
    Ok((squares, computed))
}

fn cache(s: &Setup<'_>) -> Result<()> {
    let (squares, _) = counted_squares(s)?;
    assert_eq!(squares.cache().storage_level(), StorageLevel::MEMORY_ONLY);
    for _ in 0..2 {
        assert_eq!(squares.sum()?, 328_350.0);
    }
    Ok(())
}

/// Right answers every time. A block may be read where it is, or be made again elsewhere; on
/// threads, which share their blocks, it is made once.
fn persist(s: &Setup<'_>) -> Result<()> {
    for level in [
        StorageLevel::MEMORY_ONLY,
        StorageLevel::MEMORY_ONLY_SER,
        StorageLevel::MEMORY_AND_DISK,
        StorageLevel::MEMORY_AND_DISK_SER,
        StorageLevel::DISK_ONLY,
    ] {
        let (squares, computed) = counted_squares(s)?;
        squares.persist(level)?;
        for _ in 0..3 {
            assert_eq!(
                squares.collect()?,
                (0..100).map(|x| x * x).collect::<Vec<_>>()
            );
        }
        let times = computed.count();
        match s.backend {
            Backend::Threads => assert_eq!(times, 100, "{level}"),
            Backend::Processes(_) => assert!((100..=300).contains(&times), "{level}: {times}"),
        }
        squares.unpersist();
    }
    Ok(())
}

fn unpersist(s: &Setup<'_>) -> Result<()> {
    let (squares, computed) = counted_squares(s)?;
    squares.persist(StorageLevel::MEMORY_AND_DISK)?;
    assert_eq!(squares.count()?, 100);
    let before = computed.count();
    assert_eq!(squares.unpersist().storage_level(), StorageLevel::NONE);
    assert_eq!(squares.count()?, 100);
    assert_eq!(computed.count() - before, 100, "nothing was kept");
    Ok(())
}

fn checkpoint(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    s.ctx.set_checkpoint_dir(dir.path());
    let (squares, computed) = counted_squares(s)?;
    squares.checkpoint()?;
    assert_eq!(squares.count()?, 100);
    assert!(squares.is_checkpointed());
    let before = computed.count();
    assert_eq!(squares.sum()?, 328_350.0);
    assert_eq!(computed.count(), before, "it was read, not computed");
    Ok(())
}

/// Executors whose blocks nobody else can read make no checkpoint of them, and the lineage stays.
fn local_checkpoint(s: &Setup<'_>) -> Result<()> {
    let squares = counted_squares(s)?.0.local_checkpoint();
    assert_eq!(squares.count()?, 100);
    assert_eq!(squares.is_checkpointed(), s.backend == Backend::Threads);
    // The odd number of tasks of another job turns the executors round.
    assert_eq!(s.ctx.range(0, 3, 1, 3)?.count()?, 3);
    for _ in 0..3 {
        assert_eq!(
            squares.collect()?,
            (0..100).map(|x| x * x).collect::<Vec<_>>()
        );
    }
    Ok(())
}

/// What a directory holds, without the checksums and markers.
fn parts(path: &Path) -> Vec<String> {
    let files = std::fs::read_dir(path).expect("the directory was committed");
    let names = files.map(|file| file.expect("it can be read").file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.retain(|name| name.starts_with("part-"));
    names.sort();
    names
}

fn save_as_text_file(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let path = dir.path().join("text");
    numbers(s)?.save_as_text_file(&path)?;
    assert_eq!(parts(&path), [0, 1, 2, 3].map(|i| format!("part-0000{i}")));
    let lines = s
        .ctx
        .text_file(&path, 4)?
        .with(())
        .map(|(), line| line.to_string());
    assert_eq!(
        lines.collect()?,
        (0..100).map(|x| x.to_string()).collect::<Vec<_>>()
    );
    let again = numbers(s)?.save_as_text_file(&path);
    assert!(matches!(again, Err(Error::PathAlreadyExists { .. })));
    Ok(())
}

fn save_as_text_file_compressed(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    for codec in [Compression::Gzip, Compression::Zstd] {
        let path = dir.path().join(format!("text{}", codec.extension()));
        numbers(s)?.save_as_text_file_compressed(&path, codec)?;
        let expected = [0, 1, 2, 3].map(|i| format!("part-0000{i}{}", codec.extension()));
        assert_eq!(parts(&path), expected);
        assert_eq!(s.ctx.text_file(&path, 4)?.count()?, 100);
    }
    Ok(())
}

fn save_as_object_file(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let path = dir.path().join("objects");
    by_remainder(s, 7)?.save_as_object_file(&path)?;
    let read = s.ctx.object_file::<(i64, i64)>(&path)?;
    assert_eq!(
        read.collect()?,
        (0..100).map(|x| (x % 7, x)).collect::<Vec<_>>()
    );
    Ok(())
}
