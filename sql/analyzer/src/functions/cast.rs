//! CAST, and the functions that are named after types.

use flint_sql_spec::{CastMode, DataType, Origin, Result, SqlError, condition};

use super::binding::{Binding, written_cast};
use super::signature::{Arity, Family, Special};
use crate::naming;
use crate::resolved::{Cast, Expr, ExprKind};
use crate::types::{Basic, Rules, can_cast, cast_error};

const ONE: Arity = Arity::Between(1, 1);

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("boolean", ONE, named_after_type),
        Special::new("tinyint", ONE, named_after_type),
        Special::new("smallint", ONE, named_after_type),
        Special::new("int", ONE, named_after_type),
        Special::new("bigint", ONE, named_after_type),
        Special::new("float", ONE, named_after_type),
        Special::new("double", ONE, named_after_type),
        Special::new("decimal", ONE, named_after_type),
        Special::new("string", ONE, named_after_type),
        Special::new("binary", ONE, named_after_type),
        Special::new("date", ONE, named_after_type),
        Special::new("timestamp", ONE, named_after_type),
        Special::new("time", ONE, named_after_type),
    ],
    aliases: &[],
};

/// `CAST(expr AS to)`, `TRY_CAST` and `::`. A cast to char or varchar gives a string.
///
/// # Errors
/// `DATATYPE_MISMATCH.CAST_*` when there is no such cast.
pub fn cast(
    expr: Expr,
    to: &DataType,
    mode: CastMode,
    rules: &Rules,
    origin: &Origin,
) -> Result<Expr> {
    let mode = if mode == CastMode::Session {
        rules.cast_mode()
    } else {
        mode
    };
    let to = match to {
        DataType::Char(_) | DataType::VarChar(_) => DataType::STRING,
        other => other.clone(),
    };
    if let DataType::Decimal { precision, scale } = to
        && i16::from(scale) > i16::from(precision)
    {
        return Err(SqlError::new(condition::DECIMAL_SCALE_EXCEEDS_PRECISION)
            .with("scale", scale.to_string())
            .with("precision", precision.to_string())
            .at(origin));
    }
    let from = expr.data_type().clone();
    let cast = written_cast(expr, to.clone(), mode).at(origin);
    if can_cast(&from, &to, mode) {
        Ok(cast)
    } else {
        Err(cast_error(&from, &to, mode, naming::quoted(&cast)).at(origin))
    }
}

/// A cast that the analyzer makes by itself, as set operations and INSERT need them: the expression
/// itself when it has the type.
pub fn implicit(expr: &Expr, to: &DataType, rules: &Rules) -> Expr {
    super::binding::cast_to(expr, to, rules)
}

fn named_after_type(binding: Binding<'_>) -> Result<Expr> {
    let to = match binding.name {
        "boolean" => DataType::Boolean,
        "tinyint" => DataType::Byte,
        "smallint" => DataType::Short,
        "int" => DataType::Integer,
        "bigint" => DataType::Long,
        "float" => DataType::Float,
        "double" => DataType::Double,
        "decimal" => DataType::DEFAULT_DECIMAL,
        "string" => DataType::STRING,
        "binary" => DataType::Binary,
        "date" => DataType::Date,
        "time" => Basic::Time.data_type(),
        _ => binding.rules.timestamp(),
    };
    let expr = binding.args[0].clone();
    // Names of columns do not show such a cast.
    let checked = cast(
        expr.clone(),
        &to,
        CastMode::Session,
        binding.rules,
        binding.origin,
    )
    .map_err(|error| match error.parameter("sqlExpr") {
        Some(_) => error.with("sqlExpr", naming::quoted(&expr)),
        None => error,
    })?;
    let kind = ExprKind::Cast(Cast {
        expr,
        mode: binding.rules.cast_mode(),
        implicit: true,
        literal: false,
    });
    Ok(Expr::new(kind, to, checked.nullable()).at(binding.origin))
}
