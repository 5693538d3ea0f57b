//! Resolved plans as logical plans of DataFusion.
//!
//! Every lowered plan has the columns of the resolved one's output, each id once, in any order and
//! perhaps with others beside; parents find them by name. [`Lowering::plan`] puts the result's
//! columns in order at the root, repeated ones too.

mod aggregate;
mod join;
mod leaf;
mod native;
mod recursive;
mod rows;
mod set;
mod window;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use flint_sql_analyzer::resolved::{Attribute, ColumnId, Named, Plan, PlanKind, Table};
use flint_sql_columnar::Raised;
use flint_sql_functions::FunctionSettings;
use flint_sql_spec::{Result, SqlError, condition, with_stack};

use crate::columns;
use crate::operators::Observed;
use crate::unnest::unnested;
pub(crate) use rows::has_floats;

/// Where tables of plans come from.
pub trait Tables {
    /// The rows of a table that the analyzer resolved.
    ///
    /// # Errors
    /// If it is gone, or cannot be read.
    fn provider(&self, table: &Table) -> Result<Arc<dyn TableProvider>>;
}

/// Makes logical plans of resolved ones; for one query.
pub struct Lowering<'a> {
    pub(crate) tables: &'a dyn Tables,
    pub(crate) settings: Arc<FunctionSettings>,
    pub(crate) default_partitions: usize,
    recursion: RecursionLimits,
    next: Cell<u64>,
    pub(crate) observed: RefCell<Vec<Arc<Observed>>>,
    recursions: RefCell<HashMap<ColumnId, (String, SchemaRef)>>,
    /// Recursions under a LIMIT.
    bounded: RefCell<HashSet<ColumnId>>,
}

/// How far recursions go that don't say it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecursionLimits {
    /// `spark.sql.cteRecursionLevelLimit`; any number of levels without it.
    pub levels: Option<u64>,
    /// `spark.sql.cteRecursionRowLimit`; any number of rows without it.
    pub rows: Option<u64>,
}

impl Default for RecursionLimits {
    fn default() -> Self {
        RecursionLimits {
            levels: Some(100),
            rows: Some(1_000_000),
        }
    }
}

