//! Expressions.
//!
//! Names stay as they were sent, split into parts where the protocol says that they are dotted
//! names; which function, column or relation they mean is the analyzer's to find. An expression
//! without an origin of its own belongs to whatever it is inside of, as in Spark.

mod function;
mod merge;
mod name;
mod subquery;
mod window;

pub use window::{sort_order, sort_orders};

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    Cast, CastMode, Collation, DataType, Expr, ExprKind, Extension, Result, with_stack,
};
use proto::data_type::Kind;
use proto::expression::{ExprType, cast};

use crate::{data_type, foreign, literal, missing, origin};

const EXPRESSION: &str = "spark.connect.Expression";

/// The expression of a message.
///
/// # Errors
/// `CONNECT_INVALID_PLAN` with the subclass that says what is missing, unknown or contradictory;
/// `INVALID_ATTRIBUTE_NAME_SYNTAX` for a column's name with odd backticks.
pub fn expression(message: &proto::Expression) -> Result<Expr> {
    let place = (message.common.as_ref()).and_then(|common| common.origin.as_ref());
    let place = origin(place);
    match with_stack(|| kind(message)) {
        Ok(kind) => Ok(Expr::new(kind, place)),
        Err(error) => Err(error.or_at(&place)),
    }
}

/// The expressions of messages, in order.
///
/// # Errors
/// As [`expression`].
pub fn expressions(messages: &[proto::Expression]) -> Result<Vec<Expr>> {
    messages.iter().map(expression).collect()
}

/// The expression of a message that must be there.
pub(crate) fn required(message: Option<&proto::Expression>) -> Result<Expr> {
    expression(missing::expression(message))
}

fn kind(message: &proto::Expression) -> Result<ExprKind> {
    let Some(member) = &message.expr_type else {
        return Err(missing::one_of(EXPRESSION, "EXPRTYPE_NOT_SET"));
    };
    Ok(match member {
        ExprType::Literal(value) => constant(value)?,
        ExprType::UnresolvedAttribute(column) => name::attribute(column)?,
        ExprType::UnresolvedFunction(call) => function::call(call)?,
        ExprType::ExpressionString(text) => {
            ExprKind::ExpressionString(text.expression.as_str().into())
        }
        ExprType::UnresolvedStar(star) => name::star(star)?,
        ExprType::Alias(alias) => name::alias(alias)?,
        ExprType::Cast(cast) => conversion(cast)?,
        ExprType::UnresolvedRegex(regex) => name::regex(regex),
        ExprType::SortOrder(order) => ExprKind::SortOrder(sort_order(order)?),
        ExprType::LambdaFunction(lambda) => function::lambda(lambda)?,
        ExprType::Window(window) => window::window(window)?,
        ExprType::UnresolvedExtractValue(extract) => ExprKind::ExtractValue {
            child: required(extract.child.as_deref())?,
            extraction: required(extract.extraction.as_deref())?,
        },
        ExprType::UpdateFields(update) => update_fields(update)?,
        ExprType::UnresolvedNamedLambdaVariable(variable) => {
            ExprKind::LambdaVariable(function::lambda_variable(variable)?)
        }
        ExprType::CommonInlineUserDefinedFunction(call) => foreign::call(call)?,
        ExprType::CallFunction(call) => function::call_by_text(call)?,
        ExprType::NamedArgumentExpression(argument) => ExprKind::NamedArgument {
            name: argument.key.as_str().into(),
            value: required(argument.value.as_deref())?,
        },
        ExprType::MergeAction(action) => merge::action(action)?,
        ExprType::TypedAggregateExpression(aggregate) => foreign::typed_aggregate(aggregate)?,
        ExprType::SubqueryExpression(query) => subquery::subquery(query)?,
        ExprType::DirectShufflePartitionId(target) => {
            ExprKind::DirectShufflePartitionId(required(target.child.as_deref())?)
        }
        ExprType::Extension(any) => ExprKind::Extension(Extension {
            type_url: any.type_url.as_str().into(),
            value: any.value.as_slice().into(),
        }),
    })
}

/// A constant; a string with a collation of its own is collated.
fn constant(message: &proto::expression::Literal) -> Result<ExprKind> {
    let value = ExprKind::Literal(literal(message)?);
    let kind = message
        .data_type
        .as_ref()
        .and_then(|data_type| data_type.kind.as_ref());
    match kind {
        Some(Kind::String(string)) => match data_type::collation(&string.collation) {
            Collation::Utf8Binary => Ok(value),
            Collation::Named(name) => Ok(ExprKind::Collate {
                child: value.into(),
                collation: vec![name],
            }),
        },
        _ => Ok(value),
    }
}

/// A cast to a type, or to DDL text that the analyzer parses.
fn conversion(message: &proto::expression::Cast) -> Result<ExprKind> {
    let expr = required(message.expr.as_deref())?;
    let to = match &message.cast_to_type {
        Some(cast::CastToType::Type(target)) => data_type(target)?,
        Some(cast::CastToType::TypeStr(text)) => DataType::Unparsed(text.as_str().into()),
        // An absent type reads as empty text, which is no type.
        None => DataType::Unparsed("".into()),
    };
    let mode = match cast::EvalMode::try_from(message.eval_mode) {
        Ok(cast::EvalMode::Unspecified) => CastMode::Session,
        Ok(cast::EvalMode::Legacy) => CastMode::Legacy,
        Ok(cast::EvalMode::Ansi) => CastMode::Ansi,
        Ok(cast::EvalMode::Try) => CastMode::Try,
        Err(_) => {
            let name = "spark.connect.Expression.Cast.EvalMode";
            return Err(missing::enumeration(name, None, message.eval_mode));
        }
    };
    Ok(ExprKind::Cast(Cast { expr, to, mode }))
}

/// A field set, or dropped when there is no value.
fn update_fields(message: &proto::expression::UpdateFields) -> Result<ExprKind> {
    let value = message.value_expression.as_ref();
    Ok(ExprKind::UpdateFields {
        structure: required(message.struct_expression.as_deref())?,
        field: message.field_name.as_str().into(),
        value: value.map(|value| expression(value)).transpose()?,
    })
}
