//! Levels, eviction, refusal, loss, and the account of it all.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc;

use tempfile::TempDir;

use super::*;
use crate::exec::chunk::{CHUNK, ChunkSource};

const KIB: u64 = 1 << 10;

const LEVELS: [StorageLevel; 6] = [
    StorageLevel::MEMORY_ONLY,
    StorageLevel::MEMORY_ONLY_SER,
    StorageLevel::MEMORY_AND_DISK,
    StorageLevel::MEMORY_AND_DISK_SER_2,
    StorageLevel::DISK_ONLY,
    StorageLevel::OFF_HEAP,
];

struct Lab {
    root: TempDir,
    memory: MemoryManager,
    store: Arc<BlockStore>,
    events: mpsc::Receiver<BlockEvent>,
}

/// A store with so much memory, none of it protected from execution.
fn lab(bytes: u64) -> Lab {
    let root = tempfile::tempdir().unwrap();
    let memory = MemoryManager::new(bytes, 0.0);
    let dirs = LocalDirs::new(&[root.path().to_owned()]).unwrap();
    let store = BlockStore::new(memory.clone(), dirs);
    let (sender, events) = mpsc::channel();
    store.set_listener(Arc::new(move |event| {
        let _ = sender.send(event);
    }));
    Lab {
        root,
        memory,
        store,
        events,
    }
}

fn id(rdd: u64, partition: u32) -> BlockId {
    BlockId { rdd, partition }
}

/// About `kib` KiB of numbers, told apart by `seed`.
fn numbers(kib: u64, seed: u64) -> Vec<u64> {
    (0..kib * KIB / 8).map(|i| i + seed).collect()
}

/// The seed that tells a block's records apart.
fn seed(id: BlockId) -> u64 {
    id.rdd * 1000 + u64::from(id.partition)
}

impl Lab {
    /// Stores `kib` KiB as a block; false if it was refused (and what came back was right).
    fn put(&self, id: BlockId, level: StorageLevel, kib: u64) -> bool {
        self.put_records(id, level, &numbers(kib, seed(id)))
    }

    fn put_records<T: Data + PartialEq + fmt::Debug>(
        &self,
        id: BlockId,
        level: StorageLevel,
        all: &[T],
    ) -> bool {
        let mut writer = self.store.writer(id, level);
        let mut pushed = 0;
        for chunk in all.chunks(CHUNK) {
            pushed += chunk.len();
            if let PutState::Refused(mut held) = writer.push(chunk.to_vec()).unwrap() {
                let mut back = Vec::new();
                while held.next(&mut back).unwrap() {}
                assert_eq!(back, all[..pushed], "all that was pushed comes back");
                return false;
            }
        }
        let block = writer.finish().unwrap();
        assert_eq!(block.records(), all.len() as u64);
        assert!(block.source().unwrap().collect().unwrap() == all);
        true
    }

    /// Whether the block is there; if so, its records are right.
    fn has(&self, id: BlockId) -> bool {
        let Some(block) = self.store.get::<u64>(id).unwrap() else {
            return false;
        };
        let records = block.source().unwrap().collect().unwrap();
        assert_eq!(
            records.first().copied().unwrap_or(seed(id)),
            seed(id),
            "{id}"
        );
        true
    }

    fn status(&self, id: BlockId) -> Option<BlockStatus> {
        self.store.status().into_iter().find(|s| s.id == id)
    }

    /// Partitions of an RDD that are in memory.
    fn in_memory(&self, rdd: u64) -> Vec<u32> {
        let all = self.store.status().into_iter();
        all.filter(|s| s.id.rdd == rdd && s.memory_bytes > 0)
            .map(|s| s.id.partition)
            .collect()
    }

    fn spill_files(&self) -> Vec<PathBuf> {
        let dirs = fs::read_dir(self.root.path())
            .unwrap()
            .map(|e| e.unwrap().path());
        let files = dirs.flat_map(|dir| fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()));
        files
            .filter(|f| f.extension().is_some_and(|e| e == "spill"))
            .collect()
    }

    fn events(&self) -> Vec<BlockEvent> {
        self.events.try_iter().collect()
    }

    /// Takes execution memory, which makes storage yield.
    fn press(&self, kib: u64) -> Reservation {
        let mut r = self.memory.task().reservation();
        assert!(r.try_grow(kib * KIB));
        r
    }

    #[track_caller]
    fn assert_empty(&self) {
        assert_eq!(self.memory.used_storage(), 0);
        assert_eq!(self.store.status(), []);
        assert_eq!(self.spill_files(), Vec::<PathBuf>::new());
    }
}

