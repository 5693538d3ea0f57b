//! The driver's side of a save: [`OutputJob`].

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::task::{OutputLayout, TaskCommit};
use crate::durable::{DurableFs, Existing};
use crate::error::{Error, Result};

/// The empty file that says that a save is complete.
pub const SUCCESS_FILE: &str = "_SUCCESS";

/// A save. Ends with [`OutputJob::commit`] or [`OutputJob::abort`]; dropping it aborts.
///
/// ```
/// use flint_core::durable::{DurableFs, LocalFs};
/// use flint_core::output::{Compression, OutputJob, TaskOutput};
/// use flint_core::scheduler::AttemptId;
/// use std::io::Write;
/// use std::sync::Arc;
///
/// # let root = tempfile::tempdir().unwrap();
/// # let path = root.path().join("out");
/// let fs: Arc<dyn DurableFs> = Arc::new(LocalFs::new());
/// let mut job = OutputJob::begin(Arc::clone(&fs), &path, true)?;
///
/// // In a task:
/// let attempt = AttemptId { stage: 0, stage_attempt: 0, partition: 0, attempt: 0 };
/// let task = TaskOutput::begin(Arc::clone(&fs), job.layout(), attempt)?;
/// let mut part = task.part(Compression::None)?;
/// writeln!(part, "a line").map_err(|e| part.error(e))?;
/// let part = part.finish()?;
/// let committed = task.commit(vec![part])?;
///
/// // In the driver, with the results of all tasks:
/// job.commit(&[committed])?;
/// assert_eq!(fs.read(&path.join("part-00000"))?, b"a line\n");
/// assert!(fs.exists(&path.join("_SUCCESS"))?);
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct OutputJob {
    fs: Arc<dyn DurableFs>,
    layout: OutputLayout,
    /// Directories above the output that this job made, outermost first.
    made_above: Vec<PathBuf>,
    /// Whether this job made the output directory, so that all in it is its own.
    made_output: bool,
    /// Whether the job has begun to make something in the output directory.
    entered: bool,
    /// Whether the job has its number, so that the directory of that number is its own.
    numbered: bool,
    /// Whether the commit came so far that `_SUCCESS` may be this job's.
    committing: bool,
    /// Files that were moved into place.
    placed: HashSet<PathBuf>,
    ended: bool,
}

impl OutputJob {
    /// Starts a save to a directory, and makes it.
    ///
    /// With `validate` (Spark's `spark.hadoop.validateOutputSpecs`, on by default) nothing may
    /// exist there, and of two jobs that save to one path the second is refused. Without it, files
    /// of the same names are replaced when the job commits, and others stay.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`], or if a directory can't be made; nothing is left behind then.
    pub fn begin(fs: Arc<dyn DurableFs>, path: &Path, validate: bool) -> Result<Self> {
        crate::fault!("output.job.begin");
        if validate && fs.exists(path)? {
            return Err(Error::PathAlreadyExists {
                path: path.to_owned(),
            });
        }
        let mut job = OutputJob {
            fs,
            layout: OutputLayout::new(path, 0),
            made_above: Vec::new(),
            made_output: false,
            entered: false,
            numbered: false,
            committing: false,
            placed: HashSet::new(),
            ended: false,
        };
        // If one of these fails, dropping the job deletes what it made, and nothing else.
        job.make_directories(path, validate)?;
        job.take_number()?;
        Ok(job)
    }

