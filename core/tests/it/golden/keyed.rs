//! What is combined, grouped, joined and placed by key, and sets.

use flint_core::{Context, Data, Rdd};
use serde_json::Value;

use super::{FloorMod, Outcome, cases, check, f, n, of, pairs, partitioned, rdd};

pub(super) const OPS: &[&str] = &[
    "aggregate_by_key",
    "cogroup",
    "combine_by_key",
    "distinct",
    "fold_by_key",
    "full_outer_join",
    "group_by",
    "group_by_key",
    "group_with",
    "intersection",
    "join",
    "left_outer_join",
    "lookup",
    "partition_by",
    "reduce_by_key",
    "repartition_and_sort_within_partitions",
    "right_outer_join",
    "subtract",
    "subtract_by_key",
];

type Pairs = Rdd<(i64, i64)>;

#[test]
fn values_combined() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let input = |case: &Value| pairs(&ctx, &case["input"]);
    for case in cases("reduce_by_key") {
        check(&case, Ok(input(&case).reduce_by_key(|a, b| a + b, 3)))?;
    }
    for case in cases("fold_by_key") {
        let merge: fn(i64, i64) -> i64 = match f(&case) {
            "mul" => |a, b| a * b,
            _ => |a, b| a + b,
        };
        let zero: i64 = of(&case["args"]["zero"]);
        // Zero counts once for each key and partition: neutral or not, it is where Spark has it.
        check(&case, Ok(input(&case).fold_by_key(zero, merge, 0)))?;
    }
    for case in cases("aggregate_by_key") {
        if f(&case) == "sum_count" {
            let zero: (i64, i64) = of(&case["args"]["zero"]);
            let sums = input(&case).aggregate_by_key(
                zero,
                |(sum, n), x| (sum + x, n + 1),
                |(sum, n), (more, m)| (sum + more, n + m),
                3,
            );
            check(&case, Ok(sums))?;
        } else {
            let zero: i64 = of(&case["args"]["zero"]);
            let sums = input(&case).aggregate_by_key(zero, |a, x| a + x, |a, b| a + b, 0);
            check(&case, Ok(sums))?;
        }
    }
    for case in cases("combine_by_key") {
        let sums = input(&case).combine_by_key(
            |x| (x, 1_i64),
            |(sum, n), x| (sum + x, n + 1),
            |(sum, n), (more, m)| (sum + more, n + m),
            3,
        );
        check(&case, Ok(sums))?;
    }
    Ok(())
}

fn sorted_groups<K: Data>(groups: Rdd<(K, Vec<i64>)>) -> Rdd<(K, Vec<i64>)> {
    groups.map(|(key, mut group)| {
        group.sort_unstable();
        (key, group)
    })
}

#[test]
fn values_grouped() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("group_by_key") {
        let groups = pairs(&ctx, &case["input"]).group_by_key(3);
        check(&case, Ok(sorted_groups(groups)))?;
    }
    for case in cases("group_by") {
        let groups = rdd(&ctx, &case["input"]).group_by(|x| x.rem_euclid(3), 3);
        check(&case, Ok(sorted_groups(groups)))?;
    }
    for case in cases("cogroup") {
        let other = pairs(&ctx, &case["other"]);
        let groups = pairs(&ctx, &case["input"]).cogroup(&other, 3);
        let groups = groups.map_values(|(mut a, mut b)| {
            a.sort_unstable();
            b.sort_unstable();
            (a, b)
        });
        check(&case, Ok(groups))?;
    }
    for case in cases("group_with") {
        let (other, third) = (pairs(&ctx, &case["other"]), pairs(&ctx, &case["third"]));
        let groups = pairs(&ctx, &case["input"]).group_with3(&other, &third);
        let groups = groups.map_values(|(mut a, mut b, mut c)| {
            for group in [&mut a, &mut b, &mut c] {
                group.sort_unstable();
            }
            (a, b, c)
        });
        check(&case, Ok(groups))?;
    }
    Ok(())
}

