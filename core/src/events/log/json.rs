//! Spark's events as they stand in a log: one JSON object a line, with the names of Spark 4.3.
//!
//! The fields are those of Spark's `JsonProtocol`, without the optional ones that tell of a JVM.
//! `Event` comes first, because Spark's history server picks lines by how they begin. Times are
//! milliseconds since the Unix epoch, durations milliseconds, sizes bytes. What Flint does not
//! measure and Spark can't read an event without is 0.

use std::collections::BTreeMap;

use serde::Serialize;

pub(super) mod stage;
pub(super) mod task;

use self::stage::StageInfo;
use self::task::{TaskEndReason, TaskInfo, TaskMetrics};

/// What the user or the machine named: keys and texts.
pub(super) type Texts<'a> = BTreeMap<&'a str, &'a str>;

/// A line of a log.
#[derive(Serialize)]
#[serde(tag = "Event", rename_all_fields = "PascalCase")]
pub(super) enum Line<'a> {
    #[serde(rename = "SparkListenerLogStart")]
    LogStart {
        #[serde(rename = "Spark Version")]
        spark_version: &'a str,
    },
    #[serde(rename = "SparkListenerApplicationStart")]
    ApplicationStart {
        #[serde(rename = "App Name")]
        app_name: &'a str,
        #[serde(rename = "App ID")]
        app_id: &'a str,
        timestamp: u64,
        user: &'a str,
    },
    #[serde(rename = "SparkListenerApplicationEnd")]
    ApplicationEnd { timestamp: u64 },
    #[serde(rename = "SparkListenerEnvironmentUpdate")]
    EnvironmentUpdate {
        #[serde(rename = "JVM Information")]
        jvm_information: Texts<'a>,
        #[serde(rename = "Spark Properties")]
        spark_properties: Texts<'a>,
        #[serde(rename = "Hadoop Properties")]
        hadoop_properties: Texts<'a>,
        #[serde(rename = "System Properties")]
        system_properties: Texts<'a>,
        #[serde(rename = "Metrics Properties")]
        metrics_properties: Texts<'a>,
        #[serde(rename = "Classpath Entries")]
        classpath_entries: Texts<'a>,
    },
    #[serde(rename = "SparkListenerResourceProfileAdded")]
    ResourceProfileAdded {
        #[serde(rename = "Resource Profile Id")]
        id: u32,
        #[serde(rename = "Executor Resource Requests")]
        executor: BTreeMap<&'a str, Resource<'a>>,
        #[serde(rename = "Task Resource Requests")]
        task: BTreeMap<&'a str, Resource<'a>>,
    },
    #[serde(rename = "SparkListenerExecutorAdded")]
    ExecutorAdded {
        timestamp: u64,
        #[serde(rename = "Executor ID")]
        executor: &'a str,
        #[serde(rename = "Executor Info")]
        info: ExecutorInfo<'a>,
    },
    #[serde(rename = "SparkListenerExecutorRemoved")]
    ExecutorRemoved {
        timestamp: u64,
        #[serde(rename = "Executor ID")]
        executor: &'a str,
        #[serde(rename = "Removed Reason")]
        reason: &'a str,
    },
    #[serde(rename = "SparkListenerBlockManagerAdded")]
    BlockManagerAdded {
        #[serde(rename = "Block Manager ID")]
        id: BlockManagerId<'a>,
        #[serde(rename = "Maximum Memory")]
        maximum_memory: u64,
        timestamp: u64,
        #[serde(rename = "Maximum Onheap Memory")]
        maximum_onheap_memory: u64,
        #[serde(rename = "Maximum Offheap Memory")]
        maximum_offheap_memory: u64,
    },
    #[serde(rename = "SparkListenerBlockManagerRemoved")]
    BlockManagerRemoved {
        #[serde(rename = "Block Manager ID")]
        id: BlockManagerId<'a>,
        timestamp: u64,
    },
    #[serde(rename = "SparkListenerJobStart")]
    JobStart {
        #[serde(rename = "Job ID")]
        job: u64,
        #[serde(rename = "Submission Time")]
        submission_time: u64,
        #[serde(rename = "Stage Infos")]
        stage_infos: Vec<StageInfo<'a>>,
        #[serde(rename = "Stage IDs")]
        stage_ids: Vec<u64>,
        properties: &'a Texts<'a>,
    },
    #[serde(rename = "SparkListenerJobEnd")]
    JobEnd {
        #[serde(rename = "Job ID")]
        job: u64,
        #[serde(rename = "Completion Time")]
        completion_time: u64,
        #[serde(rename = "Job Result")]
        result: JobResult,
    },
    #[serde(rename = "SparkListenerStageSubmitted")]
    StageSubmitted {
        #[serde(rename = "Stage Info")]
        info: StageInfo<'a>,
        properties: &'a Texts<'a>,
    },
    #[serde(rename = "SparkListenerStageCompleted")]
    StageCompleted {
        #[serde(rename = "Stage Info")]
        info: StageInfo<'a>,
    },
    #[serde(rename = "SparkListenerTaskStart")]
    TaskStart {
        #[serde(rename = "Stage ID")]
        stage: u64,
        #[serde(rename = "Stage Attempt ID")]
        stage_attempt: u32,
        #[serde(rename = "Task Info")]
        info: TaskInfo<'a>,
    },
    #[serde(rename = "SparkListenerTaskEnd")]
    TaskEnd {
        #[serde(rename = "Stage ID")]
        stage: u64,
        #[serde(rename = "Stage Attempt ID")]
        stage_attempt: u32,
        #[serde(rename = "Task Type")]
        task_type: &'a str,
        #[serde(rename = "Task End Reason")]
        reason: TaskEndReason<'a>,
        #[serde(rename = "Task Info")]
        info: TaskInfo<'a>,
        #[serde(rename = "Task Metrics")]
        metrics: Box<TaskMetrics>,
    },
    #[serde(rename = "SparkListenerUnpersistRDD")]
    UnpersistRdd {
        #[serde(rename = "RDD ID")]
        rdd: u64,
    },
    #[serde(rename = "SparkListenerBlockUpdated")]
    BlockUpdated {
        #[serde(rename = "Block Updated Info")]
        info: BlockUpdatedInfo<'a>,
    },
}

