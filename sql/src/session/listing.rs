//! What there is in the catalog, as lists and one by one.
//!
//! Temporary views belong to every list of tables, whatever the schema. Names of listed things are in
//! lower case; a thing that is asked for by name has the name as it was asked for.

use std::path::Path;

use flint_sql_analyzer::functions;
use flint_sql_spec::{
    DataType, Ident, Result, SqlError, StructField, condition, quote_part, quote_parts,
};

use super::SparkSession;
pub(crate) use super::names::CATALOG;
use super::names::GLOBAL;
pub(crate) use super::statement::fits;
use super::statement::no_schema;
use super::tables::{Database, Stored, StoredTable, TableName};
use crate::catalog::{self, Column, Function, Table};

/// What a name of a table or view stands for.
pub(super) enum Found {
    /// A temporary view, with its schema where it is global.
    Temporary(Option<&'static str>),
    /// A table or view of the catalog.
    Stored(TableName, Stored),
}

/// The schemas that hold what belongs to no catalog.
const BUILT_IN: &str = "builtin";
const SESSION: &str = "session";

impl SparkSession {
    /// The schema of a name; the current one without a name.
    pub(super) fn listed_database(&self, name: Option<&str>) -> Result<String> {
        let Some(name) = name else {
            return Ok(self.current_database());
        };
        let parts = flint_sql_parser::parse_name(name)?;
        let database = match parts.as_slice() {
            [database] => database,
            [catalog, database] if catalog.eq_ignore_ascii_case(CATALOG) => database,
            parts => {
                let nested = condition::NESTED_DATABASE_UNSUPPORTED_BY_V1_SESSION_CATALOG;
                return Err(SqlError::new(nested).with("namespace", quote_parts(parts)));
            }
        };
        let key = database.to_lowercase();
        match key == GLOBAL || self.has_database(&key) {
            true => Ok(key),
            false => Err(no_schema(std::slice::from_ref(database))),
        }
    }

    fn has_database(&self, key: &str) -> bool {
        self.inner.shared.databases.read().contains_key(key)
    }

    /// The schemas that fit a pattern, sorted.
    pub(crate) fn list_databases(&self, pattern: Option<&str>) -> Result<Vec<catalog::Database>> {
        let databases = self.inner.shared.databases.read().clone();
        let fitting = databases.iter().filter(|(name, _)| fits(name, pattern));
        fitting
            .map(|(name, database)| self.database_entry(name, name, database))
            .collect()
    }

    /// A schema, if there is one of that name.
    pub(crate) fn find_database(&self, name: &str) -> Result<Option<catalog::Database>> {
        let parts = flint_sql_parser::parse_name(name)?;
        let name = match parts.as_slice() {
            [name] => name,
            [catalog, name] if catalog.eq_ignore_ascii_case(CATALOG) => name,
            _ => return Ok(None),
        };
        let key = name.to_lowercase();
        let found = self.inner.shared.databases.read().get(&key).cloned();
        let found = found.map(|database| self.database_entry(name, &key, &database));
        found.transpose()
    }

    /// The error that there is no schema of that name.
    pub(crate) fn missing_database(&self, name: &str) -> SqlError {
        let mut parts: Vec<Ident> = vec![CATALOG.into()];
        match flint_sql_parser::parse_name(name) {
            Ok(name) => parts.extend(name),
            Err(error) => return error,
        }
        no_schema(&parts)
    }

    fn database_entry(
        &self,
        name: &str,
        key: &str,
        database: &Database,
    ) -> Result<catalog::Database> {
        let comment = database.comment.as_deref().unwrap_or_default();
        Ok(catalog::Database {
            name: name.to_owned(),
            catalog: Some(CATALOG.to_owned()),
            description: Some(comment.to_owned()),
            location_uri: uri(&self.database_location(key)?),
        })
    }

    /// Tables and views that fit a pattern: those of a schema, then temporary views.
    pub(crate) fn list_tables(
        &self,
        database: Option<&str>,
        pattern: Option<&str>,
        views_only: bool,
    ) -> Result<Vec<Table>> {
        let database = self.listed_database(database)?;
        let mut tables: Vec<Table> = if database == GLOBAL {
            let views = self.inner.shared.global_views.read();
            let names = views.keys();
            names.map(|name| temporary(name, Some(GLOBAL))).collect()
        } else {
            let databases = self.inner.shared.databases.read();
            let relations = databases.get(&database).map(|found| &found.relations);
            let relations = relations.into_iter().flatten();
            relations
                .filter(|(_, stored)| !views_only || matches!(stored, Stored::View(_)))
                .map(|(name, stored)| table_entry(name, &database, stored))
                .collect()
        };
        let views = self.inner.names.views.read();
        tables.extend(views.keys().map(|name| temporary(name, None)));
        tables.retain(|table| fits(&table.name, pattern));
        Ok(tables)
    }

