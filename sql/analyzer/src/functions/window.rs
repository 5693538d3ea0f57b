//! Functions that only windows have.

use flint_sql_spec::{DataType, Literal, Result, SqlError, condition};

use super::Class;
use super::binding::{Binding, constant_integer, is_constant, quoted};
use super::signature::{Arity, Family, Special};
use crate::resolved::Expr;
use crate::types::{Accept, Basic, casts_implicitly};

const I: Accept = Accept::Is(Basic::Integer);

const fn window(
    name: &'static str,
    arity: Arity,
    bind: fn(Binding<'_>) -> Result<Expr>,
) -> Special {
    Special::new(name, arity, bind).of(Class::Window)
}

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        window("row_number", Arity::Between(0, 0), numbered),
        window("rank", Arity::AtLeast(0), numbered).upper(),
        window("dense_rank", Arity::AtLeast(0), numbered).upper(),
        window("ntile", Arity::Between(0, 1), ntile),
        window("percent_rank", Arity::AtLeast(0), share).upper(),
        window("cume_dist", Arity::Between(0, 0), share).upper(),
        window("lag", Arity::Between(1, 3), shifted),
        window("lead", Arity::Between(1, 3), shifted),
        window("nth_value", Arity::Between(2, 3), nth),
        window("counter_diff", Arity::Between(1, 2), counter_diff),
    ],
    aliases: &[],
};

fn numbered(binding: Binding<'_>) -> Result<Expr> {
    Ok(binding.finish(DataType::Integer, false))
}

fn share(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.name == "cume_dist" && binding.alias.is_none() {
        binding.alias = Some("cume_dist");
    }
    Ok(binding.finish(DataType::Double, false))
}

fn ntile(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.is_empty() {
        binding.args.push(Expr::literal(1.into()));
    }
    let written = quoted(binding.args[0].data_type());
    binding.need_constant(0, "buckets", &written)?;
    if !I.accepts(binding.args[0].data_type()) {
        return Err(binding.unexpected(0, &I.sql()));
    }
    match constant_integer(&binding.args[0]) {
        Some(buckets) if buckets < 1 => Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "buckets")
            .with("valueRange", format!("(0, {}]", i32::MAX))
            .with("currentValue", buckets.to_string())),
        _ => Ok(binding.finish(DataType::Integer, false)),
    }
}

/// How far a counter has come, and since when it counts.
fn counter_diff(mut binding: Binding<'_>) -> Result<Expr> {
    const START: Accept = Accept::AnyOf(&[
        Accept::Is(Basic::Timestamp),
        Accept::Is(Basic::TimestampNtz),
    ]);
    let takes = [Accept::Numeric, START];
    for (at, accept) in takes.iter().enumerate().take(binding.args.len()) {
        if *binding.args[at].data_type() == DataType::Null {
            let to = accept.default_type(binding.rules);
            binding.cast(at, &to);
        }
        if !accept.accepts(binding.args[at].data_type()) {
            return Err(binding.unexpected(at, &accept.sql()));
        }
    }
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, true))
}

/// `lag` and `lead`: value, offset (1) and default (NULL).
fn shifted(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 1 {
        binding.args.push(Expr::literal(1.into()));
    }
    if binding.args.len() == 2 {
        binding.args.push(Expr::literal(Literal::NULL));
    }
    if binding.args[1].data_type().is_string() && is_constant(&binding.args[1]) {
        return Err(SqlError::new(condition::FAILED_FUNCTION_CALL)
            .with("funcName", format!("`{}`", binding.name))
            .at(binding.origin));
    }
    binding.need(1, &I)?;
    binding.need_constant(1, "offset", "\"INT\"")?;
    let data_type = binding.type_of(0);
    if !casts_implicitly(binding.args[2].data_type(), &data_type, binding.rules) {
        return Err(binding.unexpected(2, &quoted(&data_type)));
    }
    if *binding.args[2].data_type() != DataType::Null {
        binding.cast(2, &data_type);
    }
    let nullable = binding.args[2].nullable() || binding.args[0].nullable();
    flag_nulls(&mut binding);
    Ok(binding.finish(data_type, nullable))
}

fn nth(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(1, &I)?;
    binding.need_constant(1, "offset", "\"INT\"")?;
    if binding.args.len() == 3 {
        binding.need(2, &Accept::Is(Basic::Boolean))?;
        binding.need_constant(2, "ignoreNulls", "\"BOOLEAN\"")?;
        if binding.args.pop().as_ref().and_then(Expr::as_literal) == Some(&Literal::Boolean(true)) {
            binding.modifiers.ignore_nulls = Some(true);
        }
    }
    let place = match super::constant(&binding.args[1]) {
        Some(Literal::Integer(place)) => place,
        Some(Literal::Null(_)) => 0,
        // What is no number is an error when it is cast.
        _ => 1,
    };
    if place < 1 {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "offset")
            .with("valueRange", format!("(0, {}]", i64::MAX))
            .with("currentValue", format!("{place}L")));
    }
    flag_nulls(&mut binding);
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, true))
}

/// `IGNORE NULLS` is a last argument `true`.
fn flag_nulls(binding: &mut Binding<'_>) {
    if binding.modifiers.ignore_nulls == Some(true) {
        binding.args.push(Expr::literal(true.into()));
    }
}
