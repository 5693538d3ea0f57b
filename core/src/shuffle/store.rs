//! [`ShuffleStore`]: the map outputs that one executor keeps.
//!
//! Outputs stay until their shuffle is removed. When memory gets short the manager asks the store
//! for some back ([`Reclaimer`]): it writes the largest outputs that are in memory to disk, several
//! into one file. Readers that hold segments of them read on undisturbed.
//!
//! No lock is held during I/O.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::block::{EncodedBlock, Segment};
use super::map_output::{MapOutput, SpilledOutput};
use crate::error::{Error, Result};
use crate::scheduler::types::{ExecutorId, ShuffleId};
use crate::storage::memory::{MemoryManager, ReclaimClass, Reclaimer};
use crate::storage::spill::LocalDirs;

/// What is written to disk at least when memory is asked for, so that files don't become tiny.
const MIN_RECLAIM_BYTES: u64 = 1 << 20;

/// The map outputs of one executor.
#[derive(Debug)]
pub struct ShuffleStore {
    executor: ExecutorId,
    dirs: Arc<LocalDirs>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    outputs: HashMap<ShuffleId, HashMap<u32, Arc<MapOutput>>>,
    /// Outputs in memory by size: what can be reclaimed. One that is being written is not here.
    in_memory: BTreeSet<(u64, ShuffleId, u32)>,
}

/// An output that is being written to disk.
struct Victim {
    shuffle: ShuffleId,
    map: u32,
    output: Arc<MapOutput>,
}

impl ShuffleStore {
    /// An empty store, which gives memory back to `memory` when asked.
    pub fn new(executor: ExecutorId, memory: &MemoryManager, dirs: Arc<LocalDirs>) -> Arc<Self> {
        let store = Arc::new(ShuffleStore {
            executor,
            dirs,
            state: Mutex::default(),
        });
        let reclaimer: Weak<dyn Reclaimer> = Arc::downgrade(&store) as Weak<dyn Reclaimer>;
        memory.add_reclaimer(reclaimer);
        store
    }

    /// The executor that keeps these outputs.
    pub fn executor(&self) -> &ExecutorId {
        &self.executor
    }

    /// Keeps an output, in place of an earlier one of the same map partition.
    pub fn put(&self, shuffle: ShuffleId, map: u32, output: MapOutput) {
        let output = Arc::new(output);
        let mut state = self.state.lock();
        let replaced = state.insert(shuffle, map, output);
        drop(state);
        drop(replaced);
    }

    /// An output, if it is here.
    pub fn get(&self, shuffle: ShuffleId, map: u32) -> Option<Arc<MapOutput>> {
        self.state.lock().outputs.get(&shuffle)?.get(&map).cloned()
    }

    /// The records of a map partition for a reduce partition: none is not an error.
    ///
    /// # Errors
    /// [`Error::FetchFailed`] if the output is not here.
    pub fn get_segments(&self, shuffle: ShuffleId, map: u32, reduce: u32) -> Result<Vec<Segment>> {
        match self.get(shuffle, map) {
            Some(output) => Ok(output.segments(reduce).to_vec()),
            None => Err(self.missing(shuffle, map, reduce)),
        }
    }

    /// The same, encoded for another process.
    ///
    /// # Errors
    /// [`Error::FetchFailed`] if the output is not here or can't be read; [`Error::Codec`] if it
    /// can't be encoded.
    pub fn encode_block(&self, shuffle: ShuffleId, map: u32, reduce: u32) -> Result<EncodedBlock> {
        let output = self
            .get(shuffle, map)
            .ok_or_else(|| self.missing(shuffle, map, reduce))?;
        output
            .encode(reduce)
            .map_err(|e| fetch_failed(e, shuffle, map, reduce, &self.executor))
    }

    fn missing(&self, shuffle: ShuffleId, map: u32, reduce: u32) -> Error {
        let executor = self.executor.to_string();
        Error::FetchFailed {
            shuffle,
            map,
            reduce,
            executor,
            reason: "there is no such output".to_owned(),
        }
    }

    /// Forgets the output of one map partition. Whether there was one.
    pub fn remove_output(&self, shuffle: ShuffleId, map: u32) -> bool {
        let mut state = self.state.lock();
        let removed = state.remove(shuffle, map);
        drop(state);
        removed.is_some()
    }

    /// Forgets all outputs of a shuffle. Segments that readers hold stay valid.
    pub fn remove_shuffle(&self, shuffle: ShuffleId) {
        let mut state = self.state.lock();
        let removed = state.outputs.remove(&shuffle);
        for (map, output) in removed.iter().flatten() {
            state
                .in_memory
                .remove(&(output.memory_bytes(), shuffle, *map));
        }
        drop(state);
        drop(removed);
    }

    /// Forgets all outputs.
    pub fn clear(&self) {
        let state = std::mem::take(&mut *self.state.lock());
        drop(state);
    }

