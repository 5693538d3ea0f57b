//! [`JsonReader`]: the records of JSON files, as rows.

use std::io::Read;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Schema, SchemaRef};
use flint_sql_columnar::{Raised, arrow_schema};
use flint_sql_functions::json::{JsonOptions, JsonParser};
use flint_sql_spec::{Result, SqlError, StructType, condition};

use super::options::charset;
use crate::text::{Batches, Charset, Input, Reader, Records, Separator};

/// A record is at most as long as Java's arrays are.
const LONGEST: u64 = i32::MAX as u64;

/// How the bytes of a file become records.
#[derive(Debug, Clone)]
pub(super) struct Framing {
    charset: Option<Charset>,
    /// `None` if a file is one record.
    separator: Option<Separator>,
}

impl Framing {
    /// # Errors
    /// For an encoding that is not known, or that lines are not found in without a separator.
    pub(super) fn new(options: &JsonOptions) -> Result<Framing> {
        let charset = charset(options, "JSONOptionsInRead")?;
        if options.multi_line {
            let separator = None;
            return Ok(Framing { charset, separator });
        }
        let separator = match (&options.line_separator, charset) {
            (Some(text), charset) => {
                let bytes = charset.unwrap_or(Charset::Utf8).encode(text);
                Separator::Bytes(bytes)
            }
            (None, None | Some(Charset::Utf8)) => Separator::Newline,
            (None, Some(_)) => {
                let message = "it must be given together with an encoding other than UTF-8.";
                return Err(
                    SqlError::new(condition::STDS_INVALID_OPTION_VALUE_WITH_MESSAGE)
                        .with("optionName", "lineSep")
                        .with("message", message),
                );
            }
        };
        Ok(Framing {
            charset,
            separator: Some(separator),
        })
    }

    /// Whether ranges of a file can be read alone.
    pub(super) fn can_split(&self) -> bool {
        let bytewise = self.charset.is_none_or(Charset::is_bytewise);
        bytewise && self.separator.as_ref().is_some_and(Separator::can_split)
    }

    /// The records of a file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn records(&self, input: Input) -> std::io::Result<FileRecords> {
        let whole = |input: Input| Source::Whole(Some(input.bytes));
        let at_start = input.range.as_ref().is_none_or(|range| range.start == 0);
        let source = match (&self.separator, input.range.clone()) {
            (None, _) => whole(input),
            (Some(separator), None) => Source::Lines(Records::new(input.bytes, separator.clone())),
            (Some(separator), Some(range)) => {
                Source::Lines(Records::of_range(input.bytes, separator.clone(), range)?)
            }
        };
        Ok(FileRecords {
            source,
            charset: self.charset,
            at_start,
        })
    }
}

/// The records of one file.
pub(super) struct FileRecords {
    source: Source,
    charset: Option<Charset>,
    /// Whether the file's first record comes next.
    at_start: bool,
}

enum Source {
    Lines(Records<Box<dyn Read + Send>>),
    Whole(Option<Box<dyn Read + Send>>),
}

impl FileRecords {
    /// Reads the next record; `false` at the end.
    ///
    /// # Errors
    /// If the file cannot be read, or a record is longer than 2 GiB.
    pub(super) fn next(&mut self, record: &mut Vec<u8>) -> std::io::Result<bool> {
        match &mut self.source {
            Source::Lines(records) => {
                let any = records.next(record)?;
                if std::mem::take(&mut self.at_start) && record.starts_with(b"\xef\xbb\xbf") {
                    record.drain(..3);
                }
                Ok(any)
            }
            Source::Whole(file) => {
                record.clear();
                let Some(file) = file.take() else {
                    return Ok(false);
                };
                file.take(LONGEST + 1).read_to_end(record)?;
                match record.len() as u64 > LONGEST {
                    true => Err(std::io::Error::other(
                        "a file of one value is longer than 2 GiB",
                    )),
                    false => Ok(true),
                }
            }
        }
    }

