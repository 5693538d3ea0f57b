//! Functions that take functions.
//!
//! The types of a lambda's parameters hang on the arguments beside it, so the analyzer asks
//! [`lambda_parameters`] before it resolves the body. `array_sort` has a default order without one.

use flint_sql_spec::{DataType, Node, Result, SqlError, condition};

use super::binding::{Binding, cast_to, quoted};
use super::signature::{Arity, Family, Special, alias};
use crate::resolved::{Call, CalledAs, Expr, ExprKind};
use crate::types::same_type;

const TWO: Arity = Arity::Between(2, 2);

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("transform", TWO, transform),
        Special::new("filter", TWO, filter),
        Special::new("exists", TWO, predicate),
        Special::new("forall", TWO, predicate),
        Special::new("aggregate", Arity::Between(3, 4), aggregate),
        Special::new("zip_with", Arity::Between(3, 3), zip_with),
        Special::new("map_filter", TWO, filter),
        Special::new("transform_keys", TWO, transform_map),
        Special::new("transform_values", TWO, transform_map),
        Special::new("map_zip_with", Arity::Between(3, 3), map_zip_with),
        Special::new("array_sort", Arity::Between(1, 2), array_sort),
    ],
    aliases: &[alias("reduce", "aggregate")],
};

/// Whether a function takes lambdas.
pub(crate) fn takes_lambdas(name: &str) -> bool {
    let own = FAMILY.special.iter().any(|special| special.name == name);
    own || FAMILY.aliases.iter().any(|alias| alias.name == name)
}

/// The element of an array, else nothing typed.
fn element_or_null(data_type: &DataType) -> (DataType, bool) {
    element(data_type).unwrap_or((DataType::Null, true))
}

/// Key and value of a map, else nothing typed.
fn entry_or_null(data_type: &DataType) -> (DataType, DataType, bool) {
    entry(data_type).unwrap_or((DataType::Null, DataType::Null, true))
}

fn element(data_type: &DataType) -> Option<(DataType, bool)> {
    match data_type {
        DataType::Array {
            element,
            contains_null,
        } => Some(((**element).clone(), *contains_null)),
        _ => None,
    }
}

fn entry(data_type: &DataType) -> Option<(DataType, DataType, bool)> {
    match data_type {
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => Some(((**key).clone(), (**value).clone(), *value_contains_null)),
        _ => None,
    }
}

/// Types and nullability of the parameters of a lambda that is argument of a function.
///
/// `args_before` are the function's arguments that are no lambdas, `arity` the number of the lambda's
/// parameters, and `which` its place among the lambdas. Parameters are of no type where the arguments
/// are of the wrong one, which the function then says. `None` when it takes no such lambda there.
pub fn lambda_parameters(
    name: &str,
    args_before: &[&Expr],
    lambda_arity: usize,
    which: usize,
) -> Option<Vec<(DataType, bool)>> {
    let first = args_before.first()?.data_type();
    let index = (DataType::Integer, false);
    let parameters = match (&*name.to_lowercase(), which) {
        ("transform" | "filter", 0) => {
            let mut parameters = vec![element_or_null(first)];
            if lambda_arity == 2 {
                parameters.push(index);
            }
            parameters
        }
        ("exists" | "forall", 0) => vec![element_or_null(first)],
        ("array_sort", 0) => {
            let element = element_or_null(first);
            vec![element.clone(), element]
        }
        ("aggregate" | "reduce", 0) => {
            let start = args_before.get(1)?;
            vec![(start.data_type().clone(), true), element_or_null(first)]
        }
        ("aggregate" | "reduce", 1) => vec![(args_before.get(1)?.data_type().clone(), true)],
        ("zip_with", 0) => {
            let second = args_before.get(1)?.data_type();
            vec![
                (element_or_null(first).0, true),
                (element_or_null(second).0, true),
            ]
        }
        ("map_filter" | "transform_keys" | "transform_values", 0) => {
            let (key, value, value_null) = entry_or_null(first);
            vec![(key, false), (value, value_null)]
        }
        ("map_zip_with", 0) => {
            let (key, left, _) = entry_or_null(first);
            let (_, right, _) = entry_or_null(args_before.get(1)?.data_type());
            vec![(key, false), (left, true), (right, true)]
        }
        _ => return None,
    };
    (parameters.len() == lambda_arity).then_some(parameters)
}

fn need_array(binding: &Binding<'_>, at: usize) -> Result<(DataType, bool)> {
    element(binding.args[at].data_type()).ok_or_else(|| unbound(binding, at, "\"ARRAY\""))
}

fn need_map(binding: &Binding<'_>, at: usize) -> Result<(DataType, DataType, bool)> {
    entry(binding.args[at].data_type()).ok_or_else(|| unbound(binding, at, "\"MAP\""))
}

/// The error for an argument of the wrong type. The lambdas have no types then and are shown as they
/// were written, by the names of their parameters.
fn unbound(binding: &Binding<'_>, at: usize, required: &str) -> SqlError {
    let args = binding.args.iter().map(as_written).collect();
    let call = binding.other(binding.name, args);
    let call = Binding {
        alias: binding.alias,
        ..call
    };
    let error = call.unexpected(at, required);
    match error.parameter("sqlExpr").map(named_order) {
        Some(shown) if binding.name == "array_sort" => error.with("sqlExpr", shown),
        _ => error,
    }
}

