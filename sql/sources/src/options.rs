//! [`OptionMap`]: options of one read or write, by name without case.

use flint_sql_spec::{Options, Result, SqlError, condition};

use crate::settings::{flag, invalid};

/// Options as given; a name that is given twice has its last value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OptionMap<'a>(pub(crate) &'a Options);

impl<'a> OptionMap<'a> {
    /// The value, if the option is given.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        let mut given = self.0.iter().rev();
        given
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }

    /// The value of the first of the names that is given.
    pub(crate) fn any(self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// A flag.
    ///
    /// # Errors
    /// For what is neither `true` nor `false`.
    pub(crate) fn flag(self, name: &str, default: bool) -> Result<bool> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => flag(value).ok_or_else(|| invalid(name, value)),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// For what is none.
    pub(crate) fn number<N: std::str::FromStr>(self, name: &str, default: N) -> Result<N> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => value.trim().parse().map_err(|_| invalid(name, value)),
        }
    }

    /// Refuses the options that mean something to Spark and nothing to Flint yet.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` that names the option.
    pub(crate) fn refuse(self, format: &str, names: &[&str]) -> Result<()> {
        match names.iter().find(|name| self.get(name).is_some()) {
            None => Ok(()),
            Some(name) => Err(unsupported(format!("the option {name} of {format}"))),
        }
    }
}

/// What Spark does and Flint does not.
pub(crate) fn unsupported(what: impl Into<String>) -> SqlError {
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what)
}
