//! Aggregates that are pairs, sizes of samples, and the parts behind samples and sorts: random
//! numbers and ranges.

use flint_core::sampling::{Poisson, XorShiftRandom};
use flint_core::{Context, Rdd};
use serde_json::Value;

use super::{Outcome, cases, n, of, rdd};

pub(super) const OPS: &[&str] = &[
    "aggregate",
    "poisson",
    "range_partitioner",
    "take_sample_size",
    "tree_aggregate",
    "xor_shift_random",
];

/// Sum and count, with a zero of the case.
fn sum_count(
    input: &Rdd<i64>,
    case: &Value,
    depth: Option<usize>,
) -> flint_core::Result<(i64, i64)> {
    let zero = of(&case["args"]["zero"]);
    let add = |(sum, n): (i64, i64), x| (sum + x, n + 1);
    let merge = |(sum, n): (i64, i64), (more, m)| (sum + more, n + m);
    match depth {
        Some(depth) => input.tree_aggregate(zero, add, merge, depth),
        None => input.aggregate(zero, add, merge),
    }
}

/// A sum of 1 to 100 in the partitions of the case, with a zero that may not be neutral.
fn sum(ctx: &Context, case: &Value, depth: Option<usize>) -> flint_core::Result<i64> {
    let input = match of(&case["args"]["partitions"]) {
        0 => ctx.empty_rdd(),
        n => ctx.range(1, 101, 1, n)?,
    };
    let zero = of(&case["args"]["zero"]);
    match depth {
        Some(depth) => input.tree_aggregate(zero, |a, x| a + x, |a, b| a + b, depth),
        None => input.aggregate(zero, |a, x| a + x, |a, b| a + b),
    }
}

#[test]
fn aggregates() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in [cases("aggregate"), cases("tree_aggregate")].concat() {
        let depth = case["args"]["depth"].as_u64().map(|depth| depth as usize);
        if case["input"].is_array() {
            let found = sum_count(&rdd(&ctx, &case["input"]), &case, depth)?;
            assert_eq!(found, of::<(i64, i64)>(&case["result"]), "{}", case["case"]);
            continue;
        }
        let found = sum(&ctx, &case, depth);
        if case["error"].is_null() {
            assert_eq!(found?, of::<i64>(&case["result"]), "{}", case["case"]);
        } else {
            assert!(found.is_err(), "{}", case["case"]);
        }
    }
    Ok(())
}

#[test]
fn samples_have_the_size_asked_for() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("take_sample_size") {
        let with_replacement = of(&case["args"]["with_replacement"]);
        let taken = rdd(&ctx, &case["input"]).take_sample(with_replacement, n(&case), 1)?;
        assert_eq!(
            taken.len(),
            of::<usize>(&case["result"]),
            "{}",
            case["case"]
        );
    }
    Ok(())
}

#[test]
fn random_numbers() -> Outcome {
    for case in cases("xor_shift_random") {
        let (fresh, result) = (
            || XorShiftRandom::new(of(&case["args"]["seed"])),
            &case["result"],
        );
        let (mut ints, mut longs, mut doubles, mut below) = (fresh(), fresh(), fresh(), fresh());
        assert_eq!(
            [(); 4].map(|()| ints.next_int()),
            of::<[i32; 4]>(&result["next_int"])
        );
        assert_eq!(
            [(); 4].map(|()| longs.next_long()),
            of::<[i64; 4]>(&result["next_long"])
        );
        assert_eq!(
            [(); 4].map(|()| doubles.next_double()),
            of::<[f64; 4]>(&result["next_double"])
        );
        let golden: [i32; 8] = of(&result["next_int_below_10"]);
        assert_eq!([(); 8].map(|()| below.next_int_below(10)), golden);
    }
    for case in cases("poisson") {
        let mut poisson = Poisson::new(of(&case["args"]["mean"]), of(&case["args"]["seed"]));
        let golden: Vec<u32> = of(&case["result"]);
        let drawn: Vec<u32> = golden.iter().map(|_| poisson.sample()).collect();
        assert_eq!(drawn, golden, "{}", case["case"]);
    }
    Ok(())
}

/// A sort shows its ranges: the partition in which a key is found.
#[test]
fn ranges() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("range_partitioner") {
        let keys = rdd(&ctx, &case["input"]).map(|key| (key, ()));
        let sorted = keys.sort_by_key(of(&case["args"]["ascending"]), n(&case));
        let partitions = sorted.keys().glom().collect()?;
        let golden: Vec<usize> = of(&case["partition_of_keys_0_up"]);
        for (key, golden) in (0..).zip(golden) {
            let found = partitions.iter().position(|p| p.contains(&key));
            assert_eq!(found, Some(golden), "{} of {}", key, case["case"]);
        }
        // Of the partitions asked for Spark has only those with keys.
        let used = partitions
            .iter()
            .rposition(|p| !p.is_empty())
            .map_or(0, |p| p + 1);
        assert!(used <= of(&case["num_partitions"]), "{}", case["case"]);
    }
    Ok(())
}
