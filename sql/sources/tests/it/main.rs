//! Files of Spark's own, read; files of ours, read by Spark.

#![allow(clippy::unwrap_used)] // A test that fails may panic.

use std::sync::Arc;

use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;

mod golden;
mod json;
mod options;
mod written;

/// Views of strings as plain strings, as a query makes them.
fn plain(batch: &RecordBatch) -> RecordBatch {
    let columns = batch
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Utf8View => cast(column, &DataType::Utf8).unwrap(),
            _ => Arc::clone(column),
        });
    if batch.num_columns() == 0 {
        return batch.clone();
    }
    let names = batch.schema();
    let names = names.fields().iter().map(|field| field.name().clone());
    RecordBatch::try_from_iter_with_nullable(names.zip(columns).map(|(n, c)| (n, c, true))).unwrap()
}
