//! Cluster managers: who finds, watches and releases executors.

use std::fmt;
use std::sync::Arc;

use super::{BackendEvents, TaskBackend};
use crate::conf::{Conf, MasterUrl};
use crate::error::Result;
use crate::exec::ExecutorEnv;
use crate::scheduler::ExecutorId;

/// Executors that a context asks a manager for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorRequest {
    /// How many executors there should be.
    pub executors: u32,
    /// Tasks that each runs at once.
    pub cores: u32,
    /// Engine memory of each, in bytes.
    pub memory_bytes: u64,
}

/// Makes backends for the master URLs that it understands, and looks after their executors.
///
/// Managers beyond `local` are given to
/// [`ContextBuilder::cluster_manager`](crate::ContextBuilder::cluster_manager).
pub trait ClusterManager: Send + Sync + fmt::Debug {
    /// Whether this manager serves the URL.
    fn accepts(&self, master: &MasterUrl) -> bool;

    /// Starts a backend. Executors may be announced before or after it returns.
    ///
    /// # Errors
    /// If executors can't be had.
    fn start(
        &self,
        master: &MasterUrl,
        conf: &Arc<Conf>,
        driver: &Arc<ExecutorEnv>,
        events: Arc<dyn BackendEvents>,
    ) -> Result<Arc<dyn TaskBackend>>;

    /// Sets how many executors there should be; more are started, idle ones released.
    ///
    /// # Errors
    /// If the manager can't be reached, or the number is beyond what it grants.
    fn request(&self, request: ExecutorRequest) -> Result<()>;

    /// Ends an executor at once.
    ///
    /// # Errors
    /// If the manager can't be reached or does not know the executor.
    fn kill(&self, executor: &ExecutorId) -> Result<()>;

    /// Asks an executor to finish its tasks and go. Its loss is then announced.
    ///
    /// # Errors
    /// If the manager can't be reached or does not know the executor.
    fn decommission(&self, executor: &ExecutorId) -> Result<()>;
}
