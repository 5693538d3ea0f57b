//! The event log: what happened in a context, in files that Spark's history server opens.
//!
//! [`EventLog`] is a listener that passes events on to a queue and thread of its own, so that a slow
//! disk holds up neither tasks nor other listeners: when the queue is full, events are dropped,
//! counted ([`EventLog::lost`]) and warned of. There `model` makes Spark's events of ours (it numbers
//! tasks, remembers stages until they end, and ends what an abrupt end left open), `json` has their
//! form, and `files` names, rolls and compresses the files.
//!
//! Everything but the events of tasks and blocks is flushed as soon as it is written, so that a log
//! in progress shows all jobs and stages, whatever becomes of the process. When a write fails, that is
//! reported once, the log stays as it is, in progress, and what happens later counts as lost.
//!
//! The keys are `spark.eventLog.*` (see the registry); differences from Spark: files have the
//! permissions that the process gives them, and accumulators are left out.

mod files;
mod json;
mod model;
mod recorder;
mod settings;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::files::LogFiles;
use self::model::Model;
use self::recorder::Recorder;
use self::settings::Settings;
use super::bus::EventBus;
use super::event::Event;
use super::listener::Listener;
use crate::conf::Conf;
use crate::durable::DurableFs;
use crate::error::{Error, Result};

/// The event log of a context, if `spark.eventLog.enabled`.
///
/// ```
/// use flint_core::Context;
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// let ctx = Context::builder()
///     .master("local[2]")
///     .config("spark.eventLog.enabled", true)
///     .config("spark.eventLog.dir", dir.display())
///     .config("spark.eventLog.rolling.enabled", false)
///     .config("spark.eventLog.compress", false)
///     .build()?;
/// ctx.range(0, 10, 1, 2)?.count()?;
/// let log = ctx.event_log().expect("it is enabled");
/// ctx.stop();
/// assert_eq!((log.lost(), log.error()), (0, None));
/// let lines = std::fs::read_to_string(log.path()).unwrap();
/// assert!(lines.contains(r#"{"Event":"SparkListenerJobStart","Job ID":0,"#));
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct EventLog {
    queue: EventBus,
    recorder: Arc<Recorder>,
    path: PathBuf,
}

impl EventLog {
    /// Begins the log of an application. `None` if the configuration asks for none.
    ///
    /// # Errors
    /// [`Error::Conf`] for settings that can't be used; [`Error::Io`] if the directory is not there
    /// or can't be written; [`Error::PathAlreadyExists`] if this application has a log.
    pub(crate) fn start(
        conf: &Conf,
        fs: &Arc<dyn DurableFs>,
        app_id: &str,
    ) -> Result<Option<Arc<Self>>> {
        let Some(settings) = Settings::of(conf)? else {
            return Ok(None);
        };
        let capacity = conf.get_int("spark.scheduler.listenerbus.eventqueue.capacity")?;
        let model = Model::new(conf.engine_memory_bytes()?, settings.block_updates);
        let files = LogFiles::open(Arc::clone(fs), &settings, app_id)?;
        let path = files.finished();
        let log = EventLog {
            queue: EventBus::new(usize::try_from(capacity).unwrap_or(1)),
            recorder: Arc::new(Recorder::begin(files, model)?),
            path,
        };
        let recorder = Arc::clone(&log.recorder) as Arc<dyn Listener>;
        log.queue.add_listener(recorder)?;
        Ok(Some(Arc::new(log)))
    }

    /// Where the log is once the context has stopped: a file, or the directory of a rolling log.
    /// Until then, and if writing failed, the name of the file (for a rolling log, that of its
    /// status file) ends in `.inprogress`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many events are not in the log: they came faster than they could be written, or after
    /// writing had failed.
    pub fn lost(&self) -> u64 {
        self.queue.dropped() + self.recorder.lost()
    }

    /// Why the log could not be written, if so.
    pub fn error(&self) -> Option<Error> {
        self.recorder.error()
    }

    /// Writes what waits, and closes the log. Further calls do nothing.
    pub(crate) fn stop(&self) {
        self.queue.stop();
        self.recorder.close();
        if let lost @ 1.. = self.lost() {
            tracing::warn!(lost, path = %self.path.display(), "the event log lacks events");
        }
    }

    /// Deletes the log: its context did not come to be.
    pub(crate) fn discard(&self) {
        self.queue.stop();
        self.recorder.discard();
    }
}

impl Listener for EventLog {
    fn on_event(&self, event: &Event) {
        self.queue.post_with(|| event.clone());
    }
}

impl fmt::Debug for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLog")
            .field("path", &self.path)
            .field("queue", &self.queue)
            .field("error", &self.error())
            .finish()
    }
}

#[cfg(test)]
mod tests;
