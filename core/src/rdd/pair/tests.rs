//! Operations by key against plain models, and their shapes against Spark's.

mod shapes;

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
