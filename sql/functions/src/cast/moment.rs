//! Casts to dates, timestamps and times of day.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, Date32Array, TimestampMicrosecondArray, UInt32Array,
};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time64NanosecondType, TimestampMicrosecondType, TimestampNanosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError};

use super::each::{Quote, all, read, some, strict, truth};
use super::error::{invalid_input, overflow};
use super::{Conversion, Convert};
use crate::datetime::{MICROS_PER_DAY, MICROS_PER_SECOND, NANOS_PER_MICRO, Zone, parse};
use crate::display::sql_value;
use crate::scalar::Kernel;
use crate::text::trim_all;

/// Reads text with a parser of its own.
fn from_text<O: ArrowPrimitiveType>(
    conversion: &Conversion,
    parse: impl Fn(&str) -> Option<O::Native> + Send + Sync + 'static,
) -> Result<Convert> {
    let target = conversion.clone();
    read::<O>(conversion, parse, move |text| {
        invalid_input(sql_value(text), &target.from, &target.to)
    })
}

/// The words for days and moments that constants may be: `epoch`, `now`, `today`, `yesterday` and
/// `tomorrow`. Columns of text know none of them.
pub(super) fn special(text: &str, conversion: &Conversion) -> Option<Kernel> {
    let zone = match conversion.to {
        DataType::Date | DataType::Timestamp => conversion.zone.clone(),
        DataType::TimestampNtz => Zone::UTC,
        _ => return None,
    };
    let now = conversion.zone.local(conversion.now);
    let today = now.div_euclid(MICROS_PER_DAY);
    let is_date = conversion.to == DataType::Date;
    let zoned = conversion.to == DataType::Timestamp;
    let midnight = |day: i64| zone.instant(day.checked_mul(MICROS_PER_DAY)?);
    let word = trim_all(text).to_ascii_lowercase();
    let micros = match &*word {
        "epoch" => 0,
        "now" if zoned => conversion.now,
        "now" if !is_date => now,
        "now" | "today" => midnight(today)?,
        "yesterday" => midnight(today - 1)?,
        "tomorrow" => midnight(today + 1)?,
        _ => return None,
    };
    let value: ArrayRef = match (is_date, &*word) {
        (true, "epoch") => Arc::new(Date32Array::from(vec![0])),
        (true, _) => Arc::new(Date32Array::from(vec![day(zone.local(micros))])),
        (false, _) if zoned => {
            Arc::new(TimestampMicrosecondArray::from(vec![micros]).with_timezone("UTC"))
        }
        (false, _) => Arc::new(TimestampMicrosecondArray::from(vec![micros])),
    };
    Some(Arc::new(move |arguments| {
        let rows = UInt32Array::from(vec![0; arguments.rows()]);
        Ok(arrow::compute::take(&value, &rows, None)?)
    }))
}

fn day(local: i64) -> i32 {
    // A clock of microseconds spans fewer days than 32 bits count.
    local.div_euclid(MICROS_PER_DAY) as i32
}

pub(super) fn to_date(conversion: &Conversion) -> Result<Option<Convert>> {
    let zone = conversion.zone.clone();
    Ok(Some(match &conversion.from {
        DataType::Timestamp => {
            all::<TimestampMicrosecondType, Date32Type>(conversion, move |micros| {
                day(zone.local(micros))
            })?
        }
        DataType::TimestampNtz => all::<TimestampMicrosecondType, Date32Type>(conversion, day)?,
        DataType::TimestampLtzNanos(_) => {
            all::<TimestampNanosecondType, Date32Type>(conversion, move |nanos| {
                day(zone.local(nanos.div_euclid(NANOS_PER_MICRO)))
            })?
        }
        DataType::TimestampNtzNanos(_) => {
            all::<TimestampNanosecondType, Date32Type>(conversion, |nanos| {
                day(nanos.div_euclid(NANOS_PER_MICRO))
            })?
        }
        text if text.is_string() => from_text::<Date32Type>(conversion, parse::date)?,
        _ => return Ok(None),
    }))
}

