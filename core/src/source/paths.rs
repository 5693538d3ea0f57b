//! From what a user wrote to files ([`list_files`]), as Hadoop's `FileInputFormat` reads it.
//!
//! A path string is a list of paths, separated by commas outside of braces. Each may begin with
//! `file:` and hold patterns in any of its components. A directory stands for the files directly
//! inside it. Names that begin with `_` or `.` are hidden from listings and from patterns in the
//! last component of a path. What is named outright is read all the same; Spark says that it does
//! not exist.
//!
//! Files come in the order of the list, and sorted by path within one element of it. A path given
//! twice is read twice; one that several patterns of one element match, once.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::glob::{Pattern, expand_braces};
use super::options::InputOptions;
use crate::error::{Error, Result};

/// A file as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its absolute path, which is UTF-8.
    pub path: PathBuf,
    /// Its length in bytes at that time.
    pub len: u64,
}

/// A path as Spark shows it: `file:/dir/name`, nothing escaped.
///
/// ```
/// let uri = flint_core::source::file_uri("/data/a b.txt".as_ref());
/// assert_eq!(uri, "file:/data/a b.txt");
/// ```
pub fn file_uri(path: &Path) -> String {
    format!("file:{}", path.display())
}

/// All files that `paths` stands for.
///
/// ```
/// use flint_core::source::{InputOptions, list_files};
///
/// let error = list_files("/no/such/*.txt", &InputOptions::default()).unwrap_err();
/// assert!(error.to_string().contains("/no/such/*.txt"));
/// ```
///
/// # Errors
/// - [`Error::PathNotFound`], if an element of the list matches nothing. Tolerated under
///   `ignore_missing_files`: then only that element is left out (Spark leaves out the whole list).
/// - [`Error::Argument`] for wrong patterns, other schemes than `file`, names that are not UTF-8,
///   directories inside directories if they are neither read nor ignored, and what is neither
///   file nor directory.
/// - [`Error::Io`], if a directory can't be read.
pub fn list_files(paths: &str, options: &InputOptions) -> Result<Vec<InputFile>> {
    let mut files = Vec::new();
    for element in split_list(paths) {
        match list_element(element, options) {
            Ok(found) => files.extend(found),
            Err(error) => options.tolerate(error)?,
        }
    }
    Ok(files)
}

/// The elements of a list of paths: commas inside braces don't separate.
fn split_list(paths: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    paths
        .split(|c: char| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == ',' && depth == 0
        })
        .collect()
}

fn list_element(element: &str, options: &InputOptions) -> Result<Vec<InputFile>> {
    let not_found = || Error::PathNotFound {
        path: PathBuf::from(element),
    };
    if element.is_empty() {
        return Err(Error::argument("path", "an empty path in the list"));
    }
    let mut matched = Vec::new();
    for pattern in expand_braces(strip_scheme(element)?)? {
        matched.extend(matching(&pattern)?);
    }
    sort_by_text(&mut matched, |p| p);
    matched.dedup();
    let mut files = Vec::new();
    let mut any = false;
    for path in &matched {
        let Some(metadata) = metadata(path)? else {
            continue;
        };
        any = true;
        if metadata.is_dir() {
            list_dir(path, options, &mut files)?;
        } else {
            files.push(input_file(path.clone(), &metadata)?);
        }
    }
    if !any {
        return Err(not_found());
    }
    Ok(files)
}

/// The path behind `file:`, `file://` or `file://localhost`, if it has a scheme.
pub(crate) fn strip_scheme(path: &str) -> Result<&str> {
    if let Some(rest) = path.strip_prefix("file:") {
        let Some(rest) = rest.strip_prefix("//") else {
            return Ok(rest);
        };
        return match rest.find('/') {
            Some(i) if rest[..i].is_empty() || &rest[..i] == "localhost" => Ok(&rest[i..]),
            _ => Err(Error::argument(
                "path",
                format!("`{path}` names a host; local files are `file:/path`"),
            )),
        };
    }
    let scheme = path.split_once("://").map(|(scheme, _)| scheme);
    match scheme.filter(|s| {
        s.chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    }) {
        Some(scheme) => Err(Error::argument(
            "path",
            format!(
                "`{path}` is on `{scheme}`, which can't be read; local paths can, with `file:` or without"
            ),
        )),
        None => Ok(path),
    }
}

