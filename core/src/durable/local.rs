//! The local file system, with the syncs that make it durable.
//!
//! A commit is: sync the temporary file, give it its name, sync the directory. Replacing is a
//! rename. Refusing is a hard link, which, unlike a rename, fails where the name is taken, so that
//! of two processes one loses. Directories (and files on file systems without hard links) claim
//! their new name by creating an empty entry first, which fails in the same way, and are renamed
//! over their claim; a crash between leaves the empty entry.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{DurableFs, DurableLog, DurableWrite, Existing, Metadata, TEMPORARY_SUFFIX};
use crate::error::{Error, Result};

/// The local file system.
#[derive(Debug, Default)]
pub struct LocalFs {
    /// Numbers temporary files.
    next: AtomicU64,
}

impl LocalFs {
    /// The file system of this machine.
    pub fn new() -> Self {
        LocalFs::default()
    }

    /// Makes a temporary file beside `path` that nobody else has.
    fn create_temporary(&self, path: &Path) -> Result<(PathBuf, File)> {
        let name = path.file_name().ok_or_else(|| {
            Error::argument("path", format!("`{}` names no file", path.display()))
        })?;
        loop {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let mut temporary = std::ffi::OsString::from(".");
            temporary.push(name);
            temporary.push(format!(".{}-{n}{TEMPORARY_SUFFIX}", std::process::id()));
            let temporary = path.with_file_name(temporary);
            match OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&temporary)
            {
                Ok(file) => return Ok((temporary, file)),
                // Of another instance in this process, or of a dead process with our id.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(Error::io("create", path, e)),
            }
        }
    }
}

impl DurableFs for LocalFs {
    fn open_write(&self, path: &Path, existing: Existing) -> Result<Box<dyn DurableWrite>> {
        crate::fault!("durable.open_write");
        let (temporary, file) = self.create_temporary(path)?;
        Ok(Box::new(LocalWrite {
            path: path.to_owned(),
            temporary: Some(temporary),
            file,
            existing,
        }))
    }

    fn open_log(&self, path: &Path, existing: Existing) -> Result<Box<dyn DurableLog>> {
        crate::fault!("durable.open_log");
        let mut options = OpenOptions::new();
        match existing {
            Existing::Refuse => options.write(true).create_new(true),
            Existing::Replace => options.write(true).create(true).truncate(true),
        };
        let file = options.open(path);
        let file = file.map_err(|e| taken_or_io("create", path, e))?;
        Ok(Box::new(LocalLog {
            path: path.to_owned(),
            file,
        }))
    }

    fn open_read(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        crate::fault!("durable.open_read");
        let file = File::open(path).map_err(|e| Error::io("open", path, e))?;
        Ok(Box::new(file))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        crate::fault!("durable.read");
        fs::read(path).map_err(|e| Error::io("read", path, e))
    }

    fn list(&self, path: &Path) -> Result<Vec<PathBuf>> {
        let list = || -> io::Result<Vec<PathBuf>> {
            let mut paths = fs::read_dir(path)?
                .map(|e| Ok(e?.path()))
                .collect::<io::Result<Vec<_>>>()?;
            paths.sort();
            Ok(paths)
        };
        list().map_err(|e| Error::io("list", path, e))
    }

    fn exists(&self, path: &Path) -> Result<bool> {
        match fs::symlink_metadata(path) {
            Ok(_) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(Error::io("look at", path, e)),
        }
    }

    fn metadata(&self, path: &Path) -> Result<Metadata> {
        let look = || -> io::Result<Metadata> {
            let meta = fs::metadata(path)?;
            let len = if meta.is_dir() { 0 } else { meta.len() };
            Ok(Metadata {
                is_dir: meta.is_dir(),
                len,
                modified: meta.modified()?,
            })
        };
        look().map_err(|e| Error::io("look at", path, e))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        crate::fault!("durable.rename");
        move_to_free_name(from, to)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        crate::fault!("durable.create_dir");
        fs::create_dir(path).map_err(|e| taken_or_io("create directory", path, e))
    }

    fn create_dir_all(&self, path: &Path) -> Result<()> {
        crate::fault!("durable.create_dir");
        fs::create_dir_all(path).map_err(|e| Error::io("create directory", path, e))
    }

    fn delete(&self, path: &Path) -> Result<()> {
        crate::fault!("durable.delete");
        match delete_all(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("delete", path, e)),
            _ => Ok(()),
        }
    }

    fn delete_empty_dir(&self, path: &Path) -> Result<bool> {
        match fs::remove_dir(path) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
            Err(e) => Err(Error::io("delete directory", path, e)),
        }
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        crate::fault!("durable.sync_dir");
        File::open(path)
            .and_then(|dir| dir.sync_all())
            .map_err(|e| Error::io("sync directory", path, e))
    }
}

/// How often a directory is deleted in which others keep making files.
const DELETE_TRIES: usize = 8;

