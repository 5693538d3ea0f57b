//! What an [`ExternalAggregator`](super::ExternalAggregator) gives: each key once.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

use hashbrown::hash_table;

use super::budget::Drain;
use super::combiner::Combiner;
use super::hash::hash_of;
use super::merge::{Merge, MergeOrder};
use crate::data::{Data, Key};
use crate::error::Result;
use crate::exec::{CHUNK, ChunkSource};
use crate::storage::memory::Reservation;

/// The keys of an [`ExternalAggregator`](super::ExternalAggregator), each with its combined value.
pub struct AggregatedRecords<K: Key, V, C: Data, A> {
    source: Source<K, C, A>,
    values: PhantomData<fn(V)>,
}

enum Source<K: Key, C: Data, A> {
    Memory {
        entries: hash_table::IntoIter<(K, C)>,
        drain: Drain,
    },
    Merged {
        merge: Merge<(K, C), ByHash>,
        combiner: A,
        /// Keys of the hash at hand. Hardly ever more than one.
        same_hash: Vec<(K, C)>,
        _reservation: Reservation,
    },
}

impl<K: Key, V, C: Data, A> AggregatedRecords<K, V, C, A> {
    pub(super) fn in_memory(entries: hash_table::IntoIter<(K, C)>, drain: Drain) -> Self {
        AggregatedRecords {
            source: Source::Memory { entries, drain },
            values: PhantomData,
        }
    }

    pub(super) fn merged(
        merge: Merge<(K, C), ByHash>,
        combiner: A,
        reservation: Reservation,
    ) -> Self {
        let source = Source::Merged {
            merge,
            combiner,
            same_hash: Vec::new(),
            _reservation: reservation,
        };
        AggregatedRecords {
            source,
            values: PhantomData,
        }
    }
}

impl<K: Key, V, C: Data, A> fmt::Debug for AggregatedRecords<K, V, C, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.source {
            Source::Memory { .. } => "memory",
            Source::Merged { .. } => "merged",
        };
        f.debug_struct("AggregatedRecords")
            .field("source", &kind)
            .finish_non_exhaustive()
    }
}

impl<K: Key, V, C: Data, A: Combiner<V, C>> ChunkSource<(K, C)> for AggregatedRecords<K, V, C, A> {
    fn next(&mut self, out: &mut Vec<(K, C)>) -> Result<bool> {
        let start = out.len();
        match &mut self.source {
            Source::Memory { entries, drain } => {
                out.extend(entries.by_ref().take(CHUNK));
                drain.handed_out(out.len() - start);
            }
            Source::Merged {
                merge,
                combiner,
                same_hash,
                ..
            } => {
                let limit = merge.chunk_limit();
                while out.len() - start < CHUNK && (merge.loaded() < limit || out.len() == start) {
                    if !merge_one_hash(merge, combiner, same_hash)? {
                        break;
                    }
                    out.append(same_hash);
                }
            }
        }
        Ok(out.len() > start)
    }
}

/// Merges all that has the lowest hash into `keys`. Whether there was anything.
fn merge_one_hash<K: Key, V, C: Data>(
    merge: &mut Merge<(K, C), ByHash>,
    combiner: &impl Combiner<V, C>,
    keys: &mut Vec<(K, C)>,
) -> Result<bool> {
    let Some(hash) = merge.next_rank() else {
        return Ok(false);
    };
    while merge.next_rank() == Some(hash) {
        let Some((key, combined)) = merge.pop()? else {
            break;
        };
        match keys.iter_mut().find(|known| known.0 == key) {
            Some(known) => combiner.merge_combiners(&mut known.1, combined),
            None => keys.push((key, combined)),
        }
    }
    Ok(true)
}

/// Merges by the hash of the key.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByHash;

impl<K: Key, C> MergeOrder<(K, C)> for ByHash {
    type Rank = u64;

    #[inline]
    fn rank(&self, record: &(K, C)) -> u64 {
        hash_of(&record.0)
    }

    #[inline]
    fn compare(&self, a: (u64, &(K, C)), b: (u64, &(K, C))) -> Ordering {
        a.0.cmp(&b.0)
    }
}