/// A lambda with names in the place of its variables.
fn as_written(arg: &Expr) -> Expr {
    let ExprKind::Lambda { parameters, body } = arg.kind() else {
        return arg.clone();
    };
    let body = body.replace(&mut |part| match part.kind() {
        ExprKind::Variable(variable) => Some(Expr::column(variable)),
        ExprKind::Lambda { .. } => Some(as_written(part)),
        _ => None,
    });
    let mut args = vec![body];
    args.extend(parameters.iter().map(Expr::column));
    let call = Call {
        function: "lambdafunction".into(),
        alias: CalledAs::default(),
        args,
        ansi: false,
        native: None,
    };
    Expr::call(call, arg.data_type().clone(), arg.nullable())
}

/// The order that `array_sort` has by itself, with the names of its two values.
fn named_order(sql: &str) -> String {
    let mut parts = sql.split("namedlambdavariable()");
    let mut named = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        named.push_str(if at % 2 == 0 { "left" } else { "right" });
        named.push_str(part);
    }
    named
}

fn array_of(element: DataType, contains_null: bool) -> DataType {
    DataType::Array {
        element: Node::new(element),
        contains_null,
    }
}

fn transform(binding: Binding<'_>) -> Result<Expr> {
    need_array(&binding, 0)?;
    let body = &binding.args[1];
    let data_type = array_of(body.data_type().clone(), body.nullable());
    let nullable = binding.args[0].nullable();
    Ok(binding.finish(data_type, nullable))
}

fn need_predicate(binding: &mut Binding<'_>) -> Result<()> {
    if *binding.args[1].data_type() == DataType::Null {
        recast_body(binding, 1, &DataType::Boolean);
    }
    if *binding.args[1].data_type() != DataType::Boolean {
        return Err(binding.unexpected(1, "\"BOOLEAN\""));
    }
    Ok(())
}

/// A lambda has the type of its body; casting it casts the body.
fn recast_body(binding: &mut Binding<'_>, at: usize, to: &DataType) {
    if let ExprKind::Lambda { parameters, body } = binding.args[at].kind() {
        let body = cast_to(body, to, binding.rules);
        let (data_type, nullable) = (body.data_type().clone(), body.nullable());
        let kind = ExprKind::Lambda {
            parameters: parameters.clone(),
            body,
        };
        binding.args[at] = Expr::new(kind, data_type, nullable).at(binding.args[at].origin());
    }
}

fn filter(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.name == "filter" {
        need_array(&binding, 0)?;
    } else {
        need_map(&binding, 0)?;
    }
    need_predicate(&mut binding)?;
    let (data_type, nullable) = (binding.type_of(0), binding.args[0].nullable());
    Ok(binding.finish(data_type, nullable))
}

fn predicate(mut binding: Binding<'_>) -> Result<Expr> {
    need_array(&binding, 0)?;
    need_predicate(&mut binding)?;
    let nullable = binding.args[0].nullable() || binding.args[1].nullable();
    Ok(binding.finish(DataType::Boolean, nullable))
}

fn aggregate(mut binding: Binding<'_>) -> Result<Expr> {
    need_array(&binding, 0)?;
    let start = binding.type_of(1);
    if !same_type(&start, binding.args[2].data_type()) {
        return Err(binding.unexpected(2, &quoted(&start)));
    }
    if binding.args.len() == 3 {
        let data_type = start.clone();
        let shown = binding.args.clone();
        binding.shown = Some(shown);
        let nullable = binding.args[0].nullable() || binding.args[2].nullable();
        return Ok(binding.finish(data_type, nullable));
    }
    let finish = binding.type_of(3);
    let nullable = binding.args[0].nullable() || binding.args[3].nullable();
    Ok(binding.finish(finish, nullable))
}

fn zip_with(binding: Binding<'_>) -> Result<Expr> {
    need_array(&binding, 0)?;
    need_array(&binding, 1)?;
    let body = &binding.args[2];
    let data_type = array_of(body.data_type().clone(), body.nullable());
    let nullable = binding.args[0].nullable() || binding.args[1].nullable();
    Ok(binding.finish(data_type, nullable))
}

fn transform_map(binding: Binding<'_>) -> Result<Expr> {
    let (key, value, value_null) = need_map(&binding, 0)?;
    let body = &binding.args[1];
    let data_type = if binding.name == "transform_keys" {
        if let DataType::Map { .. } = body.data_type() {
            return Err(binding
                .mismatch(condition::DATATYPE_MISMATCH_INVALID_MAP_KEY_TYPE)
                .with("keyType", quoted(body.data_type())));
        }
        DataType::Map {
            key: Node::new(body.data_type().clone()),
            value: Node::new(value),
            value_contains_null: value_null,
        }
    } else {
        DataType::Map {
            key: Node::new(key),
            value: Node::new(body.data_type().clone()),
            value_contains_null: body.nullable(),
        }
    };
    let nullable = binding.args[0].nullable();
    Ok(binding.finish(data_type, nullable))
}

fn map_zip_with(binding: Binding<'_>) -> Result<Expr> {
    let (key, ..) = need_map(&binding, 0)?;
    need_map(&binding, 1)?;
    let body = &binding.args[2];
    let data_type = DataType::Map {
        key: Node::new(key),
        value: Node::new(body.data_type().clone()),
        value_contains_null: body.nullable(),
    };
    let nullable = binding.args[0].nullable() || binding.args[1].nullable();
    Ok(binding.finish(data_type, nullable))
}

fn array_sort(binding: Binding<'_>) -> Result<Expr> {
    need_array(&binding, 0)?;
    if let Some(order) = binding.args.get(1)
        && *order.data_type() != DataType::Integer
    {
        return Err(binding.unexpected(1, "\"INT\""));
    }
    let (data_type, nullable) = (binding.type_of(0), binding.args[0].nullable());
    Ok(binding.finish(data_type, nullable))
}
