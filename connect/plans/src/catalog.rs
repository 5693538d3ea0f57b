//! Calls of the catalog API. Their rows are the answer.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{CatalogCall, CatalogName, CatalogTable, Ident, ListScope, Result};
use proto::catalog::CatType;

use crate::names::{optional, options};
use crate::{data_type, missing, storage_level};

/// The catalog call of a message.
///
/// ```
/// use flint_connect_plans::catalog_call;
/// use flint_connect_protocol::spark::connect as proto;
/// use flint_sql_spec::CatalogCall;
/// let table = proto::IsCached { table_name: "t".into() };
/// let message = proto::Catalog { cat_type: Some(proto::catalog::CatType::IsCached(table)) };
/// assert_eq!(catalog_call(&message)?, CatalogCall::IsCached("t".into()));
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `CONNECT_INVALID_PLAN` for a message without a member that is known, and for wrong types.
pub fn catalog_call(message: &proto::Catalog) -> Result<CatalogCall> {
    match &message.cat_type {
        Some(member) => call(member),
        None => Err(missing::one_of("spark.connect.Catalog", "CATTYPE_NOT_SET")),
    }
}

/// One member each: a member of the protocol without a translation does not compile.
fn call(member: &CatType) -> Result<CatalogCall> {
    Ok(match member {
        CatType::CurrentDatabase(_) => CatalogCall::CurrentDatabase,
        CatType::SetCurrentDatabase(it) => CatalogCall::SetCurrentDatabase(text(&it.db_name)),
        CatType::ListDatabases(it) => CatalogCall::ListDatabases(optional(it.pattern.as_ref())),
        CatType::ListTables(it) => CatalogCall::ListTables(scope(&it.db_name, &it.pattern)),
        CatType::ListFunctions(it) => CatalogCall::ListFunctions(scope(&it.db_name, &it.pattern)),
        CatType::ListColumns(it) => CatalogCall::ListColumns(name(&it.table_name, &it.db_name)),
        CatType::GetDatabase(it) => CatalogCall::GetDatabase(text(&it.db_name)),
        CatType::GetTable(it) => CatalogCall::GetTable(name(&it.table_name, &it.db_name)),
        CatType::GetFunction(it) => CatalogCall::GetFunction(name(&it.function_name, &it.db_name)),
        CatType::DatabaseExists(it) => CatalogCall::DatabaseExists(text(&it.db_name)),
        CatType::TableExists(it) => CatalogCall::TableExists(name(&it.table_name, &it.db_name)),
        CatType::FunctionExists(it) => {
            CatalogCall::FunctionExists(name(&it.function_name, &it.db_name))
        }
        CatType::CreateExternalTable(it) => CatalogCall::CreateExternalTable(external_table(it)?),
        CatType::CreateTable(it) => CatalogCall::CreateTable(table(it)?),
        CatType::DropTempView(it) => CatalogCall::DropTempView(text(&it.view_name)),
        CatType::DropGlobalTempView(it) => CatalogCall::DropGlobalTempView(text(&it.view_name)),
        CatType::RecoverPartitions(it) => CatalogCall::RecoverPartitions(text(&it.table_name)),
        CatType::IsCached(it) => CatalogCall::IsCached(text(&it.table_name)),
        CatType::CacheTable(it) => CatalogCall::CacheTable {
            name: text(&it.table_name),
            level: it.storage_level.as_ref().map(storage_level),
        },
        CatType::UncacheTable(it) => CatalogCall::UncacheTable(text(&it.table_name)),
        CatType::ClearCache(_) => CatalogCall::ClearCache,
        CatType::RefreshTable(it) => CatalogCall::RefreshTable(text(&it.table_name)),
        CatType::RefreshByPath(it) => CatalogCall::RefreshByPath(text(&it.path)),
        CatType::CurrentCatalog(_) => CatalogCall::CurrentCatalog,
        CatType::SetCurrentCatalog(it) => CatalogCall::SetCurrentCatalog(text(&it.catalog_name)),
        CatType::ListCatalogs(it) => CatalogCall::ListCatalogs(optional(it.pattern.as_ref())),
        CatType::DropTable(it) => CatalogCall::DropTable {
            name: text(&it.table_name),
            if_exists: it.if_exists,
            purge: it.purge,
        },
        CatType::DropView(it) => CatalogCall::DropView {
            name: text(&it.view_name),
            if_exists: it.if_exists,
        },
        CatType::CreateDatabase(it) => CatalogCall::CreateDatabase {
            name: text(&it.db_name),
            if_not_exists: it.if_not_exists,
            properties: options(&it.properties),
        },
        CatType::DropDatabase(it) => CatalogCall::DropDatabase {
            name: text(&it.db_name),
            if_exists: it.if_exists,
            cascade: it.cascade,
        },
        CatType::ListPartitions(it) => CatalogCall::ListPartitions(text(&it.table_name)),
        CatType::ListViews(it) => CatalogCall::ListViews(scope(&it.db_name, &it.pattern)),
        CatType::GetTableProperties(it) => CatalogCall::GetTableProperties(text(&it.table_name)),
        CatType::GetCreateTableString(it) => CatalogCall::GetCreateTableString {
            name: text(&it.table_name),
            as_serde: it.as_serde,
        },
        CatType::TruncateTable(it) => CatalogCall::TruncateTable(text(&it.table_name)),
        CatType::AnalyzeTable(it) => CatalogCall::AnalyzeTable {
            name: text(&it.table_name),
            no_scan: it.no_scan,
        },
    })
}

fn text(text: &str) -> Ident {
    text.into()
}

fn scope(database: &Option<String>, pattern: &Option<String>) -> ListScope {
    ListScope {
        database: optional(database.as_ref()),
        pattern: optional(pattern.as_ref()),
    }
}

fn name(name: &str, database: &Option<String>) -> CatalogName {
    CatalogName {
        name: name.into(),
        database: optional(database.as_ref()),
    }
}

fn table(message: &proto::CreateTable) -> Result<CatalogTable> {
    Ok(CatalogTable {
        name: text(&message.table_name),
        path: optional(message.path.as_ref()),
        source: optional(message.source.as_ref()),
        description: optional(message.description.as_ref()),
        schema: message.schema.as_ref().map(data_type).transpose()?,
        options: options(&message.options),
    })
}

fn external_table(message: &proto::CreateExternalTable) -> Result<CatalogTable> {
    Ok(CatalogTable {
        name: text(&message.table_name),
        path: optional(message.path.as_ref()),
        source: optional(message.source.as_ref()),
        description: None,
        schema: message.schema.as_ref().map(data_type).transpose()?,
        options: options(&message.options),
    })
}
