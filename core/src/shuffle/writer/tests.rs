use std::collections::HashMap;

use super::*;
use crate::scheduler::types::ExecutorId;
use crate::shuffle::test_memory::{Bench, drain, random};
use crate::shuffle::{
    Aggregator, Block, BlockReader, FetchedBlock, HashPartitioner, RangePartitioner,
};

fn read<T: Data>(output: &MapOutput, reduce: u32) -> Vec<T> {
    let block = || Block::Segments(output.segments(reduce).to_vec());
    let fetch = |_| {
        Ok(FetchedBlock {
            executor: ExecutorId::new("test"),
            block: block(),
        })
    };
    drain(&mut BlockReader::new(0, reduce, vec![0], fetch))
}

/// Writes records in chunks and compares what each reducer gets, and in which order, with a plain
/// loop. Returns the bytes spilled.
fn check<K: Data + PartialEq, V: Data + PartialEq>(
    bench: &Bench,
    partitioner: Arc<dyn Partitioner<K>>,
    input: &[(K, V)],
    chunk: usize,
) -> u64 {
    let mut expected: Vec<Vec<(K, V)>> = vec![Vec::new(); partitioner.num_partitions()];
    for record in input {
        expected[partitioner.partition(&record.0)].push(record.clone());
    }
    let mut writer = ShuffleWriter::new(partitioner, &bench.task(), bench.dirs());
    for part in input.chunks(chunk) {
        writer.write(&mut part.to_vec()).unwrap();
    }
    let output = writer.finish().unwrap();
    assert_eq!(output.memory_bytes(), bench.memory().used_execution());
    assert_eq!(output.records(), input.len() as u64);
    for (reduce, expected) in (0..).zip(&expected) {
        assert!(
            read::<(K, V)>(&output, reduce) == *expected,
            "reducer {reduce}"
        );
    }
    let sizes: Vec<u64> = output.sizes().iter().map(|s| s.records).collect();
    let nonempty: Vec<u64> = expected
        .iter()
        .map(|e| e.len() as u64)
        .filter(|n| *n > 0)
        .collect();
    assert_eq!(sizes, nonempty);
    let spilled = output.spilled_bytes();
    drop(output);
    bench.assert_clean();
    spilled
}

#[test]
fn each_reducer_gets_its_records_in_order() {
    let numbers: Vec<(u64, u64)> = random(30_000).zip(0..).collect();
    let strings: Vec<(String, String)> = random(10_000)
        .map(|r| (format!("{}", r % 300), "v".repeat((r >> 40) as usize % 200)))
        .collect();
    for kib in [4, 100, 300, 64 << 10] {
        let bench = Bench::new(kib << 10);
        for reducers in [1, 7, 1000] {
            let hash = HashPartitioner::new(reducers);
            let spilled = check(&bench, Arc::new(hash), &numbers, 1000);
            assert_eq!(spilled > 0, kib < 1000, "{kib} KiB, {reducers} reducers");
            check(&bench, Arc::new(hash), &strings, 10_000);
        }
        let ranges = RangePartitioner::new(vec![u64::MAX / 4, u64::MAX / 2], false);
        check(&bench, Arc::new(ranges), &numbers, 100);
    }
}

#[test]
fn keys_need_no_hash_to_be_put_into_ranges() {
    let bench = Bench::new(1 << 20);
    let input: Vec<(f64, ())> = random(1000).map(|r| (r as f64, ())).collect();
    check(
        &bench,
        Arc::new(RangePartitioner::by(vec![1e19], true, f64::total_cmp)),
        &input,
        64,
    );
    check(
        &bench,
        Arc::new(HashPartitioner::new(3)),
        &[((), ()); 100],
        10,
    );
}

#[test]
fn empty_outputs_of_many_partitions_cost_nothing() {
    let bench = Bench::new(1 << 20);
    let hash = Arc::new(HashPartitioner::new(100_000));
    let outputs: Vec<MapOutput> = (0..100_000)
        .map(|_| {
            ShuffleWriter::<u64, u64>::new(hash.clone(), &bench.task(), bench.dirs())
                .finish()
                .unwrap()
        })
        .collect();
    assert!(
        outputs
            .iter()
            .all(|o| o.sizes().is_empty() && o.segments(99_999).is_empty())
    );
    assert_eq!(bench.memory().used_execution(), 0);
}

