//! Location paths (XPath 1.0, section 2), filter expressions and unions (section 3.3).
//!
//! A path is walked step by step, each step over all nodes of the one before, so that no node is
//! visited twice. Nodes are kept in the order in which a walk from node to node would find them, and
//! sorted at the end.

use std::collections::HashSet;

use super::axes::{along, fits, fits_search, sweep};
use super::fault::Fault;
use super::{Context, Value, evaluate};
use crate::xpath::document::{Document, NodeId};
use crate::xpath::syntax::{Axis, Expression, NodeTest, Path, Start, Step, Walk};

/// Gives the nodes of an expression in document order.
pub(super) fn nodes_of(
    expression: &Expression,
    context: Context<'_>,
) -> Result<Vec<NodeId>, Fault> {
    let mut nodes = match expression {
        Expression::Group(inside) => return nodes_of(inside, context),
        Expression::Path(path) => walk(path, context)?,
        Expression::Union(operands) => union(operands, context)?,
        other => match evaluate(other, context)? {
            Value::Nodes(nodes) => return Ok(nodes),
            value => return Err(Fault::no_nodes(&value)),
        },
    };
    nodes.sort_unstable();
    nodes.dedup();
    Ok(nodes)
}

/// Gives the node of an expression that Java finds first, which need not be the first in the document.
pub(super) fn first_node_of(
    expression: &Expression,
    context: Context<'_>,
) -> Result<Option<NodeId>, Fault> {
    match expression {
        Expression::Group(inside) => first_node_of(inside, context),
        Expression::Path(path) => match (path.walk, path.steps.last()) {
            // The first node of a search is not tested unless it has a name to find.
            (Walk::Search { or_self }, Some(last))
                if last.predicates.is_empty() && is_wild(&last.test) =>
            {
                Ok(searched(path, or_self, context, |_| true).first().copied())
            }
            _ => Ok(walk(path, context)?.first().copied()),
        },
        other => Ok(nodes_of(other, context)?.first().copied()),
    }
}

fn is_wild(test: &NodeTest) -> bool {
    matches!(
        test,
        NodeTest::Node | NodeTest::Any | NodeTest::Instruction(None)
    )
}

fn union(operands: &[Expression], context: Context<'_>) -> Result<Vec<NodeId>, Fault> {
    if operands.is_empty() {
        // Nothing is left of the operands. Java fails as soon as there is a node to test.
        return match context.document.first_child(context.node) {
            None => Ok(Vec::new()),
            Some(_) => Err(Fault::EmptyUnion),
        };
    }
    let mut nodes = Vec::new();
    for operand in operands {
        nodes.extend(nodes_of(operand, context)?);
    }
    Ok(nodes)
}

/// Gives the nodes of a path in the order of the walk, each once.
fn walk(path: &Path, context: Context<'_>) -> Result<Vec<NodeId>, Fault> {
    let document = context.document;
    if let (Walk::Search { or_self }, Some(last)) = (path.walk, path.steps.last()) {
        let found = searched(path, or_self, context, |n| {
            fits_search(&last.test, last.axis, document, n)
        });
        return filter(found, &last.predicates, Sizes::Left, document);
    }
    let mut nodes = match &path.start {
        Start::Context => vec![context.node],
        Start::Root => vec![document.root()],
        Start::Filter(primary, predicates) => filter(
            nodes_of(primary, context)?,
            predicates,
            Sizes::Whole,
            document,
        )?,
    };
    let is_one_step = path.steps.len() == 1 && matches!(path.start, Start::Context);
    for step in &path.steps {
        nodes = step_from(&nodes, step, is_one_step, document)?;
    }
    Ok(nodes)
}

/// The nodes of a search that fit.
fn searched(
    path: &Path,
    or_self: bool,
    context: Context<'_>,
    fits: impl Fn(NodeId) -> bool,
) -> Vec<NodeId> {
    let start = match path.start {
        Start::Root => context.document.root(),
        _ => context.node,
    };
    let axis = if or_self {
        Axis::DescendantOrSelf
    } else {
        Axis::Descendant
    };
    along(axis, context.document, start, fits)
}

fn step_from(
    nodes: &[NodeId],
    step: &Step,
    is_one_step: bool,
    document: &Document,
) -> Result<Vec<NodeId>, Fault> {
    let fits = |node| fits(&step.test, step.axis, document, node);
    if step.predicates.is_empty() {
        return Ok(sweep(step.axis, document, nodes, fits));
    }
    let is_reverse = step.axis.is_reverse();
    let sizes = if is_reverse && !is_one_step {
        Sizes::Repeated
    } else {
        Sizes::Left
    };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for &node in nodes {
        let fitting = along(step.axis, document, node, fits);
        let mut kept = filter(fitting, &step.predicates, sizes, document)?;
        if is_reverse {
            kept.reverse();
        }
        if nodes.len() > 1 {
            kept.retain(|&other| seen.insert(other));
        }
        found.append(&mut kept);
    }
    Ok(found)
}

/// What `last()` counts in a predicate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sizes {
    /// The nodes that the predicates before it left.
    Left,
    /// All nodes. So does Java behind an expression in parentheses.
    Whole,
    /// The nodes that all predicates but the last one leave. So does Java along reverse axes in paths of
    /// several steps.
    Repeated,
}

/// Keeps the nodes for which all predicates are true (XPath 1.0, section 2.4). A number is true for
/// the node at its place; it is cut towards zero before.
fn filter(
    mut nodes: Vec<NodeId>,
    predicates: &[Expression],
    sizes: Sizes,
    document: &Document,
) -> Result<Vec<NodeId>, Fault> {
    let size = match (sizes, predicates.split_last()) {
        (Sizes::Repeated, Some((_, before))) if !before.is_empty() => {
            filter(nodes.clone(), before, sizes, document)?.len()
        }
        _ => nodes.len(),
    };
    for predicate in predicates {
        let size = if sizes == Sizes::Left {
            nodes.len()
        } else {
            size
        };
        let mut kept = Vec::new();
        for (position, &node) in (1..).zip(&nodes) {
            let context = Context {
                document,
                node,
                position,
                size,
            };
            let is_true = match evaluate(predicate, context)? {
                Value::Number(place) => place as i32 == position,
                value => value.boolean(),
            };
            if is_true {
                kept.push(node);
            }
        }
        nodes = kept;
    }
    Ok(nodes)
}
