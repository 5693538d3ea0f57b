//! Functions of chance. Their seeds are constants.

use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::binding::{Binding, cast_to, constant_integer, is_constant};
use super::signature::{Arity, Family, Nulls, Output, Signature, Special, hidden};
use super::{Modifiers, bind};
use crate::naming;
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

const I: Accept = Accept::Is(Basic::Integer);
const SEED: Accept = Accept::AnyOf(&[I, Accept::Is(Basic::Long)]);
const DOUBLE: Output = Output::Is(Basic::Double);

pub(super) const FAMILY: Family = Family {
    table: &[random("rand"), random("randn")],
    special: &[
        Special::new("randstr", Arity::Between(1, 2), text),
        Special::new("uniform", Arity::Between(2, 3), uniform),
        Special::new("shuffle", Arity::Between(1, 2), shuffle),
    ],
    aliases: &[hidden("random", "rand")],
};

const fn random(name: &'static str) -> Signature {
    Signature::new(name, &[SEED], DOUBLE)
        .optional(1)
        .strict()
        .nulls(Nulls::Never)
        .check(constant_seed)
}

fn constant_seed(binding: &Binding<'_>) -> Result<()> {
    match binding.args.first() {
        Some(seed) if !is_constant(seed) => {
            Err(SqlError::new(condition::SEED_EXPRESSION_IS_UNFOLDABLE)
                .with("seedExpr", naming::quoted(seed))
                .with("exprWithSeed", naming::quoted(&binding.sketch()))
                .at(binding.origin))
        }
        _ => Ok(()),
    }
}

fn is_null(expr: &Expr) -> bool {
    *expr.data_type() == DataType::Null
}

/// The error when an argument is neither of a type nor NULL.
fn expect(binding: &Binding<'_>, at: usize, accept: &Accept) -> Result<()> {
    match binding.args.get(at) {
        Some(arg) if !is_null(arg) && !accept.accepts(arg.data_type()) => {
            Err(binding.unexpected(at, &accept.sql()))
        }
        _ => Ok(()),
    }
}

/// `randstr(length[, seed])`: letters and digits.
fn text(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &I)?;
    expect(&binding, 1, &SEED)?;
    for (at, name) in ["length", "seed"].into_iter().enumerate() {
        if at < binding.args.len() {
            binding.need_constant(at, name, "integer")?;
        }
    }
    match constant_integer(&binding.args[0]) {
        Some(length) if length < 0 => Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "`length`")
            .with("valueRange", format!("[0, {}]", i32::MAX))
            .with("currentValue", length.to_string())),
        _ => Ok(binding.finish(DataType::STRING, false)),
    }
}

/// `uniform(min, max[, seed])`: a number between two constants, of their type.
fn uniform(binding: Binding<'_>) -> Result<Expr> {
    const REQUIRED: &str = "integer or floating-point";
    expect(&binding, 0, &Accept::Numeric)?;
    expect(&binding, 1, &Accept::Numeric)?;
    expect(&binding, 2, &SEED)?;
    for (at, name) in ["min", "max", "seed"].into_iter().enumerate() {
        if at < binding.args.len() {
            binding.need_constant(at, name, REQUIRED)?;
        }
    }
    let double = |expr: &Expr| cast_to(expr, &DataType::Double, binding.rules);
    let (min, max) = (&binding.args[0], &binding.args[1]);
    if is_null(min) || is_null(max) {
        let null = Expr::literal(flint_sql_spec::Literal::NULL);
        let value = double(&null);
        let call = binding.replaced_by("coalesce", vec![value]);
        return Ok(call.finish(DataType::Double, true));
    }
    let data_type = between(min.data_type(), max.data_type());
    let call = |name: &str, args: Vec<Expr>| {
        bind(
            name,
            args,
            Modifiers::default(),
            binding.rules,
            binding.origin,
        )
    };
    let random = call("rand", binding.args.iter().skip(2).cloned().collect())?;
    let (min, max) = (double(min), double(max));
    let width = call("-", vec![max, min.clone()])?;
    let value = call("+", vec![min, call("*", vec![width, random])?])?;
    let value = cast_to(&value, &data_type, binding.rules);
    let whole = binding.replaced_by("coalesce", vec![value]);
    Ok(whole.finish(data_type, false))
}

/// The wider of two types of whole numbers; else a double, a float or a decimal where there is one.
fn between(min: &DataType, max: &DataType) -> DataType {
    const WIDEST: [DataType; 6] = [
        DataType::Double,
        DataType::Float,
        DataType::Long,
        DataType::Integer,
        DataType::Short,
        DataType::Byte,
    ];
    let is_decimal = |data_type: &&DataType| matches!(data_type, DataType::Decimal { .. });
    let (floats, whole) = WIDEST.split_at(2);
    let among = |types: &[DataType]| {
        let found = types.iter().find(|wide| *wide == min || *wide == max);
        found.cloned()
    };
    among(floats)
        .or_else(|| [max, min].into_iter().find(is_decimal).cloned())
        .or_else(|| among(whole))
        .unwrap_or(DataType::Double)
}

/// `shuffle(array[, seed])`, which is given the partition too.
fn shuffle(mut binding: Binding<'_>) -> Result<Expr> {
    let seed = binding.args.get(1).cloned();
    binding.args.truncate(1);
    binding.shown = Some(binding.args.clone());
    if let Some(seed) = &seed
        && !is_null(seed)
        && !(is_constant(seed) && SEED.accepts(seed.data_type()))
    {
        return Err(SqlError::new(condition::INVALID_PARAMETER_VALUE_LONG)
            .with("functionName", "`shuffle`")
            .with("parameter", "`seed`")
            .with("invalidValue", naming::quoted(seed))
            .at(binding.origin));
    }
    binding.need(0, &Accept::Array)?;
    binding.shown = Some(binding.args.clone());
    let partition = super::call_in("spark_partition_id", binding.rules);
    binding.args.push(partition);
    if let Some(seed) = seed {
        binding
            .args
            .push(cast_to(&seed, &DataType::Long, binding.rules));
    }
    let (data_type, nullable) = (binding.type_of(0), binding.args[0].nullable());
    Ok(binding.finish(data_type, nullable))
}
