//! [`CsvReader`]: records of CSV as columns.
//!
//! A record that doesn't fit, because it has more or fewer values than columns or because a value is
//! none of its type, becomes what the parse mode says. Where only some of the columns are asked for,
//! a record is not looked at as a whole: missing values are NULL, and only values that are asked for
//! can be wrong.

use arrow::array::{ArrayRef, BooleanArray, StringBuilder};
use arrow::compute::filter;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};

use super::options::{CsvOptions, ParseMode};
use super::record::{Fault, Record};
use super::tokenizer::{Step, Tokenizer};
use super::values::{Column, column};

/// Turns records into columns.
pub struct CsvReader {
    options: CsvOptions,
    tokenizer: Tokenizer,
    record: Record,
    /// How many values a record must have; `None` where that is not looked at.
    width: Option<usize>,
    fields: Vec<Field>,
    /// Where the text of records goes that don't fit.
    corrupt: Option<(usize, StringBuilder)>,
    rows: usize,
    /// Rows that are left out again.
    dropped: Vec<usize>,
    /// Whether no value is ever looked at.
    counts_only: bool,
}

struct Field {
    /// Its place in a record.
    at: usize,
    values: Box<dyn Column>,
}

/// How far a text has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A record was read; the next begins here.
    Record(usize),
    /// The text may go on within the record that begins here.
    More(usize),
    /// The text is over.
    End,
}

impl std::fmt::Debug for CsvReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvReader")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl CsvReader {
    /// Reads records with the columns `file`, and gives the columns `wanted`, all of which may be
    /// null. The column for corrupt records is none of a record's.
    ///
    /// # Errors
    /// `UNSUPPORTED_DATATYPE` for types that CSV cannot hold, `INVALID_CORRUPT_RECORD_TYPE`.
    pub fn new(options: &CsvOptions, file: &StructType, wanted: &StructType) -> Result<CsvReader> {
        let is_corrupt = |name: &str| name == options.corrupt_column;
        check_corrupt_column(file, &options.corrupt_column)?;
        let known: Vec<&str> = file
            .iter()
            .map(|field| &*field.name)
            .filter(|name| !is_corrupt(name))
            .collect();
        let mut fields = Vec::with_capacity(wanted.len());
        let mut corrupt = None;
        for (place, field) in wanted.iter().enumerate() {
            if is_corrupt(&field.name) {
                corrupt = Some((place, StringBuilder::new()));
                continue;
            }
            let at = known.iter().position(|name| *name == &*field.name);
            fields.push(Field {
                at: at.ok_or_else(|| SqlError::internal(format!("no column {}", field.name)))?,
                values: column(&field.data_type, options)?,
            });
        }
        let prunes = options.column_pruning && corrupt.is_none();
        let width = (!prunes || fields.len() >= known.len()).then_some(known.len());
        Ok(CsvReader {
            tokenizer: Tokenizer::new(options.dialect()),
            record: Record::default(),
            width,
            counts_only: prunes && fields.is_empty(),
            fields,
            corrupt,
            rows: 0,
            dropped: Vec::new(),
            options: options.clone(),
        })
    }

    /// Rows that [`finish`](CsvReader::finish) would give.
    pub fn rows(&self) -> usize {
        self.rows - self.dropped.len()
    }

    /// Takes a line for a record. Blank lines and comments are records, too: what skips them is the
    /// reader of lines ([`CsvOptions::skips`]).
    ///
    /// # Errors
    /// `MALFORMED_RECORD_IN_PARSING` for a record that doesn't fit, in the mode FAILFAST;
    /// `MALFORMED_CSV_RECORD` for a line that is no record.
    pub fn line(&mut self, line: &str) -> Result<()> {
        if self.counts_only {
            self.rows += 1;
            return Ok(());
        }
        match self.tokenizer.line(line, &mut self.record) {
            Err(fault) => Err(no_record(fault, line)),
            Ok(false) => self.malformed(),
            Ok(true) => self.take(line),
        }
    }

    /// Reads the next record of a text, which begins at `from`. `whole` says that nothing follows
    /// the text.
    ///
    /// # Errors
    /// As [`line`](CsvReader::line).
    pub fn next(&mut self, text: &str, from: usize, whole: bool) -> Result<Progress> {
        let step = self
            .tokenizer
            .next(text, from, whole, &mut self.record)
            .map_err(|fault| no_record(fault, &text[from..]))?;
        match step {
            Step::More => Ok(Progress::More(from)),
            Step::End => Ok(Progress::End),
            Step::Record { start, end } => {
                self.take(&text[start..end])?;
                Ok(Progress::Record(end))
            }
        }
    }

    /// Steps over a record, giving its values: a header.
    ///
    /// # Errors
    /// `MALFORMED_CSV_RECORD`.
    pub fn header(
        &mut self,
        text: &str,
        from: usize,
        whole: bool,
    ) -> Result<(Progress, Vec<String>)> {
        let step = self
            .tokenizer
            .next(text, from, whole, &mut self.record)
            .map_err(|fault| no_record(fault, &text[from..]))?;
        let values = self.record.iter().map(str::to_owned).collect();
        Ok(match step {
            Step::More => (Progress::More(from), Vec::new()),
            Step::End => (Progress::End, Vec::new()),
            Step::Record { end, .. } => (Progress::Record(end), values),
        })
    }

    /// Takes over the record that was read from `text`.
    fn take(&mut self, text: &str) -> Result<()> {
        if self.counts_only {
            self.rows += 1;
            return Ok(());
        }
        let mut fits = self.width.is_none_or(|width| width == self.record.len());
        for field in &mut self.fields {
            match self.record.get(field.at) {
                Some(value) if value != self.options.null_value => {
                    fits &= field.values.push(value);
                }
                _ => field.values.null(),
            }
        }
        self.end_row(fits, Some(text))
    }

    /// Adds a row of a record that has no values, and no text that could be shown.
    fn malformed(&mut self) -> Result<()> {
        for field in &mut self.fields {
            field.values.null();
        }
        self.end_row(false, None)
    }

    fn end_row(&mut self, fits: bool, text: Option<&str>) -> Result<()> {
        let text = text.map(without_line_end);
        match self.options.mode {
            _ if fits => {}
            ParseMode::Permissive => {}
            ParseMode::DropMalformed => self.dropped.push(self.rows),
            ParseMode::FailFast => return Err(fail_fast(text.unwrap_or_default())),
        }
        if let Some((_, texts)) = &mut self.corrupt {
            texts.append_option(text.filter(|_| !fits));
        }
        self.rows += 1;
        Ok(())
    }

    /// The columns so far, and none after that.
    ///
    /// # Errors
    /// What Arrow says to a filter.
    pub fn finish(&mut self) -> Result<Vec<ArrayRef>> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.fields.len() + 1);
        for field in &mut self.fields {
            columns.push(field.values.finish());
        }
        if let Some((at, texts)) = &mut self.corrupt {
            columns.insert(*at, std::sync::Arc::new(texts.finish()));
        }
        let rows = std::mem::take(&mut self.rows);
        let dropped = std::mem::take(&mut self.dropped);
        if dropped.is_empty() {
            return Ok(columns);
        }
        let mut kept = vec![true; rows];
        for row in dropped {
            kept[row] = false;
        }
        let kept = BooleanArray::from(kept);
        let filtered = columns.iter().map(|column| filter(column, &kept));
        filtered
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| Raised::from(error).0)
    }
}

