//! [`open`]: files as a [`Source`].

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use flint_sql_columnar::arrow_field;
use flint_sql_spec::{Result, SqlError, StructField, StructType, condition};
use object_store::ObjectMeta;

use crate::csv::CsvFormat;
use crate::files::{ListingOptions, Location, find};
use crate::json::JsonFormat;
use crate::metadata;
use crate::options::unsupported;
use crate::parquet::{ParquetFormat, nullable};
use crate::partitions::{Partitions, discover};
use crate::plain::PlainFormat;
use crate::table::{FileTable, Format, TableColumns};
use crate::{ReadRequest, SourceSettings};

/// Files that are ready to be read.
#[derive(Debug, Clone)]
pub struct Source {
    schema: StructType,
    table: Arc<FileTable>,
    files: Vec<String>,
    hidden: StructType,
}

impl Source {
    /// The columns: those of files, then those of partitions; all of them may be null.
    pub fn schema(&self) -> &StructType {
        &self.schema
    }

    /// Columns behind them in the [table](Source::provider), which are there for who names them:
    /// `_metadata`, unless a column of files has that name.
    pub fn hidden(&self) -> &StructType {
        &self.hidden
    }

    /// The table, with columns called and ordered as in [`schema`](Source::schema), then the
    /// [hidden](Source::hidden) ones, of the layout
    /// that [`arrow_type`](flint_sql_columnar::arrow_type) says.
    pub fn provider(&self) -> Arc<dyn TableProvider> {
        Arc::clone(&self.table) as Arc<dyn TableProvider>
    }

    /// The files, as Spark's `inputFiles` shows them.
    pub fn files(&self) -> &[String] {
        &self.files
    }
}

/// Finds the files of a read, infers or checks the schema, finds partition columns.
///
/// # Errors
/// - `DATA_SOURCE_NOT_FOUND` for a format that is not known;
/// - `PATH_NOT_FOUND`, `UNABLE_TO_INFER_SCHEMA` if there is nothing, or nothing that has a schema;
/// - `CONFLICTING_PARTITION_COLUMN_NAMES`, `CONFLICTING_DIRECTORY_STRUCTURES` and
///   `INVALID_PARTITION_VALUE` for directories that make no partitions;
/// - `COLUMN_ALREADY_EXISTS` for a schema that has a name twice;
/// - `CANNOT_MERGE_SCHEMAS` for files that don't fit together, `FAILED_READ_FILE` for a file that
///   cannot be read;
/// - `STDS_INVALID_OPTION_VALUE.WITH_MESSAGE` for an option with a wrong value, and
///   `UNSUPPORTED_FEATURE` for one that Flint does not act on.
pub async fn open(request: &ReadRequest) -> Result<Source> {
    let settings = &tolerance(request)?;
    let format = format(request, settings)?;
    let listing = ListingOptions::read(request.options(), settings)?;
    let found = find(&request.all_paths(), &listing, settings).await?;
    let partitions = discover(&found, &listing, request.schema.as_ref(), settings)?;
    let metas: Vec<ObjectMeta> = partitions
        .files
        .iter()
        .map(|(f, _)| f.meta.clone())
        .collect();
    let store = found.location.open(&settings.runtime)?;
    let schema = match &request.schema {
        Some(schema) => nullable(schema),
        None => match format.infer(&found.location, &store, &metas).await? {
            Some(schema) => schema,
            None => return Err(no_schema(&format)),
        },
    };
    let files = metas
        .iter()
        .map(|meta| input_name(&found.location.display_of(&meta.location)))
        .collect();
    let schema = match &request.schema {
        Some(_) => without_partitions(&schema, &partitions, settings),
        None => schema,
    };
    let (schema, columns) = columns(&schema, &partitions, settings)?;
    format.check(&columns.types)?;
    let values = metas
        .into_iter()
        .zip(partitions.files.into_iter().map(|(_, values)| values));
    let hidden = StructType::new(columns.has_metadata.then(metadata::field));
    let table = FileTable::new(format, found.location, values.collect(), columns)?;
    Ok(Source {
        schema,
        hidden,
        table: Arc::new(table),
        files,
    })
}

/// A path of a program as [`Source::files`] shows paths: `file:///a%20b`.
///
/// # Errors
/// For text that is no path.
pub fn shown_path(path: &str) -> Result<String> {
    Ok(input_name(&Location::parse(path)?.display()))
}

