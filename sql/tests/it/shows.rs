//! What `show()` prints, beside what Spark prints (`golden/make_shows.py`).

use flint_sql::SparkSession;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    query: String,
    rows: usize,
    truncate: usize,
    vertical: bool,
    text: String,
}

#[test]
fn tables_are_printed_as_spark_does() {
    let builder = SparkSession::builder().master("local[1]");
    let zone = ("spark.sql.session.timeZone", "Europe/Berlin");
    let spark = builder.config(zone.0, zone.1).create().expect("a session");
    let mut wrong = Vec::new();
    for line in include_str!("../golden/shows.jsonl").lines() {
        let case: Case = serde_json::from_str(line).expect("a case");
        let frame = spark.sql(&case.query);
        let shown = frame.show_string(case.rows, case.truncate, case.vertical);
        let shown = shown.unwrap_or_else(|error| error.to_string());
        if shown != case.text {
            wrong.push(format!("{}\n{shown}\nSpark:\n{}", case.query, case.text));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
