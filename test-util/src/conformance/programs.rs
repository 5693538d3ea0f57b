//! Programs of several operators: chains, shuffles that are read again, many partitions.

use flint_core::Result;

use super::{Case, Setup, cases};

pub(super) const CASES: &[Case] =
    cases![word_count, a_chain, a_shuffle_read_twice, many_partitions,];

fn word_count(s: &Setup<'_>) -> Result<()> {
    let lines = ["to be or not to be", "", "be that as it may"];
    let lines = s.ctx.parallelize(lines.map(String::from).to_vec(), 3);
    let words = lines.with(()).flat_map(|(), line| {
        line.split_whitespace()
            .map(String::from)
            .collect::<Vec<_>>()
    });
    let pairs = words.with(()).map(|(), word| (word, 1_u64));
    let mut counts = pairs
        .with(())
        .reduce_by_key(|(), a, b| a + b, 2)
        .collect()?;
    counts.sort();
    let expected = [
        ("as", 1),
        ("be", 3),
        ("it", 1),
        ("may", 1),
        ("not", 1),
        ("or", 1),
        ("that", 1),
        ("to", 2),
    ];
    assert_eq!(counts, expected.map(|(w, n)| (w.to_owned(), n)));
    Ok(())
}

fn a_chain(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 3000, 1, 4)?;
    let scaled = n.with(3_i64).map(|k, x| x * k);
    let odd = scaled.with(2_i64).filter(|k, x| x % k != 0);
    let twice = odd.with(2_usize).flat_map(|k, x| vec![x; *k]);
    let expected: Vec<i64> = (0..3000)
        .map(|x| x * 3)
        .filter(|x| x % 2 != 0)
        .flat_map(|x| [x, x])
        .collect();
    assert_eq!(twice.collect()?, expected);
    assert_eq!(twice.count()?, expected.len() as u64);
    let both = s.ctx.union(&[odd.clone(), s.ctx.empty_rdd(), odd]);
    assert_eq!(both.count()?, 3000);
    Ok(())
}

/// The second job finds the map outputs where the first left them.
fn a_shuffle_read_twice(s: &Setup<'_>) -> Result<()> {
    let pairs = s
        .ctx
        .range(0, 1000, 1, 4)?
        .with(7_i64)
        .map(|k, x| (x % k, x));
    let sums = pairs.with(()).reduce_by_key(|(), a, b| a + b, 3);
    let expected: i64 = (0..1000).sum();
    for _ in 0..2 {
        let all = sums.collect()?;
        assert_eq!(all.len(), 7);
        assert_eq!(all.iter().map(|(_, x)| x).sum::<i64>(), expected);
    }
    let again = sums
        .with(())
        .map(|(), (k, x)| (k % 2, x))
        .with(())
        .reduce_by_key(|(), a, b| a + b, 2);
    assert_eq!(
        again.collect()?.iter().map(|(_, x)| x).sum::<i64>(),
        expected
    );
    Ok(())
}

fn many_partitions(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 5000, 1, 50)?.with(()).map(|(), x| (x, x));
    let sums = n.with(()).reduce_by_key(|(), a, b| a + b, 40);
    assert_eq!(sums.count()?, 5000);
    Ok(())
}
