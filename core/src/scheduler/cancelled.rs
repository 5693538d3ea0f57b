//! Jobs that are cancelled before they begin ([`CancelledTags`]).
//!
//! Whoever stops a piece of work that starts jobs of its own accord can't know whether the next one
//! is being started at this moment. So the tag of such work is remembered, and a job that comes with
//! it fails at once. The latest thousand are: a tag that is forgotten belongs to work that has long
//! ended.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::error::Error;

use super::machine::Scheduler;
use super::types::{Action, JobSpec};

/// How many tags are remembered, as many as groups in Spark
/// (`spark.scheduler.numCancelledJobGroupsToTrack`).
const REMEMBERED: usize = 1_000;

/// The latest tags whose jobs must not begin, oldest first, each with the reason.
#[derive(Debug, Default)]
pub(super) struct CancelledTags(VecDeque<(Arc<str>, String)>);

impl CancelledTags {
    fn add(&mut self, tag: Arc<str>, reason: &str) {
        if self.0.iter().any(|(known, _)| *known == tag) {
            return;
        }
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((tag, reason.to_owned()));
    }

    /// Why a job must not begin.
    pub(super) fn refusal(&self, spec: &JobSpec) -> Option<Error> {
        let mut cancelled = self.0.iter();
        let (_, reason) = cancelled.find(|(tag, _)| spec.tags.contains(tag))?;
        Some(Error::Cancelled {
            job: spec.id,
            reason: reason.clone(),
        })
    }
}

impl Scheduler {
    pub(super) fn tag_cancelled(&mut self, tag: Arc<str>, reason: &str, out: &mut Vec<Action>) {
        for job in self.jobs_with_tag(&tag) {
            let reason = reason.to_owned();
            self.fail_job(job, Error::Cancelled { job, reason }, out);
        }
        self.cancelled.add(tag, reason);
    }
}
