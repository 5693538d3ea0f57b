//! Task attempts: where they ran, how they ended, what they counted.

use serde::Serialize;

use super::BlockManagerId;
use crate::events::event;

/// A task attempt.
#[derive(Clone, Copy, Serialize)]
pub(in crate::events::log) struct TaskInfo<'a> {
    /// Unique in the application.
    #[serde(rename = "Task ID")]
    pub(in crate::events::log) id: u64,
    #[serde(rename = "Index")]
    pub(in crate::events::log) index: u32,
    #[serde(rename = "Attempt")]
    pub(in crate::events::log) attempt: u32,
    #[serde(rename = "Partition ID")]
    pub(in crate::events::log) partition: u32,
    #[serde(rename = "Launch Time")]
    pub(in crate::events::log) launch_time: u64,
    #[serde(rename = "Executor ID")]
    pub(in crate::events::log) executor: &'a str,
    #[serde(rename = "Host")]
    pub(in crate::events::log) host: &'a str,
    #[serde(rename = "Locality")]
    pub(in crate::events::log) locality: &'a str,
    #[serde(rename = "Speculative")]
    pub(in crate::events::log) speculative: bool,
    #[serde(rename = "Getting Result Time")]
    pub(in crate::events::log) getting_result_time: u64,
    /// 0 while it runs.
    #[serde(rename = "Finish Time")]
    pub(in crate::events::log) finish_time: u64,
    #[serde(rename = "Failed")]
    pub(in crate::events::log) failed: bool,
    #[serde(rename = "Killed")]
    pub(in crate::events::log) killed: bool,
    #[serde(rename = "Accumulables")]
    pub(in crate::events::log) accumulables: [(); 0],
}

/// How a task attempt ended.
#[derive(Serialize)]
#[serde(tag = "Reason")]
pub(in crate::events::log) enum TaskEndReason<'a> {
    Success,
    ExceptionFailure {
        #[serde(rename = "Class Name")]
        class_name: String,
        #[serde(rename = "Description")]
        description: String,
        #[serde(rename = "Stack Trace")]
        stack_trace: [(); 0],
        #[serde(rename = "Full Stack Trace")]
        full_stack_trace: String,
        #[serde(rename = "Accumulator Updates")]
        accumulator_updates: [(); 0],
    },
    TaskKilled {
        #[serde(rename = "Kill Reason")]
        kill_reason: &'a str,
        #[serde(rename = "Accumulator Updates")]
        accumulator_updates: [(); 0],
    },
    FetchFailed {
        #[serde(rename = "Block Manager Address")]
        address: BlockManagerId<'a>,
        #[serde(rename = "Shuffle ID")]
        shuffle: u64,
        #[serde(rename = "Map ID")]
        map_id: u32,
        #[serde(rename = "Map Index")]
        map_index: u32,
        #[serde(rename = "Reduce ID")]
        reduce: u32,
        #[serde(rename = "Message")]
        message: &'a str,
    },
    ExecutorLostFailure {
        #[serde(rename = "Executor ID")]
        executor: &'a str,
        #[serde(rename = "Exit Caused By App")]
        by_app: bool,
        #[serde(rename = "Loss Reason")]
        reason: &'a str,
    },
}

/// What a task attempt counted.
#[derive(Serialize, Default)]
pub(in crate::events::log) struct TaskMetrics {
    #[serde(rename = "Executor Deserialize Time")]
    deserialize_time: u64,
    #[serde(rename = "Executor Deserialize CPU Time")]
    deserialize_cpu_time: u64,
    #[serde(rename = "Executor Run Time")]
    run_time: u64,
    #[serde(rename = "Executor CPU Time")]
    cpu_time: u64,
    #[serde(rename = "Peak Execution Memory")]
    peak_memory: u64,
    #[serde(rename = "Result Size")]
    result_size: u64,
    #[serde(rename = "JVM GC Time")]
    gc_time: u64,
    #[serde(rename = "Result Serialization Time")]
    result_serialization_time: u64,
    #[serde(rename = "Memory Bytes Spilled")]
    memory_spilled: u64,
    #[serde(rename = "Disk Bytes Spilled")]
    disk_spilled: u64,
    #[serde(rename = "Shuffle Read Metrics")]
    shuffle_read: ShuffleRead,
    #[serde(rename = "Shuffle Write Metrics")]
    shuffle_write: ShuffleWrite,
    #[serde(rename = "Input Metrics")]
    input: Input,
    #[serde(rename = "Output Metrics")]
    output: Output,
    #[serde(rename = "Updated Blocks")]
    updated_blocks: [(); 0],
}

#[derive(Serialize, Default)]
struct ShuffleRead {
    #[serde(rename = "Remote Blocks Fetched")]
    remote_blocks: u64,
    #[serde(rename = "Local Blocks Fetched")]
    local_blocks: u64,
    #[serde(rename = "Fetch Wait Time")]
    wait_time: u64,
    #[serde(rename = "Remote Bytes Read")]
    remote_bytes: u64,
    #[serde(rename = "Remote Bytes Read To Disk")]
    remote_bytes_to_disk: u64,
    #[serde(rename = "Local Bytes Read")]
    local_bytes: u64,
    #[serde(rename = "Total Records Read")]
    records: u64,
}

#[derive(Serialize, Default)]
struct ShuffleWrite {
    #[serde(rename = "Shuffle Bytes Written")]
    bytes: u64,
    #[serde(rename = "Shuffle Write Time")]
    time: u64,
    #[serde(rename = "Shuffle Records Written")]
    records: u64,
}

#[derive(Serialize, Default)]
struct Input {
    #[serde(rename = "Bytes Read")]
    bytes: u64,
    #[serde(rename = "Records Read")]
    records: u64,
}

#[derive(Serialize, Default)]
struct Output {
    #[serde(rename = "Bytes Written")]
    bytes: u64,
    #[serde(rename = "Records Written")]
    records: u64,
}

impl TaskMetrics {
    pub(in crate::events::log) fn new(counted: &event::TaskMetrics) -> Self {
        TaskMetrics {
            run_time: counted.run_time_us / 1_000,
            disk_spilled: counted.spill_bytes,
            shuffle_read: ShuffleRead {
                records: counted.shuffle_records_read,
                ..ShuffleRead::default()
            },
            shuffle_write: ShuffleWrite {
                bytes: counted.shuffle_bytes_written,
                records: counted.shuffle_records_written,
                time: 0,
            },
            input: Input {
                bytes: counted.bytes_read,
                records: counted.records_read,
            },
            output: Output {
                bytes: 0,
                records: counted.records_written,
            },
            ..TaskMetrics::default()
        }
    }
}
