//! The files of an event log, named as Spark's history server expects.
//!
//! | | while it is written | closed |
//! | --- | --- | --- |
//! | one file | `ID.inprogress` | `ID` |
//! | rolling | `eventlog_v2_ID/appstatus_ID.inprogress` and files | `eventlog_v2_ID/appstatus_ID` and files |
//!
//! Files of a rolling log are `events_N_ID`, counted from 1; compressed ones, of either kind, end in
//! `.zstd` (before `.inprogress`).
//!
//! What was flushed can be read at any time, also after the process has died: a compressed file then
//! lacks its end, but its blocks are whole. A closed file is durable.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::settings::Settings;
use crate::durable::{DurableFs, DurableLog, Existing, io_error};
use crate::error::{Error, Result};

const IN_PROGRESS: &str = ".inprogress";

/// Writes the lines of a log. Dropped without [`close`](Self::close), it leaves a log in progress.
pub(super) struct LogFiles {
    fs: Arc<dyn DurableFs>,
    settings: Settings,
    /// The application's id, as file names have it.
    id: String,
    /// Which file of a rolling log this is.
    index: u32,
    path: PathBuf,
    out: Stream,
    /// Bytes given to this file, before compression.
    written: u64,
}

impl fmt::Debug for LogFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "LogFiles({}, {} bytes)",
            self.path.display(),
            self.written
        )
    }
}

impl LogFiles {
    /// Begins a log.
    ///
    /// # Errors
    /// [`Error::Io`] if the directory is not there or can't be written,
    /// [`Error::PathAlreadyExists`] if there is a log of this application that may not be replaced.
    pub(super) fn open(fs: Arc<dyn DurableFs>, settings: &Settings, app_id: &str) -> Result<Self> {
        check_dir(&*fs, &settings.dir)?;
        let id = sanitized(app_id);
        let finished = finished(settings, &id);
        if fs.exists(&finished)? {
            match settings.existing {
                Existing::Refuse => return Err(Error::PathAlreadyExists { path: finished }),
                Existing::Replace => {
                    tracing::warn!(path = %finished.display(), "replacing an event log");
                    fs.delete(&finished)?;
                }
            }
        }
        if settings.rolling.is_some() {
            fs.create_dir(&finished)?;
            let mut status = fs.open_log(&status_file(&finished, &id, true), settings.existing)?;
            status.sync()?;
        }
        let path = file(settings, &id, 1);
        let out = Stream::open(&*fs, settings, &path)?;
        Ok(LogFiles {
            fs,
            settings: settings.clone(),
            id,
            index: 1,
            path,
            out,
            written: 0,
        })
    }

    /// Where the log is once it is closed: a file, or the directory of a rolling log.
    pub(super) fn finished(&self) -> PathBuf {
        finished(&self.settings, &self.id)
    }

    /// Writes a line, which ends in a line feed.
    ///
    /// # Errors
    /// If the file can't be written, or the next one of a rolling log not be made. Nothing must be
    /// written any more then.
    pub(super) fn write(&mut self, line: &[u8], flush: bool) -> Result<()> {
        let len = line.len() as u64;
        if let Some(limit) = self.settings.rolling
            && self.written > 0
            && self.written + len > limit
        {
            self.roll()?;
        }
        self.written += len;
        let wrote = self.out.write_all(line).and_then(|()| match flush {
            true => self.out.flush(),
            false => Ok(()),
        });
        wrote.map_err(|e| io_error("write", &self.path, e))
    }

    fn roll(&mut self) -> Result<()> {
        let path = file(&self.settings, &self.id, self.index + 1);
        let next = Stream::open(&*self.fs, &self.settings, &path)?;
        std::mem::replace(&mut self.out, next).finish(&self.path)?;
        self.index += 1;
        self.path = path;
        self.written = 0;
        Ok(())
    }

