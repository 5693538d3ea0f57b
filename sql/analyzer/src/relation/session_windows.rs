//! `session_window(time, gap)`: rows that follow each other within the gap are of one window.
//!
//! As Spark's rule `SessionWindowing` and its merging of sessions: a row's own session reaches from its
//! time to the end of the gap; rows without one are left out. In groups the sessions of rows with equal
//! keys that touch are one, from the first start to the last end. Here that is done by windows over the
//! rows in the order of their times: a row begins a session if all sessions before it have ended.

use flint_sql_spec::{FrameUnit, Literal, Result};

use super::Analysed;
use super::select::filtered;
use super::time_windows::TimeWindow;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::functions::{self, Modifiers};
use crate::resolved::{Bound, Call, Expr, ExprKind, Frame, Named, Plan, SortKey, Window};
use crate::scope::Scope;

impl Analyzer<'_> {
    /// The input with the session of each row, merged where rows are grouped by `keys`.
    pub(super) fn with_sessions(
        &self,
        input: Analysed,
        call: &Expr,
        window: &Call,
        keys: Option<&[Expr]>,
    ) -> Result<(Analysed, Option<TimeWindow>)> {
        let origin = call.origin();
        let place = Place::over(&input.scope, "project");
        let resolver = Resolver::new(self, &place);
        let start = self.named("start", window.args[0].clone());
        let end = vec![window.args[0].clone(), window.args[1].clone()];
        let end = self.named("end", resolver.bind("+", end, origin)?);
        let mut columns: Vec<Named> = input.plan.output().iter().map(Named::kept).collect();
        columns.extend([start.clone(), end.clone()]);
        let (start, end) = (Expr::column(&start.column), Expr::column(&end.column));
        let lasts = resolver.bind(">", vec![end.clone(), start.clone()], origin)?;
        let mut plan = filtered(Plan::project(input.plan.clone(), columns), lasts);
        let (mut first, mut last) = (start.clone(), end.clone());
        if let Some(keys) = keys {
            let (merged, merged_first, merged_last) =
                self.merged(plan, &resolver, (start, end), keys, call)?;
            (plan, first, last) = (merged, merged_first, merged_last);
        }
        let column = self.attribute("session_window", call.data_type(), false);
        let name = |name: &str| Expr::literal(Literal::String(name.into()));
        let fields = vec![name("start"), first, name("end"), last];
        let row = resolver.bind("named_struct", fields, origin)?;
        let mut columns: Vec<Named> = input.plan.output().iter().map(Named::kept).collect();
        columns.push(Named {
            expr: row,
            column: column.clone(),
        });
        let plan = Plan::project(plan, columns);
        let hidden = Scope::hiding(std::slice::from_ref(&column), 0, &[]);
        let scope = input.scope.and(hidden);
        let call = call.clone();
        Ok((
            Analysed::new(plan, scope),
            Some(TimeWindow { call, column }),
        ))
    }

    /// Rows with the start and the end of all sessions that touch theirs.
    fn merged(
        &self,
        plan: Plan,
        resolver: &Resolver<'_, '_>,
        (start, end): (Expr, Expr),
        keys: &[Expr],
        call: &Expr,
    ) -> Result<(Plan, Expr, Expr)> {
        let origin = call.origin();
        let rules = &self.settings.rules;
        let aggregate = |name: &str, arg: &Expr| {
            functions::bind(name, vec![arg.clone()], Modifiers::default(), rules, origin)
        };
        let by_start = vec![SortKey {
            expr: start.clone(),
            descending: false,
            nulls_first: true,
        }];
        let one = || Expr::literal(Literal::Integer(1));
        let before = Frame {
            unit: FrameUnit::Rows,
            lower: Bound::UnboundedPreceding,
            upper: Bound::Preceding(one()),
        };
        let so_far = Frame {
            unit: FrameUnit::Range,
            lower: Bound::UnboundedPreceding,
            upper: Bound::CurrentRow,
        };
        let all = Frame {
            unit: FrameUnit::Rows,
            lower: Bound::UnboundedPreceding,
            upper: Bound::UnboundedFollowing,
        };
        let over = |name: &str, function: Expr, by: &[Expr], order: &[SortKey], frame: &Frame| {
            let (data_type, nullable) = (function.data_type().clone(), function.nullable());
            let window = Window {
                function,
                partition_by: by.to_vec(),
                order_by: order.to_vec(),
                frame: frame.clone(),
            };
            self.named(
                name,
                Expr::new(ExprKind::Window(window), data_type, nullable),
            )
        };
        let last_end = over(
            "last_end",
            aggregate("max", &end)?,
            keys,
            &by_start,
            &before,
        );
        let known = Expr::column(&last_end.column);
        let plan = Plan::windowed(plan, vec![last_end]);
        // Rows of one time are all of the session of the first of them.
        let ended = resolver.bind(">", vec![start.clone(), known.clone()], origin)?;
        let none = resolver.bind("isnull", vec![known], origin)?;
        let begins = resolver.bind("or", vec![none, ended], origin)?;
        let zero = Expr::literal(Literal::Integer(0));
        let begins = resolver.bind("if", vec![begins, one(), zero], origin)?;
        let number = over(
            "session",
            aggregate("sum", &begins)?,
            keys,
            &by_start,
            &so_far,
        );
        let session = Expr::column(&number.column);
        let plan = Plan::windowed(plan, vec![number]);
        let by: Vec<Expr> = keys.iter().cloned().chain([session]).collect();
        let first = over("first", aggregate("min", &start)?, &by, &[], &all);
        let last = over("last", aggregate("max", &end)?, &by, &[], &all);
        let found = (Expr::column(&first.column), Expr::column(&last.column));
        Ok((Plan::windowed(plan, vec![first, last]), found.0, found.1))
    }
}
