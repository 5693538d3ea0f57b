//! [`CsvWriter`]: columns as records of CSV, as Univocity's writer spells them.

use arrow::array::{Array, ArrayRef, AsArray};
use flint_sql_spec::{DataType, Result, StructType};

use super::options::{CsvOptions, WriteOptions};
use super::spell::{Spell, speller};

/// Writes rows of columns.
#[derive(Debug, Clone)]
pub struct CsvWriter {
    options: CsvOptions,
    schema: StructType,
}

/// The columns of one batch, ready to be written.
pub struct CsvRows<'a> {
    writer: &'a CsvWriter,
    columns: Vec<(&'a dyn Array, Spell<'a>)>,
}

impl std::fmt::Debug for CsvRows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvRows")
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

impl CsvWriter {
    /// Writes rows of these columns.
    pub fn new(options: &CsvOptions, schema: &StructType) -> CsvWriter {
        CsvWriter {
            options: options.clone(),
            schema: schema.clone(),
        }
    }

    /// Takes up the columns of a batch.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` for types that have no text, `INTERNAL_ERROR` for columns that don't
    /// lie as their types say.
    pub fn rows<'a>(&'a self, columns: &'a [ArrayRef]) -> Result<CsvRows<'a>> {
        let spellers = columns.iter().zip(self.schema.iter());
        let spellers = spellers.map(|(column, field)| {
            let spell = speller(column.as_ref(), &field.data_type, &self.options)?;
            Ok((column.as_ref(), spell))
        });
        Ok(CsvRows {
            writer: self,
            columns: spellers.collect::<Result<_>>()?,
        })
    }

    /// Adds the names of the columns as a record.
    pub fn header(&self, out: &mut String) {
        let names = self.schema.iter().map(|field| Some(&*field.name));
        self.record(names, out);
    }

    fn record<'v>(&self, values: impl Iterator<Item = Option<&'v str>>, out: &mut String) {
        let (write, null_value) = (&self.options.writing, &self.options.null_value);
        for (at, value) in values.enumerate() {
            if at > 0 {
                out.push_str(&write.delimiter);
            }
            write_value(value, at == 0, write, null_value, out);
        }
    }
}

impl CsvRows<'_> {
    /// Adds a row without its line end.
    ///
    /// # Errors
    /// For formats that ask for what a value has not.
    pub fn write(&self, row: usize, out: &mut String) -> Result<()> {
        let mut texts = Vec::with_capacity(self.columns.len());
        for (column, spell) in &self.columns {
            let void = *column.data_type() == arrow::datatypes::DataType::Null;
            texts.push(if void || column.is_null(row) {
                None
            } else {
                let mut text = String::new();
                spell(row, &mut text)?;
                Some(text)
            });
        }
        self.writer
            .record(texts.iter().map(|text| text.as_deref()), out);
        Ok(())
    }
}

/// Adds one value; `first` says that it begins the record.
fn write_value(
    value: Option<&str>,
    first: bool,
    write: &WriteOptions,
    null_value: &str,
    out: &mut String,
) {
    let Some(value) = value else {
        return quote(null_value, write.quote_all, false, write, out);
    };
    let text = trimmed(value, write);
    if text.is_empty() {
        // Two quotes are the empty value unless the options say otherwise, and need none around.
        let bare = write.quote_all && write.empty_value == "\"\"";
        let text = if bare { "" } else { &write.empty_value };
        return quote(text, write.quote_all, false, write, out);
    }
    quote(text, is_quoted(value, first, write), true, write, out);
}

fn quote(text: &str, quoted: bool, escaped: bool, write: &WriteOptions, out: &mut String) {
    if !quoted {
        out.push_str(text);
        return;
    }
    out.push(write.quote);
    for c in text.chars() {
        if escaped && c == write.quote {
            out.push(write.escape);
        } else if escaped && c == write.escape && write.escape_escape != '\0' {
            out.push(write.escape_escape);
        }
        out.push(c);
    }
    out.push(write.quote);
}

fn trimmed<'a>(text: &'a str, write: &WriteOptions) -> &'a str {
    let text = match write.trim_leading {
        true => text.trim_start_matches(|c| c <= ' '),
        false => text,
    };
    match write.trim_trailing {
        true => text.trim_end_matches(|c| c <= ' '),
        false => text,
    }
}

/// Whether a value goes into quotes.
fn is_quoted(text: &str, first: bool, write: &WriteOptions) -> bool {
    write.quote_all
        || (first && text.starts_with(write.comment))
        || text.starts_with(write.quote)
        || text.contains(&write.delimiter)
        || text.contains(['\n', '\r'])
        || (write.escape_quotes && text.contains(write.quote))
}

/// Whether a type has text in CSV files.
pub fn can_write(data_type: &DataType) -> bool {
    match data_type {
        DataType::UserDefined(own) => can_write(&own.sql_type),
        DataType::Array { .. }
        | DataType::Map { .. }
        | DataType::Struct(_)
        | DataType::Null
        | DataType::CalendarInterval
        | DataType::Variant => false,
        _ => true,
    }
}

/// The struct's columns as they are seen through it: null where it is.
pub(super) fn parts(column: &ArrayRef) -> Vec<ArrayRef> {
    column
        .as_struct_opt()
        .map(|whole| whole.columns().to_vec())
        .unwrap_or_default()
}
