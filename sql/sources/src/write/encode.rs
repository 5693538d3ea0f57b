//! [`Encoding`]: rows as bytes of a format.

use std::fmt;

use arrow::array::RecordBatch;
use flint_sql_spec::{Result, SqlError, StructType, condition};

use crate::WriteRequest;
use crate::csv::CsvEncoding;
use crate::json::JsonEncoding;
use crate::options::unsupported;
use crate::parquet::ParquetEncoding;
use crate::plain::TextEncoding;

/// Turns rows of one file into bytes.
pub(crate) trait Encoder: Send {
    /// Adds rows.
    fn write(&mut self, rows: &RecordBatch) -> Result<()>;

    /// Bytes that are ready; more may come of the same rows.
    fn take(&mut self) -> Vec<u8>;

    /// The rest of the file.
    fn finish(&mut self) -> Result<Vec<u8>>;
}

/// A format with its options.
pub(super) enum Encoding {
    Parquet(Box<ParquetEncoding>),
    Json(Box<JsonEncoding>),
    Csv(Box<CsvEncoding>),
    Text(TextEncoding),
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoding::Parquet(_) => "Parquet",
            Encoding::Json(_) => "Json",
            Encoding::Csv(_) => "Csv",
            Encoding::Text(_) => "Text",
        })
    }
}

impl Encoding {
    /// The format that a request names, for columns.
    ///
    /// # Errors
    /// For unknown formats, wrong options and types that the format lacks.
    pub(super) fn new(request: &WriteRequest, schema: &StructType) -> Result<Encoding> {
        let (options, settings) = (request.options(), &request.settings);
        match request.format.to_ascii_lowercase().as_str() {
            "parquet" => {
                let parquet = ParquetEncoding::new(options, settings, schema)?;
                Ok(Encoding::Parquet(Box::new(parquet)))
            }
            "json" => {
                let json = JsonEncoding::new(options, settings, schema)?;
                Ok(Encoding::Json(Box::new(json)))
            }
            "csv" => {
                let csv = CsvEncoding::new(options, settings, schema)?;
                Ok(Encoding::Csv(Box::new(csv)))
            }
            "text" => Ok(Encoding::Text(TextEncoding::new(options, schema)?)),
            name @ ("orc" | "avro" | "xml") => {
                Err(unsupported(format!("writing the data source {name}")))
            }
            _ => {
                Err(SqlError::new(condition::DATA_SOURCE_NOT_FOUND)
                    .with("provider", &request.format))
            }
        }
    }

    /// How names of files end.
    pub(super) fn extension(&self) -> &str {
        match self {
            Encoding::Parquet(parquet) => parquet.extension(),
            Encoding::Json(json) => json.extension(),
            Encoding::Csv(csv) => csv.extension(),
            Encoding::Text(text) => text.extension(),
        }
    }

    /// What writes one file.
    ///
    /// # Errors
    /// For columns that the format cannot hold.
    pub(super) fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(match self {
            Encoding::Parquet(parquet) => parquet.encoder()?,
            Encoding::Json(json) => json.encoder()?,
            Encoding::Csv(csv) => csv.encoder()?,
            Encoding::Text(text) => text.encoder()?,
        })
    }
}
