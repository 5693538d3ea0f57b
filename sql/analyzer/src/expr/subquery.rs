//! Queries as values.

use flint_sql_spec::{
    DataType, Origin, Result, SqlError, Subquery as SpecSubquery, SubqueryKind as SpecKind,
    SubqueryPlan, condition,
};

use super::Resolver;
use crate::naming;
use crate::relation::unsupported;
use crate::resolved::{Attribute, Expr, ExprKind, Plan, Subquery, SubqueryKind};
use crate::scope::Scope;
use crate::types;

impl Resolver<'_, '_> {
    /// A query as a value. It sees the columns of this one as outer columns.
    pub(super) fn subquery(&mut self, subquery: &SpecSubquery, origin: &Origin) -> Result<Expr> {
        let plan = match &subquery.plan {
            SubqueryPlan::Here(plan) => plan.clone(),
            SubqueryPlan::Reference(id) => {
                let found = self.analyzer.references.borrow().get(id).cloned();
                found.ok_or_else(|| SqlError::internal(format!("no plan {id} for a subquery")))?
            }
        };
        let around = self
            .place
            .scopes
            .iter()
            .fold(Scope::default(), |all, scope| all.and((*scope).clone()));
        let (plan, outer) = self
            .analyzer
            .inside(around, || Ok(self.analyzer.relation(&plan)?.sealed()))?;
        match &subquery.kind {
            SpecKind::Scalar => scalar(plan, outer, origin),
            SpecKind::Exists => {
                let subquery = Subquery {
                    kind: SubqueryKind::Exists,
                    plan,
                    outer,
                };
                Ok(Expr::new(
                    ExprKind::Subquery(subquery),
                    DataType::Boolean,
                    false,
                ))
            }
            SpecKind::In(values) => {
                let values = self.exprs(values)?;
                self.one_of(values, plan, outer, origin)
            }
            SpecKind::TableArg(_) => Err(unsupported("TABLE arguments").at(origin)),
        }
    }

    /// `values IN (query)`.
    fn one_of(
        &self,
        values: Vec<Expr>,
        plan: Plan,
        outer: Vec<Attribute>,
        origin: &Origin,
    ) -> Result<Expr> {
        if values.len() != plan.output().len() {
            let names = |names: Vec<String>| names.join(", ");
            return Err(
                SqlError::new(condition::DATATYPE_MISMATCH_IN_SUBQUERY_LENGTH_MISMATCH)
                    .with("sqlExpr", shown(&values))
                    .with("leftLength", values.len().to_string())
                    .with("rightLength", plan.output().len().to_string())
                    .with(
                        "leftColumns",
                        names(values.iter().map(naming::quoted).collect()),
                    )
                    .with(
                        "rightColumns",
                        names(
                            plan.output()
                                .iter()
                                .map(|c| format!("\"{}\"", c.name))
                                .collect(),
                        ),
                    )
                    .at(origin),
            );
        }
        let rules = &self.analyzer.settings.rules;
        let (mut left, mut right, mut cast) = (Vec::new(), Vec::new(), false);
        let sql = shown(&values);
        for (value, column) in values.into_iter().zip(plan.output()) {
            let common = types::common_type(value.data_type(), &column.data_type, rules);
            let Some(common) = common else {
                return Err(SqlError::new(
                    condition::DATATYPE_MISMATCH_IN_SUBQUERY_DATA_TYPE_MISMATCH,
                )
                .with("sqlExpr", sql)
                .with(
                    "mismatchedColumns",
                    format!(
                        "({}:{}, {}:{})",
                        naming::sql(&value),
                        value.data_type().simple_string(),
                        column.name,
                        column.data_type.simple_string(),
                    ),
                )
                .with("leftType", super::quoted_type(value.data_type()))
                .with("rightType", super::quoted_type(&column.data_type))
                .at(origin));
            };
            left.push(self.coerced(value, &common));
            let item = self.coerced(Expr::column(column), &common);
            cast |= !matches!(item.kind(), ExprKind::Column(_));
            right.push(self.analyzer.named(&column.name, item));
        }
        let nullable =
            left.iter().any(Expr::nullable) || plan.output().iter().any(|column| column.nullable);
        let plan = if cast {
            Plan::project(plan, right)
        } else {
            plan
        };
        let subquery = Subquery {
            kind: SubqueryKind::In(left),
            plan,
            outer,
        };
        Ok(Expr::new(
            ExprKind::Subquery(subquery),
            DataType::Boolean,
            nullable,
        ))
    }
}

/// The comparison with a query, as error parameters show it.
fn shown(values: &[Expr]) -> String {
    let values: Vec<String> = values.iter().map(naming::sql).collect();
    format!("\"({} IN (listquery()))\"", values.join(", "))
}

fn scalar(plan: Plan, outer: Vec<Attribute>, origin: &Origin) -> Result<Expr> {
    let [column] = plan.output() else {
        return Err(SqlError::new(
            condition::INVALID_SUBQUERY_EXPRESSION_SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN,
        )
        .with("number", plan.output().len().to_string())
        .at(origin));
    };
    let data_type = column.data_type.clone();
    let subquery = Subquery {
        kind: SubqueryKind::Scalar,
        plan,
        outer,
    };
    Ok(Expr::new(ExprKind::Subquery(subquery), data_type, true))
}
