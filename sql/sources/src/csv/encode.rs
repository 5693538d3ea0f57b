//! [`CsvEncoding`]: rows as CSV files.

use arrow::array::RecordBatch;
use flint_sql_functions::csv::{CsvOptions, CsvWriter, can_write};
use flint_sql_spec::{Result, SqlError, StructType, condition};

use crate::options::OptionMap;
use crate::settings::SourceSettings;
use crate::text::{Charset, Codec, PackedText};
use crate::write::Encoder;

/// How CSV files of some columns are written.
#[derive(Debug, Clone)]
pub(crate) struct CsvEncoding {
    writer: CsvWriter,
    options: CsvOptions,
    charset: Charset,
    codec: Codec,
    extension: String,
}

impl CsvEncoding {
    /// Reads the options.
    ///
    /// # Errors
    /// For values that they cannot have; `CODEC_NOT_AVAILABLE` for an unknown codec,
    /// `UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE` for columns that CSV cannot hold.
    pub(crate) fn new(
        options: OptionMap<'_>,
        settings: &SourceSettings,
        schema: &StructType,
    ) -> Result<Self> {
        options.refuse_unsupported("CSV", super::OPTIONS)?;
        let codec = options.any(&["compression", "codec"]);
        let codec = codec.map_or(Ok(Codec::Plain), Codec::of_option)?;
        let options = super::options(options, settings)?;
        for field in schema.iter() {
            if !can_write(&field.data_type) {
                return Err(
                    SqlError::new(condition::UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE)
                        .with("format", "CSV")
                        .with("columnName", format!("`{}`", field.name))
                        .with("columnType", format!("\"{}\"", field.data_type.sql())),
                );
            }
        }
        if schema.is_empty() {
            return Err(
                SqlError::new(condition::EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE)
                    .with("format", "CSV"),
            );
        }
        let (charset, _) = super::bytes(&options, "CSVOptions")?;
        Ok(CsvEncoding {
            writer: CsvWriter::new(&options, schema),
            charset,
            codec,
            extension: format!(".{}{}", options.extension, codec.extension()),
            options,
        })
    }

    pub(crate) fn extension(&self) -> &str {
        &self.extension
    }

    /// What writes one file, whose first line may be a header.
    ///
    /// # Errors
    /// If the codec cannot be set up.
    pub(crate) fn encoder(&self) -> Result<Box<dyn Encoder>> {
        let line_end = self.options.line_separator.clone();
        let mut encoder = CsvEncoder {
            writer: self.writer.clone(),
            line_end: line_end.unwrap_or_else(|| "\n".to_owned()),
            lines: String::new(),
            out: PackedText::new(self.charset, self.codec)?,
        };
        if self.options.header {
            self.writer.header(&mut encoder.lines);
            encoder.lines.push_str(&encoder.line_end);
        }
        Ok(Box::new(encoder))
    }
}

struct CsvEncoder {
    writer: CsvWriter,
    line_end: String,
    lines: String,
    out: PackedText,
}

impl Encoder for CsvEncoder {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let lines = self.writer.rows(rows.columns())?;
        for row in 0..rows.num_rows() {
            let start = self.lines.len();
            lines.write(row, &mut self.lines)?;
            if self.lines.len() == start {
                // A line without a character would be read as none.
                self.lines.push_str("\"\"");
            }
            self.lines.push_str(&self.line_end);
        }
        self.out.write(&self.lines)?;
        self.lines.clear();
        Ok(())
    }

    fn take(&mut self) -> Vec<u8> {
        self.out.take()
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        self.out.write(&self.lines)?;
        self.lines.clear();
        self.out.finish()
    }
}
