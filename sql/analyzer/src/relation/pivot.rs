//! PIVOT: rows turned into columns.
//!
//! As Spark's `PivotTransformer`: one aggregation by the grouping columns and the pivot column, then
//! one by the grouping columns alone, which takes for each value the row that has it. A value that a
//! group does not have so gives NULL, whatever the aggregate function.

use std::collections::HashMap;

use flint_sql_spec::{
    Aggregate, DataType, Expr as Spec, ExprKind as SpecKind, Literal, Origin, Pivot, Result,
    SqlError, condition, quote_part,
};

use super::Analysed;
use super::grouped::Grouped;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::functions::{self, Modifiers};
use crate::naming;
use crate::resolved::{Expr, ExprKind, Named, Plan, PlanKind, SortKey};
use crate::scope::Scope;
use crate::types;

impl Analyzer<'_> {
    /// SQL's PIVOT: grouped by all columns that are not mentioned.
    pub(super) fn pivot(&self, pivot: &Pivot, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&pivot.input)?;
        let place = Place::over(&input.scope, "pivot");
        let column = Resolver::new(self, &place).expr(&pivot.column)?;
        let aggregates = self.pivot_aggregates(&input.scope, &pivot.aggregates)?;
        let mentioned: Vec<_> = aggregates
            .iter()
            .flat_map(|named| named.expr.columns())
            .chain(column.columns())
            .collect();
        let grouping = input
            .scope
            .visible()
            .filter(|c| !mentioned.contains(&c.attribute.id))
            .map(|c| Named::kept(&c.attribute))
            .collect();
        self.pivoted(input, grouping, column, &pivot.values, aggregates, origin)
    }

    /// `groupBy(..).pivot(column[, values]).agg(..)`.
    pub(super) fn grouped_pivot(
        &self,
        input: Analysed,
        spec: &Aggregate,
        column: &Spec,
        values: &[Spec],
    ) -> Result<Analysed> {
        let place = Place::over(&input.scope, "pivot");
        let mut resolver = Resolver::new(self, &place);
        let pivot = resolver.expr(column)?;
        let grouping = resolver.exprs(&spec.grouping)?;
        let grouping = self.grouping_columns(&spec.grouping, &grouping);
        let aggregates = self.pivot_aggregates(&input.scope, &spec.aggregates)?;
        let origin = column.origin();
        if values.is_empty() {
            let values = self.pivot_values(&input.plan, &pivot)?;
            return self.pivoted(input, grouping, pivot, &values, aggregates, origin);
        }
        self.pivoted(input, grouping, pivot, values, aggregates, origin)
    }

    /// The values of the pivot column, in order, from a run of the input.
    fn pivot_values(&self, input: &Plan, pivot: &Expr) -> Result<Vec<Spec>> {
        let most = self.settings.pivot_max_values;
        let named = self.named("pivot", pivot.clone());
        let key = SortKey {
            expr: Expr::column(&named.column),
            descending: false,
            nulls_first: true,
        };
        let plan = Plan::project(input.clone(), vec![named]);
        let deduplicate = |input: &Plan| PlanKind::Deduplicate {
            input: input.clone(),
            columns: Vec::new(),
        };
        let plan = Plan::like(&plan, deduplicate(&plan));
        let limit = |input: &Plan| PlanKind::Limit {
            input: input.clone(),
            skip: 0,
            fetch: Some(most as u64 + 1),
        };
        let plan = Plan::like(&plan, limit(&plan));
        let sort = |input: &Plan| PlanKind::Sort {
            input: input.clone(),
            keys: vec![key],
            global: true,
        };
        let rows = self.catalog.eager(&Plan::like(&plan, sort(&plan)))?;
        if rows.len() > most {
            return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1324)
                .with("pivotColumn", naming::sql(pivot))
                .with("maxValues", most.to_string())
                .with("config", "\"spark.sql.pivotMaxValues\""));
        }
        Ok(rows.into_iter().flatten().map(Spec::literal).collect())
    }

    /// The aggregates of a pivot, by the names that columns get.
    pub(super) fn pivot_aggregates(&self, scope: &Scope, specs: &[Spec]) -> Result<Vec<Named>> {
        let place = Place::over(scope, "pivot");
        let mut all = Vec::new();
        for spec in specs {
            for named in Resolver::new(self, &place).items(spec)? {
                let is_aggregate = |e: &Expr| matches!(e.kind(), ExprKind::Aggregate(_));
                if !named.expr.any(&mut |e| is_aggregate(e)) {
                    return Err(SqlError::new(condition::PIVOT_NEEDS_AGGREGATE)
                        .with("sql", naming::sql(&named.expr))
                        .at(spec.origin()));
                }
                all.push(named);
            }
        }
        Ok(all)
    }

    pub(super) fn pivoted(
        &self,
        input: Analysed,
        grouping: Vec<Named>,
        column: Expr,
        values: &[Spec],
        aggregates: Vec<Named>,
        origin: &Origin,
    ) -> Result<Analysed> {
        if !types::is_orderable(column.data_type()) {
            return Err(SqlError::new(condition::INCOMPARABLE_PIVOT_COLUMN)
                .with("columnName", quote_part(&naming::column_name(&column)))
                .at(origin));
        }
        let kept: Vec<_> = grouping.iter().map(|g| g.column.clone()).collect();
        let pivot = self.named("pivot", column);
        let mut grouped = Grouped {
            grouping: grouping.into_iter().chain([pivot.clone()]).collect(),
            sets: None,
            aggregates: Vec::new(),
        };
        let mut made = Vec::new();
        for named in &aggregates {
            let over = grouped.over_groups(self, &named.expr, &HashMap::new())?;
            made.push(self.named(&named.column.name, over));
        }
        let through = kept.iter().chain([&pivot.column]).map(Named::kept);
        let exprs = through.chain(made.iter().cloned()).collect();
        let inner = Plan::project(grouped.plan(input.plan), exprs);

        let mut columns = Vec::new();
        for value in values {
            columns.extend(self.pivot_value(&pivot, value, &made, origin)?);
        }
        let output: Vec<_> = kept
            .iter()
            .cloned()
            .chain(columns.iter().map(|named| named.column.clone()))
            .collect();
        let grouping = kept.iter().map(Named::kept);
        let kind = PlanKind::Aggregate {
            input: inner,
            grouping: grouping.collect(),
            sets: None,
            aggregates: columns,
        };
        Ok(Analysed::of(Plan::new(kind, output)))
    }

    /// The columns of one value, one for each aggregate.
    fn pivot_value(
        &self,
        pivot: &Named,
        spec: &Spec,
        made: &[Named],
        origin: &Origin,
    ) -> Result<Vec<Named>> {
        let (spec, alias) = match spec.kind() {
            SpecKind::Alias(alias) => (&alias.expr, alias.names.first().cloned()),
            _ => (spec, None),
        };
        let nothing = Scope::default();
        let place = Place::over(&nothing, "pivot");
        let mut resolver = Resolver::new(self, &place);
        let value = resolver.expr(spec).map_err(|error| {
            if !super::select::is_unresolved(&error) {
                return error;
            }
            let written = spec.origin().fragment().unwrap_or_default();
            SqlError::new(condition::NON_LITERAL_PIVOT_VALUES)
                .with("expression", format!("\"{written}\""))
                .at(spec.origin())
        })?;
        let name = alias.map_or_else(|| shown(&value), |alias| alias.to_string());
        let value = resolver.coerced(value, pivot.expr.data_type());
        let is_value = resolver.bind("<=>", vec![Expr::column(&pivot.column), value], origin)?;
        let rules = &self.settings.rules;
        made.iter()
            .map(|aggregate| {
                let modifiers = Modifiers {
                    filter: Some(is_value.clone()),
                    ..Modifiers::default()
                };
                let args = vec![Expr::column(&aggregate.column)];
                let first = functions::bind("first", args, modifiers, rules, origin)?;
                let name = if made.len() == 1 {
                    name.clone()
                } else {
                    format!("{name}_{}", aggregate.column.name)
                };
                let mut named = self.named(&name, first);
                named.column.nullable = true;
                Ok(named)
            })
            .collect()
    }
}

/// A constant as a cast to a string shows it.
fn shown(value: &Expr) -> String {
    match value.kind() {
        ExprKind::Literal(Literal::String(text)) => text.to_string(),
        ExprKind::Literal(Literal::Date(_) | Literal::Timestamp(_) | Literal::TimestampNtz(_)) => {
            let named = naming::column_name(value);
            named.split('\'').nth(1).unwrap_or_default().to_owned()
        }
        ExprKind::Literal(Literal::Null(_)) => "null".to_owned(),
        ExprKind::Call(call) if &*call.function == "named_struct" => {
            let values: Vec<String> = call.args.iter().skip(1).step_by(2).map(shown).collect();
            format!("{{{}}}", values.join(", "))
        }
        ExprKind::Cast(cast) if matches!(value.data_type(), DataType::String(_)) => {
            shown(&cast.expr)
        }
        _ => naming::column_name(value),
    }
}
