//! Where keys go: the hash, beside foldhash; and the partitioners, beside a modulo and a search.

use std::hash::BuildHasher;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use flint_core::shuffle::{HashPartitioner, Partitioner, RangePartitioner, hash_of};

use crate::input;

const KEYS: u64 = 64 << 10;
const PARTITIONS: usize = 200;

pub(crate) fn hashes(c: &mut Criterion) {
    let numbers = input::numbers(KEYS);
    let words = input::words(KEYS, 20_000);
    let other = foldhash::fast::FixedState::default();
    let mut group = c.benchmark_group("hash");
    group.throughput(Throughput::Elements(KEYS));
    group.bench_function("numbers", |b| {
        b.iter(|| {
            black_box(&numbers)
                .iter()
                .fold(0, |all, key| all ^ hash_of(key))
        });
    });
    group.bench_function("numbers by foldhash", |b| {
        b.iter(|| {
            black_box(&numbers)
                .iter()
                .fold(0, |all, key| all ^ other.hash_one(key))
        });
    });
    group.bench_function("strings", |b| {
        b.iter(|| {
            black_box(&words)
                .iter()
                .fold(0, |all, key| all ^ hash_of(key))
        });
    });
    group.bench_function("strings by foldhash", |b| {
        b.iter(|| {
            black_box(&words)
                .iter()
                .fold(0, |all, key| all ^ other.hash_one(key))
        });
    });
    group.finish();
}

pub(crate) fn partitioners(c: &mut Criterion) {
    let numbers = input::numbers(KEYS);
    let keys: Vec<&u64> = numbers.iter().collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    let bounds: Vec<u64> = sorted
        .chunks(sorted.len() / PARTITIONS)
        .map(|part| part[0])
        .collect();
    let hash = HashPartitioner::new(PARTITIONS);
    let range = RangePartitioner::new(bounds.clone(), true);
    let mut targets: Vec<u32> = Vec::new();
    let mut group = c.benchmark_group("partition");
    group.throughput(Throughput::Elements(KEYS));
    let mut bench = |name: &str, place: &mut dyn FnMut(&[&u64], &mut Vec<u32>)| {
        group.bench_function(name, |b| {
            b.iter(|| {
                targets.clear();
                place(black_box(&keys), &mut targets);
            });
        });
    };
    bench("hash", &mut |keys, out| hash.partition_all(keys, out));
    let other = foldhash::fast::FixedState::default();
    bench("foldhash and modulo by hand", &mut |keys, out| {
        out.extend(
            keys.iter()
                .map(|key| (other.hash_one(key) % PARTITIONS as u64) as u32),
        );
    });
    bench("range", &mut |keys, out| range.partition_all(keys, out));
    bench("binary search by hand", &mut |keys, out| {
        out.extend(
            keys.iter()
                .map(|key| bounds.partition_point(|b| b < *key) as u32),
        );
    });
    group.finish();
}
