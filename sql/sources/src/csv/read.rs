//! [`CsvFile`]: batches of one file.
//!
//! Without `multiLine` records are lines, which ranges of a file have their own of. With it a file is
//! read as one text in pieces, and a record that goes on behind its piece waits for the next one: as
//! much is held as the longest record needs.

use std::io::Read;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use flint_sql_columnar::Raised;
use flint_sql_functions::csv::{CsvOptions, CsvReader, Progress};
use flint_sql_spec::{Result, SqlError, StructType, condition};

use crate::text::{Batches, Charset, Input, Reader, Records, Separator};

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Files of CSV with the columns `schema`.
#[derive(Debug)]
pub(super) struct CsvFile {
    pub(super) options: CsvOptions,
    pub(super) charset: Charset,
    pub(super) separator: Separator,
    pub(super) schema: StructType,
    pub(super) layout: SchemaRef,
}

impl Reader for CsvFile {
    fn batches(&self, input: Input, columns: &[usize], batch_rows: usize) -> Result<Batches> {
        let wanted = StructType::new(columns.iter().map(|at| self.schema[*at].clone()));
        if let [only] = columns
            && *self.schema[*only].name == *self.options.corrupt_column
        {
            return Err(SqlError::new(
                condition::UNSUPPORTED_FEATURE_QUERY_ONLY_CORRUPT_RECORD_COLUMN,
            ));
        }
        let layout = self
            .layout
            .project(columns)
            .map_err(|error| Raised::from(error).0)?;
        let is_start = input.range.as_ref().is_none_or(|range| range.start == 0);
        let rows = Rows {
            reader: CsvReader::new(&self.options, &self.schema, &wanted)?,
            options: self.options.clone(),
            schema: self.schema.clone(),
            wanted,
            layout: Arc::new(layout),
            batch_rows,
            header: self.options.header && is_start,
        };
        Ok(if self.options.multi_line {
            Box::new(TextBatches {
                texts: Texts::new(input, self.charset),
                rows,
                done: false,
            })
        } else {
            Box::new(LineBatches {
                lines: Lines::new(input, self.separator.clone(), self.charset)?,
                rows,
                done: false,
            })
        })
    }

    fn name(&self) -> &'static str {
        "csv"
    }
}

/// Rows that become batches.
struct Rows {
    reader: CsvReader,
    options: CsvOptions,
    schema: StructType,
    wanted: StructType,
    layout: SchemaRef,
    batch_rows: usize,
    /// Whether the next record is a header.
    header: bool,
}

impl Rows {
    fn is_full(&self) -> bool {
        self.reader.rows() >= self.batch_rows
    }

    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        let rows = self.reader.rows();
        let columns = self.reader.finish()?;
        if rows == 0 {
            return Ok(None);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let layout = Arc::clone(&self.layout);
        RecordBatch::try_new_with_options(layout, columns, &options)
            .map(Some)
            .map_err(|error| Raised::from(error).0)
    }

    /// Compares a header with the columns, where the options want that.
    fn check_header(&self, header: &[String]) -> Result<()> {
        if self.options.enforce_schema {
            return Ok(());
        }
        let is_corrupt = |name: &str| *name == *self.options.corrupt_column;
        let known: Vec<&str> = self
            .schema
            .iter()
            .map(|field| &*field.name)
            .filter(|name| !is_corrupt(name))
            .collect();
        let asks_corrupt = self.wanted.iter().any(|field| is_corrupt(&field.name));
        let prunes = self.options.column_pruning && !asks_corrupt;
        let same = |name: &str, header: &str| match self.options.case_sensitive {
            true => name == header,
            false => name.to_lowercase() == header.to_lowercase(),
        };
        if prunes && self.wanted.len() < known.len() {
            for field in self.wanted.iter() {
                let at = known.iter().position(|name| *name == &*field.name);
                let found = at.and_then(|at| header.get(at));
                let found = found.map_or("", String::as_str);
                if !same(&field.name, found) {
                    return Err(other_header(&field.name, found));
                }
            }
            return Ok(());
        }
        if header.len() != known.len() {
            return Err(SqlError::internal(format!(
                "the header has {} columns, and the schema {}",
                header.len(),
                known.len()
            )));
        }
        for (name, found) in known.iter().zip(header) {
            if !same(name, found) {
                return Err(other_header(name, found));
            }
        }
        Ok(())
    }
}

fn other_header(name: &str, found: &str) -> SqlError {
    SqlError::internal(format!(
        "the header is not that of the schema: it has {found} where the schema has {name}"
    ))
}

/// The lines of a file, or of a range of it, as text.
pub(super) struct Lines {
    records: Records<Box<dyn Read + Send>>,
    charset: Charset,
    line: Vec<u8>,
    text: String,
    /// Whether the next line may begin with a mark of its encoding.
    at_start: bool,
}

