//! Temporary views.

use flint_sql_spec::{
    CreateDataFrameView, CreateView, DataSourceRead, Ident, ObjectName, Origin, Relation,
    RelationKind, Result, SqlError, StructType, ViewKind, condition, quote_parts,
};

use super::super::names::{CATALOG, GLOBAL, View, Views};
use super::super::tables::Stored;
use super::super::{QueryResult, SparkSession};
use super::refuse;

/// `df.createOrReplaceTempView` and its kin.
pub(super) fn of_frame(session: &SparkSession, view: &CreateDataFrameView) -> Result<QueryResult> {
    session.analyze(&view.input)?;
    define(
        session,
        &view.name,
        &view.input,
        None,
        view.global,
        view.replace,
        false,
    )
}

/// `CREATE VIEW`.
pub(super) fn create(session: &SparkSession, create: &CreateView) -> Result<QueryResult> {
    let comments = create.columns.iter().any(|(_, comment)| comment.is_some());
    refuse(&[
        (create.comment.is_some() || comments, "comments of views"),
        (create.collation.is_some(), "collations of views"),
        (!create.properties.is_empty(), "properties of views"),
        (create.schema_mode.is_some(), "WITH SCHEMA of views"),
    ])?;
    let plan = session.analyze(&create.query)?;
    let columns =
        if create.columns.is_empty() {
            None
        } else {
            let known = flint_sql_analyzer::Analyzer::schema(&plan);
            if known.len() != create.columns.len() {
                return Err(arity(create, &known));
            }
            let fields = known.iter().zip(&create.columns).map(|(field, column)| {
                flint_sql_spec::StructField {
                    name: column.0.clone(),
                    ..field.clone()
                }
            });
            Some(StructType::new(fields))
        };
    if create.kind == ViewKind::Persistent {
        return persist(session, create, columns);
    }
    let global = create.kind == ViewKind::GlobalTemporary;
    let name = temporary(&create.name)?;
    define(
        session,
        &name,
        &create.query,
        columns,
        global,
        create.replace,
        create.if_not_exists,
    )
}

/// `CREATE TEMPORARY VIEW .. USING`.
pub(super) fn over_source(
    session: &SparkSession,
    name: &ObjectName,
    read: DataSourceRead,
    global: bool,
    replace: bool,
) -> Result<QueryResult> {
    let kind = RelationKind::DataSource(read);
    let query = Relation::new(kind, Origin::Unknown);
    session.analyze(&query)?;
    let name = temporary(name)?;
    define(session, &name, &query, None, global, replace, false)
}

/// A view of the catalog.
fn persist(
    session: &SparkSession,
    create: &CreateView,
    columns: Option<StructType>,
) -> Result<QueryResult> {
    let name = session.table_name(create.name.parts().unwrap_or_default())?;
    match session.stored(&name) {
        Some(Stored::View(_)) if create.replace => {}
        Some(_) if create.if_not_exists => return Ok(QueryResult::nothing()),
        Some(_) => return Err(super::table::exists(&name)),
        None => {}
    }
    let view = View {
        name: name.table.clone(),
        query: create.query.clone(),
        columns,
    };
    session.store(&name, Stored::View(view))?;
    Ok(QueryResult::nothing())
}

fn arity(create: &CreateView, known: &StructType) -> SqlError {
    SqlError::new(condition::ASSIGNMENT_ARITY_MISMATCH)
        .with("numExpr", create.columns.len().to_string())
        .with("numTarget", known.len().to_string())
}

fn define(
    session: &SparkSession,
    name: &Ident,
    query: &Relation,
    columns: Option<StructType>,
    global: bool,
    replace: bool,
    if_not_exists: bool,
) -> Result<QueryResult> {
    let view = View {
        name: name.clone(),
        query: query.clone(),
        columns,
    };
    let put = |views: &mut Views| {
        let key = name.to_lowercase();
        if views.contains_key(&key) && !replace {
            if if_not_exists {
                return Ok(());
            }
            let shown = quote_parts(std::slice::from_ref(name));
            return Err(SqlError::new(condition::TEMP_TABLE_OR_VIEW_ALREADY_EXISTS)
                .with("relationName", shown));
        }
        views.insert(key, view);
        Ok(())
    };
    if global {
        put(&mut session.inner.shared.global_views.write())?;
    } else {
        put(&mut session.inner.names.views.write())?;
    }
    Ok(QueryResult::nothing())
}

/// `DROP VIEW`.
pub(super) fn drop(
    session: &SparkSession,
    name: &ObjectName,
    if_exists: bool,
) -> Result<QueryResult> {
    let parts = name.parts().unwrap_or_default();
    super::cache::forget(session, name);
    let removed = match parts {
        [name] => session
            .inner
            .names
            .views
            .write()
            .remove(&name.to_lowercase()),
        [schema, name] if schema.eq_ignore_ascii_case(GLOBAL) => {
            let mut views = session.inner.shared.global_views.write();
            views.remove(&name.to_lowercase())
        }
        _ => None,
    };
    if removed.is_none() {
        remove_stored(session, parts, if_exists)?;
    }
    Ok(QueryResult::nothing())
}

/// Takes a view out of the catalog.
fn remove_stored(session: &SparkSession, parts: &[Ident], if_exists: bool) -> Result<()> {
    let name = session.table_name(parts)?;
    match session.stored(&name) {
        Some(Stored::View(_)) => {
            session.unstore(&name);
            Ok(())
        }
        Some(table) => Err(SqlError::new(condition::WRONG_COMMAND_FOR_OBJECT_TYPE)
            .with("operation", "DROP VIEW")
            .with("requiredType", "VIEW or METRIC_VIEW")
            .with(
                "objectName",
                format!("{CATALOG}.{}.{}", name.database, name.table),
            )
            .with("foundType", table.kind())
            .with("alternative", "DROP TABLE")),
        None if if_exists => Ok(()),
        None => Err(name.not_found()),
    }
}

/// The name of a temporary view, which may stand behind `SESSION` or `SYSTEM.SESSION`.
fn temporary(name: &ObjectName) -> Result<Ident> {
    let parts = name.parts().unwrap_or_default();
    let Some((name, qualifier)) = parts.split_last() else {
        return Err(SqlError::internal("a view has a name"));
    };
    let is = |at: usize, word: &str| qualifier[at].eq_ignore_ascii_case(word);
    match qualifier.len() {
        0 => Ok(name.clone()),
        1 if is(0, "session") => Ok(name.clone()),
        2 if is(0, "system") && is(1, "session") => Ok(name.clone()),
        _ => Err(SqlError::new(condition::INVALID_TEMP_OBJ_QUALIFIER)
            .with("objectType", "VIEW")
            .with("objectName", quote_parts(std::slice::from_ref(name)))
            .with("qualifier", quote_parts(qualifier))),
    }
}
