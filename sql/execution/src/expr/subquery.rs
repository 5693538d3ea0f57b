//! Queries as values.
//!
//! Where rows are chosen by them, DataFusion makes joins of `EXISTS` and `IN`. Elsewhere it knows
//! scalar subqueries alone, so there both are counts: a count is never null, and its correlation is
//! undone like that of any aggregate.

use std::sync::Arc;

use datafusion::common::{Column, Spans, TableReference};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::{AggregateFunction, Exists, InSubquery};
use datafusion::logical_expr::{
    Aggregate, Expr as DfExpr, Filter, LogicalPlan, Operator, Subquery as DfSubquery,
    SubqueryAlias, lit,
};
use flint_sql_analyzer::resolved::{
    Attribute, Call, Expr, ExprKind, Plan, PlanKind, Subquery, SubqueryKind,
};
use flint_sql_columnar::Raised;
use flint_sql_functions::Site;
use flint_sql_spec::{DataType, with_stack};

use super::call::{binary, missing};
use crate::columns;
use crate::lower::{Lowering, has_floats, not_yet, project};

impl Lowering<'_> {
    /// The condition of a filter or join: what AND, OR and NOT hold together is lowered as a
    /// condition, all else as values. `nested` says that more than its truth counts: it stands under
    /// OR or NOT.
    pub(super) fn chosen_by(&self, expr: &Expr, nested: bool) -> Result<DfExpr, Raised> {
        let part = |part: &Expr, nested| with_stack(|| self.chosen_by(part, nested));
        match expr.kind() {
            ExprKind::Call(Call { function, args, .. }) => match (&**function, args.as_slice()) {
                ("and", [left, right]) => Ok(binary(
                    part(left, nested)?,
                    Operator::And,
                    part(right, nested)?,
                )),
                ("or", [left, right]) => {
                    Ok(binary(part(left, true)?, Operator::Or, part(right, true)?))
                }
                ("not", [inner]) => match inner.kind() {
                    ExprKind::Subquery(subquery) => self.choosing(subquery, true, nested),
                    _ => Ok(DfExpr::Not(Box::new(part(inner, true)?))),
                },
                _ => self.expr(expr),
            },
            ExprKind::Subquery(subquery) => self.choosing(subquery, false, nested),
            _ => self.expr(expr),
        }
    }

    fn choosing(&self, subquery: &Subquery, negated: bool, nested: bool) -> Result<DfExpr, Raised> {
        let exists = |plan| DfExpr::Exists(Exists::new(in_expression(plan), negated));
        match &subquery.kind {
            SubqueryKind::Exists => Ok(exists(self.lower(&subquery.plan)?)),
            SubqueryKind::In(values) => {
                let plan = self.lower(&subquery.plan)?;
                let alone = plan.all_out_ref_exprs().is_empty() && !(negated && nested);
                match values.as_slice() {
                    [value] if alone => {
                        let (name, plan) = self.only_column(&subquery.plan)?;
                        let plan = self.under_alias(&name, plan)?;
                        Ok(DfExpr::InSubquery(InSubquery::new(
                            Box::new(self.comparable(value)?),
                            in_expression(plan),
                            negated,
                        )))
                    }
                    values => Ok(exists(self.matching(values, &subquery.plan, negated)?)),
                }
            }
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
                let (name, mut plan) = self.only_column(&subquery.plan)?;
                if !gives_one_row(&subquery.plan) {
                    plan = self.single(&subquery.plan, &name, plan)?;
                }
                Ok(DfExpr::ScalarSubquery(in_expression(plan)))
            }
            SubqueryKind::Exists => self.any_row(self.lower(&subquery.plan)?),
            // Nulls that could match count as no match here: so does Spark's existence join.
            SubqueryKind::In(values) => {
                self.any_row(self.matching(values, &subquery.plan, false)?)
            }
        }
    }

    /// NOT of a subquery outside of conditions. As in Spark's existence join nulls that could match
    /// count as a match here, so that the answer is never null.
    pub(super) fn negated_value(&self, subquery: &Subquery) -> Result<DfExpr, Raised> {
        let SubqueryKind::In(values) = &subquery.kind else {
            return Ok(DfExpr::Not(Box::new(self.subquery_value(subquery)?)));
        };
        let mut found = self.subquery_value(subquery)?;
        let columns = subquery.plan.output();
        let nullable = |(value, column): (&Expr, &Attribute)| value.nullable() || column.nullable;
        if values.iter().zip(columns).any(nullable) {
            let ([value], [column]) = (values.as_slice(), columns) else {
                return Err(not_yet(
                    "NOT IN with several columns that can be null, as a value",
                ));
            };
            if value.nullable() {
                let is_null = DfExpr::IsNull(Box::new(self.expr(value)?));
                let any = self.any_row(self.lower(&subquery.plan)?)?;
                found = binary(found, Operator::Or, binary(is_null, Operator::And, any));
            }
            if column.nullable {
                let is_null = DfExpr::IsNull(Box::new(columns::column(column)));
                let plan = Filter::try_new(is_null, Arc::new(self.lower(&subquery.plan)?))?;
                let any = self.any_row(LogicalPlan::Filter(plan))?;
                found = binary(found, Operator::Or, any);
            }
        }
        Ok(DfExpr::Not(Box::new(found)))
    }

    /// A plan's only column as one row: null if it has none, an error if it has several.
    fn single(&self, plan: &Plan, name: &str, lowered: LogicalPlan) -> Result<LogicalPlan, Raised> {
        let Some(column) = plan.output().first() else {
            return Err(not_yet("a subquery without columns"));
        };
        let value = Expr::column(column);
        let site = Site {
            nullable: true,
            ..self.site(std::slice::from_ref(&value), &value, true)
        };
        let function = flint_sql_functions::aggregate("single_value", &site)?
            .ok_or_else(|| missing("single_value"))?;
        let call = DfExpr::AggregateFunction(AggregateFunction::new_udf(
            function,
            vec![columns::by_name(name.to_owned())],
            false,
            None,
            Vec::new(),
            None,
        ));
        let called = call.schema_name().to_string();
        let one = Aggregate::try_new(Arc::new(lowered), Vec::new(), vec![call])?;
        project(
            LogicalPlan::Aggregate(one),
            vec![columns::by_name(called).alias(self.fresh())],
        )
    }

    /// The rows of a subquery whose columns equal these values of the query around; also those of
    /// which nulls hide whether they do, if such count.
    fn matching(
        &self,
        values: &[Expr],
        plan: &Plan,
        nulls_count: bool,
    ) -> Result<LogicalPlan, Raised> {
        let mut lowered = self.lower(plan)?;
        for (value, column) in values.iter().zip(plan.output()) {
            let outer = self.comparable(&outward(value))?;
            let inner = self.comparable(&Expr::column(column))?;
            let mut equal = binary(inner, Operator::Eq, outer);
            if nulls_count && (value.nullable() || column.nullable) {
                let unknown = DfExpr::IsNull(Box::new(equal.clone()));
                equal = binary(equal, Operator::Or, unknown);
            }
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

/// Whether a plan gives one row at most for certain.
pub(crate) fn gives_one_row(plan: &Plan) -> bool {
    match plan.kind() {
        PlanKind::OneRow => true,
        PlanKind::Aggregate { grouping, sets, .. } => grouping.is_empty() && sets.is_none(),
        PlanKind::Limit {
            fetch: Some(0 | 1), ..
        } => true,
        PlanKind::Project { input, .. }
        | PlanKind::Filter { input, .. }
        | PlanKind::Sort { input, .. } => with_stack(|| gives_one_row(input)),
        _ => false,
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
pub(crate) fn outward(expr: &Expr) -> Expr {
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
