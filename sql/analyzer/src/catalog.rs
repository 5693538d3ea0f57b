//! What the analyzer asks of a catalog.

use std::sync::Arc;

use flint_sql_spec::{
    ChunkedLocalRelation, DataSourceRead, Expr, Extension, Ident, Literal, LocalRelation,
    NativeFunction, NativeSource, Relation, Result, SqlError, StructType, condition,
};

use crate::relation::unsupported;
use crate::resolved::Plan;

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

    /// Rows that come with the plan.
    ///
    /// # Errors
    /// If they cannot be read, or don't fit the schema.
    fn local(&self, rows: &LocalRelation) -> Result<CatalogTable>;

    /// Rows that came before, by the hash of their encoding.
    ///
    /// # Errors
    /// If there are none of that hash; `NOT_SUPPORTED_YET` where no rows are kept.
    fn cached_local(&self, _hash: &Ident) -> Result<CatalogTable> {
        Err(unsupported("rows that came before"))
    }

    /// Rows that came before in several pieces.
    ///
    /// # Errors
    /// As [`Catalog::cached_local`].
    fn chunked_local(&self, _rows: &ChunkedLocalRelation) -> Result<CatalogTable> {
        Err(unsupported("rows that came before"))
    }

    /// A relation that the session keeps, such as a checkpoint, by its id.
    ///
    /// # Errors
    /// If there is none of that id; `NOT_SUPPORTED_YET` where none is kept.
    fn kept(&self, _id: &Ident) -> Result<CatalogTable> {
        Err(unsupported("relations that the session keeps"))
    }

    /// Runs a plan during the analysis, where columns hang on rows: `pivot` without values,
    /// `crosstab` and `transpose`. The plan refers to nothing outside and gives few rows; values are
    /// in the order of its columns.
    ///
    /// # Errors
    /// Those of the run; `NOT_SUPPORTED_YET` where nothing can be run.
    fn eager(&self, _plan: &Plan) -> Result<Vec<Vec<Literal>>> {
        Err(unsupported("columns that hang on rows"))
    }

    /// The function that the session knows by a name, in any case.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    fn function(&self, _name: &Ident) -> Result<Option<Arc<NativeFunction>>> {
        Ok(None)
    }

    /// Rows of a value of this process, such as an RDD.
    ///
    /// # Errors
    /// `NOT_SUPPORTED_YET` where nothing can read it.
    fn native(&self, _source: &NativeSource) -> Result<CatalogTable> {
        Err(unsupported("rows of this process"))
    }

    /// What a relation of another maker stands for.
    ///
    /// # Errors
    /// `CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION` where nobody understands it, and what whoever
    /// does finds wrong with it.
    fn extension_relation(&self, message: &Extension) -> Result<Relation> {
        Err(no_handler(message))
    }

    /// What an expression of another maker stands for.
    ///
    /// # Errors
    /// As [`Catalog::extension_relation`].
    fn extension_expression(&self, message: &Extension) -> Result<Expr> {
        Err(no_handler(message))
    }

    /// Which texts a regular expression of Java matches from end to end.
    ///
    /// # Errors
    /// If it is none; `NOT_SUPPORTED_YET` where there are no regular expressions.
    fn matching(&self, _pattern: &str, _texts: &[&str]) -> Result<Vec<bool>> {
        Err(unsupported("columns by a regular expression"))
    }

    /// Where a name of one part is looked for, for messages: catalog and namespace.
    fn search_path(&self) -> Vec<Ident>;
}

/// The error for a message of another maker that nobody understands.
pub fn no_handler(message: &Extension) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_NO_HANDLER_FOR_EXTENSION)
        .with("extensionTypeUrl", &*message.type_url)
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
        /// Columns behind them that are there for who names them, such as `_metadata`.
        hidden: StructType,
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
