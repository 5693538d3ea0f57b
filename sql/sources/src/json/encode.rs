//! [`JsonEncoding`]: rows as files of JSON.

use arrow::array::RecordBatch;
use flint_sql_functions::json::JsonGenerator;
use flint_sql_spec::{Result, StructType};

use super::options::{charset, read};
use crate::options::OptionMap;
use crate::settings::SourceSettings;
use crate::text::{Charset, Codec, PackedText};
use crate::write::Encoder;

/// How files of JSON of some columns are written.
#[derive(Debug, Clone)]
pub(crate) struct JsonEncoding {
    schema: StructType,
    generator: JsonGenerator,
    separator: String,
    charset: Charset,
    codec: Codec,
    extension: String,
}

impl JsonEncoding {
    /// Reads the options.
    ///
    /// # Errors
    /// For wrong options, and for types that JSON has no equivalent of.
    pub(crate) fn new(
        options: OptionMap<'_>,
        settings: &SourceSettings,
        schema: &StructType,
    ) -> Result<JsonEncoding> {
        let json = read(options, settings)?;
        schema
            .iter()
            .try_for_each(|field| JsonGenerator::check(&field.data_type))?;
        let codec = Codec::of_option(options.get("compression").unwrap_or("none"))?;
        Ok(JsonEncoding {
            schema: schema.clone(),
            generator: JsonGenerator::new(&json)?,
            separator: json
                .line_separator
                .clone()
                .unwrap_or_else(|| "\n".to_owned()),
            charset: charset(&json, "JSONOptions")?.unwrap_or(Charset::Utf8),
            extension: format!(".json{}", codec.extension()),
            codec,
        })
    }

    pub(crate) fn extension(&self) -> &str {
        &self.extension
    }

    /// What writes one file.
    ///
    /// # Errors
    /// If the codec fails to begin.
    pub(crate) fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(JsonEncoder {
            file: PackedText::new(self.charset, self.codec)?,
            encoding: self.clone(),
        }))
    }
}

struct JsonEncoder {
    encoding: JsonEncoding,
    file: PackedText,
}

impl Encoder for JsonEncoder {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let JsonEncoding {
            schema, generator, ..
        } = &self.encoding;
        let mut text = String::new();
        for row in 0..rows.num_rows() {
            generator.row(rows.columns(), schema, row, &mut text)?;
            text.push_str(&self.encoding.separator);
        }
        self.file.write(&text)
    }

    fn take(&mut self) -> Vec<u8> {
        self.file.take()
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        self.file.finish()
    }
}
