//! Each kind of difference is found, and what is no difference is none.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array, StringArray};
use serde_json::{Value, json};

use super::*;

/// An answer of columns `k string, n int, x double`.
fn answer(rows: Value, ties: Value, limit: Value) -> Answer {
    let line = json!({
        "query": "q", "columns": [["k", "string"], ["n", "int"], ["x", "double"]],
        "rows": rows, "ties": ties, "limit": limit,
    });
    Answer::of(&line).unwrap().1
}

type Found = (&'static str, Option<i32>, f64);

/// Batches of those columns: one for each slice, so that batches are no matter.
fn batches(slices: &[&[Found]]) -> Vec<RecordBatch> {
    let batch = |rows: &&[Found]| {
        let k: StringArray = rows.iter().map(|row| Some(row.0)).collect();
        let n: Int32Array = rows.iter().map(|row| row.1).collect();
        let x: Float64Array = rows.iter().map(|row| Some(row.2)).collect();
        let columns: [(&str, ArrayRef, bool); 3] = [
            ("k", Arc::new(k), true),
            ("n", Arc::new(n), true),
            ("x", Arc::new(x), true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    };
    slices.iter().map(batch).collect()
}

fn difference(expected: &Answer, slices: &[&[Found]]) -> Result<(), Difference> {
    let batches = batches(slices);
    compare(expected, batches[0].schema_ref(), &batches)
}

const A: Found = ("a", Some(1), 0.5);
const B: Found = ("b", Some(2), 1.5);
const C: Found = ("c", None, 2.5);

fn abc() -> Value {
    json!([["a", "1", "0.5"], ["b", "2", "1.5"], ["c", null, "2.5"]])
}

#[test]
fn without_an_order_rows_come_in_any() {
    let expected = answer(abc(), Value::Null, Value::Null);
    assert_eq!(difference(&expected, &[&[A, B, C]]), Ok(()));
    assert_eq!(difference(&expected, &[&[C], &[], &[B, A]]), Ok(()));
}

#[test]
fn missing_and_unexpected_rows_are_told() {
    let expected = answer(abc(), Value::Null, Value::Null);
    let other = ("c", Some(0), 2.5);
    let text = difference(&expected, &[&[A, B, other]])
        .unwrap_err()
        .to_string();
    let wanted =
        "3 rows, Spark has 3\nmissing (1):\n  c | null | 2.5\nnot Spark's (1):\n  c | 0 | 2.5";
    assert_eq!(text, wanted);
}

#[test]
fn duplicates_are_counted() {
    let twice = json!([["a", "1", "0.5"], ["a", "1", "0.5"], ["b", "2", "1.5"]]);
    let expected = answer(twice, Value::Null, Value::Null);
    assert_eq!(difference(&expected, &[&[A, B, A]]), Ok(()));
    let once = difference(&expected, &[&[A, B, B]]);
    assert!(
        matches!(once, Err(Difference::Rows { missing, unexpected, .. })
        if missing == ["a | 1 | 0.5"] && unexpected == ["b | 2 | 1.5"])
    );
    let fewer = difference(&expected, &[&[A, B]]);
    assert!(matches!(
        fewer,
        Err(Difference::Rows {
            expected: 3,
            found: 2,
            ..
        })
    ));
}

#[test]
fn doubles_may_differ_a_little() {
    let expected = answer(abc(), Value::Null, Value::Null);
    let near = ("a", Some(1), 0.5 + 1e-12);
    assert_eq!(difference(&expected, &[&[C, near, B]]), Ok(()));
    let far = ("a", Some(1), 0.500_001);
    assert!(matches!(
        difference(&expected, &[&[C, far, B]]),
        Err(Difference::Rows { .. })
    ));
}

#[test]
fn an_order_is_kept_but_among_ties() {
    let expected = answer(abc(), json!([1, 2]), Value::Null);
    assert_eq!(difference(&expected, &[&[A, B, C]]), Ok(()));
    assert_eq!(difference(&expected, &[&[A], &[C, B]]), Ok(()));
    let text = difference(&expected, &[&[B, A, C]])
        .unwrap_err()
        .to_string();
    let wanted = "the right rows in another order, from row 1 on:\n  b | 2 | 1.5\nSpark has there (1):\n  a | 1 | 0.5";
    assert_eq!(text, wanted);
}

#[test]
fn a_limit_may_cut_ties_anywhere() {
    let expected = answer(abc(), json!([1, 2]), json!(2));
    assert_eq!(difference(&expected, &[&[A, B]]), Ok(()));
    assert_eq!(difference(&expected, &[&[A, C]]), Ok(()));
    let without_first = difference(&expected, &[&[B, C]]);
    assert!(
        matches!(without_first, Err(Difference::Rows { missing, .. }) if missing == ["a | 1 | 0.5"])
    );
    let too_many = difference(&expected, &[&[A, B, C]]);
    assert!(matches!(
        too_many,
        Err(Difference::Rows {
            expected: 2,
            found: 3,
            ..
        })
    ));
    let swapped = difference(&expected, &[&[C, A]]);
    assert!(matches!(swapped, Err(Difference::Order { at: 0, .. })));
}

#[test]
fn a_limit_that_cuts_no_ties_wants_each_row() {
    let expected = answer(abc(), json!([1, 1, 1]), json!(3));
    assert!(matches!(
        difference(&expected, &[&[A, B, B]]),
        Err(Difference::Rows { .. })
    ));
}

#[test]
fn a_limit_without_an_order_takes_any_rows() {
    let expected = answer(abc(), Value::Null, json!(2));
    assert_eq!(difference(&expected, &[&[C, A]]), Ok(()));
    assert!(difference(&expected, &[&[C, C]]).is_err());
}

#[test]
fn names_types_and_number_of_columns_are_compared() {
    let expected = answer(abc(), Value::Null, Value::Null);
    let n: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let k: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let batch = RecordBatch::try_from_iter([("K", k), ("n", n)]).unwrap();
    let text = compare(&expected, batch.schema_ref(), std::slice::from_ref(&batch))
        .unwrap_err()
        .to_string();
    let wanted = "other columns than Spark's 3:\n  1: K string, Spark has k string\n  \
                  2: n bigint, Spark has n int\n  3: none, Spark has x double";
    assert_eq!(text, wanted);
}

#[test]
fn an_empty_answer_is_compared_too() {
    let expected = answer(json!([]), json!([]), json!(100));
    assert_eq!(difference(&expected, &[&[]]), Ok(()));
    assert!(difference(&expected, &[&[A]]).is_err());
}

#[test]
fn of_many_rows_some_are_shown() {
    let rows: Vec<Value> = (0..9).map(|n| json!([n.to_string(), "1", "1.0"])).collect();
    let expected = answer(json!(rows), Value::Null, Value::Null);
    let text = difference(&expected, &[&[]]).unwrap_err().to_string();
    assert!(
        text.starts_with("0 rows, Spark has 9\nmissing (9):\n  0 | 1 | 1.0\n"),
        "{text}"
    );
    assert!(text.ends_with("  4 | 1 | 1.0\n  .."), "{text}");
}

#[test]
fn rows_are_wrong_where_spark_raises() {
    let line = json!({"query": "q", "error": "DIVIDE_BY_ZERO"});
    let expected = Answer::of(&line).unwrap().1;
    let text = difference(&expected, &[&[A]]).unwrap_err().to_string();
    assert_eq!(text, "rows, where Spark raises DIVIDE_BY_ZERO");
}