#[test]
fn every_level_gives_back_what_was_stored() {
    let lab = lab(1 << 20);
    for level in LEVELS {
        let block = id(1, 0);
        let texts: Vec<(String, Option<u64>)> =
            (0..5000).map(|i| (format!("key {i}"), Some(i))).collect();
        assert!(lab.put_records(block, level, &texts), "{level}");
        let cached = lab
            .store
            .get::<(String, Option<u64>)>(block)
            .unwrap()
            .unwrap();
        assert_eq!(cached.chunks().is_some(), level.deserialized(), "{level}");
        assert_eq!(cached.memory_bytes() > 0, level.use_memory(), "{level}");
        let status = lab.status(block).unwrap();
        assert_eq!(
            (status.level, status.memory_bytes),
            (level, cached.memory_bytes())
        );
        assert_eq!(status.disk_bytes, cached.disk_bytes());
        assert_eq!(lab.memory.used_storage(), status.memory_bytes, "{level}");
        drop(cached);
        assert!(lab.store.contains(block) && lab.store.remove(block) && !lab.store.remove(block));
        lab.assert_empty();
    }
}

#[test]
fn empty_blocks_are_blocks() {
    let lab = lab(1 << 20);
    for level in LEVELS {
        assert!(lab.put_records::<String>(id(1, 0), level, &[]));
        let block = lab.store.get::<String>(id(1, 0)).unwrap().unwrap();
        assert_eq!(
            block.source().unwrap().collect().unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(lab.store.remove_rdd(1), 1);
    }
    lab.assert_empty();
}

#[test]
fn records_are_read_in_chunks() {
    let lab = lab(1 << 20);
    for level in LEVELS {
        let mut writer = lab.store.writer(id(1, 0), level);
        for chunk in [vec![], vec![1_u64; 3], vec![2; 3 * CHUNK], vec![3; 1]] {
            assert!(matches!(writer.push(chunk).unwrap(), PutState::Taken));
        }
        let mut source = writer.finish().unwrap().source().unwrap();
        let mut all = vec![0];
        let mut reads = 0;
        while source.next(&mut all).unwrap() {
            reads += 1;
        }
        assert!(!source.next(&mut all).unwrap(), "the end stays the end");
        assert_eq!(
            (all.len(), all[0], all[4]),
            (1 + 3 + 3 * CHUNK + 1, 0, 2),
            "{level}"
        );
        assert!(reads >= 3, "{level}");
        lab.store.remove_rdd(1);
    }
}

#[test]
fn small_chunks_are_joined() {
    let lab = lab(1 << 20);
    let mut writer = lab.store.writer(id(1, 0), StorageLevel::MEMORY_ONLY);
    for i in 0..2 * CHUNK as u64 {
        assert!(matches!(writer.push(vec![i]).unwrap(), PutState::Taken));
    }
    let block = writer.finish().unwrap();
    assert_eq!(block.chunks().unwrap().len(), 2);
    let records = (2 * CHUNK * size_of::<u64>()) as u64;
    assert!(
        block.memory_bytes() < records + 4 * KIB,
        "{}",
        block.memory_bytes()
    );
}

#[test]
fn the_reserved_bytes_are_near_what_records_take() {
    let lab = lab(64 << 20);
    let texts: Vec<String> = (0..20_000).map(|i| "x".repeat(i % 90)).collect();
    let truth: usize = texts.iter().map(crate::storage::size::deep_size).sum();
    assert!(lab.put_records(id(1, 0), StorageLevel::MEMORY_ONLY, &texts));
    let ratio = lab.memory.used_storage() as f64 / truth as f64;
    assert!((0.8..1.2).contains(&ratio), "{ratio}");
}

#[test]
fn a_block_of_another_type_is_a_bug_not_a_crash() {
    let lab = lab(1 << 20);
    lab.put(id(1, 0), StorageLevel::MEMORY_ONLY, 1);
    assert!(matches!(
        lab.store.get::<String>(id(1, 0)),
        Err(Error::Internal(_))
    ));
}

#[test]
fn the_least_recently_used_goes_first() {
    let lab = lab(100 * KIB);
    for partition in 0..4 {
        assert!(lab.put(id(1, partition), StorageLevel::MEMORY_ONLY, 20));
    }
    assert!(lab.has(id(1, 0)));
    assert!(lab.put(id(2, 0), StorageLevel::MEMORY_ONLY, 30));
    assert_eq!(lab.in_memory(1), [0, 2, 3]);
    assert!(lab.events().contains(&BlockEvent::Evicted(id(1, 1))));
    let _pressure = lab.press(60);
    assert_eq!((lab.in_memory(1), lab.in_memory(2)), (vec![], vec![0]));
    lab.store.remove_rdd(2);
    lab.assert_empty();
}

#[test]
fn blocks_of_the_same_rdd_are_never_evicted_for_it() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::MEMORY_ONLY, 40));
    assert!(lab.put(id(1, 1), StorageLevel::MEMORY_ONLY, 40));
    assert!(!lab.put(id(1, 2), StorageLevel::MEMORY_ONLY, 40));
    assert_eq!(lab.in_memory(1), [0, 1]);
    assert!(
        lab.put(id(2, 0), StorageLevel::MEMORY_ONLY, 50),
        "but they are for another"
    );
    assert_eq!(lab.in_memory(1), [1]);
}

