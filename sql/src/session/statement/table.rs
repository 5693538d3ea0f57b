//! Tables and schemas: CREATE, DROP, INSERT, TRUNCATE.

use flint_sql_analyzer::Analyzer;
use flint_sql_sources::WriteRequest;
use flint_sql_spec::{
    ColumnDef, CreateTable, CreateTableMode, ExprKind, Ident, Insert, InsertMode, InsertTarget,
    ObjectName, Options, Partitioning, Relation, Result, SaveMode, SqlError, StructField,
    StructType, TableBody, condition, quote_part, quote_parts,
};

use super::super::listing::too_many_parts;
use super::super::names::CATALOG;
use super::super::save::{Pairing, for_table, save};
use super::super::tables::{Database, Stored, StoredTable, TableName};
use super::super::{QueryResult, SparkSession};
use super::{no_schema, refuse, refused};

/// How a table's files are made.
pub(in crate::session) struct Made {
    pub(in crate::session) format: Ident,
    pub(in crate::session) location: Option<String>,
    pub(in crate::session) options: Options,
    pub(in crate::session) partition_by: Vec<Ident>,
    pub(in crate::session) comment: Option<Ident>,
    pub(in crate::session) properties: Options,
}

/// How a table is filled.
pub(super) struct Filling<'a> {
    /// Columns that the data is for; all when empty.
    pub(super) columns: &'a [Ident],
    pub(super) pairing: Pairing,
    pub(super) overwrite: bool,
    /// Values of partition columns, as names of folders.
    pub(super) static_partitions: Vec<(Ident, Option<String>)>,
}

/// `CREATE TABLE`.
pub(super) fn create(session: &SparkSession, create: &CreateTable) -> Result<QueryResult> {
    refuse_what_is_missing(create)?;
    let name = session.table_name(create.name.parts().unwrap_or_default())?;
    if !session.databases().contains(&name.database) {
        return Err(no_schema(&[name.database.as_str().into()]));
    }
    if session.stored(&name).is_some() {
        match create.mode {
            CreateTableMode::CreateIfNotExists => return Ok(QueryResult::nothing()),
            CreateTableMode::Create => return Err(exists(&name)),
            CreateTableMode::Replace | CreateTableMode::CreateOrReplace => {
                remove(session, &name)?;
            }
        }
    }
    let format = match create.provider.as_ref().or(create.stored_as.as_ref()) {
        Some(format) => format.clone(),
        None => session.conf().get("spark.sql.sources.default")?.into(),
    };
    let (path, options) = without_path(&create.options);
    let made = Made {
        format,
        location: create
            .location
            .clone()
            .or(path)
            .map(|path| path.to_string()),
        options,
        partition_by: partition_columns(create)?,
        comment: create.comment.clone(),
        properties: create.properties.clone(),
    };
    match &create.body {
        TableBody::Query { columns, query } if columns.is_empty() => {
            create_from(session, &name, query, made)
        }
        TableBody::Query { .. } => Err(refused("CreateTable with columns and a query")),
        TableBody::Columns(columns) => {
            let mut fields: Vec<StructField> = columns.iter().map(field).collect::<Result<_>>()?;
            for part in &create.partitioning {
                if let Partitioning::Column(column) = part {
                    fields.push(field(column)?);
                }
            }
            store_empty(session, &name, StructType::new(fields), made)
        }
        TableBody::Like(other) => {
            let schema = session.schema_of_table(other.parts().unwrap_or_default())?;
            store_empty(session, &name, schema, made)
        }
    }
}

/// The option `path`, which says where files are, and the other options.
pub(in crate::session) fn without_path(options: &Options) -> (Option<Ident>, Options) {
    let is_path = |key: &str| key.eq_ignore_ascii_case("path");
    let path = options.iter().find(|(key, _)| is_path(key));
    let others = options.iter().filter(|(key, _)| !is_path(key));
    (
        path.map(|(_, path)| path.clone()),
        others.cloned().collect(),
    )
}

fn refuse_what_is_missing(create: &CreateTable) -> Result<()> {
    refuse(&[
        (create.temporary, "temporary tables"),
        (create.buckets.is_some(), "CLUSTERED BY"),
        (create.cluster_by.is_some(), "CLUSTER BY"),
        (create.row_format.is_some(), "ROW FORMAT"),
        (!create.constraints.is_empty(), "constraints of tables"),
        (create.collation.is_some(), "collations of tables"),
    ])
}

/// A column of a table.
fn field(column: &ColumnDef) -> Result<StructField> {
    let missing = |what: &str| SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what);
    if column.default.is_some() || column.generated.is_some() {
        return Err(missing("defaults and generated columns"));
    }
    let ([name], Some(data_type)) = (column.name.as_slice(), &column.data_type) else {
        return Err(missing("columns without a type"));
    };
    let field = StructField::new(name, data_type.clone(), column.nullable);
    Ok(match &column.comment {
        Some(comment) => {
            let text = comment.replace('\\', "\\\\").replace('"', "\\\"");
            field.with_metadata(&format!("{{\"comment\":\"{text}\"}}"))
        }
        None => field,
    })
}

