//! The table that `show()` prints.
//!
//! Cells are cut and padded as Spark does it: lengths are counted in UTF-16 units, and characters of
//! double width (those of Chinese, Japanese and Korean) count twice when columns are aligned.
//! Control characters are shown as in a string of Java.

use arrow::record_batch::RecordBatch;
use flint_sql_functions::display::{Style, printer};
use flint_sql_spec::{Result, StructType};

/// How rows are laid out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Most rows.
    pub(crate) rows: usize,
    /// Most characters of a cell; 0 for all, which are then aligned to the left.
    pub(crate) truncate: usize,
    /// One line for each column of each row.
    pub(crate) vertical: bool,
}

/// Narrowest column.
const MIN_WIDTH: usize = 3;

/// The table of the first rows; a line below says so when the batches have more of them.
pub(crate) fn table(
    schema: &StructType,
    batches: &[RecordBatch],
    zone: &str,
    layout: Layout,
) -> Result<String> {
    let (names, rows) = cells(schema, batches, zone, layout)?;
    Ok(laid_out(&names, &rows, has_more(batches, layout), layout))
}

/// The same as HTML, as notebooks show it.
pub(crate) fn html(
    schema: &StructType,
    batches: &[RecordBatch],
    zone: &str,
    layout: Layout,
) -> Result<String> {
    let (names, rows) = cells(schema, batches, zone, layout)?;
    let line = |cells: &[String], tag: &str| {
        let cells = cells.iter().map(|cell| html_escaped(cell));
        let cells: Vec<String> = cells.map(|cell| format!("<{tag}>{cell}</{tag}>")).collect();
        format!("<tr>{}</tr>\n", cells.concat())
    };
    let mut out = String::from("<table border='1'>\n");
    out.push_str(&line(&names, "th"));
    for row in &rows {
        out.push_str(&line(row, "td"));
    }
    out.push_str("</table>\n");
    if has_more(batches, layout) {
        out.push_str(&more(layout.rows));
        out.push('\n');
    }
    Ok(out)
}

fn html_escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

fn has_more(batches: &[RecordBatch], layout: Layout) -> bool {
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    total > layout.rows
}

/// What is said when there are more rows than are shown.
fn more(rows: usize) -> String {
    let word = if rows == 1 { "row" } else { "rows" };
    format!("only showing top {rows} {word}")
}

/// Names, and the cells of the rows that are shown.
fn cells(
    schema: &StructType,
    batches: &[RecordBatch],
    zone: &str,
    layout: Layout,
) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    let names: Vec<String> = schema.iter().map(|field| escaped(&field.name)).collect();
    let style = Style::show(zone)?;
    let mut rows = Vec::new();
    for batch in batches {
        let columns = schema.iter().zip(batch.columns());
        let printers: Result<Vec<_>> = columns
            .map(|(field, column)| printer(column, &field.data_type, &style))
            .collect();
        let printers = printers?;
        let wanted = layout.rows.saturating_sub(rows.len()).min(batch.num_rows());
        rows.extend((0..wanted).map(|row| {
            let cells = printers.iter().map(|printer| printer.text(row));
            cells
                .map(|text| cut(escaped(&text), layout.truncate))
                .collect()
        }));
    }
    Ok((names, rows))
}

/// Names and cells as text.
fn laid_out(names: &[String], rows: &[Vec<String>], has_more: bool, layout: Layout) -> String {
    let mut out = if layout.vertical {
        vertical(names, rows)
    } else {
        horizontal(names, rows, layout.truncate > 0)
    };
    if layout.vertical && rows.is_empty() {
        out.push_str("(0 rows)");
    } else if has_more {
        out.push_str(&more(layout.rows));
    }
    out
}

fn horizontal(names: &[String], rows: &[Vec<String>], right: bool) -> String {
    let lines = || std::iter::once(names).chain(rows.iter().map(Vec::as_slice));
    let mut widths = vec![MIN_WIDTH; names.len()];
    for line in lines() {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(width_of(cell));
        }
    }
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rule = format!("+{}+\n", rules.join("+"));
    let mut out = rule.clone();
    for (at, line) in lines().enumerate() {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| match " ".repeat(width - width_of(cell)) {
                space if right => space + cell,
                space => format!("{cell}{space}"),
            })
            .collect();
        out.push_str(&format!("|{}|\n", cells.join("|")));
        if at == 0 {
            out.push_str(&rule);
        }
    }
    out.push_str(&rule);
    out
}

fn vertical(names: &[String], rows: &[Vec<String>]) -> String {
    let widest = |cells: &mut dyn Iterator<Item = &String>| {
        cells.map(|cell| width_of(cell)).fold(MIN_WIDTH, usize::max)
    };
    let name_width = widest(&mut names.iter());
    let cell_width = widest(&mut rows.iter().flatten());
    // The two spaces and the bar between, and the space at each side.
    let line_width = name_width + cell_width + 5;
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        out.push_str(&format!("{:-<line_width$}\n", format!("-RECORD {at}")));
        for (name, cell) in names.iter().zip(row) {
            let name_space = " ".repeat(name_width - width_of(name));
            let cell_space = " ".repeat(cell_width - width_of(cell));
            out.push_str(&format!(" {name}{name_space} | {cell}{cell_space} \n"));
        }
    }
    out
}

/// The text with control characters as escapes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{7}' => out.push_str("\\a"),
            other => out.push(other),
        }
    }
    out
}

/// The text cut to a number of UTF-16 units, with three dots where there is room for them.
fn cut(text: String, truncate: usize) -> String {
    if truncate == 0 || text.encode_utf16().count() <= truncate {
        return text;
    }
    let (room, dots) = if truncate < 4 {
        (truncate, "")
    } else {
        (truncate - 3, "...")
    };
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > room
    });
    let end = end.map_or(text.len(), |(at, _)| at);
    format!("{}{dots}", &text[..end])
}

/// How wide a text is beside others: UTF-16 units, and one more for each character of double width.
fn width_of(text: &str) -> usize {
    text.chars()
        .map(|c| c.len_utf16() + usize::from(is_wide(c)))
        .sum()
}

fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}')
}
