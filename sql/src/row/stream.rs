//! [`RowStream`]: the rows of a query that is still running, one by one.

use arrow::record_batch::RecordBatch;
use flint_sql_spec::{Result, StructType};

use super::Row;
use super::rows::row_of;
use crate::session::QueryStream;

/// The rows of a query, computed batch by batch as they are asked for. It ends behind an error.
#[derive(Debug)]
pub struct RowStream {
    batches: QueryStream,
    batch: Option<RecordBatch>,
    next: usize,
}

impl RowStream {
    pub(crate) fn new(batches: QueryStream) -> RowStream {
        RowStream {
            batches,
            batch: None,
            next: 0,
        }
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &StructType {
        self.batches.schema()
    }
}

impl Iterator for RowStream {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        loop {
            match &self.batch {
                Some(batch) if self.next < batch.num_rows() => {
                    self.next += 1;
                    return Some(row_of(self.batches.schema(), batch, self.next - 1));
                }
                // The batch that was read goes before the next one is computed.
                _ => self.batch = None,
            }
            match self.batches.next()? {
                Ok(batch) => self.batch = Some(batch),
                Err(error) => return Some(Err(error)),
            }
            self.next = 0;
        }
    }
}
