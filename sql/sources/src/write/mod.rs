//! [`write()`]: rows into files.
//!
//! Each stream is a task. It writes files under `_temporary` in the target; when all tasks are done
//! the job commits: files move to where they belong, what the mode replaces goes, and `_SUCCESS`
//! says so. A job that fails removes what it staged, and nobody has seen it.

mod commit;
mod encode;
mod task;
mod values;

use std::sync::Arc;

use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use flint_sql_functions::pattern::TimeZone;
use flint_sql_spec::{DataType, Result, SaveMode, SqlError, StructField, StructType, condition};
use futures::StreamExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::WriteRequest;
use crate::options::unsupported;
use crate::settings::overwrites_dynamically;
use commit::Job;
pub(crate) use encode::Encoder;
use encode::Encoding;
use task::{Staged, Task};

/// What a write did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteSummary {
    /// Whether the mode let it write; `false` for the mode ignore where something was.
    pub written: bool,
    /// Files.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Rows in them.
    pub rows: u64,
    /// Partitions in them, as names of directories: `a=1/b=x`.
    pub partitions: Vec<String>,
}

/// Writes rows into files of a directory, one task a stream, all of them at once.
///
/// # Errors
/// - `DATA_SOURCE_NOT_FOUND` for a format that is not known;
/// - `PATH_ALREADY_EXISTS` with the mode errorifexists;
/// - `PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA`, `ALL_PARTITION_COLUMNS_NOT_ALLOWED` for columns that
///   cannot be partition columns, `UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE` for types that the format
///   lacks, `EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE` for no columns;
/// - `TASK_WRITE_FAILED` for a file system that fails; what a stream fails with, as it is.
pub async fn write(
    request: &WriteRequest,
    schema: &StructType,
    streams: Vec<SendableRecordBatchStream>,
) -> Result<WriteSummary> {
    let by = partition_columns(request, schema)?;
    let own: Vec<usize> = (0..schema.len()).filter(|at| !by.contains(at)).collect();
    let data = StructType::new(own.iter().map(|at| schema[*at].clone()));
    let encoding = Arc::new(Encoding::new(request, &data)?);
    let dynamic = match request.options().get("partitionOverwriteMode") {
        Some(mode) => overwrites_dynamically(mode)?,
        None => request.settings.dynamic_overwrite,
    };
    let job = Job::new(request, dynamic && !by.is_empty())?;
    if job.exists().await? {
        match request.mode {
            SaveMode::ErrorIfExists => {
                return Err(SqlError::new(condition::PATH_ALREADY_EXISTS)
                    .with("outputPath", job.target.display()));
            }
            SaveMode::Ignore => return Ok(WriteSummary::default()),
            SaveMode::Append | SaveMode::Overwrite => {}
        }
    }
    let limit = request
        .options()
        .number("maxRecordsPerFile", request.settings.max_records_per_file)?;
    let fields: Vec<(usize, StructField)> =
        by.iter().map(|at| (*at, schema[*at].clone())).collect();
    let task = Task {
        encoding,
        store: Arc::clone(&job.store),
        staging: job.staging.clone(),
        id: job.id.clone(),
        own: own.into(),
        by: fields.into(),
        zone: TimeZone::of(&request.settings.time_zone)?,
        rows_per_file: usize::try_from(limit).ok().filter(|limit| *limit > 0),
    };
    let staged = match run(task, streams).await {
        Ok(staged) => staged,
        Err(error) => {
            job.abort().await;
            return Err(error);
        }
    };
    if let Err(error) = job.commit(&staged).await {
        job.abort().await;
        return Err(error);
    }
    Ok(summary(&staged))
}

/// Runs all tasks; the first that fails ends the input of the others. They are waited for: a file that
/// one of them is about to make must be there when staged files are removed.
async fn run(task: Task, streams: Vec<SendableRecordBatchStream>) -> Result<Vec<Staged>> {
    let (stop, stopped) = watch::channel(false);
    let mut running = JoinSet::new();
    for (number, stream) in streams.into_iter().enumerate() {
        let task = task.clone();
        let mut stopped = stopped.clone();
        let end = Box::pin(async move {
            // Who could say so any more is gone when this fails, and then nothing has.
            if stopped.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        let stream = RecordBatchStreamAdapter::new(stream.schema(), stream.take_until(end));
        running.spawn(async move { task.run(number, Box::pin(stream)).await });
    }
    let mut staged = Vec::new();
    let mut failed = None;
    while let Some(done) = running.join_next().await {
        let done = done.map_err(|e| SqlError::internal(format!("a writing task ended: {e}")));
        match done.and_then(|files| files) {
            Ok(files) => staged.extend(files),
            Err(error) => {
                failed.get_or_insert(error);
                let _ = stop.send(true);
            }
        }
    }
    failed.map_or(Ok(staged), Err)
}

fn summary(staged: &[Staged]) -> WriteSummary {
    let mut partitions: Vec<String> = staged
        .iter()
        .map(|file| file.directory.clone())
        .filter(|d| !d.is_empty())
        .collect();
    partitions.sort();
    partitions.dedup();
    WriteSummary {
        written: true,
        files: staged.len() as u64,
        bytes: staged.iter().map(|file| file.bytes).sum(),
        rows: staged.iter().map(|file| file.rows).sum(),
        partitions,
    }
}

/// Where partition columns are in the schema, outermost first.
fn partition_columns(request: &WriteRequest, schema: &StructType) -> Result<Vec<usize>> {
    let same = |a: &str, b: &str| match request.settings.case_sensitive {
        true => a == b,
        false => a.to_lowercase() == b.to_lowercase(),
    };
    let mut by = Vec::with_capacity(request.partition_by.len());
    for name in &request.partition_by {
        let at = schema
            .iter()
            .position(|field| same(&field.name, name))
            .ok_or_else(|| {
                SqlError::new(condition::PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA)
                    .with("column", format!("`{name}`"))
                    .with("schema", DataType::Struct(schema.clone()).simple_string())
            })?;
        if by.contains(&at) {
            return Err(SqlError::new(condition::COLUMN_ALREADY_EXISTS)
                .with("columnName", format!("`{}`", name.to_lowercase())));
        }
        if !values::can_partition(&schema[at].data_type) {
            return Err(unsupported(format!(
                "partitions by {}",
                schema[at].data_type.sql()
            )));
        }
        by.push(at);
    }
    if !by.is_empty() && by.len() == schema.len() {
        return Err(SqlError::new(condition::ALL_PARTITION_COLUMNS_NOT_ALLOWED));
    }
    Ok(by)
}
