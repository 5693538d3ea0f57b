//! DataFusion's session, as Flint uses it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as DataFusionResult;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::{QueryPlanner, SessionState};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};
use datafusion::prelude::SessionConfig;

use crate::operators::{FollowAdvice, MapPlanner};
use crate::rules::{
    EarlyBuilds, KeepPlaces, NamedScans, NeverNull, PhysicalRule, Rules, YieldAboveJoins,
    with_guards, with_late_strings, with_null_keys,
};

/// Settings of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSettings {
    /// How many partitions exchanges make, and how many partitions scans aim at.
    pub partitions: usize,
    /// Rows of a batch.
    pub batch_size: usize,
    /// Largest build side of a join that every partition gets whole, in bytes
    /// (`spark.sql.autoBroadcastJoinThreshold`).
    pub broadcast_threshold: u64,
    /// What a query may hold when it runs alone.
    pub memory_bytes: u64,
    /// Whether joins on equal keys put a side in a hash table, which must fit in memory; else both
    /// sides are sorted, which can spill.
    pub hash_joins: bool,
    /// Names of rules that do not run (`spark.sql.optimizer.excludedRules`).
    pub excluded_rules: Vec<String>,
}

impl Default for EngineSettings {
    fn default() -> Self {
        EngineSettings {
            partitions: std::thread::available_parallelism().map_or(1, usize::from),
            batch_size: 8192,
            broadcast_threshold: 10 << 20,
            memory_bytes: 1 << 30,
            hash_joins: true,
            excluded_rules: Vec::new(),
        }
    }
}

/// DataFusion's session over memory and disks of `runtime`: its optimizer and planner with our
/// operators and the rules of users, without its type coercion, whose place the analyzer has.
pub fn session_state(
    settings: &EngineSettings,
    rules: &Rules,
    runtime: Arc<RuntimeEnv>,
) -> SessionState {
    let mut config = SessionConfig::new()
        .with_target_partitions(settings.partitions.max(1))
        .with_batch_size(settings.batch_size.max(1))
        .with_information_schema(false);
    let options = config.options_mut();
    let threshold = usize::try_from(settings.broadcast_threshold).unwrap_or(usize::MAX);
    options.optimizer.hash_join_single_partition_threshold = threshold;
    // Rows where bytes are not known. A row is taken for 8 bytes at least.
    let rows = options.optimizer.hash_join_single_partition_threshold_rows;
    options.optimizer.hash_join_single_partition_threshold_rows = rows.min(threshold / 8);
    // What a sort sets aside for its merge: DataFusion's 10 MiB are more than small engines have.
    let share = settings.memory_bytes / (settings.partitions.max(1) as u64 * 16);
    let merge = &mut options.execution.sort_spill_reservation_bytes;
    *merge = (*merge).min(usize::try_from(share).unwrap_or(usize::MAX));
    options.execution.parquet.schema_force_view_types = false;
    // Rows that were ordered stay so in what is computed of them, as in Spark: DataFusion would deal
    // them out to all partitions.
    options.optimizer.enable_round_robin_repartition = false;
    // What Spark raises, users must see; a rule that fails is a bug to be found.
    options.optimizer.skip_failed_rules = false;
    SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_analyzer_rules(Vec::new())
        .with_optimizer_rules(rules.logical(&settings.excluded_rules))
        .with_physical_optimizer_rules(physical_rules(settings, rules))
        .with_query_planner(Arc::new(Planner))
        .build()
}

/// DataFusion's rules, ours around the one that guesses how joins are best done and behind all, and
/// those of users.
fn physical_rules(settings: &EngineSettings, of_users: &Rules) -> Vec<PhysicalRule> {
    let mut rules = PhysicalOptimizer::new().rules;
    let guess = rules
        .iter()
        .position(|rule| rule.name() == "join_selection");
    let guess = guess.unwrap_or_default();
    rules.insert(guess, Arc::new(NeverNull));
    rules.insert(
        guess + 2,
        Arc::new(FollowAdvice {
            hash_joins: settings.hash_joins,
        }),
    );
    rules.insert(0, Arc::new(NamedScans));
    rules.push(Arc::new(KeepPlaces));
    rules.push(Arc::new(EarlyBuilds));
    rules.push(Arc::new(YieldAboveJoins));
    rules.extend(of_users.physical().iter().cloned());
    rules
}

/// DataFusion's planner, with plans for our operators.
struct Planner;

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Planner")
    }
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(MapPlanner)]);
        let plan = with_late_strings(with_guards(with_null_keys(plan.clone())?)?)?;
        planner.create_physical_plan(&plan, session).await
    }
}
