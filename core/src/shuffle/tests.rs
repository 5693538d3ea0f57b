//! Whole shuffles, several tasks at once, in memory that is too small for them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use proptest::prelude::*;

use super::test_memory::{Bench, drain, random};
use super::*;
use crate::error::Result;
use crate::scheduler::types::ExecutorId;

type Record = (String, u64);

/// What map task `map` writes: some keys in every map, some in one, one of them heavy.
fn input(map: u32, records: u64) -> Vec<Record> {
    let key = |r: u64| match r % 10 {
        0 => "heavy".to_owned(),
        1..=4 => format!("shared {}", r % 500),
        _ => format!("own {map} {}", r % 3000),
    };
    random(records)
        .map(|r| (key(r ^ u64::from(map)), r >> 20))
        .collect()
}

struct Shuffle {
    bench: Bench,
    store: Arc<ShuffleStore>,
    maps: u32,
    reducers: u32,
}

impl Shuffle {
    fn new(bytes: u64, maps: u32, reducers: u32) -> Self {
        let bench = Bench::new(bytes);
        let store = ShuffleStore::new(ExecutorId::new("driver"), bench.memory(), bench.dirs());
        Shuffle {
            bench,
            store,
            maps,
            reducers,
        }
    }

    /// Runs `work` for each of `0..tasks` on two threads, and returns the results in order.
    fn run<R: Send>(&self, tasks: u32, work: impl Fn(u32) -> R + Sync) -> Vec<R> {
        let half = |first: u32| (first..tasks).step_by(2).map(&work).collect::<Vec<R>>();
        let (even, odd) = std::thread::scope(|scope| {
            let odd = scope.spawn(|| half(1));
            (half(0), odd.join().unwrap())
        });
        let mut odd = odd.into_iter();
        even.into_iter()
            .flat_map(|result| std::iter::once(result).chain(odd.next()))
            .collect()
    }

    fn write(&self, records: u64, combine: bool) {
        self.run(self.maps, |map| {
            let task = self.bench.task();
            let hash = Arc::new(HashPartitioner::new(self.reducers as usize));
            let input = input(map, records);
            let output = if combine {
                let mut writer = CombiningWriter::new(Grouping, 0, hash, &task, self.bench.dirs());
                input
                    .chunks(200)
                    .for_each(|part| writer.write(&mut part.to_vec()).unwrap());
                writer.finish(|| Ok(())).unwrap()
            } else {
                let mut writer = ShuffleWriter::new(hash, &task, self.bench.dirs());
                input
                    .chunks(200)
                    .for_each(|part| writer.write(&mut part.to_vec()).unwrap());
                writer.finish().unwrap()
            };
            self.store.put(0, map, output);
        });
    }

    fn reader<T: crate::Data>(
        &self,
        reduce: u32,
    ) -> BlockReader<T, impl FnMut(u32) -> Result<FetchedBlock>> {
        let fetch = move |map| {
            // Every other block takes the way to another process.
            let block = if map % 2 == 0 {
                Block::Segments(self.store.get_segments(0, map, reduce)?)
            } else {
                Block::Encoded(self.store.encode_block(0, map, reduce)?)
            };
            Ok(FetchedBlock {
                executor: self.store.executor().clone(),
                block,
            })
        };
        BlockReader::new(0, reduce, (0..self.maps).collect(), fetch)
    }
}

#[test]
fn groups_are_right_whatever_the_memory() {
    const RECORDS: u64 = 4000;
    let mut expected = BTreeMap::<String, Vec<u64>>::new();
    for (key, value) in (0..6).flat_map(|map| input(map, RECORDS)) {
        expected.entry(key).or_default().push(value);
    }
    for (kib, reducers) in [(40, 3), (200, 1), (900, 50), (3000, 5), (64 << 10, 4)] {
        for combine in [false, true] {
            let shuffle = Shuffle::new(kib << 10, 6, reducers);
            shuffle.write(RECORDS, combine);
            let groups = shuffle.run(reducers, |reduce| {
                let task = shuffle.bench.task();
                let groups = ExternalAggregator::new(Grouping, 1, &task, shuffle.bench.dirs());
                if combine {
                    drain(
                        &mut aggregate_combiners(&mut shuffle.reader(reduce), groups, || Ok(()))
                            .unwrap(),
                    )
                } else {
                    drain(
                        &mut aggregate_values(&mut shuffle.reader(reduce), groups, || Ok(()))
                            .unwrap(),
                    )
                }
            });
            let all: Vec<(String, Vec<u64>)> = groups.into_iter().flatten().collect();
            assert_eq!(all.len(), expected.len(), "each key comes once");
            assert!(
                all.into_iter().collect::<BTreeMap<_, _>>() == expected,
                "{kib} KiB, {reducers} reducers"
            );
            shuffle.store.remove_shuffle(0);
            shuffle.bench.assert_clean();
        }
    }
}

