//! [`Catalog`]: what a session says of its tables, as methods.

use flint_core::StorageLevel;
use flint_sql_spec::{Command, ObjectName, Relation, Result, Statement};

use crate::dataframe::DataFrame;
use crate::session::SparkSession;

/// The caches of a session's tables and views: `spark.catalog()`.
///
/// ```
/// # use flint_sql::SparkSession;
/// # let spark = SparkSession::builder().master("local[1]").get_or_create()?;
/// spark.range(0, 10).create_or_replace_temp_view("numbers")?;
/// spark.catalog().cache_table("numbers")?;
/// assert!(spark.catalog().is_cached("numbers")?);
/// spark.catalog().clear_cache();
/// assert!(!spark.catalog().is_cached("numbers")?);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalog {
    session: SparkSession,
}

impl SparkSession {
    /// What is known of tables and views, and what is kept of them.
    pub fn catalog(&self) -> Catalog {
        Catalog {
            session: self.clone(),
        }
    }
}

impl Catalog {
    /// Whether the rows of a table or view are cached.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn is_cached(&self, table: &str) -> Result<bool> {
        Ok(self.frame(table).storage_level()? != StorageLevel::NONE)
    }

    /// Caches the rows of a table or view when they are first read, in memory and else on disk.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn cache_table(&self, table: &str) -> Result<()> {
        self.cache_table_with(table, StorageLevel::MEMORY_AND_DISK)
    }

    /// The same at a level.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn cache_table_with(&self, table: &str, level: StorageLevel) -> Result<()> {
        self.session.cache_relation(&self.relation(table)?, level)
    }

    /// Forgets the cached rows of a table or view.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn uncache_table(&self, table: &str) -> Result<()> {
        self.frame(table).unpersist()
    }

    /// Forgets all cached rows of the application.
    pub fn clear_cache(&self) {
        self.session.clear_cached();
    }

    /// Has the rows cached of a table read anew.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn refresh_table(&self, table: &str) -> Result<()> {
        let name = ObjectName::Parts(flint_sql_parser::parse_name(table)?);
        self.run(Statement::RefreshTable(name))
    }

    /// Has the rows cached of files under a path read anew.
    ///
    /// # Errors
    /// None yet: a path that nothing is cached of is no error.
    pub fn refresh_by_path(&self, path: &str) -> Result<()> {
        self.run(Statement::RefreshPath(path.into()))
    }

    fn run(&self, statement: Statement) -> Result<()> {
        self.session.execute(&Command::Statement(statement))?;
        Ok(())
    }

    fn frame(&self, table: &str) -> DataFrame {
        self.session.table(table)
    }

    fn relation(&self, table: &str) -> Result<Relation> {
        self.frame(table).to_relation()
    }
}
