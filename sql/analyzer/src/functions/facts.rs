//! What the analyzer asks about expressions and functions besides their types.

use flint_sql_spec::{DataType, FrameUnit, Ident, Literal, SqlError, condition, quote_part};

use super::{Class, class_of};
use crate::resolved::{Bound, Expr, ExprKind, Frame};

/// Whether the same row always gives the same value.
pub fn is_deterministic(expr: &Expr) -> bool {
    const RANDOM: [&str; 11] = [
        "rand",
        "randn",
        "randstr",
        "uuid",
        "shuffle",
        "monotonically_increasing_id",
        "spark_partition_id",
        "input_file_name",
        "input_file_block_start",
        "input_file_block_length",
        "raise_error",
    ];
    !expr.any(&mut |expr| match expr.kind() {
        ExprKind::Call(call) => match &call.native {
            Some(native) => !native.deterministic,
            None => RANDOM.contains(&&*call.function),
        },
        ExprKind::Aggregate(call) => call.native.as_ref().is_some_and(|f| !f.deterministic),
        _ => false,
    })
}

/// Whether a function is one that only windows have.
pub fn is_window(name: &str) -> bool {
    class_of(name) == Some(Class::Window)
}

/// The frame that a window function has whatever is written; `None` when it takes any.
pub fn window_frame(name: &str) -> Option<Frame> {
    let upper = match name {
        "lag" => Bound::Following(Expr::literal((-1).into())),
        "lead" => Bound::Following(Expr::literal(1.into())),
        "row_number" | "rank" | "dense_rank" | "percent_rank" | "ntile" | "counter_diff" => {
            Bound::CurrentRow
        }
        "cume_dist" => {
            return Some(Frame {
                unit: FrameUnit::Range,
                lower: Bound::UnboundedPreceding,
                upper: Bound::CurrentRow,
            });
        }
        _ => return None,
    };
    let lower = match upper {
        Bound::CurrentRow => Bound::UnboundedPreceding,
        _ => upper.clone(),
    };
    Some(Frame {
        unit: FrameUnit::Rows,
        lower,
        upper,
    })
}

/// The frame that `lag` and `lead` of an offset have, as names of columns show it.
pub fn offset_frame(name: &str, offset: i64) -> Frame {
    let distance = if name == "lag" { -offset } else { offset };
    let distance = i32::try_from(distance).unwrap_or(i32::MAX);
    let bound = Bound::Following(Expr::literal(distance.into()));
    Frame {
        unit: FrameUnit::Rows,
        lower: bound.clone(),
        upper: bound,
    }
}

/// The value of a constant expression of whole numbers: literals, casts among them, signs, sums and
/// products; of DOUBLE literals and casts of numbers; of any other type only literals. `None` when it is no constant, or overflows.
pub fn constant(expr: &Expr) -> Option<Literal> {
    let value = match expr.kind() {
        ExprKind::Literal(literal) => return Some(literal.clone()),
        ExprKind::Cast(cast) => {
            let inner = constant(&cast.expr)?;
            if inner.is_null() {
                return Some(Literal::Null(expr.data_type().clone()));
            }
            if *expr.data_type() == DataType::Double {
                return double(&inner).map(|value| Literal::Double(value.into()));
            }
            whole(&inner)?
        }
        ExprKind::Call(call) => {
            let args: Option<Vec<Literal>> = call.args.iter().map(constant).collect();
            let args = args?;
            if args.iter().any(Literal::is_null) {
                return Some(Literal::Null(expr.data_type().clone()));
            }
            let numbers: Option<Vec<i64>> = args.iter().map(whole).collect();
            match (&*call.function, numbers?.as_slice()) {
                ("negative", [value]) => value.checked_neg()?,
                ("positive", [value]) => *value,
                ("+", [a, b]) => a.checked_add(*b)?,
                ("-", [a, b]) => a.checked_sub(*b)?,
                ("*", [a, b]) => a.checked_mul(*b)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(match expr.data_type() {
        DataType::Byte => Literal::Byte(value.try_into().ok()?),
        DataType::Short => Literal::Short(value.try_into().ok()?),
        DataType::Integer => Literal::Integer(value.try_into().ok()?),
        DataType::Long => Literal::Long(value),
        _ => return None,
    })
}

/// A number as a DOUBLE.
fn double(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Double(value) => Some(value.0),
        Literal::Float(value) => Some(f64::from(value.0)),
        Literal::Decimal(value) => format!("{}e{}", value.unscaled, -i32::from(value.scale))
            .parse()
            .ok(),
        _ => whole(literal).map(|value| value as f64),
    }
}

/// The text of a constant: a string, or strings put together, cut or changed in case.
pub(crate) fn constant_string(expr: &Expr) -> Option<String> {
    match expr.kind() {
        ExprKind::Literal(Literal::String(text)) => Some(text.to_string()),
        ExprKind::Cast(cast) if cast.expr.data_type().is_string() => constant_string(&cast.expr),
        ExprKind::Call(call) => {
            let texts: Option<Vec<String>> = call.args.iter().map(constant_string).collect();
            let texts = texts?;
            match (&*call.function, texts.as_slice()) {
                ("concat" | "||", all) => Some(all.concat()),
                ("lower", [text]) => Some(text.to_lowercase()),
                ("upper", [text]) => Some(text.to_uppercase()),
                ("trim", [text]) => Some(text.trim_matches(' ').to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

fn whole(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Byte(value) => Some(i64::from(*value)),
        Literal::Short(value) => Some(i64::from(*value)),
        Literal::Integer(value) => Some(i64::from(*value)),
        Literal::Long(value) => Some(*value),
        _ => None,
    }
}

/// The error that there is no function of that name.
pub fn unresolved_routine(name: &[Ident]) -> SqlError {
    let parts: Vec<_> = name.iter().map(|part| quote_part(part)).collect();
    SqlError::new(condition::UNRESOLVED_ROUTINE)
        .with("routineName", parts.join("."))
        .with(
            "searchPath",
            "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
        )
}
