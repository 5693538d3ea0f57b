//! [`Select`]: one SELECT with all its clauses.
//!
//! Its parts run in the order FROM and WHERE, GROUP BY, HAVING, window functions, QUALIFY, the list
//! of columns. ORDER BY, HAVING and QUALIFY see columns of the list and, behind them, columns of the
//! input; so the plan is made anew when one of them asks for more ([`Select::build`]).

use std::collections::HashMap;

use flint_sql_spec::{
    DataType, Expr as Spec, ExprKind as SpecKind, Ident, Origin, Relation, Result, SqlError,
    WindowSpec, condition, with_stack,
};

use super::grouped::Grouped;
use super::windows::Windows;
use super::{Analysed, scope_like};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, read_all};
use crate::naming;
use crate::resolved::{Attribute, Expr, ExprKind, Named, Plan, PlanKind};
use crate::scope::{Scope, ScopeColumn};

/// A SELECT in the making.
#[derive(Debug, Clone)]
pub(crate) struct Select {
    /// FROM and WHERE.
    pub(super) input: Plan,
    /// The names that it gives.
    pub(super) below: Scope,
    /// GROUP BY, if there are groups.
    pub(super) grouped: Option<Grouped>,
    /// HAVING, over the groups.
    pub(super) having: Vec<Expr>,
    /// QUALIFY, with window functions in place.
    pub(super) qualify: Vec<Expr>,
    /// The list, over the input or the groups, with window functions in place.
    pub(super) items: Vec<Named>,
    /// The names of the list.
    pub(super) output: Scope,
    /// WINDOW.
    pub(super) windows: HashMap<String, WindowSpec>,
}

impl Select {
    /// The plan, with `extra` columns behind those of the list.
    pub(super) fn build(&self, analyzer: &Analyzer<'_>, extra: &[Named]) -> Plan {
        let mut plan = match &self.grouped {
            Some(grouped) => grouped.plan(self.input.clone()),
            None => self.input.clone(),
        };
        for condition in &self.having {
            plan = filtered(plan, condition.clone());
        }
        let mut windows = Windows::default();
        let take = |named: &Named, windows: &mut Windows| Named {
            expr: windows.take(analyzer, &named.expr),
            column: named.column.clone(),
        };
        let items: Vec<Named> = self
            .items
            .iter()
            .chain(extra)
            .map(|named| take(named, &mut windows))
            .collect();
        let qualify: Vec<Expr> = self
            .qualify
            .iter()
            .map(|condition| windows.take(analyzer, condition))
            .collect();
        plan = windows.plan(plan);
        for condition in qualify {
            plan = filtered(plan, condition);
        }
        Plan::project(plan, items)
    }

    /// The finished relation, open for the clauses behind the list.
    pub(super) fn analysed(self, analyzer: &Analyzer<'_>) -> Analysed {
        Analysed {
            plan: self.build(analyzer, &[]),
            scope: self.output.clone(),
            open: Some(Box::new(self)),
        }
    }

    /// An expression of a clause behind the list, over the input or the groups: columns of the list
    /// stand for what they are made of.
    pub(super) fn inlined(&mut self, analyzer: &Analyzer<'_>, expr: &Expr) -> Result<Expr> {
        let items = &self.items;
        let made: HashMap<_, _> = items
            .iter()
            .filter(|named| !matches!(named.expr.kind(), ExprKind::Column(c) if c.id == named.column.id))
            .map(|named| (named.column.id, named.expr.clone()))
            .collect();
        let Some(grouped) = &mut self.grouped else {
            return Ok(expr.replace(&mut |part| match part.kind() {
                ExprKind::Column(column) => made.get(&column.id).cloned(),
                _ => None,
            }));
        };
        // Those of the list are over the groups already; the rest is not.
        grouped.over_groups(analyzer, expr, &made)
    }

    /// Resolves an expression of a clause behind the list.
    pub(super) fn behind(
        &self,
        analyzer: &Analyzer<'_>,
        expr: &Spec,
        clause: &'static str,
    ) -> Result<Expr> {
        let place = Place {
            scopes: vec![&self.output, &self.below],
            aggregated: Some(&self.below),
            aliases: &[],
            windows: &self.windows,
            clause,
        };
        Resolver::new(analyzer, &place).expr(expr)
    }
}