#[test]
fn nothing_is_evicted_for_a_chunk_that_would_not_fit_anyway() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::MEMORY_ONLY, 40));
    let _pressure = lab.press(50);
    let mut writer = lab.store.writer(id(2, 0), StorageLevel::MEMORY_ONLY);
    assert!(matches!(
        writer.push(numbers(60, 0)).unwrap(),
        PutState::Refused(_)
    ));
    assert_eq!(lab.in_memory(1), [0]);
    assert!(
        matches!(writer.push(vec![1]), Err(Error::Internal(_))),
        "a refused writer is done"
    );
    assert!(writer.finish().is_err());
}

#[test]
fn what_fits_nowhere_comes_back_or_goes_to_disk() {
    for level in [StorageLevel::MEMORY_ONLY, StorageLevel::MEMORY_ONLY_SER] {
        let lab = lab(100 * KIB);
        assert!(!lab.put(id(1, 0), level, 200), "{level}");
        lab.assert_empty();
        assert_eq!(lab.events(), []);
    }
    for level in [
        StorageLevel::MEMORY_AND_DISK,
        StorageLevel::MEMORY_AND_DISK_SER,
        StorageLevel::OFF_HEAP,
    ] {
        let lab = lab(100 * KIB);
        assert!(lab.put(id(1, 0), level, 200), "{level}");
        assert!(lab.has(id(1, 0)));
        assert_eq!(lab.memory.used_storage(), 0);
        assert!(lab.status(id(1, 0)).unwrap().disk_bytes > 200 * KIB);
        lab.store.remove_rdd(1);
        lab.assert_empty();
    }
}

#[test]
fn the_level_none_keeps_nothing() {
    let lab = lab(1 << 20);
    assert!(!lab.put(id(1, 0), StorageLevel::NONE, 1));
    lab.assert_empty();
}

#[test]
fn evicted_blocks_go_to_disk_where_they_may() {
    for level in [
        StorageLevel::MEMORY_AND_DISK,
        StorageLevel::MEMORY_AND_DISK_SER,
    ] {
        let lab = lab(100 * KIB);
        assert!(lab.put(id(1, 0), level, 40));
        assert!(lab.put(id(1, 1), level, 40));
        lab.events();
        let pressure = lab.press(100);
        assert_eq!(lab.memory.used_storage(), 0);
        let on_disk = lab.status(id(1, 0)).unwrap();
        assert!(
            on_disk.memory_bytes == 0 && on_disk.disk_bytes > 40 * KIB && on_disk.level == level
        );
        assert_eq!(
            lab.events()[0],
            BlockEvent::DroppedToDisk(on_disk),
            "{level}"
        );
        assert!(lab.has(id(1, 0)) && lab.has(id(1, 1)), "{level}");
        assert_eq!(lab.spill_files().len(), 2);
        drop(pressure);
        assert_eq!(lab.store.remove_rdd(1), 2);
        lab.assert_empty();
    }
}

#[test]
fn a_block_being_read_is_neither_evicted_nor_lost_to_its_reader() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::MEMORY_ONLY, 60));
    let reading = lab.store.get::<u64>(id(1, 0)).unwrap().unwrap();
    assert!(!lab.memory.task().reservation().try_grow(80 * KIB));
    assert!(lab.store.contains(id(1, 0)));

    assert!(lab.store.remove(id(1, 0)));
    assert!(
        lab.memory.used_storage() >= 60 * KIB,
        "it still takes memory"
    );
    assert_eq!(
        reading.source().unwrap().collect().unwrap(),
        numbers(60, seed(id(1, 0)))
    );
    drop(reading);
    lab.assert_empty();
}

