//! How Java's evaluator walks a location path.
//!
//! A path of two or three parts that only looks for nodes below one node, like `//name` or
//! `.//name[x]`, is one search. It differs from a walk step by step: a name must be the whole name of an
//! element, `text()` takes no text that consists of sections of character data alone, a few paths that
//! should skip a level find nodes on it, too, and only predicates of the last step are looked at.
//! Predicates that might count positions prevent it.
//!
//! Other paths are walked step by step.

use super::ast::{Axis, Expression, NodeTest, Operator, Path, Start, Walk};
use super::function::Function;

/// Says how a path is walked.
pub(super) fn walk_of(path: &Path) -> Walk {
    match search(path) {
        Some(or_self) => Walk::Search { or_self },
        None => Walk::Steps,
    }
}

/// Tells whether a path is a search, and whether its first node belongs to it.
fn search(path: &Path) -> Option<bool> {
    let is_absolute = match path.start {
        Start::Context => false,
        Start::Root => true,
        Start::Filter(..) => return None,
    };
    let count = path.steps.len() + usize::from(is_absolute);
    let (_, before) = path.steps.split_last()?;
    if !(2..=3).contains(&count) || before.iter().any(|step| step.test != NodeTest::Node) {
        return None;
    }
    let (mut below, mut below_or_self, mut own) = (false, false, false);
    for (index, step) in path.steps.iter().enumerate() {
        let is_third = index + usize::from(is_absolute) == 2;
        match step.axis {
            Axis::Child if below_or_self || below && own => {}
            Axis::Descendant if !is_third => below = true,
            Axis::DescendantOrSelf if !is_third => (below, below_or_self) = (true, true),
            Axis::Own if index == 0 && !is_absolute => own = true,
            _ => return None,
        }
    }
    if path
        .steps
        .iter()
        .flat_map(|step| &step.predicates)
        .any(may_count)
    {
        return None;
    }
    let has_child = path.steps.iter().any(|step| step.axis == Axis::Child);
    let starts = matches!(path.steps.first()?.axis, Axis::DescendantOrSelf | Axis::Own);
    Some(starts && !has_child)
}

/// Tells whether a predicate might count positions.
fn may_count(predicate: &Expression) -> bool {
    match predicate {
        Expression::Path(_) => false,
        Expression::Call(function, arguments) => call_may_count(*function, arguments),
        Expression::Chain(first, rest) => match rest.as_slice() {
            [(operator, second)] if is_comparison(*operator) => {
                operand_may_count(first) || operand_may_count(second)
            }
            _ => true,
        },
        _ => true,
    }
}

fn is_comparison(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Equal
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
    )
}

fn operand_may_count(operand: &Expression) -> bool {
    match operand {
        Expression::Variable
        | Expression::Number(_)
        | Expression::Literal(_)
        | Expression::Path(_) => false,
        Expression::Call(function, arguments) => call_may_count(*function, arguments),
        _ => true,
    }
}

fn call_may_count(function: Function, arguments: &[Expression]) -> bool {
    matches!(function, Function::Last | Function::Position)
        || arguments.iter().any(operand_may_count)
}
