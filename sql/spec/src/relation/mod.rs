//! Unresolved relations.
//!
//! [`Relation`] is a handle: cloning copies a pointer. Beside what it is, its [`RelationKind`], it
//! has an optional plan id, by which columns (`df["a"]`) and subqueries refer to it, and an origin.
//! Every relation of Spark Connect's protocol is here under its name, and what only SQL text can say
//! stands beside.

mod aggregate;
mod clean;
mod foreign;
mod join;
mod kind;
mod local;
mod query;
mod read;
mod reshape;
mod statistic;

pub use aggregate::{Aggregate, GroupKind, Pivot};
pub use clean::{DropNa, FillNa, ReplaceNa};
pub use foreign::{
    ApplyInPandasWithState, CoGroupMap, GroupMap, MapPartitions, TransformWithState,
};
pub use join::{AsOfDirection, AsOfJoin, Join, JoinCriteria, JoinType, LateralJoin, NearestByJoin};
pub use kind::RelationKind;
pub use local::{ChunkedLocalRelation, LocalRelation, Range};
pub use query::{
    BinBy, Cte, JsonColumn, JsonTable, LateralView, NamedWindow, PipeOp, ScriptFormat,
    ScriptTransform, SqlQuery, With,
};
pub use read::{ChangesBound, DataSourceRead, NamedTable, RelationChanges, TimeTravel};
pub use reshape::{
    Deduplicate, Hint, Parse, ParseFormat, Sample, SetOp, SetOpKind, SubqueryAlias, TableFunction,
    Unpivot, UnpivotValue,
};
pub use statistic::{ApproxQuantile, FreqItems, SampleBy};

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Node, Origin};

/// Names a relation inside one plan, so that columns and subqueries can refer to it.
pub type PlanId = i64;

/// Options by name, in the order given. Names keep their case and are compared without it.
pub type Options = Vec<(Arc<str>, Arc<str>)>;

/// An unresolved relation, cheap to clone. Equality and hashing ignore origins, not plan ids.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Relation(Node<RelationNode>);

#[derive(Clone, Serialize, Deserialize)]
struct RelationNode {
    kind: RelationKind,
    plan_id: Option<PlanId>,
    origin: Origin,
}

impl Relation {
    /// A relation written at `origin`, without a plan id.
    pub fn new(kind: RelationKind, origin: Origin) -> Relation {
        Relation(Node::new(RelationNode {
            kind,
            plan_id: None,
            origin,
        }))
    }

    /// The same relation under a plan id.
    pub fn with_plan_id(&self, plan_id: PlanId) -> Relation {
        let (kind, origin) = (self.kind().clone(), self.origin().clone());
        Relation(Node::new(RelationNode {
            kind,
            plan_id: Some(plan_id),
            origin,
        }))
    }

    /// The same relation, written elsewhere.
    pub fn with_origin(&self, origin: Origin) -> Relation {
        let (kind, plan_id) = (self.kind().clone(), self.plan_id());
        Relation(Node::new(RelationNode {
            kind,
            plan_id,
            origin,
        }))
    }

    /// What it is.
    pub fn kind(&self) -> &RelationKind {
        &self.0.kind
    }

    /// What columns and subqueries call it.
    pub fn plan_id(&self) -> Option<PlanId> {
        self.0.plan_id
    }

    /// Where it was written.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Whether both are one allocation: a quick sign of equality.
    pub fn same(&self, other: &Relation) -> bool {
        self.0.same(&other.0)
    }
}

impl From<RelationKind> for Relation {
    /// A relation of unknown origin, without a plan id.
    fn from(kind: RelationKind) -> Relation {
        Relation::new(kind, Origin::Unknown)
    }
}

impl PartialEq for RelationNode {
    fn eq(&self, other: &Self) -> bool {
        self.plan_id == other.plan_id && self.kind == other.kind
    }
}

impl Eq for RelationNode {}

impl std::hash::Hash for RelationNode {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.plan_id.hash(state);
        self.kind.hash(state);
    }
}

impl fmt::Debug for RelationNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(plan_id) = self.plan_id {
            write!(f, "#{plan_id} ")?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Debug for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
