//! [`find`]: the files of a read.
//!
//! Directories are listed to the bottom; names that start with `_` or `.` are left out, except for
//! those of partitions (`_a=1`), and so is what lies in directories of such names. Of a directory
//! without partitions only its own files are read, unless `recursiveFileLookup` is set.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use flint_sql_spec::{Result, SqlError, condition};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use super::Location;
use super::glob;
use crate::error::{path_not_found, store_failed};
use crate::options::{OptionMap, unsupported};
use crate::settings::{SourceSettings, Zone, invalid};

/// A file of a read.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Its path, size and time.
    pub(crate) meta: ObjectMeta,
    /// Which of the roots it was found under.
    pub(crate) root: usize,
}

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The file system: one, for all of them.
    pub(crate) location: Location,
    /// Directories and files that paths stand for; a file is a root of its own.
    pub(crate) roots: Vec<Root>,
    /// Files, sorted by path.
    pub(crate) files: Vec<Listed>,
}

/// What a path stands for.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    pub(crate) path: Path,
    pub(crate) is_file: bool,
}

/// Options of all formats of files about which files are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListingOptions {
    pub(crate) recursive: bool,
    name_pattern: Option<String>,
    modified_before: Option<DateTime<Utc>>,
    modified_after: Option<DateTime<Utc>>,
    pub(crate) base_path: Option<Path>,
    literal_paths: bool,
}

impl ListingOptions {
    /// Reads them.
    ///
    /// # Errors
    /// For values that they cannot have.
    pub(crate) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<Self> {
        let time = |name| match options.get(name) {
            None => Ok(None),
            Some(text) => {
                let zone = match options.get("timeZone") {
                    Some(zone) => Zone::parse(zone).ok_or_else(|| invalid("timeZone", zone))?,
                    None => settings.zone()?,
                };
                moment(text, zone)
                    .map(Some)
                    .ok_or_else(|| invalid(name, text))
            }
        };
        let base_path = options.get("basePath").map(Location::parse).transpose()?;
        Ok(ListingOptions {
            recursive: options.flag("recursiveFileLookup", false)?,
            name_pattern: options.get("pathGlobFilter").map(str::to_owned),
            modified_before: time("modifiedBefore")?,
            modified_after: time("modifiedAfter")?,
            base_path: base_path.map(|base| base.path),
            literal_paths: !options.flag("__globPaths__", true)?,
        })
    }

    fn wants(&self, meta: &ObjectMeta) -> bool {
        let name = meta.location.filename().unwrap_or_default();
        let named = match &self.name_pattern {
            None => true,
            Some(pattern) => glob::expand_braces(pattern)
                .iter()
                .any(|p| glob::matches(p, name)),
        };
        named
            && self
                .modified_before
                .is_none_or(|limit| meta.last_modified < limit)
            && self
                .modified_after
                .is_none_or(|limit| meta.last_modified > limit)
    }
}

/// `2020-06-01T13:00:00` in a zone.
fn moment(text: &str, zone: Zone) -> Option<DateTime<Utc>> {
    let local: NaiveDateTime = text.parse().ok()?;
    match zone {
        Zone::Region(region) => Some(region.from_local_datetime(&local).earliest()?.to_utc()),
        Zone::Fixed(seconds) => {
            Some((local - chrono::Duration::seconds(i64::from(seconds))).and_utc())
        }
    }
}

/// Whether files of a name, or in directories of a name, are none of the data.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
        || (name.starts_with('_') && !name.contains('='))
        || name.ends_with("._COPYING_")
}

/// The files that paths stand for.
///
/// # Errors
/// `PATH_NOT_FOUND` for a path or pattern that nothing is at, `UNSUPPORTED_FEATURE` for paths of
/// more than one file system, `FAILED_READ_FILE` for a file system that fails.
pub(crate) async fn find(
    paths: &[&str],
    options: &ListingOptions,
    settings: &SourceSettings,
) -> Result<Found> {
    let Some(first) = paths.first() else {
        return Err(SqlError::new(condition::PATH_NOT_FOUND).with("path", ""));
    };
    let location = Location::parse(first)?;
    let store = location.open(&settings.runtime)?;
    let lister = Lister {
        store,
        location: &location,
        options,
    };
    let (mut roots, mut files) = (Vec::new(), Vec::new());
    for text in paths {
        if glob::is_pattern(text) && !options.literal_paths {
            lister.pattern(text, &mut roots, &mut files).await?;
        } else {
            let at = lister.same_store(Location::parse(text)?)?;
            lister.path(at, &mut roots, &mut files).await?;
        }
    }
    files.sort_by(|a: &Listed, b: &Listed| a.meta.location.cmp(&b.meta.location));
    files.dedup_by(|a, b| a.meta.location == b.meta.location);
    Ok(Found {
        location,
        roots,
        files,
    })
}

struct Lister<'a> {
    store: Arc<dyn ObjectStore>,
    location: &'a Location,
    options: &'a ListingOptions,
}

