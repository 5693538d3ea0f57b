//! [`Lists`]: an argument that is an array; [`Picked`]: the elements that go into a result.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array, new_empty_array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType as ArrowType, FieldRef};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError};

use crate::arguments::Arguments;
use crate::layout::laid_out;
use crate::limits::{MOST_OF_BATCH, too_long};
use crate::nested::spans;
use crate::site::Site;

/// An argument that is an array, by row.
pub(super) struct Lists {
    /// The elements of all rows.
    pub(super) values: ArrayRef,
    /// Where those of a row are; `None` for null.
    pub(super) spans: Vec<Option<Range<usize>>>,
    nulls: Option<NullBuffer>,
}

impl Lists {
    pub(super) fn of(args: &Arguments, i: usize) -> Result<Lists, Raised> {
        Ok(Lists::new(&args.array(i)?))
    }

    pub(super) fn new(array: &ArrayRef) -> Lists {
        let values = match array.as_list_opt::<i32>() {
            Some(list) => Arc::clone(list.values()),
            None => new_empty_array(&ArrowType::Null),
        };
        Lists {
            spans: spans(array),
            nulls: values.logical_nulls(),
            values,
        }
    }

    /// Whether an element is null.
    pub(super) fn is_null(&self, at: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(at))
    }
}

/// The field of the elements of the call's result.
pub(super) fn element(site: &Site) -> Result<FieldRef> {
    match site.result_layout()? {
        ArrowType::List(field) => Ok(field),
        _ => Err(SqlError::internal("an array lies in memory as a list")),
    }
}

/// The values of several columns one after the other, as elements of `field`.
pub(super) fn joined(field: &FieldRef, columns: &[&ArrayRef]) -> Result<ArrayRef, Raised> {
    let columns: Result<Vec<_>, Raised> = columns
        .iter()
        .map(|column| laid_out(column, field.data_type()))
        .collect();
    let columns = columns?;
    let columns: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
    Ok(concat(&columns)?)
}

/// The elements that go into a result, row after row: places in a column, or null.
#[derive(Debug, Default)]
pub(super) struct Picked {
    places: Vec<Option<u32>>,
    ends: Vec<i32>,
    valid: Vec<bool>,
}

impl Picked {
    /// Makes sure that so many more elements have room.
    ///
    /// # Errors
    /// `COLLECTION_SIZE_LIMIT_EXCEEDED` if the batch would have too many.
    pub(super) fn room(&mut self, function: &str, more: usize) -> Result<(), Raised> {
        let all = self.places.len().saturating_add(more);
        if all > MOST_OF_BATCH {
            return Err(too_long(function, all, MOST_OF_BATCH));
        }
        self.places.reserve(more);
        Ok(())
    }

    /// One more element of the row.
    pub(super) fn push(&mut self, place: usize) {
        self.places.push(Some(place as u32));
    }

    /// A null as one more element of the row.
    pub(super) fn push_null(&mut self) {
        self.places.push(None);
    }

    /// More elements of the row.
    pub(super) fn extend(&mut self, places: impl IntoIterator<Item = usize>) {
        let places = places.into_iter().map(|place| Some(place as u32));
        self.places.extend(places);
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.ends.push(self.places.len() as i32);
        self.valid.push(true);
    }

    /// A row that is null.
    pub(super) fn null(&mut self) {
        self.ends.push(self.places.len() as i32);
        self.valid.push(false);
    }

    /// The lists of these elements of `values`.
    pub(super) fn lists(self, field: &FieldRef, values: &ArrayRef) -> Result<ArrayRef, Raised> {
        let values = take(values, &UInt32Array::from(self.places), None)?;
        let values = laid_out(&values, field.data_type())?;
        list(field, self.ends, values, self.valid)
    }
}

/// Lists that end where `ends` says.
pub(super) fn list(
    field: &FieldRef,
    mut ends: Vec<i32>,
    values: ArrayRef,
    valid: Vec<bool>,
) -> Result<ArrayRef, Raised> {
    ends.insert(0, 0);
    let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
    let offsets = OffsetBuffer::new(ends.into());
    let list = ListArray::try_new(Arc::clone(field), offsets, values, nulls)?;
    Ok(Arc::new(list))
}
