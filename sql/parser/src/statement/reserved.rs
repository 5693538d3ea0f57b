//! Properties that are clauses of their own, and so cannot be set as properties.

use flint_sql_spec::{Options, Result, condition::Condition};

use crate::cursor::Parser;

/// What to write in the place of a table's property.
pub(super) const OF_TABLES: &[(&str, &str)] = &[
    ("provider", "please use the USING clause to specify it"),
    ("location", "please use the LOCATION clause to specify it"),
    ("owner", "it will be set to the current user"),
    ("external", "please use CREATE EXTERNAL TABLE"),
];

/// The same of namespaces.
pub(super) const OF_NAMESPACES: &[(&str, &str)] = &[
    ("location", "please use the LOCATION clause to specify it"),
    ("owner", "it will be set to the current user"),
];

impl Parser {
    /// The error for a property that is reserved.
    pub(super) fn not_reserved(
        &self,
        start: usize,
        properties: &Options,
        reserved: &[(&str, &str)],
        wrong: Condition,
    ) -> Result<()> {
        for (key, _) in properties {
            if let Some((name, instead)) = reserved.iter().find(|(name, _)| **name == **key) {
                let error = self.error_from(start, wrong);
                return Err(error.with("property", *name).with("msg", *instead));
            }
        }
        Ok(())
    }
}