    /// The character set of a record; Jackson tells those of whole files by their first bytes.
    pub(super) fn charset(&self, record: &[u8]) -> Charset {
        match (self.charset, &self.source) {
            (Some(charset), _) => charset,
            (None, Source::Lines(_)) => Charset::Utf8,
            (None, Source::Whole(_)) => match record {
                [0, 0, 0xfe, 0xff, ..] | [0xff, 0xfe, 0, 0, ..] => Charset::Utf32,
                [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => Charset::Utf16,
                [0, 0, 0, _, ..] => Charset::Utf32Be,
                [_, 0, 0, 0, ..] => Charset::Utf32Le,
                [0, _, ..] => Charset::Utf16Be,
                [_, 0, ..] => Charset::Utf16Le,
                _ => Charset::Utf8,
            },
        }
    }
}

/// Reads files of one schema.
#[derive(Debug)]
pub(super) struct JsonReader {
    pub(super) schema: StructType,
    pub(super) options: JsonOptions,
    pub(super) framing: Framing,
}

impl Reader for JsonReader {
    fn batches(&self, input: Input, columns: &[usize], batch_rows: usize) -> Result<Batches> {
        let fields = self.schema.iter().enumerate();
        let wanted = columns.iter().filter_map(|at| {
            let mut fields = fields.clone();
            fields.find(|(place, _)| place == at)
        });
        let schema = StructType::new(wanted.map(|(_, field)| field.clone()));
        Ok(Box::new(JsonBatches {
            layout: Arc::new(arrow_schema(&schema)?),
            parser: JsonParser::records(&schema, &self.options)?,
            records: self.framing.records(input).map_err(failed)?,
            record: Vec::new(),
            batch_rows,
            done: false,
        }))
    }

    fn check(&self, columns: &[usize]) -> Result<()> {
        let name = |at: usize| self.schema.get(at).map(|field| &*field.name);
        match columns {
            [only] if name(*only) == Some(&*self.options.corrupt_column) => Err(SqlError::new(
                condition::UNSUPPORTED_FEATURE_QUERY_ONLY_CORRUPT_RECORD_COLUMN,
            )),
            _ => Ok(()),
        }
    }

    fn name(&self) -> &'static str {
        "json"
    }
}

struct JsonBatches {
    layout: SchemaRef,
    parser: JsonParser,
    records: FileRecords,
    record: Vec<u8>,
    batch_rows: usize,
    done: bool,
}

impl JsonBatches {
    fn fill(&mut self) -> Result<Option<RecordBatch>> {
        while !self.done && self.parser.rows() < self.batch_rows {
            self.done = !self.records.next(&mut self.record).map_err(failed)?;
            if self.done {
                break;
            }
            match self.records.charset(&self.record) {
                Charset::Utf8 => self.parser.parse(&self.record)?,
                other => self.parser.parse_text(&other.decode(&self.record))?,
            };
        }
        let rows = self.parser.rows();
        if rows == 0 {
            return Ok(None);
        }
        batch(&self.layout, &mut self.parser, rows)
            .map(Some)
            .map_err(|error| error.0)
    }
}

fn batch(
    layout: &Arc<Schema>,
    parser: &mut JsonParser,
    rows: usize,
) -> Result<RecordBatch, Raised> {
    let columns = parser.finish()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let layout = Arc::clone(layout);
    Ok(RecordBatch::try_new_with_options(
        layout, columns, &options,
    )?)
}

impl Iterator for JsonBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let filled = self.fill();
        if filled.is_err() {
            (self.done, self.record) = (true, Vec::new());
            let _ = self.parser.finish();
        }
        filled.transpose()
    }
}

/// What a file system or a decoder failed with.
pub(super) fn failed(error: std::io::Error) -> SqlError {
    SqlError::from(Raised::from(datafusion::error::DataFusionError::from(
        error,
    )))
}
