//! What a context tells about itself while it runs: events, who listens, and what is kept of them.
//!
//! The driver posts an [`Event`] to the [`EventBus`] of its context whenever a job, stage, task,
//! executor or cached block changes its state; the bus hands it to each [`Listener`] in turn, on a
//! thread of its own. Nothing in the engine waits for a listener, and a context without listeners
//! pays one atomic load per event.
//!
//! Four listeners come with the engine: [`ConsoleProgress`] draws bars for long stages,
//! [`EngineMetrics`] keeps counters for a scraper, [`AppStatus`] remembers the latest jobs and
//! stages for whoever asks, and [`EventLog`] writes all of it to files that Spark's history server
//! opens.
//!
//! The events are the driver's record, not its control: a listener can't change what happens, and
//! losing an event (a full queue) loses only what a listener knows.

mod bus;
mod event;
mod listener;
mod log;
mod metrics;
mod progress;
#[cfg(test)]
mod sample;
mod status;

pub use bus::{DEFAULT_CAPACITY, EventBus, ListenerId};
pub use event::{Event, RddInfo, StageInfo, TaskMetrics, TaskOutcome, unix_ms};
pub use listener::Listener;
pub use log::EventLog;
pub use metrics::{EngineMetrics, MetricsSnapshot};
pub use progress::ConsoleProgress;
pub use status::{
    AppStatus, DEFAULT_RETAINED, JobData, JobStatus, StageData, StageStatus, TaskCounts,
};
