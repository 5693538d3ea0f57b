//! Tables, exactly as Spark's `show` prints them, because that is what prints them.

use std::io::Write;

use super::cells::for_each_row;
use super::{Layout, Rows};
use crate::failure::{Failure, Result};
use crate::interrupt::Running;

/// Lines of a table that are no rows: three rules and the names.
const FRAME: usize = 4;

/// Writes the first rows; gives how many those are.
pub(super) fn write(rows: &Rows<'_>, layout: &Layout, out: &mut dyn Write) -> Result<u64> {
    let most = match layout.rows {
        // A result has no more rows than Spark can count.
        0 => i32::MAX as usize - 1,
        rows => rows,
    };
    let mut table = rows.frame.show_string(most, layout.truncate, false)?;
    // Cells have no line ends: show prints them as escapes. The line on rows left out has no bar.
    let lines = table.lines().filter(|line| line.starts_with(['|', '+']));
    let count = lines.count().saturating_sub(FRAME);
    if !table.ends_with('\n') {
        table.push('\n');
    }
    out.write_all(table.as_bytes())
        .map_err(Failure::of_output)?;
    Ok(count as u64)
}

/// Writes values of many lines as they are, one below the other.
pub(super) fn write_text(rows: &Rows<'_>, running: &Running, out: &mut dyn Write) -> Result<u64> {
    for_each_row(rows, running, |cells| {
        for cell in cells {
            writeln!(out, "{}", cell.text.trim_end()).map_err(Failure::of_output)?;
        }
        Ok(())
    })
}