/// The aggregate functions of an expression, as they are shown.
pub(super) fn aggregates_of(expr: &Expr) -> Vec<String> {
    let mut all = Vec::new();
    expr.any(&mut |part| {
        if let ExprKind::Aggregate(_) = part.kind() {
            all.push(naming::sql(part));
        }
        false
    });
    all
}

/// Rows for which a condition holds.
pub(super) fn filtered(input: Plan, condition: Expr) -> Plan {
    let output = input.output().to_vec();
    Plan::new(PlanKind::Filter { input, condition }, output)
}

/// Checks that a condition is one.
pub(super) fn boolean(condition: Expr, analyzer: &Analyzer<'_>) -> Result<Expr> {
    match condition.data_type() {
        DataType::Boolean => Ok(condition),
        DataType::Null => {
            let place = Place::over(&EMPTY, "filter");
            Ok(Resolver::new(analyzer, &place).coerced(condition, &DataType::Boolean))
        }
        _ => Err(not_boolean(&condition)),
    }
}

fn not_boolean(condition: &Expr) -> SqlError {
    let sql = naming::quoted(condition);
    SqlError::new(condition::DATATYPE_MISMATCH_FILTER_NOT_BOOLEAN)
        .with("sqlExpr", sql.clone())
        .with("filter", sql)
        .with("type", crate::expr::quoted_type(condition.data_type()))
        .at(condition.origin())
}

/// No columns.
static EMPTY: Scope = Scope {
    columns: Vec::new(),
};

pub(super) fn has_aggregate(expr: &Expr) -> bool {
    with_stack(|| match expr.kind() {
        ExprKind::Aggregate(_) => true,
        // The window's own function is none; what is inside it can be.
        ExprKind::Window(window) => {
            let own = window.function.children();
            own.into_iter().any(has_aggregate)
                || window.partition_by.iter().any(has_aggregate)
                || window.order_by.iter().any(|key| has_aggregate(&key.expr))
        }
        _ => expr.children().into_iter().any(has_aggregate),
    })
}

