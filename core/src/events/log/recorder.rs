//! Events to lines to files, on the log's own thread.

use parking_lot::Mutex;

use super::files::LogFiles;
use super::json::Line;
use super::model::Model;
use crate::error::{Error, Result};
use crate::events::{Event, Listener};

pub(super) struct Recorder(Mutex<State>);

struct State {
    model: Model,
    sink: Sink,
}

struct Sink {
    /// `None` once closed or failed.
    files: Option<LogFiles>,
    line: Vec<u8>,
    /// Why nothing is written any more.
    error: Option<Error>,
    /// Events that came after that.
    lost: u64,
}

impl Recorder {
    /// Writes the head of the log.
    ///
    /// # Errors
    /// If that fails; then nothing stays.
    pub(super) fn begin(files: LogFiles, model: Model) -> Result<Self> {
        let mut sink = Sink {
            files: Some(files),
            line: Vec::new(),
            error: None,
            lost: 0,
        };
        model.head(&mut |line| sink.write(&line));
        match sink.error.take() {
            None => Ok(Recorder(Mutex::new(State { model, sink }))),
            Some(error) => Err(error),
        }
    }

    pub(super) fn lost(&self) -> u64 {
        self.0.lock().sink.lost
    }

    pub(super) fn error(&self) -> Option<Error> {
        self.0.lock().sink.error.clone()
    }

    /// Keeps the log's thread from writing as long as the guard lives.
    #[cfg(test)]
    pub(super) fn hold(&self) -> impl Drop + '_ {
        self.0.lock()
    }

    pub(super) fn close(&self) {
        let mut state = self.0.lock();
        if let Some(files) = state.sink.files.take()
            && let Err(error) = files.close()
        {
            state.sink.fail(error);
        }
    }

    pub(super) fn discard(&self) {
        let files = self.0.lock().sink.files.take();
        if let Some(files) = files
            && let Err(error) = files.delete()
        {
            tracing::warn!(%error, "the event log of a context that did not start stays");
        }
    }
}

impl Listener for Recorder {
    fn on_event(&self, event: &Event) {
        let State { model, sink } = &mut *self.0.lock();
        if sink.files.is_none() {
            sink.lost += 1;
            return;
        }
        model.record(event, &mut |line| sink.write(&line));
        if sink.error.is_some() {
            sink.lost += 1;
        }
    }
}

impl Sink {
    fn write(&mut self, line: &Line<'_>) {
        let Some(files) = &mut self.files else {
            return;
        };
        self.line.clear();
        let written = serde_json::to_writer(&mut self.line, line)
            .map_err(|e| Error::Internal(format!("an event that is no JSON: {e}")))
            .and_then(|()| {
                self.line.push(b'\n');
                files.write(&self.line, line.flushes())
            });
        if let Err(error) = written {
            if let Some(files) = self.files.take() {
                files.abandon();
            }
            self.fail(error);
        }
    }

    fn fail(&mut self, error: Error) {
        tracing::error!(%error, "the event log ends here, it can't be written");
        self.error = Some(error);
    }
}
