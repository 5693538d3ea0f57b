//! [`Window`] and [`WindowSpec`]: which rows a window function sees.

use flint_sql_spec::{
    Expr, FrameBound, FrameUnit, Literal, SortOrder, SqlError, WindowFrame, WindowSpec as Spec,
};

use crate::column::{ApiCall, IntoColumns, sort_order};

/// Begins windows: partitions, order, frame.
///
/// ```
/// use flint_sql::{Window, functions::{col, sum}};
/// let last_week = Window::partition_by("shop").order_by("day").range_between(-6, Window::CURRENT_ROW);
/// let running = sum("amount").over(&last_week);
/// # let _ = (running, col("a"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Window;

/// Which rows a window function sees: a cheap handle that methods extend.
#[derive(Debug, Clone, Default)]
#[must_use = "windows do nothing until a function is computed over them"]
pub struct WindowSpec {
    spec: Spec,
    fault: Option<SqlError>,
}

impl Window {
    /// A frame's lower end at the first row of the partition.
    pub const UNBOUNDED_PRECEDING: i64 = i64::MIN;
    /// A frame's upper end at the last row of the partition.
    pub const UNBOUNDED_FOLLOWING: i64 = i64::MAX;
    /// A frame's end at the current row.
    pub const CURRENT_ROW: i64 = 0;

    /// Windows of rows with equal values in the given columns.
    #[track_caller]
    pub fn partition_by(columns: impl IntoColumns) -> WindowSpec {
        WindowSpec::default().partition_by(columns)
    }

    /// One window of all rows, in order.
    #[track_caller]
    pub fn order_by(columns: impl IntoColumns) -> WindowSpec {
        WindowSpec::default().order_by(columns)
    }

    /// Frames of rows around the current one: see [`WindowSpec::rows_between`].
    pub fn rows_between(start: i64, end: i64) -> WindowSpec {
        WindowSpec::default().rows_between(start, end)
    }

    /// Frames of values around the current row's: see [`WindowSpec::range_between`].
    pub fn range_between(start: i64, end: i64) -> WindowSpec {
        WindowSpec::default().range_between(start, end)
    }
}

impl WindowSpec {
    /// The same with other partitions.
    #[track_caller]
    pub fn partition_by(&self, columns: impl IntoColumns) -> WindowSpec {
        let mut call = self.call("partition_by");
        let partition_by = call.exprs(columns);
        self.with(call, |spec| spec.partition_by = partition_by)
    }

    /// The same in another order.
    #[track_caller]
    pub fn order_by(&self, columns: impl IntoColumns) -> WindowSpec {
        let mut call = self.call("order_by");
        let order_by: Vec<SortOrder> = call.exprs(columns).into_iter().map(sort_order).collect();
        self.with(call, |spec| spec.order_by = order_by)
    }

    /// The same with frames of rows: from `start` to `end`, counted from the current row, which is
    /// 0. Negative numbers are rows before it.
    pub fn rows_between(&self, start: i64, end: i64) -> WindowSpec {
        self.framed(FrameUnit::Rows, start, end)
    }

    /// The same with frames of values: from `start` to `end` above the current row's value of the one
    /// column that is ordered by.
    pub fn range_between(&self, start: i64, end: i64) -> WindowSpec {
        self.framed(FrameUnit::Range, start, end)
    }

    fn framed(&self, unit: FrameUnit, start: i64, end: i64) -> WindowSpec {
        let frame = WindowFrame {
            unit,
            lower: bound(start, Window::UNBOUNDED_PRECEDING),
            upper: bound(end, Window::UNBOUNDED_FOLLOWING),
        };
        let mut spec = self.spec.clone();
        spec.frame = Some(frame);
        WindowSpec {
            spec,
            fault: self.fault.clone(),
        }
    }

    #[track_caller]
    fn call(&self, method: &str) -> ApiCall {
        let mut call = ApiCall::of(method);
        call.absorb(self.fault.clone());
        call
    }

    fn with(&self, call: ApiCall, change: impl FnOnce(&mut Spec)) -> WindowSpec {
        let mut spec = self.spec.clone();
        change(&mut spec);
        WindowSpec {
            spec,
            fault: call.into_parts().1,
        }
    }

    pub(crate) fn to_spec(&self) -> Spec {
        self.spec.clone()
    }

    pub(crate) fn fault(&self) -> Option<SqlError> {
        self.fault.clone()
    }
}

/// An end of a frame. Distances are ints where they fit.
fn bound(at: i64, unbounded: i64) -> FrameBound {
    if at == Window::CURRENT_ROW {
        return FrameBound::CurrentRow;
    }
    if at == unbounded {
        return FrameBound::Unbounded;
    }
    let distance = i32::try_from(at).map_or(Literal::Long(at), Literal::Integer);
    FrameBound::Offset(Expr::literal(distance))
}