    /// What a name of a table or view stands for, if anything.
    pub(super) fn find_table(&self, parts: &[Ident]) -> Result<Option<Found>> {
        match parts {
            [name] => {
                let views = self.inner.names.views.read();
                if views.contains_key(&name.to_lowercase()) {
                    return Ok(Some(Found::Temporary(None)));
                }
            }
            [schema, name] if schema.eq_ignore_ascii_case(GLOBAL) => {
                let views = self.inner.shared.global_views.read();
                let found = views.contains_key(&name.to_lowercase());
                return Ok(found.then_some(Found::Temporary(Some(GLOBAL))));
            }
            [_, _] => {}
            [catalog, _, _] if catalog.eq_ignore_ascii_case(CATALOG) => {}
            parts => return Err(too_many_parts(parts)),
        }
        let name = self.table_name(parts)?;
        let stored = self.stored(&name);
        Ok(stored.map(|stored| Found::Stored(name, stored)))
    }

    /// Whether a name of a table or view stands for something.
    pub(crate) fn has_table(&self, parts: &[Ident]) -> Result<bool> {
        Ok(self.find_table(parts)?.is_some())
    }

    /// What a name of a table or view stands for, where there must be something.
    pub(super) fn found_table(&self, parts: &[Ident]) -> Result<Found> {
        let found = self.find_table(parts)?;
        found.ok_or_else(|| self.no_table(parts))
    }

    /// A table, and no view.
    pub(super) fn found_stored(
        &self,
        parts: &[Ident],
        operation: &str,
    ) -> Result<(TableName, StoredTable)> {
        let view = match self.found_table(parts)? {
            Found::Stored(name, Stored::Table(table)) => return Ok((name, table)),
            Found::Stored(name, Stored::View(_)) => name.quoted(),
            Found::Temporary(_) => quote_parts(parts),
        };
        Err(
            SqlError::new(condition::EXPECT_TABLE_NOT_VIEW_NO_ALTERNATIVE)
                .with("viewName", view)
                .with("operation", operation),
        )
    }

    /// That a name is a table's, for an operation on tables.
    pub(crate) fn check_table(&self, name: &str, operation: &str) -> Result<()> {
        self.found_stored(&flint_sql_parser::parse_name(name)?, operation)?;
        Ok(())
    }

    fn no_table(&self, parts: &[Ident]) -> SqlError {
        let current = quote_part(&self.current_database());
        SqlError::new(condition::TABLE_OR_VIEW_NOT_FOUND)
            .with("relationName", quote_parts(parts))
            .with(
                "searchPath",
                format!("[`system`.`session`, `{CATALOG}`.{current}]"),
            )
    }

    /// A table or view by name.
    pub(crate) fn get_table(&self, parts: &[Ident]) -> Result<Table> {
        let asked = parts.last().cloned().unwrap_or_default();
        Ok(match self.found_table(parts)? {
            Found::Temporary(schema) => temporary(&asked, schema),
            Found::Stored(name, stored) => table_entry(&asked, &name.database, &stored),
        })
    }

    /// Columns of a table or view.
    pub(crate) fn list_columns(&self, parts: &[Ident]) -> Result<Vec<Column>> {
        let found = self.found_table(parts)?;
        let (partitions, is_table) = match &found {
            Found::Stored(_, Stored::Table(table)) => (table.partition_by.as_slice(), true),
            _ => (&[][..], false),
        };
        let schema = self.schema_of_table(parts)?;
        let column = |field: &StructField| Column {
            name: field.name.to_string(),
            description: field.comment(),
            data_type: plain(&field.data_type).simple_string(),
            nullable: is_table || field.nullable,
            is_partition: partitions
                .iter()
                .any(|by| by.eq_ignore_ascii_case(&field.name)),
            is_bucket: false,
            is_cluster: false,
        };
        Ok(schema.iter().map(column).collect())
    }

    /// Functions that fit a pattern, sorted: the built-in ones and the program's.
    pub(crate) fn list_functions(
        &self,
        database: Option<&str>,
        pattern: Option<&str>,
    ) -> Result<Vec<Function>> {
        self.listed_database(database)?;
        let own = self.inner.names.functions.read();
        let built_in = functions::names().into_iter();
        let built_in = built_in.filter(|name| !own.contains_key(*name));
        let built_in = built_in.map(|name| function(name, false));
        let mut all: Vec<Function> = own.keys().map(|name| function(name, true)).collect();
        all.extend(built_in);
        all.retain(|function| fits(&function.name, pattern));
        all.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(all)
    }

    /// A function by name, if there is one. Schemas of the catalog hold none.
    pub(crate) fn find_function(&self, parts: &[Ident]) -> Result<Option<Function>> {
        let (schema, name) = match parts {
            [name] => (None, name),
            [schema, name] => (Some(schema), name),
            [system, schema, name] if system.eq_ignore_ascii_case("system") => (Some(schema), name),
            [catalog, _, _] if catalog.eq_ignore_ascii_case(CATALOG) => return Ok(None),
            parts => return Err(too_many_parts(parts)),
        };
        let in_schema = |schema_of: &str| {
            schema.is_none_or(|schema: &Ident| schema.eq_ignore_ascii_case(schema_of))
        };
        let own = self.inner.names.functions.read();
        if in_schema(SESSION) && own.contains_key(&name.to_lowercase()) {
            return Ok(Some(function(name, true)));
        }
        let built_in = in_schema(BUILT_IN) && functions::class_of(name).is_some();
        Ok(built_in.then(|| function(name, false)))
    }

