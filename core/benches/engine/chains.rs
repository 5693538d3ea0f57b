//! map, filter, map, sum in three costs of closures, and the sum of a cached RDD; beside rayon.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use flint_core::{Context, Rdd};
use rayon::prelude::*;

use crate::{THREADS, context, input};

const RECORDS: u64 = 8_000_000;

/// The closures of a chain.
#[derive(Clone, Copy)]
struct Chain<F, P, L> {
    first: F,
    keep: P,
    last: L,
}

pub(crate) fn chains(c: &mut Criterion) {
    let ctx = context();
    let vectorising = Chain {
        first: |x: u64| x + 7,
        keep: |x: &u64| x & 1 == 0,
        last: |x: u64| x ^ 0x55,
    };
    chain(c, &ctx, "chain/vectorising", RECORDS, vectorising);
    let dividing = Chain {
        first: |x: u64| (x << 8) / ((x & 15) + 1),
        keep: |x: &u64| x & 3 != 0,
        last: |x: u64| (x >> 1) + 7,
    };
    chain(c, &ctx, "chain/dividing", RECORDS, dividing);
    let costly = Chain {
        // Multiplications that wait for each other: about 20 ns.
        first: |x: u64| {
            (0..40).fold(x, |z, _| {
                (z ^ (z >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
            }) >> 32
        },
        keep: |x: &u64| x & 3 != 0,
        last: |x: u64| (x >> 1) + 7,
    };
    chain(c, &ctx, "chain/costly", RECORDS / 8, costly);
}

fn chain<F, P, L>(c: &mut Criterion, ctx: &Context, name: &str, n: u64, chain: Chain<F, P, L>)
where
    F: Fn(u64) -> u64 + Copy + Send + Sync + 'static,
    P: Fn(&u64) -> bool + Copy + Send + Sync + 'static,
    L: Fn(u64) -> u64 + Copy + Send + Sync + 'static,
{
    let Chain { first, keep, last } = chain;
    let rdd = ctx
        .range(0, n as i64, 1, THREADS)
        .unwrap()
        .map(move |x| first(x as u64))
        .filter(keep)
        .map(last);
    let by_hand = || {
        (0..black_box(n))
            .into_par_iter()
            .map(first)
            .filter(keep)
            .map(last)
            .fold(|| 0, u64::wrapping_add)
            .reduce(|| 0, u64::wrapping_add)
    };
    assert_eq!(sum(&rdd), by_hand());
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(n));
    group.bench_function("flint", |b| b.iter(|| sum(&rdd)));
    group.bench_function("rayon", |b| b.iter(by_hand));
    group.finish();
}

fn sum(rdd: &Rdd<u64>) -> u64 {
    let sums = rdd.run_job(|_, records| Ok(records.fold(0_u64, u64::wrapping_add)));
    sums.unwrap().into_iter().fold(0, u64::wrapping_add)
}

pub(crate) fn cached_sum(c: &mut Criterion) {
    let ctx = context();
    let numbers = input::numbers(RECORDS);
    let cached = ctx.parallelize(numbers.clone(), THREADS).cache();
    let by_hand = || {
        let parts = numbers.par_chunks(1 << 16);
        parts.map(|part| part.iter().sum::<u64>()).sum::<u64>()
    };
    assert_eq!(sum(&cached), by_hand());
    let mut group = c.benchmark_group("cached_sum");
    group.throughput(Throughput::Bytes(8 * RECORDS));
    group.bench_function("flint", |b| b.iter(|| sum(&cached)));
    group.bench_function("rayon", |b| b.iter(by_hand));
    group.finish();
}