    /// Ends the log, and makes it durable.
    ///
    /// # Errors
    /// If that fails. The log is then left in progress.
    pub(super) fn close(self) -> Result<()> {
        let finished = self.finished();
        self.out.finish(&self.path)?;
        if self.settings.rolling.is_some() {
            let status = |in_progress| status_file(&finished, &self.id, in_progress);
            self.fs.rename(&status(true), &status(false))?;
            self.fs.sync_dir(&finished)?;
        } else {
            self.fs.rename(&self.path, &finished)?;
        }
        self.fs.sync_dir(&self.settings.dir)
    }

    /// Leaves the log as it is, in progress, and what is buffered unwritten: after a write that
    /// failed.
    pub(super) fn abandon(self) {
        match self.out {
            Stream::Plain(out) => drop(out.into_parts()),
            Stream::Zstd(out) => drop(out.into_parts()),
        }
    }

    /// Deletes the log.
    ///
    /// # Errors
    /// If something stays.
    pub(super) fn delete(self) -> Result<()> {
        let path = match self.settings.rolling {
            Some(_) => self.finished(),
            None => self.path.clone(),
        };
        self.fs.delete(&path)
    }
}

fn check_dir(fs: &dyn DurableFs, dir: &Path) -> Result<()> {
    if !fs.metadata(dir)?.is_dir {
        let error = io::Error::from(io::ErrorKind::NotADirectory);
        return Err(Error::io("write event logs to", dir, error));
    }
    Ok(())
}

fn finished(settings: &Settings, id: &str) -> PathBuf {
    match settings.rolling {
        Some(_) => settings.dir.join(format!("eventlog_v2_{id}")),
        None => settings.dir.join(format!("{id}{}", suffix(settings))),
    }
}

/// The `index`th file, as it is written.
fn file(settings: &Settings, id: &str, index: u32) -> PathBuf {
    let suffix = suffix(settings);
    match settings.rolling {
        Some(_) => finished(settings, id).join(format!("events_{index}_{id}{suffix}")),
        None => settings.dir.join(format!("{id}{suffix}{IN_PROGRESS}")),
    }
}

fn suffix(settings: &Settings) -> &'static str {
    if settings.compress { ".zstd" } else { "" }
}

fn status_file(dir: &Path, id: &str, in_progress: bool) -> PathBuf {
    let suffix = if in_progress { IN_PROGRESS } else { "" };
    dir.join(format!("appstatus_{id}{suffix}"))
}

/// An application's id as file names have it, by Spark's rule.
fn sanitized(id: &str) -> String {
    let id = id.replace([' ', ':', '/'], "-");
    id.replace(['.', '$', '{', '}', '\'', '"'], "_")
        .to_lowercase()
}

/// The way to a file: buffered, then compressed if that is wanted.
enum Stream {
    Plain(BufWriter<Box<dyn DurableLog>>),
    Zstd(BufWriter<zstd::stream::write::Encoder<'static, Box<dyn DurableLog>>>),
}

impl Stream {
    fn open(fs: &dyn DurableFs, settings: &Settings, path: &Path) -> Result<Self> {
        let file = fs.open_log(path, settings.existing)?;
        if !settings.compress {
            return Ok(Stream::Plain(BufWriter::with_capacity(
                settings.buffer_bytes,
                file,
            )));
        }
        let encoder = zstd::stream::write::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL);
        let encoder = encoder.map_err(|e| io_error("compress", path, e))?;
        Ok(Stream::Zstd(BufWriter::with_capacity(
            settings.buffer_bytes,
            encoder,
        )))
    }

    /// Ends the file, and makes it durable.
    fn finish(self, path: &Path) -> Result<()> {
        let file = match self {
            Stream::Plain(out) => out.into_inner().map_err(|e| e.into_error()),
            Stream::Zstd(out) => out
                .into_inner()
                .map_err(|e| e.into_error())
                .and_then(|encoder| encoder.finish()),
        };
        file.map_err(|e| io_error("write", path, e))?.sync()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(out) => out.write(bytes),
            Stream::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(out) => out.flush(),
            Stream::Zstd(out) => out.flush(),
        }
    }
}

#[cfg(test)]
#[path = "files/tests.rs"]
mod tests;
