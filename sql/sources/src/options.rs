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

    /// Refuses options with a value that Flint does nothing with.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` that names the option.
    pub(crate) fn refuse(self, format: &str, names: &[&str]) -> Result<()> {
        match names.iter().find(|name| self.get(name).is_some()) {
            None => Ok(()),
            Some(name) => Err(unsupported(format!("the option {name} of {format}"))),
        }
    }

    /// Refuses the options of a table that mean something to Spark and nothing to Flint yet.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` that names the option.
    pub(crate) fn refuse_unsupported(self, format: &str, table: &[OptionUse]) -> Result<()> {
        let refused = |option: &&OptionUse| option.reads == OptionEffect::Refused;
        for option in table.iter().filter(refused) {
            self.refuse(format, &[option.name])?;
        }
        Ok(())
    }
}

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionEffect {
    /// What it does in Spark.
    Acts,
    /// Nothing: in Spark neither, or nothing that a program could see.
    Nothing,
    /// It is refused by name: `UNSUPPORTED_FEATURE`.
    Refused,
}

/// One option of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionUse {
    /// Its name, as Spark spells it.
    pub name: &'static str,
    /// What it says, in a few words.
    pub says: &'static str,
    /// What it does to readers.
    pub reads: OptionEffect,
    /// What it does to writers.
    pub writes: OptionEffect,
}

impl OptionUse {
    const fn new(
        name: &'static str,
        says: &'static str,
        reads: OptionEffect,
        writes: OptionEffect,
    ) -> OptionUse {
        OptionUse {
            name,
            says,
            reads,
            writes,
        }
    }

    /// One of readers and writers.
    pub(crate) const fn both(name: &'static str, says: &'static str) -> OptionUse {
        OptionUse::new(name, says, OptionEffect::Acts, OptionEffect::Acts)
    }

    /// One of readers.
    pub(crate) const fn read(name: &'static str, says: &'static str) -> OptionUse {
        OptionUse::new(name, says, OptionEffect::Acts, OptionEffect::Nothing)
    }

    /// One of writers.
    pub(crate) const fn write(name: &'static str, says: &'static str) -> OptionUse {
        OptionUse::new(name, says, OptionEffect::Nothing, OptionEffect::Acts)
    }

    /// One that changes nothing that a program could see.
    pub(crate) const fn none(name: &'static str, says: &'static str) -> OptionUse {
        OptionUse::new(name, says, OptionEffect::Nothing, OptionEffect::Nothing)
    }

    /// One that is refused.
    pub(crate) const fn refused(name: &'static str, says: &'static str) -> OptionUse {
        OptionUse::new(name, says, OptionEffect::Refused, OptionEffect::Refused)
    }
}

/// Options of all formats of files.
const OF_FILES: &[OptionUse] = &[
    OptionUse::both("path", "where the files are"),
    OptionUse::read("basePath", "where names of partitions begin"),
    OptionUse::read(
        "recursiveFileLookup",
        "whether all directories below are read",
    ),
    OptionUse::read("pathGlobFilter", "which names files have"),
    OptionUse::read("modifiedBefore", "when files were changed at the latest"),
    OptionUse::read("modifiedAfter", "when files were changed at the earliest"),
    OptionUse::read(
        "ignoreCorruptFiles",
        "whether damaged files are passed over",
    ),
    OptionUse::read(
        "ignoreMissingFiles",
        "whether files that are gone are passed over",
    ),
    OptionUse::write("maxRecordsPerFile", "how many rows a file may have"),
    OptionUse::write("partitionOverwriteMode", "what an overwrite replaces"),
];

/// The options of a format by its name, and those of all formats of files; `None` for a format
/// that has none here.
///
/// ```
/// let (own, of_files) = flint_sql_sources::option_table("csv").unwrap();
/// assert!(own.iter().any(|option| option.name == "quoteAll"));
/// assert!(of_files.iter().any(|option| option.name == "pathGlobFilter"));
/// ```
pub fn option_table(format: &str) -> Option<(&'static [OptionUse], &'static [OptionUse])> {
    let own = match format.to_ascii_lowercase().as_str() {
        "csv" => crate::csv::OPTIONS,
        "json" => crate::json::OPTIONS,
        "parquet" => crate::parquet::OPTIONS,
        "text" => crate::plain::OPTIONS,
        _ => return None,
    };
    Some((own, OF_FILES))
}

/// What Spark does and Flint does not.
pub(crate) fn unsupported(what: impl Into<String>) -> SqlError {
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what)
}
