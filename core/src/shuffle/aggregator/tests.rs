use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::*;
use crate::exec::ChunkSource;
use crate::shuffle::test_memory::{Bench, drain, random};
use crate::shuffle::{Aggregator, Grouping};

type Sums = Aggregator<fn(u64) -> u64, fn(&mut u64, u64), fn(&mut u64, u64)>;

fn sums<K: Key>(bench: &Bench) -> ExternalAggregator<K, u64, u64, Sums> {
    let add: fn(&mut u64, u64) = |sum, v| *sum = sum.wrapping_add(v);
    let aggregator = Aggregator {
        create_combiner: (|v| v) as fn(u64) -> u64,
        merge_value: add,
        merge_combiners: add,
    };
    ExternalAggregator::new(aggregator, 1, &bench.task(), bench.dirs())
}

#[test]
fn sums_are_right_in_any_memory() {
    let input: Vec<(u64, u64)> = random(60_000).map(|r| (r % 9_000, r)).collect();
    let mut expected = BTreeMap::<u64, u64>::new();
    for (key, value) in &input {
        let sum = expected.entry(*key).or_default();
        *sum = sum.wrapping_add(*value);
    }
    for kib in [8, 64, 200, 64 << 10] {
        let bench = Bench::new(kib << 10);
        for chunk in [7, 1024, 50_000] {
            let mut aggregator = sums(&bench);
            for part in input.chunks(chunk) {
                aggregator.push_values(&mut part.to_vec()).unwrap();
            }
            assert_eq!(aggregator.spilled_bytes() > 0, kib <= 200, "{kib} KiB");
            let out = drain(&mut aggregator.finish().unwrap());
            assert_eq!(out.len(), expected.len());
            assert!(
                out.into_iter().collect::<BTreeMap<_, _>>() == expected,
                "{kib} KiB, chunks of {chunk}"
            );
        }
        bench.assert_clean();
    }
}

#[test]
fn groups_keep_the_order_of_values_across_spills() {
    let input: Vec<(String, u32)> = random(30_000)
        .zip(0..)
        .map(|(r, i)| (format!("key {}", r % 500), i))
        .collect();
    let mut expected = HashMap::<String, Vec<u32>>::new();
    for (key, value) in &input {
        expected.entry(key.clone()).or_default().push(*value);
    }
    for kib in [16, 128, 64 << 10] {
        let bench = Bench::new(kib << 10);
        let mut groups = ExternalAggregator::new(Grouping, 0, &bench.task(), bench.dirs());
        for part in input.chunks(100) {
            groups.push_values(&mut part.to_vec()).unwrap();
        }
        assert_eq!(groups.spilled_bytes() > 0, kib <= 128);
        let out = drain(&mut groups.finish().unwrap());
        assert!(
            out.into_iter().collect::<HashMap<_, _>>() == expected,
            "{kib} KiB"
        );
        bench.assert_clean();
    }
}

#[test]
fn combined_values_merge_like_values() {
    let bench = Bench::new(32 << 10);
    let mut aggregator = sums(&bench);
    for part in 0..50u64 {
        aggregator
            .push_combiners(&mut (0..1000).map(|i| (format!("{i}"), part)).collect())
            .unwrap();
    }
    let out = drain(&mut aggregator.finish().unwrap());
    assert_eq!(out.len(), 1000);
    assert!(out.iter().all(|(_, sum)| *sum == 49 * 50 / 2));
}

#[test]
fn the_same_input_gives_the_same_order() {
    for kib in [16, 64 << 10] {
        let bench = Bench::new(kib << 10);
        let run = || {
            let mut aggregator = sums(&bench);
            for start in 0..20u64 {
                aggregator
                    .push_values(&mut random(1000).map(|r| (r ^ start, 1)).collect())
                    .unwrap();
            }
            drain(&mut aggregator.finish().unwrap())
        };
        assert!(run() == run());
    }
}

/// All keys collide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Colliding(u32);

impl Hash for Colliding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(7);
    }
}

#[test]
fn keys_of_the_same_hash_stay_apart() {
    let bench = Bench::new(8 << 10);
    let mut aggregator = sums(&bench);
    for _ in 0..40 {
        aggregator
            .push_values(&mut (0..300).map(|i| (Colliding(i), 1)).collect())
            .unwrap();
    }
    assert!(aggregator.spilled_bytes() > 0);
    let mut out = drain(&mut aggregator.finish().unwrap());
    out.sort_by_key(|r| r.0.0);
    assert_eq!(out.len(), 300);
    assert!(
        out.iter()
            .zip(0..)
            .all(|((key, sum), i)| key.0 == i && *sum == 40)
    );
}

