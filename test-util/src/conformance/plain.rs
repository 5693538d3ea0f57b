//! Every transformation that takes no closure. It has no form with an environment, and is as
//! portable as its input.

use std::collections::HashMap;
use std::fmt::Display;

use flint_core::shuffle::HashPartitioner;
use flint_core::{Rdd, Result};

use super::{Case, Setup, by_remainder, cases, numbers, sorted};

pub(super) const CASES: &[Case] = cases![
    keys,
    values,
    glom,
    union,
    distinct,
    intersection,
    subtract,
    subtract_by_key,
    subtract_by_key_by,
    join,
    join_by,
    left_outer_join,
    right_outer_join,
    full_outer_join,
    cogroup,
    cogroup3,
    cogroup4,
    group_with,
    group_with3,
    group_with4,
    group_by_key,
    group_by_key_by,
    partition_by,
    partition_by_hash,
    sort_by_key,
    repartition_and_sort_within_partitions,
    filter_by_range,
    coalesce,
    repartition,
    zip,
    zip_with_index,
    zip_with_unique_id,
    cartesian,
    sample,
    sample_by_key,
    sample_by_key_exact,
    count_approx_distinct_by_key,
    random_split,
    pipe,
    pipe_with_env,
];

fn all() -> Vec<i64> {
    (0..100).collect()
}

fn keys(s: &Setup<'_>) -> Result<()> {
    let keys = by_remainder(s, 5)?.keys().collect()?;
    assert_eq!(keys, (0..100).map(|x| x % 5).collect::<Vec<_>>());
    Ok(())
}

fn values(s: &Setup<'_>) -> Result<()> {
    assert_eq!(by_remainder(s, 5)?.values().collect()?, all());
    Ok(())
}

fn glom(s: &Setup<'_>) -> Result<()> {
    let expected: Vec<Vec<i64>> = all().chunks(25).map(<[i64]>::to_vec).collect();
    assert_eq!(numbers(s)?.glom().collect()?, expected);
    Ok(())
}

fn union(s: &Setup<'_>) -> Result<()> {
    let n = numbers(s)?;
    let more = n.with(100).map(|k, x| x + k);
    let both = n.union(&more);
    assert_eq!(both.num_partitions(), 8);
    assert_eq!(both.collect()?, (0..200).collect::<Vec<_>>());
    Ok(())
}

/// Two sets with copies: 0 to 29 and 20 to 49, each number twice.
fn two_sets(s: &Setup<'_>) -> Result<(Rdd<i64>, Rdd<i64>)> {
    let low = s.ctx.range(0, 60, 1, 4)?.with(30).map(|k, x| x % k);
    let high = low.with(20).map(|k, x| x + k);
    Ok((low, high))
}

fn distinct(s: &Setup<'_>) -> Result<()> {
    let once = two_sets(s)?.0.distinct(3);
    assert_eq!(sorted(&once)?, (0..30).collect::<Vec<_>>());
    Ok(())
}

fn intersection(s: &Setup<'_>) -> Result<()> {
    let (low, high) = two_sets(s)?;
    assert_eq!(
        sorted(&low.intersection(&high, 3))?,
        (20..30).collect::<Vec<_>>()
    );
    Ok(())
}

fn subtract(s: &Setup<'_>) -> Result<()> {
    let (low, high) = two_sets(s)?;
    let expected: Vec<i64> = (0..20).flat_map(|x| [x, x]).collect();
    assert_eq!(sorted(&low.subtract(&high, 3))?, expected);
    Ok(())
}

/// Names of some keys, one of them twice and one that no number has.
fn names(s: &Setup<'_>) -> Rdd<(i64, char)> {
    s.ctx
        .parallelize(vec![(0, 'a'), (3, 'b'), (3, 'c'), (9, 'd')], 3)
}

/// Four numbers by their remainder by 4.
fn few(s: &Setup<'_>) -> Result<Rdd<(i64, i64)>> {
    Ok(s.ctx.range(0, 4, 1, 4)?.with(10).map(|k, x| (x, x * k)))
}

fn subtract_by_key(s: &Setup<'_>) -> Result<()> {
    let rest = few(s)?.subtract_by_key(&names(s), 3);
    assert_eq!(sorted(&rest)?, [(1, 10), (2, 20)]);
    Ok(())
}

