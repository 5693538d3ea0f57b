//! Whole numbers in steps, as a table that makes them while they are read.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as DataFusionResult;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};

/// Numbers from `start` towards `end`, which is not among them.
#[derive(Debug)]
pub(crate) struct RangeTable {
    schema: SchemaRef,
    partitions: Vec<Part>,
}

/// The numbers of one partition: so many from the first on.
#[derive(Debug, Clone)]
struct Part {
    schema: SchemaRef,
    first: i128,
    step: i64,
    count: u64,
}

impl RangeTable {
    pub(crate) fn new(
        name: &str,
        (start, end, step): (i64, i64, i64),
        partitions: usize,
    ) -> RangeTable {
        let schema = Arc::new(Schema::new(vec![Field::new(name, DataType::Int64, false)]));
        let count = count(start, end, step);
        // Spark's slices: partition i holds the places from i*n/p to (i+1)*n/p.
        let place = |i: usize| (i as u128 * u128::from(count) / partitions as u128) as u64;
        let partitions = (0..partitions)
            .map(|i| Part {
                schema: Arc::clone(&schema),
                first: i128::from(start) + i128::from(place(i)) * i128::from(step),
                step,
                count: place(i + 1) - place(i),
            })
            .collect();
        RangeTable { schema, partitions }
    }
}

fn count(start: i64, end: i64, step: i64) -> u64 {
    let (span, step) = (i128::from(end) - i128::from(start), i128::from(step));
    if step == 0 || (span > 0) != (step > 0) || span == 0 {
        return 0;
    }
    let steps = span.abs() / step.abs() + i128::from(span % step != 0);
    u64::try_from(steps).unwrap_or(u64::MAX)
}

impl Part {
    fn batch(&self, from: u64, rows: usize) -> DataFusionResult<RecordBatch> {
        let first = self.first + i128::from(from) * i128::from(self.step);
        let first = first as i64;
        let value = |i: i64| first.wrapping_add(i.wrapping_mul(self.step));
        let values = Int64Array::from_iter_values((0..rows as i64).map(value));
        Ok(RecordBatch::try_new(
            Arc::clone(&self.schema),
            vec![Arc::new(values)],
        )?)
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let size = context.session_config().batch_size() as u64;
        let part = self.clone();
        let starts = (0..part.count.div_ceil(size.max(1))).map(move |batch| batch * size);
        let batches = starts.map(move |from| {
            let rows = size.min(part.count - from);
            part.batch(from, rows as usize)
        });
        let stream = futures::stream::iter(batches);
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream,
        ))
    }
}

#[async_trait]
impl TableProvider for RangeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let streams = self.partitions.iter().cloned();
        let streams = streams.map(|part| Arc::new(part) as Arc<dyn PartitionStream>);
        Ok(Arc::new(StreamingTableExec::try_new(
            Arc::clone(&self.schema),
            streams.collect(),
            projection,
            None,
            false,
            limit,
        )?))
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn ranges_are_counted_to_their_ends() {
        assert_eq!(count(0, 10, 3), 4);
        assert_eq!(count(0, 9, 3), 3);
        assert_eq!(count(5, 0, -2), 3);
        assert_eq!(count(5, 0, 2), 0);
        assert_eq!(count(i64::MIN, i64::MAX, 1), u64::MAX);
    }
}
