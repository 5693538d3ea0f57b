//! Casts of arrays, maps and structs: part by part.
//!
//! Values that no row shows, behind null lists and in null structs, are left out of the conversion:
//! they may be anything, and must not fail.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, GenericListArray, ListArray, MapArray, OffsetSizeTrait,
    StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{nullif, take};
use arrow::datatypes::{DataType as ArrowType, FieldRef};
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, Result, SqlError};

use super::{Conversion, Convert, converter};

pub(super) fn to_nested(conversion: &Conversion) -> Result<Option<Convert>> {
    Ok(Some(match (&conversion.from, &conversion.to) {
        (DataType::Array { element: from, .. }, DataType::Array { element: to, .. }) => {
            let ArrowType::List(field) = arrow_type(&conversion.to)? else {
                return Err(layout(&conversion.to));
            };
            lists(field, converter(&conversion.between(from, to))?)
        }
        (
            DataType::Map {
                key: fk, value: fv, ..
            },
            DataType::Map {
                key: tk, value: tv, ..
            },
        ) => {
            let keys = converter(&conversion.between(fk, tk))?;
            let values = converter(&conversion.between(fv, tv))?;
            let ArrowType::Map(entries, _) = arrow_type(&conversion.to)? else {
                return Err(layout(&conversion.to));
            };
            maps(entries, keys, values)
        }
        (DataType::Struct(from), DataType::Struct(to)) => {
            let fields: Result<Vec<_>> = from
                .iter()
                .zip(to.iter())
                .map(|(from, to)| converter(&conversion.between(&from.data_type, &to.data_type)))
                .collect();
            structs(arrow_type(&conversion.to)?, fields?)
        }
        _ => return Ok(None),
    }))
}

fn layout(data_type: &DataType) -> SqlError {
    SqlError::internal(format!("{} lies otherwise in memory", data_type.sql()))
}

fn lists(field: FieldRef, convert: Convert) -> Convert {
    Box::new(move |column| {
        let list: &ListArray = column
            .as_list_opt()
            .ok_or_else(|| SqlError::internal("an array lies in memory as a list"))?;
        let list = compact(list)?;
        let values = convert(list.values())?;
        let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
        Ok(Arc::new(ListArray::try_new(
            Arc::clone(&field),
            offsets,
            values,
            nulls,
        )?))
    })
}

/// The same lists over only those values that a row shows.
fn compact<O: OffsetSizeTrait>(list: &GenericListArray<O>) -> Result<GenericListArray<O>, Raised> {
    let hidden = (0..list.len()).any(|row| list.is_null(row) && list.value_length(row) > O::zero());
    if hidden {
        let rows = arrow::array::UInt32Array::from_iter_values(0..list.len() as u32);
        let rows = nullif(&rows, &invalid(list))?;
        return Ok(take(list, &rows, None)?.as_list::<O>().clone());
    }
    let (first, last) = (list.value_offsets()[0], list.value_offsets()[list.len()]);
    let length = (last - first).as_usize();
    if length == list.values().len() {
        return Ok(list.clone());
    }
    let values = list.values().slice(first.as_usize(), length);
    let lengths = (0..list.len()).map(|row| list.value_length(row).as_usize());
    let (ArrowType::List(field) | ArrowType::LargeList(field)) = list.data_type() else {
        return Err(SqlError::internal("a list has the type of lists").into());
    };
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(GenericListArray::try_new(
        Arc::clone(field),
        offsets,
        values,
        list.nulls().cloned(),
    )?)
}

/// True for rows that are null.
fn invalid(array: &dyn Array) -> BooleanArray {
    match array.nulls() {
        Some(nulls) => BooleanArray::new(!nulls.inner(), None),
        None => BooleanArray::new(arrow::buffer::BooleanBuffer::new_unset(array.len()), None),
    }
}

fn maps(field: FieldRef, convert_keys: Convert, convert_values: Convert) -> Convert {
    Box::new(move |column| {
        let map = column
            .as_map_opt()
            .ok_or_else(|| SqlError::internal("a map lies in memory as a map"))?;
        // A map is a list of entries; so what holds for lists holds for it.
        let list = compact(&ListArray::from(map.clone()))?;
        let entries = list.values().as_struct();
        let keys = convert_keys(entries.column(0))?;
        let values = convert_values(entries.column(1))?;
        if keys.null_count() > 0 {
            let error = flint_sql_spec::SqlError::new(flint_sql_spec::condition::NULL_MAP_KEY);
            return Err(error.into());
        }
        let ArrowType::Struct(fields) = field.data_type() else {
            return Err(SqlError::internal("entries of a map are structs").into());
        };
        let entries = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
        let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
        Ok(Arc::new(MapArray::try_new(
            Arc::clone(&field),
            offsets,
            entries,
            nulls,
            false,
        )?))
    })
}

fn structs(layout: ArrowType, converts: Vec<Convert>) -> Convert {
    Box::new(move |column| {
        let whole = column
            .as_struct_opt()
            .ok_or_else(|| SqlError::internal("a struct lies in memory as a struct"))?;
        let ArrowType::Struct(fields) = &layout else {
            return Err(SqlError::internal("a struct lies in memory as a struct").into());
        };
        let columns: Result<Vec<ArrayRef>, Raised> = converts
            .iter()
            .zip(whole.columns())
            .map(|(convert, part)| match whole.null_count() {
                0 => convert(part),
                _ => convert(&nullif(part, &invalid(whole))?),
            })
            .collect();
        let nulls = whole.nulls().cloned();
        let found = StructArray::try_new_with_length(fields.clone(), columns?, nulls, whole.len())?;
        Ok(Arc::new(found))
    })
}
