//! Every operator on the view with an environment, and shuffles.

use flint_core::{Result, StorageLevel};

use super::{Case, Setup};

pub(super) const CASES: &[Case] = &[
    ("word_count", word_count),
    ("narrow_operators", narrow_operators),
    ("whole_partitions", whole_partitions),
    ("run_job", run_job),
    ("a_shuffle_read_twice", a_shuffle_read_twice),
    ("many_partitions", many_partitions),
    ("persisted", persisted),
    ("saved", saved),
];

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

fn narrow_operators(s: &Setup<'_>) -> Result<()> {
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

fn whole_partitions(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.parallelize((0..10_i32).collect(), 3);
    let sums = n
        .with(100)
        .map_partitions(|start, records| [*start + records.sum::<i32>()]);
    assert_eq!(sums.collect()?, [103, 112, 130]);
    let numbered = n
        .with(10_usize)
        .map_partitions_with_index(|k, i, records| [(i * k, records.count())]);
    assert_eq!(numbered.collect()?, [(0, 3), (10, 3), (20, 4)]);
    assert_eq!(n.glom().collect()?.len(), 3);
    Ok(())
}

fn run_job(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.parallelize(vec![1, 2, 3, 4], 2);
    let sums = n
        .with(1)
        .run_job(|k, cx, records| Ok((cx.partition_id(), records.sum::<i32>() + k)))?;
    assert_eq!(sums, [(0, 4), (1, 8)]);
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

fn persisted(s: &Setup<'_>) -> Result<()> {
    let kept = s
        .ctx
        .range(0, 1000, 1, 4)?
        .with(2)
        .map(|k, x| x * k)
        .persist(StorageLevel::MEMORY_AND_DISK)?;
    for _ in 0..2 {
        assert_eq!(kept.collect()?.iter().sum::<i64>(), 999_000);
    }
    kept.unpersist();
    assert_eq!(kept.count()?, 1000);
    Ok(())
}

fn saved(s: &Setup<'_>) -> Result<()> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let path = dir.path().join("text");
    let n = s.ctx.parallelize((0..10).collect::<Vec<i32>>(), 3);
    n.save_as_text_file(&path)?;
    let mut lines = Vec::new();
    for part in 0..3 {
        let part = path.join(format!("part-{part:05}"));
        let text = std::fs::read_to_string(part).expect("the part was committed");
        lines.extend(text.lines().map(String::from));
    }
    assert_eq!(lines, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    assert!(path.join("_SUCCESS").exists());
    Ok(())
}
