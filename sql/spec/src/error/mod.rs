//! The typed SQL error: Spark's condition, SQLSTATE, parameters and query context.

pub mod condition;
mod context;
mod display;

pub use condition::Condition;
pub use context::{ContextKind, QueryContext};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Origin;

/// What SQL's parts return.
pub type Result<T, E = SqlError> = std::result::Result<T, E>;

/// An error of SQL, one pointer wide.
///
/// ```
/// use flint_sql_spec::{SqlError, condition};
/// let error = SqlError::new(condition::PARSE_SYNTAX_ERROR).with("error", "'FRM'").with("hint", "");
/// assert_eq!(error.condition().name, "PARSE_SYNTAX_ERROR");
/// assert_eq!(error.sql_state(), "42601");
/// assert!(error.to_string().starts_with("[PARSE_SYNTAX_ERROR] "));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", display::render(.0))]
#[serde(transparent)]
pub struct SqlError(Box<ErrorData>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ErrorData {
    condition: Condition,
    parameters: Vec<(Cow<'static, str>, String)>,
    contexts: Vec<QueryContext>,
    is_parse_error: bool,
    cause: Option<SqlError>,
}

impl SqlError {
    /// An error of a registered condition, without parameters.
    pub fn new(condition: Condition) -> SqlError {
        SqlError(Box::new(ErrorData {
            condition,
            parameters: Vec::new(),
            contexts: Vec::new(),
            is_parse_error: false,
            cause: None,
        }))
    }

    /// A bug of ours: `INTERNAL_ERROR`.
    pub fn internal(message: impl Into<String>) -> SqlError {
        SqlError::new(condition::INTERNAL_ERROR).with("message", message)
    }

    /// Sets a message parameter.
    #[must_use]
    pub fn with(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> SqlError {
        let (name, value) = (name.into(), value.into());
        match self
            .0
            .parameters
            .iter_mut()
            .find(|(known, _)| *known == name)
        {
            Some((_, old)) => *old = value,
            None => self.0.parameters.push((name, value)),
        }
        self
    }

    /// Says where in SQL text or in the program it is; nothing for an unknown origin.
    #[must_use]
    pub fn at(mut self, origin: &Origin) -> SqlError {
        self.0.contexts.extend(QueryContext::of(origin));
        self
    }

    /// The same, unless a place is known already: what walks call on the way out.
    #[must_use]
    pub fn or_at(self, origin: &Origin) -> SqlError {
        if self.0.contexts.is_empty() {
            self.at(origin)
        } else {
            self
        }
    }

    /// Marks it as found while parsing, which is printed with the whole text.
    #[must_use]
    pub fn while_parsing(mut self) -> SqlError {
        self.0.is_parse_error = true;
        self
    }

    /// Sets what caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: SqlError) -> SqlError {
        self.0.cause = Some(cause);
        self
    }

    /// The condition.
    pub fn condition(&self) -> &Condition {
        &self.0.condition
    }

    /// The five characters of the condition's SQLSTATE.
    pub fn sql_state(&self) -> &str {
        &self.0.condition.sql_state
    }

    /// Message parameters, in the order they were set.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .parameters
            .iter()
            .map(|(name, value)| (&**name, &**value))
    }

    /// One message parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Where it is, the innermost place first.
    pub fn contexts(&self) -> &[QueryContext] {
        &self.0.contexts
    }

    /// Whether it was found while parsing: Spark's ParseException.
    pub fn is_parse_error(&self) -> bool {
        self.0.is_parse_error
    }

    /// What caused it.
    pub fn cause(&self) -> Option<&SqlError> {
        self.0.cause.as_ref()
    }

    /// The message alone: no condition in front, no SQLSTATE and context behind.
    pub fn message(&self) -> String {
        display::message(&self.0)
    }
}
