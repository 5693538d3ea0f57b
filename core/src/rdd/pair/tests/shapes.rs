//! Numbers of partitions, shuffles and partitioners that are kept, as Spark has them.

use super::{FloorMod, context, shuffles};
use crate::context::Context;
use crate::data::Data;
use crate::exec::PartitionIter;
use crate::rdd::Rdd;
use crate::rdd::view::Placement;

type Pairs = Rdd<(i64, i64)>;
type Shape = (Option<usize>, Option<usize>, Option<usize>);

/// The shape of an RDD, once all of it was computed.
fn shape<T: Data>(rdd: Rdd<T>) -> Shape {
    rdd.count().unwrap();
    let node = rdd.node();
    let partitioner = node.partitioner.as_ref().map(|p| p.num_partitions);
    (
        Some(rdd.num_partitions()),
        Some(shuffles(node)),
        partitioner,
    )
}

/// The number behind the first `"name":` of a text; `None` for `null`.
fn number(text: &str, name: &str) -> Option<usize> {
    let (_, rest) = text.split_once(&format!("\"{name}\":"))?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[..end].parse().ok()
}

/// An operand of a shape case.
fn operand(ctx: &Context, line: &str, name: &str) -> Pairs {
    let (_, text) = line.split_once(&format!("\"{name}\":")).unwrap();
    let pairs = (0..20).map(|i| (i % 5, i)).collect();
    let rdd = match number(text, "partitions").unwrap() {
        0 => ctx.empty_rdd(),
        n => ctx.parallelize(pairs, n),
    };
    match number(text, "partition_by_mod").unwrap() {
        0 => rdd,
        n => rdd.partition_by(FloorMod(n)),
    }
}

fn binary_shape(op: &str, a: &Pairs, b: &Pairs) -> Shape {
    match op {
        "join" => shape(a.join(b, 0)),
        "left_outer_join" => shape(a.left_outer_join(b, 0)),
        "right_outer_join" => shape(a.right_outer_join(b, 0)),
        "full_outer_join" => shape(a.full_outer_join(b, 0)),
        "cogroup" => shape(a.cogroup(b, 0)),
        "subtract_by_key" => shape(a.subtract_by_key(b, 0)),
        "subtract" => shape(a.subtract(b, 0)),
        "intersection" => shape(a.intersection(b, 0)),
        "union" => shape(a.union(b)),
        "cartesian" => shape(a.cartesian(b)),
        _ => panic!("nobody replays {op}"),
    }
}

/// The shapes of operators that look at keys or move records.
fn unary_shape(op: &str, a: &Pairs) -> Shape {
    match op {
        "map_values" => shape(a.map_values(|v| v + 1)),
        "flat_map_values" => shape(a.flat_map_values(|v| [v])),
        "keys" => shape(a.keys()),
        "values" => shape(a.values()),
        "key_by" => shape(a.key_by(|x| x.0)),
        "distinct" => shape(a.distinct(0)),
        "distinct_2" => shape(a.distinct(2)),
        "reduce_by_key" => shape(a.reduce_by_key(|x, y| x + y, 0)),
        "reduce_by_key_2" => shape(a.reduce_by_key(|x, y| x + y, 2)),
        "group_by_key" => shape(a.group_by_key(0)),
        "fold_by_key" => shape(a.fold_by_key(0, |x, y| x + y, 0)),
        "aggregate_by_key" => shape(a.aggregate_by_key(0, |x, y| x + y, |x, y| x + y, 0)),
        "group_by" => shape(a.group_by(|x| x.0, 0)),
        "partition_by_same" => shape(a.partition_by(FloorMod(4))),
        "partition_by_other" => shape(a.partition_by(FloorMod(3))),
        "repartition_and_sort" => shape(a.repartition_and_sort_within_partitions(FloorMod(4))),
        "sort_by" => shape(a.sort_by(|x| x.1, true, 0)),
        "sort_by_key" => shape(a.sort_by_key(true, 0)),
        "sort_by_key_2" => shape(a.sort_by_key(true, 2)),
        "coalesce_2" => shape(a.coalesce(2).unwrap()),
        "repartition_2" => shape(a.repartition(2).unwrap()),
        _ => narrow_shape(op, a),
    }
}

