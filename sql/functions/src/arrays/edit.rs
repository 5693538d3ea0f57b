//! Arrays with elements more or less: `array_append`, `array_prepend`, `array_insert`,
//! `array_compact`, `slice`, `flatten`; and `size`.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int32Array};
use arrow::datatypes::Int32Type;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use super::construct::LIMIT;
use super::lists::{Lists, Picked, element, joined};
use crate::limits::{MOST, too_long};
use crate::nested::spans;
use crate::scalar::Kernel;
use crate::site::Site;

pub(super) fn append(site: &Site) -> Result<Kernel> {
    with_one_more(site, false)
}

pub(super) fn prepend(site: &Site) -> Result<Kernel> {
    with_one_more(site, true)
}

fn with_one_more(site: &Site, before: bool) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let values = joined(&field, &[&lists.values, &args.array(1)?])?;
        let mut picked = Picked::default();
        for (row, span) in lists.spans.into_iter().enumerate() {
            let Some(span) = span else {
                picked.null();
                continue;
            };
            let more = lists.values.len() + row;
            if before {
                picked.push(more);
            }
            picked.extend(span);
            if !before {
                picked.push(more);
            }
            picked.end();
        }
        picked.lists(&field, &values)
    }))
}

/// The element comes to a place that counts from 1, or from the end: -1 is behind all. What lies
/// between the array and a place far away is null.
pub(super) fn insert(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let places = args.numbers::<Int32Type>(1)?;
        let values = joined(&field, &[&lists.values, &args.array(2)?])?;
        let mut picked = Picked::default();
        for (row, span) in lists.spans.into_iter().enumerate() {
            let (Some(span), Some(place)) = (span, places.get(row)) else {
                picked.null();
                continue;
            };
            let (place, length) = (i64::from(place), span.len() as i64);
            let new = lists.values.len() + row;
            let (before, gap) = match place {
                0 => return Err(SqlError::new(condition::INVALID_INDEX_OF_ZERO).into()),
                1.. => (place - 1, place - 1 - length),
                _ => (length + 1 + place, -1 - place - length),
            };
            let grown = length.max(place.abs() - 1) + 1;
            if grown > LIMIT {
                return Err(too_long("array_insert", grown, MOST));
            }
            picked.room("array_insert", grown as usize)?;
            let gap = gap.max(0);
            if before < 0 {
                picked.push(new);
                (0..gap).for_each(|_| picked.push_null());
                picked.extend(span);
            } else {
                let middle = span.end.min(span.start + before as usize);
                picked.extend(span.start..middle);
                if place > 0 {
                    (0..gap).for_each(|_| picked.push_null());
                }
                picked.push(new);
                picked.extend(middle..span.end);
            }
            picked.end();
        }
        picked.lists(&field, &values)
    }))
}

pub(super) fn compact(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let mut picked = Picked::default();
        for span in &lists.spans {
            match span {
                Some(span) => {
                    picked.extend(span.clone().filter(|at| !lists.is_null(*at)));
                    picked.end();
                }
                None => picked.null(),
            }
        }
        picked.lists(&field, &lists.values)
    }))
}

/// `length` elements from a place that counts from 1, or from the end.
pub(super) fn slice(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let starts = args.numbers::<Int32Type>(1)?;
        let lengths = args.numbers::<Int32Type>(2)?;
        let mut picked = Picked::default();
        for (row, span) in lists.spans.into_iter().enumerate() {
            let (Some(span), Some(start), Some(length)) = (span, starts.get(row), lengths.get(row))
            else {
                picked.null();
                continue;
            };
            let length = usize::try_from(length).map_err(|_| no_length(length))?;
            let first = match start {
                0 => return Err(no_start()),
                1.. => Some(start as usize - 1),
                _ => span.len().checked_sub(start.unsigned_abs() as usize),
            };
            if let Some(first) = first.filter(|first| *first < span.len()) {
                picked.extend(span.skip(first).take(length));
            }
            picked.end();
        }
        picked.lists(&field, &lists.values)
    }))
}

fn no_start() -> Raised {
    SqlError::new(condition::INVALID_PARAMETER_VALUE_START)
        .with("parameter", "`start`")
        .with("start", "0")
        .with("functionName", "`slice`")
        .into()
}

fn no_length(length: i32) -> Raised {
    SqlError::new(condition::INVALID_PARAMETER_VALUE_LENGTH)
        .with("parameter", "`length`")
        .with("length", length.to_string())
        .with("functionName", "`slice`")
        .into()
}

/// The elements of all arrays of an array; null if one is null.
pub(super) fn flatten(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let outer = Lists::of(args, 0)?;
        let inner = Lists::new(&outer.values);
        let mut picked = Picked::default();
        for span in outer.spans {
            let spans = span.and_then(|span| {
                let spans = span.map(|at| inner.spans[at].clone());
                spans.collect::<Option<Vec<_>>>()
            });
            match spans {
                Some(spans) => {
                    picked.extend(spans.into_iter().flatten());
                    picked.end();
                }
                None => picked.null(),
            }
        }
        picked.lists(&field, &inner.values)
    }))
}

/// How many elements an array or a map has. That of null is -1 if ANSI mode is off and
/// `spark.sql.legacy.sizeOfNull` is on.
pub(super) fn size(site: &Site) -> Result<Kernel> {
    let of_null = (!site.ansi && site.settings.size_of_null).then_some(-1);
    Ok(lengths(of_null))
}

pub(super) fn array_size(_: &Site) -> Result<Kernel> {
    Ok(lengths(None))
}

fn lengths(of_null: Option<i32>) -> Kernel {
    Arc::new(move |args| {
        let rows = spans(&args.array(0)?).into_iter();
        let rows = rows.map(|span| span.map_or(of_null, |span| Some(span.len() as i32)));
        Ok(Arc::new(rows.collect::<Int32Array>()))
    })
}

/// The elements as one text, with a text between; nulls are left out, or another text stands for
/// them.
pub(super) fn join(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let lists = Lists::of(args, 0)?;
        let texts = lists.values.as_string_opt::<i32>();
        let between = args.strings(1)?;
        let for_null = match args.len() {
            3.. => Some(args.strings(2)?),
            _ => None,
        };
        let row = |row: usize| {
            let (span, between) = (lists.spans[row].clone()?, between.get(row)?);
            let for_null = match &for_null {
                Some(cells) => Some(cells.get(row)?),
                None => None,
            };
            let cell = |at: usize| match texts {
                Some(texts) if texts.is_valid(at) => Some(texts.value(at)),
                _ => for_null,
            };
            let cells: Vec<&str> = span.filter_map(cell).collect();
            Some(cells.join(between))
        };
        let rows: arrow::array::StringArray = (0..args.rows()).map(row).collect();
        Ok(Arc::new(rows))
    }))
}
