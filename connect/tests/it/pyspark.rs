//! Unmodified PySpark programs against our server.
//!
//! They need a Python with PySpark's client: the one that `FLINT_PYSPARK_CONNECT` names, or else one
//! that the first test to need it makes below the target directory, from the package index. Where
//! that cannot be had, the tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use flint_connect::ConnectServer;
use flint_sql_tpc::{Benchmark, Data};

use crate::client::server;

/// What is installed where no Python is named.
const PACKAGE: &str = "pyspark[connect]==4.3.0";

/// The Python of these tests, if there is one.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| match std::env::var_os("FLINT_PYSPARK_CONNECT") {
        Some(python) => Some(python.into()),
        None => installed(),
    });
    found.as_deref()
}

/// A virtual environment, made once for the target directory.
fn installed() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pyspark-connect-4.3");
    let (python, done) = (folder.join("bin/python"), folder.join("done"));
    if done.exists() {
        return Some(python);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--retries", "1", PACKAGE]);
    for mut step in [venv, pip] {
        match step.output() {
            Ok(output) if output.status.success() => {}
            other => {
                eprintln!("{PACKAGE} cannot be installed: {other:?}");
                return None;
            }
        }
    }
    fs::write(done, PACKAGE).ok()?;
    Some(python)
}

/// Runs a program of `tests/pyspark` with a server's address; `None` without a Python.
fn run(address: &str, program: &str, args: &[&str]) -> Option<Output> {
    let Some(python) = python() else {
        eprintln!("SKIPPED: {program} needs a Python with {PACKAGE}");
        return None;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pyspark");
    let mut command = Command::new(python);
    command
        .current_dir(&folder)
        .args(["-W", "ignore", program])
        .arg(address)
        .args(args);
    Some(command.output().expect("Python starts"))
}

/// Asserts that a program found nothing wrong with a server.
fn is_right(server: &ConnectServer, program: &str, args: &[&str]) {
    is_right_at(&format!("sc://{}", server.address()), program, args);
}

/// The same of a server that is elsewhere.
pub(crate) fn is_right_at(address: &str, program: &str, args: &[&str]) {
    let Some(output) = run(address, program, args) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}:\n{told}\n{wrong}");
}

#[test]
fn a_users_first_hour_goes_well() {
    is_right(&server(|builder| builder), "smoke.py", &[]);
}

#[test]
fn progress_reaches_the_handlers_of_a_program() {
    is_right(&server(|builder| builder), "progress.py", &[]);
}

#[test]
fn documented_examples_that_passed_still_pass() {
    let modules = "column,group,window,conf,types,catalog";
    let args = ["--modules", modules, "--passing", "docstrings_flint.jsonl"];
    is_right(&server(|builder| builder), "docstrings.py", &args);
}

#[test]
fn tpch_gives_sparks_answers() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connect-tpch-0.01");
    let written = Data::new(Benchmark::TpcH, 0.01).write_parquet(&folder, 3);
    written.expect("the tables are written");
    let folder = folder.to_string_lossy();
    is_right(&server(|builder| builder), "tpc.py", &["tpch", &folder]);
}