fn delete_all(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_dir() {
        return fs::remove_file(path);
    }
    let mut tries = 1;
    loop {
        match fs::remove_dir_all(path) {
            // A task that does not know yet that it was stopped made a file there: its next one
            // fails, since its directory is gone.
            Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty && tries < DELETE_TRIES => {
                tries += 1
            }
            end => return end,
        }
    }
}

/// An error of an operation that fails where a name is taken.
fn taken_or_io(op: &str, path: &Path, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        Error::PathAlreadyExists {
            path: path.to_owned(),
        }
    } else {
        Error::io(op, path, error)
    }
}

/// Moves a file or directory to a name that nobody has, and that nobody else gets.
fn move_to_free_name(from: &Path, to: &Path) -> Result<()> {
    let is_dir = fs::symlink_metadata(from)
        .map_err(|e| Error::io("rename", from, e))?
        .is_dir();
    if !is_dir && link_file(from, to)? {
        return fs::remove_file(from).map_err(|e| Error::io("rename", from, e));
    }
    let claim = if is_dir {
        fs::create_dir(to)
    } else {
        File::create_new(to).map(drop)
    };
    claim.map_err(|e| taken_or_io("rename to", to, e))?;
    fs::rename(from, to).map_err(|e| {
        // The claim is ours, and empty: without it the caller can try again.
        let _ = if is_dir {
            fs::remove_dir(to)
        } else {
            fs::remove_file(to)
        };
        Error::io("rename", from, e)
    })
}

/// Gives a file a second name. False if the file system has no hard links.
fn link_file(from: &Path, to: &Path) -> Result<bool> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(true),
        Err(e) => match e.kind() {
            // Linux says EPERM where a file system has none.
            io::ErrorKind::Unsupported
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::TooManyLinks => Ok(false),
            _ => Err(taken_or_io("rename to", to, e)),
        },
    }
}

/// A file of [`LocalFs`] being written.
#[derive(Debug)]
struct LocalWrite {
    path: PathBuf,
    /// `None` once it has its name, or is deleted.
    temporary: Option<PathBuf>,
    file: File,
    existing: Existing,
}

impl LocalWrite {
    fn publish(&mut self) -> Result<()> {
        let Some(temporary) = &self.temporary else {
            return Ok(());
        };
        match self.existing {
            Existing::Replace => {
                fs::rename(temporary, &self.path)
                    .map_err(|e| Error::io("rename to", &self.path, e))?;
            }
            Existing::Refuse => move_to_free_name(temporary, &self.path)?,
        }
        self.temporary = None;
        Ok(())
    }
}

fn sync_directory_of(path: &Path) -> Result<()> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(|e| Error::io("sync directory", dir, e))
}

/// A log of [`LocalFs`].
#[derive(Debug)]
struct LocalLog {
    path: PathBuf,
    file: File,
}

impl Write for LocalLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DurableLog for LocalLog {
    fn sync(&mut self) -> Result<()> {
        crate::fault!("durable.log.sync");
        self.file
            .sync_all()
            .map_err(|e| Error::io("sync", &self.path, e))?;
        sync_directory_of(&self.path)
    }
}

impl Write for LocalWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DurableWrite for LocalWrite {
    fn commit(mut self: Box<Self>) -> Result<()> {
        crate::fault!("durable.commit.sync");
        self.file
            .sync_all()
            .map_err(|e| Error::io("sync", &self.path, e))?;
        crate::fault!("durable.commit.rename");
        self.publish()?;
        crate::fault!("durable.commit.sync_dir");
        sync_directory_of(&self.path)
    }

    fn abort(mut self: Box<Self>) -> Result<()> {
        match self.temporary.take() {
            None => Ok(()),
            Some(temporary) => match fs::remove_file(&temporary) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    Err(Error::io("delete", temporary, e))
                }
                _ => Ok(()),
            },
        }
    }
}

