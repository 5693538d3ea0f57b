//! GROUP BY.

use std::collections::HashMap;

use flint_sql_spec::{
    Aggregate as SpecAggregate, DataType, Expr as Spec, ExprKind as SpecKind, GroupKind,
    GroupingKind, Literal, Result, SqlError, WindowSpec, condition,
};

use super::Analysed;
use super::grouped::Grouped;
use super::select::Select;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, read_all, written_name};
use crate::naming;
use crate::resolved::{Attribute, Expr, ExprKind, Named, SubqueryKind};
use crate::scope::Scope;

impl Select {
    /// Groups the input, and puts the list over the groups.
    pub(super) fn group(
        &mut self,
        analyzer: &Analyzer<'_>,
        grouping: Vec<Expr>,
        sets: Option<Vec<Vec<usize>>>,
    ) -> Result<()> {
        for expr in &grouping {
            if expr.any(&mut |e| matches!(e.kind(), ExprKind::Aggregate(_))) {
                return Err(SqlError::new(condition::GROUP_BY_AGGREGATE)
                    .with("sqlExpr", naming::sql(expr))
                    .at(expr.origin()));
            }
            let map = matches!(expr.data_type(), DataType::Map { .. });
            if !map && !crate::types::is_orderable(expr.data_type()) {
                return Err(
                    SqlError::new(condition::GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE)
                        .with("sqlExpr", naming::quoted(expr))
                        .with("dataType", crate::expr::quoted_type(expr.data_type()))
                        .at(expr.origin()),
                );
            }
        }
        let nullable = sets.is_some();
        let grouping = grouping.into_iter().map(|expr| match expr.kind() {
            // A column keeps its id, so that subqueries go on to mean it; not where sets null it.
            ExprKind::Column(column) if !nullable => Named {
                column: column.clone(),
                expr,
            },
            _ => {
                let mut named = analyzer.named(&naming::column_name(&expr), expr);
                named.column.nullable |= nullable;
                named
            }
        });
        let mut grouped = Grouped {
            grouping: grouping.collect(),
            sets: sets.map(|sets| {
                let id = analyzer.attribute("spark_grouping_id", &DataType::Long, false);
                (sets, id)
            }),
            aggregates: Vec::new(),
        };
        let none = HashMap::new();
        for item in &self.items {
            only_grouped_subqueries(&item.expr, &grouped.grouping)?;
        }
        for item in &mut self.items {
            let over = grouped.over_groups(analyzer, &item.expr, &none)?;
            // A plain column of the input that is now one of the groups' own.
            if let ExprKind::Column(column) = over.kind()
                && matches!(item.expr.kind(), ExprKind::Column(c) if c.id == item.column.id)
            {
                item.column = Attribute {
                    name: item.column.name.clone(),
                    ..column.clone()
                };
            }
            item.column.nullable = over.nullable();
            item.expr = over;
        }
        self.grouped = Some(grouped);
        Ok(())
    }
}

