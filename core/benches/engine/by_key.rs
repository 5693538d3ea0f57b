//! Shuffles of pairs of numbers, beside rayon with hashbrown, and rayon's sort.

use criterion::{BatchSize, Criterion, Throughput};
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::{THREADS, context, input};

const PAIRS: u64 = 1_000_000;
const KEYS: u64 = 50_000;

type Table<V> = HashMap<u64, V, foldhash::fast::FixedState>;

/// One table a thread, then merged: what one writes by hand.
fn table_of<V: Default + Send>(
    pairs: &[(u64, u64)],
    add: impl Fn(&mut V, u64) + Sync,
    merge: impl Fn(&mut V, V) + Sync,
) -> Table<V> {
    pairs
        .par_chunks(pairs.len().div_ceil(THREADS))
        .map(|part| {
            let mut table = Table::<V>::default();
            for (key, value) in part {
                add(table.entry(*key).or_default(), *value);
            }
            table
        })
        .reduce(Table::default, |mut all, part| {
            if all.is_empty() {
                return part;
            }
            for (key, value) in part {
                merge(all.entry(key).or_default(), value);
            }
            all
        })
}

pub(crate) fn reduce_by_key(c: &mut Criterion) {
    let ctx = context();
    let pairs = input::pairs(PAIRS, KEYS);
    let rdd = ctx.parallelize(pairs.clone(), THREADS);
    let by_hand = || table_of::<u64>(&pairs, |sum, x| *sum += x, |sum, x| *sum += x);
    let flint = || rdd.reduce_by_key(|a, b| a + b, 0).collect().unwrap();
    assert_eq!(flint().into_iter().collect::<Table<u64>>(), by_hand());
    let mut group = c.benchmark_group("reduce_by_key");
    group.throughput(Throughput::Elements(PAIRS));
    group.bench_function("flint", |b| b.iter(flint));
    group.bench_function("rayon and hashbrown", |b| b.iter(by_hand));
    group.finish();
}

pub(crate) fn group_by_key(c: &mut Criterion) {
    let ctx = context();
    let pairs = input::pairs(PAIRS, KEYS);
    let rdd = ctx.parallelize(pairs.clone(), THREADS);
    let by_hand = || table_of::<Vec<u64>>(&pairs, |group, x| group.push(x), |a, b| a.extend(b));
    let flint = || rdd.group_by_key(0).collect().unwrap();
    assert_eq!(flint().len(), by_hand().len());
    let mut group = c.benchmark_group("group_by_key");
    group.throughput(Throughput::Elements(PAIRS));
    group.bench_function("flint", |b| b.iter(flint));
    group.bench_function("rayon and hashbrown", |b| b.iter(by_hand));
    group.finish();
}

pub(crate) fn sort_by_key(c: &mut Criterion) {
    let ctx = context();
    let pairs = input::pairs(PAIRS, u64::MAX);
    let rdd = ctx.parallelize(pairs.clone(), THREADS);
    let flint = || rdd.sort_by_key(true, THREADS).collect().unwrap();
    let by_hand = |mut pairs: Vec<(u64, u64)>| {
        pairs.par_sort_unstable_by_key(|pair| pair.0);
        pairs
    };
    assert_eq!(flint(), by_hand(pairs.clone()));
    let mut group = c.benchmark_group("sort_by_key");
    group.throughput(Throughput::Elements(PAIRS));
    group.bench_function("flint", |b| b.iter(flint));
    group.bench_function("rayon", |b| {
        b.iter_batched(|| pairs.clone(), by_hand, BatchSize::LargeInput);
    });
    group.finish();
}