/// Groups 200,000 records of which one key gets `heavy` percent; gives estimate and truth.
fn group_sizes(heavy: u64) -> (f64, f64) {
    let bench = Bench::new(1 << 30);
    let mut groups = ExternalAggregator::new(Grouping, 0, &bench.task(), bench.dirs());
    let mut truth = HashMap::<u64, (u64, u64)>::new();
    for start in 0..200 {
        let chunk = random(1000).map(|r| {
            let key = if r % 100 < heavy {
                0
            } else {
                hash_of(&(r, start)) % 5000
            };
            (key, "v".repeat(50 + (r >> 32) as usize % 100))
        });
        let mut chunk: Vec<(u64, String)> = chunk.collect();
        for (key, value) in &chunk {
            let group = truth.entry(*key).or_default();
            *group = (group.0 + 1, group.1 + value.capacity() as u64 + 16);
        }
        groups.push_values(&mut chunk).unwrap();
    }
    let slots: u64 = truth
        .values()
        .map(|g| g.0.next_power_of_two().max(4) * 24 + g.1)
        .sum();
    let empty = ExternalAggregator::<u64, String, Vec<String>, _>::new(
        Grouping,
        0,
        &bench.task(),
        bench.dirs(),
    );
    let inline = groups.bytes_with(0) - groups.growth.heap_bytes(groups.table.len());
    assert_eq!(empty.growth.heap_bytes(0), 0);
    ((groups.memory_bytes() - inline) as f64, slots as f64)
}

#[test]
fn groups_are_counted_as_they_grow() {
    for heavy in [0, 10, 100] {
        let (estimate, truth) = group_sizes(heavy);
        let ratio = estimate / truth;
        assert!(
            (0.75..1.35).contains(&ratio),
            "{heavy} % on one key: {estimate} instead of {truth}"
        );
    }
}

#[test]
fn memory_is_given_back_as_records_leave() {
    let bench = Bench::new(256 << 20);
    let task = bench.task();
    let mut aggregator = ExternalAggregator::new(Grouping, 0, &task, bench.dirs());
    for start in 0..50u64 {
        let mut chunk = (0..1000)
            .map(|i| (start * 1000 + i, "x".repeat(200)))
            .collect();
        aggregator.push_values(&mut chunk).unwrap();
    }
    let mut source = aggregator.finish().unwrap();
    let held = task.used_bytes();
    assert!(held > 50_000 * 250, "{held}");
    let mut out = Vec::new();
    while source.next(&mut out).unwrap() {}
    assert!(task.used_bytes() < held / 2);
    drop((source, task));
    assert_eq!(bench.memory().used_execution(), 0);
}

/// Run by hand: `cargo test --lib -- --ignored --nocapture fold`.
#[test]
#[ignore = "a measurement"]
fn as_fast_as_a_plain_fold() {
    let input: Vec<(u64, u64)> = random(10_000_000).map(|r| (r % 1_000_000, r)).collect();
    let bench = Bench::new(4 << 30);
    for _ in 0..5 {
        let start = std::time::Instant::now();
        let mut plain = hashbrown::HashMap::<u64, u64, crate::shuffle::FlintBuildHasher>::default();
        for part in input.chunks(CHUNK) {
            for (key, value) in part.iter().copied() {
                let sum = plain.entry(key).or_insert(0);
                *sum = sum.wrapping_add(value);
            }
        }
        let by_hand = start.elapsed();
        let start = std::time::Instant::now();
        let mut aggregator = ExternalAggregator::new(
            Aggregator {
                create_combiner: |v: u64| v,
                merge_value: |sum: &mut u64, v: u64| *sum = sum.wrapping_add(v),
                merge_combiners: |sum: &mut u64, v: u64| *sum = sum.wrapping_add(v),
            },
            1,
            &bench.task(),
            bench.dirs(),
        );
        let mut chunk = Vec::new();
        for part in input.chunks(CHUNK) {
            chunk.extend_from_slice(part);
            aggregator.push_values(&mut chunk).unwrap();
        }
        let ours = start.elapsed();
        assert_eq!(aggregator.table.len(), plain.len());
        println!(
            "by hand {:.1} ns/record, aggregator {:.1}: {:.2}x",
            by_hand.as_nanos() as f64 / 1e7,
            ours.as_nanos() as f64 / 1e7,
            ours.as_secs_f64() / by_hand.as_secs_f64()
        );
    }
}
