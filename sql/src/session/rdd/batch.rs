//! [`Batch`]: Arrow batches as records of RDDs.

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use flint_sql_columnar::encoder::{RowType, RowWriter};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_spec::Result;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::run::fail;

/// Records of an RDD in one batch.
const ROWS: usize = 8192;

/// A batch, which travels as a stream of Arrow's.
#[derive(Debug, Clone)]
pub(crate) struct Batch(pub(crate) RecordBatch);

impl Serialize for Batch {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let written = || -> std::result::Result<Vec<u8>, arrow::error::ArrowError> {
            let mut writer = StreamWriter::try_new(Vec::new(), &self.0.schema())?;
            writer.write(&self.0)?;
            writer.into_inner()
        };
        let bytes = written().map_err(serde::ser::Error::custom)?;
        bytes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        let custom = |error: arrow::error::ArrowError| serde::de::Error::custom(error);
        let mut reader = StreamReader::try_new(&bytes[..], None).map_err(custom)?;
        match reader.next() {
            Some(batch) => Ok(Batch(batch.map_err(custom)?)),
            None => Err(serde::de::Error::custom("a stream without a batch")),
        }
    }
}

/// Records in batches that `make` puts together.
pub(super) fn chunks<T>(
    records: impl Iterator<Item = T>,
    make: impl Fn(Vec<T>) -> Result<RecordBatch>,
) -> impl Iterator<Item = Batch> {
    let mut records = records;
    std::iter::from_fn(move || {
        let chunk: Vec<T> = records.by_ref().take(ROWS).collect();
        if chunk.is_empty() {
            return None;
        }
        Some(Batch(make(chunk).unwrap_or_else(|error| fail(&error))))
    })
}

/// The batch of values.
pub(super) fn written<T: Serialize>(values: &[T], row: &RowType) -> Result<RecordBatch> {
    let mut writer = RowWriter::new(row)?;
    values.iter().try_for_each(|value| writer.push(value))?;
    let options = RecordBatchOptions::new().with_row_count(Some(values.len()));
    let schema = std::sync::Arc::new(arrow_schema(&row.fields)?);
    RecordBatch::try_new_with_options(schema, writer.finish()?, &options)
        .map_err(|error| from_datafusion(error.into()))
}
