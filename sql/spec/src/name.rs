//! Names of tables, columns, functions and other objects.
//!
//! Parts keep the case they were written in; whether case matters is the analyzer's to decide.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Expr;

/// One part of a name, unquoted.
pub type Ident = Arc<str>;

/// A dotted name, or one that is computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ObjectName {
    /// Parts from the outermost (catalog or namespace) to the innermost.
    Parts(Vec<Ident>),
    /// `IDENTIFIER(expr)`: a constant string expression to be evaluated, then split into parts;
    /// `rest` are the parts written after it.
    Computed {
        /// What gives the name.
        expr: Expr,
        /// Parts that follow.
        rest: Vec<Ident>,
    },
}

impl ObjectName {
    /// A name of one part.
    pub fn bare(part: &str) -> ObjectName {
        ObjectName::Parts(vec![part.into()])
    }

    /// A name of the given parts, outermost first.
    pub fn of<I: Into<Ident>>(parts: impl IntoIterator<Item = I>) -> ObjectName {
        ObjectName::Parts(parts.into_iter().map(Into::into).collect())
    }

    /// The parts, unless the name is computed.
    pub fn parts(&self) -> Option<&[Ident]> {
        match self {
            ObjectName::Parts(parts) => Some(parts),
            ObjectName::Computed { .. } => None,
        }
    }
}

impl fmt::Display for ObjectName {
    /// Writes the name as SQL, quoted where it must be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ObjectName::Parts(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let dot = if at == 0 { "" } else { "." };
                    write!(f, "{dot}{}", quote_part_if_needed(part))?;
                }
                Ok(())
            }
            ObjectName::Computed { expr, .. } => match expr.origin().fragment() {
                Some(source) => write!(f, "IDENTIFIER({source})"),
                None => f.write_str("IDENTIFIER(..)"),
            },
        }
    }
}

/// A part as Spark's messages write it: always in backquotes.
///
/// ```
/// assert_eq!(flint_sql_spec::quote_part("a`b"), "`a``b`");
/// ```
pub fn quote_part(part: &str) -> String {
    format!("`{}`", part.replace('`', "``"))
}

/// A part as SQL, in backquotes only when it needs them: when it is empty, all digits, or has
/// anything but ASCII letters, digits and underscores.
pub fn quote_part_if_needed(part: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if part.bytes().all(plain) && part.bytes().any(|b| !b.is_ascii_digit()) {
        part.to_owned()
    } else {
        quote_part(part)
    }
}

/// A dotted name as errors tell it: every part in backquotes.
pub fn quote_parts(parts: &[Ident]) -> String {
    let quoted: Vec<_> = parts.iter().map(|part| quote_part(part)).collect();
    quoted.join(".")
}
