//! [`Task`]: rows of one stream into staged files, one a partition, or more if they get long.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use bytes::Bytes;
use datafusion::execution::SendableRecordBatchStream;
use flint_sql_columnar::{Raised, from_datafusion};
use flint_sql_functions::pattern::TimeZone;
use flint_sql_spec::{Result, SqlError, StructField, condition};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};

use super::encode::{Encoder, Encoding};
use super::values::directory;

/// Files that are open at once, each with rows in memory; beyond them the one with most rows is
/// closed.
const OPEN_FILES: usize = 64;
/// Parts of a file that are on their way at once.
const PARTS_IN_FLIGHT: usize = 4;

/// How tasks of a job write.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) encoding: Arc<Encoding>,
    pub(super) store: Arc<dyn ObjectStore>,
    /// The directory for files until the job commits.
    pub(super) staging: Path,
    /// The job, in names of files.
    pub(super) id: Arc<str>,
    /// Columns that files hold.
    pub(super) own: Arc<[usize]>,
    /// Columns that directories are named after.
    pub(super) by: Arc<[(usize, StructField)]>,
    pub(super) zone: TimeZone,
    pub(super) rows_per_file: Option<usize>,
}

/// A file that is written and not yet in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Staged {
    /// Its directory below the target; empty without partitions.
    pub(super) directory: String,
    pub(super) name: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

/// A file that is being written.
struct Open {
    encoder: Box<dyn Encoder>,
    upload: WriteMultipart,
    file: Staged,
}

/// The files of one running task.
struct Files {
    task: Task,
    number: usize,
    next: usize,
    open: HashMap<String, Open>,
    done: Vec<Staged>,
}

impl Task {
    /// Writes all rows of a stream.
    ///
    /// # Errors
    /// What the stream fails with, and `TASK_WRITE_FAILED`.
    pub(super) async fn run(
        self,
        number: usize,
        mut rows: SendableRecordBatchStream,
    ) -> Result<Vec<Staged>> {
        let mut files = Files {
            number,
            next: 0,
            open: HashMap::new(),
            done: Vec::new(),
            task: self,
        };
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(from_datafusion)?;
            for (directory, part) in files.task.divide(&batch)? {
                files.write(directory, part).await?;
            }
        }
        // Someone must say which columns there are.
        if number == 0 && files.done.is_empty() && files.open.is_empty() && files.task.by.is_empty()
        {
            files.open(String::new()).await?;
        }
        for (_, open) in std::mem::take(&mut files.open) {
            files.close(open).await?;
        }
        Ok(files.done)
    }

    /// The rows of each directory, without partition columns.
    fn divide(&self, batch: &RecordBatch) -> Result<Vec<(String, RecordBatch)>> {
        let raised = |e| SqlError::from(Raised::from(e));
        let data = batch.project(&self.own).map_err(raised)?;
        if batch.num_rows() == 0 {
            return Ok(Vec::new());
        }
        if self.by.is_empty() {
            return Ok(vec![(String::new(), data)]);
        }
        let mut order: Vec<String> = Vec::new();
        let mut groups: HashMap<String, Vec<u32>> = HashMap::new();
        for row in 0..batch.num_rows() {
            let names = self
                .by
                .iter()
                .map(|(at, field)| directory(batch.column(*at), field, row, &self.zone));
            let names: Vec<String> = names.collect::<Result<_>>()?;
            let path = names.join("/");
            if !groups.contains_key(&path) {
                order.push(path.clone());
            }
            groups.entry(path).or_default().push(row as u32);
        }
        let mut part = |path: String| {
            let rows = groups.remove(&path).unwrap_or_default();
            let rows = take_record_batch(&data, &UInt32Array::from(rows)).map_err(raised)?;
            Ok((path, rows))
        };
        order.into_iter().map(&mut part).collect()
    }

    fn failed(&self, reason: impl ToString) -> SqlError {
        SqlError::new(condition::TASK_WRITE_FAILED)
            .with("path", self.staging.to_string())
            .caused_by(SqlError::internal(reason.to_string()))
    }
}

impl Files {
    async fn write(&mut self, directory: String, mut rows: RecordBatch) -> Result<()> {
        while rows.num_rows() > 0 {
            let room = match self.open.get(&directory) {
                Some(open) => self
                    .task
                    .rows_per_file
                    .map(|limit| limit - open.file.rows as usize),
                None => {
                    self.open(directory.clone()).await?;
                    self.task.rows_per_file
                }
            };
            let count = room.unwrap_or(usize::MAX).min(rows.num_rows());
            let part = rows.slice(0, count);
            rows = rows.slice(count, rows.num_rows() - count);
            if let Some(open) = self.open.get_mut(&directory) {
                open.encoder.write(&part)?;
                open.file.rows += count as u64;
                let ready = open.encoder.take();
                send(&self.task, open, ready).await?;
            }
            if room == Some(count)
                && let Some(full) = self.open.remove(&directory)
            {
                self.close(full).await?;
            }
        }
        Ok(())
    }

    async fn open(&mut self, directory: String) -> Result<()> {
        if self.open.len() >= OPEN_FILES {
            let longest = self.open.iter().max_by_key(|(_, open)| open.file.rows);
            let longest = longest.map(|(directory, _)| directory.clone());
            if let Some(open) = longest.and_then(|directory| self.open.remove(&directory)) {
                self.close(open).await?;
            }
        }
        let name = format!(
            "part-{:05}-{}-c{:03}{}",
            self.number,
            self.task.id,
            self.next,
            self.task.encoding.extension()
        );
        self.next += 1;
        let path = staged_path(&self.task.staging, &directory, &name)?;
        let upload = self
            .task
            .store
            .put_multipart(&path)
            .await
            .map_err(|e| self.task.failed(e))?;
        let open = Open {
            encoder: self.task.encoding.encoder()?,
            upload: WriteMultipart::new(upload),
            file: Staged {
                directory: directory.clone(),
                name,
                rows: 0,
                bytes: 0,
            },
        };
        self.open.insert(directory, open);
        Ok(())
    }

    async fn close(&mut self, mut open: Open) -> Result<()> {
        let rest = open.encoder.finish()?;
        send(&self.task, &mut open, rest).await?;
        open.upload
            .finish()
            .await
            .map_err(|e| self.task.failed(e))?;
        self.done.push(open.file);
        Ok(())
    }
}

async fn send(task: &Task, open: &mut Open, bytes: Vec<u8>) -> Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    open.file.bytes += bytes.len() as u64;
    open.upload
        .wait_for_capacity(PARTS_IN_FLIGHT)
        .await
        .map_err(|e| task.failed(e))?;
    open.upload.put(Bytes::from(bytes));
    Ok(())
}

/// Where a file is until the job commits.
pub(super) fn staged_path(staging: &Path, directory: &str, name: &str) -> Result<Path> {
    let text = match directory.is_empty() {
        true => format!("{staging}/{name}"),
        false => format!("{staging}/{directory}/{name}"),
    };
    Path::parse(&text).map_err(|e| SqlError::internal(format!("{text} is no path: {e}")))
}
