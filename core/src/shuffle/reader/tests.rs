use std::collections::BTreeMap;

use super::*;
use crate::error::Error;
use crate::shuffle::test_memory::{Bench, drain, random};
use crate::shuffle::{
    Aggregator, CombiningWriter, Grouping, HashPartitioner, MapOutput, NaturalOrder, ShuffleStore,
    ShuffleWriter,
};

const REDUCERS: u32 = 3;

/// A store with the outputs of `maps` map tasks over `per_map` records each, part of them spilled.
fn shuffled(bench: &Bench, maps: u32, per_map: u64) -> Arc<ShuffleStore> {
    let store = ShuffleStore::new(ExecutorId::new("executor 1"), bench.memory(), bench.dirs());
    for map in 0..maps {
        let mut writer = ShuffleWriter::new(
            Arc::new(HashPartitioner::new(REDUCERS as usize)),
            &bench.task(),
            bench.dirs(),
        );
        let records = random(per_map).map(|r| {
            (
                format!("key {}", r % 700),
                u64::from(map) * per_map + r % 1000,
            )
        });
        for part in records.collect::<Vec<_>>().chunks(300) {
            writer.write(&mut part.to_vec()).unwrap();
        }
        store.put(1, map, writer.finish().unwrap());
    }
    store
}

#[derive(Clone, Copy)]
enum From {
    Here,
    Elsewhere,
}

fn reader(
    store: &Arc<ShuffleStore>,
    maps: u32,
    reduce: u32,
    from: From,
) -> BlockReader<(String, u64), impl FnMut(u32) -> Result<FetchedBlock> + use<>> {
    let store = Arc::clone(store);
    BlockReader::new(1, reduce, (0..maps).collect(), move |map| {
        let block = match from {
            From::Here => Block::Segments(store.get_segments(1, map, reduce)?),
            From::Elsewhere => Block::Encoded(store.encode_block(1, map, reduce)?),
        };
        Ok(FetchedBlock {
            executor: store.executor().clone(),
            block,
        })
    })
}

#[test]
fn blocks_read_the_same_from_memory_disk_and_other_processes() {
    let large = Bench::new(64 << 20);
    let small = Bench::new(100 << 10);
    let (in_memory, spilled) = (shuffled(&large, 5, 3000), shuffled(&small, 5, 3000));
    let mut total = 0;
    for reduce in 0..REDUCERS {
        let expected = drain(&mut reader(&in_memory, 5, reduce, From::Here));
        total += expected.len();
        assert!(expected == drain(&mut reader(&in_memory, 5, reduce, From::Elsewhere)));
        assert!(expected == drain(&mut reader(&spilled, 5, reduce, From::Here)));
        assert!(expected == drain(&mut reader(&spilled, 5, reduce, From::Elsewhere)));
    }
    assert_eq!(total, 15_000);
    assert!(spilled.get(1, 0).unwrap().spilled_bytes() > 0);
}

#[test]
fn values_are_combined_and_sorted_behind_a_reader() {
    let outputs = Bench::new(64 << 20);
    let store = shuffled(&outputs, 4, 5000);
    for kib in [16, 200, 64 << 10] {
        let bench = Bench::new(kib << 10);
        for reduce in 0..REDUCERS {
            let plain = drain(&mut reader(&store, 4, reduce, From::Here));
            let mut expected = BTreeMap::<String, Vec<u64>>::new();
            for (key, value) in &plain {
                expected.entry(key.clone()).or_default().push(*value);
            }
            let groups = ExternalAggregator::new(Grouping, 1, &bench.task(), bench.dirs());
            let mut source = reader(&store, 4, reduce, From::Here);
            let grouped = drain(&mut aggregate_values(&mut source, groups, || Ok(())).unwrap());
            assert!(grouped.into_iter().collect::<BTreeMap<_, _>>() == expected);

            let sorter = ExternalSorter::new(NaturalOrder, &bench.task(), bench.dirs());
            let mut source = reader(&store, 4, reduce, From::Elsewhere);
            let sorted = drain(&mut sort_records(&mut source, sorter, || Ok(())).unwrap());
            let mut expected = plain;
            expected.sort();
            assert!(sorted == expected);
        }
        bench.assert_clean();
    }
}

