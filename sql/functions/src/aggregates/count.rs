//! `count`, `count_if` and `regr_count`: rows where no argument is null.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::datatypes::{DataType as ArrowType, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::count::count_udaf;
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Call, Made};
use super::fold::{Fold, Folded};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("count", make).or(zero).like(count_udaf),
    Aggregate::new("regr_count", make).or(zero),
    Aggregate::new("count_if", make_if).or(zero),
];

fn zero(_: &ArrowType) -> datafusion::common::Result<ScalarValue> {
    Ok(ScalarValue::Int64(Some(0)))
}

fn make(_: &Call<'_>) -> Made {
    Ok(Folded::boxed(Count))
}

fn make_if(_: &Call<'_>) -> Made {
    Ok(Folded::boxed(CountIf))
}

#[derive(Debug)]
struct Count;

impl Fold for Count {
    type State = i64;
    type Rows<'a> = ();
    type Saved<'a> = Int64Array;

    const RETRACTS: bool = true;

    fn start(&self) -> i64 {
        0
    }

    fn rows(&self, _: &[ArrayRef]) -> Result<(), Raised> {
        Ok(())
    }

    #[inline]
    fn add(&self, state: &mut i64, (): &(), _: usize) -> Result<(), Raised> {
        *state += 1;
        Ok(())
    }

    fn remove(&self, state: &mut i64, (): &(), _: usize) -> Result<(), Raised> {
        *state -= 1;
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Int64]
    }

    fn save(&self, states: &[i64]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved(&self, columns: &[ArrayRef]) -> Result<Int64Array, Raised> {
        Ok(columns[0].as_primitive::<Int64Type>().clone())
    }

    fn merge(&self, state: &mut i64, saved: &Int64Array, row: usize) -> Result<(), Raised> {
        *state += saved.value(row);
        Ok(())
    }

    fn finish(&self, states: &[i64]) -> Result<ArrayRef, Raised> {
        Ok(Arc::new(Int64Array::from(states.to_vec())))
    }
}

#[derive(Debug)]
struct CountIf;

impl Fold for CountIf {
    type State = i64;
    type Rows<'a> = BooleanArray;
    type Saved<'a> = Int64Array;

    const RETRACTS: bool = true;

    fn start(&self) -> i64 {
        0
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<BooleanArray, Raised> {
        Ok(columns[0].as_boolean().clone())
    }

    fn add(&self, state: &mut i64, rows: &BooleanArray, row: usize) -> Result<(), Raised> {
        *state += i64::from(rows.value(row));
        Ok(())
    }

    fn remove(&self, state: &mut i64, rows: &BooleanArray, row: usize) -> Result<(), Raised> {
        *state -= i64::from(rows.value(row));
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        Count.layout()
    }

    fn save(&self, states: &[i64]) -> Result<Vec<ArrayRef>, Raised> {
        Count.save(states)
    }

    fn saved(&self, columns: &[ArrayRef]) -> Result<Int64Array, Raised> {
        Count.saved(columns)
    }

    fn merge(&self, state: &mut i64, saved: &Int64Array, row: usize) -> Result<(), Raised> {
        Count.merge(state, saved, row)
    }

    fn finish(&self, states: &[i64]) -> Result<ArrayRef, Raised> {
        Count.finish(states)
    }
}
