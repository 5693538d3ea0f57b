//! Questions to the catalog and changes of it, as the API's `catalog` makes them.

use serde::{Deserialize, Serialize};

use crate::{DataType, Ident, Options, StorageLevel};

/// A call of the catalog API. Its rows are the answer. Names in text form are parsed as SQL names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CatalogCall {
    /// Name of the current database.
    CurrentDatabase,
    /// Changes the current database.
    SetCurrentDatabase(Ident),
    /// Databases, by pattern.
    ListDatabases(Option<Ident>),
    /// Tables and views.
    ListTables(ListScope),
    /// Functions.
    ListFunctions(ListScope),
    /// Columns of a table.
    ListColumns(CatalogName),
    /// A database.
    GetDatabase(Ident),
    /// A table.
    GetTable(CatalogName),
    /// A function.
    GetFunction(CatalogName),
    /// Whether a database exists.
    DatabaseExists(Ident),
    /// Whether a table exists.
    TableExists(CatalogName),
    /// Whether a function exists.
    FunctionExists(CatalogName),
    /// Makes a table over existing files.
    CreateExternalTable(CatalogTable),
    /// Makes a table.
    CreateTable(CatalogTable),
    /// Drops a temporary view.
    DropTempView(Ident),
    /// Drops a global temporary view.
    DropGlobalTempView(Ident),
    /// Finds partitions on disk.
    RecoverPartitions(Ident),
    /// Whether a table is cached.
    IsCached(Ident),
    /// Caches a table.
    CacheTable {
        /// The table.
        name: Ident,
        /// Where blocks are kept.
        level: Option<StorageLevel>,
    },
    /// Takes a table out of the cache.
    UncacheTable(Ident),
    /// Empties the cache.
    ClearCache,
    /// Forgets what is known of a table's files.
    RefreshTable(Ident),
    /// Forgets what is known of files under a path.
    RefreshByPath(Ident),
    /// Name of the current catalog.
    CurrentCatalog,
    /// Changes the current catalog.
    SetCurrentCatalog(Ident),
    /// Catalogs, by pattern.
    ListCatalogs(Option<Ident>),
    /// Drops a table.
    DropTable {
        /// The table.
        name: Ident,
        /// Whether a missing one is no error.
        if_exists: bool,
        /// Whether files go without a trash.
        purge: bool,
    },
    /// Drops a view.
    DropView {
        /// The view.
        name: Ident,
        /// Whether a missing one is no error.
        if_exists: bool,
    },
    /// Makes a database.
    CreateDatabase {
        /// The database.
        name: Ident,
        /// Whether an existing one is no error.
        if_not_exists: bool,
        /// Properties, with `comment` and `location` among them.
        properties: Options,
    },
    /// Drops a database.
    DropDatabase {
        /// The database.
        name: Ident,
        /// Whether a missing one is no error.
        if_exists: bool,
        /// Whether what is inside goes too.
        cascade: bool,
    },
    /// Partitions of a table.
    ListPartitions(Ident),
    /// Views.
    ListViews(ListScope),
    /// Properties of a table.
    GetTableProperties(Ident),
    /// The statement that would make a table.
    GetCreateTableString {
        /// The table.
        name: Ident,
        /// In Hive's form.
        as_serde: bool,
    },
    /// Removes all rows of a table.
    TruncateTable(Ident),
    /// Computes statistics of a table.
    AnalyzeTable {
        /// The table.
        name: Ident,
        /// Only its size.
        no_scan: bool,
    },
}

/// Where to list, and what.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListScope {
    /// The database; the current one without it.
    pub database: Option<Ident>,
    /// Which names: `*` and `|` have a meaning.
    pub pattern: Option<Ident>,
}

/// A name with its database beside it or in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogName {
    /// The name.
    pub name: Ident,
    /// The database, when it is not part of the name.
    pub database: Option<Ident>,
}

/// A table to be made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogTable {
    /// Its name.
    pub name: Ident,
    /// Where its files are.
    pub path: Option<Ident>,
    /// Its format.
    pub source: Option<Ident>,
    /// Its comment.
    pub description: Option<Ident>,
    /// Its columns.
    pub schema: Option<DataType>,
    /// Options of the format.
    pub options: Options,
}
