//! `array_sort` by a comparator: the lambda says of two elements which comes first. It is evaluated
//! for all pairs of a row at once, which costs the square of the length, and the order follows from
//! what it said.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Int32Type;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, SqlError, condition};

use super::array::{element, list};
use super::{Call, HigherOrder};
use crate::site::Site;

pub(super) const FUNCTIONS: &[HigherOrder] = &[HigherOrder {
    name: "array_sort",
    parameters,
    run: sort,
}];

fn parameters(site: &Site) -> Option<Vec<Vec<DataType>>> {
    let element = element(site, 0)?;
    Some(vec![vec![element.clone(), element]])
}

fn sort(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let elements = call.elements(0)?;
    let mut order: Vec<u32> = Vec::with_capacity(elements.values.len());
    for row in 0..elements.rows() {
        let range = elements.range(row);
        let length = range.len();
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        // One element is compared with none.
        let compared = if length > 1 { range.clone() } else { 0..0 };
        for left in compared.clone() {
            for right in compared.clone() {
                lefts.push(left as u32);
                rights.push(right as u32);
            }
        }
        let row_of = UInt32Array::from(vec![row as u32; lefts.len()]);
        let parameters = [
            take(&elements.values, &UInt32Array::from(lefts), None)?,
            take(&elements.values, &UInt32Array::from(rights), None)?,
        ];
        let said = call.evaluate(0, &parameters, &row_of)?;
        let said = said.as_primitive::<Int32Type>();
        if said.null_count() > 0 {
            return Err(SqlError::new(condition::COMPARATOR_RETURNS_NULL)
                .with("firstValue", "")
                .with("secondValue", "")
                .into());
        }
        let compared = |left: usize, right: usize| said.value(left * length + right).cmp(&0);
        let sorted = merge_sorted((0..length).collect(), &compared);
        order.extend(sorted.into_iter().map(|place| (range.start + place) as u32));
    }
    let values = take(&elements.values, &UInt32Array::from(order), None)?;
    list(elements.offsets, values, elements.nulls)
}

/// A stable merge sort that ends whatever the comparator says; the standard library's may panic
/// where it contradicts itself.
fn merge_sorted(items: Vec<usize>, compared: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    if items.len() < 2 {
        return items;
    }
    let right = merge_sorted(items[items.len() / 2..].to_vec(), compared);
    let left = merge_sorted(items[..items.len() / 2].to_vec(), compared);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    let mut merged = Vec::with_capacity(items.len());
    while let (Some(l), Some(r)) = (left.peek(), right.peek()) {
        let next = if compared(*l, *r) == Ordering::Greater {
            &mut right
        } else {
            &mut left
        };
        merged.extend(next.next());
    }
    merged.extend(left);
    merged.extend(right);
    merged
}
