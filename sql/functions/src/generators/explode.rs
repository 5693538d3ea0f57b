//! `explode`, `posexplode` and `inline`: the elements of arrays and the entries of maps as rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, UInt32Array};
use arrow::compute::take;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result};

use super::{Generated, Generator};
use crate::field::field;
use crate::nested::spans;
use crate::site::Site;

/// Elements, with their positions before them where `positions` is true.
pub(super) fn explode(site: &Site, positions: bool) -> Result<Generator> {
    let is_map = matches!(site.arguments.first(), Some(DataType::Map { .. }));
    Ok(Generator(Arc::new(move |args| {
        let array = args.array(0)?;
        let (lengths, places, numbers) = elements(&array);
        let mut columns: Vec<ArrayRef> = Vec::new();
        if positions {
            columns.push(Arc::new(Int32Array::from(numbers)));
        }
        if is_map {
            for column in array.as_map().entries().columns() {
                columns.push(take(column, &places, None)?);
            }
        } else {
            columns.push(take(array.as_list::<i32>().values(), &places, None)?);
        }
        Ok(Generated { lengths, columns })
    })))
}

/// The fields of an array's structs; a null struct has null fields.
pub(super) fn inline(_: &Site) -> Result<Generator> {
    Ok(Generator(Arc::new(|args| {
        let array = args.array(0)?;
        let (lengths, places, _) = elements(&array);
        let rows = take(array.as_list::<i32>().values(), &places, None)?;
        let rows = rows.as_struct();
        let fields = (0..rows.num_columns()).map(|place| field(rows, place));
        Ok(Generated {
            lengths,
            columns: fields.collect::<Result<_, Raised>>()?,
        })
    })))
}

/// How many elements each row has, where they are, and which they are in their row.
fn elements(array: &ArrayRef) -> (Vec<usize>, UInt32Array, Vec<i32>) {
    let (mut lengths, mut places, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for span in spans(array) {
        let span = span.unwrap_or_default();
        lengths.push(span.len());
        numbers.extend(0..span.len() as i32);
        places.extend(span.map(|place| place as u32));
    }
    (lengths, UInt32Array::from(places), numbers)
}
