//! Times `flint-core` beside the hand-written peers: `core [SCALE [TEXT]]`.
//!
//! SCALE multiplies the sizes that `BENCHMARKS.md` reports (1 unless given; 0.01 is a quick try).
//! TEXT is a file for the word count, as `gen_text` writes; without it the word count is left out.
//! Both sides of a row run in turn, seven times each; the ratio is peer time by Flint time, so
//! above 1 Flint is faster.

use std::io::{self, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use flint_benchmarks::data;
use flint_benchmarks::peers::chain::{self, Chain, Costly, Dividing, Vectorised};
use flint_benchmarks::peers::reduce_by_key::Sums;
use flint_benchmarks::peers::word_count::Counts;
use flint_benchmarks::peers::{cached_sum, reduce_by_key, sort_by_key, word_count};
use flint_benchmarks::timing::{Comparison, compare, timed};
use flint_core::{Context, Result, Text};

/// Odd, so that the median is one of the runs.
const RUNS: NonZero<usize> = NonZero::new(7).expect("not zero");
const SEED: u64 = 42;
const THREADS: usize = 2;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let scale = args.first().map_or(Ok(1.0), |s| s.parse::<f64>());
    let outcome = match scale {
        Ok(scale) if scale > 0.0 => report(scale, args.get(1).map(Path::new)),
        _ => Err("usage: core [SCALE [TEXT]], SCALE above 0".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn context() -> Result<Context> {
    Context::builder()
        .master(&format!("local[{THREADS}]"))
        .memory_bytes(8 << 30)
        .config("spark.driver.maxResultSize", 0)
        .config("spark.ui.showConsoleProgress", false)
        .build()
}

fn report(scale: f64, text: Option<&Path>) -> Outcome {
    let scaled = |count: f64| (count * scale) as usize;
    latencies()?;
    writeln!(io::stdout(), "\n{}", Comparison::HEADER)?;
    let ctx = context()?;
    show(&chain_row::<Vectorised>(
        &ctx,
        "chain, vectorised",
        scaled(1e8),
    )?)?;
    show(&chain_row::<Dividing>(
        &ctx,
        "chain, dividing",
        scaled(1e8),
    )?)?;
    show(&chain_row::<Costly>(&ctx, "chain, costly", scaled(1e8))?)?;
    show(&cached_sum_row(&ctx, scaled(1e8))?)?;
    show(&reduce_row(&ctx, scaled(2e7), (1e6 * scale).ceil() as u64)?)?;
    show(&sort_row(&ctx, scaled(2e7))?)?;
    if let Some(text) = text {
        for row in word_count_rows(&ctx, text)? {
            show(&row)?;
        }
    }
    Ok(())
}

fn show(row: &Comparison) -> io::Result<()> {
    writeln!(io::stdout(), "{row}")
}

/// Context start, and an empty job from call to result.
fn latencies() -> Outcome {
    let mut starts: Vec<Duration> = Vec::new();
    for _ in 0..21 {
        let start = Instant::now();
        let ctx = context()?;
        starts.push(start.elapsed());
        ctx.stop();
    }
    let ctx = context()?;
    let empty = ctx.parallelize(Vec::<u64>::new(), 1);
    let mut jobs: Vec<Duration> = Vec::new();
    for _ in 0..2_000 {
        let start = Instant::now();
        empty.count()?;
        jobs.push(start.elapsed());
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    writeln!(
        io::stdout(),
        "context start: median {:?}",
        median(&mut starts)
    )?;
    writeln!(io::stdout(), "empty job: median {:?}", median(&mut jobs))?;
    Ok(())
}

fn chain_row<C: Chain + 'static>(ctx: &Context, name: &str, count: usize) -> Outcome<Comparison> {
    let rdd = ctx
        .range(0, count as i64, 1, THREADS)?
        .map(|x| C::first(x as u64))
        .filter(|x| C::keep(x))
        .map(C::last);
    let ours = || {
        timed(
            || rdd.run_job(|_, records| Ok(records.fold(0_u64, u64::wrapping_add))),
            |sums| sums.map_or(0, |s| s.into_iter().fold(0, u64::wrapping_add)),
        )
    };
    let peer = || timed(|| chain::run::<C>(count as u64), |sum| sum);
    Ok(compare(name, RUNS, peer, ours))
}

fn cached_sum_row(ctx: &Context, count: usize) -> Outcome<Comparison> {
    let numbers = data::numbers(count, SEED);
    let cached = ctx.parallelize(numbers.clone(), THREADS).cache();
    cached.count()?;
    let ours = || {
        timed(
            || cached.run_job(|_, records| Ok(records.fold(0_u64, u64::wrapping_add))),
            |sums| sums.map_or(0, |s| s.into_iter().fold(0, u64::wrapping_add)),
        )
    };
    let peer = || timed(|| cached_sum::run(&numbers), |sum| sum);
    Ok(compare("cached sum", RUNS, peer, ours))
}

fn reduce_row(ctx: &Context, count: usize, keys: u64) -> Outcome<Comparison> {
    let pairs = data::pairs(count, keys, SEED);
    let rdd = ctx.parallelize(pairs.clone(), THREADS);
    let ours = || {
        timed(
            || rdd.reduce_by_key(u64::wrapping_add, 0).collect(),
            |sums| sums.map(Sums::from_iter).ok(),
        )
    };
    let peer = || timed(|| reduce_by_key::run(&pairs), |table| Some(table.summary()));
    Ok(compare("reduce by key", RUNS, peer, ours))
}

fn sort_row(ctx: &Context, count: usize) -> Outcome<Comparison> {
    let pairs = data::unsorted_pairs(count, SEED);
    let rdd = ctx.parallelize(pairs.clone(), THREADS);
    let ours = || {
        timed(
            || rdd.sort_by_key(true, THREADS).glom().collect(),
            |parts| {
                parts
                    .map(|p| sort_by_key::Order::of(p.iter().flatten()))
                    .ok()
            },
        )
    };
    let peer = || {
        let copy = pairs.clone();
        timed(
            || sort_by_key::run(copy),
            |sorted| Some(sort_by_key::Order::of(&sorted)),
        )
    };
    Ok(compare("sort by key", RUNS, peer, ours))
}

fn word_count_rows(ctx: &Context, text: &Path) -> Outcome<[Comparison; 2]> {
    let path = text.display().to_string();
    let ours = || {
        timed(
            || {
                ctx.text_file(&path, 0)?
                    .flat_map(Text::words)
                    .map(|word| (word, 1_u64))
                    .reduce_by_key(|a, b| a + b, 0)
                    .collect()
            },
            |counts| counts.map(Counts::from_iter).ok(),
        )
    };
    let owned = || timed(|| word_count::owned(text), |r| r.ok());
    let borrowed = || timed(|| word_count::borrowed(text), |r| r.ok());
    Ok([
        compare("word count, owned peer", RUNS, owned, ours),
        compare("word count, borrowed peer", RUNS, borrowed, ours),
    ])
}
