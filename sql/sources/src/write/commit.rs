//! [`Job`]: where files are staged, and how they come to be seen.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use flint_sql_spec::{Result, SaveMode, SqlError, condition};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload};

use super::task::{Staged, staged_path};
use crate::WriteRequest;
use crate::files::Location;
use crate::partitions::{DEFAULT_PARTITION, escape};

/// A write as a whole.
pub(super) struct Job {
    pub(super) target: Location,
    pub(super) store: Arc<dyn ObjectStore>,
    /// Where tasks put files.
    pub(super) staging: Path,
    /// In names of files.
    pub(super) id: Arc<str>,
    replaces: Replaces,
}

/// What goes when the job commits.
enum Replaces {
    Nothing,
    /// What is in a directory below the target; empty for the target itself.
    Under(String),
    /// The partitions that were written.
    Written,
}

impl Job {
    /// A job with a new name.
    ///
    /// # Errors
    /// For a path whose file system nobody registered.
    pub(super) fn new(request: &WriteRequest, dynamic: bool) -> Result<Job> {
        let target = Location::parse(&request.path)?;
        let store = target.open(&request.settings.runtime)?;
        let id = unique_name();
        let staging = format!("{}/_temporary/{id}", target.path);
        let staging = Path::parse(&staging)
            .map_err(|e| SqlError::internal(format!("{staging} is no path: {e}")))?;
        let replaces = match request.mode {
            SaveMode::Overwrite if dynamic => Replaces::Written,
            SaveMode::Overwrite => Replaces::Under(fixed_directory(request)),
            _ => Replaces::Nothing,
        };
        Ok(Job {
            target,
            store,
            staging,
            id: id.into(),
            replaces,
        })
    }

    /// Whether something is at the target.
    pub(super) async fn exists(&self) -> Result<bool> {
        if let Some(local) = self.target.local_path() {
            return Ok(local.exists());
        }
        if self.store.head(&self.target.path).await.is_ok() {
            return Ok(true);
        }
        let mut all = self.store.list(Some(&self.target.path));
        Ok(all.try_next().await.map_err(|e| self.failed(&e))?.is_some())
    }

    /// Shows the files, and removes what the mode replaces. Old files go when all new ones are in
    /// their places: a job that fails before leaves them as they were.
    ///
    /// # Errors
    /// `TASK_WRITE_FAILED` for a file system that fails.
    pub(super) async fn commit(&self, staged: &[Staged]) -> Result<()> {
        let directories: BTreeSet<&str> = match &self.replaces {
            Replaces::Nothing => BTreeSet::new(),
            Replaces::Under(directory) => BTreeSet::from([directory.as_str()]),
            Replaces::Written => staged.iter().map(|f| f.directory.as_str()).collect(),
        };
        let mut old = Vec::new();
        for directory in &directories {
            old.extend(self.files_of(directory).await?);
        }
        let mut shown = Vec::with_capacity(staged.len());
        for file in staged {
            let from = staged_path(&self.staging, &file.directory, &file.name)?;
            let to = staged_path(&self.target.path, &file.directory, &file.name)?;
            if let Err(error) = self.store.rename(&from, &to).await {
                for path in shown {
                    let _ = self.store.delete(&path).await;
                }
                return Err(self.failed(&error));
            }
            shown.push(to);
        }
        for path in old {
            let deleted = self.store.delete(&path).await;
            deleted.map_err(|e| self.failed(&e))?;
        }
        for directory in directories {
            self.remove_empty_under(directory)?;
        }
        let success = staged_path(&self.target.path, "", "_SUCCESS")?;
        self.store
            .put(&success, PutPayload::new())
            .await
            .map_err(|e| self.failed(&e))?;
        self.remove_staging().await;
        Ok(())
    }

    /// Removes what tasks staged; what cannot be removed stays hidden under `_temporary`.
    pub(super) async fn abort(&self) {
        if let Ok(all) = self.files_under(&self.staging).await {
            for file in all {
                let _ = self.store.delete(&file.location).await;
            }
        }
        self.remove_staging().await;
    }

    /// Removes the directories of the job, where there are such things.
    async fn remove_staging(&self) {
        let Some(local) = self.target.with_path(self.staging.clone()).local_path() else {
            return;
        };
        let _ = std::fs::remove_dir_all(&local);
        // Of other jobs there may be more in it.
        if let Some(temporary) = local.parent() {
            let _ = std::fs::remove_dir(temporary);
        }
    }

    /// All files of a directory below the target, apart from those that are staged.
    async fn files_of(&self, directory: &str) -> Result<Vec<Path>> {
        let path = self.below(directory)?;
        if self.store.head(&path).await.is_ok() {
            return Ok(vec![path]);
        }
        let temporary = staged_path(&self.target.path, "", "_temporary")?;
        let all = self.files_under(&path).await?.into_iter();
        let all = all.map(|file| file.location);
        Ok(all
            .filter(|file| !file.prefix_matches(&temporary))
            .collect())
    }

    /// A directory below the target; the target itself for an empty one.
    fn below(&self, directory: &str) -> Result<Path> {
        match directory.is_empty() {
            true => Ok(self.target.path.clone()),
            false => staged_path(&self.target.path, "", directory),
        }
    }

    /// Removes directories that have become empty.
    fn remove_empty_under(&self, directory: &str) -> Result<()> {
        if let Some(local) = self.target.with_path(self.below(directory)?).local_path() {
            remove_empty(&local, &local.join("_temporary"));
        }
        Ok(())
    }

    async fn files_under(&self, path: &Path) -> Result<Vec<ObjectMeta>> {
        self.store
            .list(Some(path))
            .try_collect()
            .await
            .map_err(|e| self.failed(&e))
    }

    fn failed(&self, error: &object_store::Error) -> SqlError {
        SqlError::new(condition::TASK_WRITE_FAILED)
            .with("path", self.target.display())
            .caused_by(SqlError::internal(error.to_string()))
    }
}

/// Removes empty directories below one, deepest first.
fn remove_empty(directory: &std::path::Path, except: &std::path::Path) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && path != except {
            remove_empty(&path, except);
            let _ = std::fs::remove_dir(&path);
        }
    }
}

/// The directory that partitions with fixed values share: `a=1` of `PARTITION (a = 1, b)`.
fn fixed_directory(request: &WriteRequest) -> String {
    let names = request.partition_by.iter().map_while(|name| {
        let fixed = request
            .static_partitions
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let value = fixed.1.as_deref().filter(|v| !v.is_empty());
        let value = value.map_or_else(|| DEFAULT_PARTITION.to_owned(), escape);
        Some(format!("{}={value}", escape(name)))
    });
    names.collect::<Vec<_>>().join("/")
}

/// 128 random bits, spelled as a UUID.
fn unique_name() -> String {
    // Each state has keys of its own, made from the system's randomness.
    let half =
        |n: u8| RandomState::new().hash_one((n, std::time::SystemTime::now(), std::process::id()));
    let (high, low) = (half(0), half(1));
    let low = low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
