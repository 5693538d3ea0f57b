//! Limits of arguments: constants that are too small or too large, and orders that fit no value.

use flint_sql_spec::{Literal, Result, SqlError, condition};

use super::binding::Binding;
use super::constant;
use crate::naming;
use crate::resolved::{Expr, ExprKind};

/// The error for a constant share of the values that is none.
pub(super) fn check_fraction(binding: &Binding<'_>, fraction: &Expr) -> Result<()> {
    match constant(fraction) {
        Some(Literal::Double(share)) if !(0.0..=1.0).contains(&share.0) => {
            let shown = format!("{:?}D", share.0);
            Err(out_of_range(binding, "percentage", shown).with("valueRange", "[0.0, 1.0]"))
        }
        _ => Ok(()),
    }
}

/// The error for a constant that is too small or too large; the range is to be added.
pub(super) fn out_of_range(binding: &Binding<'_>, name: &str, value: String) -> SqlError {
    binding
        .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
        .with("exprName", name)
        .with("currentValue", value)
}

/// The value of a constant whole number.
pub(super) fn whole(expr: &Expr) -> Option<i64> {
    match constant(expr)? {
        Literal::Byte(n) => Some(n.into()),
        Literal::Short(n) => Some(n.into()),
        Literal::Integer(n) => Some(n.into()),
        Literal::Long(n) => Some(n),
        _ => None,
    }
}

/// The error for a histogram of less than two bins.
pub(super) fn enough_bins(binding: &Binding<'_>) -> Result<()> {
    match binding.args.get(1).and_then(whole) {
        Some(bins) if bins < 2 => {
            Err(out_of_range(binding, "nb", bins.to_string()).with("valueRange", "[2, 2147483647]"))
        }
        _ => Ok(()),
    }
}

/// The error for distinct values in the order of something else.
pub(super) fn ordered_by_value(binding: &Binding<'_>) -> Result<()> {
    let Some(key) = binding
        .modifiers
        .order
        .first()
        .filter(|_| binding.modifiers.distinct)
    else {
        return Ok(());
    };
    let value = &binding.args[0];
    let plain = match value.kind() {
        ExprKind::Cast(cast) if cast.implicit => &cast.expr,
        _ => value,
    };
    if key.expr == *value || key.expr == *plain {
        return Ok(());
    }
    let wrong = condition::INVALID_WITHIN_GROUP_EXPRESSION_MISMATCH_WITH_DISTINCT_INPUT;
    Err(SqlError::new(wrong)
        .with("funcName", format!("`{}`", binding.name))
        .with("funcArg", naming::quoted(value))
        .with("orderingExpr", naming::quoted(&key.expr)))
}
