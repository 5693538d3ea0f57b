//! [`JsonFormat`]: JSON files as a [`Format`] of tables.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileSource;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use flint_sql_columnar::to_datafusion;
use flint_sql_functions::json::{JsonOptions, JsonParser, JsonSchemaInference};
use flint_sql_spec::{Result, SqlError, StructType};
use object_store::{ObjectMeta, ObjectStore};

use super::options::read;
use super::read::{Framing, JsonReader, failed};
use crate::error::while_reading;
use crate::files::Location;
use crate::guard::{Guarded, is_tolerated};
use crate::options::OptionMap;
use crate::settings::SourceSettings;
use crate::table::Format;
use crate::text::{Charset, Input, TextSource, open_file, split};

/// How JSON files are read.
#[derive(Debug)]
pub(crate) struct JsonFormat {
    settings: SourceSettings,
    options: JsonOptions,
    framing: Framing,
}

impl JsonFormat {
    /// Reads the options.
    ///
    /// # Errors
    /// For values that they cannot have, and for refused options.
    pub(crate) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<JsonFormat> {
        let options = read(options, settings)?;
        Ok(JsonFormat {
            framing: Framing::new(&options)?,
            settings: settings.clone(),
            options,
        })
    }
}

#[async_trait]
impl Format for JsonFormat {
    fn name(&self) -> &'static str {
        "JSON"
    }

    async fn infer(
        &self,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        files: &[ObjectMeta],
    ) -> Result<Option<StructType>> {
        if files.is_empty() {
            return Ok(None);
        }
        let mut sample = Sample {
            inference: JsonSchemaInference::new(&self.options)?,
            ratio: self.options.sampling_ratio,
            state: SEED,
        };
        for file in files {
            let path = location.display_of(&file.location);
            let looked = match open_file(&**store, &file.location, None).await {
                Err(error) => Err(while_reading(&path, error)),
                Ok(input) => {
                    let framing = self.framing.clone();
                    let look = move || {
                        let looked = sample.file(input, &framing, &path);
                        (sample, looked)
                    };
                    let ended = tokio::task::spawn_blocking(look).await;
                    let (back, looked) = ended
                        .map_err(|error| SqlError::internal(format!("inference ended: {error}")))?;
                    sample = back;
                    looked
                }
            };
            match looked {
                Err(error) if !is_tolerated(&error, &self.settings) => return Err(error),
                _ => {}
            }
        }
        sample.inference.schema().map(Some)
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

    fn check(&self, schema: &StructType) -> Result<()> {
        JsonParser::records(schema, &self.options).map(|_| ())
    }

    fn source(
        &self,
        _: &dyn Session,
        location: &Location,
        _: &Arc<dyn ObjectStore>,
        table: TableSchema,
        types: &StructType,
    ) -> Arc<dyn FileSource> {
        let reader = JsonReader {
            schema: types.clone(),
            options: self.options.clone(),
            framing: self.framing.clone(),
        };
        Arc::new(Guarded::new(
            Arc::new(TextSource::new(Arc::new(reader), table)),
            location.clone(),
            &self.settings,
        ))
    }

    fn adapter(&self) -> Option<Arc<dyn PhysicalExprAdapterFactory>> {
        None
    }

    fn pieces(&self, files: Vec<PartitionedFile>, tasks: usize) -> Vec<PartitionedFile> {
        split(files, self.framing.can_split(), tasks, &self.settings)
    }

    fn prunes(&self) -> bool {
        false
    }
}

/// Where the choice of records begins, as in Spark's sample.
const SEED: u64 = 1;

/// What inference has seen.
struct Sample {
    inference: JsonSchemaInference,
    ratio: f64,
    /// Of the generator that chooses records.
    state: u64,
}

impl Sample {
    /// Whether a record is one of those that are looked at.
    fn wants(&mut self) -> bool {
        if self.ratio >= 1.0 {
            return true;
        }
        // SplitMix64: chances need be equal, no more.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let chance = (mixed ^ (mixed >> 31)) >> 11;
        (chance as f64) < self.ratio * (1_u64 << 53) as f64
    }

    fn file(&mut self, input: Input, framing: &Framing, path: &str) -> Result<()> {
        let named = |error: std::io::Error| while_reading(path, to_datafusion(failed(error)));
        let mut records = framing.records(input).map_err(named)?;
        let mut record = Vec::new();
        while records.next(&mut record).map_err(named)? {
            if !self.wants() {
                continue;
            }
            match records.charset(&record) {
                Charset::Utf8 => self.inference.add(&record)?,
                other => self.inference.add_text(&other.decode(&record))?,
            }
        }
        Ok(())
    }
}
