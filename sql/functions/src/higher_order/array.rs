//! Functions of arrays that look at elements one by one.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, ListArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{filter, take};
use arrow::datatypes::Field;
use flint_sql_columnar::Raised;
use flint_sql_spec::DataType;

use super::lambda::yes;
use super::{Call, HigherOrder};
use crate::site::Site;

pub(super) const FUNCTIONS: &[HigherOrder] = &[
    HigherOrder {
        name: "transform",
        parameters: element_and_place,
        run: transform,
    },
    HigherOrder {
        name: "filter",
        parameters: element_and_place,
        run: keep,
    },
    HigherOrder {
        name: "exists",
        parameters: element_and_place,
        run: exists,
    },
    HigherOrder {
        name: "forall",
        parameters: element_and_place,
        run: for_all,
    },
    HigherOrder {
        name: "zip_with",
        parameters: two_elements,
        run: zip_with,
    },
];

/// The type of the elements of an argument.
pub(super) fn element(site: &Site, i: usize) -> Option<DataType> {
    match site.arguments.get(i)? {
        DataType::Array { element, .. } => Some((**element).clone()),
        _ => None,
    }
}

fn element_and_place(site: &Site) -> Option<Vec<Vec<DataType>>> {
    Some(vec![vec![element(site, 0)?, DataType::Integer]])
}

fn two_elements(site: &Site) -> Option<Vec<Vec<DataType>>> {
    Some(vec![vec![element(site, 0)?, element(site, 1)?]])
}

/// A list over values of any type.
pub(super) fn list(
    offsets: OffsetBuffer<i32>,
    values: ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, Raised> {
    let field = Field::new("element", values.data_type().clone(), true);
    Ok(Arc::new(ListArray::try_new(
        Arc::new(field),
        offsets,
        values,
        nulls,
    )?))
}

fn transform(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let elements = call.elements(0)?;
    let parameters = [Arc::clone(&elements.values), elements.places()];
    let values = call.evaluate(0, &parameters, &elements.row_of)?;
    list(elements.offsets, values, elements.nulls)
}

fn keep(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let elements = call.elements(0)?;
    let parameters = [Arc::clone(&elements.values), elements.places()];
    let mask = yes(&call.test(0, &parameters, &elements.row_of)?);
    let kept = |row| elements.range(row).filter(|at| mask.value(*at)).count();
    let offsets = OffsetBuffer::from_lengths((0..elements.rows()).map(kept));
    let values = filter(&elements.values, &mask)?;
    list(offsets, values, elements.nulls)
}

/// True if one is, else null if one is null, else false.
fn exists(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    three_valued(call, true)
}

/// False if one is, else null if one is null, else true.
fn for_all(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    three_valued(call, false)
}

/// `decides` if one element is that, else null if one is null, else the opposite.
fn three_valued(call: &Call<'_>, decides: bool) -> Result<ArrayRef, Raised> {
    let elements = call.elements(0)?;
    let parameters = [Arc::clone(&elements.values), elements.places()];
    let found = call.test(0, &parameters, &elements.row_of)?;
    let of_row = |row: usize| {
        if elements.is_null(row) {
            return None;
        }
        let mut range = elements.range(row);
        if range
            .clone()
            .any(|at| found.is_valid(at) && found.value(at) == decides)
        {
            return Some(decides);
        }
        (!range.any(|at| found.is_null(at))).then_some(!decides)
    };
    let rows = (0..elements.rows()).map(of_row);
    Ok(Arc::new(rows.collect::<BooleanArray>()))
}

/// Pairs by place; the shorter array is filled up with nulls.
fn zip_with(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let (left, right) = (call.elements(0)?, call.elements(1)?);
    let (mut lefts, mut rights, mut row_of) = (Vec::new(), Vec::new(), Vec::new());
    let mut lengths = Vec::with_capacity(left.rows());
    for row in 0..left.rows() {
        if left.is_null(row) || right.is_null(row) {
            lengths.push(0);
            continue;
        }
        let (l, r) = (left.range(row), right.range(row));
        let length = l.len().max(r.len());
        for place in 0..length {
            lefts.push((place < l.len()).then_some((l.start + place) as u32));
            rights.push((place < r.len()).then_some((r.start + place) as u32));
            row_of.push(row as u32);
        }
        lengths.push(length);
    }
    let parameters = [
        take(&left.values, &UInt32Array::from(lefts), None)?,
        take(&right.values, &UInt32Array::from(rights), None)?,
    ];
    let values = call.evaluate(0, &parameters, &UInt32Array::from(row_of))?;
    let nulls = NullBuffer::union(left.nulls.as_ref(), right.nulls.as_ref());
    list(OffsetBuffer::from_lengths(lengths), values, nulls)
}
