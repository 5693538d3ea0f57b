//! Rows saved by the API, and views over relations.

use serde::{Deserialize, Serialize};

use crate::{Expr, Ident, Options, Relation};

/// A save in the API's first form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WriteOperation {
    /// The rows.
    pub input: Relation,
    /// The format; the session's default without it.
    pub source: Option<Ident>,
    /// Where to.
    pub target: SaveTarget,
    /// What happens to what is there; an error without it.
    pub mode: Option<SaveMode>,
    /// Order inside buckets.
    pub sort_columns: Vec<Ident>,
    /// Partition columns.
    pub partition_columns: Vec<Ident>,
    /// Buckets.
    pub bucket_by: Option<BucketBy>,
    /// Options of the format.
    pub options: Options,
    /// Clustering columns.
    pub clustering_columns: Vec<Ident>,
    /// Whether new columns are added to the table.
    pub with_schema_evolution: bool,
}

/// Where rows are saved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SaveTarget {
    /// As the options say.
    Unspecified,
    /// Under a path.
    Path(Ident),
    /// In a table.
    Table {
        /// Its name as SQL text.
        name: Ident,
        /// How.
        method: TableSaveMethod,
    },
}

/// How rows are saved in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TableSaveMethod {
    /// The table is made or replaced; columns are paired by name.
    SaveAsTable,
    /// Into an existing one; columns are paired by position.
    InsertInto,
}

/// What happens to what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SaveMode {
    /// It stays, and rows are added.
    Append,
    /// It goes.
    Overwrite,
    /// An error.
    ErrorIfExists,
    /// It stays, and nothing is written.
    Ignore,
}

/// Rows divided by hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BucketBy {
    /// Of which columns.
    pub columns: Vec<Ident>,
    /// Into how many.
    pub num_buckets: i32,
}

/// A save in the API's second form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WriteOperationV2 {
    /// The rows.
    pub input: Relation,
    /// The table's name as SQL text.
    pub table: Ident,
    /// The format of a new table.
    pub provider: Option<Ident>,
    /// Partition columns and transforms of a new table.
    pub partitioning: Vec<Expr>,
    /// Options of the write.
    pub options: Options,
    /// Properties of a new table.
    pub properties: Options,
    /// What is done.
    pub mode: WriteV2Mode,
    /// Clustering columns of a new table.
    pub clustering_columns: Vec<Ident>,
    /// Whether new columns are added to the table.
    pub with_schema_evolution: bool,
}

/// What a write of the second form does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WriteV2Mode {
    /// Makes a table.
    Create,
    /// Replaces rows for which a condition is true.
    Overwrite(Option<Expr>),
    /// Replaces the partitions that rows fall in.
    OverwritePartitions,
    /// Adds rows.
    Append,
    /// Replaces a table.
    Replace,
    /// Makes or replaces a table.
    CreateOrReplace,
}

/// A relation named for the session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CreateDataFrameView {
    /// The relation.
    pub input: Relation,
    /// Its name as SQL text.
    pub name: Ident,
    /// For all sessions of the process.
    pub global: bool,
    /// Whether one of that name is replaced.
    pub replace: bool,
}
