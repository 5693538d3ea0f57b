//! Orders by name: which way, and where nulls go.

use super::*;

macro_rules! orders {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(col: impl Into<Column>) -> Column {
                let column: Column = col.into();
                column.$name()
            }
        )+
    };
}

orders! {
    /// From the smallest to the largest, nulls first.
    asc;
    /// From the smallest to the largest, nulls first.
    asc_nulls_first;
    /// From the smallest to the largest, nulls last.
    asc_nulls_last;
    /// From the largest to the smallest, nulls last.
    ///
    /// ```
    /// use flint_sql::{Window, functions::desc};
    /// let newest = Window::order_by(desc("day"));
    /// # let _ = newest;
    /// ```
    desc;
    /// From the largest to the smallest, nulls first.
    desc_nulls_first;
    /// From the largest to the smallest, nulls last.
    desc_nulls_last;
}
