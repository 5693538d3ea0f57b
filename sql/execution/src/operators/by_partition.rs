//! Values that hang on the partition and on a row's place in it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::PhysicalExpr;
use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

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
            for value in &mut running {
                columns.push(value.next(batch.num_rows())?);
            }
            Ok(vec![RecordBatch::try_new(Arc::clone(&schema), columns)?])
        })
    }
}

impl Running {
    fn new(value: PartitionValue, partition: usize) -> Running {
        let seed = match value {
            PartitionValue::Uniform(seed)
            | PartitionValue::Gaussian(seed)
            | PartitionValue::Uuid(seed)
            | PartitionValue::Text { seed, .. } => seed.wrapping_add(partition as i64),
            PartitionValue::Id | PartitionValue::Increasing => 0,
        };
        Running {
            value,
            partition,
            row: 0,
            random: XorShift::new(seed),
        }
    }

    fn next(&mut self, rows: usize) -> Result<ArrayRef, Raised> {
        Ok(match self.value {
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
            PartitionValue::Text { length, .. } => {
                let length = length as usize;
                if length.saturating_mul(rows) > i32::MAX as usize {
                    let limit = condition::COLLECTION_SIZE_LIMIT_EXCEEDED_FUNCTION;
                    return Err(SqlError::new(limit)
                        .with("numberOfElements", length.to_string())
                        .with(
                            "maxRoundedArrayLength",
                            (i32::MAX as usize / rows).to_string(),
                        )
                        .with("functionName", "`randstr`")
                        .into());
                }
                let values = (0..rows).map(|_| self.text(length));
                Arc::new(StringArray::from_iter_values(values))
            }
        })
    }

    /// Digits, small and capital letters, all of them about as likely.
    fn text(&mut self, length: usize) -> String {
        let signs = (b'0'..=b'9').chain(b'a'..=b'z').chain(b'A'..=b'Z');
        let signs: Vec<char> = signs.map(char::from).collect();
        let mut next = || (self.random.next_int() % 62).unsigned_abs() as usize;
        (0..length).map(|_| signs[next()]).collect()
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
