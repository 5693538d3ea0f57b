//! [`QueryKey`]: a key of a URL's query, which is a pattern.

use std::sync::Arc;

use flint_sql_columnar::Raised;

use super::Pattern;
use super::compiled::read;

/// A key, ready to look for.
#[derive(Debug)]
pub(crate) struct QueryKey {
    key: String,
    pattern: Arc<Pattern>,
}

impl QueryKey {
    /// Reads a key.
    ///
    /// # Errors
    /// `INVALID_PARAMETER_VALUE.PATTERN` for a key that is no pattern.
    pub(crate) fn new(key: &str) -> Result<QueryKey, Raised> {
        Ok(QueryKey {
            key: key.to_owned(),
            pattern: read(&format!("(&|^){key}=([^&]*)"), "parse_url")?,
        })
    }

    /// The key as it was given.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The value of the first such key.
    ///
    /// # Errors
    /// `PATTERN_TOO_COSTLY`.
    pub(crate) fn value<'a>(&self, query: &'a str) -> Result<Option<&'a str>, Raised> {
        let found = self.pattern.matches(query).next_found()?;
        let place = found.and_then(|found| found.group(2));
        Ok(place.map(|(start, end)| &query[start..end]))
    }
}
