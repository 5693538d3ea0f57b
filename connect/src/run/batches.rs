//! Rows on their way to a client.
//!
//! Each response holds a whole Arrow stream: a schema and one batch. Batches of the engine are joined
//! and cut so that a message has up to [`MAX_BATCH_BYTES`] and as many rows as the session says
//! (`spark.sql.execution.arrow.maxRecordsPerBatch`). A client that allows it gets a stream that is
//! longer than it prefers in several responses. Without rows one stream of an empty batch is sent.
//!
//! Spark's types of the columns come with the first response: a response more costs a client that
//! releases what it has read a call more.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use flint_connect_plans::data_type_message;
use flint_connect_protocol::spark::connect as proto;
use flint_sql_columnar::arrow_schema;
use flint_sql_spec::{DataType as SqlType, Result, SqlError, StructType};
use proto::execute_plan_response::{ArrowBatch, ResponseType};

use super::Run;

/// Bytes of a message's rows, about: as in Spark, seven tenths of the 4 MiB that clients of gRPC take
/// unless they say more (`spark.connect.grpc.arrow.maxBatchSize`).
const MAX_BATCH_BYTES: usize = (4 << 20) / 10 * 7;

/// The smallest size of pieces that a client may ask for, in bytes.
const MIN_CHUNK_BYTES: usize = 1024;

/// Into which pieces a client wants long batches cut.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chunking {
    /// Bytes of a piece; `None`: batches stay whole.
    bytes: Option<usize>,
}

impl Chunking {
    /// What a client asks for.
    pub(crate) fn of(options: &proto::ResultChunkingOptions) -> Chunking {
        let preferred = options.preferred_arrow_chunk_size;
        let preferred = preferred.and_then(|bytes| usize::try_from(bytes).ok());
        let bytes = preferred.unwrap_or(MAX_BATCH_BYTES);
        Chunking {
            bytes: (options.allow_arrow_batch_chunking)
                .then_some(bytes.clamp(MIN_CHUNK_BYTES, MAX_BATCH_BYTES)),
        }
    }
}

/// Sends rows for a run.
pub(super) struct Batches<'a> {
    run: &'a Run,
    layout: SchemaRef,
    /// Spark's types, until they are sent.
    schema: Option<proto::DataType>,
    joined: Option<BatchCoalescer>,
    max_rows: usize,
    sent_rows: usize,
    sent_batches: usize,
}

impl<'a> Batches<'a> {
    pub(super) fn new(run: &'a Run, schema: &StructType) -> Result<Batches<'a>> {
        let conf = run.spark().conf();
        let zone = conf.get("spark.sql.session.timeZone")?;
        let rows = conf.get_option("spark.sql.execution.arrow.maxRecordsPerBatch");
        let rows = rows.and_then(|rows| rows.trim().parse::<i64>().ok());
        let max_rows = rows.and_then(|rows| usize::try_from(rows).ok());
        Ok(Batches {
            run,
            layout: Arc::new(layout(schema, &zone)?),
            schema: Some(data_type_message(&SqlType::Struct(schema.clone()))),
            joined: None,
            max_rows: max_rows.filter(|rows| *rows > 0).unwrap_or(usize::MAX),
            sent_rows: 0,
            sent_batches: 0,
        })
    }

    /// Takes some rows, and sends what is ready.
    pub(super) fn send(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = conform(batch, &self.layout)?;
        if batch.num_columns() == 0 {
            return self.whole(&batch);
        }
        let rows = batch.num_rows();
        let fitting = (MAX_BATCH_BYTES * rows / batch.get_array_memory_size().max(1)).max(1);
        let target = fitting.min(self.max_rows);
        if self.joined.is_none() {
            let joined = BatchCoalescer::new(Arc::clone(&self.layout), target);
            self.joined = Some(joined);
        }
        let Some(joined) = &mut self.joined else {
            return Ok(());
        };
        joined.push_batch(batch).map_err(raise)?;
        self.ready()
    }

    /// Sends what is left; without any rows, an empty batch.
    pub(super) fn end(&mut self) -> Result<()> {
        if let Some(joined) = &mut self.joined {
            joined.finish_buffered_batch().map_err(raise)?;
        }
        self.ready()?;
        if self.sent_batches == 0 {
            let empty = RecordBatch::new_empty(Arc::clone(&self.layout));
            self.whole(&empty)?;
        }
        Ok(())
    }

    fn ready(&mut self) -> Result<()> {
        while let Some(batch) =
            (self.joined.as_mut()).and_then(BatchCoalescer::next_completed_batch)
        {
            self.whole(&batch)?;
        }
        Ok(())
    }

    /// Sends a batch as one stream, in pieces if the client wants them.
    fn whole(&mut self, batch: &RecordBatch) -> Result<()> {
        let data = self.encoded(batch).map_err(raise)?;
        let rows = batch.num_rows();
        let size = self.run.chunking.bytes.unwrap_or(usize::MAX);
        let chunks = data.len().div_ceil(size).max(1);
        for at in 0..chunks {
            let piece = data
                .slice(at * size.min(data.len())..data.len().min((at + 1).saturating_mul(size)));
            let chunked = self.run.chunking.bytes.is_some();
            let piece = ResponseType::ArrowBatch(ArrowBatch {
                row_count: number(rows),
                data: piece,
                start_offset: Some(number(self.sent_rows)),
                chunk_index: chunked.then_some(number(at)),
                num_chunks_in_batch: chunked.then_some(number(chunks)),
            });
            self.run.send(proto::ExecutePlanResponse {
                response_type: Some(piece),
                schema: self.schema.take(),
                ..Default::default()
            })?;
        }
        self.sent_rows += rows;
        self.sent_batches += 1;
        Ok(())
    }

    fn encoded(&self, batch: &RecordBatch) -> Result<Bytes, ArrowError> {
        let mut bytes = Vec::with_capacity(batch.get_array_memory_size() + 1024);
        let mut writer = StreamWriter::try_new(&mut bytes, &self.layout)?;
        writer.write(batch)?;
        writer.finish()?;
        drop(writer);
        Ok(bytes.into())
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn raise(error: ArrowError) -> SqlError {
    SqlError::internal(format!("rows can't be sent: {error}"))
}

/// Columns as clients know them: timestamps are shown in the session's time zone.
fn layout(schema: &StructType, zone: &str) -> Result<Schema> {
    let schema = arrow_schema(schema)?;
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| zoned(field, zone))
        .collect();
    Ok(Schema::new(fields))
}

fn zoned(field: &Field, zone: &str) -> Field {
    field
        .clone()
        .with_data_type(zoned_type(field.data_type(), zone))
}

fn zoned_type(data_type: &DataType, zone: &str) -> DataType {
    let inner = |field: &Field| Arc::new(zoned(field, zone));
    match data_type {
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            DataType::Timestamp(TimeUnit::Microsecond, Some(zone.into()))
        }
        DataType::List(item) => DataType::List(inner(item)),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        DataType::Struct(fields) => {
            let fields: Fields = fields.iter().map(|field| inner(field)).collect();
            DataType::Struct(fields)
        }
        other => other.clone(),
    }
}

/// A batch in the layout of the messages.
fn conform(batch: &RecordBatch, layout: &SchemaRef) -> Result<RecordBatch> {
    let typed = batch.columns().iter().zip(layout.fields());
    let columns: Result<Vec<ArrayRef>, ArrowError> = typed
        .map(|(column, field)| {
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                cast(column, field.data_type())
            }
        })
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    columns
        .and_then(|columns| {
            RecordBatch::try_new_with_options(Arc::clone(layout), columns, &options)
        })
        .map_err(raise)
}
