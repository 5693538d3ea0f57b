//! Keys of joins that are compared in one way.
//!
//! A join of DataFusion takes nulls of all its keys for equal, or of none, and its rules are not careful
//! about that: once `t.a <=> u.a` is a key, equalities of other columns that a later rule finds become
//! keys as well, whose nulls are equal then, too. So while rules run only plain equalities become keys,
//! and `<=>` stays a condition. When a plan is about to run, it becomes a key of those joins that have
//! no other.

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNodeRecursion};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::extract_equijoin_predicate::ExtractEquijoinPredicate;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerContext, OptimizerRule};

/// The rule of DataFusion that [`NullKeys`] stands for.
pub(super) const NAME: &str = "extract_equijoin_predicate";

/// Makes keys of plain equalities.
#[derive(Debug)]
pub(super) struct NullKeys;

impl OptimizerRule for NullKeys {
    fn name(&self) -> &'static str {
        NAME
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Join(join) = &plan else {
            return Ok(Transformed::no(plan));
        };
        if join.filter.is_none() || join.null_equality == NullEquality::NullEqualsNull {
            return Ok(Transformed::no(plan));
        }
        let found = ExtractEquijoinPredicate::new().rewrite(plan.clone(), config)?;
        Ok(match &found.data {
            LogicalPlan::Join(join) if join.null_equality == NullEquality::NullEqualsNull => {
                Transformed::no(plan)
            }
            _ => found,
        })
    }
}

/// The plan with `<=>` as keys of joins without other keys.
pub(crate) fn with_null_keys(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut keyless = false;
    plan.apply_with_subqueries(|node| {
        keyless |= is_keyless(node);
        Ok(match keyless {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    })?;
    if !keyless {
        return Ok(plan);
    }
    let (rule, config) = (ExtractEquijoinPredicate::new(), OptimizerContext::new());
    plan.transform_up_with_subqueries(|node| match is_keyless(&node) {
        true => rule.rewrite(node, &config),
        false => Ok(Transformed::no(node)),
    })
    .data()
}

/// Whether a node is a join on a condition alone.
fn is_keyless(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Join(join) if join.on.is_empty() && join.filter.is_some())
}
