//! Whole numbers compared with decimal constants.
//!
//! Spark rounds the constant to a whole number that gives the same answer, so that the column is not
//! cast to a decimal: `i > 1.5` is `i > 1`, which names of columns show too.

use flint_sql_spec::{DecimalValue, Literal};

use super::binding::Binding;
use crate::resolved::Expr;

/// Which way a constant is rounded.
#[derive(Clone, Copy)]
enum Round {
    Down,
    Up,
}

/// Replaces the decimal constant of a comparison with a whole number, where there is one.
pub(super) fn round(binding: &mut Binding<'_>) {
    let decimal = |expr: &Expr| match expr.as_literal() {
        Some(Literal::Decimal(value)) => Some(*value),
        _ => None,
    };
    let integral = |expr: &Expr| expr.data_type().is_integral();
    let (left, right) = (&binding.args[0], &binding.args[1]);
    let (at, value) = match (decimal(left), decimal(right)) {
        (None, Some(value)) if integral(left) => (1, value),
        (Some(value), None) if integral(right) => (0, value),
        _ => return,
    };
    let way = match (binding.name, at) {
        (">" | "<=", 1) | (">=" | "<", 0) => Round::Down,
        (">=" | "<", 1) | (">" | "<=", 0) => Round::Up,
        _ => return,
    };
    if let Some(whole) = rounded(value, way) {
        binding.args[at] = Expr::literal(Literal::Long(whole)).at(binding.args[at].origin());
    }
}

fn rounded(value: DecimalValue, way: Round) -> Option<i64> {
    let unit = 10_i128.checked_pow(u32::try_from(value.scale).ok()?)?;
    let down = value.unscaled.div_euclid(unit);
    let exact = value.unscaled.rem_euclid(unit) == 0;
    let whole = match way {
        Round::Up if !exact => down + 1,
        Round::Up | Round::Down => down,
    };
    i64::try_from(whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_round_to_whole_numbers() {
        let value = |unscaled| DecimalValue::narrowest(unscaled, 1).expect("few digits");
        assert_eq!(rounded(value(15), Round::Down), Some(1));
        assert_eq!(rounded(value(15), Round::Up), Some(2));
        assert_eq!(rounded(value(-15), Round::Down), Some(-2));
        assert_eq!(rounded(value(-15), Round::Up), Some(-1));
        assert_eq!(rounded(value(20), Round::Up), Some(2));
    }
}
