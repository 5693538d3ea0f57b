//! What can go wrong with files: data that is made, queries and answers that are read.

use std::path::PathBuf;

/// An error of data, queries or answers. Differences between answers are
/// [`Difference`](crate::Difference)s.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory can't be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Rows can't be written as Parquet.
    #[error("{}: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: parquet::errors::ParquetError,
    },
    /// A generator does not take the scale factor, or failed.
    #[error("no data of {benchmark} at scale {scale}: {reason}")]
    Generator {
        /// Which benchmark.
        benchmark: &'static str,
        /// Its scale factor.
        scale: f64,
        /// What the generator said.
        reason: String,
    },
    /// The directory for data holds something else already, which is not overwritten.
    #[error("{} holds {found}, not {wanted}: give another directory", path.display())]
    Occupied {
        /// The directory.
        path: PathBuf,
        /// What its marker says, or that there is none.
        found: String,
        /// What was to be written.
        wanted: String,
    },
    /// A file of answers is not what `make_answers.py` writes.
    #[error("{}, line {line}: {reason}", path.display())]
    Answers {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is missing or of the wrong kind.
        reason: String,
    },
}

/// What functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        |source| Error::Io { path, source }
    }
}
