//! Casts to whole numbers.

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalYearMonthType, Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError};

use super::each::{Quote, all, read, scale_of, some, strict, truth};
use super::error::{invalid_input, overflow};
use super::interval::{day_time_unit, quote_day_time, quote_year_month, year_month_unit};
use super::{Conversion, Convert};
use crate::datetime::MICROS_PER_SECOND;
use crate::display::sql_value;
use crate::text::long;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// A type of whole numbers.
pub(super) trait Integer: ArrowPrimitiveType {
    /// The number, if it is one of the type.
    fn exact(value: i128) -> Option<Self::Native>;
    /// Its lowest bits.
    fn wrap(value: i64) -> Self::Native;
    /// The number without its fraction, as Java converts: by way of `int`, at the nearest end of the
    /// type where it is out of range.
    fn saturate(value: f64) -> Self::Native;
    /// The same, if it is in range.
    fn truncate(value: f64) -> Option<Self::Native>;
}

macro_rules! integers {
    ($($arrow:ty, $native:ty, $by_way_of:ty);+) => {
        $(impl Integer for $arrow {
            fn exact(value: i128) -> Option<$native> {
                <$native>::try_from(value).ok()
            }

            fn wrap(value: i64) -> $native {
                value as $native
            }

            fn saturate(value: f64) -> $native {
                value as $by_way_of as $native
            }

            fn truncate(value: f64) -> Option<$native> {
                let fits = value.floor() <= <$native>::MAX as f64
                    && value.ceil() >= <$native>::MIN as f64;
                fits.then_some(value as $native)
            }
        })+
    };
}

integers!(Int8Type, i8, i32; Int16Type, i16, i32; Int32Type, i32, i32; Int64Type, i64, i64);

pub(super) fn to_integer(conversion: &Conversion) -> Result<Option<Convert>> {
    match conversion.to {
        DataType::Byte => to::<Int8Type>(conversion),
        DataType::Short => to::<Int16Type>(conversion),
        DataType::Integer => to::<Int32Type>(conversion),
        _ => to::<Int64Type>(conversion),
    }
}

fn to<O: Integer>(conversion: &Conversion) -> Result<Option<Convert>> {
    Ok(Some(match &conversion.from {
        DataType::Boolean => truth::<O>(conversion, |value| O::wrap(i64::from(value)))?,
        DataType::Byte => whole::<Int8Type, O>(conversion, i64::from)?,
        DataType::Short => whole::<Int16Type, O>(conversion, i64::from)?,
        DataType::Integer => whole::<Int32Type, O>(conversion, i64::from)?,
        DataType::Long => whole::<Int64Type, O>(conversion, |value| value)?,
        DataType::Float => floating::<Float32Type, O>(conversion, f64::from)?,
        DataType::Double => floating::<Float64Type, O>(conversion, |value| value)?,
        DataType::Decimal { scale, .. } => decimal::<O>(conversion, *scale)?,
        DataType::Timestamp => timestamp::<O>(conversion)?,
        DataType::Time(_) => time::<O>(conversion)?,
        DataType::YearMonthInterval(range) => {
            let (range, target) = (*range, conversion.clone());
            let unit = i128::from(year_month_unit(range));
            strict::<IntervalYearMonthType, O>(
                conversion,
                move |months| O::exact(i128::from(months) / unit),
                move |months| failed(quote_year_month(months, range), &target),
            )?
        }
        DataType::DayTimeInterval(range) => {
            let (range, target) = (*range, conversion.clone());
            let unit = i128::from(day_time_unit(range));
            strict::<DurationMicrosecondType, O>(
                conversion,
                move |micros| O::exact(i128::from(micros) / unit),
                move |micros| failed(quote_day_time(micros, range), &target),
            )?
        }
        text if text.is_string() => from_text::<O>(conversion)?,
        _ => return Ok(None),
    }))
}

fn failed(value: String, conversion: &Conversion) -> SqlError {
    overflow(value, &conversion.from, &conversion.to)
}

fn whole<I, O>(conversion: &Conversion, read: fn(I::Native) -> i64) -> Result<Convert>
where
    I: Quote,
    O: Integer,
{
    if conversion.wraps() || I::DATA_TYPE.primitive_width() <= O::DATA_TYPE.primitive_width() {
        return all::<I, O>(conversion, move |value| O::wrap(read(value)));
    }
    let target = conversion.clone();
    some::<I, O>(
        conversion,
        move |value| O::exact(i128::from(read(value))),
        move |value| failed(I::quote(value, 0), &target),
    )
}

fn floating<I, O>(conversion: &Conversion, read: fn(I::Native) -> f64) -> Result<Convert>
where
    I: Quote,
    O: Integer,
{
    if conversion.wraps() {
        return all::<I, O>(conversion, move |value| O::saturate(read(value)));
    }
    let target = conversion.clone();
    some::<I, O>(
        conversion,
        move |value| O::truncate(read(value)),
        move |value| failed(I::quote(value, 0), &target),
    )
}

fn decimal<O: Integer>(conversion: &Conversion, scale: i8) -> Result<Convert> {
    let unit = 10_i128.pow(scale.unsigned_abs().into());
    let digits = move |value: i128| match scale {
        0 => Some(value),
        1.. => Some(match (i64::try_from(value), i64::try_from(unit)) {
            (Ok(value), Ok(unit)) => i128::from(value / unit),
            _ => value / unit,
        }),
        _ => value.checked_mul(unit),
    };
    if conversion.wraps() {
        return all::<Decimal128Type, O>(conversion, move |value| {
            O::wrap(digits(value).unwrap_or_default() as i64)
        });
    }
    let target = conversion.clone();
    some::<Decimal128Type, O>(
        conversion,
        move |value| digits(value).and_then(O::exact),
        move |value| {
            failed(
                Decimal128Type::quote(value, scale_of(&target.from)),
                &target,
            )
        },
    )
}

fn timestamp<O: Integer>(conversion: &Conversion) -> Result<Convert> {
    let seconds = |micros: i64| micros.div_euclid(MICROS_PER_SECOND);
    let target = conversion.clone();
    some::<TimestampMicrosecondType, O>(
        conversion,
        move |micros| O::exact(i128::from(seconds(micros))),
        move |micros| {
            let mut value = String::from("TIMESTAMP '");
            crate::display::write_timestamp(micros, target.zone.offset_at(micros), 0, &mut value)
                .expect("a String takes any text");
            failed(value + "'", &target)
        },
    )
}

fn time<O: Integer>(conversion: &Conversion) -> Result<Convert> {
    let target = conversion.clone();
    if conversion.wraps() {
        return all::<Time64NanosecondType, O>(conversion, |nanos| {
            O::wrap(nanos / NANOS_PER_SECOND)
        });
    }
    some::<Time64NanosecondType, O>(
        conversion,
        |nanos| O::exact(i128::from(nanos / NANOS_PER_SECOND)),
        move |nanos| {
            let mut value = String::from("TIME '");
            crate::display::write_time(nanos, &mut value).expect("a String takes any text");
            failed(value + "'", &target)
        },
    )
}

fn from_text<O: Integer>(conversion: &Conversion) -> Result<Convert> {
    let (fraction, target) = (conversion.wraps(), conversion.clone());
    read::<O>(
        conversion,
        move |text| O::exact(i128::from(long(text, fraction)?)),
        move |text| invalid_input(sql_value(text), &target.from, &target.to),
    )
}
