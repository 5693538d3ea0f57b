//! Operators on numbers and intervals: `+`, `-`, `*`, `/`, `%`, `div`, `pmod`, signs, and those
//! whose names begin with `try_`.
//!
//! The analyzer brings both sides to one type, except for decimals, which keep their digits. A
//! kernel is chosen once for the types and for what to do with a result that does not exist:
//!
//! | | ANSI | legacy | `try_` |
//! | --- | --- | --- | --- |
//! | whole numbers overflow | error | wrap around | null |
//! | decimals overflow | error | null | null |
//! | division by zero | error | null | null |
//!
//! [`rows`] has the loops, the other modules what happens in a row.

mod bits;
mod decimals;
mod failure;
mod floats;
mod integers;
mod intervals;
mod quotients;
mod rows;
mod signs;

use flint_sql_spec::{DataType, Result, SqlError};

use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) use bits::FUNCTIONS as BITS;
pub(crate) use decimals::{Digits, divide_half_up, plain};
pub(crate) use failure::{Missing, out_of_range, overflow};
pub(crate) use rows::{binary, unary};

/// The operators of arithmetic.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("+", |site| operator(Operator::Add, site, Missing::of(site))),
    Scalar::new("-", |site| {
        operator(Operator::Subtract, site, Missing::of(site))
    }),
    Scalar::new("*", |site| {
        operator(Operator::Multiply, site, Missing::of(site))
    }),
    Scalar::new("/", |site| {
        operator(Operator::Divide, site, Missing::of(site))
    }),
    Scalar::new("%", |site| {
        operator(Operator::Remainder, site, Missing::of(site))
    }),
    Scalar::new("div", |site| {
        operator(Operator::IntegralDivide, site, Missing::of(site))
    }),
    Scalar::new("pmod", |site| {
        operator(Operator::PositiveRemainder, site, Missing::of(site))
    }),
    Scalar::new("try_add", |site| {
        operator(Operator::Add, site, Missing::Null)
    }),
    Scalar::new("try_subtract", |site| {
        operator(Operator::Subtract, site, Missing::Null)
    }),
    Scalar::new("try_multiply", |site| {
        operator(Operator::Multiply, site, Missing::Null)
    }),
    Scalar::new("try_divide", |site| {
        operator(Operator::Divide, site, Missing::Null)
    }),
    Scalar::new("try_mod", |site| {
        operator(Operator::Remainder, site, Missing::Null)
    }),
    Scalar::new("positive", signs::positive),
    Scalar::new("negative", signs::negative),
    Scalar::new("abs", signs::abs),
];

/// What an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    IntegralDivide,
    PositiveRemainder,
}

impl Operator {
    /// How it is written.
    fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
            Operator::IntegralDivide => "div",
            Operator::PositiveRemainder => "pmod",
        }
    }

    /// The function that gives NULL instead of its errors.
    fn forgiving(self) -> &'static str {
        match self {
            Operator::Add => "try_add",
            Operator::Subtract => "try_subtract",
            Operator::Multiply => "try_multiply",
            Operator::Divide | Operator::IntegralDivide => "try_divide",
            Operator::Remainder | Operator::PositiveRemainder => "try_mod",
        }
    }
}

fn operator(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::Byte | DataType::Short | DataType::Integer | DataType::Long) => {
            integers::operator(operator, site, missing)
        }
        Some(DataType::Float | DataType::Double) => floats::operator(operator, site, missing),
        Some(DataType::Decimal { .. }) => match operator {
            Operator::Add | Operator::Subtract => decimals::sum(operator, site, missing),
            Operator::Multiply => decimals::product(site, missing),
            Operator::Divide => quotients::quotient(site, missing),
            Operator::IntegralDivide => quotients::whole_quotient(site, missing),
            Operator::Remainder | Operator::PositiveRemainder => {
                quotients::remainder(operator, site, missing)
            }
        },
        _ => intervals::operator(operator, site, missing),
    }
}

/// The error for types that the analyzer lets nobody use an operator with.
fn no_kernel(name: &str, site: &Site) -> SqlError {
    let types: Vec<_> = site.arguments.iter().map(DataType::sql).collect();
    SqlError::internal(format!("{name} does not compute with {}", types.join(", ")))
}
