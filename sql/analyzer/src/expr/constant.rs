//! Constants, and expressions that always give the same.

use flint_sql_spec::{CastMode, DataType, Literal};

use crate::resolved::{Expr, ExprKind, Subquery};

/// Functions that give another value each time.
const RANDOM: [&str; 12] = [
    "rand",
    "random",
    "randn",
    "randstr",
    "uniform",
    "uuid",
    "shuffle",
    "monotonically_increasing_id",
    "spark_partition_id",
    "input_file_name",
    "reflect",
    "java_method",
];

/// Whether an expression gives the same for the same input, however often it is asked.
pub(crate) fn is_deterministic(expr: &Expr) -> bool {
    !expr.any(&mut |part| match part.kind() {
        ExprKind::Call(call) => RANDOM.contains(&&*call.function),
        // What a query gives is not looked into.
        ExprKind::Subquery(Subquery { .. }) => true,
        _ => false,
    })
}

/// The value of an expression of constants, of the kinds that counts are written as.
pub(crate) fn constant(expr: &Expr) -> Option<Literal> {
    match expr.kind() {
        ExprKind::Literal(literal) => Some(literal.clone()),
        ExprKind::Cast(cast) if cast.mode != CastMode::Try => {
            let value = whole(&constant(&cast.expr)?)?;
            of_type(value, expr.data_type())
        }
        ExprKind::Call(call) => {
            let args: Option<Vec<i64>> = call
                .args
                .iter()
                .map(|arg| constant(arg).as_ref().and_then(whole))
                .collect();
            let value = match (&*call.function, args?.as_slice()) {
                ("+", [a, b]) => a.checked_add(*b)?,
                ("-", [a, b]) => a.checked_sub(*b)?,
                ("*", [a, b]) => a.checked_mul(*b)?,
                ("-" | "negative", [a]) => a.checked_neg()?,
                ("+" | "positive", [a]) => *a,
                _ => return None,
            };
            of_type(value, expr.data_type())
        }
        _ => None,
    }
}

fn whole(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Byte(n) => Some((*n).into()),
        Literal::Short(n) => Some((*n).into()),
        Literal::Integer(n) => Some((*n).into()),
        Literal::Long(n) => Some(*n),
        _ => None,
    }
}

fn of_type(value: i64, data_type: &DataType) -> Option<Literal> {
    match data_type {
        DataType::Byte => value.try_into().ok().map(Literal::Byte),
        DataType::Short => value.try_into().ok().map(Literal::Short),
        DataType::Integer => value.try_into().ok().map(Literal::Integer),
        DataType::Long => Some(Literal::Long(value)),
        _ => None,
    }
}
