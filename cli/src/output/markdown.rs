//! A table of Markdown, as GitHub reads it: columns of numbers are aligned to the right, bars are
//! escaped, and line ends in values become `<br>`. Columns are not padded, so that rows are written as
//! they come.

use std::io::Write;

use flint_sql::DataType;

use super::Rows;
use super::cells::for_each_row;
use crate::failure::{Failure, Result};
use crate::interrupt::Running;

/// Writes all rows.
pub(super) fn write(rows: &Rows<'_>, running: &Running, out: &mut dyn Write) -> Result<u64> {
    let mut text = String::new();
    line(rows.schema.iter().map(|field| &*field.name), &mut text);
    text.push('|');
    for field in rows.schema.iter() {
        text.push_str(match is_number(&field.data_type) {
            true => " ---: |",
            false => " --- |",
        });
    }
    text.push('\n');
    out.write_all(text.as_bytes()).map_err(Failure::of_output)?;
    for_each_row(rows, running, |cells| {
        text.clear();
        line(cells.iter().map(|cell| &*cell.text), &mut text);
        out.write_all(text.as_bytes()).map_err(Failure::of_output)
    })
}

fn line<'v>(values: impl Iterator<Item = &'v str>, out: &mut String) {
    out.push('|');
    for value in values {
        out.push(' ');
        for character in value.chars() {
            match character {
                '|' => out.push_str("\\|"),
                '\n' => out.push_str("<br>"),
                '\r' => {}
                other => out.push(other),
            }
        }
        out.push_str(" |");
    }
    out.push('\n');
}

fn is_number(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Byte
            | DataType::Short
            | DataType::Integer
            | DataType::Long
            | DataType::Float
            | DataType::Double
            | DataType::Decimal { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn bars_and_line_ends_do_not_break_rows() {
        let mut out = String::new();
        line(["a|b", "c\r\nd"].into_iter(), &mut out);
        assert_eq!(out, "| a\\|b | c<br>d |\n");
    }
}
