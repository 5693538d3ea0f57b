//! A session's folder, and files on their way into it.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use flint_sql_spec::{Result, SqlError, condition};
use uuid::Uuid;

/// A folder that is removed, with all that is in it, when it is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

/// A file that goes when it is dropped, unless it was [kept](Folder::keep).
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
}

impl Folder {
    /// A new folder that only this process's user can read.
    pub(super) fn make_in(parent: &Path) -> Result<Folder> {
        let folder = Folder {
            path: parent.join(format!("connect-{}", Uuid::new_v4())),
        };
        let made = private().create(&folder.path);
        made.map_err(|error| failed(&folder.path, &error))?;
        private()
            .create(folder.staging())
            .map_err(|error| failed(&folder.path, &error))?;
        Ok(folder)
    }

    /// A new folder with the files of this one. Nobody writes into a file once it is here, so that a
    /// second name for it is as good as a copy, where the file system can give one.
    pub(super) fn copied_in(&self, parent: &Path) -> Result<Folder> {
        let copy = Folder::make_in(parent)?;
        for name in fs::read_dir(&self.path).map_err(|error| failed(&self.path, &error))? {
            let name = name
                .map_err(|error| failed(&self.path, &error))?
                .file_name();
            let from = self.path.join(&name);
            if from != self.staging() {
                copy_all(&from, &copy.path.join(name))?;
            }
        }
        Ok(copy)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Names of artifacts begin with `files`, `pyfiles` or `archives`, so that none lies in there.
    fn staging(&self) -> PathBuf {
        self.path.join(".staging")
    }

    /// A new file outside of all names.
    pub(super) fn stage(&self) -> Result<(Staging, File)> {
        let path = self.staging().join(Uuid::new_v4().to_string());
        let file = File::create_new(&path).map_err(|error| failed(&path, &error))?;
        Ok((Staging { path }, file))
    }

    /// Gives a staged file its name, which is a plain path.
    pub(super) fn keep(&self, file: Staging, name: &str) -> Result<()> {
        let path = self.path.join(name);
        let folder = path.parent().unwrap_or(&self.path);
        private()
            .recursive(true)
            .create(folder)
            .and_then(|()| fs::rename(&file.path, &path))
            .map_err(|error| failed(&path, &error))
    }
}

impl Staging {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "artifacts stay behind");
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(path = %self.path.display(), %error, "a part of an upload stays");
            }
            _ => {}
        }
    }
}

/// A file or folder that cannot be written.
pub(super) fn failed(path: &Path, error: &io::Error) -> SqlError {
    let cause = SqlError::internal(error.to_string());
    SqlError::new(condition::TASK_WRITE_FAILED)
        .with("path", path.display().to_string())
        .caused_by(cause)
}

/// Gives a file, or all files of a folder, other names. Folders are no deeper than names are long.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        let linked = fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop));
        return linked.map_err(|error| failed(to, &error));
    }
    private().create(to).map_err(|error| failed(to, &error))?;
    for inner in fs::read_dir(from).map_err(|error| failed(from, &error))? {
        let name = inner.map_err(|error| failed(from, &error))?.file_name();
        copy_all(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

fn private() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there are no modes to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