fn partition_columns(create: &CreateTable) -> Result<Vec<Ident>> {
    let column = |part: &Partitioning| match part {
        Partitioning::Column(column) => Ok(column.name.last().cloned().unwrap_or_default()),
        Partitioning::Transform(expr) => match expr.kind() {
            ExprKind::Attribute(attribute) => {
                let parts = attribute.name.parts().unwrap_or_default();
                let last = parts.last().cloned();
                last.ok_or_else(|| refused("PartitionTransform"))
            }
            _ => Err(refused("PartitionTransform")),
        },
    };
    create.partitioning.iter().map(column).collect()
}

fn location(session: &SparkSession, name: &TableName, made: &Made) -> Result<String> {
    match &made.location {
        Some(location) => Ok(location.clone()),
        None => session.managed_location(name),
    }
}

/// A table without rows of its own: of none, or over files that are there.
pub(in crate::session) fn store_empty(
    session: &SparkSession,
    name: &TableName,
    schema: StructType,
    made: Made,
) -> Result<QueryResult> {
    let location = location(session, name, &made)?;
    std::fs::create_dir_all(&location).map_err(|error| {
        SqlError::internal(format!("the folder {location} of a table: {error}"))
    })?;
    let table = StoredTable {
        name: name.table.clone(),
        schema: partitions_last(&schema, &made.partition_by),
        format: made.format,
        managed: made.location.is_none(),
        location,
        options: made.options,
        partition_by: made.partition_by,
        comment: made.comment,
        properties: made.properties,
    };
    session.store(name, Stored::Table(table))?;
    Ok(QueryResult::nothing())
}

/// `CREATE TABLE AS`: the rows are written before the table is known.
pub(super) fn create_from(
    session: &SparkSession,
    name: &TableName,
    query: &Relation,
    made: Made,
) -> Result<QueryResult> {
    let schema = Analyzer::schema(&session.analyze(query)?);
    let location = location(session, name, &made)?;
    let request = WriteRequest {
        format: made.format.to_string(),
        path: location.clone(),
        mode: SaveMode::Overwrite,
        partition_by: made.partition_by.clone(),
        static_partitions: Vec::new(),
        options: made.options.clone(),
        settings: session.source_settings()?,
    };
    save(session, query, Ok, request)?;
    let nullable = schema.iter().map(|field| StructField {
        nullable: true,
        ..field.clone()
    });
    let table = StoredTable {
        name: name.table.clone(),
        schema: partitions_last(&StructType::new(nullable), &made.partition_by),
        format: made.format,
        managed: made.location.is_none(),
        location,
        options: made.options,
        partition_by: made.partition_by,
        comment: made.comment,
        properties: made.properties,
    };
    session.store(name, Stored::Table(table))?;
    Ok(QueryResult::nothing())
}

/// Partition columns are the last, in their own order.
fn partitions_last(schema: &StructType, by: &[Ident]) -> StructType {
    let is_partition =
        |field: &&StructField| by.iter().any(|name| field.name.eq_ignore_ascii_case(name));
    let own = schema.iter().filter(|field| !is_partition(field));
    let find = |name: &Ident| {
        schema
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    };
    StructType::new(own.chain(by.iter().filter_map(find)).cloned())
}

/// `INSERT`.
pub(super) fn insert(session: &SparkSession, insert: &Insert) -> Result<QueryResult> {
    let InsertTarget::Table { name, options, .. } = &insert.target else {
        return Err(refused("InsertDirectory"));
    };
    if !options.is_empty() || insert.with_schema_evolution || insert.if_partition_not_exists {
        return Err(refused("InsertOptions"));
    }
    let overwrite = match insert.mode {
        InsertMode::Append => false,
        InsertMode::Overwrite => true,
        _ => return Err(refused("InsertReplace")),
    };
    if !insert.partition.is_empty() {
        return Err(refused("InsertPartition"));
    }
    let name = session.table_name(name.parts().unwrap_or_default())?;
    let filling = Filling {
        columns: &insert.columns,
        pairing: if insert.by_name {
            Pairing::Name
        } else {
            Pairing::Position
        },
        overwrite,
        static_partitions: Vec::new(),
    };
    fill(session, &name, &insert.query, filling)
}

/// Adds rows to a table, or puts them in the place of its rows.
pub(super) fn fill(
    session: &SparkSession,
    name: &TableName,
    query: &Relation,
    filling: Filling<'_>,
) -> Result<QueryResult> {
    let Some(Stored::Table(table)) = session.stored(name) else {
        return Err(name.not_found());
    };
    let request = WriteRequest {
        format: table.format.to_string(),
        path: table.location.clone(),
        mode: if filling.overwrite {
            SaveMode::Overwrite
        } else {
            SaveMode::Append
        },
        partition_by: table.partition_by.clone(),
        static_partitions: filling.static_partitions,
        options: table.options.clone(),
        settings: session.source_settings()?,
    };
    let shown = name.quoted();
    let adapt = |plan| {
        if filling.overwrite && super::super::query::reads(&plan, &name.parts()) {
            return Err(SqlError::new(condition::UNSUPPORTED_OVERWRITE_TABLE).with("table", &shown));
        }
        for_table(
            &plan,
            &shown,
            &table.schema,
            filling.columns,
            filling.pairing,
        )
    };
    save(session, query, adapt, request)?;
    Ok(QueryResult::nothing())
}

