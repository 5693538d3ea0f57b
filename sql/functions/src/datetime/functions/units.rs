//! Counts of units added to timestamps, and units between them; clocks of other zones.
//!
//! Days and longer units move the local date and keep the clock; shorter ones move the instant.
//! Between two timestamps counts what clocks of the session's zone show.

use std::sync::Arc;

use arrow::array::PrimitiveBuilder;
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::shift::plus;
use super::zone_of;
use crate::arguments::Arguments;
use crate::datetime::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, Zone, civil,
};
use crate::display::write_timestamp;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("convert_timezone", convert_timezone),
    Scalar::new("timestampadd", timestampadd),
    Scalar::new("timestampdiff", timestampdiff),
];

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Months(i64),
    Days(i64),
    Micros(i64),
}

impl Unit {
    fn named(name: &str) -> Option<Unit> {
        Some(match &*name.to_ascii_uppercase() {
            "MICROSECOND" => Unit::Micros(1),
            "MILLISECOND" => Unit::Micros(1000),
            "SECOND" => Unit::Micros(MICROS_PER_SECOND),
            "MINUTE" => Unit::Micros(MICROS_PER_MINUTE),
            "HOUR" => Unit::Micros(MICROS_PER_HOUR),
            "DAY" | "DAYOFYEAR" => Unit::Days(1),
            "WEEK" => Unit::Days(7),
            "MONTH" => Unit::Months(1),
            "QUARTER" => Unit::Months(3),
            "YEAR" => Unit::Months(12),
            _ => return None,
        })
    }

    fn after(self, micros: i64, count: i64, zone: &Zone) -> Option<i64> {
        match self {
            Unit::Micros(unit) => micros.checked_add(count.checked_mul(unit)?),
            Unit::Days(unit) => plus(zone, micros, 0, count.checked_mul(unit)?),
            Unit::Months(unit) => {
                let months = i32::try_from(count.checked_mul(unit)?).ok()?;
                plus(zone, micros, months.into(), 0)
            }
        }
    }

    /// Whole units from one local time to another.
    fn between(self, from: i64, to: i64) -> i64 {
        match self {
            Unit::Micros(unit) => (to - from) / unit,
            Unit::Days(unit) => (to - from) / (unit * MICROS_PER_DAY),
            Unit::Months(unit) => whole_months(from, to) / unit,
        }
    }
}

/// Whole months from one local time to another: a month is whole when the same day and clock of it
/// are reached.
pub(super) fn whole_months(from: i64, to: i64) -> i64 {
    let parts = |local: i64| {
        let date = civil(local.div_euclid(MICROS_PER_DAY));
        let months = date.year * 12 + date.month - 1;
        (months, (date.day, local.rem_euclid(MICROS_PER_DAY)))
    };
    let ((first, start), (last, end)) = (parts(from), parts(to));
    let months = last - first;
    if months > 0 && end < start {
        months - 1
    } else if months < 0 && end > start {
        months + 1
    } else {
        months
    }
}

/// The unit that the first argument names.
fn unit_of(site: &Site, function: &str) -> Result<(Unit, String)> {
    let name = site.constant_text(0).unwrap_or_default();
    match Unit::named(name) {
        Some(unit) => Ok((unit, name.to_ascii_uppercase())),
        None => Err(
            SqlError::new(condition::INVALID_PARAMETER_VALUE_DATETIME_UNIT)
                .with("functionName", format!("`{function}`"))
                .with("parameter", "`unit`")
                .with("invalidValue", format!("'{name}'")),
        ),
    }
}

