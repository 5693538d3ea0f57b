//! Some of the rows, by chance: those whose random number lies between the bounds, or each row as
//! often as a Poisson number says.
//!
//! Without replacement the rows are Spark's for the same seed and partitions
//! (`BernoulliCellSampler`); with replacement the distribution is Spark's, the rows are not: its
//! generator is another library's.

use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::{filter_record_batch, take_record_batch};
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::PhysicalExpr;
use flint_sql_columnar::Raised;

use super::exec::{BatchMap, Work};
use super::random::XorShift;

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) with_replacement: bool,
    pub(super) seed: i64,
}

impl BatchMap for Sample {
    fn name(&self) -> &'static str {
        "Sample"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn work(&self, partition: usize, _: &SchemaRef) -> Work {
        let mut random = XorShift::new(self.seed.wrapping_add(partition as i64));
        let (lower, upper) = (self.lower, self.upper);
        if self.with_replacement {
            Work::each(move |batch| Ok(vec![repeated(&batch, upper - lower, &mut random)?]))
        } else {
            Work::each(move |batch| {
                let keep: BooleanArray = (0..batch.num_rows())
                    .map(|_| {
                        let value = random.next_double();
                        Some(lower <= value && value < upper)
                    })
                    .collect();
                Ok(vec![filter_record_batch(&batch, &keep)?])
            })
        }
    }
}

fn repeated(batch: &RecordBatch, mean: f64, random: &mut XorShift) -> Result<RecordBatch, Raised> {
    let mut rows = Vec::new();
    for row in 0..batch.num_rows() as u32 {
        let times = poisson(mean, random);
        rows.extend(std::iter::repeat_n(row, times));
    }
    Ok(take_record_batch(batch, &UInt32Array::from(rows))?)
}

/// A number of a Poisson distribution, by products of uniform ones (Knuth).
fn poisson(mean: f64, random: &mut XorShift) -> usize {
    let limit = (-mean).exp();
    let mut product = random.next_double();
    let mut count = 0;
    while product > limit {
        count += 1;
        product *= random.next_double();
    }
    count
}
