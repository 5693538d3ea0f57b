//! Nodes that choose, order and compute rows: projections, filters, sorts, limits and the operators
//! of ours.

use std::sync::Arc;

use datafusion::logical_expr::{Distinct, Expr, Filter, Limit, LogicalPlan, Sort, lit};
use flint_sql_analyzer::resolved::{self, Attribute, ExprKind, Named, Plan, PlanKind, SortKey};
use flint_sql_columnar::{Raised, arrow_field};
use flint_sql_spec::{DataType, SqlError};

use super::{Lowering, all_columns, output_columns, project};
use crate::columns;
use crate::operators::{JoinStrategy, Operator, node};

/// Expressions, and for each whether it descends and whether nulls come first.
type OrderKeys = (Vec<Expr>, Vec<(bool, bool)>);

impl Lowering<'_> {
    pub(super) fn project(&self, input: &Plan, exprs: &[Named]) -> Result<LogicalPlan, Raised> {
        let input = self.lower(input)?;
        let values: Vec<&resolved::Expr> = exprs.iter().map(|named| &named.expr).collect();
        let (input, replaced) = self.with_values_of_partitions(input, &values)?;
        let named: Vec<Named> = exprs
            .iter()
            .zip(replaced)
            .map(|(named, expr)| Named {
                expr,
                column: named.column.clone(),
            })
            .collect();
        project(input, self.named(&named)?)
    }

    pub(super) fn filter(
        &self,
        input: &Plan,
        condition: &resolved::Expr,
    ) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        let (lowered, replaced) = self.with_values_of_partitions(lowered, &[condition])?;
        let condition = self.condition(&replaced[0])?;
        let filter = Filter::try_new(condition, Arc::new(lowered))?;
        Ok(LogicalPlan::Filter(filter))
    }

    pub(super) fn sort(
        &self,
        input: &Plan,
        keys: &[SortKey],
        global: bool,
    ) -> Result<LogicalPlan, Raised> {
        let input = self.lower(input)?;
        if !global {
            return self.sort_within_partitions(input, keys);
        }
        let expr = self.sort_keys(keys)?;
        Ok(LogicalPlan::Sort(Sort {
            expr,
            input: Arc::new(input),
            fetch: None,
        }))
    }

    /// A relation with advice for the join above, where the hint is of that kind. Others are passed
    /// over, as in Spark.
    pub(super) fn hint(&self, input: &Plan, name: &str) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        match JoinStrategy::named(name) {
            Some(strategy) => node(lowered, Operator::Advice { strategy }, None),
            None => Ok(lowered),
        }
    }

    pub(super) fn limit(
        &self,
        input: &Plan,
        skip: u64,
        fetch: Option<u64>,
    ) -> Result<LogicalPlan, Raised> {
        if fetch.is_some() {
            self.bound_rows_of(input);
        }
        let input = Arc::new(self.lower(input)?);
        let rows = |count: u64| Box::new(lit(i64::try_from(count).unwrap_or(i64::MAX)));
        Ok(LogicalPlan::Limit(Limit {
            skip: (skip > 0).then(|| rows(skip)),
            fetch: fetch.map(rows),
            input,
        }))
    }

    /// The last rows: those of the reversed order of arrival, which a numbering keeps.
    pub(super) fn tail(&self, input: &Plan, count: u64) -> Result<LogicalPlan, Raised> {
        let input = self.lower(input)?;
        node(input, Operator::Tail { count }, None)
    }

    pub(super) fn deduplicate(
        &self,
        input: &Plan,
        by: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        let output = input.output();
        let covers = by.is_empty() || columns::unique(output).len() == columns::unique(by).len();
        if covers {
            let floats = output.iter().any(|column| has_floats(&column.data_type));
            let plan = project(lowered, output_columns(output))?;
            if !floats {
                return Ok(LogicalPlan::Distinct(Distinct::All(Arc::new(plan))));
            }
            return self.distinct_rows(plan, output);
        }
        self.first_of_each(lowered, output, by)
    }

    pub(super) fn expand(
        &self,
        input: &Plan,
        projections: &[Vec<resolved::Expr>],
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        let lists = projections
            .iter()
            .map(|list| list.iter().map(|expr| self.expr(expr)).collect())
            .collect::<Result<Vec<Vec<Expr>>, Raised>>()?;
        let fields = fields_of(output)?;
        node(lowered, Operator::Expand { lists }, Some(fields))
    }

    pub(super) fn generate(
        &self,
        input: &Plan,
        generator: &resolved::Expr,
        outer: bool,
        columns: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let ExprKind::Call(call) = generator.kind() else {
            return Err(SqlError::internal("a generator is a call").into());
        };
        let lowered = self.lower(input)?;
        let lowered = project(lowered, output_columns(input.output()))?;
        let args: Vec<Expr> = call
            .args
            .iter()
            .map(|arg| self.expr(arg))
            .collect::<Result<_, _>>()?;
        let mut fields: Vec<_> = lowered.schema().fields().iter().cloned().collect();
        fields.extend(fields_of(columns)?);
        let operator = Operator::Generate {
            function: call.function.to_string(),
            site: self.site(&call.args, generator, call.ansi),
            args,
            outer,
        };
        node(lowered, operator, Some(fields))
    }

    pub(super) fn sample(
        &self,
        input: &Plan,
        (lower, upper): (f64, f64),
        with_replacement: bool,
        seed: Option<i64>,
    ) -> Result<LogicalPlan, Raised> {
        let input = self.lower(input)?;
        let operator = Operator::Sample {
            lower: lower.to_bits(),
            upper: upper.to_bits(),
            with_replacement,
            seed: seed.unwrap_or_else(|| self.random_seed()),
        };
        node(input, operator, None)
    }

    pub(super) fn repartition(&self, plan: &Plan) -> Result<LogicalPlan, Raised> {
        let PlanKind::Repartition {
            input,
            num_partitions,
            by,
            ranges,
            shuffle,
        } = plan.kind()
        else {
            return Err(SqlError::internal("a repartitioning was expected").into());
        };
        let lowered = self.lower(input)?;
        let count = match num_partitions {
            Some(count) => (*count).max(1) as usize,
            None => self.default_partitions,
        };
        let operator = if !ranges.is_empty() {
            let (exprs, directions) = self.range_keys(ranges)?;
            Operator::Range {
                exprs,
                directions,
                partitions: count,
            }
        } else if !shuffle {
            Operator::Merge { partitions: count }
        } else if by.is_empty() {
            Operator::Deal { partitions: count }
        } else {
            let by: Result<Vec<_>, Raised> = by.iter().map(|expr| self.comparable(expr)).collect();
            Operator::Scatter {
                exprs: by?,
                partitions: count,
            }
        };
        node(lowered, operator, None)
    }

    fn sort_within_partitions(
        &self,
        input: LogicalPlan,
        keys: &[SortKey],
    ) -> Result<LogicalPlan, Raised> {
        let (exprs, directions) = self.range_keys(keys)?;
        node(input, Operator::SortPartitions { exprs, directions }, None)
    }

    /// Keys of an order that an operator of ours keeps.
    fn range_keys(&self, keys: &[SortKey]) -> Result<OrderKeys, Raised> {
        let mut exprs = Vec::with_capacity(keys.len());
        let mut directions = Vec::with_capacity(keys.len());
        for key in keys {
            exprs.push(self.comparable(&key.expr)?);
            directions.push((key.descending, key.nulls_first));
        }
        Ok((exprs, directions))
    }

    /// Rows that differ, where values are compared as Spark does: floats are made equal first.
    fn distinct_rows(
        &self,
        input: LogicalPlan,
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let exprs = columns::unique(output).into_iter().map(|column| {
            let value = self.comparable(&resolved::Expr::column(column))?;
            Ok(columns::called(value, column.id))
        });
        let plan = project(input, exprs.collect::<Result<_, Raised>>()?)?;
        Ok(LogicalPlan::Distinct(Distinct::All(Arc::new(plan))))
    }

    /// The values of functions that hang on the partition and a row's place in it, computed below as
    /// columns, and the expressions with them in place.
    fn with_values_of_partitions(
        &self,
        input: LogicalPlan,
        exprs: &[&resolved::Expr],
    ) -> Result<(LogicalPlan, Vec<resolved::Expr>), Raised> {
        let mut found = Vec::new();
        let replaced: Vec<resolved::Expr> = exprs
            .iter()
            .map(|expr| self.replace_values_of_partitions(expr, &mut found))
            .collect();
        if found.is_empty() {
            return Ok((input, replaced));
        }
        let mut fields: Vec<_> = input.schema().fields().iter().cloned().collect();
        let mut values = Vec::with_capacity(found.len());
        for (column, value) in found {
            fields.push(arrow_field(
                &columns::name(column.id),
                &column.data_type,
                false,
            )?);
            values.push(value);
        }
        let all = project(input.clone(), all_columns(&input))?;
        let plan = node(all, Operator::PartitionValues { values }, Some(fields))?;
        Ok((plan, replaced))
    }
}

/// Whether comparing values of a type compares floats.
pub(crate) fn has_floats(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float | DataType::Double => true,
        DataType::Array { element, .. } => has_floats(element),
        DataType::Map { key, value, .. } => has_floats(key) || has_floats(value),
        DataType::Struct(fields) => fields.iter().any(|field| has_floats(&field.data_type)),
        _ => false,
    }
}

pub(super) fn fields_of(output: &[Attribute]) -> Result<Vec<arrow::datatypes::FieldRef>, Raised> {
    let field = |column: &Attribute| {
        arrow_field(
            &columns::name(column.id),
            &column.data_type,
            column.nullable,
        )
    };
    Ok(output.iter().map(field).collect::<Result<_, _>>()?)
}
