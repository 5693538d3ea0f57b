//! Patterns of dates and times against what Spark writes and reads by them.

use flint_sql_functions::pattern::{Pattern, TimeZone};
use flint_sql_spec::{Result, SqlError};
use serde_json::Value;

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().expect("a text")
}

/// What we answer: text or a number; NULL for unreadable text.
fn ours(case: &Value) -> Result<Value> {
    let zone = TimeZone::of(text(case, "zone"))?;
    let pattern = text(case, "pattern");
    if text(case, "kind") == "format" {
        let mut out = String::new();
        let micros = case["value"].as_i64().expect("a number");
        Pattern::for_writing(pattern)?.write_timestamp(micros, &zone, &mut out)?;
        return Ok(out.into());
    }
    let value = text(case, "value");
    let found = match text(case, "kind") {
        "timestamp" => Pattern::for_reading(pattern)?.read_timestamp(value, &zone),
        _ => Pattern::for_reading_ntz(pattern)?.read_timestamp_ntz(value, true),
    };
    Ok(found.into())
}

fn is_error(case: &Value, error: &SqlError) -> bool {
    let parameters = case["parameters"].as_object().expect("parameters");
    case["error"] == *error.condition().name
        && parameters
            .iter()
            .all(|(key, value)| error.parameter(key) == value.as_str())
}

#[test]
fn patterns_are_those_of_spark() {
    let mut wrong = Vec::new();
    for line in include_str!("../golden/patterns.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let found = ours(&case);
        // Java's overflow has no condition in Spark.
        let unreadable = case["error"] == "CANNOT_PARSE_TIMESTAMP" || case["java"].is_string();
        let right = match &found {
            Ok(value) if unreadable => value.is_null(),
            Ok(value) => case["answer"] == *value && !value.is_null(),
            Err(error) => is_error(&case, error),
        };
        if !right {
            wrong.push(format!("{line}\n  {found:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn brackets_leave_out_what_a_value_has_not() {
    let pattern = Pattern::for_writing("yyyy-MM-dd['T'HH:mm][XXX]").unwrap();
    let mut out = String::new();
    pattern.write_date(0, &mut out).unwrap();
    out.push(' ');
    pattern.write_timestamp_ntz(1, &mut out).unwrap();
    assert_eq!(out, "1970-01-01 1970-01-01T00:00");
    let pattern = Pattern::for_writing("HH:mm").unwrap();
    assert!(pattern.write_date(0, &mut out).is_err());
}
