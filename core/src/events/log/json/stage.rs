//! Stages and their RDDs.

use serde::Serialize;

use super::Level;
use crate::events::event;
use crate::storage::level::StorageLevel;

/// A stage attempt.
#[derive(Serialize)]
pub(in crate::events::log) struct StageInfo<'a> {
    #[serde(rename = "Stage ID")]
    id: u64,
    #[serde(rename = "Stage Attempt ID")]
    attempt: u32,
    #[serde(rename = "Stage Name")]
    name: &'a str,
    #[serde(rename = "Number of Tasks")]
    num_tasks: u32,
    #[serde(rename = "RDD Info")]
    rdds: Vec<RddInfo<'a>>,
    #[serde(rename = "Parent IDs")]
    parents: &'a [u64],
    #[serde(rename = "Details")]
    details: &'a str,
    #[serde(rename = "Submission Time", skip_serializing_if = "Option::is_none")]
    pub(in crate::events::log) submission_time: Option<u64>,
    #[serde(rename = "Completion Time", skip_serializing_if = "Option::is_none")]
    pub(in crate::events::log) completion_time: Option<u64>,
    #[serde(rename = "Failure Reason", skip_serializing_if = "Option::is_none")]
    pub(in crate::events::log) failure_reason: Option<String>,
    /// The totals of named accumulators, which events don't tell. The history server makes those
    /// of task metrics itself.
    #[serde(rename = "Accumulables")]
    accumulables: [(); 0],
    #[serde(rename = "Resource Profile Id")]
    resource_profile: u32,
    #[serde(rename = "Shuffle Push Enabled")]
    push_enabled: bool,
    #[serde(rename = "Shuffle Push Mergers Count")]
    push_mergers: u32,
}

impl<'a> StageInfo<'a> {
    /// The attempt of a stage that runs so many tasks.
    pub(in crate::events::log) fn new(
        stage: &'a event::StageInfo,
        attempt: u32,
        num_tasks: u32,
    ) -> Self {
        StageInfo {
            id: stage.id,
            attempt,
            name: &stage.name,
            num_tasks,
            rdds: stage.rdds.iter().map(RddInfo::new).collect(),
            parents: &stage.parents,
            details: &stage.name,
            submission_time: None,
            completion_time: None,
            failure_reason: None,
            accumulables: [],
            resource_profile: 0,
            push_enabled: false,
            push_mergers: 0,
        }
    }
}

/// An RDD of a stage.
#[derive(Serialize)]
struct RddInfo<'a> {
    #[serde(rename = "RDD ID")]
    id: u64,
    #[serde(rename = "Name")]
    name: &'a str,
    /// Text that is JSON itself: the box that the history server draws around it.
    #[serde(rename = "Scope")]
    scope: String,
    #[serde(rename = "Callsite")]
    call_site: String,
    #[serde(rename = "Parent IDs")]
    parents: &'a [u64],
    #[serde(rename = "Storage Level")]
    level: Level,
    #[serde(rename = "Barrier")]
    barrier: bool,
    #[serde(rename = "DeterministicLevel")]
    determinism: &'a str,
    #[serde(rename = "Number of Partitions")]
    num_partitions: u32,
    #[serde(rename = "Number of Cached Partitions")]
    cached_partitions: u32,
    #[serde(rename = "Memory Size")]
    memory_size: u64,
    #[serde(rename = "Disk Size")]
    disk_size: u64,
}

impl<'a> RddInfo<'a> {
    fn new(rdd: &'a event::RddInfo) -> Self {
        let determinism = match (rdd.indeterminate, rdd.unordered) {
            (true, _) => "INDETERMINATE",
            (false, true) => "UNORDERED",
            (false, false) => "DETERMINATE",
        };
        RddInfo {
            id: rdd.id,
            name: rdd.name.as_deref().unwrap_or(&rdd.operator),
            scope: format!(r#"{{"id":"{}","name":"{}"}}"#, rdd.id, rdd.operator),
            call_site: format!("{} at {}", rdd.operator, rdd.call_site),
            parents: &rdd.parents,
            level: Level::of(rdd.level),
            barrier: false,
            determinism,
            num_partitions: rdd.num_partitions,
            cached_partitions: 0,
            memory_size: 0,
            disk_size: 0,
        }
    }
}

impl Level {
    pub(in crate::events::log) fn of(level: StorageLevel) -> Self {
        Level {
            use_disk: level.use_disk(),
            use_memory: level.use_memory(),
            use_off_heap: level.use_off_heap(),
            deserialized: level.deserialized(),
            replication: level.replication(),
        }
    }
}
