//! Errors of files, as Spark's conditions.

use datafusion::error::DataFusionError;
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{Condition, SqlError, condition};
use object_store::Error as StoreError;

/// Nothing is there.
pub(crate) fn path_not_found(path: &str) -> SqlError {
    SqlError::new(condition::PATH_NOT_FOUND).with("path", path)
}

/// What a file system failed with, about a file.
pub(crate) fn store_failed(path: &str, error: &StoreError) -> SqlError {
    match error {
        StoreError::NotFound { .. } => file_gone(path),
        other => read_failed(path, other.to_string()),
    }
}

/// A file that was listed is gone.
pub(crate) fn file_gone(path: &str) -> SqlError {
    SqlError::new(condition::FAILED_READ_FILE_FILE_NOT_EXIST).with("path", path)
}

/// A file cannot be read, for a reason in words.
pub(crate) fn read_failed(path: &str, reason: impl Into<String>) -> SqlError {
    failed(condition::FAILED_READ_FILE_NO_HINT, path, reason)
}

/// A file has no footer.
pub(crate) fn no_footer(path: &str, reason: impl Into<String>) -> SqlError {
    failed(
        condition::FAILED_READ_FILE_CANNOT_READ_FILE_FOOTER,
        path,
        reason,
    )
}

fn failed(condition: Condition, path: &str, reason: impl Into<String>) -> SqlError {
    let cause = SqlError::internal(reason);
    SqlError::new(condition).with("path", path).caused_by(cause)
}

/// What went wrong while a file was read, with the name of the file; conditions that a reader raised
/// itself become the cause, as in Spark.
pub(crate) fn while_reading(path: &str, error: DataFusionError) -> SqlError {
    if is_missing(&error) {
        return file_gone(path);
    }
    let cause = from_datafusion(error);
    // What is refused is refused whatever the file.
    if ["FAILED_READ_FILE", "UNSUPPORTED_FEATURE"].contains(&cause.condition().class()) {
        return cause;
    }
    SqlError::new(condition::FAILED_READ_FILE_NO_HINT)
        .with("path", path)
        .caused_by(cause)
}

/// Whether a file that was to be read is not there.
fn is_missing(error: &DataFusionError) -> bool {
    let mut at: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = at {
        if matches!(error.downcast_ref(), Some(StoreError::NotFound { .. })) {
            return true;
        }
        if let Some(DataFusionError::ObjectStore(inner)) = error.downcast_ref() {
            return matches!(**inner, StoreError::NotFound { .. });
        }
        if let Some(parquet::errors::ParquetError::External(inner)) = error.downcast_ref() {
            at = Some(inner.as_ref());
            continue;
        }
        at = error.source();
    }
    false
}
