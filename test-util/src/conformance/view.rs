//! Every transformation of the view with an environment ([`With`](flint_core::With)): its
//! closures capture nothing, and the environment is what makes the answer right.
//!
//! A case is named after its operator, which it calls on a view; `coverage` holds the file to it.

use std::collections::BTreeMap;

use flint_core::Result;
use flint_core::shuffle::HashPartitioner;

use super::{Case, Setup, by_remainder, cases, numbers, sorted};

pub(super) const CASES: &[Case] = cases![
    map,
    filter,
    flat_map,
    map_partitions,
    map_partitions_with_index,
    run_job,
    run_job_on,
    run_job_with,
    key_by,
    map_values,
    flat_map_values,
    sort_by,
    sort_by_cmp,
    group_by,
    zip_partitions,
    combine_by_key,
    combine_by_key_by,
    aggregate_by_key,
    fold_by_key,
    reduce_by_key,
    reduce_by_key_by,
];

fn map(s: &Setup<'_>) -> Result<()> {
    let scaled = numbers(s)?.with(3_i64).map(|k, x| x * k).collect()?;
    assert_eq!(scaled, (0..100).map(|x| x * 3).collect::<Vec<_>>());
    Ok(())
}

fn filter(s: &Setup<'_>) -> Result<()> {
    let some = numbers(s)?
        .with(7_i64)
        .filter(|k, x| x % k == 0)
        .collect()?;
    assert_eq!(some, (0..100).step_by(7).collect::<Vec<_>>());
    Ok(())
}

fn flat_map(s: &Setup<'_>) -> Result<()> {
    let lists = numbers(s)?.with(3_usize).flat_map(|n, x| vec![x; *n]);
    let expected: Vec<i64> = (0..100).flat_map(|x| [x; 3]).collect();
    assert_eq!(lists.collect()?, expected);
    Ok(())
}

fn map_partitions(s: &Setup<'_>) -> Result<()> {
    let sums = numbers(s)?
        .with(1000)
        .map_partitions(|start, records| [start + records.sum::<i64>()]);
    let expected = [0, 25, 50, 75].map(|first| 1000 + (first..first + 25).sum::<i64>());
    assert_eq!(sums.collect()?, expected);
    Ok(())
}

fn map_partitions_with_index(s: &Setup<'_>) -> Result<()> {
    let counts = numbers(s)?
        .with(10_usize)
        .map_partitions_with_index(|k, i, records| [(i * k, records.count())]);
    assert_eq!(counts.collect()?, [(0, 25), (10, 25), (20, 25), (30, 25)]);
    Ok(())
}

fn run_job(s: &Setup<'_>) -> Result<()> {
    let lasts = numbers(s)?
        .with(1)
        .run_job(|k, cx, records| Ok((cx.partition_id(), records.last().map(|x| x + k))))?;
    assert_eq!(
        lasts,
        [(0, Some(25)), (1, Some(50)), (2, Some(75)), (3, Some(100))]
    );
    Ok(())
}

fn run_job_on(s: &Setup<'_>) -> Result<()> {
    let sums = numbers(s)?
        .with(7)
        .run_job_on(&[3, 0, 1, 2, 3], |k, _, records| {
            Ok(records.map(|x| x % k).sum::<i64>())
        })?;
    let of = |first: i64| (first..first + 25).map(|x| x % 7).sum::<i64>();
    assert_eq!(sums, [75, 0, 25, 50, 75].map(of));
    Ok(())
}

fn run_job_with(s: &Setup<'_>) -> Result<()> {
    let (sent, told) = std::sync::mpsc::channel();
    numbers(s)?.with(100).run_job_with(
        &[0, 1, 2, 3],
        |k, _, records| Ok(records.count() as i64 + k),
        move |partition, n| sent.send((partition, n)).expect("it is awaited"),
    )?;
    let mut counts: Vec<(usize, i64)> = told.iter().collect();
    counts.sort_unstable();
    assert_eq!(counts, [(0, 125), (1, 125), (2, 125), (3, 125)]);
    Ok(())
}

fn key_by(s: &Setup<'_>) -> Result<()> {
    let keyed = numbers(s)?.with(9_i64).key_by(|k, x| x / k).collect()?;
    assert_eq!(keyed, (0..100).map(|x| (x / 9, x)).collect::<Vec<_>>());
    Ok(())
}

fn map_values(s: &Setup<'_>) -> Result<()> {
    let sums = by_remainder(s, 5)?.with(1000).map_values(|k, x| x + k);
    let expected: Vec<_> = (0..100).map(|x| (x % 5, x + 1000)).collect();
    assert_eq!(sums.collect()?, expected);
    Ok(())
}

fn flat_map_values(s: &Setup<'_>) -> Result<()> {
    let pairs = by_remainder(s, 5)?;
    let twice = pairs.with(50).flat_map_values(|k, x| [x, x + k]);
    let expected: Vec<_> = (0..100)
        .flat_map(|x| [(x % 5, x), (x % 5, x + 50)])
        .collect();
    assert_eq!(twice.collect()?, expected);
    Ok(())
}

fn sort_by(s: &Setup<'_>) -> Result<()> {
    let order = |x: &i64| x * 37 % 101;
    let mut expected: Vec<i64> = (0..100).collect();
    expected.sort_by_key(order);
    let up = numbers(s)?
        .with(37_i64)
        .sort_by(|k, x| x * k % 101, true, 3);
    assert_eq!(up.collect()?, expected);
    expected.reverse();
    let down = numbers(s)?
        .with(37_i64)
        .sort_by(|k, x| x * k % 101, false, 0);
    assert_eq!(down.collect()?, expected);
    Ok(())
}

