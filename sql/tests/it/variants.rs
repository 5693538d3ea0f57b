//! Variants: columns, bytes and errors as Spark 4.3 gives them. `tests/golden/make_variants.py` asked.
//!
//! `variants_wrong.txt` lists what differs, `reason: statement` a line; the list only shrinks.
//! `FLINT_VARIANTS_WRITE=1` writes it anew, keeping known reasons.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray};
use flint_sql::{QueryResult, Result, SparkSession};
use flint_sql_spec::DataType;
use serde_json::Value;

use crate::cells::texts;

const LIST: &str = "variants_wrong.txt";

fn path(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What the bytes of a column of variants are.
fn bytes(column: &ArrayRef, row: usize) -> String {
    let hex = |name: &str| {
        let part = column.as_struct().column_by_name(name).expect("a part");
        let bytes = part.as_binary::<i32>().value(row);
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    format!("{} {}", hex("value"), hex("metadata"))
}

/// Cells as the golden file has them.
fn cells(result: &QueryResult, spark: &SparkSession) -> Vec<Vec<Option<String>>> {
    let mut rows = texts(result, spark, |kind| *kind == DataType::Binary);
    let types: Vec<_> = result.schema.iter().map(|field| &field.data_type).collect();
    let mut at = 0;
    for batch in &result.batches {
        for row in 0..batch.num_rows() {
            for (place, column) in batch.columns().iter().enumerate() {
                let cell = &mut rows[at][place];
                if *types[place] == DataType::Variant && column.is_valid(row) {
                    *cell = Some(bytes(column, row));
                } else if *types[place] == DataType::Binary {
                    *cell = cell.take().map(|hex| hex.to_lowercase());
                }
            }
            at += 1;
        }
    }
    rows
}

/// What a statement gives, as the golden file tells it.
fn answer(spark: &SparkSession, sql: &str) -> Result<(String, Value, Value)> {
    let found = spark.run_sql(sql)?;
    let nullable = found.schema.iter().map(|field| field.nullable).collect();
    let shown = DataType::Struct(found.schema.clone()).simple_string();
    let rows = serde_json::to_value(cells(&found, spark)).expect("JSON");
    Ok((shown, nullable, rows))
}

/// What differs from Spark, if anything does.
fn difference(spark: &SparkSession, sql: &str, case: &Value) -> Option<String> {
    let run = || answer(spark, sql);
    let Ok(found) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) else {
        return Some("panics".to_owned());
    };
    match (found, case.get("error")) {
        (Err(error), Some(expected)) => {
            let condition = &error.condition().name;
            if Some(condition.as_ref()) != expected.as_str() {
                return Some(format!("{error}; Spark: {expected}"));
            }
            let parameters = case.get("parameters").and_then(Value::as_object)?;
            let other = parameters
                .iter()
                .find(|(name, value)| *name != "hint" && error.parameter(name) != value.as_str());
            other.map(|(name, value)| {
                format!(
                    "{condition}: {name} is {:?}; Spark: {value}",
                    error.parameter(name)
                )
            })
        }
        (Err(error), None) => Some(format!("fails with {error}")),
        (Ok(found), Some(expected)) => Some(format!("{found:?}; Spark: {expected}")),
        (Ok((schema, nullable, rows)), None) => {
            if Some(schema.as_str()) != case["schema"].as_str() {
                return Some(format!("{schema}; Spark: {}", case["schema"]));
            }
            if nullable != case["nullable"] {
                return Some(format!("nullable {nullable}; Spark: {}", case["nullable"]));
            }
            (rows != case["rows"]).then(|| format!("{rows}; Spark: {}", case["rows"]))
        }
    }
}

/// A reason that the difference itself tells.
fn kind(why: &str) -> String {
    let condition = |text: &str| text.split([']', ':']).next().map(|c| c.replace('[', ""));
    match why.split_once("; Spark: ") {
        None => condition(why).unwrap_or_else(|| why.to_owned()),
        Some((found, _)) if found.starts_with("struct<") => "another type".to_owned(),
        Some((found, _)) if found.starts_with("nullable") => "another nullability".to_owned(),
        Some((found, _)) if found.starts_with("[[") => "other rows".to_owned(),
        Some((_, spark)) => format!("another end than {}", condition(spark).unwrap_or_default()),
    }
}

fn known() -> BTreeMap<String, String> {
    let text = golden(LIST);
    let entries = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let entry = |line: &str| {
        let (reason, sql) = line.split_once(": ").expect("reason: statement");
        (sql.to_owned(), reason.to_owned())
    };
    entries.map(entry).collect()
}

#[test]
fn variants_are_those_of_spark() {
    let spark = SparkSession::builder()
        .master("local[1]")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .create()
        .expect("a session");
    let (known, mut wrong) = (known(), BTreeMap::new());
    for line in golden("variants.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let sql = case["sql"].as_str().expect("text").to_owned();
        if let Some(difference) = difference(&spark, &sql, &case) {
            wrong.insert(sql, difference);
        }
    }
    if std::env::var_os("FLINT_VARIANTS_WRITE").is_some() {
        let reason = |sql: &String, why: &str| known.get(sql).cloned().unwrap_or_else(|| kind(why));
        let lines: String = wrong
            .iter()
            .map(|(sql, why)| format!("{}: {sql}\n", reason(sql, why)))
            .collect();
        let head = "# Statements of variants.jsonl that differ: `reason: statement`.\n";
        return std::fs::write(path(LIST), format!("{head}{lines}")).expect("a list");
    }
    let new = wrong.iter().filter(|(sql, _)| !known.contains_key(*sql));
    let new: Vec<_> = new.map(|(sql, why)| format!("{sql}\n    {why}")).collect();
    let healed: Vec<_> = known
        .keys()
        .filter(|sql| !wrong.contains_key(*sql))
        .collect();
    assert!(
        new.is_empty() && healed.is_empty(),
        "{} differ and are not listed:\n{}\n\nright and still listed: {healed:#?}",
        new.len(),
        new.join("\n"),
    );
}
