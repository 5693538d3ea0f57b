//! Why an evaluation fails.

use std::fmt;

use super::value::Value;

/// A failure of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// A value of this type stands where a set of nodes is wanted.
    NoNodes(&'static str),
    /// A variable is wanted.
    Variable,
    /// A function with a prefix is called.
    ForeignFunction,
    /// A string that should name something has a prefix.
    Prefix(String),
    /// Nothing is left of a union.
    EmptyUnion,
    /// A function gives nothing at all.
    NoResult,
    /// The part that `substring` should give ends before it starts.
    Substring,
}

impl Fault {
    /// A value is no set of nodes where one is wanted.
    pub(in super::super) fn no_nodes(value: &Value) -> Self {
        Self::NoNodes(value.type_name())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoNodes(found) => {
                return write!(out, "A set of nodes is wanted, but there is a {found}.");
            }
            Self::Prefix(name) => {
                return write!(out, "The prefix of {name:?} has no namespace.");
            }
            Self::Variable => "The expression has a variable, and no variable has a value.",
            Self::ForeignFunction => {
                "The expression calls a function with a prefix: there is none."
            }
            Self::EmptyUnion => "A union has no operand that can be a set of nodes.",
            Self::NoResult => "The function \"here\" gives nothing.",
            Self::Substring => "The part that \"substring\" should give ends before it starts.",
        })
    }
}
