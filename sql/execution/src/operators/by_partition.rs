//! Values that hang on the partition and on a row's place in it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::PhysicalExpr;

use super::PartitionValue;
use super::exec::{BatchMap, Work};
use super::random::XorShift;

#[derive(Debug)]
pub(super) struct ByPartition {
    pub(super) values: Vec<PartitionValue>,
}

/// A value's state in one partition.
struct Running {
    value: PartitionValue,
    partition: usize,
    row: i64,
    random: XorShift,
}

impl BatchMap for ByPartition {
    fn name(&self) -> &'static str {
        "PartitionValues"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn work(&self, partition: usize, schema: &SchemaRef) -> Work {
        let schema = Arc::clone(schema);
        let mut running: Vec<Running> = self
            .values
            .iter()
            .map(|value| Running::new(*value, partition))
            .collect();
        Work::each(move |batch| {
            let mut columns = batch.columns().to_vec();
            columns.extend(running.iter_mut().map(|value| value.next(batch.num_rows())));
            Ok(vec![RecordBatch::try_new(Arc::clone(&schema), columns)?])
        })
    }
}

impl Running {
    fn new(value: PartitionValue, partition: usize) -> Running {
        let seed = match value {
            PartitionValue::Uniform(seed)
            | PartitionValue::Gaussian(seed)
            | PartitionValue::Uuid(seed) => seed.wrapping_add(partition as i64),
            PartitionValue::Id | PartitionValue::Increasing => 0,
        };
        Running {
            value,
            partition,
            row: 0,
            random: XorShift::new(seed),
        }
    }

    fn next(&mut self, rows: usize) -> ArrayRef {
        match self.value {
            PartitionValue::Id => Arc::new(Int32Array::from(vec![self.partition as i32; rows])),
            PartitionValue::Increasing => {
                let first = ((self.partition as i64) << 33) + self.row;
                self.row += rows as i64;
                Arc::new(Int64Array::from_iter_values(first..first + rows as i64))
            }
            PartitionValue::Uniform(_) => {
                let values = (0..rows).map(|_| self.random.next_double());
                Arc::new(Float64Array::from_iter_values(values))
            }
            PartitionValue::Gaussian(_) => {
                let values = (0..rows).map(|_| self.random.next_gaussian());
                Arc::new(Float64Array::from_iter_values(values))
            }
            PartitionValue::Uuid(_) => {
                let values = (0..rows).map(|_| self.uuid());
                Arc::new(StringArray::from_iter_values(values))
            }
        }
    }

    /// A UUID of version 4, variant 1.
    fn uuid(&mut self) -> String {
        let high = (self.random.next_long() as u64 & !0xf000) | 0x4000;
        let low = (self.random.next_long() as u64 & !(0b11 << 62)) | (0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}
