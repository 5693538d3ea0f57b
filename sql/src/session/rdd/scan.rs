//! RDDs as tables of plans.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as DataFusionResult;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use flint_core::Rdd;
use flint_sql_columnar::to_datafusion;
use flint_sql_spec::{Result, SqlError};

use super::super::convert::from_core;
use super::super::relations::conform;
use super::batch::Batch;

/// The batches of an RDD, as a plan refers to them.
pub(crate) struct RddSource {
    pub(super) batches: Rdd<Batch>,
}

impl RddSource {
    pub(super) fn new(batches: Rdd<Batch>) -> RddSource {
        RddSource { batches }
    }

    /// What tells it from others.
    fn address(self: &Arc<Self>) -> usize {
        Arc::as_ptr(self) as usize
    }
}

impl fmt::Debug for RddSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RddSource")
    }
}

/// Batches of the RDDs of a plan, which is going to run: an extension of the engine's session.
#[derive(Debug, Default)]
pub(crate) struct RddInputs {
    given: Vec<(usize, Vec<Vec<RecordBatch>>)>,
}

impl RddInputs {
    /// Runs a job for each RDD and gathers its batches.
    pub(crate) fn gather(sources: &[Arc<RddSource>]) -> Result<RddInputs> {
        let mut inputs = RddInputs::default();
        for source in sources {
            let of_partition =
                |_: &flint_core::TaskContext, batches: flint_core::PartitionIter<Batch>| {
                    Ok(batches.collect::<Vec<Batch>>())
                };
            let partitions = source.batches.run_job(of_partition).map_err(from_core)?;
            for (partition, batches) in partitions.into_iter().enumerate() {
                inputs.add(source, partition, batches.into_iter().map(|batch| batch.0));
            }
        }
        Ok(inputs)
    }

    pub(super) fn add(
        &mut self,
        source: &Arc<RddSource>,
        partition: usize,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) {
        let address = source.address();
        let known = self.given.iter().position(|(known, _)| *known == address);
        let at = known.unwrap_or_else(|| {
            let partitions = vec![Vec::new(); source.batches.num_partitions()];
            self.given.push((address, partitions));
            self.given.len() - 1
        });
        if let Some(held) = self.given[at].1.get_mut(partition) {
            held.extend(batches);
        }
    }

    fn batches(&self, source: &Arc<RddSource>, partition: usize) -> Vec<RecordBatch> {
        let address = source.address();
        let found = self.given.iter().find(|(known, _)| *known == address);
        let partition = found.and_then(|(_, partitions)| partitions.get(partition));
        partition.cloned().unwrap_or_default()
    }
}

/// The table of an RDD.
#[derive(Debug)]
pub(super) struct RddTable {
    source: Arc<RddSource>,
    schema: SchemaRef,
}

impl RddTable {
    pub(super) fn new(source: Arc<RddSource>, schema: SchemaRef) -> RddTable {
        RddTable { source, schema }
    }
}

/// A partition of it.
#[derive(Debug)]
struct Part {
    source: Arc<RddSource>,
    schema: SchemaRef,
    partition: usize,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let inputs = context.session_config().get_extension::<RddInputs>();
        let batches = match inputs {
            Some(inputs) => inputs.batches(&self.source, self.partition),
            None => {
                let error = SqlError::internal("rows of an RDD that were not gathered");
                let failed = futures::stream::iter([Err(to_datafusion(error))]);
                let schema = Arc::clone(&self.schema);
                return Box::pin(RecordBatchStreamAdapter::new(schema, failed));
            }
        };
        let layout = Arc::clone(&self.schema);
        let laid = batches
            .into_iter()
            .map(move |batch| conform(&batch, &layout).map_err(to_datafusion));
        let schema = Arc::clone(&self.schema);
        Box::pin(RecordBatchStreamAdapter::new(
            schema,
            futures::stream::iter(laid),
        ))
    }
}

#[async_trait]
impl TableProvider for RddTable {
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
        let part = |partition| {
            Arc::new(Part {
                source: Arc::clone(&self.source),
                schema: Arc::clone(&self.schema),
                partition,
            }) as Arc<dyn PartitionStream>
        };
        let parts = (0..self.source.batches.num_partitions()).map(part);
        Ok(Arc::new(StreamingTableExec::try_new(
            Arc::clone(&self.schema),
            parts.collect(),
            projection,
            None,
            false,
            limit,
        )?))
    }
}
