//! Sketches beside Spark's: bytes, estimates, schemas and error conditions.
//!
//! `tests/golden/make_sketches.py` asked Spark. `sketches_wrong.txt` lists what differs, each line
//! `reason: statement`; the list only shrinks. `FLINT_SKETCHES_WRITE=1` writes it anew.

use std::collections::BTreeMap;

use flint_sql::SparkSession;
use flint_sql_spec::DataType;
use serde_json::Value;

use crate::cells::texts;

const LIST: &str = "sketches_wrong.txt";

fn path(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What differs and why, and the two answers.
fn difference(spark: &SparkSession, case: &Value) -> Option<(String, String)> {
    let found = spark.run_sql(case["sql"].as_str().expect("text"));
    match found {
        Err(error) => {
            let name = &*error.condition().name;
            if case["error"] != *name {
                return Some((format!("fails with {name}"), error.to_string()));
            }
            // Spark names columns with their relations there, and has words of its own for checks.
            let own = ["inputExpr", "msg", "proposal"];
            let parameters = case["parameters"].as_object()?.iter();
            let wrong = parameters
                .filter(|(key, _)| !own.contains(&key.as_str()))
                .find(|(key, value)| error.parameter(key) != value.as_str());
            wrong.map(|(key, _)| (format!("another {key}"), error.to_string()))
        }
        Ok(found) => {
            if let Some(error) = case["error"].as_str() {
                return Some(("no error".to_owned(), error.to_owned()));
            }
            let fields = found.schema.iter().cloned();
            let schema = DataType::structure(fields).simple_string();
            if case["schema"] != *schema {
                return Some(("another schema".to_owned(), schema));
            }
            let is_binary = |data_type: &DataType| *data_type == DataType::Binary;
            let rows = serde_json::to_value(texts(&found, spark, is_binary)).expect("texts");
            (case["rows"] != rows).then(|| ("other rows".to_owned(), rows.to_string()))
        }
    }
}

#[test]
fn sketches_are_sparks() {
    let spark = SparkSession::builder()
        .master("local[1]")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .create()
        .expect("a session");
    let list = golden(LIST);
    let mut known: BTreeMap<&str, &str> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(reason, sql)| (sql, reason))
        .collect();
    let (mut wrong, mut lines) = (Vec::new(), Vec::new());
    let mut healed = Vec::new();
    for line in golden("sketches.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let sql = case["sql"].as_str().expect("text");
        match (difference(&spark, &case), known.remove(sql)) {
            (Some((reason, ours)), expected) => {
                if expected != Some(reason.as_str()) {
                    wrong.push(format!("{reason}: {sql}\n    {ours}; Spark: {case}"));
                }
                lines.push(format!("{reason}: {sql}\n"));
            }
            (None, Some(_)) => healed.push(sql.to_owned()),
            (None, None) => {}
        }
    }
    if std::env::var_os("FLINT_SKETCHES_WRITE").is_some() {
        lines.sort();
        lines.insert(
            0,
            "# Answers that differ, each line `reason: statement`.\n".to_owned(),
        );
        std::fs::write(path(LIST), lines.concat()).expect("the list is ours to write");
        println!("{}", wrong.join("\n"));
        return;
    }
    assert!(
        wrong.is_empty() && healed.is_empty() && known.is_empty(),
        "wrong:\n{}\nright again:\n{}\nnot asked: {known:?}",
        wrong.join("\n"),
        healed.join("\n"),
    );
}
