//! Sorts, samples, splits, zips and changes of partitioning.

use std::collections::HashMap;

use flint_core::{Context, Error};

use super::{Outcome, cases, check, is_negative, n, of, partitioned, rdd, seed};

pub(super) const OPS: &[&str] = &[
    "cartesian",
    "coalesce",
    "filter_by_range",
    "pipe",
    "random_split",
    "repartition",
    "sample",
    "sample_by_key",
    "sort_by",
    "sort_by_key",
    "take_sample",
    "zip",
    "zip_partitions",
    "zip_with_index",
    "zip_with_unique_id",
];

#[test]
fn coalesce() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("coalesce") {
        if is_negative(&case["args"]["n"]) {
            continue;
        }
        let answer = if case["args"]["shuffle"] == true {
            rdd(&ctx, &case["input"]).repartition(n(&case))
        } else {
            rdd(&ctx, &case["input"]).coalesce(n(&case))
        };
        check(&case, answer)?;
    }
    Ok(())
}

#[test]
fn repartition() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("repartition") {
        check(&case, rdd(&ctx, &case["input"]).repartition(n(&case)))?;
    }
    Ok(())
}

#[test]
fn sample() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("sample") {
        let args = &case["args"];
        let answer = rdd(&ctx, &case["input"]).sample(
            of(&args["with_replacement"]),
            of(&args["fraction"]),
            seed(&case),
        );
        check(&case, answer)?;
    }
    Ok(())
}

#[test]
fn sample_by_key() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("sample_by_key") {
        let args = &case["args"];
        let fractions: Vec<(i64, f64)> = of(&args["fractions"]);
        let pairs = ctx
            .parallelize((1..=1000_i64).collect(), 3)
            .map(|x| (x % 3, x));
        let answer = pairs.sample_by_key(
            of(&args["with_replacement"]),
            HashMap::from_iter(fractions),
            seed(&case),
        )?;
        check(&case, Ok(answer.map(|(_, x)| x)))?;
    }
    Ok(())
}

#[test]
fn random_split() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("random_split") {
        let weights: Vec<f64> = of(&case["args"]["weights"]);
        let answer = rdd(&ctx, &case["input"]).random_split(&weights, seed(&case));
        if !case["error"].is_null() {
            assert!(
                matches!(answer, Err(Error::Argument { .. })),
                "{}",
                case["case"]
            );
            continue;
        }
        let parts: Result<Vec<_>, _> = answer?.iter().map(|p| p.glom().collect()).collect();
        let parts = parts?;
        let golden = &case["result"];
        let by_partition = serde_json::from_value::<Vec<Vec<Vec<i64>>>>(golden.clone());
        match by_partition {
            Ok(golden) => assert_eq!(parts, golden, "{}", case["case"]),
            Err(_) => {
                let flat: Vec<Vec<i64>> = parts.into_iter().map(|p| p.concat()).collect();
                assert_eq!(flat, of::<Vec<Vec<i64>>>(golden), "{}", case["case"]);
            }
        }
    }
    Ok(())
}

#[test]
fn take_sample() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("take_sample") {
        if is_negative(&case["args"]["n"]) {
            continue;
        }
        let with_replacement = of(&case["args"]["with_replacement"]);
        let taken =
            rdd(&ctx, &case["input"]).take_sample(with_replacement, n(&case), seed(&case))?;
        assert_eq!(taken, of::<Vec<i64>>(&case["result"]), "{}", case["case"]);
    }
    Ok(())
}

#[test]
fn zip() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("zip") {
        let other = rdd(&ctx, &case["other"]);
        check(&case, rdd(&ctx, &case["input"]).zip(&other))?;
    }
    Ok(())
}

#[test]
fn zip_partitions() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("zip_partitions") {
        let other = rdd(&ctx, &case["other"]);
        let sums = rdd(&ctx, &case["input"])
            .zip_partitions(&other, |a, b| [vec![a.sum::<i64>(), b.sum::<i64>()]]);
        check(&case, sums)?;
    }
    Ok(())
}

#[test]
fn zip_with_numbers() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("zip_with_index") {
        check(&case, Ok(rdd(&ctx, &case["input"]).zip_with_index()))?;
    }
    for case in cases("zip_with_unique_id") {
        check(&case, Ok(rdd(&ctx, &case["input"]).zip_with_unique_id()))?;
    }
    Ok(())
}