impl Lines {
    pub(super) fn new(input: Input, separator: Separator, charset: Charset) -> Result<Lines> {
        let at_start = input.range.as_ref().is_none_or(|range| range.start == 0);
        let records = match input.range {
            None => Records::new(input.bytes, separator),
            Some(range) => Records::of_range(input.bytes, separator, range).map_err(broken)?,
        };
        Ok(Lines {
            records,
            charset,
            line: Vec::new(),
            text: String::new(),
            at_start,
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<&str>> {
        if !self.records.next(&mut self.line).map_err(broken)? {
            return Ok(None);
        }
        if std::mem::take(&mut self.at_start) && self.line.starts_with(b"\xEF\xBB\xBF") {
            self.line.drain(..3);
        }
        self.text.clear();
        self.text.push_str(&self.charset.decode(&self.line));
        Ok(Some(&self.text))
    }
}

struct LineBatches {
    lines: Lines,
    rows: Rows,
    done: bool,
}

impl LineBatches {
    fn fill(&mut self) -> Result<Option<RecordBatch>> {
        while !self.done && !self.rows.is_full() {
            let Some(line) = self.lines.next()? else {
                self.done = true;
                break;
            };
            let skipped = self.rows.options.skips(line);
            if self.rows.header {
                let trimmed = line.trim_start_matches(|c| c <= ' ');
                if !skipped && !self.rows.options.skips(trimmed) {
                    self.rows.header = false;
                    let (_, header) = self.rows.reader.header(line, 0, true)?;
                    self.rows.check_header(&header)?;
                }
            } else if !skipped {
                self.rows.reader.line(line)?;
            }
        }
        self.rows.batch()
    }
}

impl Iterator for LineBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.fill();
        self.done |= batch.is_err();
        batch.transpose()
    }
}

/// A file as one text, in pieces.
pub(super) struct Texts {
    input: Box<dyn Read + Send>,
    charset: Charset,
    /// Bytes that are not text yet.
    bytes: Vec<u8>,
    text: String,
    from: usize,
    whole: bool,
    at_start: bool,
    /// How much to read next.
    piece: usize,
}

impl Texts {
    pub(super) fn new(input: Input, charset: Charset) -> Texts {
        Texts {
            input: input.bytes,
            charset,
            bytes: Vec::new(),
            text: String::new(),
            from: 0,
            whole: false,
            at_start: true,
            piece: PIECE,
        }
    }

    /// The text that there is, where the next record begins, and whether nothing follows.
    pub(super) fn rest(&mut self) -> Result<(&str, usize, bool)> {
        if self.at_start {
            self.more()?;
        }
        Ok((&self.text, self.from, self.whole))
    }

    /// Steps over a record, which ends here.
    pub(super) fn step(&mut self, end: usize) {
        self.from = end;
        self.piece = PIECE;
    }

    /// Reads on: twice as much each time that a record has not ended.
    pub(super) fn more(&mut self) -> Result<()> {
        self.text.drain(..self.from);
        self.from = 0;
        let mut read = (&mut self.input).take(self.piece as u64);
        let count = read.read_to_end(&mut self.bytes).map_err(broken)?;
        self.piece = self.piece.saturating_mul(2).min(1 << 30);
        self.whole = count == 0;
        let ready = match (self.whole, self.charset) {
            (true, _) => self.bytes.len(),
            (false, Charset::Utf8) => whole_characters(&self.bytes),
            (false, charset) if charset.is_bytewise() => self.bytes.len(),
            // Their marks and pairs are known only in the whole.
            (false, _) => 0,
        };
        let decoded = self.charset.decode(&self.bytes[..ready]);
        let decoded = match self.at_start && ready > 0 {
            true => decoded.strip_prefix('\u{feff}').unwrap_or(&decoded),
            false => &decoded,
        };
        self.text.push_str(decoded);
        self.at_start &= ready == 0 && !self.whole;
        self.bytes.drain(..ready);
        if self.text.is_empty() && !self.whole {
            return self.more();
        }
        Ok(())
    }
}

/// How many bytes there are of characters that are whole.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    for at in (tail..bytes.len()).rev() {
        let needs = match bytes[at] {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            0x80..=0xbf => continue,
            _ => return bytes.len(),
        };
        return if at + needs > bytes.len() {
            at
        } else {
            bytes.len()
        };
    }
    bytes.len()
}

struct TextBatches {
    texts: Texts,
    rows: Rows,
    done: bool,
}

impl TextBatches {
    fn fill(&mut self) -> Result<Option<RecordBatch>> {
        while !self.done && !self.rows.is_full() {
            let (text, from, whole) = self.texts.rest()?;
            let progress = if self.rows.header {
                let (progress, header) = self.rows.reader.header(text, from, whole)?;
                if let Progress::Record(_) = progress {
                    self.rows.header = false;
                    self.rows.check_header(&header)?;
                }
                progress
            } else {
                self.rows.reader.next(text, from, whole)?
            };
            match progress {
                Progress::Record(end) => self.texts.step(end),
                Progress::More(_) => self.texts.more()?,
                Progress::End => self.done = true,
            }
        }
        self.rows.batch()
    }
}

impl Iterator for TextBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.fill();
        self.done |= batch.is_err();
        batch.transpose()
    }
}

pub(super) fn broken(error: std::io::Error) -> SqlError {
    SqlError::internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_not_cut() {
        let text = "aé日😀".as_bytes();
        for end in 0..=text.len() {
            let ready = whole_characters(&text[..end]);
            assert!(std::str::from_utf8(&text[..ready]).is_ok(), "{end}");
            assert!(end - ready < 4);
        }
        // What is no character is not waited for.
        assert_eq!(whole_characters(b"a\x80\x80\x80\x80"), 5);
    }
}