impl Analyzer<'_> {
    pub(super) fn aggregate(&self, spec: &SpecAggregate) -> Result<Analysed> {
        self.aggregate_with(spec, HashMap::new())
    }

    pub(super) fn aggregate_with(
        &self,
        spec: &SpecAggregate,
        windows: HashMap<String, WindowSpec>,
    ) -> Result<Analysed> {
        let input = self.relation(&spec.input)?;
        self.aggregate_over(input, spec, windows)
    }

    /// The same over an input that is analysed already, not over the one that is named.
    pub(super) fn aggregate_over(
        &self,
        input: Analysed,
        spec: &SpecAggregate,
        windows: HashMap<String, WindowSpec>,
    ) -> Result<Analysed> {
        if let GroupKind::Pivot { column, values } = &spec.group {
            return self.grouped_pivot(input, spec, column, values);
        }
        let none = HashMap::new();
        let listed = read_all(&spec.aggregates)?;
        let (input, time) = self.grouped_by_time(input, &spec.grouping)?;
        let mut items = self.select_list(&input.scope, &none, &listed, &windows)?;
        let (mut grouping, sets) = self.grouping(spec, &input.scope, &items)?;
        if let Some(time) = time {
            grouping = grouping.iter().map(|expr| time.over(expr)).collect();
            items = items.iter().map(|item| time.over_named(item)).collect();
        }
        if !spec.lists_output {
            // The API's groupBy puts the grouping columns in front.
            let front = self.grouping_columns(&spec.grouping, &grouping);
            items = front.into_iter().chain(items).collect();
        }
        let mut select = Select {
            input: input.plan,
            below: input.scope,
            grouped: None,
            having: Vec::new(),
            qualify: Vec::new(),
            output: Scope::default(),
            items,
            windows,
        };
        select.group(self, grouping, sets)?;
        select.name_output();
        Ok(select.analysed(self))
    }

    /// Grouping expressions as columns of the result.
    pub(super) fn grouping_columns(&self, specs: &[Spec], grouping: &[Expr]) -> Vec<Named> {
        let alias = |i: usize| match specs.get(i).map(Spec::kind) {
            Some(SpecKind::Alias(alias)) => alias.names.first().cloned(),
            // A field of a struct is named as the field.
            _ => specs.get(i).and_then(written_name),
        };
        let aliased = |i: usize| matches!(specs.get(i).map(Spec::kind), Some(SpecKind::Alias(_)));
        let column = |(i, expr): (usize, &Expr)| match (expr.kind(), alias(i)) {
            (ExprKind::Column(column), _) if !aliased(i) => Named {
                column: column.clone(),
                expr: expr.clone(),
            },
            (_, Some(name)) => self.named(&name, expr.clone()),
            _ => self.named(&naming::column_name(expr), expr.clone()),
        };
        grouping.iter().enumerate().map(column).collect()
    }

    /// What is grouped by, and the groupings as positions in it.
    fn grouping(
        &self,
        spec: &SpecAggregate,
        scope: &Scope,
        items: &[Named],
    ) -> Result<(Vec<Expr>, Option<Vec<Vec<usize>>>)> {
        let by = |specs: &[Spec]| -> Result<Vec<Expr>> {
            specs
                .iter()
                .map(|s| self.group_expr(s, scope, items))
                .collect()
        };
        match &spec.group {
            GroupKind::All => {
                let plain = |item: &&Named| {
                    !item
                        .expr
                        .any(&mut |e| matches!(e.kind(), ExprKind::Aggregate(_)))
                };
                let all: Vec<Expr> = items.iter().filter(plain).map(|i| i.expr.clone()).collect();
                // A column beside an aggregate function, and nothing that it could be grouped by.
                if all.is_empty() && items.iter().any(|item| has_bare_column(&item.expr)) {
                    return Err(SqlError::new(condition::UNRESOLVED_ALL_IN_GROUP_BY));
                }
                Ok((all, None))
            }
            GroupKind::GroupBy => self.group_by(&spec.grouping, scope, items),
            GroupKind::Cube => {
                let all = by(&spec.grouping)?;
                let sets = subsets(&positions(all.len()));
                Ok((all, Some(sets)))
            }
            GroupKind::Rollup => {
                let all = by(&spec.grouping)?;
                let sets = prefixes(&positions(all.len()));
                Ok((all, Some(sets)))
            }
            GroupKind::GroupingSets(sets) => {
                let mut all = distinct(by(&spec.grouping)?);
                let mut numbered = Vec::new();
                for set in sets {
                    numbered.push(numbers(&mut all, by(set)?));
                }
                Ok((all, Some(numbered)))
            }
            GroupKind::Pivot { .. } => Err(SqlError::internal("a pivot is no list of groups")),
        }
    }

    /// GROUP BY whose members may be CUBE and the like: their groupings are multiplied.
    fn group_by(
        &self,
        specs: &[Spec],
        scope: &Scope,
        items: &[Named],
    ) -> Result<(Vec<Expr>, Option<Vec<Vec<usize>>>)> {
        let mut all: Vec<Expr> = Vec::new();
        let mut product: Vec<Vec<usize>> = vec![Vec::new()];
        let mut analytics = false;
        for spec in specs {
            let sets: Vec<Vec<usize>> = match spec.kind() {
                SpecKind::GroupingAnalytics(grouping) => {
                    analytics = true;
                    let mut members = Vec::new();
                    for set in &grouping.sets {
                        let exprs = set
                            .iter()
                            .map(|s| self.group_expr(s, scope, items))
                            .collect::<Result<Vec<_>>>()?;
                        members.push(numbers(&mut all, exprs));
                    }
                    match grouping.kind {
                        GroupingKind::GroupingSets => members,
                        GroupingKind::Cube => subsets(&members),
                        GroupingKind::Rollup => prefixes(&members),
                    }
                }
                _ => vec![numbers(
                    &mut all,
                    vec![self.group_expr(spec, scope, items)?],
                )],
            };
            product = product
                .iter()
                .flat_map(|head| sets.iter().map(move |set| joined(head, set)))
                .collect();
        }
        Ok((all, analytics.then_some(product)))
    }

    /// One member of GROUP BY: a position in the list, a name of the list, or an expression.
    fn group_expr(&self, spec: &Spec, scope: &Scope, items: &[Named]) -> Result<Expr> {
        if let (true, Some(Literal::Integer(position))) =
            (self.settings.group_by_ordinal, spec.as_literal())
        {
            return self.group_position(*position, spec, items);
        }
        let place = Place::over(scope, "aggregate");
        let resolved = Resolver::new(self, &place).expr(spec);
        match resolved {
            Err(error)
                if self.settings.group_by_aliases && super::select::is_unresolved(&error) =>
            {
                let name = crate::expr::bare_name(spec);
                let item = name.and_then(|name| {
                    items
                        .iter()
                        .find(|item| self.case().same(&item.column.name, name))
                });
                item.map(|item| item.expr.clone()).ok_or(error)
            }
            resolved => resolved,
        }
    }

    fn group_position(&self, position: i32, spec: &Spec, items: &[Named]) -> Result<Expr> {
        let item = usize::try_from(position)
            .ok()
            .and_then(|p| p.checked_sub(1))
            .and_then(|p| items.get(p));
        let Some(item) = item else {
            return Err(SqlError::new(condition::GROUP_BY_POS_OUT_OF_RANGE)
                .with("index", position.to_string())
                .with("size", items.len().to_string())
                .at(spec.origin()));
        };
        if item
            .expr
            .any(&mut |e| matches!(e.kind(), ExprKind::Aggregate(_)))
        {
            return Err(SqlError::new(condition::GROUP_BY_POS_AGGREGATE)
                .with("index", position.to_string())
                .with(
                    "aggExpr",
                    format!("{} AS `{}`", naming::sql(&item.expr), item.column.name),
                )
                .at(spec.origin()));
        }
        Ok(item.expr.clone())
    }
}