#[test]
fn a_block_on_disk_that_is_removed_stays_with_its_reader() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::DISK_ONLY, 60));
    let reading = lab.store.get::<u64>(id(1, 0)).unwrap().unwrap();
    lab.store.remove_rdd(1);
    assert_eq!(
        reading.source().unwrap().collect().unwrap(),
        numbers(60, seed(id(1, 0)))
    );
    drop(reading);
    lab.assert_empty();
}

#[test]
fn a_damaged_or_missing_file_is_a_missing_block() {
    let damages: [fn(&PathBuf); 3] = [
        |file| fs::remove_file(file).unwrap(),
        |file| {
            let mut bytes = fs::read(file).unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(file, bytes).unwrap();
        },
        |file| {
            fs::OpenOptions::new()
                .write(true)
                .open(file)
                .unwrap()
                .set_len(100)
                .unwrap()
        },
    ];
    for damage in damages {
        let lab = lab(100 * KIB);
        assert!(lab.put(id(1, 0), StorageLevel::DISK_ONLY, 60));
        damage(&lab.spill_files()[0]);
        assert!(lab.store.get::<u64>(id(1, 0)).unwrap().is_none());
        assert!(lab.events().contains(&BlockEvent::Lost(id(1, 0))));
        lab.assert_empty();
        assert!(
            lab.put(id(1, 0), StorageLevel::DISK_ONLY, 60),
            "it can be computed again"
        );
        assert!(lab.has(id(1, 0)));
    }
}

#[test]
fn a_block_that_breaks_while_it_is_read_is_forgotten() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::DISK_ONLY, 60));
    let block = lab.store.get::<u64>(id(1, 0)).unwrap().unwrap();
    let mut source = block.source().unwrap();
    let mut out = Vec::new();
    assert!(source.next(&mut out).unwrap());
    fs::OpenOptions::new()
        .write(true)
        .open(&lab.spill_files()[0])
        .unwrap()
        .set_len(10_000)
        .unwrap();
    let error = std::iter::from_fn(|| source.next(&mut out).err())
        .next()
        .unwrap();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    assert!(!lab.store.contains(id(1, 0)), "a retry computes it again");
}

#[test]
fn eviction_without_a_disk_forgets() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::MEMORY_AND_DISK, 60));
    for dir in fs::read_dir(lab.root.path()).unwrap() {
        fs::remove_dir_all(dir.unwrap().path()).unwrap();
    }
    let _pressure = lab.press(100);
    assert!(lab.store.get::<u64>(id(1, 0)).unwrap().is_none());
    assert_eq!(lab.events().last(), Some(&BlockEvent::Evicted(id(1, 0))));
    assert_eq!(lab.memory.used_storage(), 0);
    // What must be written to disk now is an error that says where.
    let error = lab
        .store
        .writer(id(2, 0), StorageLevel::DISK_ONLY)
        .push(vec![1_u64])
        .unwrap_err();
    assert!(
        matches!(&error, Error::Io { path, .. } if path.starts_with(lab.root.path())),
        "{error}"
    );
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Grenade;

impl Serialize for Grenade {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Sizes are counted without trouble; writing goes wrong.
        assert!(type_name::<S>().contains("counter"), "boom");
        serializer.serialize_unit_struct("Grenade")
    }
}

#[test]
fn a_record_that_panics_while_it_is_evicted_harms_only_its_block() {
    let lab = lab(100 * KIB);
    let mut writer = lab.store.writer(id(1, 0), StorageLevel::MEMORY_AND_DISK);
    writer
        .push(vec![(Grenade, vec![0_u64; 8 * KIB as usize])])
        .unwrap();
    drop(writer.finish().unwrap());
    let _pressure = lab.press(100);
    assert!(!lab.store.contains(id(1, 0)));
    lab.assert_empty();
}

