//! Resolved plans: what the analyzer makes of a [`Relation`](flint_sql_spec::Relation).
//!
//! Every column has an id from its first mention to the result, every expression has a type, every
//! function is a known one with its arguments already cast to what it takes. Names are left only
//! where users see them. Nothing here fails and nothing is looked up: an engine translates it node
//! by node.
//!
//! Children are shared ([`Node`](flint_sql_spec::Node)), so clones are cheap and deep trees are safe
//! to drop.

mod attribute;
mod canonical;
mod expr;
mod plan;

pub use attribute::{Attribute, ColumnId};
pub use expr::{
    Aggregate, Bound, Call, CalledAs, Cast, Expr, ExprKind, Frame, Named, SortKey, Subquery,
    SubqueryKind, Window,
};
pub use plan::{Join, JoinKind, Plan, PlanKind, SetKind, Table};
