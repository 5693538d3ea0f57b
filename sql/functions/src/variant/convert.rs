//! [`cast_variants`]: variants as values of other types.
//!
//! A value without parts is cast from the type that it has, as `TRY_CAST` does; values of a batch are
//! gathered by that type, so that each cast sees a column. Arrays, maps and structs are taken apart,
//! fields by their exact names; those that are not there are NULL, and so is JSON's null. A string is
//! made of anything: of objects and arrays their JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int64Array, ListArray, MapArray, StringArray, StructArray,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition, with_stack};

use super::read::{Content, Decimal};
use super::text::{json, write_uuid};
use super::{Builder, Fault, Variant, VariantsBuilder};
use crate::cast::{Conversion, Mode, converter};
use crate::datetime::{MICROS_PER_SECOND, Zone};
use crate::site::Site;

/// What casts hang on.
#[derive(Debug, Clone)]
pub(crate) struct Casts {
    /// Whether a value that does not fit is an error, not NULL.
    pub(crate) fails: bool,
    pub(crate) zone: Zone,
    pub(crate) zone_name: flint_sql_spec::Ident,
    pub(crate) now: i64,
}

/// A value to be cast; `None` is NULL.
type Part<'a> = Option<Variant<'a>>;

impl Casts {
    /// Those of a call.
    ///
    /// # Errors
    /// `INVALID_TIMEZONE`.
    pub(crate) fn of(site: &Site, fails: bool) -> Result<Casts> {
        Ok(Casts {
            fails,
            zone: Zone::of(&site.settings.time_zone)?,
            zone_name: site.settings.time_zone.clone(),
            now: site.settings.now,
        })
    }

    /// NULL for a value that does not fit, or the error.
    fn refuse(&self, part: Variant<'_>, to: &DataType) -> Result<(), Raised> {
        if !self.fails {
            return Ok(());
        }
        let shown = json(part, &self.zone).map_err(fault)?;
        let error = SqlError::new(condition::INVALID_VARIANT_CAST)
            .with("value", shown)
            .with("dataType", format!("\"{}\"", to.sql()));
        Err(error.into())
    }
}

fn fault(fault: Fault) -> SqlError {
    fault.error("cast")
}

