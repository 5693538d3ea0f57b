//! UNION, INTERSECT and EXCEPT.
//!
//! The last two are joins on all columns in which null equals null. With `ALL` rows count: equal
//! rows of a side are numbered, and the number is one more column to join on.

use std::sync::Arc;

use datafusion::common::{DFSchema, JoinConstraint, JoinType, NullEquality};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Distinct, Expr, ExprFunctionExt, Join, LogicalPlan, Union, Window};
use flint_sql_analyzer::resolved::{self, Attribute, Plan, SetKind};
use flint_sql_columnar::{Raised, arrow_field};
use flint_sql_spec::SqlError;

use super::{Lowering, project};
use crate::columns;

impl Lowering<'_> {
    pub(super) fn set(
        &self,
        kind: SetKind,
        all: bool,
        inputs: &[Plan],
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        if kind == SetKind::Union {
            return self.union(inputs, output, all);
        }
        let [left, right] = inputs else {
            return Err(SqlError::internal("two inputs were expected").into());
        };
        let (left_names, left) = self.side(left, output, all, false)?;
        let (right_names, right) = self.side(right, output, all, true)?;
        let left = if all {
            left
        } else {
            LogicalPlan::Distinct(Distinct::All(Arc::new(left)))
        };
        let pairs = left_names.iter().zip(&right_names);
        let on = pairs
            .map(|(l, r)| (columns::by_name(l), columns::by_name(r)))
            .collect();
        let kind = match kind {
            SetKind::Except => JoinType::LeftAnti,
            SetKind::Intersect | SetKind::Union => JoinType::LeftSemi,
        };
        let join = Join::try_new(
            Arc::new(left),
            Arc::new(right),
            on,
            None,
            kind,
            JoinConstraint::On,
            NullEquality::NullEqualsNull,
            false,
        )?;
        let names = &left_names[..output.len()];
        let exprs = names.iter().zip(output);
        let exprs = exprs.map(|(name, column)| columns::called(columns::by_name(name), column.id));
        project(LogicalPlan::Join(join), exprs.collect())
    }

    fn union(
        &self,
        inputs: &[Plan],
        output: &[Attribute],
        all: bool,
    ) -> Result<LogicalPlan, Raised> {
        let inputs = inputs
            .iter()
            .map(|input| {
                let lowered = self.lower(input)?;
                let pairs = input.output().iter().zip(output);
                let exprs = pairs.map(|(from, to)| columns::called(columns::column(from), to.id));
                Ok(Arc::new(project(lowered, exprs.collect())?))
            })
            .collect::<Result<Vec<_>, Raised>>()?;
        let fields = output
            .iter()
            .map(|column| {
                let name = columns::name(column.id);
                arrow_field(&name, &column.data_type, column.nullable).map(|field| (None, field))
            })
            .collect::<Result<Vec<_>, SqlError>>()?;
        let schema = DFSchema::new_with_metadata(fields, Default::default())?;
        let union = LogicalPlan::Union(Union {
            inputs,
            schema: Arc::new(schema),
        });
        Ok(if all {
            union
        } else {
            LogicalPlan::Distinct(Distinct::All(Arc::new(union)))
        })
    }

    /// One side with columns of fresh names, equal where Spark says equal, numbered where rows count.
    fn side(
        &self,
        input: &Plan,
        output: &[Attribute],
        all: bool,
        right: bool,
    ) -> Result<(Vec<String>, LogicalPlan), Raised> {
        let lowered = self.lower(input)?;
        debug_assert_eq!(input.output().len(), output.len());
        let mut names = Vec::with_capacity(output.len());
        let mut exprs = Vec::with_capacity(output.len());
        for column in input.output() {
            let name = self.fresh();
            exprs.push(
                self.comparable(&resolved::Expr::column(column))?
                    .alias(&name),
            );
            names.push(name);
        }
        let plan = project(lowered, exprs)?;
        if !all {
            return Ok((names, plan));
        }
        let by: Vec<Expr> = names.iter().map(columns::by_name).collect();
        let number = row_number().partition_by(by).build()?;
        let text = if right { "~right" } else { "~left" };
        let name = format!("{text}{}", self.fresh());
        let window = Window::try_new(vec![number.alias(&name)], Arc::new(plan))?;
        names.push(name);
        Ok((names, LogicalPlan::Window(window)))
    }
}
