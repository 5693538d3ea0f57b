//! The DAG scheduler: a pure state machine, `step(event, now) -> actions`.
//!
//! [`Scheduler`] knows jobs, stages, attempts, executors and slots, and decides which task runs
//! where, what is tried again and when a job is given up. It has Spark's semantics, known by
//! `DAGScheduler` and `TaskSetManager`. It does nothing by itself: a driver feeds it [`Event`]s and
//! carries out its [`Action`]s, so it runs under a simulation as it runs in production.
//!
//! Known differences from Spark: a lost map output stops the attempts that read it at once, without
//! counting against them, instead of letting them find out; failures of a task are counted over
//! attempts of its stage until the stage completes; there is no locality wait yet; the copy of a
//! slow task may run on the same host; pools are sorted anew for each slot. External stages get
//! no copies and avoid no executors of their own.

mod bit_set;
mod cancelled;
mod conf;
mod dispatch;
mod exclusion;
mod executors;
mod external;
mod finish;
mod graph;
mod job;
mod loss;
mod machine;
mod outcome;
mod partitions;
mod pending;
mod pool_file;
mod pools;
mod speculation;
mod stage;
mod status;
mod submit;
mod task_set;
#[cfg(test)]
mod tests;
pub mod types;

pub use conf::{ExclusionConf, PoolConf, SchedulerConf, SchedulingMode, SpeculationConf};
pub use machine::Scheduler;
pub use status::{JobStatus, PoolStatus, SlotStatus, StageStatus};
pub use types::*;
