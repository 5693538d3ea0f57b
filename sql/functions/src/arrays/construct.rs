//! Arrays of values: `array`, `array_repeat`, `arrays_zip`.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType as ArrowType, Int32Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use super::lists::{Lists, Picked, element, list};
use crate::layout::laid_out;
use crate::nested::interleaved;
use crate::scalar::Kernel;
use crate::site::Site;

/// The longest array that Spark makes.
pub(super) const LIMIT: i64 = crate::limits::MOST as i64;

pub(super) fn array(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let values = interleaved(args, 0..args.len(), field.data_type())?;
        let offsets = OffsetBuffer::from_repeated_length(args.len(), args.rows());
        Ok(Arc::new(ListArray::try_new(
            Arc::clone(&field),
            offsets,
            values,
            None,
        )?))
    }))
}

/// The error of an array that `parameter` makes too long.
pub(super) fn too_long(function: &str, elements: impl ToString) -> Raised {
    SqlError::new(condition::COLLECTION_SIZE_LIMIT_EXCEEDED_PARAMETER)
        .with("numberOfElements", elements.to_string())
        .with("maxRoundedArrayLength", LIMIT.to_string())
        .with("parameter", "`count`")
        .with("functionName", format!("`{function}`"))
        .into()
}

pub(super) fn repeat(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let (values, counts) = (args.array(0)?, args.numbers::<Int32Type>(1)?);
        let mut picked = Picked::default();
        for row in 0..args.rows() {
            match counts.get(row) {
                Some(count) if i64::from(count) > LIMIT => {
                    return Err(too_long("array_repeat", count));
                }
                Some(count) => {
                    picked.room("array_repeat", count.max(0) as usize)?;
                    picked.extend((0..count).map(|_| row));
                    picked.end();
                }
                None => picked.null(),
            }
        }
        picked.lists(&field, &values)
    }))
}

/// Structs of the elements in one place; arrays that are shorter give nulls.
pub(super) fn zip(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    let ArrowType::Struct(fields) = field.data_type().clone() else {
        return Err(SqlError::internal("arrays are zipped to structs"));
    };
    Ok(Arc::new(move |args| {
        let lists: Result<Vec<Lists>, Raised> =
            (0..args.len()).map(|i| Lists::of(args, i)).collect();
        let lists = lists?;
        let mut places: Vec<Vec<Option<u32>>> = vec![Vec::new(); lists.len()];
        let (mut ends, mut valid, mut end) = (Vec::new(), Vec::new(), 0);
        for row in 0..args.rows() {
            let spans: Option<Vec<_>> = lists.iter().map(|list| list.spans[row].clone()).collect();
            valid.push(spans.is_some());
            let spans = spans.unwrap_or_default();
            let length = spans.iter().map(|span| span.len()).max().unwrap_or(0);
            for (places, span) in places.iter_mut().zip(&spans) {
                let place = |i| (i < span.len()).then_some((span.start + i) as u32);
                places.extend((0..length).map(place));
            }
            end += length;
            ends.push(end as i32);
        }
        let columns: Result<Vec<ArrayRef>, Raised> = lists
            .iter()
            .zip(places)
            .zip(&fields)
            .map(|((list, places), field)| {
                let column = take(&list.values, &UInt32Array::from(places), None)?;
                laid_out(&column, field.data_type())
            })
            .collect();
        let nulls = None::<NullBuffer>;
        let structs = StructArray::try_new_with_length(fields.clone(), columns?, nulls, end)?;
        list(&field, ends, Arc::new(structs), valid)
    }))
}