#[test]
fn cartesian() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("cartesian") {
        let other = rdd(&ctx, &case["other"]);
        check(&case, Ok(rdd(&ctx, &case["input"]).cartesian(&other)))?;
    }
    Ok(())
}

/// Spark makes fewer partitions than asked for when there are fewer ranges; here they stay empty.
#[test]
fn sort_by() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("sort_by") {
        let factor = match case["args"]["f"].as_str() {
            Some("negate") => -1,
            Some("times_10") => 10,
            _ => 1,
        };
        let sorted = rdd(&ctx, &case["input"]).with(factor).sort_by(
            |factor, x| factor * x,
            of(&case["args"]["ascending"]),
            n(&case),
        );
        let mut partitions = sorted.glom().collect()?;
        assert_eq!(partitions.len(), n(&case), "{}", case["case"]);
        if case["partitions"].is_null() {
            assert_eq!(partitions.concat(), of::<Vec<i64>>(&case["result"]));
            continue;
        }
        let golden: Vec<Vec<i64>> = of(&case["partitions"]);
        let more = partitions.split_off(golden.len());
        assert_eq!(partitions, golden, "{}", case["case"]);
        assert!(more.iter().all(Vec::is_empty), "{}", case["case"]);
    }
    Ok(())
}

#[test]
fn sort_by_key() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("sort_by_key") {
        let pairs = partitioned::<(i64, i64)>(&ctx, of(&case["input"]));
        let sorted = pairs.sort_by_key(of(&case["args"]["ascending"]), n(&case));
        let golden: Vec<(i64, i64)> = of(&case["result"]);
        assert_eq!(sorted.collect()?, golden, "{}", case["case"]);
    }
    Ok(())
}

#[test]
fn filter_by_range() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("filter_by_range") {
        let args = &case["args"];
        let mut pairs = partitioned::<(i64, i64)>(&ctx, of(&case["input"]));
        if !args["sorted_into"].is_null() {
            pairs = pairs.sort_by_key(true, of(&args["sorted_into"]));
        }
        check(
            &case,
            pairs.filter_by_range(of(&args["lower"]), of(&args["upper"])),
        )?;
    }
    Ok(())
}

#[test]
fn pipe() -> Outcome {
    let ctx = Context::local("local[2]")?;
    for case in cases("pipe") {
        let lines = partitioned::<String>(&ctx, of(&case["input"]));
        let command: Vec<&str> = case["args"]["command"]
            .as_str()
            .expect("a command is a text")
            .split(' ')
            .collect();
        let printed = lines
            .pipe(&command)
            .map(|lines| lines.map(|line| line.trim().to_owned()));
        check(&case, printed)?;
    }
    Ok(())
}

#[test]
fn a_sort_moves_uneven_input_into_even_ranges() -> Outcome {
    let ctx = Context::local("local[2]")?;
    // One partition holds nearly all records, so that it is sampled twice.
    let sizes = ctx.parallelize(vec![1_i64, 1, 40_000, 1], 4);
    let numbers = sizes.flat_map(|n| (0..n).map(|i| i * 7919 % 40_009));
    let sorted = numbers.sort_by_cmp(|a, b| b.cmp(a), 4);
    let partitions = sorted.glom().collect()?;
    assert!(partitions.iter().all(|p| p.len() > 5_000));
    let all = partitions.concat();
    assert_eq!(all.len(), 40_003);
    assert!(all.is_sorted_by(|a, b| a >= b));
    Ok(())
}

#[test]
fn equal_keys_keep_their_order() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let pairs = ctx.range(0, 5000, 1, 3)?.map(|x| (x % 3, x));
    for ascending in [true, false] {
        let sorted = pairs.sort_by_key(ascending, 2).collect()?;
        assert!(sorted.is_sorted_by(|a, b| a.0 != b.0 || a.1 < b.1));
    }
    Ok(())
}