/// The parts as a column of a type.
///
/// # Errors
/// `INVALID_VARIANT_CAST` where casts fail; `MALFORMED_VARIANT`.
pub(crate) fn cast_variants(
    parts: &[Part<'_>],
    to: &DataType,
    casts: &Casts,
) -> Result<ArrayRef, Raised> {
    match to {
        DataType::Variant => variants(parts),
        DataType::Array { element, .. } => with_stack(|| lists(parts, to, element, casts)),
        DataType::Map { value, .. } => with_stack(|| maps(parts, to, value, casts)),
        DataType::Struct(fields) => with_stack(|| structs(parts, to, fields, casts)),
        _ => flat(parts, to, casts),
    }
}

/// Values of their own, with no names but those that they have.
fn variants(parts: &[Part<'_>]) -> Result<ArrayRef, Raised> {
    let (mut builder, mut found) = (Builder::default(), VariantsBuilder::default());
    for part in parts {
        match part {
            Some(part) => builder
                .copy(*part)
                .and_then(|()| found.push(&mut builder))
                .map_err(fault)?,
            None => found.null(),
        }
    }
    found.finish()
}

/// What a part is, unless it is null in either sense.
fn content<'a>(part: &Part<'a>) -> Result<Option<(Variant<'a>, Content<'a>)>, Raised> {
    let Some(part) = *part else { return Ok(None) };
    match part.content().map_err(fault)? {
        Content::Null => Ok(None),
        content => Ok(Some((part, content))),
    }
}

fn lists(
    parts: &[Part<'_>],
    to: &DataType,
    element: &DataType,
    casts: &Casts,
) -> Result<ArrayRef, Raised> {
    let ArrowType::List(field) = arrow_type(to)? else {
        return Err(SqlError::internal("an array lies in memory as a list").into());
    };
    let (mut inside, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        let before = inside.len();
        valid.push(match content(part)? {
            Some((_, Content::Array(elements))) => {
                for element in elements.iter() {
                    inside.push(Some(element.map_err(fault)?));
                }
                true
            }
            Some((part, _)) => {
                casts.refuse(part, to)?;
                false
            }
            None => false,
        });
        lengths.push(inside.len() - before);
    }
    let values = cast_variants(&inside, element, casts)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let list = ListArray::try_new(field, offsets, values, Some(NullBuffer::from(valid)))?;
    Ok(Arc::new(list))
}

fn maps(
    parts: &[Part<'_>],
    to: &DataType,
    value: &DataType,
    casts: &Casts,
) -> Result<ArrayRef, Raised> {
    let ArrowType::Map(field, sorted) = arrow_type(to)? else {
        return Err(SqlError::internal("a map lies in memory as a map").into());
    };
    let ArrowType::Struct(entry) = field.data_type().clone() else {
        return Err(SqlError::internal("entries of a map are structs").into());
    };
    let (mut names, mut inside) = (Vec::new(), Vec::new());
    let (mut lengths, mut valid) = (Vec::new(), Vec::new());
    for part in parts {
        let before = inside.len();
        valid.push(match content(part)? {
            Some((_, Content::Object(fields))) => {
                for field in fields.iter() {
                    let (name, value) = field.map_err(fault)?;
                    names.push(name);
                    inside.push(Some(value));
                }
                true
            }
            Some((part, _)) => {
                casts.refuse(part, to)?;
                false
            }
            None => false,
        });
        lengths.push(inside.len() - before);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(names)),
        cast_variants(&inside, value, casts)?,
    ];
    let entries = StructArray::try_new(entry, columns, None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let nulls = Some(NullBuffer::from(valid));
    let map = MapArray::try_new(field, offsets, entries, nulls, sorted)?;
    Ok(Arc::new(map))
}

fn structs(
    parts: &[Part<'_>],
    to: &DataType,
    fields: &StructType,
    casts: &Casts,
) -> Result<ArrayRef, Raised> {
    let ArrowType::Struct(layout) = arrow_type(to)? else {
        return Err(SqlError::internal("a struct lies in memory as a struct").into());
    };
    let mut valid = Vec::with_capacity(parts.len());
    let mut columns = vec![Vec::with_capacity(parts.len()); fields.len()];
    for part in parts {
        let found = content(part)?;
        let object = match found {
            Some((part, Content::Object(_))) => Some(part),
            Some((part, _)) => {
                casts.refuse(part, to)?;
                None
            }
            None => None,
        };
        for (column, field) in columns.iter_mut().zip(fields.iter()) {
            column.push(match object {
                Some(object) => object.field(&field.name).map_err(fault)?,
                None => None,
            });
        }
        valid.push(object.is_some());
    }
    let columns = columns.iter().zip(fields.iter());
    let columns = columns.map(|(parts, field)| cast_variants(parts, &field.data_type, casts));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let nulls = Some(NullBuffer::from(valid));
    let found = StructArray::try_new_with_length(layout, columns, nulls, parts.len())?;
    Ok(Arc::new(found))
}

/// The types that flat values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Boolean,
    Long,
    Double,
    Float,
    /// By scale.
    Decimal(i8),
    Date,
    Timestamp,
    TimestampNtz,
    Text,
    Binary,
}

/// The values of one source, and their rows.
#[derive(Debug, Default)]
struct Gathered<'a> {
    rows: Vec<usize>,
    values: Vec<Flat<'a>>,
}

/// A flat value, as its source keeps it.
#[derive(Debug, Clone)]
enum Flat<'a> {
    Boolean(bool),
    Whole(i64),
    Exact(i128),
    Double(f64),
    Float(f32),
    Text(Cow<'a, str>),
    Binary(&'a [u8]),
}

fn source<'a>(
    part: Variant<'a>,
    content: Content<'a>,
    to: &DataType,
    casts: &Casts,
) -> Result<Option<(Source, Flat<'a>)>, Raised> {
    Ok(Some(match content {
        Content::Boolean(value) => (Source::Boolean, Flat::Boolean(value)),
        Content::Long(value) => {
            // Seconds that no timestamp has.
            let is_far = value.checked_mul(MICROS_PER_SECOND).is_none();
            if is_far && *to == DataType::Timestamp {
                return Ok(None);
            }
            (Source::Long, Flat::Whole(value))
        }
        Content::Double(value) => (Source::Double, Flat::Double(value)),
        Content::Float(value) => (Source::Float, Flat::Float(value)),
        Content::Decimal(value) => {
            let Decimal { unscaled, scale } = value.plain();
            (Source::Decimal(scale), Flat::Exact(unscaled))
        }
        Content::Date(days) => (Source::Date, Flat::Whole(days.into())),
        Content::Timestamp(micros) => (Source::Timestamp, Flat::Whole(micros)),
        Content::TimestampNtz(micros) => (Source::TimestampNtz, Flat::Whole(micros)),
        Content::Text(text) => (Source::Text, Flat::Text(text.into())),
        Content::Binary(bytes) => (Source::Binary, Flat::Binary(bytes)),
        Content::Uuid(bytes) if to.is_string() => {
            let mut text = String::new();
            write_uuid(bytes, &mut text).expect("a String takes any text");
            (Source::Text, Flat::Text(text.into()))
        }
        Content::Array(_) | Content::Object(_) if to.is_string() => {
            let text = json(part, &casts.zone).map_err(fault)?;
            (Source::Text, Flat::Text(text.into()))
        }
        Content::Uuid(_) | Content::Array(_) | Content::Object(_) | Content::Null => {
            return Ok(None);
        }
    }))
}

impl Source {
    fn data_type(self) -> DataType {
        match self {
            Source::Boolean => DataType::Boolean,
            Source::Long => DataType::Long,
            Source::Double => DataType::Double,
            Source::Float => DataType::Float,
            Source::Decimal(scale) => DataType::Decimal {
                precision: 38,
                scale,
            },
            Source::Date => DataType::Date,
            Source::Timestamp => DataType::Timestamp,
            Source::TimestampNtz => DataType::TimestampNtz,
            Source::Text => DataType::STRING,
            Source::Binary => DataType::Binary,
        }
    }

    /// Whether ANSI mode casts this to that.
    fn fits(self, to: &DataType) -> bool {
        if to.is_string() {
            return true;
        }
        let moment = matches!(
            to,
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz
        );
        match self {
            Source::Text => true,
            Source::Long | Source::Double | Source::Float | Source::Decimal(_) => {
                to.is_numeric() || matches!(to, DataType::Boolean | DataType::Timestamp)
            }
            Source::Boolean => to.is_numeric() || *to == DataType::Boolean,
            Source::Date | Source::TimestampNtz => moment,
            Source::Timestamp => moment || to.is_numeric(),
            Source::Binary => *to == DataType::Binary,
        }
    }

    /// The values as a column.
    fn column(self, values: &[Flat<'_>]) -> Result<ArrayRef, Raised> {
        let whole = || {
            values.iter().map(|value| match value {
                Flat::Whole(value) => *value,
                _ => 0,
            })
        };
        Ok(match self {
            Source::Boolean => {
                let values = values
                    .iter()
                    .map(|v| Some(matches!(v, Flat::Boolean(true))));
                Arc::new(BooleanArray::from_iter(values))
            }
            Source::Long => Arc::new(Int64Array::from_iter_values(whole())),
            Source::Double => Arc::new(Float64Array::from_iter_values(values.iter().map(
                |v| match v {
                    Flat::Double(value) => *value,
                    _ => 0.0,
                },
            ))),
            Source::Float => Arc::new(Float32Array::from_iter_values(values.iter().map(
                |v| match v {
                    Flat::Float(value) => *value,
                    _ => 0.0,
                },
            ))),
            Source::Decimal(scale) => {
                let values = values.iter().map(|v| match v {
                    Flat::Exact(value) => *value,
                    _ => 0,
                });
                let column = Decimal128Array::from_iter_values(values);
                Arc::new(column.with_precision_and_scale(38, scale)?)
            }
            Source::Date => Arc::new(Date32Array::from_iter_values(whole().map(|v| v as i32))),
            Source::Timestamp => {
                Arc::new(TimestampMicrosecondArray::from_iter_values(whole()).with_timezone("UTC"))
            }
            Source::TimestampNtz => Arc::new(TimestampMicrosecondArray::from_iter_values(whole())),
            Source::Text => Arc::new(StringArray::from_iter_values(values.iter().map(
                |v| match v {
                    Flat::Text(text) => &**text,
                    _ => "",
                },
            ))),
            Source::Binary => Arc::new(BinaryArray::from_iter_values(values.iter().map(
                |v| match v {
                    Flat::Binary(bytes) => *bytes,
                    _ => &[],
                },
            ))),
        })
    }

    /// The values as the type that is asked for.
    fn cast(self, values: &[Flat<'_>], to: &DataType, casts: &Casts) -> Result<ArrayRef, Raised> {
        if !self.fits(to) {
            return Ok(new_null_array(&arrow_type(to)?, values.len()));
        }
        let conversion = Conversion {
            from: self.data_type(),
            to: to.clone(),
            mode: Mode::Try,
            zone: casts.zone.clone(),
            zone_name: casts.zone_name.clone(),
            now: casts.now,
        };
        converter(&conversion)?(&self.column(values)?)
    }
}

fn flat(parts: &[Part<'_>], to: &DataType, casts: &Casts) -> Result<ArrayRef, Raised> {
    let mut sources: BTreeMap<Source, Gathered<'_>> = BTreeMap::new();
    for (row, part) in parts.iter().enumerate() {
        let Some((part, content)) = content(part)? else {
            continue;
        };
        match source(part, content, to, casts)? {
            Some((source, value)) => {
                let gathered = sources.entry(source).or_default();
                gathered.rows.push(row);
                gathered.values.push(value);
            }
            None => casts.refuse(part, to)?,
        }
    }
    // The first column has one null, for rows without a value.
    let mut columns = vec![new_null_array(&arrow_type(to)?, 1)];
    let mut places = vec![(0, 0); parts.len()];
    let mut refused = parts.len();
    for (source, gathered) in &sources {
        let column = source.cast(&gathered.values, to, casts)?;
        for (at, row) in gathered.rows.iter().enumerate() {
            places[*row] = (columns.len(), at);
            if column.is_null(at) {
                refused = refused.min(*row);
            }
        }
        columns.push(column);
    }
    if let Some(Some(part)) = parts.get(refused) {
        casts.refuse(*part, to)?;
    }
    if let [_, only] = &columns[..]
        && only.len() == parts.len()
    {
        return Ok(Arc::clone(only));
    }
    let columns: Vec<&dyn Array> = columns.iter().map(|column| column.as_ref()).collect();
    Ok(interleave(&columns, &places)?)
}
