//! Unresolved expressions.
//!
//! [`Expr`] is a handle: cloning copies a pointer. What it is, is its [`ExprKind`]. Operators of SQL
//! text are functions with the names that Spark Connect's clients send (`+`, `==`, `and`, `not`,
//! `isnull`, ..), so there is one form for the analyzer to know:
//!
//! | written | function |
//! | --- | --- |
//! | `a + b`, `-`, `*`, `/`, `%`, `&`, `\|`, `^`, `<<`, `>>`, `>>>` | the same sign |
//! | `a DIV b` | `div` |
//! | `a \|\| b` | `concat` |
//! | `-a`, `+a`, `~a` | `negative`, `positive`, `~` |
//! | `a = b`, `a <=> b`, `<`, `<=`, `>`, `>=` | `==`, `<=>`, .. |
//! | `a <> b`, `a != b` | `not` of `==` |
//! | `AND`, `OR`, `NOT`, `!` | `and`, `or`, `not` |
//! | `a IS NULL`, `a IS NOT NULL` | `isnull`, `isnotnull` |
//! | `a IS DISTINCT FROM b` | `not` of `<=>` |
//! | `a IS TRUE` / `FALSE` / `UNKNOWN` | `<=>` with the literal, `isnull`; `not` of it |
//! | `a BETWEEN b AND c` | `between` |
//! | `a IN (b, c)` | `in` of a, b, c |
//! | `a LIKE b ESCAPE c`, `ILIKE`, `RLIKE` | `like`, `ilike`, `rlike` |
//! | `CASE WHEN c THEN v .. ELSE e END` | `when` of c, v, .., e |

mod function;
mod grouping;
mod subquery;
mod window;

pub use function::{CallFunction, FunctionCall, NullTreatment};
pub use grouping::{GroupingAnalytics, GroupingKind};
pub use subquery::{Subquery, SubqueryKind, SubqueryPlan, TableArgOptions};
pub use window::{
    Direction, FrameBound, FrameUnit, NullOrder, SortOrder, WindowExpr, WindowFrame, WindowRef,
    WindowSpec,
};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    DataType, Extension, Ident, InlineFunction, Literal, MergeAction, NativeCall, Node, ObjectName,
    Origin, PlanId,
};

/// An unresolved expression, cheap to clone. Equality and hashing ignore origins.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expr(Node<ExprNode>);

#[derive(Clone, Serialize, Deserialize)]
struct ExprNode {
    kind: ExprKind,
    origin: Origin,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// `TIMESTAMP '..'` and the like whose value depends on the session: its time zone, its default
    /// timestamp type (`Timestamp` is TIMESTAMP as written, `TimestampNtz` and LTZ are explicit), or
    /// the current time (`DATE 'today'`). The shape of the text has been checked.
    TypedLiteral {
        /// The type named.
        data_type: DataType,
        /// The text in quotes.
        text: Ident,
    },
    /// A column, or a path into one.
    Attribute(Attribute),
    /// A call of a function or operator.
    Function(FunctionCall),
    /// A call by a name that is still text, as `call_function` of the API makes.
    CallFunction(CallFunction),
    /// SQL text of an expression, as `expr` of the API makes.
    ExpressionString(Ident),
    /// `*`, `t.*`, `* EXCEPT (..)`.
    Star(Star),
    /// `expr AS name`.
    Alias(Alias),
    /// `CAST`, `TRY_CAST`, `::`.
    Cast(Cast),
    /// All columns whose names match a regular expression.
    Regex {
        /// The pattern, with the qualifier in front when there is one, as Connect sends it.
        pattern: Ident,
        /// The relation that the columns must come from.
        plan_id: Option<PlanId>,
    },
    /// An expression with an order, where an order is asked for.
    SortOrder(SortOrder),
    /// `x -> body`.
    Lambda(Lambda),
    /// A parameter of a lambda in its body, where the API knows that it is one.
    LambdaVariable(Vec<Ident>),
    /// `function OVER window`.
    Window(WindowExpr),
    /// `child[extraction]`, `child.field`.
    ExtractValue {
        /// The struct, array or map.
        child: Expr,
        /// Field name, index or key.
        extraction: Expr,
    },
    /// `child:path`: a path into a variant or a JSON string.
    SemiStructuredExtract {
        /// The value.
        child: Expr,
        /// The path as written, without the colon.
        path: Ident,
    },
    /// A struct with a field replaced, added or dropped.
    UpdateFields {
        /// The struct.
        structure: Expr,
        /// The field, dotted when nested.
        field: Ident,
        /// Its new value; `None` drops it.
        value: Option<Expr>,
    },
    /// A call of a function that comes with the plan.
    InlineFunction(InlineFunction),
    /// `name => value`.
    NamedArgument {
        /// The parameter's name.
        name: Ident,
        /// The argument.
        value: Expr,
    },
    /// What a branch of MERGE does.
    MergeAction(MergeAction),
    /// A typed aggregator over whole rows.
    TypedAggregate(InlineFunction),
    /// A query as a value.
    Subquery(Subquery),
    /// The target partition of a row, given by the row.
    DirectShufflePartitionId(Expr),
    /// Something for a handler that is registered for its type.
    Extension(Extension),
    /// `CUBE`, `ROLLUP` or `GROUPING SETS` among grouping expressions.
    GroupingAnalytics(GroupingAnalytics),
    /// `child COLLATE name`.
    Collate {
        /// The string.
        child: Expr,
        /// The collation's name.
        collation: Vec<Ident>,
    },
    /// `child [NOT] LIKE ANY|ALL (patterns)`.
    LikeQuantified(LikeQuantified),
    /// `:name`.
    NamedParameter(Ident),
    /// `?`; which one is told by the order of origins in the text.
    PositionalParameter,
    /// A call of a function of this process.
    Native(NativeCall),
}

