//! Tags of a session's queries, and their interruption.
//!
//! Tags are of a session and a thread: two sessions of one application do not meet, although they
//! share the context's jobs.

use std::sync::Arc;

use flint_sql_spec::{Result, SqlError, condition};

use super::SparkSession;

impl SparkSession {
    /// Tags the queries that this thread starts in this session from now on.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// spark.add_tag("report")?;
    /// assert_eq!(spark.get_tags(), ["report"]);
    /// spark.remove_tag("report");
    /// assert!(spark.get_tags().is_empty());
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// `REQUIREMENT_FAILED` for an empty tag or one with a comma.
    pub fn add_tag(&self, tag: &str) -> Result<()> {
        if tag.is_empty() || tag.contains(',') {
            let message = format!("the tag `{tag}` is empty or holds a comma");
            return Err(SqlError::new(condition::REQUIREMENT_FAILED).with("message", message));
        }
        let tagged = self.context().add_job_tag(&self.job_tag(tag));
        tagged.map_err(super::convert::from_core)
    }

    /// Ends what [`add_tag`](Self::add_tag) began.
    pub fn remove_tag(&self, tag: &str) {
        self.context().remove_job_tag(&self.job_tag(tag));
    }

    /// The tags of this thread in this session.
    pub fn get_tags(&self) -> Vec<String> {
        let prefix = self.job_tag("");
        let tags = self.context().job_tags();
        tags.iter()
            .filter_map(|tag| tag.strip_prefix(&prefix).map(str::to_owned))
            .collect()
    }

    /// Removes the tags of this thread in this session.
    pub fn clear_tags(&self) {
        for tag in self.get_tags() {
            self.remove_tag(&tag);
        }
    }

    /// The jobs of the context that are the session's running queries with a tag.
    pub fn running_jobs(&self, tag: &str) -> Vec<u64> {
        let tracker = self.context().status_tracker();
        tracker.job_ids_for_tag(&self.job_tag(tag))
    }

    /// Interrupts the session's running queries with a tag, of all threads. They end with
    /// `OPERATION_CANCELED`. Gives the ids of the operations.
    pub fn interrupt_tag(&self, tag: &str) -> Vec<String> {
        self.interrupt(&self.job_tag(tag))
    }

    /// Interrupts the session's queries with a tag, those that are still to come among them: they fail
    /// with `OPERATION_CANCELED` when they start. For a tag that is never used again.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// spark.interrupt_tag_for_good("given up");
    /// spark.add_tag("given up")?;
    /// let error = spark.range(0, 3).count().expect_err("it must not begin");
    /// assert_eq!(error.condition().name, "OPERATION_CANCELED");
    /// # spark.clear_tags();
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    pub fn interrupt_tag_for_good(&self, tag: &str) {
        let tag = self.job_tag(tag);
        self.context().cancel_jobs_with_tag_and_future_jobs(&tag);
    }

    /// Interrupts all running queries of the session: see [`interrupt_tag`](Self::interrupt_tag).
    pub fn interrupt_all(&self) -> Vec<String> {
        self.interrupt(&self.own_tag())
    }

    /// Interrupts one running query of the session, by an id that a future of it or an
    /// interruption gave. Gives its id if it ran.
    pub fn interrupt_operation(&self, id: &str) -> Vec<String> {
        let own = self.context().status_tracker();
        let own = own.job_ids_for_tag(&self.own_tag());
        let found = own.into_iter().find(|job| job.to_string() == id);
        found
            .map(|job| {
                self.context().cancel_job(job);
                job.to_string()
            })
            .into_iter()
            .collect()
    }

    fn interrupt(&self, tag: &str) -> Vec<String> {
        let jobs = self.context().status_tracker().job_ids_for_tag(tag);
        let stop = |job: &u64| {
            self.context().cancel_job(*job);
            job.to_string()
        };
        jobs.iter().map(stop).collect()
    }

    /// The tag that every job of the session has.
    fn own_tag(&self) -> String {
        format!("flint-session-{:p}", Arc::as_ptr(&self.inner))
    }

    fn job_tag(&self, tag: &str) -> String {
        format!("{}-tag-{tag}", self.own_tag())
    }

    /// Marks the jobs that this thread starts as the session's until the guard is dropped.
    pub(super) fn as_own(&self) -> Result<Own<'_>> {
        let tag = self.own_tag();
        let fresh = !self.context().job_tags().contains(&tag);
        self.context()
            .add_job_tag(&tag)
            .map_err(super::convert::from_core)?;
        Ok(Own {
            session: self,
            fresh,
        })
    }
}

/// Jobs of this thread are the session's.
pub(super) struct Own<'a> {
    session: &'a SparkSession,
    fresh: bool,
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        if self.fresh {
            let tag = self.session.own_tag();
            self.session.context().remove_job_tag(&tag);
        }
    }
}
