//! Statements and commands that are no query, a file for each kind.

mod cache;
mod catalog;
mod conf;
mod describe;
mod explain;
mod formatted;
mod show;
mod table;
mod view;
mod write;

use flint_sql_spec::{
    Command, DataSourceRead, Ident, ObjectName, Origin, Plan, Relation, RelationKind, Result,
    SqlError, Statement, condition, quote_parts,
};

use super::names::CATALOG;
use super::tables::Database;
use super::{QueryResult, SparkSession};

pub(crate) use show::fits;
pub(super) use table::{Made, exists, store_empty, without_path};

/// Runs a command.
pub(super) fn run(session: &SparkSession, command: &Command) -> Result<QueryResult> {
    match command {
        Command::CreateDataFrameView(view) => view::of_frame(session, view),
        Command::Write(operation) => write::write(session, operation),
        Command::Statement(statement) => sql(session, statement),
        Command::Catalog(call) => catalog::call(session, call),
        Command::Sql { query, .. } => match session.parsed(&query.text)? {
            // The analyzer binds arguments.
            Plan::Relation(_) => {
                let kind = RelationKind::Sql(query.clone());
                session.query(&Relation::new(kind, Origin::Unknown))
            }
            Plan::Command(_) if !query.named.is_empty() || !query.positional.is_empty() => {
                Err(refused("Arguments"))
            }
            Plan::Command(command) => run(session, &command),
        },
        other => Err(refused(&format!("{other:?}"))),
    }
}

fn sql(session: &SparkSession, statement: &Statement) -> Result<QueryResult> {
    match statement {
        Statement::CreateView(create) => view::create(session, create),
        Statement::CreateTempViewUsing {
            name,
            global,
            replace,
            schema,
            provider,
            options,
        } => {
            let read = DataSourceRead {
                format: Some(provider.clone()),
                schema: schema.as_ref().map(|schema| schema.json().into()),
                options: options.clone(),
                paths: Vec::new(),
                predicates: Vec::new(),
                source_name: None,
                is_streaming: false,
            };
            view::over_source(session, name, read, *global, *replace)
        }
        Statement::DropView { name, if_exists } => view::drop(session, name, *if_exists),
        Statement::SetConf(value) => conf::set(session, value),
        Statement::SetTimeZone(zone) => conf::set_zone(session, zone.as_ref()),
        Statement::Reset(key) => conf::reset(session, key.as_ref()),
        Statement::Show(what) => show::show(session, what),
        Statement::Describe(what) => describe::describe(session, what),
        Statement::Explain { mode, plan } => explain::explain(session, *mode, plan),
        Statement::CreateTable(create) => table::create(session, create),
        Statement::DropTable {
            name, if_exists, ..
        } => table::drop(session, name, *if_exists),
        Statement::Truncate { name, partition } if partition.is_empty() => {
            table::truncate(session, name)
        }
        Statement::Insert(insert) => table::insert(session, insert),
        Statement::CreateNamespace {
            name,
            if_not_exists,
            comment,
            location,
            collation,
            properties,
        } => {
            refuse(&[
                (collation.is_some(), "collations of schemas"),
                (!properties.is_empty(), "properties of schemas"),
            ])?;
            let made = Database {
                comment: comment.clone(),
                location: location.clone(),
                ..Database::default()
            };
            table::create_schema(session, name, *if_not_exists, made)
        }
        Statement::DropNamespace {
            name,
            if_exists,
            cascade,
        } => table::drop_schema(session, name, *if_exists, *cascade),
        Statement::Use(name) => use_database(session, name),
        Statement::CacheTable {
            name,
            lazy,
            options,
            query,
        } => cache::cache(session, name, *lazy, options, query.as_ref()),
        Statement::UncacheTable { name, if_exists } => cache::uncache(session, name, *if_exists),
        Statement::ClearCache => {
            session.clear_cached();
            Ok(QueryResult::nothing())
        }
        Statement::RefreshTable(name) => cache::refresh(session, name),
        Statement::RefreshPath(path) => {
            session.written(path);
            Ok(QueryResult::nothing())
        }
        other => Err(refused(&format!("{other:?}"))),
    }
}

/// Forgets what is cached of a table or view that goes.
pub(super) fn forget(session: &SparkSession, parts: &[Ident]) {
    cache::forget(session, &ObjectName::of(parts.iter().cloned()));
}

/// `USE`.
fn use_database(session: &SparkSession, name: &ObjectName) -> Result<QueryResult> {
    let parts = name.parts().unwrap_or_default();
    let database = match parts {
        [catalog] if catalog.eq_ignore_ascii_case(CATALOG) => "default",
        [database] => database,
        [catalog, database] if catalog.eq_ignore_ascii_case(CATALOG) => database,
        _ => return Err(no_schema(parts)),
    };
    session.set_current_database(database)?;
    Ok(QueryResult::nothing())
}

/// Refuses the first part of a statement that was asked for and does nothing yet.
pub(super) fn refuse(parts: &[(bool, &str)]) -> Result<()> {
    match parts.iter().find(|(asked, _)| *asked) {
        Some((_, what)) => Err(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", *what)),
        None => Ok(()),
    }
}

/// The error for a schema that is not there.
pub(super) fn no_schema(parts: &[Ident]) -> SqlError {
    let mut name: Vec<Ident> = parts.to_vec();
    if name.len() == 1 {
        name.insert(0, CATALOG.into());
    }
    SqlError::new(condition::SCHEMA_NOT_FOUND).with("schemaName", quote_parts(&name))
}

/// The error for what is parsed and not executed yet, named by its kind.
pub(super) fn refused(debug: &str) -> SqlError {
    let kind: String = debug.chars().take_while(|c| c.is_alphanumeric()).collect();
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", format!("the command {kind}"))
}
