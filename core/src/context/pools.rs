//! Pools of FAIR scheduling as a program sees them.

use super::Context;
use crate::scheduler::{PoolStatus, SchedulingMode};

impl Context {
    /// In which order jobs get free slots: `spark.scheduler.mode`.
    ///
    /// Under FAIR, a job belongs to the pool that the local property `spark.scheduler.pool` of the
    /// thread names which starts it, else to the pool `default`. A pool that nobody described gets
    /// Spark's defaults: FIFO inside, weight 1, no minimum share. The file
    /// `spark.scheduler.allocation.file` describes pools in Spark's form.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use flint_core::Context;
    /// use flint_core::scheduler::SchedulingMode;
    ///
    /// let ctx = Context::builder()
    ///     .master("local[1]")
    ///     .config("spark.scheduler.mode", "FAIR")
    ///     .build()?;
    ///
    /// // A report of four tasks in a pool of its own. Each waits for a word to go on.
    /// ctx.set_local_property("spark.scheduler.pool", Some("reports"));
    /// let (word, words) = mpsc::channel::<()>();
    /// let (began, begins) = mpsc::channel();
    /// let words = parking_lot::Mutex::new(words);
    /// let report = ctx.range(0, 4, 1, 4)?.map(move |x| {
    ///     began.send(x).ok();
    ///     words.lock().recv().ok();
    ///     x
    /// });
    /// let report = report.count_async();
    /// begins.recv().expect("the first task has the only slot");
    ///
    /// // A question in another pool. It waits for one task of the report, not for all of them.
    /// ctx.set_local_property("spark.scheduler.pool", Some("questions"));
    /// let answer = ctx.range(0, 10, 1, 1)?.count_async();
    /// while ctx.status_tracker().active_jobs().len() < 2 {
    ///     std::thread::yield_now();
    /// }
    /// word.send(()).ok();
    /// assert_eq!(answer.wait()?, 10);
    /// assert!(!report.is_completed());
    /// assert_eq!(ctx.scheduling_mode(), SchedulingMode::Fair);
    ///
    /// drop(word); // the report's tasks go on without
    /// assert_eq!(report.wait()?, 4);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn scheduling_mode(&self) -> SchedulingMode {
        self.inner().driver.with_scheduler(|s| s.mode())
    }

    /// All pools of FAIR scheduling, with what runs in them, in the order in which they were
    /// made: those of the file, `default`, and those that jobs named. None under FIFO.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::builder()
    ///     .master("local[2]")
    ///     .config("spark.scheduler.mode", "FAIR")
    ///     .build()?;
    /// ctx.set_local_property("spark.scheduler.pool", Some("reports"));
    /// ctx.range(0, 10, 1, 2)?.count()?;
    /// let names: Vec<_> = ctx.all_pools().into_iter().map(|pool| pool.name).collect();
    /// assert_eq!(names.iter().map(|name| &**name).collect::<Vec<_>>(), ["default", "reports"]);
    /// assert!(Context::local("local[2]")?.all_pools().is_empty());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn all_pools(&self) -> Vec<PoolStatus> {
        self.inner().driver.with_scheduler(|s| s.pools())
    }

    /// A pool of FAIR scheduling, if a file described it or a job named it.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::builder()
    ///     .master("local[2]")
    ///     .config("spark.scheduler.mode", "FAIR")
    ///     .build()?;
    /// assert_eq!(ctx.pool_for_name("default").map(|pool| pool.weight), Some(1));
    /// assert_eq!(ctx.pool_for_name("reports"), None);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn pool_for_name(&self, name: &str) -> Option<PoolStatus> {
        let pools = self.all_pools();
        pools.into_iter().find(|pool| &*pool.name == name)
    }
}
