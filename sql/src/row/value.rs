//! [`FromValue`]: Spark's values as values of Rust.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use flint_sql_functions::display::variant_json;
use flint_sql_spec::{DataType, DecimalValue, Literal, Result, SqlError, VariantValue, condition};

use super::Row;

/// A type of Rust that values of Spark can become without loss.
///
/// | Spark | Rust |
/// | --- | --- |
/// | `boolean` | `bool` |
/// | `tinyint`, `smallint`, `int`, `bigint` | `i8`, `i16`, `i32`, `i64`, or wider |
/// | `float`, `double` | `f32`, `f64`; `f64` for whole numbers of up to 32 bits, too |
/// | `decimal` | [`DecimalValue`] |
/// | `string` | `String`, `Arc<str>` |
/// | `binary` | `Vec<u8>` |
/// | `date`, `time` | [`NaiveDate`], [`NaiveTime`] |
/// | `timestamp`, `timestamp_ntz` | [`DateTime<Utc>`], [`NaiveDateTime`] |
/// | day-time intervals | [`TimeDelta`] |
/// | arrays | `Vec` |
/// | maps | `HashMap`, `BTreeMap` |
/// | structs | [`Row`] |
/// | `variant` | [`VariantValue`] |
/// | any, null too | [`Literal`] |
/// | what may be null | `Option` of one of these |
pub trait FromValue: Sized {
    /// The value, of a column of type `data_type`.
    ///
    /// # Errors
    /// `ROW_VALUE_IS_NULL` for a null, `CANNOT_UP_CAST_DATATYPE` for a type that does not fit.
    fn from_value(value: &Literal, data_type: &DataType) -> Result<Self>;
}

/// Why a value cannot become a `T`.
fn misfit<T>(value: &Literal, data_type: &DataType) -> SqlError {
    if value.is_null() {
        return SqlError::new(condition::ROW_VALUE_IS_NULL).with("index", "?");
    }
    SqlError::new(condition::CANNOT_UP_CAST_DATATYPE)
        .with("expression", "a value of a row")
        .with("sourceType", data_type.sql())
        .with("targetType", std::any::type_name::<T>())
        .with(
            "details",
            "The type of Rust cannot hold all values of the type of Spark.",
        )
}

macro_rules! from_value {
    ($($target:ty: $($pattern:pat => $value:expr),+;)+) => {
        $(impl FromValue for $target {
            fn from_value(value: &Literal, data_type: &DataType) -> Result<Self> {
                let found: Option<$target> = match value {
                    $($pattern => $value,)+
                    _ => None,
                };
                found.ok_or_else(|| misfit::<$target>(value, data_type))
            }
        })+
    };
}

from_value! {
    bool: Literal::Boolean(value) => Some(*value);
    i8: Literal::Byte(n) => Some(*n);
    i16: Literal::Byte(n) => Some((*n).into()), Literal::Short(n) => Some(*n);
    i32: Literal::Byte(n) => Some((*n).into()), Literal::Short(n) => Some((*n).into()),
        Literal::Integer(n) => Some(*n);
    i64: Literal::Byte(n) => Some((*n).into()), Literal::Short(n) => Some((*n).into()),
        Literal::Integer(n) => Some((*n).into()), Literal::Long(n) => Some(*n);
    f32: Literal::Float(n) => Some(n.0);
    f64: Literal::Byte(n) => Some((*n).into()), Literal::Short(n) => Some((*n).into()),
        Literal::Integer(n) => Some((*n).into()), Literal::Float(n) => Some(n.0.into()),
        Literal::Double(n) => Some(n.0);
    DecimalValue: Literal::Decimal(value) => Some(*value);
    String: Literal::String(text) => Some(text.to_string());
    Arc<str>: Literal::String(text) => Some(Arc::clone(text));
    Vec<u8>: Literal::Binary(bytes) => Some(bytes.to_vec());
    NaiveDate: Literal::Date(days) => date(*days);
    NaiveTime: Literal::Time { nanos, .. } => time(*nanos);
    DateTime<Utc>: Literal::Timestamp(micros) => DateTime::from_timestamp_micros(*micros);
    NaiveDateTime: Literal::TimestampNtz(micros) =>
        DateTime::from_timestamp_micros(*micros).map(|time| time.naive_utc());
    TimeDelta: Literal::DayTimeInterval { micros, .. } => Some(TimeDelta::microseconds(*micros));
    VariantValue: Literal::Variant(value) => Some(value.clone());
    Row: Literal::Struct { fields, values } => Some(Row::new(fields.clone(), values.to_vec()));
}

