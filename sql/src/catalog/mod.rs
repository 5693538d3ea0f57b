//! [`Catalog`]: what a session says of its schemas, tables, columns and functions, as methods.
//!
//! Names are SQL names as text: `sales`, `shop.sales`, `` `my table` ``. Patterns are those of `SHOW`:
//! `*` is any text, `|` one or the other, and case does not matter.

mod entries;

use flint_core::StorageLevel;
use flint_sql_spec::{Command, ObjectName, Options, Relation, Result, Statement};

pub use entries::{CatalogMetadata, Column, Database, Function, Table};
pub use flint_sql_spec::CatalogTable as NewTable;

use crate::dataframe::DataFrame;
use crate::session::SparkSession;
use crate::session::listing::{CATALOG, fits};

/// What there is in a session's catalog, and what is cached of it: `spark.catalog()`.
///
/// ```
/// # use flint_sql::SparkSession;
/// # let spark = SparkSession::builder().master("local[1]").get_or_create()?;
/// spark.range(0, 10).create_or_replace_temp_view("numbers")?;
/// let tables = spark.catalog().list_tables(None, Some("num*"))?;
/// assert_eq!((tables[0].name.as_str(), tables[0].is_temporary), ("numbers", true));
/// assert_eq!(spark.catalog().list_columns("numbers")?[0].data_type, "bigint");
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
    /// The catalog that names without one are of: there is one only.
    pub fn current_catalog(&self) -> String {
        CATALOG.to_owned()
    }

    /// Makes another catalog the current one.
    ///
    /// # Errors
    /// `CATALOG_NOT_FOUND` for every other than `spark_catalog`.
    pub fn set_current_catalog(&self, name: &str) -> Result<()> {
        self.session.set_current_catalog(name)
    }

    /// The catalogs that fit a pattern.
    pub fn list_catalogs(&self, pattern: Option<&str>) -> Vec<CatalogMetadata> {
        let known = CatalogMetadata {
            name: CATALOG.to_owned(),
            description: None,
        };
        let mut all = vec![known];
        all.retain(|catalog| fits(&catalog.name, pattern));
        all
    }

    /// The schema that names without one are of.
    pub fn current_database(&self) -> String {
        self.session.current_database()
    }

    /// Makes another schema the current one.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND` if there is none of that name.
    pub fn set_current_database(&self, name: &str) -> Result<()> {
        self.session.use_database(name)
    }

    /// The schemas that fit a pattern, sorted.
    ///
    /// # Errors
    /// If the configuration cannot say where the warehouse is.
    pub fn list_databases(&self, pattern: Option<&str>) -> Result<Vec<Database>> {
        self.session.list_databases(pattern)
    }

    /// A schema.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND` if there is none of that name.
    pub fn get_database(&self, name: &str) -> Result<Database> {
        let found = self.session.find_database(name)?;
        let missing = || self.session.missing_database(name);
        found.map_or_else(|| Err(missing()), Ok)
    }

    /// Whether there is a schema of that name.
    ///
    /// # Errors
    /// `PARSE_SYNTAX_ERROR` for what is no name.
    pub fn database_exists(&self, name: &str) -> Result<bool> {
        Ok(self.session.find_database(name)?.is_some())
    }

    /// Makes a schema. The properties `comment` and `location` have a meaning.
    ///
    /// # Errors
    /// `SCHEMA_ALREADY_EXISTS` unless `if_not_exists`, `NOT_SUPPORTED_YET` for other properties.
    pub fn create_database(
        &self,
        name: &str,
        if_not_exists: bool,
        properties: &Options,
    ) -> Result<()> {
        let find = |wanted: &str| {
            let found = properties.iter().find(|(key, _)| &**key == wanted);
            found.map(|(_, value)| value.clone())
        };
        let known = |key: &str| matches!(key, "comment" | "location");
        let others = properties.iter().filter(|(key, _)| !known(key));
        self.run(Statement::CreateNamespace {
            name: ObjectName::Parts(flint_sql_parser::parse_name(name)?),
            if_not_exists,
            comment: find("comment"),
            location: find("location"),
            collation: None,
            properties: others.cloned().collect(),
        })
    }

    /// Drops a schema; with `cascade`, what it holds too.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND` unless `if_exists`, `SCHEMA_NOT_EMPTY` unless `cascade`, and
    /// `UNSUPPORTED_FEATURE.DROP_DATABASE` for `default`.
    pub fn drop_database(&self, name: &str, if_exists: bool, cascade: bool) -> Result<()> {
        self.run(Statement::DropNamespace {
            name: ObjectName::Parts(flint_sql_parser::parse_name(name)?),
            if_exists,
            cascade,
        })
    }

    /// Tables and views of a schema (the current one without a name) that fit a pattern, then the
    /// session's temporary views, which belong to every schema.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND` if there is none of that name.
    pub fn list_tables(&self, database: Option<&str>, pattern: Option<&str>) -> Result<Vec<Table>> {
        self.session.list_tables(database, pattern, false)
    }

    /// The same without tables.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND` if there is none of that name.
    pub fn list_views(&self, database: Option<&str>, pattern: Option<&str>) -> Result<Vec<Table>> {
        self.session.list_tables(database, pattern, true)
    }

    /// A table or view.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn get_table(&self, name: &str) -> Result<Table> {
        self.session.get_table(&flint_sql_parser::parse_name(name)?)
    }

    /// Whether there is a table or view of that name.
    ///
    /// # Errors
    /// `PARSE_SYNTAX_ERROR` for what is no name, `REQUIRES_SINGLE_PART_NAMESPACE` for a name in
    /// another catalog.
    pub fn table_exists(&self, name: &str) -> Result<bool> {
        let parts = flint_sql_parser::parse_name(name)?;
        self.session.has_table(&parts)
    }

    /// Columns of a table or view.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn list_columns(&self, table: &str) -> Result<Vec<Column>> {
        self.session
            .list_columns(&flint_sql_parser::parse_name(table)?)
    }

    /// Makes a table, and gives its rows: over files that are there where it has a path, else empty.
    /// Without columns, it has those of the files.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_ALREADY_EXISTS`, `SCHEMA_NOT_FOUND`, `DATA_SOURCE_NOT_FOUND` for an unknown
    /// format, `UNABLE_TO_INFER_SCHEMA` where neither columns nor files are there.
    pub fn create_table(&self, table: &NewTable) -> Result<DataFrame> {
        let name = self.session.define_table(table)?;
        Ok(self.frame(&name))
    }

    /// Drops a table, with its files unless they were there before. Temporary views stay.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` unless `if_exists`.
    pub fn drop_table(&self, name: &str, if_exists: bool) -> Result<()> {
        self.run(Statement::DropTable {
            name: self.session.object_name(name)?,
            if_exists,
            purge: false,
        })
    }

    /// Drops a view of the catalog. Temporary views stay.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` unless `if_exists`, `WRONG_COMMAND_FOR_OBJECT_TYPE` for a table.
    pub fn drop_view(&self, name: &str, if_exists: bool) -> Result<()> {
        self.run(Statement::DropView {
            name: self.session.object_name(name)?,
            if_exists,
        })
    }

    /// Drops a temporary view of the session. Gives whether there was one.
    pub fn drop_temp_view(&self, name: &str) -> bool {
        self.session.drop_temporary(name, false)
    }

    /// Drops a global temporary view. Gives whether there was one.
    pub fn drop_global_temp_view(&self, name: &str) -> bool {
        self.session.drop_temporary(name, true)
    }

    /// Removes all rows of a table.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, or `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE` for a view.
    pub fn truncate_table(&self, name: &str) -> Result<()> {
        self.session.check_table(name, "Catalog.truncateTable")?;
        self.run(Statement::Truncate {
            name: self.session.object_name(name)?,
            partition: Vec::new(),
        })
    }

    /// Has statistics of a table computed. There is nothing to compute ahead: a query takes them from
    /// the table's files when it is planned.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, or `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE` for a view.
    pub fn analyze_table(&self, name: &str) -> Result<()> {
        self.session.check_table(name, "Catalog.analyzeTable")
    }

    /// Has partitions found that others have made in a table's folder. Every query finds them; what
    /// was cached of the table is read anew.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, `NOT_A_PARTITIONED_TABLE`, or
    /// `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE` for a view.
    pub fn recover_partitions(&self, name: &str) -> Result<()> {
        self.session.recover_partitions(name)
    }

    /// Partitions of a table as their folders, such as `year=2024/month=1`, sorted.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, `INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY` for a table
    /// without partition columns, `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE` for a view.
    pub fn list_partitions(&self, table: &str) -> Result<Vec<String>> {
        self.session
            .list_partitions(&flint_sql_parser::parse_name(table)?)
    }

    /// Properties of a table, sorted: its own, and options of its format as `option.` and their name.
    /// A view has none.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND` if there is none of that name.
    pub fn table_properties(&self, name: &str) -> Result<Vec<(String, String)>> {
        self.session.properties_of(name)
    }

    /// Functions that fit a pattern, sorted: the built-in ones and those of the program. Schemas hold
    /// none, but that of the name must exist.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND` if there is no schema of that name.
    pub fn list_functions(
        &self,
        database: Option<&str>,
        pattern: Option<&str>,
    ) -> Result<Vec<Function>> {
        self.session.list_functions(database, pattern)
    }

    /// A function.
    ///
    /// # Errors
    /// `UNRESOLVED_ROUTINE` if there is none of that name.
    pub fn get_function(&self, name: &str) -> Result<Function> {
        self.session
            .get_function(&flint_sql_parser::parse_name(name)?)
    }

    /// Whether there is a function of that name.
    ///
    /// # Errors
    /// `PARSE_SYNTAX_ERROR` for what is no name, `REQUIRES_SINGLE_PART_NAMESPACE` for a name in
    /// another catalog.
    pub fn function_exists(&self, name: &str) -> Result<bool> {
        let parts = flint_sql_parser::parse_name(name)?;
        Ok(self.session.find_function(&parts)?.is_some())
    }

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
