//! `CACHE TABLE`, `UNCACHE TABLE`, `REFRESH TABLE`.

use flint_core::StorageLevel;
use flint_sql_spec::{
    CreateView, NamedTable, ObjectName, Options, Relation, RelationKind, Result, SqlError,
    ViewKind, condition,
};

use super::super::convert::from_core;
use super::super::{QueryResult, SparkSession};
use super::view;
use crate::dataframe::DataFrame;

/// `CACHE [LAZY] TABLE name [OPTIONS (..)] [AS query]`: with a query the name becomes a temporary
/// view of it. Rows are read at once unless it is lazy.
pub(super) fn cache(
    session: &SparkSession,
    name: &ObjectName,
    lazy: bool,
    options: &Options,
    query: Option<&Relation>,
) -> Result<QueryResult> {
    let level = level(options)?;
    if let Some(query) = query {
        view::create(session, &as_view(name, query))?;
    }
    let table = table(name);
    session.cache_relation(&table, level)?;
    if !lazy {
        DataFrame::new(session.clone(), table).count()?;
    }
    Ok(QueryResult::nothing())
}

/// `UNCACHE TABLE [IF EXISTS] name`. A table that is not cached is no error, as in Spark.
pub(super) fn uncache(
    session: &SparkSession,
    name: &ObjectName,
    if_exists: bool,
) -> Result<QueryResult> {
    match session.uncache_relation(&table(name)) {
        Err(error) if if_exists && is_missing(&error) => {}
        found => {
            found?;
        }
    }
    Ok(QueryResult::nothing())
}

/// `REFRESH TABLE`: what is cached of its files is read anew.
pub(super) fn refresh(session: &SparkSession, name: &ObjectName) -> Result<QueryResult> {
    session.analyze(&table(name))?;
    let table = session.table_name(name.parts().unwrap_or_default())?;
    if let Some(super::super::tables::Stored::Table(stored)) = session.stored(&table) {
        session.written(&stored.location);
    }
    Ok(QueryResult::nothing())
}

/// Forgets what is cached of a table or view that goes. One that cannot be read any more has nothing
/// that anybody could find.
pub(super) fn forget(session: &SparkSession, name: &ObjectName) {
    let _ = session.uncache_relation(&table(name));
}

fn table(name: &ObjectName) -> Relation {
    RelationKind::NamedTable(NamedTable {
        name: name.clone(),
        options: Vec::new(),
        is_streaming: false,
        time_travel: None,
    })
    .into()
}

fn as_view(name: &ObjectName, query: &Relation) -> CreateView {
    CreateView {
        name: name.clone(),
        columns: Vec::new(),
        query: query.clone(),
        kind: ViewKind::Temporary,
        replace: false,
        if_not_exists: false,
        comment: None,
        collation: None,
        properties: Vec::new(),
        schema_mode: None,
    }
}

/// `OPTIONS ('storageLevel' 'DISK_ONLY')`; Spark's default without it.
fn level(options: &Options) -> Result<StorageLevel> {
    let mut level = StorageLevel::MEMORY_AND_DISK;
    for (key, value) in options {
        if !key.eq_ignore_ascii_case("storageLevel") {
            let feature = format!("the option {key} of CACHE TABLE");
            return Err(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature));
        }
        level = value.to_uppercase().parse().map_err(from_core)?;
    }
    Ok(level)
}

fn is_missing(error: &SqlError) -> bool {
    *error.condition() == condition::TABLE_OR_VIEW_NOT_FOUND
}