impl Drop for LocalWrite {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nobody is left to tell: the next owner of the directory finds it by its name.
            let _ = fs::remove_file(temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::durable::is_temporary;

    fn names(fs: &LocalFs, dir: &Path) -> Vec<String> {
        let paths = fs.list(dir).unwrap();
        paths
            .iter()
            .map(|p| p.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_file_is_invisible_until_committed() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, path) = (LocalFs::new(), dir.path().join("a"));
        let mut file = fs.open_write(&path, Existing::Refuse).unwrap();
        file.write_all(b"abc").unwrap();
        assert!(!fs.exists(&path).unwrap());
        assert!(fs.list(dir.path()).unwrap().iter().all(|p| is_temporary(p)));
        file.commit().unwrap();
        assert_eq!(names(&fs, dir.path()), ["a"]);
        assert_eq!(fs.read(&path).unwrap(), b"abc");
        let meta = fs.metadata(&path).unwrap();
        assert_eq!((meta.is_dir, meta.len), (false, 3));
    }

    #[test]
    fn a_log_is_visible_at_once_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, path) = (LocalFs::new(), dir.path().join("log"));
        let mut log = fs.open_log(&path, Existing::Refuse).unwrap();
        assert_eq!(fs.read(&path).unwrap(), b"");
        log.write_all(b"abc").unwrap();
        assert_eq!(fs.read(&path).unwrap(), b"abc");
        log.sync().unwrap();
        drop(log);
        let refused = fs.open_log(&path, Existing::Refuse).map(drop).unwrap_err();
        assert_eq!(refused, Error::PathAlreadyExists { path: path.clone() });
        drop(fs.open_log(&path, Existing::Replace).unwrap());
        assert_eq!(fs.read(&path).unwrap(), b"");
    }

    #[test]
    fn drop_and_abort_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, path) = (LocalFs::new(), dir.path().join("a"));
        drop(fs.open_write(&path, Existing::Replace).unwrap());
        fs.open_write(&path, Existing::Replace)
            .unwrap()
            .abort()
            .unwrap();
        assert!(names(&fs, dir.path()).is_empty());
    }

    #[test]
    fn replacing_and_refusing_differ() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, path) = (LocalFs::new(), dir.path().join("a"));
        fs.write_atomic(&path, b"1").unwrap();
        fs.write_atomic(&path, b"2").unwrap();
        let refused = fs.create_new(&path, b"3").unwrap_err();
        assert_eq!(refused, Error::PathAlreadyExists { path: path.clone() });
        assert_eq!(fs.read(&path).unwrap(), b"2");
        assert_eq!(names(&fs, dir.path()), ["a"], "no temporary file is left");
    }

    #[test]
    fn one_of_many_creators_wins() {
        let dir = tempfile::tempdir().unwrap();
        let path = Arc::new(dir.path().join("offsets-7"));
        let writers: Vec<_> = (0..8u8)
            .map(|n| {
                let path = Arc::clone(&path);
                std::thread::spawn(move || {
                    LocalFs::new().create_new(&path, &[n]).is_ok().then_some(n)
                })
            })
            .collect();
        let winners: Vec<u8> = writers
            .into_iter()
            .filter_map(|w| w.join().unwrap())
            .collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(fs::read(&*path).unwrap(), winners);
        assert_eq!(names(&LocalFs::new(), dir.path()), ["offsets-7"]);
    }

    #[test]
    fn rename_replaces_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let fs = LocalFs::new();
        let at = |name: &str| dir.path().join(name);
        fs.create_new(&at("file"), b"f").unwrap();
        fs.create_dir_all(&at("full/inner")).unwrap();
        fs.create_dir(&at("empty")).unwrap();
        for (from, to) in [
            ("file", "full"),
            ("full", "file"),
            ("full", "empty"),
            ("file", "empty"),
        ] {
            let refused = fs.rename(&at(from), &at(to)).unwrap_err();
            assert_eq!(refused, Error::PathAlreadyExists { path: at(to) });
        }
        fs.rename(&at("file"), &at("file2")).unwrap();
        fs.rename(&at("full"), &at("full2")).unwrap();
        assert_eq!(names(&fs, dir.path()), ["empty", "file2", "full2"]);
        assert!(fs.exists(&at("full2/inner")).unwrap());
        assert!(fs.rename(&at("absent"), &at("x")).is_err());
        assert!(!fs.exists(&at("x")).unwrap());
    }

    #[test]
    fn deleting_is_recursive_and_absence_is_fine() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, top) = (LocalFs::new(), dir.path().join("d"));
        fs.create_dir_all(&top.join("e")).unwrap();
        fs.create_new(&top.join("e/f"), b"").unwrap();
        assert!(!fs.delete_empty_dir(&top).unwrap());
        assert_eq!(
            fs.create_dir(&top),
            Err(Error::PathAlreadyExists { path: top.clone() })
        );
        fs.delete(&top.join("e")).unwrap();
        fs.sync_dir(&top).unwrap();
        assert!(fs.delete_empty_dir(&top).unwrap());
        fs.delete(&top).unwrap();
        assert!(!fs.exists(&top).unwrap());
    }

    #[test]
    fn errors_name_operation_and_path() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, absent) = (LocalFs::new(), dir.path().join("no/such"));
        let errors = [
            fs.read(&absent).unwrap_err(),
            fs.open_write(&absent, Existing::Refuse)
                .map(drop)
                .unwrap_err(),
            fs.list(&absent).unwrap_err(),
            fs.metadata(&absent).unwrap_err(),
        ];
        for (error, op) in errors.iter().zip(["read", "create", "list", "look at"]) {
            let text = error.to_string();
            assert!(
                text.starts_with(&format!("can't {op} `{}`", absent.display())),
                "{text}"
            );
        }
        assert!(fs.open_write(Path::new("/"), Existing::Refuse).is_err());
    }
}
