//! Seconds and days since the epoch, and the moment at which the query began.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, StringArray, Time64NanosecondArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::{maybe, narrow, one, unexpected, zone_of};
use crate::arithmetic::plain;
use crate::datetime::{MICROS_PER_DAY, MICROS_PER_SECOND, NANOS_PER_MICRO, Zone};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("current_date", current_date),
    Scalar::new("current_time", current_time),
    Scalar::new("current_timestamp", current_timestamp),
    Scalar::new("current_timezone", current_timezone),
    Scalar::new("date_from_unix_date", |site| {
        one::<Int32Type, Date32Type>(site, |days| days)
    }),
    Scalar::new("from_utc_timestamp", |site| {
        between_zones(site, Zone::local_of_utc)
    }),
    Scalar::new("localtimestamp", localtimestamp),
    Scalar::new("timestamp_micros", |site| timestamp_of(site, 1)),
    Scalar::new("timestamp_millis", |site| timestamp_of(site, 1000)),
    Scalar::new("timestamp_seconds", timestamp_seconds),
    Scalar::new("to_utc_timestamp", |site| {
        between_zones(site, Zone::utc_of_local)
    }),
    Scalar::new("unix_micros", |site| since_epoch(site, 1)),
    Scalar::new("unix_millis", |site| since_epoch(site, 1000)),
    Scalar::new("unix_seconds", |site| since_epoch(site, MICROS_PER_SECOND)),
];

/// A constant of the query.
fn constant(value: impl Fn(usize) -> ArrayRef + Send + Sync + 'static) -> Kernel {
    Arc::new(move |arguments| Ok(value(arguments.rows())))
}

fn current_date(site: &Site) -> Result<Kernel> {
    let zone = Zone::of(&site.settings.time_zone)?;
    let days = zone.local(site.settings.now).div_euclid(MICROS_PER_DAY) as i32;
    Ok(constant(move |rows| {
        Arc::new(Date32Array::from(vec![days; rows]))
    }))
}

fn current_time(site: &Site) -> Result<Kernel> {
    let DataType::Time(digits) = site.result else {
        return Err(unexpected(site));
    };
    let zone = Zone::of(&site.settings.time_zone)?;
    let nanos = zone.local(site.settings.now).rem_euclid(MICROS_PER_DAY) * NANOS_PER_MICRO;
    let nanos = nanos - nanos % 10_i64.pow(9 - u32::from(digits.min(9)));
    Ok(constant(move |rows| {
        Arc::new(Time64NanosecondArray::from(vec![nanos; rows]))
    }))
}

fn current_timestamp(site: &Site) -> Result<Kernel> {
    let now = site.settings.now;
    Ok(constant(move |rows| {
        Arc::new(TimestampMicrosecondArray::from(vec![now; rows]).with_timezone("UTC"))
    }))
}

fn localtimestamp(site: &Site) -> Result<Kernel> {
    let now = Zone::of(&site.settings.time_zone)?.local(site.settings.now);
    Ok(constant(move |rows| {
        Arc::new(TimestampMicrosecondArray::from(vec![now; rows]))
    }))
}

fn current_timezone(site: &Site) -> Result<Kernel> {
    let zone = site.settings.time_zone.clone();
    Ok(constant(move |rows| {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            &*zone, rows,
        )))
    }))
}

/// Whole units between the epoch and a timestamp, rounded down.
fn since_epoch(site: &Site, unit: i64) -> Result<Kernel> {
    // Zoneless clocks count in UTC.
    zone_of(site, 0)?;
    one::<TimestampMicrosecondType, Int64Type>(site, move |micros| micros.div_euclid(unit))
}

