//! Queries as values.

use serde::{Deserialize, Serialize};

use super::{Expr, SortOrder};
use crate::{PlanId, Relation};

/// A query inside an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subquery {
    /// What its rows mean.
    pub kind: SubqueryKind,
    /// The query.
    pub plan: SubqueryPlan,
}

/// What the rows of a subquery mean.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SubqueryKind {
    /// The one value.
    Scalar,
    /// Whether there is a row.
    Exists,
    /// Whether a row equals these values.
    In(Vec<Expr>),
    /// The argument of a table function.
    TableArg(TableArgOptions),
}

/// Where a subquery's plan is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SubqueryPlan {
    /// Here.
    Here(Relation),
    /// Among the references of the enclosing
    /// [`WithRelations`](crate::RelationKind::WithRelations).
    Reference(PlanId),
}

/// How a table argument is divided among calls of the function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TableArgOptions {
    /// `PARTITION BY`.
    pub partition_by: Vec<Expr>,
    /// `ORDER BY`.
    pub order_by: Vec<SortOrder>,
    /// `WITH SINGLE PARTITION`.
    pub single_partition: bool,
}
