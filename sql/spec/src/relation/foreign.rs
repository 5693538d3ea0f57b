//! Functions of the user over partitions and groups.

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::{DataType, Expr, Ident, InlineFunction};

/// A function over the rows of each partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MapPartitions {
    /// Where rows come from.
    pub input: Relation,
    /// The function.
    pub function: InlineFunction,
    /// Whether all tasks must run at once.
    pub barrier: bool,
    /// The resource profile to run under.
    pub profile_id: Option<i32>,
}

/// A function over the rows of each group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupMap {
    /// Where rows come from.
    pub input: Relation,
    /// What makes the groups.
    pub grouping: Vec<Expr>,
    /// The function.
    pub function: InlineFunction,
    /// Order of rows in a group.
    pub sorting: Vec<Expr>,
    /// First states.
    pub initial_input: Option<Relation>,
    /// What makes the groups of first states.
    pub initial_grouping: Vec<Expr>,
    /// Whether groups are whole in each call (map) or rows are flat (flat map); told for Scala's
    /// functions with state.
    pub maps_groups_with_state: Option<bool>,
    /// Streaming output mode.
    pub output_mode: Option<Ident>,
    /// When states time out.
    pub timeout: Option<Ident>,
    /// Type of the state.
    pub state_schema: Option<DataType>,
    /// What `transformWithState` adds.
    pub transform_with_state: Option<TransformWithState>,
}

/// What `transformWithState` adds to a group map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TransformWithState {
    /// Processing time, event time or none.
    pub time_mode: Ident,
    /// The column of event times in the output.
    pub event_time_column: Option<Ident>,
    /// Columns of the output.
    pub output_schema: Option<DataType>,
}

/// A function over the rows of each pair of groups with one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CoGroupMap {
    /// Left rows.
    pub input: Relation,
    /// What makes the left groups.
    pub grouping: Vec<Expr>,
    /// Right rows.
    pub other: Relation,
    /// What makes the right groups.
    pub other_grouping: Vec<Expr>,
    /// The function.
    pub function: InlineFunction,
    /// Order of left rows in a group.
    pub sorting: Vec<Expr>,
    /// Order of right rows in a group.
    pub other_sorting: Vec<Expr>,
}

/// A function over groups with state, on pandas frames.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ApplyInPandasWithState {
    /// Where rows come from.
    pub input: Relation,
    /// What makes the groups.
    pub grouping: Vec<Expr>,
    /// The function.
    pub function: InlineFunction,
    /// Columns of the output, as DDL text.
    pub output_schema: Ident,
    /// Type of the state, as DDL text.
    pub state_schema: Ident,
    /// Streaming output mode.
    pub output_mode: Ident,
    /// When states time out.
    pub timeout: Ident,
}
