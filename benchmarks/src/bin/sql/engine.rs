//! What is timed: something that answers SQL.

use std::time::Duration;

/// What can fail here ends a row or the program with a text.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How long an answer took, and how many rows it has: engines that give different numbers are told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) elapsed: Duration,
    pub(crate) rows: usize,
}

/// Something that answers SQL over the tables of a benchmark.
pub(crate) trait Engine {
    /// Name and version.
    fn name(&self) -> &str;

    /// Answers a query, with all rows in memory.
    fn run(&mut self, text: &str) -> Outcome<Answer>;
}
