//! The errors of the engine.
//!
//! One enum, [`Error`], for everything that an action can end with. It owns plain data only, so
//! that it is `Clone`, travels between processes as the same typed value (never flattened to
//! text), and can be handed to several waiters of one job. [`Error::kind`] tells a caller what to
//! do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The result of every fallible operation of the engine.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The environment failed (disk, file, process): the same call may succeed later.
    Environment,
    /// The request is wrong: an argument, an option, a program that can't be shipped.
    Request,
    /// The data is wrong: corrupt, truncated, not UTF-8, an empty collection.
    Data,
    /// User code failed: it panicked or returned an error.
    UserCode,
    /// A limit was reached: memory, result size, open files.
    Resources,
    /// The work was cancelled, or its context stopped.
    Cancelled,
    /// An invariant of the engine does not hold. Please report it.
    Bug,
}

/// An I/O error that can be cloned and sent: the operating system's code, if any, and the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IoCause {
    os_code: Option<i32>,
    message: String,
}

impl IoCause {
    /// The kind of I/O error, as the operating system's code gives it
    /// ([`io::ErrorKind::Other`] where the error carried no code).
    pub fn kind(&self) -> io::ErrorKind {
        self.os_code.map_or(io::ErrorKind::Other, |c| {
            io::Error::from_raw_os_error(c).kind()
        })
    }

    /// The operating system's error code (`errno`), if the error came from there.
    pub fn os_code(&self) -> Option<i32> {
        self.os_code
    }

    /// Whether the process or the system has no file descriptor left.
    fn is_out_of_files(&self) -> bool {
        matches!(self.os_code, Some(libc::EMFILE | libc::ENFILE))
    }
}

impl fmt::Display for IoCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for IoCause {}

impl From<io::Error> for IoCause {
    fn from(e: io::Error) -> Self {
        IoCause {
            os_code: e.raw_os_error(),
            message: e.to_string(),
        }
    }
}

/// A place in a user's program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallSite {
    /// The source file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl From<&std::panic::Location<'_>> for CallSite {
    fn from(l: &std::panic::Location<'_>) -> Self {
        CallSite {
            file: l.file().to_owned(),
            line: l.line(),
            column: l.column(),
        }
    }
}

impl fmt::Display for CallSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why a job was given up: the task that failed for the last time, and its first cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFailure {
    /// The job, counted from 0 in its context.
    pub job: u64,
    /// The stage, counted from 0 in its context.
    pub stage: u64,
    /// The attempt of the stage, counted from 0.
    pub stage_attempt: u32,
    /// The partition that the task computed.
    pub partition: u32,
    /// How often the task was tried and failed.
    pub failures: u32,
    /// Where it ran when it failed for the last time.
    pub executor: String,
    /// Where the user's program called for what the stage computes.
    pub call_site: Option<CallSite>,
    /// What the first failed attempt ended with.
    pub cause: Box<Error>,
}

