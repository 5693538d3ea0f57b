//! Who may commit: of all attempts at a partition, one.
//!
//! Several attempts at one partition can run at once: a speculative copy, or one on an executor
//! that was thought dead. Each asks before it commits. The first gets the commit and keeps it
//! until the scheduler reports that it failed; then the next that asks gets it. An attempt that
//! was reported failed never gets it, however late its question arrives.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;

use crate::scheduler::{AttemptId, StageId};

/// Grants the commit of each partition to one attempt. Lives in the driver; thread-safe.
///
/// ```
/// use flint_core::output::OutputCommitCoordinator;
/// use flint_core::scheduler::AttemptId;
///
/// let coordinator = OutputCommitCoordinator::new();
/// let first = AttemptId { stage: 1, stage_attempt: 0, partition: 7, attempt: 0 };
/// let second = AttemptId { attempt: 1, ..first };
/// coordinator.stage_started(1);
/// assert!(coordinator.can_commit(first));
/// assert!(!coordinator.can_commit(second));
/// coordinator.attempt_failed(first);
/// assert!(coordinator.can_commit(second));
/// ```
#[derive(Debug, Default)]
pub struct OutputCommitCoordinator {
    stages: Mutex<HashMap<StageId, Stage>>,
}

#[derive(Debug, Default)]
struct Stage {
    /// The attempt that may commit, by partition.
    granted: HashMap<u32, AttemptId>,
    failed: HashSet<AttemptId>,
}

impl OutputCommitCoordinator {
    /// A coordinator that knows no stage.
    pub fn new() -> Self {
        OutputCommitCoordinator::default()
    }

    /// A stage starts. A further attempt of it keeps the grants of those before, whose tasks may
    /// have committed.
    pub fn stage_started(&self, stage: StageId) {
        self.stages.lock().entry(stage).or_default();
    }

    /// A stage ended: nobody may commit any more.
    pub fn stage_ended(&self, stage: StageId) {
        self.stages.lock().remove(&stage);
    }

    /// Whether this attempt may commit its partition. Asking again gives the same answer, so that
    /// a lost answer can be asked for again. False for a stage that is not running.
    pub fn can_commit(&self, id: AttemptId) -> bool {
        let mut stages = self.stages.lock();
        let Some(stage) = stages.get_mut(&id.stage) else {
            return false;
        };
        !stage.failed.contains(&id) && *stage.granted.entry(id.partition).or_insert(id) == id
    }

    /// An attempt failed or was killed, or its executor was lost: it may not commit any more, and
    /// if it held the grant, another may.
    pub fn attempt_failed(&self, id: AttemptId) {
        let mut stages = self.stages.lock();
        let Some(stage) = stages.get_mut(&id.stage) else {
            return;
        };
        stage.failed.insert(id);
        if stage.granted.get(&id.partition) == Some(&id) {
            stage.granted.remove(&id.partition);
        }
    }

    /// Whether no stage is running. A context at rest holds nothing here.
    pub fn is_empty(&self) -> bool {
        self.stages.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn attempt(partition: u32, attempt: u32) -> AttemptId {
        AttemptId {
            stage: 3,
            stage_attempt: 0,
            partition,
            attempt,
        }
    }

    fn started() -> OutputCommitCoordinator {
        let coordinator = OutputCommitCoordinator::new();
        coordinator.stage_started(3);
        coordinator
    }

    #[test]
    fn one_attempt_is_granted_and_may_ask_again() {
        let c = started();
        assert!(c.can_commit(attempt(0, 1)));
        assert!(!c.can_commit(attempt(0, 0)));
        assert!(c.can_commit(attempt(0, 1)));
        assert!(c.can_commit(attempt(1, 0)), "partitions are apart");
    }

    #[test]
    fn the_failure_of_the_holder_frees_the_commit() {
        let c = started();
        assert!(c.can_commit(attempt(0, 0)));
        c.attempt_failed(attempt(0, 2));
        assert!(
            !c.can_commit(attempt(0, 1)),
            "the failure of another frees nothing"
        );
        c.attempt_failed(attempt(0, 0));
        assert!(
            !c.can_commit(attempt(0, 0)),
            "a failed attempt is not granted again"
        );
        assert!(
            !c.can_commit(attempt(0, 2)),
            "nor one that failed before it asked"
        );
        assert!(c.can_commit(attempt(0, 1)));
    }

    #[test]
    fn a_stage_attempt_keeps_the_grants_before_it() {
        let c = started();
        assert!(c.can_commit(attempt(0, 0)));
        c.stage_started(3);
        let retried = AttemptId {
            stage_attempt: 1,
            ..attempt(0, 0)
        };
        assert!(
            !c.can_commit(retried),
            "the partition may be committed already"
        );
        c.attempt_failed(attempt(0, 0));
        assert!(c.can_commit(retried));
    }

    #[test]
    fn only_running_stages_commit() {
        let c = OutputCommitCoordinator::new();
        assert!(!c.can_commit(attempt(0, 0)));
        c.attempt_failed(attempt(0, 0));
        c.stage_started(3);
        c.stage_ended(3);
        assert!(!c.can_commit(attempt(0, 0)));
        assert!(c.is_empty());
    }

    #[test]
    fn one_of_many_threads_is_granted() {
        let c = Arc::new(started());
        let asking: Vec<_> = (0..8)
            .map(|n| {
                let c = Arc::clone(&c);
                std::thread::spawn(move || {
                    (0..100).filter(|&p| c.can_commit(attempt(p, n))).count()
                })
            })
            .collect();
        let granted: usize = asking.into_iter().map(|t| t.join().unwrap()).sum();
        assert_eq!(granted, 100);
    }
}
