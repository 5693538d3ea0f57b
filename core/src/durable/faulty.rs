//! A [`DurableFs`] on which operations fail on demand. For tests.
//!
//! [`FaultyFs`] wraps another one, numbers every operation from 0 and records it. A test runs its
//! program once to learn the operations ([`FaultyFs::operations`]), then once per number with a
//! fault there ([`FaultyFs::inject`]): the crash-point matrix. Each call of a writer's `write` and
//! its commit are operations of their own; what a writer is given is held in memory until commit,
//! so that the commit can be torn. A log's writes go through at once.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::{DurableFs, DurableLog, DurableWrite, Existing, Metadata};
use crate::error::{Error, Result};

/// A kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the method of its name")]
#[non_exhaustive]
pub enum FsOp {
    OpenWrite,
    Write,
    Commit,
    OpenLog,
    SyncLog,
    OpenRead,
    Read,
    List,
    Exists,
    Metadata,
    Rename,
    CreateDir,
    CreateDirAll,
    Delete,
    DeleteEmptyDir,
    SyncDir,
}

/// An operation as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FsOperation {
    /// What was asked for.
    pub op: FsOp,
    /// On which path. Of a rename: the old name.
    pub path: PathBuf,
}

/// How an operation goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FsFault {
    /// It fails and does nothing.
    Fail,
    /// It fails for want of space (`ENOSPC`) and does nothing.
    NoSpace,
    /// It is done, but reported as failed: the answer was lost.
    LostAnswer,
    /// The process dies here: nothing is done, neither by this operation nor by any later one.
    Crash,
    /// A commit makes only the first bytes visible, and fails. Other operations just fail.
    Torn {
        /// How many bytes are kept.
        keep: usize,
    },
    /// A commit fails now and is done on [`FaultyFs::land_zombies`]. Other operations just fail.
    Zombie,
    /// A read returns data with one bit turned, and succeeds. Other operations just fail.
    FlipBit {
        /// Which byte, from the start of the file, modulo its length.
        byte: usize,
    },
}

#[derive(Default)]
struct State {
    operations: Vec<FsOperation>,
    faults: HashMap<usize, FsFault>,
    fired: usize,
    crashed: bool,
    zombies: Vec<Pending>,
}

/// A file system that fails on demand. Clones share their state.
///
/// ```
/// use flint_core::durable::{DurableFs, LocalFs};
/// # #[cfg(feature = "fault-points")] {
/// use flint_core::durable::{FaultyFs, FsFault};
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("log");
/// let fs = FaultyFs::new(LocalFs::new());
/// fs.inject(2, FsFault::NoSpace); // after open_write and write: the commit
/// assert!(fs.create_new(&path, b"x").is_err());
/// assert_eq!(fs.fired(), 1);
/// assert!(!fs.exists(&path).unwrap());
/// # }
/// ```
#[derive(Clone)]
pub struct FaultyFs {
    inner: Arc<dyn DurableFs>,
    state: Arc<Mutex<State>>,
}

impl FaultyFs {
    /// Wraps a file system. Nothing fails before [`FaultyFs::inject`].
    pub fn new(inner: impl DurableFs + 'static) -> Self {
        FaultyFs {
            inner: Arc::new(inner),
            state: Arc::default(),
        }
    }

    /// Makes the `nth` operation, from 0, go wrong. Operations count from the start of this file
    /// system, those done included.
    pub fn inject(&self, nth: usize, fault: FsFault) {
        self.state.lock().faults.insert(nth, fault);
    }

    /// All operations so far.
    pub fn operations(&self) -> Vec<FsOperation> {
        self.state.lock().operations.clone()
    }

    /// How many faults fired. A test asserts that its own did.
    pub fn fired(&self) -> usize {
        self.state.lock().fired
    }

    /// Does the commits that were held back by [`FsFault::Zombie`], and returns how each ended.
    pub fn land_zombies(&self) -> Vec<Result<()>> {
        let zombies = std::mem::take(&mut self.state.lock().zombies);
        zombies.into_iter().map(|z| z.land(usize::MAX)).collect()
    }

    /// Counts an operation. `Some`: what must go wrong with it.
    fn count(&self, op: FsOp, path: &Path) -> Option<FsFault> {
        let mut state = self.state.lock();
        let nth = state.operations.len();
        state.operations.push(FsOperation {
            op,
            path: path.to_owned(),
        });
        if state.crashed {
            return Some(FsFault::Crash);
        }
        let fault = state.faults.remove(&nth)?;
        state.fired += 1;
        state.crashed = fault == FsFault::Crash;
        Some(fault)
    }

    /// An operation that reads nothing and is not a commit.
    fn plain<T>(
        &self,
        op: FsOp,
        path: &Path,
        run: impl FnOnce(&dyn DurableFs) -> Result<T>,
    ) -> Result<T> {
        match self.count(op, path) {
            None => run(&*self.inner),
            Some(FsFault::LostAnswer) => {
                run(&*self.inner).and(Err(failure(FsFault::LostAnswer, op, path)))
            }
            Some(fault) => Err(failure(fault, op, path)),
        }
    }