impl Lister<'_> {
    fn same_store(&self, other: Location) -> Result<Path> {
        if other.store != self.location.store {
            return Err(unsupported(
                "paths of more than one file system in one read",
            ));
        }
        Ok(other.path)
    }

    /// Adds a file, or a directory and its files.
    async fn path(&self, path: Path, roots: &mut Vec<Root>, files: &mut Vec<Listed>) -> Result<()> {
        if let Ok(meta) = self.store.head(&path).await {
            self.add_file(meta, roots, files);
            return Ok(());
        }
        let all = self.list(&path).await?;
        if all.is_empty() && !self.is_directory(&path) {
            return Err(path_not_found(&self.location.display_of(&path)));
        }
        self.add_directory(path, all, roots, files);
        Ok(())
    }

    /// Adds what a pattern matches.
    async fn pattern(
        &self,
        text: &str,
        roots: &mut Vec<Root>,
        files: &mut Vec<Listed>,
    ) -> Result<()> {
        let before = roots.len();
        for plain in glob::expand_braces(text) {
            if !glob::is_pattern(&plain) {
                let at = self.same_store(Location::parse(&plain)?)?;
                // One alternative may be missing, not all.
                let _ = self.path(at, roots, files).await;
                continue;
            }
            let pattern = self.same_store(Location::parse(&plain)?)?;
            let pattern: Vec<String> = pattern.parts().map(|p| p.as_ref().to_owned()).collect();
            self.expand(&pattern, roots, files).await?;
        }
        if roots.len() == before {
            return Err(path_not_found(&Location::parse(text)?.display()));
        }
        Ok(())
    }

    /// Adds what a pattern without braces matches, sorted by path.
    async fn expand(
        &self,
        pattern: &[String],
        roots: &mut Vec<Root>,
        files: &mut Vec<Listed>,
    ) -> Result<()> {
        let fixed = pattern
            .iter()
            .take_while(|part| !glob::is_pattern(part))
            .count();
        let prefix = (fixed > 0).then(|| Path::parse(pattern[..fixed].join("/")));
        let prefix = prefix.transpose().map_err(|e| unsupported(e.to_string()))?;
        let mut matched: Vec<(Path, Vec<ObjectMeta>)> = Vec::new();
        let mut all = self.list_under(prefix.as_ref()).await?;
        all.sort_by(|a, b| a.location.cmp(&b.location));
        for meta in all {
            let parts: Vec<_> = meta.location.parts().collect();
            let fits = parts.len() >= pattern.len()
                && pattern.iter().zip(&parts).all(|(p, name)| {
                    glob::matches(p, name.as_ref())
                        && !(is_hidden(name.as_ref()) && p.starts_with('*'))
                });
            if !fits {
                continue;
            }
            let root = Path::from_iter(parts[..pattern.len()].iter().cloned());
            match matched.last_mut() {
                Some((last, metas)) if *last == root => metas.push(meta),
                _ => matched.push((root, vec![meta])),
            }
        }
        for (root, metas) in matched {
            match <[ObjectMeta; 1]>::try_from(metas) {
                Ok([only]) if only.location == root => self.add_file(only, roots, files),
                Ok(only) => self.add_directory(root, only.into(), roots, files),
                Err(metas) => self.add_directory(root, metas, roots, files),
            }
        }
        Ok(())
    }

    fn add_file(&self, meta: ObjectMeta, roots: &mut Vec<Root>, files: &mut Vec<Listed>) {
        let hidden = is_hidden(meta.location.filename().unwrap_or_default());
        let root = roots.len();
        roots.push(Root {
            path: meta.location.clone(),
            is_file: true,
        });
        if !hidden && self.options.wants(&meta) {
            files.push(Listed { meta, root });
        }
    }

    fn add_directory(
        &self,
        path: Path,
        all: Vec<ObjectMeta>,
        roots: &mut Vec<Root>,
        files: &mut Vec<Listed>,
    ) {
        let root = roots.len();
        for meta in all {
            let hidden = match meta.location.prefix_match(&path) {
                Some(mut below) => below.any(|part| is_hidden(part.as_ref())),
                None => true,
            };
            if !hidden && self.options.wants(&meta) {
                files.push(Listed { meta, root });
            }
        }
        roots.push(Root {
            path,
            is_file: false,
        });
    }

    async fn list(&self, path: &Path) -> Result<Vec<ObjectMeta>> {
        self.list_under(Some(path)).await
    }

    async fn list_under(&self, path: Option<&Path>) -> Result<Vec<ObjectMeta>> {
        let listed = self.store.list(path).try_collect().await;
        let shown = path.map_or_else(String::new, |path| self.location.display_of(path));
        listed.map_err(|error| store_failed(&shown, &error))
    }

    /// Whether an empty directory is there; object stores have none.
    fn is_directory(&self, path: &Path) -> bool {
        let local = self.location.with_path(path.clone()).local_path();
        local.is_some_and(|local| local.is_dir())
    }
}
