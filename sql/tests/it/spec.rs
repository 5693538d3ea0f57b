//! Compares what methods write with what the parser makes of SQL text.

use flint_sql::{Column, DataFrame, SparkSession};
use flint_sql_parser::{parse_expression, parse_query};
use serde_json::Value;

pub(crate) fn spark() -> SparkSession {
    let builder = SparkSession::builder().master("local[1]");
    builder.create().expect("a session")
}

/// The table `t`.
pub(crate) fn t() -> DataFrame {
    spark().table("t")
}

/// Leaves out what text cannot say: plan ids and places in the program.
fn without_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "plan_id" && name != "origin");
            fields.values_mut().for_each(without_places);
        }
        Value::Array(values) => values.iter_mut().for_each(without_places),
        _ => {}
    }
}

fn plain(value: impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(value).expect("a spec is plain data");
    without_places(&mut value);
    value
}

/// Asserts that a column is what the text means.
#[track_caller]
pub(crate) fn is_expr(column: impl Into<Column>, text: &str) {
    let written = column.into().to_expr().expect("has no fault");
    let parsed = parse_expression(text).expect("is valid SQL");
    assert_eq!(plain(&written), plain(&parsed), "{text}");
}

/// Asserts that a DataFrame is what the query means.
#[track_caller]
pub(crate) fn is_query(frame: &DataFrame, text: &str) {
    let written = frame.to_relation().expect("has no fault");
    let parsed = parse_query(text).expect("is valid SQL");
    assert_eq!(plain(&written), plain(&parsed), "{text}");
}
