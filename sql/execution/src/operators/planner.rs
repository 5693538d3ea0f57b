//! Execution plans of our operators.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::expr::NullTreatment;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use flint_sql_columnar::{Raised, to_datafusion};
use flint_sql_spec::{SqlError, condition};

use super::advice::AdviceExec;
use super::by_partition::ByPartition;
use super::exchange::{Dealing, ExchangeExec, ordering};
use super::exec::{BatchMap, MapExec};
use super::expand::Expand;
use super::generate::Generate;
use super::native::TypedMap;
use super::observe::Observe;
use super::recursion::{LimitRecursion, LimitRows};
use super::sample::Sample;
use super::tail::TailExec;
use super::{MapNode, Operator};

/// Plans [`MapNode`]s.
#[derive(Debug)]
pub(crate) struct MapPlanner;

#[async_trait]
impl ExtensionPlanner for MapPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> DataFusionResult<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<MapNode>() else {
            return Ok(None);
        };
        let [input] = inputs else {
            return datafusion::common::internal_err!("an operator of ours has an input");
        };
        let below = node.input.schema();
        let physical = |expr: &Expr| planner.create_physical_expr(expr, below, session, context);
        let all = |exprs: &[Expr]| -> DataFusionResult<Vec<Arc<dyn PhysicalExpr>>> {
            exprs.iter().map(physical).collect()
        };
        let input = Arc::clone(input);
        let map: Arc<dyn BatchMap> = match &node.operator {
            Operator::Expand { lists } => {
                let lists: DataFusionResult<Vec<_>> = lists.iter().map(|list| all(list)).collect();
                Arc::new(Expand {
                    lists: lists?.into(),
                })
            }
            Operator::Generate {
                function,
                site,
                args,
                outer,
            } => {
                let found =
                    flint_sql_functions::generator(function, site).map_err(to_datafusion)?;
                let generator = found.ok_or_else(|| missing(function))?;
                Arc::new(Generate {
                    generator,
                    args: all(args)?.into(),
                    outer: *outer,
                })
            }
            Operator::PartitionValues { values } => Arc::new(ByPartition {
                values: values.clone(),
            }),
            Operator::Sample {
                lower,
                upper,
                with_replacement,
                seed,
            } => Arc::new(Sample {
                lower: f64::from_bits(*lower),
                upper: f64::from_bits(*upper),
                with_replacement: *with_replacement,
                seed: *seed,
            }),
            Operator::Native { name, code } => Arc::new(TypedMap::new(name, code)?),
            Operator::Observe {
                aggregates,
                observed,
            } => {
                let observed = Arc::clone(&observed.0);
                let schema = input.schema();
                let calls = aggregates
                    .iter()
                    .map(|call| aggregate_of(call, &schema, &all))
                    .collect::<DataFusionResult<Vec<_>>>()?;
                let over = Arc::clone(&observed.over);
                let metrics = observed
                    .metrics
                    .iter()
                    .map(|metric| planner.create_physical_expr(metric, &over, session, context))
                    .collect::<DataFusionResult<Vec<_>>>()?;
                observed.planned(&calls, metrics)?;
                Arc::new(Observe {
                    observed,
                    aggregates: calls,
                })
            }
            Operator::LimitRecursion { levels } => Arc::new(LimitRecursion::new(*levels)),
            Operator::Tail { count } => {
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                return Ok(Some(Arc::new(TailExec::new(input, count))));
            }
            Operator::LimitRows { rows } => Arc::new(LimitRows { rows: *rows }),
            Operator::Advice { strategy } => {
                return Ok(Some(Arc::new(AdviceExec::new(input, *strategy))));
            }
            Operator::Deal { partitions } => {
                return exchange(input, Dealing::Turns, *partitions);
            }
            Operator::Scatter { exprs, partitions } => {
                return exchange(input, Dealing::Hash(all(exprs)?), *partitions);
            }
            Operator::Range {
                exprs,
                directions,
                partitions,
            } => {
                let dealing = match ordering(all(exprs)?, directions) {
                    Some(order) => Dealing::Ranges(order),
                    None => Dealing::Turns,
                };
                return exchange(input, dealing, *partitions);
            }
            Operator::Merge { partitions } => {
                return exchange(input, Dealing::Merge, *partitions);
            }
            Operator::SortPartitions { exprs, directions } => {
                return sorted(input, all(exprs)?, directions).map(Some);
            }
        };
        let schema = Arc::new(node.schema.as_arrow().clone());
        Ok(Some(Arc::new(MapExec::new(input, map, schema))))
    }
}

/// An aggregate's call over columns of a schema.
fn aggregate_of(
    call: &Expr,
    schema: &SchemaRef,
    physical: &dyn Fn(&[Expr]) -> DataFusionResult<Vec<Arc<dyn PhysicalExpr>>>,
) -> DataFusionResult<Arc<AggregateFunctionExpr>> {
    let Expr::AggregateFunction(call) = call else {
        return datafusion::common::internal_err!("an aggregate was expected");
    };
    let args = physical(&call.params.args)?;
    let nulls = call.params.null_treatment == Some(NullTreatment::IgnoreNulls);
    AggregateExprBuilder::new(Arc::clone(&call.func), args)
        .schema(Arc::clone(schema))
        .alias(call.func.name())
        .with_ignore_nulls(nulls)
        .build()
        .map(Arc::new)
}

fn sorted(
    input: Arc<dyn ExecutionPlan>,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    directions: &[(bool, bool)],
) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
    match ordering(exprs, directions) {
        Some(order) => Ok(Arc::new(
            SortExec::new(order, input).with_preserve_partitioning(true),
        )),
        None => Ok(input),
    }
}

fn exchange(
    input: Arc<dyn ExecutionPlan>,
    dealing: Dealing,
    partitions: usize,
) -> DataFusionResult<Option<Arc<dyn ExecutionPlan>>> {
    Ok(Some(Arc::new(ExchangeExec::new(
        input, dealing, partitions,
    )?)))
}

fn missing(function: &str) -> Raised {
    let feature = format!("the generator {function}");
    Raised(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature))
}
