//! [`Context`]: the entry to the engine (Spark's `SparkContext`).

mod blocks;
mod builder;
mod driver;
mod files;
mod job;
mod pools;
mod properties;
mod run;
mod sources;
mod status;
mod timer;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::conf::Conf;
use crate::data::Data;
use crate::durable::DurableFs;
use crate::error::{Error, Result};
use crate::events::{Event, EventBus, EventLog, Listener, ListenerId};
use crate::exec::ExecutorEnv;
use crate::scheduler::{ShuffleId, StageId};
use crate::shared::Broadcast;
use crate::shared::{
    Accumulate, Accumulator, CollectionAccumulator, DoubleAccumulator, LongAccumulator, Numbers,
};

pub use blocks::Blocks;
pub use builder::ContextBuilder;
pub(crate) use driver::Driver;
pub use job::JobFuture;
pub(crate) use job::start_async;
pub(crate) use properties::JobProperties;
pub(crate) use run::JobRequest;
pub use status::StatusTracker;

/// The entry to the engine: makes RDDs, runs jobs, owns threads, memory and temporary files.
///
/// A cheap handle; clones are the same context. When the last handle (RDDs hold one too) is
/// dropped, or [`stop`](Self::stop) is called, its threads end and its files are removed. Several
/// contexts can live in one process.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::builder().master("local[2]").app_name("squares").build()?;
/// let squares = ctx.range(0, 5, 1, 2)?.map(|x| x * x).collect()?;
/// assert_eq!(squares, [0, 1, 4, 9, 16]);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Context(Arc<ContextInner>);

pub(crate) struct ContextInner {
    pub(crate) id: u64,
    /// Tells this run from every other one, in names of files that outlive it.
    pub(crate) run_id: String,
    pub(crate) app_name: String,
    pub(crate) conf: Arc<Conf>,
    pub(crate) master: String,
    pub(crate) default_parallelism: usize,
    pub(crate) env: Arc<ExecutorEnv>,
    pub(crate) fs: Arc<dyn DurableFs>,
    pub(crate) driver: Arc<Driver>,
    event_log: Option<Arc<EventLog>>,
    pub(crate) checkpoint_dir: Mutex<Option<PathBuf>>,
    /// Checkpoints that are asked for and not made.
    pub(crate) pending_checkpoints: AtomicU64,
    /// Whether any RDD was ever made that needs work on the driver first.
    pub(crate) needs_prepare: AtomicBool,
    rdds: AtomicU64,
    shuffles: AtomicU64,
    stages: AtomicU64,
    variables: AtomicU64,
    stopped: AtomicBool,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({} on {})", self.0.app_name, self.0.master)
    }
}

