//! The operands that Java's compiler gives to unions.
//!
//! It reads operands of a union for as long as they can be sets of nodes: location paths, calls,
//! variables and groups. An operand that cannot ends the union, and what is behind it is lost. But
//! nothing marks the end of a union either, so that it takes in the operands that follow it in the
//! compiled form, where operators stand in front of all their operands: `a|b = c` is `a|b|c = c`. That
//! ends at an operand that starts with an operator, and at the end of a predicate, an argument or the
//! whole expression.

use super::ast::{Expression, Path, Start};

/// Gives the unions in an expression their operands. The operands behind the expression that a union
/// may take in are given, and have theirs.
pub(super) fn absorb(expression: &mut Expression, after: &[&Expression]) {
    match expression {
        Expression::Or(operands) | Expression::And(operands) => logical(operands, after),
        Expression::Chain(first, rest) => {
            for index in (0..rest.len()).rev() {
                let (before, behind) = rest.split_at_mut(index + 1);
                if let Some((_, operand)) = before.last_mut() {
                    absorb(
                        operand,
                        &followed(behind.iter().map(|(_, operand)| operand), after),
                    );
                }
            }
            absorb(
                first,
                &followed(rest.iter().map(|(_, operand)| operand), after),
            );
        }
        Expression::Negate(operand) | Expression::Group(operand) => absorb(operand, after),
        Expression::Union(operands) => {
            each(operands);
            let kept = operands.iter().position(|operand| !may_be_nodes(operand));
            match kept {
                Some(kept) => operands.truncate(kept),
                None => operands.extend(after.iter().map(|&operand| operand.clone())),
            }
        }
        Expression::Path(path) => in_path(path),
        Expression::Call(_, arguments) | Expression::Foreign(arguments) => each(arguments),
        Expression::Literal(_) | Expression::Number(_) | Expression::Variable => {}
    }
}

/// Operands with `or` or `and` between them. All but the last two are followed by an operator.
fn logical(operands: &mut [Expression], after: &[&Expression]) {
    let Some((last, before)) = operands.split_last_mut() else {
        return;
    };
    absorb(last, after);
    if let Some((second, before)) = before.split_last_mut() {
        absorb(second, &followed([&*last], after));
        each(before);
    }
}

/// Expressions that nothing follows.
fn each(expressions: &mut [Expression]) {
    for expression in expressions {
        absorb(expression, &[]);
    }
}

fn in_path(path: &mut Path) {
    if let Start::Filter(primary, predicates) = &mut path.start {
        absorb(primary, &[]);
        each(predicates);
    }
    for step in &mut path.steps {
        each(&mut step.predicates);
    }
}

/// The operands that a union may take in: these, then those behind them. Operators that the lexer
/// does not count leave no room for such operands, so that there are few.
fn followed<'e>(
    operands: impl IntoIterator<Item = &'e Expression>,
    after: &[&'e Expression],
) -> Vec<&'e Expression> {
    let all = operands.into_iter().chain(after.iter().copied());
    all.take_while(|operand| may_be_nodes(operand)).collect()
}

fn may_be_nodes(operand: &Expression) -> bool {
    matches!(
        operand,
        Expression::Path(_)
            | Expression::Call(..)
            | Expression::Foreign(_)
            | Expression::Variable
            | Expression::Group(_)
    )
}
