//! Relations: from names and unresolved expressions to plans.

mod aggregate;
mod generate;
mod grouped;
mod hint;
mod join;
mod na;
mod native;
mod nearest;
mod observe;
mod pipe;
mod pivot;
mod recursive;
mod reshape;
mod select;
mod session_windows;
mod set;
mod sort;
mod stat;
mod table;
mod time_windows;
mod to_schema;
mod transpose;
mod unnest;
mod unpivot;
mod watermark;
mod windows;
mod with;
mod zip;

use flint_sql_spec::{Relation, RelationKind as Kind, Result, SqlError, condition, with_stack};

use crate::analyzer::Analyzer;
use crate::resolved::{Named, Plan, PlanKind};
use crate::scope::{Scope, ScopeColumn};
use select::Select;

/// A relation with its meaning, and the names that it gives to those above.
#[derive(Debug, Clone)]
pub(crate) struct Analysed {
    pub(crate) plan: Plan,
    /// The columns by name. Hidden ones are in the plan's output, too.
    pub(crate) scope: Scope,
    /// A SELECT whose clauses are not all read yet: ORDER BY, HAVING and QUALIFY see what is below.
    pub(crate) open: Option<Box<Select>>,
}

impl Analysed {
    /// A relation whose columns have no qualifier.
    pub(crate) fn of(plan: Plan) -> Analysed {
        let scope = Scope::of(plan.output());
        Analysed {
            plan,
            scope,
            open: None,
        }
    }

    pub(crate) fn new(plan: Plan, scope: Scope) -> Analysed {
        Analysed {
            plan,
            scope,
            open: None,
        }
    }

    /// The plan with the visible columns alone, in their order.
    pub(crate) fn sealed(self) -> Plan {
        let wanted: Vec<_> = self.scope.visible().map(|c| &c.attribute).collect();
        let same = wanted.len() == self.plan.output().len()
            && wanted
                .iter()
                .zip(self.plan.output())
                .all(|(a, b)| a.id == b.id);
        if same {
            return self.plan;
        }
        let exprs = wanted.into_iter().map(Named::kept).collect();
        Plan::project(self.plan, exprs)
    }

    /// The plan with the visible columns and, behind them, the hidden ones of files; how many are
    /// visible.
    pub(crate) fn sealed_with_metadata(self) -> (Plan, usize) {
        let of_files = self.scope.columns.iter().filter(|c| c.is_metadata());
        let of_files: Vec<_> = of_files.map(|c| c.attribute.clone()).collect();
        let visible = self.scope.visible().count();
        // What the plan gives no more is not there for anybody.
        let given =
            |a: &crate::resolved::Attribute| self.plan.output().iter().any(|o| o.id == a.id);
        if self.open.is_some() || of_files.is_empty() || !of_files.iter().all(given) {
            return (self.sealed(), visible);
        }
        let kept = self.scope.visible().map(|c| &c.attribute).chain(&of_files);
        let exprs = kept.map(Named::kept).collect();
        (Plan::project(self.plan, exprs), visible)
    }

    /// The same with another plan over the same columns.
    pub(crate) fn with_plan(self, make: impl FnOnce(Plan) -> PlanKind) -> Analysed {
        let output = self.plan.output().to_vec();
        Analysed {
            plan: Plan::new(make(self.plan), output),
            scope: self.scope,
            open: None,
        }
    }
}

/// The error for what Spark has and Flint has not yet.
pub(crate) fn unsupported(feature: &str) -> SqlError {
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature)
}

