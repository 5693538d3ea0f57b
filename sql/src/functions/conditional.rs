//! Choices among values: [`when`], [`coalesce`] and functions for nulls.

use super::*;

/// Begins a list of conditions and values: the value of the first condition that is true.
///
/// ```
/// use flint_sql::functions::{col, when};
/// let sign = when(col("n").lt(0), -1).when(col("n").gt(0), 1).otherwise(0);
/// # let _ = sign;
/// ```
#[track_caller]
pub fn when(condition: impl Into<Column>, value: impl Into<ColumnOrLiteral>) -> crate::CaseWhen {
    crate::CaseWhen::first(condition.into(), value.into())
}

functions! {
    /// The first value that is not null.
    ///
    /// ```
    /// use flint_sql::functions::{coalesce, lit};
    /// let name = coalesce(("nick_name", "name", lit("nobody")));
    /// # let _ = name;
    /// ```
    fn coalesce(..columns);
    /// The largest of several values; nulls are skipped.
    fn greatest(..columns);
    /// The smallest of several values; nulls are skipped.
    fn least(..columns);
    /// The first value, or the second when the first is null.
    fn ifnull(col1: Column, col2: Column);
    /// The same as [`ifnull`].
    fn nvl(col1: Column, col2: Column);
    /// The second value when the first is not null, else the third.
    fn nvl2(col1: Column, col2: Column, col3: Column);
    /// Null when both are equal, else the first.
    fn nullif(col1: Column, col2: Column);
    /// Null when the value is 0.
    fn nullifzero(col: Column);
    /// 0 when the value is null.
    fn zeroifnull(col: Column);
    /// The first value, or the second when the first is NaN.
    fn nanvl(col1: Column, col2: Column);
}
