//! [`CodecError`]: why a value could not be read or written, as serde carries it.

use std::fmt;

use flint_sql_spec::{SqlError, condition};

/// Why, and where in the value.
#[derive(Debug)]
pub(super) enum CodecError {
    /// A null where the type takes none; the fields on the way to it, the innermost first.
    Null(Vec<String>),
    /// Anything else.
    Other(String),
}

impl CodecError {
    /// The same, one field further out.
    pub(super) fn inside(self, field: &str) -> CodecError {
        match self {
            CodecError::Null(mut path) => {
                path.push(field.to_owned());
                CodecError::Null(path)
            }
            CodecError::Other(_) => self,
        }
    }

    /// The error of reading.
    pub(super) fn decoding(self) -> SqlError {
        match self {
            CodecError::Null(path) => {
                let path: Vec<String> = path.into_iter().rev().collect();
                SqlError::new(condition::NOT_NULL_ASSERT_VIOLATION)
                    .with("walkedTypePath", format!("`{}`", path.join("`.`")))
            }
            CodecError::Other(reason) => {
                SqlError::new(condition::EXPRESSION_DECODING_FAILED).with("expressions", reason)
            }
        }
    }

    /// The error of writing.
    pub(super) fn encoding(self) -> SqlError {
        match self {
            CodecError::Null(_) => self.decoding(),
            CodecError::Other(reason) => {
                SqlError::new(condition::EXPRESSION_ENCODING_FAILED).with("expressions", reason)
            }
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodecError::Null(_) => f.write_str("a null where the type takes none"),
            CodecError::Other(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for CodecError {}

impl serde::de::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        CodecError::Other(message.to_string())
    }
}

impl serde::ser::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        CodecError::Other(message.to_string())
    }
}
