//! Nulls and values replaced.

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::{Ident, Literal};

/// Nulls replaced by values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FillNa {
    /// Where rows come from.
    pub input: Relation,
    /// Which columns; all of a fitting type when empty.
    pub columns: Vec<Ident>,
    /// One value for all, or one per column.
    pub values: Vec<Literal>,
}

/// Rows with nulls left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DropNa {
    /// Where rows come from.
    pub input: Relation,
    /// Columns that count; all when empty.
    pub columns: Vec<Ident>,
    /// How many must not be null for the row to stay; all without it.
    pub min_non_nulls: Option<i32>,
}

/// Values replaced by others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReplaceNa {
    /// Where rows come from.
    pub input: Relation,
    /// Which columns; all when empty.
    pub columns: Vec<Ident>,
    /// Old and new values.
    pub replacements: Vec<(Literal, Literal)>,
}