impl Context {
    /// Settings for a new context.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::builder()
    ///     .master("local[2]")
    ///     .app_name("visits")
    ///     .memory_bytes(64 << 20)
    ///     .build()?;
    /// assert_eq!(ctx.app_name(), "visits");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn builder() -> ContextBuilder {
        ContextBuilder::new()
    }

    /// A context with default settings on a local master: `local`, `local[4]`, `local[*]`,
    /// `local[4,3]` (4 threads, tasks tried 3 times).
    ///
    /// # Errors
    /// [`Error::Master`] for a URL that is not understood.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.parallelize(vec![1, 2, 3], 0).num_partitions(), 2);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn local(master: &str) -> Result<Self> {
        Self::builder().master(master).build()
    }

    pub(crate) fn inner(&self) -> &Arc<ContextInner> {
        &self.0
    }

    /// The configuration that the context was made with.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.conf().get("spark.master").as_deref(), Some("local[2]"));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn conf(&self) -> &Conf {
        &self.0.conf
    }

    /// The application's name.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::builder().master("local").app_name("visits").build()?;
    /// assert_eq!(ctx.app_name(), "visits");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn app_name(&self) -> &str {
        &self.0.app_name
    }

    /// The master URL.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.master(), "local[2]");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn master(&self) -> &str {
        &self.0.master
    }

    /// Partitions of RDDs that are not told otherwise: `spark.default.parallelism`, or the number
    /// of slots.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.default_parallelism(), 2);
    /// let ctx = Context::builder().config("spark.default.parallelism", 8).build()?;
    /// assert_eq!(ctx.default_parallelism(), 8);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn default_parallelism(&self) -> usize {
        self.0.default_parallelism
    }

    /// The least number of partitions of files that are not told otherwise: 2, or 1 if there is
    /// only one slot.
    ///
    /// ```
    /// use flint_core::Context;
    /// assert_eq!(Context::local("local[8]")?.default_min_partitions(), 2);
    /// assert_eq!(Context::local("local[1]")?.default_min_partitions(), 1);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn default_min_partitions(&self) -> usize {
        self.0.default_parallelism.min(2)
    }

    /// Bytes of engine memory in use by running tasks, and by cached blocks.
    pub fn memory_used(&self) -> (u64, u64) {
        (
            self.0.env.memory.used_execution(),
            self.0.env.memory.used_storage(),
        )
    }

    /// Cached blocks that the driver's own executor holds.
    pub fn storage_status(&self) -> Vec<crate::storage::block_store::BlockStatus> {
        self.0.env.blocks.status()
    }

    /// The directories of this context's spill files; removed when it ends.
    pub fn local_dirs(&self) -> Vec<PathBuf> {
        self.0.env.dirs.paths().map(|p| p.to_path_buf()).collect()
    }

    /// Stops the context: running jobs fail with [`Error::ContextStopped`], threads end, cached
    /// blocks, map outputs and temporary files go. Further calls do nothing.
    ///
    /// ```
    /// use flint_core::{Context, Error};
    /// let ctx = Context::local("local[2]")?;
    /// ctx.stop();
    /// assert_eq!(ctx.range(0, 10, 1, 2)?.count(), Err(Error::ContextStopped));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Whether [`stop`](Self::stop) was called.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert!(!ctx.is_stopped());
    /// ctx.stop();
    /// assert!(ctx.is_stopped());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Acquire)
    }

    /// Sends every event of the engine to `listener`, on a thread of its own.
    ///
    /// # Errors
    /// [`Error::Io`] if that thread can't be started.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    /// use std::time::Duration;
    /// use flint_core::Context;
    /// use flint_core::events::Event;
    /// let ctx = Context::local("local[2]")?;
    /// let ended = Arc::new(AtomicUsize::new(0));
    /// let count = Arc::clone(&ended);
    /// ctx.add_listener(Arc::new(move |event: &Event| {
    ///     if matches!(event, Event::JobEnd { error: None, .. }) {
    ///         count.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// }))?;
    /// ctx.range(0, 10, 1, 2)?.count()?;
    /// assert!(ctx.event_bus().flush(Duration::from_secs(5)));
    /// assert_eq!(ended.load(Ordering::Relaxed), 1);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn add_listener(&self, listener: Arc<dyn Listener>) -> Result<ListenerId> {
        self.0.driver.bus().add_listener(listener)
    }

    /// Ends what [`add_listener`](Self::add_listener) began. Whether the listener was there.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use flint_core::Context;
    /// use flint_core::events::Event;
    /// let ctx = Context::local("local[2]")?;
    /// let listener = ctx.add_listener(Arc::new(|event: &Event| println!("{event:?}")))?;
    /// assert!(ctx.remove_listener(listener));
    /// assert!(!ctx.remove_listener(listener), "it is gone");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn remove_listener(&self, listener: ListenerId) -> bool {
        self.0.driver.bus().remove_listener(listener)
    }

    /// The bus that listeners hang on.
    pub fn event_bus(&self) -> &EventBus {
        self.0.driver.bus()
    }

    /// The log that `spark.eventLog.enabled` asks for.
    ///
    /// ```
    /// use flint_core::Context;
    /// assert!(Context::local("local[2]")?.event_log().is_none());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn event_log(&self) -> Option<&EventLog> {
        self.0.event_log.as_deref()
    }

    /// What runs now.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let status = ctx.status_tracker();
    /// let seen = ctx.range(0, 1, 1, 1)?.map(move |_| status.active_jobs().len()).collect()?;
    /// assert_eq!(seen, [1]);
    /// assert!(ctx.status_tracker().active_jobs().is_empty());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn status_tracker(&self) -> StatusTracker {
        StatusTracker::new(self)
    }

    /// Makes a value readable by all tasks.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let names = ctx.broadcast(["zero", "one"].map(String::from).to_vec());
    /// let n = ctx.parallelize(vec![1_usize, 0], 2).with(names);
    /// assert_eq!(n.map(|names, i| names.value()[i].clone()).collect()?, ["one", "zero"]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn broadcast<T: Data>(&self, value: T) -> Broadcast<T> {
        Broadcast::new(self.0.next_variable_id(), value, &self.0.env.broadcasts)
    }

    /// An accumulator of `i64`s.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let negative = ctx.long_accumulator("negative");
    /// let n = ctx.parallelize(vec![1_i64, -2, 3, -4], 2);
    /// n.with(negative.clone()).for_each(|negative, x| if x < 0 { negative.add(1) })?;
    /// assert_eq!(negative.sum(), 2);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn long_accumulator(&self, name: &str) -> LongAccumulator {
        self.register(name, Numbers::default())
    }

    /// An accumulator of `f64`s.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let total = ctx.double_accumulator("total");
    /// let prices = ctx.parallelize(vec![0.5, 1.5, 4.0], 2);
    /// prices.with(total.clone()).for_each(|total, price| total.add(price))?;
    /// assert_eq!((total.sum(), total.avg()), (6.0, 2.0));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn double_accumulator(&self, name: &str) -> DoubleAccumulator {
        self.register(name, Numbers::default())
    }

    /// An accumulator of a list.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let odd = ctx.collection_accumulator("odd");
    /// let n = ctx.parallelize(vec![1, 2, 3], 2);
    /// n.with(odd.clone()).for_each(|odd, x| if x % 2 == 1 { odd.add(x) })?;
    /// let mut odd = odd.value();
    /// odd.sort();
    /// assert_eq!(odd, [1, 3]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn collection_accumulator<T: Data>(&self, name: &str) -> CollectionAccumulator<T> {
        self.register(name, Vec::new())
    }

    /// An accumulator of a type of your own, which starts at `zero`.
    ///
    /// ```
    /// use flint_core::{Accumulate, Context};
    /// use serde::{Deserialize, Serialize};
    /// let ctx = Context::local("local[2]")?;
    /// #[derive(Clone, Serialize, Deserialize)]
    /// struct Longest(String);
    ///
    /// impl Accumulate for Longest {
    ///     type Input = String;
    ///     fn add(&mut self, word: String) {
    ///         if word.len() > self.0.len() {
    ///             self.0 = word;
    ///         }
    ///     }
    ///     fn merge(&mut self, other: Self) {
    ///         self.add(other.0);
    ///     }
    /// }
    ///
    /// let longest = ctx.register("longest", Longest(String::new()));
    /// let words = ctx.parallelize(["fig", "banana", "pear"].map(String::from).to_vec(), 2);
    /// words.with(longest.clone()).for_each(|longest, word| longest.add(word))?;
    /// assert_eq!(longest.value().0, "banana");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn register<A: Accumulate>(&self, name: &str, zero: A) -> Accumulator<A> {
        let id = self.0.next_variable_id();
        let (handle, total) = Accumulator::new(id, Some(name), zero);
        self.0.driver.accumulators().insert(id, &total);
        handle
    }

    /// Sets the directory of reliable checkpoints.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_checkpoint_dir("/tmp/checkpoints");
    /// assert_eq!(ctx.checkpoint_dir().as_deref(), Some("/tmp/checkpoints".as_ref()));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn set_checkpoint_dir(&self, directory: impl Into<PathBuf>) {
        *self.0.checkpoint_dir.lock() = Some(directory.into());
    }

    /// The directory of reliable checkpoints: the one set, or `spark.checkpoint.dir`.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.checkpoint_dir(), None);
    /// let ctx = Context::builder().config("spark.checkpoint.dir", "/tmp/checkpoints").build()?;
    /// assert_eq!(ctx.checkpoint_dir().as_deref(), Some("/tmp/checkpoints".as_ref()));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn checkpoint_dir(&self) -> Option<PathBuf> {
        let set = self.0.checkpoint_dir.lock().clone();
        set.or_else(|| self.0.conf.get("spark.checkpoint.dir").map(PathBuf::from))
    }
}