fn timestamp_of(site: &Site, unit: i64) -> Result<Kernel> {
    type Micros = TimestampMicrosecondType;
    let times = move |value: i64| match value.checked_mul(unit) {
        Some(micros) => Ok(Some(micros)),
        None => Err(beyond(&format!("{value}L"), unit)),
    };
    match site.arguments.first() {
        Some(DataType::Byte) => maybe::<Int8Type, Micros>(site, move |value| times(value.into())),
        Some(DataType::Short) => maybe::<Int16Type, Micros>(site, move |value| times(value.into())),
        Some(DataType::Integer) => {
            maybe::<Int32Type, Micros>(site, move |value| times(value.into()))
        }
        Some(DataType::Long) => maybe::<Int64Type, Micros>(site, times),
        _ => Err(unexpected(site)),
    }
}

fn timestamp_seconds(site: &Site) -> Result<Kernel> {
    type Micros = TimestampMicrosecondType;
    let of_double = |value: f64| value.is_finite().then_some((value * 1e6) as i64);
    match site.arguments.first() {
        Some(DataType::Float) => {
            maybe::<Float32Type, Micros>(site, move |value| Ok(of_double(value.into())))
        }
        Some(DataType::Double) => {
            maybe::<Float64Type, Micros>(site, move |value| Ok(of_double(value)))
        }
        Some(DataType::Decimal { scale, .. }) => {
            let scale = i32::from(*scale);
            maybe::<Decimal128Type, Micros>(site, move |value| exact_micros(value, scale).map(Some))
        }
        _ => timestamp_of(site, MICROS_PER_SECOND),
    }
}

/// Microseconds of decimal seconds; digits that microseconds don't have are an error.
fn exact_micros(unscaled: i128, scale: i32) -> Result<i64> {
    let power = 10_i128.pow((6 - scale).unsigned_abs().min(38));
    let far = || {
        let scale = i8::try_from(scale).unwrap_or(i8::MAX);
        beyond(
            &format!("{}BD", plain(&unscaled.to_string(), scale)),
            MICROS_PER_SECOND,
        )
    };
    let micros = match scale {
        ..=6 => unscaled.checked_mul(power),
        _ if unscaled % power == 0 => Some(unscaled / power),
        _ => return Err(long_overflow()),
    };
    micros.and_then(narrow::<i64>).ok_or_else(far)
}

/// The error of a number of milliseconds or seconds that is no timestamp.
fn beyond(value: &str, unit: i64) -> SqlError {
    let units = match unit {
        MICROS_PER_SECOND => "seconds",
        _ => "milliseconds",
    };
    let operation = format!("create a TIMESTAMP from {value} {units} since the epoch");
    SqlError::new(condition::DATETIME_OVERFLOW).with("operation", operation)
}

fn long_overflow() -> SqlError {
    SqlError::new(condition::ARITHMETIC_OVERFLOW)
        .with("message", "long overflow")
        .with("alternative", "")
        .with("config", "\"spark.sql.ansi.enabled\"")
}

/// A timestamp moved by what a zone is away from UTC.
fn between_zones(site: &Site, shift: fn(&Zone, i64) -> i64) -> Result<Kernel> {
    let fixed = site.constant_text(1).map(Zone::of).transpose()?;
    Ok(Arc::new(move |arguments| {
        let micros = arguments.numbers::<TimestampMicrosecondType>(0)?;
        let names = arguments.strings(1)?;
        let shifted = |row| -> Result<Option<i64>, Raised> {
            let (Some(micros), Some(name)) = (micros.get(row), names.get(row)) else {
                return Ok(None);
            };
            Ok(Some(match &fixed {
                Some(zone) => shift(zone, micros),
                None => shift(&Zone::of(name)?, micros),
            }))
        };
        let found: Result<TimestampMicrosecondArray, Raised> =
            (0..arguments.rows()).map(shifted).collect();
        Ok(Arc::new(found?.with_timezone("UTC")))
    }))
}

impl Zone {
    fn local_of_utc(&self, micros: i64) -> i64 {
        self.local(micros)
    }

    fn utc_of_local(&self, micros: i64) -> i64 {
        self.instant(micros).unwrap_or(micros)
    }
}
