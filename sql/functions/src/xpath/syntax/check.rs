//! Looks through an expression for what Java's compiler refuses, and settles how paths are walked.

use super::ast::{Expression, Operator, Path, Start};
use super::function::Function;
use super::shape::walk_of;
use crate::xpath::error::XPathError;

/// Checks an expression and all below it.
pub(super) fn check(expression: &mut Expression) -> Result<(), XPathError> {
    match expression {
        Expression::Or(operands)
        | Expression::And(operands)
        | Expression::Union(operands)
        | Expression::Foreign(operands) => operands.iter_mut().try_for_each(check),
        Expression::Chain(first, rest) => {
            if rest
                .iter()
                .any(|(operator, _)| *operator == Operator::Quotient)
            {
                return Err(XPathError::new("There is no operator \"quo\".", 0));
            }
            check(first)?;
            rest.iter_mut().try_for_each(|(_, operand)| check(operand))
        }
        Expression::Negate(operand) | Expression::Group(operand) => check(operand),
        Expression::Path(path) => check_path(path),
        Expression::Literal(_) | Expression::Number(_) | Expression::Variable => Ok(()),
        // Java has the name of `key`, but no function behind it.
        Expression::Call(Function::Key, _) => {
            Err(XPathError::new("The function \"key\" cannot be called.", 0))
        }
        Expression::Call(function, arguments) => {
            let (name, arity) = function.signature();
            arguments.iter_mut().take(arity.most).try_for_each(check)?;
            if (arity.least..=arity.most).contains(&arguments.len()) {
                return Ok(());
            }
            let count = arguments.len();
            let message = format!(
                "The function \"{name}\" has a wrong number of arguments: {count} rather than {arity}."
            );
            Err(XPathError::new(message, 0))
        }
    }
}

fn check_path(path: &mut Path) -> Result<(), XPathError> {
    if let Start::Filter(primary, predicates) = &mut path.start {
        match primary {
            Expression::Literal(_) => return Err(no_filter("string")),
            Expression::Number(_) => return Err(no_filter("number")),
            _ => {}
        }
        predicates.iter_mut().try_for_each(check)?;
        check(primary)?;
    }
    for step in &mut path.steps {
        step.predicates.iter_mut().try_for_each(check)?;
    }
    path.walk = walk_of(path);
    Ok(())
}

fn no_filter(kind: &str) -> XPathError {
    XPathError::new(
        format!("A {kind} may not have predicates or steps behind it."),
        0,
    )
}
