//! Casts to floating point numbers.

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result};

use super::decimal::{double_of_decimal, float_of_decimal};
use super::each::{all, read, truth};
use super::error::invalid_input;
use super::{Conversion, Convert};
use crate::datetime::MICROS_PER_SECOND;
use crate::display::sql_value;
use crate::text;

/// A floating point type.
trait Floating: ArrowPrimitiveType {
    fn of_long(value: i64) -> Self::Native;
    fn of_float(value: f32) -> Self::Native;
    fn of_double(value: f64) -> Self::Native;
    fn of_decimal(unscaled: i128, scale: i8) -> Self::Native;
    fn parse(text: &str) -> Option<Self::Native>;
}

macro_rules! floating {
    ($($arrow:ty, $native:ty, $of_decimal:ident);+) => {
        $(impl Floating for $arrow {
            fn of_long(value: i64) -> $native {
                value as $native
            }

            fn of_float(value: f32) -> $native {
                value as $native
            }

            fn of_double(value: f64) -> $native {
                value as $native
            }

            fn of_decimal(unscaled: i128, scale: i8) -> $native {
                $of_decimal(unscaled, scale)
            }

            fn parse(text: &str) -> Option<$native> {
                text::float(text)
            }
        })+
    };
}

floating!(Float32Type, f32, float_of_decimal; Float64Type, f64, double_of_decimal);

pub(super) fn to_float(conversion: &Conversion) -> Result<Option<Convert>> {
    match conversion.to {
        DataType::Float => to::<Float32Type>(conversion),
        _ => to::<Float64Type>(conversion),
    }
}

fn to<O: Floating>(conversion: &Conversion) -> Result<Option<Convert>> {
    Ok(Some(match &conversion.from {
        DataType::Boolean => truth::<O>(conversion, |value| O::of_long(i64::from(value)))?,
        DataType::Byte => all::<Int8Type, O>(conversion, |value| O::of_long(i64::from(value)))?,
        DataType::Short => all::<Int16Type, O>(conversion, |value| O::of_long(i64::from(value)))?,
        DataType::Integer => all::<Int32Type, O>(conversion, |value| O::of_long(i64::from(value)))?,
        DataType::Long => all::<Int64Type, O>(conversion, O::of_long)?,
        DataType::Float => all::<Float32Type, O>(conversion, O::of_float)?,
        DataType::Double => all::<Float64Type, O>(conversion, O::of_double)?,
        DataType::Decimal { scale, .. } => {
            let scale = *scale;
            all::<Decimal128Type, O>(conversion, move |value| O::of_decimal(value, scale))?
        }
        DataType::Timestamp => all::<TimestampMicrosecondType, O>(conversion, |micros| {
            O::of_double(micros as f64 / MICROS_PER_SECOND as f64)
        })?,
        text if text.is_string() => {
            let target = conversion.clone();
            read::<O>(conversion, O::parse, move |text| {
                invalid_input(sql_value(text), &target.from, &target.to)
            })?
        }
        _ => return Ok(None),
    }))
}
