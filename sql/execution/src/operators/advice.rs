//! Join hints: `BROADCAST`, `MERGE`, `SHUFFLE_HASH` and `SHUFFLE_REPLICATE_NL`.
//!
//! A hint marks a relation ([`AdviceExec`]) and means the join right above it. The marks go with the
//! plan through DataFusion's optimizer; a rule of ours ([`FollowAdvice`]) then chooses the joins and
//! takes the marks away. It runs behind `JoinSelection`, whose guesses by size a hint outdoes. As in
//! Spark, what has one input is looked through, and where sides disagree `BROADCAST` goes before
//! `MERGE`, `SHUFFLE_HASH` and `SHUFFLE_REPLICATE_NL`.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::Schema;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{JoinSide, JoinType, NullEquality, Result as DataFusionResult};
use datafusion::config::ConfigOptions;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::ReplaceChildrenOptions;
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter};
use datafusion::physical_plan::joins::{
    HashJoinExec, NestedLoopJoinExec, PartitionMode, SortMergeJoinExec,
};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
    Statistics, StatisticsArgs,
};
use serde::{Deserialize, Serialize};

/// How a join is to be done. The order is that in which sides that disagree are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum JoinStrategy {
    /// Every partition gets the whole relation.
    Broadcast,
    /// Both sides are sorted.
    Merge,
    /// Both sides are divided by their keys, and this one is put in a hash table.
    ShuffleHash,
    /// Each row is compared with each.
    NestedLoop,
}

impl JoinStrategy {
    /// The strategy that a hint's name in lower case asks for; `None` for hints of other kinds.
    pub(crate) fn named(hint: &str) -> Option<JoinStrategy> {
        Some(match hint {
            "broadcast" | "broadcastjoin" | "mapjoin" => JoinStrategy::Broadcast,
            "merge" | "shuffle_merge" | "mergejoin" => JoinStrategy::Merge,
            "shuffle_hash" => JoinStrategy::ShuffleHash,
            "shuffle_replicate_nl" => JoinStrategy::NestedLoop,
            _ => return None,
        })
    }
}

/// A relation with advice for the join above; gone from plans that run.
#[derive(Debug)]
pub(super) struct AdviceExec {
    input: Arc<dyn ExecutionPlan>,
    strategy: JoinStrategy,
}

impl AdviceExec {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, strategy: JoinStrategy) -> AdviceExec {
        AdviceExec { input, strategy }
    }

    fn over(
        &self,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return datafusion::common::internal_err!("advice is about an input");
        };
        Ok(Arc::new(AdviceExec::new(input, self.strategy)))
    }
}

impl DisplayAs for AdviceExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdviceExec: {:?}", self.strategy)
    }
}

impl ExecutionPlan for AdviceExec {
    fn name(&self) -> &str {
        "AdviceExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> DataFusionResult<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> DataFusionResult<Arc<Statistics>> {
        match inputs {
            [input] => Ok(Arc::clone(input)),
            _ => datafusion::common::internal_err!("advice is about an input"),
        }
    }
}

/// Chooses joins as hints ask.
#[derive(Debug)]
pub(crate) struct FollowAdvice {
    /// Whether joins that nobody says a thing about may keep a side in a hash table.
    pub(crate) hash_joins: bool,
}

impl PhysicalOptimizerRule for FollowAdvice {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let is_asked = |node: &Arc<dyn ExecutionPlan>| Ok(node.is::<AdviceExec>());
        if self.hash_joins && !plan.exists(is_asked)? {
            return Ok(plan);
        }
        let chosen = plan.transform_up(|node| match advised(&node)? {
            Some(join) => Ok(Transformed::yes(join)),
            None => match node.downcast_ref::<HashJoinExec>() {
                Some(join) if !self.hash_joins && can_merge(join) => {
                    Ok(Transformed::yes(merged(join)?))
                }
                _ => Ok(Transformed::no(node)),
            },
        })?;
        let bare = chosen
            .data
            .transform_up(|node| match node.downcast_ref::<AdviceExec>() {
                Some(advice) => Ok(Transformed::yes(Arc::clone(&advice.input))),
                None => Ok(Transformed::no(node)),
            })?;
        Ok(bare.data)
    }

    fn name(&self) -> &str {
        "follow_advice"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The advice on a side of a join.
fn advice_on(side: &Arc<dyn ExecutionPlan>) -> Option<JoinStrategy> {
    let mut plan = side;
    loop {
        if let Some(advice) = plan.downcast_ref::<AdviceExec>() {
            return Some(advice.strategy);
        }
        plan = match plan.children().as_slice() {
            [only] => only,
            _ => return None,
        };
    }
}

/// A join as it is advised, where it can be done so.
fn advised(plan: &Arc<dyn ExecutionPlan>) -> DataFusionResult<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
        // It keeps its left side in memory.
        let right = advice_on(join.right()) == Some(JoinStrategy::Broadcast);
        let left = advice_on(join.left()) == Some(JoinStrategy::Broadcast);
        return match right && !left && join.join_type().supports_swap() {
            true => join.swap_inputs().map(Some),
            false => Ok(None),
        };
    }
    let Some(join) = plan.downcast_ref::<HashJoinExec>() else {
        return Ok(None);
    };
    let (left, right) = (advice_on(join.left()), advice_on(join.right()));
    let Some(strategy) = left.into_iter().chain(right).min() else {
        return Ok(None);
    };
    if !can_merge(join) {
        return Ok(None);
    }
    // A hash join keeps its left side.
    let right_is_meant = right == Some(strategy) && join.join_type().supports_swap();
    let hashed = |mode: PartitionMode| match right_is_meant {
        true => join.swap_inputs(mode),
        false => {
            let builder = join.builder().with_partition_mode(mode);
            builder.recompute_properties().build_exec()
        }
    };
    match strategy {
        JoinStrategy::Broadcast => hashed(PartitionMode::CollectLeft).map(Some),
        JoinStrategy::ShuffleHash => hashed(PartitionMode::Partitioned).map(Some),
        JoinStrategy::Merge => merged(join).map(Some),
        JoinStrategy::NestedLoop if *join.join_type() == JoinType::Inner => {
            compared(join).map(Some)
        }
        // Spark, too, does this for inner joins alone.
        JoinStrategy::NestedLoop => Ok(None),
    }
}