fn timestampadd(site: &Site) -> Result<Kernel> {
    let (unit, name) = unit_of(site, "timestampadd")?;
    let zone = zone_of(site, 2)?;
    let layout = site.result_layout()?;
    let is_zoned = site.arguments.get(2) == Some(&DataType::Timestamp);
    Ok(Arc::new(move |arguments: &Arguments| {
        let counts = arguments.numbers::<Int64Type>(1)?;
        let times = arguments.numbers::<TimestampMicrosecondType>(2)?;
        let rows = arguments.rows();
        let mut found = PrimitiveBuilder::<TimestampMicrosecondType>::with_capacity(rows);
        for row in 0..rows {
            let (Some(count), Some(micros)) = (counts.get(row), times.get(row)) else {
                found.append_null();
                continue;
            };
            let Some(moved) = unit.after(micros, count, &zone) else {
                let kind = if is_zoned {
                    "TIMESTAMP"
                } else {
                    "TIMESTAMP_NTZ"
                };
                let mut operation = format!("add {count}L {name} to {kind} '");
                write_timestamp(micros, zone.offset_at(micros), 0, &mut operation)
                    .map_err(|_| SqlError::internal("text takes more text"))?;
                operation.push('\'');
                let error = SqlError::new(condition::DATETIME_OVERFLOW);
                return Err(error.with("operation", operation).into());
            };
            found.append_value(moved);
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

fn timestampdiff(site: &Site) -> Result<Kernel> {
    let (unit, _) = unit_of(site, "timestampdiff")?;
    let zones = (zone_of(site, 1)?, zone_of(site, 2)?);
    Ok(Arc::new(move |arguments: &Arguments| {
        let from = arguments.numbers::<TimestampMicrosecondType>(1)?;
        let to = arguments.numbers::<TimestampMicrosecondType>(2)?;
        let mut found = PrimitiveBuilder::<Int64Type>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            found.append_option(match (from.get(row), to.get(row)) {
                (Some(from), Some(to)) => {
                    Some(unit.between(zones.0.local(from), zones.1.local(to)))
                }
                _ => None,
            });
        }
        Ok(Arc::new(found.finish()))
    }))
}

/// `convert_timezone(from, to, local)`: what clocks of one zone show when those of another show this.
fn convert_timezone(site: &Site) -> Result<Kernel> {
    let fixed = |place| site.constant_text(place).map(Zone::of).transpose();
    let (from, to) = (fixed(0)?, fixed(1)?);
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let names = (arguments.strings(0)?, arguments.strings(1)?);
        let locals = arguments.numbers::<TimestampMicrosecondType>(2)?;
        let zone = |fixed: &Option<Zone>, name: Option<&str>| -> Result<Option<Zone>, Raised> {
            Ok(match fixed {
                Some(zone) => Some(zone.clone()),
                None => name.map(Zone::of).transpose()?,
            })
        };
        let rows = arguments.rows();
        let mut found = PrimitiveBuilder::<TimestampMicrosecondType>::with_capacity(rows);
        for row in 0..rows {
            let (from, to) = (zone(&from, names.0.get(row))?, zone(&to, names.1.get(row))?);
            found.append_option(match (from, to, locals.get(row)) {
                (Some(from), Some(to), Some(local)) => {
                    from.instant(local).map(|instant| to.local(instant))
                }
                _ => None,
            });
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datetime::day_of;

    fn at(year: i64, month: i64, day: i64, hour: i64) -> i64 {
        day_of(year, month, day).expect("a date") * MICROS_PER_DAY + hour * MICROS_PER_HOUR
    }

    #[test]
    fn months_are_whole_or_not() {
        let months = |from, to| Unit::Months(1).between(from, to);
        assert_eq!(months(at(2021, 1, 31, 0), at(2021, 2, 28, 0)), 0);
        assert_eq!(months(at(2021, 1, 15, 5), at(2021, 2, 15, 4)), 0);
        assert_eq!(months(at(2021, 2, 15, 4), at(2021, 1, 15, 5)), 0);
        assert_eq!(months(at(2021, 2, 15, 5), at(2020, 2, 15, 4)), -12);
        assert_eq!(
            Unit::Months(3).between(at(2021, 1, 1, 0), at(2020, 1, 15, 0)),
            -3
        );
    }
}