    /// A function by name.
    pub(crate) fn get_function(&self, parts: &[Ident]) -> Result<Function> {
        let found = self.find_function(parts)?;
        found.ok_or_else(|| functions::unresolved_routine(parts))
    }

    /// Takes a temporary view away, and what is cached of it. Gives whether there was one.
    pub(crate) fn drop_temporary(&self, name: &str, global: bool) -> bool {
        let key = name.to_lowercase();
        let parts: Vec<Ident> = match global {
            true => vec![GLOBAL.into(), name.into()],
            false => vec![name.into()],
        };
        if !matches!(self.find_table(&parts), Ok(Some(Found::Temporary(_)))) {
            return false;
        }
        super::statement::forget(self, &parts);
        let removed = match global {
            true => self.inner.shared.global_views.write().remove(&key),
            false => self.inner.names.views.write().remove(&key),
        };
        removed.is_some()
    }

    /// Folders of a partitioned table, as `year=2024/month=1`, sorted.
    pub(crate) fn list_partitions(&self, parts: &[Ident]) -> Result<Vec<String>> {
        let (name, table) = self.found_stored(parts, "Catalog.listPartitions")?;
        if table.partition_by.is_empty() {
            let empty = condition::INVALID_PARTITION_OPERATION_PARTITION_SCHEMA_IS_EMPTY;
            return Err(SqlError::new(empty).with("name", name.quoted()));
        }
        let location = table.location.strip_prefix("file:");
        let root = Path::new(location.unwrap_or(&table.location)).to_path_buf();
        let mut found = vec![(root, String::new())];
        for by in &table.partition_by {
            let mut inside = Vec::new();
            for (folder, prefix) in &found {
                inside.extend(folders(folder, prefix, by)?);
            }
            found = inside;
        }
        let mut names: Vec<String> = found.into_iter().map(|(_, name)| name).collect();
        names.sort();
        Ok(names)
    }
}

/// Folders of one partition column inside of a folder.
fn folders(folder: &Path, prefix: &str, by: &str) -> Result<Vec<(std::path::PathBuf, String)>> {
    let fail = |error: std::io::Error| {
        SqlError::internal(format!(
            "the folder {} of a table: {error}",
            folder.display()
        ))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_column = |column: &str| column.eq_ignore_ascii_case(by);
        if name
            .split_once('=')
            .is_some_and(|(column, _)| is_column(column))
        {
            let full = match prefix {
                "" => name,
                prefix => format!("{prefix}/{name}"),
            };
            found.push((entry.path(), full));
        }
    }
    Ok(found)
}

/// A name of a table or view as its parts, with a schema beside it.
pub(crate) fn name_in(name: &str, database: Option<&str>) -> Result<Vec<Ident>> {
    Ok(match database {
        None => flint_sql_parser::parse_name(name)?,
        Some(database) if database.eq_ignore_ascii_case(GLOBAL) => {
            vec![GLOBAL.into(), name.into()]
        }
        Some(database) => vec![CATALOG.into(), database.into(), name.into()],
    })
}

fn temporary(name: &str, schema: Option<&str>) -> Table {
    Table {
        name: name.to_owned(),
        catalog: None,
        namespace: schema.map(str::to_owned).into_iter().collect(),
        description: None,
        table_type: "TEMPORARY".to_owned(),
        is_temporary: true,
    }
}

fn table_entry(name: &str, database: &str, stored: &Stored) -> Table {
    let comment = match stored {
        Stored::Table(table) => table.comment.as_ref(),
        Stored::View(_) => None,
    };
    Table {
        name: name.to_owned(),
        catalog: Some(CATALOG.to_owned()),
        namespace: vec![database.to_owned()],
        description: comment.map(ToString::to_string),
        table_type: stored.kind().to_owned(),
        is_temporary: false,
    }
}

fn function(name: &str, of_program: bool) -> Function {
    Function {
        name: name.to_owned(),
        catalog: None,
        namespace: None,
        description: of_program.then(|| "N/A.".to_owned()),
        class_name: None,
        is_temporary: true,
    }
}

/// Texts of a limited length are plain texts to those who read them.
fn plain(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Char(_) | DataType::VarChar(_) => &DataType::STRING,
        other => other,
    }
}

/// A folder with its scheme.
fn uri(location: &str) -> String {
    let has_scheme = location
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    if has_scheme {
        return location.to_owned();
    }
    let full = std::path::absolute(location);
    full.map_or_else(
        |_| format!("file:{location}"),
        |full| format!("file:{}", full.display()),
    )
}

/// The error for a name that has more parts than the session catalog knows.
pub(super) fn too_many_parts(parts: &[Ident]) -> SqlError {
    SqlError::new(condition::REQUIRES_SINGLE_PART_NAMESPACE)
        .with("sessionCatalog", CATALOG)
        .with("identifier", quote_parts(parts))
}
