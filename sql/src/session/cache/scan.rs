//! [`CachedTable`]: cached rows as a table, and the scan of it.
//!
//! A partition that the block store has is read from there. One that it has not, because nobody has
//! read it yet or because it was evicted, is computed by the plan that the rows come from; its batches
//! go to the reader as they are made, and to the store on the way, as long as that takes them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as DataFusionResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions, SchedulingType, reset_plan_states,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties, SendableRecordBatchStream,
};
use flint_core::exec::ChunkSource;
use flint_core::storage::block_store::{BlockSource, BlockWriter, PutState};
use flint_sql_columnar::to_datafusion;
use futures::StreamExt;

use super::super::convert::from_core;
use super::batch::EncodedBatch;
use super::blocks::CachedRows;

/// Cached rows as a table.
#[derive(Debug, Clone)]
pub(in super::super) struct CachedTable {
    pub(super) rows: Arc<CachedRows>,
}

#[async_trait]
impl TableProvider for CachedTable {
    fn schema(&self) -> SchemaRef {
        self.rows.plan.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let scan = CachedScan::new(Arc::clone(&self.rows), projection.cloned())?;
        Ok(Arc::new(scan))
    }
}

/// The scan of cached rows.
#[derive(Debug)]
struct CachedScan {
    rows: Arc<CachedRows>,
    projection: Option<Vec<usize>>,
    /// The plan that the rows come from, for this scan alone.
    origin: Arc<dyn ExecutionPlan>,
    /// Which partitions were missing when the first was asked for.
    missing: OnceLock<Vec<bool>>,
    properties: Arc<PlanProperties>,
}

impl CachedScan {
    fn new(rows: Arc<CachedRows>, projection: Option<Vec<usize>>) -> DataFusionResult<CachedScan> {
        let origin = reset_plan_states(Arc::clone(&rows.plan))?;
        let schema = match &projection {
            Some(columns) => Arc::new(origin.schema().project(columns)?),
            None => origin.schema(),
        };
        let partitions = origin.output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        )
        .with_scheduling_type(SchedulingType::Cooperative);
        Ok(CachedScan {
            rows,
            projection,
            origin,
            missing: OnceLock::new(),
            properties: Arc::new(properties),
        })
    }

    /// Which partitions must be computed. Partitions of a plan feed each other, so those that nobody
    /// needs are begun and given up: then nothing is kept for them.
    fn missing(&self, context: &Arc<TaskContext>) -> &[bool] {
        self.missing.get_or_init(|| {
            let count = self.origin.output_partitioning().partition_count();
            let missing: Vec<bool> = (0..count)
                .map(|partition| !self.rows.blocks.contains(partition as u32))
                .collect();
            if missing.contains(&true) {
                for unneeded in (0..count).filter(|partition| !missing[*partition]) {
                    drop(self.origin.execute(unneeded, Arc::clone(context)));
                }
            }
            missing
        })
    }

    fn stored(&self, partition: usize) -> DataFusionResult<Option<Stored>> {
        let block = self.rows.blocks.get::<EncodedBatch>(partition as u32);
        let Some(block) = block.map_err(raise)? else {
            return Ok(None);
        };
        Ok(Some(Stored {
            source: block.source().map_err(raise)?,
            read: Vec::new().into_iter(),
        }))
    }

    fn batches(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> DataFusionResult<futures::stream::BoxStream<'static, DataFusionResult<RecordBatch>>> {
        let missing = self.missing(&context).get(partition).copied();
        if missing == Some(false) {
            if let Some(stored) = self.stored(partition)? {
                return Ok(futures::stream::iter(stored).boxed());
            }
            // Evicted just now.
            let origin = reset_plan_states(Arc::clone(&self.rows.plan))?;
            return Ok(self.storing(origin.execute(partition, context)?, partition));
        }
        Ok(self.storing(self.origin.execute(partition, context)?, partition))
    }

    /// Batches on their way to the reader, and to the store.
    fn storing(
        &self,
        input: SendableRecordBatchStream,
        partition: usize,
    ) -> futures::stream::BoxStream<'static, DataFusionResult<RecordBatch>> {
        let storing = Storing {
            input,
            writer: Some(self.rows.blocks.writer(partition as u32)),
            compressed: self.rows.compressed,
        };
        futures::stream::unfold(storing, |mut storing| async move {
            let batch = storing.next().await?;
            Some((batch, storing))
        })
        .boxed()
    }
}

/// Batches that are computed and stored.
struct Storing {
    input: SendableRecordBatchStream,
    /// Gone once the store refused.
    writer: Option<BlockWriter<EncodedBatch>>,
    compressed: bool,
}

impl Storing {
    async fn next(&mut self) -> Option<DataFusionResult<RecordBatch>> {
        match self.input.next().await {
            Some(Ok(batch)) => Some(self.store(&batch).map(|()| batch)),
            Some(Err(error)) => {
                self.writer = None;
                Some(Err(error))
            }
            None => match self.writer.take()?.finish() {
                Ok(_) => None,
                Err(error) => Some(Err(raise(error))),
            },
        }
    }

    fn store(&mut self, batch: &RecordBatch) -> DataFusionResult<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let encoded = EncodedBatch::of(batch, self.compressed).map_err(to_datafusion)?;
        if let PutState::Refused(_) = writer.push(vec![encoded]).map_err(raise)? {
            self.writer = None;
        }
        Ok(())
    }
}

/// The batches of a block.
struct Stored {
    source: BlockSource<EncodedBatch>,
    read: std::vec::IntoIter<EncodedBatch>,
}

impl Iterator for Stored {
    type Item = DataFusionResult<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.read.next() {
                return Some(batch.batch().map_err(to_datafusion));
            }
            let mut chunk = Vec::new();
            match self.source.next(&mut chunk) {
                Ok(true) => self.read = chunk.into_iter(),
                Ok(false) => return None,
                Err(error) => return Some(Err(raise(error))),
            }
        }
    }
}

fn raise(error: flint_core::Error) -> DataFusionError {
    to_datafusion(from_core(error))
}

impl DisplayAs for CachedScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.schema();
        let columns: Vec<&str> = schema
            .fields()
            .iter()
            .map(|field| &**field.name())
            .collect();
        write!(
            f,
            "InMemoryTableScan [{}], InMemoryRelation StorageLevel({})",
            columns.join(", "),
            self.rows.blocks.level().description(),
        )
    }
}

impl ExecutionPlan for CachedScan {
    fn name(&self) -> &str {
        "InMemoryTableScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// None: what the rows come from is not planned again.
    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn reset_state(self: Arc<Self>) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let scan = CachedScan::new(Arc::clone(&self.rows), self.projection.clone())?;
        Ok(Arc::new(scan))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> DataFusionResult<SendableRecordBatchStream> {
        let batches = self.batches(partition, context)?;
        let projection = self.projection.clone();
        let projected = batches.map(move |batch| match &projection {
            Some(columns) => Ok(batch?.project(columns)?),
            None => batch,
        });
        let schema = self.schema();
        let stream = RecordBatchStreamAdapter::new(schema, projected);
        Ok(Box::pin(cooperative(stream)))
    }
}
