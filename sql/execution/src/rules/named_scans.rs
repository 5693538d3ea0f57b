//! Scans call their columns as the plan does.
//!
//! Lowering calls columns by their ids in a projection above each table. DataFusion moves it into the
//! scan, but not through a filter, and only behind its costly rules, each of which builds every node
//! anew. So it is done first: scans give columns by their ids, filters look at those, and the
//! projection is gone.

use std::sync::Arc;

use datafusion::common::Result as DataFusionResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

/// Moves new names of columns through filters into scans.
#[derive(Debug)]
pub(crate) struct NamedScans;

impl PhysicalOptimizerRule for NamedScans {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let named = match node.downcast_ref::<ProjectionExec>() {
                Some(project) => named(project)?,
                None => None,
            };
            Ok(named.map_or_else(|| Transformed::no(node), Transformed::yes))
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "named_scans"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The same without the projection, if it does no more than to call columns of a scan, filtered or
/// not, by other names.
fn named(project: &ProjectionExec) -> DataFusionResult<Option<Arc<dyn ExecutionPlan>>> {
    let input = project.input();
    if input.is::<DataSourceExec>() {
        return match names(project) {
            Some(_) => input.try_swapping_with_projection(project),
            None => Ok(None),
        };
    }
    let Some(filter) = input.downcast_ref::<FilterExec>() else {
        return Ok(None);
    };
    let scan = filter.input();
    let (Some(kept), true) = (names(project), scan.is::<DataSourceExec>()) else {
        return Ok(None);
    };
    // Where the filter drops columns, the projection counts those that are left.
    let place = |at: usize| (filter.projection().as_ref()).map_or(at, |left| left[at]);
    let kept: Vec<(usize, &str)> = kept.into_iter().map(|(at, n)| (place(at), n)).collect();
    let schema = scan.schema();
    let called: Vec<ProjectionExpr> = (0..schema.fields().len())
        .map(|at| {
            let old = schema.field(at).name();
            let new = kept.iter().find(|(place, _)| *place == at);
            let new = new.map_or_else(|| format!("{old} before"), |(_, name)| (*name).to_owned());
            ProjectionExpr::new(Arc::new(Column::new(old, at)), new)
        })
        .collect();
    let calling = ProjectionExec::try_new(called, Arc::clone(scan))?;
    let Some(scan) = scan.try_swapping_with_projection(&calling)? else {
        return Ok(None);
    };
    let (before, after) = (schema, scan.schema());
    let predicate = Arc::clone(filter.predicate()).transform(|expr| {
        let Some(column) = expr.downcast_ref::<Column>() else {
            return Ok(Transformed::no(expr));
        };
        let at = column.index();
        // Parameters of lambdas are columns of something else.
        match before.fields().get(at) {
            Some(field) if field.name() == column.name() => {
                let column: Arc<dyn PhysicalExpr> =
                    Arc::new(Column::new(after.field(at).name(), at));
                Ok(Transformed::yes(column))
            }
            _ => Ok(Transformed::no(expr)),
        }
    });
    let places = kept.into_iter().map(|(at, _)| at).collect();
    let filtered = FilterExecBuilder::from(filter)
        .with_input(scan)
        .with_predicate(predicate.data()?)
        .apply_projection(None)?
        .apply_projection(Some(places))?
        .build()?;
    Ok(Some(Arc::new(filtered)))
}

/// For every column of a projection its place in the input and its name, if they are columns as they
/// are, and none twice.
fn names(project: &ProjectionExec) -> Option<Vec<(usize, &str)>> {
    let mut kept: Vec<(usize, &str)> = Vec::with_capacity(project.expr().len());
    for one in project.expr() {
        let column = one.expr.downcast_ref::<Column>()?;
        if kept.iter().any(|(place, _)| *place == column.index()) {
            return None;
        }
        kept.push((column.index(), &one.alias));
    }
    Some(kept)
}
