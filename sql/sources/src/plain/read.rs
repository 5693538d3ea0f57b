//! [`TextFile`]: batches of one text file.

use std::io::Read;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::SchemaRef;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError};

use crate::text::{Batches, Input, Reader, Records, Separator};

/// Strings of one batch are shorter than this, so that their places fit 32 bits.
const BATCH_BYTES: usize = 64 << 20;

/// Files of lines.
#[derive(Debug)]
pub(super) struct TextFile {
    pub(super) separator: Separator,
    pub(super) whole: bool,
    pub(super) layout: SchemaRef,
}

impl Reader for TextFile {
    fn batches(&self, input: Input, columns: &[usize], batch_rows: usize) -> Result<Batches> {
        let layout = self
            .layout
            .project(columns)
            .map_err(|error| Raised::from(error).0)?;
        let mut rows = Rows {
            layout: Arc::new(layout),
            wanted: !columns.is_empty(),
            batch_rows,
            values: StringBuilder::new(),
            rows: 0,
            bytes: 0,
        };
        if self.whole {
            let mut bytes = Vec::new();
            let mut file = input.bytes;
            file.read_to_end(&mut bytes).map_err(broken)?;
            rows.add(&bytes);
            return Ok(Box::new(rows.batch().transpose().into_iter()));
        }
        let at_start = input.range.as_ref().is_none_or(|range| range.start == 0);
        let separator = self.separator.clone();
        let records = match input.range {
            None => Records::new(input.bytes, separator),
            Some(range) => Records::of_range(input.bytes, separator, range).map_err(broken)?,
        };
        Ok(Box::new(TextLines {
            records,
            rows,
            line: Vec::new(),
            at_start,
            done: false,
        }))
    }

    fn name(&self) -> &'static str {
        "text"
    }
}

/// Rows that become batches.
struct Rows {
    layout: SchemaRef,
    /// Whether anybody asks for the text.
    wanted: bool,
    batch_rows: usize,
    values: StringBuilder,
    rows: usize,
    bytes: usize,
}

impl Rows {
    fn is_full(&self) -> bool {
        self.rows >= self.batch_rows || self.bytes >= BATCH_BYTES
    }

    fn add(&mut self, text: &[u8]) {
        self.rows += 1;
        if self.wanted {
            self.bytes += text.len();
            self.values.append_value(String::from_utf8_lossy(text));
        }
    }

    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        if rows == 0 {
            return Ok(None);
        }
        let columns: Vec<ArrayRef> = match self.wanted {
            true => vec![Arc::new(self.values.finish())],
            false => Vec::new(),
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.layout), columns, &options)
            .map(Some)
            .map_err(|error| Raised::from(error).0)
    }
}

struct TextLines {
    records: Records<Box<dyn Read + Send>>,
    rows: Rows,
    line: Vec<u8>,
    /// Whether the next line may begin with a mark of its encoding.
    at_start: bool,
    done: bool,
}

impl TextLines {
    fn fill(&mut self) -> Result<Option<RecordBatch>> {
        while !self.done && !self.rows.is_full() {
            if !self.records.next(&mut self.line).map_err(broken)? {
                self.done = true;
                break;
            }
            let mark = std::mem::take(&mut self.at_start);
            let line = match self.line.strip_prefix(b"\xEF\xBB\xBF") {
                Some(rest) if mark => rest,
                _ => &self.line,
            };
            self.rows.add(line);
        }
        self.rows.batch()
    }
}

impl Iterator for TextLines {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.fill();
        self.done |= batch.is_err();
        batch.transpose()
    }
}

fn broken(error: std::io::Error) -> SqlError {
    SqlError::internal(error.to_string())
}