#[test]
fn the_first_of_two_equal_blocks_is_stored() {
    let lab = lab(100 * KIB);
    let mut writers = [0, 1].map(|_| lab.store.writer(id(1, 0), StorageLevel::MEMORY_ONLY));
    for (writer, value) in writers.iter_mut().zip([1_u64, 2]) {
        writer.push(vec![value; 10]).unwrap();
    }
    let blocks = writers.map(|w| w.finish().unwrap());
    assert_eq!(
        blocks[1].source().unwrap().collect().unwrap(),
        [2; 10],
        "each reads its own"
    );
    let stored = lab.store.get::<u64>(id(1, 0)).unwrap().unwrap();
    assert_eq!(stored.source().unwrap().collect().unwrap(), [1; 10]);
    drop((blocks, stored));
    assert_eq!(
        lab.memory.used_storage(),
        lab.status(id(1, 0)).unwrap().memory_bytes
    );
}

#[test]
fn removing_an_rdd_also_stops_blocks_being_written() {
    let lab = lab(100 * KIB);
    let mut before = lab.store.writer(id(1, 0), StorageLevel::MEMORY_ONLY);
    before.push(vec![1_u64]).unwrap();
    let other = lab.store.writer::<u64>(id(2, 0), StorageLevel::MEMORY_ONLY);
    assert_eq!(lab.store.remove_rdd(1), 0);
    let after = lab.store.writer::<u64>(id(1, 1), StorageLevel::MEMORY_ONLY);
    assert_eq!(before.finish().unwrap().records(), 1);
    other.finish().unwrap();
    after.finish().unwrap();
    let ids: Vec<_> = lab.store.status().iter().map(|s| s.id).collect();
    assert_eq!(ids, [id(1, 1), id(2, 0)]);
}

#[test]
fn an_unfinished_block_leaves_nothing() {
    let lab = lab(100 * KIB);
    for level in LEVELS {
        let mut writer = lab.store.writer(id(1, 0), level);
        writer.push(numbers(10, 0)).unwrap();
        drop(writer);
        lab.assert_empty();
    }
}

#[test]
fn blocks_outlive_their_store_with_their_readers() {
    let lab = lab(100 * KIB);
    assert!(lab.put(id(1, 0), StorageLevel::DISK_ONLY, 10));
    let block = lab.store.get::<u64>(id(1, 0)).unwrap().unwrap();
    drop(lab.store);
    assert_eq!(
        block.source().unwrap().collect().unwrap(),
        numbers(10, seed(id(1, 0)))
    );
    drop(block);
    assert_eq!(fs::read_dir(lab.root.path()).unwrap().count(), 0);
    drop(lab.events);
}

#[test]
fn threads_store_read_remove_and_press_at_once() {
    let lab = lab(400 * KIB);
    lab.store.set_listener(Arc::new(|_| {}));
    std::thread::scope(|scope| {
        for thread in 0..6_u64 {
            let (store, memory) = (&lab.store, &lab.memory);
            scope.spawn(move || {
                let mut random = thread + 1;
                for _ in 0..150 {
                    random = random
                        .wrapping_mul(0x5851_f42d_4c95_7f2d)
                        .wrapping_add(0x1405_7b7e_f767_814f);
                    let block = id((random >> 33) % 3, (random >> 40) as u32 % 5);
                    match (random >> 50) % 8 {
                        0 => drop(store.remove_rdd(block.rdd)),
                        1 => {
                            let mut r = memory.task().reservation();
                            let _granted = r.try_grow(200 * KIB);
                        }
                        _ => read_or_compute(
                            store,
                            block,
                            LEVELS[(random >> 55) as usize % LEVELS.len()],
                        ),
                    }
                }
            });
        }
    });
    let stored: u64 = lab.store.status().iter().map(|s| s.memory_bytes).sum();
    assert_eq!(lab.memory.used_storage(), stored);
    assert_eq!(lab.memory.used_execution(), 0);
    for rdd in 0..3 {
        lab.store.remove_rdd(rdd);
    }
    lab.assert_empty();
}

/// What a task does with a persisted partition.
fn read_or_compute(store: &Arc<BlockStore>, block: BlockId, level: StorageLevel) {
    let all = numbers(60, seed(block));
    if let Some(cached) = store.get::<u64>(block).unwrap() {
        assert!(cached.source().unwrap().collect().unwrap() == all);
        return;
    }
    let mut writer = store.writer(block, level);
    for chunk in all.chunks(CHUNK) {
        if let PutState::Refused(mut held) = writer.push(chunk.to_vec()).unwrap() {
            let mut back = Vec::new();
            while held.next(&mut back).unwrap() {}
            assert!(all.starts_with(&back));
            return;
        }
    }
    assert!(
        writer
            .finish()
            .unwrap()
            .source()
            .unwrap()
            .collect()
            .unwrap()
            == all
    );
}
