//! Functions of numbers.

mod digits;
mod double;
mod rounding;

use crate::scalar::Scalar;

/// The families of numbers.
pub(crate) const FUNCTIONS: &[&[Scalar]] =
    &[digits::FUNCTIONS, double::FUNCTIONS, rounding::FUNCTIONS];
