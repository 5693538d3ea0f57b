//! Operations by key against plain models, and their shapes against Spark's.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::data::Data;
use crate::rdd::Rdd;
use crate::rdd::node::{Parent, RddNode};
use crate::shuffle::{HashPartitioner, Partitioner};

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

fn context() -> Context {
    Context::local("local[2]").unwrap()
}

/// Shuffles in the whole lineage, each counted once.
fn shuffles(node: &Arc<RddNode>) -> usize {
    let (mut seen, mut waiting) = (HashSet::new(), vec![Arc::clone(node)]);
    while let Some(node) = waiting.pop() {
        for parent in node.parents() {
            match parent {
                Parent::Narrow(n) => waiting.push(n),
                Parent::Shuffle(s) => {
                    seen.insert(s.id);
                    waiting.push(Arc::clone(&s.parent));
                }
            }
        }
    }
    seen.len()
}

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
fn operand(ctx: &Context, line: &str, name: &str) -> Rdd<(i64, i64)> {
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

fn binary_shape(op: &str, a: &Rdd<(i64, i64)>, b: &Rdd<(i64, i64)>) -> Option<Shape> {
    Some(match op {
        "join" => shape(a.join(b, 0)),
        "left_outer_join" => shape(a.left_outer_join(b, 0)),
        "right_outer_join" => shape(a.right_outer_join(b, 0)),
        "full_outer_join" => shape(a.full_outer_join(b, 0)),
        "cogroup" => shape(a.cogroup(b, 0)),
        "subtract_by_key" => shape(a.subtract_by_key(b, 0)),
        "subtract" => shape(a.subtract(b, 0)),
        "intersection" => shape(a.intersection(b, 0)),
        "union" => shape(a.union(b)),
        _ => return None,
    })
}

fn unary_shape(op: &str, a: &Rdd<(i64, i64)>) -> Option<Shape> {
    Some(match op {
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
        _ => return None,
    })
}

/// Replays the shape cases whose names begin with `prefix`. Returns how many there are.
fn replay_shapes(ctx: &Context, prefix: &str) -> usize {
    let golden = include_str!("../../../tests/golden/rdd_scala.jsonl");
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
        let Some(ours) = ours else { continue };
        let (_, result) = line.split_once("\"result\":").unwrap();
        let theirs = ["num_partitions", "shuffles", "partitioner"].map(|f| number(result, f));
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

fn sorted<T: Data + Ord>(rdd: &Rdd<T>) -> Vec<T> {
    let mut all = rdd.collect().unwrap();
    all.sort();
    all
}

/// Pairs with light and heavy keys. Values are strings, which own memory.
fn words(seed: u64, n: u64) -> Vec<(u64, String)> {
    (0..n)
        .map(|i| (i * i * seed % 23 * (i % 3), format!("{seed}-{i}")))
        .collect()
}

fn groups(pairs: &[(u64, String)]) -> BTreeMap<u64, Vec<String>> {
    let mut groups: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (k, v) in pairs {
        groups.entry(*k).or_default().push(v.clone());
    }
    groups
}

#[test]
fn groups_keep_the_order_of_the_input() {
    let (ctx, pairs) = (context(), words(7, 500));
    let grouped = ctx.parallelize(pairs.clone(), 4).group_by_key(3);
    assert_eq!(
        sorted(&grouped),
        groups(&pairs).into_iter().collect::<Vec<_>>()
    );
    let by_length = ctx
        .parallelize(pairs.clone(), 4)
        .values()
        .group_by(String::len, 2);
    let total: usize = by_length.collect().unwrap().iter().map(|g| g.1.len()).sum();
    assert_eq!(total, pairs.len());
}

#[test]
fn combined_values_that_own_memory_are_moved() {
    let (ctx, pairs) = (context(), words(5, 400));
    let rdd = ctx.parallelize(pairs.clone(), 3);
    let append = |mut all: Vec<String>, mut more: Vec<String>| {
        all.append(&mut more);
        all
    };
    let push = |mut all: Vec<String>, v: String| {
        all.push(v);
        all
    };
    let expected: Vec<_> = groups(&pairs).into_iter().collect();
    let combined = rdd.combine_by_key(|v| vec![v], push, append, 4);
    assert_eq!(sorted(&combined), expected);
    let aggregated = rdd.aggregate_by_key(Vec::new(), push, append, 4);
    assert_eq!(sorted(&aggregated), expected);
    let here = rdd
        .partition_by_hash(2)
        .combine_by_key(|v| vec![v], push, append, 0);
    assert_eq!(sorted(&here), expected);
    let joined = rdd.reduce_by_key(|a, b| a + " " + &b, 0);
    let texts: Vec<_> = expected
        .iter()
        .map(|(k, group)| (*k, group.join(" ")))
        .collect();
    assert_eq!(sorted(&joined), texts);
}

#[test]
fn a_zero_counts_once_per_key_and_map_partition() {
    let pairs = context().parallelize(vec![(1, 10), (2, 20), (1, 30), (1, 40)], 2);
    let add = |a: i32, b: i32| a + b;
    assert_eq!(
        sorted(&pairs.fold_by_key(100, add, 0)),
        [(1, 280), (2, 120)]
    );
    let aggregated = pairs.aggregate_by_key(100, add, add, 0);
    assert_eq!(sorted(&aggregated), [(1, 280), (2, 120)]);
}

#[test]
fn environments_reach_all_closures() {
    let pairs = context().parallelize(vec![(1, 1), (1, 2), (2, 3)], 3);
    let with = pairs.with(10);
    let sums = with.aggregate_by_key(0, |f, s, v| s + f * v, |_, a, b| a + b, 2);
    assert_eq!(sorted(&sums), [(1, 30), (2, 30)]);
    let folded = with.fold_by_key(0, |f, a, b| (a + b) % f, 2);
    assert_eq!(sorted(&folded), [(1, 3), (2, 3)]);
    let values = with.flat_map_values(|f, v| [v, v * f]);
    assert_eq!(values.count().unwrap(), 6);
    let grouped = with.group_by(|f, x| x.1 * f, 1);
    assert_eq!(grouped.count().unwrap(), 3);
}

/// What a full outer join must give.
fn outer_model(
    left: &[(u64, String)],
    right: &[(u64, String)],
) -> Vec<(u64, (Option<String>, Option<String>))> {
    let (left, right) = (groups(left), groups(right));
    let keys: BTreeSet<u64> = left.keys().chain(right.keys()).copied().collect();
    let mut rows = Vec::new();
    let side = |groups: &BTreeMap<u64, Vec<String>>, k| match groups.get(&k) {
        Some(group) => group.iter().cloned().map(Some).collect(),
        None => vec![None],
    };
    for k in keys {
        for v in side(&left, k) {
            for w in side(&right, k) {
                rows.push((k, (v.clone(), w)));
            }
        }
    }
    rows.sort();
    rows
}

fn check_joins(ctx: &Context, left: &[(u64, String)], right: &[(u64, String)]) {
    let model = outer_model(left, right);
    let (a, b) = (
        ctx.parallelize(left.to_vec(), 3),
        ctx.parallelize(right.to_vec(), 2),
    );
    assert_eq!(sorted(&a.full_outer_join(&b, 0)), model);
    let inner = a.join(&b, 4).map_values(|(v, w)| (Some(v), Some(w)));
    let both = |r: &&(u64, (Option<String>, Option<String>))| r.1.0.is_some() && r.1.1.is_some();
    let expected: Vec<_> = model.iter().filter(both).cloned().collect();
    assert_eq!(sorted(&inner), expected);
    let outer = a.left_outer_join(&b, 0).map_values(|(v, w)| (Some(v), w));
    let expected: Vec<_> = model.iter().filter(|r| r.1.0.is_some()).cloned().collect();
    assert_eq!(sorted(&outer), expected);
    let outer = a.right_outer_join(&b, 0).map_values(|(v, w)| (v, Some(w)));
    let expected: Vec<_> = model.iter().filter(|r| r.1.1.is_some()).cloned().collect();
    assert_eq!(sorted(&outer), expected);
    let rest: Vec<_> = model.iter().filter(|r| r.1.1.is_none()).cloned().collect();
    let subtracted = a.subtract_by_key(&b, 0).map_values(|v| (Some(v), None));
    assert_eq!(sorted(&subtracted), rest);
}

#[test]
fn joins_agree_with_a_model() {
    let ctx = context();
    check_joins(&ctx, &words(3, 120), &words(4, 90));
    check_joins(&ctx, &[], &words(4, 9));
    check_joins(&ctx, &words(4, 9), &[]);
    let heavy: Vec<_> = (0..70).map(|i| (1, i.to_string())).collect();
    check_joins(&ctx, &heavy, &heavy);
}

#[test]
fn a_join_with_itself_and_of_placed_sides_is_whole() {
    let ctx = context();
    let rdd = ctx.parallelize(words(2, 60), 3);
    let model = groups(&words(2, 60));
    let rows: usize = model.values().map(|g| g.len() * g.len()).sum();
    assert_eq!(rdd.join(&rdd, 0).count().unwrap(), rows as u64);
    let placed = rdd.partition_by_hash(4);
    let joined = placed.join_by(&rdd, HashPartitioner::new(4));
    assert_eq!(shuffles(joined.node()), 2);
    assert_eq!(joined.count().unwrap(), rows as u64);
}

#[test]
fn the_rows_of_a_heavy_key_are_made_as_they_are_pulled() {
    let ctx = context();
    let heavy = ctx.parallelize((0..20_000).map(|i| (0, i)).collect(), 2);
    let joined = heavy.join(&heavy, 1);
    let first = joined.map_partitions(|rows| rows.take(3).collect::<Vec<_>>());
    assert_eq!(
        first.collect().unwrap(),
        [(0, (0, 0)), (0, (0, 1)), (0, (0, 2))]
    );
}

#[test]
fn joins_and_groups_spill_when_memory_ends() {
    let ctx = Context::builder()
        .master("local[2]")
        .memory_bytes(4 << 20)
        .build()
        .unwrap();
    let pairs = |n: u64| (0..n).map(|i| (i % 40_000, format!("{i:>60}"))).collect();
    let (left, right) = (
        ctx.parallelize(pairs(80_000), 4),
        ctx.parallelize(pairs(40_000), 4),
    );
    let sums = left.join(&right, 2).map_values(|(v, w)| v.len() + w.len());
    let total: usize = sums.values().collect().unwrap().into_iter().sum();
    assert_eq!(total, 80_000 * 120);
    let groups = left.group_by_key(2).map_values(|group| group.len());
    assert!(groups.values().collect().unwrap().iter().all(|n| *n == 2));
    assert_eq!(left.subtract_by_key(&right, 2).count().unwrap(), 0);
}

#[test]
fn more_than_two_sides_are_grouped_together() {
    // Spark's answer to `group_with/three`.
    let ctx = context();
    let a = ctx.parallelize(
        vec![(1, 10), (2, 20), (1, 11), (3, 30), (1, 12), (2, 21)],
        4,
    );
    let b = ctx.parallelize(vec![(2, 200), (4, 400), (1, 100), (2, 201), (2, 200)], 2);
    let c = ctx.parallelize(vec![(1, -1), (5, -5)], 1);
    let expected = [
        (1, (vec![10, 11, 12], vec![100], vec![-1])),
        (2, (vec![20, 21], vec![200, 201, 200], vec![])),
        (3, (vec![30], vec![], vec![])),
        (4, (vec![], vec![400], vec![])),
        (5, (vec![], vec![], vec![-5])),
    ];
    assert_eq!(sorted(&a.group_with3(&b, &c)), expected);
    let four = a.group_with4(&b, &c, &a).map_values(|(a, b, c, again)| {
        assert_eq!(a, again);
        (a, b, c)
    });
    assert_eq!(sorted(&four), expected);
}

#[test]
fn sets_agree_with_sparks_answers() {
    let ctx = context();
    let a = ctx.parallelize(vec![1, 1, 2, 2, 3, 1], 2);
    let b = ctx.parallelize(vec![2, 4], 2);
    assert_eq!(sorted(&a.subtract(&b, 0)), [1, 1, 1, 3]);
    assert_eq!(sorted(&a.intersection(&b, 0)), [2]);
    assert_eq!(sorted(&a.distinct(0)), [1, 2, 3]);
    assert_eq!(sorted(&a.union(&a).distinct(3)), [1, 2, 3]);
    let pairs = a.map(|x| (i64::from(x), x)).partition_by(FloorMod(2));
    let once = pairs.union(&pairs).distinct(0);
    assert_eq!(sorted(&once), [(1, 1), (2, 2), (3, 3)]);
    assert_eq!(shuffles(once.node()), 1);
    assert!(once.has_partitioner());
}

#[test]
fn a_union_of_nothing_is_empty() {
    let ctx = context();
    assert_eq!(ctx.union::<i32>(&[]).num_partitions(), 0);
    assert!(ctx.union::<i32>(&[]).collect().unwrap().is_empty());
}
