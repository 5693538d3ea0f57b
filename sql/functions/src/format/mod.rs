//! Numbers as text of a form, and text of a form as numbers.
//!
//! - `number_form`: the forms of `to_char` and `to_number`, as `$99,999.9S`.
//! - `numbers`: these functions.
//! - `decimal_form`: forms of Java's `DecimalFormat`, which `format_number` takes.
//! - `printf`: `format_string`, by the rules of Java's `Formatter`.

mod decimal_form;
mod number_form;
mod numbers;
mod printf;

use crate::scalar::Scalar;

/// The families of forms.
pub(crate) const FUNCTIONS: &[&[Scalar]] = &[
    decimal_form::FUNCTIONS,
    numbers::FUNCTIONS,
    printf::FUNCTIONS,
];
