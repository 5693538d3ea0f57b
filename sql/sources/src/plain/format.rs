//! [`PlainFormat`]: text files as a [`Format`] of tables.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileSource;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType, condition};
use object_store::{ObjectMeta, ObjectStore};

use super::read::TextFile;
use crate::files::Location;
use crate::guard::Guarded;
use crate::options::{OptionMap, OptionUse};
use crate::settings::SourceSettings;
use crate::table::Format;
use crate::text::{Separator, TextSource, split};

/// The options of text.
pub(crate) const OPTIONS: &[OptionUse] = &[
    OptionUse::read("wholetext", "whether a file is one row"),
    OptionUse::both("lineSep", "what ends a line"),
    OptionUse::both("encoding", "the character set of lineSep"),
    OptionUse::write("compression", "how files are packed"),
];

/// How text files are read.
#[derive(Debug)]
pub(crate) struct PlainFormat {
    settings: SourceSettings,
    separator: Separator,
    whole: bool,
}

impl PlainFormat {
    /// Reads the options.
    ///
    /// # Errors
    /// For values that they cannot have.
    pub(crate) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<Self> {
        Ok(PlainFormat {
            settings: settings.clone(),
            separator: super::separator(options)?,
            whole: options.flag("wholetext", false)?,
        })
    }
}

#[async_trait]
impl Format for PlainFormat {
    fn name(&self) -> &'static str {
        "Text"
    }

    async fn infer(
        &self,
        _: &Location,
        _: &Arc<dyn ObjectStore>,
        _: &[ObjectMeta],
    ) -> Result<Option<StructType>> {
        let value = StructField::new("value", DataType::STRING, true);
        Ok(Some(StructType::new([value])))
    }

    fn check(&self, schema: &StructType) -> Result<()> {
        let fields: Vec<&StructField> = schema.iter().collect();
        match *fields {
            [field] if matches!(field.data_type, DataType::String(_)) => Ok(()),
            [field] => Err(
                SqlError::new(condition::UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE)
                    .with("format", "Text")
                    .with("columnName", format!("`{}`", field.name))
                    .with("columnType", format!("\"{}\"", field.data_type.sql())),
            ),
            // None is asked for where all columns are partitions.
            [] => Ok(()),
            _ => Err(one_column(fields.len())),
        }
    }

    async fn prepare(
        &self,
        _: &dyn Session,
        _: &Location,
        _: &Arc<dyn ObjectStore>,
        _: &SchemaRef,
        files: Vec<PartitionedFile>,
    ) -> Result<Vec<PartitionedFile>> {
        Ok(files)
    }

    fn source(
        &self,
        _: &dyn Session,
        location: &Location,
        _: &Arc<dyn ObjectStore>,
        table: TableSchema,
        _: &StructType,
    ) -> Arc<dyn FileSource> {
        let reader = TextFile {
            separator: self.separator.clone(),
            whole: self.whole,
            layout: Arc::clone(table.file_schema()),
        };
        let source = TextSource::new(Arc::new(reader), table);
        Arc::new(Guarded::new(
            Arc::new(source),
            location.clone(),
            &self.settings,
        ))
    }

    fn adapter(&self) -> Option<Arc<dyn PhysicalExprAdapterFactory>> {
        None
    }

    fn prunes(&self) -> bool {
        false
    }

    fn pieces(&self, files: Vec<PartitionedFile>, tasks: usize) -> Vec<PartitionedFile> {
        let splits = !self.whole && self.separator.can_split();
        split(files, splits, tasks, &self.settings)
    }
}

/// Text has one column and no more.
pub(super) fn one_column(count: usize) -> SqlError {
    SqlError::new(condition::TEXT_DATA_SOURCE_WITH_MULTIPLE_COLUMNS)
        .with("schemaSize", count.to_string())
}
