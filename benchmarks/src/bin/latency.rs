//! What a query costs before it has any rows to work on: `latency [ROUNDS]`.
//!
//! Times, from text to rows in memory, of queries over hardly any rows: their time is planning and
//! starting. Medians of ROUNDS runs (21 unless given) in one warm session, beside the aim of each;
//! and from the start of a process to its first row, the median of as many processes.

use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use flint_sql::SparkSession;

type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What the program is called with to be the process that is timed.
const FIRST_ROW: &str = "first-row";

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let outcome = match argument.as_deref() {
        Some(FIRST_ROW) => first_row(),
        Some(rounds) => rounds.parse().map_err(Into::into).and_then(run),
        None => run(21),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn session() -> Outcome<SparkSession> {
    Ok(SparkSession::builder()
        .master("local[2]")
        .config("spark.ui.showConsoleProgress", false)
        .create()?)
}

/// A whole program: a session, a query, its row.
fn first_row() -> Outcome {
    let rows = session()?.sql("SELECT 1").collect()?;
    if rows.len() != 1 {
        return Err("there is not one row".into());
    }
    Ok(())
}

fn run(rounds: usize) -> Outcome {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| from text to rows | median | aim |\n| --- | ---: | ---: |"
    )?;
    let mut row = |name: &str, time: Duration, aim: &str| {
        writeln!(
            out,
            "| {name} | {:.2} ms | {aim} |",
            time.as_secs_f64() * 1e3
        )
    };
    let program = std::env::current_exe()?;
    let start = || -> Outcome {
        let status = Command::new(&program).arg(FIRST_ROW).status()?;
        if status.success() {
            Ok(())
        } else {
            Err("a process failed".into())
        }
    };
    row(
        "process start to first row",
        median(rounds, start)?,
        "60 ms",
    )?;
    let session = session()?;
    let values: Vec<String> = (0..300).map(|at| format!("{at} AS c{at}")).collect();
    session.run_sql(&format!(
        "CREATE TEMPORARY VIEW wide AS SELECT {}",
        values.join(", ")
    ))?;
    for (name, text, aim) in queries() {
        let time = median(rounds, || Ok(session.run_sql(&text).map(drop)?))?;
        row(name, time, aim)?;
    }
    Ok(())
}

/// Queries with their names and aims.
fn queries() -> [(&'static str, String, &'static str); 4] {
    let columns: Vec<String> = (0..300).map(|at| format!("c{at} + 1 AS d{at}")).collect();
    let items: Vec<String> = (0..10_000).map(|item| item.to_string()).collect();
    let selects: Vec<String> = (0..1_000).map(|n| format!("SELECT {n} AS n")).collect();
    [
        ("`SELECT 1`", "SELECT 1".to_owned(), "1 ms"),
        (
            "300 columns",
            format!("SELECT {} FROM wide WHERE c7 = 7", columns.join(", ")),
            "20 ms",
        ),
        (
            "`IN` of 10,000 items",
            format!(
                "SELECT id FROM range(10) WHERE id IN ({})",
                items.join(", ")
            ),
            "1 s",
        ),
        (
            "`UNION ALL` of 1,000 queries",
            selects.join(" UNION ALL "),
            "1 s",
        ),
    ]
}

/// The median time of an action, after one run that is not counted.
fn median(rounds: usize, mut action: impl FnMut() -> Outcome) -> Outcome<Duration> {
    action()?;
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        action()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}
