//! Functions that give NULL where others fail: `try_add` of dates and the like.
//!
//! The analyzer calls them by the name of the function that fails with `try` before it. A batch is
//! computed as a whole; only when that fails are its rows computed one by one.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::concat;
use datafusion::logical_expr::ColumnarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError};

use crate::arguments::Arguments;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("try date_add", |site| forgiving("date_add", site)),
    Scalar::new("try date_add_interval", |site| {
        forgiving("date_add_interval", site)
    }),
    Scalar::new("try date_minus", |site| forgiving("date_minus", site)),
    Scalar::new("try date_sub", |site| forgiving("date_sub", site)),
    Scalar::new("try date_sub_interval", |site| {
        forgiving("date_sub_interval", site)
    }),
    Scalar::new("try divide_interval", |site| {
        forgiving("divide_interval", site)
    }),
    Scalar::new("try multiply_interval", |site| {
        forgiving("multiply_interval", site)
    }),
    Scalar::new("try time_add", |site| forgiving("time_add", site)),
    Scalar::new("try time_sub", |site| forgiving("time_sub", site)),
    Scalar::new("try timestamp_minus", |site| {
        forgiving("timestamp_minus", site)
    }),
];

fn forgiving(name: &str, site: &Site) -> Result<Kernel> {
    let kernel = crate::registry::kernel(name, site)?
        .ok_or_else(|| SqlError::internal(format!("there is no function {name}")))?;
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        if let Ok(found) = kernel(arguments) {
            return Ok(found);
        }
        let rows: Result<Vec<ArrayRef>, Raised> = (0..arguments.rows())
            .map(|row| {
                let found = kernel(&one_row(arguments, row));
                Ok(found.unwrap_or_else(|_| new_null_array(&layout, 1)))
            })
            .collect();
        let rows = rows?;
        let parts: Vec<&dyn Array> = rows.iter().map(AsRef::as_ref).collect();
        Ok(concat(&parts)?)
    }))
}

/// A row of a batch; constants stay.
fn one_row(arguments: &Arguments, row: usize) -> Arguments {
    let values = (0..arguments.len()).map(|at| match arguments.value(at) {
        ColumnarValue::Array(array) => ColumnarValue::Array(array.slice(row, 1)),
        constant => constant.clone(),
    });
    Arguments::new(values.collect(), 1)
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, Date32Array, IntervalYearMonthArray};
    use arrow::datatypes::Date32Type;
    use flint_sql_spec::{DataType, YearMonthField, YearMonthRange};

    use super::*;

    #[test]
    fn only_rows_that_fail_are_null() {
        let months = DataType::YearMonthInterval(YearMonthRange::only(YearMonthField::Month));
        let site = Site::of(&[DataType::Date, months], DataType::Date);
        let kernel = forgiving("date_add_interval", &site).expect("a kernel");
        let dates: ArrayRef = Arc::new(Date32Array::from(vec![0, i32::MAX, 31]));
        let by: ArrayRef = Arc::new(IntervalYearMonthArray::from(vec![1; 3]));
        let arguments = [dates, by].map(ColumnarValue::Array).to_vec();
        let found = kernel(&Arguments::new(arguments, 3)).expect("a column");
        let found: Vec<_> = found.as_primitive::<Date32Type>().iter().collect();
        assert_eq!(found, [Some(31), None, Some(59)]);
    }
}
