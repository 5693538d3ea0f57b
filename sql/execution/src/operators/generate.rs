//! Rows with those that a generator makes of them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use flint_sql_columnar::Raised;
use flint_sql_functions::{Arguments, Generated, Generator};

use super::exec::{BatchMap, Work};

#[derive(Debug)]
pub(super) struct Generate {
    pub(super) generator: Generator,
    pub(super) args: Arc<[Arc<dyn PhysicalExpr>]>,
    pub(super) outer: bool,
}

impl BatchMap for Generate {
    fn name(&self) -> &'static str {
        "Generate"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        self.args.to_vec()
    }

    fn work(&self, _: usize, schema: &SchemaRef) -> Work {
        let (generator, args) = (self.generator.clone(), Arc::clone(&self.args));
        let (outer, schema) = (self.outer, Arc::clone(schema));
        Work::each(move |batch| {
            let values: Result<Vec<ColumnarValue>, Raised> =
                args.iter().map(|arg| Ok(arg.evaluate(&batch)?)).collect();
            let made = (generator.0)(&Arguments::new(values?, batch.num_rows()))?;
            Ok(vec![beside(&batch, &made, outer, &schema)?])
        })
    }
}

/// Each row beside what was made of it; `outer` keeps rows of which nothing was, with nulls.
fn beside(
    batch: &RecordBatch,
    made: &Generated,
    outer: bool,
    schema: &SchemaRef,
) -> Result<RecordBatch, Raised> {
    let mut rows = Vec::new();
    let mut places = Vec::new();
    let mut next = 0_u32;
    for (row, length) in made.lengths.iter().enumerate() {
        for _ in 0..*length {
            rows.push(row as u32);
            places.push(Some(next));
            next += 1;
        }
        if *length == 0 && outer {
            rows.push(row as u32);
            places.push(None);
        }
    }
    let count = rows.len();
    let (rows, places) = (UInt32Array::from(rows), UInt32Array::from(places));
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for column in batch.columns() {
        columns.push(take(column, &rows, None)?);
    }
    for column in &made.columns {
        columns.push(if places.null_count() == 0 && column.len() == count {
            Arc::clone(column)
        } else {
            take(column, &places, None)?
        });
    }
    for (column, field) in columns.iter_mut().zip(schema.fields()) {
        if column.data_type() != field.data_type() {
            *column = arrow::compute::cast(column, field.data_type())?;
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}
