//! Queries: from a relation to rows.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::datatypes::SchemaRef;
use datafusion::execution::TaskContext;
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, collect_partitioned, displayable};
use flint_sql_analyzer::resolved::PlanKind;
use flint_sql_analyzer::{Analyzer, resolved};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_execution::{EngineSettings, Lowering, Observed, session_state};
use flint_sql_spec::{Ident, Relation, Result, StructType};

use super::SparkSession;
use super::rdd::{RddInputs, RddSource};
use super::relations::Relations;
use super::result::QueryResult;
use super::running::{QueryFuture, QueryStream};

/// A query that is ready to run.
pub(super) struct Prepared {
    pub(super) schema: StructType,
    pub(super) plan: LogicalPlan,
    pub(super) state: SessionState,
    /// What it computes on the side.
    pub(super) observed: Vec<Arc<Observed>>,
    /// The RDDs that it reads.
    pub(super) sources: Vec<Arc<RddSource>>,
}

/// What tasks of a plan are told, once the RDDs that it reads have been gathered: their jobs run
/// before the query's own, so that none waits for another's slot.
pub(super) fn task(state: &SessionState, sources: &[Arc<RddSource>]) -> Result<Arc<TaskContext>> {
    if sources.is_empty() {
        return Ok(state.task_ctx());
    }
    let mut state = state.clone();
    let inputs = RddInputs::gather(sources)?;
    state.config_mut().set_extension(Arc::new(inputs));
    Ok(state.task_ctx())
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
        observed: lowering.observed(),
        sources: relations.rdds(),
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
    /// The execution plan.
    pub(super) fn plan(&self) -> &Arc<dyn ExecutionPlan> {
        &self.plan
    }

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
        observed,
        sources,
    } = prepare(session, relation, Ok)?;
    let physical = physical(session, &state, plan)?;
    let engine = &session.inner.shared.engine;
    let _own = session.as_own()?;
    let ran = task(&state, &sources).and_then(|task| engine.run(session.context(), task, physical));
    session.observed(&observed, ran.as_ref().err());
    QueryResult::of_partitions(schema, &ran?)
}

/// The rows of a relation, by and by: the query is planned now, and runs when this returns.
pub(super) fn run_async(
    session: &SparkSession,
    relation: &Relation,
) -> Result<QueryFuture<QueryResult>> {
    let Prepared {
        schema,
        plan,
        state,
        observed,
        sources,
    } = prepare(session, relation, Ok)?;
    let physical = physical(session, &state, plan)?;
    let task = task(&state, &sources)?;
    let running = session.start_then(
        move || {
            let collected = collect_partitioned(Arc::clone(&physical), Arc::clone(&task));
            async move { collected.await.map_err(from_datafusion) }
        },
        move |session, ran| {
            session.observed(&observed, ran.as_ref().err());
            QueryResult::of_partitions(schema, &ran?)
        },
    );
    Ok(running)
}

/// The batches of a relation, as they are asked for.
pub(super) fn stream(session: &SparkSession, relation: &Relation) -> Result<QueryStream> {
    let Prepared {
        schema,
        plan,
        state,
        observed,
        sources,
    } = prepare(session, relation, Ok)?;
    let plan = physical(session, &state, plan)?;
    let layout: SchemaRef = Arc::new(arrow_schema(&schema)?);
    let running = (plan, task(&state, &sources)?);
    Ok(QueryStream::new(session, schema, layout, running, observed))
}

impl SparkSession {
    /// Starts a future on the engine's threads as a job of the session.
    pub(super) fn start<T, F, R>(&self, make: F) -> QueryFuture<T>
    where
        T: Send + 'static,
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<T>> + Send + 'static,
    {
        self.start_then(make, |_, outcome| outcome)
    }

    /// The same, with something made of what it gives, on the thread that asks for it.
    fn start_then<T, U, F, R>(
        &self,
        make: F,
        then: impl FnOnce(&SparkSession, Result<T>) -> Result<U> + Send + 'static,
    ) -> QueryFuture<U>
    where
        T: Send + 'static,
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<T>> + Send + 'static,
    {
        let own = match self.as_own() {
            Ok(own) => own,
            Err(error) => return QueryFuture::failed(error),
        };
        let (job, outcome) = self.inner.shared.engine.start(self.context(), make);
        drop(own);
        // The engine lives at least as long as the future.
        let session = self.clone();
        QueryFuture::of(job, outcome, move |outcome| then(&session, outcome))
    }
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
