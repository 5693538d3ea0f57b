//! `concat` and `concat_ws`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StringArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError};

use crate::arguments::{Arguments, Cells};
use crate::each::{binaries, kernel, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("concat", concat),
    Scalar::new("concat_ws", concat_ws),
];

fn concat(site: &Site) -> Result<Kernel> {
    match site.result {
        DataType::Binary => kernel(|args| {
            let parts: Result<Vec<_>, _> = (0..args.len()).map(|i| args.binaries(i)).collect();
            let parts = parts?;
            binaries(args.rows(), |row| {
                let parts: Option<Vec<_>> = parts.iter().map(|part| part.get(row)).collect();
                Ok(parts.map(|parts| parts.concat()))
            })
        }),
        DataType::Array { .. } => {
            let layout = site.result_layout()?;
            kernel(move |args| lists(args, &layout))
        }
        _ => kernel(|args| {
            let parts: Result<Vec<_>, _> = (0..args.len()).map(|i| args.strings(i)).collect();
            let parts = parts?;
            texts(args.rows(), |row| {
                let parts: Option<Vec<_>> = parts.iter().map(|part| part.get(row)).collect();
                Ok(parts.map(|parts| parts.concat()))
            })
        }),
    }
}

/// Arrays end to end; null if one is.
fn lists(args: &Arguments, layout: &ArrowType) -> Result<ArrayRef, Raised> {
    let ArrowType::List(field) = layout else {
        return Err(SqlError::internal("arrays lie in memory as lists").into());
    };
    let columns = args.arrays()?;
    let lists: Vec<&ListArray> = columns.iter().map(|column| column.as_list()).collect();
    let nulls = lists.iter().fold(None, |nulls, list| {
        NullBuffer::union(nulls.as_ref(), list.nulls())
    });
    let mut places = Vec::new();
    let mut sizes = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        let before = places.len();
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            for (which, list) in lists.iter().enumerate() {
                let offsets = list.value_offsets();
                places.extend((offsets[row]..offsets[row + 1]).map(|at| (which, at as usize)));
            }
        }
        sizes.push(places.len() - before);
    }
    let values: Result<Vec<ArrayRef>, _> = lists
        .iter()
        .map(|list| arrow::compute::cast(list.values(), field.data_type()))
        .collect();
    let values = values?;
    let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
    let values = interleave(&values, &places)?;
    let offsets = OffsetBuffer::from_lengths(sizes);
    Ok(Arc::new(ListArray::try_new(
        Arc::clone(field),
        offsets,
        values,
        nulls,
    )?))
}

/// A part of `concat_ws`: a text or some.
enum Part {
    Text(Cells<StringArray>),
    Texts(ListArray),
}

/// Texts with a separator between. Nulls are left out; only a null separator makes null.
fn concat_ws(site: &Site) -> Result<Kernel> {
    let nested: Vec<bool> = site
        .arguments
        .iter()
        .map(|part| matches!(part, DataType::Array { .. }))
        .collect();
    kernel(move |args| {
        let separator = args.strings(0)?;
        let part = |i: usize| -> Result<Part, Raised> {
            Ok(if nested[i] {
                Part::Texts(args.array(i)?.as_list().clone())
            } else {
                Part::Text(args.strings(i)?)
            })
        };
        let parts: Result<Vec<_>, _> = (1..args.len()).map(part).collect();
        let parts = parts?;
        texts(args.rows(), |row| {
            let Some(separator) = separator.get(row) else {
                return Ok(None);
            };
            let mut joined = String::new();
            let mut first = true;
            let mut add = |text: &str| {
                if !first {
                    joined.push_str(separator);
                }
                first = false;
                joined.push_str(text);
            };
            for part in &parts {
                match part {
                    Part::Text(text) => text.get(row).into_iter().for_each(&mut add),
                    Part::Texts(list) if list.is_null(row) => {}
                    Part::Texts(list) => {
                        let texts = list.value(row);
                        texts.as_string::<i32>().iter().flatten().for_each(&mut add);
                    }
                }
            }
            Ok(Some(joined))
        })
    })
}