impl Analyzer<'_> {
    /// The meaning of a relation.
    pub(crate) fn relation(&self, relation: &Relation) -> Result<Analysed> {
        let mut analysed =
            with_stack(|| self.relation_kind(relation)).map_err(|e| e.or_at(relation.origin()))?;
        if let Some(plan_id) = relation.plan_id() {
            for column in &mut analysed.scope.columns {
                column.plan_ids.push(plan_id);
            }
            let frame = analysed.scope.clone();
            self.frames.borrow_mut().insert(plan_id, frame);
        }
        Ok(analysed)
    }

    fn relation_kind(&self, relation: &Relation) -> Result<Analysed> {
        let origin = relation.origin();
        match relation.kind() {
            Kind::NamedTable(table) => self.named_table(table, origin),
            Kind::DataSource(read) => self.data_source(read),
            Kind::LocalRelation(rows) => self.local_relation(rows),
            Kind::Project { input, exprs } => self.project(input.as_ref(), exprs),
            Kind::Filter { input, condition } => self.filter(input, condition),
            Kind::Having { input, condition } => self.having(input, condition, origin),
            Kind::Qualify { input, condition } => self.qualify(input, condition, origin),
            Kind::NamedWindows { input, windows } => self.named_windows(input, windows, origin),
            Kind::Aggregate(aggregate) => self.aggregate(aggregate),
            Kind::Join(join) => self.join(join, origin),
            Kind::LateralJoin(join) => self.lateral_join(join, origin),
            Kind::Lateral(input) => self.relation(input),
            Kind::SetOp(op) => self.set_op(op, origin),
            Kind::Sort {
                input,
                order,
                global,
            } => self.sort(input, order, *global),
            Kind::SortAll { input, order } => self.sort_all(input, order),
            Kind::Limit { input, limit } => self.limit(input, limit),
            Kind::Offset { input, offset } => self.offset(input, offset),
            Kind::Tail { input, limit } => self.tail(input, limit),
            Kind::Values { rows } => self.values(rows, origin),
            Kind::Range(range) => self.range(range),
            Kind::Sample(sample) => self.sample(sample),
            Kind::Deduplicate(deduplicate) => self.deduplicate(deduplicate, origin),
            Kind::SubqueryAlias(alias) => self.subquery_alias(alias, origin),
            Kind::Repartition {
                input,
                num_partitions,
                shuffle,
            } => self.repartition(input, *num_partitions, *shuffle),
            Kind::RepartitionByExpression {
                input,
                exprs,
                num_partitions,
            } => self.repartition_by(input, exprs, *num_partitions),
            Kind::ToDf { input, names } => self.to_df(input, names),
            Kind::WithColumns { input, aliases } => self.with_columns(input, aliases),
            Kind::WithColumnsRenamed { input, renames } => self.with_renamed(input, renames),
            Kind::Drop {
                input,
                columns,
                names,
            } => self.drop_columns(input, columns, names),
            Kind::Hint(hint) => self.hint(hint),
            Kind::With(with) => self.with(with, origin),
            Kind::WithRelations { root, references } => self.with_relations(root, references),
            Kind::Sql(query) => self.sql_text(query),
            Kind::LateralView(view) => self.lateral_view(view, origin),
            Kind::FillNa(fill) => self.fill_na(fill, origin),
            Kind::DropNa(drop) => self.drop_na(drop, origin),
            Kind::ReplaceNa(replace) => self.replace_na(replace, origin),
            Kind::Pivot(pivot) => self.pivot(pivot, origin),
            Kind::Unpivot(unpivot) => self.unpivot(unpivot, origin),
            Kind::Pipe { input, op } => self.pipe(input, op, origin),
            Kind::TableFunction(function) => self.table_function(function, origin),
            Kind::CachedLocalRelation { hash } => self.known_rows(self.catalog.cached_local(hash)),
            Kind::ChunkedCachedLocalRelation(rows) => {
                self.known_rows(self.catalog.chunked_local(rows))
            }
            Kind::CachedRemoteRelation { relation_id } => {
                self.known_rows(self.catalog.kept(relation_id))
            }
            Kind::ToSchema { input, schema } => self.to_schema(input, schema, origin),
            Kind::CollectMetrics {
                input,
                name,
                metrics,
            } => self.observe(input, name, metrics, origin),
            Kind::AsOfJoin(join) => self.as_of_join(join, origin),
            Kind::NearestByJoin(join) => self.nearest_by_join(join, origin),
            Kind::Zip { left, right } => self.zip(left, right, origin),
            Kind::Transpose { input, index } => self.transpose(input, index, origin),
            Kind::Summary { input, statistics } => self.summary(input, statistics),
            Kind::Describe { input, columns } => self.describe(input, columns),
            Kind::Crosstab {
                input,
                first,
                second,
            } => self.crosstab(input, first, second),
            Kind::Cov {
                input,
                first,
                second,
            } => self.cov(input, first, second),
            Kind::Corr {
                input,
                first,
                second,
                method,
            } => self.corr(input, first, second, method.as_ref(), origin),
            Kind::ApproxQuantile(spec) => self.approx_quantile(spec),
            Kind::FreqItems(spec) => self.freq_items(spec),
            Kind::SampleBy(spec) => self.sample_by(spec),
            Kind::WithWatermark {
                input,
                event_time,
                delay,
            } => self.with_watermark(input, event_time, delay, origin),
            Kind::NativeMap(map) => self.native_map(map),
            Kind::NativeSource(source) => self.known_rows(self.catalog.native(source)),
            Kind::Decode(decode) => self.decode(decode, origin),
            Kind::Extension(message) => self.relation(&self.catalog.extension_relation(message)?),
            other => Err(unsupported(name_of(other)).at(origin)),
        }
    }
}

/// The columns of a relation under other names of one's own.
pub(crate) fn scope_like(plan: &Plan, like: &[ScopeColumn]) -> Scope {
    let columns = plan.output().iter().map(|attribute| {
        let known = like.iter().find(|c| c.attribute.id == attribute.id);
        ScopeColumn {
            attribute: attribute.clone(),
            qualifier: known.map_or_else(|| [].into(), |c| c.qualifier.clone()),
            plan_ids: known.map_or_else(Vec::new, |c| c.plan_ids.clone()),
            hidden: false,
            shy: false,
        }
    });
    Scope {
        columns: columns.collect(),
    }
}

fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::ShowString { .. } | Kind::HtmlString { .. } => "rows as a printed table",
        Kind::MapPartitions(_)
        | Kind::GroupMap(_)
        | Kind::CoGroupMap(_)
        | Kind::ApplyInPandasWithState(_)
        | Kind::InlineTableFunction(_)
        | Kind::InlineDataSource(_) => "functions and sources that come with the plan",
        Kind::Parse(_) => "strings read as CSV, JSON or XML",
        Kind::RelationChanges(_) => "changes of tables",
        Kind::Catalog(_) => "catalog calls as relations",
        Kind::Ml(_) => "models as relations",
        Kind::ScriptTransform(_) => "TRANSFORM .. USING",
        Kind::JsonTable(_) => "JSON_TABLE",
        Kind::BinBy(_) => "BIN BY",
        _ => "this relation",
    }
}
