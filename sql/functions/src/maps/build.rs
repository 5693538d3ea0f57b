//! Maps of keys and values: `map`, `map_from_arrays`, `map_from_entries`, `map_concat`,
//! `str_to_map`.
//!
//! A key must not be null. One that comes twice is an error, or the last value wins, which stands
//! where the key was first, as `spark.sql.mapKeyDedupPolicy` says. A key of -0.0 becomes 0.0.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, MapArray, StringArray, StructArray, UInt32Array, new_empty_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType as ArrowType, FieldRef, Fields};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use crate::display::{Style, printer};
use crate::float::normalized;
use crate::keys::Keys;
use crate::layout::laid_out;
use crate::nested::{interleaved, spans};
use crate::scalar::Kernel;
use crate::site::Site;

/// Rows of maps up to this length are searched one by one; longer ones by hash.
const SHORT: usize = 16;

/// What makes maps of the type of a call's result.
#[derive(Debug, Clone)]
pub(super) struct Builder {
    field: FieldRef,
    fields: Fields,
    key: DataType,
    last_wins: bool,
    style: Style,
}

impl Builder {
    pub(super) fn of(site: &Site) -> Result<Builder> {
        let DataType::Map { key, .. } = &site.result else {
            return Err(SqlError::internal("a map was expected"));
        };
        let ArrowType::Map(field, _) = site.result_layout()? else {
            return Err(SqlError::internal("a map lies in memory as a map"));
        };
        let ArrowType::Struct(fields) = field.data_type() else {
            return Err(SqlError::internal("entries of a map are structs"));
        };
        Ok(Builder {
            fields: fields.clone(),
            key: (**key).clone(),
            last_wins: site.settings.last_key_wins,
            style: Style::cast(&site.settings.time_zone, true)?,
            field,
        })
    }

    /// How keys lie in memory.
    pub(super) fn key_layout(&self) -> &ArrowType {
        self.fields[0].data_type()
    }

    /// How values do.
    pub(super) fn value_layout(&self) -> &ArrowType {
        self.fields[1].data_type()
    }

