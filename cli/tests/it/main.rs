//! The `flint` program as its users run it.

mod connect;
mod sql;
mod submit;
mod texts;

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

/// The program with arguments, in an environment that nobody has set anything in.
fn flint(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flint"));
    let ours = ["FLINT_", "SPARK_", "PYSPARK_"];
    for (name, _) in std::env::vars() {
        if ours.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.args(args).stdin(Stdio::null());
    command
}

/// What has ended.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("results are text"),
        err: String::from_utf8(output.stderr).expect("errors are text"),
    }
}

/// Runs the program to its end.
fn run(args: &[&str]) -> Ended {
    ended(flint(args).output().expect("the program starts"))
}

/// Runs the program to its end over a text on its standard input.
fn run_over(args: &[&str], input: &str) -> Ended {
    let mut command = flint(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it is read");
    drop(stdin);
    ended(child.wait_with_output().expect("it ends"))
}

/// What a program that must succeed writes.
fn out_of(args: &[&str]) -> String {
    let ended = run(args);
    assert_eq!(ended.code, 0, "{args:?}: {}", ended.err);
    ended.out
}

/// Sends a signal to a program that runs.
fn send(signal: &str, child: &Child) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{signal}")).arg(child.id().to_string());
    assert!(kill.status().expect("kill is there").success());
}

/// A Python with `pyspark[connect]`, of the variable `FLINT_PYSPARK_CONNECT`.
fn pyspark() -> Option<String> {
    let python = std::env::var("FLINT_PYSPARK_CONNECT").ok();
    if python.is_none() {
        let told = "SKIPPED: FLINT_PYSPARK_CONNECT names no Python with pyspark[connect]\n";
        // Beside what the test harness catches.
        let _ = std::io::stderr().write_all(told.as_bytes());
    }
    python
}
