//! What sorts and their like do on the driver, and what of them can be sent.

use std::collections::HashMap;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::plan::planner;
use crate::rdd::Rdd;
use crate::rdd::node::Determinism;
use crate::rdd::tests::collect_through_bytes;

fn ctx() -> Context {
    Context::local("local[2]").expect("a local context starts")
}

/// Encodes the map side of the shuffle that `rdd` reads.
fn encode_map_side<T: crate::Data>(rdd: &Rdd<T>) -> Result<()> {
    let shuffles = planner::shuffles_of(rdd.node());
    assert_eq!(shuffles.len(), 1);
    shuffles[0].sink.encode().map(drop)
}

#[test]
fn the_input_is_sampled_once_and_only_when_needed() -> Result<()> {
    let ctx = ctx();
    let seen = ctx.long_accumulator("seen");
    let input = ctx.range(0, 100, 1, 2)?.with(seen.clone()).map(|seen, x| {
        seen.add(1);
        (-x, x)
    });
    let sorted = input.sort_by_key(true, 3);
    assert_eq!(seen.sum(), 0, "building lineage runs nothing");
    assert_eq!(sorted.count()?, 100);
    assert_eq!(seen.sum(), 200, "once for the sample, once for the sort");
    assert_eq!(sorted.map(|(_, x)| x).count()?, 100);
    assert_eq!(seen.sum(), 200, "bounds and map outputs are there");
    assert_eq!(input.sort_by_key(true, 1).count()?, 100);
    assert_eq!(seen.sum(), 300, "one partition needs no bounds");
    Ok(())
}

#[test]
fn ten_thousand_sorts_that_never_ran_drop() -> Result<()> {
    let mut rdd = ctx().range(0, 10, 1, 2)?;
    for _ in 0..10_000 {
        rdd = rdd
            .sort_by(|x| -x, true, 2)
            .zip_with_index()
            .map(|(x, _)| x);
    }
    assert_eq!(rdd.num_partitions(), 2);
    Ok(())
}

#[test]
fn orders_travel_with_their_environment() -> Result<()> {
    let numbers = ctx().range(0, 100, 1, 2)?;
    let sorted = numbers
        .with(7)
        .sort_by_cmp(|modulus, a, b| (a % modulus).cmp(&(b % modulus)), 3);
    assert!(encode_map_side(&sorted).is_err(), "bounds are not known");
    assert_eq!(sorted.collect()?[..3], [0, 7, 14]);
    encode_map_side(&sorted)?;
    let by_key = numbers.with(3).sort_by(|m, x| x % m, false, 2);
    by_key.count()?;
    encode_map_side(&by_key)?;
    encode_map_side(&numbers.repartition(3)?)?;
    let captured = std::hint::black_box(7);
    let stuck = numbers.sort_by_cmp(move |a, b| (a % captured).cmp(&(b % captured)), 3);
    stuck.count()?;
    assert!(matches!(
        encode_map_side(&stuck),
        Err(Error::NotPortable { .. })
    ));
    Ok(())
}

#[test]
fn steps_without_closures_survive_as_bytes() -> Result<()> {
    let ctx = ctx();
    let numbers = ctx.range(0, 20, 1, 2)?;
    let fractions = HashMap::from([(0, 0.5), (1, 1.0)]);
    let numbered = numbers.zip_with_index();
    numbered.count()?;
    let steps: Vec<Rdd<i64>> = vec![
        numbers.sample(false, 0.5, 1)?,
        numbers.sample(true, 1.5, 1)?,
        numbers.random_split(&[1.0, 1.0], 3)?.remove(0),
        numbers
            .map(|x| (x % 2, x))
            .sample_by_key(false, fractions, 1)?
            .map(|(_, x)| x),
        numbers.coalesce(2)?,
        numbers.zip(&numbers)?.map(|(a, b)| a + b),
        numbered.map(|(x, i)| x * i as i64),
        numbers.zip_with_unique_id().map(|(x, i)| x * i as i64),
        numbers.cartesian(&numbers).map(|(a, b)| a * 100 + b),
    ];
    for rdd in steps {
        let last = rdd.num_partitions() - 1;
        let expected = rdd.glom().collect()?.swap_remove(last);
        assert_eq!(
            collect_through_bytes(&rdd, last as u32)?,
            expected,
            "{rdd:?}"
        );
    }
    Ok(())
}

#[test]
fn what_depends_on_order_is_as_sure_as_the_order() -> Result<()> {
    assert_eq!(
        Determinism::Unordered.where_order_counts(),
        Determinism::Indeterminate
    );
    let numbers = ctx().range(0, 20, 1, 2)?;
    let spread = numbers.repartition(3)?;
    assert_eq!(spread.node().determinism, Determinism::Determinate);
    Ok(())
}
