//! Broadcasts and accumulators.

use std::sync::atomic::{AtomicUsize, Ordering};

use flint_core::Result;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Backend, Case, Setup, cases};

pub(super) const CASES: &[Case] = cases![
    broadcast_once_per_executor,
    broadcasts_end,
    accumulators_are_exact,
];

/// How often the driver encoded a [`Table`]: once for each process that fetched it.
static ENCODED: AtomicUsize = AtomicUsize::new(0);

#[derive(Clone)]
struct Table(Vec<i64>);

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ENCODED.fetch_add(1, Ordering::Relaxed);
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Table)
    }
}

fn broadcast_once_per_executor(s: &Setup<'_>) -> Result<()> {
    let before = ENCODED.load(Ordering::Relaxed);
    let table = s.ctx.broadcast(Table((0..100).map(|x| x * x).collect()));
    for _ in 0..2 {
        let n = s.ctx.range(0, 100, 1, 16)?.with(table.clone());
        let squares = n.map(|table, x| table.value().0[x as usize]).collect()?;
        assert_eq!(squares, table.value().0);
    }
    let fetched = ENCODED.load(Ordering::Relaxed) - before;
    match s.backend {
        Backend::Threads => assert_eq!(fetched, 0),
        Backend::Processes(n) => assert!((1..=n).contains(&fetched), "{fetched} fetches"),
    }
    Ok(())
}

/// Copies that are given up are fetched again; a broadcast that was destroyed harms nobody else.
fn broadcasts_end(s: &Setup<'_>) -> Result<()> {
    let n = s.ctx.range(0, 100, 1, 4)?;
    let (kept, ended) = (s.ctx.broadcast(3_i64), s.ctx.broadcast(4_i64));
    let scaled = n.with((kept.clone(), ended.clone()));
    let scaled = scaled.map(|(a, b), x| x * a.value() * b.value());
    let expected = (0..100).map(|x| x * 12).collect::<Vec<_>>();
    assert_eq!(scaled.collect()?, expected);
    kept.unpersist();
    ended.unpersist();
    assert_eq!(scaled.collect()?, expected);
    ended.destroy();
    assert!(ended.try_value().is_err(), "it was destroyed");
    let tripled = n.with(kept).map(|a, x| x * a.value()).collect()?;
    assert_eq!(tripled, (0..100).map(|x| x * 3).collect::<Vec<_>>());
    Ok(())
}

/// A task that fails and is tried again counts once. The first two succeed, one on each executor.
fn accumulators_are_exact(s: &Setup<'_>) -> Result<()> {
    let sum = s.ctx.long_accumulator("sum");
    let list = s.ctx.collection_accumulator::<i64>("multiples of 100");
    let n = s.ctx.range(0, 1000, 1, 8)?;
    n.with((sum.clone(), list.clone()))
        .run_job(|(sum, list), cx, records| {
            for x in records {
                sum.add(x);
                if x % 100 == 0 {
                    list.add(x);
                }
            }
            assert!(
                cx.partition_id() % 3 != 2 || cx.attempt_number() > 0,
                "the first attempt fails after it added everything"
            );
            Ok(())
        })?;
    assert_eq!((sum.sum(), sum.count()), ((0..1000).sum(), 1000));
    let mut list = list.value();
    list.sort_unstable();
    assert_eq!(list, (0..1000).step_by(100).collect::<Vec<_>>());
    Ok(())
}
