//! How often each word occurs in a directory of text.
//!
//! Shows the program that every engine shows first: `text_file`, `flat_map`, `reduce_by_key`. Lines
//! are slices of the blocks they were read with and short words live in the records themselves, so
//! that nothing is allocated per word.
//!
//! ```text
//! $ cargo run -p flint-examples --bin word_count -- core/src
//! 218 files, 127385 words, 19132 distinct
//!      4141 let
//!      2983 the
//! ...
//! ```

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use flint_core::{Context, Rdd, Result, Text};

use super::argument;
use super::text_input::{files_below, path_list, plain_words, read, word};

/// How many words the program names.
pub const TOP: usize = 20;

/// What is known of the words of some text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// All words.
    pub words: u64,
    /// Different words.
    pub distinct: u64,
    /// The most frequent words, equally frequent ones by the alphabet.
    pub top: Vec<(String, u64)>,
}

/// How often each word occurs.
///
/// # Errors
/// If the list of files can't be read.
pub fn counts(ctx: &Context, files: &[PathBuf]) -> Result<Rdd<(Text, u64)>> {
    Ok(ctx
        .text_file(&path_list(files)?, 0)?
        .flat_map(Text::words)
        .flat_map(|token| word(&token))
        .map(|word| (word, 1))
        .reduce_by_key(|a, b| a + b, ctx.default_parallelism()))
}

/// Sums up counted words.
///
/// # Errors
/// If a job fails.
pub fn summary(counts: &Rdd<(Text, u64)>, top: usize) -> Result<Answer> {
    let counts = counts.cache();
    let words = counts.map(|(_, n)| n).collect()?.iter().sum();
    let distinct = counts.count()?;
    let top = counts.map(|(word, n)| (n, Reverse(word))).top(top)?;
    counts.unpersist();
    Ok(Answer {
        words,
        distinct,
        top: top
            .into_iter()
            .map(|(n, Reverse(word))| (word.into_string(), n))
            .collect(),
    })
}

/// Counts the words of the files and names the `top` most frequent.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn run(ctx: &Context, files: &[PathBuf], top: usize) -> Result<Answer> {
    summary(&counts(ctx, files)?, top)
}

/// The same answer without Flint.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn plain(files: &[PathBuf], top: usize) -> Result<Answer> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for file in files {
        for word in plain_words(&read(file)?) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let (words, distinct) = (counts.values().sum(), counts.len() as u64);
    let mut all: Vec<(String, u64)> = counts.into_iter().collect();
    all.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    all.truncate(top);
    Ok(Answer {
        words,
        distinct,
        top: all,
    })
}

/// The program: `word_count [DIRECTORY]`.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn main() -> Result<()> {
    let directory: String = argument(1, "DIRECTORY", ".".to_owned())?;
    let files = files_below(Path::new(&directory))?;
    let ctx = Context::builder().app_name("word_count").build()?;
    let answer = run(&ctx, &files, TOP)?;
    print(files.len(), &answer);
    Ok(())
}

/// Prints the answer.
pub fn print(files: usize, answer: &Answer) {
    println!(
        "{files} files, {} words, {} distinct",
        answer.words, answer.distinct
    );
    for (word, n) in &answer.top {
        println!("{n:>9} {word}");
    }
}
