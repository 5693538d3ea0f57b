//! Work that finds no room in memory.

use std::sync::Arc;

use flint_core::events::EngineMetrics;
use flint_core::shuffle::HashPartitioner;

use crate::{DEADLINE, numbers, small_context, spill_files};

/// What the reduce side of a sort writes is counted as the map side's is.
#[test]
fn a_sort_that_spills_says_so_in_the_metrics() {
    let local = tempfile::tempdir().unwrap();
    let ctx = small_context(4 << 20, local.path());
    let metrics = Arc::new(EngineMetrics::new());
    ctx.add_listener(Arc::clone(&metrics) as _).unwrap();
    let spilled = || {
        assert!(ctx.event_bus().flush(DEADLINE));
        metrics.snapshot().work.spill_bytes
    };
    let n = 200_000;
    let by = HashPartitioner::new(2);
    let placed = numbers(&ctx, n, 4)
        .map(|x| (x, format!("{x:030}")))
        .partition_by(by);
    assert_eq!(placed.count().unwrap(), n as u64);
    let by_the_shuffle = spilled();
    // Nothing moves any more: what is written now, the sort has written.
    let sorted = placed.repartition_and_sort_within_partitions(by);
    assert_eq!(sorted.count().unwrap(), n as u64);
    assert!(spilled() > by_the_shuffle);
    drop((placed, sorted));
    assert_eq!(spill_files(&ctx), 0);
}
