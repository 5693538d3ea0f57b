//! Joins of all kinds.

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::{Expr, Ident};

/// Two relations side by side.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Join {
    /// Left rows.
    pub left: Relation,
    /// Right rows; may be `RelationKind::Lateral` in SQL text.
    pub right: Relation,
    /// Which rows are kept.
    pub join_type: JoinType,
    /// What pairs rows.
    pub criteria: JoinCriteria,
    /// For typed pairs (`joinWith`): whether the left and the right side are structs.
    pub pair_of_structs: Option<(bool, bool)>,
}

/// Which rows a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JoinType {
    /// Pairs.
    Inner,
    /// Every pair; no condition is expected.
    Cross,
    /// Pairs, and left rows without one.
    LeftOuter,
    /// Pairs, and right rows without one.
    RightOuter,
    /// Pairs, and rows of both sides without one.
    FullOuter,
    /// Left rows that have a pair.
    LeftSemi,
    /// Left rows that have none.
    LeftAnti,
}

/// What pairs rows in a join.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JoinCriteria {
    /// Nothing: every pair.
    None,
    /// A condition.
    On(Expr),
    /// Equality of columns that both sides have; they appear once.
    Using(Vec<Ident>),
    /// Equality of all columns that both sides have.
    Natural,
}

/// A join whose right side may refer to columns of the left.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LateralJoin {
    /// Left rows.
    pub left: Relation,
    /// Right rows, made anew for each left one.
    pub right: Relation,
    /// The condition.
    pub condition: Option<Expr>,
    /// Inner, left outer or cross.
    pub join_type: JoinType,
}

/// Each row with the last (or next) one of the other side.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AsOfJoin {
    /// Left rows.
    pub left: Relation,
    /// Right rows.
    pub right: Relation,
    /// What is compared on the left.
    pub left_as_of: Expr,
    /// What is compared on the right.
    pub right_as_of: Expr,
    /// What else must hold.
    pub criteria: JoinCriteria,
    /// Inner or left outer.
    pub join_type: JoinType,
    /// How far apart the two may be.
    pub tolerance: Option<Expr>,
    /// Whether equal ones count.
    pub allow_exact_matches: bool,
    /// Where to look.
    pub direction: AsOfDirection,
}

/// Where an as-of join looks for the other row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AsOfDirection {
    /// Before.
    Backward,
    /// After.
    Forward,
    /// Both ways.
    Nearest,
}

/// Each row with those of the other side that rank best.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NearestByJoin {
    /// Left rows.
    pub left: Relation,
    /// Right rows.
    pub right: Relation,
    /// What ranks right rows for a left one.
    pub ranking: Expr,
    /// How many are kept.
    pub num_results: i32,
    /// Inner or left outer.
    pub join_type: JoinType,
    /// Whether an approximate answer will do.
    pub approximate: bool,
    /// Whether the ranking is a similarity (largest first) rather than a distance.
    pub by_similarity: bool,
}
