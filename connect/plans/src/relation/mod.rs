//! Relations.
//!
//! A relation's common part gives its plan id, by which columns and subqueries refer to it, and its
//! origin. Subqueries stay where the client put them, among the references of a `WithRelations`.

mod aggregate;
mod columns;
mod foreign;
mod join;
mod local;
mod machine_learning;
mod read;
mod reshape;
mod rows;
mod statistics;

pub(crate) use columns::schema;
pub(crate) use foreign::{inline_data_source, inline_table_function};
pub(crate) use machine_learning::{fetch, object, operator, parameters};
pub(crate) use read::sql_query;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Relation, RelationKind, Result, with_stack};
use proto::relation::RelType;

use crate::catalog::catalog_call;
use crate::extension::extension;
use crate::{missing, origin};

/// The relation of a message.
///
/// ```
/// use flint_connect_plans::relation;
/// use flint_connect_protocol::spark::connect as proto;
/// use flint_sql_spec::{Range, Relation, RelationKind};
/// let numbers = proto::Range { end: 10, step: 1, ..Default::default() };
/// let message = proto::Relation {
///     common: Some(proto::RelationCommon { plan_id: Some(7), ..Default::default() }),
///     rel_type: Some(proto::relation::RelType::Range(numbers)),
/// };
/// let kind = RelationKind::Range(Range { start: 0, end: 10, step: 1, num_partitions: None });
/// assert_eq!(relation(&message)?, Relation::from(kind).with_plan_id(7));
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `CONNECT_INVALID_PLAN` and its kin for a message that lacks what it must have, has a member that
/// this version does not know, or contradicts itself; Spark's conditions for names and types that
/// cannot be read.
pub fn relation(message: &proto::Relation) -> Result<Relation> {
    with_stack(|| {
        let common = message.common.as_ref();
        let written = origin(common.and_then(|common| common.origin.as_ref()));
        let kind = match &message.rel_type {
            Some(member) => kind(member).map_err(|error| error.or_at(&written))?,
            None => return Err(missing::one_of("spark.connect.Relation", "RELTYPE_NOT_SET")),
        };
        let made = Relation::new(kind, written);
        Ok(match common.and_then(|common| common.plan_id) {
            Some(plan_id) => made.with_plan_id(plan_id),
            None => made,
        })
    })
}

/// The relation of a part that must be there.
///
/// An absent message reads as an empty one, which is no relation.
pub(crate) fn input(message: Option<&proto::Relation>) -> Result<Relation> {
    relation(missing::relation(message))
}

/// The relations of a list.
fn relations(messages: &[proto::Relation]) -> Result<Vec<Relation>> {
    messages.iter().map(relation).collect()
}

/// One member each: a member of the protocol without a translation does not compile.
fn kind(member: &RelType) -> Result<RelationKind> {
    match member {
        RelType::Read(message) => read::read(message),
        RelType::RelationChanges(message) => read::changes(message),
        RelType::Sql(message) => read::sql_query(message).map(RelationKind::Sql),
        RelType::UnresolvedTableValuedFunction(message) => read::table_function(message),
        RelType::LocalRelation(message) => local::local(message),
        RelType::CachedLocalRelation(message) => Ok(local::cached_local(message)),
        RelType::ChunkedCachedLocalRelation(message) => local::chunked_local(message),
        RelType::CachedRemoteRelation(message) => Ok(local::cached_remote(message)),
        RelType::Range(message) => Ok(local::range(message)),
        RelType::Catalog(message) => catalog_call(message).map(RelationKind::Catalog),
        RelType::MlRelation(message) => machine_learning::relation(message),
        RelType::Extension(message) => Ok(RelationKind::Extension(extension(message))),
        RelType::Unknown(_) => Ok(RelationKind::Unknown),
        RelType::Join(message) => join::join(message),
        RelType::LateralJoin(message) => join::lateral(message),
        RelType::AsOfJoin(message) => join::as_of(message),
        RelType::NearestByJoin(message) => join::nearest_by(message),
        RelType::Zip(message) => join::zip(message),
        RelType::SetOp(message) => join::set_operation(message),
        RelType::WithRelations(message) => read::with_relations(message),
        RelType::Aggregate(message) => aggregate::aggregate(message),
        RelType::Filter(message) => rows::filter(message),
        RelType::Sort(message) => rows::sort(message),
        RelType::Limit(message) => rows::limit(message),
        RelType::Offset(message) => rows::offset(message),
        RelType::Tail(message) => rows::tail(message),
        RelType::Sample(message) => rows::sample(message),
        RelType::Deduplicate(message) => rows::deduplicate(message),
        RelType::Repartition(message) => rows::repartition(message),
        RelType::RepartitionByExpression(message) => rows::repartition_by(message),
        RelType::WithWatermark(message) => rows::watermark(message),
        RelType::CollectMetrics(message) => rows::collect_metrics(message),
        RelType::Hint(message) => rows::hint(message),
        RelType::SubqueryAlias(message) => rows::subquery_alias(message),
        RelType::Project(message) => columns::project(message),
        RelType::WithColumns(message) => columns::with_columns(message),
        RelType::WithColumnsRenamed(message) => columns::renamed(message),
        RelType::Drop(message) => columns::drop(message),
        RelType::ToDf(message) => columns::to_df(message),
        RelType::ToSchema(message) => columns::to_schema(message),
        RelType::Unpivot(message) => reshape::unpivot(message),
        RelType::Transpose(message) => reshape::transpose(message),
        RelType::Parse(message) => reshape::parse(message),
        RelType::ShowString(message) => reshape::show_string(message),
        RelType::HtmlString(message) => reshape::html_string(message),
        RelType::FillNa(message) => statistics::fill_na(message),
        RelType::DropNa(message) => statistics::drop_na(message),
        RelType::Replace(message) => statistics::replace(message),
        RelType::Summary(message) => statistics::summary(message),
        RelType::Describe(message) => statistics::describe(message),
        RelType::Crosstab(message) => statistics::crosstab(message),
        RelType::Cov(message) => statistics::cov(message),
        RelType::Corr(message) => statistics::corr(message),
        RelType::ApproxQuantile(message) => statistics::approx_quantile(message),
        RelType::FreqItems(message) => statistics::freq_items(message),
        RelType::SampleBy(message) => statistics::sample_by(message),
        RelType::MapPartitions(message) => foreign::map_partitions(message),
        RelType::GroupMap(message) => foreign::group_map(message),
        RelType::CoGroupMap(message) => foreign::co_group_map(message),
        RelType::ApplyInPandasWithState(message) => foreign::apply_in_pandas_with_state(message),
        RelType::CommonInlineUserDefinedTableFunction(message) => {
            inline_table_function(message).map(RelationKind::InlineTableFunction)
        }
        RelType::CommonInlineUserDefinedDataSource(message) => {
            inline_data_source(message).map(RelationKind::InlineDataSource)
        }
    }
}
