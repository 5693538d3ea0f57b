//! JSON files: one value a line, or one a file.

mod encode;
mod format;
mod options;
mod read;

pub(crate) use encode::JsonEncoding;
pub(crate) use format::JsonFormat;
pub(crate) use options::OPTIONS;

use arrow::array::RecordBatch;
use flint_sql_functions::json::{JsonGenerator, JsonOptions};
use flint_sql_spec::{Result, StructType};

/// Rows as lines of JSON, as Spark's `to_json` with `ignoreNullFields` off and six digits of
/// seconds writes them: nulls are shown, times are in UTC.
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, Int32Array, RecordBatch};
/// use flint_sql_spec::{DataType, StructField, StructType};
///
/// let column: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
/// let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
/// let schema = StructType::new([StructField::new("a", DataType::Integer, true)]);
/// let lines = flint_sql_sources::json_lines(&batch, &schema).unwrap();
/// assert_eq!(lines, [r#"{"a":1}"#, r#"{"a":null}"#]);
/// ```
///
/// # Errors
/// For columns that are not of the layout of their types.
pub fn json_lines(batch: &RecordBatch, schema: &StructType) -> Result<Vec<String>> {
    let generator = JsonGenerator::new(&JsonOptions::exact()?)?;
    (0..batch.num_rows())
        .map(|row| {
            let mut line = String::new();
            generator.row(batch.columns(), schema, row, &mut line)?;
            Ok(line)
        })
        .collect()
}
