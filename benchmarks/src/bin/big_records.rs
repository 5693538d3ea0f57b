//! Sorts and groups more records than memory holds: `big_records [GIGABYTES [MEBIBYTES [PHASE]]]`.
//!
//! GIGABYTES (10^9 bytes, 4 unless given, 0.1 is a quick try) of `(String, String)` records of 100
//! characters, a tenth of them on 64 heavy keys, are made on the fly; the engine has MEBIBYTES of
//! memory (256) and two threads. PHASE is `sort`, `group` or `both` (unless given). Each phase checks its
//! answer record by record, and that no file is left behind once its RDDs are gone; a wrong answer
//! or a file ends the program with an error. A row per phase tells seconds, the peak of bytes on
//! disk, and the peak of resident memory so far, so run each phase by itself to tell their peaks apart.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use flint_benchmarks::data::{RECORD_BYTES, Records, Summary};
use flint_benchmarks::process::{DiskWatch, Files, Resident};
use flint_core::{Context, Error, PartitionIter, Rdd, Result};
use serde::{Deserialize, Serialize};

const USAGE: &str = "usage: big_records [GIGABYTES [MEBIBYTES [sort|group|both]]]";
const THREADS: usize = 2;
/// Few enough that a partition of 4 GB does not fit in its task's part of the memory.
const PARTITIONS: usize = 16;
/// What the process may take in all: the engine's memory and what the engine does not count, which
/// is chunks on their way, buffers of files, and the allocator's gaps.
const RESIDENT_LIMIT: u64 = 600 << 20;

type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Outcome {
    let gigabytes: f64 = args.first().map_or(Ok(4.0), |s| s.parse())?;
    let mebibytes: u64 = args.get(1).map_or(Ok(256), |s| s.parse())?;
    let phase = args.get(2).map_or("both", String::as_str);
    if gigabytes.is_nan() || gigabytes <= 0.0 || !["sort", "group", "both"].contains(&phase) {
        return Err(USAGE.into());
    }
    let records = Records::new((gigabytes * 1e9) as u64 / RECORD_BYTES as u64);
    writeln!(
        io::stdout(),
        "{} records of {RECORD_BYTES} bytes, {mebibytes} MiB of engine memory, local[{THREADS}]\n\n\
         | phase | seconds | peak on disk | peak resident |\n| --- | ---: | ---: | ---: |",
        records.count()
    )?;
    if phase != "group" {
        measure("sort", mebibytes, records, |ctx| check_sort(ctx, records))?;
    }
    if phase != "sort" {
        measure("group", mebibytes, records, |ctx| {
            check_groups(ctx, records)
        })?;
    }
    let peak = Resident::of_this_process()?.peak;
    if peak > RESIDENT_LIMIT {
        let (peak, limit) = (peak >> 20, RESIDENT_LIMIT >> 20);
        return Err(format!("resident memory reached {peak} MiB; {limit} are allowed").into());
    }
    Ok(())
}

/// Runs a phase in a context of its own and prints its row.
fn measure(
    name: &str,
    mebibytes: u64,
    records: Records,
    phase: impl FnOnce(&Context) -> Outcome,
) -> Outcome {
    let ctx = Context::builder()
        .master(&format!("local[{THREADS}]"))
        .memory_bytes(mebibytes << 20)
        .config("spark.ui.showConsoleProgress", false)
        .build()?;
    let directories = ctx.local_dirs();
    // The context has a file of its own there.
    let before = Files::below(&directories)?;
    let watch = DiskWatch::begin(directories.clone());
    let start = Instant::now();
    phase(&ctx)?;
    let seconds = start.elapsed().as_secs_f64();
    // The phase has dropped its RDDs, and with them all that their shuffles wrote.
    no_more(before, &directories, "when its RDDs were gone")?;
    let on_disk = watch.end()?;
    let data = records.count() * RECORD_BYTES as u64;
    if on_disk <= before.bytes && data > mebibytes << 20 {
        return Err("no file was written, though the records don't fit in memory".into());
    }
    ctx.stop();
    no_more(
        Files::default(),
        &directories,
        "when its context was stopped",
    )?;
    let peak = Resident::of_this_process()?.peak;
    writeln!(
        io::stdout(),
        "| {name} | {seconds:.1} | {:.2} GB | {} MiB |",
        on_disk as f64 / 1e9,
        peak >> 20
    )?;
    Ok(())
}

fn no_more(before: Files, directories: &[PathBuf], when: &str) -> Outcome {
    let left = Files::below(directories)?;
    if left != before {
        return Err(format!("{left:?} {when}, where {before:?} were before").into());
    }
    Ok(())
}

fn input(ctx: &Context, records: Records) -> Result<Rdd<(String, String)>> {
    let numbers = ctx.range(0, records.count() as i64, 1, PARTITIONS)?;
    Ok(numbers
        .with(records)
        .map(|records, number| records.record(number as u64)))
}

/// A sorted partition: its records, and its first and last key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Sorted {
    summary: Summary,
    ends: Option<(String, String)>,
}

fn check_sort(ctx: &Context, records: Records) -> Outcome {
    let sorted = input(ctx, records)?.sort_by_key(true, PARTITIONS);
    let parts = sorted.run_job(move |_, part| sorted_partition(records, part))?;
    let mut summary = Summary::default();
    let mut last = String::new();
    for part in parts {
        summary = summary.and(part.summary);
        if let Some((first, end)) = part.ends {
            if first < last {
                return Err(format!("a partition begins with {first}, after {last}").into());
            }
            last = end;
        }
    }
    same("sort", summary, records.expected().0)
}

fn sorted_partition(records: Records, part: PartitionIter<(String, String)>) -> Result<Sorted> {
    let mut seen = Sorted::default();
    for (key, value) in part {
        seen.summary.add(number(&records, &key, &value)?);
        match &mut seen.ends {
            Some((_, last)) if *last > key => return Err(wrong(format!("{key} after {last}"))),
            Some((_, last)) => *last = key,
            None => seen.ends = Some((key.clone(), key)),
        }
    }
    Ok(seen)
}

fn check_groups(ctx: &Context, records: Records) -> Outcome {
    let (expected, heavy) = records.expected();
    let groups = input(ctx, records)?.group_by_key(PARTITIONS);
    let parts = groups.run_job(move |_, groups| {
        let mut summary = Summary::default();
        for (key, values) in groups {
            let mut size = None;
            for value in &values {
                let number = number(&records, &key, value)?;
                size.get_or_insert_with(|| records.group_size(number, &heavy));
                summary.add(number);
            }
            if size != Some(values.len() as u64) {
                let seen = values.len();
                return Err(wrong(format!("{seen} values of {key}, not {size:?}")));
            }
        }
        Ok(summary)
    })?;
    same(
        "group",
        parts.into_iter().fold(Summary::default(), Summary::and),
        expected,
    )
}

/// The number of a record, once its value and its key are found to belong together.
fn number(records: &Records, key: &str, value: &str) -> Result<u64> {
    match records.number_of(value) {
        Some(number) if records.key(number) == key => Ok(number),
        _ => Err(wrong(format!("no record is ({key}, {value})"))),
    }
}

fn wrong(what: String) -> Error {
    Error::User { message: what }
}

fn same(what: &str, seen: Summary, expected: Summary) -> Outcome {
    if seen != expected {
        return Err(format!("{what}: {seen:?} instead of {expected:?}").into());
    }
    Ok(())
}
