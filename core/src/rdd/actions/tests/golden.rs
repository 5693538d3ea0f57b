//! Replays the cases of the golden files that are about actions.

use serde_json::Value;

use super::{ctx, of_parts};
use crate::context::Context;
use crate::data::Total;
use crate::error::{Error, Result};
use crate::rdd::{Rdd, StatCounter};

const FILES: [&str; 2] = [
    include_str!("../../../../tests/golden/rdd.jsonl"),
    include_str!("../../../../tests/golden/rdd_scala.jsonl"),
];

/// The cases of some operators that satisfy `wanted`; there must be one.
fn cases(ops: &[&str], wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let all = FILES.iter().flat_map(|file| file.lines());
    let found: Vec<Value> = all
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|c| ops.contains(&c["op"].as_str().unwrap()) && wanted(c))
        .collect();
    assert!(!found.is_empty(), "no golden case of {ops:?}");
    found
}

fn with_data(case: &Value) -> bool {
    case["input"].is_array()
}

fn float(v: &Value) -> f64 {
    match v.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => v.as_f64().unwrap(),
    }
}

fn floats(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(float).collect()
}

fn float_rdd(ctx: &Context, case: &Value) -> Rdd<f64> {
    let parts = case["input"].as_array().unwrap();
    of_parts(ctx, parts.iter().map(floats).collect())
}

fn ints(v: &Value) -> Vec<i64> {
    serde_json::from_value(v.clone()).unwrap()
}

fn int_rdd(ctx: &Context, case: &Value) -> Rdd<i64> {
    of_parts(ctx, serde_json::from_value(case["input"].clone()).unwrap())
}

fn number(case: &Value, arg: &str) -> Option<usize> {
    case["args"][arg].as_u64().map(|n| n as usize)
}

fn name(case: &Value) -> &str {
    case["case"].as_str().unwrap()
}

/// Equal but for rounding, as the golden files' README asks.
fn assert_close(got: f64, want: f64, what: &str) {
    let same = got == want || (got.is_nan() && want.is_nan());
    let close = (got - want).abs() <= 1e-12 * want.abs();
    assert!(same || close, "{what}: {got} is not {want}");
}

fn check<R>(case: &Value, got: Result<R>, compare: impl FnOnce(R)) {
    match got {
        Ok(_) if case.get("error").is_some() => panic!("{} should fail", name(case)),
        Ok(answer) => compare(answer),
        Err(e) => assert!(case.get("error").is_some(), "{}: {e}", name(case)),
    }
}

#[test]
fn takes() {
    let ctx = ctx();
    let ops = ["take", "top", "take_ordered", "to_local_iterator", "first"];
    for case in cases(&ops, |c| {
        with_data(c) && c["args"]["n"].as_i64() != Some(-1)
    }) {
        let (rdd, n) = (int_rdd(&ctx, &case), number(&case, "n").unwrap_or(0));
        let negated = case["args"]["f"] == "negate";
        let got = match case["op"].as_str().unwrap() {
            "take" => rdd.take(n),
            "top" => rdd.top(n),
            "take_ordered" if negated => rdd.take_ordered_by(n, |a, b| (-a).cmp(&-b)),
            "take_ordered" => rdd.take_ordered(n),
            "to_local_iterator" => rdd.to_local_iterator().collect(),
            _ => rdd.first().map(|x| vec![x]),
        };
        check(&case, got, |got| {
            let want = &case["result"];
            let want = if want.is_array() {
                ints(want)
            } else {
                vec![want.as_i64().unwrap()]
            };
            assert_eq!(got, want, "{}", name(&case));
        });
    }
}

#[test]
fn folds_with_zeros_that_are_not_neutral() {
    let ctx = ctx();
    let ops = [
        "fold",
        "aggregate",
        "tree_aggregate",
        "tree_reduce",
        "reduce",
    ];
    for case in cases(&ops, |c| c["args"]["partitions"].is_u64()) {
        let rdd = match number(&case, "partitions").unwrap() {
            0 => ctx.empty_rdd(),
            n => ctx.range(1, 101, 1, n).unwrap(),
        };
        let zero = case["args"]["zero"].as_i64().unwrap_or(0);
        let depth = number(&case, "depth").unwrap_or(2);
        let got = match case["op"].as_str().unwrap() {
            "fold" => rdd.fold(zero, |a, b| a + b),
            "aggregate" => rdd.aggregate(zero, |a, x| a + x, |a, b| a + b),
            "tree_aggregate" => rdd.tree_aggregate(zero, |a, x| a + x, |a, b| a + b, depth),
            "tree_reduce" => rdd.tree_reduce(|a, b| a + b, depth),
            _ => rdd.reduce(|a, b| a + b),
        };
        check(&case, got, |got| {
            assert_eq!(got, case["result"].as_i64().unwrap(), "{}", name(&case));
        });
    }
}

#[test]
fn folds_of_given_data() {
    let ctx = ctx();
    let ops = ["fold", "tree_reduce", "reduce", "is_empty"];
    for case in cases(&ops, with_data) {
        let rdd = int_rdd(&ctx, &case);
        let zero = case["args"]["zero"].as_i64().unwrap_or(0);
        let min = case["args"]["f"] == "min";
        let merge = move |a: i64, b: i64| if min { a.min(b) } else { a + b };
        let got = match case["op"].as_str().unwrap() {
            "fold" => rdd.fold(zero, merge),
            "tree_reduce" => rdd.tree_reduce(merge, number(&case, "depth").unwrap()),
            "reduce" => rdd.reduce(merge),
            _ => rdd.is_empty().map(i64::from),
        };
        let want = &case["result"];
        check(&case, got, |got| {
            let want = want.as_i64().or(want.as_bool().map(i64::from));
            assert_eq!(Some(got), want, "{}", name(&case));
        });
    }
}

