//! `window(time, duration, slide, start)` in GROUP BY and in lists of columns.
//!
//! As Spark's rule `TimeWindowing`: the window is a column `window` of the input, whose rows without a
//! time go, and whose other rows come once for each window that they are in, the latest first. Windows
//! that follow each other need no more rows. One window at a time.

use flint_sql_spec::{Expr as Spec, ExprKind as SpecKind, Result, SqlError, condition};

use super::Analysed;
use super::generate::generate;
use super::select::filtered;
use super::unsupported;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::resolved::{Attribute, Call, CalledAs, Expr, ExprKind, Named, Plan};
use crate::scope::Scope;
use crate::{functions, naming};

/// A call and the column that has its windows.
pub(super) struct TimeWindow {
    pub(super) call: Expr,
    pub(super) column: Attribute,
}

impl TimeWindow {
    /// `expr` with the column in the call's place.
    pub(super) fn over(&self, expr: &Expr) -> Expr {
        expr.replace(&mut |part| (*part == self.call).then(|| Expr::column(&self.column)))
    }

    /// The same for a column of a list; a name that was made of the call is made anew.
    pub(super) fn over_named(&self, named: &Named) -> Named {
        let expr = self.over(&named.expr);
        let mut column = named.column.clone();
        if *column.name == *naming::column_name(&named.expr) {
            column.name = naming::column_name(&expr).into();
        }
        column.nullable = expr.nullable();
        Named { expr, column }
    }
}

fn is_window(expr: &Expr) -> bool {
    matches!(expr.kind(), ExprKind::Call(call)
        if matches!(&*call.function, "window" | "session_window"))
}

/// Whether a function as it is written is a window of time, or a column that is called something.
fn is_written_window(spec: &Spec) -> bool {
    let spec = match spec.kind() {
        SpecKind::Alias(alias) => &alias.expr,
        _ => spec,
    };
    spec.as_call("window").is_some() || spec.as_call("session_window").is_some()
}

impl Analyzer<'_> {
    /// The input with the window that it is grouped by, so that the list can name its parts.
    pub(super) fn grouped_by_time(
        &self,
        input: Analysed,
        grouping: &[Spec],
    ) -> Result<(Analysed, Option<TimeWindow>)> {
        let (mut calls, mut keys) = (Vec::new(), Vec::new());
        if grouping.iter().any(is_written_window) {
            let place = Place::over(&input.scope, "aggregate");
            for spec in grouping {
                let mut resolver = Resolver::new(self, &place);
                let written = match spec.kind() {
                    SpecKind::Alias(alias) => &alias.expr,
                    _ => spec,
                };
                match is_written_window(spec) {
                    true => calls.push(resolver.expr(written)?),
                    // A place in the list, or a column of it: not known yet.
                    false => keys.extend(resolver.expr(written).ok()),
                }
            }
        }
        let others = grouping.len() - calls.len();
        let known = keys.len() == others && keys.iter().all(|key| key.as_literal().is_none());
        let is_session = |call: &Expr| {
            matches!(call.kind(), ExprKind::Call(call)
            if &*call.function == "session_window")
        };
        if !known && calls.iter().any(is_session) {
            return Err(unsupported(
                "session windows beside places of the list in GROUP BY",
            ));
        }
        self.with_window(input, &calls.iter().collect::<Vec<_>>(), Some(&keys))
    }

    /// The input with the window that expressions mean, if they do.
    pub(super) fn with_time_window(
        &self,
        input: Analysed,
        exprs: &[&Expr],
    ) -> Result<(Analysed, Option<TimeWindow>)> {
        self.with_window(input, exprs, None)
    }

    /// The same; sessions of rows that are equal in `keys` are merged, those of all other queries are
    /// the rows' own.
    fn with_window(
        &self,
        input: Analysed,
        exprs: &[&Expr],
        keys: Option<&[Expr]>,
    ) -> Result<(Analysed, Option<TimeWindow>)> {
        let mut found: Option<Expr> = None;
        let mut several = false;
        for expr in exprs {
            expr.any(&mut |part| {
                if is_window(part) {
                    several |= found.as_ref().is_some_and(|known| known != part);
                    found.get_or_insert_with(|| part.clone());
                }
                false
            });
        }
        if several {
            return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1039));
        }
        let Some(call) = found else {
            return Ok((input, None));
        };
        let ExprKind::Call(window) = call.kind() else {
            return Err(SqlError::internal("a window is a call"));
        };
        if &*window.function == "session_window" {
            return self.with_sessions(input, &call, window, keys);
        }
        let (time, origin) = (window.args[0].clone(), call.origin());
        let column = self.attribute("window", call.data_type(), false);
        let place = Place::over(&input.scope, "project");
        let resolver = Resolver::new(self, &place);
        let plan = if window.args[1] == window.args[2] {
            let plan = match time.nullable() {
                true => filtered(input.plan, resolver.bind("isnotnull", vec![time], origin)?),
                false => input.plan,
            };
            let mut columns: Vec<Named> = plan.output().iter().map(Named::kept).collect();
            columns.push(Named {
                column: column.clone(),
                expr: call.clone(),
            });
            Plan::project(plan, columns)
        } else {
            let windows = Expr::new(
                ExprKind::Call(Call {
                    function: "windows".into(),
                    alias: CalledAs::default(),
                    ..window.clone()
                }),
                functions::not_null_array(call.data_type().clone()),
                time.nullable(),
            );
            let rows = resolver.bind("explode", vec![windows], origin)?;
            generate(input.plan, rows, false, vec![column.clone()])
        };
        let mut scope = input.scope;
        scope = scope.and(Scope::hiding(std::slice::from_ref(&column), 0, &[]));
        Ok((
            Analysed::new(plan, scope),
            Some(TimeWindow { call, column }),
        ))
    }
}
