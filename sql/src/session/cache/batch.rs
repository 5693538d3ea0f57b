//! [`EncodedBatch`]: a batch as the block store keeps it.
//!
//! Bytes, so that the store knows what it takes: Arrow's stream format, compressed by LZ4 unless
//! `spark.sql.inMemoryColumnarStorage.compressed` is false.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{Result, SqlError};
use serde::de::{Error as DeError, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A batch of rows as bytes.
#[derive(Clone)]
pub(super) struct EncodedBatch(Vec<u8>);

/// What comes first: whether the rest is compressed.
const PLAIN: u8 = 0;
const LZ4: u8 = 1;

impl EncodedBatch {
    pub(super) fn of(batch: &RecordBatch, compressed: bool) -> Result<EncodedBatch> {
        let bytes = stream(batch).map_err(raise)?;
        let (form, bytes) = match compressed {
            true => (LZ4, lz4_flex::block::compress_prepend_size(&bytes)),
            false => (PLAIN, bytes),
        };
        let mut all = Vec::with_capacity(bytes.len() + 1);
        all.push(form);
        all.extend_from_slice(&bytes);
        Ok(EncodedBatch(all))
    }

    pub(super) fn batch(&self) -> Result<RecordBatch> {
        let unpacked;
        let bytes = match self.0.split_first() {
            Some((&LZ4, bytes)) => {
                let found = lz4_flex::block::decompress_size_prepended(bytes);
                unpacked = found.map_err(|error| damaged(&error.to_string()))?;
                &unpacked
            }
            Some((&PLAIN, bytes)) => bytes,
            _ => return Err(damaged("it has no form")),
        };
        let mut batches = StreamReader::try_new(bytes, None).map_err(raise)?;
        match batches.next() {
            Some(batch) => batch.map_err(raise),
            None => Err(damaged("it is empty")),
        }
    }
}

fn stream(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(batch)?;
    writer.into_inner()
}

fn raise(error: ArrowError) -> SqlError {
    from_datafusion(error.into())
}

fn damaged(why: &str) -> SqlError {
    SqlError::internal(format!("a cached batch is damaged: {why}"))
}

impl Serialize for EncodedBatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for EncodedBatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(Bytes).map(EncodedBatch)
    }
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a batch")
    }

    fn visit_bytes<E: DeError>(self, bytes: &[u8]) -> std::result::Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_byte_buf<E: DeError>(self, bytes: Vec<u8>) -> std::result::Result<Vec<u8>, E> {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    #[test]
    fn batches_come_back_from_bytes() {
        let columns: [(&str, ArrayRef); 2] = [
            (
                "n",
                Arc::new(Int64Array::from(vec![Some(1), None, Some(3)])),
            ),
            (
                "s",
                Arc::new(StringArray::from(vec!["aaaa".repeat(100); 3])),
            ),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let plain = EncodedBatch::of(&batch, false).unwrap();
        let packed = EncodedBatch::of(&batch, true).unwrap();
        assert_eq!(plain.batch().unwrap(), batch);
        assert_eq!(packed.batch().unwrap(), batch);
        assert!(packed.0.len() * 2 < plain.0.len());
        let copy: EncodedBatch =
            serde_json::from_str::<Vec<u8>>(&serde_json::to_string(&packed.0).unwrap())
                .map(EncodedBatch)
                .unwrap();
        assert_eq!(copy.batch().unwrap(), batch);
        assert!(EncodedBatch(vec![LZ4, 9]).batch().is_err());
    }
}