/// Checks that the column for corrupt records is a nullable string, if there is one.
///
/// # Errors
/// `INVALID_CORRUPT_RECORD_TYPE`.
pub fn check_corrupt_column(schema: &StructType, name: &str) -> Result<()> {
    let Some(field) = schema.iter().find(|field| &*field.name == name) else {
        return Ok(());
    };
    if matches!(field.data_type, DataType::String(_)) && field.nullable {
        return Ok(());
    }
    Err(SqlError::new(condition::INVALID_CORRUPT_RECORD_TYPE)
        .with("columnName", format!("`{name}`"))
        .with("actualType", format!("\"{}\"", field.data_type.sql())))
}

fn fail_fast(text: &str) -> SqlError {
    let cause = SqlError::new(condition::MALFORMED_CSV_RECORD).with("badRecord", text);
    SqlError::new(condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION)
        .with("badRecord", text)
        .with("failFastMode", "FAILFAST")
        .caused_by(cause)
}

/// A text that cannot be taken apart, which is an error in every mode.
pub(super) fn no_record(fault: Fault, text: &str) -> SqlError {
    let shown: String = text.chars().take(1000).collect();
    let cause = SqlError::internal(match fault {
        Fault::TooManyColumns => "more values than maxColumns allows",
        Fault::TooLong => "a value of more characters than maxCharsPerColumn allows",
        Fault::UnescapedQuote => "a quote inside of a value that is not escaped",
        Fault::BehindQuote => "text behind a quoted value",
    });
    SqlError::new(condition::MALFORMED_CSV_RECORD)
        .with("badRecord", shown)
        .caused_by(cause)
}

fn without_line_end(text: &str) -> &str {
    match text.strip_suffix('\n') {
        Some(text) => text.strip_suffix('\r').unwrap_or(text),
        None => text.strip_suffix('\u{c}').unwrap_or(text),
    }
}