impl Line<'_> {
    /// Whether it must be in the file before anything else happens: Spark flushes behind all events
    /// but those of tasks and blocks, which are many.
    pub(super) fn flushes(&self) -> bool {
        !matches!(
            self,
            Line::TaskStart { .. } | Line::TaskEnd { .. } | Line::BlockUpdated { .. }
        )
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resource<'a> {
    #[serde(rename = "Resource Name")]
    pub(super) name: &'a str,
    pub(super) amount: u64,
    #[serde(rename = "Discovery Script", skip_serializing_if = "Option::is_none")]
    pub(super) discovery_script: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vendor: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ExecutorInfo<'a> {
    #[serde(rename = "Host")]
    pub(super) host: &'a str,
    #[serde(rename = "Total Cores")]
    pub(super) cores: u32,
    #[serde(rename = "Log Urls")]
    pub(super) log_urls: Texts<'a>,
    #[serde(rename = "Attributes")]
    pub(super) attributes: Texts<'a>,
    #[serde(rename = "Resources")]
    pub(super) resources: Texts<'a>,
    #[serde(rename = "Resource Profile Id")]
    pub(super) resource_profile: u32,
}

/// Who holds blocks.
#[derive(Clone, Copy, Serialize)]
pub(super) struct BlockManagerId<'a> {
    #[serde(rename = "Executor ID")]
    pub(super) executor: &'a str,
    #[serde(rename = "Host")]
    pub(super) host: &'a str,
    #[serde(rename = "Port")]
    pub(super) port: u16,
}

#[derive(Serialize)]
pub(super) struct BlockUpdatedInfo<'a> {
    #[serde(rename = "Block Manager ID")]
    pub(super) manager: BlockManagerId<'a>,
    #[serde(rename = "Block ID")]
    pub(super) block: String,
    #[serde(rename = "Storage Level")]
    pub(super) level: Level,
    #[serde(rename = "Memory Size")]
    pub(super) memory_size: u64,
    #[serde(rename = "Disk Size")]
    pub(super) disk_size: u64,
}

/// A storage level.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Level {
    #[serde(rename = "Use Disk")]
    pub(super) use_disk: bool,
    #[serde(rename = "Use Memory")]
    pub(super) use_memory: bool,
    #[serde(rename = "Use Off Heap")]
    pub(super) use_off_heap: bool,
    #[serde(rename = "Deserialized")]
    pub(super) deserialized: bool,
    #[serde(rename = "Replication")]
    pub(super) replication: u8,
}

#[derive(Serialize)]
#[serde(tag = "Result")]
pub(super) enum JobResult {
    JobSucceeded,
    JobFailed {
        #[serde(rename = "Exception")]
        exception: Exception,
    },
}

#[derive(Serialize)]
pub(super) struct Exception {
    #[serde(rename = "Message")]
    pub(super) message: String,
    /// Rust errors have none.
    #[serde(rename = "Stack Trace")]
    pub(super) stack_trace: [(); 0],
}
