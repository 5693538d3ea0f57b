//! `flint-sql-tpc data tpch|tpcds SCALE DIR [FILES]` writes a benchmark's data as Parquet: each table
//! a directory of at most FILES files (1 unless given) below DIR. If DIR holds it already, nothing
//! is done.

use std::path::Path;
use std::process::ExitCode;

use flint_sql_tpc::{Benchmark, Data};

const USAGE: &str = "usage: flint-sql-tpc data tpch|tpcds SCALE DIR [FILES]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let (benchmark, scale, dir, files) = match *args {
        ["data", benchmark, scale, dir] => (benchmark, scale, dir, "1"),
        ["data", benchmark, scale, dir, files] => (benchmark, scale, dir, files),
        _ => return Err(USAGE.into()),
    };
    let benchmark: Benchmark = benchmark.parse()?;
    let scale = scale.parse().map_err(|_| USAGE)?;
    let files = files.parse().map_err(|_| USAGE)?;
    Ok(Data::new(benchmark, scale).write_parquet(Path::new(dir), files)?)
}
