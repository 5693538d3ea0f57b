//! Expressions of resolved plans.

use std::fmt;
use std::sync::Arc;

use flint_sql_spec::{DataType, FrameUnit, Ident, Literal, NativeFunction, Node, Origin};

use super::{Attribute, ColumnId, Plan};

/// A resolved expression, cheap to clone. Equality and hashing ignore origins.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Expr(Node<ExprNode>);

#[derive(Clone)]
struct ExprNode {
    kind: ExprKind,
    data_type: DataType,
    nullable: bool,
    origin: Origin,
}

/// What a resolved expression is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A column of the input.
    Column(Attribute),
    /// A column of a query around this one.
    Outer(Attribute),
    /// A scalar function.
    Call(Call),
    /// A conversion to the expression's type.
    Cast(Cast),
    /// An aggregate function; only in the list of an aggregate, or inside a window.
    Aggregate(Aggregate),
    /// A function over a window; only in the list of a window.
    Window(Window),
    /// A query as a value.
    Subquery(Subquery),
    /// A field of a struct, or of each struct of an array, by position.
    Field {
        /// The struct, or the array of structs.
        child: Expr,
        /// Position of the field, from 0.
        ordinal: usize,
        /// Its name.
        name: Ident,
    },
    /// A lambda function.
    Lambda {
        /// Its parameters, which the body refers to as [`ExprKind::Variable`].
        parameters: Vec<Attribute>,
        /// Its body.
        body: Expr,
    },
    /// A parameter of a lambda around.
    Variable(Attribute),
}

/// A scalar function with its arguments, which have the types that it takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// The function's name in the registry, in lower case.
    pub function: Ident,
    /// How it was written.
    pub alias: CalledAs,
    /// Its arguments.
    pub args: Vec<Expr>,
    /// Whether overflow, division by zero and the like are errors, not nulls.
    pub ansi: bool,
    /// The program's own code, when the function is not built in.
    pub native: Option<Arc<NativeFunction>>,
}

/// How a call was written, where that is not what it is but names of columns show it: `mean(x)` for
/// `avg(x)`, `between(a, b, c)` for `a >= b AND a <= c`. Equality and hashing ignore it.
#[derive(Debug, Clone, Default)]
pub struct CalledAs {
    /// The name; the function's own without it.
    pub name: Option<Ident>,
    /// The arguments; the call's own without them.
    pub args: Option<Vec<Expr>>,
}

impl PartialEq for CalledAs {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for CalledAs {}

impl std::hash::Hash for CalledAs {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// A conversion.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cast {
    /// What is converted.
    pub expr: Expr,
    /// What becomes of values that cannot be: `Legacy`, `Ansi` or `Try`, never `Session`.
    pub mode: flint_sql_spec::CastMode,
    /// Whether the analyzer put it there: users don't see it.
    pub implicit: bool,
    /// Whether it is written as a literal, `TIMESTAMP '..'`.
    pub literal: bool,
}

/// An aggregate function with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Aggregate {
    /// The function's name in the registry, in lower case.
    pub function: Ident,
    /// How it was written.
    pub alias: CalledAs,
    /// Its arguments.
    pub args: Vec<Expr>,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// Only rows for which this is true.
    pub filter: Option<Expr>,
    /// `WITHIN GROUP`.
    pub order: Vec<SortKey>,
    /// Whether null arguments are left out, of functions that can do both.
    pub ignore_nulls: bool,
    /// As [`Call::ansi`].
    pub ansi: bool,
    /// As [`Call::native`].
    pub native: Option<Arc<NativeFunction>>,
}

/// A function over a window.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// An [`ExprKind::Aggregate`], or an [`ExprKind::Call`] of a window function.
    pub function: Expr,
    /// Rows that are equal in these are one partition.
    pub partition_by: Vec<Expr>,
    /// Their order.
    pub order_by: Vec<SortKey>,
    /// The rows that count for a row.
    pub frame: Frame,
}

