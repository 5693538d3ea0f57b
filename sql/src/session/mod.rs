//! [`SparkSession`]: where queries begin.
//!
//! Sessions of one process share what is dear or common: the context with its slots and memory
//! (`shared`), tables and global views. Their own are configuration (`conf`), temporary views and
//! the current schema (`names`). A query goes through `query`: analysis over the session's names
//! (`relations` gives tables of plans back to the engine), lowering, optimizing, and a job of core
//! (`engine`). Statements that are no query are in `statement`.

mod builder;
mod cache;
mod client_keys;
mod conf;
mod constant;
mod convert;
mod ddl;
mod definition;
mod engine;
mod extension;
mod flow;
mod frames;
mod front;
mod kept;
mod keys;
pub(crate) mod listing;
mod memory;
mod names;
mod observe;
mod query;
mod rdd;
mod relations;
mod result;
mod running;
mod save;
mod shared;
mod source;
mod statement;
mod streams;
mod tables;
mod tags;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use datafusion::execution::context::SessionState;
use flint_core::Context;
use flint_sql_execution::EngineSettings;
use flint_sql_execution::rules::Rules;
use flint_sql_spec::{NativeFunction, Plan, PlanId, Relation, Result};

use parking_lot::{Mutex, RwLock};

pub use builder::SparkSessionBuilder;
pub use conf::RuntimeConfig;
pub use ddl::parse_ddl;
pub use extension::PlanExtensions;
pub use flow::{FlowWatch, QueryFlow};
pub use front::storage_level;
pub use observe::{Observation, ObserveAs, ObservedMetrics};
pub use result::QueryResult;
pub use running::{QueryFuture, QueryStream};

use kept::Kept;
use names::Names;
use shared::Shared;

/// The first number of this crate's own DataFrames. Other front ends number theirs from the bottom.
const FIRST_PLAN_ID: PlanId = 1 << 40;

/// Where queries begin: configuration, names and an engine. Cheap to clone; clones are the same
/// session.
///
/// ```
/// use flint_sql::SparkSession;
/// let spark = SparkSession::builder().master("local[1]").get_or_create()?;
/// let other = spark.new_session();
/// spark.conf().set("spark.sql.ansi.enabled", "false")?;
/// assert_eq!(other.conf().get("spark.sql.ansi.enabled")?, "true");
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[derive(Clone)]
pub struct SparkSession {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    conf: RuntimeConfig,
    names: Names,
    kept: Kept,
    /// What the last query ran with, and for which settings it was made.
    state: Mutex<Option<(EngineSettings, SessionState)>>,
    plan_ids: AtomicI64,
    observers: observe::Observers,
    extensions: RwLock<Option<Arc<dyn PlanExtensions>>>,
}

impl fmt::Debug for SparkSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkSession")
            .field("app_name", &self.context().app_name())
            .field("master", &self.context().master())
            .finish_non_exhaustive()
    }
}

impl SparkSession {
    /// Begins to describe a session.
    pub fn builder() -> SparkSessionBuilder {
        SparkSessionBuilder::default()
    }

    /// A session over a context that exists: queries are jobs of it.
    ///
    /// # Errors
    /// If the engine's threads cannot be started.
    pub fn with_context(context: Context) -> Result<SparkSession> {
        let conf = RuntimeConfig::of(context.conf());
        let shared = Shared::new(context, Rules::default())?;
        Ok(SparkSession::over(Arc::new(shared), conf))
    }

    fn over(shared: Arc<Shared>, conf: RuntimeConfig) -> SparkSession {
        SparkSession {
            inner: Arc::new(Inner {
                shared,
                conf,
                names: Names::default(),
                kept: Kept::default(),
                state: Mutex::default(),
                plan_ids: AtomicI64::new(FIRST_PLAN_ID),
                observers: observe::Observers::default(),
                extensions: RwLock::default(),
            }),
        }
    }

    /// Another session of the same application: it shares tables and global views, and begins with
    /// the application's configuration and no temporary views.
    #[must_use]
    pub fn new_session(&self) -> SparkSession {
        let conf = RuntimeConfig::of(self.context().conf());
        SparkSession::over(Arc::clone(&self.inner.shared), conf)
    }

    /// The context that queries run on.
    pub fn context(&self) -> &Context {
        &self.inner.shared.context
    }

    /// The session's configuration.
    pub fn conf(&self) -> &RuntimeConfig {
        &self.inner.conf
    }

    /// The version of Spark whose behaviour this is.
    pub fn version(&self) -> &'static str {
        "4.3.0"
    }

    /// Ends the application: its context is stopped, running queries fail.
    pub fn stop(&self) {
        self.context().stop();
    }

    /// Runs a statement of SQL and gives its rows. Queries and commands alike run at once.
    ///
    /// # Errors
    /// Spark's error condition for what is wrong with the text, or went wrong while it ran.
    pub fn run_sql(&self, text: &str) -> Result<QueryResult> {
        match self.parsed(text)? {
            Plan::Relation(relation) => self.query(&relation),
            Plan::Command(command) => self.execute(&command),
        }
    }

    /// A text of SQL, as this session reads it.
    pub(crate) fn parsed(&self, text: &str) -> Result<Plan> {
        flint_sql_parser::parse_plan_in(text, self.conf().dialect())
    }

    /// A number for a DataFrame, by which columns name theirs.
    pub(crate) fn next_plan_id(&self) -> PlanId {
        self.inner.plan_ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Gives a function of the program a name.
    pub(crate) fn keep_function(&self, name: &str, function: Arc<NativeFunction>) {
        let mut functions = self.inner.names.functions.write();
        functions.insert(name.to_lowercase(), function);
    }

    /// The rows of a relation.
    pub(crate) fn query(&self, relation: &Relation) -> Result<QueryResult> {
        query::run(self, relation)
    }

    /// The files that a relation reads.
    pub(crate) fn input_files(&self, relation: &Relation) -> Result<Vec<String>> {
        query::input_files(self, relation)
    }

    /// The batches of a relation, as they are asked for.
    pub(crate) fn stream(&self, relation: &Relation) -> Result<QueryStream> {
        query::stream(self, relation)
    }

    /// The rows of a relation, by and by.
    pub(crate) fn query_async(&self, relation: &Relation) -> QueryFuture<QueryResult> {
        query::run_async(self, relation).unwrap_or_else(QueryFuture::failed)
    }

    /// A relation with its meaning.
    pub(crate) fn analyze(
        &self,
        relation: &Relation,
    ) -> Result<flint_sql_analyzer::resolved::Plan> {
        query::analyze(self, relation)
    }

    /// A relation with its meaning, but for names and numbers of columns: equal for queries that mean
    /// the same.
    pub(crate) fn canonical(
        &self,
        relation: &Relation,
    ) -> Result<flint_sql_analyzer::resolved::Plan> {
        query::canonical(self, relation)
    }
}
