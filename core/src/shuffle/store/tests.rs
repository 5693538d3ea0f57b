use super::*;
use crate::exec::ChunkSource;
use crate::shuffle::test_memory::{Bench, drain};
use crate::shuffle::{Block, BlockReader, FetchedBlock, HashPartitioner, ShuffleWriter};

fn output(bench: &Bench, records: u64, from: u64) -> MapOutput {
    let mut writer = ShuffleWriter::new(
        Arc::new(HashPartitioner::new(4)),
        &bench.task(),
        bench.dirs(),
    );
    writer
        .write(
            &mut (from..from + records)
                .map(|i| (i, format!("value {i}")))
                .collect(),
        )
        .unwrap();
    writer.finish().unwrap()
}

fn reader(
    store: &Arc<ShuffleStore>,
    maps: u32,
    reduce: u32,
) -> impl ChunkSource<(u64, String)> + use<> {
    let store = Arc::clone(store);
    BlockReader::new(7, reduce, (0..maps).collect(), move |map| {
        let block = Block::Segments(store.get_segments(7, map, reduce)?);
        Ok(FetchedBlock {
            executor: store.executor().clone(),
            block,
        })
    })
}

fn new_store(bench: &Bench) -> Arc<ShuffleStore> {
    ShuffleStore::new(ExecutorId::new("executor 1"), bench.memory(), bench.dirs())
}

#[test]
fn outputs_go_to_disk_when_memory_is_wanted_and_read_the_same() {
    let bench = Bench::new(16 << 20);
    let store = new_store(&bench);
    for map in 0..10 {
        store.put(7, map, output(&bench, 5000, u64::from(map) * 5000));
    }
    let before: Vec<_> = (0..4)
        .map(|reduce| drain(&mut reader(&store, 10, reduce)))
        .collect();
    let mut half_read = reader(&store, 10, 2);
    let mut first = Vec::new();
    half_read.next(&mut first).unwrap();

    let held = bench.memory().used_execution();
    assert_eq!(held, store.memory_bytes());
    let task = bench.task();
    let mut wanted = task.reservation();
    assert!(wanted.try_grow(15 << 20), "the store gives way");
    assert!(store.memory_bytes() < held);
    assert!(bench.memory().used_execution() <= 16 << 20);
    while half_read.next(&mut first).unwrap() {}
    assert!(first == before[2], "a reader is not disturbed");
    drop(half_read);

    assert!(store.reclaim(u64::MAX) > 0);
    assert_eq!((store.memory_bytes(), store.reclaim(1)), (0, 0));
    for (reduce, before) in (0..).zip(&before) {
        assert!(drain(&mut reader(&store, 10, reduce)) == *before);
    }
    assert!(!bench.files().is_empty());
    drop((wanted, task));
    store.remove_shuffle(7);
    assert!(store.is_empty());
    bench.assert_clean();
}

#[test]
fn a_later_output_replaces_an_earlier_one() {
    let bench = Bench::new(16 << 20);
    let store = new_store(&bench);
    store.put(7, 0, output(&bench, 5000, 0));
    store.put(7, 0, output(&bench, 10, 99));
    assert_eq!(store.get(7, 0).unwrap().records(), 10);
    assert_eq!(store.memory_bytes(), bench.memory().used_execution());
    assert!(store.remove_output(7, 0));
    assert!(!store.remove_output(7, 0));
    bench.assert_clean();
}

#[test]
fn a_missing_output_is_a_fetch_failure_and_an_empty_block_is_none() {
    let bench = Bench::new(16 << 20);
    let store = new_store(&bench);
    store.put(7, 0, output(&bench, 0, 0));
    assert!(store.get_segments(7, 0, 3).unwrap().is_empty());
    assert!(store.encode_block(7, 0, 3).unwrap().bytes.is_empty());
    for error in [
        store.get_segments(7, 1, 3).unwrap_err(),
        store.encode_block(7, 1, 3).unwrap_err(),
    ] {
        let Error::FetchFailed {
            shuffle,
            map,
            reduce,
            executor,
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (shuffle, map, reduce, executor.as_str()),
            (7, 1, 3, "executor 1")
        );
    }
}

#[test]
fn when_the_disk_fails_outputs_stay_in_memory() {
    let bench = Bench::new(16 << 20);
    let store = new_store(&bench);
    store.put(7, 0, output(&bench, 5000, 0));
    for dir in bench.dirs().paths() {
        std::fs::remove_dir_all(dir).unwrap();
    }
    assert_eq!(store.reclaim(1), 0);
    assert!(store.memory_bytes() > 0);
    assert_eq!(
        (0..4)
            .map(|r| drain(&mut reader(&store, 1, r)).len())
            .sum::<usize>(),
        5000
    );
}

#[test]
fn outputs_can_be_put_read_and_reclaimed_at_once() {
    let bench = Bench::new(8 << 20);
    let store = new_store(&bench);
    std::thread::scope(|scope| {
        for thread in 0..4u32 {
            let (store, bench) = (&store, &bench);
            scope.spawn(move || {
                for round in 0..20 {
                    store.put(7, thread, output(bench, 1000 + round, 0));
                    let records: u64 = (0..4)
                        .flat_map(|reduce| store.get_segments(7, thread, reduce).unwrap())
                        .map(|segment| segment.records())
                        .sum();
                    assert_eq!(records, 1000 + round);
                    store.reclaim(1);
                }
            });
        }
    });
    store.remove_shuffle(7);
    bench.assert_clean();
}
