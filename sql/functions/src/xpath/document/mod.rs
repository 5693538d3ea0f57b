//! XML texts as the tree of XPath 1.0, section 5.
//!
//! The nodes stand in one vector in document order: an element, its namespace nodes and attributes,
//! then what it holds. Parents, siblings and the end of each subtree are indices, so that no walk
//! recurses. `content`, `tag` and `doctype` read a text, `builder` makes the nodes.
//!
//! Spark's documents are trees without namespaces, and the tree of the Java platform's evaluator has
//! some habits beside the recommendation; they are kept:
//!
//! - Attributes are in the order of their names.
//! - Of the namespaces in scope an element has only the last one declared, and the one of `xml`.
//! - A text and sections of character data beside it are one node, but its own value is that of the
//!   first part.
//! - A processing instruction right behind the start or the end of an element called `xml` is
//!   dropped.

mod builder;
mod characters;
mod content;
mod cursor;
mod declarations;
mod doctype;
mod entities;
mod name_ranges;
mod prolog;
mod tag;

use std::collections::HashMap;

use super::error::XmlError;

/// Says which node of a document is meant: the nodes are counted in document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeId(u32);

/// The kinds of nodes (XPath 1.0, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Root,
    Element,
    Attribute,
    Namespace,
    Text,
    Comment,
    Instruction,
}

#[derive(Clone, Debug)]
struct Node {
    kind: NodeKind,
    /// The name as written; of a namespace node, the prefix.
    name: Box<str>,
    /// All text of the node itself.
    value: String,
    /// The length of the first part of a text.
    first_part: usize,
    /// Whether a text has anything but sections of character data.
    plain: bool,
    /// Of an element, the namespace that is declared last among those in scope.
    declared_namespace: Option<NodeId>,
    parent: Option<NodeId>,
    first_child: Option<NodeId>,
    next: Option<NodeId>,
    previous: Option<NodeId>,
    /// The first node in document order that is neither this one nor below it.
    end: u32,
}

/// A well-formed XML document.
#[derive(Clone, Debug)]
pub struct Document {
    nodes: Vec<Node>,
    ids: HashMap<String, NodeId>,
    implied_namespace: Option<NodeId>,
}

impl Document {
    /// Parses a document (XML 1.0 and 1.1). The internal subset of a document type is read: its
    /// entities are replaced, its default attributes added.
    ///
    /// # Errors
    ///
    /// The text is not well-formed, has an external subset, or goes beyond the limits of Java's
    /// reader: 64000 references to entities, 50 million characters of entities, 10000 attributes of
    /// an element, 1000 characters of a name.
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        content::read(text)
    }

    pub(super) fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// All nodes behind the first and before the second one.
    pub(super) fn between(&self, first: NodeId, end: u32) -> impl Iterator<Item = NodeId> + use<> {
        (first.0 + 1..end).map(NodeId)
    }

    /// The first place behind the subtree of a node.
    pub(super) fn end(&self, id: NodeId) -> u32 {
        self.node(id).map_or(id.0 + 1, |node| node.end)
    }

    /// The last node of the subtree of a node, without which all that is behind it follows it.
    pub(super) fn last_below(&self, id: NodeId) -> NodeId {
        NodeId(self.end(id).max(1) - 1)
    }

    pub(super) fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).map_or(NodeKind::Root, |node| node.kind)
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.parent
    }

    pub(super) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.first_child
    }

    pub(super) fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.next
    }

    pub(super) fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.previous
    }

    /// Tells whether a node is an attribute or a namespace node.
    pub(super) fn is_beside_tree(&self, id: NodeId) -> bool {
        matches!(self.kind(id), NodeKind::Attribute | NodeKind::Namespace)
    }

    /// Tells whether a text has anything but sections of character data.
    pub(super) fn is_plain_text(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| node.plain)
    }

    /// The name as written (XPath 1.0, section 4.1, `name`).
    pub(super) fn name(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| &node.name)
    }

    /// The name behind its colon; of a namespace node, the prefix.
    pub(super) fn local_name(&self, id: NodeId) -> &str {
        let name = self.name(id);
        if self.kind(id) == NodeKind::Namespace {
            return name;
        }
        name.split_once(':').map_or(name, |(_, local)| local)
    }

    /// The namespaces in scope of an element: the one that is declared last, and the implied one of
    /// `xml`, whichever the root element has first.
    pub(super) fn namespaces(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        let declared_of = |id| self.node(id).and_then(|node| node.declared_namespace);
        let is_element = self.kind(id) == NodeKind::Element;
        let implied = self.implied_namespace.filter(|_| is_element);
        let outermost = implied.and_then(|implied| self.parent(implied));
        let (first, second) = match outermost.and_then(declared_of) {
            Some(_) => (declared_of(id), implied),
            None => (implied, declared_of(id)),
        };
        first.into_iter().chain(second)
    }

    /// The number of the node in the words of `generate-id`.
    pub(super) fn number(&self, id: NodeId) -> u32 {
        id.0
    }

    /// The element with this identifier (XPath 1.0, section 5.2.1).
    pub(super) fn by_identifier(&self, identifier: &str) -> Option<NodeId> {
        self.ids.get(identifier).copied()
    }

    /// The string-value of a node (XPath 1.0, section 5).
    pub(super) fn string_value(&self, id: NodeId) -> String {
        match self.node(id) {
            None => String::new(),
            Some(node) if matches!(node.kind, NodeKind::Root | NodeKind::Element) => self
                .between(id, node.end)
                .filter_map(|below| self.node(below))
                .filter(|below| below.kind == NodeKind::Text)
                .map(|below| below.value.as_str())
                .collect(),
            Some(node) => node.value.clone(),
        }
    }

    /// The value of the node itself in the document object model: none of elements.
    pub(super) fn own_value(&self, id: NodeId) -> Option<String> {
        let node = self.node(id)?;
        match node.kind {
            NodeKind::Root | NodeKind::Element => None,
            NodeKind::Text => node.value.get(..node.first_part).map(str::to_owned),
            _ => Some(node.value.clone()),
        }
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }
}
