//! [`Raised`]: Spark's errors inside kernels and on their way through DataFusion and Arrow.
//!
//! Both carry foreign errors in boxes, which other errors may wrap; [`from_datafusion`] looks for
//! ours all the way down, so that a condition that a kernel raised is what users see.

use std::error::Error;
use std::fmt;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use flint_sql_spec::{SqlError, condition};

/// What kernels fail with: made from every error they meet by `?`, and an error of DataFusion by
/// `?` again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised(pub SqlError);

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Raised {}

impl From<SqlError> for Raised {
    fn from(error: SqlError) -> Self {
        Raised(error)
    }
}

impl From<ArrowError> for Raised {
    fn from(error: ArrowError) -> Self {
        Raised(from_datafusion(DataFusionError::from(error)))
    }
}

impl From<DataFusionError> for Raised {
    fn from(error: DataFusionError) -> Self {
        Raised(from_datafusion(error))
    }
}

impl From<Raised> for SqlError {
    fn from(error: Raised) -> Self {
        error.0
    }
}

impl From<Raised> for DataFusionError {
    fn from(error: Raised) -> Self {
        to_datafusion(error.0)
    }
}

impl From<Raised> for ArrowError {
    fn from(error: Raised) -> Self {
        ArrowError::ExternalError(Box::new(error.0))
    }
}

/// The error as DataFusion carries it.
pub fn to_datafusion(error: SqlError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// The error of ours that DataFusion carries; what it found itself gets the condition that fits it
/// best.
pub fn from_datafusion(error: DataFusionError) -> SqlError {
    if let Some(ours) = find(&error) {
        return ours;
    }
    match error.find_root() {
        DataFusionError::ArrowError(arrow, _) => from_arrow(arrow),
        DataFusionError::NotImplemented(what) => {
            SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what.clone())
        }
        DataFusionError::ResourcesExhausted(message) => out_of_memory(message),
        DataFusionError::IoError(error) => from_io(error, error.to_string()),
        _ => SqlError::internal(error.strip_backtrace()),
    }
}

/// Sources name the files that they fail on; what comes here is of temporary files.
fn from_io(error: &std::io::Error, message: String) -> SqlError {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match root_kind(error) {
        StorageFull | QuotaExceeded | FileTooLarge => SqlError::new(condition::SPILL_OUT_OF_MEMORY)
            .with("consumerToSpill", "a query")
            .with("message", message),
        _ => SqlError::internal(message),
    }
}

/// The kind of the error that errors of input and output wrap.
fn root_kind(error: &std::io::Error) -> std::io::ErrorKind {
    let mut kind = error.kind();
    let mut next = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    while let Some(inner) = next {
        let io = match inner.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::IoError(io)) => Some(io),
            Some(DataFusionError::ArrowError(arrow, _)) => match &**arrow {
                ArrowError::IoError(_, io) => Some(io),
                _ => None,
            },
            _ => inner.downcast_ref::<std::io::Error>(),
        };
        next = match io {
            Some(io) => {
                kind = io.kind();
                io.get_ref().map(|inner| inner as &(dyn Error + 'static))
            }
            None => inner.source(),
        };
    }
    kind
}

fn from_arrow(error: &ArrowError) -> SqlError {
    match error {
        ArrowError::IoError(message, error) => from_io(error, message.clone()),
        ArrowError::DivideByZero => {
            SqlError::new(condition::DIVIDE_BY_ZERO).with("config", "\"spark.sql.ansi.enabled\"")
        }
        ArrowError::ArithmeticOverflow(message) => SqlError::new(condition::ARITHMETIC_OVERFLOW)
            .with("message", message.clone())
            .with("alternative", "")
            .with("config", "\"spark.sql.ansi.enabled\""),
        ArrowError::NotYetImplemented(what) => {
            SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what.clone())
        }
        other => SqlError::internal(other.to_string()),
    }
}

fn out_of_memory(message: &str) -> SqlError {
    SqlError::new(condition::UNABLE_TO_ACQUIRE_MEMORY)
        .with("requestedBytes", message)
        .with("receivedBytes", "0")
}

/// Looks through wrappers, shared and boxed errors for one of ours.
fn find(error: &(dyn Error + 'static)) -> Option<SqlError> {
    if let Some(found) = error.downcast_ref::<SqlError>() {
        return Some(found.clone());
    }
    if let Some(Raised(found)) = error.downcast_ref::<Raised>() {
        return Some(found.clone());
    }
    match error.downcast_ref::<DataFusionError>() {
        Some(DataFusionError::External(inner)) => find(inner.as_ref()),
        Some(DataFusionError::Shared(inner)) => find(inner.as_ref()),
        Some(DataFusionError::Context(_, inner)) => find(inner.as_ref()),
        Some(DataFusionError::Diagnostic(_, inner)) => find(inner.as_ref()),
        Some(DataFusionError::ArrowError(inner, _)) => find(inner.as_ref()),
        Some(DataFusionError::ParquetError(inner)) => find(inner.as_ref()),
        Some(DataFusionError::Collection(all)) => all.iter().find_map(|inner| find(inner)),
        Some(_) => None,
        None => match error.downcast_ref::<ArrowError>() {
            Some(ArrowError::ExternalError(inner)) => find(inner.as_ref()),
            _ => error.source().and_then(find),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_condition_survives_every_wrapper() {
        let error = SqlError::new(condition::DIVIDE_BY_ZERO).with("config", "x");
        let wrapped = [
            to_datafusion(error.clone()),
            DataFusionError::Shared(Arc::new(to_datafusion(error.clone()))),
            to_datafusion(error.clone()).context("while adding"),
            DataFusionError::from(ArrowError::from(Raised(error.clone()))),
            DataFusionError::External(Box::new(to_datafusion(error.clone()))),
            DataFusionError::Collection(vec![to_datafusion(error.clone())]),
        ];
        for outer in wrapped {
            assert_eq!(from_datafusion(outer), error);
        }
    }

    #[test]
    fn what_the_executor_found_gets_a_condition() {
        let divided = from_datafusion(ArrowError::DivideByZero.into());
        assert_eq!(divided.condition().name, "DIVIDE_BY_ZERO");
        let missing = from_datafusion(DataFusionError::NotImplemented("this".into()));
        assert_eq!(missing.condition().name, "UNSUPPORTED_FEATURE");
        let bug = from_datafusion(DataFusionError::Plan("no".into()));
        assert_eq!(bug.condition().name, "INTERNAL_ERROR");
    }
}
