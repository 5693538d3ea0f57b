//! Axes (XPath 1.0, section 2.2) and node tests (section 2.3).

use std::collections::HashSet;

use crate::xpath::document::{Document, NodeId, NodeKind};
use crate::xpath::syntax::{Axis, NodeTest};

/// Gives the nodes on an axis of a node that fit, in the order of the axis.
///
/// Java's tree makes these differences: attributes have those after them as following siblings, and
/// nothing outside of the root element precedes.
pub(super) fn along(
    axis: Axis,
    document: &Document,
    node: NodeId,
    fits: impl Fn(NodeId) -> bool,
) -> Vec<NodeId> {
    let in_tree = |other: &NodeId| !document.is_beside_tree(*other) && fits(*other);
    match axis {
        Axis::Own => Some(node).into_iter().filter(|&own| fits(own)).collect(),
        Axis::Parent => document
            .parent(node)
            .into_iter()
            .filter(|&parent| fits(parent))
            .collect(),
        Axis::Attribute => attributes(document, node).filter(|&a| fits(a)).collect(),
        Axis::Namespace => document.namespaces(node).filter(|&n| fits(n)).collect(),
        Axis::Descendant => document
            .between(node, document.end(node))
            .filter(in_tree)
            .collect(),
        Axis::DescendantOrSelf => {
            let below = document.between(node, document.end(node)).filter(in_tree);
            Some(node)
                .into_iter()
                .filter(|&own| fits(own))
                .chain(below)
                .collect()
        }
        Axis::Following => {
            let last = document.last_below(node);
            document
                .between(last, document.end(document.root()))
                .filter(in_tree)
                .collect()
        }
        Axis::Preceding => {
            let mut found: Vec<NodeId> = preceding(document, node).filter(in_tree).collect();
            found.reverse();
            found
        }
        Axis::Child
        | Axis::Ancestor
        | Axis::AncestorOrSelf
        | Axis::FollowingSibling
        | Axis::PrecedingSibling => links(axis, document, node)
            .filter(|&other| fits(other))
            .collect(),
    }
}

/// Gives the nodes on an axis of any of these nodes that fit, each once. Those of one node are in
/// document order.
///
/// What several nodes share is walked once where that is easy to know, because else a search through a
/// deep or a wide document would take time with the square of its size.
pub(super) fn sweep(
    axis: Axis,
    document: &Document,
    nodes: &[NodeId],
    fits: impl Fn(NodeId) -> bool,
) -> Vec<NodeId> {
    let in_order = |mut some: Vec<NodeId>| {
        if axis.is_reverse() {
            some.reverse();
        }
        some
    };
    if let [node] = nodes {
        return in_order(along(axis, document, *node, fits));
    }
    let mut seen = HashSet::new();
    let mut covered = 0..0;
    let mut found = Vec::new();
    for &node in nodes {
        let (place, end) = (document.number(node), document.end(node));
        let is_covered = match axis {
            Axis::Following => covered.contains(&end),
            Axis::Descendant | Axis::DescendantOrSelf => {
                covered.contains(&place) && !document.is_beside_tree(node)
            }
            _ => false,
        };
        if is_covered {
            continue;
        }
        covered = if axis == Axis::Following {
            end..u32::MAX
        } else {
            place..end
        };
        found.extend(in_order(match axis {
            Axis::Own | Axis::Child | Axis::Attribute => along(axis, document, node, &fits),
            Axis::Ancestor
            | Axis::AncestorOrSelf
            | Axis::FollowingSibling
            | Axis::PrecedingSibling => {
                let fresh = links(axis, document, node).take_while(|&other| seen.insert(other));
                fresh.filter(|&other| fits(other)).collect()
            }
            _ => along(axis, document, node, &fits)
                .into_iter()
                .filter(|&other| seen.insert(other))
                .collect(),
        }));
    }
    found
}

/// Tells whether a node fits a test on an axis.
pub(super) fn fits(test: &NodeTest, axis: Axis, document: &Document, node: NodeId) -> bool {
    let kind = document.kind(node);
    let is_principal = kind
        == match axis {
            Axis::Attribute => NodeKind::Attribute,
            Axis::Namespace => NodeKind::Namespace,
            _ => NodeKind::Element,
        };
    match test {
        NodeTest::Node => match axis {
            Axis::Attribute | Axis::Namespace => is_principal,
            Axis::Own | Axis::AncestorOrSelf | Axis::DescendantOrSelf => true,
            _ => kind != NodeKind::Attribute,
        },
        NodeTest::Text => kind == NodeKind::Text,
        NodeTest::Comment => kind == NodeKind::Comment,
        NodeTest::Instruction(target) => {
            let named = |target| document.name(node) == target;
            kind == NodeKind::Instruction && target.as_deref().is_none_or(named)
        }
        NodeTest::Any => is_principal,
        NodeTest::Name(name) => is_principal && document.local_name(node) == name,
        NodeTest::Prefixed(name) => {
            let named = |name| document.local_name(node) == name;
            axis == Axis::Namespace && is_principal && name.as_deref().is_none_or(named)
        }
    }
}

/// Tells whether a node fits a test at the end of a search.
pub(super) fn fits_search(test: &NodeTest, axis: Axis, document: &Document, node: NodeId) -> bool {
    fits(test, axis, document, node)
        && match test {
            NodeTest::Text => document.is_plain_text(node),
            NodeTest::Name(name) => document.name(node) == name,
            _ => true,
        }
}

/// The nodes on an axis that goes from each node to the next one, before any test.
fn links(axis: Axis, document: &Document, node: NodeId) -> impl Iterator<Item = NodeId> {
    type Link = fn(&Document, NodeId) -> Option<NodeId>;
    let (first, next): (Option<NodeId>, Link) = match axis {
        Axis::Child => (document.first_child(node), Document::next_sibling),
        Axis::FollowingSibling => (document.next_sibling(node), Document::next_sibling),
        Axis::PrecedingSibling => (document.previous_sibling(node), Document::previous_sibling),
        Axis::Ancestor => (document.parent(node), Document::parent),
        _ => (Some(node), Document::parent),
    };
    std::iter::successors(first, move |&node| next(document, node))
}

fn ancestors(document: &Document, node: NodeId) -> impl Iterator<Item = NodeId> {
    links(Axis::Ancestor, document, node)
}

/// The attributes of an element.
fn attributes(document: &Document, node: NodeId) -> impl Iterator<Item = NodeId> {
    let is_element = document.kind(node) == NodeKind::Element;
    document
        .between(node, if is_element { document.end(node) } else { 0 })
        .take_while(|&other| document.is_beside_tree(other))
        .filter(|&other| document.kind(other) == NodeKind::Attribute)
}

/// The nodes before a node that are not above it, below the outermost node around it.
fn preceding(document: &Document, node: NodeId) -> impl Iterator<Item = NodeId> {
    let node = if document.is_beside_tree(node) {
        document.parent(node).unwrap_or(node)
    } else {
        node
    };
    let place = document.number(node);
    let outermost = ancestors(document, node)
        .filter(|&above| above != document.root())
        .last();
    let end = outermost.map_or(0, |_| place);
    document
        .between(outermost.unwrap_or(node), end)
        .filter(move |&other| document.end(other) <= place)
}
