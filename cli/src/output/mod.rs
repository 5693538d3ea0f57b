//! Forms of results: a file for each.
//!
//! A table shows its first rows, as many as are wanted, exactly as Spark's `show` prints them. The other
//! forms have all rows and hold one batch of them at a time.

mod cells;
mod csv;
mod json;
mod markdown;
mod table;

use std::io::Write;

use clap::ValueEnum;
use flint_sql::{DataFrame, StructType};

use crate::failure::Result;
use crate::interrupt::Running;

/// A form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// As Spark's show() prints them
    Table,
    /// Comma-separated values, by RFC 4180
    Csv,
    /// A JSON object for each row, in lines
    Json,
    /// A table of Markdown
    Markdown,
}

/// How results are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// The form.
    pub(crate) format: Format,
    /// Most rows of a table; 0 for all.
    pub(crate) rows: usize,
    /// Most characters of a table's cell; 0 for all.
    pub(crate) truncate: usize,
    /// Whether CSV begins with the names of the columns.
    pub(crate) header: bool,
}

/// A result that is ready to be written.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    frame: &'a DataFrame,
    schema: StructType,
    /// Whether a table would tear a text of many lines: plans, and statements that make tables.
    is_text: bool,
}

impl<'a> Rows<'a> {
    /// The result of a statement; its text tells what it is.
    pub(crate) fn of(frame: &'a DataFrame, statement: &str) -> Result<Rows<'a>> {
        let mut words = statement.split_whitespace();
        let mut next = || words.next().unwrap_or_default().to_uppercase();
        let (first, second) = (next(), next());
        Ok(Rows {
            frame,
            schema: frame.schema()?,
            is_text: first == "EXPLAIN" || (first == "SHOW" && second == "CREATE"),
        })
    }
}

/// Writes a result and gives the number of its rows; of a table, of those that it shows. What has no
/// columns is nothing: commands that say nothing have none.
pub(crate) fn write(
    rows: &Rows<'_>,
    layout: &Layout,
    running: &Running,
    out: &mut dyn Write,
) -> Result<Option<u64>> {
    if rows.schema.is_empty() {
        return Ok(None);
    }
    let count = match layout.format {
        Format::Table if rows.is_text => table::write_text(rows, running, out),
        Format::Table => table::write(rows, layout, out),
        Format::Csv => csv::write(rows, layout.header, running, out),
        Format::Json => json::write(rows, running, out),
        Format::Markdown => markdown::write(rows, running, out),
    };
    count.map(Some)
}