/// A file as `inputFiles` and `input_file_name()` show it: `file:///a%20b`.
fn input_name(path: &str) -> String {
    let encoded = metadata::encoded(path);
    match encoded.strip_prefix("file:/") {
        Some(rest) => format!("file:///{rest}"),
        None => encoded,
    }
}

/// The settings, with the options that stand for some of them.
fn tolerance(request: &ReadRequest) -> Result<SourceSettings> {
    let (options, mut settings) = (request.options(), request.settings.clone());
    settings.ignore_corrupt_files =
        options.flag("ignoreCorruptFiles", settings.ignore_corrupt_files)?;
    settings.ignore_missing_files =
        options.flag("ignoreMissingFiles", settings.ignore_missing_files)?;
    Ok(settings)
}

fn format(request: &ReadRequest, settings: &SourceSettings) -> Result<Arc<dyn Format>> {
    match request.format.to_ascii_lowercase().as_str() {
        "parquet" => Ok(Arc::new(ParquetFormat::read(request.options(), settings)?)),
        "csv" => Ok(Arc::new(CsvFormat::read(request.options(), settings)?)),
        "text" => Ok(Arc::new(PlainFormat::read(request.options(), settings)?)),
        "json" => Ok(Arc::new(JsonFormat::read(request.options(), settings)?)),
        name @ ("orc" | "avro" | "xml" | "jdbc" | "binaryfile") => {
            Err(unsupported(format!("the data source {name}")))
        }
        _ => Err(SqlError::new(condition::DATA_SOURCE_NOT_FOUND).with("provider", &request.format)),
    }
}

fn no_schema(format: &Arc<dyn Format>) -> SqlError {
    SqlError::new(condition::UNABLE_TO_INFER_SCHEMA).with("format", format.name())
}

/// A name as names are compared.
fn key(name: &str, settings: &SourceSettings) -> String {
    match settings.case_sensitive {
        true => name.to_owned(),
        false => name.to_lowercase(),
    }
}

/// Of a schema that the user gave, the columns of files: those of partitions follow in the order
/// of directories, wherever the user named them.
fn without_partitions(
    given: &StructType,
    partitions: &Partitions,
    settings: &SourceSettings,
) -> StructType {
    let is_partition = |field: &&StructField| {
        let mut columns = partitions.columns.iter();
        columns.any(|column| key(&column.name, settings) == key(&field.name, settings))
    };
    StructType::new(given.iter().filter(|field| !is_partition(field)).cloned())
}

/// The table's columns. A column of files that is also one of partitions has the partition's type
/// and values.
fn columns(
    files: &StructType,
    partitions: &Partitions,
    settings: &SourceSettings,
) -> Result<(StructType, TableColumns)> {
    let key = |name: &str| key(name, settings);
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = files.iter().find(|field| !seen.insert(key(&field.name))) {
        return Err(SqlError::new(condition::COLUMN_ALREADY_EXISTS)
            .with("columnName", format!("`{}`", key(&twice.name))));
    }
    let partition_at = |name: &str| {
        partitions
            .columns
            .iter()
            .position(|c| key(&c.name) == key(name))
    };
    let own: Vec<&StructField> = files
        .iter()
        .filter(|field| partition_at(&field.name).is_none())
        .collect();
    let (mut fields, mut order, mut next) = (Vec::new(), Vec::new(), 0);
    for field in files.iter() {
        match partition_at(&field.name) {
            Some(at) => {
                fields.push(partitions.columns[at].clone());
                order.push(own.len() + at);
            }
            None => {
                fields.push(field.clone());
                order.push(next);
                next += 1;
            }
        }
    }
    for (at, column) in partitions.columns.iter().enumerate() {
        if !order.contains(&(own.len() + at)) {
            fields.push(column.clone());
            order.push(own.len() + at);
        }
    }
    let arrow = |field: &StructField| arrow_field(&field.name, &field.data_type, true);
    let columns = TableColumns {
        types: StructType::new(own.iter().map(|field| (*field).clone())),
        in_files: own.into_iter().map(arrow).collect::<Result<_>>()?,
        of_partitions: partitions
            .columns
            .iter()
            .map(arrow)
            .collect::<Result<_>>()?,
        order,
        has_metadata: !fields
            .iter()
            .any(|field| key(&field.name) == metadata::NAME),
    };
    Ok((StructType::new(fields), columns))
}