/// The absolute paths that a pattern without braces matches. A pattern without wildcards matches
/// itself, there or not.
fn matching(pattern: &str) -> Result<Vec<PathBuf>> {
    let here = std::path::absolute(".").map_err(|e| Error::io("find", ".", e))?;
    let mut found = vec![if pattern.starts_with('/') {
        PathBuf::from("/")
    } else {
        normalise(&here)
    }];
    let mut components = pattern
        .split('/')
        .filter(|c| !c.is_empty() && *c != ".")
        .peekable();
    while let Some(component) = components.next() {
        let is_last = components.peek().is_none();
        if component == ".." {
            found.iter_mut().for_each(|p| _ = p.pop());
            continue;
        }
        let component = Pattern::new(component)?;
        if let Some(name) = component.literal() {
            found.iter_mut().for_each(|p| p.push(&name));
            continue;
        }
        let matches = |name: &&String| component.matches(name) && !(is_last && is_hidden(name));
        let mut deeper = Vec::new();
        for dir in &found {
            let names = names_in(dir).or_else(|e| {
                if is_no_dir(&e) {
                    Ok(Vec::new())
                } else {
                    Err(e)
                }
            })?;
            deeper.extend(names.iter().filter(matches).map(|n| dir.join(n)));
        }
        found = deeper;
    }
    Ok(found)
}

/// Without `.` and `..`, by the words alone.
fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => _ = normal.pop(),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

fn is_no_dir(error: &Error) -> bool {
    let Error::Io { source, .. } = error else {
        return false;
    };
    matches!(
        source.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The names in a directory, in no order.
fn names_in(dir: &Path) -> Result<Vec<String>> {
    let failed = |e| Error::io("list", dir, e);
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.push(name.into_string().map_err(|name| {
            Error::argument(
                "path",
                format!("the name of `{}` is not UTF-8", dir.join(name).display()),
            )
        })?);
    }
    Ok(names)
}

/// What is at `path`, behind links. `None`: nothing.
fn metadata(path: &Path) -> Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(e) => Err(Error::io("open", path, e)),
    }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with(['_', '.'])
}

fn input_file(path: PathBuf, metadata: &Metadata) -> Result<InputFile> {
    if !metadata.is_file() {
        return Err(Error::argument(
            "path",
            format!("`{}` is neither a file nor a directory", path.display()),
        ));
    }
    Ok(InputFile {
        path,
        len: metadata.len(),
    })
}

/// Appends the files of a directory, sorted by path.
fn list_dir(top: &Path, options: &InputOptions, files: &mut Vec<InputFile>) -> Result<()> {
    let first = files.len();
    let mut dirs = vec![top.to_owned()];
    while let Some(dir) = dirs.pop() {
        for name in names_in(&dir)?.iter().filter(|n| !is_hidden(n)) {
            let path = dir.join(name);
            // One that is gone since the directory was read, or a link to nowhere.
            let Some(metadata) = metadata(&path)? else {
                continue;
            };
            if !metadata.is_dir() {
                files.push(input_file(path, &metadata)?);
            } else if options.recursive {
                refuse_cycle(&dir, &path)?;
                dirs.push(path);
            } else if !options.ignore_sub_dirs {
                return Err(sub_dir(&path));
            }
        }
    }
    sort_by_text(&mut files[first..], |f| &f.path);
    Ok(())
}

/// By whole paths as Hadoop does, where `a-b/c` comes before `a/c`; not component by component.
fn sort_by_text<T>(items: &mut [T], path: impl Fn(&T) -> &PathBuf) {
    items.sort_by(|a, b| path(a).as_os_str().cmp(path(b).as_os_str()));
}

fn sub_dir(path: &Path) -> Error {
    Error::argument(
        "path",
        format!(
            "`{}` is a directory, not a file; \
             set mapreduce.input.fileinputformat.input.dir.recursive=true to read what is in it",
            path.display()
        ),
    )
}

