//! What is known of a file from its footer, before rows are read.

use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, Schema, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion_datasource_parquet::metadata::DFParquetMetadata;
use flint_sql_columnar::{from_datafusion, spark_type};
use flint_sql_spec::{Result, SqlError, condition};
use object_store::{ObjectMeta, ObjectStore};
use parquet::file::metadata::ParquetMetaData;

use super::adapt::{position, reads_as};
use super::schema::physical_schema;
use crate::error::{no_footer, while_reading};

/// A file system and the caches before it.
pub(super) struct Footers<'a> {
    pub(super) runtime: &'a RuntimeEnv,
    pub(super) store: &'a dyn ObjectStore,
}

impl Footers<'_> {
    /// The footer of a file, from the cache if it is there.
    ///
    /// # Errors
    /// `FAILED_READ_FILE`, for a footer that is damaged with the subclass that says so.
    pub(super) async fn fetch(
        &self,
        file: &ObjectMeta,
        path: &str,
    ) -> Result<Arc<ParquetMetaData>> {
        let cache = self.runtime.cache_manager.get_file_metadata_cache();
        let fetched = DFParquetMetadata::new(self.store, file)
            .with_file_metadata_cache(Some(cache))
            .fetch_metadata()
            .await;
        fetched.map_err(|error| {
            let message = error.strip_backtrace();
            let found = while_reading(path, error);
            match found.condition() == &condition::FAILED_READ_FILE_NO_HINT {
                true => no_footer(path, message),
                false => found,
            }
        })
    }
}

/// What a footer says about the columns of a table.
pub(super) struct FileFacts {
    pub(super) statistics: Statistics,
    /// The layout to read the file in.
    pub(super) physical: SchemaRef,
}

/// Checks that a file can be read as the table, and gathers statistics of the table's columns.
///
/// Statistics are taken only of columns that the file holds as the table wants them: of a cast one
/// they would be values of another type. Of floating-point numbers only counts are: a column with
/// NaN says nothing of it in its bounds.
///
/// # Errors
/// `FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH`.
pub(super) fn facts(
    metadata: &ParquetMetaData,
    table: &Schema,
    path: &str,
    case_sensitive: bool,
) -> Result<FileFacts> {
    let physical = with_views(physical_schema(metadata, path)?, table, case_sensitive);
    let mut same = Vec::new();
    let mut columns = vec![ColumnStatistics::new_unknown(); table.fields().len()];
    let rows: i64 = metadata
        .row_groups()
        .iter()
        .map(|group| group.num_rows())
        .sum();
    let rows = usize::try_from(rows).map_err(|_| no_footer(path, "a negative number of rows"))?;
    for (at, wanted) in table.fields().iter().enumerate() {
        let found = position(physical.fields(), wanted.name(), case_sensitive)
            .map_err(|()| duplicate(wanted.name(), path))?;
        let Some(found) = found else {
            columns[at].null_count = Precision::Exact(rows);
            continue;
        };
        let field = &physical.fields()[found];
        if field.data_type() == wanted.data_type() {
            same.push((at, Arc::clone(field)));
        } else if !reads_as(field.data_type(), wanted.data_type()) {
            return Err(mismatch(
                path,
                wanted.name(),
                wanted.data_type(),
                field.data_type(),
            )?);
        }
    }
    let fields: Vec<_> = same.iter().map(|(_, field)| Arc::clone(field)).collect();
    let comparable: SchemaRef = Arc::new(Schema::new(fields));
    let known = DFParquetMetadata::statistics_from_parquet_metadata(metadata, &comparable)
        .map_err(from_datafusion)?;
    for ((at, field), mut column) in same.into_iter().zip(known.column_statistics) {
        if field.data_type().is_floating() {
            column.min_value = Precision::Absent;
            column.max_value = Precision::Absent;
        }
        columns[at] = column;
    }
    let statistics = Statistics {
        column_statistics: columns,
        ..known
    };
    Ok(FileFacts {
        statistics,
        physical: Arc::new(physical),
    })
}

/// The file's layout with views of strings for the columns that the table has as views.
fn with_views(physical: Schema, table: &Schema, case_sensitive: bool) -> Schema {
    let mut fields = physical.fields().to_vec();
    for wanted in table.fields() {
        if *wanted.data_type() != ArrowType::Utf8View {
            continue;
        }
        if let Ok(Some(at)) = position(physical.fields(), wanted.name(), case_sensitive)
            && *fields[at].data_type() == ArrowType::Utf8
        {
            let view = fields[at].as_ref().clone();
            fields[at] = Arc::new(view.with_data_type(ArrowType::Utf8View));
        }
    }
    Schema::new_with_metadata(fields, physical.metadata)
}

fn duplicate(name: &str, path: &str) -> SqlError {
    let cause =
        SqlError::new(condition::COLUMN_ALREADY_EXISTS).with("columnName", format!("`{name}`"));
    SqlError::new(condition::FAILED_READ_FILE_NO_HINT)
        .with("path", path)
        .caused_by(cause)
}

fn mismatch(path: &str, column: &str, wanted: &ArrowType, found: &ArrowType) -> Result<SqlError> {
    Ok(
        SqlError::new(condition::FAILED_READ_FILE_PARQUET_COLUMN_DATA_TYPE_MISMATCH)
            .with("path", path)
            .with("column", format!("[{column}]"))
            .with("expectedType", spark_type(wanted)?.simple_string())
            .with("actualType", parquet_name(found)),
    )
}

/// Parquet's name of the type that a column is stored as.
fn parquet_name(found: &ArrowType) -> &'static str {
    match found {
        ArrowType::Boolean => "BOOLEAN",
        ArrowType::Float32 => "FLOAT",
        ArrowType::Float64 => "DOUBLE",
        ArrowType::Int64 | ArrowType::UInt64 | ArrowType::Timestamp(..) | ArrowType::Time64(_) => {
            "INT64"
        }
        ArrowType::Utf8 | ArrowType::Utf8View | ArrowType::Binary => "BINARY",
        ArrowType::FixedSizeBinary(_) => "FIXED_LEN_BYTE_ARRAY",
        ArrowType::Decimal128(precision, _) if *precision > 18 => "FIXED_LEN_BYTE_ARRAY",
        ArrowType::Decimal128(precision, _) if *precision > 9 => "INT64",
        ArrowType::List(_) | ArrowType::Struct(_) | ArrowType::Map(..) => "group",
        _ => "INT32",
    }
}