#[test]
fn sorted_partitions_are_right_whatever_the_memory() {
    for kib in [40, 500, 64 << 10] {
        let shuffle = Shuffle::new(kib << 10, 4, 3);
        shuffle.write(5000, false);
        let sorted = shuffle.run(3, |reduce| {
            let task = shuffle.bench.task();
            let by_key = |a: &Record, b: &Record| a.0.cmp(&b.0);
            let sorter = ExternalSorter::new(by_key, &task, shuffle.bench.dirs());
            drain(&mut sort_records(&mut shuffle.reader(reduce), sorter, || Ok(())).unwrap())
        });
        let hash = HashPartitioner::new(3);
        let mut expected: HashMap<usize, Vec<Record>> = HashMap::new();
        for record in (0..4).flat_map(|map| input(map, 5000)) {
            expected
                .entry(hash.partition(&record.0))
                .or_default()
                .push(record);
        }
        for (reduce, sorted) in sorted.iter().enumerate() {
            let expected = expected.get_mut(&reduce).unwrap();
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            assert!(sorted == expected, "{kib} KiB");
        }
        shuffle.store.remove_shuffle(0);
        shuffle.bench.assert_clean();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn grouping_and_sorting_agree_with_a_map(
        kib in 1u64..400,
        chunk in 1usize..500,
        records in prop::collection::vec((0u16..300, 0usize..60), 0..3000),
    ) {
        let bench = Bench::new(kib << 10);
        let records: Vec<(u16, String)> = records.into_iter().map(|(k, len)| (k, "v".repeat(len))).collect();
        let mut groups = ExternalAggregator::new(Grouping, 3, &bench.task(), bench.dirs());
        let by_key = |a: &(u16, String), b: &(u16, String)| a.0.cmp(&b.0);
        let mut sorter = ExternalSorter::new(by_key, &bench.task(), bench.dirs());
        for part in records.chunks(chunk) {
            groups.push_values(&mut part.to_vec()).unwrap();
            sorter.push(&mut part.to_vec()).unwrap();
        }
        let mut expected = BTreeMap::<u16, Vec<String>>::new();
        for (key, value) in &records {
            expected.entry(*key).or_default().push(value.clone());
        }
        let grouped = drain(&mut groups.finish().unwrap());
        prop_assert_eq!(grouped.len(), expected.len());
        prop_assert!(grouped.into_iter().collect::<BTreeMap<_, _>>() == expected);
        let sorted = drain(&mut sorter.finish().unwrap());
        let flat = expected.into_iter().flat_map(|(key, values)| values.into_iter().map(move |value| (key, value)));
        prop_assert!(sorted.into_iter().eq(flat));
        bench.assert_clean();
    }
}

#[test]
fn a_disk_that_fails_is_an_error_and_leaves_nothing() {
    let bench = Bench::new(64 << 10);
    for dir in bench.dirs().paths() {
        std::fs::remove_dir_all(dir).unwrap();
    }
    let records = || random(20_000).map(|r| (r, r)).collect::<Vec<(u64, u64)>>();
    let mut sorter = ExternalSorter::new(NaturalOrder, &bench.task(), bench.dirs());
    let mut groups = ExternalAggregator::new(Grouping, 0, &bench.task(), bench.dirs());
    let mut writer = ShuffleWriter::new(
        Arc::new(HashPartitioner::new(4)),
        &bench.task(),
        bench.dirs(),
    );
    let errors = [
        sorter.push(&mut records()).unwrap_err(),
        groups.push_values(&mut records()).unwrap_err(),
        writer.write(&mut records()).unwrap_err(),
    ];
    assert!(
        errors.iter().all(|e| matches!(e, crate::Error::Io { .. })),
        "{errors:?}"
    );
    drop((sorter, groups, writer));
    assert_eq!(bench.memory().used_execution(), 0);
}

/// Run by hand: `cargo test --lib -- --ignored --nocapture speed_of`.
#[test]
#[ignore = "a measurement"]
fn speed_of_merging_tables() {
    // Keys that differ between maps, in the order of the map tables.
    for (kind, map_seed, reduce_seed) in [("same seed", 0, 0), ("other seed", 0, 1)] {
        let bench = Bench::new(4 << 30);
        let hash: Arc<dyn Partitioner<u64>> = Arc::new(HashPartitioner::new(1));
        let sum = Aggregator {
            create_combiner: |v: u64| v,
            merge_value: |sum: &mut u64, v: u64| *sum += v,
            merge_combiners: |sum: &mut u64, v: u64| *sum += v,
        };
        let outputs: Vec<MapOutput> = (0..8u64)
            .map(|map| {
                let mut writer = CombiningWriter::new(
                    sum,
                    map_seed,
                    Arc::clone(&hash),
                    &bench.task(),
                    bench.dirs(),
                );
                writer
                    .write(&mut (0..500_000).map(|i| (map << 32 | i, 1)).collect())
                    .unwrap();
                writer.finish(|| Ok(())).unwrap()
            })
            .collect();
        let mut source = BlockReader::<(u64, u64), _>::new(0, 0, (0..8).collect(), |map| {
            let block = Block::Segments(outputs[map as usize].segments(0).to_vec());
            Ok(FetchedBlock {
                executor: ExecutorId::new("driver"),
                block,
            })
        });
        let aggregator = ExternalAggregator::new(sum, reduce_seed, &bench.task(), bench.dirs());
        let start = std::time::Instant::now();
        aggregate_combiners(&mut source, aggregator, || Ok(())).unwrap();
        println!(
            "{kind}: {:.1} ns/record",
            start.elapsed().as_nanos() as f64 / 4e6
        );
    }
}

/// Run by hand: `cargo test --lib -- --ignored --nocapture speed_of`.
#[test]
#[ignore = "a measurement"]
fn speed_of_spilling() {
    let input: Vec<(u64, u64)> = random(10_000_000).map(|r| (r, r)).collect();
    let text: Vec<Record> = random(2_000_000).map(|r| (format!("{r:080}"), r)).collect();
    for mib in [8, 64, 4096] {
        let bench = Bench::new(mib << 20);
        let start = std::time::Instant::now();
        let mut sorter = ExternalSorter::new(NaturalOrder, &bench.task(), bench.dirs());
        input
            .chunks(1024)
            .for_each(|part| sorter.push(&mut part.to_vec()).unwrap());
        let spilled = sorter.spilled_bytes() >> 20;
        assert_eq!(drain(&mut sorter.finish().unwrap()).len(), input.len());
        println!(
            "{mib} MiB, {spilled} spilled: sort of 10 M pairs {:?}",
            start.elapsed()
        );

        let start = std::time::Instant::now();
        let mut sorter = ExternalSorter::new(NaturalOrder, &bench.task(), bench.dirs());
        text.chunks(1024)
            .for_each(|part| sorter.push(&mut part.to_vec()).unwrap());
        let spilled = sorter.spilled_bytes() >> 20;
        assert_eq!(drain(&mut sorter.finish().unwrap()).len(), text.len());
        println!(
            "{mib} MiB, {spilled} spilled: sort of 2 M texts {:?}",
            start.elapsed()
        );

        let start = std::time::Instant::now();
        let mut groups = ExternalAggregator::new(Grouping, 0, &bench.task(), bench.dirs());
        text.chunks(1024)
            .for_each(|part| groups.push_values(&mut part.to_vec()).unwrap());
        let spilled = groups.spilled_bytes() >> 20;
        assert_eq!(drain(&mut groups.finish().unwrap()).len(), text.len());
        println!(
            "{mib} MiB, {spilled} spilled: groups of 2 M texts {:?}",
            start.elapsed()
        );
    }
}
