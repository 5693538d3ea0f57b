//! The tree of an expression.

use super::function::Function;

/// An expression (XPath 1.0, section 3).
#[derive(Clone, Debug)]
pub(in super::super) enum Expression {
    /// Operands with `or` between them.
    Or(Vec<Expression>),
    /// Operands with `and` between them.
    And(Vec<Expression>),
    /// Operands of one precedence, to be applied from left to right.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
    Negate(Box<Expression>),
    /// Operands with `|` between them.
    Union(Vec<Expression>),
    /// An expression in parentheses.
    Group(Box<Expression>),
    Path(Box<Path>),
    Literal(String),
    Number(f64),
    /// A variable, of which there are none.
    Variable,
    Call(Function, Vec<Expression>),
    /// A call of a function with a prefix, of which there are none.
    Foreign(Vec<Expression>),
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// `quo`, which Java's parser knows and its compiler does not.
    Quotient,
}

/// A location path (XPath 1.0, section 2), or a filter expression with what follows it (section 3.3).
#[derive(Clone, Debug)]
pub(in super::super) struct Path {
    pub(in super::super) start: Start,
    pub(in super::super) steps: Vec<Step>,
    pub(in super::super) walk: Walk,
}

/// Where a path starts.
#[derive(Clone, Debug)]
pub(in super::super) enum Start {
    Context,
    Root,
    /// An expression in front of predicates or steps.
    Filter(Expression, Vec<Expression>),
}

/// How Java's evaluator walks a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Walk {
    /// Step by step.
    Steps,
    /// As a search for the last step among all nodes below one node, or itself and those.
    Search { or_self: bool },
}

/// A location step (XPath 1.0, section 2.1).
#[derive(Clone, Debug)]
pub(in super::super) struct Step {
    pub(in super::super) axis: Axis,
    pub(in super::super) test: NodeTest,
    pub(in super::super) predicates: Vec<Expression>,
}

/// An axis (XPath 1.0, section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    /// The axis `self`.
    Own,
}

impl Axis {
    /// Finds an axis by its name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ancestor" => Self::Ancestor,
            "ancestor-or-self" => Self::AncestorOrSelf,
            "attribute" => Self::Attribute,
            "child" => Self::Child,
            "descendant" => Self::Descendant,
            "descendant-or-self" => Self::DescendantOrSelf,
            "following" => Self::Following,
            "following-sibling" => Self::FollowingSibling,
            "namespace" => Self::Namespace,
            "parent" => Self::Parent,
            "preceding" => Self::Preceding,
            "preceding-sibling" => Self::PrecedingSibling,
            "self" => Self::Own,
            _ => return None,
        })
    }

    /// Tells whether nodes of the axis are counted against document order (XPath 1.0, section 2.4).
    pub(in super::super) fn is_reverse(self) -> bool {
        matches!(
            self,
            Self::Ancestor
                | Self::AncestorOrSelf
                | Self::Preceding
                | Self::PrecedingSibling
                | Self::Parent
        )
    }
}

/// A node test (XPath 1.0, section 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum NodeTest {
    /// `node()`
    Node,
    /// `text()`
    Text,
    /// `comment()`
    Comment,
    /// `processing-instruction()`, maybe with a name.
    Instruction(Option<String>),
    /// `*`
    Any,
    /// A name without a prefix.
    Name(String),
    /// A name with a prefix, or `prefix:*`. Only namespace nodes fit, by the name behind the colon.
    Prefixed(Option<String>),
}
