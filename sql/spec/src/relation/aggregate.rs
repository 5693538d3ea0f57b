//! Groups and pivots.

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::Expr;

/// Groups of rows and what is computed over each.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Aggregate {
    /// Where rows come from.
    pub input: Relation,
    /// How groups are made.
    pub group: GroupKind,
    /// By what; in SQL text possibly `ExprKind::GroupingAnalytics` among plain ones.
    pub grouping: Vec<Expr>,
    /// Columns of the result. From SQL text they are the whole SELECT list; from the API the
    /// grouping columns come in front of them.
    pub aggregates: Vec<Expr>,
    /// Whether `aggregates` is the whole output, as in SQL text.
    pub lists_output: bool,
}

/// How groups are made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GroupKind {
    /// One group per value of the grouping expressions; one in all when there are none.
    GroupBy,
    /// `GROUP BY ALL`: by every expression of the SELECT list without an aggregate.
    All,
    /// Every prefix of the grouping expressions.
    Rollup,
    /// Every subset of the grouping expressions.
    Cube,
    /// These sets of the grouping expressions.
    GroupingSets(Vec<Vec<Expr>>),
    /// Groups in rows, values of another expression in columns.
    Pivot {
        /// Whose values become columns.
        column: Expr,
        /// Which values; all that occur when empty.
        values: Vec<Expr>,
    },
}

/// SQL's PIVOT: groups by all columns that it does not mention.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pivot {
    /// Where rows come from.
    pub input: Relation,
    /// What is computed, with or without names.
    pub aggregates: Vec<Expr>,
    /// Whose values become columns; a call of `struct` when there are several.
    pub column: Expr,
    /// The values, with or without names.
    pub values: Vec<Expr>,
}
