//! [`Failure`]: how a command of `flint` can end badly, what is told of it, and its exit code.

use std::io;
use std::path::{Path, PathBuf};

use flint_connect::StartError;
use flint_sql::SqlError;

/// What the parts of this program return.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A statement failed. The place is where it stands in a script, such as `a.sql, line 3`.
    Sql {
        /// Spark's error.
        error: SqlError,
        /// Where the statement begins, unless it was typed.
        place: Option<String>,
    },
    /// What the command was told makes no sense.
    Usage(String),
    /// A file or folder.
    File {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        error: io::Error,
    },
    /// Standard output, a terminal, a thread or a process.
    System {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        error: io::Error,
    },
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    /// A failure of a file.
    pub(crate) fn of_file(path: &Path) -> impl FnOnce(io::Error) -> Failure {
        let path = path.to_owned();
        move |error| Failure::File { path, error }
    }

    /// A failure of the system.
    pub(crate) fn of_system(what: &'static str) -> impl FnOnce(io::Error) -> Failure {
        move |error| Failure::System { what, error }
    }

    /// A failure to write results.
    pub(crate) fn of_output(error: io::Error) -> Failure {
        Failure::of_system("writing results")(error)
    }

    /// A server that cannot be started.
    pub(crate) fn of_server(error: StartError) -> Failure {
        match error {
            StartError::Open { address } => Failure::Usage(format!(
                "{address} can be reached from other machines: give a token (--token-file, \
                 FLINT_CONNECT_TOKEN), or --insecure to let everybody run code here"
            )),
            other => Failure::of_system("the Connect server")(io::Error::other(other)),
        }
    }

    /// The same, at a place in a script, unless a place is known.
    pub(crate) fn at(self, found: impl FnOnce() -> String) -> Failure {
        match self {
            Failure::Sql { error, place: None } => Failure::Sql {
                error,
                place: Some(found()),
            },
            other => other,
        }
    }

    /// Whether who reads the results has gone, such as `head` when it has enough. That is no error.
    fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::System { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What the user is told, if anything.
    pub(crate) fn told(&self) -> Option<String> {
        Some(match self {
            closed if closed.is_closed_pipe() => return None,
            Failure::Sql {
                error,
                place: Some(place),
            } => format!("flint: {place}: {error}"),
            Failure::Sql { error, place: None } => error.to_string(),
            Failure::Usage(text) => format!("flint: {text}"),
            Failure::File { path, error } => format!("flint: {}: {error}", path.display()),
            Failure::System { what, error } => format!("flint: {what}: {error}"),
            Failure::Interrupted => "flint: interrupted".to_owned(),
        })
    }

    /// The code that the process ends with: 1 for what failed, 2 for what makes no sense, 130 for
    /// Ctrl-C as shells have it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            closed if closed.is_closed_pipe() => 0,
            Failure::Usage(_) => 2,
            Failure::Interrupted => 130,
            _ => 1,
        }
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Failure::Sql { error, place: None }
    }
}
