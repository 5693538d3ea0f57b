//! Strings searched and split, by text, patterns and regular expressions.

use super::*;

functions! {
    /// Whether the first string has the second inside of it.
    fn contains(left: Column, right: Column);
    /// Whether a string begins with another.
    fn startswith(col: Column, prefix: Column);
    /// Whether a string ends with another.
    fn endswith(col: Column, suffix: Column);
    /// The position of a string in a list with commas, from 1 on; 0 when it is not there.
    fn find_in_set(col: Column, list: Column);
    /// The position where text occurs first, from 1 on; 0 when it does not.
    fn instr(col: Column, text: ColumnOrLiteral);
    /// The position where text occurs for the given time, from a start on.
    fn instr_with(col: Column, text: ColumnOrLiteral, start: ColumnOrLiteral, occurrence: ColumnOrLiteral) = "instr";
    /// The position where text occurs first, from 1 on; 0 when it does not.
    fn locate(text: ColumnOrLiteral, col: Column);
    /// The position where text occurs first behind a start.
    fn locate_with(text: ColumnOrLiteral, col: Column, pos: ColumnOrLiteral) = "locate";
    /// The position where the first string occurs in the second, from 1 on; 0 when it does not.
    fn position(text: Column, col: Column);
    /// The position where the first string occurs in the second behind a start.
    fn position_with(text: Column, col: Column, start: Column) = "position";
    /// Whether a string fits a pattern with `%` and `_`.
    fn like(col: Column, pattern: Column);
    /// Whether a string fits a pattern, with another character than the backslash to escape.
    fn like_with(col: Column, pattern: Column, escape: ColumnOrLiteral) = "like";
    /// Whether a string fits a pattern in any case of letters.
    fn ilike(col: Column, pattern: Column);
    /// The same, with another character than the backslash to escape.
    fn ilike_with(col: Column, pattern: Column, escape: ColumnOrLiteral) = "ilike";
    /// Whether a regular expression is found in a string.
    fn rlike(col: Column, regexp: Column);
    /// The same as [`rlike`].
    fn regexp(col: Column, regexp: Column);
    /// The same as [`rlike`].
    fn regexp_like(col: Column, regexp: Column);
    /// How often a regular expression is found in a string.
    fn regexp_count(col: Column, regexp: Column);
    /// What a group of a regular expression matched first; empty when it did not.
    ///
    /// ```
    /// use flint_sql::functions::regexp_extract;
    /// let year = regexp_extract("day", r"(\d+)-\d+", 1);
    /// # let _ = year;
    /// ```
    fn regexp_extract(col: Column, pattern: ColumnOrLiteral, group: ColumnOrLiteral);
    /// All that the first group of a regular expression matched.
    fn regexp_extract_all(col: Column, regexp: Column);
    /// All that a group of a regular expression matched.
    fn regexp_extract_all_with(col: Column, regexp: Column, group: ColumnOrLiteral) = "regexp_extract_all";
    /// The position where a regular expression is found first, from 1 on; 0 when it is not.
    fn regexp_instr(col: Column, regexp: Column);
    /// The same, with a group of the expression.
    fn regexp_instr_with(col: Column, regexp: Column, group: ColumnOrLiteral) = "regexp_instr";
    /// All that a regular expression matches, replaced; `$1` is the first group.
    fn regexp_replace(col: Column, pattern: ColumnOrLiteral, replacement: ColumnOrLiteral);
    /// The same, from a position on.
    fn regexp_replace_with(col: Column, pattern: ColumnOrLiteral, replacement: ColumnOrLiteral, position: ColumnOrLiteral) = "regexp_replace";
    /// What a regular expression matches first; null when it does not.
    fn regexp_substr(col: Column, regexp: Column);
    /// A string split where a regular expression matches.
    fn split(col: Column, pattern: ColumnOrLiteral);
    /// A string split into so many parts at most.
    fn split_with(col: Column, pattern: ColumnOrLiteral, limit: ColumnOrLiteral) = "split";
    /// The part with a number, of a string that is split at a delimiter.
    fn split_part(col: Column, delimiter: Column, part: Column);
}