#[test]
fn combining_writes_each_key_once() {
    let input: Vec<(String, u64)> = random(40_000)
        .map(|r| (format!("key {}", r % 2000), r % 10))
        .collect();
    let mut expected = HashMap::<String, u64>::new();
    for (key, value) in &input {
        *expected.entry(key.clone()).or_default() += value;
    }
    for kib in [32, 300, 64 << 10] {
        let bench = Bench::new(kib << 10);
        let sum = Aggregator {
            create_combiner: |v: u64| v,
            merge_value: |sum: &mut u64, v: u64| *sum += v,
            merge_combiners: |sum: &mut u64, v: u64| *sum += v,
        };
        let hash = Arc::new(HashPartitioner::new(5));
        let mut writer = CombiningWriter::new(sum, 0, hash, &bench.task(), bench.dirs());
        for part in input.chunks(500) {
            writer.write(&mut part.to_vec()).unwrap();
        }
        assert_eq!(writer.spilled_bytes() > 0, kib <= 300);
        let output = writer.finish(|| Ok(())).unwrap();
        assert_eq!(output.records(), 2000);
        let all: HashMap<String, u64> = (0..5)
            .flat_map(|reduce| read::<(String, u64)>(&output, reduce))
            .collect();
        assert!(all == expected);
        drop(output);
        bench.assert_clean();
    }
}

#[test]
fn work_ends_when_the_check_fails() {
    let bench = Bench::new(1 << 20);
    let hash = Arc::new(HashPartitioner::new(5));
    let mut writer = CombiningWriter::new(
        crate::shuffle::Grouping,
        0,
        hash,
        &bench.task(),
        bench.dirs(),
    );
    writer.write(&mut vec![(1u64, 1u64)]).unwrap();
    let killed = Error::TaskKilled {
        reason: "test".to_owned(),
    };
    assert_eq!(writer.finish(|| Err(killed.clone())).unwrap_err(), killed);
    bench.assert_clean();
}

#[test]
fn a_partition_out_of_range_is_an_error() {
    #[derive(Debug)]
    struct Wrong;
    impl Partitioner<u64> for Wrong {
        fn num_partitions(&self) -> usize {
            2
        }
        fn partition(&self, key: &u64) -> usize {
            *key as usize
        }
        fn same_as(&self, _: &dyn std::any::Any) -> bool {
            false
        }
        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }
    let bench = Bench::new(1 << 20);
    let mut writer = ShuffleWriter::new(Arc::new(Wrong), &bench.task(), bench.dirs());
    writer.write(&mut vec![(1u64, ())]).unwrap();
    let error = writer.write(&mut vec![(2u64, ())]).unwrap_err();
    assert!(matches!(error, Error::Argument { .. }), "{error}");
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let bench = Bench::new(64 << 10);
    let mut writer = ShuffleWriter::new(
        Arc::new(HashPartitioner::new(10)),
        &bench.task(),
        bench.dirs(),
    );
    writer
        .write(&mut random(50_000).map(|r| (r, r)).collect())
        .unwrap();
    assert!(writer.spilled_bytes() > 0);
    drop(writer);
    bench.assert_clean();
}

/// Run by hand: `cargo test --lib -- --ignored --nocapture scatter`.
#[test]
#[ignore = "a measurement"]
fn speed_of_the_scatter() {
    let input: Vec<(u64, u64)> = random(10_000_000).map(|r| (r, r)).collect();
    for reducers in [1, 2, 16, 200, 2000] {
        let bench = Bench::new(4 << 30);
        let start = std::time::Instant::now();
        let hash = Arc::new(HashPartitioner::new(reducers));
        let mut writer = ShuffleWriter::new(hash, &bench.task(), bench.dirs());
        let mut chunk = Vec::new();
        for part in input.chunks(CHUNK) {
            chunk.extend_from_slice(part);
            writer.write(&mut chunk).unwrap();
        }
        let output = writer.finish().unwrap();
        println!(
            "{reducers} reducers: {:.1} ns/record",
            start.elapsed().as_nanos() as f64 / 1e7
        );
        let start = std::time::Instant::now();
        let mut records = 0;
        for reduce in 0..reducers as u32 {
            let block = || Block::Segments(output.segments(reduce).to_vec());
            let mut reader = BlockReader::<(u64, u64), _>::new(0, reduce, vec![0], |_| {
                Ok(FetchedBlock {
                    executor: ExecutorId::new("test"),
                    block: block(),
                })
            });
            let groups = ExternalAggregator::new(
                Aggregator {
                    create_combiner: |v: u64| v,
                    merge_value: |sum: &mut u64, v: u64| *sum = sum.wrapping_add(v),
                    merge_combiners: |sum: &mut u64, v: u64| *sum = sum.wrapping_add(v),
                },
                1,
                &bench.task(),
                bench.dirs(),
            );
            let mut out = crate::shuffle::aggregate_values(&mut reader, groups, || Ok(())).unwrap();
            while out.next(&mut chunk).unwrap() {
                records += chunk.len();
                chunk.clear();
            }
        }
        println!(
            "  read and combined: {:.1} ns/record",
            start.elapsed().as_nanos() as f64 / 1e7
        );
        assert_eq!(records, 10_000_000);
    }
}
