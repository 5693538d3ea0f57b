//! Every action of the view with an environment. What a closure of an action does without an
//! answer is seen in accumulators.

use std::collections::BTreeMap;

use flint_core::{LongAccumulator, PartitionIter, Result};

use super::{Case, Setup, by_remainder, cases, numbers};

pub(super) const CASES: &[Case] = cases![
    reduce,
    fold,
    aggregate,
    min_by,
    max_by,
    tree_aggregate,
    tree_reduce,
    take_ordered_by,
    top_by,
    reduce_by_key_locally,
    for_each,
    for_each_partition,
    for_each_async,
    for_each_partition_async,
];

fn reduce(s: &Setup<'_>) -> Result<()> {
    let sum = numbers(s)?.with(97).reduce(|k, a, b| (a + b) % k)?;
    assert_eq!(sum, (0..100).sum::<i64>() % 97);
    let none = s
        .ctx
        .empty_rdd::<i64>()
        .with(97)
        .reduce(|k, a, b| a + b + k);
    assert!(none.is_err(), "there is nothing to reduce");
    Ok(())
}

fn fold(s: &Setup<'_>) -> Result<()> {
    // Zero counts once for each of the four partitions, and once on the driver.
    let sum = numbers(s)?.with(10_007).fold(10, |k, a, b| (a + b) % k)?;
    assert_eq!(sum, (0..100).sum::<i64>() + 50);
    Ok(())
}

fn aggregate(s: &Setup<'_>) -> Result<()> {
    let (sum, most) = numbers(s)?.with(2).aggregate(
        (0, i64::MIN),
        |k, (sum, most), x| (sum + x * k, most.max(x)),
        |_, (sum, most), (more, other)| (sum + more, most.max(other)),
    )?;
    assert_eq!((sum, most), ((0..100).map(|x| x * 2).sum(), 99));
    Ok(())
}

fn min_by(s: &Setup<'_>) -> Result<()> {
    let least = numbers(s)?
        .with(40_i64)
        .min_by(|k, a, b| (a - k).abs().cmp(&(b - k).abs()))?;
    assert_eq!(least, 40);
    Ok(())
}

fn max_by(s: &Setup<'_>) -> Result<()> {
    let most = numbers(s)?
        .with(60_i64)
        .max_by(|k, a, b| (a - k).abs().cmp(&(b - k).abs()))?;
    assert_eq!(most, 0);
    Ok(())
}

fn tree_aggregate(s: &Setup<'_>) -> Result<()> {
    // Nine partitions, so that there is a level between them and the driver.
    let n = s.ctx.range(0, 1000, 1, 9)?;
    for depth in [1, 2, 3] {
        let (sum, count) = n.with(3).tree_aggregate(
            (0, 0_u64),
            |k, (sum, n), x| (sum + x * k, n + 1),
            |_, (sum, n), (more, m)| (sum + more, n + m),
            depth,
        )?;
        assert_eq!((sum, count), ((0..1000).map(|x| x * 3).sum(), 1000));
    }
    Ok(())
}

fn tree_reduce(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 1000, 1, 9)?;
    for depth in [1, 2, 3] {
        let sum = n.with(10_007).tree_reduce(|k, a, b| (a + b) % k, depth)?;
        assert_eq!(sum, (0..1000).sum::<i64>() % 10_007);
    }
    Ok(())
}

fn take_ordered_by(s: &Setup<'_>) -> Result<()> {
    let first = numbers(s)?
        .with(37)
        .take_ordered_by(5, |k, a, b| (a * k % 101).cmp(&(b * k % 101)))?;
    let mut expected: Vec<i64> = (0..100).collect();
    expected.sort_by_key(|x| x * 37 % 101);
    assert_eq!(first, expected[..5]);
    Ok(())
}

fn top_by(s: &Setup<'_>) -> Result<()> {
    let last = numbers(s)?
        .with(37)
        .top_by(5, |k, a, b| (a * k % 101).cmp(&(b * k % 101)))?;
    let mut expected: Vec<i64> = (0..100).collect();
    expected.sort_by_key(|x| std::cmp::Reverse(x * 37 % 101));
    assert_eq!(last, expected[..5]);
    Ok(())
}

fn reduce_by_key_locally(s: &Setup<'_>) -> Result<()> {
    let sums = by_remainder(s, 5)?
        .with(101)
        .reduce_by_key_locally(|k, a, b| (a + b) % k)?;
    let sums: BTreeMap<i64, i64> = sums.into_iter().collect();
    let expected = (0..5).map(|k| (k, (k..100).step_by(5).sum::<i64>() % 101));
    assert_eq!(sums, expected.collect());
    Ok(())
}

fn for_each(s: &Setup<'_>) -> Result<()> {
    let sum = s.ctx.long_accumulator("sum");
    numbers(s)?
        .with((sum.clone(), 2))
        .for_each(|(sum, k), x| sum.add(x * k))?;
    assert_eq!(
        (sum.sum(), sum.count()),
        ((0..100).map(|x| x * 2).sum(), 100)
    );
    Ok(())
}

/// Adds the sum of a partition.
fn add_sum(sum: &LongAccumulator, records: PartitionIter<i64>) {
    sum.add(records.sum());
}

fn for_each_partition(s: &Setup<'_>) -> Result<()> {
    let sum = s.ctx.long_accumulator("sum");
    numbers(s)?.with(sum.clone()).for_each_partition(add_sum)?;
    assert_eq!((sum.sum(), sum.count()), ((0..100).sum(), 4));
    Ok(())
}

fn for_each_async(s: &Setup<'_>) -> Result<()> {
    let sum = s.ctx.long_accumulator("sum");
    let done = numbers(s)?
        .with((sum.clone(), 2))
        .for_each_async(|(sum, k), x| sum.add(x * k));
    done.wait()?;
    assert_eq!(
        (sum.sum(), sum.count()),
        ((0..100).map(|x| x * 2).sum(), 100)
    );
    Ok(())
}

fn for_each_partition_async(s: &Setup<'_>) -> Result<()> {
    let sum = s.ctx.long_accumulator("sum");
    numbers(s)?
        .with(sum.clone())
        .for_each_partition_async(add_sum)
        .wait()?;
    assert_eq!((sum.sum(), sum.count()), ((0..100).sum(), 4));
    Ok(())
}
