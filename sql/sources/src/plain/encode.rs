//! [`TextEncoding`]: rows as lines of text.

use arrow::array::{Array, AsArray, RecordBatch};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};

use super::format::one_column;
use crate::options::OptionMap;
use crate::text::{Charset, Codec, PackedText};
use crate::write::Encoder;

/// How text files are written.
#[derive(Debug, Clone)]
pub(crate) struct TextEncoding {
    line_end: String,
    charset: Charset,
    codec: Codec,
    extension: String,
}

impl TextEncoding {
    /// Reads the options.
    ///
    /// # Errors
    /// For values that they cannot have, and for columns other than one of strings.
    pub(crate) fn new(options: OptionMap<'_>, schema: &StructType) -> Result<Self> {
        let fields: Vec<_> = schema.iter().collect();
        let [field] = *fields else {
            return Err(one_column(fields.len()));
        };
        if !matches!(field.data_type, DataType::String(_)) {
            return Err(
                SqlError::new(condition::UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE)
                    .with("format", "Text")
                    .with("columnName", format!("`{}`", field.name))
                    .with("columnType", format!("\"{}\"", field.data_type.sql())),
            );
        }
        super::separator(options)?;
        let codec = options.get("compression");
        let codec = codec.map_or(Ok(Codec::Plain), Codec::of_option)?;
        Ok(TextEncoding {
            line_end: options.get("lineSep").unwrap_or("\n").to_owned(),
            charset: Charset::named(options.get("encoding").unwrap_or("UTF-8"), "TextOptions")?,
            codec,
            extension: format!(".txt{}", codec.extension()),
        })
    }

    pub(crate) fn extension(&self) -> &str {
        &self.extension
    }

    /// What writes one file.
    ///
    /// # Errors
    /// If the codec cannot be set up.
    pub(crate) fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(TextEncoder {
            line_end: self.charset.encode(&self.line_end),
            out: PackedText::new(Charset::Utf8, self.codec)?,
        }))
    }
}

struct TextEncoder {
    line_end: Vec<u8>,
    out: PackedText,
}

impl Encoder for TextEncoder {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let lines = rows
            .column(0)
            .as_string_opt::<i32>()
            .ok_or_else(|| SqlError::internal("a column of strings lies as strings"))?;
        for row in 0..lines.len() {
            // A null is an empty line.
            if lines.is_valid(row) {
                self.out.write(lines.value(row))?;
            }
            self.out.bytes(&self.line_end)?;
        }
        Ok(())
    }

    fn take(&mut self) -> Vec<u8> {
        self.out.take()
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        self.out.finish()
    }
}
