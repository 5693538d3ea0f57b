//! Calls of functions over windows.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{NullTreatment, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr as DfExpr, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use flint_sql_analyzer::resolved::{Bound, Expr, ExprKind, Frame, Window};
use flint_sql_columnar::{Raised, scalar};
use flint_sql_spec::{FrameUnit, Literal, SqlError};

use super::call::missing;
use crate::lower::{Lowering, not_yet};

const NANOS_PER_DAY: i64 = 86_400_000_000_000;

impl Lowering<'_> {
    /// A function over its window. The result is of the executor's type for it.
    pub(crate) fn window_call(&self, whole: &Expr, window: &Window) -> Result<DfExpr, Raised> {
        let function = &window.function;
        let mut params = WindowFunctionParams {
            args: Vec::new(),
            partition_by: window
                .partition_by
                .iter()
                .map(|expr| self.comparable(expr))
                .collect::<Result<_, Raised>>()?,
            order_by: self.sort_keys(&window.order_by)?,
            window_frame: self.frame(window)?,
            filter: None,
            null_treatment: None,
            distinct: false,
        };
        let fun = match function.kind() {
            // The executor's windows have no place for the order of an aggregate's arguments.
            ExprKind::Aggregate(call) if !call.order.is_empty() => {
                return Err(not_yet("WITHIN GROUP over a window"));
            }
            ExprKind::Aggregate(call) => {
                params.args = self.all(&call.args)?;
                params.distinct = call.distinct;
                params.null_treatment = call.ignore_nulls.then_some(NullTreatment::IgnoreNulls);
                if let Some(filter) = &call.filter {
                    params.filter = Some(Box::new(self.expr(filter)?));
                }
                let site = self.aggregate_site(function, call);
                let found = self.aggregate_function(call, &site)?;
                WindowFunctionDefinition::AggregateUDF(found)
            }
            ExprKind::Call(call) => {
                let site = self.site(&call.args, function, call.ansi);
                let args = self.all(&call.args)?;
                let Some(found) = flint_sql_functions::window(&call.function, &site, args)? else {
                    return Err(Raised(missing(&call.function).0.or_at(whole.origin())));
                };
                params.args = found.args;
                params.null_treatment = found.ignore_nulls.then_some(NullTreatment::IgnoreNulls);
                WindowFunctionDefinition::WindowUDF(found.function)
            }
            _ => return Err(SqlError::internal("only functions go over windows").into()),
        };
        Ok(DfExpr::WindowFunction(Box::new(WindowFunction {
            fun,
            params,
        })))
    }

    fn all(&self, exprs: &[Expr]) -> Result<Vec<DfExpr>, Raised> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn frame(&self, window: &Window) -> Result<WindowFrame, Raised> {
        let Frame { unit, lower, upper } = &window.frame;
        let units = match unit {
            FrameUnit::Rows => WindowFrameUnits::Rows,
            FrameUnit::Range => WindowFrameUnits::Range,
        };
        let lower = bound(lower, units)?;
        let upper = bound(upper, units)?;
        Ok(WindowFrame::new_bounds(units, lower, upper))
    }
}

fn bound(bound: &Bound, units: WindowFrameUnits) -> Result<WindowFrameBound, Raised> {
    let unbounded = ScalarValue::UInt64(None);
    Ok(match bound {
        Bound::UnboundedPreceding => WindowFrameBound::Preceding(unbounded),
        Bound::UnboundedFollowing => WindowFrameBound::Following(unbounded),
        Bound::CurrentRow => WindowFrameBound::CurrentRow,
        Bound::Preceding(distance) => distant(distance, units, true)?,
        Bound::Following(distance) => distant(distance, units, false)?,
    })
}

/// So far before or behind the row; negative distances change the side.
fn distant(
    distance: &Expr,
    units: WindowFrameUnits,
    before: bool,
) -> Result<WindowFrameBound, Raised> {
    let (value, negative) = magnitude(distance)?;
    let value = match (units, rows(&value)) {
        (WindowFrameUnits::Rows, Some(0)) => return Ok(WindowFrameBound::CurrentRow),
        (WindowFrameUnits::Rows, Some(rows)) => ScalarValue::UInt64(Some(rows)),
        _ => range_distance(&value)?,
    };
    Ok(if before != negative {
        WindowFrameBound::Preceding(value)
    } else {
        WindowFrameBound::Following(value)
    })
}

/// A distance between values. Those of dates and timestamps are intervals to the executor.
fn range_distance(value: &Literal) -> Result<ScalarValue, Raised> {
    let interval = |months: i32, nanoseconds: i64| {
        let days = (nanoseconds / NANOS_PER_DAY) as i32;
        let nanoseconds = nanoseconds % NANOS_PER_DAY;
        ScalarValue::new_interval_mdn(months, days, nanoseconds)
    };
    Ok(match value {
        Literal::DayTimeInterval { micros, .. } => interval(0, micros.saturating_mul(1000)),
        Literal::YearMonthInterval { months, .. } => interval(*months, 0),
        other => scalar(other)?,
    })
}

fn rows(value: &Literal) -> Option<u64> {
    match value {
        Literal::Byte(value) => u64::try_from(*value).ok(),
        Literal::Short(value) => u64::try_from(*value).ok(),
        Literal::Integer(value) => u64::try_from(*value).ok(),
        Literal::Long(value) => u64::try_from(*value).ok(),
        _ => None,
    }
}

/// The distance without its sign, and whether it had one. Casts of constants are looked through.
fn magnitude(distance: &Expr) -> Result<(Literal, bool), Raised> {
    match distance.kind() {
        ExprKind::Literal(value) => Ok(absolute(value)),
        ExprKind::Cast(cast) => magnitude(&cast.expr),
        ExprKind::Call(call) if &*call.function == "negative" => {
            let (value, negative) = magnitude(&call.args[0])?;
            Ok((value, !negative))
        }
        _ => Err(SqlError::internal("a bound of a frame is a constant").into()),
    }
}

fn absolute(value: &Literal) -> (Literal, bool) {
    match value {
        Literal::Byte(v) => (Literal::Byte(v.saturating_abs()), *v < 0),
        Literal::Short(v) => (Literal::Short(v.saturating_abs()), *v < 0),
        Literal::Integer(v) => (Literal::Integer(v.saturating_abs()), *v < 0),
        Literal::Long(v) => (Literal::Long(v.saturating_abs()), *v < 0),
        Literal::DayTimeInterval { micros, range } => (
            Literal::DayTimeInterval {
                micros: micros.saturating_abs(),
                range: *range,
            },
            *micros < 0,
        ),
        Literal::YearMonthInterval { months, range } => (
            Literal::YearMonthInterval {
                months: months.saturating_abs(),
                range: *range,
            },
            *months < 0,
        ),
        other => (other.clone(), false),
    }
}
