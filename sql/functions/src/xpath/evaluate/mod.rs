//! Evaluates expressions over a document (XPath 1.0, section 1).
//!
//! `path` walks location paths along `axes`, `compare` has the comparisons, `functions` the function
//! library; `value`, `number` and `text` are the types of results. Calls nest as deep as the
//! expression, which is bounded; nothing nests as deep as the document.

mod axes;
mod compare;
mod fault;
mod functions;
mod number;
mod path;
mod text;
mod value;

use super::document::{Document, NodeId};
use super::syntax::{Expression, Operator};
use compare::compare;
use functions::call;
use path::nodes_of;

pub(super) use fault::Fault;
pub(super) use value::Value;

/// The context of an evaluation (XPath 1.0, section 1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'d> {
    document: &'d Document,
    node: NodeId,
    position: i32,
    size: usize,
}

impl<'d> Context<'d> {
    /// The context outside of all predicates: the document, with the position and the size that Java
    /// gives there.
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            node: document.root(),
            position: -1,
            size: 0,
        }
    }
}

/// Evaluates an expression.
pub(super) fn evaluate(expression: &Expression, context: Context<'_>) -> Result<Value, Fault> {
    Ok(match expression {
        Expression::Or(operands) => Value::Boolean(any(operands, true, context)?),
        Expression::And(operands) => Value::Boolean(!any(operands, false, context)?),
        Expression::Chain(first, rest) => {
            let mut left = evaluate(first, context)?;
            for (operator, operand) in rest {
                left = apply(*operator, left, evaluate(operand, context)?, context);
            }
            left
        }
        Expression::Negate(operand) => {
            Value::Number(-evaluate(operand, context)?.number(context.document))
        }
        Expression::Group(inside) => evaluate(inside, context)?,
        Expression::Union(_) | Expression::Path(_) => Value::Nodes(nodes_of(expression, context)?),
        Expression::Literal(text) => Value::Text(text.clone()),
        Expression::Number(number) => Value::Number(*number),
        Expression::Variable => return Err(Fault::Variable),
        Expression::Call(function, arguments) => call(*function, arguments, context)?,
        Expression::Foreign(arguments) => {
            for argument in arguments {
                evaluate(argument, context)?;
            }
            return Err(Fault::ForeignFunction);
        }
    })
}

/// Tells whether any operand is true, or false. Those behind it are not evaluated.
fn any(operands: &[Expression], wanted: bool, context: Context<'_>) -> Result<bool, Fault> {
    for operand in operands {
        if evaluate(operand, context)?.boolean() == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn apply(operator: Operator, left: Value, right: Value, context: Context<'_>) -> Value {
    let apply: fn(f64, f64) -> f64 = match operator {
        Operator::Add => |left, right| left + right,
        Operator::Subtract => |left, right| left - right,
        Operator::Multiply => |left, right| left * right,
        Operator::Divide => |left, right| left / right,
        Operator::Remainder => |left, right| left % right,
        comparison => return Value::Boolean(compare(comparison, &left, &right, context.document)),
    };
    Value::Number(apply(
        left.number(context.document),
        right.number(context.document),
    ))
}