    /// Maps of keys and values as they came: a row's are those between its offsets.
    pub(super) fn build(
        &self,
        offsets: OffsetBuffer<i32>,
        keys: &ArrayRef,
        values: &ArrayRef,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, Raised> {
        let keys = normalized(keys)?;
        match self.places(&offsets, &keys)? {
            None => self.assemble(offsets, &keys, values, nulls),
            Some((offsets, key_places, value_places)) => {
                let keys = take(&keys, &UInt32Array::from(key_places), None)?;
                let values = take(values, &UInt32Array::from(value_places), None)?;
                self.assemble(offsets, &keys, &values, nulls)
            }
        }
    }

    /// Maps of keys of which is known that they fit.
    pub(super) fn assemble(
        &self,
        offsets: OffsetBuffer<i32>,
        keys: &ArrayRef,
        values: &ArrayRef,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, Raised> {
        let columns = vec![
            laid_out(keys, self.key_layout())?,
            laid_out(values, self.value_layout())?,
        ];
        let entries = StructArray::try_new(self.fields.clone(), columns, None)?;
        let field = Arc::clone(&self.field);
        Ok(Arc::new(MapArray::try_new(
            field, offsets, entries, nulls, false,
        )?))
    }

    /// Looks for nulls and for keys that come twice. If the last wins, says which keys and which
    /// values stay; `None` if all do.
    fn places(
        &self,
        offsets: &OffsetBuffer<i32>,
        keys: &ArrayRef,
    ) -> Result<Option<(OffsetBuffer<i32>, Vec<u32>, Vec<u32>)>, Raised> {
        let bytes = Keys::of(keys)?;
        let nulls = keys.logical_nulls();
        let is_null = |at| nulls.as_ref().is_some_and(|nulls| nulls.is_null(at));
        let (mut key_places, mut value_places) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(offsets.len() - 1);
        for ends in offsets.windows(2) {
            let first = key_places.len();
            let mut seen = HashMap::new();
            for at in ends[0] as usize..ends[1] as usize {
                if is_null(at) {
                    return Err(SqlError::new(condition::NULL_MAP_KEY).into());
                }
                let key = bytes.at(at);
                let before = if key_places.len() - first <= SHORT {
                    let row: &[u32] = &key_places[first..];
                    row.iter()
                        .position(|place| bytes.at(*place as usize) == key)
                } else {
                    if seen.is_empty() {
                        let row = key_places[first..].iter().enumerate();
                        seen.extend(row.map(|(i, place)| (bytes.at(*place as usize), i)));
                    }
                    seen.get(&key).copied()
                };
                match before {
                    Some(_) if !self.last_wins => return Err(self.twice(keys, at)),
                    Some(i) => value_places[first + i] = at as u32,
                    None => {
                        if !seen.is_empty() {
                            seen.insert(key, key_places.len() - first);
                        }
                        key_places.push(at as u32);
                        value_places.push(at as u32);
                    }
                }
            }
            lengths.push(key_places.len() - first);
        }
        let whole = key_places.len() == keys.len();
        Ok((!whole).then(|| {
            (
                OffsetBuffer::from_lengths(lengths),
                key_places,
                value_places,
            )
        }))
    }

    fn twice(&self, keys: &ArrayRef, at: usize) -> Raised {
        let key = match printer(keys.as_ref(), &self.key, &self.style) {
            Ok(printer) => printer.text(at),
            Err(error) => return error.into(),
        };
        SqlError::new(condition::DUPLICATED_MAP_KEY)
            .with("key", key)
            .with("mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\"")
            .into()
    }
}

pub(super) fn map(site: &Site) -> Result<Kernel> {
    let builder = Builder::of(site)?;
    Ok(Arc::new(move |args| {
        let keys = interleaved(args, (0..args.len()).step_by(2), builder.key_layout())?;
        let values = interleaved(args, (1..args.len()).step_by(2), builder.value_layout())?;
        let offsets = OffsetBuffer::from_repeated_length(args.len() / 2, args.rows());
        builder.build(offsets, &keys, &values, None)
    }))
}

/// Maps of the keys and values that rows give one after the other.
struct Rows {
    lengths: Vec<usize>,
    keys: Vec<u32>,
    values: Vec<u32>,
    valid: Vec<bool>,
}

impl Rows {
    fn new() -> Rows {
        Rows {
            lengths: Vec::new(),
            keys: Vec::new(),
            values: Vec::new(),
            valid: Vec::new(),
        }
    }

    fn push(&mut self, key: usize, value: usize) {
        self.keys.push(key as u32);
        self.values.push(value as u32);
    }

    /// Ends a row that began when there were `first` keys.
    fn end(&mut self, first: usize, valid: bool) {
        self.lengths.push(self.keys.len() - first);
        self.valid.push(valid);
    }

    fn build(
        self,
        builder: &Builder,
        keys: &ArrayRef,
        values: &ArrayRef,
    ) -> Result<ArrayRef, Raised> {
        let keys = take(keys, &UInt32Array::from(self.keys), None)?;
        let values = take(values, &UInt32Array::from(self.values), None)?;
        let valid = self.valid;
        let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
        builder.build(
            OffsetBuffer::from_lengths(self.lengths),
            &keys,
            &values,
            nulls,
        )
    }
}

pub(super) fn from_arrays(site: &Site) -> Result<Kernel> {
    let builder = Builder::of(site)?;
    Ok(Arc::new(move |args| {
        let (keys, values) = (args.array(0)?, args.array(1)?);
        let mut rows = Rows::new();
        for both in spans(&keys).into_iter().zip(spans(&values)) {
            let first = rows.keys.len();
            let (Some(of_keys), Some(of_values)) = both else {
                rows.end(first, false);
                continue;
            };
            if of_keys.len() != of_values.len() {
                return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_2128).into());
            }
            of_keys.zip(of_values).for_each(|(k, v)| rows.push(k, v));
            rows.end(first, true);
        }
        rows.build(&builder, &elements(&keys), &elements(&values))
    }))
}

/// The elements of an array column.
fn elements(array: &ArrayRef) -> ArrayRef {
    match array.as_list_opt::<i32>() {
        Some(list) => Arc::clone(list.values()),
        None => new_empty_array(&ArrowType::Null),
    }
}

