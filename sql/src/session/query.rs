//! Queries: from a relation to rows.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::datatypes::SchemaRef;
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, displayable};
use flint_sql_analyzer::resolved::PlanKind;
use flint_sql_analyzer::{Analyzer, resolved};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_execution::{EngineSettings, Lowering, session_state};
use flint_sql_spec::{Ident, Relation, Result, StructType};

use super::SparkSession;
use super::relations::{Relations, conform};
use super::result::QueryResult;

/// A query that is ready to run.
pub(super) struct Prepared {
    pub(super) schema: StructType,
    pub(super) plan: LogicalPlan,
    pub(super) state: SessionState,
}

/// A relation with its meaning.
pub(super) fn analyze(session: &SparkSession, relation: &Relation) -> Result<resolved::Plan> {
    let settings = session.conf().analysis();
    Analyzer::new(&Relations::new(session), &settings).analyze(relation)
}

/// The files that a relation reads, each once, as Spark's `inputFiles` shows them.
pub(super) fn input_files(session: &SparkSession, relation: &Relation) -> Result<Vec<String>> {
    let settings = session.conf().analysis();
    let relations = Relations::new(session);
    Analyzer::new(&relations, &settings).analyze(relation)?;
    Ok(relations.into_inputs())
}

/// A relation as the engine takes it, after `adapt` has had its way with the meaning.
pub(super) fn prepare(
    session: &SparkSession,
    relation: &Relation,
    adapt: impl FnOnce(resolved::Plan) -> Result<resolved::Plan>,
) -> Result<Prepared> {
    let settings = session.conf().analysis();
    let relations = Relations::new(session);
    let plan = adapt(Analyzer::new(&relations, &settings).analyze(relation)?)?;
    let database = session.inner.names.database.read().clone();
    let functions = Arc::new(session.conf().functions(now(), &database));
    let engine = engine_settings(session);
    let lowering = Lowering::new(&relations, functions, engine.partitions);
    Ok(Prepared {
        schema: Analyzer::schema(&plan),
        plan: lowering.plan(&plan)?,
        state: session_state(&engine, session.inner.shared.engine.env()),
    })
}

/// All plans of a relation.
pub(super) struct Planned {
    pub(super) analyzed: resolved::Plan,
    pub(super) optimized: LogicalPlan,
    plan: Arc<dyn ExecutionPlan>,
}

impl Planned {
    /// The execution plan as text.
    pub(super) fn physical(&self) -> String {
        displayable(&*self.plan).indent(false).to_string()
    }

    /// The same with what is known of sizes.
    pub(super) fn physical_with_statistics(&self) -> String {
        let shown = displayable(&*self.plan).set_show_statistics(true);
        format!("== Physical Plan ==\n{}\n", shown.indent(false))
    }
}

/// A relation on its whole way, but for running.
pub(super) fn planned(session: &SparkSession, relation: &Relation) -> Result<Planned> {
    let Prepared { plan, state, .. } = prepare(session, relation, Ok)?;
    let optimized = state.optimize(&plan).map_err(from_datafusion)?;
    Ok(Planned {
        analyzed: analyze(session, relation)?,
        optimized,
        plan: physical(session, &state, plan)?,
    })
}

pub(super) fn physical(
    session: &SparkSession,
    state: &SessionState,
    plan: LogicalPlan,
) -> Result<Arc<dyn ExecutionPlan>> {
    let engine = &session.inner.shared.engine;
    let planner = state.clone();
    let planning = async move { planner.create_physical_plan(&plan).await };
    engine.wait_for(planning).map_err(from_datafusion)
}

/// The rows of a relation.
pub(super) fn run(session: &SparkSession, relation: &Relation) -> Result<QueryResult> {
    let Prepared {
        schema,
        plan,
        state,
    } = prepare(session, relation, Ok)?;
    let physical = physical(session, &state, plan)?;
    let engine = &session.inner.shared.engine;
    let partitions = engine.run(session.context(), &state, physical)?;
    let layout: SchemaRef = Arc::new(arrow_schema(&schema)?);
    let batches = partitions
        .iter()
        .flatten()
        .filter(|batch| batch.num_rows() > 0)
        .map(|batch| conform(batch, &layout))
        .collect::<Result<Vec<_>>>()?;
    Ok(QueryResult { schema, batches })
}

/// Whether a plan reads a table, outside of its expressions.
pub(super) fn reads(plan: &resolved::Plan, name: &[Ident]) -> bool {
    match plan.kind() {
        PlanKind::Table(table) => table.name == name,
        _ => plan.inputs().into_iter().any(|input| reads(input, name)),
    }
}

fn engine_settings(session: &SparkSession) -> EngineSettings {
    let conf = session.conf();
    let slots = session.inner.shared.engine.slots;
    let set = conf.as_set("spark.sql.shuffle.partitions");
    let partitions = set
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(slots);
    let threshold = conf
        .get_option("spark.sql.autoBroadcastJoinThreshold")
        .unwrap_or_default();
    let bytes = flint_core::conf::parse_bytes(&threshold, flint_core::conf::ByteUnit::Byte);
    EngineSettings {
        partitions,
        broadcast_threshold: bytes.unwrap_or(0),
        ..EngineSettings::default()
    }
}

/// Microseconds since the epoch.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
