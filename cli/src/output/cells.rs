//! Rows as texts of cells, printed as `show` prints them, a batch at a time.

use arrow::array::{Array, RecordBatch};
use flint_sql::display::{Printer, Style, printer};
use flint_sql::{DataFrame, DataType, SqlError};

use super::Rows;
use crate::failure::{Failure, Result};
use crate::interrupt::Running;

/// A value as text.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// What `show` prints: `NULL` for nulls.
    pub(super) text: String,
    /// Whether there is no value.
    pub(super) is_null: bool,
}

/// Calls a function with each row; gives how many there were.
pub(super) fn for_each_row(
    rows: &Rows<'_>,
    running: &Running,
    mut take: impl FnMut(&[Cell]) -> Result<()>,
) -> Result<u64> {
    let session = rows.frame.spark_session();
    let zone = session.conf().get_option("spark.sql.session.timeZone");
    let style = Style::show(zone.as_deref().unwrap_or("UTC"))?;
    let mut cells: Vec<Cell> = rows.schema.iter().map(|_| Cell::default()).collect();
    for_each_batch(rows.frame, running, |batch| {
        let columns = rows.schema.iter().zip(batch.columns());
        let printers = columns
            .map(|(field, column)| {
                let is_void = field.data_type == DataType::Null;
                let print = printer(column, &field.data_type, &style)?;
                Ok((print, column.as_ref(), is_void))
            })
            .collect::<Result<Vec<(Printer<'_>, &dyn Array, bool)>, SqlError>>()?;
        for row in 0..batch.num_rows() {
            for (cell, (print, column, is_void)) in cells.iter_mut().zip(&printers) {
                cell.text.clear();
                print.write(row, &mut cell.text);
                cell.is_null = *is_void || column.is_null(row);
            }
            take(&cells)?;
        }
        Ok(())
    })
}

/// Calls a function with each batch of a result; gives how many rows there were.
pub(super) fn for_each_batch(
    frame: &DataFrame,
    running: &Running,
    mut take: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<u64> {
    let mut count = 0;
    for batch in frame.spark_session().flow(&frame.to_relation()?)? {
        let batch = batch?;
        if running.is_cancelled() {
            return Err(Failure::Interrupted);
        }
        take(&batch)?;
        count += batch.num_rows() as u64;
    }
    Ok(count)
}
