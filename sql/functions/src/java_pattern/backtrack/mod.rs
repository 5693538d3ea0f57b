//! A matcher that goes back, for what the linear one can't do: looking around, going back to what
//! groups took, parts that give nothing back, and Java's ends of lines.
//!
//! [`program`] turns a pattern into steps, [`run`] takes them. What is left to try is on a stack of
//! its own, so that long texts need no deep recursion. Steps are counted: a pattern that takes too
//! many is an error, where Java would run on.

mod program;
mod run;

pub(super) use program::Program;
pub(super) use run::search;

/// A pattern that is too large, or takes too many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooCostly;
