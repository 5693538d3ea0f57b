//! Tests that give true or false.

use super::*;

functions! {
    /// Whether the value is NaN; false for null.
    fn isnan(col: Column);
    /// Whether the value is null.
    fn isnull(col: Column);
    /// Whether the value is not null.
    fn isnotnull(col: Column);
    /// Whether both are equal, where nulls are equal to each other: never null.
    fn equal_null(col1: Column, col2: Column);
    /// Null when the condition is true, else an error.
    fn assert_true(col: Column);
    /// Null when the condition is true, else an error with this message.
    fn assert_true_with(col: Column, message: ColumnOrLiteral) = "assert_true";
    /// An error with this message.
    fn raise_error(message: ColumnOrLiteral);
}
