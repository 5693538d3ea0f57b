//! Maps.

use super::*;

functions! {
    /// A map of keys and values in turn.
    ///
    /// ```
    /// use flint_sql::functions::{create_map, lit};
    /// let map = create_map((lit("name"), "name", lit("town"), "town"));
    /// # let _ = map;
    /// ```
    fn create_map(..keys_and_values) = "map";
    /// Several maps in one; a key that occurs twice is an error.
    fn map_concat(..columns);
    /// Whether a map has a key.
    fn map_contains_key(col: Column, key: ColumnOrLiteral);
    /// The pairs as an array of structs.
    fn map_entries(col: Column);
    /// A map of an array of keys and one of values.
    fn map_from_arrays(keys: Column, values: Column);
    /// A map of an array of pairs.
    fn map_from_entries(col: Column);
    /// The keys as an array.
    fn map_keys(col: Column);
    /// The values as an array.
    fn map_values(col: Column);
    /// A map of text such as `a:1,b:2`.
    fn str_to_map(text: Column);
    /// A map of text with delimiters between pairs, and between keys and values.
    fn str_to_map_with(text: Column, pair_delimiter: Column, key_value_delimiter: Column) = "str_to_map";
}
