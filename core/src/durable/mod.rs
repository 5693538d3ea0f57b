//! The only road to files that outlive a job: saves, checkpoints, event logs, and later write-ahead
//! logs and streaming state.
//!
//! [`DurableFs`] is small on purpose, so that one wrapper, `FaultyFs`, can make every operation
//! fail in every way that disks do, and a test can stop a program at each of its durable
//! operations in turn. Its promises:
//!
//! - A file is visible under its name either whole or not at all. Bytes go to a temporary file in
//!   the same directory; [`DurableWrite::commit`] makes them durable, and then visible.
//! - After `commit` returned, the file survives a power failure. After [`DurableFs::rename`] and
//!   the deletes it does once [`DurableFs::sync_dir`] of its directory returned: a job that moves
//!   a thousand files pays for one sync.
//! - A log ([`DurableFs::open_log`]) is the one exception to the first: it is there for readers
//!   from its first byte on, and what was written before [`DurableLog::sync`] survives a power
//!   failure.
//! - An error names the operation and the path, and a failed operation may be tried again.
//!
//! Spill files and other scratch data have no need of this and don't use it.
//!
//! Cost on a local disk: two syncs (file and directory) per committed file.

#[cfg(any(test, feature = "fault-points"))]
mod faulty;
mod local;

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[cfg(any(test, feature = "fault-points"))]
pub use faulty::{FaultyFs, FsFault, FsOp, FsOperation};
pub use local::LocalFs;

use crate::error::{Error, Result};

/// What happens to a file that already has the name of a committed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The commit fails with [`Error::PathAlreadyExists`], and the old file stays. Of several
    /// writers, also in other processes, exactly one succeeds.
    Refuse,
    /// The new file takes its place in one step.
    Replace,
}

/// What is known of a file or directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Bytes of a file; 0 for a directory.
    pub len: u64,
    /// When it was last changed.
    pub modified: SystemTime,
}

/// A file system that keeps what it says it keeps. See the [module](self) for its promises.
///
/// ```
/// use flint_core::durable::{DurableFs, Existing, LocalFs};
/// # let dir = tempfile::tempdir().unwrap();
/// # let root = dir.path();
/// let fs = LocalFs::new();
/// let mut file = fs.open_write(&root.join("log"), Existing::Refuse)?;
/// file.write_all(b"first").unwrap();
/// assert!(!fs.exists(&root.join("log"))?);
/// file.commit()?;
/// assert_eq!(fs.read(&root.join("log"))?, b"first");
/// assert!(fs.create_new(&root.join("log"), b"second").is_err());
/// # Ok::<(), flint_core::Error>(())
/// ```
pub trait DurableFs: Send + Sync + fmt::Debug {
    /// Opens a file for writing. Nothing is visible under `path` before the writer's commit.
    ///
    /// # Errors
    /// If no temporary file can be made beside `path`.
    fn open_write(&self, path: &Path, existing: Existing) -> Result<Box<dyn DurableWrite>>;

    /// Opens a file that grows under the eyes of its readers. It is visible under its name at once.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`] if it exists and `existing` refuses that; or if it can't be
    /// made.
    fn open_log(&self, path: &Path, existing: Existing) -> Result<Box<dyn DurableLog>>;

    /// Opens a file for reading from its start.
    ///
    /// # Errors
    /// If it can't be opened.
    fn open_read(&self, path: &Path) -> Result<Box<dyn Read + Send>>;

    /// Reads a whole file.
    ///
    /// # Errors
    /// If it can't be opened or read.
    fn read(&self, path: &Path) -> Result<Vec<u8>>;

    /// The full paths of a directory's entries, sorted. Left-over temporary files are among them;
    /// [`is_temporary`] tells which.
    ///
    /// # Errors
    /// If the directory can't be read.
    fn list(&self, path: &Path) -> Result<Vec<PathBuf>>;

    /// Whether there is a file or directory.
    ///
    /// # Errors
    /// If that can't be found out.
    fn exists(&self, path: &Path) -> Result<bool>;

    /// Size, kind and time of a file or directory.
    ///
    /// # Errors
    /// If there is none, or it can't be looked at.
    fn metadata(&self, path: &Path) -> Result<Metadata>;

    /// Gives a file or directory another name in the same file system.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`] if `to` exists (nothing is ever replaced), or if it fails.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Makes one directory.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`] if there is something of this name, so that of several callers
    /// one succeeds; or if it fails.
    fn create_dir(&self, path: &Path) -> Result<()>;

    /// Makes a directory and those above it where they are missing.
    ///
    /// # Errors
    /// If one of them can't be made.
    fn create_dir_all(&self, path: &Path) -> Result<()>;

    /// Deletes a file, or a directory with all that it holds. What is not there is fine.
    ///
    /// # Errors
    /// If something stays.
    fn delete(&self, path: &Path) -> Result<()>;

    /// Deletes a directory if it is empty. Returns whether it is gone.
    ///
    /// # Errors
    /// If it is empty and stays.
    fn delete_empty_dir(&self, path: &Path) -> Result<bool>;

    /// Makes the names in a directory durable: entries made, renamed and deleted before.
    ///
    /// # Errors
    /// If the directory can't be synced.
    fn sync_dir(&self, path: &Path) -> Result<()>;

    /// Writes a file that must not exist yet, whole or not at all.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`] if it exists, or if writing fails.
    fn create_new(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_whole(self.open_write(path, Existing::Refuse)?, path, bytes)
    }

    /// Writes a file whole or not at all, in place of an older one. Readers see the old or the new
    /// one.
    ///
    /// # Errors
    /// If writing fails; the old file, if any, stays.
    fn write_atomic(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_whole(self.open_write(path, Existing::Replace)?, path, bytes)
    }
}

fn write_whole(mut file: Box<dyn DurableWrite>, path: &Path, bytes: &[u8]) -> Result<()> {
    file.write_all(bytes)
        .map_err(|e| io_error("write", path, e))?;
    file.commit()
}

/// A file being written. Invisible until [`DurableWrite::commit`]; dropping it aborts.
pub trait DurableWrite: Write + Send + fmt::Debug {
    /// Makes the file durable, then visible under its name.
    ///
    /// # Errors
    /// If that fails. The file is then not visible, unless its last step, syncing the directory,
    /// failed: then it is visible but may be lost with the power.
    fn commit(self: Box<Self>) -> Result<()>;

    /// Throws away what was written.
    ///
    /// # Errors
    /// If the temporary file can't be deleted.
    fn abort(self: Box<Self>) -> Result<()>;
}

/// A file that is visible while it is written.
pub trait DurableLog: Write + Send + fmt::Debug {
    /// Makes all bytes written so far durable; the file's name, too.
    ///
    /// # Errors
    /// If that fails.
    fn sync(&mut self) -> Result<()>;
}

/// Whether a name is that of a temporary file of an unfinished (or crashed) write. Such names begin
/// with a dot, so that inputs skip them.
pub fn is_temporary(path: &Path) -> bool {
    path.file_name()
        .and_then(|n| n.to_str())
        .is_some_and(|n| n.starts_with('.') && n.ends_with(TEMPORARY_SUFFIX))
}

/// How the names of temporary files end.
const TEMPORARY_SUFFIX: &str = ".flint-tmp";

/// The typed error of an [`io::Error`] that came through a writer: one of ours that was wrapped to
/// pass an `io::Write`, or what the system said, with what was tried and where.
pub(crate) fn io_error(op: &str, path: &Path, error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(ours) => ours,
        Err(system) => Error::io(op, path, system),
    }
}
