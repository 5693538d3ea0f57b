//! Strings stay views for as long as nothing looks at them.
//!
//! Scans may give strings as views (Arrow's `Utf8View`), which lowering casts to the plain strings
//! that functions take. Joins, groups and orders are as glad of views, and cheaper with them: they
//! copy 16 bytes a row, whatever the text. So when a plan is about to run, the cast of a column that
//! is only handed on is taken out, and put in again where an expression needs it, or at the top.
//! Rows and their types are the same at the top, at every node that is not named in [`delay`], and
//! in arguments of functions.
//!
//! It is done once, after all rules: types between nodes change, which rules must not do.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, JoinType, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Aggregate, Cast, Distinct, Expr, Filter, Join, LogicalPlan, Projection, Sort, SubqueryAlias,
    Window,
};
use std::sync::Arc;

use super::string_views::{compared_as_views, is_view};

/// The plan with casts of strings as late as can be.
pub(crate) fn with_late_strings(plan: LogicalPlan) -> Result<LogicalPlan> {
    delay(plan)?.settled()
}

/// A plan, some of whose columns are still views.
struct Delayed {
    plan: LogicalPlan,
    /// For every column whether it was a plain string before, and is a view now.
    views: Vec<bool>,
}

impl Delayed {
    fn unchanged(plan: LogicalPlan) -> Delayed {
        let views = vec![false; plan.schema().fields().len()];
        Delayed { plan, views }
    }

    fn schema(&self) -> &DFSchema {
        self.plan.schema()
    }

    fn is_delayed(&self, column: &Column) -> bool {
        let at = self.schema().maybe_index_of_column(column);
        at.is_some_and(|at| self.views[at])
    }

    /// An expression that sees plain strings where it saw them before.
    fn seen_plain(&self, expr: Expr) -> Result<Expr> {
        plain(expr, self.schema(), &|column| self.is_delayed(column))
    }

    /// With plain strings again in those columns.
    fn with_plain(self, wanted: impl Fn(&Column) -> bool) -> Result<Delayed> {
        let schema = Arc::clone(self.plan.schema());
        let mut views = self.views;
        let mut exprs = Vec::with_capacity(views.len());
        let mut any = false;
        for (at, (qualifier, field)) in schema.iter().enumerate() {
            let column = Column::new(qualifier.cloned(), field.name());
            if views[at] && wanted(&column) {
                views[at] = false;
                any = true;
                let name = field.name().clone();
                exprs.push(cast(Expr::Column(column)).alias_qualified(qualifier.cloned(), name));
            } else {
                exprs.push(Expr::Column(column));
            }
        }
        let plan = match any {
            false => self.plan,
            true => LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(self.plan))?),
        };
        Ok(Delayed { plan, views })
    }

    /// With plain strings again in the columns that expressions look at.
    fn with_plain_in<'a>(self, exprs: impl IntoIterator<Item = &'a Expr>) -> Result<Delayed> {
        let used: Vec<&Column> = exprs.into_iter().flat_map(Expr::column_refs).collect();
        self.with_plain(|column| used.contains(&column))
    }

    /// The plan as it was before, to its parent.
    fn settled(self) -> Result<LogicalPlan> {
        Ok(self.with_plain(|_| true)?.plan)
    }
}

fn cast(expr: Expr) -> Expr {
    Expr::Cast(Cast::new(Box::new(expr), DataType::Utf8))
}

/// An expression with casts around columns that are views now. Comparisons do without.
fn plain(expr: Expr, schema: &DFSchema, is_delayed: &dyn Fn(&Column) -> bool) -> Result<Expr> {
    let wrapped = expr.transform_up(|expr| match expr {
        Expr::Column(column) if is_delayed(&column) => {
            Ok(Transformed::yes(cast(Expr::Column(column))))
        }
        other => Ok(Transformed::no(other)),
    })?;
    if !wrapped.transformed {
        return Ok(wrapped.data);
    }
    let compared = wrapped
        .data
        .transform_up(|expr| compared_as_views(expr, schema));
    compared.data()
}

/// Takes casts out of a plan from below.
fn delay(plan: LogicalPlan) -> Result<Delayed> {
    if any_subquery(&plan)? {
        return settled_inputs(plan);
    }
    match plan {
        LogicalPlan::Projection(node) => projection(node),
        LogicalPlan::Filter(node) => {
            let input = delay_input(node.input)?;
            let predicate = input.seen_plain(node.predicate)?;
            let filter = Filter::try_new(predicate, Arc::new(input.plan))?;
            Ok(Delayed {
                plan: LogicalPlan::Filter(filter),
                views: input.views,
            })
        }
        LogicalPlan::SubqueryAlias(node) => {
            let input = delay_input(node.input)?;
            let renamed = SubqueryAlias::try_new(Arc::new(input.plan), node.alias)?;
            Ok(Delayed {
                plan: LogicalPlan::SubqueryAlias(renamed),
                views: input.views,
            })
        }
        LogicalPlan::Sort(node) => sort(node),
        LogicalPlan::Limit(mut node) => {
            let input = delay_input(node.input)?;
            node.input = Arc::new(input.plan);
            Ok(Delayed {
                plan: LogicalPlan::Limit(node),
                views: input.views,
            })
        }
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let input = delay_input(input)?;
            Ok(Delayed {
                plan: LogicalPlan::Distinct(Distinct::All(Arc::new(input.plan))),
                views: input.views,
            })
        }
        LogicalPlan::Join(node) => join(node),
        LogicalPlan::Aggregate(node) => aggregate(node),
        LogicalPlan::Window(node) => {
            let input = delay_input(node.input)?.with_plain_in(&node.window_expr)?;
            let mut views = input.views;
            let window = Window::try_new(node.window_expr, Arc::new(input.plan))?;
            views.resize(window.schema.fields().len(), false);
            Ok(Delayed {
                plan: LogicalPlan::Window(window),
                views,
            })
        }
        other => settled_inputs(other),
    }
}