#[test]
fn a_cartesian_product_of_many_chunks_has_every_pair_once() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let (a, b) = (ctx.range(0, 5000, 1, 1)?, ctx.range(0, 4200, 1, 1)?);
    let kept = a
        .cartesian(&b)
        .filter(|(a, b)| a % 500 == 1 && b % 400 == 3);
    let mut pairs = kept.collect()?;
    pairs.sort_unstable();
    let expected: Vec<(i64, i64)> = (0..10)
        .flat_map(|a| (0..11).map(move |b| (a * 500 + 1, b * 400 + 3)))
        .filter(|(_, b)| *b < 4200)
        .collect();
    assert_eq!(pairs, expected);
    Ok(())
}

#[test]
fn zipped_chunks_may_differ() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let a = ctx.range(0, 20_000, 1, 2)?.filter(|x| x % 2 == 0);
    let b = ctx.range(0, 10_000, 1, 2)?.map(|x| 2 * x);
    assert!(a.zip(&b)?.collect()?.iter().all(|(a, b)| a == b));
    let error = a
        .zip(&b.filter(|x| *x != 4))?
        .count()
        .expect_err("one record is missing");
    let error = error.to_string();
    assert!(error.contains("partition 0 has 5000 and 4999"), "{error}");
    Ok(())
}

#[test]
fn a_command_may_print_much_before_it_reads() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let numbers = ctx.range(0, 100_000, 1, 2)?;
    let lines = numbers.pipe(&["sh", "-c", "seq 100000; cat"])?;
    assert_eq!(lines.count()?, 300_000);
    Ok(())
}

#[test]
fn a_command_may_stop_reading() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let first = ctx.range(0, 500_000, 1, 1)?.pipe(&["head", "-n", "1"])?;
    assert_eq!(first.collect()?, ["0"]);
    Ok(())
}

#[test]
fn a_command_gets_variables_and_tells_its_exit_code() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let one = ctx.range(0, 1, 1, 1)?;
    let printed = one.pipe_with_env(&["sh", "-c", "echo $FLINT_TEST"], &[("FLINT_TEST", "yes")])?;
    assert_eq!(printed.collect()?, ["yes"]);
    let error = one
        .pipe(&["sh", "-c", "exit 3"])?
        .count()
        .expect_err("the command fails");
    let Error::Job(failure) = &error else {
        panic!("{error}");
    };
    let cause = failure.cause.to_string();
    assert_eq!(cause, "command `sh -c exit 3` exited with code 3");
    assert!(one.pipe(&[]).is_err());
    Ok(())
}

#[test]
#[cfg(target_os = "linux")]
fn a_command_dies_with_its_task() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let pids = ctx
        .range(0, 1, 1, 1)?
        .pipe(&["sh", "-c", "echo $$; exec sleep 1000"])?;
    // The first line is all that is wanted; the iterator is dropped while the command runs.
    let pid = pids.map_partitions(|mut lines| lines.next()).collect()?;
    assert_eq!(pid.len(), 1);
    let directory = format!("/proc/{}", pid[0]);
    assert!(!std::path::Path::new(&directory).exists());
    Ok(())
}

#[test]
fn a_key_without_a_fraction_fails_the_job() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let pairs = ctx.range(0, 10, 1, 2)?.map(|x| (x % 2, x));
    let some = pairs.sample_by_key(false, HashMap::from([(0, 0.5)]), 1)?;
    assert!(some.count().is_err());
    assert!(
        pairs
            .sample_by_key(false, HashMap::from([(0, -0.5)]), 1)
            .is_err()
    );
    Ok(())
}

#[test]
fn records_that_are_placed_are_only_sorted() -> Outcome {
    use flint_core::shuffle::HashPartitioner;
    let ctx = Context::local("local[2]")?;
    let pairs = ctx.range(0, 1000, 1, 3)?.map(|x| (x * 7919 % 1009, x));
    let once = pairs.repartition_and_sort_within_partitions(HashPartitioner::new(4));
    let twice = once.repartition_and_sort_within_partitions(HashPartitioner::new(4));
    assert_eq!(once.glom().collect()?, twice.glom().collect()?);
    assert_eq!(once.count()?, 1000);
    assert!(once.glom().collect()?.iter().all(|p| p.is_sorted()));
    // A shuffle indents what is above it.
    assert!(
        !twice
            .to_debug_string()
            .lines()
            .any(|line| line.starts_with("    "))
    );
    Ok(())
}
