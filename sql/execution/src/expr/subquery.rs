//! Queries as values.
//!
//! Where rows are chosen by them, DataFusion makes joins of `EXISTS` and `IN`. Elsewhere it knows
//! scalar subqueries alone, so there both are counts: a count is never null, and its correlation is
//! undone like that of any aggregate.

use std::sync::Arc;

use datafusion::common::{Column, Spans, TableReference};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{
    Aggregate, Expr as DfExpr, Filter, LogicalPlan, Operator, Subquery as DfSubquery,
    SubqueryAlias, lit,
};
use flint_sql_analyzer::resolved::{Call, Expr, ExprKind, Plan, Subquery, SubqueryKind};
use flint_sql_columnar::Raised;
use flint_sql_spec::DataType;

use super::call::binary;
use crate::columns;
use crate::lower::{Lowering, has_floats, not_yet, project};

impl Lowering<'_> {
    /// The condition of a filter or join: what AND, OR and NOT hold together is lowered as a
    /// condition, all else as values.
    pub(super) fn chosen_by(&self, expr: &Expr) -> Result<DfExpr, Raised> {
        match expr.kind() {
            ExprKind::Call(Call { function, args, .. }) => match (&**function, args.as_slice()) {
                ("and", [left, right]) => {
                    let (left, right) = (self.condition(left)?, self.condition(right)?);
                    Ok(binary(left, Operator::And, right))
                }
                ("or", [left, right]) => {
                    let (left, right) = (self.condition(left)?, self.condition(right)?);
                    Ok(binary(left, Operator::Or, right))
                }
                ("not", [inner]) => match inner.kind() {
                    ExprKind::Subquery(subquery) => self.choosing(subquery, true),
                    _ => Ok(DfExpr::Not(Box::new(self.condition(inner)?))),
                },
                _ => self.expr(expr),
            },
            ExprKind::Subquery(subquery) => self.choosing(subquery, false),
            _ => self.expr(expr),
        }
    }

    fn choosing(&self, subquery: &Subquery, negated: bool) -> Result<DfExpr, Raised> {
        match &subquery.kind {
            SubqueryKind::Exists => {
                let plan = self.lower(&subquery.plan)?;
                Ok(DfExpr::Exists(Exists::new(in_expression(plan), negated)))
            }
            SubqueryKind::In(values) => match values.as_slice() {
                [value] => {
                    let (name, plan) = self.only_column(&subquery.plan)?;
                    let plan = self.under_alias(&name, plan)?;
                    Ok(DfExpr::InSubquery(InSubquery::new(
                        Box::new(self.comparable(value)?),
                        in_expression(plan),
                        negated,
                    )))
                }
                values if !negated => {
                    let plan = self.matching(values, &subquery.plan)?;
                    Ok(DfExpr::Exists(Exists::new(in_expression(plan), false)))
                }
                _ => Err(not_yet("NOT IN with several columns")),
            },
            SubqueryKind::Scalar => {
                let value = self.subquery_value(subquery)?;
                Ok(if negated {
                    DfExpr::Not(Box::new(value))
                } else {
                    value
                })
            }
        }
    }

    /// A subquery outside of conditions.
    pub(super) fn subquery_value(&self, subquery: &Subquery) -> Result<DfExpr, Raised> {
        match &subquery.kind {
            SubqueryKind::Scalar => {
                let (_, plan) = self.only_column(&subquery.plan)?;
                Ok(DfExpr::ScalarSubquery(in_expression(plan)))
            }
            SubqueryKind::Exists => self.any_row(self.lower(&subquery.plan)?),
            // Nulls that could match count as no match here: so does Spark's existence join.
            SubqueryKind::In(values) => self.any_row(self.matching(values, &subquery.plan)?),
        }
    }

    /// The rows of a subquery whose columns equal these values of the query around.
    fn matching(&self, values: &[Expr], plan: &Plan) -> Result<LogicalPlan, Raised> {
        let mut lowered = self.lower(plan)?;
        for (value, column) in values.iter().zip(plan.output()) {
            let outer = self.comparable(&outward(value))?;
            let inner = self.comparable(&Expr::column(column))?;
            let equal = binary(inner, Operator::Eq, outer);
            lowered = LogicalPlan::Filter(Filter::try_new(equal, Arc::new(lowered))?);
        }
        Ok(lowered)
    }

    /// The subquery's only column, by a name of its own and comparable.
    fn only_column(&self, plan: &Plan) -> Result<(String, LogicalPlan), Raised> {
        let lowered = self.lower(plan)?;
        let Some(column) = plan.output().first() else {
            return Err(not_yet("a subquery without columns"));
        };
        let value = if has_floats(&column.data_type) {
            self.comparable(&Expr::column(column))?
        } else {
            columns::column(column)
        };
        let name = columns::name(column.id);
        Ok((
            name.clone(),
            project(lowered, vec![columns::called(value, column.id)])?,
        ))
    }

    /// A plan of one column with that column under a qualifier of its own, so that the optimizer can
    /// tell it from the same column behind the join that it makes.
    fn under_alias(&self, name: &str, plan: LogicalPlan) -> Result<LogicalPlan, Raised> {
        let alias = TableReference::bare(self.fresh());
        let column = DfExpr::Column(Column::new(Some(alias.clone()), name));
        let aliased = SubqueryAlias::try_new(Arc::new(plan), alias)?;
        project(LogicalPlan::SubqueryAlias(aliased), vec![column])
    }

    /// Whether a plan gives a row, as a scalar subquery.
    fn any_row(&self, plan: LogicalPlan) -> Result<DfExpr, Raised> {
        let rows = count(lit(1));
        let name = rows.schema_name().to_string();
        let counted = Aggregate::try_new(Arc::new(plan), Vec::new(), vec![rows])?;
        let some = binary(columns::by_name(name), Operator::Gt, lit(0_i64));
        let plan = project(
            LogicalPlan::Aggregate(counted),
            vec![some.alias(self.fresh())],
        )?;
        Ok(DfExpr::ScalarSubquery(in_expression(plan)))
    }
}

fn in_expression(plan: LogicalPlan) -> DfSubquery {
    let outer_ref_columns = plan.all_out_ref_exprs();
    DfSubquery {
        subquery: Arc::new(plan),
        outer_ref_columns,
        spans: Spans::new(),
    }
}

/// The expression as seen from inside a subquery.
fn outward(expr: &Expr) -> Expr {
    expr.replace(&mut |expr| match expr.kind() {
        ExprKind::Column(column) => {
            let (data_type, nullable): (DataType, bool) =
                (column.data_type.clone(), column.nullable);
            Some(Expr::new(
                ExprKind::Outer(column.clone()),
                data_type,
                nullable,
            ))
        }
        _ => None,
    })
}
