//! Calls of functions of the program.
//!
//! What a closure takes is known, so arguments are cast to it as those of built-in functions are. A
//! null where the closure takes none makes the result null, as a null of a primitive argument of
//! Scala's does.

use std::sync::Arc;

use flint_sql_spec::{DataType, NativeFunction, Origin, Result, SqlError, condition};

use super::Modifiers;
use super::binding::ordinal;
use crate::expr::quoted_type;
use crate::naming;
use crate::resolved::{Aggregate, Call, CalledAs, Expr, ExprKind};
use crate::types::{Rules, casts_implicitly};

/// A call with arguments of the types that the function takes.
///
/// # Errors
/// `WRONG_NUM_ARGS`, `DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE`, and those of modifiers that the
/// function cannot have.
pub(crate) fn bind_native(
    function: &Arc<NativeFunction>,
    args: Vec<Expr>,
    modifiers: Modifiers,
    rules: &Rules,
    origin: &Origin,
) -> Result<Expr> {
    check_modifiers(function, &modifiers).map_err(|error| error.or_at(origin))?;
    let sketch = call(function, args.clone(), &modifiers, rules);
    let args = match &function.inputs {
        None => args,
        Some(inputs) if inputs.len() != args.len() => {
            return Err(wrong_count(function, inputs.len(), args.len()).at(origin));
        }
        Some(inputs) => {
            let cast = args.iter().zip(inputs).enumerate();
            cast.map(|(at, (arg, to))| {
                fitted(arg, to, rules).ok_or_else(|| unexpected(&sketch, at, to, arg).or_at(origin))
            })
            .collect::<Result<_>>()?
        }
    };
    let strict = |at: usize| function.strict.get(at).copied().unwrap_or(false);
    let nullable = function.nullable
        || args
            .iter()
            .enumerate()
            .any(|(at, arg)| arg.nullable() && strict(at));
    let kind = call(function, args, &modifiers, rules);
    Ok(Expr::new(kind, function.output.clone(), nullable).at(origin))
}

fn call(
    function: &Arc<NativeFunction>,
    args: Vec<Expr>,
    modifiers: &Modifiers,
    rules: &Rules,
) -> ExprKind {
    let native = Some(Arc::clone(function));
    if function.aggregate {
        return ExprKind::Aggregate(Aggregate {
            function: function.name.clone(),
            alias: CalledAs::default(),
            args,
            distinct: modifiers.distinct,
            filter: modifiers.filter.clone(),
            order: Vec::new(),
            ignore_nulls: false,
            ansi: rules.ansi,
            native,
        });
    }
    ExprKind::Call(Call {
        function: function.name.clone(),
        alias: CalledAs::default(),
        args,
        ansi: rules.ansi,
        native,
    })
}

/// The argument as a value of the type, if it becomes one by itself.
fn fitted(arg: &Expr, to: &DataType, rules: &Rules) -> Option<Expr> {
    let from = arg.data_type();
    if same(from, to) {
        return Some(arg.clone());
    }
    casts_implicitly(from, to, rules).then(|| super::implicit(arg, to, rules))
}

/// Whether types differ in the nullability of their parts at most: code reads those as they come.
pub(crate) fn same(a: &DataType, b: &DataType) -> bool {
    match (a, b) {
        (DataType::Array { element: a, .. }, DataType::Array { element: b, .. }) => same(a, b),
        (
            DataType::Map { key, value, .. },
            DataType::Map {
                key: other_key,
                value: other,
                ..
            },
        ) => same(key, other_key) && same(value, other),
        (DataType::Struct(a), DataType::Struct(b)) => {
            let alike = |(a, b): (&flint_sql_spec::StructField, &flint_sql_spec::StructField)| {
                a.name == b.name && same(&a.data_type, &b.data_type)
            };
            a.len() == b.len() && a.iter().zip(b.iter()).all(alike)
        }
        _ => a == b,
    }
}

fn check_modifiers(function: &NativeFunction, modifiers: &Modifiers) -> Result<()> {
    let refuse = |syntax: &str| {
        Err(
            SqlError::new(condition::INVALID_SQL_SYNTAX_FUNCTION_WITH_UNSUPPORTED_SYNTAX)
                .with("prettyName", format!("`{}`", function.name))
                .with("syntax", syntax),
        )
    };
    if !function.aggregate && modifiers.distinct {
        return refuse("DISTINCT");
    }
    if !function.aggregate && modifiers.filter.is_some() {
        return refuse("FILTER CLAUSE");
    }
    if !modifiers.order.is_empty() {
        return refuse("WITHIN GROUP (ORDER BY ...)");
    }
    if modifiers.ignore_nulls == Some(true) {
        return refuse("IGNORE NULLS");
    }
    match &modifiers.filter {
        Some(filter) if *filter.data_type() != DataType::Boolean => Err(SqlError::new(
            condition::INVALID_AGGREGATE_FILTER_NOT_BOOLEAN,
        )
        .with("filterExpr", naming::quoted(filter))),
        _ => Ok(()),
    }
}

fn wrong_count(function: &NativeFunction, expected: usize, actual: usize) -> SqlError {
    SqlError::new(condition::WRONG_NUM_ARGS_WITHOUT_SUGGESTION)
        .with("functionName", flint_sql_spec::quote_part(&function.name))
        .with("expectedNum", expected.to_string())
        .with("actualNum", actual.to_string())
        .with("docroot", "https://spark.apache.org/docs/latest")
}

fn unexpected(sketch: &ExprKind, at: usize, to: &DataType, arg: &Expr) -> SqlError {
    let whole = Expr::new(sketch.clone(), DataType::Null, true);
    SqlError::new(condition::DATATYPE_MISMATCH_UNEXPECTED_INPUT_TYPE)
        .with("sqlExpr", naming::quoted(&whole))
        .with("paramIndex", ordinal(at))
        .with("requiredType", quoted_type(to))
        .with("inputSql", naming::quoted(arg))
        .with("inputType", quoted_type(arg.data_type()))
}
