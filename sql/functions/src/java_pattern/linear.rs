//! A pattern in the words of the `regex` crate, which matches in linear time.
//!
//! Java's `$` also holds in front of a line's end that ends the text, and `^` and `$` of lines know
//! five ends of lines. The crate's anchors are simpler. They mean the same for texts without such
//! characters, so that is what [`Needs`] says of the texts that a translation is right for.

use std::fmt::Write;

use regex_syntax::hir::ClassUnicode;

use super::node::{Assert, Node, Repeat};
use super::parse::ends_line;

/// The texts that a translation is right for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    /// All.
    Nothing,
    /// Those that do not end in a line's end.
    NoLastLineEnd,
    /// Those without ends of lines and not empty.
    OneLine,
}

impl Needs {
    /// Whether a text is one of these.
    pub(super) fn met_by(self, text: &str) -> bool {
        match self {
            Needs::Nothing => true,
            Needs::NoLastLineEnd => !text.ends_with(ends_line),
            Needs::OneLine => !text.is_empty() && !text.contains(ends_line),
        }
    }
}

/// The translation; none of a pattern that can't be matched in linear time.
pub(super) fn translate(node: &Node) -> Option<(String, Needs)> {
    let beyond = |node: &Node| {
        matches!(
            node,
            Node::Look(_) | Node::Atomic(_) | Node::Back { .. } | Node::Assert(Assert::Last)
        )
    };
    if node.any(&beyond) {
        return None;
    }
    let mut writer = Writer {
        text: String::new(),
        needs: Needs::Nothing,
    };
    writer.node(node);
    Some((writer.text, writer.needs))
}

struct Writer {
    text: String,
    needs: Needs,
}

impl Writer {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Empty => self.text.push_str("(?:)"),
            Node::Set(set) => self.set(set),
            Node::Concat(parts) => parts.iter().for_each(|part| self.part(part)),
            Node::Either(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        self.text.push('|');
                    }
                    self.node(part);
                }
            }
            Node::Group(_, inner) => {
                self.text.push('(');
                self.node(inner);
                self.text.push(')');
            }
            Node::Repeat(repeat) => self.repeat(repeat),
            Node::Assert(assert) => self.assert(*assert),
            Node::Look(_) | Node::Atomic(_) | Node::Back { .. } => {
                unreachable!("patterns with these are not translated")
            }
        }
    }

    /// A part among others.
    fn part(&mut self, node: &Node) {
        if matches!(node, Node::Either(_)) {
            self.wrapped(node);
        } else {
            self.node(node);
        }
    }

    fn wrapped(&mut self, node: &Node) {
        self.text.push_str("(?:");
        self.node(node);
        self.text.push(')');
    }

    fn repeat(&mut self, repeat: &Repeat) {
        match repeat.node {
            Node::Set(_) | Node::Group(..) => self.node(&repeat.node),
            _ => self.wrapped(&repeat.node),
        }
        match (repeat.least, repeat.most) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (least, most) => {
                let most = most.map_or(String::new(), |most| most.to_string());
                self.text.push_str(&format!("{{{least},{most}}}"));
            }
        }
        if repeat.lazy {
            self.text.push('?');
        }
    }

    fn assert(&mut self, assert: Assert) {
        let (text, needs) = match assert {
            Assert::Start => ("\\A", Needs::Nothing),
            Assert::End => ("\\z", Needs::Nothing),
            Assert::LastLine(_) => ("\\z", Needs::NoLastLineEnd),
            Assert::LineStart(_) => ("\\A", Needs::OneLine),
            Assert::LineEnd(_) => ("\\z", Needs::OneLine),
            Assert::Boundary => ("\\b", Needs::Nothing),
            Assert::NoBoundary => ("\\B", Needs::Nothing),
            Assert::Last => unreachable!("patterns with this are not translated"),
        };
        self.text.push_str(text);
        self.needs = self.needs.max(needs);
    }

    fn set(&mut self, set: &ClassUnicode) {
        match set.ranges() {
            [] => self.text.push_str("[^\\x{0}-\\x{10FFFF}]"),
            [one] if one.start() == one.end() => {
                let mut bytes = [0; 4];
                let c = one.start().encode_utf8(&mut bytes);
                regex_syntax::escape_into(c, &mut self.text);
            }
            ranges => {
                self.text.push('[');
                for range in ranges {
                    let (from, to) = (u32::from(range.start()), u32::from(range.end()));
                    write!(self.text, "\\x{{{from:X}}}-\\x{{{to:X}}}").expect("text grows");
                }
                self.text.push(']');
            }
        }
    }
}
