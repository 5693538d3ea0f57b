//! Times TPC-H or TPC-DS: `sql tpch|tpcds SCALE [--only q1,q6] [--engines flint,duckdb] [--threads N]
//! [--data DIR]`.
//!
//! Makes the data at SCALE once, as Parquet below DIR (the system's temporary directory unless
//! given), and runs every query on each engine in turn: one round that is not counted, then seven.
//! The clock runs from the text to all rows in memory. The table holds medians, and how many times
//! Flint's speed each other engine has; the row at the end has the geometric mean of those.
//!
//! Engines: `flint`; `datafusion` as it comes, in builds with the feature `stock`; `spark`, `duckdb`
//! and `polars` where a Python has them. `SPARK_PYTHON`, `DUCKDB_PYTHON` and `POLARS_PYTHON` name the
//! Python, `python3` unless given. An engine that is not there is left out, and said so. What an
//! engine can't answer has no time and is listed below the table.

mod child;
mod engine;
mod flint;
mod report;
#[cfg(feature = "stock")]
mod stock;

use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use flint_sql_tpc::{Benchmark, Data, Query};

use engine::{Engine, Outcome};
use report::{Report, Row};

/// Odd, so that the median is one of the runs.
const RUNS: usize = 7;
const ENGINES: [&str; 5] = ["flint", "datafusion", "spark", "duckdb", "polars"];
const USAGE: &str = "usage: sql tpch|tpcds SCALE [--only q1,q6] [--engines flint,duckdb] [--threads N] [--data DIR]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match Options::of(&args).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line says.
struct Options {
    benchmark: Benchmark,
    scale: f64,
    /// Names of queries; all, if there are none.
    only: Vec<String>,
    engines: Vec<String>,
    threads: NonZero<usize>,
    data: PathBuf,
}

impl Options {
    fn of(args: &[String]) -> Outcome<Options> {
        let (Some(benchmark), Some(scale)) = (args.first(), args.get(1)) else {
            return Err(USAGE.into());
        };
        let mut options = Options {
            benchmark: benchmark.parse()?,
            scale: scale.parse()?,
            only: Vec::new(),
            engines: ENGINES.map(str::to_owned).to_vec(),
            threads: std::thread::available_parallelism()?,
            data: std::env::temp_dir().join("flint-tpc"),
        };
        for pair in args[2..].chunks(2) {
            let [name, value] = pair else {
                return Err(USAGE.into());
            };
            match name.as_str() {
                "--only" => options.only = names(value),
                "--engines" => options.engines = known(names(value))?,
                "--threads" => options.threads = value.parse()?,
                "--data" => options.data = PathBuf::from_str(value)?,
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

fn known(engines: Vec<String>) -> Outcome<Vec<String>> {
    match engines
        .iter()
        .find(|name| !ENGINES.contains(&name.as_str()))
    {
        Some(name) => Err(format!("{name} is none of {}", ENGINES.join(", ")).into()),
        None => Ok(engines),
    }
}

fn run(options: &Options) -> Outcome {
    let Options {
        benchmark, scale, ..
    } = *options;
    let data = options.data.join(format!("{benchmark}-{scale}"));
    // Twice as many files as threads, so that no engine waits for one that reads the last file.
    let files = 2 * options.threads.get();
    let data = data.join(format!("{files}"));
    std::fs::create_dir_all(data.parent().unwrap_or(&data))?;
    Data::new(benchmark, scale).write_parquet(&data, files)?;
    let mut engines = start(options, &data);
    if engines.is_empty() {
        return Err("no engine is there".into());
    }
    let mut report = Report::new(
        engines
            .iter()
            .map(|engine| engine.name().to_owned())
            .collect(),
    );
    let mut out = io::stdout();
    writeln!(out, "{}", report.head())?;
    for query in benchmark.queries()? {
        if options.only.is_empty() || options.only.contains(&query.name) {
            let row = time(&mut engines, &query);
            writeln!(out, "{}", report.add(row))?;
            out.flush()?;
        }
    }
    writeln!(out, "{}", report.tail())?;
    Ok(())
}

/// The engines that are there; the others are told.
fn start(options: &Options, data: &Path) -> Vec<Box<dyn Engine>> {
    let mut engines: Vec<Box<dyn Engine>> = Vec::new();
    for name in &options.engines {
        match open(name, options, data) {
            Ok(engine) => engines.push(engine),
            Err(e) => eprintln!("without {name}: {e}"),
        }
    }
    engines
}

fn open(name: &str, options: &Options, data: &Path) -> Outcome<Box<dyn Engine>> {
    let threads = options.threads;
    let tables: Vec<&str> = options.benchmark.tables().collect();
    Ok(match name {
        "flint" => Box::new(flint::Flint::open(data, &tables, threads)?),
        #[cfg(feature = "stock")]
        "datafusion" => Box::new(stock::Stock::open(data, &tables, threads)?),
        #[cfg(not(feature = "stock"))]
        "datafusion" => return Err("built without the feature `stock`".into()),
        python => Box::new(child::Child::start(python, data, threads)?),
    })
}

/// Runs a query on all engines in turn. An engine that fails is not asked again.
fn time(engines: &mut [Box<dyn Engine>], query: &Query) -> Row {
    let mut row = Row::new(&query.name, engines.len());
    for round in 0..=RUNS {
        for (at, engine) in engines.iter_mut().enumerate() {
            if row.failed(at) {
                continue;
            }
            match engine.run(&query.text) {
                Ok(answer) => row.add(at, answer, round > 0),
                Err(e) => row.fail(at, &e.to_string()),
            }
        }
    }
    row
}
