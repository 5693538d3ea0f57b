//! Arrays and maps as spans of their elements.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::Raised;

use crate::arguments::Arguments;
use crate::layout::laid_out;

/// Where the elements of each row are among all elements of an array or a map; `None` for null.
/// A column of another layout has no rows that are not null.
pub(crate) fn spans(array: &ArrayRef) -> Vec<Option<Range<usize>>> {
    let offsets: &[i32] = match array.data_type() {
        ArrowType::List(_) => array.as_list::<i32>().value_offsets(),
        ArrowType::Map(..) => array.as_map().value_offsets(),
        _ => return vec![None; array.len()],
    };
    let span = |(row, ends): (usize, &[i32])| {
        array
            .is_valid(row)
            .then_some(ends[0] as usize..ends[1] as usize)
    };
    offsets.windows(2).enumerate().map(span).collect()
}

/// Arguments of one type by turns: the first of each for the first row, then for the second.
/// Constants are not spread before.
pub(crate) fn interleaved(
    args: &Arguments,
    places: impl ExactSizeIterator<Item = usize>,
    layout: &ArrowType,
) -> Result<ArrayRef, Raised> {
    let count = places.len();
    let mut parts = Vec::with_capacity(count);
    for place in places {
        let (array, constant) = args.held(place)?;
        parts.push((laid_out(&array, layout)?, constant));
    }
    if count == 0 || *layout == ArrowType::Null {
        return Ok(new_null_array(layout, count * args.rows()));
    }
    if let [(array, false)] = &parts[..] {
        return Ok(Arc::clone(array));
    }
    let row = |row| {
        let cells = parts.iter().enumerate();
        cells.map(move |(i, (_, constant))| (i, if *constant { 0 } else { row }))
    };
    let indices: Vec<_> = (0..args.rows()).flat_map(row).collect();
    let arrays: Vec<&dyn Array> = parts.iter().map(|(array, _)| array.as_ref()).collect();
    Ok(interleave(&arrays, &indices)?)
}
