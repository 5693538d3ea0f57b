//! What the tasks of one executor share: memory, disk, blocks, and the way to other executors.

use std::fmt;
use std::sync::Arc;

use crate::backend::BlockTransport;
use crate::conf::Conf;
use crate::error::Result;
use crate::output::OutputCommitCoordinator;
use crate::scheduler::{AttemptId, ExecutorId};
use crate::shared::BroadcastStore;
use crate::shuffle::ShuffleStore;
use crate::storage::block_store::BlockStore;
use crate::storage::memory::MemoryManager;
use crate::storage::spill::LocalDirs;

/// One executor's stores. The driver's own threads have one; each child process has one.
pub struct ExecutorEnv {
    /// The executor's name.
    pub id: ExecutorId,
    /// The configuration that the context was made with.
    pub conf: Arc<Conf>,
    /// Execution and storage memory.
    pub memory: MemoryManager,
    /// Directories of spill files, removed at the end.
    pub dirs: Arc<LocalDirs>,
    /// Cached blocks.
    pub blocks: Arc<BlockStore>,
    /// Map outputs.
    pub shuffles: Arc<ShuffleStore>,
    /// Values of broadcasts.
    pub broadcasts: Arc<BroadcastStore>,
    /// Who may commit the output of a partition: used on the driver alone, executors ask it.
    pub commits: Arc<OutputCommitCoordinator>,
    /// Blocks of other executors.
    pub transport: Arc<dyn BlockTransport>,
}

impl fmt::Debug for ExecutorEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutorEnv({})", self.id)
    }
}

impl ExecutorEnv {
    /// Makes the stores of an executor from its configuration.
    ///
    /// # Errors
    /// [`Error::Conf`](crate::Error::Conf) for a value that can't be used,
    /// [`Error::Io`](crate::Error::Io) if no spill directory can be made.
    pub fn new(
        id: ExecutorId,
        conf: Arc<Conf>,
        transport: Arc<dyn BlockTransport>,
    ) -> Result<Arc<Self>> {
        let memory = MemoryManager::new(conf.engine_memory_bytes()?, conf.storage_fraction()?);
        let dirs = LocalDirs::new(&conf.local_dirs()?)?;
        let blocks = BlockStore::new(memory.clone(), Arc::clone(&dirs));
        let shuffles = ShuffleStore::new(id.clone(), &memory, Arc::clone(&dirs));
        Ok(Arc::new(ExecutorEnv {
            id,
            conf,
            memory,
            dirs,
            blocks,
            shuffles,
            broadcasts: Arc::new(BroadcastStore::default()),
            commits: Arc::new(OutputCommitCoordinator::default()),
            transport,
        }))
    }

    /// Whether an attempt may commit its output. The driver's coordinator decides.
    pub(crate) fn can_commit(&self, id: AttemptId) -> Result<bool> {
        if self.id == ExecutorId::driver() {
            return Ok(self.commits.can_commit(id));
        }
        self.transport.can_commit(id)
    }
}
