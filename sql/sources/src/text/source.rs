//! [`TextSource`]: DataFusion's scan of text files, whatever their format.
//!
//! Columns that a plan does not ask for are not parsed: the scan hands the format the places of
//! those it wants. Batches of a local file are made on the thread that asks for them; those of other
//! stores on a thread that may wait.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion_datasource::file_stream::FileOpenFuture;
use datafusion_datasource::projection::{ProjectionOpener, SplitProjection};
use flint_sql_columnar::to_datafusion;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, stream};
use object_store::ObjectStore;

use super::input::{Input, open_file};

/// Batches of one file; nothing follows an error.
pub(crate) type Batches = Box<dyn Iterator<Item = flint_sql_spec::Result<RecordBatch>> + Send>;

/// A format of text: from bytes to batches.
pub(crate) trait Reader: Send + Sync + fmt::Debug {
    /// The batches of one file, of at most `batch_rows` rows, with the columns in these places of the
    /// file's schema, in this order, laid out as the schema says. No column may be asked for: then
    /// rows are counted.
    ///
    /// # Errors
    /// What the first bytes show.
    fn batches(
        &self,
        input: Input,
        columns: &[usize],
        batch_rows: usize,
    ) -> flint_sql_spec::Result<Batches>;

    /// Refuses columns that cannot be read without others.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN`.
    fn check(&self, columns: &[usize]) -> flint_sql_spec::Result<()> {
        let _ = columns;
        Ok(())
    }

    /// Its name in plans.
    fn name(&self) -> &'static str;
}

/// Files of one format of text.
#[derive(Clone)]
pub(crate) struct TextSource {
    reader: Arc<dyn Reader>,
    table: TableSchema,
    projection: SplitProjection,
    batch_rows: usize,
    metrics: ExecutionPlanMetricsSet,
}

impl TextSource {
    pub(crate) fn new(reader: Arc<dyn Reader>, table: TableSchema) -> Self {
        TextSource {
            reader,
            projection: SplitProjection::unprojected(&table),
            table,
            batch_rows: 8192,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl FileSource for TextSource {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        _: &FileScanConfig,
        _: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let columns = &self.projection.file_indices;
        self.reader.check(columns).map_err(to_datafusion)?;
        let opener = Arc::new(Opener {
            reader: Arc::clone(&self.reader),
            store,
            columns: columns.clone().into(),
            batch_rows: self.batch_rows,
        });
        ProjectionOpener::try_new(self.projection.clone(), opener, self.table.file_schema())
    }

    fn table_schema(&self) -> &TableSchema {
        &self.table
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        Arc::new(TextSource {
            batch_rows: batch_size.max(1),
            ..self.clone()
        })
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        self.reader.name()
    }

    /// Files were cut when the scan was planned.
    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        Ok(Some(Arc::new(TextSource {
            projection: SplitProjection::new(self.table.file_schema(), &merged),
            ..self.clone()
        })))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let mut next = TreeNodeRecursion::Continue;
        for projected in self.projection.source.iter() {
            next = next.visit_sibling(|| f(&projected.expr))?;
        }
        Ok(next)
    }
}

struct Opener {
    reader: Arc<dyn Reader>,
    store: Arc<dyn ObjectStore>,
    columns: Arc<[usize]>,
    batch_rows: usize,
}

impl FileOpener for Opener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let (reader, store) = (Arc::clone(&self.reader), Arc::clone(&self.store));
        let (columns, rows) = (Arc::clone(&self.columns), self.batch_rows);
        let range = file.range.as_ref().map(|range| {
            let place = |at: i64| u64::try_from(at).unwrap_or(0);
            place(range.start)..place(range.end)
        });
        Ok(async move {
            let input = open_file(&*store, &file.object_meta.location, range).await?;
            if input.size < file.object_meta.size {
                return Err(DataFusionError::Execution(format!(
                    "the file has {} bytes, and had {} when the query was planned",
                    input.size, file.object_meta.size
                )));
            }
            match input.waits {
                true => Ok(on_a_thread_that_waits(move || {
                    reader.batches(input, &columns, rows)
                })),
                false => {
                    let batches = reader.batches(input, &columns, rows);
                    let batches = batches.map_err(to_datafusion)?;
                    Ok(stream::iter(batches.map(|b| b.map_err(to_datafusion))).boxed())
                }
            }
        }
        .boxed())
    }
}

/// Runs what may wait apart from the executor's threads. It ends when nobody takes its batches.
fn on_a_thread_that_waits(
    open: impl FnOnce() -> flint_sql_spec::Result<Batches> + Send + 'static,
) -> BoxStream<'static, Result<RecordBatch>> {
    let (sender, receiver) = tokio::sync::mpsc::channel(2);
    let work = tokio::task::spawn_blocking(move || {
        let batches = match open() {
            Ok(batches) => batches,
            Err(error) => Box::new(std::iter::once(Err(error))),
        };
        for batch in batches {
            if sender.blocking_send(batch.map_err(to_datafusion)).is_err() {
                return;
            }
        }
    });
    let taken = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|batch| (batch, receiver))
    });
    let end = stream::once(work).filter_map(|ended| async {
        let error = ended.err()?;
        Some(Err(DataFusionError::External(Box::new(error))))
    });
    taken.chain(end).boxed()
}
