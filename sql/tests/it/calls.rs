//! Single calls of functions of dates, times and formats: types, values and errors as Spark 4.3
//! gives them, in ANSI mode and the legacy one. `tests/golden/make_calls.py` asked.
//!
//! `calls_wrong.txt` lists what differs, `ansi|call` or `legacy|call` a line; the list only shrinks.
//! `FLINT_CALLS_WRITE=1` writes it anew.

use std::collections::BTreeSet;

use flint_sql::{Result, SparkSession};
use serde_json::Value;

const LIST: &str = "calls_wrong.txt";

fn path(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn spark(ansi: bool) -> SparkSession {
    SparkSession::builder()
        .master("local[1]")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .config("spark.sql.ansi.enabled", ansi)
        .create()
        .expect("a session")
}

/// The type and the value as text.
fn ours(spark: &SparkSession, call: &str) -> Result<(String, Option<String>)> {
    let frame = spark.sql(&format!("SELECT {call} AS v"));
    let data_type = frame
        .schema()?
        .iter()
        .next()
        .expect("a column")
        .data_type
        .simple_string();
    let rows = spark
        .sql(&format!(
            "SELECT CAST(v AS STRING) AS v FROM (SELECT {call} AS v)"
        ))
        .collect()?;
    Ok((data_type, rows[0].get_by_name::<Option<String>>("v")?))
}

/// What differs from Spark, if anything does. Messages of Java, which have no condition, count as any
/// error.
fn difference(spark: &SparkSession, case: &Value) -> Option<String> {
    let call = case["sql"].as_str().expect("text");
    let run = || ours(spark, call);
    let Ok(found) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) else {
        return Some("panicked".to_owned());
    };
    let fails = case.get("error").is_some();
    match found {
        Ok(found) if fails => Some(format!("{found:?}; Spark: {}", case["error"])),
        Ok((data_type, value)) => {
            let right = case["type"] == data_type && case["value"].as_str() == value.as_deref();
            (!right).then(|| {
                format!(
                    "{data_type} {value:?}; Spark: {} {}",
                    case["type"], case["value"]
                )
            })
        }
        Err(error) if !fails => Some(format!("{error}; Spark: {}", case["value"])),
        Err(error) => {
            let is_java = case["error"].is_null();
            let parameters = case["parameters"].as_object();
            let same = parameters.into_iter().flatten().all(|(key, value)| {
                // Java's words about text that it can't read.
                key == "message" || error.parameter(key) == value.as_str()
            });
            let right = is_java || (case["error"] == *error.condition().name && same);
            (!right).then(|| format!("{error:?}; Spark: {} {parameters:?}", case["error"]))
        }
    }
}

#[test]
fn calls_answer_as_spark_does() {
    let known: BTreeSet<String> = golden(LIST).lines().map(str::to_owned).collect();
    let (ansi, legacy) = (spark(true), spark(false));
    let (mut wrong, mut new) = (BTreeSet::new(), Vec::new());
    for line in golden("calls.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let (spark, mode) = match case["ansi"].as_bool() {
            Some(true) => (&ansi, "ansi"),
            _ => (&legacy, "legacy"),
        };
        if let Some(difference) = difference(spark, &case) {
            let entry = format!("{mode}|{}", case["sql"].as_str().expect("text"));
            if !known.contains(&entry) {
                new.push(format!("{entry}\n    {difference}"));
            }
            wrong.insert(entry);
        }
    }
    if std::env::var_os("FLINT_CALLS_WRITE").is_some() {
        let lines: Vec<String> = wrong.iter().map(|entry| format!("{entry}\n")).collect();
        std::fs::write(path(LIST), lines.concat()).expect("the list is ours to write");
        return;
    }
    let healed: Vec<_> = known.difference(&wrong).cloned().collect();
    assert!(
        new.is_empty() && healed.is_empty(),
        "{} differ and are not listed:\n{}\n\n{} are right and still listed:\n{}",
        new.len(),
        new.join("\n"),
        healed.len(),
        healed.join("\n"),
    );
}