/// Whether sorting both sides gives the rows of a hash join: not where a null on one side alone
/// decides.
fn can_merge(join: &HashJoinExec) -> bool {
    !join.null_aware
}

/// The join by sorting both sides.
fn merged(join: &HashJoinExec) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
    let sorted = SortMergeJoinExec::try_new(
        Arc::clone(join.left()),
        Arc::clone(join.right()),
        join.on().to_vec(),
        join.filter().map(nullable),
        *join.join_type(),
        vec![SortOptions::default(); join.on().len()],
        join.null_equality(),
    )?;
    projected(join, Arc::new(sorted))
}

/// A filter over columns that can be null: sorted joins ask it about rows without a partner, too.
fn nullable(filter: &JoinFilter) -> JoinFilter {
    let fields = filter.schema().fields().iter();
    let fields: Vec<_> = fields
        .map(|field| Arc::new(field.as_ref().clone().with_nullable(true)))
        .collect();
    JoinFilter::new(
        Arc::clone(filter.expression()),
        filter.column_indices().to_vec(),
        Arc::new(Schema::new(fields)),
    )
}

/// The join by comparing each row with each.
fn compared(join: &HashJoinExec) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
    let (left, right) = (join.left().schema(), join.right().schema());
    let width = left.fields().len();
    let side =
        |side: JoinSide, count: usize| (0..count).map(move |index| ColumnIndex { index, side });
    let columns = side(JoinSide::Left, width).chain(side(JoinSide::Right, right.fields().len()));
    let fields: Vec<_> = left
        .fields()
        .iter()
        .chain(right.fields())
        .cloned()
        .collect();
    let equal = match join.null_equality() {
        NullEquality::NullEqualsNothing => Operator::Eq,
        NullEquality::NullEqualsNull => Operator::IsNotDistinctFrom,
    };
    let mut conditions = Vec::new();
    for (l, r) in join.on() {
        let r = moved(Arc::clone(r), &|index| index + width)?;
        let condition = BinaryExpr::new(Arc::clone(l), equal, r);
        conditions.push(Arc::new(condition) as Arc<dyn PhysicalExpr>);
    }
    if let Some(filter) = join.filter() {
        let place = |index: usize| match filter.column_indices()[index] {
            ColumnIndex {
                index,
                side: JoinSide::Right,
            } => index + width,
            ColumnIndex { index, .. } => index,
        };
        conditions.push(moved(Arc::clone(filter.expression()), &place)?);
    }
    let and = |a: Arc<dyn PhysicalExpr>, b| {
        Arc::new(BinaryExpr::new(a, Operator::And, b)) as Arc<dyn PhysicalExpr>
    };
    let filter = conditions
        .into_iter()
        .reduce(and)
        .map(|all| JoinFilter::new(all, columns.collect(), Arc::new(Schema::new(fields))));
    let (left, right) = (Arc::clone(join.left()), Arc::clone(join.right()));
    let looped = NestedLoopJoinExec::try_new(left, right, filter, join.join_type(), None)?;
    projected(join, Arc::new(looped))
}

/// An expression whose columns are in other places.
fn moved(
    expr: Arc<dyn PhysicalExpr>,
    place: &dyn Fn(usize) -> usize,
) -> DataFusionResult<Arc<dyn PhysicalExpr>> {
    let moved = expr.transform_up(|expr| match expr.downcast_ref::<Column>() {
        Some(column) => {
            let column = Column::new(column.name(), place(column.index()));
            Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
        }
        None => Ok(Transformed::no(expr)),
    })?;
    Ok(moved.data)
}

/// The columns of a hash join, which may leave out some, over the same join done otherwise.
fn projected(
    join: &HashJoinExec,
    other: Arc<dyn ExecutionPlan>,
) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
    let Some(columns) = &join.projection else {
        return Ok(other);
    };
    let schema = other.schema();
    let exprs: Vec<ProjectionExpr> = columns
        .iter()
        .map(|index| {
            let name = schema.field(*index).name();
            ProjectionExpr::new(Arc::new(Column::new(name, *index)), name.clone())
        })
        .collect();
    Ok(Arc::new(ProjectionExec::try_new(exprs, other)?))
}
