//! Files as the session reads and writes them.

use flint_sql_sources::{ReadRequest, Source, SourceSettings};
use flint_sql_spec::{DataSourceRead, Result, SqlError, condition};
use futures::FutureExt;

use super::SparkSession;
use super::relations::schema_of;

impl SparkSession {
    /// What sources go by in this session.
    pub(super) fn source_settings(&self) -> Result<SourceSettings> {
        let settings = SourceSettings::new(self.inner.shared.engine.env());
        settings.configured(|key| self.conf().get_option(key))
    }

    /// Finds files and their schema.
    pub(super) fn open_source(&self, read: &DataSourceRead) -> Result<Source> {
        if !read.predicates.is_empty() {
            return Err(SqlError::new(condition::NOT_SUPPORTED_YET)
                .with("feature", "predicates of partitions, which JDBC alone has"));
        }
        let format = match &read.format {
            Some(format) => format.to_string(),
            None => self.conf().get("spark.sql.sources.default")?,
        };
        let schema = match &read.schema {
            Some(text) => Some(schema_of(text)?),
            None => None,
        };
        let request = ReadRequest {
            format,
            paths: read.paths.iter().map(ToString::to_string).collect(),
            schema,
            options: read.options.clone(),
            settings: self.source_settings()?,
        };
        let is_at_hand = request.is_at_hand();
        let mut opened = Box::pin(async move { flint_sql_sources::open(&request).await });
        // Outside of a runtime files of this machine are read by the thread that asks, which is done
        // in less time than other threads need to wake up.
        if is_at_hand && let Some(found) = (&mut opened).now_or_never() {
            return found;
        }
        self.inner.shared.engine.wait_for(opened)
    }
}