impl Analyzer<'_> {
    /// `SELECT exprs FROM input` without GROUP BY.
    pub(super) fn project(&self, input: Option<&Relation>, exprs: &[Spec]) -> Result<Analysed> {
        self.project_with(input, exprs, HashMap::new())
    }

    pub(super) fn project_with(
        &self,
        input: Option<&Relation>,
        exprs: &[Spec],
        windows: HashMap<String, WindowSpec>,
    ) -> Result<Analysed> {
        let input = match input {
            Some(input) => self.relation(input)?,
            None => Analysed::of(Plan::new(PlanKind::OneRow, Vec::new())),
        };
        self.project_over(input, exprs, windows)
    }

    pub(super) fn project_over(
        &self,
        input: Analysed,
        exprs: &[Spec],
        windows: HashMap<String, WindowSpec>,
    ) -> Result<Analysed> {
        let exprs = &*read_all(exprs)?;
        let input = self.with_generators(input, exprs)?;
        let mut items = self.select_list(&input.scope, &input.names, exprs, &windows)?;
        let input = Analysed::new(input.plan, input.scope);
        let listed: Vec<&Expr> = items.iter().map(|item| &item.expr).collect();
        let (input, time) = self.with_time_window(input, &listed)?;
        if let Some(time) = time {
            items = items.iter().map(|item| time.over_named(item)).collect();
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
        if select.items.iter().any(|named| has_aggregate(&named.expr)) {
            select.group(self, Vec::new(), None)?;
        }
        select.name_output();
        Ok(select.analysed(self))
    }

    /// The columns of a SELECT list. Those before a column can be referred to by their names.
    pub(super) fn select_list(
        &self,
        scope: &Scope,
        generated: &HashMap<usize, Vec<Attribute>>,
        exprs: &[Spec],
        windows: &HashMap<String, WindowSpec>,
    ) -> Result<Vec<Named>> {
        let (mut items, mut aliases): (Vec<Named>, Vec<(Ident, Expr)>) = (Vec::new(), Vec::new());
        for (position, expr) in exprs.iter().enumerate() {
            if let Some(columns) = generated.get(&position) {
                items.extend(columns.iter().map(Named::kept));
                continue;
            }
            let place = Place {
                scopes: vec![scope],
                aggregated: None,
                aliases: &aliases,
                windows,
                clause: "project",
            };
            let made = Resolver::new(self, &place)
                .items(expr)
                .map_err(|error| match exprs {
                    [_, .., last] if is_unresolved(&error) && is_clause_word(last) => {
                        SqlError::new(condition::TRAILING_COMMA_IN_SELECT).at(last.origin())
                    }
                    _ => error,
                })?;
            if let (SpecKind::Alias(alias), [named]) = (expr.kind(), made.as_slice())
                && let [name] = alias.names.as_slice()
            {
                aliases.push((name.clone(), named.expr.clone()));
            }
            items.extend(made);
        }
        Ok(items)
    }

    /// Columns of the input that satisfy WHERE. An input that is a SELECT lends its own input's
    /// names, as Spark's DataFrames do.
    pub(super) fn filter(&self, input: &Relation, condition: &Spec) -> Result<Analysed> {
        let input = self.relation(input)?;
        let place = Place::over(&input.scope, "filter");
        let resolved = Resolver::new(self, &place).expr(condition);
        let condition = match (resolved, &input.open) {
            (Ok(condition), _) if *condition.data_type() == DataType::Null => {
                return Err(not_boolean(&condition));
            }
            (Ok(condition), _) => boolean(condition, self)?,
            (Err(error), Some(select)) if is_unresolved(&error) => {
                let condition = select
                    .behind(self, condition, "filter")
                    .map_err(|_| error)?;
                let condition = boolean(condition, self)?;
                return self.over_hidden(input, vec![condition], |plan, conditions| {
                    conditions.into_iter().fold(plan, filtered)
                });
            }
            (Err(error), _) => return Err(error),
        };
        if condition.any(&mut |e| matches!(e.kind(), ExprKind::Window(_))) {
            return Err(
                SqlError::new(condition::WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE)
                    .with("clauseName", "WHERE")
                    .at(condition.origin()),
            );
        }
        if has_aggregate(&condition) {
            return Err(SqlError::new(condition::INVALID_WHERE_CONDITION)
                .with("condition", naming::quoted(&condition))
                .with("expressionList", aggregates_of(&condition).join(", "))
                .at(condition.origin()));
        }
        Ok(input.with_plan(|input| PlanKind::Filter { input, condition }))
    }

    /// HAVING, over an aggregate.
    pub(super) fn having(
        &self,
        input: &Relation,
        condition: &Spec,
        origin: &Origin,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        let Some(mut select) = input.open else {
            return Err(SqlError::internal("HAVING without SELECT").at(origin));
        };
        let spec = condition;
        let condition = boolean(select.behind(self, spec, "having")?, self)?;
        if select.grouped.is_none() {
            select.group(self, Vec::new(), None)?;
        }
        let condition = select.inlined(self, &condition).map_err(|error| {
            // What is neither grouped nor listed does not exist behind the groups.
            let place = Place::over(&select.output, "having");
            match Resolver::new(self, &place).expr(spec) {
                Err(unresolved) if is_ungrouped(&error) && is_unresolved(&unresolved) => unresolved,
                _ => error,
            }
        })?;
        select.having.push(condition);
        Ok(select.analysed(self))
    }

    /// QUALIFY, over a SELECT.
    pub(super) fn qualify(
        &self,
        input: &Relation,
        condition: &Spec,
        origin: &Origin,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        let Some(mut select) = input.open else {
            return Err(SqlError::internal("QUALIFY without SELECT").at(origin));
        };
        let condition = boolean(select.behind(self, condition, "qualify")?, self)?;
        if select.grouped.is_none()
            && let [aggregate, ..] = aggregates_of(&condition).as_slice()
            && has_aggregate(&condition)
        {
            return Err(SqlError::new(condition::QUALIFY_AGGREGATE_NOT_ALLOWED)
                .with("aggregateExpr", format!("\"{aggregate}\""))
                .at(origin));
        }
        let condition = select.inlined(self, &condition)?;
        let is_window = |e: &Expr| matches!(e.kind(), ExprKind::Window(_));
        let windowed = |e: &Expr| e.any(&mut |e| is_window(e));
        if !windowed(&condition) && !select.items.iter().any(|named| windowed(&named.expr)) {
            return Err(SqlError::new(condition::QUALIFY_REQUIRES_WINDOW_FUNCTION).at(origin));
        }
        select.qualify.push(condition);
        Ok(select.analysed(self))
    }

    /// A plan over a SELECT's columns and others of its input, which it does not give on.
    pub(super) fn over_hidden(
        &self,
        input: Analysed,
        exprs: Vec<Expr>,
        make: impl FnOnce(Plan, Vec<Expr>) -> Plan,
    ) -> Result<Analysed> {
        let Some(mut select) = input.open else {
            let plan = make(input.plan, exprs);
            return Ok(Analysed::new(plan, input.scope));
        };
        let (mut extra, mut over): (Vec<Named>, Vec<Expr>) = (Vec::new(), Vec::new());
        for expr in exprs {
            over.push(select.lifted(self, &expr, &mut extra)?);
        }
        let visible = select.output.columns.clone();
        let plan = make(select.build(self, &extra), over);
        let mut scope = scope_like(&plan, &visible);
        for column in &mut scope.columns {
            column.hidden = extra.iter().any(|e| e.column.id == column.attribute.id);
        }
        Ok(Analysed::of_visible(plan, scope))
    }
}

