//! Lambdas over columns of elements.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{prep_null_mask_filter, take, take_arrays};
use arrow::datatypes::DataType as ArrowType;
use datafusion::logical_expr::LambdaArgument;
use flint_sql_columnar::Raised;
use flint_sql_spec::SqlError;

use crate::site::Site;

/// A lambda argument.
pub(crate) type Lambda = LambdaArgument;

/// A call for a batch of rows: arguments that are values, and those that are lambdas, in order.
pub(crate) struct Call<'a> {
    pub(crate) site: &'a Site,
    pub(crate) layout: &'a ArrowType,
    pub(crate) rows: usize,
    pub(crate) values: Vec<ArrayRef>,
    pub(crate) lambdas: Vec<&'a Lambda>,
}

impl Call<'_> {
    /// The elements of the array in place `i`.
    pub(crate) fn elements(&self, i: usize) -> Result<Elements, Raised> {
        let list = self.values[i].as_list_opt::<i32>();
        let list = list.ok_or_else(|| SqlError::internal("an array was expected"))?;
        Elements::of(list)
    }

    /// The values of lambda `i` for elements of the rows `row_of`, given its parameters.
    pub(crate) fn evaluate(
        &self,
        i: usize,
        parameters: &[ArrayRef],
        row_of: &UInt32Array,
    ) -> Result<ArrayRef, Raised> {
        type Given<'p> = Box<dyn Fn() -> datafusion::common::Result<ArrayRef> + 'p>;
        let given: Vec<Given<'_>> = parameters
            .iter()
            .map(|parameter| -> Given<'_> { Box::new(|| Ok(Arc::clone(parameter))) })
            .collect();
        let given: Vec<&dyn Fn() -> datafusion::common::Result<ArrayRef>> =
            given.iter().map(|given| &**given as _).collect();
        let found = self.lambdas[i]
            .evaluate(&given, |captures| Ok(take_arrays(captures, row_of, None)?))?;
        Ok(found.into_array(row_of.len())?)
    }

    /// The values of a lambda that says yes or no.
    pub(crate) fn test(
        &self,
        i: usize,
        parameters: &[ArrayRef],
        row_of: &UInt32Array,
    ) -> Result<BooleanArray, Raised> {
        let found = self.evaluate(i, parameters, row_of)?;
        if found.data_type() == &ArrowType::Null {
            return Ok(BooleanArray::new_null(found.len()));
        }
        Ok(found.as_boolean().clone())
    }
}

/// Where a test says yes; null is no.
pub(crate) fn yes(said: &BooleanArray) -> BooleanArray {
    if said.null_count() == 0 {
        said.clone()
    } else {
        prep_null_mask_filter(said)
    }
}

/// The elements of arrays one after the other, those of null arrays and outside of slices left out.
#[derive(Debug)]
pub(crate) struct Elements {
    pub(crate) values: ArrayRef,
    pub(crate) offsets: OffsetBuffer<i32>,
    pub(crate) nulls: Option<NullBuffer>,
    /// The row of each element.
    pub(crate) row_of: UInt32Array,
}

impl Elements {
    pub(crate) fn of(list: &ListArray) -> Result<Elements, Raised> {
        let rows = list.len();
        let length = |row: usize| {
            if list.is_null(row) {
                0
            } else {
                list.value_length(row) as usize
            }
        };
        let offsets = OffsetBuffer::from_lengths((0..rows).map(length));
        let mut row_of = Vec::with_capacity(offsets[rows] as usize);
        let mut places = Vec::with_capacity(offsets[rows] as usize);
        for row in 0..rows {
            let first = list.value_offsets()[row] as u32;
            for place in 0..length(row) as u32 {
                row_of.push(row as u32);
                places.push(first + place);
            }
        }
        let dense = list.offsets().first() == Some(&0) && places.len() == list.values().len();
        let values = if dense {
            Arc::clone(list.values())
        } else {
            take(list.values(), &UInt32Array::from(places), None)?
        };
        Ok(Elements {
            values,
            offsets,
            nulls: list.nulls().cloned(),
            row_of: UInt32Array::from(row_of),
        })
    }

    /// Rows.
    pub(crate) fn rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Where the elements of a row are.
    pub(crate) fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    /// Whether a row's array is null.
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The place of each element in its array, from 0.
    pub(crate) fn places(&self) -> ArrayRef {
        let places = (0..self.rows()).flat_map(|row| 0..self.range(row).len() as i32);
        Arc::new(Int32Array::from_iter_values(places))
    }
}
