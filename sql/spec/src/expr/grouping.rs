//! Several groupings at once, as one of the grouping expressions.

use serde::{Deserialize, Serialize};

use super::Expr;

/// `CUBE (..)`, `ROLLUP (..)` or `GROUPING SETS (..)`, also `GROUP BY .. WITH CUBE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupingAnalytics {
    /// How sets are made.
    pub kind: GroupingKind,
    /// The sets as written: a column of CUBE and ROLLUP may be a list. One in GROUPING SETS may be a
    /// single `GroupingAnalytics` again.
    pub sets: Vec<Vec<Expr>>,
}

/// How grouping sets are made from what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GroupingKind {
    /// Every subset.
    Cube,
    /// Every prefix.
    Rollup,
    /// Those written.
    GroupingSets,
}