fn subtract_by_key_by(s: &Setup<'_>) -> Result<()> {
    let rest = few(s)?.subtract_by_key_by(&names(s), HashPartitioner::new(3));
    assert_eq!(sorted(&rest)?, [(1, 10), (2, 20)]);
    Ok(())
}

const JOINED: [(i64, (i64, char)); 3] = [(0, (0, 'a')), (3, (30, 'b')), (3, (30, 'c'))];

fn join(s: &Setup<'_>) -> Result<()> {
    assert_eq!(sorted(&few(s)?.join(&names(s), 3))?, JOINED);
    Ok(())
}

fn join_by(s: &Setup<'_>) -> Result<()> {
    let joined = few(s)?.join_by(&names(s), HashPartitioner::new(3));
    assert_eq!(sorted(&joined)?, JOINED);
    Ok(())
}

fn left_outer_join(s: &Setup<'_>) -> Result<()> {
    let joined = few(s)?.left_outer_join(&names(s), 3);
    let expected = [
        (0, (0, Some('a'))),
        (1, (10, None)),
        (2, (20, None)),
        (3, (30, Some('b'))),
        (3, (30, Some('c'))),
    ];
    assert_eq!(sorted(&joined)?, expected);
    Ok(())
}

fn right_outer_join(s: &Setup<'_>) -> Result<()> {
    let joined = few(s)?.right_outer_join(&names(s), 3);
    let expected = [
        (0, (Some(0), 'a')),
        (3, (Some(30), 'b')),
        (3, (Some(30), 'c')),
        (9, (None, 'd')),
    ];
    assert_eq!(sorted(&joined)?, expected);
    Ok(())
}

fn full_outer_join(s: &Setup<'_>) -> Result<()> {
    let joined = few(s)?.full_outer_join(&names(s), 3);
    let expected = [
        (0, (Some(0), Some('a'))),
        (1, (Some(10), None)),
        (2, (Some(20), None)),
        (3, (Some(30), Some('b'))),
        (3, (Some(30), Some('c'))),
        (9, (None, Some('d'))),
    ];
    assert_eq!(sorted(&joined)?, expected);
    Ok(())
}

/// What [`few`] and [`names`] have under each key, each list sorted.
fn together() -> [(i64, Vec<i64>, Vec<char>); 5] {
    [
        (0, vec![0], vec!['a']),
        (1, vec![10], vec![]),
        (2, vec![20], vec![]),
        (3, vec![30], vec!['b', 'c']),
        (9, vec![], vec!['d']),
    ]
}

type Pair = (Vec<i64>, Vec<char>);

fn check_pairs(grouped: &Rdd<(i64, Pair)>) -> Result<()> {
    let grouped = grouped.with(()).map_values(|(), (n, mut letters)| {
        letters.sort_unstable();
        (n, letters)
    });
    assert_eq!(sorted(&grouped)?, together().map(|(k, n, c)| (k, (n, c))));
    Ok(())
}

fn cogroup(s: &Setup<'_>) -> Result<()> {
    check_pairs(&few(s)?.cogroup(&names(s), 3))
}

fn group_with(s: &Setup<'_>) -> Result<()> {
    check_pairs(&few(s)?.group_with(&names(s)))
}

type Triple = (Vec<i64>, Vec<char>, Vec<i64>);

fn check_triples(grouped: &Rdd<(i64, Triple)>) -> Result<()> {
    let grouped = grouped.with(()).map_values(|(), (n, mut letters, again)| {
        letters.sort_unstable();
        (n, letters, again)
    });
    let expected = together().map(|(k, n, c)| (k, (n.clone(), c, n)));
    assert_eq!(sorted(&grouped)?, expected);
    Ok(())
}

fn cogroup3(s: &Setup<'_>) -> Result<()> {
    let n = few(s)?;
    check_triples(&n.cogroup3(&names(s), &n, 3))
}

fn group_with3(s: &Setup<'_>) -> Result<()> {
    let n = few(s)?;
    check_triples(&n.group_with3(&names(s), &n))
}

type Quadruple = (Vec<i64>, Vec<char>, Vec<i64>, Vec<i64>);

fn check_quadruples(grouped: &Rdd<(i64, Quadruple)>) -> Result<()> {
    let grouped = grouped.with(()).map_values(|(), (n, mut letters, b, c)| {
        letters.sort_unstable();
        (n, letters, b, c)
    });
    let expected = together().map(|(k, n, c)| (k, (n.clone(), c, n.clone(), n)));
    assert_eq!(sorted(&grouped)?, expected);
    Ok(())
}

