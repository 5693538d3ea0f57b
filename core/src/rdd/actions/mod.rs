//! Actions: what runs a job and brings an answer to the driver.
//!
//! Partial results of partitions are merged on the driver in the order of partitions, whatever
//! order they arrive in, so that an answer that hangs on the order (a sum of floats) is the same
//! each time. A closure that runs on the driver too is cloned for it; a panic in it is
//! [`Error::Panic`](crate::Error::Panic) there as in a task.

mod approximate;
mod asynchronous;
mod histogram;
mod keyed;
mod local_iterator;
mod ordered;
mod reduce;
mod run_job;
mod statistics;
mod take;
#[cfg(test)]
mod tests;
mod tree;
mod visit;

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use super::step::Measured;
use super::view::With;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext};

pub use approximate::{BoundedDouble, PartialResult};
pub use local_iterator::LocalIterator;
pub use statistics::{Number, StatCounter};

/// The error of an action that needs a record and has none.
fn empty(action: &str) -> Error {
    Error::EmptyCollection {
        action: action.to_owned(),
    }
}

impl<T: Data, E: Data> With<T, E> {
    /// Runs a job on a range of partitions and gives the results in their order.
    fn gather_range<R, F>(
        &self,
        partitions: Range<usize>,
        f: F,
        site: &'static Location<'static>,
    ) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
    {
        let all = partitions == (0..self.rdd().num_partitions());
        let chosen = (!all).then(|| partitions.map(|p| p as u32).collect());
        let results = Arc::new(Mutex::new(BTreeMap::new()));
        let taken = Arc::clone(&results);
        let take = move |partition: u32, result: R| {
            taken.lock().insert(partition, result);
            Ok(())
        };
        self.run_at(site, chosen, f, take)?;
        let in_order = std::mem::take(&mut *results.lock());
        Ok(in_order.into_values().collect())
    }

    /// [`With::run_job`] for a call at `site`.
    fn run_job_at<R, F>(&self, f: F, site: &'static Location<'static>) -> Result<Vec<R>>
    where
        R: Data,
        F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<R> + Send + Sync + 'static,
    {
        let measured = move |env: &E, cx: &TaskContext, records: PartitionIter<T>| {
            let value = f(env, cx, records)?;
            early_end(cx)?;
            Ok(Measured::new(value))
        };
        self.gather_range(0..self.rdd().num_partitions(), measured, site)
    }
}
