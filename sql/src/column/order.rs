//! Orders: which way, and where nulls go.

use flint_sql_spec::{Direction, Expr, ExprKind, NullOrder, SortOrder};

use super::{ApiCall, Column};

macro_rules! orders {
    ($($(#[$doc:meta])* $method:ident = $direction:ident $nulls:ident;)+) => {
        impl Column {
            $($(#[$doc])*
            #[track_caller]
            pub fn $method(&self) -> Column {
                let mut call = ApiCall::of(stringify!($method));
                let expr = call.expr(self);
                call.column(ExprKind::SortOrder(SortOrder {
                    expr,
                    direction: Direction::$direction,
                    nulls: NullOrder::$nulls,
                }))
            })+
        }
    };
}

orders! {
    /// From the smallest to the largest, nulls first.
    asc = Ascending Default;
    /// From the smallest to the largest, nulls first.
    asc_nulls_first = Ascending First;
    /// From the smallest to the largest, nulls last.
    asc_nulls_last = Ascending Last;
    /// From the largest to the smallest, nulls last.
    ///
    /// ```
    /// # use flint_sql::{Window, functions::col};
    /// let newest = Window::partition_by("shop").order_by(col("day").desc());
    /// # let _ = newest;
    /// ```
    desc = Descending Default;
    /// From the largest to the smallest, nulls first.
    desc_nulls_first = Descending First;
    /// From the largest to the smallest, nulls last.
    desc_nulls_last = Descending Last;
}

/// What an expression sorts by: its own order, or ascending.
pub(crate) fn sort_order(expr: Expr) -> SortOrder {
    match expr.kind() {
        ExprKind::SortOrder(order) => order.clone(),
        _ => SortOrder::ascending(expr),
    }
}
