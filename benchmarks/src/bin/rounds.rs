//! PageRank for many rounds: `rounds [ROUNDS [PAGES [CHECKPOINT_EVERY]]]`.
//!
//! ROUNDS (1,000 unless given) over PAGES (10,000): each round persists its ranks and unpersists
//! those of the round before; every CHECKPOINT_EVERY rounds (10) the ranks are checkpointed, in turn
//! reliably and locally, and the reliable checkpoint before is deleted. At most ten
//! times during the run a row tells seconds, resident memory, files below the context's directories and the checkpoint
//! directory, RDDs in the longest lineage that was run, and cached blocks. None of these may grow with rounds: the
//! program fails if the last row's memory is more than 1.25 times the second's, or another count
//! is larger at all. The ranks are compared with those of plain Rust.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use flint_benchmarks::process::{Files, Resident};
use flint_core::{Context, StorageLevel};
use flint_examples::rdd::page_rank::{self, Links, Ranks};

const USAGE: &str = "usage: rounds [ROUNDS [PAGES [CHECKPOINT_EVERY]]], each above 0";
const ROWS: u32 = 10;

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
    let rounds: u32 = args.first().map_or(Ok(1_000), |s| s.parse())?;
    let pages: u64 = args.get(1).map_or(Ok(10_000), |s| s.parse())?;
    let every: u32 = args.get(2).map_or(Ok(10), |s| s.parse())?;
    if rounds == 0 || pages == 0 || every == 0 {
        return Err(USAGE.into());
    }
    let checkpoints = tempfile::tempdir()?;
    let ctx = Context::builder()
        .master("local[2]")
        .memory_bytes(256 << 20)
        .config("spark.ui.showConsoleProgress", false)
        .build()?;
    ctx.set_checkpoint_dir(checkpoints.path());
    let mut iteration = Iteration::begin(&ctx, pages, every)?;
    writeln!(io::stdout(), "{}", Row::HEADER)?;
    let mut rows = Vec::new();
    let mut start = Instant::now();
    // Rows stand at the same point between checkpoints, so that they can be compared.
    let step = rounds.div_ceil(ROWS).next_multiple_of(2 * every);
    for round in 1..=rounds {
        iteration.next(round)?;
        if round % step == 0 {
            let row = Row::now(&mut iteration, checkpoints.path(), round, start)?;
            writeln!(io::stdout(), "{row}")?;
            rows.push(row);
            start = Instant::now();
        }
    }
    compare(&iteration.ranks, pages, rounds)?;
    flat(&rows)
}

/// The state between rounds.
struct Iteration {
    ctx: Context,
    links: Links,
    ranks: Ranks,
    every: u32,
    /// The reliable checkpoint that ranks were last read from.
    on_disk: Option<PathBuf>,
    /// The most RDDs that any round's lineage had since the last row.
    lineage: usize,
}

impl Iteration {
    fn begin(ctx: &Context, pages: u64, every: u32) -> Outcome<Self> {
        let links = page_rank::links(ctx, pages)?.cache();
        Ok(Iteration {
            ctx: ctx.clone(),
            ranks: page_rank::first(&links),
            links,
            every,
            on_disk: None,
            lineage: 0,
        })
    }

    fn next(&mut self, round: u32) -> Outcome {
        let ranks = page_rank::next(&self.links, &self.ranks);
        ranks.persist(StorageLevel::MEMORY_AND_DISK)?;
        if round.is_multiple_of(2 * self.every) {
            ranks.checkpoint()?;
        } else if round.is_multiple_of(self.every) {
            ranks.local_checkpoint();
        }
        self.lineage = self.lineage.max(ranks.to_debug_string().lines().count());
        ranks.count()?;
        if !self.ranks.is_locally_checkpointed() {
            self.ranks.unpersist();
        }
        if ranks.is_checkpointed()
            && let Some(old) = std::mem::replace(&mut self.on_disk, ranks.checkpoint_file())
        {
            std::fs::remove_dir_all(old)?;
        }
        self.ranks = ranks;
        Ok(())
    }
}

/// What there is after some rounds.
struct Row {
    round: u32,
    seconds: f64,
    resident: u64,
    files: Files,
    lineage: usize,
    blocks: usize,
}

impl Row {
    const HEADER: &str = "| rounds | seconds | resident | files | on disk | lineage | blocks |\n\
                          | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

    fn now(at: &mut Iteration, checkpoints: &Path, round: u32, since: Instant) -> Outcome<Row> {
        let mut directories = at.ctx.local_dirs();
        directories.push(checkpoints.to_owned());
        Ok(Row {
            round,
            seconds: since.elapsed().as_secs_f64(),
            resident: Resident::of_this_process()?.now,
            files: Files::below(directories)?,
            lineage: std::mem::take(&mut at.lineage),
            blocks: at.ctx.storage_status().len(),
        })
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "| {} | {:.2} | {:.1} MiB | {} | {} KiB | {} | {} |",
            self.round,
            self.seconds,
            self.resident as f64 / f64::from(1 << 20),
            self.files.count,
            self.files.bytes >> 10,
            self.lineage,
            self.blocks
        )
    }
}

/// Whether the ranks are those of plain Rust, up to the order of additions.
fn compare(ranks: &Ranks, pages: u64, rounds: u32) -> Outcome {
    let mut ranks = ranks.collect()?;
    ranks.sort_by_key(|(page, _)| *page);
    let plain = page_rank::plain(pages, rounds);
    let alike = |(a, b): (&(u64, f64), &(u64, f64))| a.0 == b.0 && (a.1 - b.1).abs() < 1e-6 * b.1;
    if ranks.len() != plain.len() || !ranks.iter().zip(&plain).all(alike) {
        return Err("the ranks differ from those of plain Rust".into());
    }
    Ok(())
}

/// Whether nothing grew from the second row, by when all is warm, to the last.
fn flat(rows: &[Row]) -> Outcome {
    let [_, warm, .., last] = rows else {
        return Ok(());
    };
    let grew = [
        (
            "resident memory",
            warm.resident + warm.resident / 4,
            last.resident,
        ),
        ("files", warm.files.count, last.files.count),
        (
            "bytes on disk",
            warm.files.bytes + warm.files.bytes / 4,
            last.files.bytes,
        ),
        ("lineage", warm.lineage as u64, last.lineage as u64),
        ("cached blocks", warm.blocks as u64, last.blocks as u64),
    ];
    match grew.into_iter().find(|(_, allowed, seen)| seen > allowed) {
        Some((what, allowed, seen)) => {
            Err(format!("{what} grew with rounds: {seen}, at most {allowed} were expected").into())
        }
        None => Ok(()),
    }
}
