//! Sorting, moving and pairing partitions, sampling.

use flint_core::Result;

use super::{Case, Setup};

pub(super) const CASES: &[Case] = &[
    ("sorting", sorting),
    ("moving_partitions", moving_partitions),
    ("pairing_partitions", pairing_partitions),
    ("sampling", sampling),
];

fn sorting(s: &Setup<'_>) -> Result<()> {
    let n = s
        .ctx
        .range(0, 500, 1, 4)?
        .with(7919_i64)
        .map(|k, x| x * k % 1000);
    let mut expected = n.collect()?;
    expected.sort_unstable();
    let up = n.with(3_i64).sort_by(|k, x| x * k, true, 3);
    assert_eq!(up.collect()?, expected);
    expected.reverse();
    let down = n.with(()).map(|(), x| (x, ())).sort_by_key(false, 3);
    let keys: Vec<i64> = down.collect()?.into_iter().map(|(k, ())| k).collect();
    assert_eq!(keys, expected);
    Ok(())
}

fn moving_partitions(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 100, 1, 8)?;
    let few = n.coalesce(3)?;
    assert_eq!(few.num_partitions(), 3);
    assert_eq!(few.collect()?, (0..100).collect::<Vec<_>>());
    let mut dealt = n.repartition(5)?.collect()?;
    dealt.sort_unstable();
    assert_eq!(dealt, (0..100).collect::<Vec<_>>());
    Ok(())
}

fn pairing_partitions(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 6, 1, 2)?;
    let squares = n.with(()).map(|(), x| x * x);
    let zipped = n.zip(&squares)?.collect()?;
    assert_eq!(zipped, [(0, 0), (1, 1), (2, 4), (3, 9), (4, 16), (5, 25)]);
    let sums = n.with(10_i64).zip_partitions(&squares, |k, a, b| {
        vec![k * a.sum::<i64>() + b.sum::<i64>()]
    })?;
    assert_eq!(sums.collect()?, [35, 170]);
    let numbered = squares.zip_with_index().collect()?;
    assert_eq!(numbered.last(), Some(&(25, 5)));
    assert_eq!(n.cartesian(&squares).count()?, 36);
    Ok(())
}

/// The same seed takes the same records, wherever a task runs.
fn sampling(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 1000, 1, 4)?;
    let sample = n.sample(false, 0.1, 42)?;
    let first = sample.collect()?;
    assert!((50..200).contains(&first.len()), "{}", first.len());
    assert_eq!(sample.collect()?, first);
    Ok(())
}
