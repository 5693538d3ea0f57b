//! Each row as several: one for each list of expressions.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::PhysicalExpr;
use flint_sql_columnar::Raised;

use super::exec::{BatchMap, Work};

#[derive(Debug)]
pub(super) struct Expand {
    pub(super) lists: Arc<[Vec<Arc<dyn PhysicalExpr>>]>,
}

impl BatchMap for Expand {
    fn name(&self) -> &'static str {
        "Expand"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        self.lists.iter().flatten().cloned().collect()
    }

    fn work(&self, _: usize, schema: &SchemaRef) -> Work {
        let (lists, schema) = (Arc::clone(&self.lists), Arc::clone(schema));
        Work::each(move |batch| {
            let of_list = |list: &Vec<Arc<dyn PhysicalExpr>>| computed(list, &batch, &schema);
            lists.iter().map(of_list).collect()
        })
    }
}

fn computed(
    list: &[Arc<dyn PhysicalExpr>],
    batch: &RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch, Raised> {
    let rows = batch.num_rows();
    let columns = list
        .iter()
        .map(|expr| Ok(expr.evaluate(batch)?.into_array(rows)?))
        .collect::<Result<Vec<_>, Raised>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}
