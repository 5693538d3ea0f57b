//! What is done record by record and partition by partition, and unions.

use flint_core::{Context, Rdd};
use serde_json::Value;

use super::{Outcome, cases, check, f, of, pairs, rdd};

pub(super) const OPS: &[&str] = &[
    "collect",
    "count",
    "filter",
    "flat_map",
    "flat_map_values",
    "glom",
    "key_by",
    "keys",
    "map",
    "map_partitions_with_index",
    "map_values",
    "union",
    "values",
];

#[test]
fn one_for_one() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("map") {
        assert_eq!(f(&case), "times_10");
        check(&case, Ok(rdd(&ctx, &case["input"]).map(|x| x * 10)))?;
    }
    for case in cases("map_values") {
        assert_eq!(f(&case), "times_10");
        check(
            &case,
            Ok(pairs(&ctx, &case["input"]).map_values(|x| x * 10)),
        )?;
    }
    for case in cases("key_by") {
        assert_eq!(f(&case), "mod_3");
        let keyed = rdd(&ctx, &case["input"]).key_by(|x| x.rem_euclid(3));
        check(&case, Ok(keyed))?;
    }
    for case in cases("keys") {
        check(&case, Ok(pairs(&ctx, &case["input"]).keys()))?;
    }
    for case in cases("values") {
        check(&case, Ok(pairs(&ctx, &case["input"]).values()))?;
    }
    Ok(())
}

/// A function of `make_golden.py` that makes several records of one.
fn several(name: &str) -> fn(i64) -> Vec<i64> {
    match name {
        "repeat_mod_3" => |x| vec![x; x.rem_euclid(3) as usize],
        "upto" => |x| (0..x.rem_euclid(4)).collect(),
        _ => panic!("no function {name}"),
    }
}

#[test]
fn some_or_several() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("filter") {
        let keep: fn(&i64) -> bool = match f(&case) {
            "is_odd" => |x| x.rem_euclid(2) == 1,
            "is_negative" => |x| *x < 0,
            other => panic!("no function {other}"),
        };
        check(&case, Ok(rdd(&ctx, &case["input"]).filter(keep)))?;
    }
    for case in cases("flat_map") {
        let answer = rdd(&ctx, &case["input"]).flat_map(several(f(&case)));
        check(&case, Ok(answer))?;
    }
    for case in cases("flat_map_values") {
        let answer = pairs(&ctx, &case["input"]).flat_map_values(several(f(&case)));
        check(&case, Ok(answer))?;
    }
    Ok(())
}

#[test]
fn by_partition() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("map_partitions_with_index") {
        let tag = |index, records: flint_core::PartitionIter<i64>| {
            records.map(move |x| (index as i64, x))
        };
        let answer = rdd(&ctx, &case["input"]).map_partitions_with_index(tag);
        check(&case, Ok(answer))?;
    }
    for case in cases("glom") {
        let partitions = rdd(&ctx, &case["input"]).glom().collect()?;
        assert_eq!(partitions, of::<Vec<Vec<i64>>>(&case["result"]));
    }
    for case in cases("collect") {
        let records = rdd(&ctx, &case["input"]).collect()?;
        assert_eq!(records, of::<Vec<i64>>(&case["result"]));
    }
    for case in cases("count") {
        let count = rdd(&ctx, &case["input"]).count()?;
        assert_eq!(count, of::<u64>(&case["result"]));
    }
    Ok(())
}

/// The number of partitions of the union of RDDs with so many partitions each.
fn united(ctx: &Context, counts: &Value) -> usize {
    let indices = |count: usize| -> Rdd<i64> {
        match count {
            0 => ctx.empty_rdd(),
            n => ctx.parallelize((0..n as i64).collect(), n),
        }
    };
    let rdds: Vec<_> = of::<Vec<usize>>(counts).into_iter().map(indices).collect();
    ctx.union(&rdds).num_partitions()
}

#[test]
fn unions() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("union") {
        if case["input"].is_null() {
            let golden = [&case["num_partitions"], &case["result"]];
            let golden = golden.into_iter().find_map(Value::as_u64);
            let found = united(&ctx, &case["input_partitions"]);
            assert_eq!(Some(found as u64), golden, "{}", case["case"]);
            continue;
        }
        let (left, right) = (rdd(&ctx, &case["input"]), rdd(&ctx, &case["other"]));
        check(&case, Ok(left.union(&right)))?;
    }
    Ok(())
}