#[test]
fn sums_and_extremes() {
    let ctx = ctx();
    for case in cases(&["sum", "mean", "max", "min"], with_data) {
        let rdd = float_rdd(&ctx, &case);
        let negated = case["args"]["f"] == "negate";
        let order = move |a: &f64, b: &f64| {
            let order = Total(*a).cmp(&Total(*b));
            if negated { order.reverse() } else { order }
        };
        let got = match case["op"].as_str().unwrap() {
            "sum" => rdd.sum(),
            "mean" => rdd.mean(),
            "max" => rdd.max_by(order),
            _ => rdd.min_by(order),
        };
        check(&case, got, |got| {
            assert_close(got, float(&case["result"]), name(&case));
        });
    }
}

fn check_stats(case: &Value, got: Result<StatCounter>) {
    check(case, got, |s| {
        let want = &case["result"];
        let close = |got: f64, field: &str| {
            assert_close(got, float(&want[field]), &format!("{} {field}", name(case)));
        };
        assert_eq!(s.count(), want["count"].as_u64().unwrap());
        close(s.mean(), "mean");
        close(s.sum(), "sum");
        close(s.min(), "min");
        close(s.max(), "max");
        close(s.variance(), "variance");
        close(s.stdev(), "stdev");
        close(s.sample_variance(), "sample_variance");
        close(s.sample_stdev(), "sample_stdev");
    });
}

#[test]
fn statistics() {
    let ctx = ctx();
    for case in cases(&["stats"], with_data) {
        check_stats(&case, float_rdd(&ctx, &case).stats());
    }
    for case in cases(&["stats"], |c| !with_data(c)) {
        let (n, modulus) = if name(&case) == "stats/roots-100" {
            (100, 7)
        } else {
            (1000, 13)
        };
        let mut parts = vec![Vec::new(); modulus];
        for i in 0..n {
            parts[i % modulus].push((i as f64).sqrt());
        }
        check_stats(&case, of_parts(&ctx, parts).stats());
    }
}

#[test]
fn histograms() {
    let ctx = ctx();
    for case in cases(&["histogram"], with_data) {
        let (rdd, args) = (float_rdd(&ctx, &case), &case["args"]);
        let got = match number(&case, "buckets") {
            Some(n) => rdd.histogram(n),
            None => {
                let even = args["even_buckets"].as_bool().unwrap();
                let bounds = floats(&args["buckets"]);
                rdd.histogram_with(&bounds, even)
                    .map(|counts| (bounds, counts))
            }
        };
        check(&case, got, |(bounds, counts)| {
            let want = &case["result"];
            let wanted: Vec<u64> = serde_json::from_value(want["counts"].clone()).unwrap();
            assert_eq!(counts, wanted, "{}", name(&case));
            if want.get("buckets").is_some() {
                assert_eq!(bounds, floats(&want["buckets"]), "{}", name(&case));
            }
        });
    }
}

#[test]
fn by_key() -> Result<()> {
    let ctx = ctx();
    let ops = [
        "count_by_key",
        "collect_as_map",
        "reduce_by_key_locally",
        "lookup",
    ];
    for case in cases(&ops, with_data) {
        let parts = serde_json::from_value(case["input"].clone()).unwrap();
        let rdd: Rdd<(i64, i64)> = of_parts(&ctx, parts);
        let op = case["op"].as_str().unwrap();
        if op == "lookup" {
            let got = rdd.lookup(&case["args"]["key"].as_i64().unwrap())?;
            assert_eq!(got, ints(&case["result"]), "{}", name(&case));
            continue;
        }
        let got = match op {
            "count_by_key" => rdd
                .count_by_key()
                .map(|m| m.into_iter().map(|(k, n)| (k, n as i64)).collect()),
            "collect_as_map" => rdd.collect_as_map(),
            _ => rdd.reduce_by_key_locally(|a, b| a + b),
        };
        check(&case, got, |map| {
            let mut pairs: Vec<(i64, i64)> = map.into_iter().collect();
            pairs.sort_unstable();
            let want: Vec<(i64, i64)> = serde_json::from_value(case["result"].clone()).unwrap();
            assert_eq!(pairs, want, "{}", name(&case));
        });
    }
    Ok(())
}

#[test]
fn counts_by_value() -> Result<()> {
    for case in cases(&["count_by_value"], with_data) {
        let counts = int_rdd(&ctx(), &case).count_by_value()?;
        let mut pairs: Vec<(i64, u64)> = counts.into_iter().collect();
        pairs.sort_unstable();
        let want: Vec<(i64, u64)> = serde_json::from_value(case["result"].clone()).unwrap();
        assert_eq!(pairs, want);
    }
    Ok(())
}

#[test]
fn a_depth_of_0_is_refused() {
    let rdd = ctx().parallelize(vec![1, 2], 2);
    let aggregated = rdd.tree_aggregate(0, |a, x| a + x, |a, b| a + b, 0);
    assert!(matches!(aggregated, Err(Error::Argument { .. })));
    let reduced = rdd.tree_reduce(|a, b| a + b, 0);
    assert!(matches!(reduced, Err(Error::Argument { .. })));
}
