//! Functions of maps.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, MapArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{cast, concat, filter, take};
use arrow::datatypes::DataType as ArrowType;
use arrow::row::{RowConverter, SortField};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, SqlError, condition};

use super::lambda::{Elements, yes};
use super::{Call, HigherOrder};
use crate::site::Site;

pub(super) const FUNCTIONS: &[HigherOrder] = &[
    HigherOrder {
        name: "map_filter",
        parameters: key_and_value,
        run: keep,
    },
    HigherOrder {
        name: "transform_keys",
        parameters: key_and_value,
        run: with_keys,
    },
    HigherOrder {
        name: "transform_values",
        parameters: key_and_value,
        run: with_values,
    },
    HigherOrder {
        name: "map_zip_with",
        parameters: key_and_two_values,
        run: zip_with,
    },
];

fn types(site: &Site, i: usize) -> Option<(DataType, DataType)> {
    match site.arguments.get(i)? {
        DataType::Map { key, value, .. } => Some(((**key).clone(), (**value).clone())),
        _ => None,
    }
}

fn key_and_value(site: &Site) -> Option<Vec<Vec<DataType>>> {
    let (key, value) = types(site, 0)?;
    Some(vec![vec![key, value]])
}

fn key_and_two_values(site: &Site) -> Option<Vec<Vec<DataType>>> {
    let (key, left) = types(site, 0)?;
    let (_, right) = types(site, 1)?;
    Some(vec![vec![key, left, right]])
}

/// The entries of maps one after the other: keys and values.
struct Entries {
    elements: Elements,
    keys: ArrayRef,
    values: ArrayRef,
}

impl Entries {
    fn of(call: &Call<'_>, i: usize) -> Result<Entries, Raised> {
        let map = call.values[i].as_map_opt();
        let map = map.ok_or_else(|| SqlError::internal("a map was expected"))?;
        let elements = Elements::of(&map.clone().into())?;
        let entries = elements.values.as_struct().clone();
        Ok(Entries {
            keys: Arc::clone(entries.column(0)),
            values: Arc::clone(entries.column(1)),
            elements,
        })
    }
}

/// A map of the call's type.
fn map(
    call: &Call<'_>,
    offsets: OffsetBuffer<i32>,
    keys: &ArrayRef,
    values: &ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, Raised> {
    let ArrowType::Map(field, sorted) = call.layout else {
        return Err(SqlError::internal("a map was expected").into());
    };
    let ArrowType::Struct(fields) = field.data_type() else {
        return Err(SqlError::internal("entries of a map are structs").into());
    };
    let columns = vec![
        cast(keys, fields[0].data_type())?,
        cast(values, fields[1].data_type())?,
    ];
    let entries = StructArray::try_new(fields.clone(), columns, None)?;
    let map = MapArray::try_new(Arc::clone(field), offsets, entries, nulls, *sorted)?;
    Ok(Arc::new(map))
}

fn keep(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let Entries {
        elements,
        keys,
        values,
    } = Entries::of(call, 0)?;
    let parameters = [Arc::clone(&keys), Arc::clone(&values)];
    let mask = yes(&call.test(0, &parameters, &elements.row_of)?);
    let kept = |row| elements.range(row).filter(|at| mask.value(*at)).count();
    let offsets = OffsetBuffer::from_lengths((0..elements.rows()).map(kept));
    let (keys, values) = (filter(&keys, &mask)?, filter(&values, &mask)?);
    map(call, offsets, &keys, &values, elements.nulls)
}

fn with_values(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let entries = Entries::of(call, 0)?;
    let parameters = [Arc::clone(&entries.keys), Arc::clone(&entries.values)];
    let values = call.evaluate(0, &parameters, &entries.elements.row_of)?;
    let elements = entries.elements;
    map(
        call,
        elements.offsets,
        &entries.keys,
        &values,
        elements.nulls,
    )
}

fn with_keys(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let entries = Entries::of(call, 0)?;
    let parameters = [Arc::clone(&entries.keys), Arc::clone(&entries.values)];
    let keys = call.evaluate(0, &parameters, &entries.elements.row_of)?;
    if keys.logical_null_count() > 0 {
        return Err(SqlError::new(condition::NULL_MAP_KEY).into());
    }
    let elements = entries.elements;
    let places = places_of_keys(std::slice::from_ref(&keys))?;
    for row in 0..elements.rows() {
        let mut seen = std::collections::HashSet::new();
        if let Some(twice) = elements.range(row).find(|at| !seen.insert(&places[0][*at])) {
            let shown = datafusion::common::ScalarValue::try_from_array(&keys, twice)?;
            return Err(SqlError::new(condition::DUPLICATED_MAP_KEY)
                .with("key", shown.to_string())
                .with("mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\"")
                .into());
        }
    }
    map(
        call,
        elements.offsets,
        &keys,
        &entries.values,
        elements.nulls,
    )
}

/// Keys of several columns as bytes that are equal where keys are.
fn places_of_keys(columns: &[ArrayRef]) -> Result<Vec<Vec<Vec<u8>>>, Raised> {
    let Some(first) = columns.first() else {
        return Ok(Vec::new());
    };
    let converter = RowConverter::new(vec![SortField::new(first.data_type().clone())])?;
    columns
        .iter()
        .map(|column| {
            let rows = converter.convert_columns(std::slice::from_ref(column))?;
            Ok(rows.iter().map(|row| row.as_ref().to_vec()).collect())
        })
        .collect()
}

/// Values of equal keys side by side, in the order in which keys come first.
fn zip_with(call: &Call<'_>) -> Result<ArrayRef, Raised> {
    let (left, right) = (Entries::of(call, 0)?, Entries::of(call, 1)?);
    let right_keys = cast(&right.keys, left.keys.data_type())?;
    let bytes = places_of_keys(&[Arc::clone(&left.keys), Arc::clone(&right_keys)])?;
    let mut lengths = Vec::with_capacity(call.rows);
    let (mut keys, mut lefts, mut rights) = (Vec::new(), Vec::new(), Vec::new());
    let mut row_of = Vec::new();
    let behind = left.keys.len();
    for row in 0..call.rows {
        if left.elements.is_null(row) || right.elements.is_null(row) {
            lengths.push(0);
            continue;
        }
        let first = keys.len();
        let mut at_key: HashMap<&[u8], usize> = HashMap::new();
        for at in left.elements.range(row) {
            at_key.insert(&bytes[0][at], keys.len());
            keys.push(at as u32);
            lefts.push(Some(at as u32));
            rights.push(None);
        }
        for at in right.elements.range(row) {
            match at_key.get(&*bytes[1][at]) {
                Some(place) => rights[*place] = Some(at as u32),
                None => {
                    keys.push((behind + at) as u32);
                    lefts.push(None);
                    rights.push(Some(at as u32));
                }
            }
        }
        lengths.push(keys.len() - first);
        row_of.resize(keys.len(), row as u32);
    }
    let all_keys = concat(&[&left.keys, &right_keys])?;
    let keys = take(&all_keys, &UInt32Array::from(keys), None)?;
    let parameters = [
        Arc::clone(&keys),
        take(&left.values, &UInt32Array::from(lefts), None)?,
        take(&right.values, &UInt32Array::from(rights), None)?,
    ];
    let values = call.evaluate(0, &parameters, &UInt32Array::from(row_of))?;
    let nulls = NullBuffer::union(left.elements.nulls.as_ref(), right.elements.nulls.as_ref());
    map(
        call,
        OffsetBuffer::from_lengths(lengths),
        &keys,
        &values,
        nulls,
    )
}
