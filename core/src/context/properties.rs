//! Job properties of the calling thread: group, description, tags, pool.
//!
//! As in Spark they belong to the thread that starts jobs; here they also belong to one context,
//! so that two contexts on one thread don't see each other's.

use std::cell::RefCell;
use std::sync::Arc;

use hashbrown::HashMap;

use super::Context;
use crate::error::{Error, Result};
use crate::shuffle::FlintBuildHasher;

/// What a thread has set for the jobs that it starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobProperties {
    pub(crate) group: Option<Arc<str>>,
    pub(crate) description: Option<Arc<str>>,
    pub(crate) tags: Vec<Arc<str>>,
    pub(crate) local: Vec<(String, String)>,
}

thread_local! {
    static PROPERTIES: RefCell<HashMap<u64, JobProperties, FlintBuildHasher>> =
        RefCell::new(HashMap::default());
}

impl JobProperties {
    pub(crate) fn of_thread(context: u64) -> Self {
        PROPERTIES
            .with_borrow(|all| all.get(&context).cloned())
            .unwrap_or_default()
    }

    /// Makes them those of this thread.
    pub(crate) fn enter(self, context: u64) {
        PROPERTIES.with_borrow_mut(|all| all.insert(context, self));
    }

    pub(crate) fn pool(&self) -> Option<Arc<str>> {
        let (_, pool) = self
            .local
            .iter()
            .find(|(k, _)| k == "spark.scheduler.pool")?;
        Some(Arc::from(pool.as_str()))
    }
}

impl Context {
    fn change(&self, f: impl FnOnce(&mut JobProperties)) {
        PROPERTIES.with_borrow_mut(|all| f(all.entry(self.inner().id).or_default()));
    }

    /// Puts the jobs that this thread starts from now on into a group, to cancel them together.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_job_group("report", "the weekly report");
    /// let status = ctx.status_tracker();
    /// let jobs = ctx.range(0, 1, 1, 1)?.map(move |_| status.job_ids_for_group("report").len());
    /// assert_eq!(jobs.collect()?, [1]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn set_job_group(&self, group: &str, description: &str) {
        self.change(|p| {
            p.group = Some(Arc::from(group));
            p.description = Some(Arc::from(description));
        });
    }

    /// Ends what [`set_job_group`](Self::set_job_group) began.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_job_group("report", "the weekly report");
    /// ctx.clear_job_group();
    /// let status = ctx.status_tracker();
    /// let jobs = ctx.range(0, 1, 1, 1)?.map(move |_| status.job_ids_for_group("report").len());
    /// assert_eq!(jobs.collect()?, [0]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn clear_job_group(&self) {
        self.change(|p| {
            p.group = None;
            p.description = None;
        });
    }

    /// Describes the jobs that this thread starts from now on.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_job_description("count the visits");
    /// assert_eq!(ctx.range(0, 10, 1, 2)?.count()?, 10);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn set_job_description(&self, description: &str) {
        self.change(|p| p.description = Some(Arc::from(description)));
    }

    /// Tags the jobs that this thread starts from now on.
    ///
    /// # Errors
    /// [`Error::Argument`] for an empty tag or one with a comma, as in Spark.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.add_job_tag("weekly")?;
    /// assert!(ctx.add_job_tag("weekly,report").is_err());
    /// assert_eq!(ctx.job_tags(), ["weekly"]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn add_job_tag(&self, tag: &str) -> Result<()> {
        if tag.is_empty() || tag.contains(',') {
            return Err(Error::argument(
                "tag",
                format!("`{tag}` is empty or holds a comma"),
            ));
        }
        self.change(|p| {
            if !p.tags.iter().any(|t| &**t == tag) {
                p.tags.push(Arc::from(tag));
            }
        });
        Ok(())
    }

    /// Ends what [`add_job_tag`](Self::add_job_tag) began.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.add_job_tag("weekly")?;
    /// ctx.remove_job_tag("weekly");
    /// assert!(ctx.job_tags().is_empty());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn remove_job_tag(&self, tag: &str) {
        self.change(|p| p.tags.retain(|t| &**t != tag));
    }

    /// The tags of this thread's jobs.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.add_job_tag("weekly")?;
    /// assert_eq!(ctx.job_tags(), ["weekly"]);
    /// let elsewhere = ctx.clone();
    /// let tags = std::thread::spawn(move || elsewhere.job_tags()).join();
    /// assert!(tags.is_ok_and(|tags| tags.is_empty()), "each thread has its own");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn job_tags(&self) -> Vec<String> {
        JobProperties::of_thread(self.inner().id)
            .tags
            .iter()
            .map(|t| t.to_string())
            .collect()
    }

    /// Removes all tags of this thread.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.add_job_tag("weekly")?;
    /// ctx.add_job_tag("report")?;
    /// ctx.clear_job_tags();
    /// assert!(ctx.job_tags().is_empty());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn clear_job_tags(&self) {
        self.change(|p| p.tags.clear());
    }

    /// Sets (or with `None` removes) a property of the jobs that this thread starts.
    /// `spark.scheduler.pool` names their pool; other keys are kept for whoever reads them.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_local_property("visits.source", Some("web"));
    /// assert_eq!(ctx.local_property("visits.source").as_deref(), Some("web"));
    /// ctx.set_local_property("visits.source", None);
    /// assert_eq!(ctx.local_property("visits.source"), None);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn set_local_property(&self, key: &str, value: Option<&str>) {
        self.change(|p| {
            p.local.retain(|(k, _)| k != key);
            if let Some(value) = value {
                p.local.push((key.to_owned(), value.to_owned()));
            }
        });
    }

    /// A property that [`set_local_property`](Self::set_local_property) set on this thread.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_local_property("spark.scheduler.pool", Some("reports"));
    /// assert_eq!(ctx.local_property("spark.scheduler.pool").as_deref(), Some("reports"));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn local_property(&self, key: &str) -> Option<String> {
        let properties = JobProperties::of_thread(self.inner().id);
        properties
            .local
            .into_iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v)
    }
}
