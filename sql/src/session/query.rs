//! Queries: from a relation to rows.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNode;
use datafusion::execution::TaskContext;
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, collect_partitioned, displayable};
use flint_sql_analyzer::resolved::PlanKind;
use flint_sql_analyzer::{Analyzer, resolved};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_execution::{EngineSettings, Lowering, Observed, session_state};
use flint_sql_spec::{Ident, Relation, Result, SqlError, StructType, condition, with_large_stack};
use futures::FutureExt;

use super::SparkSession;
use super::constant::{constant_rows, has_no_table};
use super::engine::Once;
use super::memory::Crowd;
use super::rdd::{RddInputs, RddSource};
use super::relations::Relations;
use super::result::QueryResult;
use super::running::{QueryFuture, QueryStream};

/// A query that is ready to run.
pub(super) struct Prepared {
    pub(super) analyzed: resolved::Plan,
    pub(super) schema: StructType,
    pub(super) plan: LogicalPlan,
    pub(super) state: SessionState,
    /// What it computes on the side.
    pub(super) observed: Vec<Arc<Observed>>,
    /// The RDDs that it reads.
    pub(super) sources: Vec<Arc<RddSource>>,
}

/// The state that tasks of a plan are told of, once the RDDs that it reads have been gathered: their
/// jobs run before the query's own, so that none waits for another's slot.
pub(super) fn state_for(
    plan: &Arc<dyn ExecutionPlan>,
    mut state: SessionState,
    sources: &[Arc<RddSource>],
) -> Result<SessionState> {
    if !sources.is_empty() {
        let inputs = RddInputs::gather(sources)?;
        state.config_mut().set_extension(Arc::new(inputs));
    }
    let crowd = Crowd::of(plan)?;
    state.config_mut().set_extension(Arc::new(crowd));
    Ok(state)
}

/// A relation with its meaning.
pub(super) fn analyze(session: &SparkSession, relation: &Relation) -> Result<resolved::Plan> {
    analyzed_over(&Relations::new(session), session, relation)
}

/// The same for all relations that mean the same query.
pub(super) fn canonical(session: &SparkSession, relation: &Relation) -> Result<resolved::Plan> {
    let relations = Relations::new(session);
    let plan = analyzed_over(&relations, session, relation)?;
    Ok(plan.canonical(&|table| relations.identity(table)))
}

pub(super) fn analyzed_over(
    relations: &Relations<'_>,
    session: &SparkSession,
    relation: &Relation,
) -> Result<resolved::Plan> {
    let settings = session.conf().analysis();
    Analyzer::new(relations, &settings).analyze(relation)
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
    let relations = Relations::new(session);
    let analyzed = adapt(analyzed_over(&relations, session, relation)?)?;
    let cached = session.with_cached(&relations, analyzed)?;
    lowered(session, &relations, cached)
}

/// A plan over tables that are open as the engine takes it.
pub(super) fn lowered(
    session: &SparkSession,
    relations: &Relations<'_>,
    analyzed: resolved::Plan,
) -> Result<Prepared> {
    let database = session.inner.names.database.read().clone();
    let functions = Arc::new(session.conf().functions(now(), &database));
    let engine = engine_settings(session);
    let lowering = Lowering::new(relations, functions, engine.partitions)
        .with_recursion(session.conf().recursion());
    Ok(Prepared {
        schema: Analyzer::schema(&analyzed),
        plan: with_large_stack(|| lowering.plan(&analyzed))?,
        observed: lowering.observed(),
        sources: relations.rdds(),
        state: state_of(session, engine),
        analyzed,
    })
}