#[test]
fn sums_combined_on_both_sides_are_right() {
    let bench = Bench::new(128 << 10);
    let sum = Aggregator {
        create_combiner: |v: u64| v,
        merge_value: |sum: &mut u64, v: u64| *sum += v,
        merge_combiners: |sum: &mut u64, v: u64| *sum += v,
    };
    let hash = Arc::new(HashPartitioner::new(1));
    let outputs: Vec<MapOutput> = (0..4)
        .map(|_| {
            let mut writer =
                CombiningWriter::new(sum, 0, hash.clone(), &bench.task(), bench.dirs());
            writer
                .write(&mut (0..20_000u64).map(|i| (i % 5000, 1)).collect())
                .unwrap();
            writer.finish(|| Ok(())).unwrap()
        })
        .collect();
    let mut source = BlockReader::new(0, 0, vec![0, 1, 2, 3], |map| {
        let block = Block::Segments(outputs[map as usize].segments(0).to_vec());
        Ok(FetchedBlock {
            executor: ExecutorId::new("driver"),
            block,
        })
    });
    let aggregator = ExternalAggregator::new(sum, 1, &bench.task(), bench.dirs());
    let out: Vec<(u64, u64)> =
        drain(&mut aggregate_combiners(&mut source, aggregator, || Ok(())).unwrap());
    assert_eq!(out.len(), 5000);
    assert!(out.iter().all(|(_, n)| *n == 16));
    drop(outputs);
    bench.assert_clean();
}

fn assert_fetch_failed(result: Result<bool>, expected_map: u32) {
    let error = result.unwrap_err();
    let Error::FetchFailed {
        shuffle,
        map,
        reduce,
        executor,
        reason,
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!(
        (shuffle, map, reduce, executor.as_str()),
        (1, expected_map, 0, "executor 1")
    );
    assert!(!reason.is_empty());
}

fn read_to_the_end(source: &mut impl ChunkSource<(String, u64)>) -> Result<bool> {
    let mut out = Vec::new();
    while source.next(&mut out)? {}
    Ok(false)
}

#[test]
fn a_damaged_truncated_or_deleted_file_is_a_fetch_failure() {
    type Damage = fn(&std::path::Path);
    let flip: Damage = |path| {
        let mut bytes = std::fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x40;
        std::fs::write(path, bytes).unwrap();
    };
    let cut: Damage = |path| {
        std::fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_len(10)
            .unwrap()
    };
    let delete: Damage = |path| std::fs::remove_file(path).unwrap();
    for damage in [flip, cut, delete] {
        let bench = Bench::new(64 << 20);
        let store = shuffled(&bench, 1, 20_000);
        crate::storage::memory::Reclaimer::reclaim(&*store, u64::MAX);
        let files = bench.files();
        assert_eq!(files.len(), 1);
        damage(&files[0]);
        let mut failed = 0;
        for reduce in 0..REDUCERS {
            for from in [From::Here, From::Elsewhere] {
                let result = read_to_the_end(&mut reader(&store, 1, reduce, from));
                failed += i32::from(result.is_err());
                if reduce == 0 && result.is_err() {
                    assert_fetch_failed(result, 0);
                }
            }
        }
        assert!(failed >= 2, "{failed}");
    }
}

#[test]
fn damage_on_the_way_and_missing_outputs_are_fetch_failures() {
    let bench = Bench::new(64 << 20);
    let store = shuffled(&bench, 2, 1000);
    let mut source = BlockReader::<(String, u64), _>::new(1, 0, vec![0, 1], |map| {
        let mut block = store.encode_block(1, map, 0)?;
        if map == 1 {
            block.bytes = block.bytes.slice(..block.bytes.len() - 1);
        }
        Ok(FetchedBlock {
            executor: store.executor().clone(),
            block: Block::Encoded(block),
        })
    });
    assert_fetch_failed(read_to_the_end(&mut source), 1);
    assert_fetch_failed(read_to_the_end(&mut reader(&store, 3, 0, From::Here)), 2);
}
