//! Running jobs: from an RDD and a closure to the results of its partitions.

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::driver::{ResultHandler, StageWork};
use super::job::{Completion, current_watch};
use super::{Context, JobProperties};
use crate::data::Data;
use crate::error::{CallSite, Error, Result};
use crate::exec::TaskContext;
use crate::plan::{SinkHandle, planner};
use crate::rdd::node::RddNode;
use crate::scheduler::{JobId, JobSpec, StageKind, StageSpec};

/// A job to run: which partitions of what, and into which sink.
pub(crate) struct JobRequest {
    pub(crate) node: Arc<RddNode>,
    pub(crate) sink: SinkHandle,
    /// `None`: all.
    pub(crate) partitions: Option<Vec<u32>>,
    pub(crate) site: &'static Location<'static>,
}

/// Hands results to a closure, and the end to a completion.
struct Handler<R, F> {
    take: F,
    done: Arc<Completion<()>>,
    result: std::marker::PhantomData<fn() -> R>,
}

impl<R: Data, F: FnMut(u32, R) -> Result<()> + Send + 'static> ResultHandler for Handler<R, F> {
    fn take(&mut self, partition: u32, value: Box<dyn Any + Send>) -> Result<()> {
        let value = value
            .downcast::<R>()
            .map_err(|_| Error::Internal("a task's result has another type".to_owned()))?;
        (self.take)(partition, *value)
    }

    fn end(self: Box<Self>, result: Result<()>) {
        self.done.complete(result);
    }
}

impl Context {
    /// Runs a job. `take` is called with the result of each partition, once and in no particular
    /// order, before this returns.
    pub(crate) fn run<R, F>(&self, request: JobRequest, take: F) -> Result<()>
    where
        R: Data,
        F: FnMut(u32, R) -> Result<()> + Send + 'static,
    {
        self.refuse_in_task()?;
        self.inner().check_running()?;
        let root = Arc::clone(&request.node);
        self.prepare(&root)?;
        let done = Completion::new();
        let handler = Handler {
            take,
            done: Arc::clone(&done),
            result: std::marker::PhantomData,
        };
        let watch = current_watch();
        let driver = &self.inner().driver;
        let mut job = None;
        driver.submit(
            |id| {
                job = Some(id);
                self.plan(id, request)
            },
            |id| watch.as_ref().map_or(Ok(()), |w| w.started(id)),
            Box::new(handler),
        );
        // Who cancelled a moment ago knew of the job before the scheduler did.
        let reason = watch.and_then(|w| w.cancelled());
        if let (Some(job), Some(reason)) = (job, reason) {
            driver.cancel_job(job, &reason);
        }
        done.wait()?;
        self.make_checkpoints(&root)
    }

    /// Refuses actions on the thread of a task: they would wait for a slot that it holds.
    pub(crate) fn refuse_in_task(&self) -> Result<()> {
        if TaskContext::on_task_thread() {
            return Err(Error::argument(
                "rdd",
                "actions can't be called inside a task (SPARK-5063); collect or broadcast what it needs first",
            ));
        }
        Ok(())
    }

    /// Does what must be done on the driver before `root` can be computed.
    pub(crate) fn prepare(&self, root: &Arc<RddNode>) -> Result<()> {
        if !self.inner().needs_prepare.load(Ordering::Relaxed) {
            return Ok(());
        }
        for node in planner::ancestors(root) {
            if let Some(prepare) = &node.prepare {
                prepare()?;
            }
        }
        Ok(())
    }

    fn plan(
        &self,
        id: JobId,
        request: JobRequest,
    ) -> (JobSpec, Vec<(crate::scheduler::StageId, StageWork)>) {
        let (maps, parents) = planner::map_stages(&request.node);
        let result = StageSpec {
            id: self.inner().next_stage_id(),
            kind: StageKind::Result,
            num_partitions: request.node.num_partitions as u32,
            partitions: request.partitions.map(Arc::new),
            parents,
            preferred: Arc::default(),
            indeterminate: false,
            call_site: Some(CallSite::from(request.site)),
        };
        let mut works = Vec::with_capacity(maps.len() + 1);
        let mut stages = Vec::with_capacity(maps.len() + 1);
        for map in maps {
            works.push((map.spec.id, StageWork::Map(map.dep)));
            stages.push(map.spec);
        }
        works.push((result.id, StageWork::Result(request.node, request.sink)));
        stages.push(result);
        let properties = JobProperties::of_thread(self.inner().id);
        let spec = JobSpec {
            id,
            stages,
            group: properties.group.clone(),
            pool: properties.pool(),
            description: properties.description,
            tags: properties.tags,
        };
        (spec, works)
    }