fn delay_input(input: Arc<LogicalPlan>) -> Result<Delayed> {
    delay(Arc::unwrap_or_clone(input))
}

/// A node that gets its inputs as they were.
fn settled_inputs(plan: LogicalPlan) -> Result<Delayed> {
    let settled = plan.map_children(|input| Ok(Transformed::yes(with_late_strings(input)?)));
    Ok(Delayed::unchanged(settled.data()?))
}

/// Whether expressions of the node hold plans, which may look at its columns.
fn any_subquery(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_expressions(|expr| {
        found |= expr.exists(|expr| {
            Ok(matches!(
                expr,
                Expr::ScalarSubquery(_)
                    | Expr::Exists(_)
                    | Expr::InSubquery(_)
                    | Expr::SetComparison(_)
            ))
        })?;
        Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// The column that an expression hands on as it is.
fn handed_on(expr: &Expr) -> Option<&Column> {
    match expr {
        Expr::Column(column) => Some(column),
        Expr::Alias(alias) => handed_on(&alias.expr),
        _ => None,
    }
}

fn projection(node: Projection) -> Result<Delayed> {
    let input = delay_input(node.input)?;
    let names = NamePreserver::new_for_projection();
    let mut views = Vec::with_capacity(node.expr.len());
    let mut exprs = Vec::with_capacity(node.expr.len());
    for expr in node.expr {
        if let Some(column) = handed_on(&expr) {
            views.push(input.is_delayed(column));
            exprs.push(expr);
        } else if let Some(view) = without_cast(&expr, input.schema()) {
            views.push(true);
            exprs.push(view);
        } else {
            views.push(false);
            let name = names.save(&expr);
            exprs.push(name.restore(input.seen_plain(expr)?));
        }
    }
    let projection = Projection::try_new(exprs, Arc::new(input.plan))?;
    Ok(Delayed {
        plan: LogicalPlan::Projection(projection),
        views,
    })
}

/// The view behind `CAST(view AS Utf8) AS name`, under that name.
fn without_cast(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
    let Expr::Alias(alias) = expr else {
        return None;
    };
    let Expr::Cast(Cast { expr: inner, field }) = alias.expr.as_ref() else {
        return None;
    };
    let is_late = *field.data_type() == DataType::Utf8
        && matches!(inner.as_ref(), Expr::Column(_))
        && is_view(inner, schema);
    is_late.then(|| {
        let name = alias.name.clone();
        inner
            .as_ref()
            .clone()
            .alias_qualified(alias.relation.clone(), name)
    })
}

fn sort(node: Sort) -> Result<Delayed> {
    let input = delay_input(node.input)?;
    let mut keys = Vec::with_capacity(node.expr.len());
    for mut key in node.expr {
        if handed_on(&key.expr).is_none() {
            key.expr = input.seen_plain(key.expr)?;
        }
        keys.push(key);
    }
    let sort = Sort {
        expr: keys,
        input: Arc::new(input.plan),
        fetch: node.fetch,
    };
    Ok(Delayed {
        plan: LogicalPlan::Sort(sort),
        views: input.views,
    })
}

fn join(node: Join) -> Result<Delayed> {
    let (left, right) = (delay_input(node.left)?, delay_input(node.right)?);
    let mut on = Vec::with_capacity(node.on.len());
    for (l, r) in node.on {
        let is_view = |side: &Delayed, expr| handed_on(expr).is_some_and(|c| side.is_delayed(c));
        if is_view(&left, &l) && is_view(&right, &r) {
            on.push((l, r));
        } else {
            on.push((left.seen_plain(l)?, right.seen_plain(r)?));
        }
    }
    let filter = match node.filter {
        Some(filter) => {
            let schema = left.schema().join(right.schema())?;
            let is_delayed = |column: &Column| left.is_delayed(column) || right.is_delayed(column);
            Some(plain(filter, &schema, &is_delayed)?)
        }
        None => None,
    };
    let views = match node.join_type {
        JoinType::LeftSemi | JoinType::LeftAnti => left.views,
        JoinType::RightSemi | JoinType::RightAnti => right.views,
        JoinType::LeftMark => with_mark(left.views),
        JoinType::RightMark => with_mark(right.views),
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
            let mut views = left.views;
            views.extend(right.views);
            views
        }
    };
    let join = Join::try_new(
        Arc::new(left.plan),
        Arc::new(right.plan),
        on,
        filter,
        node.join_type,
        node.join_constraint,
        node.null_equality,
        node.null_aware,
    )?;
    Ok(Delayed {
        plan: LogicalPlan::Join(join),
        views,
    })
}

fn with_mark(mut views: Vec<bool>) -> Vec<bool> {
    views.push(false);
    views
}

/// Groups by views; what is computed of strings sees them plain.
fn aggregate(node: Aggregate) -> Result<Delayed> {
    let computed = node.group_expr.iter().filter(|e| handed_on(e).is_none());
    let computed = computed.chain(&node.aggr_expr);
    let input = delay_input(node.input)?.with_plain_in(computed)?;
    let mut views: Vec<bool> = node
        .group_expr
        .iter()
        .map(|key| handed_on(key).is_some_and(|column| input.is_delayed(column)))
        .collect();
    let aggregate = Aggregate::try_new(Arc::new(input.plan), node.group_expr, node.aggr_expr)?;
    views.resize(aggregate.schema.fields().len(), false);
    Ok(Delayed {
        plan: LogicalPlan::Aggregate(aggregate),
        views,
    })
}
