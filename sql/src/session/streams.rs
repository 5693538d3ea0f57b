//! Rows that come with a plan, as streams of Arrow.
//!
//! They come from strangers, so nothing in them is believed before it is checked. Arrow's reader checks
//! the values (offsets, text, numbers of nulls); what it takes on trust are lengths, for which it
//! allocates, and a length that no machine has memory for would end the process. So the frames of a
//! stream are walked first ([`check`]): every message lies inside of the bytes, and compressed buffers
//! are bounded in what they become. What a damaged message makes the reader panic at is an error, too.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::{self, CompressionType, MessageHeader, root_as_message};
use flint_sql_columnar::spark_schema;
use flint_sql_spec::{LocalRelation, Result, SqlError, StructType, condition};

use super::relations::schema_of;

/// What compressed buffers of a stream may become, in bytes.
const MAX_INFLATED: u64 = 1 << 30;

/// Bytes of a message compressed by LZ4, whose reader believes no length and stops at none. No byte
/// becomes more than 255.
const MAX_LZ4: u64 = MAX_INFLATED / 255;

/// Rows of a batch.
const MAX_ROWS: i64 = i32::MAX as i64;

/// Schema and rows of a relation that came with a plan.
///
/// # Errors
/// `CONNECT_INVALID_PLAN.ASSERTION_FAILURE` for bytes that are no stream of Arrow's,
/// `.SCHEMA_REQUIRED_FOR_LOCAL_RELATION` without both, and what is wrong with the text of a schema.
pub(super) fn decoded(rows: &LocalRelation) -> Result<(StructType, Vec<RecordBatch>)> {
    let (found, batches) = match &rows.data {
        Some(bytes) => {
            let (found, batches) = read(bytes)?;
            (Some(found), batches)
        }
        None => (None, Vec::new()),
    };
    let told = match &rows.schema {
        Some(text) => Some(schema_of(text)?),
        None => None,
    };
    match told.or(found) {
        Some(schema) => fitting(schema, batches),
        None => {
            let missing = condition::CONNECT_INVALID_PLAN_SCHEMA_REQUIRED_FOR_LOCAL_RELATION;
            Err(SqlError::new(missing))
        }
    }
}

/// Rows of as many columns as the schema has.
fn fitting(
    schema: StructType,
    batches: Vec<RecordBatch>,
) -> Result<(StructType, Vec<RecordBatch>)> {
    let columns = schema.fields().len();
    match batches.iter().find(|batch| batch.num_columns() != columns) {
        Some(other) => {
            let found = other.num_columns();
            Err(damaged(format!(
                "{found} columns for a schema of {columns}"
            )))
        }
        None => Ok((schema, batches)),
    }
}

fn read(bytes: &[u8]) -> Result<(StructType, Vec<RecordBatch>)> {
    check(bytes)?;
    let read = || -> Result<_, ArrowError> {
        let reader = StreamReader::try_new(bytes, None)?;
        let schema = reader.schema();
        let batches: Result<Vec<_>, _> = reader.collect();
        Ok((schema, batches?))
    };
    // Nothing of what was begun is used after a panic.
    let read = catch_unwind(AssertUnwindSafe(read));
    let (schema, batches) = match read {
        Ok(read) => read.map_err(|error| damaged(error.to_string()))?,
        Err(_) => return Err(damaged("a message makes no sense".to_owned())),
    };
    Ok((spark_schema(&schema)?, batches))
}

fn damaged(what: String) -> SqlError {
    let message = format!("rows of a plan that are no stream of Arrow: {what}");
    SqlError::new(condition::CONNECT_INVALID_PLAN_ASSERTION_FAILURE).with("message", message)
}

/// Checks the lengths that a stream tells.
fn check(mut bytes: &[u8]) -> Result<()> {
    const CONTINUATION: u32 = u32::MAX;
    let mut inflated = 0;
    while let Some(mut size) = number(&mut bytes) {
        if size == CONTINUATION {
            size = number(&mut bytes).ok_or_else(cut_off)?;
        }
        if size == 0 {
            break;
        }
        let head = taken(&mut bytes, u64::from(size))?;
        let message = root_as_message(head).map_err(|error| damaged(error.to_string()))?;
        let length = u64::try_from(message.bodyLength()).map_err(|_| cut_off())?;
        let body = taken(&mut bytes, length)?;
        inflated += becomes(&message, body)?;
        if inflated > MAX_INFLATED {
            return Err(damaged(format!(
                "more than {MAX_INFLATED} bytes, compressed"
            )));
        }
    }
    Ok(())
}

/// What the compressed buffers of a message become, in bytes.
fn becomes(message: &ipc::Message<'_>, body: &[u8]) -> Result<u64> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => {
            let dictionary = message.header_as_dictionary_batch();
            dictionary.and_then(|dictionary| dictionary.data())
        }
        _ => None,
    };
    let Some(batch) = batch else {
        return Ok(0);
    };
    if !(0..=MAX_ROWS).contains(&batch.length()) {
        return Err(damaged(format!("a batch of {} rows", batch.length())));
    }
    let Some(compression) = batch.compression() else {
        return Ok(0);
    };
    if compression.codec() == CompressionType::LZ4_FRAME && body.len() as u64 > MAX_LZ4 {
        return Err(damaged(format!(
            "more than {MAX_LZ4} bytes of LZ4 in a batch"
        )));
    }
    let mut sum = 0_u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).map_err(|_| cut_off())?;
        // Buffers without bytes have no length before them.
        if let Some(mut bytes) = body.get(start..).filter(|_| buffer.length() > 0) {
            let length = taken(&mut bytes, 8)?.try_into().map_err(|_| cut_off())?;
            // -1: what follows is not compressed.
            sum = sum.saturating_add(u64::try_from(i64::from_le_bytes(length)).unwrap_or(0));
        }
    }
    Ok(sum)
}

/// The next number of four bytes.
fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

/// The next so many bytes.
fn taken<'a>(bytes: &mut &'a [u8], count: u64) -> Result<&'a [u8]> {
    let count = usize::try_from(count).map_err(|_| cut_off())?;
    let (taken, rest) = bytes.split_at_checked(count).ok_or_else(cut_off)?;
    *bytes = rest;
    Ok(taken)
}

fn cut_off() -> SqlError {
    damaged("it ends within a message".to_owned())
}

#[cfg(test)]
#[path = "streams/tests.rs"]
mod tests;
