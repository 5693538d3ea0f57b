//! What PySpark refuses is refused here, unless its type can't be written: a negative number.

use flint_core::{Context, Result};

use super::{Kind, Outcome, all, kind};

/// Every case that this file replays.
pub(super) const CASES: &[&str] = &[
    "error/first/empty",
    "error/max/empty",
    "error/min/empty",
    "error/reduce/empty",
    "error/sample/negative",
    "error/take_sample/negative",
    "error/text_file/missing",
    "error/text_file/missing-glob",
    "error/tree_aggregate/depth-0",
    "error/tree_reduce/empty",
    "error/zip/partition-counts-differ",
    "error/zip/sizes-differ",
];

/// Whether Flint refuses it; `None` where the compiler does.
fn refused(ctx: &Context, case: &str) -> Option<Result<()>> {
    let some = ctx.parallelize(vec![5_i64, 3, 9], 3);
    let empty = some.filter(|x| *x < 0).coalesce(2).ok()?;
    let of = |partitions: Vec<Vec<i64>>| super::partitioned(ctx, partitions);
    let answer = match case.trim_start_matches("error/") {
        "first/empty" => empty.first().map(drop),
        "max/empty" => empty.max().map(drop),
        "min/empty" => empty.min().map(drop),
        "reduce/empty" => empty.reduce(|a, b| a + b).map(drop),
        "sample/negative" => some.sample(false, -0.5, 1).map(drop),
        // The number is a `usize`.
        "take_sample/negative" => return None,
        "text_file/missing" => ctx.text_file("/nonexistent/file", 0).map(drop),
        "text_file/missing-glob" => ctx.text_file("/nonexistent/*.txt", 0).map(drop),
        "tree_aggregate/depth-0" => some
            .tree_aggregate(0, |a, x| a + x, |a, b| a + b, 0)
            .map(drop),
        "tree_reduce/empty" => empty.tree_reduce(|a, b| a + b, 2).map(drop),
        "zip/partition-counts-differ" => {
            let zipped = of(vec![vec![1], vec![2]]).zip(&of(vec![vec![1]]));
            zipped.and_then(|z| z.count()).map(drop)
        }
        "zip/sizes-differ" => {
            let (a, b) = (vec![vec![1, 2], vec![3]], vec![vec![1], vec![2, 3]]);
            of(a).zip(&of(b)).and_then(|z| z.count()).map(drop)
        }
        other => panic!("no case {other}"),
    };
    Some(answer)
}

#[test]
fn refusals() -> Outcome {
    let ctx = Context::local("local[2]")?;
    let cases: Vec<_> = all().filter(|case| kind(case) == Kind::Refusal).collect();
    assert_eq!(cases.len(), CASES.len());
    for case in cases {
        let name = case["case"].as_str().expect("a case has a name");
        if let Some(answer) = refused(&ctx, name) {
            assert!(answer.is_err(), "{name}");
        }
    }
    Ok(())
}