/// A column by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attribute {
    /// Qualifier, column and nested fields.
    pub name: ObjectName,
    /// The relation that the column must come from: `df["a"]`.
    pub plan_id: Option<PlanId>,
    /// Whether hidden metadata columns are meant.
    pub is_metadata: bool,
}

/// All columns of something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Star {
    /// The table or struct that is expanded; `None` is everything.
    pub target: Option<Vec<Ident>>,
    /// The relation that the columns must come from.
    pub plan_id: Option<PlanId>,
    /// Columns left out; nested fields have several parts. Empty when there is no EXCEPT.
    pub except: Vec<Vec<Ident>>,
}

/// A named expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Alias {
    /// What is named.
    pub expr: Expr,
    /// One name; several for a generator's columns.
    pub names: Vec<Ident>,
    /// A JSON object for the column's metadata.
    pub metadata: Option<Ident>,
}

/// A conversion.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cast {
    /// What is converted.
    pub expr: Expr,
    /// To what; [`DataType::Unparsed`] when a client sent DDL text.
    pub to: DataType,
    /// What becomes of values that cannot be converted.
    pub mode: CastMode,
}

/// What a cast does with values that it cannot convert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CastMode {
    /// As the session's ANSI setting says.
    #[default]
    Session,
    /// NULL or wrapped around, as before ANSI mode.
    Legacy,
    /// An error.
    Ansi,
    /// NULL.
    Try,
}

/// A lambda function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lambda {
    /// Its body.
    pub body: Expr,
    /// Names of its parameters.
    pub parameters: Vec<Vec<Ident>>,
}

/// A string compared with several patterns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LikeQuantified {
    /// The string.
    pub child: Expr,
    /// Whether NOT was written before LIKE: each single comparison is negated.
    pub negated: bool,
    /// Whether case is ignored: ILIKE.
    pub ignores_case: bool,
    /// ALL instead of ANY or SOME.
    pub all: bool,
    /// The patterns.
    pub patterns: Vec<Expr>,
}

impl Expr {
    /// An expression written at `origin`.
    pub fn new(kind: ExprKind, origin: Origin) -> Expr {
        Expr(Node::new(ExprNode { kind, origin }))
    }

    /// What it is.
    pub fn kind(&self) -> &ExprKind {
        &self.0.kind
    }

    /// Where it was written.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The same expression, written elsewhere.
    pub fn with_origin(&self, origin: Origin) -> Expr {
        Expr::new(self.kind().clone(), origin)
    }

    /// Whether both are one allocation: a quick sign of equality.
    pub fn same(&self, other: &Expr) -> bool {
        self.0.same(&other.0)
    }

    /// A constant.
    pub fn literal(value: impl Into<Literal>) -> Expr {
        ExprKind::Literal(value.into()).into()
    }

    /// A column by the parts of its name.
    pub fn column<I: Into<Ident>>(parts: impl IntoIterator<Item = I>) -> Expr {
        let name = ObjectName::of(parts);
        ExprKind::Attribute(Attribute {
            name,
            plan_id: None,
            is_metadata: false,
        })
        .into()
    }

    /// A call of a function or operator by its plain name.
    ///
    /// ```
    /// use flint_sql_spec::Expr;
    /// let sum = Expr::call("+", [Expr::column(["a"]), Expr::literal(1)]);
    /// assert_eq!(sum.as_call("+").map(<[Expr]>::len), Some(2));
    /// ```
    pub fn call(name: &str, args: impl IntoIterator<Item = Expr>) -> Expr {
        ExprKind::Function(FunctionCall::new(ObjectName::bare(name), args)).into()
    }

    /// `self AS name`.
    pub fn alias(self, name: &str) -> Expr {
        ExprKind::Alias(Alias {
            expr: self,
            names: vec![name.into()],
            metadata: None,
        })
        .into()
    }

    /// `*`.
    pub fn star() -> Expr {
        ExprKind::Star(Star::default()).into()
    }

    /// The arguments, when this is a plain call of the function `name`.
    pub fn as_call(&self, name: &str) -> Option<&[Expr]> {
        match self.kind() {
            ExprKind::Function(call) if call.is(name) => Some(&call.args),
            _ => None,
        }
    }

    /// The constant, when this is one.
    pub fn as_literal(&self) -> Option<&Literal> {
        match self.kind() {
            ExprKind::Literal(literal) => Some(literal),
            _ => None,
        }
    }
}

impl From<ExprKind> for Expr {
    /// An expression of unknown origin.
    fn from(kind: ExprKind) -> Expr {
        Expr::new(kind, Origin::Unknown)
    }
}

impl PartialEq for ExprNode {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
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
