//! Calls of the catalog API as clients send them: what [`Catalog`] answers, as rows.
//!
//! Clients read the rows by position, so columns have Spark's names, types and order. A call that
//! says nothing gives no rows of a column `value`, and one that gives one thing one row of it.

use flint_sql_spec::{
    CatalogCall, CatalogName, DataType, Ident, ListScope, Literal, Node, Result, SqlError,
    StructField, StructType, condition,
};

use super::super::front::storage_level;
use super::super::listing::name_in;
use super::super::{QueryResult, SparkSession};
use crate::catalog::{Catalog, Column, Database, Function, Table};

/// Runs a call.
pub(super) fn call(session: &SparkSession, call: &CatalogCall) -> Result<QueryResult> {
    let catalog = session.catalog();
    match call {
        CatalogCall::CurrentCatalog => text(&catalog.current_catalog()),
        CatalogCall::CurrentDatabase => text(&catalog.current_database()),
        CatalogCall::ListCatalogs(pattern) => {
            let found = catalog.list_catalogs(pattern.as_deref());
            let rows = found.into_iter();
            let rows = rows.map(|it| vec![it.name.into(), optional(it.description)]);
            QueryResult::of(texts(&["name", "description"]), rows.collect())
        }
        CatalogCall::ListDatabases(pattern) => {
            databases(catalog.list_databases(pattern.as_deref())?)
        }
        CatalogCall::GetDatabase(name) => databases(vec![catalog.get_database(name)?]),
        CatalogCall::DatabaseExists(name) => truth(catalog.database_exists(name)?),
        CatalogCall::ListTables(scope) => tables(list(session, scope, false)?),
        CatalogCall::ListViews(scope) => tables(list(session, scope, true)?),
        CatalogCall::GetTable(name) => tables(vec![session.get_table(&parts(name)?)?]),
        CatalogCall::TableExists(name) => truth(session.has_table(&parts(name)?)?),
        CatalogCall::ListColumns(name) => columns(session.list_columns(&parts(name)?)?),
        CatalogCall::ListFunctions(scope) => {
            let (database, pattern) = (scope.database.as_deref(), scope.pattern.as_deref());
            functions(catalog.list_functions(database, pattern)?)
        }
        CatalogCall::GetFunction(name) => functions(vec![session.get_function(&parts(name)?)?]),
        CatalogCall::FunctionExists(name) => truth(session.find_function(&parts(name)?)?.is_some()),
        CatalogCall::ListPartitions(name) => {
            let rows = catalog.list_partitions(name)?.into_iter();
            let rows = rows.map(|name| vec![name.into()]);
            QueryResult::of(texts(&["partition"]), rows.collect())
        }
        CatalogCall::GetTableProperties(name) => {
            let rows = catalog.table_properties(name)?.into_iter();
            let rows = rows.map(|(key, value)| vec![key.into(), value.into()]);
            QueryResult::of(texts(&["key", "value"]), rows.collect())
        }
        CatalogCall::IsCached(name) => truth(catalog.is_cached(name)?),
        CatalogCall::DropTempView(name) => truth(catalog.drop_temp_view(name)),
        CatalogCall::DropGlobalTempView(name) => truth(catalog.drop_global_temp_view(name)),
        CatalogCall::CreateTable(table) | CatalogCall::CreateExternalTable(table) => {
            let made = catalog.create_table(table)?;
            session.query(&made.to_relation()?)
        }
        CatalogCall::GetCreateTableString { .. } => Err(missing("SHOW CREATE TABLE")),
        other => {
            change(&catalog, other)?;
            QueryResult::of(value(DataType::STRING, false), Vec::new())
        }
    }
}

/// Calls that give nothing.
fn change(catalog: &Catalog, call: &CatalogCall) -> Result<()> {
    match call {
        CatalogCall::SetCurrentCatalog(name) => catalog.set_current_catalog(name),
        CatalogCall::SetCurrentDatabase(name) => catalog.set_current_database(name),
        CatalogCall::CreateDatabase {
            name,
            if_not_exists,
            properties,
        } => catalog.create_database(name, *if_not_exists, properties),
        CatalogCall::DropDatabase {
            name,
            if_exists,
            cascade,
        } => catalog.drop_database(name, *if_exists, *cascade),
        // There is no trash that `purge` could pass by.
        CatalogCall::DropTable {
            name, if_exists, ..
        } => catalog.drop_table(name, *if_exists),
        CatalogCall::DropView { name, if_exists } => catalog.drop_view(name, *if_exists),
        CatalogCall::TruncateTable(name) => catalog.truncate_table(name),
        CatalogCall::AnalyzeTable { name, .. } => catalog.analyze_table(name),
        CatalogCall::RecoverPartitions(name) => catalog.recover_partitions(name),
        CatalogCall::CacheTable { name, level: None } => catalog.cache_table(name),
        CatalogCall::CacheTable {
            name,
            level: Some(level),
        } => catalog.cache_table_with(name, storage_level(level)?),
        CatalogCall::UncacheTable(name) => catalog.uncache_table(name),
        CatalogCall::ClearCache => {
            catalog.clear_cache();
            Ok(())
        }
        CatalogCall::RefreshTable(name) => catalog.refresh_table(name),
        CatalogCall::RefreshByPath(path) => catalog.refresh_by_path(path),
        other => Err(super::refused(&format!("{other:?}"))),
    }
}

