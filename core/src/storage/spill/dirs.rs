//! The directories that spill files live in, and the sweep of those that dead processes left.

use std::collections::hash_map::RandomState;
use std::fs::TryLockError;
use std::hash::{BuildHasher, Hasher};

use parking_lot::RwLock;

use super::*;

/// Name of the file that a directory's process keeps locked.
const OWNER: &str = "owner";

/// What directory names start with.
const PREFIX: &str = "flint-";

/// How often making a directory is tried. A sweep that runs between its creation and its locking
/// may take it away.
const MAX_TRIES: usize = 8;

/// The temporary directories of one context, one in each root.
///
/// Removed with all they hold when the last user of the context's spill files is gone.
///
/// ```
/// use flint_core::storage::spill::LocalDirs;
///
/// let dirs = LocalDirs::new(&[std::env::temp_dir()])?;
/// let mut writer = dirs.create_spill("sort")?;
/// let span = writer.write_block(&[1_u64, 2, 3])?;
/// let file = writer.finish()?;
///
/// let mut back: Vec<u64> = Vec::new();
/// file.read_block(&span, &mut back)?;
/// assert_eq!(back, [1, 2, 3]);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct LocalDirs {
    roots: Vec<Root>,
    /// Files made so far: their serial number, and the root whose turn it is.
    created: AtomicU64,
}

#[derive(Debug)]
struct Root {
    path: PathBuf,
    /// Open and locked: tells other processes that this one lives.
    _owner: File,
    /// Whether the last write there failed. Then the others are tried first.
    failing: AtomicBool,
    /// Whether it was removed. Files are begun under a share of the lock, so that none is made
    /// in a directory that is going.
    removed: RwLock<bool>,
}

impl LocalDirs {
    /// Makes a directory in each root (which it creates if need be), and removes those that
    /// processes left there that are gone.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no root; [`Error::Io`] with the path of one where no
    /// directory can be made.
    pub fn new(roots: &[PathBuf]) -> Result<Arc<LocalDirs>> {
        if roots.is_empty() {
            return Err(Error::argument(
                "roots",
                "must name at least one directory for temporary files",
            ));
        }
        let mut made = LocalDirs {
            roots: Vec::with_capacity(roots.len()),
            created: AtomicU64::new(0),
        };
        for root in roots {
            fs::create_dir_all(root).map_err(|e| Error::io("create directory", root, e))?;
            sweep(root);
            // If a later root fails, dropping `made` removes the earlier ones.
            made.roots.push(Root::create(root)?);
        }
        Ok(Arc::new(made))
    }

    /// Begins a spill file in the next root. `what` becomes part of its name.
    ///
    /// Roots where the last write failed are tried after the others.
    ///
    /// # Errors
    /// [`Error::Io`] naming the file that could not be made, when no root takes it.
    pub fn create_spill(self: &Arc<Self>, what: &str) -> Result<SpillWriter> {
        let serial = self.created.fetch_add(1, Ordering::Relaxed);
        let turn = (serial % self.roots.len() as u64) as usize;
        let in_turn = (0..self.roots.len()).map(|i| (turn + i) % self.roots.len());
        let (failing, sound): (Vec<_>, Vec<_>) =
            in_turn.partition(|&root| self.roots[root].failing.load(Ordering::Relaxed));

        let name = file_name(what, serial);
        let mut first_error = None;
        for root in sound.into_iter().chain(failing) {
            let path = self.roots[root].path.join(&name);
            match self.roots[root].begin(&path) {
                Ok(file) => {
                    return Ok(SpillWriter::new(
                        file,
                        Place {
                            path,
                            root,
                            dirs: Arc::clone(self),
                        },
                    ));
                }
                Err(e) => {
                    self.note(root, false);
                    first_error.get_or_insert(Error::io("create spill file", path, e));
                }
            }
        }
        Err(first_error
            .unwrap_or_else(|| Error::Internal("no directory for spill files".to_owned())))
    }

    /// The directories, in the order of the roots.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(|r| r.path.as_path())
    }

    /// Removes the directories with all they hold, before their last user is gone. From now on no
    /// file can be made or read here.
    pub fn remove(&self) {
        for root in &self.roots {
            root.remove();
        }
    }

    /// Remembers whether writing in a root works.
    pub(super) fn note(&self, root: usize, works: bool) {
        self.roots[root].failing.store(!works, Ordering::Relaxed);
    }
}

