//! Saves that are there whole or not at all.
//!
//! The protocol is Hadoop's file output committer, version 1, in spirit. [`OutputJob::begin`]
//! refuses an output that exists and makes the directory. Each task attempt writes part files into
//! a directory of its own ([`TaskOutput`]), asks the [`OutputCommitCoordinator`] whether it is the
//! one to commit, commits by renaming that directory, and reports a [`TaskCommit`] with its result.
//! [`OutputJob::commit`] takes exactly the reported files, moves them into place and writes
//! `_SUCCESS` last.
//!
//! ```text
//! out/_temporary/0/attempt-4.0-7.1/part-00007      written
//! out/_temporary/0/task-4.0-7.1/part-00007         the task committed
//! out/part-00007                                   the job committed
//! out/_SUCCESS                                     all of it is there
//! ```
//!
//! Invariants:
//! - A directory with `_SUCCESS` holds every part of one job. Readers that check for it never see
//!   half a save; so an overwriting job deletes an old `_SUCCESS` before it moves the first file.
//! - An attempt that the driver did not accept can't get into the output, even one that wakes up
//!   after the job: its files are not in the list.
//! - A job that is aborted, or dropped, leaves nothing behind: not even the directory, if it made
//!   it. A process that dies leaves a directory without `_SUCCESS`.
//!
//! One thing is not promised: where a job saves into a directory that was there before, and the
//! file system reports `_SUCCESS` as failed but makes it visible after the job was aborted, it
//! stays. (In a directory that the job made it can't: the directory is gone.)

mod committer;
mod coordinator;
mod part;
mod task;

pub use committer::{OutputJob, SUCCESS_FILE};
pub use coordinator::OutputCommitCoordinator;
pub use part::{Compression, PartFile, PartWriter};
pub use task::{OutputLayout, TaskCommit, TaskOutput};