    fn reading(&self, op: FsOp, path: &Path) -> Result<Vec<u8>> {
        match self.count(op, path) {
            None => self.inner.read(path),
            Some(FsFault::FlipBit { byte }) => {
                let mut bytes = self.inner.read(path)?;
                let len = bytes.len();
                if len > 0 {
                    bytes[byte % len] ^= 1;
                }
                Ok(bytes)
            }
            Some(fault) => Err(failure(fault, op, path)),
        }
    }
}

impl fmt::Debug for FaultyFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("FaultyFs")
            .field("inner", &self.inner)
            .field("operations", &state.operations.len())
            .field("faults", &state.faults)
            .finish_non_exhaustive()
    }
}

/// The error of a fault: `ENOSPC` where that was asked for, else `EIO`.
fn failure(fault: FsFault, op: FsOp, path: &Path) -> Error {
    let code = if fault == FsFault::NoSpace {
        libc::ENOSPC
    } else {
        libc::EIO
    };
    Error::io(
        &format!("{op:?} (injected {fault:?})"),
        path,
        io::Error::from_raw_os_error(code),
    )
}

impl DurableFs for FaultyFs {
    fn open_write(&self, path: &Path, existing: Existing) -> Result<Box<dyn DurableWrite>> {
        let inner = self.plain(FsOp::OpenWrite, path, |fs| fs.open_write(path, existing))?;
        Ok(Box::new(FaultyWrite {
            fs: self.clone(),
            path: path.to_owned(),
            pending: Some(Pending {
                bytes: Vec::new(),
                inner,
            }),
        }))
    }

    fn open_log(&self, path: &Path, existing: Existing) -> Result<Box<dyn DurableLog>> {
        let inner = self.plain(FsOp::OpenLog, path, |fs| fs.open_log(path, existing))?;
        Ok(Box::new(FaultyLog {
            fs: self.clone(),
            path: path.to_owned(),
            inner,
        }))
    }

