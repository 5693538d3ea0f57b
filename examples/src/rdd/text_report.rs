//! Words, top words and an inverted index of a directory of text: the program to begin with.
//!
//! Reads every text file of the directory and those below it, prints how many words there are and
//! which are the most frequent and the most widespread. With a second argument it also saves all
//! counts in `OUTPUT/counts` and the index in `OUTPUT/index`, as text.
//!
//! ```text
//! $ cargo run -p flint-examples --bin text_report
//! 277 files, 151651 words, 24117 distinct
//!      4383 let
//!      3577 the
//! ...
//! most widespread:
//!       254 a
//!       244 of
//! ...
//! $ cargo run -p flint-examples --bin text_report -- ~/books /tmp/report
//! ```

use std::path::{Path, PathBuf};

use flint_core::{Context, Result, Text};

use super::text_input::files_below;
use super::{argument, inverted_index, word_count};

/// What the report says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The counts.
    pub count: word_count::Answer,
    /// The words that most files hold, with their number.
    pub widespread: Vec<(String, usize)>,
}

/// Counts and indexes the files; saves both below `output` if there is one.
///
/// # Errors
/// If a file can't be read or is not UTF-8; if there is something at the output's place.
pub fn run(ctx: &Context, files: &[PathBuf], output: Option<&Path>) -> Result<Answer> {
    let counts = word_count::counts(ctx, files)?.cache();
    let index = inverted_index::index(ctx, files)?.cache();
    if let Some(output) = output {
        let lines = counts.map(|(word, n)| format!("{word}\t{n}"));
        lines.save_as_text_file(output.join("counts"))?;
        let lines = index.map(|(word, files)| {
            let files: Vec<&str> = files.iter().map(Text::as_str).collect();
            format!("{word}\t{}", files.join("\t"))
        });
        lines.save_as_text_file(output.join("index"))?;
    }
    Ok(Answer {
        count: word_count::summary(&counts, word_count::TOP)?,
        widespread: inverted_index::most_widespread(&index, inverted_index::TOP)?,
    })
}

/// The same answer without Flint.
///
/// # Errors
/// If a file can't be read or is not UTF-8.
pub fn plain(files: &[PathBuf]) -> Result<Answer> {
    let mut spread: Vec<(String, usize)> = inverted_index::plain(files)?
        .into_iter()
        .map(|(word, files)| (word, files.len()))
        .collect();
    // Words come sorted, and the sort is stable.
    spread.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    spread.truncate(inverted_index::TOP);
    Ok(Answer {
        count: word_count::plain(files, word_count::TOP)?,
        widespread: spread,
    })
}

/// The program: `text_report [DIRECTORY [OUTPUT]]`. The directory is the workspace's own, with its
/// sources and docs, unless one is given.
///
/// # Errors
/// If a file can't be read or is not UTF-8; if there is something at the output's place.
pub fn main() -> Result<()> {
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/..").to_owned();
    let directory: String = argument(1, "DIRECTORY", workspace)?;
    let output = std::env::args_os().nth(2).map(PathBuf::from);
    let files = files_below(Path::new(&directory))?;
    let ctx = Context::builder().app_name("text_report").build()?;
    let answer = run(&ctx, &files, output.as_deref())?;
    word_count::print(files.len(), &answer.count);
    inverted_index::print_widespread(&answer.widespread);
    if let Some(output) = output {
        println!("saved in {}", output.display());
    }
    Ok(())
}
