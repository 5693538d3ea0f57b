//! [`Replayed`]: a window's frame that loses rows, for aggregates that cannot take rows away.
//!
//! It keeps the rows of the frame and aggregates them anew for each result, as Spark does. Rows come
//! at the end of a frame and go at its start.

use std::fmt;
use std::mem::size_of;

use arrow::array::ArrayRef;
use arrow::compute::concat;
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::Accumulator;
use flint_sql_spec::SqlError;

use super::call::Aggregation;

pub(crate) struct Replayed {
    aggregation: Box<dyn Aggregation>,
    /// Batches of arguments, in order.
    batches: Vec<Vec<ArrayRef>>,
    /// Rows of the first batches that have left.
    gone: usize,
}

impl Replayed {
    pub(crate) fn new(aggregation: Box<dyn Aggregation>) -> Replayed {
        Replayed {
            aggregation,
            batches: Vec::new(),
            gone: 0,
        }
    }

    /// The rows of the frame, as one batch.
    fn rows(&mut self) -> DataFusionResult<Option<&[ArrayRef]>> {
        let Some(first) = self.batches.first() else {
            return Ok(None);
        };
        if self.batches.len() > 1 || self.gone > 0 {
            let whole = |i: usize| -> DataFusionResult<ArrayRef> {
                let parts: Vec<_> = self.batches.iter().map(|batch| batch[i].as_ref()).collect();
                let all = concat(&parts)?;
                Ok(all.slice(self.gone, all.len() - self.gone))
            };
            let columns = (0..first.len())
                .map(whole)
                .collect::<DataFusionResult<Vec<_>>>()?;
            self.batches = vec![columns];
            self.gone = 0;
        }
        Ok(self.batches.first().map(Vec::as_slice))
    }
}

impl fmt::Debug for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replayed")
            .field("batches", &self.batches.len())
            .finish_non_exhaustive()
    }
}

impl Accumulator for Replayed {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        self.batches.push(values.to_vec());
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        self.gone += values.first().map_or(0, |column| column.len());
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let mut accumulator = self.aggregation.accumulator()?;
        if let Some(rows) = self.rows()? {
            accumulator.update_batch(rows)?;
        }
        accumulator.evaluate()
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        Err(flint_sql_columnar::to_datafusion(SqlError::internal(
            "frames of windows have no partial results",
        )))
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> DataFusionResult<()> {
        Err(flint_sql_columnar::to_datafusion(SqlError::internal(
            "frames of windows have no partial results",
        )))
    }

    fn size(&self) -> usize {
        let columns = self.batches.iter().flatten();
        size_of::<Self>()
            + columns
                .map(|column| column.get_array_memory_size())
                .sum::<usize>()
    }
}
