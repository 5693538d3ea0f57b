//! What records go through on their way to disk: the codec of chunks, deep sizes, spill files.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use flint_core::Data;
use flint_core::exec::CHUNK;
use flint_core::storage::codec::{decode_chunk, encode_chunk};
use flint_core::storage::size::{SizeEstimator, deep_size};
use flint_core::storage::spill::LocalDirs;

use crate::input;

const RECORDS: u64 = 64 << 10;

/// Plain memory: beside a copy of the bytes.
pub(crate) fn codec_of_numbers(c: &mut Criterion) {
    let pairs = input::pairs(RECORDS, u64::MAX);
    let mut group = codec(c, "codec/numbers", &pairs, 16 * RECORDS);
    let mut copy = Vec::new();
    group.bench_function("a copy by hand", |b| {
        b.iter(|| {
            copy.clear();
            copy.extend_from_slice(black_box(&pairs));
        });
    });
    group.finish();
}

/// Text by record: beside a length and the bytes of each.
pub(crate) fn codec_of_strings(c: &mut Criterion) {
    let words = input::words(RECORDS, 20_000);
    let bytes: usize = words.iter().map(String::len).sum();
    let mut group = codec(c, "codec/strings", &words, bytes as u64);
    let mut out = Vec::new();
    group.bench_function("lengths and bytes by hand", |b| {
        b.iter(|| {
            out.clear();
            for word in black_box(&words) {
                out.push(word.len() as u8);
                out.extend_from_slice(word.as_bytes());
            }
        });
    });
    group.finish();
}

fn codec<'a, T: Data>(
    c: &'a mut Criterion,
    name: &str,
    records: &[T],
    bytes: u64,
) -> criterion::BenchmarkGroup<'a, criterion::measurement::WallTime> {
    let mut encoded = Vec::new();
    encode_chunk(records, &mut encoded).unwrap();
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes));
    let mut out = Vec::new();
    group.bench_function("encode", |b| {
        b.iter(|| {
            out.clear();
            encode_chunk(black_box(records), &mut out).unwrap();
        });
    });
    let mut decoded: Vec<T> = Vec::new();
    group.bench_function("decode", |b| {
        b.iter(|| {
            decoded.clear();
            decode_chunk(black_box(&encoded), &mut decoded).unwrap();
        });
    });
    group
}

pub(crate) fn deep_sizes(c: &mut Criterion) {
    let words = input::words(RECORDS, 20_000);
    let nested: Vec<(String, Vec<String>)> = words
        .chunks(4)
        .map(|w| (w[0].clone(), w.to_vec()))
        .collect();
    let mut group = c.benchmark_group("deep_size");
    group.throughput(Throughput::Elements(RECORDS));
    let all = |words: &[String]| words.iter().map(deep_size).sum::<usize>();
    group.bench_function("each string", |b| b.iter(|| all(black_box(&words))));
    group.bench_function("strings by estimate", |b| {
        b.iter(|| estimate(black_box(&words)));
    });
    group.bench_function("nested by estimate", |b| {
        b.iter(|| estimate(black_box(&nested)));
    });
    group.finish();
}

/// As buffers do it: chunk by chunk.
fn estimate<T: Data>(records: &[T]) -> usize {
    let mut sizes = SizeEstimator::new();
    records
        .chunks(CHUNK)
        .map(|chunk| sizes.estimate(chunk))
        .sum()
}

/// Beside a file written and read whole, without checksums.
pub(crate) fn spill(c: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let dirs = LocalDirs::new(&[directory.path().to_owned()]).unwrap();
    let pairs = input::pairs(RECORDS, u64::MAX);
    let write = || {
        let mut writer = dirs.create_spill("bench").unwrap();
        let spans: Vec<_> = pairs
            .chunks(CHUNK)
            .map(|chunk| writer.write_block(chunk).unwrap())
            .collect();
        (writer.finish().unwrap(), spans)
    };
    let mut group = c.benchmark_group("spill");
    group.throughput(Throughput::Bytes(16 * RECORDS));
    group.bench_function("write", |b| b.iter(write));
    let (file, spans) = write();
    let mut out: Vec<(u64, u64)> = Vec::new();
    group.bench_function("read", |b| {
        b.iter(|| {
            out.clear();
            for span in &spans {
                file.read_block(span, &mut out).unwrap();
            }
        });
    });
    let mut bytes = Vec::new();
    encode_chunk(&pairs, &mut bytes).unwrap();
    let path = directory.path().join("by-hand");
    group.bench_function("write by hand", |b| {
        b.iter(|| std::fs::write(&path, &bytes).unwrap());
    });
    group.bench_function("read by hand", |b| b.iter(|| std::fs::read(&path).unwrap()));
    group.finish();
}
