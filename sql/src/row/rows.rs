//! [`Rows`]: the rows of batches, one by one.

use arrow::record_batch::RecordBatch;
use flint_sql_columnar::literal;
use flint_sql_spec::{Result, StructType};

use super::Row;

/// The rows of a result, taken out of its columns as they are asked for.
#[derive(Debug)]
pub struct Rows {
    schema: StructType,
    batches: std::vec::IntoIter<RecordBatch>,
    batch: Option<RecordBatch>,
    next: usize,
}

impl Rows {
    pub(crate) fn new(schema: StructType, batches: Vec<RecordBatch>) -> Rows {
        Rows {
            schema,
            batches: batches.into_iter(),
            batch: None,
            next: 0,
        }
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &StructType {
        &self.schema
    }
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        loop {
            match &self.batch {
                Some(batch) if self.next < batch.num_rows() => {
                    let row = self.next;
                    self.next += 1;
                    return Some(row_of(&self.schema, batch, row));
                }
                _ => {
                    self.batch = Some(self.batches.next()?);
                    self.next = 0;
                }
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let current = self
            .batch
            .as_ref()
            .map_or(0, |batch| batch.num_rows() - self.next);
        let later: usize = self
            .batches
            .as_slice()
            .iter()
            .map(RecordBatch::num_rows)
            .sum();
        (current + later, Some(current + later))
    }
}

impl ExactSizeIterator for Rows {}

pub(super) fn row_of(schema: &StructType, batch: &RecordBatch, row: usize) -> Result<Row> {
    let columns = schema.iter().zip(batch.columns());
    let values = columns.map(|(field, column)| literal(column, row, &field.data_type));
    Ok(Row::new(schema.clone(), values.collect::<Result<_>>()?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, StringArray};
    use flint_sql_spec::{DataType, StructField};

    use super::*;

    #[test]
    fn rows_go_over_batches_empty_ones_too() {
        let schema = StructType::new([
            StructField::new("n", DataType::Integer, true),
            StructField::new("s", DataType::STRING, true),
        ]);
        let batch = |numbers: Vec<Option<i32>>, strings: Vec<Option<&str>>| {
            let columns: [(&str, ArrayRef); 2] = [
                ("n", Arc::new(Int32Array::from(numbers))),
                ("s", Arc::new(StringArray::from(strings))),
            ];
            RecordBatch::try_from_iter_with_nullable(columns.map(|(n, c)| (n, c, true))).unwrap()
        };
        let batches = vec![
            batch(vec![Some(1), None], vec![Some("a"), Some("b")]),
            batch(vec![], vec![]),
            batch(vec![Some(3)], vec![None]),
        ];
        let rows = Rows::new(schema, batches);
        assert_eq!(rows.len(), 3);
        let rows: Vec<Row> = rows.collect::<Result<_>>().unwrap();
        let values: Vec<(Option<i32>, Option<String>)> = rows
            .iter()
            .map(|row| (row.get(0).unwrap(), row.get_by_name("s").unwrap()))
            .collect();
        let expected = [(Some(1), Some("a")), (None, Some("b")), (Some(3), None)];
        assert_eq!(values, expected.map(|(n, s)| (n, s.map(str::to_owned))));
        assert_eq!(rows[0].get::<i64>(0).unwrap(), 1);
        assert_eq!(format!("{:?}", rows[1]), "Row(n=null, s=b)");
    }

    #[test]
    fn getters_refuse_what_does_not_fit() {
        let schema = StructType::new([StructField::new("n", DataType::Long, true)]);
        let row = Row::new(schema.clone(), vec![5_i64.into()]);
        let of = |error: flint_sql_spec::SqlError| error.condition().name.to_string();
        assert_eq!(
            of(row.get::<i32>(0).unwrap_err()),
            "CANNOT_UP_CAST_DATATYPE"
        );
        assert_eq!(of(row.get::<i64>(1).unwrap_err()), "FIELD_NOT_FOUND");
        assert_eq!(
            of(row.get_by_name::<i64>("m").unwrap_err()),
            "FIELD_NOT_FOUND"
        );
        let null = Row::new(schema, vec![flint_sql_spec::Literal::Null(DataType::Long)]);
        assert_eq!(of(null.get::<i64>(0).unwrap_err()), "ROW_VALUE_IS_NULL");
        assert_eq!(null.get::<Option<i64>>(0).unwrap(), None);
    }
}
