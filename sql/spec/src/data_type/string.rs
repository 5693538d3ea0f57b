//! How strings of a type compare.

use serde::{Deserialize, Serialize};

use crate::Ident;

/// The collation of a string type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Collation {
    /// Byte by byte, Spark's default; type names do not show it.
    #[default]
    Utf8Binary,
    /// A named one, such as `UTF8_LCASE` or `UNICODE_CI`, in the case that Spark writes it.
    Named(Ident),
}

impl Collation {
    /// The collation of a name in any case; the name is not checked against the known ones.
    pub fn of(name: &str) -> Collation {
        if name.eq_ignore_ascii_case("UTF8_BINARY") {
            Collation::Utf8Binary
        } else {
            Collation::Named(name.to_ascii_uppercase().into())
        }
    }

    /// The collation's name.
    pub fn name(&self) -> &str {
        match self {
            Collation::Utf8Binary => "UTF8_BINARY",
            Collation::Named(name) => name,
        }
    }

    /// Who defines it: `spark` for the two UTF8 ones and their variants, else `icu`.
    pub fn provider(&self) -> &'static str {
        if self.name().starts_with("UTF8_") {
            "spark"
        } else {
            "icu"
        }
    }
}
