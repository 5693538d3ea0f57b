//! Arguments by name: `mask(col, upperChar => 'X')`.
//!
//! As in Spark, only some functions take them, and only behind those without a name.

use std::borrow::Cow;

use flint_sql_spec::{DataType, Expr, ExprKind, Ident, Literal, Result, SqlError, condition};

/// A parameter, and what it is when it is left out.
type Parameter = (&'static str, Option<Otherwise>);

#[derive(Clone, Copy)]
enum Otherwise {
    Text(&'static str),
    Int(i32),
    NullText,
}

const COLLECTION: &[Parameter] = &[("collection", None)];
const INPUT: &[Parameter] = &[("input", None)];
const MASK: &[Parameter] = &[
    ("str", None),
    ("upperChar", Some(Otherwise::Text("X"))),
    ("lowerChar", Some(Otherwise::Text("x"))),
    ("digitChar", Some(Otherwise::Text("n"))),
    ("otherChar", Some(Otherwise::NullText)),
];
const SKETCH: &[Parameter] = &[
    ("column", None),
    ("epsilon", None),
    ("confidence", None),
    ("seed", None),
];

const TUPLE_SKETCH: &[Parameter] = &[
    ("key", None),
    ("summary", None),
    ("lgNomEntries", Some(Otherwise::Int(12))),
    ("mode", Some(Otherwise::Text("sum"))),
];
const TUPLE_UNION: &[Parameter] = &[
    ("first", None),
    ("second", None),
    ("lgNomEntries", Some(Otherwise::Int(12))),
    ("mode", Some(Otherwise::Text("sum"))),
];
const TUPLE_UNION_AGG: &[Parameter] = &[
    ("child", None),
    ("lgNomEntries", Some(Otherwise::Int(12))),
    ("mode", Some(Otherwise::Text("sum"))),
];

fn parameters(function: &str) -> Option<&'static [Parameter]> {
    match function {
        "mask" => Some(MASK),
        "explode" | "explode_outer" | "posexplode" | "posexplode_outer" => Some(COLLECTION),
        "inline" | "inline_outer" | "variant_explode" | "variant_explode_outer" => Some(INPUT),
        "count_min_sketch" => Some(SKETCH),
        "tuple_sketch_agg_double" | "tuple_sketch_agg_integer" => Some(TUPLE_SKETCH),
        "tuple_union_double"
        | "tuple_union_integer"
        | "tuple_union_theta_double"
        | "tuple_union_theta_integer" => Some(TUPLE_UNION),
        "tuple_union_agg_double" | "tuple_union_agg_integer" => Some(TUPLE_UNION_AGG),
        _ => None,
    }
}

/// The first parameter of functions that miss it by name when there is no argument at all.
fn first_of(function: &str) -> Option<&'static str> {
    match function {
        "counter_diff" => Some("value"),
        _ if function.starts_with("tuple_union_") => Some(parameters(function)?.first()?.0),
        _ => None,
    }
}

impl Otherwise {
    fn value(self) -> Expr {
        Expr::literal(match self {
            Otherwise::Text(text) => Literal::String(text.into()),
            Otherwise::Int(value) => Literal::Integer(value),
            Otherwise::NullText => Literal::Null(DataType::STRING),
        })
    }
}

/// The name and the value of an argument by name.
fn named(arg: &Expr) -> Option<(&Ident, &Expr)> {
    match arg.kind() {
        ExprKind::NamedArgument { name, value } => Some((name, value)),
        _ => None,
    }
}

/// The arguments of a call in the order of the function's parameters.
///
/// # Errors
/// `NAMED_PARAMETERS_NOT_SUPPORTED`, `UNEXPECTED_POSITIONAL_ARGUMENT`, `UNRECOGNIZED_PARAMETER_NAME`,
/// `DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT`, `REQUIRED_PARAMETER_NOT_FOUND`.
pub(crate) fn by_position<'a>(function: &str, args: &'a [Expr]) -> Result<Cow<'a, [Expr]>> {
    let routine = format!("`{function}`");
    let missing = |name: &str, at: usize| {
        SqlError::new(condition::REQUIRED_PARAMETER_NOT_FOUND)
            .with("routineName", routine.as_str())
            .with("parameterName", format!("`{name}`"))
            .with("index", at.to_string())
    };
    if let Some(name) = first_of(function)
        && args.is_empty()
    {
        return Err(missing(name, 0));
    }
    let Some(first) = args.iter().position(|arg| named(arg).is_some()) else {
        return Ok(Cow::Borrowed(args));
    };
    let Some(parameters) = parameters(function) else {
        return Err(
            SqlError::new(condition::NAMED_PARAMETERS_NOT_SUPPORTED).with("functionName", routine)
        );
    };
    let (positional, rest) = args.split_at(first);
    let mut given: Vec<Option<Expr>> = positional.iter().cloned().map(Some).collect();
    given.resize(parameters.len().max(first), None);
    let mut last = "";
    for arg in rest {
        let Some((name, value)) = named(arg) else {
            return Err(SqlError::new(condition::UNEXPECTED_POSITIONAL_ARGUMENT)
                .with("routineName", routine)
                .with("parameterName", format!("`{last}`")));
        };
        let same = |(known, _): &Parameter| known.eq_ignore_ascii_case(name);
        let Some(at) = parameters.iter().position(same) else {
            let known = parameters.iter().map(|(p, _)| vec![Ident::from(*p)]);
            let mut known = crate::scope::nearest(known.collect(), std::slice::from_ref(name));
            known.truncate(3);
            return Err(SqlError::new(condition::UNRECOGNIZED_PARAMETER_NAME)
                .with("routineName", routine)
                .with("argumentName", format!("`{name}`"))
                .with("proposal", known.join(" ")));
        };
        last = parameters[at].0;
        if given[at].is_some() {
            let twice = if at < first {
                condition::DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT_BOTH_POSITIONAL_AND_NAMED
            } else {
                condition::DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT_DOUBLE_NAMED_ARGUMENT_REFERENCE
            };
            return Err(SqlError::new(twice)
                .with("routineName", routine)
                .with("parameterName", format!("`{last}`")));
        }
        given[at] = Some(value.clone());
    }
    let all = given.into_iter().enumerate().map(|(at, value)| {
        let (name, otherwise) = parameters.get(at).copied().unwrap_or_default();
        value
            .or_else(|| otherwise.map(Otherwise::value))
            .ok_or_else(|| missing(name, at))
    });
    all.collect::<Result<Vec<_>>>().map(Cow::Owned)
}
