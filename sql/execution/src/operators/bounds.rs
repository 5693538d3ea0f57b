//! Bounds of ranges that hold about as many rows each, from a sample: Spark's `RangePartitioner`.
//!
//! Every partition is sampled on its own, by as many rows as all together need; a sampled row stands
//! for the rows of its partition that were not taken. Keys are compared as bytes in Arrow's row
//! format, which sorts like the keys. Samples are by chance with a fixed seed, so that a plan over
//! the same rows has the same bounds; small inputs are sampled whole, and their bounds are Spark's.

use std::sync::Arc;

use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::runtime::JoinSet;
use datafusion::common::{DataFusionError, Result as DataFusionResult, ScalarValue, SplitPoint};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_plan::{
    ExecutionPlan, ExecutionPlanProperties, SendableRecordBatchStream,
};
use futures::StreamExt;

use super::random::XorShift;

/// `spark.sql.execution.rangeExchange.sampleSizePerPartition` as Spark has it.
const SAMPLES_OF_A_PARTITION: f64 = 100.0;

/// Rows that stand for those of a partition.
struct Sample {
    rows: Vec<OwnedRow>,
    /// How many rows there were.
    seen: u64,
}

/// The places where ranges end, at most `count - 1`: fewer where values repeat.
pub(super) async fn sampled(
    input: Arc<dyn ExecutionPlan>,
    order: &LexOrdering,
    count: usize,
    context: &Arc<TaskContext>,
) -> DataFusionResult<Vec<SplitPoint>> {
    let schema = input.schema();
    let fields = order
        .iter()
        .map(|key| {
            let layout = key.expr.data_type(&schema)?;
            Ok(SortField::new_with_options(layout, key.options))
        })
        .collect::<DataFusionResult<Vec<_>>>()?;
    let converter = Arc::new(RowConverter::new(fields)?);
    let partitions = input.output_partitioning().partition_count();
    // Three times what is needed, because partitions differ in size.
    let wanted = (SAMPLES_OF_A_PARTITION * count as f64).min(1e6) * 3.0;
    let wanted = (wanted / partitions.max(1) as f64).ceil() as usize;
    let mut running = JoinSet::new();
    for partition in 0..partitions {
        let rows = input.execute(partition, Arc::clone(context))?;
        let (order, converter) = (order.clone(), Arc::clone(&converter));
        running.spawn(sample(rows, order, converter, wanted, partition as i64));
    }
    let mut weighed = Vec::new();
    while let Some(sample) = running.join_next().await {
        let sample = sample.map_err(|error| DataFusionError::External(Box::new(error)))??;
        let weight = sample.seen as f64 / sample.rows.len().max(1) as f64;
        weighed.extend(sample.rows.into_iter().map(|row| (row, weight)));
    }
    weighed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let bounds: Vec<&OwnedRow> = ends(&weighed, count);
    let columns = converter.convert_rows(bounds.iter().map(|row| row.row()))?;
    let split = |row: usize| {
        let values = columns
            .iter()
            .map(|column| ScalarValue::try_from_array(column, row));
        Ok(SplitPoint::new(values.collect::<DataFusionResult<_>>()?))
    };
    (0..bounds.len()).map(split).collect()
}

/// A sample of so many rows, each of which is as likely as any other (Vitter's reservoir).
async fn sample(
    mut batches: SendableRecordBatchStream,
    order: LexOrdering,
    converter: Arc<RowConverter>,
    wanted: usize,
    seed: i64,
) -> DataFusionResult<Sample> {
    let mut random = XorShift::new(seed);
    let mut sample = Sample {
        rows: Vec::new(),
        seen: 0,
    };
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let keys = order
            .iter()
            .map(|key| key.expr.evaluate(&batch)?.into_array(batch.num_rows()))
            .collect::<DataFusionResult<Vec<_>>>()?;
        for row in &converter.convert_columns(&keys)? {
            sample.seen += 1;
            if sample.rows.len() < wanted {
                sample.rows.push(row.owned());
                continue;
            }
            let at = (random.next_double() * sample.seen as f64) as usize;
            if let Some(replaced) = sample.rows.get_mut(at) {
                *replaced = row.owned();
            }
        }
    }
    Ok(sample)
}

/// The first key of each range but the first. A range ends, as Spark's do, with the key at which its
/// part of the weight is full, and the next begins with the next greater one.
fn ends<K: Ord>(weighed: &[(K, f64)], count: usize) -> Vec<&K> {
    let total: f64 = weighed.iter().map(|(_, weight)| weight).sum();
    let step = total / count.max(1) as f64;
    let (mut passed, mut target) = (0.0, step);
    let mut last: Option<&K> = None;
    let mut begins = Vec::new();
    let mut ranges = 1;
    for (i, (key, weight)) in weighed.iter().enumerate() {
        if ranges >= count {
            break;
        }
        passed += weight;
        if passed >= target && last.is_none_or(|last| key > last) {
            ranges += 1;
            target += step;
            last = Some(key);
            if let Some((next, _)) = weighed[i..].iter().find(|(next, _)| next > key) {
                begins.push(next);
            }
        }
    }
    begins
}

#[cfg(test)]
mod tests {
    use super::ends;

    fn begins(keys: &[i32], count: usize) -> Vec<i32> {
        let weighed: Vec<(i32, f64)> = keys.iter().map(|key| (*key, 1.0)).collect();
        ends(&weighed, count).into_iter().copied().collect()
    }

    #[test]
    fn ranges_hold_as_many_rows_each_as_sparks() {
        let keys: Vec<i32> = (0..20).collect();
        assert_eq!(begins(&keys, 1), [0; 0]);
        assert_eq!(begins(&keys, 2), [10]);
        assert_eq!(begins(&keys, 3), [7, 14]);
        assert_eq!(begins(&keys, 4), [5, 10, 15]);
        assert_eq!(begins(&keys, 7), [3, 6, 9, 12, 15, 18]);
    }

    #[test]
    fn equal_keys_stay_together() {
        assert_eq!(begins(&[0, 0, 1, 2, 3, 3, 3], 2), [3]);
        assert_eq!(begins(&[0, 0, 1, 2, 3, 3, 3], 3), [2]);
        assert_eq!(begins(&[5, 5, 5], 4), [0; 0]);
        assert_eq!(begins(&[], 4), [0; 0]);
    }
}
