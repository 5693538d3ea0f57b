//! Windows of time: `window(time, duration, slide, start)` is the latest that a time is in, `windows` all
//! of them as an array, the latest first, and `window_time(window)` the last microsecond of one.
//!
//! Lengths are microseconds. Windows begin at `start` after 1970-01-01 00:00 UTC and at each `slide`
//! from there, backwards too (Spark's `TimeWindow` and its rule `TimeWindowing`).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StructArray, TimestampMicrosecondArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType as ArrowType, Fields, Int64Type, TimestampMicrosecondType};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("window", window),
    Scalar::new("windows", windows),
    Scalar::new("window_time", window_time),
];

/// The start of the latest window that a time is in.
fn latest(time: i64, slide: i64, start: i64) -> i64 {
    time.wrapping_sub(time.wrapping_sub(start).rem_euclid(slide))
}

/// How windows lie: all rows have the same.
fn lengths(arguments: &Arguments) -> Result<[i64; 3], Raised> {
    let mut lengths = [1, 1, 0];
    for (at, length) in lengths.iter_mut().enumerate() {
        let given = arguments.numbers::<Int64Type>(at + 1)?;
        if arguments.rows() > 0 {
            *length = given.get(0).unwrap_or(*length);
        }
    }
    Ok(lengths)
}

fn structs(
    fields: &Fields,
    starts: Vec<i64>,
    duration: i64,
    nulls: Option<NullBuffer>,
) -> Result<StructArray, Raised> {
    let ends = starts.iter().map(|start| start.wrapping_add(duration));
    let ends = TimestampMicrosecondArray::from_iter_values(ends);
    let starts = TimestampMicrosecondArray::from(starts);
    let columns = [starts, ends].into_iter().zip(fields);
    let columns = columns.map(|(times, field)| {
        let times = times.reinterpret_cast::<TimestampMicrosecondType>();
        let data = times.into_data().into_builder();
        Ok(arrow::array::make_array(
            data.data_type(field.data_type().clone()).build()?,
        ))
    });
    let columns: Result<Vec<ArrayRef>, Raised> = columns.collect();
    Ok(StructArray::try_new(fields.clone(), columns?, nulls)?)
}

fn window(site: &Site) -> Result<Kernel> {
    let ArrowType::Struct(fields) = site.result_layout()? else {
        return Err(SqlError::internal("a window is a struct"));
    };
    Ok(Arc::new(move |arguments: &Arguments| {
        let times = arguments.numbers::<TimestampMicrosecondType>(0)?;
        let [duration, slide, start] = lengths(arguments)?;
        if duration != slide {
            // The analyzer makes rows of them in GROUP BY and in lists of columns.
            let what = "overlapping windows of time outside of GROUP BY and lists of columns";
            let error = SqlError::new(condition::NOT_SUPPORTED_YET);
            return Err(error.with("feature", what).into());
        }
        let rows = 0..arguments.rows();
        let nulls = NullBuffer::from_iter(rows.clone().map(|row| times.get(row).is_some()));
        let starts = rows.map(|row| latest(times.get(row).unwrap_or(0), slide, start));
        let windows = structs(&fields, starts.collect(), duration, Some(nulls))?;
        Ok(Arc::new(windows) as ArrayRef)
    }))
}

fn windows(site: &Site) -> Result<Kernel> {
    let ArrowType::List(item) = site.result_layout()? else {
        return Err(SqlError::internal("windows are an array"));
    };
    let ArrowType::Struct(fields) = item.data_type().clone() else {
        return Err(SqlError::internal("a window is a struct"));
    };
    Ok(Arc::new(move |arguments: &Arguments| {
        let times = arguments.numbers::<TimestampMicrosecondType>(0)?;
        let [duration, slide, start] = lengths(arguments)?;
        let (mut starts, mut counts) = (Vec::new(), Vec::with_capacity(arguments.rows()));
        for row in 0..arguments.rows() {
            let before = starts.len();
            if let Some(time) = times.get(row) {
                let mut begin = latest(time, slide, start);
                while time.wrapping_sub(begin) < duration {
                    starts.push(begin);
                    begin = begin.wrapping_sub(slide);
                }
            }
            counts.push(starts.len() - before);
        }
        let values = Arc::new(structs(&fields, starts, duration, None)?);
        let offsets = OffsetBuffer::from_lengths(counts);
        let lists = ListArray::try_new(Arc::clone(&item), offsets, values, None)?;
        Ok(Arc::new(lists) as ArrayRef)
    }))
}

fn window_time(site: &Site) -> Result<Kernel> {
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let windows = arguments.array(0)?;
        let Some(windows) = windows.as_any().downcast_ref::<StructArray>() else {
            return Err(SqlError::internal("a window is a struct").into());
        };
        let ends = windows.column(1);
        let Some(ends) = ends.as_any().downcast_ref::<TimestampMicrosecondArray>() else {
            return Err(SqlError::internal("a window has times").into());
        };
        let last = ends.unary::<_, TimestampMicrosecondType>(|end| end.wrapping_sub(1));
        let nulls = NullBuffer::union(windows.nulls(), last.nulls());
        let last = TimestampMicrosecondArray::new(last.values().clone(), nulls);
        Ok(Arc::new(last.with_data_type(layout.clone())) as ArrayRef)
    }))
}
