//! `df.write`.

use flint_sql_sources::{WriteRequest, shown_path};
use flint_sql_spec::{
    Ident, Relation, Result, SaveMode, SaveTarget, SqlError, TableSaveMethod, WriteOperation,
    condition,
};

use super::super::save::{Pairing, save};
use super::super::{QueryResult, SparkSession};
use super::refuse;
use super::table::{self, Filling};

/// `df.write…`: into a path, or a table.
pub(super) fn write(session: &SparkSession, write: &WriteOperation) -> Result<QueryResult> {
    refuse(&[
        (write.bucket_by.is_some(), "bucketBy"),
        (!write.sort_columns.is_empty(), "sortBy"),
        (!write.clustering_columns.is_empty(), "clusterBy"),
        (write.with_schema_evolution, "schema evolution"),
    ])?;
    match &write.target {
        SaveTarget::Table { name, method } => into_table(session, write, name, *method),
        SaveTarget::Path(path) => into_path(session, write, path),
        SaveTarget::Unspecified => {
            let path = write
                .options
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case("path"));
            match path {
                Some((_, path)) => into_path(session, write, path),
                None => Err(SqlError::internal("a write needs a path or a table")),
            }
        }
    }
}

fn into_path(session: &SparkSession, write: &WriteOperation, path: &Ident) -> Result<QueryResult> {
    let format = match &write.source {
        Some(format) => format.to_string(),
        None => session.conf().get("spark.sql.sources.default")?,
    };
    let request = WriteRequest {
        format,
        path: path.to_string(),
        mode: write.mode.unwrap_or(SaveMode::ErrorIfExists),
        partition_by: write.partition_columns.clone(),
        static_partitions: Vec::new(),
        options: write.options.clone(),
        settings: session.source_settings()?,
    };
    if request.mode == SaveMode::Overwrite {
        refuse_own_input(session, &write.input, path)?;
    }
    save(session, &write.input, Ok, request)?;
    Ok(QueryResult::nothing())
}

/// Refuses to write over files that the query reads.
fn refuse_own_input(session: &SparkSession, query: &Relation, path: &Ident) -> Result<()> {
    let target = shown_path(path)?;
    let inside = |file: &String| {
        let rest = file.strip_prefix(&target);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match session.input_files(query)?.iter().any(inside) {
        false => Ok(()),
        true => Err(SqlError::new(condition::UNSUPPORTED_OVERWRITE_PATH).with("path", &**path)),
    }
}

fn into_table(
    session: &SparkSession,
    write: &WriteOperation,
    name: &Ident,
    method: TableSaveMethod,
) -> Result<QueryResult> {
    let parts = flint_sql_parser::parse_name(name)?;
    let name = session.table_name(&parts)?;
    let mode = write.mode.unwrap_or(match method {
        TableSaveMethod::SaveAsTable => SaveMode::ErrorIfExists,
        TableSaveMethod::InsertInto => SaveMode::Append,
    });
    let known = session.stored(&name);
    match (method, known.is_some(), mode) {
        (TableSaveMethod::InsertInto, _, mode) => {
            let filling = Filling {
                columns: &[],
                pairing: Pairing::Position,
                overwrite: mode == SaveMode::Overwrite,
                static_partitions: Vec::new(),
            };
            table::fill(session, &name, &write.input, filling)?;
        }
        (TableSaveMethod::SaveAsTable, true, SaveMode::Append) => {
            let filling = Filling {
                columns: &[],
                pairing: Pairing::Name,
                overwrite: false,
                static_partitions: Vec::new(),
            };
            table::fill(session, &name, &write.input, filling)?;
        }
        (TableSaveMethod::SaveAsTable, true, SaveMode::Ignore) => {}
        (TableSaveMethod::SaveAsTable, true, SaveMode::ErrorIfExists) => {
            return Err(table::exists(&name));
        }
        (TableSaveMethod::SaveAsTable, _, _) => {
            let format = match &write.source {
                Some(format) => format.clone(),
                None => session.conf().get("spark.sql.sources.default")?.into(),
            };
            let (path, options) = table::without_path(&write.options);
            let made = table::Made {
                format,
                location: path.map(|path| path.to_string()),
                options,
                partition_by: write.partition_columns.clone(),
                comment: None,
                properties: Vec::new(),
            };
            table::create_from(session, &name, &write.input, made)?;
        }
    }
    Ok(QueryResult::nothing())
}
