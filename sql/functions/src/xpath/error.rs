//! What is wrong with a text, an expression or an evaluation.

use std::error::Error;
use std::fmt;

/// A text that is no well-formed XML document (XML 1.0, section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// Says what is wrong.
    pub message: String,
    /// Counts lines from 1. In the text of an entity the lines are those of the entity.
    pub line: usize,
    /// Counts characters of the line from 1.
    pub column: usize,
}

impl fmt::Display for XmlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            message,
            line,
            column,
        } = self;
        write!(out, "line {line}, column {column}: {message}")
    }
}

impl Error for XmlError {}

/// An expression that cannot be compiled, or that fails over a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XPathError {
    /// Says what is wrong.
    pub message: String,
    /// Counts the bytes of the expression before the mistake. 0 where the mistake is in the
    /// expression as a whole, or evaluation fails.
    pub position: usize,
}

impl XPathError {
    pub(super) fn new(message: impl Into<String>, position: usize) -> Self {
        Self {
            message: message.into(),
            position,
        }
    }
}

impl fmt::Display for XPathError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            0 => out.write_str(&self.message),
            position => write!(out, "at byte {position}: {}", self.message),
        }
    }
}

impl Error for XPathError {}
