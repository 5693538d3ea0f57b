//! Rules of ours in DataFusion's optimizer.

mod late_strings;
mod string_views;

use std::sync::Arc;

use datafusion::optimizer::{Optimizer, OptimizerRule};

pub(crate) use late_strings::with_late_strings;
use string_views::CompareStringViews;

/// DataFusion's rules in their order, with ours among them.
pub(crate) fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules = Optimizer::new().rules;
    // Once filters lie on scans, and before what they have in common is computed on its own.
    let common = "common_sub_expression_eliminate";
    let at = rules.iter().position(|rule| rule.name() == common);
    rules.insert(at.unwrap_or(rules.len()), Arc::new(CompareStringViews));
    rules
}
