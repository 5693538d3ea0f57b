//! Programs over RDDs.

pub mod external_sort;
pub mod inverted_index;
pub mod log_analysis;
pub mod monte_carlo_pi;
pub mod page_rank;
pub mod random;
pub mod text_input;
pub mod text_report;
pub mod word_count;

use std::process::ExitCode;
use std::str::FromStr;

use flint_core::{Error, Result};

/// The program's argument number `n` (from 1), or `default` if there is none.
///
/// # Errors
/// [`Error::Argument`] if it can't be read as a `T`.
pub fn argument<T: FromStr>(n: usize, name: &str, default: T) -> Result<T> {
    match std::env::args().nth(n) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| Error::argument(name, format!("{text:?} can't be used"))),
    }
}

/// How a program ends: an error is told on standard error.
pub fn exit(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
