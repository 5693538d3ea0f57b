//! Every statement of `golden/statements.txt` parses or fails as Spark 4.3 says.
//!
//! What differs on purpose is in `DIFFERENT`, with the reason; one that no longer differs fails the
//! test too, so that the list stays true.

use std::fmt::Write;

use flint_sql_parser::parse_plan;
use serde_json::Value;

const PARSED: &str = include_str!("../golden/parsed.jsonl");

/// Statements whose answer differs from Spark's, by their text.
const DIFFERENT: &[&str] = &[
    // Spark reports the first token of a construct that never ends, as `case` could be a name; we
    // report the token that is wrong.
    "select case when a then b",
    "select case when a then",
    "select cast(a as map<int>)",
    "select sum(a) over (groups between 1 preceding and current row)",
    "select sum(a) over (partition a)",
    "select (a from t",
    // An error of Spark's without a stable name; ours has one.
    "select interval '1x' day",
    // Rows through a SerDe parse here; whether Hive is there is asked later.
    "select transform(a) row format delimited fields terminated by ',' using 'cat' as (x) \
     row format serde 'c' with serdeproperties ('a' = 'b') from t",
];

fn ours(text: &str) -> Value {
    match parse_plan(text) {
        Ok(_) => serde_json::json!({"sql": text, "ok": true}),
        Err(error) => {
            let context = error.contexts().first();
            serde_json::json!({
                "sql": text,
                "condition": error.condition().name,
                "state": error.sql_state(),
                "line": context.map(|context| context.line),
                "pos": context.map(|context| context.position),
            })
        }
    }
}

/// Whether both say the same; Spark leaves out the place of some errors and the state of old ones.
fn agree(spark: &Value, ours: &Value) -> bool {
    spark.get("ok") == ours.get("ok")
        && ["condition", "state", "line", "pos"].iter().all(|key| {
            spark
                .get(key)
                .is_none_or(|known| known.is_null() || Some(known) == ours.get(key))
        })
}

#[test]
fn statements_parse_and_fail_as_in_spark() {
    let mut report = String::new();
    let mut count = 0;
    for line in PARSED.lines() {
        let spark: Value = serde_json::from_str(line).expect("the file is JSON, one value a line");
        let text = spark["sql"].as_str().expect("each value has its statement");
        let ours = ours(text);
        let expected = !DIFFERENT.contains(&text);
        if agree(&spark, &ours) != expected {
            let _ = writeln!(report, "spark {spark}\n ours {ours}");
            count += 1;
        }
    }
    assert_eq!(count, 0, "{count} statements:\n{report}");
}
