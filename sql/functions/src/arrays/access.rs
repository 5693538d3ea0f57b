//! Single elements: `get`, `element_at`, subscripts; also of maps, by key.
//!
//! `a[i]` and `get` count from 0, `element_at` from 1 and from the end by negative numbers. An
//! index that fits none is an error of `a[i]` and `element_at` in ANSI mode; else it gives null.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType as ArrowType, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::lists::Lists;
use crate::arguments::Arguments;
use crate::keys::Keys;
use crate::nested::spans;
use crate::scalar::Kernel;
use crate::site::Site;

/// The place of the element of an index.
type Find = fn(i64, &Range<usize>) -> Result<Option<usize>>;

pub(super) fn get(_: &Site) -> Result<Kernel> {
    Ok(elements(|index, span| Ok(from_zero(index, span))))
}

pub(super) fn item(site: &Site) -> Result<Kernel> {
    Ok(match (&site.arguments[0], site.ansi) {
        (DataType::Map { .. }, _) => value(),
        (_, false) => elements(|index, span| Ok(from_zero(index, span))),
        (_, true) => elements(|index, span| match from_zero(index, span) {
            Some(found) => Ok(Some(found)),
            None => Err(out_of_bounds(condition::INVALID_ARRAY_INDEX, index, span)),
        }),
    })
}

pub(super) fn element_at(site: &Site) -> Result<Kernel> {
    if !site.ansi {
        return try_element_at(site);
    }
    Ok(match &site.arguments[0] {
        DataType::Map { .. } => value(),
        _ => elements(|index, span| match from_one(index, span)? {
            Some(found) => Ok(Some(found)),
            None => {
                let condition = condition::INVALID_ARRAY_INDEX_IN_ELEMENT_AT;
                Err(out_of_bounds(condition, index, span))
            }
        }),
    })
}

pub(super) fn try_element_at(site: &Site) -> Result<Kernel> {
    Ok(match &site.arguments[0] {
        DataType::Map { .. } => value(),
        _ => elements(from_one),
    })
}

fn from_zero(index: i64, span: &Range<usize>) -> Option<usize> {
    let index = usize::try_from(index).ok()?;
    (index < span.len()).then(|| span.start + index)
}

fn from_one(index: i64, span: &Range<usize>) -> Result<Option<usize>> {
    Ok(match index {
        0 => return Err(SqlError::new(condition::INVALID_INDEX_OF_ZERO)),
        1.. => from_zero(index - 1, span),
        _ => from_zero(span.len() as i64 + index, span),
    })
}

fn out_of_bounds(
    condition: flint_sql_spec::Condition,
    index: i64,
    span: &Range<usize>,
) -> SqlError {
    SqlError::new(condition)
        .with("indexValue", index.to_string())
        .with("arraySize", span.len().to_string())
}

fn elements(find: Find) -> Kernel {
    Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let indices = cast(&args.array(1)?, &ArrowType::Int64)?;
        let indices = indices.as_primitive::<Int64Type>();
        let place = |row: usize| match &lists.spans[row] {
            Some(span) if indices.is_valid(row) => find(indices.value(row), span),
            _ => Ok(None),
        };
        let places = (0..args.rows()).map(|row| Ok(place(row)?.map(|at| at as u32)));
        let places: Result<UInt32Array, SqlError> = places.collect();
        Ok(take(&lists.values, &places?, None)?)
    })
}

/// The value of a key; null if the map has none.
fn value() -> Kernel {
    Arc::new(|args| {
        let map = args.array(0)?;
        let Some(entries) = map.as_map_opt().map(|map| map.entries()) else {
            return Err(SqlError::internal("a map lies in memory as a map").into());
        };
        let places = places_of_keys(args, &map, entries.column(0))?;
        Ok(take(entries.column(1), &places, None)?)
    })
}

/// Where the second argument is among the keys of a map.
pub(crate) fn places_of_keys(
    args: &Arguments,
    map: &ArrayRef,
    keys: &ArrayRef,
) -> Result<UInt32Array, Raised> {
    let (wanted, constant) = args.held(1)?;
    let [keys, wanted_keys] = Keys::of_all([keys, &wanted])?;
    let rows = spans(map).into_iter().enumerate().map(|(row, span)| {
        let row = if constant { 0 } else { row };
        if wanted.is_null(row) {
            return None;
        }
        let place = span?.find(|at| keys.at(*at) == wanted_keys.at(row));
        place.map(|at| at as u32)
    });
    Ok(rows.collect())
}
