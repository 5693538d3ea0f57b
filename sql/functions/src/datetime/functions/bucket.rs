//! `time_bucket(width, timestamp, origin)`: the start of the bucket that a timestamp is in.
//!
//! Buckets shorter than a day are counted in instants from the origin; others by what clocks of the
//! session's zone show, so that days begin at midnight when clocks are put forward.

use std::sync::Arc;

use arrow::array::{ArrowPrimitiveType, PrimitiveBuilder};
use arrow::datatypes::{DurationMicrosecondType, IntervalYearMonthType, TimestampMicrosecondType};
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::shift::plus;
use super::units::whole_months;
use super::{unexpected, zone_of};
use crate::arguments::Arguments;
use crate::datetime::{MICROS_PER_DAY, Zone};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[Scalar::new("time_bucket", time_bucket)];

fn time_bucket(site: &Site) -> Result<Kernel> {
    let zone = zone_of(site, 1)?;
    match site.arguments.first() {
        Some(DataType::DayTimeInterval(_)) => {
            by::<DurationMicrosecondType>(site, move |width, micros, origin| {
                by_micros(&zone, width, micros, origin)
            })
        }
        Some(DataType::YearMonthInterval(_)) => {
            by::<IntervalYearMonthType>(site, move |width, micros, origin| {
                by_months(&zone, width.into(), micros, origin)
            })
        }
        _ => Err(unexpected(site)),
    }
}

fn by<W: ArrowPrimitiveType>(
    site: &Site,
    start: impl Fn(W::Native, i64, i64) -> Option<i64> + Send + Sync + 'static,
) -> Result<Kernel> {
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let widths = arguments.numbers::<W>(0)?;
        let times = arguments.numbers::<TimestampMicrosecondType>(1)?;
        let origins = arguments.numbers::<TimestampMicrosecondType>(2)?;
        let rows = arguments.rows();
        let mut found = PrimitiveBuilder::<TimestampMicrosecondType>::with_capacity(rows);
        for row in 0..rows {
            let parts = (widths.get(row), times.get(row), origins.get(row));
            let (Some(width), Some(micros), Some(origin)) = parts else {
                found.append_null();
                continue;
            };
            let start = start(width, micros, origin).ok_or_else(|| {
                SqlError::new(condition::DATETIME_OVERFLOW)
                    .with("operation", "find the bucket of a timestamp")
            });
            found.append_value(start?);
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

fn by_micros(zone: &Zone, width: i64, micros: i64, origin: i64) -> Option<i64> {
    let floor = |at: i64, origin: i64| {
        let behind = at.checked_sub(origin)?.checked_rem_euclid(width)?;
        at.checked_sub(behind)
    };
    if width < MICROS_PER_DAY {
        return floor(micros, origin);
    }
    zone.instant(floor(zone.local(micros), zone.local(origin))?)
}

fn by_months(zone: &Zone, width: i64, micros: i64, origin: i64) -> Option<i64> {
    let between = whole_months(zone.local(origin), zone.local(micros));
    let mut count = between.checked_div_euclid(width)?;
    loop {
        let start = plus(zone, origin, count.checked_mul(width)?, 0)?;
        // Months that are not whole were rounded to zero, also those before the origin.
        if start <= micros {
            return Some(start);
        }
        count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datetime::{MICROS_PER_HOUR, MICROS_PER_SECOND};

    #[test]
    fn days_go_by_the_clock_and_hours_by_instants() {
        let zone = Zone::named("America/Los_Angeles").expect("a region");
        let (at, origin) = (1_730_626_200 * MICROS_PER_SECOND, 8 * MICROS_PER_HOUR);
        let start = |hours: i64| {
            let found = by_micros(&zone, hours * MICROS_PER_HOUR, at, origin);
            found.map(|micros| micros / MICROS_PER_SECOND)
        };
        for (hours, seconds) in [
            (1, 1_730_624_400),
            (12, 1_730_620_800),
            (36, 1_730_574_000),
            (48, 1_730_617_200),
            (25, 1_730_545_200),
        ] {
            assert_eq!(start(hours), Some(seconds), "{hours}");
        }
    }

    #[test]
    fn months_go_back_before_the_origin() {
        let start = by_months(&Zone::UTC, 3, -MICROS_PER_DAY, 0);
        assert_eq!(start, Some(-92 * MICROS_PER_DAY));
        assert_eq!(by_months(&Zone::UTC, 1, MICROS_PER_DAY, 0), Some(0));
    }
}
