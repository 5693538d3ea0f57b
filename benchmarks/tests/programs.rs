//! The programs that check themselves, in small: what they check must hold in every build.

use std::path::Path;
use std::process::Command;

/// Runs a program that must succeed; gives what it printed.
fn output(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program)
        .args(arguments)
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {arguments:?}: {errors}");
    String::from_utf8(done.stdout).expect("tables are UTF-8")
}

/// Rows of the Markdown table that a program printed, without head and rule.
fn rows(table: &str) -> Vec<&str> {
    let lines = table.lines().filter(|line| line.starts_with('|'));
    lines.skip(2).collect()
}

#[test]
fn records_beyond_memory_are_sorted_and_grouped() {
    let table = output(env!("CARGO_BIN_EXE_big_records"), &["0.03", "4"]);
    let rows = rows(&table);
    assert_eq!(rows.len(), 2, "{table}");
    assert!(rows[0].starts_with("| sort |"), "{table}");
    assert!(rows[1].starts_with("| group |"), "{table}");
}

#[test]
fn rounds_leave_nothing_behind() {
    let table = output(env!("CARGO_BIN_EXE_rounds"), &["100", "200", "5"]);
    assert_eq!(rows(&table).len(), 10, "{table}");
}

#[test]
fn growth_writes_its_points_and_its_plot() {
    let directory = tempfile::tempdir().unwrap();
    let (csv, svg) = (
        directory.path().join("points.csv"),
        directory.path().join("plot.svg"),
    );
    let text = |path: &Path| path.display().to_string();
    let arguments = ["0.0005", "2", &text(&csv), &text(&svg)];
    let table = output(env!("CARGO_BIN_EXE_growth"), &arguments);
    assert_eq!(
        rows(&table).len(),
        8,
        "four workloads on two sets of threads"
    );
    let points = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(points.lines().count(), 1 + 8 * 4, "{points}");
    let plot = std::fs::read_to_string(&svg).unwrap();
    assert_eq!(plot.matches("<circle").count(), 8 * 4);
}

#[test]
fn wrong_arguments_are_refused() {
    for (program, arguments) in [
        (env!("CARGO_BIN_EXE_big_records"), ["1", "256", "shuffle"]),
        (env!("CARGO_BIN_EXE_rounds"), ["10", "0", "5"]),
        (env!("CARGO_BIN_EXE_growth"), ["1", "0", "points.csv"]),
    ] {
        let done = Command::new(program).args(arguments).output().unwrap();
        assert!(!done.status.success(), "{program} {arguments:?}");
        assert!(String::from_utf8_lossy(&done.stderr).contains("usage"));
    }
}

#[test]
fn queries_are_timed() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().display().to_string();
    let only = ["--only", "q6", "--engines", "flint", "--data", &data];
    let arguments = [&["tpch", "0.001"], &only[..]].concat();
    let table = output(env!("CARGO_BIN_EXE_sql"), &arguments);
    let rows = rows(&table);
    assert_eq!(rows.len(), 2, "{table}");
    assert!(rows[0].starts_with("| q6 |"), "{table}");
    assert!(rows[1].contains("(1)"), "{table}");
}