#[test]
fn joins() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let sides = |case: &Value| -> (Pairs, Pairs) {
        (pairs(&ctx, &case["input"]), pairs(&ctx, &case["other"]))
    };
    for case in cases("join") {
        let (left, right) = sides(&case);
        check(&case, Ok(left.join(&right, 3)))?;
    }
    for case in cases("left_outer_join") {
        let (left, right) = sides(&case);
        check(&case, Ok(left.left_outer_join(&right, 3)))?;
    }
    for case in cases("right_outer_join") {
        let (left, right) = sides(&case);
        check(&case, Ok(left.right_outer_join(&right, 3)))?;
    }
    for case in cases("full_outer_join") {
        let (left, right) = sides(&case);
        check(&case, Ok(left.full_outer_join(&right, 3)))?;
    }
    for case in cases("subtract_by_key") {
        let (left, right) = sides(&case);
        check(&case, Ok(left.subtract_by_key(&right, 3)))?;
    }
    Ok(())
}

/// Whether the records of a case are pairs. Those without records may be taken for numbers.
fn holds_pairs(case: &Value) -> bool {
    let of_side = |side: &str| case[side].as_array().into_iter().flatten();
    let mut records = of_side("input")
        .chain(of_side("other"))
        .filter_map(|p| p.get(0));
    records.any(Value::is_array)
}

#[test]
fn sets() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("distinct") {
        check(&case, Ok(rdd(&ctx, &case["input"]).distinct(2)))?;
    }
    for case in [cases("subtract"), cases("intersection")].concat() {
        let subtracts = case["op"] == "subtract";
        let sides = [&case["input"], &case["other"]];
        if holds_pairs(&case) {
            let [left, right] = sides.map(|side| pairs(&ctx, side));
            let answer = match subtracts {
                true => left.subtract(&right, 3),
                false => left.intersection(&right, 0),
            };
            check(&case, Ok(answer))?;
        } else {
            let [left, right] = sides.map(|side| rdd(&ctx, side));
            let answer = match subtracts {
                true => left.subtract(&right, 3),
                false => left.intersection(&right, 0),
            };
            check(&case, Ok(answer))?;
        }
    }
    Ok(())
}

#[test]
fn places() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("partition_by") {
        let placed = pairs(&ctx, &case["input"]).partition_by(FloorMod(n(&case)));
        check(&case, Ok(placed))?;
    }
    for case in cases("repartition_and_sort_within_partitions") {
        let input = pairs(&ctx, &case["input"]);
        let by = FloorMod(n(&case));
        if of(&case["args"]["ascending"]) {
            check(&case, Ok(input.repartition_and_sort_within_partitions(by)))?;
            continue;
        }
        // Only PySpark can turn the order round; here the keys are turned.
        let turned = input.map(|(key, x)| (std::cmp::Reverse(key), x));
        let sorted = turned.repartition_and_sort_within_partitions(Turned(by));
        check(&case, Ok(sorted.map(|(key, x)| (key.0, x))))?;
    }
    for case in cases("lookup") {
        let mut input = pairs(&ctx, &case["input"]);
        if let Some(n) = case["args"]["partition_by_mod"].as_u64() {
            input = input.partition_by(FloorMod(n as usize));
        }
        let found = input.lookup(&of(&case["args"]["key"]))?;
        assert_eq!(found, of::<Vec<i64>>(&case["result"]), "{}", case["case"]);
    }
    Ok(())
}

/// [`FloorMod`] of keys whose order is turned round.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Turned(FloorMod);

impl flint_core::shuffle::Partitioner<std::cmp::Reverse<i64>> for Turned {
    fn num_partitions(&self) -> usize {
        self.0.0
    }

    fn partition(&self, key: &std::cmp::Reverse<i64>) -> usize {
        self.0.partition(&key.0)
    }

    fn same_as(&self, other: &dyn std::any::Any) -> bool {
        other
            .downcast_ref::<Self>()
            .is_some_and(|o| o.0.0 == self.0.0)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// Spark's own use of the partitioner: a sum per key stays where its key is.
#[test]
fn sums_stay_with_their_keys() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("partition_by") {
        let input = partitioned::<(i64, i64)>(&ctx, of(&case["input"]));
        let sums = input.reduce_by_key_by(|a, b| a + b, FloorMod(n(&case)));
        let keys = sums.keys().glom().collect()?;
        let golden: Vec<Vec<(i64, i64)>> = of(&case["partitions_sorted"]);
        for (mut keys, golden) in keys.into_iter().zip(golden) {
            keys.sort_unstable();
            let mut expected: Vec<i64> = golden.into_iter().map(|(key, _)| key).collect();
            expected.dedup();
            assert_eq!(keys, expected, "{}", case["case"]);
        }
    }
    Ok(())
}