fn cogroup4(s: &Setup<'_>) -> Result<()> {
    let n = few(s)?;
    check_quadruples(&n.cogroup4(&names(s), &n, &n, 3))
}

fn group_with4(s: &Setup<'_>) -> Result<()> {
    let n = few(s)?;
    check_quadruples(&n.group_with4(&names(s), &n, &n))
}

fn check_groups(groups: &Rdd<(i64, Vec<i64>)>) -> Result<()> {
    let groups = groups.with(()).map_values(|(), mut group| {
        group.sort_unstable();
        group
    });
    let expected: Vec<_> = (0..5).map(|k| (k, (k..100).step_by(5).collect())).collect();
    assert_eq!(sorted(&groups)?, expected);
    Ok(())
}

fn group_by_key(s: &Setup<'_>) -> Result<()> {
    check_groups(&by_remainder(s, 5)?.group_by_key(3))
}

fn group_by_key_by(s: &Setup<'_>) -> Result<()> {
    check_groups(&by_remainder(s, 5)?.group_by_key_by(HashPartitioner::new(3)))
}

/// Holds a change of places to what it must keep: all records, and a key in one partition only.
fn check_places(placed: &Rdd<(i64, i64)>) -> Result<()> {
    let partitions = placed.glom().collect()?;
    let holders = |key| {
        partitions
            .iter()
            .filter(|p| p.iter().any(|r| r.0 == key))
            .count()
    };
    assert_eq!((0..5).map(holders).collect::<Vec<_>>(), [1; 5]);
    let mut records = partitions.concat();
    records.sort_by_key(|r| r.1);
    assert_eq!(records, (0..100).map(|x| (x % 5, x)).collect::<Vec<_>>());
    Ok(())
}

fn partition_by(s: &Setup<'_>) -> Result<()> {
    check_places(&by_remainder(s, 5)?.partition_by(HashPartitioner::new(3)))
}

fn partition_by_hash(s: &Setup<'_>) -> Result<()> {
    check_places(&by_remainder(s, 5)?.partition_by_hash(3))
}

fn sort_by_key(s: &Setup<'_>) -> Result<()> {
    let mut expected: Vec<(i64, i64)> = (0..100).map(|x| (x % 5, x)).collect();
    // Stable: equal keys keep their order.
    expected.sort_by_key(|r| r.0);
    assert_eq!(
        by_remainder(s, 5)?.sort_by_key(true, 3).collect()?,
        expected
    );
    expected.sort_by_key(|r| std::cmp::Reverse(r.0));
    assert_eq!(
        by_remainder(s, 5)?.sort_by_key(false, 3).collect()?,
        expected
    );
    Ok(())
}

fn repartition_and_sort_within_partitions(s: &Setup<'_>) -> Result<()> {
    let pairs = by_remainder(s, 5)?;
    let moved = pairs.repartition_and_sort_within_partitions(HashPartitioner::new(3));
    let partitions = moved.glom().collect()?;
    assert!(partitions.iter().all(|p| p.is_sorted_by_key(|r| r.0)));
    check_places(&moved)
}

fn filter_by_range(s: &Setup<'_>) -> Result<()> {
    let sorted = numbers(s)?
        .with(())
        .map(|(), x| (x, x * x))
        .sort_by_key(true, 4);
    // Wide enough for a partition on each side.
    let some = sorted.filter_by_range(10, 90)?;
    assert_eq!(
        some.collect()?,
        (10..=90).map(|x| (x, x * x)).collect::<Vec<_>>()
    );
    Ok(())
}

fn coalesce(s: &Setup<'_>) -> Result<()> {
    let few = s.ctx.range(0, 100, 1, 9)?.coalesce(3)?;
    assert_eq!(few.num_partitions(), 3);
    assert_eq!(few.collect()?, all());
    Ok(())
}

fn repartition(s: &Setup<'_>) -> Result<()> {
    let more = numbers(s)?.repartition(7)?;
    assert_eq!(more.num_partitions(), 7);
    assert_eq!(sorted(&more)?, all());
    Ok(())
}

