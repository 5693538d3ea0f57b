//! [`ParquetEncoding`]: rows as Parquet files that Spark reads back with their types.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{
    DataType as ArrowType, Field, FieldRef, IntervalUnit, Schema, SchemaRef, TimeUnit,
};
use flint_sql_columnar::{Raised, arrow_schema};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::adapt::conform;
use super::schema::SPARK_SCHEMA;
use crate::options::{OptionMap, unsupported};
use crate::settings::SourceSettings;
use crate::write::Encoder;

/// The version whose files ours look like; without it readers ask which calendar dates are in.
const SPARK_VERSION: (&str, &str) = ("org.apache.spark.version", "4.3.0");
const CODECS: &str = "brotli, gzip, lz4, lz4_raw, lz4raw, none, snappy, uncompressed, zstd";

/// How Parquet files of some columns are written.
#[derive(Debug, Clone)]
pub(crate) struct ParquetEncoding {
    schema: SchemaRef,
    properties: WriterProperties,
    extension: &'static str,
}

impl ParquetEncoding {
    /// Reads the options.
    ///
    /// # Errors
    /// `CODEC_NOT_AVAILABLE` for an unknown codec, `UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE` and
    /// `EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE` for columns that Parquet cannot hold.
    pub(crate) fn new(
        options: OptionMap<'_>,
        settings: &SourceSettings,
        schema: &StructType,
    ) -> Result<Self> {
        if schema.is_empty() {
            return Err(
                SqlError::new(condition::EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE)
                    .with("format", "Parquet"),
            );
        }
        for field in schema.iter() {
            check(&field.data_type).map_err(|kind| {
                SqlError::new(condition::UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE)
                    .with("format", "Parquet")
                    .with("columnName", format!("`{}`", field.name))
                    .with("columnType", format!("\"{}\"", kind.sql()))
            })?;
        }
        let codec = options
            .any(&["compression", "parquet.compression"])
            .unwrap_or(&settings.parquet_codec);
        let (compression, extension) = compression(codec)?;
        let said = vec![
            KeyValue::new(SPARK_VERSION.0.to_owned(), SPARK_VERSION.1.to_owned()),
            KeyValue::new(SPARK_SCHEMA.to_owned(), schema.json()),
        ];
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_key_value_metadata(Some(said))
            // Lists and maps with the names that the specification gives their parts.
            .set_coerce_types(true)
            .build();
        let stored = arrow_schema(schema)?;
        let fields: Vec<FieldRef> = stored.fields().iter().map(stored_field).collect();
        Ok(ParquetEncoding {
            schema: Arc::new(Schema::new(fields)),
            properties,
            extension,
        })
    }

    pub(crate) fn extension(&self) -> &'static str {
        self.extension
    }

    /// What writes one file.
    ///
    /// # Errors
    /// For columns that the writer cannot hold.
    pub(crate) fn encoder(&self) -> Result<Box<dyn Encoder>> {
        let options = ArrowWriterOptions::new()
            .with_properties(self.properties.clone())
            .with_skip_arrow_metadata(true);
        let writer =
            ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&self.schema), options);
        Ok(Box::new(ParquetEncoder {
            schema: Arc::clone(&self.schema),
            writer: Some(writer.map_err(failed)?),
        }))
    }
}

/// The first type inside of a type that Parquet cannot hold.
fn check(kind: &DataType) -> Result<(), DataType> {
    match kind {
        DataType::Null | DataType::CalendarInterval => Err(kind.clone()),
        DataType::Array { element, .. } => check(element).map_err(|_| kind.clone()),
        DataType::Map { key, value, .. } => check(key)
            .and_then(|()| check(value))
            .map_err(|_| kind.clone()),
        DataType::Struct(fields) => fields
            .iter()
            .try_for_each(|f| check(&f.data_type))
            .map_err(|_| kind.clone()),
        _ => Ok(()),
    }
}

fn compression(name: &str) -> Result<(Compression, &'static str)> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "none" | "uncompressed" => (Compression::UNCOMPRESSED, ".parquet"),
        "snappy" => (Compression::SNAPPY, ".snappy.parquet"),
        "gzip" => (Compression::GZIP(GzipLevel::default()), ".gz.parquet"),
        "brotli" => (Compression::BROTLI(BrotliLevel::default()), ".br.parquet"),
        "lz4" => (Compression::LZ4, ".lz4hadoop.parquet"),
        "lz4_raw" | "lz4raw" => (Compression::LZ4_RAW, ".lz4raw.parquet"),
        "zstd" => (Compression::ZSTD(ZstdLevel::default()), ".zstd.parquet"),
        "lzo" => return Err(unsupported("the codec lzo of Parquet")),
        _ => {
            return Err(SqlError::new(
                condition::CODEC_NOT_AVAILABLE_WITH_AVAILABLE_CODECS_SUGGESTION,
            )
            .with("codecName", name)
            .with("availableCodecs", CODECS));
        }
    })
}

fn stored_field(field: &FieldRef) -> FieldRef {
    Arc::new(Field::new(
        field.name(),
        stored(field.data_type()),
        field.is_nullable(),
    ))
}

/// The layout that becomes the Parquet type that Spark stores a type as: year-month intervals are
/// integers, day-time ones longs, and times count microseconds.
fn stored(kind: &ArrowType) -> ArrowType {
    match kind {
        ArrowType::Interval(IntervalUnit::YearMonth) => ArrowType::Int32,
        ArrowType::Duration(_) => ArrowType::Int64,
        ArrowType::Time64(_) => ArrowType::Time64(TimeUnit::Microsecond),
        ArrowType::List(element) => ArrowType::List(stored_field(element)),
        ArrowType::Map(entries, ordered) => ArrowType::Map(stored_field(entries), *ordered),
        ArrowType::Struct(fields) => ArrowType::Struct(fields.iter().map(stored_field).collect()),
        other => other.clone(),
    }
}

struct ParquetEncoder {
    schema: SchemaRef,
    /// `None` once finished.
    writer: Option<ArrowWriter<Vec<u8>>>,
}

impl ParquetEncoder {
    fn writer(&mut self) -> Result<&mut ArrowWriter<Vec<u8>>> {
        self.writer
            .as_mut()
            .ok_or_else(|| SqlError::internal("rows for a file that is finished"))
    }
}

impl Encoder for ParquetEncoder {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns = rows.columns().iter().zip(self.schema.fields());
        let columns: Result<Vec<_>, _> = columns
            .map(|(column, field)| conform(column, field.data_type(), true))
            .collect();
        let columns = columns.map_err(|e| SqlError::from(Raised::from(e)))?;
        let rows = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|e| SqlError::from(Raised::from(e)))?;
        self.writer()?.write(&rows).map_err(failed)
    }

    fn take(&mut self) -> Vec<u8> {
        self.writer
            .as_mut()
            .map(|writer| std::mem::take(writer.inner_mut()))
            .unwrap_or_default()
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        match self.writer.take() {
            Some(writer) => writer.into_inner().map_err(failed),
            None => Ok(Vec::new()),
        }
    }
}

fn failed(error: parquet::errors::ParquetError) -> SqlError {
    SqlError::new(condition::TASK_WRITE_FAILED)
        .with("path", "a Parquet file")
        .caused_by(SqlError::internal(error.to_string()))
}
