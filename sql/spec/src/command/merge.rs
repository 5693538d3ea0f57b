//! MERGE.

use serde::{Deserialize, Serialize};

use crate::{Expr, Relation};

/// Updates, deletes and inserts by comparing a table with a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MergeInto {
    /// The table: `RelationKind::NamedTable`, with an alias or not.
    pub target: Relation,
    /// What it is compared with.
    pub source: Relation,
    /// What pairs rows.
    pub condition: Expr,
    /// For pairs; each an `ExprKind::MergeAction`, the first whose condition holds is done.
    pub matched: Vec<Expr>,
    /// For rows only in the source.
    pub not_matched: Vec<Expr>,
    /// For rows only in the table.
    pub not_matched_by_source: Vec<Expr>,
    /// Whether columns that only the source has are added to the table.
    pub with_schema_evolution: bool,
}

/// What a branch of MERGE does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MergeAction {
    /// What is done.
    pub kind: MergeActionKind,
    /// When.
    pub condition: Option<Expr>,
    /// Columns and their values, for updates and inserts.
    pub assignments: Vec<Assignment>,
}

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MergeActionKind {
    /// It is deleted.
    Delete,
    /// It is inserted, with the given values.
    Insert,
    /// It is inserted, with the source's columns of the same names.
    InsertStar,
    /// The given columns are set.
    Update,
    /// All columns are set to the source's of the same names.
    UpdateStar,
}

/// `column = value`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignment {
    /// The column.
    pub column: Expr,
    /// Its new value.
    pub value: Expr,
}
