//! Operators on bits: `&`, `|`, `^`, `~`, shifts, `bit_count`, `bit_get`.
//!
//! Shifts go by the low five or six bits of the distance, as in Java. Numbers are counted as 64 bits
//! wide, so a negative one has the bits of its sign.

use std::ops::{BitAnd, BitOr, BitXor, Not};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Int32Array};
use arrow::datatypes::{Int8Type, Int16Type, Int32Type, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::{binary, no_kernel, unary};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// The operators of bits.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("&", |site| bitwise(Bitwise::And, site)),
    Scalar::new("|", |site| bitwise(Bitwise::Or, site)),
    Scalar::new("^", |site| bitwise(Bitwise::Xor, site)),
    Scalar::new("~", inverted),
    Scalar::new("<<", |site| {
        shift(site, i32::wrapping_shl, i64::wrapping_shl)
    }),
    Scalar::new(">>", |site| {
        shift(site, i32::wrapping_shr, i64::wrapping_shr)
    }),
    Scalar::new(">>>", |site| {
        shift(
            site,
            |value, by| value.cast_unsigned().wrapping_shr(by).cast_signed(),
            |value, by| value.cast_unsigned().wrapping_shr(by).cast_signed(),
        )
    }),
    Scalar::new("bit_count", count),
    Scalar::new("bit_get", bit),
];

#[derive(Clone, Copy)]
enum Bitwise {
    And,
    Or,
    Xor,
}

fn bitwise(operator: Bitwise, site: &Site) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::Byte) => bitwise_of::<Int8Type>(operator, site),
        Some(DataType::Short) => bitwise_of::<Int16Type>(operator, site),
        Some(DataType::Integer) => bitwise_of::<Int32Type>(operator, site),
        Some(DataType::Long) => bitwise_of::<Int64Type>(operator, site),
        _ => Err(no_kernel("bits", site)),
    }
}

fn bitwise_of<T>(operator: Bitwise, site: &Site) -> Result<Kernel>
where
    T: ArrowPrimitiveType,
    T::Native: BitAnd<Output = T::Native> + BitOr<Output = T::Native> + BitXor<Output = T::Native>,
{
    match operator {
        Bitwise::And => binary::<T, T, T>(site, |a, b| (a & b, false), |a, b| Ok(Some(a & b))),
        Bitwise::Or => binary::<T, T, T>(site, |a, b| (a | b, false), |a, b| Ok(Some(a | b))),
        Bitwise::Xor => binary::<T, T, T>(site, |a, b| (a ^ b, false), |a, b| Ok(Some(a ^ b))),
    }
}

fn inverted(site: &Site) -> Result<Kernel> {
    fn of_type<T>(site: &Site) -> Result<Kernel>
    where
        T: ArrowPrimitiveType<Native: Not<Output = T::Native>>,
    {
        unary::<T, T>(site, |value| (!value, false), |value| Ok(Some(!value)))
    }
    match site.arguments.first() {
        Some(DataType::Byte) => of_type::<Int8Type>(site),
        Some(DataType::Short) => of_type::<Int16Type>(site),
        Some(DataType::Integer) => of_type::<Int32Type>(site),
        Some(DataType::Long) => of_type::<Int64Type>(site),
        _ => Err(no_kernel("~", site)),
    }
}

fn shift(site: &Site, narrow: fn(i32, u32) -> i32, wide: fn(i64, u32) -> i64) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::Integer) => {
            let shifted = move |value, by: i32| narrow(value, by.cast_unsigned());
            binary::<Int32Type, Int32Type, Int32Type>(
                site,
                move |value, by| (shifted(value, by), false),
                move |value, by| Ok(Some(shifted(value, by))),
            )
        }
        Some(DataType::Long) => {
            let shifted = move |value, by: i32| wide(value, by.cast_unsigned());
            binary::<Int64Type, Int32Type, Int64Type>(
                site,
                move |value, by| (shifted(value, by), false),
                move |value, by| Ok(Some(shifted(value, by))),
            )
        }
        _ => Err(no_kernel("shift", site)),
    }
}

fn count(site: &Site) -> Result<Kernel> {
    fn of_type<T>(site: &Site) -> Result<Kernel>
    where
        T: ArrowPrimitiveType<Native: Into<i64>>,
    {
        let ones = |value: T::Native| value.into().count_ones().cast_signed();
        unary::<T, Int32Type>(site, move |v| (ones(v), false), move |v| Ok(Some(ones(v))))
    }
    match site.arguments.first() {
        Some(DataType::Boolean) => Ok(Arc::new(|arguments| {
            let flags = arguments.array(0)?;
            let flags = flags.as_boolean();
            let ones: Vec<i32> = flags.values().iter().map(i32::from).collect();
            let ones: ArrayRef = Arc::new(Int32Array::new(ones.into(), flags.nulls().cloned()));
            Ok(ones)
        })),
        Some(DataType::Byte) => of_type::<Int8Type>(site),
        Some(DataType::Short) => of_type::<Int16Type>(site),
        Some(DataType::Integer) => of_type::<Int32Type>(site),
        Some(DataType::Long) => of_type::<Int64Type>(site),
        _ => Err(no_kernel("bit_count", site)),
    }
}

fn bit(site: &Site) -> Result<Kernel> {
    fn of_type<T>(site: &Site) -> Result<Kernel>
    where
        T: ArrowPrimitiveType<Native: Into<i64>>,
    {
        let width = 8 * size_of::<T::Native>() as i32;
        let quick = move |value: T::Native, at: i32| {
            let bit = value.into().wrapping_shr(at.cast_unsigned()) & 1;
            (bit as i8, (at < 0) | (at >= width))
        };
        binary::<T, Int32Type, Int8Type>(site, quick, move |_, at| Err(Raised(no_bit(at, width))))
    }
    match site.arguments.first() {
        Some(DataType::Byte) => of_type::<Int8Type>(site),
        Some(DataType::Short) => of_type::<Int16Type>(site),
        Some(DataType::Integer) => of_type::<Int32Type>(site),
        Some(DataType::Long) => of_type::<Int64Type>(site),
        _ => Err(no_kernel("bit_get", site)),
    }
}

fn no_bit(at: i32, width: i32) -> SqlError {
    SqlError::new(condition::INVALID_PARAMETER_VALUE_BIT_POSITION_RANGE)
        .with("parameter", "`pos`")
        .with("functionName", "`bit_get`")
        .with("upper", width.to_string())
        .with("invalidValue", at.to_string())
}