    /// Makes the output, and those above it that are missing.
    fn make_directories(&mut self, path: &Path, validate: bool) -> Result<()> {
        let mut missing = Vec::new();
        let mut next = Some(path);
        while let Some(dir) = next.filter(|d| !d.as_os_str().is_empty()) {
            if self.fs.exists(dir)? {
                break;
            }
            missing.push(dir);
            next = dir.parent();
        }
        for dir in missing.into_iter().rev() {
            match self.make_directory(dir) {
                Ok(()) if dir == path => self.made_output = true,
                Ok(()) => self.made_above.push(dir.to_owned()),
                // Somebody else made it in between.
                Err(Error::PathAlreadyExists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if validate && !self.made_output {
            return Err(Error::PathAlreadyExists {
                path: path.to_owned(),
            });
        }
        self.entered = true;
        self.fs.create_dir_all(&self.layout.temporary())
    }

    /// Makes one directory. If that fails in a way that leaves open whether it was made, deletes it
    /// if it is there and empty: it may also be somebody else's.
    fn make_directory(&self, dir: &Path) -> Result<()> {
        let made = self.fs.create_dir(dir);
        if let Err(error) = &made
            && !matches!(error, Error::PathAlreadyExists { .. })
            && let Err(error) = self.fs.delete_empty_dir(dir)
        {
            tracing::debug!(%error, "the directory of a failed save was not deleted");
        }
        made
    }

    /// Finds a number that no other job that saves there has.
    fn take_number(&mut self) -> Result<()> {
        for number in 0..u32::MAX {
            self.layout = OutputLayout::new(self.layout.path(), number);
            match self.make_directory(&self.layout.job_dir()) {
                Ok(()) => {
                    self.numbered = true;
                    return Ok(());
                }
                Err(Error::PathAlreadyExists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let dir = self.layout.temporary();
        Err(Error::Internal(format!(
            "no free job number under `{}`",
            dir.display()
        )))
    }

    /// Where tasks write, for [`TaskOutput::begin`](super::TaskOutput::begin).
    pub fn layout(&self) -> &OutputLayout {
        &self.layout
    }

    /// Moves the files of these task attempts into place and says `_SUCCESS`. Files of attempts
    /// that are not in the list are deleted. Leftovers of jobs that died in this directory are
    /// deleted too, so that several jobs must not save to one directory at once.
    ///
    /// # Errors
    /// If a file is missing or has another length than was reported, two files have one name, or
    /// an operation fails. The job is then to be aborted (or dropped).
    pub fn commit(&mut self, tasks: &[TaskCommit]) -> Result<()> {
        if self.ended {
            return Err(Error::Internal("an output job ended twice".to_owned()));
        }
        crate::fault!("output.job.commit");
        let path = self.layout.path().to_owned();
        let success = path.join(SUCCESS_FILE);
        self.committing = true;
        if !self.made_output {
            self.fs.delete(&success)?;
            self.fs.sync_dir(&path)?;
        }
        for task in tasks {
            self.place(task)?;
        }
        crate::fault!("output.job.moved");
        self.fs.delete(&self.layout.temporary())?;
        self.fs.sync_dir(&path)?;
        self.sync_made_directories()?;
        crate::fault!("output.job.success");
        self.fs.open_write(&success, Existing::Replace)?.commit()?;
        self.ended = true;
        Ok(())
    }

    /// Moves one task's files.
    fn place(&mut self, task: &TaskCommit) -> Result<()> {
        crate::fault!("output.job.move", task.attempt);
        let dir = self.layout.committed_dir(task.attempt);
        for file in &task.files {
            let (from, to) = (dir.join(&file.name), self.layout.path().join(&file.name));
            let len = self.fs.metadata(&from)?.len;
            if len != file.bytes {
                let reason = format!("its task wrote {} bytes, there are {len}", file.bytes);
                return Err(Error::corrupt(from.display(), reason));
            }
            // Noted before it is moved: the answer to the move may be lost.
            if !self.placed.insert(to.clone()) {
                return Err(Error::PathAlreadyExists { path: to });
            }
            if !self.made_output {
                self.fs.delete(&to)?;
            }
            self.fs.rename(&from, &to)?;
        }
        Ok(())
    }

    /// Makes the names of the directories that the job made durable.
    fn sync_made_directories(&self) -> Result<()> {
        let made_output = self.made_output.then(|| self.layout.path());
        let mut made = self
            .made_above
            .iter()
            .map(PathBuf::as_path)
            .chain(made_output);
        made.try_for_each(|dir| match dir.parent() {
            Some(above) if !above.as_os_str().is_empty() => self.fs.sync_dir(above),
            _ => self.fs.sync_dir(Path::new(".")),
        })
    }

    /// Deletes everything that the job made: files, directories, and `_SUCCESS` first of all.
    /// Files of an older save that it replaced don't come back. May be called again if it fails.
    ///
    /// # Errors
    /// The first one of those that were met; the rest is deleted nevertheless.
    pub fn abort(&mut self) -> Result<()> {
        if self.ended {
            return Ok(());
        }
        crate::fault!("output.job.abort");
        let path = self.layout.path().to_owned();
        let mut first = Ok(());
        if self.committing {
            first = self.fs.delete(&path.join(SUCCESS_FILE));
        }
        if self.made_output {
            first = first.and(self.fs.delete(&path));
        } else {
            for file in &self.placed {
                first = first.and(self.fs.delete(file));
            }
            if self.numbered {
                first = first.and(self.fs.delete(&self.layout.job_dir()));
            }
            if self.entered {
                first = first.and(self.delete_empty(&self.layout.temporary()));
            }
        }
        for dir in self.made_above.iter().rev() {
            first = first.and(self.delete_empty(dir));
        }
        self.ended = first.is_ok();
        first
    }

    /// Deletes a directory unless others use it.
    fn delete_empty(&self, dir: &Path) -> Result<()> {
        self.fs.delete_empty_dir(dir).map(drop)
    }
}

impl Drop for OutputJob {
    fn drop(&mut self) {
        if let Err(error) = self.abort() {
            tracing::warn!(%error, path = %self.layout.path().display(), "an aborted save may have left files behind");
        }
    }
}

impl fmt::Debug for OutputJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputJob")
            .field("layout", &self.layout)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