    /// Cancels the running jobs of a group.
    ///
    /// ```
    /// use flint_core::{Context, Error, TaskContext};
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_job_group("slow", "never ends");
    /// let cancelling = ctx.clone();
    /// // A task cancels its own job, and ends when it notices.
    /// let endless = ctx.range(0, 1, 1, 1)?.map(move |x| {
    ///     cancelling.cancel_job_group("slow");
    ///     while TaskContext::get().is_some_and(|cx| !cx.is_interrupted()) {}
    ///     x
    /// });
    /// let error = endless.count().expect_err("the job is cancelled");
    /// assert!(matches!(error, Error::Cancelled { .. }));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn cancel_job_group(&self, group: &str) {
        let driver = &self.inner().driver;
        for job in driver.with_scheduler(|s| s.jobs_of_group(group)) {
            driver.cancel_job(job, &format!("its job group `{group}` was cancelled"));
        }
    }

    /// Cancels the running jobs with a tag.
    ///
    /// ```
    /// use flint_core::{Context, Error, TaskContext};
    /// let ctx = Context::local("local[2]")?;
    /// ctx.add_job_tag("slow")?;
    /// let cancelling = ctx.clone();
    /// // A task cancels its own job, and ends when it notices.
    /// let endless = ctx.range(0, 1, 1, 1)?.map(move |x| {
    ///     cancelling.cancel_jobs_with_tag("slow");
    ///     while TaskContext::get().is_some_and(|cx| !cx.is_interrupted()) {}
    ///     x
    /// });
    /// let error = endless.count().expect_err("the job is cancelled");
    /// assert!(matches!(error, Error::Cancelled { .. }));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn cancel_jobs_with_tag(&self, tag: &str) {
        let driver = &self.inner().driver;
        for job in driver.with_scheduler(|s| s.jobs_with_tag(tag)) {
            driver.cancel_job(job, &format!("jobs with the tag `{tag}` were cancelled"));
        }
    }

    /// Cancels the jobs with a tag: those that run, and those that are still to come, which fail when
    /// they are started. For work that starts jobs of its own accord, under a tag that is never used
    /// again. The latest thousand tags are remembered.
    ///
    /// ```
    /// use flint_core::{Context, Error};
    /// let ctx = Context::local("local[2]")?;
    /// let numbers = ctx.range(0, 10, 1, 2)?;
    /// ctx.cancel_jobs_with_tag_and_future_jobs("given up");
    /// ctx.add_job_tag("given up")?;
    /// assert!(matches!(numbers.count(), Err(Error::Cancelled { .. })));
    /// ctx.remove_job_tag("given up");
    /// assert_eq!(numbers.count()?, 10);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn cancel_jobs_with_tag_and_future_jobs(&self, tag: &str) {
        let reason = format!("jobs with the tag `{tag}` were cancelled");
        self.inner().driver.cancel_tag(tag, reason);
    }

    /// Cancels a job. Nothing happens if it has ended.
    ///
    /// ```
    /// use flint_core::{Context, Error, TaskContext};
    /// let ctx = Context::local("local[2]")?;
    /// let cancelling = ctx.clone();
    /// // A task cancels its own job, and ends when it notices.
    /// let endless = ctx.range(0, 1, 1, 1)?.map(move |x| {
    ///     for job in cancelling.status_tracker().active_jobs() {
    ///         cancelling.cancel_job(job.id);
    ///     }
    ///     while TaskContext::get().is_some_and(|cx| !cx.is_interrupted()) {}
    ///     x
    /// });
    /// let error = endless.count().expect_err("the job is cancelled");
    /// assert!(matches!(error, Error::Cancelled { .. }));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn cancel_job(&self, job: JobId) {
        self.inner()
            .driver
            .cancel_job(job, "it was cancelled by `cancel_job`");
    }

    /// Cancels all running jobs.
    ///
    /// ```
    /// use flint_core::{Context, Error, TaskContext};
    /// let ctx = Context::local("local[2]")?;
    /// let cancelling = ctx.clone();
    /// // A task cancels its own job, and ends when it notices.
    /// let endless = ctx.range(0, 1, 1, 1)?.map(move |x| {
    ///     cancelling.cancel_all_jobs();
    ///     while TaskContext::get().is_some_and(|cx| !cx.is_interrupted()) {}
    ///     x
    /// });
    /// let error = endless.count().expect_err("the job is cancelled");
    /// assert!(matches!(error, Error::Cancelled { .. }));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn cancel_all_jobs(&self) {
        let driver = &self.inner().driver;
        for job in driver.with_scheduler(|s| s.jobs()) {
            driver.cancel_job(job.id, "all jobs were cancelled");
        }
    }
}
