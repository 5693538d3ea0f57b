//! [`FileTable`]: files as a table of DataFusion, whatever their format.
//!
//! Which files there are is known when the table is made. A scan drops files by their partition
//! values, asks the [`Format`] what it knows of the rest, and makes DataFusion's scan of them, which
//! prunes by statistics, reads only the columns asked for and divides big files.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::listing::helpers::expr_applicable_for_cols;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, FileSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::{TableSchema, TableSchemaBuilder};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::scalar::ScalarValue;
use datafusion_datasource::compute_all_files_statistics;
use flint_sql_columnar::to_datafusion;
use flint_sql_spec::{Result, StructType};
use object_store::{ObjectMeta, ObjectStore};
use tokio::sync::OnceCell;

use crate::files::Location;
use crate::metadata;

/// How files of one format are read.
#[async_trait]
pub(crate) trait Format: Send + Sync + fmt::Debug {
    /// Its name in messages.
    fn name(&self) -> &'static str;

    /// The schema that files say they have; `None` if they say nothing.
    async fn infer(
        &self,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        files: &[ObjectMeta],
    ) -> Result<Option<StructType>>;

    /// Refuses columns of files that the format cannot have.
    ///
    /// # Errors
    /// `UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE` and the like.
    fn check(&self, schema: &StructType) -> Result<()> {
        let _ = schema;
        Ok(())
    }

    /// Adds what is known of files before they are read; drops those that are not.
    async fn prepare(
        &self,
        session: &dyn Session,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        table: &SchemaRef,
        files: Vec<PartitionedFile>,
    ) -> Result<Vec<PartitionedFile>>;

    /// The reader. `types` are those of the columns of files.
    fn source(
        &self,
        session: &dyn Session,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        table: TableSchema,
        types: &StructType,
    ) -> Arc<dyn FileSource>;

    /// Parts of files that tasks can read on their own, for so many tasks.
    fn pieces(&self, files: Vec<PartitionedFile>, tasks: usize) -> Vec<PartitionedFile> {
        let _ = tasks;
        files
    }

    /// How columns of a file become those of the table.
    fn adapter(&self) -> Option<Arc<dyn PhysicalExprAdapterFactory>>;

    /// Whether filters on columns of files are of use.
    fn prunes(&self) -> bool;

    /// The layout that the reader gives a column in, if another one is cheaper than the usual.
    fn layout(&self, column: FieldRef) -> FieldRef {
        column
    }
}

/// Files as a table.
#[derive(Debug)]
pub(crate) struct FileTable {
    format: Arc<dyn Format>,
    location: Location,
    files: Vec<PartitionedFile>,
    /// The same with what the format knows of them, once a scan has asked.
    prepared: OnceCell<Vec<PartitionedFile>>,
    /// The table's columns, as Spark orders them.
    schema: SchemaRef,
    /// Columns of files, and then those of partitions.
    layout: TableSchema,
    /// Where each of the table's columns is in the layout.
    order: Vec<usize>,
    /// The columns of files.
    types: StructType,
    /// Whether `_metadata` is behind all other columns.
    has_metadata: bool,
}

impl FileTable {
    /// Files with their partition values, and the columns: those of files, then those of partitions.
    /// A column of both has the partition's values, and the place it has in files.
    pub(crate) fn new(
        format: Arc<dyn Format>,
        location: Location,
        files: Vec<(ObjectMeta, Vec<ScalarValue>)>,
        columns: TableColumns,
    ) -> Result<FileTable> {
        let has_metadata = columns.has_metadata;
        let files = files.into_iter().map(|(meta, mut values)| {
            let file = PartitionedFile::new_from_meta(meta);
            if has_metadata {
                values.push(metadata::value(&location, &file)?);
            }
            Ok(file.with_partition_values(values))
        });
        let files = files.collect::<Result<Vec<_>>>()?;
        let (mut of_partitions, mut order) = (columns.of_partitions, columns.order);
        let in_files = columns.in_files.into_iter().map(|c| format.layout(c));
        let in_files: Vec<FieldRef> = in_files.collect();
        if has_metadata {
            order.push(in_files.len() + of_partitions.len());
            of_partitions.push(metadata::layout()?);
        }
        let layout = TableSchemaBuilder::new(Arc::new(Schema::new(in_files)))
            .with_table_partition_cols(of_partitions)
            .build();
        let fields: Vec<FieldRef> = order
            .iter()
            .map(|at| Arc::clone(&layout.table_schema().fields()[*at]))
            .collect();
        Ok(FileTable {
            format,
            location,
            files,
            prepared: OnceCell::new(),
            schema: Arc::new(Schema::new(fields)),
            layout,
            order,
            types: columns.types,
            has_metadata,
        })
    }

    /// The columns that directories name.
    fn of_directories(&self) -> &[FieldRef] {
        let all = self.layout.table_partition_cols();
        &all[..all.len() - usize::from(self.has_metadata)]
    }

