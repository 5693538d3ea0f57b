//! The part of a save that one task attempt does.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::part::{Compression, PartFile, PartWriter};
use crate::durable::DurableFs;
use crate::error::{Error, Result};
use crate::scheduler::AttemptId;

/// Where a save keeps what. Plain data, to be sent to the tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputLayout {
    path: PathBuf,
    job: u32,
}

impl OutputLayout {
    pub(super) fn new(path: &Path, job: u32) -> Self {
        OutputLayout {
            path: path.to_owned(),
            job,
        }
    }

    /// The directory that is being saved to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything unfinished of every job that saves there.
    pub(super) fn temporary(&self) -> PathBuf {
        self.path.join("_temporary")
    }

    /// Everything unfinished of this job.
    pub(super) fn job_dir(&self) -> PathBuf {
        self.temporary().join(self.job.to_string())
    }

    fn attempt_dir(&self, id: AttemptId) -> PathBuf {
        self.job_dir().join(format!("attempt-{}", file_name(id)))
    }

    pub(super) fn committed_dir(&self, id: AttemptId) -> PathBuf {
        self.job_dir().join(format!("task-{}", file_name(id)))
    }
}

/// An attempt's name without a slash.
fn file_name(id: AttemptId) -> String {
    format!(
        "{}.{}-{}.{}",
        id.stage, id.stage_attempt, id.partition, id.attempt
    )
}

/// What an attempt committed. It travels to the driver with the task's result; the job's commit
/// takes the files of those results that were accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCommit {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its files.
    pub files: Vec<PartFile>,
}

/// The output of one task attempt. Dropping it deletes what it wrote, unless it committed.
///
/// See [`OutputJob`](super::OutputJob) for an example.
pub struct TaskOutput {
    fs: Arc<dyn DurableFs>,
    layout: OutputLayout,
    attempt: AttemptId,
    dir: PathBuf,
    ended: bool,
}

impl TaskOutput {
    /// Makes the attempt's directory.
    ///
    /// # Errors
    /// If it can't be made, or the attempt has one already.
    pub fn begin(
        fs: Arc<dyn DurableFs>,
        layout: &OutputLayout,
        attempt: AttemptId,
    ) -> Result<Self> {
        crate::fault!("output.task.begin", attempt);
        let dir = layout.attempt_dir(attempt);
        // Not `create_dir_all`: an attempt that comes after the end of its job must not make the
        // job's directory again.
        fs.create_dir(&dir)?;
        Ok(TaskOutput {
            fs,
            layout: layout.clone(),
            attempt,
            dir,
            ended: false,
        })
    }

    /// Opens this partition's file, named `part-00007`, with the compression's extension.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn part(&self, compression: Compression) -> Result<PartWriter> {
        let partition = self.attempt.partition;
        self.file(&format!("part-{partition:05}"), compression)
    }

    /// Opens a file of another name, without the compression's extension.
    ///
    /// # Errors
    /// If it can't be made, or the name is not a plain file name.
    pub fn file(&self, name: &str, compression: Compression) -> Result<PartWriter> {
        let plain = Path::new(name).file_name().is_some_and(|n| n == name);
        if !plain || name.starts_with(['_', '.']) {
            let reason = format!("`{name}` is not the name of a visible file");
            return Err(Error::argument("name", reason));
        }
        let name = format!("{name}{}", compression.extension());
        PartWriter::create(&*self.fs, self.dir.join(&name), name, compression)
    }

    /// Commits the files given, which this attempt finished. To be called only by an attempt that
    /// the coordinator allowed to.
    ///
    /// # Errors
    /// If it fails; everything that the attempt wrote is then deleted.
    pub fn commit(mut self, files: Vec<PartFile>) -> Result<TaskCommit> {
        crate::fault!("output.task.commit", self.attempt);
        self.fs
            .rename(&self.dir, &self.layout.committed_dir(self.attempt))?;
        self.ended = true;
        Ok(TaskCommit {
            attempt: self.attempt,
            files,
        })
    }

    /// Deletes everything that the attempt wrote.
    ///
    /// # Errors
    /// If something stays; the job's end deletes it then.
    pub fn abort(mut self) -> Result<()> {
        self.ended = true;
        self.fs.delete(&self.dir)
    }
}

impl Drop for TaskOutput {
    fn drop(&mut self) {
        if !self.ended
            && let Err(error) = self.fs.delete(&self.dir)
        {
            tracing::warn!(%error, attempt = %self.attempt, "output of a failed task stays until its job ends");
        }
    }
}

impl fmt::Debug for TaskOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskOutput")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}
