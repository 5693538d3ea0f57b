//! Small whole programs on Flint, one idea each.
//!
//! Every program is one file. On its top stand what it is for, the command that runs it and what
//! it prints; `run` does the work on Flint, `plain` finds the same answer with the standard
//! library alone, and a test compares the two. A module per layer of Flint, each behind the
//! feature of that name:
//!
//! - `core`: `rdd`, programs over RDDs.

#[cfg(feature = "core")]
#[allow(clippy::print_stdout, reason = "printing is what the programs are for")]
pub mod rdd;

/// The program in the workspace's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
