//! [`Location`]: a path as users write it, as a file system and a path in it.
//!
//! A text with a scheme (`file:/a`, `s3://bucket/a`) names its file system; any other is a path of
//! the local one, relative to the working directory. As in Hadoop, nothing is percent-decoded.

use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{Result, SqlError};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::options::unsupported;

/// A file system and a path in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// The file system.
    pub(crate) store: ObjectStoreUrl,
    /// The path, without a slash in front.
    pub(crate) path: Path,
}

impl Location {
    /// Reads a path.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` for what is no path.
    pub(crate) fn parse(text: &str) -> Result<Location> {
        let (store, path) = split(text)?;
        let path = Path::parse(path).map_err(|e| unsupported(format!("the path {text} ({e})")))?;
        Ok(Location { store, path })
    }

    /// Another path of the same file system.
    pub(crate) fn with_path(&self, path: Path) -> Location {
        Location {
            store: self.store.clone(),
            path,
        }
    }

    /// The file system, as registered.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` for a scheme that nobody registered.
    pub(crate) fn open(&self, runtime: &RuntimeEnv) -> Result<Arc<dyn ObjectStore>> {
        let store = runtime.object_store(&self.store);
        store.map_err(|_| unsupported(format!("the file system {}", self.store.as_str())))
    }

    /// Whether it is a path of this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.store.as_str().starts_with("file:")
    }

    /// The path of this machine that it is.
    pub(crate) fn local_path(&self) -> Option<std::path::PathBuf> {
        self.is_local().then(|| format!("/{}", self.path).into())
    }

    /// As Spark shows it: `file:/a/b`, `s3://bucket/a/b`.
    pub(crate) fn display(&self) -> String {
        self.display_of(&self.path)
    }

    /// A path of the same file system, as Spark shows it.
    pub(crate) fn display_of(&self, path: &Path) -> String {
        if self.is_local() {
            return format!("file:/{path}");
        }
        format!("{}/{path}", self.store.as_str().trim_end_matches('/'))
    }
}

/// The file system of a text, and the path with single slashes, without those at its ends.
fn split(text: &str) -> Result<(ObjectStoreUrl, String)> {
    let Some((scheme, rest)) = scheme(text) else {
        let path = std::path::absolute(text)
            .map_err(|e| SqlError::internal(format!("no working directory for {text}: {e}")))?;
        return Ok((
            ObjectStoreUrl::local_filesystem(),
            normal(&path.to_string_lossy()),
        ));
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    if scheme.eq_ignore_ascii_case("file") {
        return Ok((ObjectStoreUrl::local_filesystem(), normal(path)));
    }
    let store =
        ObjectStoreUrl::parse(format!("{scheme}://{authority}")).map_err(from_datafusion)?;
    Ok((store, normal(path)))
}

/// `s3` and `//bucket/a` of `s3://bucket/a`.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let starts = scheme.as_bytes().first()?.is_ascii_alphabetic();
    let legal = scheme
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (starts && legal && rest.starts_with('/')).then_some((scheme, rest))
}

/// A path without empty parts, `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Location::parse(text).expect("a path").display()
    }

    #[test]
    fn texts_are_paths() {
        assert_eq!(shown("/a//b/../c d/"), "file:/a/c d");
        assert_eq!(shown("file:///a/b=1%3A2"), "file:/a/b=1%3A2");
        assert_eq!(shown("file:/a"), "file:/a");
        assert_eq!(shown("s3://bucket/x/y/"), "s3://bucket/x/y");
        assert!(shown("here").ends_with("/here"));
        let colon = shown("a:b");
        assert!(colon.ends_with("/a:b"), "{colon}");
    }
}
