//! Spark's functions of dates, timestamps and intervals.
//!
//! - `fields`: what dates, clocks and intervals are made of: `year`, `hour`, `interval_day` and so on.
//! - `shift`: days, months and intervals added to dates and timestamps, and differences.
//! - `truncate`: beginnings of units, days of the week, months between two moments.
//! - `text`: dates and timestamps by patterns; `make`: of their parts.
//! - `bucket`: beginnings of buckets of time; `window`: windows of time.
//! - `units`: counts of units added and between; `scale`: intervals multiplied and divided.
//! - `convert`: seconds and days since the epoch; the moment at which the query began.

mod bucket;
mod convert;
mod fields;
mod make;
mod scale;
mod shift;
mod text;
mod truncate;
mod units;
mod window;

pub(crate) use bucket::FUNCTIONS as BUCKETS;
pub(crate) use convert::FUNCTIONS as CONVERSIONS;
pub(crate) use fields::FUNCTIONS as FIELDS;
pub(crate) use make::FUNCTIONS as MADE;
pub(crate) use scale::FUNCTIONS as SCALED;
pub(crate) use shift::{FUNCTIONS as SHIFTS, plus_months};
pub(crate) use text::FUNCTIONS as TEXTS;
pub(crate) use truncate::FUNCTIONS as CUTS;
pub(crate) use units::FUNCTIONS as UNITS;
pub(crate) use window::FUNCTIONS as WINDOWS;

use std::sync::Arc;

use arrow::array::{ArrowPrimitiveType, PrimitiveArray, PrimitiveBuilder};
use arrow::datatypes::ArrowNativeType;
use flint_sql_spec::{DataType, Result, SqlError};

use crate::Arguments;
use crate::datetime::Zone;
use crate::scalar::Kernel;
use crate::site::Site;

/// The zone whose clock an argument means: the session's for instants, none for zoneless clocks.
fn zone_of(site: &Site, argument: usize) -> Result<Zone> {
    match site.arguments.get(argument) {
        Some(DataType::Timestamp) => Zone::of(&site.settings.time_zone),
        _ => Ok(Zone::UTC),
    }
}

/// A function of one number that always has a value.
fn one<I, O>(
    site: &Site,
    convert: impl Fn(I::Native) -> O::Native + Send + Sync + 'static,
) -> Result<Kernel>
where
    I: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let column = arguments.numbers::<I>(0)?;
        let found: PrimitiveArray<O> = column.array().unary(&convert);
        Ok(Arc::new(found.with_data_type(layout.clone())))
    }))
}

/// A function of one number that may fail or be NULL.
fn maybe<I, O>(
    site: &Site,
    convert: impl Fn(I::Native) -> Result<Option<O::Native>> + Send + Sync + 'static,
) -> Result<Kernel>
where
    I: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let column = arguments.numbers::<I>(0)?;
        let mut found = PrimitiveBuilder::<O>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            found.append_option(column.get(row).map(&convert).transpose()?.flatten());
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

/// A function of two numbers that may fail or be NULL.
fn two<A, B, O>(
    site: &Site,
    convert: impl Fn(A::Native, B::Native) -> Result<Option<O::Native>> + Send + Sync + 'static,
) -> Result<Kernel>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let (left, right) = (arguments.numbers::<A>(0)?, arguments.numbers::<B>(1)?);
        let mut found = PrimitiveBuilder::<O>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            let value = match (left.get(row), right.get(row)) {
                (Some(left), Some(right)) => convert(left, right)?,
                _ => None,
            };
            found.append_option(value);
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

/// A bug of the analyzer's or ours: arguments that the function doesn't take.
fn unexpected(site: &Site) -> SqlError {
    let types: Vec<_> = site.arguments.iter().map(DataType::sql).collect();
    SqlError::internal(format!(
        "a function of {} that takes others",
        types.join(", ")
    ))
}

/// What a number of fewer bits is, if it fits.
fn narrow<N: ArrowNativeType + TryFrom<i128>>(value: i128) -> Option<N> {
    N::try_from(value).ok()
}
