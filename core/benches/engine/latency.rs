//! What a job costs that has nothing to do, and the start and end of a context.

use criterion::{BatchSize, Criterion};
use flint_core::Context;

use crate::context;

pub(crate) fn empty_job(c: &mut Criterion) {
    let ctx = context();
    let mut group = c.benchmark_group("empty_job");
    let empty = ctx.parallelize(Vec::<u64>::new(), 1);
    group.bench_function("one partition", |b| b.iter(|| empty.count().unwrap()));
    let parts = ctx.parallelize(Vec::<u64>::new(), 100);
    group.bench_function("100 partitions", |b| b.iter(|| parts.count().unwrap()));
    // Another shuffle each time, else its map stage would be skipped.
    let pairs = ctx.parallelize(Vec::<(u64, u64)>::new(), 2);
    group.bench_function("a shuffle", |b| {
        b.iter(|| pairs.reduce_by_key(|a, b| a + b, 2).count().unwrap());
    });
    group.finish();
}

pub(crate) fn context_start(c: &mut Criterion) {
    let mut group = c.benchmark_group("context");
    group.bench_function("start", |b| {
        b.iter_batched(|| (), |()| context(), BatchSize::PerIteration);
    });
    group.bench_function("stop", |b| {
        b.iter_batched(context, |ctx: Context| ctx.stop(), BatchSize::PerIteration);
    });
    group.finish();
}
