//! `collect_union`: the different elements of all arrays but for nulls, as a set holds them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType as ArrowType;
use arrow::row::{RowConverter, SortField};
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Call, Made};
use super::collect::empty_list;
use super::gather::{Gather, Gathered};
use super::table_order::{Codes, codes, in_set};
use crate::float::normalized;
use crate::layout::laid_out;

pub(super) const FAMILY: &[Aggregate] = &[Aggregate::new("collect_union", make)
    .or(empty_list)
    .indifferent_to_repeats()];

fn make(call: &Call<'_>) -> Made {
    let ArrowType::List(element) = call.result.clone() else {
        return Err(call.unknown_type());
    };
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let lists = gathered.columns[0].as_list::<i32>();
        let values = lists.values();
        let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
        let encoded = converter.convert_columns(&[normalized(values)?])?;
        let code = codes(values, Codes::Alike);
        let (mut places, mut lengths) = (Vec::new(), Vec::new());
        for rows in gathered.groups() {
            let mut seen = HashSet::new();
            let ends = lists.value_offsets();
            let elements = rows.flat_map(|row| ends[row] as usize..ends[row + 1] as usize);
            let found: Vec<usize> = elements
                .filter(|at| values.is_valid(*at) && seen.insert(encoded.row(*at)))
                .collect();
            lengths.push(found.len());
            match &code {
                Some(code) => {
                    let codes: Vec<i32> = found.iter().map(|at| code(*at)).collect();
                    let held = in_set(&codes).into_iter();
                    places.extend(held.map(|place| found[place] as u32));
                }
                None => places.extend(found.into_iter().map(|at| at as u32)),
            }
        }
        let taken = take(values, &UInt32Array::from(places), None)?;
        Ok(Arc::new(ListArray::try_new(
            Arc::clone(&element),
            OffsetBuffer::from_lengths(lengths),
            laid_out(&taken, element.data_type())?,
            None,
        )?))
    };
    Ok(Gather::boxed(call, &[0], Arc::new(finish)))
}
