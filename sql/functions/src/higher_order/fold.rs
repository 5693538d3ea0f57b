//! `aggregate`: elements into one value, step by step. Step k takes the k-th elements of all rows
//! that have one, so that there are as many steps as the longest array has elements.

use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::{cast, interleave, take};
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::DataType;

use super::array::element;
use super::{Call, HigherOrder};
use crate::site::Site;

pub(super) const FUNCTIONS: &[HigherOrder] = &[HigherOrder {
    name: "aggregate",
    parameters,
    run: aggregate,
}];

/// The first lambda takes the value so far and an element, the second the last value.
fn parameters(site: &Site) -> Option<Vec<Vec<DataType>>> {
    let so_far = site.arguments.get(1)?.clone();
    let merge = vec![so_far.clone(), element(site, 0)?];
    let all = [merge, vec![so_far]];
    Some(all.into_iter().take(site.arguments.len() - 2).collect())
}

fn aggregate(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let elements = call.elements(0)?;
    let layout = arrow_type(&call.site.arguments[1])?;
    let mut so_far = cast(&call.values[1], &layout)?;
    let longest = (0..elements.rows())
        .map(|row| elements.range(row).len())
        .max();
    for step in 0..longest.unwrap_or(0) {
        let has = |row: &usize| elements.range(*row).len() > step;
        let rows: Vec<usize> = (0..elements.rows()).filter(has).collect();
        let row_of = UInt32Array::from_iter_values(rows.iter().map(|row| *row as u32));
        let places = rows
            .iter()
            .map(|row| (elements.range(*row).start + step) as u32);
        let parameters = [
            take(&so_far, &row_of, None)?,
            take(
                &elements.values,
                &UInt32Array::from_iter_values(places),
                None,
            )?,
        ];
        let merged = cast(&call.evaluate(0, &parameters, &row_of)?, &layout)?;
        so_far = replaced(&so_far, &merged, &rows)?;
    }
    let all = UInt32Array::from_iter_values(0..elements.rows() as u32);
    let found = match call.lambdas.len() {
        1 => so_far,
        _ => call.evaluate(1, &[so_far], &all)?,
    };
    null_where(&found, |row| elements.is_null(row))
}

/// The column with other values in some rows.
fn replaced(column: &ArrayRef, values: &ArrayRef, rows: &[usize]) -> Result<ArrayRef, Raised> {
    if rows.len() == column.len() {
        return Ok(values.clone());
    }
    let mut next = rows.iter().enumerate().peekable();
    let places: Vec<(usize, usize)> = (0..column.len())
        .map(
            |row| match next.next_if(|(_, replaced)| **replaced == row) {
                Some((at, _)) => (1, at),
                None => (0, row),
            },
        )
        .collect();
    Ok(interleave(&[column, values], &places)?)
}

/// The column with nulls in some rows.
fn null_where(column: &ArrayRef, null: impl Fn(usize) -> bool) -> Result<ArrayRef, Raised> {
    if !(0..column.len()).any(&null) {
        return Ok(column.clone());
    }
    let nulls = new_null_array(column.data_type(), 1);
    let place = |row| if null(row) { (1, 0) } else { (0, row) };
    let places: Vec<(usize, usize)> = (0..column.len()).map(place).collect();
    Ok(interleave(&[column, &nulls], &places)?)
}
