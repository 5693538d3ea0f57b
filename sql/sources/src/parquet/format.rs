//! [`ParquetFormat`]: Parquet files as a [`Format`] of tables.

use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileSource, ParquetSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion_datasource_parquet::CachedParquetFileReaderFactory;
use flint_sql_spec::{Result, StructType};
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStore};

use super::adapt::AdapterFactory;
use super::footer::{Footers, facts};
use super::schema::{file_schema, merge};
use crate::files::Location;
use crate::guard::Guarded;
use crate::options::{OptionMap, OptionUse};
use crate::settings::{SourceSettings, invalid};
use crate::table::Format;

/// The options of Parquet.
pub(crate) const OPTIONS: &[OptionUse] = &[
    OptionUse::read(
        "mergeSchema",
        "whether the columns of all files are put together",
    ),
    OptionUse::read("datetimeRebaseMode", "the calendar of dates before 1582"),
    OptionUse::read(
        "int96RebaseMode",
        "the calendar of old timestamps before 1582",
    ),
    OptionUse::write("compression", "how columns are packed"),
    OptionUse::write("parquet.compression", "another name for compression"),
];

/// How Parquet files are read.
#[derive(Debug)]
pub(crate) struct ParquetFormat {
    settings: SourceSettings,
    merge_schema: bool,
}

impl ParquetFormat {
    /// Reads the options.
    ///
    /// # Errors
    /// For values that they cannot have; `UNSUPPORTED_FEATURE` for calendars before 1582.
    pub(crate) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<Self> {
        for name in ["datetimeRebaseMode", "int96RebaseMode"] {
            match options.get(name).map(str::to_ascii_uppercase).as_deref() {
                None | Some("CORRECTED" | "EXCEPTION") => {}
                Some("LEGACY") => options.refuse("Parquet with the value LEGACY", &[name])?,
                Some(other) => return Err(invalid(name, other)),
            }
        }
        Ok(ParquetFormat {
            settings: settings.clone(),
            merge_schema: options.flag("mergeSchema", settings.parquet_merge_schema)?,
        })
    }
}

#[async_trait]
impl Format for ParquetFormat {
    fn name(&self) -> &'static str {
        "Parquet"
    }

    async fn infer(
        &self,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        files: &[ObjectMeta],
    ) -> Result<Option<StructType>> {
        let footers = Footers {
            runtime: &self.settings.runtime,
            store: store.as_ref(),
        };
        let asked = if self.merge_schema {
            files
        } else {
            &files[..files.len().min(1)]
        };
        let mut merged: Option<StructType> = None;
        for file in asked {
            let path = location.display_of(&file.location);
            let footer = match footers.fetch(file, &path).await {
                Err(_) if self.settings.ignore_corrupt_files => continue,
                footer => footer?,
            };
            let schema = file_schema(&footer, &path, &self.settings)?;
            merged = Some(match merged {
                None => schema,
                Some(before) => merge(&before, &schema, self.settings.case_sensitive)?,
            });
        }
        Ok(merged)
    }

    async fn prepare(
        &self,
        session: &dyn Session,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        table: &SchemaRef,
        files: Vec<PartitionedFile>,
    ) -> Result<Vec<PartitionedFile>> {
        if !session.config().collect_statistics() {
            return Ok(files);
        }
        let footers = &Footers {
            runtime: session.runtime_env(),
            store: store.as_ref(),
        };
        let at_once = session
            .config_options()
            .execution
            .meta_fetch_concurrency
            .get();
        let prepared = futures::stream::iter(files).map(|file| async move {
            let path = location.display_of(&file.object_meta.location);
            match self.prepare_one(footers, file, table, &path).await {
                Err(error) => self.tolerated(error).map(|()| None),
                file => file.map(Some),
            }
        });
        let files: Vec<Option<PartitionedFile>> =
            prepared.boxed().buffered(at_once).try_collect().await?;
        Ok(files.into_iter().flatten().collect())
    }

    fn source(
        &self,
        session: &dyn Session,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        table: TableSchema,
        _: &StructType,
    ) -> Arc<dyn FileSource> {
        let mut options = TableParquetOptions {
            global: session.config_options().execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        options.global.coerce_int96 = Some("us".to_owned());
        options.global.coerce_int96_tz = Some("UTC".to_owned());
        let cache = session
            .runtime_env()
            .cache_manager
            .get_file_metadata_cache();
        let readers = CachedParquetFileReaderFactory::new(Arc::clone(store), cache);
        let hint = options.global.metadata_size_hint;
        let mut source = ParquetSource::new(table)
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(readers));
        if let Some(hint) = hint {
            source = source.with_metadata_size_hint(hint);
        }
        Arc::new(Guarded::new(
            Arc::new(source),
            location.clone(),
            &self.settings,
        ))
    }

    fn adapter(&self) -> Option<Arc<dyn PhysicalExprAdapterFactory>> {
        Some(Arc::new(AdapterFactory {
            case_sensitive: self.settings.case_sensitive,
        }))
    }

    fn prunes(&self) -> bool {
        self.settings.parquet_pushdown
    }

    /// Strings as views: pages' bytes are not copied for rows that a filter drops.
    fn layout(&self, column: FieldRef) -> FieldRef {
        match column.data_type() {
            ArrowType::Utf8 => {
                Arc::new(column.as_ref().clone().with_data_type(ArrowType::Utf8View))
            }
            _ => column,
        }
    }
}

impl ParquetFormat {
    async fn prepare_one(
        &self,
        footers: &Footers<'_>,
        file: PartitionedFile,
        table: &Schema,
        path: &str,
    ) -> Result<PartitionedFile> {
        let footer = footers.fetch(&file.object_meta, path).await?;
        let facts = facts(&footer, table, path, self.settings.case_sensitive)?;
        Ok(file
            .with_arrow_schema(facts.physical)
            .with_statistics(Arc::new(facts.statistics)))
    }

    /// Drops the error of a file that may be damaged or missing.
    fn tolerated(&self, error: flint_sql_spec::SqlError) -> Result<()> {
        match crate::guard::is_tolerated(&error, &self.settings) {
            true => Ok(()),
            false => Err(error),
        }
    }
}
