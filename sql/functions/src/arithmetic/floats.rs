//! Floating point: never overflows, but division by zero is as with other numbers.

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{Float32Type, Float64Type};
use flint_sql_spec::{DataType, Result};

use super::failure::{Missing, by_zero};
use super::{Operator, binary, no_kernel};
use crate::scalar::Kernel;
use crate::site::Site;

/// What both widths can do.
pub(super) trait Real:
    Copy
    + PartialOrd
    + Default
    + Send
    + Sync
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
    + std::ops::Rem<Output = Self>
    + 'static
{
}

impl Real for f32 {}
impl Real for f64 {}

pub(super) fn operator(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    if site.arguments[0] == DataType::Float {
        of_type::<Float32Type>(operator, site, missing)
    } else {
        of_type::<Float64Type>(operator, site, missing)
    }
}

fn of_type<T>(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Real>,
{
    match operator {
        Operator::Add => total::<T>(site, |a, b| a + b),
        Operator::Subtract => total::<T>(site, |a, b| a - b),
        Operator::Multiply => total::<T>(site, |a, b| a * b),
        Operator::Divide => divided::<T>(operator, site, missing, |a, b| a / b),
        Operator::Remainder => divided::<T>(operator, site, missing, |a, b| a % b),
        Operator::PositiveRemainder => divided::<T>(operator, site, missing, |a, b| {
            let rest = a % b;
            if rest < T::Native::default() {
                (rest + b) % b
            } else {
                rest
            }
        }),
        Operator::IntegralDivide => Err(no_kernel(operator.symbol(), site)),
    }
}

fn total<T>(
    site: &Site,
    compute: impl Fn(T::Native, T::Native) -> T::Native + Copy + Send + Sync + 'static,
) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Real>,
{
    let quick = move |a, b| (compute(a, b), false);
    binary::<T, T, T>(site, quick, move |a, b| Ok(Some(compute(a, b))))
}

fn divided<T>(
    operator: Operator,
    site: &Site,
    missing: Missing,
    compute: impl Fn(T::Native, T::Native) -> T::Native + Send + Sync + 'static,
) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Real>,
{
    let quick = move |a, b| (compute(a, b), b == T::Native::default());
    binary::<T, T, T>(site, quick, move |_, _| missing.none(|| by_zero(operator)))
}
