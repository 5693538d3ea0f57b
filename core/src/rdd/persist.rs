//! Reading a persisted partition: from the store, or computed and stored on the way.

use crate::data::Data;
use crate::error::Result;
use crate::exec::chain::{AnySource, ErasedSource};
use crate::exec::feed::{Feed, FeedSource};
use crate::exec::{ChunkSource, TaskContext};
use crate::storage::block_store::{BlockId, HeldChunks, PutState};
use crate::storage::level::StorageLevel;

/// The records of a persisted partition. If memory does not hold them, and the level does not
/// allow disk, they are served as they are computed.
pub(crate) fn open<T: Data>(
    cx: &TaskContext,
    rdd: u64,
    level: StorageLevel,
    mut feed: Feed,
) -> Result<Box<dyn AnySource>> {
    let id = BlockId {
        rdd,
        partition: feed.partition() as u32,
    };
    let store = &cx.env().blocks;
    if let Some(block) = store.get::<T>(id)? {
        return Ok(ErasedSource::<T>::boxed(Box::new(block.source()?)));
    }
    crate::fault!("persist.compute", id.partition);
    let mut writer = store.writer::<T>(id, level);
    loop {
        let mut chunk = Vec::new();
        if !feed.next(&mut chunk)? {
            break;
        }
        if let PutState::Refused(held) = writer.push(chunk)? {
            let rest = feed.chunks();
            return Ok(ErasedSource::<T>::boxed(Box::new(Uncached {
                held: Some(held),
                rest,
            })));
        }
    }
    drop(feed);
    Ok(ErasedSource::<T>::boxed(Box::new(
        writer.finish()?.source()?,
    )))
}

/// A partition that did not fit: first what was held when it was refused, then the rest.
struct Uncached<T: Data> {
    held: Option<HeldChunks<T>>,
    rest: FeedSource<T>,
}

impl<T: Data> ChunkSource<T> for Uncached<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        if let Some(held) = &mut self.held {
            if held.next(out)? {
                return Ok(true);
            }
            // Gives the memory back before the rest is computed.
            self.held = None;
        }
        self.rest.next(out)
    }
}