/// Everything that the engine reports to its caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A configuration value can't be used.
    #[error("configuration key `{key}` can't take the value `{value}`: {reason}")]
    Conf {
        /// The key.
        key: String,
        /// The value given.
        value: String,
        /// Why not.
        reason: String,
    },

    /// A master URL is not understood, or no cluster manager is registered for it.
    #[error("[INVALID_MASTER_URL] master URL `{url}`: {reason}")]
    Master {
        /// The URL.
        url: String,
        /// Why not.
        reason: String,
    },

    /// An argument of a call is out of its range.
    #[error("argument `{name}`: {reason}")]
    Argument {
        /// The argument's name.
        name: String,
        /// What it must be, and what it was.
        reason: String,
    },

    /// Input or output failed.
    #[error("can't {op} `{}`: {source}", path.display())]
    Io {
        /// What was tried, as a verb: `open`, `read`, `rename`.
        op: String,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: IoCause,
    },

    /// An input path matches nothing.
    #[error("[PATH_NOT_FOUND] input path `{}` does not exist", path.display())]
    PathNotFound {
        /// The path or pattern as given.
        path: PathBuf,
    },

    /// A save would overwrite an existing path.
    #[error("[PATH_ALREADY_EXISTS] output path `{}` already exists", path.display())]
    PathAlreadyExists {
        /// The path.
        path: PathBuf,
    },

    /// A text file holds bytes that are not UTF-8.
    #[error("file `{}` is not UTF-8 at byte {offset}", path.display())]
    InvalidUtf8 {
        /// The file.
        path: PathBuf,
        /// Offset of the first bad byte in the (decompressed) file, from 0.
        offset: u64,
    },

    /// A file or block is truncated, or its checksum is wrong.
    #[error("`{place}` is corrupt: {reason}")]
    Corrupt {
        /// The file or block.
        place: String,
        /// What does not fit.
        reason: String,
    },

    /// A record can't be encoded or decoded.
    #[error("can't {op} a value of type `{type_name}`: {reason}")]
    Codec {
        /// `encode` or `decode`.
        op: String,
        /// The Rust type.
        type_name: String,
        /// What the format said.
        reason: String,
    },

    /// A closure can't leave its process.
    #[error("the closure at {site} can't be sent to another process: {reason}; {fix}")]
    NotPortable {
        /// Where the operator was called.
        site: CallSite,
        /// Why not.
        reason: String,
        /// What to write instead.
        fix: String,
    },

    /// A program was made by another build of the binary.
    #[error(
        "program of build {theirs} can't run in build {ours}: driver and executors must be the very same binary"
    )]
    ForeignBuild {
        /// Hash of the executable that made the program.
        theirs: String,
        /// Hash of the executable that was asked to run it.
        ours: String,
    },

    /// User code panicked in a task.
    #[error("user code panicked: {message}")]
    Panic {
        /// The panic's message.
        message: String,
        /// Where it panicked.
        site: Option<CallSite>,
    },

    /// User code returned an error from a task.
    #[error("user code failed: {message}")]
    User {
        /// The error's text, with its sources.
        message: String,
    },

    /// A command of `pipe` failed.
    #[error("command `{command}` {reason}")]
    Command {
        /// The command line.
        command: String,
        /// How it ended.
        reason: String,
    },

    /// A job failed.
    #[error(
        "job {} aborted: task {} in stage {}.{} failed {} time(s), last on {}{}: {}",
        .0.job, .0.partition, .0.stage, .0.stage_attempt, .0.failures, .0.executor,
        .0.call_site.as_ref().map(|s| format!(" (called at {s})")).unwrap_or_default(), .0.cause
    )]
    Job(Box<JobFailure>),

    /// A block of a shuffle is not where it was said to be. The scheduler makes it again; a caller
    /// sees this only as the cause of a [`Error::Job`] that gave up.
    #[error(
        "can't fetch shuffle {shuffle} map {map} for reducer {reduce} from {executor}: {reason}"
    )]
    FetchFailed {
        /// The shuffle.
        shuffle: u64,
        /// The map partition whose output is missing.
        map: u32,
        /// The reduce partition that asked.
        reduce: u32,
        /// The executor that should have it.
        executor: String,
        /// What happened.
        reason: String,
    },

    /// An executor died or fell silent.
    #[error("executor {executor} lost: {reason}")]
    ExecutorLost {
        /// The executor.
        executor: String,
        /// Why.
        reason: String,
    },

    /// A task can't run on any executor, because it, or others, failed too often on each
    /// (`spark.excludeOnFailure.*`).
    #[error(
        "task {partition} of stage {stage}.{stage_attempt} can't run anywhere, because every executor and node is \
         excluded for failures; most recent failure: {}; see spark.excludeOnFailure.*",
        most_recent.as_ref().map_or_else(|| "none of this stage".to_owned(), ToString::to_string)
    )]
    Excluded {
        /// The stage.
        stage: u64,
        /// The attempt of the stage.
        stage_attempt: u32,
        /// The partition that the task would compute.
        partition: u32,
        /// How the task, or another one of the stage, failed last.
        most_recent: Option<Box<Error>>,
    },

    /// A stage whose records may differ from run to run has to be run again, after a job took
    /// results of its first run (SPARK-23207). Checkpointing what the stage reads, or sorting it,
    /// makes the stage repeatable.
    #[error(
        "job {job} can't go on: an output of shuffle {shuffle} (stage {stage}) is lost, its records may come out \
         different when made again, and results of its first run were taken already; checkpoint the RDD before \
         that shuffle"
    )]
    Indeterminate {
        /// The job.
        job: u64,
        /// The shuffle that lost an output.
        shuffle: u64,
        /// Its map stage.
        stage: u64,
    },

    /// A job was cancelled.
    #[error("job {job} cancelled: {reason}")]
    Cancelled {
        /// The job.
        job: u64,
        /// Who cancelled it and why.
        reason: String,
    },

    /// A task noticed that it should stop (inside the engine; a caller sees
    /// [`Error::Cancelled`]).
    #[error("task killed: {reason}")]
    TaskKilled {
        /// Why.
        reason: String,
    },

    /// The results of a job exceed `spark.driver.maxResultSize`.
    #[error("results of job {job} take {bytes} bytes, over spark.driver.maxResultSize = {limit}")]
    ResultTooLarge {
        /// The job.
        job: u64,
        /// Bytes so far.
        bytes: u64,
        /// The limit.
        limit: u64,
    },

    /// Something that can't spill needs more memory than the engine has.
    #[error("[UNABLE_TO_ACQUIRE_MEMORY] {what} needs {needed} bytes, {available} are free")]
    OutOfMemory {
        /// What asked.
        what: String,
        /// Bytes asked for.
        needed: u64,
        /// Bytes that were free.
        available: u64,
    },

    /// An action that needs an element met an empty RDD.
    #[error("{action} of an empty collection")]
    EmptyCollection {
        /// The action.
        action: String,
    },

    /// A file of a checkpoint is gone after its lineage was cut.
    #[error("checkpoint block `{}` of RDD {rdd} is missing and its lineage was cut", path.display())]
    CheckpointMissing {
        /// The RDD.
        rdd: u64,
        /// The file.
        path: PathBuf,
    },

    /// The context was stopped.
    #[error("the context is stopped")]
    ContextStopped,

    /// A test's fault point fired.
    #[error("injected fault at `{point}`")]
    Injected {
        /// The fault point.
        point: String,
    },

    /// An invariant of the engine does not hold.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    /// An I/O error with what was tried and on which path.
    pub fn io(op: &str, path: impl AsRef<Path>, source: io::Error) -> Self {
        Error::Io {
            op: op.to_owned(),
            path: path.as_ref().to_owned(),
            source: source.into(),
        }
    }

    /// An [`Error::Argument`].
    pub fn argument(name: &str, reason: impl Into<String>) -> Self {
        Error::Argument {
            name: name.to_owned(),
            reason: reason.into(),
        }
    }

    /// An [`Error::Corrupt`].
    pub fn corrupt(place: impl fmt::Display, reason: impl Into<String>) -> Self {
        Error::Corrupt {
            place: place.to_string(),
            reason: reason.into(),
        }
    }

    /// An [`Error::User`] from an error of the caller's own, its sources joined with `: `.
    ///
    /// ```
    /// let e = flint_core::Error::user(&std::fmt::Error);
    /// assert_eq!(e.kind(), flint_core::ErrorKind::UserCode);
    /// ```
    pub fn user(error: &dyn std::error::Error) -> Self {
        let mut message = error.to_string();
        let mut next = error.source();
        while let Some(e) = next {
            message.push_str(": ");
            message.push_str(&e.to_string());
            next = e.source();
        }
        Error::User { message }
    }

    /// What a caller can do about this error. For a failed job, that of its first cause.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Io { source, .. } if source.is_out_of_files() => ErrorKind::Resources,
            Error::Conf { .. }
            | Error::Master { .. }
            | Error::Argument { .. }
            | Error::PathNotFound { .. }
            | Error::PathAlreadyExists { .. }
            | Error::NotPortable { .. }
            | Error::ForeignBuild { .. } => ErrorKind::Request,
            Error::Io { .. }
            | Error::FetchFailed { .. }
            | Error::ExecutorLost { .. }
            | Error::Indeterminate { .. }
            | Error::Injected { .. } => ErrorKind::Environment,
            Error::InvalidUtf8 { .. }
            | Error::Corrupt { .. }
            | Error::Codec { .. }
            | Error::EmptyCollection { .. }
            | Error::CheckpointMissing { .. } => ErrorKind::Data,
            Error::Panic { .. } | Error::User { .. } | Error::Command { .. } => ErrorKind::UserCode,
            Error::ResultTooLarge { .. } | Error::OutOfMemory { .. } => ErrorKind::Resources,
            Error::Cancelled { .. } | Error::TaskKilled { .. } | Error::ContextStopped => {
                ErrorKind::Cancelled
            }
            Error::Internal(_) => ErrorKind::Bug,
            Error::Job(f) => f.cause.kind(),
            Error::Excluded { most_recent, .. } => most_recent
                .as_ref()
                .map_or(ErrorKind::Environment, |e| e.kind()),
        }
    }

    /// The first cause: of a failed job, what its first failed attempt ended with; else itself.
    pub fn root_cause(&self) -> &Error {
        let mut e = self;
        while let Error::Job(f) = e {
            e = &f.cause;
        }
        e
    }
}