/// The error for a correlated scalar subquery that is neither grouped by nor aggregated.
fn only_grouped_subqueries(expr: &Expr, grouping: &[Named]) -> Result<()> {
    if grouping.iter().any(|named| named.expr == *expr) {
        return Ok(());
    }
    match expr.kind() {
        ExprKind::Aggregate(_) => Ok(()),
        ExprKind::Subquery(subquery)
            if matches!(subquery.kind, SubqueryKind::Scalar) && !subquery.outer.is_empty() =>
        {
            Err(
                SqlError::new(condition::SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION)
                    .with("sqlExpr", naming::quoted(expr))
                    .at(expr.origin()),
            )
        }
        _ => expr
            .children()
            .into_iter()
            .try_for_each(|child| only_grouped_subqueries(child, grouping)),
    }
}

/// Whether a column is used outside of aggregate functions.
fn has_bare_column(expr: &Expr) -> bool {
    match expr.kind() {
        ExprKind::Column(_) => true,
        ExprKind::Aggregate(_) => false,
        _ => expr.children().into_iter().any(has_bare_column),
    }
}

fn positions(count: usize) -> Vec<Vec<usize>> {
    (0..count).map(|i| vec![i]).collect()
}

/// All subsets, the whole first.
fn subsets(members: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = members.split_first() else {
        return vec![Vec::new()];
    };
    let rest = subsets(rest);
    let with = rest.iter().map(|set| joined(first, set));
    with.chain(rest.iter().cloned()).collect()
}

/// All prefixes, the whole first.
fn prefixes(members: &[Vec<usize>]) -> Vec<Vec<usize>> {
    (0..=members.len())
        .rev()
        .map(|n| members[..n].concat())
        .collect()
}

fn joined(a: &[usize], b: &[usize]) -> Vec<usize> {
    let new = b.iter().filter(|i| !a.contains(i));
    a.iter().chain(new).copied().collect()
}

fn distinct(exprs: Vec<Expr>) -> Vec<Expr> {
    let mut all = Vec::new();
    numbers(&mut all, exprs);
    all
}

/// The positions of expressions in `all`, where those that are new are added.
fn numbers(all: &mut Vec<Expr>, exprs: Vec<Expr>) -> Vec<usize> {
    exprs
        .into_iter()
        .map(|expr| match all.iter().position(|known| *known == expr) {
            Some(position) => position,
            None => {
                all.push(expr);
                all.len() - 1
            }
        })
        .collect()
}