fn zip(s: &Setup<'_>) -> Result<()> {
    let n = numbers(s)?;
    let pairs = n.zip(&n.with(2).map(|k, x| x * k))?;
    assert_eq!(
        pairs.collect()?,
        (0..100).map(|x| (x, x * 2)).collect::<Vec<_>>()
    );
    Ok(())
}

fn zip_with_index(s: &Setup<'_>) -> Result<()> {
    let odd = numbers(s)?.with(2).filter(|k, x| x % k == 1);
    let expected: Vec<_> = (1..100).step_by(2).zip(0..).collect();
    assert_eq!(odd.zip_with_index().collect()?, expected);
    Ok(())
}

fn zip_with_unique_id(s: &Setup<'_>) -> Result<()> {
    let numbered = numbers(s)?.zip_with_unique_id().collect()?;
    let expected = (0..100).map(|x| (x, (x % 25 * 4 + x / 25) as u64));
    assert_eq!(numbered, expected.collect::<Vec<_>>());
    Ok(())
}

fn cartesian(s: &Setup<'_>) -> Result<()> {
    let pairs = numbers(s)?.cartesian(&names(s).values());
    let expected = (0..100).flat_map(|x| ['a', 'b', 'c', 'd'].map(|c| (x, c)));
    assert_eq!(sorted(&pairs)?, expected.collect::<Vec<_>>());
    Ok(())
}

/// The same seed takes the same records, wherever a task runs.
fn sample(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 1000, 1, 4)?;
    for with_replacement in [false, true] {
        let sample = n.sample(with_replacement, 0.1, 42)?;
        let first = sample.collect()?;
        assert!((50..200).contains(&first.len()), "{}", first.len());
        assert!(first.is_sorted());
        assert_eq!(sample.collect()?, first);
    }
    Ok(())
}

fn sample_by_key(s: &Setup<'_>) -> Result<()> {
    let fractions = HashMap::from([(0, 1.0), (1, 0.0), (2, 0.5), (3, 0.0), (4, 1.0)]);
    let sample = by_remainder(s, 5)?.sample_by_key(false, fractions, 42)?;
    let taken = sample.collect()?;
    let of = |key| taken.iter().filter(|r| r.0 == key).count();
    assert_eq!([0, 1, 3, 4].map(of), [20, 0, 0, 20]);
    assert!((1..20).contains(&of(2)));
    assert_eq!(sample.collect()?, taken);
    Ok(())
}

fn sample_by_key_exact(s: &Setup<'_>) -> Result<()> {
    for with_replacement in [false, true] {
        let fractions = HashMap::from([(0, 0.5), (1, 0.1), (2, 1.0)]);
        let sample = by_remainder(s, 3)?.sample_by_key_exact(with_replacement, fractions, 5)?;
        let counts = sample.count_by_key()?;
        assert_eq!((counts[&0], counts[&1], counts[&2]), (17, 4, 33));
    }
    Ok(())
}

fn count_approx_distinct_by_key(s: &Setup<'_>) -> Result<()> {
    let pairs = by_remainder(s, 3)?.with(11).map(|k, (r, x)| (r, x % k));
    let counts = pairs.count_approx_distinct_by_key(0.01, 2)?;
    assert_eq!(sorted(&counts)?, [(0, 11), (1, 11), (2, 11)]);
    Ok(())
}

fn random_split(s: &Setup<'_>) -> Result<()> {
    let parts = numbers(s)?.random_split(&[1.0, 3.0], 42)?;
    let parts: Vec<Vec<i64>> = parts.iter().map(Rdd::collect).collect::<Result<_>>()?;
    assert!(parts.iter().all(|p| !p.is_empty()));
    let mut together = parts.concat();
    together.sort_unstable();
    assert_eq!(together, all());
    Ok(())
}

fn lines(records: impl IntoIterator<Item = impl Display>) -> Vec<String> {
    records.into_iter().map(|x| x.to_string()).collect()
}

fn pipe(s: &Setup<'_>) -> Result<()> {
    let printed = numbers(s)?.pipe(&["cat"])?.collect()?;
    assert_eq!(lines(printed), lines(all()));
    Ok(())
}

fn pipe_with_env(s: &Setup<'_>) -> Result<()> {
    let command = ["sh", "-c", "echo $FLINT_CONFORMANCE"];
    let printed = numbers(s)?.pipe_with_env(&command, &[("FLINT_CONFORMANCE", "seen")])?;
    assert_eq!(lines(printed.collect()?), ["seen"; 4]);
    Ok(())
}