/// Null if an entry is null.
pub(super) fn from_entries(site: &Site) -> Result<Kernel> {
    let builder = Builder::of(site)?;
    Ok(Arc::new(move |args| {
        let array = args.array(0)?;
        let entries = elements(&array);
        let whole = entries
            .as_struct_opt()
            .ok_or_else(|| SqlError::internal("entries are structs"))?;
        let mut rows = Rows::new();
        for span in spans(&array) {
            let first = rows.keys.len();
            let span = span.filter(|span| span.clone().all(|at| whole.is_valid(at)));
            let valid = span.is_some();
            span.into_iter().flatten().for_each(|at| rows.push(at, at));
            rows.end(first, valid);
        }
        rows.build(&builder, whole.column(0), whole.column(1))
    }))
}

/// The entries of all maps; null if one is null.
pub(super) fn concatenated(site: &Site) -> Result<Kernel> {
    let builder = Builder::of(site)?;
    Ok(Arc::new(move |args| {
        let maps = args.arrays()?;
        let spans: Vec<_> = maps.iter().map(spans).collect();
        let part = |i: usize, layout: &ArrowType| {
            let parts = maps.iter().map(|map| match map.as_map_opt() {
                Some(map) => laid_out(map.entries().column(i), layout),
                None => Ok(new_empty_array(layout)),
            });
            let parts: Result<Vec<_>, Raised> = parts.collect();
            let parts = parts?;
            if parts.is_empty() {
                return Ok::<_, Raised>(new_empty_array(layout));
            }
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            Ok(concat(&parts)?)
        };
        let (keys, values) = (
            part(0, builder.key_layout())?,
            part(1, builder.value_layout())?,
        );
        let mut rows = Rows::new();
        for row in 0..args.rows() {
            let first = rows.keys.len();
            let valid = spans.iter().all(|spans| spans[row].is_some());
            let mut behind = 0;
            for (map, spans) in maps.iter().zip(&spans) {
                let span = spans[row].clone().filter(|_| valid);
                span.into_iter()
                    .flatten()
                    .for_each(|at| rows.push(behind + at, behind + at));
                behind += map.as_map_opt().map_or(0, |map| map.entries().len());
            }
            rows.end(first, valid);
        }
        rows.build(&builder, &keys, &values)
    }))
}

/// Characters that mean something in a pattern of Java's.
const PATTERN: &[char] = &[
    '\\', '^', '$', '.', '|', '?', '*', '+', '(', ')', '[', ']', '{', '}',
];

/// Pairs and their parts, split at texts. A pair without a value has the value null.
pub(super) fn from_text(site: &Site) -> Result<Kernel> {
    let builder = Builder::of(site)?;
    Ok(Arc::new(move |args| {
        let (texts, pairs, parts) = (args.strings(0)?, args.strings(1)?, args.strings(2)?);
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        let (mut lengths, mut valid) = (Vec::new(), Vec::new());
        for row in 0..args.rows() {
            let first = keys.len();
            if let (Some(text), Some(pair), Some(part)) =
                (texts.get(row), pairs.get(row), parts.get(row))
            {
                if [pair, part].iter().any(|text| text.contains(PATTERN)) {
                    let what = "patterns as delimiters of str_to_map";
                    let error = SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what);
                    return Err(error.into());
                }
                for entry in split(text, pair, usize::MAX) {
                    let mut both = split(entry, part, 2).into_iter();
                    keys.push(both.next());
                    values.push(both.next());
                }
                valid.push(true);
            } else {
                valid.push(false);
            }
            lengths.push(keys.len() - first);
        }
        let keys: ArrayRef = Arc::new(StringArray::from(keys));
        let values: ArrayRef = Arc::new(StringArray::from(values));
        let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
        builder.build(OffsetBuffer::from_lengths(lengths), &keys, &values, nulls)
    }))
}

/// At most `limit` parts of a text; an empty delimiter is between all characters.
fn split<'a>(text: &'a str, delimiter: &str, limit: usize) -> Vec<&'a str> {
    if !delimiter.is_empty() || text.is_empty() {
        return match delimiter {
            "" => vec![text],
            _ => text.splitn(limit, delimiter).collect(),
        };
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while parts.len() + 1 < limit {
        let Some(first) = rest.chars().next().filter(|c| c.len_utf8() < rest.len()) else {
            break;
        };
        let (head, tail) = rest.split_at(first.len_utf8());
        parts.push(head);
        rest = tail;
    }
    parts.push(rest);
    parts
}
