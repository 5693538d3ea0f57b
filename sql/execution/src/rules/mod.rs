//! The optimizer: DataFusion's rules, ours and those of users, in named batches.
//!
//! | batch | what is in it |
//! | --- | --- |
//! | [`OPERATOR_OPTIMIZATION`] | DataFusion's rules in their order, with ours among them |
//! | [`USER_PROVIDED`] | rules of users ([`Rules::push`]), behind them |
//!
//! They are run again until nothing changes, three times at most; then `null_keys`,
//! `guards` and `late_strings` have their passes.
//! Rules over execution plans run once, those of users ([`Rules::push_physical`]) behind the others.

mod early_builds;
mod guards;
mod late_strings;
mod named_scans;
mod never_null;
mod null_keys;
mod places;
mod string_views;
mod yielding;

use std::fmt;
use std::sync::Arc;

use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;

pub(crate) use early_builds::EarlyBuilds;
pub(crate) use guards::with_guards;
pub(crate) use late_strings::with_late_strings;
pub(crate) use named_scans::NamedScans;
pub(crate) use never_null::NeverNull;
pub(crate) use null_keys::with_null_keys;
pub(crate) use places::KeepPlaces;
use string_views::CompareStringViews;
pub(crate) use yielding::YieldAboveJoins;

/// The batch of rules that are the engine's own.
pub const OPERATOR_OPTIMIZATION: &str = "Operator Optimization";
/// The batch of users' rules. Spark has one of this name.
pub const USER_PROVIDED: &str = "User Provided Optimizers";

/// A rule over logical plans.
pub type LogicalRule = Arc<dyn OptimizerRule + Send + Sync>;
/// A rule over execution plans.
pub type PhysicalRule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// Rules of users.
///
/// Columns of the plans that they see are called by their ids (`#12`), without qualifiers; what a
/// rule makes must have the same columns at the top, of the same types.
#[derive(Clone, Default)]
pub struct Rules {
    logical: Vec<LogicalRule>,
    physical: Vec<PhysicalRule>,
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.batches()).finish()
    }
}

impl Rules {
    /// Adds a rule to [`USER_PROVIDED`].
    pub fn push(&mut self, rule: LogicalRule) {
        self.logical.push(rule);
    }

    /// Adds a rule over execution plans, behind all others.
    pub fn push_physical(&mut self, rule: PhysicalRule) {
        self.physical.push(rule);
    }

    /// The names of all rules over logical plans, batch by batch, in the order in which they run.
    pub fn batches(&self) -> Vec<(&'static str, Vec<String>)> {
        let names = |rules: &[LogicalRule]| rules.iter().map(|r| r.name().to_owned()).collect();
        vec![
            (OPERATOR_OPTIMIZATION, names(&own())),
            (USER_PROVIDED, names(&self.logical)),
        ]
    }

    /// All rules over logical plans but those of the names.
    pub(crate) fn logical(&self, excluded: &[String]) -> Vec<LogicalRule> {
        let mut rules = own();
        rules.extend(self.logical.iter().cloned());
        rules.retain(|rule| !excluded.iter().any(|name| name == rule.name()));
        rules
    }

    /// The rules over execution plans that stand behind the engine's.
    pub(crate) fn physical(&self) -> &[PhysicalRule] {
        &self.physical
    }
}

/// DataFusion's rules in their order, with ours among them.
fn own() -> Vec<LogicalRule> {
    let mut rules = Optimizer::new().rules;
    for rule in rules
        .iter_mut()
        .filter(|rule| rule.name() == null_keys::NAME)
    {
        *rule = Arc::new(null_keys::NullKeys);
    }
    // Once filters lie on scans, and before what they have in common is computed on its own.
    let common = "common_sub_expression_eliminate";
    let at = rules.iter().position(|rule| rule.name() == common);
    rules.insert(at.unwrap_or(rules.len()), Arc::new(CompareStringViews));
    rules
}
