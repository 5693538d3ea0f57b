//! What the analyzer asks of a catalog.

use flint_sql_spec::{DataSourceRead, Ident, Relation, Result, StructType};

/// Tables and views by name.
pub trait Catalog {
    /// The table or view of a name of one to several parts, as written; `None` if there is none.
    ///
    /// # Errors
    /// If the catalog cannot be read, or the name has more parts than it knows.
    fn table(&self, name: &[Ident]) -> Result<Option<CatalogTable>>;

    /// Files and other sources that are read by format, not by name.
    ///
    /// # Errors
    /// If the format is not known, an option is wrong, or a schema cannot be inferred.
    fn source(&self, read: &DataSourceRead) -> Result<CatalogTable>;

    /// Where a name of one part is looked for, for messages: catalog and namespace.
    fn search_path(&self) -> Vec<Ident>;
}

/// A table or view.
#[derive(Debug, Clone)]
pub struct CatalogTable {
    /// Its full name; empty for sources without one.
    pub name: Vec<Ident>,
    /// What it is.
    pub kind: CatalogTableKind,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum CatalogTableKind {
    /// Rows with these columns.
    Table {
        /// The columns.
        columns: StructType,
        /// What an engine finds the table by.
        handle: Ident,
    },
    /// A query.
    View {
        /// The query, analysed anew at each mention.
        query: Relation,
        /// Names and types of its columns, when they were fixed at its making.
        columns: Option<StructType>,
    },
}
