//! [`Compiled`]: the patterns of a call, read once if they are constant, else when they change.

use std::rc::Rc;
use std::sync::Arc;

use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use super::Pattern;
use super::backtrack::TooCostly;
use crate::display::sql_value;
use crate::site::Site;

type Read = Result<Arc<Pattern>, SqlError>;

/// The patterns of a call.
#[derive(Debug)]
pub(super) struct Compiled {
    /// What messages call the function.
    function: &'static str,
    constant: Option<(String, Read)>,
}

/// The patterns of a batch of rows.
#[derive(Debug)]
pub(super) struct Patterns<'a> {
    compiled: &'a Compiled,
    last: Option<(Rc<str>, Read)>,
}

impl Compiled {
    /// Patterns in the second argument of a call. One that is wrong is an error once a row needs it.
    pub(super) fn new(site: &Site, function: &'static str) -> Compiled {
        let constant = site.constant_text(1);
        let constant = constant.map(|text| (text.to_owned(), read(text, function)));
        Compiled { function, constant }
    }

    pub(super) fn patterns(&self) -> Patterns<'_> {
        Patterns {
            compiled: self,
            last: None,
        }
    }
}

impl Patterns<'_> {
    /// The pattern of a row.
    ///
    /// # Errors
    /// `INVALID_PARAMETER_VALUE.PATTERN`.
    pub(super) fn get(&mut self, text: &str) -> Result<&Pattern, Raised> {
        let compiled = self.compiled;
        if let Some((constant, read)) = &compiled.constant
            && constant == text
        {
            return read.as_deref().map_err(|error| Raised(error.clone()));
        }
        if self.last.as_ref().is_none_or(|(last, _)| &**last != text) {
            self.last = Some((text.into(), read(text, compiled.function)));
        }
        let (_, read) = self.last.as_ref().expect("it was set just now");
        read.as_deref().map_err(|error| Raised(error.clone()))
    }
}

/// Reads a pattern.
///
/// # Errors
/// `INVALID_PARAMETER_VALUE.PATTERN`.
pub(super) fn read(text: &str, function: &'static str) -> Read {
    Pattern::new(text).map(Arc::new).map_err(|_| {
        SqlError::new(condition::INVALID_PARAMETER_VALUE_PATTERN)
            .with("parameter", "`regexp`")
            .with("functionName", format!("`{function}`"))
            .with("value", sql_value(text))
    })
}

impl From<TooCostly> for Raised {
    fn from(_: TooCostly) -> Self {
        SqlError::new(condition::PATTERN_TOO_COSTLY).into()
    }
}