/// To TIMESTAMP and TIMESTAMP_NTZ.
pub(super) fn to_timestamp(conversion: &Conversion) -> Result<Option<Convert>> {
    use TimestampMicrosecondType as Micros;
    let (zone, now) = (conversion.zone.clone(), conversion.now);
    let zoned = conversion.to == DataType::Timestamp;
    let target = conversion.clone();
    Ok(Some(match &conversion.from {
        text if text.is_string() && zoned => from_text::<Micros>(conversion, move |text| {
            parse::moment(text)?.instant(&zone, now)
        })?,
        text if text.is_string() => {
            from_text::<Micros>(conversion, |text| parse::moment(text)?.local())?
        }
        DataType::Date => {
            let zone = if zoned { zone } else { Zone::UTC };
            strict::<Date32Type, Micros>(
                conversion,
                move |days| zone.start_of_day(days),
                move |days| date_overflow(days, &target),
            )?
        }
        DataType::Timestamp => all::<Micros, Micros>(conversion, move |micros| zone.local(micros))?,
        DataType::TimestampNtz => strict::<Micros, Micros>(
            conversion,
            move |local| zone.instant(local),
            move |local| {
                let mut value = String::from("TIMESTAMP_NTZ '");
                crate::display::write_timestamp(local, 0, 0, &mut value)
                    .expect("a String takes any text");
                overflow(value + "'", &target.from, &target.to)
            },
        )?,
        DataType::TimestampLtzNanos(_) | DataType::TimestampNtzNanos(_) => {
            let shift = shift(conversion);
            all::<TimestampNanosecondType, Micros>(conversion, move |nanos| {
                shift(nanos.div_euclid(NANOS_PER_MICRO))
            })?
        }
        DataType::Time(_) => {
            let today = zone.local(now).div_euclid(MICROS_PER_DAY) * MICROS_PER_DAY;
            let zone = if zoned { zone } else { Zone::UTC };
            all::<Time64NanosecondType, Micros>(conversion, move |nanos| {
                let local = today.saturating_add(nanos / NANOS_PER_MICRO);
                zone.instant(local).unwrap_or(local)
            })?
        }
        _ if zoned => return from_number(conversion),
        _ => return Ok(None),
    }))
}

fn date_overflow(days: i32, conversion: &Conversion) -> SqlError {
    let mut value = String::from("DATE '");
    crate::display::write_date(i64::from(days), &mut value).expect("a String takes any text");
    overflow(value + "'", &conversion.from, &conversion.to)
}

/// Whether and how an instant becomes a clock of the session's zone, or the other way.
fn shift(conversion: &Conversion) -> impl Fn(i64) -> i64 + Send + Sync + 'static {
    let zoned = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Timestamp | DataType::TimestampLtzNanos(_) | DataType::Date
        )
    };
    let (from, to) = (zoned(&conversion.from), zoned(&conversion.to));
    let zone = conversion.zone.clone();
    move |micros| match (from, to) {
        (true, false) => zone.local(micros),
        (false, true) => zone.instant(micros).unwrap_or(micros),
        _ => micros,
    }
}

/// Seconds since the epoch as TIMESTAMP.
fn from_number(conversion: &Conversion) -> Result<Option<Convert>> {
    use TimestampMicrosecondType as Micros;
    let seconds = |value: i64| value.saturating_mul(MICROS_PER_SECOND);
    let target = conversion.clone();
    Ok(Some(match &conversion.from {
        DataType::Boolean => truth::<Micros>(conversion, i64::from)?,
        DataType::Byte => all::<Int8Type, Micros>(conversion, move |v| seconds(v.into()))?,
        DataType::Short => all::<Int16Type, Micros>(conversion, move |v| seconds(v.into()))?,
        DataType::Integer => all::<Int32Type, Micros>(conversion, move |v| seconds(v.into()))?,
        DataType::Long => all::<Int64Type, Micros>(conversion, seconds)?,
        DataType::Float => floating::<Float32Type>(conversion, f64::from)?,
        DataType::Double => floating::<Float64Type>(conversion, |value| value)?,
        DataType::Decimal { scale, .. } => {
            let scale = *scale;
            some::<Decimal128Type, Micros>(
                conversion,
                move |value| Some(micros_of_decimal(value, scale)),
                move |value| {
                    overflow(
                        Decimal128Type::quote(value, scale),
                        &target.from,
                        &target.to,
                    )
                },
            )?
        }
        _ => return Ok(None),
    }))
}

/// The lowest 64 bits of the microseconds. As in Spark, which multiplies with 34 digits, longer
/// numbers are rounded to as many, half to even.
fn micros_of_decimal(unscaled: i128, scale: i8) -> i64 {
    let digits = unscaled.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
    let cut = digits.saturating_sub(34);
    let by = 10_i128.pow(cut);
    let (quotient, rest) = (unscaled / by, (unscaled % by).abs());
    let up = rest * 2 > by || (rest * 2 == by && quotient % 2 != 0 && cut > 0);
    let rounded = quotient + i128::from(up) * unscaled.signum();
    let power = 6 + cut as i32 - i32::from(scale);
    let factor = 10_i128.pow(power.unsigned_abs().min(38));
    let whole = if power >= 0 {
        rounded.wrapping_mul(factor)
    } else {
        rounded / factor
    };
    whole as i64
}