/// DataFusion's session for these settings: the one of the query before, unless they have changed.
fn state_of(session: &SparkSession, settings: EngineSettings) -> SessionState {
    let mut last = session.inner.state.lock();
    match &*last {
        Some((known, state)) if *known == settings => state.clone(),
        _ => {
            let shared = &session.inner.shared;
            let state = session_state(&settings, &shared.rules, shared.engine.env());
            *last = Some((settings, state.clone()));
            state
        }
    }
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
    let prepared = prepare(session, relation, Ok)?;
    let Prepared { plan, state, .. } = prepared;
    let optimized = with_large_stack(|| state.optimize(&plan)).map_err(from_datafusion)?;
    Ok(Planned {
        analyzed: prepared.analyzed,
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
    let without_files = has_no_table(&plan)?;
    let mut planning = Box::pin(async move { planner.create_physical_plan(&plan).await });
    if without_files && let Some(planned) = with_large_stack(|| (&mut planning).now_or_never()) {
        return planned.map_err(from_datafusion);
    }
    engine.wait_for(planning).map_err(from_datafusion)
}

/// The rows of a relation.
pub(super) fn run(session: &SparkSession, relation: &Relation) -> Result<QueryResult> {
    rows(session, prepare(session, relation, Ok)?)
}

/// The rows of a plan over tables that are open.
pub(super) fn run_plan(
    session: &SparkSession,
    relations: &Relations<'_>,
    plan: resolved::Plan,
) -> Result<QueryResult> {
    let plan = session.with_cached(relations, plan)?;
    rows(session, lowered(session, relations, plan)?)
}

fn rows(session: &SparkSession, prepared: Prepared) -> Result<QueryResult> {
    let Prepared {
        schema,
        plan,
        state,
        observed,
        sources,
        ..
    } = prepared;
    let engine = &session.inner.shared.engine;
    let first = physical(session, &state, plan.clone())?;
    if observed.is_empty()
        && let Some(rows) = constant_rows(&state, &first)
    {
        return QueryResult::of_partitions(schema, &[rows?]);
    }
    // What a run computes on the side must not be computed twice.
    let again = observed.is_empty() && joins_by_hash(&first)?;
    let _own = session.as_own()?;
    let ran = state_for(&first, state, &sources)
        .and_then(|state| engine.run(session.context(), &state, first));
    let ran = match ran {
        // A hash table did not fit: sorting both sides needs less, because it can spill.
        Err(error) if again && is_short_of_memory(&error) => {
            let state = sorting_state(session);
            let sorting = physical(session, &state, plan)?;
            let state = state_for(&sorting, state, &sources)?;
            engine.run(session.context(), &state, sorting)
        }
        found => found,
    };
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
        ..
    } = prepare(session, relation, Ok)?;
    let plan = physical(session, &state, plan)?;
    let state = state_for(&plan, state, &sources)?;
    let physical = Once::new(plan);
    let running = session.start_then(
        &state,
        move |task| {
            let plan = physical.take();
            async move {
                let collected = collect_partitioned(plan?, task);
                collected.await.map_err(from_datafusion)
            }
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
        ..
    } = prepare(session, relation, Ok)?;
    let plan = physical(session, &state, plan)?;
    let layout: SchemaRef = Arc::new(arrow_schema(&schema)?);
    let state = state_for(&plan, state, &sources)?;
    let running = (plan, state);
    Ok(QueryStream::new(session, schema, layout, running, observed))
}

impl SparkSession {
    /// Starts a future on the engine's threads as a job of the session.
    pub(super) fn start<T, F, R>(&self, state: &SessionState, make: F) -> QueryFuture<T>
    where
        T: Send + 'static,
        F: Fn(Arc<TaskContext>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T>> + Send + 'static,
    {
        self.start_then(state, make, |_, outcome| outcome)
    }

    /// The same, with something made of what it gives, on the thread that asks for it.
    fn start_then<T, U, F, R>(
        &self,
        state: &SessionState,
        make: F,
        then: impl FnOnce(&SparkSession, Result<T>) -> Result<U> + Send + 'static,
    ) -> QueryFuture<U>
    where
        T: Send + 'static,
        F: Fn(Arc<TaskContext>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T>> + Send + 'static,
    {
        let own = match self.as_own() {
            Ok(own) => own,
            Err(error) => return QueryFuture::failed(error),
        };
        let (job, outcome) = self.inner.shared.engine.start(self.context(), state, make);
        drop(own);
        // The engine lives at least as long as the future.
        let session = self.clone();
        QueryFuture::of(job, outcome, move |outcome| then(&session, outcome))
    }
}

/// A session of DataFusion's that joins by sorting.
pub(super) fn sorting_state(session: &SparkSession) -> SessionState {
    let settings = EngineSettings {
        hash_joins: false,
        ..engine_settings(session)
    };
    let shared = &session.inner.shared;
    session_state(&settings, &shared.rules, shared.engine.env())
}

fn joins_by_hash(plan: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    let is_hashed = |node: &Arc<dyn ExecutionPlan>| Ok(node.is::<HashJoinExec>());
    plan.exists(is_hashed).map_err(from_datafusion)
}

pub(super) fn is_short_of_memory(error: &SqlError) -> bool {
    *error.condition() == condition::UNABLE_TO_ACQUIRE_MEMORY
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
    let batch_size = conf.as_set("flint.sql.batch.size");
    let batch_size = batch_size.and_then(|text| text.trim().parse().ok());
    let excluded = conf
        .get_option("spark.sql.optimizer.excludedRules")
        .unwrap_or_default();
    let excluded = excluded.split(',').map(str::trim);
    EngineSettings {
        partitions,
        excluded_rules: excluded
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        batch_size: batch_size.unwrap_or_else(|| fitting_rows(session, partitions)),
        broadcast_threshold: bytes.unwrap_or(0),
        memory_bytes: session.inner.shared.engine.memory_bytes,
        hash_joins: true,
    }
}

/// Rows of a batch, fewer where operators could hold only some such batches: partitions and slots
/// work side by side, and what sorts needs room for several batches of perhaps wide rows.
fn fitting_rows(session: &SparkSession, partitions: usize) -> usize {
    const MOST: u64 = 8192;
    const LEAST: u64 = 256;
    let engine = &session.inner.shared.engine;
    let beside = partitions.max(engine.slots) as u64;
    let rows = engine.memory_bytes / (beside * 2048).max(1);
    usize::try_from(rows.clamp(LEAST, MOST)).unwrap_or(LEAST as usize)
}

/// Microseconds since the epoch.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