impl SpillWriter {
    fn new(file: File, place: Place) -> Self {
        SpillWriter {
            out: BufWriter::with_capacity(BUFFER_BYTES, file),
            offset: 0,
            scratch: Vec::new(),
            failed: None,
            place: Some(place),
        }
    }
}

/// A file name with nothing in it that means something in a path.
fn file_name(what: &str, serial: u64) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let what: String = what.chars().take(64).map(plain).collect();
    format!("{what}-{serial}.spill")
}

impl Root {
    fn create(root: &Path) -> Result<Root> {
        let mut last_error = None;
        for _ in 0..MAX_TRIES {
            let path = root.join(format!("{PREFIX}{}-{:016x}", std::process::id(), nonce()));
            fs::create_dir(&path).map_err(|e| Error::io("create directory", &path, e))?;
            match own(&path) {
                Ok(owner) => {
                    return Ok(Root {
                        path,
                        _owner: owner,
                        failing: AtomicBool::new(false),
                        removed: RwLock::new(false),
                    });
                }
                Err(e) => {
                    let _ = fs::remove_dir_all(&path);
                    last_error = Some(Error::io("lock directory", &path, e));
                }
            }
        }
        Err(last_error.unwrap_or_else(|| Error::Internal("no try to make a directory".to_owned())))
    }
}

impl Root {
    fn begin(&self, file: &Path) -> io::Result<File> {
        let removed = self.removed.read();
        match *removed {
            true => Err(ErrorKind::NotFound.into()),
            false => File::create_new(file),
        }
    }

    fn remove(&self) {
        *self.removed.write() = true;
        if let Err(e) = remove_owned(&self.path)
            && e.kind() != ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path.display(), error = %e, "can't remove a temporary directory");
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Locks a directory for this process. Fails if a sweep was faster.
fn own(dir: &Path) -> io::Result<File> {
    let path = dir.join(OWNER);
    let file = File::create_new(&path)?;
    match file.try_lock() {
        // Without locks no sweep takes the directory either: it can't get the lock.
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {
            tracing::warn!(path = %dir.display(), "the file system has no locks: a crash leaves this directory");
        }
        locked => locked?,
    }
    // A sweep that had the lock before has removed the file.
    if path.try_exists()? {
        Ok(file)
    } else {
        Err(ErrorKind::NotFound.into())
    }
}

/// Removes the directories in `root` whose processes are gone. What can't be removed is left.
fn sweep(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else {
        return;
    };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) || !entry.path().is_dir() {
            continue;
        }
        match sweep_one(&entry.path()) {
            Ok(true) => {
                tracing::info!(path = %entry.path().display(), "removed what a dead process left")
            }
            Ok(false) => {}
            // Another user's, or a sweep beside this one was faster.
            Err(e) => {
                tracing::debug!(path = %entry.path().display(), error = %e, "left a directory alone")
            }
        }
    }
}

/// Removes `dir` if its process is gone; returns whether it did.
fn sweep_one(dir: &Path) -> io::Result<bool> {
    let owner = match File::open(dir.join(OWNER)) {
        Ok(file) => file,
        // Made this moment, or its process died between making and locking it: then it is empty.
        // If it is not empty, it is none of ours.
        Err(e) if e.kind() == ErrorKind::NotFound => return fs::remove_dir(dir).map(|()| true),
        Err(e) => return Err(e),
    };
    match owner.try_lock() {
        Ok(()) => remove_owned(dir).map(|()| true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

/// Removes a directory that this process has locked. The lock file goes last, so that a removal
/// that is cut short is finished by the next sweep. Files may be removed by their users meanwhile.
fn remove_owned(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name() == OWNER {
            continue;
        }
        let removed = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
            Ok(_) => fs::remove_file(entry.path()),
            Err(e) => Err(e),
        };
        match removed {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    fs::remove_file(dir.join(OWNER))?;
    fs::remove_dir(dir)
}

/// A number that no other directory in the root is likely to have.
fn nonce() -> u64 {
    // The standard library's keys are random for each process and differ from call to call.
    RandomState::new().build_hasher().finish()
}