    fn open_read(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.reading(FsOp::OpenRead, path)?)))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        self.reading(FsOp::Read, path)
    }

    fn list(&self, path: &Path) -> Result<Vec<PathBuf>> {
        self.plain(FsOp::List, path, |fs| fs.list(path))
    }

    fn exists(&self, path: &Path) -> Result<bool> {
        self.plain(FsOp::Exists, path, |fs| fs.exists(path))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata> {
        self.plain(FsOp::Metadata, path, |fs| fs.metadata(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.plain(FsOp::Rename, from, |fs| fs.rename(from, to))
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        self.plain(FsOp::CreateDir, path, |fs| fs.create_dir(path))
    }

    fn create_dir_all(&self, path: &Path) -> Result<()> {
        self.plain(FsOp::CreateDirAll, path, |fs| fs.create_dir_all(path))
    }

    fn delete(&self, path: &Path) -> Result<()> {
        self.plain(FsOp::Delete, path, |fs| fs.delete(path))
    }

    fn delete_empty_dir(&self, path: &Path) -> Result<bool> {
        self.plain(FsOp::DeleteEmptyDir, path, |fs| fs.delete_empty_dir(path))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        self.plain(FsOp::SyncDir, path, |fs| fs.sync_dir(path))
    }
}

/// What was written so far, and where it will go.
struct Pending {
    bytes: Vec<u8>,
    inner: Box<dyn DurableWrite>,
}

impl Pending {
    /// Writes and commits the first `keep` bytes.
    fn land(mut self, keep: usize) -> Result<()> {
        let keep = keep.min(self.bytes.len());
        self.inner
            .write_all(&self.bytes[..keep])
            .map_err(|e| super::io_error("write", Path::new("zombie"), e))?;
        self.inner.commit()
    }
}

struct FaultyWrite {
    fs: FaultyFs,
    path: PathBuf,
    /// `None` once committed or aborted.
    pending: Option<Pending>,
}

impl fmt::Debug for FaultyWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyWrite")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Write for FaultyWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(fault) = self.fs.count(FsOp::Write, &self.path) {
            return Err(io::Error::other(failure(fault, FsOp::Write, &self.path)));
        }
        let pending = self.pending.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        pending.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DurableWrite for FaultyWrite {
    fn commit(mut self: Box<Self>) -> Result<()> {
        let fault = self.fs.count(FsOp::Commit, &self.path);
        if fault == Some(FsFault::Crash) {
            return Err(failure(FsFault::Crash, FsOp::Commit, &self.path));
        }
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let Some(fault) = fault else {
            return pending.land(usize::MAX);
        };
        match fault {
            FsFault::LostAnswer => pending.land(usize::MAX)?,
            FsFault::Torn { keep } => pending.land(keep)?,
            FsFault::Zombie => self.fs.state.lock().zombies.push(pending),
            _ => pending.inner.abort()?,
        }
        Err(failure(fault, FsOp::Commit, &self.path))
    }

    fn abort(mut self: Box<Self>) -> Result<()> {
        // Not an operation to fail by itself: whoever aborts has failed already.
        match self.pending.take() {
            Some(pending) if !self.fs.state.lock().crashed => pending.inner.abort(),
            Some(pending) => {
                leave(pending);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Drop for FaultyWrite {
    fn drop(&mut self) {
        if let Some(pending) = self.pending.take()
            && self.fs.state.lock().crashed
        {
            leave(pending);
        }
    }
}

#[derive(Debug)]
struct FaultyLog {
    fs: FaultyFs,
    path: PathBuf,
    inner: Box<dyn DurableLog>,
}

impl Write for FaultyLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.fs.count(FsOp::Write, &self.path) {
            None => self.inner.write(bytes),
            Some(fault) => Err(io::Error::other(failure(fault, FsOp::Write, &self.path))),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl DurableLog for FaultyLog {
    fn sync(&mut self) -> Result<()> {
        match self.fs.count(FsOp::SyncLog, &self.path) {
            None => self.inner.sync(),
            Some(fault) => Err(failure(fault, FsOp::SyncLog, &self.path)),
        }
    }
}

/// Leaves a writer as a dead process would: its temporary file stays.
fn leave(pending: Pending) {
    std::mem::forget(pending.inner);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::{LocalFs, is_temporary};

    fn faulty() -> (tempfile::TempDir, FaultyFs, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        (dir, FaultyFs::new(LocalFs::new()), path)
    }

    fn os_code(error: &Error) -> Option<i32> {
        match error {
            Error::Io { source, .. } => source.os_code(),
            _ => None,
        }
    }

    #[test]
    fn records_every_operation() {
        let (_dir, fs, path) = faulty();
        fs.create_new(&path, b"abc").unwrap();
        fs.read(&path).unwrap();
        let ops: Vec<FsOp> = fs.operations().iter().map(|o| o.op).collect();
        assert_eq!(
            ops,
            [FsOp::OpenWrite, FsOp::Write, FsOp::Commit, FsOp::Read]
        );
        assert!(fs.operations().iter().all(|o| o.path == path));
        assert_eq!(fs.fired(), 0);
    }

    #[test]
    fn the_nth_operation_fails_once() {
        for (nth, op) in ["OpenWrite", "Write", "Commit"].iter().enumerate() {
            let (dir, fs, path) = faulty();
            fs.inject(nth, FsFault::NoSpace);
            let error = fs.create_new(&path, b"abc").unwrap_err();
            assert_eq!(os_code(&error), Some(libc::ENOSPC));
            assert!(
                error.to_string().contains(op) && error.to_string().contains("/f"),
                "{error}"
            );
            assert_eq!(fs.fired(), 1);
            assert!(fs.list(dir.path()).unwrap().is_empty());
            fs.create_new(&path, b"abc").unwrap();
        }
    }

    #[test]
    fn torn_lost_and_zombie_commits() {
        let (_dir, fs, path) = faulty();
        fs.inject(2, FsFault::Torn { keep: 2 });
        assert!(fs.create_new(&path, b"abc").is_err());
        assert_eq!(fs.read(&path).unwrap(), b"ab");

        let (_dir, fs, path) = faulty();
        fs.inject(2, FsFault::LostAnswer);
        assert!(fs.create_new(&path, b"abc").is_err());
        assert_eq!(fs.read(&path).unwrap(), b"abc");

        let (_dir, fs, path) = faulty();
        fs.inject(2, FsFault::Zombie);
        assert!(fs.create_new(&path, b"abc").is_err());
        assert!(!fs.exists(&path).unwrap());
        assert_eq!(fs.land_zombies(), [Ok(())]);
        assert_eq!(fs.read(&path).unwrap(), b"abc");
    }

    #[test]
    fn a_bit_flips_on_read() {
        let (_dir, fs, path) = faulty();
        fs.create_new(&path, b"abc").unwrap();
        fs.inject(3, FsFault::FlipBit { byte: 4 });
        assert_eq!(fs.read(&path).unwrap(), b"acc");
        let mut text = String::new();
        fs.open_read(&path)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "abc");
    }

    #[test]
    fn after_a_crash_nothing_is_done() {
        let (dir, fs, path) = faulty();
        fs.inject(2, FsFault::Crash);
        assert!(fs.create_new(&path, b"abc").is_err());
        assert!(fs.delete(&path).is_err() && fs.exists(&path).is_err());
        assert_eq!(fs.fired(), 1);
        let left = LocalFs::new().list(dir.path()).unwrap();
        assert!(
            left.len() == 1 && is_temporary(&left[0]),
            "the dead leave their temporary files"
        );
    }
}