impl std::fmt::Debug for Lowering<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lowering")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl<'a> Lowering<'a> {
    /// Lowers over tables, with settings of the session; `default_partitions` is how many
    /// partitions a repartitioning has that names none.
    pub fn new(
        tables: &'a dyn Tables,
        settings: Arc<FunctionSettings>,
        default_partitions: usize,
    ) -> Self {
        Lowering {
            tables,
            settings,
            default_partitions,
            recursion: RecursionLimits::default(),
            next: Cell::new(0),
            observed: RefCell::default(),
            recursions: RefCell::default(),
            bounded: RefCell::default(),
        }
    }

    /// With other bounds of recursions.
    #[must_use]
    pub fn with_recursion(self, recursion: RecursionLimits) -> Self {
        Lowering { recursion, ..self }
    }

    /// The whole plan, with its columns in order: column `i` is called `i`.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` naming what the engine cannot do yet; what a function finds wrong with
    /// its constants.
    pub fn plan(&self, plan: &Plan) -> Result<LogicalPlan> {
        let unnested = unnested(plan)?;
        let lowered = self.lower(unnested.as_ref().unwrap_or(plan))?;
        let in_order = plan.output().iter().enumerate();
        let exprs = in_order.map(|(i, column)| columns::column(column).alias(i.to_string()));
        Ok(project(lowered, exprs.collect())?)
    }

    /// What the plans that were lowered compute on the side: values come when they have run.
    pub fn observed(&self) -> Vec<Arc<Observed>> {
        self.observed.borrow().clone()
    }

    /// One plan.
    pub(crate) fn lower(&self, plan: &Plan) -> Result<LogicalPlan, Raised> {
        with_stack(|| self.node(plan))
    }

    fn node(&self, plan: &Plan) -> Result<LogicalPlan, Raised> {
        match plan.kind() {
            PlanKind::OneRow => Ok(leaf::one_row()),
            PlanKind::Table(table) => self.table(table, plan.output()),
            PlanKind::Values(rows) => self.values(rows, plan.output()),
            PlanKind::Range {
                start,
                end,
                step,
                num_partitions,
            } => self.range((*start, *end, *step), *num_partitions, plan.output()),
            PlanKind::Project { input, exprs } => self.project(input, exprs),
            PlanKind::Filter { input, condition } => self.filter(input, condition),
            PlanKind::Join(join) => self.join(join),
            PlanKind::Aggregate {
                input,
                grouping,
                sets,
                aggregates,
            } => self.aggregate(input, grouping, sets.as_ref(), aggregates),
            PlanKind::Window { input, functions } => self.windows(input, functions),
            PlanKind::Sort {
                input,
                keys,
                global,
            } => self.sort(input, keys, *global),
            PlanKind::Limit { input, skip, fetch } => self.limit(input, *skip, *fetch),
            PlanKind::Tail { input, count } => self.tail(input, *count),
            PlanKind::Deduplicate { input, columns } => self.deduplicate(input, columns),
            PlanKind::Set { kind, all, inputs } => self.set(*kind, *all, inputs, plan.output()),
            PlanKind::Expand { input, projections } => {
                self.expand(input, projections, plan.output())
            }
            PlanKind::Recursive {
                id,
                anchor,
                step,
                all,
                max_recursion,
            } => self.recursive(*id, anchor, step, *all, *max_recursion, plan.output()),
            PlanKind::RecursionRef(id) => self.recursion_ref(*id, plan.output()),
            PlanKind::Hint { input, name } => self.hint(input, name),
            PlanKind::Generate {
                input,
                generator,
                outer,
                columns,
            } => self.generate(input, generator, *outer, columns),
            PlanKind::Sample {
                input,
                lower,
                upper,
                with_replacement,
                seed,
            } => self.sample(input, (lower.0, upper.0), *with_replacement, *seed),
            PlanKind::CollectMetrics {
                input,
                name,
                aggregates,
                metrics,
            } => self.observe(input, name, aggregates, metrics),
            PlanKind::Native { input, name, code } => self.native(input, name, code, plan.output()),
            PlanKind::Repartition { .. } => self.repartition(plan),
        }
    }

    /// A name that nothing else in the query has.
    pub(crate) fn fresh(&self) -> String {
        let next = self.next.get();
        self.next.set(next + 1);
        format!("~{next}")
    }

    /// Expressions under the names of their columns, each once.
    pub(crate) fn named<'n>(
        &self,
        exprs: impl IntoIterator<Item = &'n Named>,
    ) -> Result<Vec<Expr>, Raised> {
        let mut seen = std::collections::HashSet::new();
        exprs
            .into_iter()
            .filter(|named| seen.insert(named.column.id))
            .map(|named| Ok(columns::called(self.expr(&named.expr)?, named.column.id)))
            .collect()
    }
}

/// Columns of a plan.
pub(crate) fn project(input: LogicalPlan, exprs: Vec<Expr>) -> Result<LogicalPlan, Raised> {
    let projection = Projection::try_new(exprs, Arc::new(input))?;
    Ok(LogicalPlan::Projection(projection))
}

/// All columns of a plan as they are.
pub(crate) fn all_columns(plan: &LogicalPlan) -> Vec<Expr> {
    let fields = plan.schema().fields().iter();
    fields.map(|field| columns::by_name(field.name())).collect()
}

/// The columns of a resolved plan as they are, each id once.
pub(crate) fn output_columns(output: &[Attribute]) -> Vec<Expr> {
    columns::unique(output)
        .into_iter()
        .map(columns::column)
        .collect()
}

/// What cannot be done yet.
pub(crate) fn not_yet(what: impl Into<String>) -> Raised {
    Raised(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what))
}