fn list(session: &SparkSession, scope: &ListScope, views_only: bool) -> Result<Vec<Table>> {
    let (database, pattern) = (scope.database.as_deref(), scope.pattern.as_deref());
    session.list_tables(database, pattern, views_only)
}

fn parts(name: &CatalogName) -> Result<Vec<Ident>> {
    name_in(&name.name, name.database.as_deref())
}

fn missing(feature: &str) -> SqlError {
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature)
}

fn value(data_type: DataType, nullable: bool) -> StructType {
    StructType::new([StructField::new("value", data_type, nullable)])
}

fn text(text: &str) -> Result<QueryResult> {
    QueryResult::of(value(DataType::STRING, true), vec![vec![text.into()]])
}

fn truth(truth: bool) -> Result<QueryResult> {
    QueryResult::of(value(DataType::Boolean, false), vec![vec![truth.into()]])
}

/// Columns of texts.
fn texts(names: &[&str]) -> StructType {
    let field = |name: &&str| StructField::new(name, DataType::STRING, true);
    StructType::new(names.iter().map(field))
}

/// The same, then columns of truths.
fn texts_and_truths(names: &[&str], truths: &[&str]) -> StructType {
    let truth = |name: &&str| StructField::new(name, DataType::Boolean, false);
    StructType::new(texts(names).iter().cloned().chain(truths.iter().map(truth)))
}

/// `name, catalog, namespace, description, .., isTemporary`
fn in_namespaces(last: &str) -> StructType {
    let names = ["name", "catalog", "namespace", "description", last];
    let fields = texts_and_truths(&names, &["isTemporary"]);
    let list = |field: &StructField| match &*field.name {
        "namespace" => StructField {
            data_type: namespaces(),
            ..field.clone()
        },
        _ => field.clone(),
    };
    StructType::new(fields.iter().map(list))
}

fn namespaces() -> DataType {
    DataType::Array {
        element: Node::new(DataType::STRING),
        contains_null: true,
    }
}

fn optional(text: Option<String>) -> Literal {
    text.map_or(Literal::Null(DataType::STRING), Literal::from)
}

fn namespace(names: Option<Vec<String>>) -> Literal {
    match names {
        None => Literal::Null(namespaces()),
        Some(names) => Literal::Array {
            element: DataType::STRING,
            values: Node::new(names.into_iter().map(Literal::from).collect()),
        },
    }
}

fn databases(found: Vec<Database>) -> Result<QueryResult> {
    let fields = texts(&["name", "catalog", "description", "locationUri"]);
    let row = |it: Database| {
        vec![
            it.name.into(),
            optional(it.catalog),
            optional(it.description),
            it.location_uri.into(),
        ]
    };
    QueryResult::of(fields, found.into_iter().map(row).collect())
}

fn tables(found: Vec<Table>) -> Result<QueryResult> {
    let row = |it: Table| {
        vec![
            it.name.into(),
            optional(it.catalog),
            namespace(Some(it.namespace)),
            optional(it.description),
            it.table_type.into(),
            it.is_temporary.into(),
        ]
    };
    QueryResult::of(
        in_namespaces("tableType"),
        found.into_iter().map(row).collect(),
    )
}

fn functions(found: Vec<Function>) -> Result<QueryResult> {
    let row = |it: Function| {
        vec![
            it.name.into(),
            optional(it.catalog),
            namespace(it.namespace),
            optional(it.description),
            optional(it.class_name),
            it.is_temporary.into(),
        ]
    };
    QueryResult::of(
        in_namespaces("className"),
        found.into_iter().map(row).collect(),
    )
}

fn columns(found: Vec<Column>) -> Result<QueryResult> {
    let truths = ["nullable", "isPartition", "isBucket", "isCluster"];
    let fields = texts_and_truths(&["name", "description", "dataType"], &truths);
    let row = |it: Column| {
        vec![
            it.name.into(),
            optional(it.description),
            it.data_type.into(),
            it.nullable.into(),
            it.is_partition.into(),
            it.is_bucket.into(),
            it.is_cluster.into(),
        ]
    };
    QueryResult::of(fields, found.into_iter().map(row).collect())
}
