//! `atleastnnonnulls`: whether enough of a row is there. `na.drop` keeps rows by it; SQL text cannot
//! name it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use flint_sql_spec::Result;

use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[Scalar::new("atleastnnonnulls", at_least)];

/// The number of values that must be there, and the values. NaN is not there either.
fn at_least(site: &Site) -> Result<Kernel> {
    let values = site.arguments.len();
    Ok(Arc::new(move |args| {
        let columns = (1..values).map(|at| args.array(at));
        let columns = columns.collect::<Result<Vec<ArrayRef>, _>>()?;
        let mut there = vec![0_i32; args.rows()];
        for column in &columns {
            count(column, &mut there);
        }
        let wanted = args.numbers::<arrow::datatypes::Int32Type>(0)?;
        let rows = there.iter().enumerate();
        let enough = rows.map(|(row, there)| wanted.get(row).is_some_and(|least| *there >= least));
        let enough: Vec<bool> = enough.collect();
        Ok(Arc::new(BooleanArray::from(enough)) as ArrayRef)
    }))
}

/// Adds one for each row that has a value.
fn count(column: &ArrayRef, there: &mut [i32]) {
    let nulls = column.logical_nulls();
    let is_valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let is_nan: Box<dyn Fn(usize) -> bool> = match column.data_type() {
        DataType::Float32 => {
            let numbers = column.as_primitive::<Float32Type>();
            Box::new(|row| numbers.value(row).is_nan())
        }
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            Box::new(|row| numbers.value(row).is_nan())
        }
        _ => Box::new(|_| false),
    };
    for (row, there) in there.iter_mut().enumerate() {
        *there += i32::from(is_valid(row) && !is_nan(row));
    }
}
