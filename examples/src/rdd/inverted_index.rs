//! In which files each word occurs: an index from words to files.
//!
//! Shows files as records (`whole_text_files`) and `group_by_key`.
//!
//! ```text
//! $ cargo run -p flint-examples --bin inverted_index -- core/src
//! 19132 words in 218 files
//! most widespread:
//!       211 a
//!       211 use
//! ...
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use flint_core::source::file_uri;
use flint_core::{Context, Rdd, Result, Text};

use super::argument;
use super::text_input::{files_below, path_list, plain_words, read, word};

/// How many words the program names.
pub const TOP: usize = 10;

/// Words, each with the files that hold it, sorted.
pub type Index = Rdd<(Text, Vec<Text>)>;

/// An index in memory.
pub type Answer = BTreeMap<String, Vec<String>>;

/// The index of some files, as `file:` paths.
///
/// # Errors
/// If the list of files can't be read.
pub fn index(ctx: &Context, files: &[PathBuf]) -> Result<Index> {
    let slices = ctx.default_parallelism();
    Ok(ctx
        .whole_text_files(&path_list(files)?, slices)?
        .flat_map(|(file, content)| {
            let words: HashSet<Text> = content.words().filter_map(|token| word(&token)).collect();
            words
                .into_iter()
                // A long word would keep the whole file in memory.
                .map(move |word| (word.compact(), file.clone()))
        })
        .group_by_key(slices)
        .map_values(|mut files| {
            files.sort_unstable();
            files
        }))
}

/// The words that most files hold, equally spread ones by the alphabet.
///
/// # Errors
/// If the job fails.
pub fn most_widespread(index: &Index, top: usize) -> Result<Vec<(String, usize)>> {
    let spread = index.map(|(word, files)| (files.len(), Reverse(word)));
    let top = spread.top(top)?;
    Ok(top
        .into_iter()
        .map(|(n, Reverse(word))| (word.into_string(), n))
        .collect())
}

/// The whole index, on the driver.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn run(ctx: &Context, files: &[PathBuf]) -> Result<Answer> {
    let entries = index(ctx, files)?.collect()?;
    Ok(entries
        .into_iter()
        .map(|(word, files)| {
            let files = files.into_iter().map(Text::into_string).collect();
            (word.into_string(), files)
        })
        .collect())
}

/// The same answer without Flint.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn plain(files: &[PathBuf]) -> Result<Answer> {
    let mut index: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        for word in plain_words(&read(file)?) {
            index.entry(word).or_default().insert(file_uri(file));
        }
    }
    Ok(index
        .into_iter()
        .map(|(word, files)| (word, files.into_iter().collect()))
        .collect())
}

/// The program: `inverted_index [DIRECTORY]`.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn main() -> Result<()> {
    let directory: String = argument(1, "DIRECTORY", ".".to_owned())?;
    let files = files_below(Path::new(&directory))?;
    let ctx = Context::builder().app_name("inverted_index").build()?;
    let index = index(&ctx, &files)?.cache();
    println!("{} words in {} files", index.count()?, files.len());
    print_widespread(&most_widespread(&index, TOP)?);
    Ok(())
}

/// Prints words with the number of their files.
pub fn print_widespread(words: &[(String, usize)]) {
    println!("most widespread:");
    for (word, n) in words {
        println!("{n:>9} {word}");
    }
}
