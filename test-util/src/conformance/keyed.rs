//! Operators by key, joins, and operators over sets.

use std::fmt::Debug;

use flint_core::{Data, Rdd, Result};

use super::{Case, Setup};

pub(super) const CASES: &[Case] = &[
    ("combiners", combiners),
    ("values_and_groups", values_and_groups),
    ("joins", joins),
    ("sets", sets),
];

fn sorted<T: Data + Ord + Debug>(rdd: &Rdd<T>) -> Result<Vec<T>> {
    let mut records = rdd.collect()?;
    records.sort();
    Ok(records)
}

/// The numbers from 0 up to `n` under their remainder by 3.
fn numbers(s: &Setup<'_>, n: i64) -> Result<Rdd<(i64, i64)>> {
    Ok(s.ctx.range(0, n, 1, 3)?.with(3_i64).map(|k, x| (x % k, x)))
}

fn combiners(s: &Setup<'_>) -> Result<()> {
    let n = numbers(s, 7)?;
    let lists = n.with(10_i64).combine_by_key(
        |k, x| vec![x * k],
        |k, mut list, x| {
            list.push(x * k);
            list
        },
        |_, mut list, mut later| {
            list.append(&mut later);
            list
        },
        2,
    );
    let lists = lists.with(()).map_values(|(), mut list: Vec<i64>| {
        list.sort_unstable();
        list
    });
    let expected = [(0, vec![0, 30, 60]), (1, vec![10, 40]), (2, vec![20, 50])];
    assert_eq!(sorted(&lists)?, expected);
    let sums = n.with(2_i64).fold_by_key(0, |k, a, b| a.max(b) / k * k, 2);
    assert_eq!(sorted(&sums)?, [(0, 6), (1, 4), (2, 4)]);
    let counts = n
        .with(1_u64)
        .aggregate_by_key(0_u64, |one, n, _| n + one, |_, a, b| a + b, 2);
    assert_eq!(sorted(&counts)?, [(0, 3), (1, 2), (2, 2)]);
    Ok(())
}

fn values_and_groups(s: &Setup<'_>) -> Result<()> {
    let n = numbers(s, 4)?;
    let twice = n.with(2_usize).flat_map_values(|k, x| vec![x; *k]);
    let groups = twice.group_by_key(2);
    let expected = [(0, vec![0, 0, 3, 3]), (1, vec![1, 1]), (2, vec![2, 2])];
    let mut found = groups.collect()?;
    found.iter_mut().for_each(|(_, list)| list.sort_unstable());
    found.sort();
    assert_eq!(found, expected);
    let keyed = s.ctx.range(0, 3, 1, 2)?.with(5_i64).key_by(|k, x| x * k);
    assert_eq!(keyed.collect()?, [(0, 0), (5, 1), (10, 2)]);
    Ok(())
}

fn joins(s: &Setup<'_>) -> Result<()> {
    let left = s.ctx.parallelize(vec![(1, 'a'), (2, 'b'), (2, 'c')], 2);
    let right = s.ctx.parallelize(vec![(2, 'x'), (3, 'y')], 3);
    let inner = [(2, ('b', 'x')), (2, ('c', 'x'))];
    assert_eq!(sorted(&left.join(&right, 2))?, inner);
    let outer = [
        (1, ('a', None)),
        (2, ('b', Some('x'))),
        (2, ('c', Some('x'))),
    ];
    assert_eq!(sorted(&left.left_outer_join(&right, 2))?, outer);
    assert_eq!(left.cogroup(&right, 2).count()?, 3);
    Ok(())
}

fn sets(s: &Setup<'_>) -> Result<()> {
    let a = s.ctx.parallelize(vec![1, 2, 2, 3], 2);
    let b = s.ctx.parallelize(vec![2, 3, 3, 4], 3);
    assert_eq!(sorted(&a.distinct(2))?, [1, 2, 3]);
    assert_eq!(sorted(&a.intersection(&b, 2))?, [2, 3]);
    assert_eq!(sorted(&a.subtract(&b, 2))?, [1]);
    Ok(())
}
