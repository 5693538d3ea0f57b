//! CASE, IF, coalesce and their like.

use flint_sql_spec::{DataType, Literal, Result};

use super::binding::{Binding, cast_to};
use super::operator::equal;
use super::signature::{Arity, Family, Special};
use crate::resolved::Expr;
use crate::types::{Accept, Basic, common_type_of, common_type_without_promotion, same_type};

const BOOLEAN: Accept = Accept::Is(Basic::Boolean);
const TWO: Arity = Arity::Between(2, 2);

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("when", Arity::AtLeast(2), case),
        Special::new("if", Arity::Between(3, 3), if_else),
        Special::new("coalesce", Arity::AtLeast(1), coalesce),
        Special::new("nvl", TWO, coalesce_two),
        Special::new("ifnull", TWO, coalesce_two),
        Special::new("nvl2", Arity::Between(3, 3), nvl2),
        Special::new("nullif", TWO, nullif),
        Special::new("nullifzero", Arity::Between(1, 1), nullifzero),
        Special::new("zeroifnull", Arity::Between(1, 1), zeroifnull),
        Special::new("nanvl", TWO, nanvl),
        Special::new("greatest", Arity::AtLeast(2), extreme),
        Special::new("least", Arity::AtLeast(2), extreme),
    ],
    aliases: &[],
};

pub(super) fn case(mut binding: Binding<'_>) -> Result<Expr> {
    let count = binding.args.len();
    let has_else = count % 2 == 1;
    let values: Vec<usize> = (0..count)
        .filter(|at| at % 2 == 1 || (has_else && at + 1 == count))
        .collect();
    let conditions: Vec<usize> = (0..count).filter(|at| !values.contains(at)).collect();
    let types: Vec<DataType> = values.iter().map(|at| binding.type_of(*at)).collect();
    let alike = types.windows(2).all(|pair| same_type(&pair[0], &pair[1]));
    match common_type_of(&types, binding.rules) {
        Some(common) => {
            if types.iter().any(|data_type| *data_type != common) {
                values.iter().for_each(|at| binding.cast(*at, &common));
            }
        }
        None if alike => {}
        None => {
            let args: Vec<Expr> = values.iter().map(|at| binding.args[*at].clone()).collect();
            let types = Binding::bracketed_types(&args);
            return Err(binding.different_types("`casewhen`", types));
        }
    }
    for at in conditions.iter().copied() {
        if *binding.args[at].data_type() != DataType::Boolean {
            return Err(binding
                .unexpected(at, &BOOLEAN.sql())
                .with("paramIndex", super::binding::ordinal(at / 2)));
        }
    }
    let nullable = !has_else || values.iter().any(|at| binding.args[*at].nullable());
    let data_type = binding.type_of(values[0]);
    Ok(binding.finish(data_type, nullable))
}

fn if_else(mut binding: Binding<'_>) -> Result<Expr> {
    if *binding.args[0].data_type() == DataType::Null {
        binding.cast(0, &DataType::Boolean);
    }
    meet(&mut binding, &[1, 2]);
    if *binding.args[0].data_type() != DataType::Boolean {
        return Err(binding.unexpected(0, &BOOLEAN.sql()));
    }
    alike(&binding)?;
    let nullable = binding.args[1].nullable() || binding.args[2].nullable();
    let data_type = binding.type_of(1);
    Ok(binding.finish(data_type, nullable))
}

/// The error when the two values of an `if` are of different types.
fn alike(binding: &Binding<'_>) -> Result<()> {
    let values = &binding.args[1..];
    if same_type(values[0].data_type(), values[1].data_type()) {
        return Ok(());
    }
    Err(binding.different_types("`if`", Binding::bracketed_types(values)))
}

/// Casts some arguments to their common type, if there is one.
fn meet(binding: &mut Binding<'_>, places: &[usize]) {
    let types: Vec<DataType> = places.iter().map(|at| binding.type_of(*at)).collect();
    if let Some(common) = common_type_of(&types, binding.rules) {
        places.iter().for_each(|at| binding.cast(*at, &common));
    }
}

