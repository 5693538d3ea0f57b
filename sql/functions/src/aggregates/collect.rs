//! `collect_list`, `collect_set`, `listagg` and `mode`: of all values of a group.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, ListArray, StringBuilder, UInt32Array, new_empty_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, take};
use arrow::datatypes::DataType as ArrowType;
use arrow::row::{RowConverter, SortField};
use datafusion::common::ScalarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::Literal;

use super::call::{Aggregate, Aggregation, Call, Made};
use super::distinct::Distinct;
use super::gather::{Gather, Gathered};
use super::table_order::{Codes, codes, in_counts, in_set};
use crate::float::normalized;

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("collect_list", list).or(empty_list),
    Aggregate::new("collect_set", set)
        .or(empty_list)
        .indifferent_to_repeats(),
    Aggregate::new("listagg", listagg).ordered(),
    Aggregate::new("mode", mode).ordered(),
];

pub(super) fn empty_list(layout: &ArrowType) -> datafusion::common::Result<ScalarValue> {
    let ArrowType::List(element) = layout else {
        return ScalarValue::try_from(layout);
    };
    let values = new_empty_array(element.data_type());
    let offsets = arrow::buffer::OffsetBuffer::from_lengths([0]);
    let list = ListArray::try_new(Arc::clone(element), offsets, values, None)?;
    Ok(ScalarValue::List(Arc::new(list)))
}

fn list(call: &Call<'_>) -> Made {
    let ArrowType::List(element) = call.result.clone() else {
        return Err(call.unknown_type());
    };
    Ok(Gather::boxed(
        call,
        &[0],
        Arc::new(move |gathered| {
            let (values, offsets) = (Arc::clone(&gathered.columns[0]), gathered.offsets.clone());
            Ok(Arc::new(ListArray::try_new(
                Arc::clone(&element),
                offsets,
                values,
                None,
            )?) as ArrayRef)
        }),
    ))
}

/// The distinct values, as a set holds them.
fn set(call: &Call<'_>) -> Made {
    let ArrowType::List(element) = call.result.clone() else {
        return Err(call.unknown_type());
    };
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let (column, offsets) = (&gathered.columns[0], gathered.offsets.clone());
        let values = match codes(column, Codes::Alike) {
            Some(code) => {
                let mut rows = Vec::with_capacity(column.len());
                for group in gathered.groups() {
                    let codes: Vec<i32> = group.clone().map(&code).collect();
                    let held = in_set(&codes).into_iter();
                    rows.extend(held.map(|place| (group.start + place) as u32));
                }
                take(column, &UInt32Array::from(rows), None)?
            }
            None => Arc::clone(column),
        };
        let element = Arc::clone(&element);
        Ok(Arc::new(ListArray::try_new(
            element, offsets, values, None,
        )?))
    };
    let list = Gather::boxed(call, &[0], Arc::new(finish));
    let distinct = Distinct::new(list, call.inputs.clone())?;
    Ok(Box::new(distinct) as Box<dyn Aggregation>)
}

/// Rows of a group by the keys behind its first `from` columns; as they came, where there is none.
pub(super) fn ordered(
    gathered: &Gathered,
    from: usize,
    options: &[SortOptions],
    rows: &std::ops::Range<usize>,
) -> Result<Vec<usize>, Raised> {
    if options.is_empty() {
        return Ok(rows.clone().collect());
    }
    let keys = gathered.columns[from..]
        .iter()
        .zip(options)
        .map(|(column, options)| SortColumn {
            values: column.slice(rows.start, rows.len()),
            options: Some(*options),
        });
    let order = lexsort_to_indices(&keys.collect::<Vec<_>>(), None)?;
    Ok(order
        .values()
        .iter()
        .map(|row| rows.start + *row as usize)
        .collect())
}

/// Texts, or bytes, end to end with a separator between them.
fn listagg(call: &Call<'_>) -> Made {
    let separator: Vec<u8> = match call.site.constant(1) {
        Some(Literal::String(text)) => text.as_bytes().to_vec(),
        Some(Literal::Binary(bytes)) => bytes.to_vec(),
        _ => Vec::new(),
    };
    let (from, options) = (call.inputs.len(), call.options.clone());
    let text = match call.result {
        ArrowType::Utf8 => true,
        ArrowType::Binary => false,
        _ => return Err(call.unknown_type()),
    };
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let mut joined: Vec<Option<Vec<u8>>> = Vec::new();
        for rows in gathered.groups() {
            let parts = ordered(gathered, from, &options, &rows)?;
            let parts = parts
                .into_iter()
                .map(|row| bytes(&gathered.columns[0], row));
            joined.push((!rows.is_empty()).then(|| parts.collect::<Vec<_>>().join(&separator[..])));
        }
        Ok(if text {
            let mut built = StringBuilder::new();
            for value in joined {
                built.append_option(value.as_deref().map(String::from_utf8_lossy));
            }
            Arc::new(built.finish())
        } else {
            let mut built = BinaryBuilder::new();
            joined
                .iter()
                .for_each(|value| built.append_option(value.as_deref()));
            Arc::new(built.finish())
        })
    };
    Ok(Gather::boxed(call, &[0], Arc::new(finish)))
}

fn bytes(column: &ArrayRef, row: usize) -> &[u8] {
    match column.as_string_opt::<i32>() {
        Some(texts) => texts.value(row).as_bytes(),
        None => column.as_binary::<i32>().value(row),
    }
}

/// The value that is there most often; of several the first by the order, or else the first that a
/// table of counts holds.
fn mode(call: &Call<'_>) -> Made {
    let (from, options) = (call.inputs.len(), call.options.clone());
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let values = &gathered.columns[0];
        let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
        let encoded = converter.convert_columns(&[normalized(values)?])?;
        let code = codes(values, Codes::ByType).filter(|_| options.is_empty());
        let mut found = Vec::new();
        for rows in gathered.groups() {
            // Different values as they come: their first rows and how often each is there.
            let (mut places, mut counts) = (HashMap::new(), Vec::<(usize, usize)>::new());
            for row in ordered(gathered, from, &options, &rows)? {
                let place = *places.entry(encoded.row(row)).or_insert(counts.len());
                match counts.get_mut(place) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((row, 1)),
                }
            }
            let most = counts.iter().map(|(_, count)| *count).max();
            let mut modes = counts.iter().filter(|(_, count)| Some(*count) == most);
            let several = modes.clone().nth(1).is_some();
            let first = match &code {
                Some(code) if several => {
                    let codes: Vec<i32> = counts.iter().map(|(row, _)| code(*row)).collect();
                    let held = in_counts(&codes).into_iter().map(|place| &counts[place]);
                    held.clone().find(|(_, count)| Some(*count) == most)
                }
                _ => modes.next(),
            };
            found.push(first.map(|(row, _)| *row as u32));
        }
        Ok(take(values, &UInt32Array::from(found), None)?)
    };
    Ok(Gather::boxed(call, &[0], Arc::new(finish)))
}

/// The nulls of groups without rows.
pub(super) fn empty_groups(gathered: &Gathered) -> NullBuffer {
    gathered
        .groups()
        .map(|rows| !rows.is_empty())
        .collect::<Vec<_>>()
        .into()
}
