//! Where tasks run: [`TaskBackend`], and [`ClusterManager`] which finds executors for one.
//!
//! The engine does not assume one address space. [`ThreadBackend`] runs tasks on threads of the
//! driver; other backends send programs to processes. Every backend tells what happens through
//! the [`BackendEvents`] that it is given at its start.

mod manager;
mod thread;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::exec::{TaskReport, TaskSpec};
use crate::scheduler::{AttemptId, ExecutorId};

pub use manager::{ClusterManager, ExecutorRequest};
pub use thread::ThreadBackend;

/// Something that runs tasks.
pub trait TaskBackend: Send + Sync + fmt::Debug {
    /// Whether programs must be able to leave the process. If so, the driver encodes a program
    /// before any of its tasks starts, and a closure that can't be sent fails the job there.
    fn needs_portable(&self) -> bool;

    /// Starts attempts, each on the executor given with it. Their ends come as events, also that
    /// of an attempt which can't be started after this call returned.
    ///
    /// # Errors
    /// If none was started.
    fn launch(&self, tasks: Vec<(TaskSpec, ExecutorId)>) -> Result<()>;

    /// Asks an attempt to stop. Its end is still reported.
    fn kill(&self, id: AttemptId, executor: &ExecutorId, reason: &str);

    /// Blocks of the backend's executors, for the driver.
    fn blocks(&self) -> Arc<dyn BlockTransport>;

    /// Lets executors free what nobody needs any more. Nothing to do where they share the driver's
    /// stores, which the driver has cleared already.
    fn forget(&self, _what: Forgotten) {}

    /// Stops everything. No event comes after this call returned.
    fn stop(&self);
}

/// What executors need not keep any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Forgotten {
    /// The map outputs of a shuffle.
    Shuffle(u64),
    /// The cached blocks of an RDD.
    Rdd(u64),
}

/// What a backend tells the driver. Calls may come from any thread.
pub trait BackendEvents: Send + Sync {
    /// An executor can take tasks.
    fn executor_added(&self, executor: ExecutorId, host: &str, slots: u32);
    /// An executor is gone with all that it held. `announced` if it was asked to go.
    fn executor_lost(&self, executor: ExecutorId, reason: &str, announced: bool);
    /// A task attempt ended.
    fn task_ended(&self, executor: &ExecutorId, report: TaskReport);
}

/// The name of a block that one executor can ask another for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlockId {
    /// What map task `map` of a shuffle made for reducer `reduce`.
    Shuffle {
        /// The shuffle.
        shuffle: u64,
        /// The map partition.
        map: u32,
        /// The reduce partition.
        reduce: u32,
    },
    /// A partition of a persisted RDD.
    Rdd {
        /// The RDD.
        rdd: u64,
        /// The partition.
        partition: u32,
    },
    /// The value of a broadcast.
    Broadcast(u64),
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BlockId::Shuffle {
                shuffle,
                map,
                reduce,
            } => write!(f, "shuffle_{shuffle}_{map}_{reduce}"),
            BlockId::Rdd { rdd, partition } => write!(f, "rdd_{rdd}_{partition}"),
            BlockId::Broadcast(id) => write!(f, "broadcast_{id}"),
        }
    }
}

/// The way to blocks of other executors.
pub trait BlockTransport: Send + Sync + fmt::Debug {
    /// The encoded bytes of a block that `from` holds, checked to be whole.
    ///
    /// # Errors
    /// [`Error::ExecutorLost`] if the executor can't be reached, [`Error::Corrupt`] if the bytes
    /// don't fit their checksum or the block is not there.
    fn fetch(&self, from: &ExecutorId, block: BlockId) -> Result<Bytes>;

    /// Asks the driver whether an attempt may commit its output
    /// ([`OutputCommitCoordinator`](crate::output::OutputCommitCoordinator)).
    ///
    /// # Errors
    /// [`Error::ExecutorLost`] if the driver can't be reached.
    fn can_commit(&self, id: AttemptId) -> Result<bool>;
}

/// The transport where there is only one executor: there is nobody to ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTransport;

impl BlockTransport for NoTransport {
    fn fetch(&self, from: &ExecutorId, block: BlockId) -> Result<Bytes> {
        Err(Error::ExecutorLost {
            executor: from.to_string(),
            reason: format!("asked for {block}, but this context has no other executors"),
        })
    }

    fn can_commit(&self, id: AttemptId) -> Result<bool> {
        Err(Error::ExecutorLost {
            executor: ExecutorId::driver().to_string(),
            reason: format!("asked whether {id} may commit, but there is no way to the driver"),
        })
    }
}
