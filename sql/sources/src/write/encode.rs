//! [`Encoding`]: rows as bytes of a format.

use std::fmt;

use arrow::array::RecordBatch;
use flint_sql_spec::{Result, SqlError, StructType, condition};

use crate::WriteRequest;
use crate::csv::CsvEncoding;
use crate::json::{Generator, GeneratorOptions};
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

/// Lines of JSON.
pub(super) struct JsonEncoding {
    schema: StructType,
    generator: Generator,
    separator: String,
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
                if let Some(codec) = options.get("compression")
                    && !["none", "uncompressed"].contains(&codec.to_ascii_lowercase().as_str())
                {
                    return Err(unsupported(format!("the compression {codec} of JSON")));
                }
                if let Some(encoding) = options.get("encoding").or(options.get("charset"))
                    && !encoding.eq_ignore_ascii_case("UTF-8")
                {
                    return Err(unsupported(format!("the encoding {encoding} of JSON")));
                }
                if options.flag("pretty", false)? {
                    return Err(unsupported("the option pretty of JSON"));
                }
                Ok(Encoding::Json(Box::new(JsonEncoding {
                    schema: schema.clone(),
                    generator: Generator::new(GeneratorOptions::read(options, settings)?),
                    separator: options.get("lineSep").unwrap_or("\n").to_owned(),
                })))
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
            Encoding::Json(_) => ".json",
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
            Encoding::Csv(csv) => csv.encoder()?,
            Encoding::Text(text) => text.encoder()?,
            Encoding::Json(json) => Box::new(JsonEncoder {
                schema: json.schema.clone(),
                generator: json.generator.clone(),
                separator: json.separator.clone(),
                ready: String::new(),
            }),
        })
    }
}

struct JsonEncoder {
    schema: StructType,
    generator: Generator,
    separator: String,
    ready: String,
}

impl Encoder for JsonEncoder {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        for row in 0..rows.num_rows() {
            self.generator
                .row(rows.columns(), &self.schema, row, &mut self.ready)?;
            self.ready.push_str(&self.separator);
        }
        Ok(())
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ready).into_bytes()
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(self.take())
    }
}
