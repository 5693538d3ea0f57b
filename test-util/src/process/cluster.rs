//! [`LocalCluster`]: the cluster manager of `local-cluster` masters.

use std::sync::{Arc, Weak};

use flint_core::backend::{BackendEvents, ClusterManager, ExecutorRequest, TaskBackend};
use flint_core::conf::{Conf, MasterUrl};
use flint_core::exec::ExecutorEnv;
use flint_core::scheduler::ExecutorId;
use flint_core::{Error, Result};
use parking_lot::Mutex;

use super::backend::{Cluster, ProcessBackend};

/// Starts, watches and ends executors in child processes.
///
/// One manager serves one context at a time: requests go to the cluster that it started last.
///
/// ```no_run
/// use flint_core::Context;
/// use flint_test_util::process::{self, LocalCluster};
///
/// process::init(); // first thing in `main`
/// let ctx = Context::builder()
///     .master("local-cluster[2,1,64]")
///     .cluster_manager(LocalCluster::new())
///     .build()?;
/// assert_eq!(ctx.range(0, 10, 1, 4)?.with(()).map(|(), x| x * 2).count()?, 10);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct LocalCluster {
    build: Option<String>,
    cluster: Mutex<Weak<Cluster>>,
}

impl LocalCluster {
    /// A manager.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// A manager whose executors pretend to be the build `build`, to see them refused.
    pub fn pretending(build: &str) -> Arc<Self> {
        Arc::new(LocalCluster {
            build: Some(build.to_owned()),
            cluster: Mutex::default(),
        })
    }

    /// The executors that can take tasks now, with their process ids, by name.
    pub fn executors(&self) -> Vec<(ExecutorId, u32)> {
        let cluster = self.cluster.lock().upgrade();
        cluster.map_or_else(Vec::new, |c| c.executors())
    }

    fn cluster(&self) -> Result<Arc<Cluster>> {
        let cluster = self.cluster.lock().upgrade();
        cluster.ok_or(Error::ContextStopped)
    }
}

impl ClusterManager for LocalCluster {
    fn accepts(&self, master: &MasterUrl) -> bool {
        matches!(master, MasterUrl::LocalCluster { .. })
    }

    fn start(
        &self,
        master: &MasterUrl,
        conf: &Arc<Conf>,
        driver: &Arc<ExecutorEnv>,
        events: Arc<dyn BackendEvents>,
    ) -> Result<Arc<dyn TaskBackend>> {
        let MasterUrl::LocalCluster {
            executors,
            cores,
            memory_mib,
        } = master
        else {
            return Err(Error::Master {
                url: format!("{master:?}"),
                reason: "it is no local cluster".to_owned(),
            });
        };
        let fraction = conf.get_double("spark.memory.fraction")?;
        let request = ExecutorRequest {
            executors: executors.get() as u32,
            cores: cores.get() as u32,
            memory_bytes: ((memory_mib.get() << 20) as f64 * fraction) as u64,
        };
        let backend = ProcessBackend::start(request, conf, driver, events, self.build.clone())?;
        *self.cluster.lock() = Arc::downgrade(backend.cluster());
        Ok(Arc::new(backend))
    }

    fn request(&self, request: ExecutorRequest) -> Result<()> {
        self.cluster()?.request(request)
    }

    fn kill(&self, executor: &ExecutorId) -> Result<()> {
        self.cluster()?.kill(executor)
    }

    fn decommission(&self, executor: &ExecutorId) -> Result<()> {
        self.cluster()?.decommission(executor)
    }
}