/// The rows around a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Whether bounds count rows or values.
    pub unit: FrameUnit,
    /// The first.
    pub lower: Bound,
    /// The last.
    pub upper: Bound,
}

/// A bound of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bound {
    /// All rows before.
    UnboundedPreceding,
    /// All rows behind.
    UnboundedFollowing,
    /// The row, and those equal to it where values count.
    CurrentRow,
    /// As far before the row as the constant says; negative: behind.
    Preceding(Expr),
    /// As far behind.
    Following(Expr),
}

/// An expression to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// By what.
    pub expr: Expr,
    /// Whether greater values come first.
    pub descending: bool,
    /// Whether nulls come first.
    pub nulls_first: bool,
}

/// A query as a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subquery {
    /// How it is a value.
    pub kind: SubqueryKind,
    /// The query. Columns of the query around are [`ExprKind::Outer`].
    pub plan: Plan,
    /// The columns of the query around that the query refers to, each once.
    pub outer: Vec<Attribute>,
}

/// How a query is a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SubqueryKind {
    /// Its only column in its only row.
    Scalar,
    /// Whether it has a row.
    Exists,
    /// Whether these are one of its rows.
    In(Vec<Expr>),
}

/// An expression that becomes a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Named {
    /// The value.
    pub expr: Expr,
    /// The column.
    pub column: Attribute,
}

impl Named {
    /// A column of the input as it is.
    pub fn kept(column: &Attribute) -> Named {
        Named {
            expr: Expr::column(column),
            column: column.clone(),
        }
    }
}

impl Expr {
    /// An expression of a type.
    pub fn new(kind: ExprKind, data_type: DataType, nullable: bool) -> Expr {
        Expr(Node::new(ExprNode {
            kind,
            data_type,
            nullable,
            origin: Origin::Unknown,
        }))
    }

    /// The same, written at `origin`.
    #[must_use]
    pub fn at(&self, origin: &Origin) -> Expr {
        Expr(Node::new(ExprNode {
            origin: origin.clone(),
            ..(*self.0).clone()
        }))
    }

    /// A constant.
    pub fn literal(literal: Literal) -> Expr {
        let (data_type, nullable) = (literal.data_type(), matches!(literal, Literal::Null(_)));
        Expr::new(ExprKind::Literal(literal), data_type, nullable)
    }

    /// A column of the input.
    pub fn column(column: &Attribute) -> Expr {
        let (data_type, nullable) = (column.data_type.clone(), column.nullable);
        Expr::new(ExprKind::Column(column.clone()), data_type, nullable)
    }

    /// A scalar function.
    pub fn call(call: Call, data_type: DataType, nullable: bool) -> Expr {
        Expr::new(ExprKind::Call(call), data_type, nullable)
    }

    /// Another expression of the same type, in the same place.
    #[must_use]
    pub fn with_kind(&self, kind: ExprKind) -> Expr {
        Expr(Node::new(ExprNode {
            kind,
            ..(*self.0).clone()
        }))
    }

    /// What it is.
    pub fn kind(&self) -> &ExprKind {
        &self.0.kind
    }

    /// The type of its values.
    pub fn data_type(&self) -> &DataType {
        &self.0.data_type
    }

    /// Whether a value can be null.
    pub fn nullable(&self) -> bool {
        self.0.nullable
    }

