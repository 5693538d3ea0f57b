//! The results of expressions (XPath 1.0, section 1), and their conversions (sections 4.2 to 4.4).

use super::number::{parse_number, write_number};
use crate::xpath::document::{Document, NodeId};

/// A result.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Value {
    Boolean(bool),
    Number(f64),
    Text(String),
    /// Nodes in document order, each once.
    Nodes(Vec<NodeId>),
}

impl Value {
    /// The function `boolean` (XPath 1.0, section 4.3).
    pub(in super::super) fn boolean(&self) -> bool {
        match self {
            Self::Boolean(boolean) => *boolean,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Nodes(nodes) => !nodes.is_empty(),
        }
    }

    /// The function `number` (XPath 1.0, section 4.4).
    pub(in super::super) fn number(&self, document: &Document) -> f64 {
        match self {
            Self::Boolean(boolean) => f64::from(u8::from(*boolean)),
            Self::Number(number) => *number,
            Self::Text(text) => parse_number(text),
            Self::Nodes(nodes) => nodes
                .first()
                .map_or(f64::NAN, |&node| parse_number(&document.string_value(node))),
        }
    }

    /// The function `string` (XPath 1.0, section 4.2).
    pub(in super::super) fn into_text(self, document: &Document) -> String {
        match self {
            Self::Boolean(boolean) => boolean.to_string(),
            Self::Number(number) => write_number(number),
            Self::Text(text) => text,
            Self::Nodes(nodes) => nodes
                .first()
                .map_or_else(String::new, |&node| document.string_value(node)),
        }
    }

    /// The name of the type in errors.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Nodes(_) => "set of nodes",
        }
    }
}