fn sort_by_cmp(s: &Setup<'_>) -> Result<()> {
    let floats = numbers(s)?.with(0.37).map(|k, x| (x as f64 * k).sin());
    let sorted = floats
        .with(-1.0)
        .sort_by_cmp(|sign, a, b| (sign * a).total_cmp(&(sign * b)), 3);
    let mut expected: Vec<f64> = (0..100).map(|x| (f64::from(x) * 0.37).sin()).collect();
    expected.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(sorted.collect()?, expected);
    Ok(())
}

fn group_by(s: &Setup<'_>) -> Result<()> {
    let mut groups = numbers(s)?
        .with(4_i64)
        .group_by(|k, x| x % k, 3)
        .collect()?;
    groups
        .iter_mut()
        .for_each(|(_, group)| group.sort_unstable());
    groups.sort();
    let expected = (0..4).map(|k| (k, (k..100).step_by(4).collect::<Vec<i64>>()));
    assert_eq!(groups, expected.collect::<Vec<_>>());
    Ok(())
}

fn zip_partitions(s: &Setup<'_>) -> Result<()> {
    let (n, letters) = (numbers(s)?, s.ctx.parallelize(vec!['a', 'b', 'c', 'd'], 4));
    let firsts = n
        .with(10_i64)
        .zip_partitions(&letters, |k, mut n, mut letters| {
            let pair = n.next().map(|x| x * k).zip(letters.next());
            pair.into_iter().collect::<Vec<_>>()
        })?;
    let expected = [(0, 'a'), (250, 'b'), (500, 'c'), (750, 'd')];
    assert_eq!(firsts.collect()?, expected);
    Ok(())
}

/// What the values of each key from 0 up to 5 make, from the first on.
fn folded<C>(create: fn(i64) -> C, merge: fn(&mut C, i64)) -> Vec<(i64, C)> {
    let mut combined = BTreeMap::new();
    for x in 0..100_i64 {
        match combined.entry(x % 5) {
            std::collections::btree_map::Entry::Occupied(mut c) => merge(c.get_mut(), x),
            std::collections::btree_map::Entry::Vacant(c) => {
                c.insert(create(x));
            }
        }
    }
    combined.into_iter().collect()
}

fn combine_by_key(s: &Setup<'_>) -> Result<()> {
    let sums = by_remainder(s, 5)?.with(3).combine_by_key(
        |k, x| (x * k, 1),
        |k, (sum, n), x| (sum + x * k, n + 1),
        |_, (sum, n), (more, m)| (sum + more, n + m),
        3,
    );
    let expected = folded(
        |x| (x * 3, 1),
        |(sum, n), x| {
            *sum += x * 3;
            *n += 1;
        },
    );
    assert_eq!(sorted(&sums)?, expected);
    Ok(())
}

fn combine_by_key_by(s: &Setup<'_>) -> Result<()> {
    let largest = by_remainder(s, 5)?.with(50).combine_by_key_by(
        |k, x| x % k,
        |k, most, x| most.max(x % k),
        |_, a: i64, b| a.max(b),
        HashPartitioner::new(3),
    );
    assert_eq!(largest.num_partitions(), 3);
    let expected = folded(|x| x % 50, |most, x| *most = (*most).max(x % 50));
    assert_eq!(sorted(&largest)?, expected);
    Ok(())
}

fn aggregate_by_key(s: &Setup<'_>) -> Result<()> {
    let lengths = by_remainder(s, 5)?.with(2_usize).aggregate_by_key(
        String::new(),
        |n, all, x| all + &"x".repeat(x as usize % 3 * n),
        |_, all, more| all + &more,
        3,
    );
    let expected = folded(
        |x| "x".repeat(x as usize % 3 * 2),
        |all, x| all.push_str(&"x".repeat(x as usize % 3 * 2)),
    );
    assert_eq!(sorted(&lengths)?, expected);
    Ok(())
}

fn fold_by_key(s: &Setup<'_>) -> Result<()> {
    let largest = by_remainder(s, 5)?
        .with(90)
        .fold_by_key(0, |most, a, b| a.max(b).min(*most), 3);
    assert_eq!(
        sorted(&largest)?,
        (0..5).map(|k| (k, 90)).collect::<Vec<_>>()
    );
    Ok(())
}

fn reduce_by_key(s: &Setup<'_>) -> Result<()> {
    let sums = by_remainder(s, 5)?
        .with(1_000_003)
        .reduce_by_key(|modulus, a, b| (a + b) % modulus, 3);
    assert_eq!(sorted(&sums)?, folded(|x| x, |sum, x| *sum += x));
    Ok(())
}

fn reduce_by_key_by(s: &Setup<'_>) -> Result<()> {
    let sums = by_remainder(s, 5)?
        .with(101)
        .reduce_by_key_by(|modulus, a, b| (a + b) % modulus, HashPartitioner::new(3));
    assert_eq!(sums.num_partitions(), 3);
    let expected = folded(|x| x, |sum, x| *sum = (*sum + x) % 101);
    assert_eq!(sorted(&sums)?, expected);
    Ok(())
}
