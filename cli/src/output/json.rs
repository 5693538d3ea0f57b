//! A JSON object for each row, in lines: what Spark's `to_json` makes of the row, with nulls.

use std::io::Write;

use arrow::array::AsArray;
use flint_sql::SqlError;
use flint_sql::functions::{struct_, to_json_with};

use super::Rows;
use super::cells::for_each_batch;
use crate::failure::{Failure, Result};
use crate::interrupt::Running;

/// Writes all rows.
pub(super) fn write(rows: &Rows<'_>, running: &Running, out: &mut dyn Write) -> Result<u64> {
    let object = to_json_with(struct_("*"), [("ignoreNullFields", "false")]);
    let lines = rows.frame.select(object.alias("value"));
    for_each_batch(&lines, running, |batch| {
        let texts = batch
            .column(0)
            .as_string_opt::<i32>()
            .ok_or_else(|| SqlError::internal("JSON is a column of strings"))?;
        for text in texts.iter().flatten() {
            out.write_all(text.as_bytes())
                .and_then(|()| out.write_all(b"\n"))
                .map_err(Failure::of_output)?;
        }
        Ok(())
    })
}