    /// Where it was written.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The constant, when this is one.
    pub fn as_literal(&self) -> Option<&Literal> {
        match self.kind() {
            ExprKind::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    /// The expressions right below, those of a subquery's plan not among them.
    pub fn children(&self) -> Vec<&Expr> {
        match self.kind() {
            ExprKind::Literal(_)
            | ExprKind::Column(_)
            | ExprKind::Outer(_)
            | ExprKind::Variable(_) => Vec::new(),
            ExprKind::Call(call) => call.args.iter().collect(),
            ExprKind::Cast(cast) => vec![&cast.expr],
            ExprKind::Aggregate(call) => {
                let order = call.order.iter().map(|key| &key.expr);
                call.args.iter().chain(&call.filter).chain(order).collect()
            }
            ExprKind::Window(window) => {
                let order = window.order_by.iter().map(|key| &key.expr);
                std::iter::once(&window.function)
                    .chain(&window.partition_by)
                    .chain(order)
                    .collect()
            }
            ExprKind::Subquery(subquery) => match &subquery.kind {
                SubqueryKind::In(values) => values.iter().collect(),
                SubqueryKind::Scalar | SubqueryKind::Exists => Vec::new(),
            },
            ExprKind::Field { child, .. } => vec![child],
            ExprKind::Lambda { body, .. } => vec![body],
        }
    }

    /// Whether `holds` for this or for an expression below.
    pub fn any(&self, holds: &mut dyn FnMut(&Expr) -> bool) -> bool {
        flint_sql_spec::with_stack(|| {
            holds(self) || self.children().into_iter().any(|child| child.any(holds))
        })
    }

    /// The same expression with what `replace` gives in the place of parts; it is asked from the
    /// top down, and not below what it replaced.
    #[must_use]
    pub fn replace(&self, replace: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
        flint_sql_spec::with_stack(|| match replace(self) {
            Some(other) => other,
            None => self.map_children(&mut |child| child.replace(replace)),
        })
    }

    /// The same expression over other children.
    #[must_use]
    pub fn map_children(&self, map: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
        let kind = match self.kind() {
            ExprKind::Literal(_)
            | ExprKind::Column(_)
            | ExprKind::Outer(_)
            | ExprKind::Variable(_) => return self.clone(),
            ExprKind::Call(call) => ExprKind::Call(Call {
                args: call.args.iter().map(map).collect(),
                ..call.clone()
            }),
            ExprKind::Cast(cast) => ExprKind::Cast(Cast {
                expr: map(&cast.expr),
                ..cast.clone()
            }),
            ExprKind::Aggregate(call) => ExprKind::Aggregate(Aggregate {
                args: call.args.iter().map(&mut *map).collect(),
                filter: call.filter.as_ref().map(&mut *map),
                order: call.order.iter().map(|key| key.map(map)).collect(),
                ..call.clone()
            }),
            ExprKind::Window(window) => ExprKind::Window(Window {
                function: map(&window.function),
                partition_by: window.partition_by.iter().map(&mut *map).collect(),
                order_by: window.order_by.iter().map(|key| key.map(map)).collect(),
                frame: window.frame.clone(),
            }),
            ExprKind::Subquery(subquery) => ExprKind::Subquery(Subquery {
                kind: match &subquery.kind {
                    SubqueryKind::In(values) => SubqueryKind::In(values.iter().map(map).collect()),
                    kind @ (SubqueryKind::Scalar | SubqueryKind::Exists) => kind.clone(),
                },
                ..subquery.clone()
            }),
            ExprKind::Field {
                child,
                ordinal,
                name,
            } => ExprKind::Field {
                child: map(child),
                ordinal: *ordinal,
                name: name.clone(),
            },
            ExprKind::Lambda { parameters, body } => ExprKind::Lambda {
                parameters: parameters.clone(),
                body: map(body),
            },
        };
        Expr(Node::new(ExprNode {
            kind,
            ..(*self.0).clone()
        }))
    }

    /// Whether the same input always gives the same value, and no value but its own.
    pub fn columns(&self) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        self.any(&mut |expr| {
            if let ExprKind::Column(column) = expr.kind() {
                columns.push(column.id);
            }
            false
        });
        columns
    }
}

impl SortKey {
    fn map(&self, map: &mut dyn FnMut(&Expr) -> Expr) -> SortKey {
        SortKey {
            expr: map(&self.expr),
            ..self.clone()
        }
    }
}

impl PartialEq for ExprNode {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.data_type == other.data_type
    }
}

impl Eq for ExprNode {}

impl std::hash::Hash for ExprNode {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl fmt::Debug for ExprNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