fn floating<I: Quote>(conversion: &Conversion, read: fn(I::Native) -> f64) -> Result<Convert> {
    let micros = move |value| read(value) * MICROS_PER_SECOND as f64;
    if conversion.wraps() {
        return some::<I, TimestampMicrosecondType>(
            conversion,
            move |value| read(value).is_finite().then(|| micros(value) as i64),
            |_| SqlError::internal("the legacy mode has no errors"),
        );
    }
    let target = conversion.clone();
    some::<I, TimestampMicrosecondType>(
        conversion,
        move |value| {
            let micros = micros(value);
            let fits = micros.floor() <= i64::MAX as f64 && micros.ceil() >= i64::MIN as f64;
            fits.then_some(micros as i64)
        },
        move |value| {
            let shown = Float64Type::quote(read(value), 0);
            if read(value).is_finite() {
                let micros = Float64Type::quote(micros(value), 0);
                overflow(micros, &DataType::Double, &DataType::Long)
            } else {
                invalid_input(shown, &DataType::Double, &target.to)
            }
        },
    )
}

/// To timestamps of nanoseconds.
pub(super) fn to_nanos(conversion: &Conversion) -> Result<Option<Convert>> {
    use TimestampNanosecondType as Nanos;
    let precision = match conversion.to {
        DataType::TimestampLtzNanos(precision) | DataType::TimestampNtzNanos(precision) => {
            precision
        }
        _ => return Ok(None),
    };
    let unit = 10_i64.pow(9_u32.saturating_sub(precision.into()));
    let floor = move |nanos: i64| nanos - nanos.rem_euclid(unit);
    let join = move |micros: i64, nanos: i64| {
        Some(floor(
            micros.checked_mul(NANOS_PER_MICRO)?.checked_add(nanos)?,
        ))
    };
    let (zone, now, target) = (conversion.zone.clone(), conversion.now, conversion.clone());
    let (shift, zoned) = (
        shift(conversion),
        matches!(conversion.to, DataType::TimestampLtzNanos(_)),
    );
    let too_far = move |value: String| overflow(value, &target.from, &target.to);
    Ok(Some(match &conversion.from {
        text if text.is_string() => from_text::<Nanos>(conversion, move |text| {
            let moment = parse::moment(text)?;
            let micros = if zoned {
                moment.instant(&zone, now)?
            } else {
                moment.local()?
            };
            join(micros, moment.nanos)
        })?,
        DataType::Date => some::<Date32Type, Nanos>(
            conversion,
            move |days| {
                join(
                    if zoned {
                        zone.start_of_day(days)?
                    } else {
                        i64::from(days).checked_mul(MICROS_PER_DAY)?
                    },
                    0,
                )
            },
            move |days| too_far(days.to_string()),
        )?,
        DataType::Timestamp | DataType::TimestampNtz => some::<TimestampMicrosecondType, Nanos>(
            conversion,
            move |micros| join(shift(micros), 0),
            move |micros| too_far(micros.to_string()),
        )?,
        DataType::TimestampLtzNanos(_) | DataType::TimestampNtzNanos(_) => some::<Nanos, Nanos>(
            conversion,
            move |nanos| {
                join(
                    shift(nanos.div_euclid(NANOS_PER_MICRO)),
                    nanos.rem_euclid(NANOS_PER_MICRO),
                )
            },
            move |nanos| too_far(nanos.to_string()),
        )?,
        _ => return Ok(None),
    }))
}

/// To times of day, which lose the digits that the type doesn't have.
pub(super) fn to_time(conversion: &Conversion) -> Result<Option<Convert>> {
    use Time64NanosecondType as Time;
    let DataType::Time(precision) = conversion.to else {
        return Ok(None);
    };
    let unit = 10_i64.pow(9_u32.saturating_sub(precision.into()));
    let floor = move |nanos: i64| nanos - nanos % unit;
    let zone = match conversion.from {
        DataType::Timestamp | DataType::TimestampLtzNanos(_) => conversion.zone.clone(),
        _ => Zone::UTC,
    };
    let of_day = move |micros: i64| zone.local(micros).rem_euclid(MICROS_PER_DAY) * NANOS_PER_MICRO;
    Ok(Some(match &conversion.from {
        text if text.is_string() => {
            from_text::<Time>(conversion, move |text| parse::time(text).map(floor))?
        }
        DataType::Time(_) => all::<Time, Time>(conversion, floor)?,
        DataType::Timestamp | DataType::TimestampNtz => {
            all::<TimestampMicrosecondType, Time>(conversion, move |micros| floor(of_day(micros)))?
        }
        DataType::TimestampLtzNanos(_) | DataType::TimestampNtzNanos(_) => {
            all::<TimestampNanosecondType, Time>(conversion, move |nanos| {
                let micros = nanos.div_euclid(NANOS_PER_MICRO);
                floor(of_day(micros) + nanos.rem_euclid(NANOS_PER_MICRO))
            })?
        }
        _ => return Ok(None),
    }))
}
