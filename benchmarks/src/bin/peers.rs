//! Times the hand-written peers alone: `peers [SCALE [TEXT]]`.
//!
//! SCALE multiplies the sizes that `BENCHMARKS.md` reports (1 unless given; 0.01 is a quick try).
//! TEXT is a file for the word count, as `gen_text` writes; without it the word count is left out.

use std::io::{self, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;

use flint_benchmarks::data;
use flint_benchmarks::peers::chain::{self, Chain, Costly, Dividing, Vectorised};
use flint_benchmarks::peers::{cached_sum, reduce_by_key, sort_by_key, word_count};
use flint_benchmarks::timing::{Timed, median_of, timed};

/// Odd, so that the median is one of the runs.
const RUNS: NonZero<usize> = NonZero::new(7).expect("not zero");
const SEED: u64 = 42;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let scale = args.first().map_or(Ok(1.0), |s| s.parse::<f64>());
    let outcome = match scale {
        Ok(scale) if scale > 0.0 => report(scale, args.get(1).map(Path::new)),
        _ => Err(io::Error::other(
            "usage: peers [SCALE [TEXT]], SCALE above 0",
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a row per workload. Inputs are made before the clock starts, and dropped after each.
fn report(scale: f64, text: Option<&Path>) -> io::Result<()> {
    let scaled = |count: f64| (count * scale) as usize;
    writeln!(
        io::stdout(),
        "| workload | median of {RUNS} |\n| --- | ---: |"
    )?;
    chain_row::<Vectorised>("chain, vectorised", scaled(1e8))?;
    chain_row::<Dividing>("chain, dividing", scaled(1e8))?;
    chain_row::<Costly>("chain, costly", scaled(1e8))?;

    let numbers = data::numbers(scaled(1e8), SEED);
    row("cached sum", || {
        timed(|| cached_sum::run(&numbers), |sum| sum)
    })?;
    drop(numbers);

    let keys = (1e6 * scale).ceil() as u64;
    let pairs = data::pairs(scaled(2e7), keys, SEED);
    row("reduce by key", || {
        timed(|| reduce_by_key::run(&pairs), |table| table.summary())
    })?;
    drop(pairs);

    let pairs = data::unsorted_pairs(scaled(2e7), SEED);
    row("sort by key", || {
        let copy = pairs.clone();
        timed(
            || sort_by_key::run(copy),
            |sorted| sort_by_key::Order::of(&sorted),
        )
    })?;
    drop(pairs);

    if let Some(text) = text {
        let counts = word_count::owned(text)?;
        writeln!(
            io::stdout(),
            "\n{}: {} words, {} distinct\n",
            text.display(),
            counts.words,
            counts.distinct
        )?;
        row("word count, owned", || {
            timed(|| word_count::owned(text), Result::ok)
        })?;
        row("word count, borrowed", || {
            timed(|| word_count::borrowed(text), Result::ok)
        })?;
    }
    Ok(())
}

fn chain_row<C: Chain>(name: &str, count: usize) -> io::Result<()> {
    row(name, || timed(|| chain::run::<C>(count as u64), |sum| sum))
}

fn row<A>(name: &str, program: impl FnMut() -> Timed<A>) -> io::Result<()> {
    let median = median_of(RUNS, program);
    writeln!(io::stdout(), "| {name} | {median:.3?} |")
}
