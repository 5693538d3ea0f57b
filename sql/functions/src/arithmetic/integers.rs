//! Whole numbers.

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{Int8Type, Int16Type, Int32Type, Int64Type};
use flint_sql_spec::{DataType, Result, SqlError};

use super::failure::{Missing, by_zero, overflow, small_overflow};
use super::{Operator, binary, no_kernel};
use crate::scalar::Kernel;
use crate::site::Site;

/// Whole numbers of a width. An operation gives what it wraps around to, and whether it did.
pub(super) trait Whole:
    Copy + PartialEq + Send + Sync + std::fmt::Display + 'static
{
    const ZERO: Self;
    /// Whether Spark names both numbers in the error.
    const SMALL: bool;

    fn plus(self, other: Self) -> (Self, bool);
    fn minus(self, other: Self) -> (Self, bool);
    fn times(self, other: Self) -> (Self, bool);
    /// The quotient cut at the point; by zero it is zero.
    fn over(self, other: Self) -> (Self, bool);
    /// The remainder with the sign of `self`; of zero it is zero.
    fn rest(self, other: Self) -> Self;
    /// As Spark's `pmod`, in Java's arithmetic.
    fn positive_rest(self, other: Self) -> Self;
    /// The opposite number.
    fn opposite(self) -> (Self, bool);
    fn is_negative(self) -> bool;
}

// Sums overflow where both signs differ from that of the result: no branches. Java computes small
// numbers as `int`, so their `pmod` wraps later.
macro_rules! whole {
    ($($type:ty, $wide:ty, $java:ty, $small:literal;)*) => {$(
        impl Whole for $type {
            const ZERO: Self = 0;
            const SMALL: bool = $small;

            fn plus(self, other: Self) -> (Self, bool) {
                let sum = self.wrapping_add(other);
                (sum, ((self ^ sum) & (other ^ sum)) < 0)
            }

            fn minus(self, other: Self) -> (Self, bool) {
                let difference = self.wrapping_sub(other);
                (difference, ((self ^ other) & (self ^ difference)) < 0)
            }

            fn times(self, other: Self) -> (Self, bool) {
                let product = <$wide>::from(self) * <$wide>::from(other);
                (product as Self, <$wide>::from(product as Self) != product)
            }

            fn over(self, other: Self) -> (Self, bool) {
                if other == 0 {
                    return (0, false);
                }
                self.overflowing_div(other)
            }

            fn rest(self, other: Self) -> Self {
                if other == 0 { 0 } else { self.wrapping_rem(other) }
            }

            fn positive_rest(self, other: Self) -> Self {
                let rest = self.rest(other);
                if rest >= 0 {
                    return rest;
                }
                let (rest, other) = (<$java>::from(rest), <$java>::from(other));
                rest.wrapping_add(other).wrapping_rem(other) as Self
            }

            fn opposite(self) -> (Self, bool) {
                (self.wrapping_neg(), self == Self::MIN)
            }

            fn is_negative(self) -> bool {
                self < 0
            }
        }
    )*};
}

whole! {
    i8, i16, i32, true;
    i16, i32, i32, true;
    i32, i64, i32, false;
    i64, i128, i64, false;
}

pub(super) fn operator(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    match site.arguments[0] {
        DataType::Byte => of_type::<Int8Type>(operator, site, missing),
        DataType::Short => of_type::<Int16Type>(operator, site, missing),
        DataType::Integer => of_type::<Int32Type>(operator, site, missing),
        _ => of_type::<Int64Type>(operator, site, missing),
    }
}

fn of_type<T>(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole>,
{
    match operator {
        Operator::Add => checked::<T>(operator, site, missing, Whole::plus),
        Operator::Subtract => checked::<T>(operator, site, missing, Whole::minus),
        Operator::Multiply => checked::<T>(operator, site, missing, Whole::times),
        Operator::IntegralDivide => divided::<T>(site, missing),
        Operator::Remainder => rest::<T>(operator, site, missing, Whole::rest),
        Operator::PositiveRemainder => rest::<T>(operator, site, missing, Whole::positive_rest),
        Operator::Divide => Err(no_kernel(operator.symbol(), site)),
    }
}

fn checked<T>(
    operator: Operator,
    site: &Site,
    missing: Missing,
    compute: impl Fn(T::Native, T::Native) -> (T::Native, bool) + Copy + Send + Sync + 'static,
) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole>,
{
    if missing == Missing::Wrap {
        let quick = move |a, b| (compute(a, b).0, false);
        return binary::<T, T, T>(site, quick, move |a, b| Ok(Some(compute(a, b).0)));
    }
    binary::<T, T, T>(site, compute, move |a, b| {
        missing.none(|| overflowed(operator, a, b))
    })
}

fn overflowed<N: Whole>(operator: Operator, a: N, b: N) -> SqlError {
    if N::SMALL {
        small_overflow(operator, a, b)
    } else {
        overflow("overflow", Some(operator.forgiving()))
    }
}

fn divided<T>(site: &Site, missing: Missing) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole>,
{
    let operator = Operator::IntegralDivide;
    let quick = |a: T::Native, b: T::Native| {
        let (quotient, overflowed) = a.over(b);
        (quotient, overflowed | (b == T::Native::ZERO))
    };
    binary::<T, T, T>(site, quick, move |a, b| {
        if b == T::Native::ZERO {
            return missing.none(|| by_zero(operator));
        }
        let (quotient, overflowed) = a.over(b);
        let exists = !overflowed || missing == Missing::Wrap;
        missing.settle(exists.then_some(quotient), || {
            overflow("Overflow in integral divide", Some(operator.forgiving()))
        })
    })
}

fn rest<T>(
    operator: Operator,
    site: &Site,
    missing: Missing,
    compute: impl Fn(T::Native, T::Native) -> T::Native + Send + Sync + 'static,
) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole>,
{
    let quick = move |a, b| (compute(a, b), b == T::Native::ZERO);
    binary::<T, T, T>(site, quick, move |_, _| missing.none(|| by_zero(operator)))
}
