//! What the tests of this module share: a small executor's memory and directories, and input.

use std::sync::Arc;

use crate::exec::ChunkSource;
use crate::storage::memory::{MemoryManager, TaskMemory};
use crate::storage::spill::LocalDirs;

/// Memory and directories that must be clean after use.
pub(super) struct Bench {
    memory: MemoryManager,
    dirs: Arc<LocalDirs>,
    _root: tempfile::TempDir,
}

impl Bench {
    pub(super) fn new(bytes: u64) -> Self {
        let root = tempfile::tempdir().unwrap();
        let dirs = LocalDirs::new(&[root.path().to_owned()]).unwrap();
        Bench {
            memory: MemoryManager::new(bytes, 0.5),
            dirs,
            _root: root,
        }
    }

    pub(super) fn task(&self) -> TaskMemory {
        self.memory.task()
    }

    pub(super) fn memory(&self) -> &MemoryManager {
        &self.memory
    }

    pub(super) fn dirs(&self) -> Arc<LocalDirs> {
        Arc::clone(&self.dirs)
    }

    /// Spill files that exist now.
    pub(super) fn files(&self) -> Vec<std::path::PathBuf> {
        let entries = self
            .dirs
            .paths()
            .flat_map(|dir| std::fs::read_dir(dir).unwrap());
        entries
            .map(|e| e.unwrap().path())
            .filter(|p| p.file_name().is_some_and(|n| n != "owner"))
            .collect()
    }

    /// No byte is reserved and no file is left.
    pub(super) fn assert_clean(&self) {
        assert_eq!(self.memory.used_execution(), 0);
        assert_eq!(self.files(), Vec::<std::path::PathBuf>::new());
    }
}

/// All records of a source.
pub(super) fn drain<T>(source: &mut impl ChunkSource<T>) -> Vec<T> {
    let mut out = Vec::new();
    while source.next(&mut out).unwrap() {}
    assert!(!source.next(&mut out).unwrap(), "the end stays the end");
    out
}

/// Well mixed numbers, always the same.
pub(super) fn random(count: u64) -> impl Iterator<Item = u64> {
    (0..count).map(|i| super::hash_of(&(i, 17u64)))
}
