//! Values of partition columns: read, and of which type.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use datafusion::scalar::ScalarValue;
use flint_sql_columnar::arrow_type;
use flint_sql_spec::{DataType, Result};

use super::DEFAULT_PARTITION;
use crate::settings::Zone;

/// Days since 1970 of `2024-01-31`.
fn days_of(date: NaiveDate) -> i32 {
    // The range of chrono's dates is less than that of 32-bit days.
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// Microseconds since 1970 of a local time in a zone: of two that are possible the earlier, of none
/// the one after the gap.
fn micros_of(local: NaiveDateTime, zone: Zone) -> i64 {
    match zone {
        Zone::Fixed(seconds) => local.and_utc().timestamp_micros() - i64::from(seconds) * 1_000_000,
        Zone::Region(region) => match region.from_local_datetime(&local).earliest() {
            Some(time) => time.timestamp_micros(),
            None => {
                // Inside a gap: as far behind its end as the clock was in front of its start.
                let before = local - chrono::Duration::hours(6);
                let offset = region.from_local_datetime(&before).earliest();
                let elapsed = local - before;
                offset.map_or_else(
                    || local.and_utc().timestamp_micros(),
                    |time| (time + elapsed).timestamp_micros(),
                )
            }
        },
    }
}

/// `2024-01-31`.
fn date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    shaped.then(|| text.parse().ok())?
}

/// `2024-01-31 13:00:00`, with a fraction of up to six digits.
fn local_time(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once([' ', 'T'])?;
    let time: NaiveTime = (time.len() >= 8).then(|| time.parse().ok())??;
    Some(date(day)?.and_time(time))
}

/// The digits of a number that has none behind the point: `30`, `1e3`, `1.5e1`.
fn whole_decimal(text: &str) -> Option<u8> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let legal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let zeros = exponent.parse::<i64>().ok()? - fraction.len() as i64;
    let significant = digits.trim_start_matches('0').len().max(1) as i64 + zeros;
    (legal && zeros >= 0 && significant <= 38).then_some(significant as u8)
}

/// Java's double: with an exponent, `NaN`, `Infinity`, and a suffix `d` or `f`.
fn double(text: &str) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        "NaN" => return Some(f64::NAN),
        "Infinity" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        "Infinity" => return Some(f64::INFINITY),
        _ => {}
    }
    let digits = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    let first = digits.trim_start_matches(['-', '+']).bytes().next()?;
    (first.is_ascii_digit() || first == b'.').then(|| digits.parse().ok())?
}

/// The type that one value, without escapes, has by itself; `void` of null.
pub(super) fn infer(text: &str, types: bool, ntz: bool) -> DataType {
    if text == DEFAULT_PARTITION {
        return DataType::Null;
    }
    if !types {
        return DataType::STRING;
    }
    if text.parse::<i32>().is_ok() {
        DataType::Integer
    } else if text.parse::<i64>().is_ok() {
        DataType::Long
    } else if let Some(precision) = whole_decimal(text) {
        DataType::Decimal {
            precision,
            scale: 0,
        }
    } else if double(text).is_some() {
        DataType::Double
    } else if local_time(text).is_some() {
        if ntz {
            DataType::TimestampNtz
        } else {
            DataType::Timestamp
        }
    } else if date(text).is_some() {
        DataType::Date
    } else {
        DataType::STRING
    }
}

/// The type of a column that has values of both types.
pub(super) fn wider(left: &DataType, right: &DataType) -> DataType {
    use DataType::{Date, Decimal, Double, Integer, Long, Null, Timestamp, TimestampNtz};
    match (left, right) {
        (same, other) if same == other => same.clone(),
        (Null, other) | (other, Null) => other.clone(),
        (Integer, Long) | (Long, Integer) => Long,
        (Integer, Double) | (Double, Integer) => Double,
        (Decimal { precision, .. }, Integer) | (Integer, Decimal { precision, .. }) => Decimal {
            precision: (*precision).max(10),
            scale: 0,
        },
        (Decimal { precision, .. }, Long) | (Long, Decimal { precision, .. }) => Decimal {
            precision: (*precision).max(20),
            scale: 0,
        },
        (Decimal { precision: a, .. }, Decimal { precision: b, .. }) => Decimal {
            precision: (*a).max(*b),
            scale: 0,
        },
        (Date, time @ (Timestamp | TimestampNtz)) | (time @ (Timestamp | TimestampNtz), Date) => {
            time.clone()
        }
        _ => DataType::STRING,
    }
}

