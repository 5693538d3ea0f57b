//! Functions of a row's place in its window, and windows of time.
//!
//! ```
//! use flint_sql::{Window, functions::{lag, row_number}};
//! let by_day = Window::partition_by("shop").order_by("day");
//! let columns = [row_number().over(&by_day), lag("amount", 1).over(&by_day)];
//! # let _ = columns;
//! ```

use super::*;

functions! {
    /// The share of rows that are not behind this one.
    fn cume_dist();
    /// The row's rank, without gaps behind equal rows.
    fn dense_rank();
    /// The difference from the row before, of a counter that may begin anew.
    fn counter_diff(value: Column);
    /// The same, where a change of the start time says that the counter began anew.
    fn counter_diff_with(value: Column, start_time: Column) = "counter_diff";
    /// The value some rows before; null where there is none.
    fn lag(col: Column, offset: ColumnOrLiteral);
    /// The value some rows before, or a default where there is none.
    fn lag_with(col: Column, offset: ColumnOrLiteral, default: ColumnOrLiteral) = "lag";
    /// The value some rows after; null where there is none.
    fn lead(col: Column, offset: ColumnOrLiteral);
    /// The value some rows after, or a default where there is none.
    fn lead_with(col: Column, offset: ColumnOrLiteral, default: ColumnOrLiteral) = "lead";
    /// The value of the frame's row with a number, from 1 on.
    fn nth_value(col: Column, offset: ColumnOrLiteral);
    /// The value of the frame's row with a number, with a choice to skip nulls.
    fn nth_value_with(col: Column, offset: ColumnOrLiteral, ignore_nulls: ColumnOrLiteral) = "nth_value";
    /// Which of `n` parts of nearly equal size the row is in, from 1 on.
    fn ntile(n: ColumnOrLiteral);
    /// The row's rank as a share of the others: 0 to 1.
    fn percent_rank();
    /// The row's rank, with gaps behind equal rows.
    fn rank();
    /// The row's number, from 1 on.
    fn row_number();
    /// The window of time that the row is in: windows one behind the other, such as of `10 minutes`.
    fn window(time: Column, duration: ColumnOrLiteral);
    /// The windows of time that the row is in, when they begin more often than they are long, and
    /// some time after 1970-01-01 00:00 UTC.
    fn window_with(time: Column, duration: ColumnOrLiteral, slide: ColumnOrLiteral, start: ColumnOrLiteral) = "window";
    /// The time that a window of time stands for: a microsecond before its end.
    fn window_time(window: Column);
    /// The window of time of a session: rows that follow each other within a gap.
    fn session_window(time: Column, gap: ColumnOrLiteral);
}
