//! Spark's own answers, replayed: `tests/golden/README.md` says how they were made.
//!
//! Each case is of an operator and of a kind, which its fields tell. [`REPLAYED`] says which file
//! replays what, so that a case of which nobody takes note fails a test.

mod keyed;
mod numbers;
mod order;
mod records;
mod refusals;
mod sources;

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt::Debug;

use flint_core::shuffle::Partitioner;
use flint_core::{Context, Data, Rdd};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const FILES: [&str; 2] = [
    include_str!("../golden/rdd.jsonl"),
    include_str!("../golden/rdd_scala.jsonl"),
];

/// What a case tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Records, or why there are none.
    Answer,
    /// Numbers of partitions, shuffles and the partitioner.
    Shape,
    /// That PySpark refuses it.
    Refusal,
}

fn kind(case: &Value) -> Kind {
    let has = |field: &str| case.get(field).is_some();
    if has("left") || has("partition_by_mod") {
        Kind::Shape
    } else if case["case"]
        .as_str()
        .is_some_and(|name| name.starts_with("error/"))
    {
        Kind::Refusal
    } else {
        Kind::Answer
    }
}

/// Which file replays the answers of which operators.
const REPLAYED: &[(&str, &[&str])] = &[
    (include_str!("golden/keyed.rs"), keyed::OPS),
    (include_str!("golden/numbers.rs"), numbers::OPS),
    (include_str!("golden/order.rs"), order::OPS),
    (include_str!("golden/records.rs"), records::OPS),
    (include_str!("golden/sources.rs"), sources::OPS),
    (
        include_str!("../../src/rdd/actions/tests/golden.rs"),
        &[
            "collect_as_map",
            "count_by_key",
            "count_by_value",
            "first",
            "fold",
            "histogram",
            "is_empty",
            "max",
            "mean",
            "min",
            "reduce",
            "reduce_by_key_locally",
            "stats",
            "sum",
            "take",
            "take_ordered",
            "to_local_iterator",
            "top",
            "tree_reduce",
        ],
    ),
];

/// Operators of Spark that belong to other crates.
const NOT_OURS: [&str; 1] = [
    // `RDDFunctions` of MLlib.
    "sliding",
];

#[test]
fn every_case_is_replayed() {
    let mut replayed = BTreeSet::from(NOT_OURS);
    for (text, ops) in REPLAYED {
        for op in *ops {
            assert!(replayed.insert(op), "`{op}` is replayed twice");
            // Once in its list, and once where it is done.
            let times = text.matches(&format!("\"{op}\"")).count();
            let here = text.contains("const OPS");
            assert!(times > usize::from(here), "no test takes cases of `{op}`");
        }
    }
    let shapes = include_str!("../../src/rdd/pair/tests/shapes.rs");
    for case in all() {
        let op = case["op"].as_str().expect("a case has an operator");
        let known = match kind(&case) {
            Kind::Answer => replayed.contains(op),
            Kind::Shape => shapes.contains(&format!("\"{op}\"")),
            Kind::Refusal => refusals::CASES.contains(&case["case"].as_str().unwrap_or_default()),
        };
        assert!(known, "nobody replays {case}");
    }
}

fn all() -> impl Iterator<Item = Value> {
    let lines = FILES.iter().flat_map(|file| file.lines());
    lines.map(|line| serde_json::from_str(line).expect("a case is JSON"))
}

/// The answers of one operator.
fn cases(op: &str) -> Vec<Value> {
    let cases: Vec<Value> = all()
        .filter(|case| case["op"] == op && kind(case) == Kind::Answer)
        .collect();
    assert!(!cases.is_empty(), "there are cases of `{op}`");
    cases
}

/// An RDD of the partitions of a case's operand.
fn rdd(ctx: &Context, operand: &Value) -> Rdd<i64> {
    if operand == "1 to 1000 in 3 partitions" {
        return ctx.parallelize((1..=1000).collect(), 3);
    }
    partitioned(ctx, of(operand))
}

fn pairs(ctx: &Context, operand: &Value) -> Rdd<(i64, i64)> {
    partitioned(ctx, of(operand))
}

fn partitioned<T: Data>(ctx: &Context, partitions: Vec<Vec<T>>) -> Rdd<T> {
    if partitions.is_empty() {
        return ctx.empty_rdd();
    }
    let n = partitions.len();
    ctx.parallelize(partitions, n).flat_map(|records| records)
}

fn of<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{value}: {e}"))
}

fn seed(case: &Value) -> i64 {
    of(&case["args"]["seed"])
}

fn n(case: &Value) -> usize {
    of(&case["args"]["n"])
}

/// The function that a case names.
fn f(case: &Value) -> &str {
    case["args"]["f"].as_str().unwrap_or("identity")
}

/// Compares an answer, or the fact that there is none, with the golden one.
fn check<T>(case: &Value, answer: flint_core::Result<Rdd<T>>) -> Outcome
where
    T: Data + Ord + DeserializeOwned + Debug,
{
    let partitions = answer.and_then(|rdd| rdd.glom().collect());
    if !case["error"].is_null() {
        assert!(partitions.is_err(), "{} fails", case["case"]);
        return Ok(());
    }
    let mut partitions = partitions?;
    if !case["result_sorted"].is_null() {
        let mut records = partitions.concat();
        records.sort();
        let mut golden: Vec<T> = of(&case["result_sorted"]);
        golden.sort();
        assert_eq!(records, golden, "{}", case["case"]);
        return Ok(());
    }
    let golden = if case["partitions"].is_null() {
        partitions.iter_mut().for_each(|p| p.sort());
        &case["partitions_sorted"]
    } else {
        &case["partitions"]
    };
    assert_eq!(partitions, of::<Vec<Vec<T>>>(golden), "{}", case["case"]);
    Ok(())
}

/// Whether an argument is one that an unsigned number can't take.
fn is_negative(value: &Value) -> bool {
    value.as_i64().is_some_and(|v| v < 0)
}

/// The partitioner of the golden cases.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct FloorMod(usize);

impl Partitioner<i64> for FloorMod {
    fn num_partitions(&self) -> usize {
        self.0
    }

    fn partition(&self, key: &i64) -> usize {
        key.rem_euclid(self.0 as i64) as usize
    }

    fn same_as(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Self>().is_some_and(|o| o.0 == self.0)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
