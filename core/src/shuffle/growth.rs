//! [`Growth`]: how much heap the entries of a hash table own, without looking at all of them.
//!
//! A few records of a chunk are measured while they are combined: what a new key owns, what its
//! first combined value owns, and by how much a record makes an existing combined value grow.
//! Records are sampled, not entries, so that a heavy key counts by the records it gets. Types that
//! own nothing on the heap are never measured.
//!
//! Measuring a combined value takes time in proportion to its size, so the larger the values that
//! were seen, the more records pass until the next sample: measuring stays a small part of the
//! work even when one group takes all the records.

use std::mem::{needs_drop, size_of};

use crate::data::Data;
use crate::exec::CHUNK;
use crate::storage::size::deep_size;

/// Records of a chunk that are measured.
const SAMPLE: usize = 16;

/// Records of the first chunk that are measured.
const FIRST_SAMPLE: usize = 64;

/// Bytes that may be measured per record that passes.
const MEASURED_BYTES_PER_RECORD: f64 = 8.0;

/// A growing vector holds half as much again in reserve, on average over its doublings, while what
/// its elements own has none.
const SLACK: f64 = 1.25;

/// The estimated heap of a table's entries.
#[derive(Debug)]
pub(super) struct Growth {
    measures: bool,
    /// Heap of a key: sum and number of those measured.
    keys: (f64, f64),
    /// Heap that a record adds to combined values, in the last samples.
    per_record: Option<f64>,
    /// Heap of the combined values in the table.
    combined: f64,
    /// Records that pass until the next sample.
    wait: usize,
}

impl Growth {
    pub(super) fn new<K, C>() -> Self {
        Growth {
            measures: needs_drop::<(K, C)>(),
            keys: (0.0, 0.0),
            per_record: None,
            combined: 0.0,
            wait: 0,
        }
    }

    /// How many of the next `batch` records to measure.
    #[inline]
    pub(super) fn sample_size(&self, batch: usize) -> usize {
        if !self.measures || self.wait > 0 {
            return 0;
        }
        batch.min(if self.per_record.is_none() {
            FIRST_SAMPLE
        } else {
            SAMPLE
        })
    }

    pub(super) fn sample(&self) -> Sample {
        Sample::default()
    }

    /// Takes in what a sample showed.
    pub(super) fn learn(&mut self, sample: Sample) {
        self.keys.0 += sample.key_bytes;
        self.keys.1 += sample.keys;
        let seen = sample.combined_bytes / sample.records.max(1.0);
        // The past steadies small samples; it fades so that a changed input is noticed.
        self.per_record = Some(
            self.per_record
                .map_or(seen, |past| 0.75 * past + 0.25 * seen),
        );
        self.wait = (sample.measured_bytes / MEASURED_BYTES_PER_RECORD) as usize + CHUNK / 2;
    }

    /// Counts records that were combined.
    #[inline]
    pub(super) fn updated(&mut self, records: usize) {
        if self.measures {
            self.combined =
                (self.combined + self.per_record.unwrap_or(0.0) * records as f64).max(0.0);
            self.wait = self.wait.saturating_sub(records);
        }
    }

    /// Forgets the entries, which have left the table.
    pub(super) fn emptied(&mut self) {
        self.combined = 0.0;
        self.wait = 0;
    }

    /// The heap of `entries` keys and all combined values, in bytes.
    #[inline]
    pub(super) fn heap_bytes(&self, entries: usize) -> u64 {
        if !self.measures {
            return 0;
        }
        let (bytes, keys) = self.keys;
        (bytes / keys.max(1.0) * entries as f64 + self.combined) as u64
    }
}

/// What some records added.
#[derive(Debug, Default)]
pub(super) struct Sample {
    records: f64,
    keys: f64,
    key_bytes: f64,
    combined_bytes: f64,
    measured_bytes: f64,
}

impl Sample {
    /// What a value owns on the heap.
    pub(super) fn heap_of<T: Data>(&mut self, value: &T) -> f64 {
        if !needs_drop::<T>() {
            return 0.0;
        }
        let bytes = deep_size(value).saturating_sub(size_of::<T>()) as f64;
        self.measured_bytes += bytes;
        bytes
    }

    /// A record made a new entry.
    pub(super) fn inserted<K: Data, C: Data>(&mut self, key: &K, combined: &C) {
        self.records += 1.0;
        self.keys += 1.0;
        self.key_bytes += self.heap_of(key);
        self.combined_bytes += self.heap_of(combined);
    }

    /// A record changed the heap of a combined value.
    pub(super) fn grew(&mut self, before: f64, after: f64) {
        self.records += 1.0;
        self.combined_bytes += SLACK * (after - before);
    }
}
