//! INSERT and partitions by value.

use serde::{Deserialize, Serialize};

use crate::{Expr, Ident, ObjectName, Options, Relation};

/// `PARTITION (a = 1, b)`: columns, and values where given.
pub type PartitionSpec = Vec<(Ident, Option<Expr>)>;

/// INSERT.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Insert {
    /// Where to.
    pub target: InsertTarget,
    /// What happens to what is there.
    pub mode: InsertMode,
    /// Columns given; all when empty.
    pub columns: Vec<Ident>,
    /// Whether columns are paired by name: BY NAME.
    pub by_name: bool,
    /// `PARTITION (..)`.
    pub partition: PartitionSpec,
    /// Whether an existing partition is no error: IF NOT EXISTS.
    pub if_partition_not_exists: bool,
    /// Whether new columns are added to the table.
    pub with_schema_evolution: bool,
    /// The rows.
    pub query: Relation,
}

/// Where INSERT writes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InsertTarget {
    /// A table.
    Table {
        /// Its name.
        name: ObjectName,
        /// Another name for conditions.
        alias: Option<Ident>,
        /// Options of the write.
        options: Options,
    },
    /// A folder.
    Directory {
        /// On this machine, not in the default file system.
        local: bool,
        /// Its path; may be among the options.
        path: Option<Ident>,
        /// The format; Hive's text without it.
        format: Option<Ident>,
        /// Options of the format.
        options: Options,
    },
}

/// What INSERT does to what is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InsertMode {
    /// Adds.
    Append,
    /// Replaces the table, or the partitions meant.
    Overwrite,
    /// Replaces rows for which a condition is true.
    ReplaceWhere(Expr),
    /// Replaces rows whose values in these columns are among the new ones.
    ReplaceUsing(Vec<Ident>),
    /// Replaces rows that a condition pairs with a new one.
    ReplaceOn(Expr),
}
