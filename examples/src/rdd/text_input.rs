//! Which files of a directory are text, and what a word is.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use flint_core::source::Compression;
use flint_core::{Error, Result, Text};

/// Bytes of a file that tell whether it is text.
const SNIFFED: u64 = 8192;

/// The text files of the directory and those below it, sorted. Left out are hidden names,
/// directories called `target`, links, files whose names say that they are compressed, and files
/// that begin like no text.
///
/// # Errors
/// [`Error::PathNotFound`] if there is no text at all, [`Error::Io`] if something can't be read.
pub fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let io = |path: &Path, e| Error::io("list", path, e);
    let root = directory.canonicalize().map_err(|e| io(directory, e))?;
    let (mut files, mut waiting) = (Vec::new(), vec![root]);
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(&path).map_err(|e| io(&path, e))? {
            let entry = entry.map_err(|e| io(&path, e))?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") || name == "target" {
                continue;
            }
            let kind = entry.file_type().map_err(|e| io(&path, e))?;
            if kind.is_dir() {
                waiting.push(entry.path());
                continue;
            }
            let file = entry.path();
            if kind.is_file() && is_plain(&file) && is_text(&file)? {
                files.push(file);
            }
        }
    }
    if files.is_empty() {
        return Err(Error::PathNotFound {
            path: directory.to_path_buf(),
        });
    }
    files.sort();
    Ok(files)
}

/// Whether a file is read as it lies there. By its name, as `text_file` decides it.
fn is_plain(path: &Path) -> bool {
    matches!(Compression::of(path), Ok(Compression::None))
}

/// Whether the beginning of a file is UTF-8 without NUL.
fn is_text(path: &Path) -> Result<bool> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(SNIFFED).read_to_end(&mut start))
        .map_err(|e| Error::io("read", path, e))?;
    let valid = match std::str::from_utf8(&start) {
        Ok(_) => true,
        // The last character may be cut in two.
        Err(e) => e.error_len().is_none() && start.len() as u64 == SNIFFED,
    };
    Ok(valid && !start.contains(&0))
}

/// The files as one argument of `text_file`: a list with commas, in which characters that would
/// make a pattern are escaped.
///
/// # Errors
/// [`Error::Argument`] for a name with a comma, which a list can't hold, and for one that is not
/// UTF-8.
pub fn path_list(files: &[PathBuf]) -> Result<String> {
    let mut list = String::new();
    for file in files {
        let name = file.to_str().filter(|name| !name.contains(','));
        let name = name.ok_or_else(|| {
            let why = format!("{} can't stand in a list of paths", file.display());
            Error::argument("path", why)
        })?;
        if !list.is_empty() {
            list.push(',');
        }
        for c in name.chars() {
            if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
                list.push('\\');
            }
            list.push(c);
        }
    }
    Ok(list)
}

/// The word in a token: without punctuation around it, in lower case. `None` if nothing is left.
pub fn word(token: &Text) -> Option<Text> {
    let trimmed = token.trim_matches(|c: char| !c.is_alphanumeric());
    if trimmed.is_empty() {
        None
    } else if trimmed.chars().any(char::is_uppercase) {
        Some(Text::from(trimmed.to_lowercase()))
    } else {
        Some(token.slice_ref(trimmed))
    }
}

/// [`word`] for the plain programs, on borrowed strings.
pub fn plain_words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace()
        .map(|token| {
            token
                .trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .filter(|word| !word.is_empty())
}

/// A whole file as a string.
///
/// # Errors
/// [`Error::Io`].
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| Error::io("read", path, e))
}
