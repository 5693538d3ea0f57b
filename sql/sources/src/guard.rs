//! [`Guarded`]: a file source whose errors name the file, and that turns panics of decoders into
//! errors.
//!
//! It stands around another source and hands everything through. With `ignoreCorruptFiles` and
//! `ignoreMissingFiles` a file that fails so ends where it failed.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::filter_pushdown::FilterPushdownPropagation;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::{DisplayFormatType, SortOrderPushdownResult};
use datafusion_datasource::morsel::{Morsel, MorselPlan, MorselPlanner, Morselizer};
use flint_sql_columnar::to_datafusion;
use flint_sql_spec::SqlError;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, future};
use object_store::ObjectStore;

use crate::error::while_reading;
use crate::files::Location;
use crate::settings::SourceSettings;

/// A source and the words about its files.
#[derive(Clone)]
pub(crate) struct Guarded {
    inner: Arc<dyn FileSource>,
    guard: Arc<Guard>,
}

#[derive(Debug)]
struct Guard {
    location: Location,
    settings: SourceSettings,
}

/// Whether a file that fails so is passed over.
pub(crate) fn is_tolerated(error: &SqlError, settings: &SourceSettings) -> bool {
    match error.condition().name.as_ref() {
        "FAILED_READ_FILE.FILE_NOT_EXIST" => settings.ignore_missing_files,
        name => settings.ignore_corrupt_files && name.starts_with("FAILED_READ_FILE."),
    }
}

impl Guarded {
    pub(crate) fn new(
        inner: Arc<dyn FileSource>,
        location: Location,
        settings: &SourceSettings,
    ) -> Self {
        let settings = settings.clone();
        Guarded {
            inner,
            guard: Arc::new(Guard { location, settings }),
        }
    }

    fn around(&self, inner: Arc<dyn FileSource>) -> Arc<dyn FileSource> {
        Arc::new(Guarded {
            inner,
            guard: Arc::clone(&self.guard),
        })
    }
}