/// A value, without escapes, as one of a type; `None` if it is none. The directory of null is null,
/// as is an empty value.
///
/// # Errors
/// For types that have no layout.
pub(crate) fn cast_value(text: &str, to: &DataType, zone: Zone) -> Result<Option<ScalarValue>> {
    if text == DEFAULT_PARTITION {
        let null = ScalarValue::try_from(&arrow_type(to)?);
        return null.map(Some).map_err(flint_sql_columnar::from_datafusion);
    }
    let trimmed = text.trim();
    Ok(match to {
        DataType::String(_) | DataType::Char(_) | DataType::VarChar(_) => {
            Some(ScalarValue::Utf8(Some(text.to_owned())))
        }
        DataType::Boolean => crate::settings::flag(trimmed).map(|b| ScalarValue::Boolean(Some(b))),
        DataType::Byte => trimmed.parse().ok().map(|n| ScalarValue::Int8(Some(n))),
        DataType::Short => trimmed.parse().ok().map(|n| ScalarValue::Int16(Some(n))),
        DataType::Integer => trimmed.parse().ok().map(|n| ScalarValue::Int32(Some(n))),
        DataType::Long => trimmed.parse().ok().map(|n| ScalarValue::Int64(Some(n))),
        DataType::Float => double(text).map(|n| ScalarValue::Float32(Some(n as f32))),
        DataType::Double => double(text).map(|n| ScalarValue::Float64(Some(n))),
        DataType::Decimal { .. } => {
            let string = ScalarValue::Utf8(Some(trimmed.to_owned()));
            string
                .cast_to(&arrow_type(to)?)
                .ok()
                .filter(|value| !value.is_null())
        }
        DataType::Binary => Some(ScalarValue::Binary(Some(text.as_bytes().to_vec()))),
        DataType::Date => date(trimmed)
            .or_else(|| local_time(trimmed).map(|time| time.date()))
            .map(|date| ScalarValue::Date32(Some(days_of(date)))),
        DataType::Timestamp => moment(trimmed).map(|local| {
            ScalarValue::TimestampMicrosecond(Some(micros_of(local, zone)), Some("UTC".into()))
        }),
        DataType::TimestampNtz => moment(trimmed).map(|local| {
            ScalarValue::TimestampMicrosecond(Some(local.and_utc().timestamp_micros()), None)
        }),
        _ => None,
    })
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    local_time(text).or_else(|| date(text)?.and_hms_opt(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_inferred() {
        let of = |text| infer(text, true, false).simple_string();
        assert_eq!(of("01"), "int");
        assert_eq!(of("3000000000"), "bigint");
        assert_eq!(of("30000000000000000000"), "decimal(20,0)");
        assert_eq!(of("1.5"), "double");
        assert_eq!(of("1e3"), "decimal(4,0)");
        assert_eq!(of("2020-01-01"), "date");
        assert_eq!(of("2020-01-01 00:00:00.5"), "timestamp");
        assert_eq!(of("true"), "string");
        assert_eq!(of(DEFAULT_PARTITION), "void");
        assert_eq!(infer("1", false, false), DataType::STRING);
    }

    #[test]
    fn values_get_the_type_of_their_column() {
        let zone = Zone::parse("Europe/Paris").expect("a zone");
        let at = cast_value("1970-01-01 01:00:00", &DataType::Timestamp, zone);
        let zero = ScalarValue::TimestampMicrosecond(Some(0), Some("UTC".into()));
        assert_eq!(at, Ok(Some(zero)));
        assert_eq!(cast_value("x", &DataType::Integer, zone), Ok(None));
        let null = cast_value(DEFAULT_PARTITION, &DataType::Integer, zone);
        assert_eq!(null, Ok(Some(ScalarValue::Int32(None))));
    }
}
