//! Statements over small tables, row by row against Spark's answers.
//!
//! `tests/golden/make_rows.py` made `rows.jsonl`. What is known to differ is in `rows_wrong.txt`,
//! each with its reason; an entry that is right again must go. `FLINT_ROWS_WRITE=1` adds what is new.

use std::collections::BTreeMap;

use flint_sql::SparkSession;
use flint_sql_spec::DataType;
use serde_json::Value;

use crate::cells::texts;

fn golden(name: &str) -> String {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn spark() -> SparkSession {
    let spark = SparkSession::builder()
        .master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", 3)
        .create()
        .expect("a session");
    for statement in golden("tables.sql").split(";\n") {
        if !statement.trim().is_empty() {
            spark
                .run_sql(statement)
                .unwrap_or_else(|e| panic!("{statement}: {e}"));
        }
    }
    spark
}

/// Statements known to differ, as `ansi|statement`, with the reason.
fn known() -> BTreeMap<String, String> {
    let text = golden("rows_wrong.txt");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (reason, statement) = line.split_once(": ").expect("reason: ansi|statement");
            (statement.to_owned(), reason.to_owned())
        })
        .collect()
}

#[test]
fn rows_are_sparks() {
    let spark = spark();
    let mut known = known();
    let (mut wrong, mut healed, mut right) = (Vec::new(), Vec::new(), 0);
    for line in golden("rows.jsonl").lines() {
        let answer: Value = serde_json::from_str(line).expect("JSON");
        let sql = answer["sql"].as_str().expect("text");
        let ansi = answer["ansi"].as_bool().expect("a flag");
        spark
            .conf()
            .set("spark.sql.ansi.enabled", ansi)
            .expect("a key");
        let difference = differs(&spark, sql, &answer);
        let entry = format!("{}|{sql}", if ansi { "ansi" } else { "legacy" });
        match (difference, known.remove(&entry)) {
            (None, None) => right += 1,
            // What hangs on chance may be right for once.
            (None, Some(reason)) if reason.starts_with("chance") => {}
            (None, Some(_)) => healed.push(entry),
            (Some(difference), None) => wrong.push(format!("{entry}\n    {difference}")),
            (Some(_), Some(_)) => {}
        }
    }
    let gone: Vec<String> = known.into_keys().collect();
    if std::env::var_os("FLINT_ROWS_WRITE").is_some() {
        write_list(&wrong);
        return;
    }
    assert!(
        wrong.is_empty() && healed.is_empty() && gone.is_empty(),
        "{right} right, {} wrong:\n{}\n\nright again:\n{}\n\nnot asked:\n{}",
        wrong.len(),
        wrong.join("\n"),
        healed.join("\n"),
        gone.join("\n"),
    );
}

/// Writes the list anew: what was known keeps its reason, what is new is for somebody to look at.
fn write_list(wrong: &[String]) {
    let path = format!("{}/tests/golden/rows_wrong.txt", env!("CARGO_MANIFEST_DIR"));
    let mut text = golden("rows_wrong.txt");
    for entry in wrong {
        let (statement, difference) = entry.split_once("\n    ").expect("two lines");
        let missing = difference
            .split_once("does not support ")
            .map(|(_, rest)| rest);
        let reason = match missing.and_then(|rest| rest.split_once(" yet")) {
            Some((what, _)) => format!("needs {what}"),
            None => "differs".to_owned(),
        };
        text.push_str(&format!("{reason}: {statement}\n"));
    }
    std::fs::write(&path, text).expect("the list is written");
}

/// What is not as Spark says.
fn differs(spark: &SparkSession, sql: &str, answer: &Value) -> Option<String> {
    let found = match spark.run_sql(sql) {
        Ok(found) => found,
        Err(error) if answer.get("condition").is_some() => {
            let condition = answer["condition"].as_str()?;
            let name = &error.condition().name;
            return (name != condition).then(|| format!("{error}; Spark: {condition}"));
        }
        Err(error) => return Some(error.to_string().replace('\n', " ")),
    };
    let mut found = texts(&found, spark, |data_type| {
        matches!(data_type, DataType::Binary)
    });
    let Some(rows) = answer.get("rows") else {
        return Some(format!("rows {found:?}; Spark: {}", answer["condition"]));
    };
    let row = |row: &Value| -> Vec<Option<String>> {
        let cells = row.as_array().expect("cells").iter();
        cells.map(|cell| cell.as_str().map(str::to_owned)).collect()
    };
    let mut expected: Vec<_> = rows.as_array().expect("rows").iter().map(row).collect();
    if !is_ordered(sql) {
        found.sort();
        expected.sort();
    }
    (found != expected).then(|| format!("{found:?}; Spark: {expected:?}"))
}

/// Whether the statement ends with an order of its rows.
fn is_ordered(sql: &str) -> bool {
    match sql.rfind("ORDER BY") {
        Some(at) => !sql[at..].contains(')'),
        None => false,
    }
}
