//! Resources of tasks and executors, and where blocks are kept.

use serde::{Deserialize, Serialize};

use crate::{Float, Ident};

/// Where blocks are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StorageLevel {
    /// On disk.
    pub use_disk: bool,
    /// In memory.
    pub use_memory: bool,
    /// In memory outside the heap.
    pub use_off_heap: bool,
    /// As objects.
    pub deserialized: bool,
    /// In how many places.
    pub replication: i32,
}

/// What executors and tasks need.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResourceProfile {
    /// Per executor, by name.
    pub executor: Vec<(Ident, ExecutorResource)>,
    /// Per task, by name: an amount, a part of one for sharing.
    pub task: Vec<(Ident, Float<f64>)>,
}

/// A resource of an executor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExecutorResource {
    /// How much.
    pub amount: i64,
    /// A program that finds it.
    pub discovery_script: Option<Ident>,
    /// Who makes it.
    pub vendor: Option<Ident>,
}
