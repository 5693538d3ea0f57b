//! Comparisons (XPath 1.0, section 3.4).

use super::number::parse_number;
use super::value::Value;
use crate::xpath::document::{Document, NodeId};
use crate::xpath::syntax::Operator;

/// Compares two values. A set of nodes compares true if one of its nodes does.
pub(super) fn compare(
    operator: Operator,
    left: &Value,
    right: &Value,
    document: &Document,
) -> bool {
    match (left, right) {
        (Value::Nodes(left), Value::Nodes(right)) => compare_nodes(operator, left, right, document),
        (Value::Nodes(nodes), other) => compare_each(operator, nodes, other, document),
        (other, Value::Nodes(nodes)) => compare_each(turned(operator), nodes, other, document),
        _ => compare_plain(operator, left, right, document),
    }
}

fn compare_plain(operator: Operator, left: &Value, right: &Value, document: &Document) -> bool {
    let equal = match (left, right) {
        _ if !matches!(operator, Operator::Equal | Operator::NotEqual) => {
            return compare_numbers(operator, left.number(document), right.number(document));
        }
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) => left.boolean() == right.boolean(),
        (Value::Text(left), Value::Text(right)) => left == right,
        _ => left.number(document) == right.number(document),
    };
    equal == (operator == Operator::Equal)
}

fn compare_each(operator: Operator, nodes: &[NodeId], other: &Value, document: &Document) -> bool {
    match other {
        Value::Boolean(other) => {
            let number = |boolean| f64::from(u8::from(boolean));
            compare_numbers(operator, number(!nodes.is_empty()), number(*other))
        }
        Value::Number(other) => nodes.iter().any(|&node| {
            compare_numbers(operator, parse_number(&document.string_value(node)), *other)
        }),
        Value::Text(other) => nodes
            .iter()
            .any(|&node| compare_texts(operator, &document.string_value(node), other)),
        Value::Nodes(others) => compare_nodes(operator, nodes, others, document),
    }
}

fn compare_nodes(
    operator: Operator,
    left: &[NodeId],
    right: &[NodeId],
    document: &Document,
) -> bool {
    let right: Vec<String> = right
        .iter()
        .map(|&node| document.string_value(node))
        .collect();
    left.iter().any(|&node| {
        let left = document.string_value(node);
        right
            .iter()
            .any(|right| compare_texts(operator, &left, right))
    })
}

fn compare_texts(operator: Operator, left: &str, right: &str) -> bool {
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        _ => compare_numbers(operator, parse_number(left), parse_number(right)),
    }
}

fn compare_numbers(operator: Operator, left: f64, right: f64) -> bool {
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Less => left < right,
        Operator::LessOrEqual => left <= right,
        Operator::Greater => left > right,
        Operator::GreaterOrEqual => left >= right,
        _ => false,
    }
}

/// The operator that holds when the operands change places.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        other => other,
    }
}
