//! Times `flint-core` beside the hand-written peers: `core [--only WORDS] [SCALE [TEXT]]`.
//!
//! WORDS picks the rows whose name contains them.
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
/// A few for each thread, as Spark's tuning guide has it: rayon cuts finer still.
const SLICES: usize = 4 * THREADS;

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let only = match args.first().map(String::as_str) {
        Some("--only") if args.len() > 1 => args.drain(..2).nth(1),
        _ => None,
    };
    let only = only.unwrap_or_default();
    let scale = args.first().map_or(Ok(1.0), |s| s.parse::<f64>());
    let outcome = match scale {
        Ok(scale) if scale > 0.0 => report(&only, scale, args.get(1).map(Path::new)),
        _ => Err("usage: core [--only WORDS] [SCALE [TEXT]], SCALE above 0".into()),
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

fn report(only: &str, scale: f64, text: Option<&Path>) -> Outcome {
    let scaled = |count: f64| (count * scale) as usize;
    if only.is_empty() {
        latencies()?;
    }
    writeln!(io::stdout(), "\n{}", Comparison::HEADER)?;
    let ctx = context()?;
    let rows: [(&str, &dyn Fn(&str) -> Outcome<Comparison>); 8] = [
        ("chain, vectorised", &|name| {
            chain_row::<Vectorised>(&ctx, name, scaled(1e8))
        }),
        ("chain, dividing", &|name| {
            chain_row::<Dividing>(&ctx, name, scaled(1e8))
        }),
        ("chain, costly", &|name| {
            chain_row::<Costly>(&ctx, name, scaled(1e8))
        }),
        ("cached sum", &|name| {
            cached_sum_row(&ctx, name, scaled(1e8))
        }),
        ("reduce by key", &|name| {
            reduce_row(&ctx, name, scaled(2e7), (1e6 * scale).ceil() as u64)
        }),
        ("sort by key", &|name| sort_row(&ctx, name, scaled(2e7))),
        ("word count, owned peer", &|name| {
            word_count_row(&ctx, name, text, word_count::owned)
        }),
        ("word count, borrowed peer", &|name| {
            word_count_row(&ctx, name, text, word_count::borrowed)
        }),
    ];
    for (name, row) in rows {
        if name.contains(only) && (text.is_some() || !name.starts_with("word count")) {
            writeln!(io::stdout(), "{}", row(name)?)?;
        }
    }
    Ok(())
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
        .range(0, count as i64, 1, SLICES)?
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

fn cached_sum_row(ctx: &Context, name: &str, count: usize) -> Outcome<Comparison> {
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
    Ok(compare(name, RUNS, peer, ours))
}

fn reduce_row(ctx: &Context, name: &str, count: usize, keys: u64) -> Outcome<Comparison> {
    let pairs = data::pairs(count, keys, SEED);
    let rdd = ctx.parallelize(pairs.clone(), THREADS);
    let ours = || {
        timed(
            || rdd.reduce_by_key(u64::wrapping_add, 0).collect(),
            |sums| sums.map(Sums::from_iter).ok(),
        )
    };
    let peer = || timed(|| reduce_by_key::run(&pairs), |table| Some(table.summary()));
    Ok(compare(name, RUNS, peer, ours))
}

fn sort_row(ctx: &Context, name: &str, count: usize) -> Outcome<Comparison> {
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
    Ok(compare(name, RUNS, peer, ours))
}

fn word_count_row(
    ctx: &Context,
    name: &str,
    text: Option<&Path>,
    by_hand: fn(&Path) -> io::Result<Counts>,
) -> Outcome<Comparison> {
    let text = text.ok_or("a word count needs a text")?;
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
    let peer = || timed(|| by_hand(text), |counts| counts.ok());
    Ok(compare(name, RUNS, peer, ours))
}
