//! Functions that only windows have.

use flint_sql_spec::{DataType, Literal, Result, SqlError, condition};

use super::binding::{Binding, constant_text, is_constant, quoted};
use super::limits::out_of_range;
use super::signature::{Arity, Family, Special};
use super::{Class, constant};
use crate::naming;
use crate::resolved::{Call, CalledAs, Expr};
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
        window("lag", Arity::Between(0, 3), shifted),
        window("lead", Arity::Between(0, 3), shifted),
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

/// A call with the arguments that were left out, whose types nobody has looked at.
pub(crate) fn sketch(name: &str, mut args: Vec<Expr>) -> Expr {
    fill(name, &mut args);
    let call = Call {
        function: name.into(),
        alias: CalledAs::default(),
        args,
        ansi: false,
        native: None,
    };
    Expr::call(call, DataType::Null, true)
}

/// Adds arguments that were left out: one part of `ntile`, the offset 1 and the default NULL.
fn fill(name: &str, args: &mut Vec<Expr>) {
    let shifts = matches!(name, "lag" | "lead");
    if args.is_empty() && shifts {
        args.push(Expr::literal(Literal::NULL));
    }
    if (args.is_empty() && name == "ntile") || (args.len() == 1 && shifts) {
        args.push(Expr::literal(1.into()));
    }
    if args.len() == 2 && shifts {
        args.push(Expr::literal(Literal::NULL));
    }
}

fn ntile(mut binding: Binding<'_>) -> Result<Expr> {
    fill(binding.name, &mut binding.args);
    let written = quoted(binding.args[0].data_type());
    binding.need_constant(0, "buckets", &written)?;
    if !I.accepts(binding.args[0].data_type()) {
        return Err(binding.unexpected(0, &I.sql()));
    }
    if let Some(Literal::Integer(buckets)) = constant(&binding.args[0])
        && buckets <= 0
    {
        return Err(out_of_range(&binding, "buckets", buckets.to_string())
            .with("valueRange", "(0, 2147483647]"));
    }
    Ok(binding.finish(DataType::Integer, false))
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
    fill(binding.name, &mut binding.args);
    if let Some(text) = constant_text(&binding.args[1])
        && text.trim().parse::<i32>().is_err()
    {
        return Err(SqlError::new(condition::FAILED_FUNCTION_CALL)
            .with("funcName", format!("`{}`", binding.name)));
    }
    if binding.args[1].data_type().is_string() && is_constant(&binding.args[1]) {
        return Err(SqlError::new(condition::FAILED_FUNCTION_CALL)
            .with("funcName", format!("`{}`", binding.name))
            .at(binding.origin));
    }
    binding.need(1, &I)?;
    if !is_constant(&binding.args[1]) {
        let error = binding.need_constant(1, "offset", "\"INT\"");
        // What is before is behind by a negative offset.
        let shown = match binding.name {
            "lag" => format!("\"(- {})\"", naming::sql(&binding.args[1])),
            _ => naming::quoted(&binding.args[1]),
        };
        error.map_err(|error| error.with("inputExpr", shown))?;
    }
    let data_type = binding.type_of(0);
    if !casts_implicitly(binding.args[2].data_type(), &data_type, binding.rules) {
        let both = format!("({} or \"VOID\")", quoted(&data_type));
        return Err(binding.unexpected(2, &both));
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
    let offset = match constant(&binding.args[1]) {
        Some(Literal::Integer(offset)) => Some(offset),
        Some(literal) if literal.is_null() => Some(0),
        _ => None,
    };
    if let Some(offset) = offset.filter(|offset| *offset <= 0) {
        return Err(out_of_range(&binding, "offset", format!("{offset}L"))
            .with("valueRange", "(0, 9223372036854775807]"));
    }
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
