//! The documented examples of Spark's functions: columns, rows and errors as Spark 4.3 gives them.
//!
//! `tests/golden/functions.jsonl` holds the answers, `functions_wrong.txt` the examples that differ:
//! one a line, `reason: statement`, sorted by statement. An entry that is right again must go, so
//! the list only shrinks. `FLINT_FUNCTIONS_WRITE=1` writes the list anew, keeping known reasons.

use std::collections::BTreeMap;

use flint_sql::SparkSession;
use flint_sql_spec::DataType;
use serde_json::Value;

use crate::cells::texts;

const LIST: &str = "functions_wrong.txt";
const NEW: &str = "differs";

fn path(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn spark() -> SparkSession {
    SparkSession::builder()
        .master("local[1]")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .create()
        .expect("a session")
}

/// Examples known to differ, with the reason.
fn known() -> BTreeMap<String, String> {
    let text = golden(LIST);
    let entries = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    entries
        .map(|line| {
            let (reason, sql) = line.split_once(": ").expect("reason: statement");
            (sql.replace("\\n", "\n"), reason.to_owned())
        })
        .collect()
}

#[test]
fn examples_answer_as_spark_does() {
    let (spark, known) = (spark(), known());
    let (mut wrong, mut healed, mut asked) = (BTreeMap::new(), Vec::new(), 0);
    for line in golden("functions.jsonl").lines() {
        let example: Value = serde_json::from_str(line).expect("JSON");
        let sql = example["sql"].as_str().expect("text");
        asked += 1;
        match (difference(&spark, sql, &example), known.contains_key(sql)) {
            (Some(difference), _) => drop(wrong.insert(sql.to_owned(), difference)),
            (None, true) => healed.push(sql.to_owned()),
            (None, false) => {}
        }
    }
    if std::env::var_os("FLINT_FUNCTIONS_WRITE").is_some() {
        return write(&known, &wrong);
    }
    let new: Vec<_> = wrong
        .iter()
        .filter(|(sql, _)| !known.contains_key(*sql))
        .map(|(sql, difference)| format!("{sql}\n    {difference}"))
        .collect();
    assert!(
        new.is_empty() && healed.is_empty(),
        "{asked} asked, {} differ and are not listed:\n{}\n\n{} are right and still listed:\n{}",
        new.len(),
        new.join("\n"),
        healed.len(),
        healed.join("\n"),
    );
}

/// Writes the list anew.
fn write(known: &BTreeMap<String, String>, wrong: &BTreeMap<String, String>) {
    let old = golden(LIST);
    let head: String = old
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    let entry = |(sql, difference): (&String, &String)| {
        let reason = known.get(sql).filter(|reason| *reason != NEW);
        let reason = reason.cloned().unwrap_or_else(|| reason_of(difference));
        format!("{reason}: {}\n", sql.replace('\n', "\\n"))
    };
    let entries: String = wrong.iter().map(entry).collect();
    std::fs::write(path(LIST), head + &entries).expect("the list can be written");
}

/// A reason that the difference itself tells: the function that is missing, or what is another.
fn reason_of(difference: &str) -> String {
    for (before, after) in [
        ("There is no function `", "`"),
        ("Flint does not support ", " yet"),
    ] {
        if let Some((_, rest)) = difference.split_once(before)
            && let Some((what, _)) = rest.split_once(after)
            && !what.contains(": ")
        {
            return format!("without {what}");
        }
    }
    let kind = match difference {
        text if text.starts_with("struct<") => "other names or types of columns",
        text if text.starts_with("rows;") => "no error",
        text if text.starts_with("[[") => "other rows",
        text if text.contains("; Spark: ") => "another error",
        text => match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
            Some((condition, _)) => return format!("fails with {condition}"),
            None => NEW,
        },
    };
    kind.to_owned()
}

/// What is not as Spark says. A statement that panics differs like any other.
fn difference(spark: &SparkSession, sql: &str, example: &Value) -> Option<String> {
    let run = || spark.run_sql(sql);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    let Ok(result) = result else {
        return Some("panicked".to_owned());
    };
    let wanted = example.get("error").and_then(Value::as_str);
    let found = match (result, wanted) {
        (Ok(found), None) => found,
        (Ok(_), Some(wanted)) => return Some(format!("rows; Spark: {wanted}")),
        (Err(error), Some(wanted)) => {
            let name = &error.condition().name;
            return (name != wanted).then(|| format!("{name}; Spark: {wanted}"));
        }
        (Err(error), None) => return Some(error.to_string().replace('\n', " ")),
    };
    let schema = DataType::Struct(found.schema.clone()).simple_string();
    if let Some(wanted) = example["schema"].as_str()
        && schema != wanted
    {
        return Some(format!("{schema}; Spark: {wanted}"));
    }
    let cells = texts(&found, spark, |data_type| {
        matches!(data_type, DataType::Binary)
    });
    let row = |row: &Value| -> Vec<Option<String>> {
        let cells = row.as_array().expect("cells").iter();
        cells.map(|cell| cell.as_str().map(str::to_owned)).collect()
    };
    let wanted: Vec<_> = example["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(row)
        .collect();
    (cells != wanted).then(|| format!("{cells:?}; Spark: {wanted:?}"))
}