    /// Number of outputs.
    pub fn len(&self) -> usize {
        self.state.lock().outputs.values().map(HashMap::len).sum()
    }

    /// Whether there is no output.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that outputs take in memory.
    pub fn memory_bytes(&self) -> u64 {
        self.state
            .lock()
            .outputs
            .values()
            .flat_map(HashMap::values)
            .map(|output| output.memory_bytes())
            .sum()
    }

    /// Takes the largest outputs off the list of what can be reclaimed.
    fn choose(&self, wanted: u64) -> Vec<Victim> {
        let mut state = self.state.lock();
        let mut victims = Vec::new();
        let mut chosen = 0;
        while chosen < wanted {
            let Some((bytes, shuffle, map)) = state.in_memory.pop_last() else {
                break;
            };
            let output = state.outputs.get(&shuffle).and_then(|maps| maps.get(&map));
            if let Some(output) = output.cloned() {
                victims.push(Victim {
                    shuffle,
                    map,
                    output,
                });
                chosen += bytes;
            }
        }
        victims
    }

    /// Writes outputs to one file, and gives them without memory.
    fn write(&self, victims: &[Victim]) -> Result<Vec<MapOutput>> {
        let mut writer = self.dirs.create_spill("shuffle")?;
        let spilled: Vec<SpilledOutput> = victims
            .iter()
            .map(|v| v.output.write_typed(&mut writer))
            .collect::<Result<_>>()?;
        let file = writer.finish()?;
        Ok(victims
            .iter()
            .zip(spilled)
            .map(|(victim, spilled)| victim.output.relocated(spilled, &file))
            .collect())
    }

    /// Puts the outputs on disk in place of those in memory, unless they were replaced or removed
    /// meanwhile. Returns the bytes freed.
    fn swap(&self, victims: Vec<Victim>, outputs: Vec<MapOutput>) -> u64 {
        let mut freed = 0;
        let mut state = self.state.lock();
        for (victim, output) in victims.iter().zip(outputs) {
            let current = state
                .outputs
                .get_mut(&victim.shuffle)
                .and_then(|maps| maps.get_mut(&victim.map));
            if let Some(current) = current.filter(|current| Arc::ptr_eq(current, &victim.output)) {
                freed += victim.output.memory_bytes();
                *current = Arc::new(output);
            }
        }
        drop(state);
        // The memory goes with the last handle, which is the victim's unless someone reads it.
        drop(victims);
        freed
    }

    /// Offers outputs for reclaiming again, that could not be written.
    fn put_back(&self, victims: &[Victim]) {
        let mut state = self.state.lock();
        for victim in victims {
            let current = state
                .outputs
                .get(&victim.shuffle)
                .and_then(|maps| maps.get(&victim.map));
            if current.is_some_and(|current| Arc::ptr_eq(current, &victim.output)) {
                state
                    .in_memory
                    .insert((victim.output.memory_bytes(), victim.shuffle, victim.map));
            }
        }
    }
}

impl State {
    fn insert(
        &mut self,
        shuffle: ShuffleId,
        map: u32,
        output: Arc<MapOutput>,
    ) -> Option<Arc<MapOutput>> {
        let replaced = self.remove(shuffle, map);
        if output.memory_bytes() > 0 {
            self.in_memory.insert((output.memory_bytes(), shuffle, map));
        }
        self.outputs.entry(shuffle).or_default().insert(map, output);
        replaced
    }

    fn remove(&mut self, shuffle: ShuffleId, map: u32) -> Option<Arc<MapOutput>> {
        let removed = self.outputs.get_mut(&shuffle)?.remove(&map)?;
        self.in_memory
            .remove(&(removed.memory_bytes(), shuffle, map));
        Some(removed)
    }
}

impl Reclaimer for ShuffleStore {
    fn class(&self) -> ReclaimClass {
        ReclaimClass::ShuffleOutput
    }

    fn reclaim(&self, wanted: u64) -> u64 {
        let victims = self.choose(wanted.max(MIN_RECLAIM_BYTES));
        if victims.is_empty() {
            return 0;
        }
        match self.write(&victims) {
            Ok(outputs) => self.swap(victims, outputs),
            Err(error) => {
                tracing::warn!(%error, "can't move shuffle outputs to disk");
                self.put_back(&victims);
                0
            }
        }
    }
}

/// What a reader reports when a block can't be read: a lost or damaged block is made again by its
/// map task, other errors would only come again.
pub(super) fn fetch_failed(
    error: Error,
    shuffle: ShuffleId,
    map: u32,
    reduce: u32,
    executor: &ExecutorId,
) -> Error {
    match error {
        Error::Corrupt { .. } | Error::Io { .. } => {
            let (executor, reason) = (executor.to_string(), error.to_string());
            Error::FetchFailed {
                shuffle,
                map,
                reduce,
                executor,
                reason,
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