impl Analysed {
    /// A relation whose hidden columns are cut off.
    fn of_visible(plan: Plan, scope: Scope) -> Analysed {
        let visible = Scope {
            columns: scope.visible().cloned().collect(),
        };
        let plan = Analysed::new(plan, scope).sealed();
        Analysed::new(plan, visible)
    }
}

impl Select {
    /// An expression of a clause over the list, in terms of the list's columns and of `extra` ones.
    fn lifted(
        &mut self,
        analyzer: &Analyzer<'_>,
        expr: &Expr,
        extra: &mut Vec<Named>,
    ) -> Result<Expr> {
        let listed: Vec<Attribute> = self.items.iter().map(|i| i.column.clone()).collect();
        let is_listed = |c: &Attribute| listed.iter().any(|l| l.id == c.id);
        // An expression of listed columns alone is computed over the list.
        let over_list = !expr.any(&mut |part| match part.kind() {
            ExprKind::Column(column) => !is_listed(column),
            ExprKind::Aggregate(_) | ExprKind::Window(_) => true,
            _ => false,
        });
        if over_list {
            return Ok(expr.clone());
        }
        let expr = self.inlined(analyzer, expr)?;
        // The list may have it already.
        if let Some(item) = self.items.iter().find(|item| item.expr == expr) {
            return Ok(Expr::column(&item.column));
        }
        if let Some(known) = extra.iter().find(|item| item.expr == expr) {
            return Ok(Expr::column(&known.column));
        }
        let named = match expr.kind() {
            ExprKind::Column(column) if !is_listed(column) => Named {
                column: column.clone(),
                expr,
            },
            _ => analyzer.named(&naming::column_name(&expr), expr),
        };
        let column = Expr::column(&named.column);
        extra.push(named);
        Ok(column)
    }

    /// The names of the list: a column that is taken over keeps its qualifier.
    pub(super) fn name_output(&mut self) {
        let columns = self.items.iter().map(|item| {
            let known = match item.expr.kind() {
                ExprKind::Column(column) if column.id == item.column.id => {
                    self.below.by_id(column.id)
                }
                _ => None,
            };
            ScopeColumn {
                attribute: item.column.clone(),
                qualifier: known.map_or_else(|| [].into(), |c| c.qualifier.clone()),
                plan_ids: known.map_or_else(Vec::new, |c| c.plan_ids.clone()),
                hidden: false,
                shy: known.is_some_and(|c| c.hidden),
            }
        });
        self.output = Scope {
            columns: columns.collect(),
        };
    }
}

/// Whether an item of a list is the word FROM, for want of an item.
fn is_clause_word(item: &Spec) -> bool {
    let named = match item.kind() {
        SpecKind::Alias(alias) => &alias.expr,
        _ => item,
    };
    crate::expr::bare_name(named).is_some_and(|name| name.eq_ignore_ascii_case("FROM"))
}

/// Whether an error says that a column is neither grouped nor aggregated.
pub(super) fn is_ungrouped(error: &SqlError) -> bool {
    *error.condition() == condition::MISSING_AGGREGATION
}

/// Whether an error says that a name means nothing.
pub(super) fn is_unresolved(error: &SqlError) -> bool {
    matches!(
        error.condition().class(),
        "UNRESOLVED_COLUMN" | "CANNOT_RESOLVE_DATAFRAME_COLUMN"
    )
}