/// `DROP TABLE`.
pub(super) fn drop(
    session: &SparkSession,
    name: &ObjectName,
    if_exists: bool,
) -> Result<QueryResult> {
    let parts = name.parts().unwrap_or_default();
    if let [view] = parts
        && session
            .inner
            .names
            .views
            .write()
            .remove(&view.to_lowercase())
            .is_some()
    {
        return Ok(QueryResult::nothing());
    }
    let name = session.table_name(parts)?;
    match remove(session, &name)? {
        true => Ok(QueryResult::nothing()),
        false if if_exists => Ok(QueryResult::nothing()),
        false => Err(name.not_found()),
    }
}

/// Takes a table away, with its files where they are its own. Gives whether there was one.
fn remove(session: &SparkSession, name: &TableName) -> Result<bool> {
    match session.unstore(name) {
        Some(Stored::Table(table)) => {
            if table.managed {
                clear(&table.location)?;
            }
            Ok(true)
        }
        Some(Stored::View(_)) => Ok(true),
        None => Ok(false),
    }
}

fn clear(location: &str) -> Result<()> {
    match std::fs::remove_dir_all(location) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(SqlError::internal(
            format!("files of a table in {location}: {error}"),
        )),
        _ => Ok(()),
    }
}

/// `TRUNCATE TABLE`.
pub(super) fn truncate(session: &SparkSession, name: &ObjectName) -> Result<QueryResult> {
    let name = session.table_name(name.parts().unwrap_or_default())?;
    let Some(Stored::Table(table)) = session.stored(&name) else {
        return Err(name.not_found());
    };
    clear(&table.location)?;
    let made = std::fs::create_dir_all(&table.location);
    made.map_err(|error| SqlError::internal(format!("the folder of a table: {error}")))?;
    Ok(QueryResult::nothing())
}

/// `CREATE SCHEMA`.
pub(super) fn create_schema(
    session: &SparkSession,
    name: &ObjectName,
    if_not_exists: bool,
    made: Database,
) -> Result<QueryResult> {
    let key = match name.parts().unwrap_or_default() {
        [name] => name.to_lowercase(),
        [catalog, name] if catalog.eq_ignore_ascii_case(CATALOG) => name.to_lowercase(),
        parts => return Err(too_many_parts(parts)),
    };
    let mut databases = session.inner.shared.databases.write();
    if databases.contains_key(&key) {
        if if_not_exists {
            return Ok(QueryResult::nothing());
        }
        return Err(
            SqlError::new(condition::SCHEMA_ALREADY_EXISTS).with("schemaName", quote_part(&key))
        );
    }
    databases.insert(key, made);
    Ok(QueryResult::nothing())
}

/// `DROP SCHEMA`.
pub(super) fn drop_schema(
    session: &SparkSession,
    name: &ObjectName,
    if_exists: bool,
    cascade: bool,
) -> Result<QueryResult> {
    let key = schema_key(name)?;
    if key == "default" {
        let shown = quote_parts(&[CATALOG.into(), key.into()]);
        return Err(
            SqlError::new(condition::UNSUPPORTED_FEATURE_DROP_DATABASE).with("database", shown)
        );
    }
    let found = session.inner.shared.databases.read().get(&key).cloned();
    let Some(database) = found else {
        if if_exists {
            return Ok(QueryResult::nothing());
        }
        return Err(no_schema(&[key.as_str().into()]));
    };
    if !database.relations.is_empty() && !cascade {
        return Err(SqlError::new(condition::SCHEMA_NOT_EMPTY).with("schemaName", quote_part(&key)));
    }
    for stored in database.relations.values() {
        if let Stored::Table(table) = stored
            && table.managed
        {
            clear(&table.location)?;
        }
    }
    session.inner.shared.databases.write().remove(&key);
    Ok(QueryResult::nothing())
}

fn schema_key(name: &ObjectName) -> Result<String> {
    match name.parts().unwrap_or_default() {
        [name] => Ok(name.to_lowercase()),
        [catalog, name] if catalog.eq_ignore_ascii_case(CATALOG) => Ok(name.to_lowercase()),
        parts => Err(no_schema(parts)),
    }
}

/// The error for a table that is there already.
pub(in crate::session) fn exists(name: &TableName) -> SqlError {
    SqlError::new(condition::TABLE_OR_VIEW_ALREADY_EXISTS).with("relationName", name.quoted())
}
