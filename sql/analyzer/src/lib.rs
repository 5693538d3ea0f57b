//! Gives Spark SQL plans their meaning.
//!
//! A [`Relation`](flint_sql_spec::Relation) says what a user wrote: names, calls and types as text.
//! An [`Analyzer`] makes a [`Plan`](resolved::Plan) of it, in which every column has an id, every
//! expression a type and every function a definition, or it gives Spark's error condition with the
//! place in the text.
//!
//! Data flows through the modules in this order:
//!
//! 1. `relation` walks the tree and makes plans; `select` keeps one SELECT open until its last
//!    clause is read, because ORDER BY, HAVING and QUALIFY see below the list of columns.
//! 2. `scope` says what a name can mean there, and proposes others when it means nothing.
//! 3. `expr` resolves expressions over scopes.
//! 4. [`functions`] knows Spark's functions, [`types`] what fits together and is cast to what, and
//!    [`naming`] how a column without a name is called.
//! 5. [`resolved`] is the result. Nothing of an engine is in it, so the analyzer is built and tested
//!    without one.
//!
//! ```
//! use flint_sql_analyzer::{Analyzer, Catalog, CatalogTable, Settings};
//! use flint_sql_spec::{DataSourceRead, Ident, LocalRelation, Plan, Result, SqlError};
//!
//! struct Nothing;
//! impl Catalog for Nothing {
//!     fn table(&self, _: &[Ident]) -> Result<Option<CatalogTable>> {
//!         Ok(None)
//!     }
//!     fn source(&self, _: &DataSourceRead) -> Result<CatalogTable> {
//!         Err(SqlError::internal("there are no sources here"))
//!     }
//!     fn local(&self, _: &LocalRelation) -> Result<CatalogTable> {
//!         Err(SqlError::internal("there are no rows here"))
//!     }
//!     fn search_path(&self) -> Vec<Ident> {
//!         Vec::new()
//!     }
//! }
//!
//! let Plan::Relation(query) = flint_sql_parser::parse_plan("SELECT 1 + 1L, upper('a') AS x")? else {
//!     unreachable!("a query");
//! };
//! let settings = Settings::default();
//! let plan = Analyzer::new(&Nothing, &settings).analyze(&query)?;
//! assert_eq!(Analyzer::schema(&plan).ddl(), "`(1 + 1)` BIGINT NOT NULL,x STRING NOT NULL");
//! # Ok::<(), SqlError>(())
//! ```

#![forbid(unsafe_code)]

mod analyzer;
mod catalog;
mod expr;
pub mod functions;
pub mod naming;
mod relation;
pub mod resolved;
mod scope;
mod settings;
pub mod types;

pub use analyzer::Analyzer;
pub use catalog::{Catalog, CatalogTable, CatalogTableKind, no_handler};
pub use settings::Settings;