/// Refuses a link in `dir` to a directory that `dir` is in: it has no end.
fn refuse_cycle(dir: &Path, path: &Path) -> Result<()> {
    if !path.is_symlink() {
        return Ok(());
    }
    let real = |p: &Path| p.canonicalize().map_err(|e| Error::io("open", p, e));
    if real(dir)?.starts_with(real(path)?) {
        return Err(Error::argument(
            "path",
            format!("`{}` is a link to a directory it is in", path.display()),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with these files, each of which holds its own name.
    fn dir_of(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        dir
    }

    /// What `paths` gives, each `@` in it standing for the directory.
    fn listed(dir: &tempfile::TempDir, paths: &str, options: &InputOptions) -> Result<Vec<String>> {
        let at = dir.path().to_str().unwrap();
        let files = list_files(&paths.replace('@', at), options)?;
        Ok(files
            .iter()
            .map(|f| {
                let name = f.path.to_str().unwrap().strip_prefix(at).unwrap()[1..].to_owned();
                assert_eq!(f.len, name.len() as u64);
                name
            })
            .collect())
    }

    fn list(dir: &tempfile::TempDir, paths: &str) -> Vec<String> {
        listed(dir, paths, &InputOptions::default()).unwrap()
    }

    #[test]
    fn directories_stand_for_their_visible_files() {
        let dir = dir_of(&["b", "a", "_SUCCESS", ".a.crc", "c,d"]);
        assert_eq!(list(&dir, "@"), ["a", "b", "c,d"]);
        assert_eq!(list(&dir, "file:@/"), ["a", "b", "c,d"]);
        assert_eq!(list(&dir, "file://@/./x/../a"), ["a"]);
        assert_eq!(
            list(&dir, "@/b,@/a,@/b"),
            ["b", "a", "b"],
            "in the order of the list"
        );
    }

    #[test]
    fn patterns_match_in_every_component() {
        let dir = dir_of(&[
            "2024/01/x.txt",
            "2024/02/x.txt",
            "2025/01/y.txt",
            "2025/01/_z.txt",
            ".h/01/x.txt",
        ]);
        assert_eq!(
            list(&dir, "@/*/01/*.txt"),
            [".h/01/x.txt", "2024/01/x.txt", "2025/01/y.txt"]
        );
        assert_eq!(
            list(&dir, "@/20{24,25}/01"),
            ["2024/01/x.txt", "2025/01/y.txt"]
        );
        assert_eq!(
            list(&dir, "@/{2024/02,2025/01}/[xy].txt"),
            ["2024/02/x.txt", "2025/01/y.txt"]
        );
        assert_eq!(
            list(&dir, "@/2024/{*,01}"),
            ["2024/01/x.txt", "2024/02/x.txt"],
            "each once"
        );
        assert_eq!(
            list(&dir, "@/202?/0[^1]/*,@/2025/*"),
            ["2024/02/x.txt", "2025/01/y.txt"]
        );
    }

    #[test]
    fn hidden_files_are_read_if_named() {
        let dir = dir_of(&["_a", ".d/b", ".d/_c"]);
        assert_eq!(list(&dir, "@/_a,@/.d"), ["_a", ".d/b"]);
    }

    #[test]
    fn names_with_special_characters_can_be_escaped() {
        let dir = dir_of(&["a*b", "axb"]);
        assert_eq!(list(&dir, r"@/a\*b"), ["a*b"]);
        assert_eq!(list(&dir, "@/a[*]b"), ["a*b"]);
    }

    #[test]
    fn nothing_there_is_an_error_that_names_it() {
        let dir = dir_of(&["a", "_hidden"]);
        for paths in ["@/none", "@/a,@/*.txt", "@/a/deeper", "@/a/*", "@/_*"] {
            let error = listed(&dir, paths, &InputOptions::default()).unwrap_err();
            let Error::PathNotFound { path } = error else {
                panic!("{error}")
            };
            assert!(
                path.to_str()
                    .unwrap()
                    .ends_with(&paths[paths.rfind('@').unwrap() + 1..])
            );
        }
        let tolerant = InputOptions {
            ignore_missing_files: true,
            ..InputOptions::default()
        };
        assert_eq!(listed(&dir, "@/none,@/a", &tolerant).unwrap(), ["a"]);
    }

    #[test]
    fn directories_inside_are_refused_passed_over_or_read() {
        let dir = dir_of(&["a", "sub-x/c", "sub/b", "sub/deep/d", "_tmp/e"]);
        let error = listed(&dir, "@", &InputOptions::default()).unwrap_err();
        assert!(
            error.to_string().contains("sub") && error.to_string().contains("recursive"),
            "{error}"
        );
        let options = InputOptions {
            ignore_sub_dirs: true,
            ..InputOptions::default()
        };
        assert_eq!(listed(&dir, "@", &options).unwrap(), ["a"]);
        let options = InputOptions {
            recursive: true,
            ..InputOptions::default()
        };
        assert_eq!(
            listed(&dir, "@", &options).unwrap(),
            ["a", "sub-x/c", "sub/b", "sub/deep/d"]
        );
        assert_eq!(list(&dir, "@/sub*/[bc]"), ["sub-x/c", "sub/b"]);
    }

    #[test]
    fn an_empty_directory_is_no_files() {
        let dir = dir_of(&[]);
        assert_eq!(list(&dir, "@"), [""; 0]);
    }

    #[test]
    fn other_file_systems_are_refused() {
        for path in [
            "hdfs://host/a",
            "s3a://bucket/a",
            "file://host/a",
            "",
            "/a,,/b",
            "/a/{b",
        ] {
            let error = list_files(path, &InputOptions::default()).unwrap_err();
            assert!(
                matches!(error, Error::Argument { .. } | Error::PathNotFound { .. }),
                "{error}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        let dir = dir_of(&["sub/a"]);
        std::os::unix::fs::symlink(dir.path().join("nowhere"), dir.path().join("sub/b")).unwrap();
        let options = InputOptions {
            recursive: true,
            ..InputOptions::default()
        };
        assert_eq!(listed(&dir, "@", &options).unwrap(), ["sub/a"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("sub/up")).unwrap();
        let error = listed(&dir, "@", &options).unwrap_err();
        assert!(error.to_string().contains("sub/up"), "{error}");
    }
}
