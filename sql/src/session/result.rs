//! [`QueryResult`].

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use datafusion::scalar::ScalarValue;
use flint_sql_columnar::{arrow_schema, from_datafusion, scalar};
use flint_sql_spec::{Literal, Result, StructType};

use super::relations::conform;

/// The rows of a query.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// Names, types and nullability of the columns, as Spark gives them.
    pub schema: StructType,
    /// The rows, partition after partition. Names of columns are the schema's, and may repeat.
    pub batches: Vec<RecordBatch>,
}

impl QueryResult {
    /// How many rows there are.
    pub fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The rows of partitions, under the names of a schema.
    pub(super) fn of_partitions(
        schema: StructType,
        partitions: &[Vec<RecordBatch>],
    ) -> Result<QueryResult> {
        let layout = Arc::new(arrow_schema(&schema)?);
        let batches = partitions
            .iter()
            .flatten()
            .filter(|batch| batch.num_rows() > 0)
            .map(|batch| conform(batch, &layout))
            .collect::<Result<Vec<_>>>()?;
        Ok(QueryResult { schema, batches })
    }

    /// Rows of constants.
    pub(crate) fn of(schema: StructType, rows: Vec<Vec<Literal>>) -> Result<QueryResult> {
        if rows.is_empty() {
            return Ok(QueryResult {
                schema,
                batches: Vec::new(),
            });
        }
        let layout = arrow_schema(&schema)?;
        let column = |at: usize| {
            let values: Result<Vec<_>> = rows.iter().map(|row| scalar(&row[at])).collect();
            let column = ScalarValue::iter_to_array(values?).map_err(from_datafusion)?;
            // Which elements of a list can be null is known of the column, not of its values.
            cast(&column, layout.field(at).data_type())
                .map_err(|error| from_datafusion(error.into()))
        };
        let columns: Result<Vec<_>> = (0..schema.len()).map(column).collect();
        let columns = columns?;
        let batch = RecordBatch::try_new(Arc::new(layout), columns)
            .map_err(|error| from_datafusion(error.into()))?;
        Ok(QueryResult {
            schema,
            batches: vec![batch],
        })
    }

    /// No rows of no columns: what commands give that say nothing.
    pub(crate) fn nothing() -> QueryResult {
        QueryResult {
            schema: StructType::new([]),
            batches: Vec::new(),
        }
    }
}