impl ContextInner {
    pub(crate) fn next_rdd_id(&self) -> u64 {
        self.rdds.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn next_shuffle_id(&self) -> ShuffleId {
        self.shuffles.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn next_stage_id(&self) -> StageId {
        self.stages.fetch_add(1, Ordering::Relaxed)
    }

    fn next_variable_id(&self) -> u64 {
        self.variables.fetch_add(1, Ordering::Relaxed)
    }

    /// Frees the blocks of an RDD that nobody can use any more.
    pub(crate) fn forget_rdd(&self, rdd: u64) {
        self.env.blocks.remove_rdd(rdd);
        self.driver.forget(crate::backend::Forgotten::Rdd(rdd));
        self.driver
            .bus()
            .post_with(|| Event::RddUnpersisted { rdd });
    }

    /// Frees the map outputs of a shuffle that nobody can use any more.
    pub(crate) fn forget_shuffle(&self, shuffle: ShuffleId) {
        self.driver.forget_shuffle(shuffle);
    }

    pub(crate) fn check_running(&self) -> Result<()> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(Error::ContextStopped);
        }
        Ok(())
    }

    fn stop(&self) {
        if !self.stopped.swap(true, Ordering::AcqRel) {
            self.driver.stop();
            if let Some(log) = &self.event_log {
                log.stop();
            }
            // RDDs keep their context, and with it the stores, as long as a program keeps them.
            self.env.blocks.clear();
            self.env.shuffles.clear();
            self.env.dirs.remove();
        }
    }
}

impl Drop for ContextInner {
    fn drop(&mut self) {
        self.stop();
    }
}
