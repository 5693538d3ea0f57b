//! [`Node`]: a pattern of Java's as a tree, flags worked in.

use regex_syntax::hir::ClassUnicode;

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Nothing, which is everywhere.
    Empty,
    /// One character of these.
    Set(ClassUnicode),
    Concat(Vec<Node>),
    /// The first that leads to a match.
    Either(Vec<Node>),
    /// A part with a number, from 1 on.
    Group(usize, Box<Node>),
    Repeat(Box<Repeat>),
    Assert(Assert),
    Look(Box<Look>),
    /// What it took it does not give back.
    Atomic(Box<Node>),
    /// What a group took; with letters of any case.
    Back {
        group: usize,
        fold: Fold,
    },
}

/// A part some times over.
#[derive(Debug, Clone)]
pub(super) struct Repeat {
    pub(super) node: Node,
    pub(super) least: u32,
    /// `None`: as often as it goes.
    pub(super) most: Option<u32>,
    /// As seldom as it goes.
    pub(super) lazy: bool,
}

/// What is in front of a place, or behind it.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) node: Node,
    pub(super) behind: bool,
    pub(super) negative: bool,
}

/// Which letters are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// Each is itself alone.
    None,
    /// Those of ASCII in both cases.
    Ascii,
    /// Those of Unicode in all cases.
    Unicode,
}

/// What holds at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    /// `\A`, and `^` outside of lines.
    Start,
    /// `\z`.
    End,
    /// `$` and `\Z`: the end, or in front of a line's end that ends the text. True: lines end by
    /// `\n` alone.
    LastLine(bool),
    /// `^` of lines.
    LineStart(bool),
    /// `$` of lines.
    LineEnd(bool),
    /// `\b`.
    Boundary,
    /// `\B`.
    NoBoundary,
    /// `\G`: where the last match ended.
    Last,
}

impl Node {
    /// Parts after one another.
    pub(super) fn concat(mut parts: Vec<Node>) -> Node {
        match parts.len() {
            0 => Node::Empty,
            1 => parts.remove(0),
            _ => Node::Concat(parts),
        }
    }

    /// Whether this holds for the part or one inside.
    pub(super) fn any(&self, test: &impl Fn(&Node) -> bool) -> bool {
        if test(self) {
            return true;
        }
        match self {
            Node::Concat(parts) | Node::Either(parts) => parts.iter().any(|part| part.any(test)),
            Node::Group(_, inner) | Node::Atomic(inner) => inner.any(test),
            Node::Repeat(repeat) => repeat.node.any(test),
            Node::Look(look) => look.node.any(test),
            Node::Empty | Node::Set(_) | Node::Assert(_) | Node::Back { .. } => false,
        }
    }
}
