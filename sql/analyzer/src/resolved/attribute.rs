//! Columns of resolved plans.

use flint_sql_spec::{DataType, Ident};

/// What a column is known by inside a plan, whatever its name. Ids are given out by one analysis
/// and mean nothing to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u64);

/// A column that a plan gives or an expression refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// What it is known by.
    pub id: ColumnId,
    /// What users call it.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
    /// Whether it can be null.
    pub nullable: bool,
    /// A JSON object, if it has metadata.
    pub metadata: Option<Ident>,
}