fn narrow_shape(op: &str, a: &Pairs) -> Shape {
    match op {
        "map" => shape(a.map(|x| x)),
        "filter" => shape(a.filter(|x| x.1 > 3)),
        "flat_map" => shape(a.flat_map(|x| [x])),
        "map_partitions" => shape(a.map_partitions(|records| records)),
        // Spark's argument `preservesPartitioning` is what `map_values` and its like do inside.
        "map_partitions_preserving" => {
            let kept = |(): &(), _: usize, records: PartitionIter<(i64, i64)>| records;
            shape(
                a.with(())
                    .partitions_named("map_partitions", kept, Placement::Kept),
            )
        }
        "glom" => shape(a.glom()),
        "sample" => shape(a.sample(false, 0.5, 1).unwrap()),
        "sample_by_key" => {
            let fractions = (0..5).map(|key| (key, 0.5)).collect();
            shape(a.sample_by_key(false, fractions, 1).unwrap())
        }
        "zip_with_index" => shape(a.zip_with_index()),
        "filter_by_range" => shape(a.filter_by_range(1, 3).unwrap()),
        _ => panic!("nobody replays {op}"),
    }
}

/// Replays the shape cases whose names begin with `prefix`. Returns how many there are.
fn replay_shapes(ctx: &Context, prefix: &str) -> usize {
    let golden = include_str!("../../../../tests/golden/rdd_scala.jsonl");
    let mut replayed = 0;
    for line in golden.lines() {
        let Some(rest) = line.strip_prefix(&format!("{{\"case\":\"{prefix}/")) else {
            continue;
        };
        let (op, _) = rest.split_once('/').unwrap();
        let ours = if line.contains("\"right\":") {
            let (a, b) = (operand(ctx, line, "left"), operand(ctx, line, "right"));
            binary_shape(op, &a, &b)
        } else {
            let field = ["input", "left"]
                .into_iter()
                .find(|f| line.contains(&format!("\"{f}\":")));
            unary_shape(op, &operand(ctx, line, field.unwrap()))
        };
        let (_, result) = line.split_once("\"result\":").unwrap();
        let mut theirs = ["num_partitions", "shuffles", "partitioner"].map(|f| number(result, f));
        if op == "sort_by_key_2" && number(line, "partitions") == Some(0) {
            // Spark has one range of no keys; here are as many partitions as were asked for.
            assert_eq!((theirs[0], theirs[2]), (Some(1), Some(1)));
            (theirs[0], theirs[2]) = (Some(2), Some(2));
        }
        assert_eq!(ours, theirs.into(), "{line}");
        replayed += 1;
    }
    replayed
}

#[test]
fn shapes_are_sparks() {
    assert!(replay_shapes(&context(), "shape") > 100);
}

#[test]
fn shapes_are_sparks_with_a_default_parallelism() {
    let ctx = Context::builder()
        .master("local[2]")
        .config("spark.default.parallelism", "5")
        .build()
        .unwrap();
    assert!(replay_shapes(&ctx, "shape-parallelism-5") > 50);
}

/// Unions of pairs that are placed by as many partitions as the case says.
#[test]
fn unions_keep_a_common_partitioner() {
    let golden = include_str!("../../../../tests/golden/rdd_scala.jsonl");
    let is_case = |line: &&str| line.contains("\"op\":\"union\",\"partition_by_mod\"");
    let cases: Vec<&str> = golden.lines().filter(is_case).collect();
    assert_eq!(cases.len(), 2);
    let ctx = context();
    let pairs = |n| ctx.parallelize((0..20).map(|i| (i % 5, i)).collect(), n);
    for line in cases {
        let other = if line.contains("[4,4]") { 4 } else { 3 };
        assert!(line.contains(&format!("[4,{other}]")));
        let left = pairs(3).partition_by(FloorMod(4));
        let right = pairs(2).partition_by(FloorMod(other));
        let (_, result) = line.split_once("\"result\":").unwrap();
        let theirs = ["num_partitions", "shuffles", "partitioner"].map(|f| number(result, f));
        assert_eq!(shape(left.union(&right)), theirs.into(), "{line}");
    }
}
