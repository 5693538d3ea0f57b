//! Numbers.

use flint_sql_spec::{DataType, Result};

use super::binding::Binding;
use super::signature::{Arity, Family, Fill, Output, Signature, Special, alias};
use super::string::constant_at;
use crate::resolved::Expr;
use crate::types::decimal::Digits;
use crate::types::{Accept, Basic};

const D: Accept = Accept::Is(Basic::Double);
const I: Accept = Accept::Is(Basic::Integer);
const L: Accept = Accept::Is(Basic::Long);
const S: Accept = Accept::Is(Basic::String);
const INTERVAL_OR_DOUBLE: Accept = Accept::AnyOf(&[
    D,
    Accept::Is(Basic::YearMonthInterval),
    Accept::Is(Basic::DayTimeInterval),
]);
const DOUBLE: Output = Output::Is(Basic::Double);

const fn unary(name: &'static str) -> Signature {
    Signature::new(name, &[D], DOUBLE).upper().always_null()
}

const fn binary(name: &'static str) -> Signature {
    Signature::new(name, &[D, D], DOUBLE).upper()
}

pub(super) const FAMILY: Family = Family {
    table: &[
        unary("acos"),
        unary("acosh"),
        unary("asin"),
        unary("asinh"),
        unary("atan"),
        unary("atanh"),
        unary("cbrt"),
        unary("cos"),
        unary("cosh"),
        unary("cot"),
        unary("csc"),
        unary("degrees"),
        unary("exp"),
        unary("expm1"),
        Signature::new("ln", &[D], DOUBLE).always_null(),
        Signature::new("rint", &[D], DOUBLE).always_null(),
        unary("log10"),
        unary("log1p"),
        unary("log2"),
        unary("radians"),
        unary("sec"),
        unary("sin"),
        unary("sinh"),
        unary("sqrt"),
        unary("tan"),
        unary("tanh"),
        binary("atan2"),
        binary("hypot"),
        binary("power"),
        Signature::new("signum", &[INTERVAL_OR_DOUBLE], DOUBLE)
            .upper()
            .always_null(),
        Signature::new("pi", &[], DOUBLE).upper(),
        Signature::new("e", &[], DOUBLE).upper(),
        Signature::new(
            "isnan",
            &[Accept::AnyOf(&[D, Accept::Is(Basic::Float)])],
            Output::Is(Basic::Boolean),
        )
        .never_null(),
        Signature::new("factorial", &[I], Output::Is(Basic::Long)).always_null(),
        Signature::new("bin", &[L], Output::Is(Basic::String)),
        Signature::new("conv", &[S, I, I], Output::Is(Basic::String)).always_null(),
        Signature::new(
            "width_bucket",
            &[
                INTERVAL_OR_DOUBLE,
                INTERVAL_OR_DOUBLE,
                INTERVAL_OR_DOUBLE,
                L,
            ],
            Output::Is(Basic::Long),
        )
        .always_null()
        .check(one_kind),
        Signature::new("round", &[Accept::Numeric, I], Output::By(rounded))
            .or(&[Fill::Int(0)])
            .always_null()
            .check(constant_scale),
        Signature::new("bround", &[Accept::Numeric, I], Output::By(rounded))
            .or(&[Fill::Int(0)])
            .always_null()
            .check(constant_scale),
    ],
    special: &[
        Special::new("ceil", Arity::Between(1, 2), to_whole),
        Special::new("floor", Arity::Between(1, 2), to_whole),
        Special::new("log", Arity::Between(1, 2), log).upper(),
    ],
    aliases: &[
        alias("pow", "power"),
        alias("sign", "signum"),
        alias("ceiling", "ceil"),
    ],
};

/// The value and the bounds of a bucket are all numbers, or intervals of one kind.
fn one_kind(binding: &Binding<'_>) -> Result<()> {
    let values = &binding.args[..3];
    let kind = |arg: &Expr| std::mem::discriminant(arg.data_type());
    if values.iter().all(|value| kind(value) == kind(&values[0])) {
        return Ok(());
    }
    Err(binding.different_types("`width_bucket`", Binding::alternative_types(values)))
}

fn constant_scale(binding: &Binding<'_>) -> Result<()> {
    binding.need_constant(1, "scale", "\"INT\"")
}

/// The type of a number that is rounded to a constant number of digits.
fn rounded(binding: &Binding<'_>) -> DataType {
    let data_type = binding.type_of(0);
    match Digits::of(&data_type) {
        Some(digits) if matches!(data_type, DataType::Decimal { .. }) => {
            round_digits(digits, constant_at(binding, 1).unwrap_or(0))
        }
        _ => data_type,
    }
}

fn round_digits(digits: Digits, scale: i64) -> DataType {
    let scale = scale.clamp(-100, 100) as i32;
    let whole = digits.whole() + 1;
    if scale < 0 {
        let precision = whole.max(1 - scale);
        return Digits::new(precision, 0).bounded();
    }
    let scale = digits.scale.min(scale);
    Digits::new(whole + scale, scale).bounded()
}

/// `ceil` and `floor`: a bigint, or a decimal without or with some digits after the point.
fn to_whole(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 2 {
        return to_scale(binding);
    }
    const TAKES: Accept = Accept::AnyOf(&[L, Accept::Decimal, D]);
    if binding.alias.is_none() {
        binding.alias = Some(if binding.name == "ceil" {
            "CEIL"
        } else {
            "FLOOR"
        });
    }
    // Texts are numbers with digits after the point.
    let text = binding.args[0].data_type().is_string();
    binding.cast_implicitly(0, if text { &D } else { &TAKES });
    if !TAKES.accepts(binding.args[0].data_type()) {
        return Err(binding.unexpected(0, "(\"DOUBLE\" or \"DECIMAL\" or \"BIGINT\")"));
    }
    let data_type = match Digits::of(binding.args[0].data_type()) {
        Some(digits) if matches!(binding.type_of(0), DataType::Decimal { .. }) => {
            let whole = digits.whole() + i32::from(digits.scale > 0);
            Digits::new(whole.max(1), 0).bounded()
        }
        _ => DataType::Long,
    };
    Ok(binding.finish(data_type, true))
}

fn to_scale(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(1, &I)?;
    binding.need_constant(1, "scale", "\"INT\"")?;
    binding.need(0, &Accept::Decimal)?;
    let scale = constant_at(&binding, 1).unwrap_or(0);
    let digits = Digits::of(binding.args[0].data_type()).unwrap_or(Digits::new(38, 18));
    Ok(binding.finish(round_digits(digits, scale), true))
}

/// The natural logarithm, or one to a base.
fn log(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 1 {
        let e = super::call_in("e", binding.rules);
        binding.args.insert(0, e);
    }
    binding.need(0, &D)?;
    binding.need(1, &D)?;
    Ok(binding.finish(DataType::Double, true))
}