    /// Pieces of files say of themselves which piece they are.
    fn with_places(&self, mut files: Vec<PartitionedFile>) -> Result<Vec<PartitionedFile>> {
        for file in files.iter_mut().filter(|file| file.range.is_some()) {
            if self.has_metadata {
                let value = metadata::value(&self.location, file)?;
                file.partition_values.pop();
                file.partition_values.push(value);
            }
        }
        Ok(files)
    }

    fn partition_names(&self) -> Vec<&str> {
        self.of_directories()
            .iter()
            .map(|field| field.name().as_str())
            .collect()
    }

    /// Files whose partition values let all filters be true that speak of nothing else.
    fn pruned(
        &self,
        session: &dyn Session,
        files: &[PartitionedFile],
        filters: &[Expr],
    ) -> DataFusionResult<Vec<PartitionedFile>> {
        let names = self.partition_names();
        let of_partitions = filters.iter().filter(|f| is_of(&names, f)).cloned();
        let Some(filter) = conjunction(of_partitions) else {
            return Ok(files.to_vec());
        };
        let fields = self.of_directories();
        let columns: DataFusionResult<Vec<ArrayRef>> = (0..fields.len())
            .map(|at| {
                ScalarValue::iter_to_array(files.iter().map(|f| f.partition_values[at].clone()))
            })
            .collect();
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields.to_vec())), columns?)?;
        let schema = DFSchema::try_from(batch.schema())?;
        let filter = session.create_physical_expr(filter, &schema)?;
        let kept = filter.evaluate(&batch)?.into_array(batch.num_rows())?;
        let kept = kept.as_boolean();
        let kept = files
            .iter()
            .zip(kept.iter())
            .filter(|(_, keep)| *keep == Some(true));
        Ok(kept.map(|(file, _)| file.clone()).collect())
    }

    async fn known_files(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
    ) -> DataFusionResult<&Vec<PartitionedFile>> {
        let prepare = || async {
            let files = self.files.clone();
            let table = self.layout.file_schema();
            self.format
                .prepare(session, &self.location, store, table, files)
                .await
        };
        self.prepared
            .get_or_try_init(prepare)
            .await
            .map_err(to_datafusion)
    }
}

/// Whether a filter speaks of partition columns only.
fn is_of(names: &[&str], filter: &Expr) -> bool {
    !names.is_empty() && expr_applicable_for_cols(names, filter)
}

/// The columns of a [`FileTable`].
#[derive(Debug)]
pub(crate) struct TableColumns {
    /// The columns of files.
    pub(crate) types: StructType,
    pub(crate) in_files: Vec<FieldRef>,
    pub(crate) of_partitions: Vec<FieldRef>,
    /// Where each of the table's columns is in the two lists, one behind the other.
    pub(crate) order: Vec<usize>,
    /// Whether the table has the hidden column `_metadata` behind all others.
    pub(crate) has_metadata: bool,
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        let names = self.partition_names();
        let support = |filter: &&Expr| match is_of(&names, filter) {
            true => TableProviderFilterPushDown::Exact,
            false if self.format.prunes() => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(support).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let projected: Vec<usize> = match projection {
            Some(columns) => columns.iter().map(|at| self.order[*at]).collect(),
            None => self.order.clone(),
        };
        let store = session.runtime_env().object_store(&self.location.store)?;
        let files = self.known_files(session, &store).await?;
        let mut files = self.pruned(session, files, filters)?;
        let names = self.partition_names();
        let all_exact = filters.iter().all(|filter| is_of(&names, filter));
        let cut = limit
            .filter(|_| all_exact)
            .is_some_and(|limit| cut_to(&mut files, limit));
        if files.is_empty() {
            let schema = self.layout.table_schema().project(&projected)?;
            return Ok(Arc::new(EmptyExec::new(Arc::new(schema))));
        }
        let tasks = session.config().target_partitions().max(1);
        let files = self.format.pieces(files, tasks);
        let files = self.with_places(files).map_err(to_datafusion)?;
        let groups = FileGroup::new(files).split_files(tasks);
        let (groups, statistics) = self.statistics(session, groups, cut)?;
        let source = self.format.source(
            session,
            &self.location,
            &store,
            self.layout.clone(),
            &self.types,
        );
        let config = FileScanConfigBuilder::new(self.location.store.clone(), source)
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(projected))?
            .with_limit(limit.filter(|_| all_exact))
            .with_expr_adapter(self.format.adapter())
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

impl FileTable {
    fn statistics(
        &self,
        session: &dyn Session,
        groups: Vec<FileGroup>,
        inexact: bool,
    ) -> DataFusionResult<(Vec<FileGroup>, Statistics)> {
        let collect = session.config().collect_statistics();
        let schema = Arc::clone(self.layout.table_schema());
        compute_all_files_statistics(groups, schema, collect, inexact)
    }
}

/// Drops files behind those that have enough rows; whether it did.
fn cut_to(files: &mut Vec<PartitionedFile>, limit: usize) -> bool {
    let mut rows = 0;
    for at in 0..files.len() {
        let known = files[at].statistics.as_ref().map(|s| s.num_rows);
        let Some(Precision::Exact(more)) = known else {
            return false;
        };
        rows += more;
        if rows >= limit && at + 1 < files.len() {
            files.truncate(at + 1);
            return true;
        }
    }
    false
}