fn coalesce(mut binding: Binding<'_>) -> Result<Expr> {
    if !binding.cast_to_common() {
        let types = Binding::alternative_types(&binding.args);
        let sketch = binding.other("coalesce", binding.args.clone());
        return Err(sketch.different_types("`coalesce`", types));
    }
    let nullable = binding.args.iter().all(Expr::nullable);
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, nullable))
}

/// `coalesce` of two, by another name.
fn coalesce_two(binding: Binding<'_>) -> Result<Expr> {
    let args = binding.args.clone();
    coalesce(binding.replaced_by("coalesce", args))
}

fn nvl2(mut binding: Binding<'_>) -> Result<Expr> {
    meet(&mut binding, &[1, 2]);
    let left = binding.type_of(1);
    let nullable = binding.args[1].nullable() || binding.args[2].nullable();
    let mut args = binding.args.clone();
    args[0] = (binding.other("isnotnull", vec![args[0].clone()])).finish(DataType::Boolean, false);
    alike(&binding.other("if", args.clone()))?;
    Ok(binding.replaced_by("if", args).finish(left, nullable))
}

/// NULL when both are equal, else the first.
fn nullif(binding: Binding<'_>) -> Result<Expr> {
    let second = binding.args[1].clone();
    null_when_equal(&binding, &second)
}

fn nullifzero(binding: Binding<'_>) -> Result<Expr> {
    null_when_equal(&binding, &Expr::literal(0.into()))
}

fn null_when_equal(binding: &Binding<'_>, other: &Expr) -> Result<Expr> {
    let first = &binding.args[0];
    let data_type = first.data_type().clone();
    let null = cast_to(&Expr::literal(Literal::NULL), &data_type, binding.rules);
    let args = vec![equal(binding, first, other)?, null, first.clone()];
    Ok(binding.replaced_by("if", args).finish(data_type, true))
}

fn zeroifnull(binding: Binding<'_>) -> Result<Expr> {
    let both = vec![binding.args[0].clone(), Expr::literal(0.into())];
    let mut replacement = binding.replaced_by("coalesce", both);
    if !replacement.cast_to_common() {
        let types = Binding::alternative_types(&replacement.args);
        let sketch = binding.other("coalesce", replacement.args);
        return Err(sketch.different_types("`coalesce`", types));
    }
    let data_type = replacement.type_of(0);
    Ok(replacement.finish(data_type, false))
}

fn nanvl(mut binding: Binding<'_>) -> Result<Expr> {
    const FLOATS: Accept = Accept::AnyOf(&[Accept::Is(Basic::Double), Accept::Is(Basic::Float)]);
    let is = |data_type: &DataType, expected: &DataType| data_type == expected;
    let (left, right) = (binding.type_of(0), binding.type_of(1));
    if is(&left, &DataType::Double) && is(&right, &DataType::Float) {
        binding.cast(1, &DataType::Double);
    } else if is(&left, &DataType::Float) && is(&right, &DataType::Double) {
        binding.cast(0, &DataType::Double);
    }
    binding.need(0, &FLOATS)?;
    binding.need(1, &FLOATS)?;
    if binding.type_of(0) != binding.type_of(1) {
        binding.cast_all(&DataType::Double);
    }
    let data_type = binding.type_of(0);
    let nullable = binding.any_nullable();
    Ok(binding.finish(data_type, nullable))
}

fn extreme(mut binding: Binding<'_>) -> Result<Expr> {
    let types: Vec<DataType> = binding
        .args
        .iter()
        .map(|arg| arg.data_type().clone())
        .collect();
    let common = types.iter().try_fold(DataType::Null, |common, next| {
        common_type_without_promotion(&common, next, binding.rules)
    });
    match common {
        Some(common) => binding.cast_all(&common),
        None if binding.same_types() => {}
        None => {
            let types = Binding::bracketed_types(&binding.args);
            let function = format!("`{}`", binding.name);
            return Err(binding.different_types(&function, types));
        }
    }
    binding.need_orderable(0, &format!("`{}`", binding.name))?;
    let nullable = binding.args.iter().all(Expr::nullable);
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, nullable))
}
