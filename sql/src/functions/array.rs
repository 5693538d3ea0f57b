//! Arrays, and generators that make rows of them.
//!
//! ```
//! use flint_sql::functions::{array, array_contains, explode, size};
//! let columns = [array(("a", "b")), array_contains("tags", "new"), size("tags"), explode("tags")];
//! # let _ = columns;
//! ```

use super::*;

functions! {
    /// An array of the given columns.
    fn array(..columns);
    /// The array with a value at its end.
    fn array_append(col: Column, value: ColumnOrLiteral);
    /// The array without its nulls.
    fn array_compact(col: Column);
    /// Whether the array has a value; null when it has not but has a null.
    fn array_contains(col: Column, value: ColumnOrLiteral);
    /// The array with each value once.
    fn array_distinct(col: Column);
    /// The different elements of the first array that the second has not.
    fn array_except(col1: Column, col2: Column);
    /// The array with a value put in at a position, from 1 on, or from -1 at the end.
    fn array_insert(array: Column, pos: Column, value: ColumnOrLiteral);
    /// The different elements that both arrays have.
    fn array_intersect(col1: Column, col2: Column);
    /// The elements as one string with a delimiter; nulls are skipped.
    fn array_join(col: Column, delimiter: ColumnOrLiteral);
    /// The elements as one string with a delimiter; nulls are replaced.
    fn array_join_with(col: Column, delimiter: ColumnOrLiteral, null_replacement: ColumnOrLiteral) = "array_join";
    /// The largest element; nulls are skipped.
    fn array_max(col: Column);
    /// The smallest element; nulls are skipped.
    fn array_min(col: Column);
    /// The position of a value, from 1 on; 0 when it is not there.
    fn array_position(col: Column, value: ColumnOrLiteral);
    /// The array with a value in front.
    fn array_prepend(col: Column, value: ColumnOrLiteral);
    /// The array without a value.
    fn array_remove(col: Column, element: ColumnOrLiteral);
    /// An array of a value, repeated.
    fn array_repeat(col: Column, count: Column);
    /// How many elements an array has; null for null.
    fn array_size(col: Column);
    /// The elements in ascending order, nulls last.
    fn array_sort(col: Column);
    /// The different elements of both arrays.
    fn array_union(col1: Column, col2: Column);
    /// Whether both arrays have an element in common.
    fn arrays_overlap(a1: Column, a2: Column);
    /// The first elements of all arrays as a struct, the second ones, and so on.
    fn arrays_zip(..columns);
    /// How many elements an array or a map has.
    fn cardinality(col: Column);
    /// Strings, binaries or arrays, one behind the other.
    fn concat(..columns);
    /// The element at a position, from 1 on, or the value of a key; an error when it is not there.
    fn element_at(col: Column, extraction: ColumnOrLiteral);
    /// The element at a position, from 1 on, or the value of a key; null when it is not there.
    fn try_element_at(col: Column, extraction: Column);
    /// A row for each element of an array, or each pair of a map.
    fn explode(col: Column);
    /// The same, and a row of null when there is no element.
    fn explode_outer(col: Column);
    /// The arrays of an array, one behind the other.
    fn flatten(col: Column);
    /// The element at a position, from 0 on; null when it is not there.
    fn get(col: Column, index: Column);
    /// A row for each struct of an array, with its fields as columns.
    fn inline(col: Column);
    /// The same, and a row of nulls when there is no struct.
    fn inline_outer(col: Column);
    /// A row for each element of an array with its position, or each pair of a map.
    fn posexplode(col: Column);
    /// The same, and a row of nulls when there is no element.
    fn posexplode_outer(col: Column);
    /// A string or an array from its end to its beginning.
    fn reverse(col: Column);
    /// The values from a first to a last one: by 1, -1, a day or a month.
    fn sequence(start: Column, stop: Column);
    /// The values from a first to a last one, by a step.
    fn sequence_with(start: Column, stop: Column, step: Column) = "sequence";
    /// How many elements an array or a map has.
    fn size(col: Column);
    /// A part of an array: from a position on, which is 1 at the first, so many elements.
    fn slice(col: Column, start: Column, length: Column);
    /// The elements in ascending order, nulls first.
    fn sort_array(col: Column);
    /// The elements in ascending or, with false, descending order; nulls count as smallest.
    fn sort_array_with(col: Column, ascending: ColumnOrLiteral) = "sort_array";
    /// So many rows of the given values, as many columns as it takes.
    fn stack(..count_and_values);
}