fn date(days: i32) -> Option<NaiveDate> {
    let distance = Days::new(u64::from(days.unsigned_abs()));
    let epoch = NaiveDate::default();
    match days < 0 {
        true => epoch.checked_sub_days(distance),
        false => epoch.checked_add_days(distance),
    }
}

fn time(nanos: i64) -> Option<NaiveTime> {
    const NANOS: i64 = 1_000_000_000;
    let (seconds, nanos) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    let seconds = u32::try_from(seconds).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, u32::try_from(nanos).ok()?)
}

impl FromValue for Literal {
    fn from_value(value: &Literal, _: &DataType) -> Result<Self> {
        Ok(value.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Literal, data_type: &DataType) -> Result<Self> {
        match value.is_null() {
            true => Ok(None),
            false => T::from_value(value, data_type).map(Some),
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Literal, data_type: &DataType) -> Result<Self> {
        let Literal::Array { element, values } = value else {
            return Err(misfit::<Self>(value, data_type));
        };
        values
            .iter()
            .map(|value| T::from_value(value, element))
            .collect()
    }
}

/// The pairs of a map.
fn pairs<K: FromValue, V: FromValue, M: FromIterator<(K, V)>>(
    value: &Literal,
    data_type: &DataType,
) -> Result<M> {
    let Literal::Map {
        key: key_type,
        value: value_type,
        entries,
    } = value
    else {
        return Err(misfit::<M>(value, data_type));
    };
    let pair = |(key, value): &(Literal, Literal)| {
        Ok((
            K::from_value(key, key_type)?,
            V::from_value(value, value_type)?,
        ))
    };
    entries.iter().map(pair).collect()
}

impl<K: FromValue + Eq + Hash, V: FromValue, S: BuildHasher + Default> FromValue
    for HashMap<K, V, S>
{
    fn from_value(value: &Literal, data_type: &DataType) -> Result<Self> {
        pairs(value, data_type)
    }
}

impl<K: FromValue + Ord, V: FromValue> FromValue for BTreeMap<K, V> {
    fn from_value(value: &Literal, data_type: &DataType) -> Result<Self> {
        pairs(value, data_type)
    }
}

/// A value for people to read while they look for faults; `show()` prints as Spark does.
pub(super) struct Shown<'a>(pub(super) &'a Literal);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Literal::Null(_) => f.write_str("null"),
            Literal::Boolean(value) => write!(f, "{value}"),
            Literal::Byte(n) => write!(f, "{n}"),
            Literal::Short(n) => write!(f, "{n}"),
            Literal::Integer(n) => write!(f, "{n}"),
            Literal::Long(n) => write!(f, "{n}"),
            Literal::Float(n) => write!(f, "{:?}", n.0),
            Literal::Double(n) => write!(f, "{:?}", n.0),
            Literal::String(text) => f.write_str(text),
            Literal::Array { values, .. } => list(f, "[", values.iter(), "]"),
            Literal::Struct { values, .. } => list(f, "{", values.iter(), "}"),
            Literal::Map { entries, .. } => {
                f.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(f, "{comma}{} -> {}", Shown(key), Shown(value))?;
                }
                f.write_str("}")
            }
            Literal::Variant(variant) => match variant_json(variant, "UTC") {
                Ok(json) => f.write_str(&json),
                Err(_) => write!(f, "{variant:?}"),
            },
            other => write!(f, "{other:?}"),
        }
    }
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    open: &str,
    values: impl Iterator<Item = &'a Literal>,
    close: &str,
) -> fmt::Result {
    f.write_str(open)?;
    for (at, value) in values.enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        write!(f, "{comma}{}", Shown(value))?;
    }
    f.write_str(close)
}
