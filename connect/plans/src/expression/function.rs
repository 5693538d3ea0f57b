//! Calls of functions by name, and lambda functions.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    CallFunction, ExprKind, FunctionCall, Ident, Lambda, ObjectName, Result, SqlError, condition,
};
use proto::expression::{LambdaFunction, UnresolvedFunction, UnresolvedNamedLambdaVariable};

use super::{expressions, required};
use crate::names::object_name;

/// A call. The name is one part, dots and all, unless the function is the user's.
pub(super) fn call(message: &UnresolvedFunction) -> Result<ExprKind> {
    let name = match message.is_user_defined_function {
        true => object_name(&message.function_name)?,
        false => ObjectName::bare(&message.function_name),
    };
    Ok(ExprKind::Function(FunctionCall {
        distinct: message.is_distinct,
        user_defined: message.is_user_defined_function,
        internal: message.is_internal,
        ..FunctionCall::new(name, expressions(&message.arguments)?)
    }))
}

/// A call by a name that is parsed as SQL.
pub(super) fn call_by_text(message: &proto::CallFunction) -> Result<ExprKind> {
    Ok(ExprKind::CallFunction(CallFunction {
        name: message.function_name.as_str().into(),
        args: expressions(&message.arguments)?,
    }))
}

/// A lambda function of one to three parameters.
pub(super) fn lambda(message: &LambdaFunction) -> Result<ExprKind> {
    let count = message.arguments.len();
    if !(1..=3).contains(&count) {
        let wrong = condition::CONNECT_INVALID_PLAN_LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID;
        return Err(SqlError::new(wrong).with("got", count.to_string()));
    }
    Ok(ExprKind::Lambda(Lambda {
        parameters: (message.arguments.iter())
            .map(lambda_variable)
            .collect::<Result<_>>()?,
        body: required(message.function.as_deref())?,
    }))
}

/// The name of a lambda's parameter.
pub(super) fn lambda_variable(message: &UnresolvedNamedLambdaVariable) -> Result<Vec<Ident>> {
    if message.name_parts.is_empty() {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART,
        ));
    }
    let parts = message.name_parts.iter();
    Ok(parts.map(|part| part.as_str().into()).collect())
}
