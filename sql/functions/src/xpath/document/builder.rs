//! Builds the nodes of a document out of what a reader finds.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Document, Node, NodeId, NodeKind};

/// The namespace that is in scope everywhere (XPath 1.0, section 5.4).
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// An attribute of a start tag.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) value: String,
    /// Whether its value identifies the element.
    pub(super) identifies: bool,
}

/// A document that grows at its end.
#[derive(Debug)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    /// The identifiers of elements.
    identified: Vec<(String, NodeId)>,
    /// The elements that have no end yet, and the last child of each. The root is the first.
    open: Vec<(NodeId, Option<NodeId>)>,
    /// Whether the node before the next one is an element called `xml`.
    behind_xml: bool,
    /// Whether text still belongs to the first part of the text node before it.
    in_first_part: bool,
    implied_namespace: Option<NodeId>,
}

impl Builder {
    pub(super) fn new() -> Self {
        let mut builder = Self {
            nodes: Vec::new(),
            identified: Vec::new(),
            open: Vec::new(),
            behind_xml: false,
            in_first_part: false,
            implied_namespace: None,
        };
        let root = builder.push(NodeKind::Root, "", String::new());
        builder.open.push((root, None));
        builder
    }

    /// Counts the elements that have no end yet.
    pub(super) fn depth(&self) -> usize {
        self.open.len() - 1
    }

    /// The name of the innermost element without an end.
    pub(super) fn open_name(&self) -> &str {
        let innermost = self
            .open
            .last()
            .and_then(|&(id, _)| self.nodes.get(id.0 as usize));
        innermost.map_or("", |node| &node.name)
    }

    /// Opens an element. The attributes are in the order of their names.
    pub(super) fn open(&mut self, name: &str, attributes: Vec<Attribute>) {
        let is_outermost = self.depth() == 0;
        let parent = self.open.last().map(|&(parent, _)| parent);
        let id = self.append(NodeKind::Element, name, String::new());
        let inherited = parent.and_then(|parent| self.node_mut(parent)?.declared_namespace);
        let mut declared_namespace = inherited;
        let declares_xml = attributes
            .iter()
            .any(|attribute| attribute.name == "xmlns:xml");
        for Attribute {
            name,
            value,
            identifies,
        } in attributes
        {
            if identifies {
                self.identified.push((value.clone(), id));
            }
            let (kind, name) = match name.strip_prefix("xmlns") {
                Some("") => (NodeKind::Namespace, ""),
                Some(rest) => match rest.strip_prefix(':') {
                    Some(prefix) => (NodeKind::Namespace, prefix),
                    None => (NodeKind::Attribute, name.as_str()),
                },
                None => (NodeKind::Attribute, name.as_str()),
            };
            let beside = self.beside(kind, name, value, id);
            if kind == NodeKind::Namespace {
                declared_namespace = Some(beside);
            }
        }
        if let Some(node) = self.node_mut(id) {
            node.declared_namespace = declared_namespace;
        }
        if is_outermost && !declares_xml {
            let value = XML_NAMESPACE.to_owned();
            self.implied_namespace = Some(self.beside(NodeKind::Namespace, "xml", value, id));
        }
        self.open.push((id, None));
        self.behind_xml = name.eq_ignore_ascii_case("xml");
    }

    /// Closes the innermost element.
    pub(super) fn close(&mut self) {
        let end = self.place();
        if let Some((id, _)) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(id.0 as usize)
        {
            node.end = end;
            self.behind_xml = node.name.eq_ignore_ascii_case("xml");
        }
    }

    /// Adds text, which joins a text right before it.
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let (id, is_new) = self.text_node();
        self.in_first_part |= is_new;
        let grows = self.in_first_part;
        if let Some(node) = self.node_mut(id) {
            node.plain = true;
            node.value.push_str(text);
            if grows {
                node.first_part = node.value.len();
            }
        }
    }

    /// Adds a section of character data, which joins a text right before it.
    pub(super) fn character_data(&mut self, text: &str) {
        let (id, is_new) = self.text_node();
        self.in_first_part = false;
        if let Some(node) = self.node_mut(id) {
            node.value.push_str(text);
            if is_new {
                node.first_part = text.len();
            }
        }
    }

    pub(super) fn comment(&mut self, data: &str) {
        self.append(NodeKind::Comment, "", data.to_owned());
    }

    pub(super) fn instruction(&mut self, target: &str, data: &str) {
        if std::mem::take(&mut self.behind_xml) {
            return;
        }
        self.append(NodeKind::Instruction, target, data.to_owned());
    }

    /// Gives the document.
    pub(super) fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close();
        }
        let Self {
            nodes,
            mut identified,
            implied_namespace,
            ..
        } = self;
        // Java makes the children of each element from the last to the first one. Of elements with the
        // same identifier the one that is made last has it.
        let parent = |id: NodeId| nodes.get(id.0 as usize).and_then(|node| node.parent);
        identified.sort_by_key(|&(_, id)| (parent(id), Reverse(id)));
        let ids: HashMap<String, NodeId> = identified.into_iter().collect();
        Document {
            nodes,
            ids,
            implied_namespace,
        }
    }

    /// The text that the next text belongs to, and whether it is a new one.
    fn text_node(&mut self) -> (NodeId, bool) {
        let last = self.open.last().and_then(|&(_, last)| last);
        match last.filter(|&last| {
            self.node_mut(last)
                .is_some_and(|n| n.kind == NodeKind::Text)
        }) {
            Some(last) => (last, false),
            None => (self.append(NodeKind::Text, "", String::new()), true),
        }
    }

    /// Adds a child to the innermost element.
    fn append(&mut self, kind: NodeKind, name: &str, value: String) -> NodeId {
        let id = self.push(kind, name, value);
        self.behind_xml = false;
        self.in_first_part = false;
        if let Some((parent, last)) = self.open.last_mut() {
            let parent = *parent;
            let previous = last.replace(id);
            if let Some(node) = self.node_mut(id) {
                node.parent = Some(parent);
                node.previous = previous;
            }
            match previous {
                Some(previous) => {
                    if let Some(node) = self.node_mut(previous) {
                        node.next = Some(id);
                    }
                }
                None => {
                    if let Some(node) = self.node_mut(parent) {
                        node.first_child = Some(id);
                    }
                }
            }
        }
        id
    }

    /// Adds an attribute or a namespace node of an element.
    fn beside(&mut self, kind: NodeKind, name: &str, value: String, element: NodeId) -> NodeId {
        let id = self.push(kind, name, value);
        let previous = NodeId(id.0 - 1);
        if previous != element
            && let Some(node) = self.node_mut(previous)
        {
            node.next = Some(id);
        }
        if let Some(node) = self.node_mut(id) {
            node.parent = Some(element);
        }
        id
    }

    fn push(&mut self, kind: NodeKind, name: &str, value: String) -> NodeId {
        let place = self.place();
        self.nodes.push(Node {
            kind,
            name: name.into(),
            value,
            first_part: 0,
            plain: false,
            declared_namespace: None,
            parent: None,
            first_child: None,
            next: None,
            previous: None,
            end: place + 1,
        });
        NodeId(place)
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }

    fn place(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX - 1)
    }
}