impl FileSource for Guarded {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        self.inner.create_file_opener(store, config, partition)
    }

    fn create_morselizer(
        &self,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>> {
        Ok(Box::new(GuardedMorselizer {
            inner: self.inner.create_morselizer(store, config, partition)?,
            guard: Arc::clone(&self.guard),
        }))
    }

    fn table_schema(&self) -> &TableSchema {
        self.inner.table_schema()
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        self.around(self.inner.with_batch_size(batch_size))
    }

    fn filter(&self) -> Option<Arc<dyn PhysicalExpr>> {
        self.inner.filter()
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        self.inner.projection()
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        self.inner.metrics()
    }

    fn file_type(&self) -> &str {
        self.inner.file_type()
    }

    fn fmt_extra(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt_extra(t, f)
    }

    fn supports_repartitioning(&self) -> bool {
        self.inner.supports_repartitioning()
    }

    fn repartitioned(
        &self,
        target_partitions: usize,
        min_size: usize,
        ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        // It clones `config`, whose source is this one.
        self.inner
            .repartitioned(target_partitions, min_size, ordering, config)
    }

    fn try_pushdown_filters(
        &self,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn FileSource>>> {
        let mut pushed = self.inner.try_pushdown_filters(filters, config)?;
        pushed.updated_node = pushed.updated_node.map(|inner| self.around(inner));
        Ok(pushed)
    }

    fn try_pushdown_sort(
        &self,
        order: &[PhysicalSortExpr],
        properties: &EquivalenceProperties,
    ) -> Result<SortOrderPushdownResult<Arc<dyn FileSource>>> {
        Ok(match self.inner.try_pushdown_sort(order, properties)? {
            SortOrderPushdownResult::Exact { inner } => SortOrderPushdownResult::Exact {
                inner: self.around(inner),
            },
            SortOrderPushdownResult::Inexact { inner } => SortOrderPushdownResult::Inexact {
                inner: self.around(inner),
            },
            SortOrderPushdownResult::Unsupported => SortOrderPushdownResult::Unsupported,
        })
    }

    fn reorder_files(&self, files: Vec<PartitionedFile>) -> Vec<PartitionedFile> {
        self.inner.reorder_files(files)
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let pushed = self.inner.try_pushdown_projection(projection)?;
        Ok(pushed.map(|inner| self.around(inner)))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.inner.apply_expressions(f)
    }
}

#[derive(Debug)]
struct GuardedMorselizer {
    inner: Box<dyn Morselizer>,
    guard: Arc<Guard>,
}

impl Morselizer for GuardedMorselizer {
    fn plan_file(&self, file: PartitionedFile) -> Result<Box<dyn MorselPlanner>> {
        let path = self.guard.location.display_of(&file.object_meta.location);
        let guard = FileGuard {
            path: path.into(),
            guard: Arc::clone(&self.guard),
        };
        let planned = guard.caught(|| self.inner.plan_file(file));
        let inner = guard.tolerate(planned)?;
        Ok(Box::new(GuardedPlanner { inner, guard }))
    }
}

/// What is said about one file.
#[derive(Debug, Clone)]
struct FileGuard {
    path: Arc<str>,
    guard: Arc<Guard>,
}

impl FileGuard {
    /// Does something with a decoder, which may panic.
    fn caught<T>(&self, f: impl FnOnce() -> Result<T>) -> Result<T> {
        // Whatever panicked is dropped, not used again.
        catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| Err(panicked(payload.as_ref())))
    }

    /// Names the file in an error; `None` if the file may fail so.
    fn tolerate<T>(&self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                let error = while_reading(&self.path, error);
                match is_tolerated(&error, &self.guard.settings) {
                    true => Ok(None),
                    false => Err(to_datafusion(error)),
                }
            }
        }
    }

    fn plan(&self, mut plan: MorselPlan) -> MorselPlan {
        let morsels = plan.take_morsels().into_iter().map(|inner| {
            let guard = self.clone();
            Box::new(GuardedMorsel { inner, guard }) as Box<dyn Morsel>
        });
        let mut guarded = MorselPlan::new().with_morsels(morsels.collect());
        let planners = plan
            .take_ready_planners()
            .into_iter()
            .map(|inner| self.planner(Some(inner)));
        guarded = guarded.with_planners(planners.collect());
        if let Some(pending) = plan.take_pending_planner() {
            let guard = self.clone();
            guarded.set_pending_planner(async move {
                let caught = AssertUnwindSafe(pending.into_future()).catch_unwind().await;
                let next = caught.unwrap_or_else(|payload| Err(panicked(payload.as_ref())));
                Ok(guard.planner(guard.tolerate(next)?))
            });
        }
        guarded
    }

    fn planner(&self, inner: Option<Box<dyn MorselPlanner>>) -> Box<dyn MorselPlanner> {
        let guard = self.clone();
        Box::new(GuardedPlanner { inner, guard })
    }
}

fn panicked(payload: &(dyn Any + Send)) -> DataFusionError {
    let words = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    DataFusionError::Execution(format!("the decoder panicked: {words}"))
}

#[derive(Debug)]
struct GuardedPlanner {
    /// `None` after a failure that is passed over.
    inner: Option<Box<dyn MorselPlanner>>,
    guard: FileGuard,
}

impl MorselPlanner for GuardedPlanner {
    fn plan(self: Box<Self>) -> Result<Option<MorselPlan>> {
        let Some(inner) = self.inner else {
            return Ok(None);
        };
        let planned = self.guard.caught(|| inner.plan());
        let planned = self.guard.tolerate(planned)?.flatten();
        Ok(planned.map(|plan| self.guard.plan(plan)))
    }
}

#[derive(Debug)]
struct GuardedMorsel {
    inner: Box<dyn Morsel>,
    guard: FileGuard,
}

impl Morsel for GuardedMorsel {
    fn into_stream(self: Box<Self>) -> BoxStream<'static, Result<RecordBatch>> {
        let GuardedMorsel { inner, guard } = *self;
        let opened = guard.caught(|| Ok(inner.into_stream()));
        let stream = match opened {
            Ok(stream) => stream,
            Err(error) => futures::stream::once(future::ready(Err(error))).boxed(),
        };
        AssertUnwindSafe(stream)
            .catch_unwind()
            .map(move |item| {
                let item = item.unwrap_or_else(|payload| Err(panicked(payload.as_ref())));
                guard.tolerate(item)
            })
            // The first failure that is passed over ends the file.
            .take_while(|item| future::ready(!matches!(item, Ok(None))))
            .filter_map(|item| future::ready(item.transpose()))
            .boxed()
    }
}
